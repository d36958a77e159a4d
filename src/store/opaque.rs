//! What opaque access tokens stand for, by their digests.

use super::{Doc, StoreError, Tx};
use crate::{
    base::{clock::Moment, digest::Digest},
    protocol::jwt::AccessToken,
};

statements! {
    KEEP = "INSERT INTO opaque_tokens (digest, claims, expires_at) VALUES ($1, $2, $3)";
    FIND = "SELECT claims FROM opaque_tokens WHERE digest = $1";
    PURGE = "DELETE FROM opaque_tokens WHERE digest IN
             (SELECT digest FROM opaque_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Keeps what a token stands for.
pub async fn keep(tx: &mut Tx, token: Digest, claims: &AccessToken) -> Result<(), StoreError> {
    let until = Moment::from_seconds(claims.exp);
    on_db!(tx, sqlx::query(KEEP).bind(token).bind(Doc(claims)).bind(until)).map(drop)
}

/// What a token stands for, also when its time is over.
pub async fn find(tx: &mut Tx, token: Digest) -> Result<Option<AccessToken>, StoreError> {
    let row: Option<(Doc<AccessToken>,)> = on_db!(tx, c => sqlx::query_as(FIND).bind(token).fetch_optional(&mut *c))?;
    Ok(row.map(|(doc,)| doc.0))
}

/// Forgets some of those whose time is over; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
