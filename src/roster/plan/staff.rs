//! The row of a member of staff: whom it is about, and what becomes of their role at the school. Somebody may work at
//! several schools; each row speaks of one.

use jiff::{ToSpan, civil::Date};

use super::{
    super::{field::Field, finding::Finding, row::StaffRow},
    draft,
    keyring::{Prepared, mark},
    known::Known,
    outcome::Outcome,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{AffiliationId, OrgId, PersonId},
    model::{
        affiliation::{EndReason, Post, State},
        role::Role,
        school_code::SchoolCode,
        status::{Effect, StaffStatus},
    },
};

pub(super) fn plan(unit: &mut Unit<'_>, row: &StaffRow, it: &Prepared) -> Result<Outcome, Trouble> {
    let school = unit.school_of(&row.school, row.school_named.as_deref())?;
    let post = post(it, &row.school);
    if unit.repeats(it, post, |spot| Trouble::new(Field::SectorId, row.who.called(), Finding::PersonTwice(spot)))? {
        return Ok(Outcome::Repeated);
    }
    if unit.is_settled(it) {
        unit.open_school(&row.school)?;
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
        Effect::Ended(why) => leave(unit, row, found, (school.id, why))?,
        Effect::Active | Effect::Seconded => work(unit, row, it, found)?,
    };
    unit.remember(it, post);
    Ok(outcome)
}

/// The mark of a row of staff at a school.
pub(super) fn post(it: &Prepared, school: &SchoolCode) -> u64 {
    mark(("staff", it.keys.person(), school))
}

fn leave(
    unit: &mut Unit<'_>,
    row: &StaffRow,
    found: Option<PersonId>,
    (school, why): (OrgId, EndReason),
) -> Result<Outcome, Trouble> {
    let Some(id) = found else { return Ok(Outcome::Absent) };
    let before = unit.state(id);
    let roles: Vec<AffiliationId> = employments(unit, id, school).into_iter().map(|(role, _)| role).collect();
    if roles.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    unit.may_be_let_go(id, &roles, row.who.called())?;
    let today = unit.world.today;
    let Some(known) = unit.people.get_mut(&id) else { return Ok(Outcome::Unchanged) };
    for role in roles {
        // It was active a line above.
        let _ = known.standing.end(role, why, today);
    }
    known.imprint = None;
    unit.touched.push(id);
    unit.say(Field::Status, StaffStatus::Working.text(), row.status.text());
    unit.say_moves(id, &before);
    Ok(Outcome::Ended)
}

fn work(unit: &mut Unit<'_>, row: &StaffRow, it: &Prepared, found: Option<PersonId>) -> Result<Outcome, Trouble> {
    let school = unit.open_school(&row.school)?;
    let id = match found {
        Some(id) => id,
        None => unit.newcomer(&row.who, it)?,
    };
    let said = row.who.called();
    unit.may_be_claimed(id, school.id, said)?;
    unit.may_be_changed(id, said, || is_as_said(unit, row, it, (id, school.id)))?;
    may_work(unit, id, said)?;
    unit.may_be_corrected(id, &row.who, it)?;
    let before = unit.state(id);
    take_up(unit, row, (id, school.id))?;
    unit.correct(id, &row.who, it);
    unit.contacts(id, row);
    unit.imprint(id, it);
    unit.touched.push(id);
    Ok(if found.is_none() { Outcome::Created } else { unit.since(id, &before) })
}

/// Whether all is as a row says.
fn is_as_said(unit: &Unit<'_>, row: &StaffRow, it: &Prepared, (id, school): (PersonId, OrgId)) -> bool {
    let said = said_post(row, (unit, id, school));
    let posted = employments(unit, id, school).iter().any(|(_, post)| *post == said);
    let reached = |known: &Known| draft::said(row).all(|(kind, value)| known.is_reached_by(kind, value));
    unit.people.get(&id).is_some_and(|known| posted && unit.is_correct(known, &row.who, it) && reached(known))
}

/// A child in a list of staff is in the wrong list, or under somebody else's ID: whoever is a pupil takes up work when of
/// age.
fn may_work(unit: &Unit<'_>, id: PersonId, said: &str) -> Result<(), Trouble> {
    let of_age = |born: Date| born.saturating_add(18.years()) <= unit.world.today;
    let pupil = unit.people.get(&id).filter(|known| known.standing.schooling().is_some());
    if pupil.is_some_and(|known| !known.born.is_some_and(of_age)) {
        return Err(Trouble::new(Field::SectorId, said, Finding::PupilUnderAge));
    }
    Ok(())
}

/// The role at the school, begun if it has to be; one of another kind at the same school ends with it.
fn take_up(unit: &mut Unit<'_>, row: &StaffRow, (id, school): (PersonId, OrgId)) -> Result<(), Trouble> {
    let post = said_post(row, (&*unit, id, school));
    let roles = employments(unit, id, school);
    let (fresh, today) = (unit.world.ids.next(), unit.world.today);
    let since = unit.world.since();
    let Some(known) = unit.people.get_mut(&id) else { return Ok(()) };
    // Whoever is a pupil is one until the day on which it is learnt that they work; whoever was one, works since then.
    let schooling = known.standing.all().filter(|role| role.post.is_schooling());
    let schooled = schooling.fold(since, |last, role| match role.state {
        State::Active => today,
        State::Ended { on, .. } => last.max(on),
    });
    let on = if row.status == StaffStatus::TransferredIn { today } else { schooled };
    let old = roles.iter().find(|(_, there)| *there != post).filter(|_| roles.iter().all(|(_, there)| *there != post));
    let begun = match old {
        Some((old, _)) => known.standing.transfer(*old, post, today, fresh),
        None => known.standing.begin(post, on, fresh),
    };
    // Nothing stands in the way of a role of staff: a pupil's ends with it.
    begun.map(drop).map_err(|_| Trouble::new(Field::SchoolCode, row.school.as_str(), Finding::SchoolClosed))
}

/// What a row says that somebody is paid for; what they are already, where it does not tell.
fn said_post(row: &StaffRow, (unit, id, school): (&Unit<'_>, PersonId, OrgId)) -> Post {
    let held = || employments(unit, id, school).first().map(|(_, post)| *post);
    match row.role {
        Some(role) => Post::of(role, school),
        None => held().unwrap_or(Post::of(Role::Staff, school)),
    }
}

/// What somebody is paid for at a school.
fn employments(unit: &Unit<'_>, id: PersonId, school: OrgId) -> Vec<(AffiliationId, Post)> {
    let known = unit.people.get(&id);
    let all = known.into_iter().flat_map(|known| known.standing.active());
    let here = all.filter(|role| role.post.org == school && role.post.is_employment());
    here.map(|role| (role.id, role.post)).collect()
}
