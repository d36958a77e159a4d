//! The server keys: one for each purpose, made once and never rotated (a pairwise subject must stay what it is).

use std::sync::Arc;

use super::{Kek, KeyError, Sealer};
use crate::{
    base::{
        clock::Clock,
        digest::MacKey,
        entropy::Entropy,
        id::{Ids, KeyId},
    },
    protocol::dpop::Nonces,
    services::audit::chain,
    store::{Store, Tx, audit, keys as rows},
};

/// One key per purpose, so that nothing made for one passes for another.
#[derive(Clone, Debug)]
pub struct ServerKeys {
    /// Signs cookies that carry their own proof: device cookies, CSRF.
    pub cookies: MacKey,
    /// Derives pairwise subjects and session ids.
    pub pairwise: MacKey,
    /// Derives activation codes.
    pub activation: MacKey,
    /// Finds identifiers without storing them in clear.
    pub identifiers: MacKey,
    /// Derives a refresh token's successor from it.
    pub refresh: MacKey,
    /// Makes the nonces of DPoP proofs.
    pub nonces: Nonces,
    /// Chains the audit trail.
    pub audit: MacKey,
    /// Seals what a page carries from one request to the next.
    pub flow: Arc<Sealer>,
    /// Seals personal fields in the database.
    pub fields: Arc<Sealer>,
}

const PURPOSES: [&str; 8] = ["cookies", "pairwise", "activation", "identifiers", "refresh", AUDIT, "flow", "fields"];
const AUDIT: &str = "audit";
const ALGORITHM: &str = "256-bit";

impl ServerKeys {
    /// Makes them. Safe to run by several nodes at once: the first one's keys stay, and all read those.
    pub async fn create(
        store: &Store,
        kek: &Kek,
        ids: &Ids,
        clock: &Clock,
        entropy: &Entropy,
    ) -> Result<Self, KeyError> {
        let sealer = sealer(kek, entropy);
        let now = clock.now();
        let new = PURPOSES.map(|purpose| {
            let id: KeyId = ids.next();
            let key = MacKey::random(entropy);
            let sealed = sealer.seal(purpose, key.expose());
            let row = rows::NewKey { id, purpose, algorithm: ALGORITHM, active: true, sealed, created_at: now };
            (row, (purpose == AUDIT).then(|| chain::beginning(&key)))
        });
        store
            .write(new, async |tx: &mut Tx, new| {
                for (key, beginning) in new {
                    // The chain begins with its key, and never again.
                    if let (true, Some(head)) = (rows::add(tx, key).await?, beginning) {
                        audit::begin(tx, *head).await?;
                    }
                }
                Ok(())
            })
            .await?;
        Self::load(store, kek, entropy).await?.ok_or_else(|| KeyError::Malformed("server keys were not stored".into()))
    }

    /// Reads them; `None` when this database has none yet.
    pub async fn load(store: &Store, kek: &Kek, entropy: &Entropy) -> Result<Option<Self>, KeyError> {
        let all = store.read((), async |tx: &mut Tx, (): &()| rows::all(tx).await).await?;
        let sealer = sealer(kek, entropy);
        let mut keys = Vec::with_capacity(PURPOSES.len());
        for purpose in PURPOSES {
            let Some(row) = all.iter().find(|row| row.purpose == purpose && row.state == "active") else {
                return Ok(None);
            };
            let plain = sealer.open(purpose, row.sealed.as_deref().unwrap_or_default())?;
            let bytes: [u8; 32] =
                plain.as_slice().try_into().map_err(|_| KeyError::Malformed(format!("{purpose}: not 32 bytes")))?;
            keys.push(MacKey::from_bytes(bytes));
        }
        let of = |purpose: &str| {
            let at = PURPOSES.iter().position(|p| *p == purpose).unwrap_or_default();
            keys[at].clone()
        };
        Ok(Some(Self {
            cookies: of("cookies"),
            pairwise: of("pairwise"),
            activation: of("activation"),
            identifiers: of("identifiers"),
            refresh: of("refresh"),
            nonces: Nonces::of(of("cookies").derive("dpop nonces")),
            audit: of(AUDIT),
            flow: Arc::new(Sealer::new(&of("flow"), entropy.clone())),
            fields: Arc::new(Sealer::new(&of("fields"), entropy.clone())),
        }))
    }
}

/// Seals keys under the key-encryption key.
pub(super) fn sealer(kek: &Kek, entropy: &Entropy) -> Sealer {
    Sealer::new(&kek.derive("keys"), entropy.clone())
}

/// What a signing key's row is sealed for: its id, so that rows cannot be exchanged.
pub(super) fn signing_seal(id: KeyId) -> String {
    format!("signing {id}")
}
