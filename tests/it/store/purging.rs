//! What expired goes, however much of it there is.

use std::time::Duration;

use phuong::{
    base::{digest::Digest, id::BatchId},
    store::{Tx, attempts, journal, spent},
    worker,
};

use crate::{roster::content::rows, support::tour::Tour};

both! { async fn r52_more_than_a_batch_of_expired_rows_goes_and_what_has_not_expired_stays(t: Tour) {
    const MANY: u64 = 1_200;
    let turn = t.clock.now();
    t.sv.store.write(turn, async |tx: &mut Tx, now| {
        for n in 0..MANY {
            let digest = Digest::of(&n.to_be_bytes());
            spent::revoke(tx, digest, *now).await?;
            spent::spend(tx, spent::Kind::ClientAssertion, digest, *now).await?;
            attempts::lock(tx, digest.bytes(), "", *now).await?;
        }
        spent::revoke(tx, Digest::of(b"kept"), *now + Duration::from_hours(24 * 40)).await
    }).await.unwrap();
    assert_eq!(worker::purge(&t.sv).await.unwrap(), 0, "nothing of it has been over for a day");
    t.advance(Duration::from_hours(24 * 32));
    let mut gone = 0;
    loop {
        match worker::purge(&t.sv).await.unwrap() {
            0 => break,
            batch => gone += batch,
        }
    }
    assert!(gone >= 3 * MANY, "{gone}");
    let kept = t.sv.store.read((), async |tx: &mut Tx, (): &()| spent::is_revoked(tx, Digest::of(b"kept")).await).await.unwrap();
    assert!(kept);
} }

both! { async fn r52_what_was_kept_to_take_imports_back_goes_some_in_each_write(t: Tour) {
    let batch: BatchId = t.sv.ids.next();
    let people: Vec<journal::KeptRow> = (0..600)
        .map(|_| journal::KeptRow { person_id: t.sv.ids.next(), name: String::new(), sector_id: String::new() })
        .collect();
    t.sv.store.write((batch, people, t.clock.now()), async |tx: &mut Tx, (batch, people, now)| {
        for number in 0..30 {
            journal::add(tx, (*batch, number), (&b"{}"[..], 1), *now).await?;
        }
        journal::count(tx, *batch, (0, &people[..]), *now).await
    }).await.unwrap();
    let left = async || {
        let sql = "SELECT CAST((SELECT count(*) FROM import_journal) AS TEXT) || ' '
                       || CAST((SELECT count(*) FROM import_kept) AS TEXT)";
        rows(&t.sv.store, sql).await.unwrap().remove(0)
    };
    worker::purge(&t.sv).await.unwrap();
    assert_eq!(left().await, "30 600");
    t.advance(Duration::from_hours(25));
    for some in ["10 100", "0 0"] {
        assert!(worker::purge(&t.sv).await.unwrap() > 0);
        assert_eq!(left().await, some);
    }
} }
