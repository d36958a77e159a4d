//! P11: what a teacher is told of a class they teach. What they do to one pupil of it, `accounts` does; what they print for
//! all, `slips`.

use serde_json::json;

use crate::{
    base::id::{ClassId, OrgId, PersonId},
    services::{
        Services,
        audit::Scribe,
        authority::{Group, Permit, PrintSlips, SeeClass},
    },
    store::{
        StoreError, Tx,
        classroom::{self, OwnClassRow, PupilRow},
        delegations, newcomers,
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

/// What the class is called for which sheets may be printed, where it is one of the school's that have pupils.
pub async fn code_of(
    sv: &Services,
    leave: &Permit<PrintSlips, Group>,
    school: OrgId,
) -> Result<Option<String>, StoreError> {
    let Group::Class(class) = *leave.place() else { return Ok(None) };
    let all = sv.store.read(school, async |tx: &mut Tx, school: &OrgId| newcomers::classes(tx, *school).await).await?;
    Ok(all.into_iter().find(|one| one.id == class).map(|one| one.code))
}

/// Notes that a class's list is taken away; its school finds that in the trail.
pub async fn note_taken(sv: &Services, leave: &Permit<SeeClass, Group>) -> Result<(), StoreError> {
    let Group::Class(class) = *leave.place() else { return Ok(()) };
    let note = async |tx: &mut Tx, (class, scribe): &(ClassId, Scribe)| {
        let scribe = scribe.by_right_over(delegations::org_of_class(tx, *class).await?);
        let detail = json!({ "form": "xlsx class", "class": class });
        scribe.note(tx, "people.exported", "people".to_owned(), &detail).await
    };
    sv.store.write_aside((class, leave.scribe(sv)), note).await
}
