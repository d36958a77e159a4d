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

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod clients;
pub mod consents;
pub mod contexts;
pub mod delegations;
pub mod exchanges;
pub mod facts;
pub mod grants;
pub mod jobs;
pub mod keys;
pub mod memberships;
pub mod orgs;
pub mod people;
pub mod sessions;
pub mod spent;
pub mod versions;

mod columns;
mod error;
mod job;
mod lock;
mod migrate;
mod open;
mod readers;
mod writer;

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::PgPool;

pub use columns::{Day, Doc};
pub use error::StoreError;
pub use job::TxFn;
pub use lock::{LockError, ServerLock};
pub use migrate::MigrationState;
pub use open::{OpenError, Settings};
pub use tx::{Conn, Tx};

use tx::Held;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
    changes: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Backend {
    Lite { urgent: writer::Queue, bulk: writer::Queue, readers: Arc<readers::Readers>, file: std::path::PathBuf },
    Pg(PgPool),
}

/// How a write is queued, and whether it counts as a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Change,
    Bulk,
    Aside,
}

impl Store {
    fn new(backend: Backend) -> Self {
        Self { backend, changes: Arc::default() }
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

    /// As [`Store::write`], for bulk work: waits behind every other write, so that an import does not hold up sign-ins.
    /// Keep each closure to some hundred rows.
    pub async fn write_bulk<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        self.run(Way::Bulk, input, f).await
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
        self.run(Way::Aside, input, f).await
    }

    async fn run<I, T, F>(&self, way: Way, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        let changes = (way != Way::Aside).then(|| Changes(self.changes.clone()));
        match &self.backend {
            Backend::Lite { bulk, .. } if way == Way::Bulk => queued(bulk, changes, input, f).await,
            Backend::Lite { urgent, .. } => queued(urgent, changes, input, f).await,
            Backend::Pg(pool) => on_postgres(pool.clone(), changes, input, f).await,
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
        let held = match &self.backend {
            Backend::Lite { readers, .. } => Held::LiteReader(readers.take().await?),
            Backend::Pg(pool) => Held::PgReader(pool.acquire().await?),
        };
        job::attempt(&f, &mut Tx::new(held), &input).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read((), async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("SELECT 1")).map(drop)).await
    }

    /// The database's kind, for messages: `SQLite` or `PostgreSQL`.
    pub const fn kind(&self) -> &'static str {
        match &self.backend {
            Backend::Lite { .. } => "SQLite",
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

async fn queued<I, T, F>(queue: &writer::Queue, changes: Option<Changes>, input: I, f: F) -> Result<T, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
{
    let (job, answer) = job::call(changes, input, f);
    queue.send(job).await.map_err(|_| StoreError::Closed)?;
    answer.await.map_err(|_| StoreError::Closed)?
}

/// Spawned, so that the write outlives a caller that goes away; tried again a few times when PostgreSQL asks for it.
async fn on_postgres<I, T, F>(pool: PgPool, changes: Option<Changes>, input: I, f: F) -> Result<T, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
{
    const TRIES: u32 = 4;
    let task = tokio::spawn(async move {
        let mut tried = 0;
        loop {
            tried += 1;
            match once_on_postgres(&pool, &input, &f).await {
                Err(error) if tried < TRIES && error.is_worth_another_try() => {
                    // Jitter only: not a secret, and no need for the injected randomness.
                    let jitter = RandomState::new().hash_one(tried) % (20 << tried);
                    tokio::time::sleep(Duration::from_millis(jitter)).await;
                }
                outcome => {
                    drop(changes);
                    return outcome;
                }
            }
        }
    });
    task.await.unwrap_or_else(|e| Err(if e.is_panic() { StoreError::Panicked } else { StoreError::Closed }))
}

async fn once_on_postgres<I, T, F>(pool: &PgPool, input: &I, f: &F) -> Result<T, StoreError>
where
    F: for<'t> TxFn<'t, I, T>,
{
    let mut tx = Tx::new(Held::PgWriter(pool.begin().await?));
    let value = job::attempt(f, &mut tx, input).await?;
    if let Held::PgWriter(transaction) = tx.into_held() {
        transaction.commit().await.map_err(|e| StoreError::Commit(e.into()))?;
    }
    Ok(value)
}

/// Every statement of every file, for the test that prepares them all on both databases.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    const FILES: &[(&str, &[(&str, &str)])] = &[
        ("accounts", accounts::ALL),
        ("attempts", attempts::ALL),
        ("audit", audit::ALL),
        ("clients", clients::ALL),
        ("consents", consents::ALL),
        ("contexts", contexts::ALL),
        ("delegations", delegations::ALL),
        ("facts", facts::ALL),
        ("grants", grants::ALL),
        ("jobs", jobs::ALL),
        ("keys", keys::ALL),
        ("orgs", orgs::ALL),
        ("sessions", sessions::ALL),
        ("spent", spent::ALL),
        ("versions", versions::ALL),
    ];
    FILES.iter().flat_map(|(file, all)| all.iter().map(move |(name, sql)| (*file, *name, *sql)))
}
