//! One attempt at somebody's account, from the try that is spent before the hash to its settlement (R29).
//!
//! The rules are `services::limits`; here they meet their rows, in three ways. Nearly always nothing is known against an
//! account or a device, and one statement writes its first row. Else its row is read and replaced, unless somebody was
//! faster; then, and where many fail, all is read and decided anew under locks. A try that was right is given back by the
//! session it leads to, and a row that says nothing any more goes.

mod rows;

use std::{collections::HashMap, net::IpAddr};

use rows::{Keys, Rows};

use crate::{
    base::{clock::Moment, id::AccountId},
    services::{
        Services, audit,
        limits::{AddressBlock, Decision, DeviceCookies, Limiter, Neighbourhood, Reservation},
    },
    store::{
        StoreError, Tx,
        attempts::{self, Claim, Replacement},
        audit as trail,
    },
};

/// Who tries what from where.
#[derive(Debug)]
pub struct Try<'a> {
    /// The canonical name that was typed.
    pub name: &'a str,
    /// Whose it is; `None` when nobody has it, which is counted all the same (R31).
    pub account: Option<AccountId>,
    /// What the browser remembers.
    pub devices: &'a DeviceCookies,
    /// From where.
    pub address: Option<IpAddr>,
    /// The secret that is tried.
    pub secret: &'a str,
    /// What kind of secret that is.
    pub path: Path,
}

/// The ways in that share an account's budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// By a password; after very many failures closed for devices that the account does not know.
    Password,
    /// By a code, which opens it again.
    Code,
}

/// A try that was spent and must be settled.
#[derive(Clone, Debug)]
#[must_use = "a spent try must be settled"]
pub struct Spent {
    rows: Rows,
    reservation: Reservation,
    account: Option<AccountId>,
}

impl Spent {
    /// How its row is to be when the secret was right, for a write that can settle it along the way; `None` when that
    /// takes more.
    pub fn given_back(&self) -> Option<Replacement> {
        let mut rows = self.rows.clone();
        rows.refund(self.reservation, Settlement::Right);
        rows.one_of(&rows.changes())
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The secret was right.
    Right,
    /// It was wrong.
    Wrong,
    /// Nothing was compared.
    Unused,
}

/// Why a try may not be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// Before this moment.
    Until(Moment),
    /// On devices the account does not know, until its owner has proved themselves otherwise.
    Closed,
}

/// Spends a try, or says that it is not the time.
pub async fn begin(sv: &Services, attempt: Try<'_>) -> Result<Result<Spent, NotNow>, StoreError> {
    let limiter = Limiter::new(&sv.keys.cookies);
    let now = sv.clock.now();
    let known = attempt.account.and_then(|account| attempt.devices.known(&device_key(sv), account, now));
    let keys = Keys {
        who: attempt.account.map_or_else(|| limiter.unknown(attempt.name), |account| limiter.account(account)),
        device: known.map(|known| limiter.device(&known.nonce)),
        address: attempt.address.map(|ip| limiter.address(AddressBlock::of(ip))),
        secret: limiter.password(attempt.secret),
        place: attempt.address.map_or(Neighbourhood::Anywhere, |ip| sv.neighbourhoods.of(ip)),
    };
    let (rows, decision) = match first_try(sv, keys, attempt.path, now).await? {
        Some(decided) => decided,
        None => match at_once(sv, keys, attempt.path, now).await? {
            Some(decided) => decided,
            None => under_locks(sv, keys, attempt.path, now).await?,
        },
    };
    Ok(match decision {
        Decision::Allowed(reservation) => Ok(Spent { rows, reservation, account: attempt.account }),
        Decision::Wait { until } => Err(NotNow::Until(until)),
        Decision::Closed => Err(NotNow::Closed),
    })
}

