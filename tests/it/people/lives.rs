//! Whatever happens to somebody, in whatever order: invariants 1 to 4 and 9 on the database after each step.

use std::collections::BTreeMap;

use jiff::civil::date;
use phuong::{
    model::{account::AccountState, affiliation::EndReason, identifier::IdentifierKind, name::PersonName, role::Role},
    people::{identifiers, memberships::Event, records},
    services::audit::Actor,
    store::{grants, memberships as rows},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};

use super::*;
use crate::support::callers::{Browser, RelyingParty};

/// Something that happens, with small numbers for roles and schools.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Begins(u8, bool),
    Transfers(u8, bool),
    Ends(u8, bool),
    Becomes(u8, u8, bool),
    MainIs(u8, bool),
    Suspended,
    Resumed,
    Identified(u8),
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        3 => (0..4_u8, any::<bool>()).prop_map(|(role, at)| Fate::Begins(role, at)),
        2 => (0..4_u8, any::<bool>()).prop_map(|(role, at)| Fate::Transfers(role, at)),
        3 => (0..4_u8, any::<bool>()).prop_map(|(role, at)| Fate::Ends(role, at)),
        1 => (0..4_u8, 0..4_u8, any::<bool>()).prop_map(|(from, to, at)| Fate::Becomes(from, to, at)),
        1 => (0..4_u8, any::<bool>()).prop_map(|(role, at)| Fate::MainIs(role, at)),
        1 => Just(Fate::Suspended),
        1 => Just(Fate::Resumed),
        2 => (0..6_u8).prop_map(Fate::Identified),
    ];
    prop::collection::vec(fate, 10..16)
}

const ROLES: [Role; 4] = [Role::Student, Role::Teacher, Role::Staff, Role::Principal];

struct Life<'a> {
    t: &'a Tour,
    person: PersonId,
    account: AccountId,
    schools: [OrgId; 2],
}

impl Life<'_> {
    async fn meets(&self, fate: Fate) {
        let at = |there: bool| self.schools[usize::from(there)];
        let role = |n: u8| ROLES[usize::from(n)];
        let event = match fate {
            Fate::Begins(n, there) => Event::Begins(role(n), at(there)),
            Fate::Transfers(n, there) => Event::Transfers { role: role(n), from: at(!there), to: at(there) },
            Fate::Ends(n, there) => Event::Ends(role(n), at(there), EndReason::Left),
            Fate::Becomes(from, to, there) => Event::Becomes { org: at(there), from: role(from), to: role(to) },
            Fate::MainIs(n, there) => Event::MainIs(role(n), at(there)),
            Fate::Suspended => return self.step(AccountState::Active, AccountState::Suspended).await,
            Fate::Resumed => return self.step(AccountState::Suspended, AccountState::Active).await,
            Fate::Identified(n) => {
                let value = format!("31770000{n:02}");
                let kind = IdentifierKind::Sector;
                let kept = identifiers::put(&self.t.sv, &Actor::System, self.person, kind, &value, "a test").await;
                assert!(matches!(kept, Err(PeopleError::HasSectorId)), "{fate:?}: {kept:?}");
                return;
            }
        };
        // What cannot be is refused, and that is fine: the invariants hold either way.
        if let Err(PeopleError::Store(error)) = happen(self.t, self.person, vec![event]).await {
            panic!("{fate:?}: {error}");
        }
    }

    async fn step(&self, from: AccountState, to: AccountState) {
        let (apps, account, person) = (self.t.sv.apps(), self.account, self.person);
        let change = accounts::Transition { account, from, to, reason: None, over: None, now: self.t.clock.now() };
        let write = async |tx: &mut Tx, (change, apps, person): &(_, phuong::services::ending::Apps, PersonId)| {
            accounts::transition(tx, change).await?;
            apps.end_lost(tx, &[*person]).await.map(drop)
        };
        self.t.sv.store.write((change, apps, person), write).await.unwrap();
    }

    async fn invariants_hold(&self, seen: &mut BTreeMap<String, String>, fate: Fate) {
        let today = self.t.clock.now().day();
        let read = async |tx: &mut Tx, (person, today, now): &(PersonId, jiff::civil::Date, _)| {
            let standing = rows::standing(tx, *person, *today).await?;
            let posts = contexts::posts(tx, &[*person]).await?;
            let open = grants::open_of(tx, &[*person], *now).await?;
            Ok((standing, posts, open, accounts::of_people(tx, &[*person]).await?))
        };
        let input = (self.person, today, self.t.clock.now());
        let (standing, posts, open, accounts) = self.t.sv.store.read(input, read).await.unwrap();
        assert_eq!((accounts.len(), accounts[0].id), (1, self.account), "1: the person and account stay");
        let active: Vec<_> = standing.active().collect();
        assert!(active.iter().filter(|role| role.post.is_schooling()).count() <= 1, "3, after {fate:?}: {active:?}");
        assert_eq!(active.iter().filter(|role| role.primary).count(), usize::from(!active.is_empty()), "{fate:?}");
        for role in standing.all() {
            let begun = format!("{:?} {}", role.post, role.from);
            let before = seen.insert(role.id.to_string(), begun.clone());
            assert!(before.is_none_or(|before| before == begun), "4, after {fate:?}: a role is never edited");
        }
        // 9: what an app holds rests on something that the person is now.
        for grant in open {
            let client = self.t.sv.clients.by_key(grant.client_key).unwrap();
            let admitted = client.audience.admits_any(posts.iter().map(contexts::PostRow::place));
            assert!(admitted && accounts[0].state == AccountState::Active, "9, after {fate:?}");
        }
    }
}

