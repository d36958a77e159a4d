//! Rows of failed attempts, each a small document, read and written under its own lock.

use std::collections::HashMap;

use super::{StoreError, Tx};
use crate::base::clock::Moment;

statements! {
    LOCK = "INSERT INTO attempt_budgets (keyed, state, updated_at) VALUES ($1, $2, $3)
            ON CONFLICT (keyed) DO UPDATE SET updated_at = excluded.updated_at RETURNING state";
    LOOK = "SELECT keyed, state FROM attempt_budgets WHERE keyed IN ($1, $2, $3, $4)";
    CLAIM = "INSERT INTO attempt_budgets (keyed, state, updated_at) VALUES ($1, $2, $3) ON CONFLICT (keyed) DO NOTHING
             RETURNING (SELECT state FROM attempt_budgets WHERE keyed = $4), (SELECT state FROM attempt_budgets WHERE keyed = $5),
                       (SELECT state FROM attempt_budgets WHERE keyed = $6)";
    REMOVE = "DELETE FROM attempt_budgets WHERE keyed = $1 AND state = $2";
    REPLACE = "INSERT INTO attempt_budgets (keyed, state, updated_at) VALUES ($1, $3, $4)
               ON CONFLICT (keyed) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
               WHERE attempt_budgets.state = $2";
    KEEP = "UPDATE attempt_budgets SET state = $2 WHERE keyed = $1";
    FORGET = "DELETE FROM attempt_budgets WHERE keyed = $1";
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

/// A row that is to become another, unless somebody changed it since it was looked at.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Its key.
    pub keyed: [u8; 32],
    /// As it was; empty when there was none.
    pub before: String,
    /// As it is to be; empty when it says nothing any more.
    pub after: String,
}

/// A row of somebody who has none yet, and the others that matter to them.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its key.
    pub keyed: [u8; 32],
    /// As it is to be.
    pub state: String,
    /// The keys of the others.
    pub others: [[u8; 32]; 3],
}

/// Writes the first row of somebody, and gives the states of the others; `None` when there is one already. One
/// statement.
pub async fn claim(tx: &mut Tx, claim: &Claim, now: Moment) -> Result<Option<[Option<String>; 3]>, StoreError> {
    let [a, b, c] = claim.others.each_ref().map(<[u8; 32]>::as_slice);
    let (own, state) = (claim.keyed.as_slice(), claim.state.as_str());
    let row: Option<(Option<String>, Option<String>, Option<String>)> = on_db!(tx, on => sqlx::query_as(CLAIM)
        .bind(own).bind(state).bind(now).bind(a).bind(b).bind(c).fetch_optional(&mut *on))?;
    Ok(row.map(Into::into))
}

/// The states of up to four rows, without holding anybody up; a row that does not exist is left out.
pub async fn look(tx: &mut Tx, keyed: [&[u8; 32]; 4]) -> Result<HashMap<[u8; 32], String>, StoreError> {
    let [a, b, c, d] = keyed.map(<[u8; 32]>::as_slice);
    let rows: Vec<(Vec<u8>, String)> =
        on_db!(tx, on => sqlx::query_as(LOOK).bind(a).bind(b).bind(c).bind(d).fetch_all(&mut *on))?;
    Ok(rows.into_iter().filter_map(|(keyed, state)| Some((keyed.try_into().ok()?, state))).collect())
}

/// Replaces a row, in one statement; false when it is not as it was.
pub async fn replace(tx: &mut Tx, row: &Replacement, now: Moment) -> Result<bool, StoreError> {
    let Replacement { keyed, before, after } = row;
    if after.is_empty() {
        let removed = on_db!(tx, sqlx::query(REMOVE).bind(keyed.as_slice()).bind(before.as_str()))?;
        return Ok(removed == 1);
    }
    let replaced =
        on_db!(tx, sqlx::query(REPLACE).bind(keyed.as_slice()).bind(before.as_str()).bind(after.as_str()).bind(now))?;
    Ok(replaced == 1)
}

/// Keeps a row's new state.
pub async fn keep(tx: &mut Tx, keyed: &[u8; 32], state: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(KEEP).bind(keyed.as_slice()).bind(state)).map(drop)
}

/// Forgets a row that says nothing.
pub async fn forget(tx: &mut Tx, keyed: &[u8; 32]) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FORGET).bind(keyed.as_slice())).map(drop)
}

/// Deletes some rows that nobody touched since `before`; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
