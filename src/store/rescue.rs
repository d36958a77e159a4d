//! Rescue codes: six digits that a teacher reads out, one an account, by keyed digest.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest, id::AccountId};

/// A code to be kept.
#[derive(Clone, Debug)]
pub struct NewRescue {
    /// Whose.
    pub account: AccountId,
    /// Its keyed digest.
    pub keyed: Digest,
    /// Who read it out; `None`: the command line.
    pub issued_by: Option<AccountId>,
    /// Until when it is good.
    pub expires_at: Moment,
}

statements! {
    ISSUE = "INSERT INTO rescue_codes (account_id, keyed, issued_by, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account_id) DO UPDATE SET keyed = excluded.keyed, issued_by = excluded.issued_by,
                 expires_at = excluded.expires_at, spent_at = NULL";
    CURRENT = "SELECT keyed FROM rescue_codes WHERE account_id = $1 AND spent_at IS NULL AND expires_at > $2";
    SPEND = "UPDATE rescue_codes SET spent_at = $3 WHERE account_id = $1 AND keyed = $2 AND spent_at IS NULL";
}

/// Keeps a code, in place of an earlier one.
pub async fn issue(tx: &mut Tx, new: &NewRescue) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ISSUE).bind(new.account).bind(new.keyed).bind(new.issued_by).bind(new.expires_at)).map(drop)
}

/// The keyed digest of an account's code, in its time and not spent.
pub async fn current(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Option<Digest>, StoreError> {
    let row: Option<(Digest,)> =
        on_db!(tx, c => sqlx::query_as(CURRENT).bind(account).bind(now).fetch_optional(&mut *c))?;
    Ok(row.map(|(keyed,)| keyed))
}

/// Spends a code, once; it was in its time when it was entered.
pub async fn spend(tx: &mut Tx, account: AccountId, keyed: Digest, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(account).bind(keyed).bind(now))? == 1)
}
