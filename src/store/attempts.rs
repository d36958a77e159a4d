//! Rows of failed attempts, each a small document, read and written under its own lock.

use super::{StoreError, Tx};
use crate::base::clock::Moment;

statements! {
    LOCK = "INSERT INTO attempt_budgets (keyed, state, updated_at) VALUES ($1, $2, $3)
            ON CONFLICT (keyed) DO UPDATE SET updated_at = excluded.updated_at RETURNING state";
    KEEP = "UPDATE attempt_budgets SET state = $2 WHERE keyed = $1";
    FORGET_FRESH = "DELETE FROM attempt_budgets WHERE keyed = $1 AND state = ''";
    PURGE = "DELETE FROM attempt_budgets WHERE keyed IN
             (SELECT keyed FROM attempt_budgets WHERE updated_at < $1 ORDER BY updated_at LIMIT 500)";
}

/// The row's state, or `fresh` when there is none yet; nobody else changes it before this write ends. Lock rows in the
/// order of their keys.
pub async fn lock(tx: &mut Tx, keyed: &[u8; 32], fresh: &str, now: Moment) -> Result<String, StoreError> {
    let row: (String,) =
        on_db!(tx, c => sqlx::query_as(LOCK).bind(keyed.as_slice()).bind(fresh).bind(now).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// Keeps a row's new state.
pub async fn keep(tx: &mut Tx, keyed: &[u8; 32], state: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(KEEP).bind(keyed.as_slice()).bind(state)).map(drop)
}

/// Deletes a row that was made by [`lock`] with an empty state and not kept.
pub async fn forget_fresh(tx: &mut Tx, keyed: &[u8; 32]) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FORGET_FRESH).bind(keyed.as_slice())).map(drop)
}

/// Deletes some rows that nobody touched since `before`; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
