//! One attempt at somebody's account, from the try that is spent before the hash to its settlement (R29).
//!
//! The rules are `services::limits`; here their rows are read, decided on and kept. Nearly always one row changes, the
//! account's or the device's, and one statement keeps it unless somebody was faster; then, and where many fail, all is
//! read and decided anew under locks.

use std::{collections::HashMap, net::IpAddr};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    base::{clock::Moment, id::AccountId},
    services::{
        Services, audit,
        limits::{AddressBlock, AttemptState, Decision, DeviceCookies, Limiter, Neighbourhood, Reservation, RowKey},
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

#[derive(Clone, Copy, Debug)]
struct Keys {
    who: RowKey,
    device: Option<RowKey>,
    address: Option<RowKey>,
    secret: RowKey,
}

impl Keys {
    /// All of them, four for the store's sake.
    fn all(&self) -> [RowKey; 4] {
        [self.who, self.device.unwrap_or(self.who), self.address.unwrap_or(self.who), self.secret]
    }

    /// The rows of this account and this device, in the order in which they are locked.
    fn own(&self) -> Vec<RowKey> {
        let mut own: Vec<RowKey> = [Some(self.who), self.device].into_iter().flatten().collect();
        own.sort_unstable();
        own
    }

    /// The rows of the address and of the password, which many people share.
    fn shared(&self) -> Vec<RowKey> {
        let mut shared: Vec<RowKey> = [self.address, Some(self.secret)].into_iter().flatten().collect();
        shared.sort_unstable();
        shared
    }
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
    if !rows.state.is_crowded(Neighbourhood::Anywhere, now) {
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
    if rows.state.is_crowded(Neighbourhood::Anywhere, now) {
        return Ok(None);
    }
    let decision = rows.decide(path, now);
    Ok(rows.replace(sv, now).await?.then_some((rows, decision)))
}

async fn under_locks(sv: &Services, keys: Keys, path: Path, now: Moment) -> Result<(Rows, Decision), StoreError> {
    let deciding = async |tx: &mut Tx, (keys, path, now): &(Keys, Path, Moment)| {
        let mut rows = Rows::own(tx, *keys, *now).await?;
        if rows.state.is_crowded(Neighbourhood::Anywhere, *now) {
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
                alarm = rows.state.fail(&spent.rows.keys.who, Neighbourhood::Anywhere, *now);
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

/// The rows of an attempt, as they are and as they are to be. Under locks its own are always locked; the shared ones are
/// looked at, and locked only by who must change them: whole schools sign in from one address at once, and none should
/// wait for the others. Own rows come before shared ones and each kind in the order of its keys, so that nobody waits in
/// a circle.
#[derive(Clone, Debug)]
struct Rows {
    keys: Keys,
    /// As the store has them; one that is not there is empty.
    texts: HashMap<RowKey, String>,
    was: AttemptState,
    state: AttemptState,
}

impl Rows {
    fn read(keys: Keys, texts: HashMap<RowKey, String>) -> Self {
        let was = AttemptState {
            account: read(texts.get(&keys.who)),
            device: keys.device.map(|key| read(texts.get(&key))),
            address: keys.address.map(|key| read(texts.get(&key))).unwrap_or_default(),
            password: read(texts.get(&keys.secret)),
        };
        Self { keys, texts, state: was.clone(), was }
    }

    async fn look(tx: &mut Tx, keys: &Keys) -> Result<HashMap<RowKey, String>, StoreError> {
        let all = keys.all();
        let found = attempts::look(tx, all.each_ref().map(RowKey::bytes)).await?;
        Ok(all.into_iter().filter_map(|key| Some((key, found.get(key.bytes())?.clone()))).collect())
    }

    async fn own(tx: &mut Tx, keys: Keys, now: Moment) -> Result<Self, StoreError> {
        let own = lock(tx, keys.own(), now).await?;
        let mut texts = Self::look(tx, &keys).await?;
        texts.extend(own);
        Ok(Self::read(keys, texts))
    }

    async fn lock_shared(&mut self, tx: &mut Tx, now: Moment) -> Result<(), StoreError> {
        let mut texts = std::mem::take(&mut self.texts);
        texts.extend(lock(tx, self.keys.shared(), now).await?);
        *self = Self::read(self.keys, texts);
        Ok(())
    }

    fn decide(&mut self, path: Path, now: Moment) -> Decision {
        match path {
            Path::Password => self.state.decide(Neighbourhood::Anywhere, now),
            Path::Code => self.state.decide_on_code(Neighbourhood::Anywhere, now),
        }
    }

    /// Gives the try back: it was right, or nothing was compared.
    fn refund(&mut self, reservation: Reservation, how: Settlement) {
        match how {
            Settlement::Right => self.state.succeed(reservation, &self.keys.who),
            Settlement::Unused | Settlement::Wrong => self.state.give_back(reservation),
        }
    }

    /// What is to change.
    fn changes(&self) -> Vec<(RowKey, String)> {
        let (was, is, keys) = (&self.was, &self.state, &self.keys);
        let account = (was.account != is.account).then(|| (keys.who, says(&is.account, is.account.says_nothing())));
        let nothing = is.device.is_none_or(|device| device.says_nothing());
        let device = keys.device.filter(|_| was.device != is.device).map(|key| (key, says(&is.device, nothing)));
        let address = keys.address.filter(|_| was.address != is.address).map(|key| (key, text(&is.address)));
        let password = (was.password != is.password).then(|| (keys.secret, text(&is.password)));
        [account, device, address, password].into_iter().flatten().collect()
    }

    /// Keeps what is to change, if that is one row at most and it is still as it was; false when nothing was kept.
    async fn replace(&mut self, sv: &Services, now: Moment) -> Result<bool, StoreError> {
        let changes = self.changes();
        let Some(row) = self.one_of(&changes) else { return Ok(changes.is_empty()) };
        let replacing = async |tx: &mut Tx, (row, now): &(Replacement, Moment)| attempts::replace(tx, row, *now).await;
        let replaced = sv.store.write_one((row, now), replacing).await?;
        if replaced {
            self.texts.extend(changes);
            self.was = self.state.clone();
        }
        Ok(replaced)
    }

    /// The one change there is; `None` when there are more, or none.
    fn one_of(&self, changes: &[(RowKey, String)]) -> Option<Replacement> {
        let [(key, after)] = changes else { return None };
        let before = self.texts.get(key).cloned().unwrap_or_default();
        Some(Replacement { keyed: *key.bytes(), before, after: after.clone() })
    }

    /// Keeps what is to change of the locked rows, and none that says nothing: a try that was refused leaves no row behind.
    async fn keep(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        for (key, after) in self.changes() {
            attempts::keep(tx, key.bytes(), &after).await?;
            self.texts.insert(key, after);
        }
        for (key, _) in self.texts.iter().filter(|(_, text)| text.is_empty()) {
            attempts::forget(tx, key.bytes()).await?;
        }
        self.was = self.state.clone();
        Ok(())
    }
}

async fn lock(tx: &mut Tx, keys: Vec<RowKey>, now: Moment) -> Result<HashMap<RowKey, String>, StoreError> {
    let mut texts = HashMap::new();
    for key in keys {
        texts.insert(key, attempts::lock(tx, key.bytes(), "", now).await?);
    }
    Ok(texts)
}

/// A row's text; empty when it says nothing.
fn says(row: &impl Serialize, nothing: bool) -> String {
    if nothing { String::new() } else { text(row) }
}

fn text(row: &impl Serialize) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

/// A row; one that cannot be read begins anew, since a counter is not worth a refused sign-in.
fn read<T: DeserializeOwned + Default>(text: Option<&String>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
