//! PostgreSQL: each write a transaction of its own, tried again when the database asks for it; nothing is waited for
//! longer than the store's patience, whatever became of the database.

use std::{
    hash::{BuildHasher, RandomState},
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{PgConnection, PgPool, pool::PoolConnection};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    Changes, Way,
    error::StoreError,
    job::{self, TxFn},
    kept::{Kept, Lease},
    tx::{Conn, Held, Tx},
};

/// How often a write is tried that PostgreSQL aborted for the sake of another.
const TRIES: u32 = 4;
/// How many connections are thrown away, because the database ended them while they lay in the pool, before one that
/// fails counts: as many as a pool may hold.
const MOST_STALE: usize = 500;

/// How long bulk work, in chunks, is waited for at least.
const BULK: Duration = Duration::from_mins(1);

/// The pool, and how it is waited for.
#[derive(Clone, Debug)]
pub(super) struct Postgres {
    pool: PgPool,
    kept: Arc<Kept<PoolConnection<sqlx::Postgres>>>,
    patience: Duration,
    /// Subscribed to by each write for as long as it runs.
    writes: watch::Sender<()>,
}

impl Postgres {
    /// `most`: how many connections the pool may have.
    pub(super) fn new(pool: PgPool, most: u32, patience: Duration) -> Self {
        Self { pool, kept: Kept::new(most), patience, writes: watch::Sender::new(()) }
    }

    pub(super) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub(super) const fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Reads; again on another connection when the database had ended this one.
    pub(super) async fn read<I, T, F>(&self, input: I, f: F) -> Result<T, StoreError>
    where
        F: for<'t> TxFn<'t, I, T>,
    {
        let reading = async {
            let mut stale = 0;
            loop {
                let mut tx = self.lease().await?;
                let outcome = job::attempt(&f, &mut tx, &input).await;
                match outcome {
                    Err(error) if error.is_lost_connection() && stale < MOST_STALE => stale += 1,
                    Err(error) if error.leaves_doubt() => return Err(error),
                    outcome => {
                        give_back(tx);
                        return outcome;
                    }
                }
            }
        };
        timeout(self.patience, reading).await.unwrap_or(Err(StoreError::Unanswered))
    }

    /// Writes. Spawned, so that the write outlives a caller that goes away.
    pub(super) async fn write<I, T, F>(
        &self,
        way: Way,
        changes: Option<Changes>,
        input: I,
        f: F,
    ) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
    {
        let (this, running) = (self.clone(), self.writes.subscribe());
        let task = tokio::spawn(async move {
            let at_least = if way == Way::Bulk { BULK } else { Duration::ZERO };
            let writing = this.until_it_fits(way, &input, &f);
            let outcome = timeout(this.patience.max(at_least), writing).await;
            drop((running, changes));
            outcome.unwrap_or(Err(StoreError::Unanswered))
        });
        task.await.unwrap_or_else(|e| Err(if e.is_panic() { StoreError::Panicked } else { StoreError::Closed }))
    }

    /// Waits for the writes that run.
    pub(super) async fn settled(&self) {
        self.writes.closed().await;
    }

    /// The same, and closes every connection.
    pub(super) async fn close(&self) {
        self.settled().await;
        drop(self.kept.close().await);
        self.pool.close().await;
    }

    async fn until_it_fits<I, T, F>(&self, way: Way, input: &I, f: &F) -> Result<T, StoreError>
    where
        F: for<'t> TxFn<'t, I, T>,
    {
        let mut tried = 0;
        loop {
            tried += 1;
            let outcome = match way {
                Way::One | Way::Once => self.one(way, input, f).await,
                Way::Change | Way::Bulk | Way::Aside => self.whole(input, f).await,
            };
            match outcome {
                Err(error) if tried < TRIES && error.is_worth_another_try() => {
                    // Jitter only: not a secret, and no need for the injected randomness.
                    let jitter = RandomState::new().hash_one(tried) % (20 << tried);
                    sleep(Duration::from_millis(jitter)).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn whole<I, T, F>(&self, input: &I, f: &F) -> Result<T, StoreError>
    where
        F: for<'t> TxFn<'t, I, T>,
    {
        let mut tx = self.begin().await?;
        let outcome = job::attempt(f, &mut tx, input).await;
        // A closure may have put words of its own on a conflict that another try passes.
        let conflict = tx.failed.take().filter(StoreError::is_worth_another_try);
        let outcome = match (outcome, conflict) {
            (Err(_), Some(conflict)) => Err(conflict),
            (outcome, _) => outcome,
        };
        match outcome {
            Ok(value) => {
                execute(&mut tx, "COMMIT").await.map_err(StoreError::of_commit)?;
                give_back(tx);
                Ok(value)
            }
            Err(error) => {
                if !error.leaves_doubt() && execute(&mut tx, "ROLLBACK").await.is_ok() {
                    give_back(tx);
                }
                Err(error)
            }
        }
    }

    /// One statement, a transaction by itself; on a connection that the database had ended, again as a whole one if it may
    /// be.
    async fn one<I, T, F>(&self, way: Way, input: &I, f: &F) -> Result<T, StoreError>
    where
        F: for<'t> TxFn<'t, I, T>,
    {
        let mut tx = self.lease().await?;
        let outcome = job::attempt(f, &mut tx, input).await;
        match outcome {
            Err(error) if error.is_lost_connection() && way == Way::Once => Err(error.of_commit()),
            Err(error) if error.is_lost_connection() => self.whole(input, f).await,
            Err(error) if error.leaves_doubt() => Err(error),
            outcome => {
                give_back(tx);
                outcome
            }
        }
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        let mut stale = 0;
        loop {
            let mut tx = self.lease().await?;
            match execute(&mut tx, "BEGIN").await {
                Ok(()) => return Ok(tx),
                Err(error) if error.is_lost_connection() && stale < MOST_STALE => stale += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn lease(&self) -> Result<Tx, StoreError> {
        let connection = self.kept.take(async || self.pool.acquire().await).await?;
        Ok(Tx::new(Held::Pg(Leased { connection, clean: false })))
    }
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx.conn() {
        Conn::Pg(c) => Ok(sqlx::raw_sql(sql).execute(c).await.map(drop)?),
        Conn::Lite(_) => Err(StoreError::Closed),
    }
}

fn give_back(tx: Tx) {
    if let Held::Pg(mut leased) = tx.into_held() {
        leased.clean = true;
    }
}

/// A connection that is kept only when everything it was asked has been answered; else it is closed, which takes no
/// answer from a database that gives none.
#[derive(Debug)]
pub(super) struct Leased {
    connection: Lease<PoolConnection<sqlx::Postgres>>,
    clean: bool,
}

impl Drop for Leased {
    fn drop(&mut self) {
        if !self.clean {
            self.connection.close_on_drop();
            self.connection.spoil();
        }
    }
}

impl Deref for Leased {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Leased {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
