//! P11: what a teacher is told of a class they teach. What they do to one pupil of it, `accounts` does; what they print for
//! all, `slips`.

use serde_json::json;

use crate::{
    base::id::PersonId,
    services::{
        Services,
        authority::{Group, Permit, SeeClass},
    },
    store::{
        StoreError, Tx, audit,
        classroom::{self, OwnClassRow, PupilRow},
    },
};

/// The classes that somebody teaches now: those of which they are the homeroom teacher first.
pub async fn own(sv: &Services, teacher: PersonId) -> Result<Vec<OwnClassRow>, StoreError> {
    sv.store.read(teacher, async |tx: &mut Tx, teacher: &PersonId| classroom::own(tx, *teacher).await).await
}

/// The pupils of a class, in the order of its list.
pub async fn pupils(sv: &Services, leave: &Permit<SeeClass, Group>) -> Result<Vec<PupilRow>, StoreError> {
    let Group::Class(class) = *leave.place() else { return Ok(Vec::new()) };
    let question = (class, sv.clock.now());
    sv.store.read(question, async |tx: &mut Tx, (class, now)| classroom::pupils(tx, *class, *now).await).await
}

/// Notes that a class's list is taken away.
pub async fn note_taken(sv: &Services, leave: &Permit<SeeClass, Group>) -> Result<(), StoreError> {
    let Group::Class(class) = *leave.place() else { return Ok(()) };
    let detail = json!({ "form": "xlsx class", "class": class });
    let event = leave.event(sv, "people.exported", "people".to_owned(), &detail);
    sv.store.write_aside(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await
}