/// The most usual case: nobody fails around here, and nothing is known against this account or device. One statement.
async fn first_try(sv: &Services, keys: Keys, path: Path, now: Moment) -> Result<Option<(Rows, Decision)>, StoreError> {
    let mut rows = Rows::read(keys, HashMap::new());
    let decision = rows.decide(path, now);
    let Some((own, state)) = rows.changes().pop() else { return Ok(None) };
    let others =
        [keys.address.unwrap_or(keys.secret), if own == keys.who { keys.secret } else { keys.who }, keys.secret];
    let claim = Claim { keyed: *own.bytes(), state: state.clone(), others: others.map(|key| *key.bytes()) };
    let claiming = async |tx: &mut Tx, (claim, now): &(Claim, Moment)| attempts::claim(tx, claim, *now).await;
    let Some(found) = sv.store.write_one((claim, now), claiming).await? else { return Ok(None) };
    let texts = others.into_iter().zip(found).filter_map(|(key, text)| Some((key, text?)));
    let mut rows = Rows::read(keys, texts.chain([(own, state)]).collect());
    if !rows.state.is_crowded(keys.place, now) {
        return Ok(Some((rows, decision)));
    }
    if let Decision::Allowed(reservation) = decision {
        rows.state.give_back(reservation);
        rows.replace(sv, now).await?;
    }
    Ok(None)
}

/// The usual case: few fail around here, and nobody changes the same row at this moment.
async fn at_once(sv: &Services, keys: Keys, path: Path, now: Moment) -> Result<Option<(Rows, Decision)>, StoreError> {
    let texts = sv.store.read(keys, async |tx: &mut Tx, keys: &Keys| Rows::look(tx, keys).await).await?;
    let mut rows = Rows::read(keys, texts);
    if rows.state.is_crowded(keys.place, now) {
        return Ok(None);
    }
    let decision = rows.decide(path, now);
    Ok(rows.replace(sv, now).await?.then_some((rows, decision)))
}

async fn under_locks(sv: &Services, keys: Keys, path: Path, now: Moment) -> Result<(Rows, Decision), StoreError> {
    let deciding = async |tx: &mut Tx, (keys, path, now): &(Keys, Path, Moment)| {
        let mut rows = Rows::own(tx, *keys, *now).await?;
        if rows.state.is_crowded(keys.place, *now) {
            rows.lock_shared(tx, *now).await?;
        }
        let decision = rows.decide(*path, *now);
        rows.keep(tx).await?;
        Ok((rows, decision))
    };
    sv.store.write_aside((keys, path, now), deciding).await
}

/// After so many failures in a row the account's owner reads of it: a typing error is no news, and a stranger cannot
/// fill the audit trail.
const TOLD_AT: [u32; 4] = [3, 10, 30, 100];

/// Settles a try.
pub async fn settle(sv: &Services, spent: Spent, how: Settlement) -> Result<(), StoreError> {
    let event = spent.account.filter(|_| how == Settlement::Wrong).map(|account| {
        sv.event(&audit::Actor::System, "sign_in.failed", audit::account(account), &serde_json::json!({}))
    });
    let now = sv.clock.now();
    if how != Settlement::Wrong {
        let mut rows = spent.rows.clone();
        rows.refund(spent.reservation, how);
        if rows.replace(sv, now).await? {
            return Ok(());
        }
    }
    let turn = (spent, how, event, now);
    let alarm = sv
        .store
        .write_aside(turn, async |tx: &mut Tx, (spent, how, event, now)| {
            let mut rows = Rows::own(tx, spent.rows.keys, *now).await?;
            let mistyped = *how == Settlement::Right && rows.state.has_failed_here(&rows.keys.who);
            if mistyped || *how == Settlement::Wrong {
                rows.lock_shared(tx, *now).await?;
            }
            let mut alarm = crate::services::limits::Alarm::default();
            if *how == Settlement::Wrong {
                alarm = rows.state.fail(&spent.rows.keys.who, spent.rows.keys.place, *now);
            } else {
                rows.refund(spent.reservation, *how);
            }
            if let Some(event) = event
                && TOLD_AT.contains(&rows.state.account.in_a_row())
            {
                trail::add(tx, event).await?;
            }
            rows.keep(tx).await?;
            Ok(alarm)
        })
        .await?;
    if alarm.crowded_address {
        tracing::warn!("more accounts than usual fail to sign in from one address");
    }
    if alarm.sprayed_password {
        tracing::warn!("one password is being tried on many accounts");
    }
    Ok(())
}

/// The key under which device cookies are signed.
pub fn device_key(sv: &Services) -> crate::base::digest::MacKey {
    sv.keys.cookies.derive("device")
}
