//! Background work: noticing what other nodes changed, jobs, sealing the audit trail, rotating keys, purging what
//! expired. Every node runs it; the database decides who does what.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::timeout};

use crate::{
    base::clock::Moment,
    services::{Services, ending, limits},
    store::{StoreError, Tx, attempts, grants, jobs, kept, sessions, spent, versions::Versions},
};

/// How often a node looks for changes and due jobs.
const TICK: Duration = Duration::from_secs(1);
/// Every so many ticks: keys and expired rows.
const SELDOM: u64 = 60;
/// For how long a job is leased: longer than its work takes.
const LEASE: Duration = Duration::from_secs(30);
/// What expired stays so long, for questions about it.
const KEPT: Duration = Duration::from_hours(24);

/// Works until it is told to stop.
pub async fn run(sv: Arc<Services>, mut stop: watch::Receiver<bool>) {
    let mut known = Versions::default();
    for tick in 0_u64.. {
        match sv.refresh(known).await {
            Ok(now) => known = now,
            Err(error) => tracing::warn!(%error, "cannot look for changes; trying again"),
        }
        report("jobs", do_jobs(&sv).await);
        report("sealing the audit trail", sv.seal_audit().await.map(drop));
        if tick % SELDOM == 0 {
            if let Err(error) = sv.ring.tend().await {
                tracing::warn!(%error, "cannot tend the keys; trying again");
            }
            report("purging", purge(&sv).await);
        }
        if timeout(TICK, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

fn report(what: &str, outcome: Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, what, "background work failed; trying again");
    }
}

/// Leases what is due and does it.
pub async fn do_jobs(sv: &Services) -> Result<(), StoreError> {
    let now = sv.clock.now();
    let due = sv
        .store
        .write((now, now + LEASE), async |tx: &mut Tx, (now, until)| jobs::lease(tx, *now, *until, 32).await)
        .await?;
    let of_kind = |kind: &'static str| due.iter().filter(move |job| job.kind == kind);
    futures_util::future::join_all(of_kind(ending::KIND).map(|job| sv.do_logout_job(job))).await;
    Ok(())
}

/// Deletes a batch of what expired a day ago.
async fn purge(sv: &Services) -> Result<(), StoreError> {
    let before = sv.clock.now() - KEPT;
    sv.store
        .write_bulk(before, async |tx: &mut Tx, before: &Moment| {
            grants::purge(tx, *before).await?;
            sessions::purge(tx, *before).await?;
            spent::purge(tx, *before).await?;
            kept::purge(tx, *before).await?;
            attempts::purge(tx, *before - limits::KEPT).await?;
            jobs::purge(tx, *before - KEPT * 30).await.map(drop)
        })
        .await
}
