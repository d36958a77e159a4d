//! Authorization and logout requests that are too large to travel in an address or a form field.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest};

/// How many are kept at once: strangers can send as many as they like. The oldest make room, so that whoever signs in now
/// is kept out by nobody who sent many before.
const MOST: i64 = 2_000;

statements! {
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM stored_requests LIMIT $1) AS kept";
    KEEP = "INSERT INTO stored_requests (digest, payload, expires_at) VALUES ($1, $2, $3)";
    MAKE_ROOM = "DELETE FROM stored_requests WHERE digest IN
                 (SELECT digest FROM stored_requests ORDER BY expires_at LIMIT $1)";
    FIND = "SELECT payload FROM stored_requests WHERE digest = $1 AND expires_at > $2";
    PURGE = "DELETE FROM stored_requests WHERE digest IN
             (SELECT digest FROM stored_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Keeps a request until `until`.
pub async fn keep(tx: &mut Tx, handle: Digest, request: &str, until: Moment) -> Result<(), StoreError> {
    let (kept,): (i64,) = on_db!(tx, c => sqlx::query_as(COUNT).bind(MOST).fetch_one(&mut *c))?;
    if kept >= MOST {
        on_db!(tx, sqlx::query(MAKE_ROOM).bind(kept - MOST + 1))?;
    }
    on_db!(tx, sqlx::query(KEEP).bind(handle).bind(request).bind(until)).map(drop)
}

/// A request that is kept; a page may ask for it several times.
pub async fn find(tx: &mut Tx, handle: Digest, now: Moment) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = on_db!(tx, c => sqlx::query_as(FIND).bind(handle).bind(now).fetch_optional(&mut *c))?;
    Ok(row.map(|(payload,)| payload))
}

/// Deletes some of those whose time is over.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
