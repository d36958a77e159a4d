//! Two records of one person: made one by a human who looked at both, with both histories kept.

use std::time::Duration;

use jiff::civil::date;
use phuong::{
    base::{
        clock::Moment,
        id::{ImportId, OrgId, PersonId},
    },
    model::{identifier::IdentifierKind, name::PersonName, role::Role, sex::Sex},
    people::{
        memberships::{self, Event},
        records::{self, ContactKind, Record},
    },
    services::audit::Actor,
    store::{
        Day, Tx, accounts, audit, contexts,
        import_tasks::{self, NewTask},
        ledger, memberships as rows,
        people::{self, NewPerson},
        person_changes::{self, Touch},
        personal,
    },
};

use super::{console::signed_in, org_of, other_school, person, whose};
use crate::{
    roster::content,
    support::{
        callers::{Browser, RelyingParty},
        tour::{Answer, Tour, claims},
    },
};

/// The sector ID of the other record.
pub(super) const DOUBLE: &str = "3177700001";

/// Another record, of somebody who is something at a school.
pub(super) async fn double(t: &Tour, role: Role, org: OrgId) -> PersonId {
    let record =
        Record { name: PersonName::read("Nguyễn Bản Sao").unwrap(), born: Some(date(2017, 3, 14)), sex: None };
    let known = [(IdentifierKind::Sector, DOUBLE)];
    let person = records::register(&t.sv, &Actor::CommandLine, &record, &known, true).await.unwrap();
    let begins = vec![Event::Begins(role, org)];
    memberships::record(&t.sv, &Actor::CommandLine, person, begins, t.clock.now().day()).await.unwrap();
    person
}

pub(super) async fn merge(t: &Tour, browser: &mut Browser, kept: PersonId, gone: PersonId) -> Answer {
    let csrf = browser.get(t, "/account/password").await.field("csrf");
    let form = [("csrf", csrf.as_str()), ("other", &gone.to_string())];
    browser.post(t, &format!("/console/people/{kept}/merge"), &form).await
}

/// Makes somebody's record what is told, whatever it was.
pub(super) async fn recorded(t: &Tour, person: PersonId, name: &str, born: Option<Day>, sex: Option<Sex>) {
    let new = NewPerson::new(person, PersonName::read(name).unwrap(), born, sex.map(Sex::as_str));
    let write = async |tx: &mut Tx, (new, now): &(NewPerson, Moment)| {
        ledger::correct(tx, new, *now).await?;
        people::add_words(tx, std::iter::once(new)).await
    };
    t.sv.store.write((new, t.clock.now()), write).await.unwrap();
}

/// What is recorded of somebody.
async fn known(t: &Tour, person: PersonId) -> contexts::PersonRow {
    let read = async |tx: &mut Tx, person: &PersonId| contexts::person(tx, *person).await;
    t.sv.store.read(person, read).await.unwrap().unwrap()
}

async fn events(t: &Tour, sector_id: &str) -> Vec<String> {
    let subject = phuong::services::audit::account(whose(t, sector_id).await.0);
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    t.sv.store.read(subject, read).await.unwrap().into_iter().map(|event| event.action).collect()
}

both! { async fn r42_two_records_become_one_and_the_pid_that_goes_is_never_told_again(t: Tour) {
    let pupil = t.person("student").clone();
    let (kept, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let gone = double(&t, Role::Student, school).await;
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, &format!("/console/people/{kept}/merge?with={DOUBLE}")).await;
    assert!(page.status == 200 && page.text.contains(&pupil.name) && page.text.contains("Nguyễn Bản Sao"), "{}", page.text);
    let app = RelyingParty::new(&t, "app").await;
    let subject = |tokens: &serde_json::Value| claims(tokens["id_token"].as_str().unwrap())["sub"].clone();
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "student").await;
    let before = subject(&app.tokens(&t, &mut own, "&scope=openid").await);

    let done = merge(&t, &mut head, kept, gone).await;
    assert_eq!(done.header("location"), format!("/console/people/{kept}?done=merged"), "{}", done.text);
    assert_eq!(merge(&t, &mut head, kept, gone).await.header("location"), format!("/console/people/{kept}?done=nothing"));
    let led = head.get(&t, &format!("/console/people/{gone}")).await;
    assert_eq!((led.status, led.header("location")), (303, format!("/console/people/{kept}").as_str()));

    assert_eq!(whose(&t, DOUBLE).await, whose(&t, &pupil.sector_id).await, "both IDs lead to one account");
    let mut again = Browser::default();
    assert_eq!(again.sign_in(&t, "/sign-in", DOUBLE, &pupil.password).await.status, 303, "with the password that stayed");
    assert_eq!(subject(&app.tokens(&t, &mut again, "&scope=openid").await), before, "apps know the one subject");
    assert_eq!(own.get(&t, "/portal").await.status, 200, "nothing of the one that stays ended");
    let read = async |tx: &mut Tx, (person, today): &(PersonId, jiff::civil::Date)| rows::standing(tx, *person, *today).await;
    let standing = t.sv.store.read((kept, t.clock.now().day()), read).await.unwrap();
    assert_eq!((standing.all().count(), standing.active().count()), (2, 1), "both histories, and invariant 3");
    assert!(standing.primary().is_some());
    assert!(events(&t, &pupil.sector_id).await.contains(&"person.merged".to_owned()));
    let sector = signed_in(&t, "sector_admin").await.get(&t, "/console/people?q=ban+sao").await.text;
    assert!(!sector.contains("Nguyễn Bản Sao"), "nobody of that name is found any more");
} }

