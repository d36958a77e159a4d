//! Whatever happens to people through the years, in whatever order: the nine invariants of the model on the database after
//! each event.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::civil::{Date, date};
use phuong::{
    admin::{accounts as deeds, merge, rollover, transfers},
    base::id::{ClassId, OrgId, PersonId},
    login::codes::ActivationCode,
    model::{
        affiliation::Seat, class_year::ClassYear, identifier::IdentifierKind, name::PersonName, role::Role,
        sector_id::SectorId,
    },
    on_db,
    people::{
        PeopleError, accounts as ends, due, identifiers,
        memberships::{self, Event},
        records::{self, Record},
    },
    roster::{self, Ask, Watch},
    services::{
        audit::Actor,
        authority::{Action, IssueCode, NoPermit, Permit, Reach, Standing, Subject},
    },
    store::{Tx, accounts, contexts, grants, memberships as rows, orgs as org_rows, transfers::Side},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use tempfile::TempDir;

use super::{
    fates::{Fate, PEOPLE, fates},
    standing,
    transfers::{new_school, other},
    whose,
};
use crate::{
    roster::{content, office::PUPILS},
    support::{
        callers::{Browser, RelyingParty},
        tour::Tour,
    },
};

/// What a roster says of people.
const SAID: [&str; 5] = [
    "SELECT id, full_name || ' ' || coalesce(birth_date, '') || ' ' || coalesce(sex, '') FROM persons",
    "SELECT person_id, type || ' ' || status || ' ' || coalesce(value, '') FROM identifiers",
    "SELECT person_id, kind || ' ' || value FROM contacts",
    "SELECT person_id, role || ' ' || status || ' ' || valid_from || CASE WHEN is_primary THEN ' main' ELSE '' END FROM affiliations",
    "SELECT f.person_id, e.function || ' ' || y.year || ' ' || y.code || ' ' || coalesce(e.valid_to, '') FROM enrolments e
     JOIN affiliations f ON f.id = e.affiliation_id JOIN class_years y ON y.id = e.class_id",
];
const SOURCE: &str = "a test";

fn leave<A: Action>() -> Permit<A, Reach> {
    Standing::danger_command_line().everywhere().unwrap()
}

/// Leave to do something to somebody, unless they are gone.
async fn over<A: Action>(t: &Tour, person: PersonId) -> Option<Permit<A, Subject>> {
    Standing::danger_command_line().over(&t.sv, person).await.ok()
}

struct World<'a> {
    t: &'a Tour,
    people: Vec<PersonId>,
    schools: [OrgId; 2],
    classes: [ClassId; 2],
    /// An administrator of the first school.
    head: Standing,
    /// Of each role that ever was: as what, where and since when.
    roles: BTreeMap<String, String>,
    /// Everybody who is no more.
    gone: BTreeSet<PersonId>,
    /// Where lists are put.
    files: TempDir,
}

