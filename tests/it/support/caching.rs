//! An app that keeps the provider's keys as real apps do: for as long as `Cache-Control` says, and asks again when a
//! token names a key that it does not have (Core 10.1.1).

use std::time::Duration;

use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use phuong::{base::clock::Moment, protocol::alg::SigningAlg};

use super::tour::ISSUER;

/// What `/jwks` answered.
pub(crate) struct Served {
    pub(crate) cache_control: String,
    pub(crate) keys: String,
}

pub(crate) struct CachingApp {
    id: ClientId,
    algorithm: CoreJwsSigningAlgorithm,
    keys: CoreJsonWebKeySet,
    until: Moment,
    /// How often it asked for the keys.
    pub(crate) asked: usize,
    /// How often a token named a key that it did not have.
    pub(crate) surprised: usize,
}

impl CachingApp {
    pub(crate) fn new(id: &str, alg: SigningAlg) -> Self {
        let keys = CoreJsonWebKeySet::new(Vec::new());
        Self {
            id: ClientId::new(id.to_owned()),
            algorithm: named(alg),
            keys,
            until: Moment::from_seconds(0),
            asked: 0,
            surprised: 0,
        }
    }

    /// Validates an ID token, as far as it has to with the keys as they are now.
    pub(crate) async fn believe(
        &mut self,
        token: &str,
        now: Moment,
        jwks: impl AsyncFn() -> Served,
    ) -> Result<(), ClaimsVerificationError> {
        if self.until <= now {
            self.ask(now, &jwks).await;
        }
        match self.judge(token, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                self.surprised += 1;
                self.ask(now, &jwks).await;
                self.judge(token, now)
            }
            judged => judged,
        }
    }

    async fn ask(&mut self, now: Moment, jwks: impl AsyncFn() -> Served) {
        let served = jwks().await;
        let age = served.cache_control.split(',').find_map(|part| part.trim().strip_prefix("max-age="));
        self.keys = serde_json::from_str(&served.keys).unwrap();
        self.until = now + Duration::from_secs(age.unwrap().parse().unwrap());
        self.asked += 1;
    }

    /// With the keys that it holds.
    fn judge(&self, token: &str, now: Moment) -> Result<(), ClaimsVerificationError> {
        let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
        let verifier = CoreIdTokenVerifier::new_public_client(self.id.clone(), issuer, self.keys.clone())
            .set_allowed_algs([self.algorithm.clone()])
            .set_time_fn(move || now.to_string().parse().unwrap());
        let token: CoreIdToken = token.parse().unwrap();
        token.claims(&verifier, |_: Option<&Nonce>| Ok(())).map(drop)
    }
}

/// An algorithm as the library knows it.
pub(crate) const fn named(alg: SigningAlg) -> CoreJwsSigningAlgorithm {
    match alg {
        SigningAlg::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        SigningAlg::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        SigningAlg::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    }
}
