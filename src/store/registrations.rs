//! Apps that registered themselves, and the tokens by which they may.

use super::{Doc, StoreError, Tx, clients};
use crate::{
    base::{clock::Moment, digest::Digest, id::ClientKey},
    protocol::{client::Client, registration::Metadata},
};

row! {
    /// A registration.
    #[derive(Clone, Debug)]
    pub struct RegistrationRow {
        /// Whose.
        pub client_key: ClientKey,
        /// What the app says of itself.
        pub metadata: Doc<Metadata>,
        /// When it was registered.
        pub registered_at: Moment,
    }
}

statements! {
    COUNT = "SELECT COUNT(*) FROM registrations";
    ADD = "INSERT INTO registrations (client_key, token, metadata, registered_at, used_at) VALUES ($1, $2, $3, $4, $4)";
    FIND = "SELECT r.client_key, r.metadata, r.registered_at FROM registrations r JOIN clients c ON c.key = r.client_key
            WHERE c.client_id = $1 AND r.token = $2";
    MANAGES = "SELECT client_key FROM registrations WHERE client_key = $1";
    CHANGE = "UPDATE registrations SET metadata = $2 WHERE client_key = $1";
    USE = "UPDATE registrations SET used_at = $2 WHERE client_key = $1 AND used_at < $3";
    IS_GOOD = "SELECT uses_left FROM registration_tokens WHERE digest = $1 AND uses_left > 0 AND expires_at > $2";
    UNUSED = "SELECT client_key FROM registrations WHERE used_at < $1 ORDER BY used_at LIMIT 50";
    INVITE = "INSERT INTO registration_tokens (digest, uses_left, expires_at) VALUES ($1, $2, $3)";
    SPEND = "UPDATE registration_tokens SET uses_left = uses_left - 1
             WHERE digest = $1 AND uses_left > 0 AND expires_at > $2";
    PURGE_INVITATIONS = "DELETE FROM registration_tokens WHERE digest IN
                         (SELECT digest FROM registration_tokens WHERE expires_at < $1 LIMIT 500)";
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,): (i64,) = on_db!(tx, c => sqlx::query_as(COUNT).fetch_one(&mut *c))?;
    Ok(count)
}

/// Adds the registration of a client that is new.
pub async fn add(
    tx: &mut Tx,
    client: &Client,
    token: Digest,
    metadata: &Metadata,
    now: Moment,
) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD).bind(client.key).bind(token).bind(Doc(metadata)).bind(now)).map(drop)
}

/// The registration of a client, for whoever has its token.
pub async fn find(tx: &mut Tx, client_id: &str, token: Digest) -> Result<Option<RegistrationRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(client_id).bind(token).fetch_optional(&mut *c))
}

/// Whether a client registered itself, and manages that.
pub async fn manages(tx: &mut Tx, client: ClientKey) -> Result<bool, StoreError> {
    let row: Option<(ClientKey,)> = on_db!(tx, c => sqlx::query_as(MANAGES).bind(client).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Replaces what an app says of itself.
pub async fn change(tx: &mut Tx, client: ClientKey, metadata: &Metadata) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(CHANGE).bind(client).bind(Doc(metadata))).map(drop)
}

/// Notes that somebody signed in, unless that was noted after `before`.
pub async fn touch(tx: &mut Tx, client: ClientKey, now: Moment, before: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(USE).bind(client).bind(now).bind(before)).map(drop)
}

/// Forgets some of the apps that nobody has signed in to since `before`; how many.
pub async fn purge_unused(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    let unused: Vec<(ClientKey,)> = on_db!(tx, c => sqlx::query_as(UNUSED).bind(before).fetch_all(&mut *c))?;
    for (client,) in &unused {
        clients::remove(tx, *client).await?;
    }
    Ok(unused.len() as u64)
}

/// A token by which apps may register themselves so many times.
pub async fn invite(tx: &mut Tx, token: Digest, uses: u32, until: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(INVITE).bind(token).bind(i64::from(uses)).bind(until)).map(drop)
}

/// Whether such a token is good now.
pub async fn is_good(tx: &mut Tx, token: Digest, now: Moment) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = on_db!(tx, c => sqlx::query_as(IS_GOOD).bind(token).bind(now).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Uses such a token once; false when it is good no more.
pub async fn spend(tx: &mut Tx, token: Digest, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(token).bind(now))? == 1)
}

/// Deletes some of the tokens whose time is over.
pub async fn purge_invitations(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE_INVITATIONS).bind(before))
}
