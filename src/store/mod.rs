//! All SQL and nothing else: one file per family of tables, one text for SQLite and PostgreSQL.
//!
//! Writes are closures: [`Store::write`] returns when the change is durable. Closures capture nothing and may run more
//! than once, so ids, instants and hashes come in through their input; nothing slow is awaited inside.
//! Rules live above: a query here knows no policy, but a transition is guarded by its `WHERE`, and the row count decides.

// First, because the others use its macros.
#[macro_use]
mod tx;
#[macro_use]
mod bulk;
#[macro_use]
mod columns;
#[macro_use]
pub mod scope;

pub mod accounts;
pub mod administrators;
pub mod answers;
pub mod attempts;
pub mod audit;
pub mod audit_upkeep;
pub mod badges;
pub mod beginning;
pub mod classroom;
pub mod clients;
pub mod consents;
pub mod contexts;
pub mod delegations;
pub mod devices;
pub mod directory;
pub mod dormant;
pub mod exchanges;
pub mod exporting;
pub mod facts;
pub mod failures;
pub mod finding;
pub mod grants;
pub mod headcounts;
pub mod import_tasks;
pub mod imports;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod ledger;
pub mod matching;
pub mod memberships;
pub mod merges;
pub mod newcomers;
pub mod opaque;
pub mod orgs;
pub mod people;
pub mod person_changes;
pub mod personal;
pub mod purge;
pub mod pushed;
pub mod reach;
pub mod registrations;
pub mod rescue;
pub mod rollover_marks;
pub mod rollover_moves;
pub mod rollovers;
pub mod schools;
pub mod sessions;
pub mod spent;
pub mod stored_requests;
pub mod trail;
pub mod transfers;
pub mod undo;
pub mod versions;

mod error;
mod every;
mod job;
mod kept;
mod lock;
mod migrate;
mod open;
mod postgres;
mod traffic;
mod writer;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{sync::watch, time::timeout};

pub use columns::{Day, Doc, Posts};
pub use error::StoreError;
pub use every::{statements, twins};
pub use job::TxFn;
pub use lock::{LockError, ServerLock};
pub use migrate::MigrationState;
pub use open::{OpenError, Settings, sqlite_file};
pub use tx::{Conn, Twin, Tx};

use traffic::Traffic;
use tx::Held;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
    changes: Arc<AtomicU64>,
    traffic: Traffic,
}

#[derive(Clone, Debug)]
enum Backend {
    Lite(Lite),
    Pg(postgres::Postgres),
}

#[derive(Clone, Debug)]
struct Lite {
    urgent: writer::Queue,
    bulk: writer::Queue,
    readers: Arc<kept::Kept<SqliteConnection>>,
    /// How a reader is opened.
    reader: Arc<SqliteConnectOptions>,
    file: PathBuf,
    /// Whether this process is the file's server.
    serves: Arc<AtomicBool>,
    /// Tells the writer to end, and has nobody to tell any more once it has.
    stop: Arc<watch::Sender<bool>>,
}

/// How a write is queued, and whether it counts as a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Change,
    Bulk,
    Aside,
    One,
    Once,
}

impl Store {
    fn new(backend: Backend, traffic: Traffic) -> Self {
        Self { backend, changes: Arc::default(), traffic }
    }

