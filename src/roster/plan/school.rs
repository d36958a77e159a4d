//! A school's row: the school itself, and the department and commune it belongs to.

use super::{
    super::{field::Field, finding::Finding, row::SchoolRow},
    directory::School,
    keyring::{Prepared, mark},
    outcome::Outcome,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::OrgId,
    model::{
        level::{Level, Levels},
        school_code::SchoolCode,
        status::SchoolStatus,
        text::SearchKey,
    },
    store::{
        Day,
        directory::OrgChange,
        orgs::{NewEdge, NewOrg},
    },
};

pub(super) fn plan(unit: &mut Unit<'_>, row: &SchoolRow, it: &Prepared) -> Result<Outcome, Trouble> {
    let trouble = |finding| Trouble::new(Field::SchoolCode, row.code.as_str(), finding);
    if let Some(only) = unit.world.only.as_ref().filter(|only| **only != row.code) {
        return Err(trouble(Finding::SchoolNotAsked(only.to_string())));
    }
    if unit.world.bounded {
        return Err(trouble(Finding::SchoolNotYours));
    }
    let place = place(&row.code);
    if unit.repeats(it, place, |spot| trouble(Finding::SchoolTwice(spot)))? {
        return Ok(Outcome::Repeated);
    }
    let outcome = if let Some(school) = unit.world.directory.school(&row.code).cloned() {
        change(unit, row, &school)?
    } else {
        add(unit, row);
        Outcome::Created
    };
    unit.remember(it, place);
    Ok(outcome)
}

impl Unit<'_> {
    /// The school of a row about a person: a row without a code is not about the school asked for if it names another.
    pub(super) fn school_of(&self, code: &SchoolCode, named: Option<&str>) -> Result<School, Trouble> {
        let school = self.school(code)?;
        match named.filter(|name| self.world.directory.is_of_another(&school, name)) {
            Some(name) => Err(Trouble::new(Field::SchoolName, name, Finding::SchoolNotAsked(code.to_string()))),
            None => Ok(school),
        }
    }
}

/// The mark of a school's row.
pub(super) fn place(code: &SchoolCode) -> u64 {
    mark(("school", code))
}

fn add(unit: &mut Unit<'_>, row: &SchoolRow) {
    let id = org(unit, "school", Some(row.code.as_str()), &row.name, &codes(row.levels));
    let department = department(unit);
    let from = Day(unit.world.since());
    unit.changes.edges.push(NewEdge { child: id, parent: department, kind: "professional", from });
    let commune = commune(unit, row);
    if let Some(parent) = commune {
        unit.changes.edges.push(NewEdge { child: id, parent, kind: "administrative", from });
    }
    let school = School { id, name: row.name.clone(), levels: row.levels, open: true, commune, supervised: true };
    put(unit, row, school);
}

fn change(unit: &mut Unit<'_>, row: &SchoolRow, school: &School) -> Result<Outcome, Trouble> {
    let open = row.status == SchoolStatus::Open;
    let members = unit.members.get(&school.id).copied().unwrap_or_default();
    if school.open && !open && members > 0 {
        return Err(Trouble::new(Field::Status, row.code.as_str(), Finding::SchoolHasMembers(members)));
    }
    if !school.open && !open {
        return Ok(Outcome::Unchanged);
    }
    // What a file leaves empty is not taken away.
    let levels = if row.levels == Levels::default() { school.levels } else { row.levels };
    let mut outcome = Outcome::Unchanged;
    if school.name != row.name || school.levels != levels || school.open != open {
        unit.changes.orgs_changed.push(entry(school.id, row, levels));
        unit.say(Field::SchoolName, school.name.as_str(), row.name.as_str());
        unit.say(Field::Levels, codes(school.levels), codes(levels));
        unit.say(Field::Status, state(school.open), state(open));
        outcome = Outcome::Updated;
    }
    let from = Day(unit.world.today);
    if !school.supervised {
        let parent = department(unit);
        unit.changes.attached.push(NewEdge { child: school.id, parent, kind: "professional", from });
        outcome = Outcome::Updated;
    }
    let commune = commune(unit, row).or(school.commune);
    if let Some(parent) = commune.filter(|_| commune != school.commune) {
        unit.changes.attached.push(NewEdge { child: school.id, parent, kind: "administrative", from });
        let before = school.commune.and_then(|commune| unit.world.directory.commune_name(commune).map(str::to_owned));
        unit.say(Field::Commune, before.unwrap_or_default(), row.commune.as_deref().unwrap_or_default());
        outcome = Outcome::Updated;
    }
    put(unit, row, School { name: row.name.clone(), levels, open: true, commune, supervised: true, id: school.id });
    Ok(outcome)
}

/// Remembers a school as its row has it; one that is no more belongs to nothing.
fn put(unit: &mut Unit<'_>, row: &SchoolRow, mut school: School) {
    if row.status == SchoolStatus::Closed {
        unit.changes.closed.push(school.id);
        school = School { open: false, commune: None, supervised: false, ..school };
    }
    unit.world.directory.put_school(row.code.clone(), school);
}

fn entry(id: OrgId, row: &SchoolRow, levels: Levels) -> OrgChange {
    let search_key = SearchKey::of(&row.name).as_str().to_owned();
    OrgChange { id, name: row.name.clone(), search_key, levels: codes(levels) }
}

/// The commune that a school answers to: those of secondary schools of the upper level and of continuing education answer
/// to the department alone.
fn commune(unit: &mut Unit<'_>, row: &SchoolRow) -> Option<OrgId> {
    let local = [Level::Preschool, Level::Primary, Level::LowerSecondary];
    let answers = row.levels == Levels::default() || local.into_iter().any(|level| row.levels.contains(level));
    let name = row.commune.as_deref().filter(|_| answers)?;
    let key = SearchKey::of(name).as_str().to_owned();
    Some(unit.world.directory.commune(&key).unwrap_or_else(|| {
        let id = org(unit, "commune", None, name, "");
        unit.world.directory.put_commune((key, name), id);
        id
    }))
}

fn department(unit: &mut Unit<'_>) -> OrgId {
    if let Some(id) = unit.world.directory.department {
        return id;
    }
    let id = org(unit, "department", None, "Sở Giáo dục và Đào tạo", "");
    unit.world.directory.department = Some(id);
    id
}

fn org(unit: &mut Unit<'_>, kind: &'static str, code: Option<&str>, name: &str, levels: &str) -> OrgId {
    let id = unit.world.ids.next();
    unit.changes.orgs.push(NewOrg {
        id,
        kind,
        code: code.map(str::to_owned),
        name: name.to_owned(),
        search_key: SearchKey::of(name).as_str().to_owned(),
        levels: levels.to_owned(),
    });
    unit.tally.orgs_created += 1;
    id
}

const fn state(open: bool) -> &'static str {
    if open { "Đang hoạt động" } else { "Ngừng hoạt động" }
}

fn codes(levels: Levels) -> String {
    levels.iter().map(Level::as_str).collect::<Vec<_>>().join(",")
}
