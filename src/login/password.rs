//! Signing in with a sector ID and a password.
//!
//! Whoever is unknown, disabled or mistyped gets the same answer after the same one hash (R31); a try is spent before
//! the hash and refunded when it was right (R29).

use std::net::IpAddr;

use super::attempts::{self, NotNow, Path, Settlement, Spent, Try};
use crate::{
    base::{clock::Moment, id::AccountId},
    services::{Services, hasher, hasher::Refused, limits::DeviceCookies},
    store::{
        StoreError, Tx,
        accounts::{self, Credential},
    },
};

/// That somebody knew an account's password: what a session begins with.
#[derive(Clone, Debug)]
#[must_use = "a spent try must be settled: by the session"]
pub struct Proof {
    /// The account.
    pub account: AccountId,
    /// When the password was set. Once it is another one, this proves nothing any more.
    pub set_at: Moment,
    /// The try that was spent on it: the session's beginning gives it back.
    pub spent: Option<Spent>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// The pair is not right: unknown, disabled, wrong password, all alike.
    #[error("the sector ID and the password do not belong together")]
    Wrong,
    /// Too many tries: not before this moment.
    #[error("too many tries; again from {0} on")]
    Slow(Moment),
    /// Too many tries: not on this device, until the owner has proved themselves otherwise.
    #[error("too many tries; the password path is closed for unknown devices")]
    Closed,
    /// The password was not looked at.
    #[error(transparent)]
    Hashing(#[from] Refused),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotNow> for NotProved {
    fn from(not_now: NotNow) -> Self {
        match not_now {
            NotNow::Until(moment) => Self::Slow(moment),
            NotNow::Closed => Self::Closed,
        }
    }
}

/// What somebody typed, and where.
#[derive(Debug)]
pub struct Typed<'a> {
    /// The sector ID or an alias.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// What the browser remembers.
    pub devices: &'a DeviceCookies,
    /// From where.
    pub address: Option<IpAddr>,
}

/// A sign-in name as it is compared: without spaces around it, in lower case.
pub fn canonical(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Checks a name and a password. Who is let in still has their try spent, until their session begins.
pub async fn check(sv: &Services, typed: Typed<'_>) -> Result<Proof, NotProved> {
    // R53: before anything is counted or hashed.
    if typed.password.chars().count() > hasher::LONGEST || typed.name.len() > hasher::LONGEST {
        return Err(NotProved::Wrong);
    }
    // Nor does anybody who would be turned away cost anything.
    sv.hasher.has_room()?;
    let name = canonical(typed.name);
    let found =
        sv.store.read(name.clone(), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await).await?;
    let attempt = Try {
        name: &name,
        account: found.as_ref().map(|row| row.account_id),
        devices: typed.devices,
        address: typed.address,
        secret: typed.password,
        path: Path::Password,
    };
    let spent = attempts::begin(sv, attempt).await??;
    let error = match compare(sv, found.as_ref(), typed.password).await {
        Ok((account, set_at)) => return Ok(Proof { account, set_at, spent: Some(spent) }),
        Err(error) => error,
    };
    let settlement = if matches!(error, NotProved::Wrong) { Settlement::Wrong } else { Settlement::Unused };
    attempts::settle(sv, spent, settlement).await?;
    Err(error)
}

/// Whose password it is, and when it was set.
async fn compare(sv: &Services, found: Option<&Credential>, password: &str) -> Result<(AccountId, Moment), NotProved> {
    let usable = found.and_then(|row| Some((row, row.phc.as_deref()?, row.set_at?)));
    let Some((row, phc, set_at)) = usable.filter(|(row, ..)| row.state.lets_in()) else {
        sv.hasher.verify_decoy(password).await?;
        return Err(NotProved::Wrong);
    };
    let verdict = sv.hasher.verify(phc, password).await?;
    if !verdict.matched {
        return Err(NotProved::Wrong);
    }
    // Whoever has a password from before the department asked for longer ones chooses a new one now.
    let short = password.chars().count() < sv.settings.shortest_password;
    if short && row.must_change != Some(true) {
        let turn = (row.account_id, phc.to_owned());
        sv.store
            .write(turn, async |tx: &mut Tx, (account, phc)| accounts::require_change(tx, *account, phc).await)
            .await?;
    }
    if verdict.needs_upgrade {
        upgrade(sv, row, phc, password).await?;
    }
    Ok((row.account_id, set_at))
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
