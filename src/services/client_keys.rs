//! The public keys of clients that publish them at an address of their own: fetched when a key is unknown, at most once
//! a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jsonwebtoken::jwk::JwkSet;
use url::Url;

use super::{Services, fetch::Fetch};
use crate::{
    base::clock::{Clock, Moment},
    protocol::{certificate::Shown, client::KeySource},
};

/// How often an address is asked at most.
const PAUSE: Duration = Duration::from_mins(1);
/// How long fetched keys are believed.
const FRESH: Duration = Duration::from_hours(1);

/// How many addresses are remembered: apps that register themselves come and go, and each may name another.
const MOST: usize = 2_000;

/// What was fetched, by address.
#[derive(Debug, Default)]
pub struct ClientKeys(Mutex<HashMap<Url, Arc<Published>>>);

/// One address. Whoever asks for a key that is held never waits for a fetch that somebody else caused.
#[derive(Debug, Default)]
struct Published {
    held: Mutex<Held>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Held {
    /// What was fetched last, and when.
    keys: Option<(Moment, Arc<JwkSet>)>,
    /// When the address was last asked, in vain perhaps.
    asked: Option<Moment>,
}

impl Services {
    /// The keys of a client, with the one that `jws` says it is signed with if that can be had.
    pub async fn keys_of(&self, source: &KeySource, jws: &str) -> Arc<JwkSet> {
        match source {
            KeySource::Inline(keys) => Arc::new(keys.clone()),
            KeySource::Uri(address) => {
                // Only to know whether that key has been fetched.
                let kid = jsonwebtoken::decode_header(jws).ok().and_then(|header| header.kid);
                self.client_keys_at(address, kid.as_deref()).await
            }
        }
    }

    /// Whether the key of a certificate is among a client's.
    pub async fn keys_have(&self, source: &KeySource, shown: &Shown) -> bool {
        match source {
            KeySource::Inline(keys) => shown.has_key_among(keys),
            KeySource::Uri(address) => {
                if shown.has_key_among(&*self.client_keys_at(address, None).await) {
                    return true;
                }
                // It may be new: a key that nobody knows makes the address be asked, once a minute at most.
                let unknown = shown.thumbprint().to_string();
                shown.has_key_among(&*self.client_keys_at(address, Some(&unknown)).await)
            }
        }
    }

    /// The keys at an address, with the key `kid` if the address has it. An address that fails has those it had within
    /// the hour. Anybody can name a key that nobody has: the address is asked once a minute all the same.
    async fn client_keys_at(&self, address: &Url, kid: Option<&str>) -> Arc<JwkSet> {
        let published = self.client_keys.at(address);
        let keys = published.held().fresh(self.clock.now());
        if has(&keys, kid) {
            return keys;
        }
        // A task of its own: whoever caused the question and went away must not leave it half asked.
        let asking = ask(published, address.clone(), kid.map(str::to_owned), self.fetch.clone(), self.clock.clone());
        tokio::spawn(asking).await.unwrap_or(keys)
    }
}

async fn ask(published: Arc<Published>, address: Url, kid: Option<String>, fetch: Fetch, clock: Clock) -> Arc<JwkSet> {
    let _turn = published.asking.lock().await;
    let now = clock.now();
    {
        let mut held = published.held();
        let keys = held.fresh(now);
        // Whoever had the turn before has asked already.
        if has(&keys, kid.as_deref()) || held.asked.is_some_and(|at| now.since(at) < PAUSE) {
            return keys;
        }
        held.asked = Some(now);
    }
    let document = fetch.document(&address).await.map_err(|error| error.to_string());
    let keys = document.and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string()));
    let mut held = published.held();
    match keys {
        Ok(keys) => held.keys = Some((now, Arc::new(keys))),
        Err(error) => tracing::warn!(error, "a client's keys cannot be fetched"),
    }
    held.fresh(now)
}

fn has(keys: &JwkSet, kid: Option<&str>) -> bool {
    kid.map_or(!keys.keys.is_empty(), |kid| keys.find(kid).is_some())
}

impl ClientKeys {
    fn at(&self, address: &Url) -> Arc<Published> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(address) {
            // Whoever asks at this moment keeps theirs; the others are asked again when they are needed.
            all.retain(|_, published| Arc::strong_count(published) > 1);
        }
        all.entry(address.clone()).or_default().clone()
    }
}

impl Published {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn fresh(&self, now: Moment) -> Arc<JwkSet> {
        let fresh = self.keys.as_ref().filter(|(at, _)| now.since(*at) < FRESH);
        fresh.map_or_else(|| Arc::new(JwkSet { keys: Vec::new() }), |(_, keys)| keys.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r52_no_more_addresses_are_remembered_than_there_is_room_for() {
        let keys = ClientKeys::default();
        let address = |n: usize| Url::parse(&format!("https://app-{n}.example/jwks")).unwrap();
        let held = keys.at(&address(0));
        for n in 1..MOST + 10 {
            keys.at(&address(n));
        }
        assert!(keys.0.lock().unwrap().len() < MOST);
        assert!(Arc::ptr_eq(&held, &keys.at(&address(0))), "it is in use");
    }
}
