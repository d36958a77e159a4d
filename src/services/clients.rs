//! The registered apps, in memory: they are read at every request and change hardly ever.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

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
    held: RwLock<Arc<HashMap<ClientId, Arc<Client>>>>,
}

impl Clients {
    /// Reads them.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let clients = Self { store, held: RwLock::default() };
        clients.reload().await?;
        Ok(clients)
    }

    /// The app that calls itself so.
    pub fn by_id(&self, id: &ClientId) -> Option<Arc<Client>> {
        self.held().get(id).cloned()
    }

    /// The app of a row.
    pub fn by_key(&self, key: ClientKey) -> Option<Arc<Client>> {
        self.held().values().find(|client| client.key == key).cloned()
    }

    /// The app that serves a resource, or is named itself.
    pub fn serving(&self, aud: &str) -> Option<Arc<Client>> {
        let held = self.held();
        let by_name = || held.get(&ClientId(aud.to_owned())).cloned();
        held.values().find(|client| client.api.serves.contains(aud)).cloned().or_else(by_name)
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<Arc<Client>> {
        let mut all: Vec<_> = self.held().values().cloned().collect();
        all.sort_by(|a, b| (&a.name, &a.client_id).cmp(&(&b.name, &b.client_id)));
        all
    }

    /// The origins of the apps that work now, by their redirect URIs: pages of theirs.
    pub fn origins(&self) -> BTreeSet<String> {
        let held = self.held();
        let working = held.values().filter(|client| client.state == State::Enabled);
        let uris = working.flat_map(|client| &client.redirect_uris).filter_map(|uri| Url::parse(uri.as_str()).ok());
        uris.filter_map(|uri| origin(&uri)).collect()
    }

    /// Reads them again.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let all = self.store.read((), async |tx: &mut Tx, (): &()| rows::all(tx).await).await?;
        let map = all.into_iter().map(|client| (client.client_id.clone(), Arc::new(client))).collect();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(map);
        Ok(())
    }

    fn held(&self) -> Arc<HashMap<ClientId, Arc<Client>>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
