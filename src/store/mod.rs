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
pub mod directory;
pub mod grants;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod matching;
pub mod membership_changes;
pub mod memberships;
pub mod orgs;
pub mod people;
pub mod person_changes;
pub mod sessions;
pub mod spent;
pub mod versions;

mod columns;
mod error;
mod job;
mod lock;
mod migrate;
mod open;
mod writer;

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use sqlx::{PgPool, SqlitePool};

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
pub struct Store(Backend);

#[derive(Clone, Debug)]
enum Backend {
    Lite { urgent: writer::Queue, bulk: writer::Queue, readers: SqlitePool, file: std::path::PathBuf },
    Pg(PgPool),
}

impl Store {
    /// Runs `f` in a transaction and returns when its change is durable. The write completes even when the caller goes
    /// away. `Err` from the closure rolls its changes back.
    pub async fn write<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        match &self.0 {
            Backend::Lite { urgent, .. } => queued(urgent, input, f).await,
            Backend::Pg(pool) => on_postgres(pool.clone(), input, f).await,
        }
    }

    /// As [`Store::write`], for bulk work: waits behind every other write, so that an import does not hold up sign-ins.
    /// Keep each closure to some hundred rows.
    pub async fn write_bulk<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        match &self.0 {
            Backend::Lite { bulk, .. } => queued(bulk, input, f).await,
            Backend::Pg(pool) => on_postgres(pool.clone(), input, f).await,
        }
    }

    /// Runs `f` on a reading connection. Each statement sees what was committed before it.
    pub async fn read<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx, &I) -> Result<T, StoreError> + for<'t> TxFn<'t, I, T>,
    {
        let held = match &self.0 {
            Backend::Lite { readers, .. } => Held::LiteReader(readers.acquire().await?),
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
        match &self.0 {
            Backend::Lite { .. } => "SQLite",
            Backend::Pg(_) => "PostgreSQL",
        }
    }
}

async fn queued<I, T, F>(queue: &writer::Queue, input: I, f: F) -> Result<T, StoreError>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
{
    let (job, answer) = job::call(input, f);
    queue.send(job).await.map_err(|_| StoreError::Closed)?;
    answer.await.map_err(|_| StoreError::Closed)?
}

/// Spawned, so that the write outlives a caller that goes away; tried again a few times when PostgreSQL asks for it.
async fn on_postgres<I, T, F>(pool: PgPool, input: I, f: F) -> Result<T, StoreError>
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
                outcome => return outcome,
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
        ("directory", directory::ALL),
        ("grants", grants::ALL),
        ("imports", imports::ALL),
        ("jobs", jobs::ALL),
        ("keys", keys::ALL),
        ("orgs", orgs::ALL),
        ("sessions", sessions::ALL),
        ("spent", spent::ALL),
        ("versions", versions::ALL),
    ];
    FILES.iter().flat_map(|(file, all)| all.iter().map(move |(name, sql)| (*file, *name, *sql)))
}