both! { async fn what_the_one_that_goes_was_signed_in_to_ends(t: Tour) {
    let pupil = t.person("student").clone();
    let (gone, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let kept = double(&t, Role::Student, school).await;
    let (app, mut own) = (RelyingParty::new(&t, "app").await, Browser::default());
    own.sign_in_as(&t, "/sign-in", "student").await;
    let tokens = app.tokens(&t, &mut own, "&scope=openid%20offline_access").await;
    let mut head = signed_in(&t, "school_admin").await;
    assert!(merge(&t, &mut head, kept, gone).await.header("location").ends_with("done=merged"));
    assert!(own.get(&t, "/portal").await.text.contains("login-submit"), "signed out");
    assert!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.status >= 400);
    assert_eq!(own.sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await.status, 422, "its password is gone");
    // The place in a class that only the other had is theirs now.
    let read = async |tx: &mut Tx, (person, today): &(PersonId, jiff::civil::Date)| rows::standing(tx, *person, *today).await;
    let standing = t.sv.store.read((kept, t.clock.now().day()), read).await.unwrap();
    assert_eq!(standing.seats(standing.schooling().unwrap().id).count(), 1);
} }

both! { async fn r44_what_cannot_be_one_person_stays_two_and_a_stale_sign_in_merges_nobody(t: Tour) {
    let kept = person(&t, "student").await;
    let elsewhere = other_school(&t, "student").await;
    let mut sector = signed_in(&t, "sector_admin").await;
    let mut head = signed_in(&t, "school_admin").await;
    // R38: out of reach looks like nobody.
    let staff = t.person("sector_admin").sector_id.clone();
    let mut pages = Vec::new();
    for id in [staff.as_str(), "3199999999"] {
        let page = head.get(&t, &format!("/console/people/{kept}/merge?with={id}")).await;
        assert_eq!(page.status, 422);
        pages.push(page.text.replace(id, "ID"));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(merge(&t, &mut head, kept, person(&t, "sector_admin").await).await.header("location"), format!("/console/people/{kept}?done=nothing"));
    let same = merge(&t, &mut sector, kept, kept).await;
    assert!(same.status == 422 && same.text.contains("chính là hồ sơ"), "{}", same.text);
    let rights = merge(&t, &mut sector, kept, person(&t, "school_admin").await).await;
    assert!(rights.status == 422 && rights.text.contains("quyền quản trị"), "{}", rights.text);
    let gone = double(&t, Role::Student, elsewhere).await;
    let places = merge(&t, &mut sector, kept, gone).await;
    assert!(places.status == 422 && places.text.contains("hai trường"), "{}", places.text);

    t.clock.advance(Duration::from_mins(6));
    assert!(sector.get(&t, &format!("/console/people/{kept}/merge?with={DOUBLE}")).await.text.contains("login-submit"));
    assert!(merge(&t, &mut sector, kept, gone).await.text.contains("login-submit"));
    let there = t.sv.store.read(gone, async |tx: &mut Tx, id: &PersonId| accounts::of_person(tx, *id).await).await.unwrap();
    assert!(there.is_some(), "nothing was done");
} }

both! { async fn an_import_that_the_one_that_goes_brought_is_the_other_ones(t: Tour) {
    let pupil = t.person("student").clone();
    let (kept, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let gone = double(&t, Role::Student, school).await;
    let id: ImportId = t.sv.ids.next();
    let (account, now) = (whose(&t, DOUBLE).await.0, t.clock.now());
    let task = NewTask { id, account, org: Some(school), options: b"sealed".to_vec(), now };
    t.sv.store.write(task, async |tx: &mut Tx, task| import_tasks::add(tx, task).await).await.unwrap();
    let mut head = signed_in(&t, "school_admin").await;
    let done = merge(&t, &mut head, kept, gone).await;
    assert_eq!(done.header("location"), format!("/console/people/{kept}?done=merged"), "{}", done.text);
    let task = t.sv.store.read(id, async |tx: &mut Tx, id: &ImportId| import_tasks::find(tx, *id).await).await.unwrap();
    assert_eq!(task.unwrap().account_id, whose(&t, &pupil.sector_id).await.0);
} }

both! { async fn what_the_record_that_stays_lacks_is_filled_and_named_in_the_trail(t: Tour) {
    let by = Actor::CommandLine;
    let pupil = t.person("student").clone();
    let (kept, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let gone = double(&t, Role::Student, school).await;
    recorded(&t, kept, &pupil.name, None, None).await;
    recorded(&t, gone, "Nguyễn Bản Sao", Some(Day(date(2017, 3, 14))), Some(Sex::Female)).await;
    let document = serde_json::json!({ "website": "https://ban-sao.example" });
    records::describe(&t.sv, &by, kept, &serde_json::Map::new(), Some("vi")).await.unwrap();
    records::describe(&t.sv, &by, gone, document.as_object().unwrap(), Some("en")).await.unwrap();
    // The address of the one that goes is the elder, and the number is the same.
    for (whose, kind, value) in [
        (gone, ContactKind::Email, "a@ban-sao.example"),
        (gone, ContactKind::Phone, "0912000009"),
        (kept, ContactKind::Email, "z@giu-lai.example"),
        (kept, ContactKind::Phone, "0912000009"),
    ] {
        t.clock.advance(Duration::from_secs(1));
        records::reach(&t.sv, &by, whose, kind, Some(value)).await.unwrap();
    }
    let was = known(&t, kept).await.updated_at;
    let mark = Touch { person: kept, was, imprint: Some(424_242) };
    t.sv.store.write(mark, async |tx: &mut Tx, mark| person_changes::imprint(tx, &[*mark]).await).await.unwrap();
    let marked = "SELECT full_name FROM persons WHERE imprint = 424242";
    assert_eq!(content::rows(&t.sv.store, marked).await.unwrap().len(), 1);

    t.clock.advance(Duration::from_secs(1));
    let mut head = signed_in(&t, "school_admin").await;
    assert!(merge(&t, &mut head, kept, gone).await.header("location").ends_with("done=merged"));
    let now = known(&t, kept).await;
    assert_eq!((now.full_name.as_str(), now.birth_date.as_deref()), (pupil.name.as_str(), Some("2017-03-14")));
    assert_eq!(now.locale.as_deref(), Some("vi"), "what was there is not replaced");
    assert_eq!(now.claims.unwrap().0["website"], document["website"]);
    let described = async |tx: &mut Tx, kept: &PersonId| personal::described(tx, *kept).await;
    assert_eq!(t.sv.store.read(kept, described).await.unwrap().unwrap().sex.as_deref(), Some("female"));
    let contacts = "SELECT value FROM contacts WHERE value IN ('0912000009', 'a@ban-sao.example', 'z@giu-lai.example') ORDER BY value";
    let contacts = content::rows(&t.sv.store, contacts).await.unwrap();
    assert_eq!(contacts, ["0912000009", "a@ban-sao.example", "z@giu-lai.example"]);
    let email = async |tx: &mut Tx, kept: &PersonId| contexts::contact(tx, *kept, "email").await;
    let told = t.sv.store.read(kept, email).await.unwrap().unwrap().0;
    assert_eq!(told, "z@giu-lai.example", "apps are told what they were told");
    assert_eq!(content::rows(&t.sv.store, marked).await.unwrap(), [""; 0], "the next roster is compared anew");

    let subject = phuong::services::audit::account(whose(&t, &pupil.sector_id).await.0);
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let events = t.sv.store.read(subject, read).await.unwrap();
    let event = events.iter().find(|event| event.action == "person.merged").expect("told");
    let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap();
    assert_eq!(detail["filled"], serde_json::json!(["birth_date", "sex", "claims", "email"]), "names, no values");
    assert!(!event.detail.contains("2017-03-14") && !event.detail.contains("example"), "{}", event.detail);
} }
