//! A line of *phân công*: who is homeroom teacher of a class, or teaches it a subject.

use super::{
    super::{
        field::Field,
        finding::Finding,
        row::{AssignmentRow, Function as Said},
    },
    keyring::{Prepared, mark},
    outcome::Outcome,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{AffiliationId, ClassId, OrgId, PersonId},
    model::{
        affiliation::{Function, Seat},
        name::PersonName,
        text::SearchKey,
    },
};

pub(super) fn plan(unit: &mut Unit<'_>, row: &AssignmentRow, it: &Prepared) -> Result<Outcome, Trouble> {
    let school = unit.open_school(&row.school)?;
    let line = line(it);
    if unit.repeats(it, line, |spot| Trouble::new(Field::SectorId, row.teacher.as_str(), Finding::RowRepeated(spot)))? {
        return Ok(Outcome::Repeated);
    }
    let trouble = |finding| Trouble::new(Field::SectorId, row.teacher.as_str(), finding);
    let teacher = it.keys.sector.and_then(|keyed| unit.holders.get(&keyed).copied());
    let teacher = teacher.filter(|id| unit.people.contains_key(id));
    let role = teacher.and_then(|id| role(unit, id, school.id));
    // Whose ID it is, and whether it is anybody's, is told to no school where they do not work (R38).
    if unit.world.bounded && role.is_none() {
        return Err(trouble(Finding::TeacherElsewhere));
    }
    let teacher = teacher.ok_or_else(|| trouble(Finding::TeacherUnknown))?;
    let class = unit.world.directory.class(school.id, &row.class).map(|class| class.id);
    let class = class.ok_or_else(|| Trouble::new(Field::Class, row.class.as_str(), Finding::ClassUnknown))?;
    let role = role.ok_or_else(|| trouble(Finding::TeacherElsewhere))?;
    // One wrong digit, and a stranger could reset the passwords of a class.
    if let Some(name) = row.name.as_deref().filter(|name| !is_called(&unit.people[&teacher].name, name)) {
        return Err(Trouble::new(Field::FullName, name, Finding::TeacherNameDiffers));
    }
    unit.may_go_on(teacher, school.id, &row.class)?;
    let before = unit.state(teacher);
    let function = match &row.function {
        Said::Homeroom => {
            take_homeroom(unit, row, it, (teacher, class))?;
            Function::Homeroom
        }
        Said::Subject(subject) => Function::Subject(subject.clone()),
    };
    sit(unit, (teacher, role), class, function);
    unit.touched.push(teacher);
    unit.remember(it, line);
    Ok(unit.since(teacher, &before))
}

/// In which role somebody works at a school.
fn role(unit: &Unit<'_>, teacher: PersonId, school: OrgId) -> Option<AffiliationId> {
    let mut active = unit.people.get(&teacher)?.standing.active();
    active.find(|role| role.post.org == school && role.post.is_employment()).map(|role| role.id)
}

/// Whether somebody is whom a list calls so: it may say less than the whole name (*cô Lan*), and a note behind it.
fn is_called(whole: &PersonName, said: &str) -> bool {
    let (whole, said) = (whole.search_key(), SearchKey::of(said.split(['(', '[']).next().unwrap_or_default()));
    let said = said.as_str();
    let bare = ["co ", "thay "].iter().find_map(|word| said.strip_prefix(word)).unwrap_or(said);
    let ends_with = |words| whole.as_str().strip_suffix(words).is_some_and(|b| b.is_empty() || b.ends_with(' '));
    said.is_empty() || ends_with(said) || ends_with(bare)
}

/// The mark of a line.
pub(super) fn line(it: &Prepared) -> u64 {
    mark(("line", it.keys.gist))
}

/// The mark of a class's homeroom.
pub(super) fn homeroom(row: &AssignmentRow) -> u64 {
    mark(("homeroom", &row.school, row.class.key()))
}

/// A class has one homeroom teacher: of two in one run the second is refused, one of before makes room.
fn take_homeroom(
    unit: &mut Unit<'_>,
    row: &AssignmentRow,
    it: &Prepared,
    (teacher, class): (PersonId, ClassId),
) -> Result<(), Trouble> {
    let mark = homeroom(row);
    if let Some(met) = unit.world.seen.met(mark) {
        let spot = unit.spot(met);
        return Err(Trouble::new(Field::Class, row.class.as_str(), Finding::HomeroomTwice(spot)));
    }
    unit.remember(it, mark);
    let today = unit.world.today;
    let mut former = Vec::new();
    for other in unit.homerooms.remove(&class).unwrap_or_default() {
        let Some(known) = unit.people.get_mut(&other).filter(|known| known.id != teacher) else { continue };
        let roles: Vec<AffiliationId> = known.standing.active().map(|role| role.id).collect();
        for role in roles {
            // Only one of the roles has the place.
            if known.standing.leave(role, class, &Function::Homeroom, today).is_ok() {
                former.push(known.name.to_string());
            }
        }
        unit.touched.push(other);
    }
    if !former.is_empty() {
        unit.say(Field::Function, format!("Chủ nhiệm {}: {}", row.class, former.join(", ")), "");
    }
    Ok(())
}

/// The place in the class. Those in classes of earlier years end with the year.
fn sit(unit: &mut Unit<'_>, (teacher, role): (PersonId, AffiliationId), class: ClassId, function: Function) {
    let (fresh, since, year) = (unit.world.ids.next(), unit.world.since(), unit.world.year);
    let Some(known) = unit.people.get_mut(&teacher) else { return };
    let former: Vec<_> = known.standing.seats(role).map(|seat| seat.seat.clone()).collect();
    for seat in former.iter().filter(|seat| unit.world.directory.year(seat.class).is_some_and(|of| of < year)) {
        // It was there a line above.
        let _ = known.standing.leave(role, seat.class, &seat.function, since);
    }
    let seat = Seat { class, function, list_number: None };
    // The role is active, and goes with any place of a teacher's.
    let _ = known.standing.enrol(role, seat, since, fresh);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_say_less_than_the_whole_name_and_nothing_else() {
        let of = |whole, said| is_called(&PersonName::read(whole).unwrap(), said);
        for said in ["Lê Thị Hoà", "LÊ THỊ HÒA", "Hoà", "Thị Hòa", "Cô Hoà", "Lê Thị Hoà (TTCM)", "-"]
        {
            assert!(of("Lê Thị Hoà", said), "{said}");
        }
        for said in ["Lê Thị Hoa Mai", "Lê", "Lê Hoà", "oà", "Thầy Hoàng", "Trần Lê Thị Hoà"] {
            assert!(!of("Lê Thị Hoà", said), "{said}");
        }
        assert!(of("Cổ Thị Lan", "Cổ Thị Lan"));
    }
}
