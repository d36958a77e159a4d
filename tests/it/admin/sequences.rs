//! Whatever happens to people through the years, in whatever order: the nine invariants of the model on the database after
//! each event.

mod checks;
mod start;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use phuong::{
    admin::{
        accounts as deeds, merge,
        rollover::{self, Sheet},
        transfers,
    },
    base::id::{BatchId, ClassId, OrgId, PersonId, TransferId},
    model::{
        affiliation::{EndReason, Seat},
        identifier::IdentifierKind,
        membership,
        name::PersonName,
        role::Role,
        rollover::Mark,
        sector_id::SectorId,
    },
    people::{
        PeopleError, accounts as ends, due, identifiers,
        memberships::{self, Event},
        records::{self, Record},
    },
    roster::{self, Ask, Importer, Watch},
    services::{
        audit::Actor,
        authority::{Action, Group, Permit, Reach, Standing, Subject},
    },
    slips,
    store::{Tx, accounts, memberships as rows, transfers::Side},
};
use proptest::strategy::{Strategy, ValueTree};
use tempfile::TempDir;

use self::start::{Seed, class, found, let_in};
use super::{
    fates::{Fate, PEOPLE, fates},
    standing,
    transfers::new_school,
};
use crate::{
    roster::{content, office::PUPILS},
    support::{
        callers::{Browser, RelyingParty},
        tour::Tour,
    },
};

/// The schools, each with its class and the class's grade: both with the last one of their level.
const CLASSES: [(&str, &str, i64); 2] = [("31303499", "5A", 5), ("31303498", "12A", 12)];
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
    /// A centre of continuing education.
    centre: OrgId,
    /// Of each role that ever was: as what, where and since when.
    roles: BTreeMap<String, String>,
    /// Everybody who is no more.
    gone: BTreeSet<PersonId>,
    /// Where lists are put.
    files: TempDir,
    /// The lists that came, each with whom it named.
    lists: Vec<(BatchId, PersonId)>,
}

