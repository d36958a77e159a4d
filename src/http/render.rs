//! The few kinds of response: a page, a redirect, OAuth JSON, an error page.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use url::Url;

use super::visitor::Visitor;
use crate::{
    base::id::AccountId,
    oauth::authorize::{self, Flow},
    protocol::{address, client::Client, error::Refusal, response::Answer},
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

/// Marks a page that loads pages of these origins in frames: the apps that sign out in the browser.
#[derive(Clone, Debug)]
pub(super) struct Frames(pub(super) BTreeSet<String>);

/// Marks the one page that pages of these origins may frame.
#[derive(Clone, Debug)]
pub(super) struct FramedBy(pub(super) BTreeSet<String>);

/// Marks an answer that says that something failed: what its support code leads to.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    /// The code of the answer.
    pub(super) error: String,
    /// What the log says was wrong.
    pub(super) cause: String,
    /// Who was signed in.
    pub(super) account: Option<AccountId>,
}

/// Says why something failed, for whoever looks up the support code.
fn because(mut response: Response, cause: impl std::fmt::Display) -> Response {
    if let Some(failed) = response.extensions_mut().get_mut::<Failed>() {
        failed.cause = cause.to_string();
    }
    response
}

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
    refusal_page(visitor, refusal, Ways::default())
}

/// The same in the middle of a flow: with the way back to its app.
pub(super) async fn refused_in(visitor: &Visitor, flow: &Flow, refusal: Refusal) -> Response {
    let client = authorize::client_of(&visitor.sv, flow).await;
    refusal_page(visitor, refusal, Ways { app: client.as_deref().and_then(way_back), again: None })
}

