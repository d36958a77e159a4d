//! Rescue codes: six digits that somebody is told, one an account at a time, good once and for minutes.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest, id::AccountId};

/// A code to be issued.
#[derive(Clone, Debug)]
pub struct NewRescue {
    /// For which account.
    pub account: AccountId,
    /// Its keyed digest.
    pub keyed: Digest,
    /// By whom; `None`: by the command line.
    pub issued_by: Option<AccountId>,
    /// Until when it is good.
    pub until: Moment,
}

statements! {
    ISSUE = "INSERT INTO rescue_codes (account_id, keyed, issued_by, expires_at, spent_at) VALUES ($1, $2, $3, $4, NULL)
             ON CONFLICT (account_id) DO UPDATE SET keyed = excluded.keyed, issued_by = excluded.issued_by,
                 expires_at = excluded.expires_at, spent_at = NULL";
    GOOD = "SELECT keyed, expires_at FROM rescue_codes WHERE account_id = $1 AND spent_at IS NULL AND expires_at > $2";
    SPEND = "UPDATE rescue_codes SET spent_at = $3 WHERE account_id = $1 AND keyed = $2 AND spent_at IS NULL";
    VOID = "UPDATE rescue_codes SET spent_at = $2 WHERE account_id = $1 AND spent_at IS NULL RETURNING expires_at";
}

/// Issues a code, which ends the one before.
pub async fn issue(tx: &mut Tx, new: &NewRescue) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ISSUE).bind(new.account).bind(new.keyed).bind(new.issued_by).bind(new.until)).map(drop)
}

/// The keyed digest of an account's good code, and until when it is good.
pub async fn good(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Option<(Digest, Moment)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(GOOD).bind(account).bind(now).fetch_optional(&mut *c))
}

/// Spends a code, once. It was in its time when it was entered; how long ago that may be, the ticket says.
pub async fn spend(tx: &mut Tx, account: AccountId, keyed: Digest, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(account).bind(keyed).bind(now))? == 1)
}

/// Makes an account's code worthless, also to whoever entered it in its time; false when there was none that was good.
pub async fn void(tx: &mut Tx, account: AccountId, now: Moment) -> Result<bool, StoreError> {
    let row: Option<(Moment,)> = on_db!(tx, c => sqlx::query_as(VOID).bind(account).bind(now).fetch_optional(&mut *c))?;
    Ok(row.is_some_and(|(until,)| until > now))
}
