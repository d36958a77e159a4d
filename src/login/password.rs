//! Signing in with a sector ID and a password.
//!
//! Whoever is unknown, disabled or mistyped gets the same answer after the same one hash (R31).

use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    services::{Services, hasher::Refused},
    store::{
        StoreError, Tx,
        accounts::{self, Credential},
    },
};

/// The longest password that is hashed (R53).
pub const LONGEST: usize = 256;

/// Whom the credentials belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub person: PersonId,
    /// Whether a new password must be chosen before anything else.
    pub must_change: bool,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// The pair is not right: unknown, disabled, wrong password, all alike.
    #[error("the sector ID and the password do not belong together")]
    Wrong,
    /// The password was not looked at.
    #[error(transparent)]
    Hashing(#[from] Refused),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A sign-in name as it is compared: without spaces around it, in lower case.
pub fn canonical(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Checks a name and a password.
pub async fn check(sv: &Services, name: &str, password: &str) -> Result<Proved, NotProved> {
    if password.chars().count() > LONGEST || name.len() > LONGEST {
        return Err(NotProved::Wrong);
    }
    let found =
        sv.store.read(canonical(name), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await).await?;
    let usable =
        found.as_ref().and_then(|row| Some((row, row.phc.as_deref()?))).filter(|(row, _)| row.state == "active");
    let Some((row, phc)) = usable else {
        sv.hasher.verify_decoy(password).await?;
        return Err(NotProved::Wrong);
    };
    let verdict = sv.hasher.verify(phc, password).await?;
    if !verdict.matched {
        return Err(NotProved::Wrong);
    }
    if verdict.needs_upgrade {
        upgrade(sv, row, phc, password).await?;
    }
    Ok(Proved { account: row.account_id, person: row.person_id, must_change: row.must_change == Some(true) })
}

/// The same password at today's cost.
async fn upgrade(sv: &Services, row: &Credential, old: &str, password: &str) -> Result<(), NotProved> {
    let new = sv.hasher.hash(password).await?;
    let turn = (row.account_id, old.to_owned(), new);
    sv.store
        .write(turn, async |tx: &mut Tx, (account, old, new)| accounts::upgrade(tx, *account, old, new).await)
        .await?;
    Ok(())
}

/// Sets a password that its owner chose; the caller has judged it.
pub async fn set(sv: &Services, account: AccountId, password: &str) -> Result<(), NotProved> {
    let phc = sv.hasher.hash(password).await?;
    let turn: (AccountId, String, Moment) = (account, phc, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (account, phc, now)| {
            accounts::set_password(tx, *account, phc, false, *now).await
        })
        .await?;
    Ok(())
}
