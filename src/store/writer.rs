//! SQLite's writers, of which one writes at a time. What somebody waits for shares a commit, each write in its own
//! savepoint, so that a durable one costs a part of an fsync instead of a whole one; bulk work has a thread that stands back.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use sqlx::{SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    runtime,
    sync::{Mutex, MutexGuard, mpsc, watch},
    time::sleep,
};

use super::{
    error::StoreError,
    job::Job,
    open::open_writer,
    traffic::Traffic,
    tx::{Conn, Held, Tx},
};
use crate::base::thread::step_back;

/// At most so many writes share a commit, and at most this long.
const MOST_IN_A_BATCH: usize = 256;
const LONGEST_BATCH: Duration = Duration::from_millis(20);
/// After so much unbroken work the writer rests, so that a command-line tool beside it gets the lock.
const UNBROKEN_WORK: Duration = Duration::from_millis(200);
const REST: Duration = Duration::from_millis(4);
/// After each bulk write of a command: a server beside it that asks for the lock asks every millisecond.
const REST_AFTER_BULK: Duration = Duration::from_millis(2);
/// Bulk work begins when nobody has written for so long, or waits the longest: a sign-in writes several times, each soon
/// after the one before, and would else wait for a whole bulk write each time.
const QUIET: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(12);
/// After so many bulk writes the log is moved into the file. A commit would do so by itself, and keep everybody waiting.
const WRITES_IN_THE_LOG: usize = 8;
/// How long BEGIN is tried while another process holds the lock.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) type Queue = mpsc::Sender<Box<dyn Job>>;
pub(super) type Waiting = mpsc::Receiver<Box<dyn Job>>;

/// The right to write, within this process, and what bulk work goes by.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    /// When something was last written that somebody waited for. Whoever waits gets it in turn, and need not ask again and
    /// again.
    last: Arc<Mutex<Instant>>,
    /// Whether this process is the database's server: whoever else writes is a command then, which has time.
    pub(super) serves: Arc<AtomicBool>,
}

impl Turn {
    pub(super) fn new() -> Self {
        Self { last: Arc::new(Mutex::new(Instant::now())), serves: Arc::default() }
    }

    /// The turn of bulk work.
    async fn quiet(&self) -> MutexGuard<'_, Instant> {
        let since = Instant::now();
        loop {
            let last = self.last.lock().await;
            let Some(rest) = QUIET.checked_sub(last.elapsed()).filter(|_| since.elapsed() < LONGEST_WAIT) else {
                return last;
            };
            drop(last);
            sleep(rest).await;
        }
    }
}

/// Writes what somebody waits for, until the queue is closed and empty or it is told to stop: then what was queued before is
/// still done.
pub(super) async fn run(connection: SqliteConnection, mut queue: Waiting, turn: Turn, mut stop: watch::Receiver<bool>) {
    let mut tx = Tx::new(Held::LiteWriter(connection));
    let mut busy_since = Instant::now();
    loop {
        let first = if let Ok(job) = queue.try_recv() {
            if busy_since.elapsed() > UNBROKEN_WORK {
                sleep(REST).await;
                busy_since = Instant::now();
            }
            job
        } else {
            let Some(job) = next(&mut queue, &mut stop).await else { break };
            busy_since = Instant::now();
            job
        };
        let mut last = turn.last.lock().await;
        let first = if first.is_one() && queue.is_empty() {
            let Some(job) = at_once(&mut tx, first).await else {
                *last = Instant::now();
                continue;
            };
            job
        } else {
            first
        };
        let mut batch = Batch { done: Vec::new(), next: Some(first), started: Instant::now() };
        match batch.run(&mut tx, &mut queue).await {
            Ok(()) => batch.done.into_iter().for_each(|job| job.finish(Ok(()))),
            Err(error) => {
                stop_if_beyond_repair(&error);
                batch.one_by_one(&mut tx).await;
            }
        }
        *last = Instant::now();
    }
    close(tx, &turn).await;
}

/// Writes what nobody waits for, a job at a time, until its end as [`run`]. Its thread stands back for whoever signs in, and
/// its connection is opened when there is something to do.
pub(super) fn run_bulk(
    options: SqliteConnectOptions,
    queue: Waiting,
    (turn, traffic): (Turn, Traffic),
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_time().build()?;
    let thread = thread::Builder::new().name("phuong-bulk".into());
    thread.spawn(move || {
        step_back();
        runtime.block_on(bulk(&options, queue, (&turn, &traffic), stop));
    })?;
    Ok(())
}

