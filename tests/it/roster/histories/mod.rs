//! Whatever a sector goes through in its files, in whatever order their rows stand, repeated, cut and gone on with: the
//! invariants hold after each step, and the database says what the files said.
//!
//! A few histories in the suite; `PHUONG_TEST_HISTORIES=200` runs more.

mod story;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    time::Duration,
};

use jiff::civil::date;
use phuong::{
    base::id::{AffiliationId, PersonId},
    on_db,
    roster::{Ask, ImportError, Report, Severity},
    store::Tx,
};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use self::story::{Sending, Story, steps};
use super::{
    content::rows,
    office::{Office, PUPILS, SCHOOLS, STAFF, counts, told},
};

/// What was in the database before.
#[derive(Default)]
struct Past {
    /// Sector ID → person.
    people: BTreeMap<String, PersonId>,
    /// Affiliation → whose, what, where, since when; and whether it is over.
    roles: BTreeMap<AffiliationId, (String, bool)>,
}

impl Past {
    async fn invariants_hold(&mut self, office: &Office, mentioned: &str) {
        let (people, roles) = office
            .store()
            .read((), async |tx: &mut Tx, (): &()| {
                let people: Vec<(String, PersonId)> = on_db!(tx, c => sqlx::query_as(HELD).fetch_all(&mut *c))?;
                let roles: Vec<(AffiliationId, String, String, String)> =
                    on_db!(tx, c => sqlx::query_as(ROLES).fetch_all(&mut *c))?;
                Ok((people, roles))
            })
            .await
            .unwrap();
        for (sector_id, person) in people {
            let before = *self.people.entry(sector_id.clone()).or_insert(person);
            assert_eq!(before, person, "1: {sector_id} is somebody else");
        }
        for (id, what, status, own) in roles {
            let over = status == "ended";
            let before = self.roles.insert(id, (what.clone(), over)).unwrap_or_else(|| (what.clone(), over));
            assert_eq!(before.0, what, "4: a role was edited");
            assert!(over || !before.1, "4: {what} was over and is not");
            assert!(
                over == before.1 || mentioned.contains(&format!(" {own} ")),
                "5: {what} ended, and no file says so"
            );
        }
        for (what, sql) in NEVER {
            assert_eq!(rows(office.store(), sql).await.unwrap(), [""; 0], "{what}");
        }
    }
}

const HELD: &str = "SELECT value, person_id FROM identifiers WHERE type = 'moet' AND status <> 'superseded'";
/// Each affiliation, what never changes of it, its status, and its person's middle name.
const ROLES: &str =
    "SELECT a.id, p.middle_name || ' ' || a.role || '@' || o.code || ' ' || a.valid_from, a.status, p.middle_name
                     FROM affiliations a JOIN orgs o ON o.id = a.org_id JOIN persons p ON p.id = a.person_id";
const SAID: &str =
    "SELECT p.full_name || ' ' || a.role || '@' || o.code FROM affiliations a JOIN orgs o ON o.id = a.org_id
                    JOIN persons p ON p.id = a.person_id WHERE a.status = 'active'";

/// What there must never be.
const NEVER: [(&str, &str); 5] = [
    ("1: one person, one middle name", "SELECT middle_name FROM persons GROUP BY middle_name HAVING count(*) > 1"),
    (
        "2: an identifier is one person's",
        "SELECT type FROM identifiers WHERE status <> 'superseded' GROUP BY type, keyed HAVING count(*) > 1",
    ),
    (
        "3: one place as a pupil, and one main role",
        "SELECT max(role) FROM affiliations WHERE status = 'active' GROUP BY person_id
         HAVING sum(CASE WHEN role = 'student' AND NOT exempt THEN 1 ELSE 0 END) > 1
             OR sum(CASE WHEN is_primary THEN 1 ELSE 0 END) <> 1",
    ),
    ("6: a right was granted", "SELECT role FROM delegations"),
    (
        "9: an account sleeps if and only if nothing is left, and no school is awaited",
        "SELECT a.state FROM accounts a JOIN (SELECT person_id, max(CASE WHEN status = 'active' THEN 1 ELSE 0 END) AS stays
         FROM affiliations GROUP BY person_id) f ON f.person_id = a.person_id
         WHERE CASE WHEN a.state = 'dormant' THEN f.stays = 1 ELSE f.stays = 0 AND a.due_at IS NULL END",
    ),
];

fn histories() -> usize {
    env::var("PHUONG_TEST_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(3)
}

/// Sends the files of a step, and everything that may happen on their way.
async fn send(office: &Office, story: &mut Story, sending: Sending) -> String {
    let [pupils, staff] = story.rows(sending);
    let mut files = Vec::new();
    for (name, header, rows) in [("hs.csv", PUPILS, pupils), ("cb.csv", STAFF, staff)] {
        // Each half a file, so that there is something to cut between.
        for (half, rows) in rows.chunks(rows.len().div_ceil(2).max(1)).enumerate() {
            let name = format!("{half}-{name}");
            office.file(&name, header, &rows.concat());
            files.push((name, rows.concat()));
        }
    }
    if files.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let year = format!("{}-{}", story.year, story.year + 1).parse().ok();
    let dry = Ask { year, ..office.ask(&names) };
    let commit = Ask { commit: true, ..dry.clone() };
    let expected = office.run(&dry).await.unwrap();
    assert!(is_clean(&expected), "{:#?}\n{files:#?}", expected.issues);
    if sending.cut {
        let cut = office.begin(&commit, 1).await;
        assert!(matches!(cut, Ok(_) | Err(ImportError::Stopped { .. })), "{cut:?}");
    }
    let done = office.run(&commit).await.unwrap();
    assert_eq!(told(&done), told(&expected), "{files:#?}");
    if sending.repeated {
        let content = office.content().await;
        let [created, updated, _, ended] = counts(&office.run(&commit).await.unwrap());
        assert_eq!([created, updated, ended], [0; 3], "{files:#?}");
        assert_eq!(office.content().await, content);
    }
    files.into_iter().map(|(_, rows)| rows).collect()
}

fn is_clean(report: &Report) -> bool {
    report.of(Severity::Error).chain(report.of(Severity::Held)).next().is_none()
}

both! { async fn whatever_a_sector_goes_through_the_invariants_hold_after_each_import(office: Office) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let backend = office.backend();
    for _ in 0..histories() {
        let office = Office::on(backend).await.unwrap();
        let (mut story, mut past) = (Story::new(), Past::default());
        let mut open = true;
        for (events, sending) in steps().new_tree(&mut runner).unwrap().current() {
            for event in &events {
                story.meets(*event);
            }
            // Nobody goes on before the lessons of the year are over.
            office.waits_until(date(story.year, 6, 1));
            let mentioned = send(&office, &mut story, sending).await;
            past.invariants_hold(&office, &mentioned).await;
            let said: BTreeSet<String> = rows(office.store(), SAID).await.unwrap().into_iter().collect();
            assert_eq!(said, story.said(), "after {events:?}, {sending:?}:\n{mentioned}");
            if open && story.merged {
                office.file("truong.csv", SCHOOLS, "31303402|Trường Tiểu học Hai|TH|Phường Lê Chân|Sáp nhập\n");
                assert!(is_clean(&office.agree(&["truong.csv"]).await));
                open = false;
            }
            office.clock.advance(Duration::from_hours(24));
        }
        assert!(past.roles.len() >= 5, "something happened: {}", past.roles.len());
    }
} }