    /// Runs `f` in a transaction and returns when its change is durable. The write completes even when the caller goes
    /// away. `Err` from the closure rolls its changes back.
    pub async fn write<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.run(Way::Change, input, f).await
    }

    /// As [`Store::write`], for bulk work: waits behind every other write, and rests after it while people sign in, so that
    /// an import does not hold them up. Keep each closure to some hundred rows, or some thousand while [`Store::is_calm`].
    pub async fn write_bulk<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        let began = Instant::now();
        let outcome = self.run(Way::Bulk, input, f).await;
        self.traffic.let_pass(began.elapsed()).await;
        outcome
    }

    /// As [`Store::write`], for the few hot writes that end nothing and change nothing about a person: a session begun
    /// or used, a code or a refresh token given or spent, an attempt counted. What is remembered for a moment
    /// (`services::recent`) stays good over them; over every other write it is forgotten.
    pub async fn write_aside<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.traffic.passes();
        self.run(Way::Aside, input, f).await
    }

    /// As [`Store::write_aside`], for what a server does by itself: bulk work does not stand back for it.
    pub async fn write_unasked<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.run(Way::Aside, input, f).await
    }

    /// As [`Store::write_aside`], for a closure of one statement that does no harm when it runs twice (on SQLite also of one
    /// script with a savepoint of its own): it needs no transaction, which would be two more ways there and back.
    pub async fn write_one<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.traffic.passes();
        self.run(Way::One, input, f).await
    }

    /// As [`Store::write_one`], where a second run would find what the first did and take it for somebody else's: when the
    /// answer is lost on its way from the database, it is not asked again, and whether it is done is not known.
    pub async fn write_once<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.traffic.passes();
        self.run(Way::Once, input, f).await
    }

    async fn run<I, T, F>(&self, way: Way, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        let changes = matches!(way, Way::Change | Way::Bulk).then(|| Changes(self.changes.clone()));
        match &self.backend {
            Backend::Lite(lite) if way == Way::Bulk => queued(&lite.bulk, changes, false, input, f).await,
            Backend::Lite(lite) => queued(&lite.urgent, changes, matches!(way, Way::One | Way::Once), input, f).await,
            Backend::Pg(pg) => pg.write(way, changes, input, f).await,
        }
    }

    /// Grows with every write of this process that may have changed what somebody remembers; it has grown before the
    /// write's caller hears of it.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Runs `f` on a reading connection. Each statement sees what was committed before it.
    pub async fn read<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T>,
    {
        match &self.backend {
            Backend::Lite(lite) => {
                let reader = lite.readers.take(async || lite.reader.connect().await).await?;
                job::attempt(&f, &mut Tx::new(Held::LiteReader(reader)), &input).await
            }
            Backend::Pg(pg) => pg.read(input, f).await,
        }
    }

    /// How many writes are worth having on their way at once: SQLite has one writer; PostgreSQL lets commits share a
    /// flush, and works on one while it flushes another.
    pub const fn lanes(&self) -> usize {
        match &self.backend {
            Backend::Lite(_) => 1,
            Backend::Pg(_) => 4,
        }
    }

    /// Whether people sign in by this process, or another process writes to the SQLite file beside this command: bulk work
    /// does less in a write then.
    pub fn is_busy(&self) -> bool {
        self.traffic.is_dense()
    }

    /// Whether that has not been so for a while: a write may be large then.
    pub fn is_calm(&self) -> bool {
        self.traffic.is_calm()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read((), async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("SELECT 1")).map(drop)).await
    }

    /// The same database, which from now on answers within `patience` or has failed. Only PostgreSQL can keep somebody
    /// waiting: across a network, frozen, or in the middle of a failover.
    pub fn with_patience(self, patience: Duration) -> Self {
        let backend = match self.backend {
            Backend::Pg(pg) => Backend::Pg(pg.with_patience(patience)),
            lite @ Backend::Lite(_) => lite,
        };
        Self { backend, ..self }
    }

    /// Waits for an answer that comes by way of somebody else's write, no longer than the store has patience.
    pub async fn in_time<T>(&self, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        match &self.backend {
            Backend::Lite(_) => answer.await,
            Backend::Pg(pg) => timeout(pg.patience(), answer).await.unwrap_or(Err(StoreError::Unanswered)),
        }
    }

    /// Waits until every write that was taken on is done, whoever waits for it.
    pub async fn settled(&self) {
        match &self.backend {
            Backend::Lite(_) => {
                // Each queue is first in, first out; a store that is closing is settling as well.
                let nothing = async |_: &mut Tx, (): &()| Ok(());
                let _ = self.write((), nothing).await;
                let _ = self.write_bulk((), nothing).await;
            }
            Backend::Pg(pg) => pg.settled().await,
        }
    }

    /// Lets the writes that were taken on finish, and closes every connection; what comes later fails. An SQLite
    /// database is then one file again, without a log beside it.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Lite(lite) => {
                // Whoever is last moves the log into the file, and the readers may not write.
                for reader in lite.readers.close().await {
                    let _ = sqlx::Connection::close(reader).await;
                }
                let _ = lite.stop.send(true);
                lite.stop.closed().await;
            }
            Backend::Pg(pg) => pg.close().await,
        }
    }

    /// The database's kind, for messages: `SQLite` or `PostgreSQL`.
    pub const fn kind(&self) -> &'static str {
        match &self.backend {
            Backend::Lite(_) => "SQLite",
            Backend::Pg(_) => "PostgreSQL",
        }
    }
}

/// Counts a change when it is dropped: whatever came of the write, and also when nobody waits for it any more.
struct Changes(Arc<AtomicU64>);

impl Drop for Changes {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

async fn queued<I, T, F>(
    queue: &writer::Queue,
    changes: Option<Changes>,
    one: bool,
    input: I,
    f: F,
) -> Result<T, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
{
    let (job, answer) = job::call(changes, one, input, f);
    queue.send(job).await.map_err(|_| StoreError::Closed)?;
    answer.await.map_err(|_| StoreError::Closed)?
}
