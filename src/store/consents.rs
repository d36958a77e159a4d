//! What people agreed that an app is told.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, ClientKey},
};

statements! {
    GIVEN = "SELECT scope, claims FROM consents WHERE account_id = $1 AND client_key = $2";
    GIVE = "INSERT INTO consents (account_id, client_key, scope, claims, given_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (account_id, client_key) DO UPDATE
            SET scope = excluded.scope, claims = excluded.claims, given_at = excluded.given_at";
    TAKE_BACK = "DELETE FROM consents WHERE account_id = $1 AND client_key = $2";
}

/// Scopes and claim names that a person agreed to for an app, each separated by spaces.
pub async fn given(tx: &mut Tx, account: AccountId, client: ClientKey) -> Result<Option<(String, String)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(GIVEN).bind(account).bind(client).fetch_optional(&mut *c))
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Whose.
    pub account: AccountId,
    /// To which app.
    pub client: ClientKey,
    /// To which scopes.
    pub scope: String,
    /// To which single claims.
    pub claims: String,
}

/// Remembers an agreement, in place of an earlier one.
pub async fn give(tx: &mut Tx, consent: &Consent, now: Moment) -> Result<(), StoreError> {
    on_db!(
        tx,
        sqlx::query(GIVE)
            .bind(consent.account)
            .bind(consent.client)
            .bind(consent.scope.as_str())
            .bind(consent.claims.as_str())
            .bind(now)
    )
    .map(drop)
}

/// Forgets an agreement.
pub async fn take_back(tx: &mut Tx, account: AccountId, client: ClientKey) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(TAKE_BACK).bind(account).bind(client))? == 1)
}
