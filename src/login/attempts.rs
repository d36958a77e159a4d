//! One attempt at somebody's account, from the try that is spent before the hash to its settlement (R29).
//!
//! The rules are `services::limits`; here their rows are read, decided on and kept in one write.

use std::{collections::BTreeMap, net::IpAddr};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    base::{clock::Moment, id::AccountId},
    services::{
        Services, audit,
        limits::{AddressBlock, AttemptState, Decision, DeviceCookies, Limiter, Neighbourhood, Reservation, RowKey},
    },
    store::{StoreError, Tx, attempts, audit as trail},
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
#[derive(Clone, Copy, Debug)]
#[must_use = "a spent try must be settled"]
pub struct Spent {
    keys: Keys,
    reservation: Reservation,
    account: Option<AccountId>,
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
    let decision = sv
        .store
        .write_aside((keys, attempt.path, now), async |tx: &mut Tx, (keys, path, now)| {
            let mut rows = Rows::own(tx, keys, *now).await?;
            if rows.state.is_crowded(Neighbourhood::Anywhere, *now) {
                rows.lock_shared(tx, keys, *now).await?;
            }
            let decision = match path {
                Path::Password => rows.state.decide(Neighbourhood::Anywhere, *now),
                Path::Code => rows.state.decide_on_code(Neighbourhood::Anywhere, *now),
            };
            rows.keep(tx, keys).await?;
            Ok(decision)
        })
        .await?;
    Ok(match decision {
        Decision::Allowed(reservation) => Ok(Spent { keys, reservation, account: attempt.account }),
        Decision::Wait { until } => Err(NotNow::Until(until)),
        Decision::Closed => Err(NotNow::Closed),
    })
}

/// After so many failures in a row the account's owner reads of it: a typing error is no news, and a stranger cannot
/// fill the audit trail.
const TOLD_AT: [u32; 4] = [3, 10, 30, 100];

/// Settles a try.
pub async fn settle(sv: &Services, spent: Spent, how: Settlement) -> Result<(), StoreError> {
    let event = spent.account.filter(|_| how == Settlement::Wrong).map(|account| {
        sv.event(&audit::Actor::System, "sign_in.failed", audit::account(account), &serde_json::json!({}))
    });
    let turn = (spent, how, event, sv.clock.now());
    let alarm = sv
        .store
        .write_aside(turn, async |tx: &mut Tx, (spent, how, event, now)| {
            let mut rows = Rows::own(tx, &spent.keys, *now).await?;
            let mistyped = *how == Settlement::Right && rows.state.has_failed_here(&spent.keys.who);
            if mistyped || *how == Settlement::Wrong {
                rows.lock_shared(tx, &spent.keys, *now).await?;
            }
            let mut alarm = crate::services::limits::Alarm::default();
            match how {
                Settlement::Right => rows.state.succeed(spent.reservation, &spent.keys.who),
                Settlement::Wrong => alarm = rows.state.fail(&spent.keys.who, Neighbourhood::Anywhere, *now),
                Settlement::Unused => rows.state.give_back(spent.reservation),
            }
            if let Some(event) = event
                && TOLD_AT.contains(&rows.state.account.in_a_row())
            {
                trail::add(tx, event).await?;
            }
            rows.keep(tx, &spent.keys).await?;
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

/// The rows of an attempt. Its own are always locked; the shared ones are looked at, and locked only by who must change
/// them: whole schools sign in from one address at once, and none should wait for the others. Own rows come before
/// shared ones and each kind in the order of its keys, so that nobody waits in a circle.
struct Rows {
    state: AttemptState,
    /// The locked rows as they were.
    locked: BTreeMap<RowKey, String>,
}

impl Rows {
    async fn own(tx: &mut Tx, keys: &Keys, now: Moment) -> Result<Self, StoreError> {
        let mut rows = Self { state: AttemptState::default(), locked: BTreeMap::new() };
        rows.lock(tx, keys.own(), now).await?;
        let shared = [keys.address.unwrap_or(keys.secret), keys.secret];
        let found = attempts::look(tx, shared.each_ref().map(RowKey::bytes)).await?;
        rows.state = AttemptState {
            account: read(rows.locked.get(&keys.who)),
            device: keys.device.map(|key| read(rows.locked.get(&key))),
            address: keys.address.map(|key| read(found.get(key.bytes()))).unwrap_or_default(),
            password: read(found.get(keys.secret.bytes())),
        };
        Ok(rows)
    }

    async fn lock_shared(&mut self, tx: &mut Tx, keys: &Keys, now: Moment) -> Result<(), StoreError> {
        self.lock(tx, keys.shared(), now).await?;
        self.state.address = keys.address.map(|key| read(self.locked.get(&key))).unwrap_or_default();
        self.state.password = read(self.locked.get(&keys.secret));
        Ok(())
    }

    async fn lock(&mut self, tx: &mut Tx, keys: Vec<RowKey>, now: Moment) -> Result<(), StoreError> {
        for key in keys {
            self.locked.insert(key, attempts::lock(tx, key.bytes(), "", now).await?);
        }
        Ok(())
    }

    /// Keeps the locked rows that changed, and none that say nothing: a try that was refused leaves no row behind.
    async fn keep(self, tx: &mut Tx, keys: &Keys) -> Result<(), StoreError> {
        let AttemptState { account, device, address, password } = &self.state;
        self.keep_one(tx, keys.who, account).await?;
        if let (Some(key), Some(device)) = (keys.device, device) {
            self.keep_one(tx, key, device).await?;
        }
        if let Some(key) = keys.address {
            self.keep_one(tx, key, address).await?;
        }
        self.keep_one(tx, keys.secret, password).await
    }

    async fn keep_one<T: Serialize + Default + PartialEq>(
        &self,
        tx: &mut Tx,
        key: RowKey,
        row: &T,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(row).unwrap_or_default();
        match self.locked.get(&key) {
            Some(_) if *row == T::default() => attempts::forget(tx, key.bytes()).await,
            Some(before) if *before != text => attempts::keep(tx, key.bytes(), &text).await,
            _ => Ok(()),
        }
    }
}

/// A row; one that cannot be read begins anew, since a counter is not worth a refused sign-in.
fn read<T: DeserializeOwned + Default>(text: Option<&String>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
