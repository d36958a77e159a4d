//! The pool under load, and what hostile hash strings get.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use super::*;

const SMALL: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn settings() -> HasherSettings {
    HasherSettings { threads: NonZeroUsize::new(2).unwrap(), cost: SMALL, ..HasherSettings::default() }
}

fn hasher() -> Hasher {
    Hasher::start(settings(), Entropy::danger_seeded(1))
}

const RIGHT: Outcome = Outcome { matched: true, needs_upgrade: false };
const WRONG: Outcome = Outcome { matched: false, needs_upgrade: false };

#[tokio::test]
async fn r31_right_wrong_unreadable_and_unknown_each_cost_exactly_one_hash() {
    let hasher = hasher();
    let phc = hasher.hash("mật khẩu").await.unwrap();
    assert_eq!(hasher.spent(), 1);
    assert_eq!(hasher.verify(&phc, "mật khẩu").await, Ok(RIGHT));
    assert_eq!(hasher.spent(), 2);
    assert_eq!(hasher.verify(&phc, "mat khau").await, Ok(WRONG));
    assert_eq!(hasher.spent(), 3);
    assert_eq!(hasher.verify("no hash at all", "mật khẩu").await, Ok(WRONG));
    assert_eq!(hasher.spent(), 4);
    assert_eq!(hasher.verify_decoy("mật khẩu").await, Ok(()));
    assert_eq!(hasher.spent(), 5);
}

#[tokio::test]
async fn r53_more_than_256_characters_are_refused_before_hashing_and_256_are_not() {
    let hasher = hasher();
    let (fits, too_long) = ("ữ".repeat(256), "a".repeat(257));
    let phc = hasher.hash(&fits).await.unwrap();
    assert_eq!(hasher.verify(&phc, &fits).await, Ok(RIGHT));
    let spent = hasher.spent();
    assert_eq!(hasher.hash(&too_long).await, Err(Refused::TooLong));
    assert_eq!(hasher.verify(&phc, &too_long).await, Err(Refused::TooLong));
    assert_eq!(hasher.verify_decoy(&too_long).await, Err(Refused::TooLong));
    assert_eq!(hasher.spent(), spent);
}

#[tokio::test]
async fn a_matching_hash_of_another_making_asks_for_an_upgrade_and_a_wrong_password_does_not() {
    let hasher = hasher();
    let other = Stored::make(&Kernel::new(true), Cost { memory_kib: 72, ..SMALL }, b"pw", [1; 16]).unwrap();
    assert_eq!(hasher.verify(&other, "pw").await, Ok(Outcome { matched: true, needs_upgrade: true }));
    assert_eq!(hasher.verify(&other, "px").await, Ok(WRONG));
}

#[tokio::test]
async fn a_ceiling_refuses_dearer_hashes_but_never_our_own() {
    let ceiling = Cost { memory_kib: 8, passes: 1, lanes: 1 };
    let hasher = Hasher::start(HasherSettings { ceiling, ..settings() }, Entropy::danger_seeded(1));
    let own = hasher.hash("pw").await.unwrap();
    assert_eq!(hasher.verify(&own, "pw").await, Ok(RIGHT));
    let dearer = Stored::make(&Kernel::new(true), Cost { passes: 2, ..SMALL }, b"pw", [1; 16]).unwrap();
    assert_eq!(hasher.verify(&dearer, "pw").await, Ok(WRONG));
}

#[test]
fn costs_that_argon2_cannot_compute_are_known_beforehand() {
    assert!(Cost::default().is_possible() && Cost::CEILING.is_possible());
    for (memory_kib, passes, lanes) in [(7, 1, 1), (64, 0, 1), (64, 1, 0), (64, 1, 9), (u32::MAX, 1, 1 << 29)] {
        assert!(!Cost { memory_kib, passes, lanes }.is_possible(), "{memory_kib} {passes} {lanes}");
    }
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let hasher = hasher();
    assert_ne!(hasher.hash("pw").await, hasher.hash("pw").await);
}

