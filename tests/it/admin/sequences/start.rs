//! Where sequences begin: schools with classes, somebody who uses apps, and which sequences they are.

use phuong::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId},
    },
    model::{account::AccountState, level::Levels, org::OrgKind, school_code::SchoolCode},
    people::orgs::{self, Founding},
    services::audit::Actor,
    store::{
        Tx,
        accounts::{self, Transition},
        orgs as org_rows,
    },
};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::tour::Tour;

/// A class of the year 2026-2027.
pub(super) async fn class(t: &Tour, org: OrgId, (_, code, grade): (&str, &str, i64)) -> ClassId {
    let class = org_rows::NewClass {
        id: t.sv.ids.next(),
        lineage: t.sv.ids.next(),
        org,
        year: "2026-2027".into(),
        grade: Some(grade),
        code: code.into(),
    };
    let turn = (class.clone(), t.clock.now());
    let write = async |tx: &mut Tx, (class, now): &(org_rows::NewClass, _)| {
        org_rows::add_classes(tx, std::slice::from_ref(class), *now).await
    };
    t.sv.store.write(turn, write).await.unwrap();
    class.id
}

pub(super) async fn found(t: &Tour, code: &str, levels: &str) -> OrgId {
    let new = Founding {
        kind: OrgKind::School,
        code: SchoolCode::read(code).ok(),
        name: format!("Trường {code}"),
        levels: Levels::read(levels).unwrap(),
        parents: Vec::new(),
    };
    orgs::found(&t.sv, &Actor::CommandLine, new, t.clock.now().day()).await.unwrap()
}

/// Lets somebody in by the password of the sample's pupil; the name to sign in with.
pub(super) async fn let_in(t: &Tour, person: PersonId) -> String {
    let turn = (person, t.person("student").sector_id.clone(), t.clock.now());
    let write = async |tx: &mut Tx, (person, sample, now): &(PersonId, String, Moment)| {
        let phc = accounts::by_name(tx, sample).await?.and_then(|row| row.phc).unwrap();
        let account = accounts::of_person(tx, *person).await?.unwrap();
        accounts::set_password(tx, account, &phc, false, *now).await?;
        let (from, to) = (AccountState::Provisional, AccountState::Active);
        let step = Transition { account, from, to, reason: None, over: None, now: *now };
        assert!(accounts::transition(tx, &step).await?);
        accounts::names(tx, account).await
    };
    t.sv.store.write(turn, write).await.unwrap().remove(0)
}

/// A number, for other sequences than those of every run.
const SEED: &str = "PHUONG_TEST_SEED";

/// Which sequences these are. Told when one of them fails, so that they can be had again.
pub(super) struct Seed(Option<u64>);

impl Seed {
    pub(super) fn of_this_run() -> Self {
        Self(std::env::var(SEED).ok().map(|number| number.parse().unwrap()))
    }

    pub(super) fn runner(&self) -> TestRunner {
        let chance = RngAlgorithm::ChaCha;
        let rng = match self.0 {
            Some(number) => TestRng::from_seed(chance, &[number.to_le_bytes(); 4].concat()),
            None => TestRng::deterministic_rng(chance),
        };
        TestRunner::new_with_rng(Config::default(), rng)
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{SEED}={}", self.0.map_or_else(|| "(none)".to_owned(), |number| number.to_string()));
        }
    }
}
