//! The signing keys in use: next (published, not yet signing) → active → retiring (published, not signing any more) →
//! destroyed. A relying app that caches the JWKS knows every key before it signs anything.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::jwk::{Jwk, JwkSet};

use super::{Kek, KeyError, Sealer, Signer, server};
use crate::{
    base::{
        clock::{Clock, Moment},
        entropy::Entropy,
        id::{Ids, KeyId},
    },
    protocol::alg::SigningAlg,
    services::{
        audit::{Actor, Trail},
        authority::{ManageKeys, Permit, Sector},
    },
    store::{Store, StoreError, Tx, audit, keys as rows, versions},
};

const PURPOSE: &str = "signing";
/// A key is published so long before it signs.
const NOTICE: Duration = Duration::from_hours(24);
/// A key signs so long.
const LIFE: Duration = Duration::from_hours(24 * 90);
/// A key stays published so long after it ceased to sign: longer than any token it signed, and 24 hours.
const AFTERLIFE: Duration = Duration::from_hours(24 * 2);

/// The signing keys, held in memory and read again when their version changes.
#[derive(Debug)]
pub struct Ring {
    store: Store,
    sealer: Sealer,
    ids: Ids,
    clock: Clock,
    trail: Trail,
    rsa_bits: u32,
    held: RwLock<Arc<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    active: Vec<Arc<Signer>>,
    published: Vec<PublishedKey>,
    jwks: Arc<[u8]>,
}

/// A key that relying apps can see.
#[derive(Clone, Debug)]
pub struct PublishedKey {
    /// Its id in JWS headers.
    pub kid: String,
    /// Its algorithm.
    pub alg: SigningAlg,
    /// `next`, `active` or `retiring`.
    pub state: String,
    /// Since when it is published.
    pub created_at: Moment,
    /// When it began to sign.
    pub activated_at: Option<Moment>,
    /// When it ceased to sign.
    pub retired_at: Option<Moment>,
    /// Its public half.
    pub jwk: Jwk,
}

/// How keys are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Only when the next key has been published for 24 hours.
    Announced,
    /// Also when some caches may not have it yet.
    Now,
    /// Every published key is compromised: all are destroyed and new ones sign at once.
    Emergency,
}

/// Why keys were not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotationRefused {
    /// Apps that cached the JWKS would meet a key they do not know.
    #[error("the next {alg} key was published at {published_at}; it may sign from {from} on")]
    TooYoung {
        /// The algorithm.
        alg: SigningAlg,
        /// When it was published.
        published_at: Moment,
        /// From when it may sign.
        from: Moment,
    },
    /// The keys could not be read or written.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<StoreError> for RotationRefused {
    fn from(error: StoreError) -> Self {
        Self::Key(error.into())
    }
}

impl Ring {
    /// The ring of this database; makes missing keys, and reads them.
    pub async fn open(
        store: Store,
        kek: &Kek,
        trail: Trail,
        rsa_bits: u32,
        entropy: &Entropy,
    ) -> Result<Self, KeyError> {
        let (ids, clock, sealer) = (trail.ids.clone(), trail.clock.clone(), server::sealer(kek, entropy));
        let ring = Self { store, sealer, ids, clock, trail, rsa_bits, held: RwLock::default() };
        ring.reload().await?;
        ring.fill().await?;
        Ok(ring)
    }

    /// When the next of them is exchanged by itself: when it has signed for its life, and its successor is known to apps.
    pub fn next_exchange(&self) -> Option<Moment> {
        let keys = self.published();
        let due = |alg| {
            let of = |state: &str| keys.iter().find(|key| key.alg == alg && key.state == state);
            Some((of("active")?.activated_at? + LIFE).max(of("next")?.created_at + NOTICE))
        };
        SigningAlg::ALL.into_iter().filter_map(due).min()
    }

    /// The key that signs with this algorithm now.
    ///
    /// # Panics
    /// Never: `open` fills the ring, and a rotation replaces an active key by another.
    pub fn signer(&self, alg: SigningAlg) -> Arc<Signer> {
        let held = self.held();
        held.active
            .iter()
            .find(|signer| signer.alg() == alg)
            .cloned()
            .expect("the ring has an active key for each algorithm")
    }

    /// Every published key, oldest first.
    pub fn published(&self) -> Vec<PublishedKey> {
        self.held().published.clone()
    }

    /// The published public key with this id.
    pub fn public_key(&self, kid: &str) -> Option<Jwk> {
        self.held().published.iter().find(|key| key.kid == kid).map(|key| key.jwk.clone())
    }

    /// The JWKS document.
    pub fn jwks(&self) -> Arc<[u8]> {
        self.held().jwks.clone()
    }

