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
        text::SearchKey,
    },
    store::directory::{ClassRow, OrgRow},
};

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct School {
    /// Its row.
    pub(crate) id: OrgId,
    /// Its name.
    pub(crate) name: String,
    /// What it teaches.
    pub(crate) levels: Levels,
    /// Whether it is at work.
    pub(crate) open: bool,
    /// The commune it belongs to.
    pub(crate) commune: Option<OrgId>,
    /// Whether it answers to the department.
    pub(crate) supervised: bool,
}

/// A class of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    /// Its row.
    pub(crate) id: ClassId,
    /// Its line through the years.
    pub(crate) lineage: LineageId,
}

#[derive(Clone, Debug)]
struct Former {
    code: ClassCode,
    grade: SchoolGrade,
    lineage: LineageId,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    /// The department that all schools answer to.
    pub(crate) department: Option<OrgId>,
    schools: HashMap<SchoolCode, School>,
    /// What schools are called, folded.
    names: HashSet<String>,
    codes: HashMap<OrgId, SchoolCode>,
    communes: HashMap<String, OrgId>,
    commune_names: HashMap<OrgId, String>,
    classes: HashMap<(OrgId, String), Class>,
    /// The school year and the name of every class.
    known: HashMap<ClassId, (SchoolYear, ClassCode)>,
    former: HashMap<OrgId, Vec<Former>>,
    continued: HashSet<LineageId>,
}

impl Directory {
    /// What was read, for a year.
    pub(crate) fn new(orgs: Vec<OrgRow>, classes: Vec<ClassRow>, year: SchoolYear) -> Self {
        let mut directory = Self::default();
        for org in orgs {
            match org.kind.as_str() {
                "department" => directory.department = directory.department.or(Some(org.id)),
                "commune" => {
                    directory.communes.entry(org.search_key).or_insert(org.id);
                    directory.commune_names.insert(org.id, org.name);
                }
                _ => directory.read_school(org),
            }
        }
        for class in classes {
            directory.read_class(&class, year);
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

    fn read_class(&mut self, class: &ClassRow, year: SchoolYear) {
        let Ok(of) = class.year.parse::<SchoolYear>() else { return };
        let code = ClassCode::kept(&class.code);
        if of == year {
            self.put_class(class.org_id, &code, (year, Class { id: class.id, lineage: class.lineage_id }));
            return;
        }
        self.known.insert(class.id, (of, code.clone()));
        let grade = class.grade.and_then(|grade| SchoolGrade::new(u8::try_from(grade).ok()?));
        if let Some(grade) = grade.filter(|_| of.next() == Some(year)) {
            let former = Former { code, grade, lineage: class.lineage_id };
            self.former.entry(class.org_id).or_default().push(former);
        }
    }

    /// The school of a code.
    pub(crate) fn school(&self, code: &SchoolCode) -> Option<&School> {
        self.schools.get(code)
    }

    /// The code of a school.
    pub(crate) fn code(&self, school: OrgId) -> Option<&SchoolCode> {
        self.codes.get(&school)
    }

    /// Remembers a school.
    pub(crate) fn put_school(&mut self, code: SchoolCode, school: School) {
        self.codes.insert(school.id, code.clone());
        self.names.insert(folded(&school.name));
        self.schools.insert(code, school);
    }

    /// Whether a name is that of another school, and not of this one.
    pub(crate) fn is_of_another(&self, school: &School, name: &str) -> bool {
        let name = folded(name);
        name != folded(&school.name) && self.names.contains(&name)
    }

    /// The commune of a folded name.
    pub(crate) fn commune(&self, key: &str) -> Option<OrgId> {
        self.communes.get(key).copied()
    }

    /// What a commune is called.
    pub(crate) fn commune_name(&self, commune: OrgId) -> Option<&str> {
        self.commune_names.get(&commune).map(String::as_str)
    }

    /// Remembers a commune.
    pub(crate) fn put_commune(&mut self, (key, name): (String, &str), id: OrgId) {
        self.communes.insert(key, id);
        self.commune_names.insert(id, name.to_owned());
    }

    /// The year's class of that name at a school.
    pub(crate) fn class(&self, school: OrgId, code: &ClassCode) -> Option<&Class> {
        self.classes.get(&(school, code.key()))
    }

    /// The school year of a class.
    pub(crate) fn year(&self, class: ClassId) -> Option<SchoolYear> {
        self.known.get(&class).map(|(year, _)| *year)
    }

    /// The name of a class.
    pub(crate) fn class_code(&self, class: ClassId) -> Option<&ClassCode> {
        self.known.get(&class).map(|(_, code)| code)
    }

    /// Remembers a class of the year.
    pub(crate) fn put_class(&mut self, school: OrgId, code: &ClassCode, (year, class): (SchoolYear, Class)) {
        self.known.insert(class.id, (year, code.clone()));
        self.continued.insert(class.lineage);
        self.classes.insert((school, code.key()), class);
    }

    /// The lineage of last year's class that goes on as this one: the only one it can be, and no other class has it.
    pub(crate) fn lineage(&self, school: OrgId, code: &ClassCode, grade: Option<Grade>) -> Option<LineageId> {
        let Some(Grade::School(grade)) = grade else { return None };
        let mut before = self.former.get(&school)?.iter().filter(|former| {
            goes_on((&former.code, former.grade), (code, grade)) && !self.continued.contains(&former.lineage)
        });
        before.next().filter(|_| before.next().is_none()).map(|former| former.lineage)
    }
}

/// A school's name as it is compared.
fn folded(name: &str) -> String {
    let key = SearchKey::of(name);
    key.as_str().strip_prefix("truong ").unwrap_or(key.as_str()).to_owned()
}
