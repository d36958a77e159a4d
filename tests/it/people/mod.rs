//! People: the invariants of the model, what follows from each event, and what apps are told.

mod claims;
mod ended;
mod lives;
mod records;
mod stuck;

use phuong::{
    base::id::{AccountId, OrgId, PersonId},
    people::{
        PeopleError,
        memberships::{self, Event},
    },
    services::audit::Actor,
    store::{Tx, accounts, contexts, orgs},
};

use crate::support::tour::Tour;

/// Whom a sector ID belongs to.
async fn whose(t: &Tour, sector_id: &str) -> (AccountId, PersonId) {
    let read = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    let found = t.sv.store.read(sector_id.to_owned(), read).await.unwrap().unwrap();
    (found.account_id, found.person_id)
}

/// The sample person of a role.
async fn person(t: &Tour, role: &str) -> PersonId {
    whose(t, &t.person(role).sector_id).await.1
}

/// The sample person's school.
async fn school_of(t: &Tour, role: &str) -> OrgId {
    school(t, &t.person(role).school_code).await
}

async fn school(t: &Tour, code: &str) -> OrgId {
    let read = async |tx: &mut Tx, code: &String| orgs::by_code(tx, "school", code).await;
    t.sv.store.read(code.to_owned(), read).await.unwrap().unwrap().id
}

/// A school of the demo that is not this one.
fn another_school(t: &Tour, than: &str) -> String {
    let codes = t.people.iter().map(|person| person.school_code.clone());
    codes.into_iter().find(|code| code != than).unwrap()
}

/// Records what happened to somebody today.
async fn happen(t: &Tour, person: PersonId, events: Vec<Event>) -> Result<bool, PeopleError> {
    memberships::record(&t.sv, &Actor::CommandLine, person, events, t.clock.now().day()).await
}

/// The state of somebody's account.
async fn state(t: &Tour, person: PersonId) -> String {
    let read = async |tx: &mut Tx, person: &PersonId| accounts::of_people(tx, &[*person]).await;
    t.sv.store.read(person, read).await.unwrap().pop().unwrap().state.to_string()
}