impl World<'_> {
    async fn at(&self, person: PersonId) -> Option<OrgId> {
        let read = async |tx: &mut Tx, (person, today): &(PersonId, Date)| rows::standing(tx, *person, *today).await;
        let standing = self.t.sv.store.read((person, self.t.clock.now().day()), read).await.unwrap();
        standing.schooling().map(|role| role.post.org)
    }

    async fn happen(&self, person: PersonId, events: Vec<Event>) {
        let now = self.t.clock.now().day();
        // What cannot be is refused, and that is fine: the invariants hold either way.
        if let Err(PeopleError::Store(error)) =
            memberships::record(&self.t.sv, &Actor::System, person, events, now).await
        {
            panic!("{error}");
        }
    }

    async fn meets(&mut self, fate: Fate) {
        let sv = &self.t.sv;
        match fate {
            Fate::Enrolled(who, at) => {
                let seat = Seat::pupil(self.classes[at]);
                self.happen(self.people[who], vec![Event::Begins(Role::Student, self.schools[at])]).await;
                self.happen(self.people[who], vec![Event::Enters(seat)]).await;
            }
            Fate::Employed(who, at) => {
                self.happen(self.people[who], vec![Event::Begins(Role::Teacher, self.schools[at])]).await;
            }
            Fate::Ended(who, why) => {
                if let Some(school) = self.at(self.people[who]).await {
                    self.happen(self.people[who], vec![Event::Ends(Role::Student, school, why)]).await;
                }
            }
            Fate::Asked(who, at) => self.asks(self.people[who], self.schools[at]).await,
            Fate::Decided(yes) => self.decides(yes).await,
            Fate::RolledOver(at) => self.rolls_over(self.schools[at]).await,
            Fate::TakenBack(at) => self.takes_back(self.schools[at]).await,
            Fate::Merged(kept, gone) => self.merges(self.people[kept], self.people[gone]).await,
            Fate::Identified(who, n) => {
                let value = format!("31770000{n:02}");
                let _ = identifiers::put(sv, &Actor::System, self.people[who], IdentifierKind::Sector, &value, SOURCE)
                    .await;
            }
            Fate::Listed(who, at, status) => self.lists(self.people[who], at, status).await,
            Fate::Suspended(who) => {
                if let Some(leave) = over(self.t, self.people[who]).await {
                    let _ = deeds::suspend(sv, &leave, "x").await;
                }
            }
            Fate::Resumed(who) => {
                if let Some(leave) = over(self.t, self.people[who]).await {
                    let _ = deeds::resume(sv, &leave).await;
                }
            }
            Fate::Purged(who) => {
                let person = self.people[who];
                let _ = ends::deactivate(sv, &Actor::System, person).await;
                if ends::purge(sv, &Actor::System, person).await.is_ok() {
                    self.gone.insert(person);
                }
            }
            Fate::Days(days) => {
                self.t.clock.advance(Duration::from_hours(24 * days));
                while transfers::meet(sv).await.unwrap()
                    || transfers::expire(sv).await.unwrap()
                    || due::work(sv).await.unwrap()
                {}
            }
        }
    }

    async fn asks(&self, person: PersonId, school: OrgId) {
        let read = async |tx: &mut Tx, person: &PersonId| {
            let Some(account) = accounts::of_person(tx, *person).await? else { return Ok(None) };
            let name = accounts::names(tx, account).await?.into_iter().next();
            let born = accounts::holder(tx, account).await?.and_then(|holder| holder.birth_date);
            Ok(name.zip(born))
        };
        let Some((name, born)) = self.t.sv.store.read(person, read).await.unwrap() else { return };
        let claim = transfers::Claim { school, sector_id: SectorId::read(&name.to_uppercase()).unwrap(), born: born.0 };
        if let Err(transfers::NotAsked::Store(error)) = transfers::ask(&self.t.sv, &leave(), &claim).await {
            panic!("{error}");
        }
    }

    async fn decides(&self, yes: bool) {
        let ask = phuong::base::page::Ask { after: None, size: 1 };
        let listed = transfers::list(&self.t.sv, &leave(), (Side::Out, true), &ask).await.unwrap();
        let Some(waiting) = listed.page.rows.first() else { return };
        let outcome = if yes {
            transfers::approve(&self.t.sv, &leave(), waiting.id).await
        } else {
            transfers::decline(&self.t.sv, &leave(), waiting.id, "x").await
        };
        if let Err(transfers::NotDecided::Store(error)) = outcome {
            panic!("{error}");
        }
    }

    async fn rolls_over(&self, school: OrgId) {
        let from = rollover::year_to_leave(self.t.clock.now().day());
        rollover::draft(&self.t.sv, &leave(), school, from).await.unwrap().unwrap();
        let Some(sheet) = rollover::sheet(&self.t.sv, &leave(), school, &from.to_string()).await.unwrap() else {
            return;
        };
        let today = self.t.clock.now().day();
        if rollover::schedule(&self.t.sv, &leave(), sheet.row.id, today).await.is_ok() {
            rollover::see_through(&self.t.sv, &[sheet.row.id], |_| {}).await.unwrap();
        }
    }

    async fn takes_back(&self, school: OrgId) {
        let from = rollover::year_to_leave(self.t.clock.now().day()).to_string();
        let Some(sheet) = rollover::sheet(&self.t.sv, &leave(), school, &from).await.unwrap() else { return };
        if rollover::undo(&self.t.sv, &leave(), sheet.row.id).await.is_ok() {
            rollover::see_through(&self.t.sv, &[sheet.row.id], |_| {}).await.unwrap();
        }
    }

    async fn merges(&mut self, kept: PersonId, gone: PersonId) {
        let (Some(stays), Some(goes)) = (over(self.t, kept).await, over(self.t, gone).await) else { return };
        match merge::merge(&self.t.sv, &stays, &goes).await {
            Ok(()) => drop(self.gone.insert(gone)),
            Err(merge::NotMerged::Store(error)) => panic!("{error}"),
            Err(_) => {}
        }
    }

    /// 5: whoever a list does not name stays what they are.
    async fn lists(&self, person: PersonId, at: usize, status: &str) {
        let read = async |tx: &mut Tx, person: &PersonId| {
            let Some(account) = accounts::of_person(tx, *person).await? else { return Ok(None) };
            let name = accounts::names(tx, account).await?.into_iter().next();
            Ok(name.zip(accounts::holder(tx, account).await?))
        };
        let Some((name, holder)) = self.t.sv.store.read(person, read).await.unwrap() else { return };
        let (name, born) = (name.to_uppercase(), holder.birth_date.unwrap().0);
        let (own, temporary) = if name.starts_with("TAM-") { ("", name.as_str()) } else { (name.as_str(), "") };
        let code = ["31303499", "31303498"][at];
        let row = format!("{code}|3A|{own}||{}|{born}||{status}||{temporary}\n", holder.full_name);
        let file = self.files.path().join("hoc-sinh.csv");
        std::fs::write(&file, format!("{PUPILS}{row}")).unwrap();
        let ask = Ask { files: vec![file], commit: true, ..Ask::default() };
        let others = async || {
            let mut said = self.said().await;
            said.remove(&person);
            said
        };
        let before = others().await;
        let watch = Watch { told: &mut |_| {}, stop: Arc::default() };
        let report = roster::import(&self.t.sv, &ask, watch).await.unwrap();
        roster::close(&self.t.sv, &report).await.unwrap();
        assert_eq!(others().await, before, "5, after {row}");
    }

    /// What a roster says of people, of each who has any of it.
    async fn said(&self) -> BTreeMap<PersonId, BTreeSet<String>> {
        let read = async |tx: &mut Tx, (): &()| {
            let mut said: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for sql in SAID {
                let rows: Vec<(PersonId, String)> = on_db!(tx, c => sqlx::query_as(sql).fetch_all(&mut *c))?;
                for (person, text) in rows {
                    said.entry(person).or_default().insert(text);
                }
            }
            Ok(said)
        };
        self.t.sv.store.read((), read).await.unwrap()
    }

    /// Marks everybody as being as a row of a roster says.
    async fn imprints_all(&self) {
        let mark = async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("UPDATE persons SET imprint = 7")).map(drop);
        self.t.sv.store.write((), mark).await.unwrap();
    }

    /// Whoever is something else than before has lost the mark.
    async fn is_compared_again(&self, fate: Fate, before: &BTreeMap<PersonId, BTreeSet<String>>) {
        const KEPT: &str = "SELECT id FROM persons WHERE imprint = 7";
        let read =
            async |tx: &mut Tx, (): &()| on_db!(tx, c => sqlx::query_as::<_, (PersonId,)>(KEPT).fetch_all(&mut *c));
        let after = self.said().await;
        for (person,) in self.t.sv.store.read((), read).await.unwrap() {
            assert_eq!(after.get(&person), before.get(&person), "after {fate:?} a roster would pass {person} over");
        }
    }

    async fn facts(&self, sql: &'static str) -> Vec<String> {
        content::rows(&self.t.sv.store, sql).await.unwrap()
    }

    async fn invariants_hold(&mut self, fate: Fate, rights: &[String]) {
        let sv = &self.t.sv;
        for person in &self.gone {
            assert!(over::<IssueCode>(self.t, *person).await.is_none(), "1, after {fate:?}: {person} is back");
        }
        let twice = self.facts("SELECT CAST(count(*) AS TEXT) FROM identifiers WHERE status <> 'superseded' GROUP BY keyed HAVING count(*) > 1").await;
        let several = self.facts("SELECT type FROM identifiers WHERE status <> 'superseded' GROUP BY person_id, type HAVING count(*) > 1").await;
        assert_eq!((twice, several), (vec![], vec![]), "2, after {fate:?}");
        let schools = self.facts("SELECT CAST(count(*) AS TEXT) FROM affiliations WHERE status = 'active' AND role = 'student' AND NOT exempt GROUP BY person_id HAVING count(*) > 1").await;
        let mains = self.facts("SELECT CAST(count(*) AS TEXT) FROM affiliations WHERE status = 'active' GROUP BY person_id HAVING count(CASE WHEN is_primary THEN 1 END) <> 1").await;
        let seats = self.facts("SELECT CAST(count(*) AS TEXT) FROM enrolments WHERE function = 'pupil' AND valid_to IS NULL GROUP BY affiliation_id HAVING count(*) > 1").await;
        let stale = self.facts("SELECT e.function FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id WHERE f.status <> 'active' AND e.valid_to IS NULL").await;
        assert_eq!((schools, mains, seats, stale), (vec![], vec![], vec![], vec![]), "3, after {fate:?}");
        assert_eq!(
            self.facts("SELECT role FROM delegations WHERE ended_at IS NULL ORDER BY role, id").await,
            rights,
            "6, after {fate:?}"
        );

        let (mut codes, now) = (BTreeSet::new(), self.t.clock.now());
        for person in self.people.clone() {
            let read = async |tx: &mut Tx, (person, now): &(PersonId, phuong::base::clock::Moment)| {
                let standing = rows::standing(tx, *person, now.day()).await?;
                let posts = contexts::posts(tx, &[*person]).await?;
                let open = grants::open_of(tx, &[*person], *now).await?;
                Ok((standing, posts, open, accounts::of_people(tx, &[*person]).await?))
            };
            let (standing, posts, open, accounts) = sv.store.read((person, now), read).await.unwrap();
            for role in standing.all() {
                let begun = format!("{:?} {}", role.post, role.from);
                let before = self.roles.insert(role.id.to_string(), begun.clone());
                assert!(before.is_none_or(|before| before == begun), "4, after {fate:?}: a role is never edited");
            }
            // 7: the head of the first school reaches whoever is something there, and nobody else.
            let here = standing.active().any(|role| role.post.org == self.schools[0]);
            let reach = self.head.over::<IssueCode>(sv, person).await;
            assert_eq!(reach.is_ok(), here && !accounts.is_empty(), "7, after {fate:?}: {reach:?}");
            assert!(!matches!(reach, Err(NoPermit::Store(_))), "{reach:?}");
            for account in &accounts {
                let code = ActivationCode::derive(&sv.keys.activation, account.id, 1).shown().to_string();
                assert!(codes.insert(code), "8, after {fate:?}");
            }
            for grant in open {
                let client = sv.clients.by_key(grant.client_key).unwrap();
                let admitted = client.audience.admits_any(posts.iter().map(contexts::PostRow::place));
                assert!(admitted && accounts[0].state.lets_in(), "9, after {fate:?}");
            }
        }
    }
}

