//! A pupil's row: whom it is about, and what becomes of their place at the school.

use jiff::civil::Date;

use super::{
    super::{field::Field, finding::Finding, row::PupilRow},
    difference::HIDDEN,
    directory::School,
    keyring::{Prepared, mark},
    outcome::Outcome,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{AffiliationId, ClassId, OrgId, PersonId},
    model::{
        affiliation::{EndReason, Function, Post, Seat},
        grade::Grade,
        membership::Cannot,
        person::is_unborn,
        role::Role,
        school_code::SchoolCode,
        school_year::SchoolYear,
        status::{Effect, PupilStatus},
    },
    store::transfers::NewTransfer,
};

pub(super) fn plan(unit: &mut Unit<'_>, row: &PupilRow, it: &Prepared) -> Result<Outcome, Trouble> {
    let school = unit.school_of(&row.school, row.school_named.as_deref())?;
    let post = post(it, &row.school);
    if unit.repeats(it, post, |spot| Trouble::new(Field::SectorId, row.who.called(), Finding::PersonTwice(spot)))? {
        return Ok(Outcome::Repeated);
    }
    if let Some(age) = odd_age(unit, row, &school) {
        unit.note(it, age);
    }
    if unit.is_settled(it) && has_class(unit, row)? {
        unit.remember(it, post);
        return Ok(Outcome::Unchanged);
    }
    let effect = row.status.effect();
    if matches!(effect, Effect::Ended(_)) && unit.is_of_a_stranger(it) {
        unit.remember(it, post);
        return Ok(Outcome::Absent);
    }
    let found = unit.find(&row.who, it)?;
    let outcome = match effect {
        Effect::Ended(why) => leave(unit, row, it, found, (school.id, why))?,
        Effect::Active | Effect::Seconded => attend(unit, row, it, found)?,
    };
    unit.remember(it, post);
    Ok(outcome)
}

/// What is told of a pupil whose age is not that of the grade; in evening classes anybody may learn late.
fn odd_age(unit: &Unit<'_>, row: &PupilRow, school: &School) -> Option<Trouble> {
    let (Some(Grade::School(grade)), Some(born), Effect::Active) = (row.grade, row.who.born, row.status.effect())
    else {
        return None;
    };
    let (age, ages) = (unit.world.year.first_year() - born.year(), grade.ages());
    let odd = age < *ages.start() || (age > *ages.end() && !school.levels.is_continuing());
    // Nobody is born tomorrow: that is told as what it is.
    let odd = odd && !is_unborn(born, unit.world.today);
    odd.then(|| Trouble::on(Field::BirthDate, born, Finding::AgeOfNoPupil(age)))
}

/// The mark of a pupil's row at a school.
pub(super) fn post(it: &Prepared, school: &SchoolCode) -> u64 {
    mark(("pupil", it.keys.person(), school))
}

/// The marks under which a school has released a pupil: one for each thing by which the pupil may be known, since the
/// school that claims them may know another.
pub(crate) fn releases(it: &Prepared, school: &SchoolCode) -> impl Iterator<Item = u64> {
    it.keys.all().map(move |keyed| mark(("released", keyed, school)))
}

fn leave(
    unit: &mut Unit<'_>,
    row: &PupilRow,
    it: &Prepared,
    found: Option<PersonId>,
    (school, why): (OrgId, EndReason),
) -> Result<Outcome, Trouble> {
    let on = row.status_since.unwrap_or(unit.world.today);
    let before = found.map(|id| unit.state(id)).unwrap_or_default();
    let Some(known) = found.and_then(|id| unit.people.get(&id)) else {
        return Ok(Outcome::Absent);
    };
    let Some((role, since)) = known.standing.at(school, Role::Student).map(|role| (role.id, role.from)) else {
        return Ok(Outcome::Unchanged);
    };
    // A role ends at once: nothing is kept for a later day.
    if on > unit.world.today {
        return Err(Trouble::on(Field::StatusDate, on, Finding::LeavesLater));
    }
    if row.status_since.is_some_and(|on| on < since) {
        // They left, and came back: an old file does not undo what a newer one said.
        unit.note(it, Trouble::on(Field::StatusDate, on, Finding::LeftBefore(since)));
        return Ok(Outcome::Unchanged);
    }
    let id = known.id;
    unit.may_be_let_go(id, &[role], row.who.called())?;
    let Some(known) = unit.people.get_mut(&id) else { return Ok(Outcome::Unchanged) };
    // It was active some lines above.
    let _ = known.standing.end(role, why, on);
    known.imprint = None;
    unit.touched.push(id);
    unit.say(Field::Status, PupilStatus::Studying.text(), row.status.text());
    unit.say_moves(id, &before);
    Ok(Outcome::Ended)
}

