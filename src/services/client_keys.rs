//! The public keys of clients that publish them at an address of their own: fetched when a key is unknown, at most once
//! a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jsonwebtoken::jwk::JwkSet;
use url::Url;

use super::Services;
use crate::base::clock::Moment;

/// How often an address is asked at most.
const PAUSE: Duration = Duration::from_mins(1);
/// How long fetched keys are believed.
const FRESH: Duration = Duration::from_hours(1);

/// What was fetched, by address.
#[derive(Debug, Default)]
pub struct ClientKeys(Mutex<HashMap<Url, Fetched>>);

#[derive(Clone, Debug)]
struct Fetched {
    keys: Arc<JwkSet>,
    at: Moment,
}

impl Services {
    /// The keys at an address, with the key `kid` if the address has it. An address that fails has none.
    pub async fn client_keys_at(&self, address: &Url, kid: Option<&str>) -> Arc<JwkSet> {
        let now = self.clock.now();
        let held = self.client_keys.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned();
        if let Some(held) = held {
            let known = kid.is_none_or(|kid| held.keys.find(kid).is_some()) && now.since(held.at) < FRESH;
            if known || now.since(held.at) < PAUSE {
                return held.keys;
            }
        }
        let fetched = match self.fetch.document(address).await {
            Ok(document) => serde_json::from_slice(&document).unwrap_or_else(|_| JwkSet { keys: Vec::new() }),
            Err(error) => {
                tracing::warn!(%error, "a client's keys cannot be fetched");
                JwkSet { keys: Vec::new() }
            }
        };
        let fetched = Fetched { keys: Arc::new(fetched), at: now };
        let mut all = self.client_keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(address.clone(), fetched.clone());
        fetched.keys
    }
}
