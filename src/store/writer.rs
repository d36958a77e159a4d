//! SQLite's one writer: queued writes share a commit, each in its own savepoint, so that a durable write costs a part
//! of an fsync instead of a whole one.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::SqliteConnection;
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};

use super::{
    error::StoreError,
    job::Job,
    tx::{Conn, Held, Tx},
};

/// At most so many writes share a commit, and at most this long.
const MOST_IN_A_BATCH: usize = 256;
const LONGEST_BATCH: Duration = Duration::from_millis(20);
/// After so much unbroken work the writer rests, so that a command-line tool beside it gets the lock.
const UNBROKEN_WORK: Duration = Duration::from_millis(200);
const REST: Duration = Duration::from_millis(4);
/// After a bulk write, unless something urgent waits here: another process that asks for the lock asks every millisecond.
const REST_AFTER_BULK: Duration = Duration::from_millis(2);
/// How long BEGIN is tried while another process holds the lock.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) type Queue = mpsc::Sender<Box<dyn Job>>;
pub(super) type Waiting = mpsc::Receiver<Box<dyn Job>>;

/// Works until both queues are closed and empty, or it is told to stop: then what was queued before is still done.
/// `urgent` goes first; of `bulk` one job at a time.
pub(super) async fn run(
    connection: SqliteConnection,
    mut urgent: Waiting,
    mut bulk: Waiting,
    mut stop: watch::Receiver<bool>,
) {
    let mut tx = Tx::new(Held::LiteWriter(connection));
    let mut busy_since = Instant::now();
    let mut wrote_bulk = false;
    loop {
        if *stop.borrow() {
            urgent.close();
            bulk.close();
        }
        let first = if let Ok(job) = urgent.try_recv() {
            if busy_since.elapsed() > UNBROKEN_WORK {
                sleep(REST).await;
                busy_since = Instant::now();
            }
            Next::Urgent(job)
        } else {
            let bulk_after_a_rest = async {
                if wrote_bulk {
                    sleep(REST_AFTER_BULK).await;
                }
                bulk.recv().await
            };
            let next = tokio::select! {
                biased;
                Some(job) = urgent.recv() => Next::Urgent(job),
                Some(job) = bulk_after_a_rest => Next::Bulk(job),
                Ok(()) = stop.changed(), if !*stop.borrow() => continue,
                else => break,
            };
            busy_since = Instant::now();
            next
        };
        wrote_bulk = false;
        let first = match first {
            Next::Urgent(job) if job.is_one() && urgent.is_empty() => match at_once(&mut tx, job).await {
                Some(job) => Next::Urgent(job),
                None => continue,
            },
            first => first,
        };
        let mut batch = Batch { done: Vec::new(), next: Some(first), started: Instant::now(), bulk: false };
        let outcome = batch.run(&mut tx, &mut urgent, &mut bulk).await;
        wrote_bulk = batch.bulk;
        match outcome {
            Ok(()) => batch.done.into_iter().for_each(|job| job.finish(Ok(()))),
            Err(error) => {
                stop_if_beyond_repair(&error);
                batch.one_by_one(&mut tx).await;
            }
        }
    }
    if let Held::LiteWriter(connection) = tx.into_held() {
        let _ = sqlx::Connection::close(connection).await;
    }
}

enum Next {
    Urgent(Box<dyn Job>),
    Bulk(Box<dyn Job>),
}

struct Batch {
    done: Vec<Box<dyn Job>>,
    next: Option<Next>,
    started: Instant,
    /// Whether one of them was bulk: then it is the last.
    bulk: bool,
}

impl Batch {
    /// Runs jobs in savepoints of one transaction until the batch is full or the queues are empty, then commits.
    async fn run(&mut self, tx: &mut Tx, urgent: &mut Waiting, bulk: &mut Waiting) -> Result<(), StoreError> {
        begin(tx, "BEGIN IMMEDIATE; SAVEPOINT j").await?;
        while let Some(next) = self.next.take() {
            let (mut job, is_bulk) = match next {
                Next::Urgent(job) => (job, false),
                Next::Bulk(job) => (job, true),
            };
            let kept = job.run(tx).await;
            self.done.push(job);
            if !kept {
                // The savepoint stays open for the next job.
                execute(tx, "ROLLBACK TO j").await?;
            }
            self.bulk |= is_bulk;
            if is_bulk || self.done.len() >= MOST_IN_A_BATCH || self.started.elapsed() > LONGEST_BATCH {
                break;
            }
            self.next = urgent.try_recv().map(Next::Urgent).or_else(|_| bulk.try_recv().map(Next::Bulk)).ok();
            if self.next.is_some() && kept {
                // One hop to the database's thread instead of two.
                execute(tx, "RELEASE j; SAVEPOINT j").await?;
            }
        }
        execute(tx, "RELEASE j; COMMIT").await
    }

    /// After a batch failed as a whole (a full disk, an automatic rollback): each job again, in a transaction of its own.
    async fn one_by_one(self, tx: &mut Tx) {
        let _ = execute(tx, "ROLLBACK").await;
        let rest = self.next.map(|(Next::Urgent(job) | Next::Bulk(job))| job);
        for mut job in self.done.into_iter().chain(rest) {
            let outcome = alone(tx, job.as_mut()).await;
            if let Err(error) = &outcome {
                stop_if_beyond_repair(error);
                let _ = execute(tx, "ROLLBACK").await;
            }
            job.finish(outcome.map_err(StoreError::of_commit));
        }
    }
}

/// A job that nobody waits beside, as a transaction by itself; it comes back when that did not go well, and nothing of it
/// is left.
async fn at_once(tx: &mut Tx, mut job: Box<dyn Job>) -> Option<Box<dyn Job>> {
    if job.run(tx).await {
        job.finish(Ok(()));
        return None;
    }
    // Of a script its savepoint may be open; of a statement there is nothing to take back, and this fails.
    let _ = execute(tx, "ROLLBACK").await;
    Some(job)
}

async fn alone(tx: &mut Tx, job: &mut dyn Job) -> Result<(), StoreError> {
    begin(tx, "BEGIN IMMEDIATE").await?;
    let end = if job.run(tx).await { "COMMIT" } else { "ROLLBACK" };
    execute(tx, end).await
}

/// BEGIN, waiting for another process that holds the lock.
async fn begin(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let since = Instant::now();
    loop {
        match execute(tx, sql).await {
            Err(error) if error.is_busy() && since.elapsed() < PATIENCE => sleep(Duration::from_millis(1)).await,
            outcome => return outcome,
        }
    }
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx.conn() {
        Conn::Lite(c) => sqlx::query(sql).execute(c).await.map(drop).map_err(|e| StoreError::Statement(Arc::new(e))),
        Conn::Pg(_) => Err(StoreError::Closed),
    }
}

/// After a failed flush the pages in memory and on disk may differ; a fresh start recovers from the log, going on does
/// not.
fn stop_if_beyond_repair(error: &StoreError) {
    if error.is_beyond_repair() {
        tracing::error!(%error, "the database is lost to this process; stopping so that a restart recovers from the log");
        std::process::exit(1);
    }
}
