//! What fails with one school or one person keeps nobody else waiting, and is tried again.

use std::time::Duration;

use phuong::{
    model::{affiliation::EndReason, role::Role},
    on_db,
    people::{due, memberships::Event, orgs},
    services::audit::Actor,
    store::Tx,
    worker,
};

use super::*;
use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::Receiver,
    tour::Tour,
};

/// Writes since when somebody is what they are.
async fn since(t: &Tour, person: PersonId, day: &'static str) {
    const SINCE: &str = "UPDATE affiliations SET valid_from = $2 WHERE person_id = $1";
    let write =
        async |tx: &mut Tx, (person, day): &(PersonId, &str)| on_db!(tx, sqlx::query(SINCE).bind(*person).bind(*day));
    assert!(t.sv.store.write((person, day), write).await.unwrap() > 0);
}

async fn pupils_of(t: &Tour, org: OrgId) -> Vec<PersonId> {
    const PUPILS: &str =
        "SELECT person_id FROM affiliations WHERE org_id = $1 AND role = 'student' AND status = 'active'";
    let read = async |tx: &mut Tx, org: &OrgId| -> Result<Vec<(PersonId,)>, _> {
        on_db!(tx, c => sqlx::query_as(PUPILS).bind(*org).fetch_all(&mut *c))
    };
    t.sv.store.read(org, read).await.unwrap().into_iter().map(|(person,)| person).collect()
}

async fn closings(t: &Tour) -> i64 {
    const CLOSINGS: &str = "SELECT COUNT(*) FROM jobs WHERE kind = 'org_closing'";
    let read = async |tx: &mut Tx, (): &()| -> Result<(i64,), _> {
        on_db!(tx, c => sqlx::query_as(CLOSINGS).fetch_one(&mut *c))
    };
    t.sv.store.read((), read).await.unwrap().0
}

both! { async fn a_closing_that_fails_keeps_no_notice_waiting_and_is_tried_again_later(t: Tour) {
    let told = Receiver::start().await;
    let uri = told.address();
    let app = RelyingParty::registered(&t, "app", |mut ask| {
        ask.backchannel_logout_uri = Some(uri);
        ask
    }).await;
    app.tokens(&t, &mut Browser::default(), "").await;
    let (teacher, at) = (person(&t, "teacher").await, school_of(&t, "teacher").await);
    let pupil = person(&t, "student").await;
    since(&t, pupil, "no day").await;
    orgs::close(&t.sv, &Actor::CommandLine, school_of(&t, "student").await).await.unwrap();
    happen(&t, teacher, vec![Event::Ends(Role::Teacher, at, EndReason::Left)]).await.unwrap();

    worker::do_jobs(&t.sv).await.unwrap();
    assert!(!told.is_quiet(), "the app was told beside it");
    assert_eq!(closings(&t).await, 1, "it is not forgotten");
    since(&t, pupil, "2026-09-05").await;
    t.advance(Duration::from_secs(14));
    worker::do_jobs(&t.sv).await.unwrap();
    assert_eq!(closings(&t).await, 1, "and not tried again at once");
    t.advance(Duration::from_secs(1));
    worker::do_jobs(&t.sv).await.unwrap();
    assert_eq!(closings(&t).await, 0);
} }

both! { async fn what_is_due_to_somebody_and_fails_keeps_nobody_else_waiting(t: Tour) {
    let at = school_of(&t, "student").await;
    let pupils = pupils_of(&t, at).await;
    let (stuck, other) = (pupils[0], pupils[1]);
    for pupil in [stuck, other] {
        happen(&t, pupil, vec![Event::Ends(Role::Student, at, EndReason::Transferred)]).await.unwrap();
        // The first is the first to be due.
        t.advance(Duration::from_secs(1));
    }
    since(&t, stuck, "no day").await;
    t.advance(Duration::from_hours(24 * 31));
    due::work(&t.sv).await.unwrap();
    assert_eq!(state(&t, other).await, "dormant");
    assert_ne!(state(&t, stuck).await, "dormant");
    since(&t, stuck, "2026-09-05").await;
    t.advance(Duration::from_hours(1));
    due::work(&t.sv).await.unwrap();
    assert_eq!(state(&t, stuck).await, "dormant");
} }
