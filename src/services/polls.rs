//! When devices last asked whether they were let in, and how long each must wait (RFC 8628 §3.5).
//!
//! A node keeps it for itself: a device that asks costs no write, and one that comes to another node is told once more that
//! nobody has answered. What becomes of a code is the database's to say.

use std::fmt;

use moka::sync::Cache;

use crate::{
    base::digest::Digest,
    protocol::device::{CODE_LIFE, Rhythm},
};

/// Of how many devices: far more than wait at once; beyond them one may ask sooner than it should.
const MOST: u64 = 100_000;

/// By device code; of codes that there are alone.
pub struct Polls(Cache<Digest, Rhythm>);

impl fmt::Debug for Polls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polls").finish_non_exhaustive()
    }
}

impl Default for Polls {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(CODE_LIFE).build())
    }
}

impl Polls {
    /// Of a device that has asked before.
    pub fn of(&self, code: &Digest) -> Option<Rhythm> {
        self.0.get(code)
    }

    /// A device has asked.
    pub fn keep(&self, code: Digest, rhythm: Rhythm) {
        self.0.insert(code, rhythm);
    }
}
