//! The sector's schools, communes and classes, held in memory: some thousand entries that every row asks for.

use std::collections::{HashMap, HashSet};

use crate::{
    base::id::{ClassId, LineageId, OrgId},
    model::{
        class_code::ClassCode,
        grade::{Grade, SchoolGrade},
        level::Levels,
        lineage::goes_on,
        school_code::SchoolCode,
        school_year::SchoolYear,
    },
    store::directory::{ClassRow, OrgRow},
};

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its row.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// What it teaches.
    pub levels: Levels,
    /// Whether it is at work.
    pub open: bool,
    /// The commune it belongs to.
    pub commune: Option<OrgId>,
    /// Whether it answers to the department.
    pub supervised: bool,
}

/// A class of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its row.
    pub id: ClassId,
    /// Its line through the years.
    pub lineage: LineageId,
}

#[derive(Clone, Debug)]
struct Former {
    code: ClassCode,
    grade: SchoolGrade,
    lineage: LineageId,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Directory {
    /// The department that all schools answer to.
    pub department: Option<OrgId>,
    schools: HashMap<SchoolCode, School>,
    codes: HashMap<OrgId, SchoolCode>,
    communes: HashMap<String, OrgId>,
    classes: HashMap<(OrgId, String), Class>,
    former: HashMap<OrgId, Vec<Former>>,
    continued: HashSet<LineageId>,
}

impl Directory {
    /// What was read: all orgs, and the classes of a year and of the one before.
    pub fn new(orgs: Vec<OrgRow>, classes: Vec<ClassRow>, year: SchoolYear) -> Self {
        let mut directory = Self::default();
        for org in orgs {
            match org.kind.as_str() {
                "department" => directory.department = directory.department.or(Some(org.id)),
                "commune" => drop(directory.communes.entry(org.search_key).or_insert(org.id)),
                _ => directory.read_school(org),
            }
        }
        for class in classes {
            directory.read_class(class, year);
        }
        directory
    }

    fn read_school(&mut self, org: OrgRow) {
        let Some(code) = org.code.and_then(|code| SchoolCode::read(&code).ok()) else { return };
        let school = School {
            id: org.id,
            name: org.name,
            levels: Levels::read(&org.levels).unwrap_or_default(),
            open: org.status == "active",
            commune: org.commune,
            supervised: org.department.is_some(),
        };
        self.put_school(code, school);
    }

    fn read_class(&mut self, class: ClassRow, year: SchoolYear) {
        let Ok(code) = ClassCode::read(&class.code) else { return };
        if class.year == year.to_string() {
            self.put_class(class.org_id, &code, Class { id: class.id, lineage: class.lineage_id });
        } else if let Some(grade) =
            class.grade.and_then(|grade| u8::try_from(grade).ok()).and_then(SchoolGrade::new)
        {
            let former = Former { code, grade, lineage: class.lineage_id };
            self.former.entry(class.org_id).or_default().push(former);
        }
    }

    /// The school of a code.
    pub fn school(&self, code: &SchoolCode) -> Option<&School> {
        self.schools.get(code)
    }

    /// The code of a school.
    pub fn code(&self, school: OrgId) -> Option<&SchoolCode> {
        self.codes.get(&school)
    }

    /// Remembers a school.
    pub fn put_school(&mut self, code: SchoolCode, school: School) {
        self.codes.insert(school.id, code.clone());
        self.schools.insert(code, school);
    }

    /// The commune of a folded name.
    pub fn commune(&self, key: &str) -> Option<OrgId> {
        self.communes.get(key).copied()
    }

    /// Remembers a commune.
    pub fn put_commune(&mut self, key: String, id: OrgId) {
        self.communes.insert(key, id);
    }

    /// The year's class of that name at a school.
    pub fn class(&self, school: OrgId, code: &ClassCode) -> Option<&Class> {
        self.classes.get(&(school, code.key()))
    }

    /// Remembers a class of the year.
    pub fn put_class(&mut self, school: OrgId, code: &ClassCode, class: Class) {
        self.continued.insert(class.lineage);
        self.classes.insert((school, code.key()), class);
    }

    /// The lineage of last year's class that goes on as this one: the only one it can be, and no other class has it.
    pub fn lineage(&self, school: OrgId, code: &ClassCode, grade: Option<Grade>) -> Option<LineageId> {
        let Some(Grade::School(grade)) = grade else { return None };
        let mut before = self.former.get(&school)?.iter().filter(|former| {
            goes_on((&former.code, former.grade), (code, grade)) && !self.continued.contains(&former.lineage)
        });
        before.next().filter(|_| before.next().is_none()).map(|former| former.lineage)
    }
}
