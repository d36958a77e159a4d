//! One person's record: invariants 1, 2 and 8, and that what is gone stays gone.

use std::{collections::HashSet, time::Duration};

use jiff::civil::date;
use phuong::{
    admin::corrections::{self, Typed},
    login::codes::ActivationCode,
    model::{account::AccountState, affiliation::EndReason, identifier::IdentifierKind, name::PersonName, role::Role},
    people::{
        accounts as deeds, identifiers,
        memberships::Event,
        records::{self, ContactKind, Record},
    },
    services::{audit::Actor, authority::Standing},
    store::{Tx, ledger},
};

use super::*;
use crate::support::callers::{Browser, RelyingParty};

const CLERK: Actor = Actor::CommandLine;

fn record(name: &str) -> Record {
    Record { name: PersonName::read(name).unwrap(), born: Some(date(2017, 3, 14)), sex: None }
}

async fn newcomer(t: &Tour, name: &str, known: &[(IdentifierKind, &str)]) -> Result<PersonId, PeopleError> {
    records::register(&t.sv, &CLERK, &record(name), known, true).await
}

async fn put(t: &Tour, person: PersonId, kind: IdentifierKind, value: &str) -> Result<bool, PeopleError> {
    identifiers::put(&t.sv, &CLERK, person, kind, value, "a test").await
}

both! { async fn invariant_2_an_identifier_is_one_persons_until_it_is_superseded(t: Tour) {
    let one = newcomer(&t, "Phạm Gia Hân", &[(IdentifierKind::Sector, "3199000001")]).await.unwrap();
    let taken = newcomer(&t, "Phạm Gia Bảo", &[(IdentifierKind::Sector, "3199000001")]).await;
    assert!(matches!(taken, Err(PeopleError::Taken(IdentifierKind::Sector))), "{taken:?}");
    let two = newcomer(&t, "Phạm Gia Bảo", &[]).await.unwrap();
    assert!(put(&t, one, IdentifierKind::Citizen, "031317004321").await.unwrap());
    assert!(!put(&t, one, IdentifierKind::Citizen, "031317004321").await.unwrap(), "again, and nothing is new");
    assert!(matches!(put(&t, two, IdentifierKind::Citizen, "031317004321").await, Err(PeopleError::Taken(_))));
    // Issued anew: the old number is superseded, and free.
    assert!(put(&t, one, IdentifierKind::Citizen, "031317009999").await.unwrap());
    assert!(put(&t, two, IdentifierKind::Citizen, "031317004321").await.unwrap());
    assert!(matches!(put(&t, two, IdentifierKind::Citizen, "12").await, Err(PeopleError::Malformed(_))));
} }

both! { async fn of_many_who_claim_one_identifier_at_once_one_gets_it(t: Tour) {
    let mut people = Vec::new();
    for name in ["Lê An", "Lê Bình", "Lê Chi", "Lê Dung"] {
        people.push(newcomer(&t, name, &[]).await.unwrap());
    }
    let claims = people.iter().map(|person| put(&t, *person, IdentifierKind::Sector, "3199000002"));
    let outcomes = futures_util::future::join_all(claims).await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(PeopleError::Taken(_)))).count(), 3);
} }

both! { async fn a_sector_id_takes_the_place_of_a_temporary_one_and_the_printed_one_goes_on_signing_in(t: Tour) {
    let known = [(IdentifierKind::Temporary, "TAM-000001")];
    let person = newcomer(&t, "Trần Khánh An", &known).await.unwrap();
    assert_eq!(whose(&t, "tam-000001").await.1, person);
    assert!(put(&t, person, IdentifierKind::Sector, "3199000003").await.unwrap());
    assert_eq!((whose(&t, "3199000003").await.1, whose(&t, "tam-000001").await.1), (person, person));
    assert!(matches!(put(&t, person, IdentifierKind::Temporary, "TAM-000009").await, Err(PeopleError::HasSectorId)));
    // Circular 42/2021: no other one takes the place of a sector ID, whoever has it.
    let other = newcomer(&t, "Trần Khánh Băng", &[(IdentifierKind::Sector, "3199000005")]).await.unwrap();
    for another in ["3199000004", "3199000005"] {
        let kept = put(&t, person, IdentifierKind::Sector, another).await;
        assert!(matches!(kept, Err(PeopleError::HasSectorId)), "{kept:?}");
    }
    assert_eq!((whose(&t, "3199000003").await.1, whose(&t, "3199000005").await.1), (person, other));
} }

both! { async fn whoever_may_be_known_already_is_for_a_human_to_review(t: Tour) {
    let first = newcomer(&t, "Vũ Minh Khôi", &[]).await.unwrap();
    let again = records::register(&t.sv, &CLERK, &record("Vũ Minh Khôi"), &[], false).await;
    assert!(matches!(&again, Err(PeopleError::PerhapsKnown(alike)) if alike[..] == [first]), "{again:?}");
    assert!(records::register(&t.sv, &CLERK, &record("Vũ Minh Khoa"), &[], false).await.is_ok());
} }

