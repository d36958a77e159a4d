//! The few kinds of response: a page, a redirect, OAuth JSON, an error page.

use askama::Template;
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::visitor::Visitor;
use crate::{
    protocol::{authorize::Answer, error::Refusal},
    store::StoreError,
    views::{self, Error, FormPost},
};

/// After how many seconds a 503 may be tried again.
pub(super) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// Marks a page whose redirect chain leaves the site: it goes without `form-action`, which browsers apply to every hop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaves;

/// Marks a page that may show an image from this origin: a client's logo.
#[derive(Clone, Debug)]
pub(super) struct ShowsImage(pub(super) String);

/// A page, personal and therefore not to be stored.
pub(super) fn page<T: Template>(visitor: &Visitor, status: StatusCode, page: &T) -> Response {
    let Ok(html) = page.render() else {
        tracing::error!("a page could not be rendered");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    visitor.remembers((status, headers, html).into_response())
}

/// As [`page`], for pages whose redirect chain leaves the site.
pub(super) fn leaving_page<T: Template>(visitor: &Visitor, status: StatusCode, content: &T) -> Response {
    let mut response = page(visitor, status, content);
    response.extensions_mut().insert(Leaves);
    response
}

/// 303, never 307: a POST's body must not be sent on (R8).
pub(super) fn see_other(visitor: &Visitor, to: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    visitor.remembers((StatusCode::SEE_OTHER, headers).into_response())
}

/// An answer to an app.
pub(super) fn answer(visitor: &Visitor, answer: Answer) -> Response {
    match answer {
        Answer::Redirect(to) => see_other(visitor, &to),
        Answer::FormPost { action, fields } => {
            let form = FormPost { f: visitor.frame(false, "/portal"), action, fields };
            leaving_page(visitor, StatusCode::OK, &form)
        }
    }
}

/// An error page for what an authorization or logout request got wrong.
pub(super) fn refused(visitor: &Visitor, refusal: Refusal) -> Response {
    let text = match refusal {
        Refusal::UnknownClient | Refusal::ClientDisabled => "op-error-client",
        Refusal::UnregisteredRedirectUri => "op-error-redirect",
        Refusal::Busy | Refusal::Unavailable => "op-error-busy",
        Refusal::Fault => "op-error-fault",
        _ => "op-error-request",
    };
    tracing::info!(refusal = %refusal.name(), "refused with a page");
    // A page for a browser: 400 where an API would say 401, which makes browsers ask for a password.
    let status = match refusal.status() {
        401 => 400,
        status => status,
    };
    error_page(visitor, status, refusal.code(), text)
}

/// The page for a form that is not one of ours.
pub(super) fn forged(visitor: &Visitor) -> Response {
    error_page(visitor, 403, "invalid_request", "op-error-forged")
}

/// The page for an outage or a fault of ours; the detail goes to the log only.
pub(super) fn fault(visitor: &Visitor, error: &StoreError) -> Response {
    if error.is_outage() {
        tracing::warn!(%error, "the database is not available to a page");
        return error_page(visitor, 503, Refusal::Unavailable.code(), "op-error-busy");
    }
    tracing::error!(%error, "the store failed under a page");
    error_page(visitor, 500, Refusal::Fault.code(), "op-error-fault")
}

/// The page for an address that does not exist.
pub(super) async fn not_found(visitor: Visitor) -> Response {
    error_page(&visitor, 404, "not_found", "op-error-not-found")
}

/// The page for a method that an address does not take.
pub(super) async fn method_not_allowed(visitor: Visitor) -> Response {
    error_page(&visitor, 405, "invalid_request", "op-error-method")
}

fn error_page(visitor: &Visitor, status: u16, code: &str, text: &'static str) -> Response {
    let content = Error {
        f: visitor.frame(true, "/portal"),
        code: code.to_owned(),
        text,
        support: visitor.trace.support.to_string(),
        back: None,
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    to_come_back(page(visitor, status, &content))
}

/// Says of a 503 when to try again.
fn to_come_back(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}

/// JSON that nobody stores.
pub(super) fn json<T: Serialize>(body: &T) -> Response {
    ([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], Json(body)).into_response()
}

/// JSON text that nobody stores.
pub(super) fn ready_json(text: &str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    (headers, text.to_owned()).into_response()
}

impl IntoResponse for Refusal {
    /// RFC 6749 §5.2, with the challenge that a 401 owes (RFC 6749 §5.2, RFC 6750 §3).
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: &'static str,
            error_description: String,
        }
        tracing::info!(refusal = %self.name(), "refused");
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let challenge = match self {
            Self::AccessTokenInvalid => Some("Bearer error=\"invalid_token\""),
            Self::AccessTokenTooNarrow => Some("Bearer error=\"insufficient_scope\""),
            _ if self.status() == 401 => Some("Basic realm=\"token\""),
            _ => None,
        };
        headers.extend(challenge.map(|text| (header::WWW_AUTHENTICATE, HeaderValue::from_static(text))));
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let body = Body { error: self.code(), error_description: self.to_string() };
        to_come_back((status, headers, Json(body)).into_response())
    }
}

/// A header of ours.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An app as pages name it, and the origin of its logo.
pub(super) fn app(client: &crate::protocol::client::Client) -> (views::App, Option<String>) {
    let text = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    let links = &client.links;
    let origin = links.logo.as_ref().map(|logo| logo.origin().ascii_serialization());
    let app = views::App {
        name: client.name.clone(),
        logo: text(&links.logo),
        policy: text(&links.policy),
        terms: text(&links.terms),
    };
    (app, origin)
}
