//! Authorization requests that apps pushed (RFC 9126).

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest, id::ClientKey};

/// How many are kept at once of a client that proves nothing, or that nobody approved: strangers can push in its name. The
/// oldest make room.
const MOST_OF_STRANGERS: i64 = 2_000;

statements! {
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM pushed_requests WHERE client_key = $1 LIMIT $2) AS kept";
    MAKE_ROOM = "DELETE FROM pushed_requests WHERE digest IN
                 (SELECT digest FROM pushed_requests WHERE client_key = $1 ORDER BY expires_at LIMIT $2)";
    KEEP = "INSERT INTO pushed_requests (digest, client_key, payload, signed, expires_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT payload, signed FROM pushed_requests WHERE digest = $1 AND client_key = $2 AND expires_at > $3";
    SPEND = "DELETE FROM pushed_requests WHERE digest = $1";
    PURGE = "DELETE FROM pushed_requests WHERE digest IN
             (SELECT digest FROM pushed_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// A request to be kept.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Digest of what refers to it.
    pub digest: Digest,
    /// Whose.
    pub client: ClientKey,
    /// Whether that client is one that was approved, and proves itself.
    pub proven: bool,
    /// Its parameters, encoded.
    pub payload: String,
    /// Whether the client signed it.
    pub signed: bool,
    /// Until when a browser may come with it.
    pub expires_at: Moment,
}

row! {
    /// A request that was pushed.
    #[derive(Clone, Debug)]
    pub struct PushedRow {
        /// Its parameters, encoded.
        pub payload: String,
        /// Whether the client signed it.
        pub signed: bool,
    }
}

/// Keeps a request.
pub async fn keep(tx: &mut Tx, new: &Pushed) -> Result<(), StoreError> {
    if !new.proven {
        let (kept,): (i64,) =
            on_db!(tx, c => sqlx::query_as(COUNT).bind(new.client).bind(MOST_OF_STRANGERS).fetch_one(&mut *c))?;
        if kept >= MOST_OF_STRANGERS {
            on_db!(tx, sqlx::query(MAKE_ROOM).bind(new.client).bind(kept - MOST_OF_STRANGERS + 1))?;
        }
    }
    on_db!(
        tx,
        sqlx::query(KEEP)
            .bind(new.digest)
            .bind(new.client)
            .bind(new.payload.as_str())
            .bind(new.signed)
            .bind(new.expires_at)
    )
    .map(drop)
}

/// A client's request with which a browser came at `arrived`; it may ask for it several times.
pub async fn find(
    tx: &mut Tx,
    request: Digest,
    client: ClientKey,
    arrived: Moment,
) -> Result<Option<PushedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(request).bind(client).bind(arrived).fetch_optional(&mut *c))
}

/// Spends a request on its one answer; false when it was spent before.
pub async fn spend(tx: &mut Tx, request: Digest) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(request))? == 1)
}

/// Deletes some of those with which nobody came; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
