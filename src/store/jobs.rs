//! Work that is done later and tried again: leased by one node at a time.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, id::JobId};

row! {
    /// A leased job.
    #[derive(Clone, Debug)]
    pub struct JobRow {
        /// Its row.
        pub id: JobId,
        /// What kind of work.
        pub kind: String,
        /// What it needs, as JSON.
        pub payload: String,
        /// How often it was tried before.
        pub attempts: i64,
    }
}

row! {
    /// A job that was tried and did not succeed yet.
    #[derive(Clone, Debug)]
    pub struct WaitingRow {
        /// Its row.
        pub id: JobId,
        /// What kind of work.
        pub kind: String,
        /// What it needs, as JSON.
        pub payload: String,
        /// `waiting` or `failed`.
        pub state: String,
        /// When it is tried next.
        pub run_at: Moment,
        /// How often it was tried.
        pub attempts: i64,
        /// Why it did not succeed.
        pub last_error: Option<String>,
    }
}

row! {
    /// How much work of a kind there is.
    #[derive(Clone, Debug)]
    pub struct CountRow {
        /// What kind of work.
        pub kind: String,
        /// `waiting` or `failed`.
        pub state: String,
        /// How much.
        pub jobs: i64,
        /// When the next of it is due.
        pub next_at: Moment,
    }
}

/// Work to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its row.
    pub id: JobId,
    /// What kind of work.
    pub kind: &'static str,
    /// What it needs, as JSON.
    pub payload: String,
    /// Not before.
    pub run_at: Moment,
    /// Now.
    pub now: Moment,
}

statements! {
    ADD = "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, created_at) VALUES ($1, $2, $3, 'waiting', $4, 0, $5)";
    LEASE = "UPDATE jobs SET leased_until = $2 WHERE id IN
               (SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
                ORDER BY run_at LIMIT $3)
             AND (leased_until IS NULL OR leased_until <= $1)
             RETURNING id, kind, payload, attempts";
    DONE = "DELETE FROM jobs WHERE id = $1";
    AGAIN = "UPDATE jobs SET run_at = $2, attempts = attempts + 1, leased_until = NULL, last_error = $3 WHERE id = $1";
    GIVE_UP = "UPDATE jobs SET state = 'failed', attempts = attempts + 1, leased_until = NULL, last_error = $2 WHERE id = $1";
    COUNTS = "SELECT kind, state, count(*) AS jobs, min(run_at) AS next_at FROM jobs GROUP BY kind, state ORDER BY state, kind";
    TROUBLED = "SELECT id, kind, payload, state, run_at, attempts, last_error FROM jobs
                WHERE attempts > 0 AND id < $1 ORDER BY id DESC LIMIT $2";
    RETRY = "UPDATE jobs SET state = 'waiting', run_at = $2, leased_until = NULL
             WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $2)";
    DISCARD = "DELETE FROM jobs WHERE id = $1 AND state = 'failed'";
    PURGE = "DELETE FROM jobs WHERE state = 'failed' AND created_at < $1";
}

/// Adds work; in the transaction of the change that calls for it.
pub async fn add(tx: &mut Tx, job: &NewJob) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD).bind(job.id).bind(job.kind).bind(job.payload.as_str()).bind(job.run_at).bind(job.now))
        .map(drop)
}

/// Adds much work, in few statements.
pub async fn add_all(tx: &mut Tx, jobs: &[NewJob]) -> Result<(), StoreError> {
    const ADD_MANY: &str = "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, created_at) ";
    insert_many!(tx, jobs, ADD_MANY, |b, job| b
        .push_bind(job.id)
        .push_bind(job.kind)
        .push_bind(job.payload.as_str())
        .push_bind("waiting")
        .push_bind(job.run_at)
        .push_bind(0_i64)
        .push_bind(job.now));
    Ok(())
}

/// Leases due work until `until`: nobody else gets it before.
pub async fn lease(tx: &mut Tx, now: Moment, until: Moment, most: i64) -> Result<Vec<JobRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LEASE).bind(now).bind(until).bind(most).fetch_all(&mut *c))
}

/// The work is done.
pub async fn done(tx: &mut Tx, id: JobId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(DONE).bind(id)).map(drop)
}

/// The work failed and will be tried again at `run_at`.
pub async fn again(tx: &mut Tx, id: JobId, run_at: Moment, error: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(AGAIN).bind(id).bind(run_at).bind(error)).map(drop)
}

/// The work failed for good.
pub async fn give_up(tx: &mut Tx, id: JobId, error: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(GIVE_UP).bind(id).bind(error)).map(drop)
}

/// How much work there is, by kind and state.
pub async fn counts(tx: &mut Tx) -> Result<Vec<CountRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(COUNTS).fetch_all(&mut *c))
}

/// What was tried and did not succeed yet, before this one, the latest first.
pub async fn troubled(tx: &mut Tx, before: JobId, most: i64) -> Result<Vec<WaitingRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(TROUBLED).bind(before).bind(most).fetch_all(&mut *c))
}

/// Lets work be done now that waits or was given up; false when it is gone, or somebody is at it.
pub async fn retry(tx: &mut Tx, id: JobId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(RETRY).bind(id).bind(now))? == 1)
}

/// Forgets work that was given up; false when it was not.
pub async fn discard(tx: &mut Tx, id: JobId) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(DISCARD).bind(id))? == 1)
}

/// Deletes what failed long ago.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
