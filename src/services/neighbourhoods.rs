//! The networks that schools registered, in memory: they are asked at every sign-in and change hardly ever. A whole school
//! behind one of them may mistype at once, as far as its own pupils are many, and no other's.

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use ipnet::IpNet;

use super::limits::Neighbourhood;
use crate::store::{Store, StoreError, Tx, schools};

/// What is known of addresses; read again when the version in the database changes.
#[derive(Debug)]
pub struct Neighbourhoods {
    store: Store,
    held: RwLock<Arc<Vec<(IpNet, u32)>>>,
}

impl Neighbourhoods {
    /// Reads them.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let opened = Self { store, held: RwLock::default() };
        opened.reload().await?;
        Ok(opened)
    }

    /// Reads them again.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let rows = self.store.read((), async |tx: &mut Tx, (): &()| schools::networks(tx).await).await?;
        let of = |(_, networks, pupils): (_, Vec<String>, i64)| {
            let enrolment = u32::try_from(pupils).unwrap_or_default();
            networks.into_iter().filter_map(move |network| Some((network.parse().ok()?, enrolment)))
        };
        let all = Arc::new(rows.into_iter().flat_map(of).collect());
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }

    /// Whose an address is. The narrowest network that holds it says so.
    pub fn of(&self, address: IpAddr) -> Neighbourhood {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        let address = address.to_canonical();
        let holding = held.iter().filter(|(network, _)| network.contains(&address));
        let narrowest = holding.max_by_key(|(network, _)| network.prefix_len());
        narrowest.map_or(Neighbourhood::Anywhere, |(_, enrolment)| Neighbourhood::School { enrolment: *enrolment })
    }
}
