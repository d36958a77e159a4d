//! Proofs of possession (RFC 9449) at our endpoints: each is checked against the request it came with, and counts once.

use super::refusal;
use crate::{
    protocol::{
        confirmation::Thumbprint,
        dpop::{BadProof, Proof, Target, check},
        error::Refusal,
    },
    services::Services,
    store::{Tx, spent},
};

/// The request that came with a proof.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// Its method.
    pub method: &'a str,
    /// The path of its endpoint.
    pub path: &'a str,
}

/// A proof that is good, unless it was used before.
#[derive(Debug)]
pub struct Unspent(Proof);

/// Checks the proof of a request, and asks for our nonce where one is needed. Nothing is spent yet: whoever must try again
/// with a nonce finds everything else of the request as good as before.
pub fn read(sv: &Services, proof: &str, at: At<'_>, access_token: Option<&str>) -> Result<Unspent, Refusal> {
    let now = sv.clock.now();
    let addresses = sv.settings.addresses(at.path);
    let proof = check(proof, &Target { method: at.method, addresses: &addresses, access_token }, now)
        .map_err(Refusal::DpopProof)?;
    let fresh = match proof.nonce.as_deref() {
        Some(nonce) => sv.keys.nonces.accepts(nonce, now),
        None => !sv.settings.dpop_nonce,
    };
    if fresh { Ok(Unspent(proof)) } else { Err(Refusal::DpopNonceNeeded) }
}

/// The nonce to be given now.
pub fn nonce(sv: &Services) -> String {
    sv.keys.nonces.now(sv.clock.now())
}

impl Unspent {
    /// Whose it is.
    pub const fn key(&self) -> Thumbprint {
        self.0.key
    }

    /// Spends it: the key is shown now, and not by this proof again.
    pub async fn spend(self, sv: &Services) -> Result<Thumbprint, Refusal> {
        let turn = (self.0.once, self.0.remember_until);
        let spend = sv.store.write_once(turn, async |tx: &mut Tx, (once, until)| {
            spent::spend(tx, spent::Kind::DpopProof, *once, *until).await
        });
        if spend.await.map_err(refusal)? { Ok(self.0.key) } else { Err(Refusal::DpopProof(BadProof::Replayed)) }
    }
}