both! { async fn whatever_happens_to_somebody_the_invariants_hold_after_each_step(t: Tour) {
    let mut runner = TestRunner::new_with_rng(Config::default(), proptest::test_runner::TestRng::deterministic_rng(
        proptest::test_runner::RngAlgorithm::ChaCha,
    ));
    let teacher = t.person("teacher").clone();
    let codes = [teacher.school_code.clone(), another_school(&t, &teacher.school_code)];
    let schools = [school(&t, &codes[0]).await, school(&t, &codes[1]).await];
    let here = RelyingParty::registered(&t, "here", |mut ask| { ask.audience.schools = [codes[0].clone()].into(); ask }).await;
    let any = RelyingParty::new(&t, "any").await;
    let born = Some(date(1990, 1, 1));
    let other = records::Record { name: PersonName::read("Người Giữ Mã").unwrap(), born, sex: None };
    let kept = [(IdentifierKind::Sector, "3177000000")];
    records::register(&t.sv, &Actor::System, &other, &kept, true).await.unwrap();
    let (account, person) = whose(&t, &teacher.sector_id).await;
    let life = Life { t: &t, person, account, schools };
    let mut seen = BTreeMap::new();
    for _ in 0..6 {
        for fate in fates().new_tree(&mut runner).unwrap().current() {
            // The apps are used whenever they can be.
            let mut browser = Browser::default();
            let name = own_name(&t, account).await;
            if state(&t, person).await == "active" {
                let code = browser.sign_in(&t, &any.authorize(""), &name, &teacher.password).await.sent("code");
                if let Some(code) = code {
                    any.redeem(&t, &code).await;
                    if let Some(code) = browser.get(&t, &here.authorize("&prompt=none")).await.sent("code") {
                        here.redeem(&t, &code).await;
                    }
                }
            }
            life.meets(fate).await;
            life.invariants_hold(&mut seen, fate).await;
        }
    }
    // 2: the identifier that somebody else holds was never taken from them.
    assert_ne!(whose(&t, "3177000000").await.1, person);
    assert!(seen.len() >= 8, "something happened: {}", seen.len());
} }

async fn own_name(t: &Tour, account: AccountId) -> String {
    let read = async |tx: &mut Tx, account: &AccountId| accounts::names(tx, *account).await;
    t.sv.store.read(account, read).await.unwrap().remove(0)
}
