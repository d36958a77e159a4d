//! An app that holds a key and proves it with each request (RFC 9449).

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use phuong::{base::digest::Digest, protocol::alg::SigningAlg, services::keys::Signer};
use serde_json::{Value, json};

use super::tour::{Answer, ISSUER, Tour};

pub(crate) struct Prover {
    pub(crate) signer: Signer,
    made: AtomicUsize,
}

impl Prover {
    pub(crate) fn new(alg: SigningAlg) -> Self {
        let signer = Signer::from_pkcs8(alg, &Signer::generate(alg, 2048)).unwrap();
        Self { signer, made: AtomicUsize::new(0) }
    }

    /// The thumbprint of its key.
    pub(crate) fn jkt(&self) -> &str {
        self.signer.kid()
    }

    /// The header of its proofs.
    pub(crate) fn header(&self) -> Value {
        let mut jwk = json!(self.signer.public_jwk());
        for other in ["alg", "use", "kid"] {
            jwk.as_object_mut().unwrap().remove(other);
        }
        json!({ "typ": "dpop+jwt", "alg": self.signer.alg().name(), "jwk": jwk })
    }

    /// The claims of a new proof.
    pub(crate) fn claims(&self, t: &Tour, method: &str, path: &str) -> Value {
        let jti = format!("{}-{}", self.jkt(), self.made.fetch_add(1, Ordering::SeqCst));
        json!({ "jti": jti, "htm": method, "htu": format!("{ISSUER}{path}"), "iat": t.clock.now().seconds() })
    }

    /// A new proof for a request.
    pub(crate) fn proof(&self, t: &Tour, method: &str, path: &str) -> String {
        self.signed(&self.header(), &self.claims(t, method, path))
    }

    /// A new proof for a request with an access token.
    pub(crate) fn proof_with(&self, t: &Tour, method: &str, path: &str, token: &str) -> String {
        let mut claims = self.claims(t, method, path);
        claims["ath"] = json!(URL_SAFE_NO_PAD.encode(Digest::of(token.as_bytes()).bytes()));
        self.signed(&self.header(), &claims)
    }

    /// Exactly this, signed with its key.
    pub(crate) fn signed(&self, header: &Value, claims: &Value) -> String {
        self.signed_text(&header.to_string(), &claims.to_string())
    }

    pub(crate) fn signed_text(&self, header: &str, claims: &str) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(self.signer.sign(input.as_bytes())))
    }
}

/// A form with headers of one's choice.
pub(crate) async fn post_with(t: &Tour, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(t.send(request.body(Body::from(body)).unwrap()).await).await
}

/// Asks for an address with headers of one's choice.
pub(crate) async fn get_with(t: &Tour, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(t.send(request.body(Body::empty()).unwrap()).await).await
}
