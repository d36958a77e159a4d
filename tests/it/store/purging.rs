//! What expired goes, however much of it there is.

use std::time::Duration;

use phuong::{
    base::digest::Digest,
    store::{Tx, attempts, spent},
    worker,
};

use crate::support::tour::Tour;

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
