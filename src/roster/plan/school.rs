//! A school's row: the school itself, and the department and commune it belongs to.

use super::{
    super::{field::Field, finding::Finding, row::SchoolRow},
    directory::School,
    keyring::{Prepared, mark},
    outcome::Outcome,
    unit::{Trouble, Unit},
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
    let place = place(&row.code);
    if unit.repeats(it, place, |spot| trouble(Finding::SchoolTwice(spot)))? {
        return Ok(Outcome::Repeated);
    }
    let outcome = if let Some(school) = unit.world.directory.school(&row.code).cloned() {
        change(unit, row, school)?
    } else {
        add(unit, row);
        Outcome::Created
    };
    unit.remember(it, place);
    Ok(outcome)
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
    let open = row.status == SchoolStatus::Open;
    if !open {
        unit.changes.orgs_changed.push(entry(id, row, row.levels));
    }
    let school = School { id, name: row.name.clone(), levels: row.levels, open, commune, supervised: true };
    unit.world.directory.put_school(row.code.clone(), school);
}

fn change(unit: &mut Unit<'_>, row: &SchoolRow, mut school: School) -> Result<Outcome, Trouble> {
    let open = row.status == SchoolStatus::Open;
    let members = unit.members.get(&school.id).copied().unwrap_or_default();
    if school.open && !open && members > 0 {
        return Err(Trouble::new(Field::Status, row.code.as_str(), Finding::SchoolHasMembers(members)));
    }
    let mut outcome = Outcome::Unchanged;
    // What a file leaves empty is not taken away.
    let levels = if row.levels == Levels::default() { school.levels } else { row.levels };
    if school.name != row.name || school.levels != levels || school.open != open {
        unit.changes.orgs_changed.push(entry(school.id, row, levels));
        outcome = Outcome::Updated;
    }
    let today = Day(unit.world.today);
    if !school.supervised {
        let parent = department(unit);
        unit.changes.edges.push(NewEdge { child: school.id, parent, kind: "professional", from: today });
        outcome = Outcome::Updated;
    }
    let commune = commune(unit, row).or(school.commune);
    if let Some(parent) = commune.filter(|_| commune != school.commune) {
        unit.changes.moved.push(NewEdge { child: school.id, parent, kind: "administrative", from: today });
        outcome = Outcome::Updated;
    }
    school = School { name: row.name.clone(), levels, open, commune, supervised: true, ..school };
    unit.world.directory.put_school(row.code.clone(), school);
    Ok(outcome)
}

fn entry(id: OrgId, row: &SchoolRow, levels: Levels) -> OrgChange {
    OrgChange {
        id,
        name: row.name.clone(),
        search_key: SearchKey::of(&row.name).as_str().to_owned(),
        levels: codes(levels),
        status: if row.status == SchoolStatus::Open { "active" } else { "closed" },
    }
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
        unit.world.directory.put_commune(key, id);
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

fn codes(levels: Levels) -> String {
    levels.iter().map(Level::as_str).collect::<Vec<_>>().join(",")
}