fn attend(unit: &mut Unit<'_>, row: &PupilRow, it: &Prepared, found: Option<PersonId>) -> Result<Outcome, Trouble> {
    let school = unit.open_school(&row.school)?;
    if let Some(gone) = found.and_then(|id| gone_since(unit, row, (id, school.id))) {
        // An old file does not undo what a newer one, or the end of the year, said.
        unit.note(it, gone);
        return Ok(Outcome::Unchanged);
    }
    let id = match found {
        Some(id) => id,
        None => unit.newcomer(&row.who, it)?,
    };
    unit.may_be_changed(id, row.who.called(), || is_as_said(unit, row, it, (id, school.id)))?;
    unit.may_be_corrected(id, &row.who, it)?;
    if !would_be_a_transfer(unit, id, &school) {
        unit.may_be_claimed(id, school.id, row.who.sector_id.as_ref().map_or("", |id| id.as_str()))?;
    }
    if let Some(class) = &row.class {
        unit.may_go_on(id, school.id, class)?;
    }
    let before = unit.state(id);
    let role = begin(unit, row, it, (id, &school))?;
    unit.correct(id, &row.who, it);
    if let Some(class) = &row.class {
        let class = unit.class(school.id, class, row.grade);
        sit(unit, (id, role), class);
    }
    unit.imprint(id, it);
    unit.touched.push(id);
    Ok(if found.is_none() { Outcome::Created } else { unit.since(id, &before) })
}

/// What is told of a row that is older than the day on which its pupil was gone from the school: it says an earlier one, or
/// none, in a list of the year in which they completed their level. Of whoever took up work is told that.
fn gone_since(unit: &Unit<'_>, row: &PupilRow, (id, school): (PersonId, OrgId)) -> Option<Trouble> {
    let standing = &unit.people.get(&id)?.standing;
    if standing.at(school, Role::Student).is_some() {
        return None;
    }
    let here = standing.all().filter(|role| role.post.org == school && role.post.role == Role::Student);
    let ended = here.filter_map(|role| role.state.end()).filter(|(_, why)| *why != EndReason::Employed);
    let (on, why) = ended.max_by_key(|(on, _)| *on)?;
    let completed = || why == EndReason::Completed && SchoolYear::left_on(on) >= unit.world.year;
    match row.status_since {
        Some(said) if said < on => Some(Trouble::on(Field::StatusDate, said, Finding::GoneSince(on))),
        None if completed() => Some(Trouble::new(Field::StatusDate, "", Finding::GoneSince(on))),
        _ => None,
    }
}

/// Whether all is as a row says.
fn is_as_said(unit: &Unit<'_>, row: &PupilRow, it: &Prepared, (id, school): (PersonId, OrgId)) -> bool {
    let Some(known) = unit.people.get(&id).filter(|known| unit.is_correct(known, &row.who, it)) else { return false };
    let class = row.class.as_ref().map(|class| unit.world.directory.class(school, class).map(|class| class.id));
    let Some(role) = known.standing.at(school, Role::Student) else { return false };
    class.is_none_or(|class| known.standing.seats(role.id).any(|seat| Some(seat.seat.class) == class))
}

