//! P11: what a teacher is told of a class they teach. What they do to one pupil of it, `accounts` does; what they print for
//! all, `slips`.

use crate::{
    base::id::PersonId,
    services::{
        Services,
        authority::{Group, Permit, SeeClass},
    },
    store::{
        StoreError, Tx,
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