/// A class of the third grade in the year 2026-2027.
async fn class(t: &Tour, org: OrgId) -> ClassId {
    let class = org_rows::NewClass {
        id: t.sv.ids.next(),
        lineage: t.sv.ids.next(),
        org,
        year: "2026-2027".into(),
        grade: Some(3),
        code: "3A".into(),
    };
    let turn = (class.clone(), t.clock.now());
    let write = async |tx: &mut Tx, (class, now): &(org_rows::NewClass, _)| {
        org_rows::add_classes(tx, std::slice::from_ref(class), *now).await
    };
    t.sv.store.write(turn, write).await.unwrap();
    let read = async |tx: &mut Tx, id: &ClassId| org_rows::class(tx, *id).await;
    let made: ClassYear = t.sv.store.read(class.id, read).await.unwrap().unwrap();
    made.id
}

both! { async fn the_nine_invariants_hold_after_every_event_of_any_sequence(t: Tour) {
    let pupil = t.person("student").clone();
    let (first, _) = new_school(&t, "31303499").await;
    let second = other(&t).await;
    let (schools, classes) = ([first, second], [class(&t, first).await, class(&t, second).await]);
    let home = pupil.school_code.clone();
    let here = RelyingParty::registered(&t, "here", |mut ask| { ask.audience.schools = [home].into(); ask }).await;
    let any = RelyingParty::new(&t, "any").await;
    let head = standing(&t, "staff").await;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    // The longer run is the embedded database's.
    let (sequences, most) = if t.sv.store.kind() == "SQLite" { (6, 40) } else { (2, 25) };
    let mut people = vec![whose(&t, &pupil.sector_id).await.1];
    let mut seen = 0;
    for round in 0..sequences {
        people.truncate(1);
        for n in 1..PEOPLE {
            let name = PersonName::read(&format!("Nguyễn Văn {}{round}", ["An", "Bình", "Chi", "Dung", "Em"][n - 1])).unwrap();
            let record = Record { name, born: Some(date(2017, 3, 14)), sex: None };
            people.push(records::register(&t.sv, &Actor::System, &record, &[], true).await.unwrap());
        }
        let rights = content::rows(&t.sv.store, "SELECT role FROM delegations WHERE ended_at IS NULL ORDER BY role, id").await.unwrap();
        let mut world = World { t: &t, people: people.clone(), schools, classes, head: head.clone(), roles: BTreeMap::new(), gone: BTreeSet::new(), files: tempfile::tempdir().unwrap() };
        for fate in fates(most).new_tree(&mut runner).unwrap().current() {
            // The apps are used whenever they can be.
            let mut browser = Browser::default();
            if browser.sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await.status == 303 {
                for app in [&any, &here] {
                    if let Some(code) = browser.get(&t, &app.authorize("&prompt=none")).await.sent("code") {
                        app.redeem(&t, &code).await;
                    }
                }
            }
            world.imprints_all().await;
            let before = world.said().await;
            world.meets(fate).await;
            world.is_compared_again(fate, &before).await;
            world.invariants_hold(fate, &rights).await;
        }
        seen += world.roles.len();
    }
    assert!(seen >= 5, "something happened: {seen}");
} }
