//! The metadata documents and the JWKS: public, the same for everybody, cached.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{base::digest::Digest, http::Shared, protocol::discovery};

/// The metadata (Discovery 4, RFC 8414 §3).
pub(super) async fn metadata(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    public(&headers, discovery::document(&sv.settings.issuer).to_string().into_bytes())
}

/// The public keys.
pub(super) async fn jwks(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    public(&headers, sv.ring.jwks())
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

fn public(asked: &HeaderMap, document: Vec<u8>) -> Response {
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Digest::of(&document).bytes()[..12]));
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        (header::ETAG, etag),
    ];
    if known { (StatusCode::NOT_MODIFIED, headers).into_response() } else { (headers, document).into_response() }
}
