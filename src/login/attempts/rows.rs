//! The rows of one attempt: which they are, and how they are read, changed and kept.

use std::collections::HashMap;

use serde::{Serialize, de::DeserializeOwned};

use super::{Path, Settlement};
use crate::{
    base::clock::Moment,
    services::{
        Services,
        limits::{AttemptState, Decision, Neighbourhood, Reservation, RowKey},
    },
    store::{
        StoreError, Tx,
        attempts::{self, Replacement},
    },
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) who: RowKey,
    pub(super) device: Option<RowKey>,
    pub(super) address: Option<RowKey>,
    pub(super) secret: RowKey,
    /// Whose the address is.
    pub(super) place: Neighbourhood,
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

/// The rows of an attempt, as they are and as they are to be. Under locks its own are always locked; the shared ones are
/// looked at, and locked only by who must change them: whole schools sign in from one address at once, and none should
/// wait for the others. Own rows come before shared ones and each kind in the order of its keys, so that nobody waits in
/// a circle.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) keys: Keys,
    /// As the store has them; one that is not there is empty.
    texts: HashMap<RowKey, String>,
    was: AttemptState,
    pub(super) state: AttemptState,
}

impl Rows {
    pub(super) fn read(keys: Keys, texts: HashMap<RowKey, String>) -> Self {
        let was = AttemptState {
            account: read(texts.get(&keys.who)),
            device: keys.device.map(|key| read(texts.get(&key))),
            address: keys.address.map(|key| read(texts.get(&key))).unwrap_or_default(),
            password: read(texts.get(&keys.secret)),
        };
        Self { keys, texts, state: was.clone(), was }
    }

    pub(super) async fn look(tx: &mut Tx, keys: &Keys) -> Result<HashMap<RowKey, String>, StoreError> {
        let all = keys.all();
        let found = attempts::look(tx, all.each_ref().map(RowKey::bytes)).await?;
        Ok(all.into_iter().filter_map(|key| Some((key, found.get(key.bytes())?.clone()))).collect())
    }

    pub(super) async fn own(tx: &mut Tx, keys: Keys, now: Moment) -> Result<Self, StoreError> {
        let own = lock(tx, keys.own(), now).await?;
        let mut texts = Self::look(tx, &keys).await?;
        texts.extend(own);
        Ok(Self::read(keys, texts))
    }

    pub(super) async fn lock_shared(&mut self, tx: &mut Tx, now: Moment) -> Result<(), StoreError> {
        let mut texts = std::mem::take(&mut self.texts);
        texts.extend(lock(tx, self.keys.shared(), now).await?);
        *self = Self::read(self.keys, texts);
        Ok(())
    }

    pub(super) fn decide(&mut self, path: Path, now: Moment) -> Decision {
        match path {
            Path::Password => self.state.decide(self.keys.place, now),
            Path::Code => self.state.decide_on_code(self.keys.place, now),
        }
    }

    /// Gives the try back: it was right, or nothing was compared.
    pub(super) fn refund(&mut self, reservation: Reservation, how: Settlement) {
        match how {
            Settlement::Right => self.state.succeed(reservation, &self.keys.who),
            Settlement::Unused | Settlement::Wrong => self.state.give_back(reservation),
        }
    }

    /// What is to change.
    pub(super) fn changes(&self) -> Vec<(RowKey, String)> {
        let (was, is, keys) = (&self.was, &self.state, &self.keys);
        let account = (was.account != is.account).then(|| (keys.who, says(&is.account, is.account.says_nothing())));
        let nothing = is.device.is_none_or(|device| device.says_nothing());
        let device = keys.device.filter(|_| was.device != is.device).map(|key| (key, says(&is.device, nothing)));
        let address = keys.address.filter(|_| was.address != is.address).map(|key| (key, text(&is.address)));
        let password = (was.password != is.password).then(|| (keys.secret, text(&is.password)));
        [account, device, address, password].into_iter().flatten().collect()
    }

    /// Keeps what is to change, if that is one row at most and it is still as it was; false when nothing was kept.
    pub(super) async fn replace(&mut self, sv: &Services, now: Moment) -> Result<bool, StoreError> {
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
    pub(super) fn one_of(&self, changes: &[(RowKey, String)]) -> Option<Replacement> {
        let [(key, after)] = changes else { return None };
        let before = self.texts.get(key).cloned().unwrap_or_default();
        Some(Replacement { keyed: *key.bytes(), before, after: after.clone() })
    }

    /// Keeps what is to change of the locked rows, and none that says nothing: a try that was refused leaves no row behind.
    pub(super) async fn keep(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
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
