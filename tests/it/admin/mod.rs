//! Administration: who may do what, where; the console; the first administrator.

mod authority;
mod bulk;
mod claiming;
mod clients;
mod codes;
pub(crate) mod console;
mod correcting;
mod desk;
mod enrolling;
mod fates;
mod finding;
mod founding;
pub(crate) mod imports;
mod imports_bounded;
mod imports_decided;
mod jobs;
mod leaving;
mod merging;
mod overview;
mod renumbering;
mod roles;
mod rollover;
mod schools;
mod scopes;
mod sections;
mod sequences;
mod suspension;
mod trail;
mod transfers;
mod undo;
mod uploads;

use phuong::{
    admin::people,
    base::{
        id::{AccountId, OrgId, PersonId},
        secret::Token,
    },
    login::session,
    model::role::Role,
    people::memberships::{self, Event},
    services::audit::Actor,
    services::authority::{AdminRole, Right, Standing},
    store::{Tx, accounts, delegations},
};

use crate::support::{callers::Browser, tour::Tour};

/// Whom a sector ID belongs to.
pub(crate) async fn whose(t: &Tour, sector_id: &str) -> (AccountId, PersonId) {
    let found =
        t.sv.store
            .read(sector_id.to_owned(), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await)
            .await
            .unwrap()
            .unwrap();
    (found.account_id, found.person_id)
}

/// The sample person of a role.
pub(crate) async fn person(t: &Tour, role: &str) -> PersonId {
    whose(t, &t.person(role).sector_id).await.1
}

/// What the sample person of a role administers, signed in now.
pub(crate) async fn standing(t: &Tour, role: &str) -> Standing {
    let mut browser = Browser::default();
    browser.sign_in_as(t, "/sign-in", role).await;
    let cookie = Token::presented(browser.session().unwrap());
    Standing::of(&t.sv, &session::find(&t.sv, &cookie).await.unwrap().unwrap()).await.unwrap()
}

/// A second record of a pupil of a school.
pub(crate) async fn double(t: &Tour, org: OrgId) -> PersonId {
    merging::double(t, Role::Student, org).await
}

/// The org over which the sample person of a role administers.
pub(crate) async fn org_of(t: &Tour, role: &str) -> OrgId {
    standing(t, role).await.held()[0].org_id
}

/// A school of the sample where the sample person of a role is not.
pub(crate) async fn other_school(t: &Tour, role: &str) -> OrgId {
    let home = &t.person(role).school_code;
    let code = t.people.iter().map(|person| &person.school_code).find(|code| *code != home).unwrap().clone();
    people::school(&t.sv, &code).await.unwrap().unwrap()
}

/// Lets the sample person of a role teach at another school too, which somebody else of the sample administers.
async fn teaching_at_two(t: &Tour, role: &str, head: &str) -> OrgId {
    let other = other_school(t, role).await;
    let begins = vec![Event::Begins(Role::Teacher, other)];
    let today = t.clock.now().day();
    assert!(memberships::record(&t.sv, &Actor::CommandLine, person(t, role).await, begins, today).await.unwrap());
    give(t, head, AdminRole::SchoolAdmin, other).await;
    other
}

/// Gives the sample person of a role a right, as a command would.
pub(crate) async fn give(t: &Tour, role: &str, right: AdminRole, org: OrgId) -> Right {
    let account = whose(t, &t.person(role).sector_id).await.0;
    let new = delegations::NewDelegation { id: t.sv.ids.next(), account, org, role: right.as_str(), granted_by: None };
    let turn = (new, t.clock.now());
    t.sv.store
        .write(turn, async |tx: &mut Tx, (new, now)| delegations::delegate(tx, new, *now).await.map(drop))
        .await
        .unwrap();
    Right { role: right, org }
}
