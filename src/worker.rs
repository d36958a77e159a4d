//! Background work: noticing what other nodes changed, jobs, sealing the audit trail, rotating keys, purging what
//! expired. Every node runs it; the database decides who does what.
//!
//! Each kind goes at its own pace: an app that does not answer holds up other jobs for three seconds, and never the notice
//! that a client was disabled or the seal of the audit trail. An outage of the database is told once when it begins and once when it ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{sync::watch, time::timeout};

use crate::{
    admin::{rollover, transfers},
    base::clock::Moment,
    people::{due, headcounts, orgs},
    roster::desk,
    services::{Services, ending, keys::KeyError, limits},
    store::{
        StoreError, Tx, answers, attempts, badges, devices, grants, import_tasks, imports,
        jobs::{self, JobRow},
        journal, opaque, pushed, registrations, rollover_moves, sessions, spent, stored_requests,
        versions::Versions,
    },
};

/// How often a node looks for changes: a second after one, every node knows.
const NOTICE: Duration = Duration::from_millis(500);
/// How often a node looks for due jobs and unsealed events.
const TICK: Duration = Duration::from_secs(1);
/// How often it looks after keys and expired rows.
const SELDOM: Duration = Duration::from_mins(1);
/// How many jobs are leased at a time, and for how long: longer than their work takes. They are done at once, so that
/// the notices of a whole school to an app that is dead go by in a minute or two.
const BATCH: u8 = 128;
const LEASE: Duration = Duration::from_secs(30);
/// What expired stays so long, for questions about it.
const KEPT: Duration = Duration::from_hours(24);
/// What was to be used once is remembered for as long as it could be used: strangers can show any number of keys once.
const NO_MORE: Duration = Duration::from_mins(1);

/// Works until it is told to stop.
pub async fn run(sv: Arc<Services>, stop: watch::Receiver<bool>) {
    let now = sv.clock.now();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = desk::sweep(now) {
            tracing::warn!(%error, "folders of imports that were killed could not be removed");
        }
    });
    let worker = Worker { sv, stop, out: AtomicBool::new(false) };
    tokio::join!(
        worker.notice(),
        worker.work(),
        worker.import(),
        worker.switch(),
        worker.seal(),
        worker.failures(),
        worker.tidy()
    );
}

struct Worker {
    sv: Arc<Services>,
    stop: watch::Receiver<bool>,
    /// Whether the database was out of reach when it was last asked.
    out: AtomicBool,
}

impl Worker {
    async fn notice(&self) {
        let mut known = Versions::default();
        while self.goes_on(NOTICE).await {
            if let Some(now) = self.report("looking for changes", self.sv.refresh(known).await) {
                known = now;
            }
        }
    }

    async fn work(&self) {
        while self.goes_on(TICK).await {
            while self.report("jobs", do_jobs(&self.sv).await) == Some(true) && !*self.stop.borrow() {}
        }
    }

    /// Imports one at a time, beside everything else; one that is under way stops between two of its units.
    async fn import(&self) {
        let stopping = Arc::new(AtomicBool::new(false));
        let stops = async {
            // No sender is left: whoever could tell to stop is gone.
            let _ = self.stop.clone().wait_for(|stop| *stop).await;
            stopping.store(true, Ordering::Relaxed);
        };
        let works = async {
            while self.goes_on(TICK).await {
                while self.report("imports", desk::work(&self.sv, &stopping).await) == Some(true)
                    && !*self.stop.borrow()
                {}
            }
        };
        tokio::join!(stops, works);
    }

    /// One school after the other; on PostgreSQL two at a time while nobody signs in, who would wait for both.
    async fn switch(&self) {
        let may = |lane| (lane == 0 || !self.sv.store.is_busy()) && !*self.stop.borrow();
        let lane = async |lane| {
            while self.goes_on(TICK).await {
                while may(lane) && self.report("rollovers", rollover::work(&self.sv).await) == Some(true) {}
            }
        };
        join_all((0..self.sv.store.lanes().div_ceil(2)).map(lane)).await;
    }

    async fn seal(&self) {
        while self.goes_on(TICK).await {
            let seal = async || self.report("sealing the audit trail", self.sv.seal_audit().await);
            while seal().await.is_some_and(|sealed| sealed > 0) && !*self.stop.borrow() {}
        }
    }

    async fn failures(&self) {
        while self.goes_on(TICK).await {
            self.report("what support codes lead to", self.sv.keep_failures().await);
        }
    }

