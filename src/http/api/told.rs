//! What is answered: JSON with a validator, and pages of lists.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::By;
use crate::base::{clock::Moment, digest::Digest, page::Page};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed<T> {
    /// The rows, in order.
    pub(super) items: Vec<T>,
    /// What to ask for the next page with, as `after`; not there on the last. The `Link` header has its whole address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// What is there now, or that it is what the caller holds (RFC 9110 §13.1.2).
pub(super) fn now<S, T: Serialize>(by: &By<S>, body: &T) -> Response {
    let Ok(json) = serde_json::to_vec(body) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let tag = tag(&json);
    told(by, json, &tag)
}

fn tag(json: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Digest::of(json).bytes()[..12]))
}

/// Whether what is there is what the caller read, by its `If-Match` (RFC 9110 §13.1.1).
pub(super) fn is_as_read<T: Serialize>(headers: &HeaderMap, body: &T) -> bool {
    is_held(headers, "*") || is_held(headers, &serde_json::to_vec(body).map(|json| tag(&json)).unwrap_or_default())
}

/// The same, by the validator, which has to be among those that were read.
pub(super) fn is_held(headers: &HeaderMap, tag: &str) -> bool {
    let mut named = headers.get_all(header::IF_MATCH).iter().flat_map(|held| held.as_bytes().split(|b| *b == b','));
    named.any(|one| one.trim_ascii() == tag.as_bytes())
}

/// The same, of what has a validator of its own.
pub(super) fn tagged<S, T: Serialize>(by: &By<S>, body: &T, tag: &str) -> Response {
    let Ok(json) = serde_json::to_vec(body) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    told(by, json, tag)
}

fn told<S>(by: &By<S>, json: Vec<u8>, tag: &str) -> Response {
    let held = by.if_none_match.as_ref().and_then(|held| held.to_str().ok()).unwrap_or("");
    let same = held.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*");
    // Personal: kept by the caller alone, and asked for again before it is used.
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache")];
    if same {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// A page of a list, with where the next one is (RFC 8288).
pub(super) fn page<S, R, T: Serialize>(by: &By<S>, here: &Uri, page: Page<R>, shown: impl Fn(R) -> T) -> Response {
    let link = page.next.as_deref().map(|next| next_page(&by.sv.settings.issuer, here, next));
    let listed = Listed { items: page.rows.into_iter().map(shown).collect(), next: page.next };
    let mut response = now(by, &listed);
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

fn next_page(issuer: &str, here: &Uri, next: &str) -> String {
    let asked = url::form_urlencoded::parse(here.query().unwrap_or("").as_bytes());
    let kept = asked.filter(|(name, _)| name != "after");
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("after", next).finish();
    format!("<{issuer}{}?{query}>; rel=\"next\"", here.path())
}

/// What was done, as JSON that nobody keeps.
pub(super) fn done<T: Serialize>(status: StatusCode, body: &T) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// A moment, as JSON has it (RFC 3339).
pub(super) fn when(moment: Moment) -> String {
    jiff::Timestamp::from_microsecond(moment.micros()).map(|at| at.to_string()).unwrap_or_default()
}

/// That it was done, and nothing more.
pub(super) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_asks_for_the_same_and_goes_on() {
        let here: Uri = "/api/v1/people?q=ng%E1%BB%8Dc&after=old&limit=2".parse().unwrap();
        let link = next_page("https://id.example", &here, "WyJ4Il0");
        assert_eq!(link, "<https://id.example/api/v1/people?q=ng%E1%BB%8Dc&limit=2&after=WyJ4Il0>; rel=\"next\"");
    }
}
