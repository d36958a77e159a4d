//! The registered apps, in memory: they are read at every request and change hardly ever.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::Mutex;
use url::Url;

use crate::{
    base::id::ClientKey,
    protocol::{
        address::origin,
        client::{Client, ClientId, State},
    },
    store::{Store, StoreError, Tx, clients as rows},
};

/// Every registered app; read again when the version in the database changes.
#[derive(Debug)]
pub struct Clients {
    store: Store,
    held: RwLock<Registered>,
    /// Whoever reads them has read the latest: an older reading never takes the place of a newer one.
    reading: Mutex<()>,
}

/// The registered apps as they are at one moment. Cheap to clone: a write carries them along.
#[derive(Clone, Debug, Default)]
pub struct Registered(Arc<Apps>);

#[derive(Debug, Default)]
struct Apps {
    by_id: HashMap<ClientId, Arc<Client>>,
    origins: BTreeSet<String>,
}

impl Registered {
    fn of(all: Vec<Client>) -> Self {
        let working = all.iter().filter(|client| client.state == State::Enabled);
        let uris = working.flat_map(|client| &client.redirect_uris).filter_map(|uri| Url::parse(uri.as_str()).ok());
        let origins = uris.filter_map(|uri| origin(&uri)).collect();
        let by_id = all.into_iter().map(|client| (client.client_id.clone(), Arc::new(client))).collect();
        Self(Arc::new(Apps { by_id, origins }))
    }

    /// The origins of the apps that work, by their redirect URIs: pages of theirs.
    pub fn origins(&self) -> &BTreeSet<String> {
        &self.0.origins
    }

    /// The app that serves a resource, or is named itself.
    pub fn serving(&self, aud: &str) -> Option<Arc<Client>> {
        let by_name = || self.0.by_id.get(&ClientId(aud.to_owned())).cloned();
        self.0.by_id.values().find(|client| client.api.serves.contains(aud)).cloned().or_else(by_name)
    }
}

impl Clients {
    /// Reads them.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let clients = Self { store, held: RwLock::default(), reading: Mutex::default() };
        clients.reload().await?;
        Ok(clients)
    }

    /// The app that calls itself so.
    pub fn by_id(&self, id: &ClientId) -> Option<Arc<Client>> {
        self.now().0.by_id.get(id).cloned()
    }

    /// The app of a row.
    pub fn by_key(&self, key: ClientKey) -> Option<Arc<Client>> {
        self.now().0.by_id.values().find(|client| client.key == key).cloned()
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<Arc<Client>> {
        let mut all: Vec<_> = self.now().0.by_id.values().cloned().collect();
        all.sort_by(|a, b| (&a.name, &a.client_id).cmp(&(&b.name, &b.client_id)));
        all
    }

    /// Reads them again.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let _turn = self.reading.lock().await;
        let all = self.store.read((), async |tx: &mut Tx, (): &()| rows::all(tx).await).await?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Registered::of(all);
        Ok(())
    }

    /// As they are now.
    pub fn now(&self) -> Registered {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