    async fn tidy(&self) {
        loop {
            self.report("tending the keys", self.sv.ring.tend().await);
            while self.report("purging", purge(&self.sv).await).is_some_and(|gone| gone > 0) && !*self.stop.borrow() {}
            while self.report("transfers that both schools agree on", transfers::meet(&self.sv).await) == Some(true)
                && !*self.stop.borrow()
            {}
            while self.report("transfers that nobody decided", transfers::expire(&self.sv).await) == Some(true)
                && !*self.stop.borrow()
            {}
            while self.report("what is due to accounts", due::work(&self.sv).await) == Some(true)
                && !*self.stop.borrow()
            {}
            while self.report("counting people", headcounts::work(&self.sv).await) == Some(true) && !*self.stop.borrow()
            {
            }
            // A school's networks allow for as many as it has pupils.
            self.report("reading networks", self.sv.neighbourhoods.reload().await);
            self.report("checking the audit trail", self.sv.check_audit().await);
            let old = Moment::start_of((self.sv.clock.now() - self.sv.settings.audit_kept).day());
            while self.report("purging the audit trail", self.sv.purge_audit(old).await).is_some_and(|gone| gone > 0)
                && !*self.stop.borrow()
            {}
            self.report("forgetting old failures", self.sv.forget_failures().await);
            if !self.goes_on(SELDOM).await {
                return;
            }
        }
    }

    /// Waits for the next turn; false when there is none.
    async fn goes_on(&self, pause: Duration) -> bool {
        timeout(pause, self.stop.clone().wait_for(|stop| *stop)).await.is_err()
    }

    fn report<T, E: Into<KeyError>>(&self, what: &str, outcome: Result<T, E>) -> Option<T> {
        let error: KeyError = match outcome {
            Ok(value) => {
                if self.out.swap(false, Ordering::Relaxed) {
                    tracing::warn!("the database answers again");
                }
                return Some(value);
            }
            Err(error) => error.into(),
        };
        if !error.is_outage() {
            tracing::warn!(%error, what, "background work failed; trying again");
        } else if !self.out.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, what, "the database is out of reach; background work waits for it");
        }
        None
    }
}

/// Leases what is due and does it; whether there may be more.
pub async fn do_jobs(sv: &Services) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let due = sv
        .store
        .write((now, now + LEASE), async |tx: &mut Tx, (now, until)| jobs::lease(tx, *now, *until, BATCH.into()).await)
        .await?;
    let of_kind = |kind: &'static str| due.iter().filter(move |job| job.kind == kind);
    // Neither waits for the other, nor goes without because the other failed.
    let (closed, _, ended) = tokio::join!(
        close_orgs(sv, of_kind(orgs::CLOSING)),
        join_all(of_kind(ending::KIND).map(|job| sv.do_logout_job(job))),
        end_lessons(sv, of_kind(ending::LESSON_KIND))
    );
    ended?;
    closed?;
    Ok(due.len() >= BATCH.into())
}

async fn close_orgs(sv: &Services, due: impl Iterator<Item = &JobRow>) -> Result<(), StoreError> {
    for job in due {
        if let Err(error) = orgs::do_closing_job(sv, job).await {
            sv.put_off(job, &error).await?;
        }
    }
    Ok(())
}

async fn end_lessons(sv: &Services, due: impl Iterator<Item = &JobRow>) -> Result<(), StoreError> {
    for job in due {
        if let Err(error) = sv.do_lesson_job(job).await {
            sv.put_off(job, &error).await?;
        }
    }
    Ok(())
}

/// Deletes a batch of each kind of what expired a day ago; how many rows. A busy day leaves more of them than one batch
/// a minute takes away, so whoever calls goes on until there are none.
pub async fn purge(sv: &Services) -> Result<u64, StoreError> {
    let now = sv.clock.now();
    let turn = (now - KEPT, now - NO_MORE, now - sv.settings.registrar.unused);
    sv.store
        .write_bulk(turn, async |tx: &mut Tx, (before, gone, unused): &(Moment, Moment, Moment)| {
            let expired = grants::purge(tx, *before).await? + sessions::purge(tx, *before).await?;
            let spent = spent::purge(tx, *gone).await?
                + stored_requests::purge(tx, *before).await?
                + devices::purge(tx, *before).await?
                + rollover_moves::purge(tx, *before).await?
                + answers::purge(tx, *before).await?
                + opaque::purge(tx, *before).await?
                + pushed::purge(tx, *before).await?
                + attempts::purge(tx, *before - limits::KEPT).await?
                + import_tasks::purge(tx, *before - KEPT * 7).await?
                + journal::purge(tx, *before).await?
                + imports::purge_units(tx).await?
                + badges::purge(tx, *before - KEPT * 30).await?;
            let apps =
                registrations::purge_unused(tx, *unused).await? + registrations::purge_invitations(tx, *before).await?;
            Ok(expired + spent + apps + jobs::purge(tx, *before - KEPT * 30).await?)
        })
        .await
}
