//! Client assertions (RFC 7523 §2.2), made with `jsonwebtoken`: the `openidconnect` crate has none.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, KeyAlgorithm},
};
use phuong::{protocol::alg::SigningAlg, services::keys::Signer};
use serde_json::json;

/// A key pair of an app's own.
pub(crate) struct AppKey {
    algorithm: Algorithm,
    private: EncodingKey,
    public: Jwk,
    kid: String,
    pkcs8: String,
}

impl AppKey {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let kind = match algorithm {
            Algorithm::ES256 => SigningAlg::Es256,
            Algorithm::EdDSA => SigningAlg::EdDsa,
            _ => SigningAlg::Rs256,
        };
        let pkcs8 = Signer::generate(kind, 2048);
        let pem = pem(&STANDARD.encode(&*pkcs8));
        let private = match kind {
            SigningAlg::Es256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            SigningAlg::EdDsa => EncodingKey::from_ed_pem(pem.as_bytes()),
            SigningAlg::Rs256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
        };
        let signer = Signer::from_pkcs8(kind, &pkcs8).unwrap();
        let mut public = signer.public_jwk();
        if algorithm == Algorithm::PS256 {
            public.common.key_algorithm = Some(KeyAlgorithm::PS256);
        }
        Self {
            algorithm,
            private: private.unwrap(),
            public,
            kid: signer.kid().to_owned(),
            pkcs8: STANDARD.encode(&*pkcs8),
        }
    }

    /// Its id.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The private half, in base64.
    pub(crate) fn pkcs8(&self) -> &str {
        &self.pkcs8
    }

    /// The private half, as a file has it.
    pub(crate) fn pem(&self) -> String {
        pem(&self.pkcs8)
    }

    /// What the app publishes.
    pub(crate) fn public(&self) -> Jwk {
        self.public.clone()
    }

    /// A request object of `client`, for `issuer`, with these members.
    pub(crate) fn request(&self, client: &str, issuer: &str, members: &serde_json::Value) -> String {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(self.algorithm) };
        let mut claims = json!({ "iss": client, "aud": issuer });
        claims.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        jsonwebtoken::encode(&header, &claims, &self.private).unwrap()
    }

    /// An assertion that the bearer is `client`, for a minute, for `issuer` alone.
    pub(crate) fn assertion(&self, client: &str, issuer: &str, now: i64, jti: &str) -> String {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(self.algorithm) };
        let claims = json!({ "iss": client, "sub": client, "aud": issuer, "iat": now, "exp": now + 60, "jti": jti });
        jsonwebtoken::encode(&header, &claims, &self.private).unwrap()
    }
}

fn pem(pkcs8: &str) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{pkcs8}\n-----END PRIVATE KEY-----\n")
}
