//! Registered clients, each one document.

use super::{Doc, StoreError, Tx, devices, versions};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClientKey, PersonId},
    },
    protocol::client::{Client, ClientId},
};

statements! {
    ALL_CLIENTS = "SELECT document FROM clients ORDER BY client_id";
    ADD = "INSERT INTO clients (key, client_id, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
           ON CONFLICT (client_id) DO NOTHING";
    HOLD = "UPDATE clients SET updated_at = updated_at WHERE client_id = $1 RETURNING document";
    CHANGE = "UPDATE clients SET document = $2, updated_at = $3 WHERE key = $1";
    END_GRANTS = "UPDATE grants SET ended_at = $2 WHERE client_key = $1 AND ended_at IS NULL";
    REMOVE_CODES = "DELETE FROM codes WHERE client_key = $1";
    REMOVE_TOKENS = "DELETE FROM refresh_tokens WHERE client_key = $1";
    REMOVE_GRANTS = "DELETE FROM grants WHERE client_key = $1";
    REMOVE_REGISTRATION = "DELETE FROM registrations WHERE client_key = $1";
    REMOVE_PUSHED = "DELETE FROM pushed_requests WHERE client_key = $1";
    REMOVE = "DELETE FROM clients WHERE key = $1";
    REMOVE_CONSENTS = "DELETE FROM consents WHERE client_key = $1";
    ADD_ACCOUNT = "INSERT INTO accounts (id, person_id, state, activation_issue, created_at, updated_at)
                   VALUES ($1, $2, 'active', 0, $3, $3)";
    END_RIGHTS = "UPDATE delegations SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL";
}

/// Every client, by id.
pub async fn all(tx: &mut Tx) -> Result<Vec<Client>, StoreError> {
    let rows: Vec<(Doc<Client>,)> = on_db!(tx, c => sqlx::query_as(ALL_CLIENTS).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(doc,)| doc.0).collect())
}

/// Adds a client; false when its id is taken.
pub async fn add(tx: &mut Tx, client: &Client, now: Moment) -> Result<bool, StoreError> {
    let added =
        on_db!(tx, sqlx::query(ADD).bind(client.key).bind(client.client_id.0.as_str()).bind(Doc(client)).bind(now))?;
    versions::bump(tx, versions::Cached::Clients).await?;
    Ok(added == 1)
}

/// A client as it is now, which nobody else changes until the transaction ends; `None` when there is none.
pub async fn hold(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, StoreError> {
    let row: Option<(Doc<Client>,)> =
        on_db!(tx, c => sqlx::query_as(HOLD).bind(id.0.as_str()).fetch_optional(&mut *c))?;
    Ok(row.map(|(doc,)| doc.0))
}

/// Replaces the document of a client that is held; false when there is no such client.
pub async fn change(tx: &mut Tx, client: &Client, now: Moment) -> Result<bool, StoreError> {
    let changed = on_db!(tx, sqlx::query(CHANGE).bind(client.key).bind(Doc(client)).bind(now))?;
    versions::bump(tx, versions::Cached::Clients).await?;
    Ok(changed == 1)
}

/// Ends everything a client was given, and forgets what people agreed to.
pub async fn end_all(tx: &mut Tx, key: ClientKey, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(REMOVE_CONSENTS).bind(key))?;
    on_db!(tx, sqlx::query(END_GRANTS).bind(key).bind(now))
}

/// Removes a client and everything it was given.
pub async fn remove(tx: &mut Tx, key: ClientKey) -> Result<(), StoreError> {
    for statement in
        [REMOVE_CODES, REMOVE_TOKENS, REMOVE_GRANTS, REMOVE_CONSENTS, REMOVE_PUSHED, REMOVE_REGISTRATION, REMOVE]
    {
        on_db!(tx, sqlx::query(statement).bind(key))?;
    }
    devices::remove_of_client(tx, key).await?;
    versions::bump(tx, versions::Cached::Clients).await
}

/// Adds the account by which a service administers: nobody signs in with it.
pub async fn add_account(tx: &mut Tx, account: AccountId, person: PersonId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD_ACCOUNT).bind(account).bind(person).bind(now)).map(drop)
}

/// Takes every right of a service that goes.
pub async fn end_rights(tx: &mut Tx, account: AccountId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(END_RIGHTS).bind(account).bind(now)).map(drop)
}