both! { async fn a_correction_and_a_contact_are_recorded_with_their_line_in_the_trail(t: Tour) {
    let person = newcomer(&t, "Ngô Bảo Chau", &[]).await.unwrap();
    let leave = Standing::danger_command_line().over(&t.sv, person).await.unwrap();
    let typed = Typed { name: Some("Ngô Bảo Châu".to_owned()), ..Typed::default() };
    assert!(corrections::correct(&t.sv, &leave, &typed, None).await.unwrap());
    records::reach(&t.sv, &CLERK, person, ContactKind::Phone, Some("+84 912 000 002")).await.unwrap();
    records::reach(&t.sv, &CLERK, person, ContactKind::Phone, Some("0912000003")).await.unwrap();
    assert!(records::reach(&t.sv, &CLERK, person, ContactKind::Email, Some("@")).await.is_err());
    let read = async |tx: &mut Tx, person: &PersonId| {
        let account = accounts::of_person(tx, *person).await?.unwrap();
        let trail = phuong::store::audit::about(tx, &phuong::services::audit::account(account), 20).await?;
        let named = phuong::store::contexts::person(tx, *person).await?.unwrap().full_name;
        Ok((named, phuong::store::contexts::contact(tx, *person, "phone").await?, trail))
    };
    let (name, phone, trail) = t.sv.store.read(person, read).await.unwrap();
    assert_eq!((name.as_str(), phone.unwrap().0.as_str()), ("Ngô Bảo Châu", "0912000003"));
    let mut actions: Vec<&str> = trail.iter().map(|event| event.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["contact.changed", "contact.changed", "person.corrected", "person.registered"]);
    assert!(trail.iter().all(|event| !event.detail.contains("0912") && !event.detail.contains("Ngô")), "r50");
} }

both! { async fn r42_and_invariant_1_a_purged_person_and_their_sector_id_never_come_back(t: Tour) {
    let sector_id = t.person("student").sector_id.clone();
    let (pupil, at) = (person(&t, "student").await, school_of(&t, "student").await);
    // Something in every table that hangs from a person.
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let code = browser.sign_in_as(&t, &app.authorize(""), "student").await.sent("code").unwrap();
    assert_eq!(app.redeem(&t, &code).await.status, 200);
    records::reach(&t.sv, &CLERK, pupil, ContactKind::Phone, Some("0912000002")).await.unwrap();
    assert!(matches!(deeds::purge(&t.sv, &CLERK, pupil).await, Err(PeopleError::Step(_))), "not while they are here");
    happen(&t, pupil, vec![Event::Ends(Role::Student, at, EndReason::Left)]).await.unwrap();
    deeds::purge(&t.sv, &CLERK, pupil).await.unwrap();

    assert!(matches!(deeds::purge(&t.sv, &CLERK, pupil).await, Err(PeopleError::NoSuchPerson)));
    let back = newcomer(&t, "Người Khác", &[(IdentifierKind::Sector, &sector_id)]).await;
    assert!(matches!(back, Err(PeopleError::Buried)), "{back:?}");
    let other = newcomer(&t, "Người Khác", &[]).await.unwrap();
    assert!(matches!(put(&t, other, IdentifierKind::Sector, &sector_id).await, Err(PeopleError::Buried)));
    assert_ne!(other, pupil);
} }

both! { async fn whoever_completed_a_level_but_not_school_is_kept(t: Tour) {
    let (pupil, at) = (person(&t, "student").await, school_of(&t, "student").await);
    happen(&t, pupil, vec![Event::Ends(Role::Student, at, EndReason::Completed)]).await.unwrap();
    assert_eq!(state(&t, pupil).await, "dormant");
    t.advance(Duration::from_hours(24 * 366));
    phuong::people::due::work(&t.sv).await.unwrap();
    let read = async |tx: &mut Tx, pupil: &PersonId| {
        Ok((phuong::store::memberships::last_grade(tx, *pupil).await?, accounts::of_people(tx, &[*pupil]).await?))
    };
    let (grade, accounts) = t.sv.store.read(pupil, read).await.unwrap();
    // The sample's pupil is in no last grade: kept, and not looked at again.
    assert!(grade != Some(12) && accounts[0].due_at.is_none() && accounts[0].state == AccountState::Dormant);
} }

both! { async fn invariant_8_no_two_accounts_share_a_generated_secret(t: Tour) {
    let mut secrets = HashSet::new();
    for sample in &t.people {
        let account = whose(&t, &sample.sector_id).await.0;
        for issue in 1..200 {
            assert!(secrets.insert(ActivationCode::derive(&t.sv.keys.activation, account, issue).shown().to_string()));
        }
    }
    let passwords: HashSet<&String> = t.people.iter().map(|sample| &sample.password).collect();
    assert_eq!(passwords.len(), t.people.len());
} }

both! { async fn a_citizen_number_stands_in_no_column_in_clear(t: Tour) {
    let person = newcomer(&t, "Đỗ Hà My", &[(IdentifierKind::Citizen, "031317004321")]).await.unwrap();
    let read = async |tx: &mut Tx, person: &PersonId| {
        let sealed = phuong::store::contexts::sealed(tx, *person, "cccd").await?.unwrap();
        Ok((sealed, ledger::has(tx, *person, "temp").await?))
    };
    let (sealed, temporary) = t.sv.store.read(person, read).await.unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"004321") && temporary);
} }
