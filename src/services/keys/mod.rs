//! The keys of this provider: signing keys that rotate, server keys that do not, and the key-encryption key that seals
//! them all. Keys live in the database, so that every node has the same; the key-encryption key never does.

mod kek;
mod ring;
mod seal;
mod server;
mod signer;

pub use kek::{Kek, KekError};
pub use ring::{PublishedKey, Ring, Rotation, RotationRefused};
pub use seal::{SealError, Sealer};
pub use server::ServerKeys;
pub use signer::Signer;

use crate::store::StoreError;

/// Why keys could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key was sealed under another key-encryption key, or has been tampered with.
    #[error("a key cannot be unsealed: is this the key-encryption key with which the database was made?")]
    Unseal(#[from] SealError),
    /// The key's bytes are no key of its algorithm.
    #[error("a stored key is not a key of its algorithm: {0}")]
    Malformed(String),
}

impl KeyError {
    /// Whether the database is out of reach, and nothing is wrong with the keys.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_outage())
    }
}
