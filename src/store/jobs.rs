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
        .push("'waiting'")
        .push_bind(job.run_at)
        .push("0")
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

/// Deletes what failed long ago.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