async fn bulk(
    options: &SqliteConnectOptions,
    mut queue: Waiting,
    (turn, traffic): (&Turn, &Traffic),
    mut stop: watch::Receiver<bool>,
) {
    let (mut opened, mut in_the_log, mut version) = (None, 0, None);
    while let Some(job) = next(&mut queue, &mut stop).await {
        let tx = match &mut opened {
            Some(tx) => tx,
            none => match open_writer(&of_bulk(options)).await {
                Ok(connection) => none.insert(Tx::new(Held::LiteWriter(connection))),
                Err(error) => {
                    job.finish(Err(error));
                    continue;
                }
            },
        };
        let quiet = turn.quiet().await;
        let commands = !turn.serves.load(Ordering::Relaxed);
        if commands {
            let now = data_version(tx).await;
            // Whoever writes beside a command is the server, for somebody who waits.
            if version.replace(now).is_some_and(|before| before != now) {
                traffic.passes();
            }
        }
        alone(tx, job).await;
        drop(quiet);
        in_the_log += 1;
        if in_the_log == WRITES_IN_THE_LOG {
            // What it does not get to is for the next.
            let _ = execute(tx, "PRAGMA wal_checkpoint(PASSIVE)").await;
            in_the_log = 0;
        }
        if commands {
            sleep(REST_AFTER_BULK).await;
        }
    }
    if let Some(tx) = opened {
        close(tx, turn).await;
    }
}

/// Keeps more pages than others: what a large write changes would be written before its end, and again after. A statement of
/// many rows keeps each page that it changes, should it fail, which is quicker in memory than in a file of its own.
fn of_bulk(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    let options = options.clone().pragma("wal_autocheckpoint", "0");
    options.pragma("cache_size", "-32000").pragma("temp_store", "MEMORY")
}

/// The next job; nothing once the queue is closed and empty, which being told to stop does.
async fn next(queue: &mut Waiting, stop: &mut watch::Receiver<bool>) -> Option<Box<dyn Job>> {
    loop {
        if *stop.borrow() {
            queue.close();
        }
        tokio::select! {
            biased;
            job = queue.recv() => return job,
            Ok(()) = stop.changed(), if !*stop.borrow() => {}
        }
    }
}

/// In turn: whoever closes last takes the log's file away, and must know that there is nobody else.
async fn close(tx: Tx, turn: &Turn) {
    let _turn = turn.last.lock().await;
    if let Held::LiteWriter(connection) = tx.into_held() {
        let _ = sqlx::Connection::close(connection).await;
    }
}

struct Batch {
    done: Vec<Box<dyn Job>>,
    next: Option<Box<dyn Job>>,
    started: Instant,
}

impl Batch {
    /// Runs jobs in savepoints of one transaction until the batch is full or the queue is empty, then commits.
    async fn run(&mut self, tx: &mut Tx, queue: &mut Waiting) -> Result<(), StoreError> {
        begin(tx, "BEGIN IMMEDIATE; SAVEPOINT j").await?;
        while let Some(mut job) = self.next.take() {
            let kept = job.run(tx).await;
            self.done.push(job);
            if !kept {
                // The savepoint stays open for the next job.
                execute(tx, "ROLLBACK TO j").await?;
            }
            if self.done.len() >= MOST_IN_A_BATCH || self.started.elapsed() > LONGEST_BATCH {
                break;
            }
            self.next = queue.try_recv().ok();
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
        for job in self.done.into_iter().chain(self.next) {
            alone(tx, job).await;
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

/// A job in a transaction of its own, and its answer.
async fn alone(tx: &mut Tx, mut job: Box<dyn Job>) {
    let outcome = async {
        begin(tx, "BEGIN IMMEDIATE").await?;
        let end = if job.run(tx).await { "COMMIT" } else { "ROLLBACK" };
        execute(tx, end).await
    };
    let outcome = outcome.await;
    if let Err(error) = &outcome {
        stop_if_beyond_repair(error);
        let _ = execute(tx, "ROLLBACK").await;
    }
    job.finish(outcome.map_err(StoreError::of_commit));
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

/// Changes with every commit of another connection.
async fn data_version(tx: &mut Tx) -> Option<i64> {
    match tx.conn() {
        Conn::Lite(c) => sqlx::query_scalar("PRAGMA data_version").fetch_one(c).await.ok(),
        Conn::Pg(_) => None,
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
