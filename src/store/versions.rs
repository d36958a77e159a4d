//! By which a node notices that what it caches has changed.

use super::{StoreError, Tx};

/// What is cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cached {
    /// Registered clients.
    Clients,
    /// Signing keys.
    Keys,
    /// Networks that schools registered.
    Networks,
}

impl Cached {
    const fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Keys => "keys",
            Self::Networks => "networks",
        }
    }
}

/// The versions of everything that is cached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of the registered clients.
    pub clients: i64,
    /// Of the signing keys.
    pub keys: i64,
    /// Of the networks that schools registered.
    pub networks: i64,
}

statements! {
    BUMP = "UPDATE versions SET version = version + 1 WHERE name = $1";
    CURRENT = "SELECT name, version FROM versions";
}

/// Tells every node that this has changed; in the change's own transaction.
pub async fn bump(tx: &mut Tx, what: Cached) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(BUMP).bind(what.name())).map(drop)
}

/// The versions now.
pub async fn current(tx: &mut Tx) -> Result<Versions, StoreError> {
    let rows: Vec<(String, i64)> = on_db!(tx, c => sqlx::query_as(CURRENT).fetch_all(&mut *c))?;
    let of = |what: Cached| rows.iter().find(|(name, _)| name == what.name()).map_or(0, |(_, version)| *version);
    Ok(Versions { clients: of(Cached::Clients), keys: of(Cached::Keys), networks: of(Cached::Networks) })
}
