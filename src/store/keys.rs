//! The sealed keys of this provider.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, id::KeyId};

row! {
    /// A key as it is stored.
    #[derive(Clone, Debug)]
    pub struct KeyRow {
        /// Its row.
        pub id: KeyId,
        /// What it is for.
        pub purpose: String,
        /// `next`, `active` or `retiring`.
        pub state: String,
        /// Its algorithm.
        pub algorithm: String,
        /// The key itself, sealed; `None` when it was destroyed.
        pub sealed: Option<Vec<u8>>,
        /// When it was made, and, for a signing key, published.
        pub created_at: Moment,
        /// When it began to sign.
        pub activated_at: Option<Moment>,
        /// When it ceased to sign.
        pub retired_at: Option<Moment>,
    }
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its row.
    pub id: KeyId,
    /// What it is for.
    pub purpose: &'static str,
    /// Its algorithm.
    pub algorithm: &'static str,
    /// `next` or `active`.
    pub active: bool,
    /// The key, sealed.
    pub sealed: Vec<u8>,
    /// Now.
    pub created_at: Moment,
}

statements! {
    ALL_KEYS = "SELECT id, purpose, state, algorithm, sealed, created_at, activated_at, retired_at
                FROM server_keys WHERE state <> 'destroyed' ORDER BY created_at, id";
    ADD = "INSERT INTO server_keys (id, purpose, state, algorithm, sealed, created_at, activated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    RETIRE = "UPDATE server_keys SET state = 'retiring', retired_at = $3
              WHERE purpose = $1 AND algorithm = $2 AND state = 'active'";
    PROMOTE = "UPDATE server_keys SET state = 'active', activated_at = $3
               WHERE purpose = $1 AND algorithm = $2 AND state = 'next' AND created_at <= $4";
    DESTROY = "UPDATE server_keys SET state = 'destroyed', sealed = NULL
               WHERE state = 'retiring' AND retired_at < $1";
    REVOKE = "UPDATE server_keys SET state = 'destroyed', sealed = NULL
              WHERE purpose = $1 AND algorithm = $2 AND state <> 'destroyed'";
}

/// Every key that is not destroyed, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<KeyRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ALL_KEYS).fetch_all(&mut *c))
}

/// Adds a key; false when there is already one in that state for its purpose and algorithm.
pub async fn add(tx: &mut Tx, key: &NewKey) -> Result<bool, StoreError> {
    let state = if key.active { "active" } else { "next" };
    let activated_at = key.active.then_some(key.created_at);
    let query = on_db!(
        tx,
        sqlx::query(ADD)
            .bind(key.id)
            .bind(key.purpose)
            .bind(state)
            .bind(key.algorithm)
            .bind(key.sealed.as_slice())
            .bind(key.created_at)
            .bind(activated_at)
    )?;
    Ok(query == 1)
}

/// When a promotion happens, and how long its key must have been published.
#[derive(Clone, Copy, Debug)]
pub struct Promotion {
    /// Now.
    pub now: Moment,
    /// The next key must have been published by then.
    pub published_before: Moment,
}

/// The active key stops signing and stays published; the next one becomes active. False when there is no next
/// one that was published in time: then the caller must give up the write, which has already retired the active one.
pub async fn promote(tx: &mut Tx, purpose: &str, algorithm: &str, when: Promotion) -> Result<bool, StoreError> {
    on_db!(tx, sqlx::query(RETIRE).bind(purpose).bind(algorithm).bind(when.now))?;
    let promoted =
        on_db!(tx, sqlx::query(PROMOTE).bind(purpose).bind(algorithm).bind(when.now).bind(when.published_before))?;
    Ok(promoted == 1)
}

/// Destroys what retired before `before`; how many that were.
pub async fn destroy_retired(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(DESTROY).bind(before))
}

/// Destroys every key of a purpose and algorithm at once, published or not.
pub async fn revoke(tx: &mut Tx, purpose: &str, algorithm: &str) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(REVOKE).bind(purpose).bind(algorithm))
}