#[test]
fn nothing_is_computed_for_a_caller_who_has_left() {
    let hasher = Hasher::idle(settings(), Entropy::danger_seeded(1));
    let mut waiting = Context::from_waker(Waker::noop());
    {
        let gone = pin!(hasher.verify_decoy("pw"));
        assert!(gone.poll(&mut waiting).is_pending());
    }
    let mut stays = pin!(hasher.verify_decoy("pw"));
    assert!(stays.as_mut().poll(&mut waiting).is_pending());
    assert!(hasher.pool.step());
    assert_eq!(hasher.spent(), 0, "the first caller has left");
    assert!(hasher.pool.step());
    assert_eq!(hasher.spent(), 1);
    assert!(stays.poll(&mut waiting).is_ready());
}

#[test]
fn beyond_the_queue_callers_are_told_at_once_to_come_back() {
    let hasher = Hasher::idle(HasherSettings { queue_seconds: 0, ..settings() }, Entropy::danger_seeded(1));
    let mut waiting = Context::from_waker(Waker::noop());
    let mut first = pin!(hasher.hash("pw"));
    assert!(first.as_mut().poll(&mut waiting).is_pending());
    let second = pin!(hasher.hash("pw"));
    assert!(
        matches!(second.poll(&mut waiting), std::task::Poll::Ready(Err(Refused::Busy { retry_after })) if retry_after.as_secs() == 1)
    );
}

#[test]
fn dropping_the_pool_joins_its_threads() {
    let hasher = hasher();
    let pool = Arc::downgrade(&hasher.pool);
    assert_eq!(hasher.threads.len(), 2);
    drop(hasher);
    assert!(pool.upgrade().is_none(), "no thread holds the pool any more");
}

#[tokio::test]
async fn the_portable_setting_gives_the_same_hashes() {
    let portable = Hasher::start(HasherSettings { portable: true, ..settings() }, Entropy::danger_seeded(1));
    let fast = hasher();
    assert!(!portable.is_fast());
    assert!(fast.is_fast());
    assert_eq!(portable.hash("Hoa phượng đỏ").await, fast.hash("Hoa phượng đỏ").await, "the same seed, the same salt");
}

const DEARER: Cost = Cost { memory_kib: 96, passes: 3, lanes: 1 };

/// What each of these asks of the machine, in blocks.
async fn blocks(hasher: &Hasher, phcs: &[&str], password: &str) -> Vec<u64> {
    let mut blocks = Vec::new();
    for phc in phcs {
        let before = hasher.pool.blocks.load(Ordering::Relaxed);
        assert_eq!(hasher.verify(phc, password).await, Ok(WRONG));
        blocks.push(hasher.pool.blocks.load(Ordering::Relaxed) - before);
    }
    let before = hasher.pool.blocks.load(Ordering::Relaxed);
    assert_eq!(hasher.verify_decoy(password).await, Ok(()));
    blocks.push(hasher.pool.blocks.load(Ordering::Relaxed) - before);
    blocks
}

#[tokio::test]
async fn r31_a_wrong_guess_at_a_hash_of_cheaper_days_costs_what_a_guess_at_nobodys_costs() {
    let hasher = Hasher::start(HasherSettings { cost: DEARER, ..settings() }, Entropy::danger_seeded(1));
    let made = |cost| Stored::make(&Kernel::new(true), cost, b"pw", [1; 16]).unwrap();
    let cheaper =
        [SMALL, Cost { memory_kib: 8, ..SMALL }, Cost { passes: 4, ..SMALL }, Cost { memory_kib: 95, ..DEARER }];
    let today = DEARER.work();
    for cost in cheaper {
        let spent = blocks(&hasher, &[&made(cost), &hasher.hash("pw").await.unwrap()], "px").await;
        assert_eq!(spent[1..], [today, today], "one made today, and nobody's");
        assert!((today..today + 16).contains(&spent[0]), "{cost:?}: {} blocks instead of {today}", spent[0]);
    }
    // Who knows the password is answered otherwise anyway, and is waited for by their own upgrade.
    let before = hasher.pool.blocks.load(Ordering::Relaxed);
    assert!(hasher.verify(&made(SMALL), "pw").await.unwrap().matched);
    assert_eq!(hasher.pool.blocks.load(Ordering::Relaxed) - before, SMALL.work());
}