    /// Reads the keys again: another node or a command changed them.
    pub async fn reload(&self) -> Result<(), KeyError> {
        let rows = self.store.read((), async |tx: &mut Tx, (): &()| rows::all(tx).await).await?;
        let mut held = Held::default();
        for row in rows.into_iter().filter(|row| row.purpose == PURPOSE) {
            let alg: SigningAlg = row.algorithm.parse().map_err(|_| KeyError::Malformed(row.algorithm.clone()))?;
            let pkcs8 = self.sealer.open(&server::signing_seal(row.id), row.sealed.as_deref().unwrap_or_default())?;
            let signer = Signer::from_pkcs8(alg, &pkcs8)?;
            held.published.push(PublishedKey {
                kid: signer.kid().to_owned(),
                alg,
                state: row.state.clone(),
                created_at: row.created_at,
                activated_at: row.activated_at,
                retired_at: row.retired_at,
                jwk: signer.public_jwk(),
            });
            if row.state == "active" {
                held.active.push(Arc::new(signer));
            }
        }
        let set = JwkSet { keys: held.published.iter().map(|key| key.jwk.clone()).collect() };
        held.jwks = serde_json::to_vec(&set).map_err(|e| KeyError::Malformed(e.to_string()))?.into();
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
        Ok(())
    }

    /// Rotates every algorithm's key.
    pub async fn rotate(&self, leave: &Permit<ManageKeys, Sector>, how: Rotation) -> Result<(), RotationRefused> {
        let now = self.clock.now();
        if how == Rotation::Announced {
            for key in self.held().published.iter().filter(|key| key.state == "next") {
                let from = key.created_at + NOTICE;
                if from > now {
                    return Err(RotationRefused::TooYoung { alg: key.alg, published_at: key.created_at, from });
                }
            }
        }
        for alg in SigningAlg::ALL {
            self.exchange(alg, how, &leave.by(), now).await?;
        }
        self.reload().await?;
        Ok(())
    }

    /// What the schedule asks for: an old key is replaced once its successor was published long enough, and keys that
    /// retired long ago are destroyed. Run by a worker on every node; the database decides who does it.
    pub async fn tend(&self) -> Result<(), KeyError> {
        let now = self.clock.now();
        let keys = self.published();
        for alg in SigningAlg::ALL {
            let of = |state: &str| keys.iter().find(|key| key.alg == alg && key.state == state);
            let old = of("active").and_then(|key| key.activated_at).is_some_and(|at| at + LIFE <= now);
            let announced = of("next").is_some_and(|key| key.created_at + NOTICE <= now);
            if old && announced {
                match self.exchange(alg, Rotation::Announced, &Actor::System, now).await {
                    // Another node was first.
                    Err(KeyError::Store(StoreError::Abandoned(_))) | Ok(()) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let gone = now - AFTERLIFE;
        self.store
            .write(gone, async |tx: &mut Tx, gone: &Moment| {
                if rows::destroy_retired(tx, *gone).await? > 0 {
                    versions::bump(tx, versions::Cached::Keys).await?;
                }
                Ok(())
            })
            .await?;
        self.reload().await
    }

    /// Makes what is missing: an active and a next key for each algorithm.
    async fn fill(&self) -> Result<(), KeyError> {
        let keys = self.published();
        let has = |alg, state: &str| keys.iter().any(|key| key.alg == alg && key.state == state);
        let mut new = Vec::new();
        for alg in SigningAlg::ALL {
            new.extend((!has(alg, "active")).then(|| self.new_key(alg, true)));
            new.extend((!has(alg, "next")).then(|| self.new_key(alg, false)));
        }
        if new.is_empty() {
            return Ok(());
        }
        self.store
            .write(new, async |tx: &mut Tx, new: &Vec<rows::NewKey>| {
                for key in new {
                    rows::add(tx, key).await?;
                }
                versions::bump(tx, versions::Cached::Keys).await
            })
            .await?;
        self.reload().await
    }

    async fn exchange(&self, alg: SigningAlg, how: Rotation, by: &Actor, now: Moment) -> Result<(), KeyError> {
        let successor = self.new_key(alg, false);
        let fresh = (how == Rotation::Emergency).then(|| self.new_key(alg, true));
        let published_before = if how == Rotation::Announced { now - NOTICE } else { now };
        let action = if how == Rotation::Emergency { "key.revoked" } else { "key.rotated" };
        let event = self.trail.scribe(by).event(action, format!("key:{alg}"), &serde_json::json!({}));
        let turn = (alg, rows::Promotion { now, published_before }, successor, fresh, event);
        self.store
            .write(turn, async |tx: &mut Tx, (alg, promotion, successor, fresh, event)| {
                if let Some(fresh) = fresh {
                    rows::revoke(tx, PURPOSE, alg.name()).await?;
                    rows::add(tx, fresh).await?;
                } else if !rows::promote(tx, PURPOSE, alg.name(), *promotion).await? {
                    return Err(StoreError::Abandoned("there is no next key to promote"));
                }
                rows::add(tx, successor).await?;
                audit::add(tx, event).await?;
                versions::bump(tx, versions::Cached::Keys).await
            })
            .await?;
        Ok(())
    }

    fn new_key(&self, alg: SigningAlg, active: bool) -> rows::NewKey {
        let id: KeyId = self.ids.next();
        let pkcs8 = Signer::generate(alg, self.rsa_bits);
        let sealed = self.sealer.seal(&server::signing_seal(id), &pkcs8);
        rows::NewKey { id, purpose: PURPOSE, algorithm: alg.name(), active, sealed, created_at: self.clock.now() }
    }

    fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