impl World<'_> {
    async fn standing(&self, person: PersonId) -> membership::Standing {
        let read = async |tx: &mut Tx, (person, today): &(PersonId, Date)| rows::standing(tx, *person, *today).await;
        self.t.sv.store.read((person, self.t.clock.now().day()), read).await.unwrap()
    }

    async fn at(&self, person: PersonId) -> Option<OrgId> {
        self.standing(person).await.schooling().map(|role| role.post.org)
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

    /// What is nothing but an event of somebody's life.
    fn event(&self, fate: Fate) -> Option<(usize, Event)> {
        let taught = |at: usize, own| {
            if own { Seat::homeroom(self.classes[at]) } else { Seat::teaches(self.classes[at], "Toán".to_owned()) }
        };
        match fate {
            Fate::Employed(who, at) => Some((who, Event::Begins(Role::Teacher, self.schools[at]))),
            Fate::Attends(who, true) => Some((who, Event::Begins(Role::Student, self.centre))),
            Fate::Attends(who, false) => Some((who, Event::Ends(Role::Student, self.centre, EndReason::Left))),
            Fate::Teaches(who, at, own) => Some((who, Event::Enters(taught(at, own)))),
            Fate::MainIs(who, at) => Some((who, Event::MainIs(Role::Teacher, self.schools[at]))),
            _ => None,
        }
    }

    async fn meets(&mut self, fate: Fate) {
        let sv = &self.t.sv;
        if let Some((who, event)) = self.event(fate) {
            return self.happen(self.people[who], vec![event]).await;
        }
        match fate {
            Fate::Employed(..) | Fate::Attends(..) | Fate::Teaches(..) | Fate::MainIs(..) => {}
            Fate::Enrolled(who, at) => {
                let seat = Seat::pupil(self.classes[at]);
                self.happen(self.people[who], vec![Event::Begins(Role::Student, self.schools[at])]).await;
                self.happen(self.people[who], vec![Event::Enters(seat)]).await;
            }
            Fate::Ended(who, why) => {
                if let Some(school) = self.at(self.people[who]).await {
                    self.happen(self.people[who], vec![Event::Ends(Role::Student, school, why)]).await;
                }
            }
            Fate::Asked(who, at) => self.asks(self.people[who], self.schools[at]).await,
            Fate::Decided(yes) => self.decides(yes).await,
            Fate::Withdrawn => self.withdraws().await,
            Fate::Released(who, why) => {
                let _ = transfers::release(sv, &leave(), self.people[who], why).await.unwrap();
            }
            Fate::Marked(who, at, leaves) => self.marks(self.people[who], self.schools[at], leaves).await,
            Fate::Planned(at) => {
                if let Some(sheet) = self.drafted(self.schools[at]).await {
                    let day = self.t.clock.now().day().saturating_add(20.days());
                    let _ = rollover::schedule(sv, &leave(), sheet.row.id, day).await;
                }
            }
            Fate::RolledOver(at) => self.rolls_over(self.schools[at]).await,
            Fate::TakenBack(at) => self.takes_back(self.schools[at]).await,
            Fate::Merged(kept, gone) => self.merges(self.people[kept], self.people[gone]).await,
            Fate::Identified(who, n) => {
                let value = format!("31770000{n:02}");
                let _ = identifiers::put(sv, &Actor::System, self.people[who], IdentifierKind::Sector, &value, SOURCE)
                    .await;
            }
            Fate::Listed(who, at, status) => self.lists(self.people[who], at, status).await,
            Fate::Unlisted => self.unlists().await,
            Fate::Badged(who) => {
                if let Some(school) = self.at(self.people[who]).await {
                    let leave = Standing::danger_command_line().with_group(sv, Group::School(school)).await.unwrap();
                    let _ = slips::issue_badges(sv, &leave, Some(vec![self.people[who]])).await;
                }
            }
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
                let (person, ids) = (self.people[who], self.sector_ids().await);
                let _ = ends::deactivate(sv, &Actor::System, person).await;
                if ends::purge(sv, &Actor::System, person).await.is_ok() {
                    self.removed(&ids).await;
                }
            }
            Fate::Days(days) => {
                let ids = self.sector_ids().await;
                self.t.clock.advance(Duration::from_hours(24 * days));
                while rollover::work(sv).await.unwrap()
                    || transfers::meet(sv).await.unwrap()
                    || transfers::expire(sv).await.unwrap()
                    || due::work(sv).await.unwrap()
                {}
                self.removed(&ids).await;
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

    async fn waiting(&self, side: Side) -> Option<TransferId> {
        let ask = phuong::base::page::Ask { after: None, size: 1 };
        let listed = transfers::list(&self.t.sv, &leave(), (side, true), &ask).await.unwrap();
        listed.page.rows.first().map(|row| row.id)
    }

    async fn withdraws(&self) {
        let Some(waiting) = self.waiting(Side::In).await else { return };
        transfers::withdraw(&self.t.sv, &leave(), waiting).await.unwrap();
    }

    async fn decides(&self, yes: bool) {
        let Some(waiting) = self.waiting(Side::Out).await else { return };
        let outcome = if yes {
            transfers::approve(&self.t.sv, &leave(), waiting).await
        } else {
            transfers::decline(&self.t.sv, &leave(), waiting, "x").await
        };
        if let Err(transfers::NotDecided::Store(error)) = outcome {
            panic!("{error}");
        }
    }

    async fn drafted(&self, school: OrgId) -> Option<Sheet> {
        let from = rollover::year_to_leave(self.t.clock.now().day());
        rollover::draft(&self.t.sv, &leave(), school, from).await.unwrap().unwrap();
        rollover::sheet(&self.t.sv, &leave(), school, &from.to_string()).await.unwrap()
    }

    async fn marks(&self, person: PersonId, school: OrgId, leaves: bool) {
        let Some(sheet) = self.drafted(school).await else { return };
        for class in sheet.classes {
            let mark = if leaves { Mark::Leaves } else { Mark::Repeats(class.code) };
            let marked = rollover::mark(&self.t.sv, &leave(), sheet.row.id, (class.id, person), Some(mark)).await;
            if let Err(rollover::NotMarked::Store(error)) = marked {
                panic!("{error}");
            }
        }
    }

    async fn rolls_over(&self, school: OrgId) {
        let Some(sheet) = self.drafted(school).await else { return };
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
        let taught: BTreeSet<String> = &self.taught(kept).await | &self.taught(gone).await;
        match merge::merge(&self.t.sv, &stays, &goes).await {
            Ok(()) => {
                assert!(self.taught(kept).await.is_superset(&taught), "{kept} has lost one of {taught:?}");
                self.gone.insert(gone);
            }
            Err(merge::NotMerged::Store(error)) => panic!("{error}"),
            Err(_) => {}
        }
    }

    /// 5: whoever a list does not name stays what they are.
    async fn lists(&mut self, person: PersonId, at: usize, status: &str) {
        let read = async |tx: &mut Tx, person: &PersonId| {
            let Some(account) = accounts::of_person(tx, *person).await? else { return Ok(None) };
            let name = accounts::names(tx, account).await?.into_iter().next();
            Ok(name.zip(accounts::holder(tx, account).await?))
        };
        let Some((name, holder)) = self.t.sv.store.read(person, read).await.unwrap() else { return };
        let (name, born) = (name.to_uppercase(), holder.birth_date.unwrap().0);
        let (own, temporary) = if name.starts_with("TAM-") { ("", name.as_str()) } else { (name.as_str(), "") };
        let (school, class, _) = CLASSES[at];
        let row = format!("{school}|{class}|{own}||{}|{born}||{status}||{temporary}\n", holder.full_name);
        let file = self.files.path().join("hoc-sinh.csv");
        std::fs::write(&file, format!("{PUPILS}{row}")).unwrap();
        let ask = Ask { files: vec![file], commit: true, ..Ask::default() };
        let before = self.said_of_others(person).await;
        let watch = Watch { told: &mut |_| {}, stop: Arc::default() };
        let report = roster::import(&self.t.sv, &ask, watch).await.unwrap();
        roster::close(&self.t.sv, &report).await.unwrap();
        assert_eq!(self.said_of_others(person).await, before, "5, after {row}");
        self.lists.extend(report.batch().map(|batch| (batch, person)));
    }

    /// 5: nor does taking it back touch anybody else.
    async fn unlists(&mut self) {
        let Some((batch, person)) = self.lists.pop() else { return };
        let Ok(run) = roster::may_undo(&self.t.sv, batch).await else { return };
        let before = self.said_of_others(person).await;
        roster::begin_undo(&self.t.sv, &run).await.unwrap();
        roster::undo(&self.t.sv, &Importer::CommandLine, batch, |_| true).await.unwrap();
        assert_eq!(self.said_of_others(person).await, before, "5, after {batch} was taken back");
    }

    async fn said_of_others(&self, person: PersonId) -> BTreeMap<PersonId, BTreeSet<String>> {
        let mut said = self.said().await;
        said.remove(&person);
        said
    }
}

both! { async fn the_nine_invariants_hold_after_every_event_of_any_sequence(t: Tour) {
    let password = t.person("student").password.clone();
    let (first, _) = new_school(&t, CLASSES[0].0).await;
    let schools = [first, found(&t, CLASSES[1].0, "THPT").await];
    let classes = [class(&t, schools[0], CLASSES[0]).await, class(&t, schools[1], CLASSES[1]).await];
    let centre = found(&t, "31303497", "GDTX").await;
    let home = CLASSES[0].0.to_owned();
    let here = RelyingParty::registered(&t, "here", |mut ask| { ask.audience.schools = [home].into(); ask }).await;
    let any = RelyingParty::new(&t, "any").await;
    let head = standing(&t, "staff").await;
    let seed = Seed::of_this_run();
    let mut runner = seed.runner();
    // The longer run is the embedded database's.
    let (sequences, most) = if t.sv.store.kind() == "SQLite" { (6, 40) } else { (2, 25) };
    let mut seen = 0;
    for round in 0..sequences {
        let mut people = Vec::new();
        for name in ["An", "Bình", "Chi", "Dung", "Em", "Giang"] {
            let name = PersonName::read(&format!("Nguyễn Văn {name}{round}")).unwrap();
            let record = Record { name, born: Some(date(2017, 3, 14)), sex: None };
            people.push(records::register(&t.sv, &Actor::System, &record, &[], true).await.unwrap());
        }
        assert_eq!(people.len(), PEOPLE);
        let rights = content::rows(&t.sv.store, "SELECT role FROM delegations WHERE ended_at IS NULL ORDER BY role, id").await.unwrap();
        let mut world = World { t: &t, people: people.clone(), schools, classes, centre, head: head.clone(), roles: BTreeMap::new(), gone: BTreeSet::new(), files: tempfile::tempdir().unwrap(), lists: Vec::new() };
        world.meets(Fate::Enrolled(0, 0)).await;
        let name = let_in(&t, people[0]).await;
        for fate in fates(most).new_tree(&mut runner).unwrap().current() {
            // The apps are used whenever they can be.
            let mut browser = Browser::default();
            if browser.sign_in(&t, "/sign-in", &name, &password).await.status == 303 {
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
