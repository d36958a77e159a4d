//! What may be used once or was revoked before its time; each kind apart, so that none passes as another (R12).

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest};

/// Kinds of things that are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The `jti` of a client assertion.
    ClientAssertion,
    /// The `jti` of a DPoP proof.
    DpopProof,
    /// A form that changed a password.
    PasswordForm,
    /// The ticket of an activation.
    Activation,
    /// A form by which an administrator issues a code: sent twice, it issues one.
    CodeForm,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::ClientAssertion => "client_assertion",
            Self::DpopProof => "dpop_proof",
            Self::PasswordForm => "password_form",
            Self::Activation => "activation",
            Self::CodeForm => "code_form",
        }
    }
}

statements! {
    SPEND = "INSERT INTO spent (kind, digest, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SPENT = "SELECT 1 FROM spent WHERE kind = $1 AND digest = $2";
    REVOKE = "INSERT INTO revoked_tokens (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    REVOKED = "SELECT 1 FROM revoked_tokens WHERE digest = $1";
    PURGE_SPENT = "DELETE FROM spent WHERE (kind, digest) IN
                   (SELECT kind, digest FROM spent WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
    PURGE_REVOKED = "DELETE FROM revoked_tokens WHERE digest IN
                     (SELECT digest FROM revoked_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Spends something; false when it was spent before. It is remembered until `until`.
pub async fn spend(tx: &mut Tx, kind: Kind, what: Digest, until: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(kind.name()).bind(what).bind(until))? == 1)
}

/// Whether something was spent.
pub async fn is_spent(tx: &mut Tx, kind: Kind, what: Digest) -> Result<bool, StoreError> {
    let row: Option<(i32,)> =
        on_db!(tx, c => sqlx::query_as(SPENT).bind(kind.name()).bind(what).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Revokes an access token that would have been good until `until`.
pub async fn revoke(tx: &mut Tx, token: Digest, until: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(REVOKE).bind(token).bind(until)).map(drop)
}

/// Whether an access token was revoked.
pub async fn is_revoked(tx: &mut Tx, token: Digest) -> Result<bool, StoreError> {
    let row: Option<(i32,)> = on_db!(tx, c => sqlx::query_as(REVOKED).bind(token).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Forgets some of what cannot be used any more; how many.
pub async fn purge(tx: &mut Tx, now: Moment) -> Result<u64, StoreError> {
    let spent = on_db!(tx, sqlx::query(PURGE_SPENT).bind(now))?;
    Ok(spent + on_db!(tx, sqlx::query(PURGE_REVOKED).bind(now))?)
}