fn refusal_page(visitor: &Visitor, refusal: Refusal, ways: Ways) -> Response {
    let text = match refusal {
        Refusal::UnknownClient | Refusal::ClientDisabled => "op-error-client",
        Refusal::UnregisteredRedirectUri => "op-error-redirect",
        Refusal::RequestGone | Refusal::RequestUriInvalid => "op-error-gone",
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
    let mut response = because(error_page(visitor, status, refusal.code(), text, ways), refusal.name());
    if matches!(refusal, Refusal::Busy | Refusal::Unavailable) {
        response.headers_mut().insert(header::RETRY_AFTER, const { HeaderValue::from_static("2") });
    }
    response
}

/// The page for a form that is not one of ours.
pub(super) fn forged(visitor: &Visitor) -> Response {
    error_page(visitor, 403, "invalid_request", "op-error-forged", Ways::default())
}

/// The same for a form of a flow: signing in again goes on with the flow.
pub(super) async fn forged_in(visitor: &Visitor, flow: &Flow) -> Response {
    let client = authorize::client_of(&visitor.sv, flow).await;
    let again = flow.clone().anew(&visitor.sv).seal(&visitor.sv, &visitor.browser);
    let ways = Ways { app: client.as_deref().and_then(way_back), again: Some(format!("/sign-in?flow={again}")) };
    error_page(visitor, 403, "invalid_request", "op-error-forged", ways)
}

/// The page for an outage or a fault of ours; the detail goes to the log only.
pub(super) fn fault(visitor: &Visitor, error: &StoreError) -> Response {
    if error.is_outage() {
        tracing::warn!(%error, "the database is not available to a page");
        return because(refusal_page(visitor, Refusal::Unavailable, Ways::default()), error);
    }
    tracing::error!(%error, "the store failed under a page");
    because(error_page(visitor, 500, Refusal::Fault.code(), "op-error-fault", Ways::default()), error)
}

/// The page for what a role does not allow, with the text that says why.
pub(super) fn not_allowed(visitor: &Visitor, text: &'static str) -> Response {
    error_page(visitor, 403, "access_denied", text, Ways::default())
}

/// The page for what the state of things does not allow, for whoever may not see more of them.
pub(super) fn nothing_done(visitor: &Visitor) -> Response {
    error_page(visitor, 409, "invalid_request", "person-nothing", Ways::default())
}

/// The page for whoever printed at the same moment as somebody else, who came second.
pub(super) fn overtaken(visitor: &Visitor) -> Response {
    error_page(visitor, 409, "invalid_request", "slips-overtaken", Ways::default())
}

/// The page for a form that holds more than its page has (R40).
pub(super) fn unlisted_field(visitor: &Visitor) -> Response {
    error_page(visitor, 400, "invalid_request", "op-error-field", Ways::default())
}

/// The page for an address that does not exist, or whose thing lies outside somebody's reach (R38).
pub(super) fn missing(visitor: &Visitor) -> Response {
    error_page(visitor, 404, "not_found", "op-error-not-found", Ways::default())
}

/// The page for a first administrator's link that opens nothing.
pub(super) fn closed_link(visitor: &Visitor) -> Response {
    error_page(visitor, 404, "not_found", "op-error-first", Ways::default())
}

/// The page for an address that does not exist.
pub(super) async fn not_found(visitor: Visitor) -> Response {
    error_page(&visitor, 404, "not_found", "op-error-not-found", Ways::default())
}

/// The page for a method that an address does not take.
pub(super) async fn method_not_allowed(visitor: Visitor) -> Response {
    error_page(&visitor, 405, "invalid_request", "op-error-method", Ways::default())
}

/// Where an error page leads on.
#[derive(Default)]
struct Ways {
    /// The app that led here.
    app: Option<views::WayBack>,
    /// Where a sign-in goes on; the portal's when nothing else is known.
    again: Option<String>,
}

/// An app's start page: the root of an address that it registered, never one that a request named.
fn way_back(client: &Client) -> Option<views::WayBack> {
    let registered = client.redirect_uris.iter().filter_map(|uri| Url::parse(uri.as_str()).ok());
    let mut home = client.initiate_login_uri.iter().cloned().chain(registered).find(Url::has_host)?;
    home.set_path("/");
    home.set_query(None);
    matches!(home.scheme(), "https" | "http").then(|| views::WayBack { app: client.name.clone(), address: home.into() })
}

fn error_page(visitor: &Visitor, status: u16, code: &str, text: &'static str, ways: Ways) -> Response {
    let content = Error {
        // Not this page's own address: nothing of a request that was refused is shown.
        f: visitor.frame(true, "/portal"),
        code: code.to_owned(),
        text,
        support: visitor.trace.support.to_string(),
        back: ways.app,
        again: ways.again.unwrap_or_else(|| "/portal".to_owned()),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let account = visitor.session.as_ref().map(|session| session.account_id);
    let mut response = to_come_back(page(visitor, status, &content));
    response.extensions_mut().insert(Failed { error: code.to_owned(), cause: text.to_owned(), account });
    response
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

/// Text of this media type that nobody stores.
pub(super) fn ready(media: &'static str, text: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    (headers, text.to_owned()).into_response()
}

impl IntoResponse for Refusal {
    /// RFC 6749 §5.2, with the challenge that a 401 owes there.
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: &'static str,
            error_description: String,
        }
        tracing::info!(refusal = %self.name(), "refused");
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status() == 401 {
            headers.insert(header::WWW_AUTHENTICATE, const { HeaderValue::from_static("Basic realm=\"token\"") });
        }
        if let Self::RegistrationsTooOften { seconds } = self {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::BAD_REQUEST);
        if self == Self::AccessTokenMissing {
            return (status, headers).into_response();
        }
        let body = Body { error: self.code(), error_description: self.to_string() };
        to_come_back((status, headers, Json(body)).into_response())
    }
}

/// A header of ours.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An app as pages name it, and the origin of its logo.
pub(super) fn app(client: &Client) -> (views::App, Option<String>) {
    let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
    let links = &client.links;
    let origin = links.logo.as_ref().and_then(address::origin);
    let app = views::App {
        name: client.name.clone(),
        logo: text(&links.logo),
        policy: text(&links.policy),
        terms: text(&links.terms),
    };
    (app, origin)
}
