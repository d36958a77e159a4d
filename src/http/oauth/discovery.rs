//! The metadata documents and the JWKS: public, the same for everybody, cached.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{
    base::digest::Digest,
    http::Shared,
    protocol::{api, discovery, resource},
};

/// The metadata of the server (Discovery 4, RFC 8414 §3).
pub(super) fn metadata(sv: &Shared) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + 'static {
    fixed(&discovery::document(&sv.settings.issuer, &sv.settings.offer))
}

/// The metadata of its own APIs (RFC 9728 §3).
pub(super) fn resource(sv: &Shared) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + 'static {
    fixed(&resource::document(&sv.settings.issuer, &sv.settings.offer))
}

/// The metadata of the administration API.
pub(super) fn api(sv: &Shared) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + 'static {
    fixed(&api::metadata(&sv.settings.issuer, &sv.settings.offer))
}

/// A document that is made once, since nothing in it changes while the program runs.
pub(in crate::http) fn fixed(
    document: &Value,
) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + use<> + 'static {
    let document = Arc::new(Document::new(document.to_string().into_bytes().into()));
    move |asked| ready(document.answer(&asked))
}

/// The public keys.
pub(super) async fn jwks(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    Document::new(Bytes::from_owner(sv.ring.jwks())).answer(&headers)
}

/// Any page may read these.
pub(super) async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// A public document and the tag by which caches ask whether it is still the same.
struct Document {
    body: Bytes,
    etag: HeaderValue,
}

impl Document {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];

    fn new(body: Bytes) -> Self {
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Digest::of(&body).bytes()[..12]));
        Self { body, etag: HeaderValue::try_from(etag).expect("base64 in quotes is a header's value") }
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let etag = [(header::ETAG, self.etag.clone())];
        if asked.get(header::IF_NONE_MATCH) == Some(&self.etag) {
            return (StatusCode::NOT_MODIFIED, Self::HEADERS, etag).into_response();
        }
        (Self::HEADERS, etag, self.body.clone()).into_response()
    }
}