/// Whether the class is there in which the pupil is.
fn has_class(unit: &Unit<'_>, row: &PupilRow) -> Result<bool, Trouble> {
    let school = unit.open_school(&row.school)?;
    Ok(row.class.as_ref().is_none_or(|class| unit.world.directory.class(school.id, class).is_some()))
}

/// Whether the pupil is at another school that has to release them: that is told in its own words.
fn would_be_a_transfer(unit: &Unit<'_>, id: PersonId, school: &School) -> bool {
    let schooling = unit.people.get(&id).and_then(|known| known.standing.schooling());
    Post::pupil(school.id, school.levels).is_schooling() && schooling.is_some_and(|role| role.post.org != school.id)
}

/// The pupil's role at the school, begun if it has to be.
fn begin(
    unit: &mut Unit<'_>,
    row: &PupilRow,
    it: &Prepared,
    (id, school): (PersonId, &School),
) -> Result<AffiliationId, Trouble> {
    let (fresh, on) = (unit.world.ids.next(), row.status_since.unwrap_or_else(|| unit.world.since()));
    let post = Post::pupil(school.id, school.levels);
    let Some(known) = unit.people.get_mut(&id) else { return Ok(fresh) };
    let said = row.who.sector_id.as_ref().map_or("", |id| id.as_str());
    match known.standing.begin(post, on, fresh) {
        Ok(role) => Ok(role),
        Err(Cannot::PupilElsewhere(other)) => {
            let code = unit.world.directory.code(other).cloned();
            let released = code
                .as_ref()
                .and_then(|code| releases(it, code).filter_map(|mark| unit.world.released.get(&mark)).max().copied());
            // A release of a day that is yet to come is none; one without a day holds from now on.
            let in_force = |on: &Date| *on <= unit.world.today || *on == Date::MAX;
            let released = released.filter(in_force);
            let old = known.standing.schooling().zip(released).filter(|(role, released)| *released >= role.from);
            // A release without a day is of today, as a day that is yet to come.
            let old = old.map(|(role, released)| (role.id, on.max(released)));
            let moved = old.and_then(|(old, on)| known.standing.transfer(old, post, on, fresh).ok());
            // Whoever knows the ID alone asks for nobody: the school of a wrong one would be asked to release a stranger. Nor
            // is that school told to another one. By another number a school does not learn the ID, which a request names.
            let named = row.who.sector_id.is_some() || unit.world.only.is_none();
            let pair = row.who.born.is_some() && row.who.born == known.born;
            if moved.is_none() && pair && named {
                let asked_as = row.who.sector_id.as_ref().map(ToString::to_string);
                let asked = NewTransfer { id: unit.world.ids.next(), person: id, from: other, to: school.id, asked_as };
                unit.changes.transfers.push(asked);
            }
            let told = code.filter(|_| pair || unit.world.only.is_none());
            let school = told.map_or_else(|| HIDDEN.to_owned(), |code| code.to_string());
            moved.ok_or_else(|| Trouble::new(Field::SchoolCode, row.school.as_str(), Finding::PupilElsewhere(school)))
        }
        Err(_) => Err(Trouble::new(Field::SectorId, said, Finding::PupilEmployed)),
    }
}

/// The pupil's place in a class; a place in a class of a later year is not given up for one of an earlier.
fn sit(unit: &mut Unit<'_>, (id, role): (PersonId, AffiliationId), class: ClassId) {
    let (fresh, since) = (unit.world.ids.next(), unit.world.since());
    let (year, today) = (unit.world.year, unit.world.today);
    let Some(known) = unit.people.get_mut(&id) else { return };
    let latest = known.standing.seats(role).filter_map(|seat| unit.world.directory.year(seat.seat.class)).max();
    if latest.is_some_and(|latest| latest > year) {
        return;
    }
    // Within the year a class is changed on the day; with the year it changed at its beginning.
    let on = if latest == Some(year) { today } else { since };
    let seat = Seat { class, function: Function::Pupil, list_number: None };
    // The role was begun or found a moment ago, and a pupil's place goes with it.
    let _ = known.standing.enrol(role, seat, on, fresh);
}
