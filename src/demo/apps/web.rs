//! The routes that all three apps have: sign-in, sign-out, what the app holds, its stylesheet.

use std::sync::Arc;

use axum::{
    Form, Json, Router,
    extract::{DefaultBodyLimit, Query, State, rejection::QueryRejection},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::CookieJar;
use openidconnect::{CsrfToken, LogoutRequest, PostLogoutRedirectUrl};
use serde::Deserialize;
use serde_json::json;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{
    App, eoffice, gradebook, lms,
    logout_token::{self, Disbelief},
    memory::Session,
    pages::{self, Frame, Received, SignedOut},
    party::Party,
    received,
    sign_in::{self, Answer, Failed, Wish},
};
use crate::base::secret::Token;

/// The form's values of a whole class are a few KiB.
const LARGEST_BODY: usize = 64 * 1024;

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Everything the app answers.
pub(super) fn routes(party: Arc<Party>) -> Router {
    let own = match party.app {
        App::Gradebook => gradebook::routes(party.clone()),
        App::Lms => lms::routes(party.clone()),
        App::EOffice => eoffice::routes(party.clone()),
    };
    let shared = Router::new()
        .route("/login", get(login))
        .route("/callback", get(callback))
        .route("/me", get(me))
        .route("/received", get(what_was_received))
        .route("/logout", get(logout))
        .route("/signed-out", get(signed_out))
        .route("/backchannel-logout", post(backchannel_logout))
        .route("/app.css", get(stylesheet))
        .route("/icon.svg", get(icon))
        .with_state(party.clone());
    let all = own.merge(shared).fallback(async move || pages::not_found(&party, None));
    HEADERS
        .into_iter()
        .fold(all, |all, (name, value)| {
            all.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// Of a login initiated by somebody else (OIDC Core §4): `target_link_uri` is ignored, since one's own start page is
/// where people go on, and an open redirect has no place here.
#[derive(Deserialize)]
struct LoginAsk {
    iss: Option<String>,
    login_hint: Option<String>,
    other: Option<String>,
}

async fn login(
    State(party): State<Arc<Party>>,
    jar: CookieJar,
    ask: Result<Query<LoginAsk>, QueryRejection>,
) -> Response {
    let Ok(Query(ask)) = ask else { return pages::failed(&party, &Failed::NotBegun) };
    if ask.iss.is_some_and(|iss| iss != party.provider.issuer().as_str()) {
        return pages::failed(&party, &Failed::OtherIssuer);
    }
    // Kept when there is one, so that sign-ins in two tabs do not undo each other.
    let visitor = party.cookies.visitor(&jar).unwrap_or_else(|| party.token());
    let hint = ask.login_hint.as_deref().filter(|hint| hint.len() <= 256);
    match sign_in::begin(&party, &visitor, Wish { login_hint: hint, other_account: ask.other.is_some() }).await {
        Ok(url) => (party.cookies.keep_visitor(jar, &visitor), Redirect::to(url.as_str())).into_response(),
        Err(failed) => pages::failed(&party, &failed),
    }
}

async fn callback(
    State(party): State<Arc<Party>>,
    jar: CookieJar,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let Ok(Query(answer)) = answer else { return pages::failed(&party, &Failed::NotBegun) };
    match sign_in::finish(&party, party.cookies.visitor(&jar).as_ref(), answer).await {
        Ok(session) => {
            // A new cookie at every sign-in: whatever session this browser had here ends.
            if let Some(old) = party.cookies.session(&jar) {
                party.memory.close(&old);
            }
            (party.cookies.keep_session(jar, &session), Redirect::to("/")).into_response()
        }
        Err(failed) => {
            tracing::warn!(app = ?party.app, reason = %failed, "a sign-in failed");
            pages::failed(&party, &failed)
        }
    }
}

async fn me(State(party): State<Arc<Party>>, jar: CookieJar) -> Response {
    match party.session(&jar) {
        Some(session) => Json(session.claims.all()).into_response(),
        None => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "signed_out" }))).into_response(),
    }
}

async fn what_was_received(State(party): State<Arc<Party>>, jar: CookieJar) -> Response {
    let Some(session) = party.session(&jar) else { return pages::welcome(&party) };
    let frame = Frame::signed_in(&party, &session, "received");
    let (rows, missing) = (received::rows(session.claims.all()), received::missing(session.claims.all()));
    pages::render(StatusCode::OK, &Received { frame, rows, missing })
}

async fn logout(State(party): State<Arc<Party>>, jar: CookieJar) -> Response {
    let session = party.cookies.session(&jar).and_then(|token| party.memory.close(&token));
    let jar = party.cookies.drop_session(jar);
    // Whatever the provider does: this app's session is over.
    match session {
        Some(session) => match end_session(&party, &session).await {
            Some(url) => (jar, Redirect::to(&url)).into_response(),
            None => (jar, Redirect::to("/signed-out?alone=1")).into_response(),
        },
        None => (jar, Redirect::to("/signed-out")).into_response(),
    }
}

/// The provider's address for signing out (RP-Initiated Logout 1.0 §2); nothing when it has none or is away.
async fn end_session(party: &Party, session: &Session) -> Option<String> {
    let metadata = party.provider.metadata().await.inspect_err(|error| tracing::warn!(%error, "at sign-out")).ok()?;
    let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
    let state = party.token();
    party.memory.leave(&state);
    let url = LogoutRequest::from(endpoint)
        .set_id_token_hint(&session.id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(party.signed_out.clone()))
        .set_state(CsrfToken::new(state.expose().to_owned()))
        .http_get_url();
    Some(url.into())
}

#[derive(Deserialize)]
struct Farewell {
    state: Option<String>,
    alone: Option<String>,
}

async fn signed_out(State(party): State<Arc<Party>>, farewell: Result<Query<Farewell>, QueryRejection>) -> Response {
    let farewell = farewell.map_or(Farewell { state: None, alone: None }, |Query(farewell)| farewell);
    let everywhere = farewell.state.is_some_and(|state| party.memory.left(&Token::presented(&state)));
    let frame = Frame::signed_out(&party);
    pages::render(StatusCode::OK, &SignedOut { frame, everywhere, alone: farewell.alone.is_some() })
}

#[derive(Deserialize)]
struct LogoutForm {
    logout_token: String,
}

/// Back-Channel Logout 1.0 §2.5, §2.8.
async fn backchannel_logout(State(party): State<Arc<Party>>, Form(form): Form<LogoutForm>) -> Response {
    match logout_token::believe(&party, &form.logout_token).await {
        Ok(ending) => {
            let sessions = party.memory.close_all(&ending);
            tracing::info!(app = ?party.app, sessions, "signed out by the provider");
            StatusCode::OK.into_response()
        }
        Err(disbelief) => {
            tracing::warn!(app = ?party.app, reason = %disbelief, "a logout token was refused");
            let status = match disbelief {
                Disbelief::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_REQUEST,
            };
            let body = json!({ "error": "invalid_request", "error_description": disbelief.to_string() });
            (status, Json(body)).into_response()
        }
    }
}

async fn stylesheet(State(party): State<Arc<Party>>) -> Response {
    file("text/css; charset=utf-8", pages::stylesheet(party.app))
}

async fn icon(State(party): State<Arc<Party>>) -> Response {
    file("image/svg+xml", pages::icon(party.app).to_owned())
}

fn file(content_type: &'static str, body: String) -> Response {
    // Their addresses carry their version.
    let headers =
        [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, body).into_response()
}
