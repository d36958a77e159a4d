//! What the apps answer: `/`, `/login`, `/callback`, `/me`, `/logout`, `/signed-out`, `/backchannel-logout`.

use std::sync::Arc;

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Running, Session,
    oidc::{Answer, Rejected},
    pages,
};
use crate::base::secret::Token;

type App = State<Arc<Running>>;

pub(super) fn router(running: Arc<Running>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/login", get(login))
        .route("/callback", get(callback))
        .route("/me", get(me))
        .route("/received", get(received))
        .route("/marks", post(marks))
        .route("/logout", get(logout))
        .route("/signed-out", get(signed_out))
        .route("/backchannel-logout", post(backchannel_logout))
        .route("/style.css", get(style))
        .with_state(running)
}

/// All ports of a host share cookies: the name holds the app's.
fn cookie_name(running: &Running) -> String {
    let port = running.settings.base.rsplit_once(':').map_or("", |(_, port)| port);
    format!("{}-{port}", running.settings.app.client_id())
}

fn cookie(running: &Running, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(running);
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    all.split("; ").find_map(|pair| pair.strip_prefix(&name)?.strip_prefix('=')).map(str::to_owned)
}

fn session(running: &Running, headers: &HeaderMap) -> Option<Session> {
    running.memory().sessions.get(&cookie(running, headers)?).cloned()
}

fn page(status: StatusCode, html: String) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    (status, [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(html))
        .into_response()
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    class: Option<String>,
}

async fn home(State(running): App, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let session = session(&running, &headers);
    page(StatusCode::OK, pages::home(&running, session.as_ref(), asked.class.as_deref()))
}

async fn login(State(running): App) -> Response {
    match running.provider.begin().await {
        Ok((address, pending)) => {
            let id = Token::random(&running.settings.entropy);
            let mut memory = running.memory();
            // Abandoned sign-ins must not fill the memory.
            if memory.pending.len() > 10_000 {
                memory.pending.clear();
            }
            memory.pending.insert(id.expose().to_owned(), pending);
            let set = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", cookie_name(&running), id.expose());
            ([(header::SET_COOKIE, set)], Redirect::to(&address)).into_response()
        }
        Err(rejected) => refused(&running, &rejected),
    }
}

async fn callback(State(running): App, headers: HeaderMap, Query(answer): Query<Answer>) -> Response {
    if let Some(error) = &answer.error {
        let status = if error == "access_denied" { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
        return page(status, pages::error(&running, error));
    }
    let pending = cookie(&running, &headers).and_then(|id| running.memory().pending.remove(&id));
    let Some(pending) = pending else { return refused(&running, &Rejected::State) };
    match running.provider.finish(pending, &answer).await {
        Ok(session) => {
            let id = Token::random(&running.settings.entropy);
            running.memory().sessions.insert(id.expose().to_owned(), session);
            let set = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", cookie_name(&running), id.expose());
            ([(header::SET_COOKIE, set)], Redirect::to("/")).into_response()
        }
        Err(rejected) => refused(&running, &rejected),
    }
}

fn refused(running: &Running, rejected: &Rejected) -> Response {
    tracing::warn!(app = running.settings.app.client_id(), reason = %rejected, "sign-in not accepted");
    page(StatusCode::BAD_REQUEST, pages::error(running, "sign-in"))
}

async fn me(State(running): App, headers: HeaderMap) -> Response {
    match session(&running, &headers) {
        Some(session) => Json(session.claims).into_response(),
        None => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "signed_out" }))).into_response(),
    }
}

async fn received(State(running): App, headers: HeaderMap) -> Response {
    match session(&running, &headers) {
        Some(session) => page(StatusCode::OK, pages::received(&running, &session)),
        None => Redirect::to("/").into_response(),
    }
}

#[derive(Deserialize)]
struct Mark {
    class: String,
    pupil: String,
    #[serde(rename = "mark")]
    value: String,
}

async fn marks(State(running): App, headers: HeaderMap, Form(mark): Form<Mark>) -> Response {
    let Some(session) = session(&running, &headers) else { return Redirect::to("/").into_response() };
    if pages::teaches(&session, &mark.class) && mark.value.len() <= 5 {
        let key = (format!("{}/{}", pages::school(&session), mark.class), mark.pupil);
        running.memory().marks.insert(key, mark.value);
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("class", &mark.class).finish();
    Redirect::to(&format!("/?{query}")).into_response()
}

async fn logout(State(running): App, headers: HeaderMap) -> Response {
    let ended = cookie(&running, &headers).and_then(|id| running.memory().sessions.remove(&id));
    let Some(session) = ended else { return Redirect::to("/signed-out").into_response() };
    match running.provider.sign_out_address(&session.id_token).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(rejected) => refused(&running, &rejected),
    }
}

async fn signed_out(State(running): App) -> Response {
    page(StatusCode::OK, pages::signed_out(&running))
}

#[derive(Deserialize)]
struct Notice {
    logout_token: String,
}

async fn backchannel_logout(State(running): App, Form(notice): Form<Notice>) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match running.provider.check_logout(&notice.logout_token).await {
        Ok(claims) => {
            let mut memory = running.memory();
            if memory.spent.contains(&claims.jti) {
                return (StatusCode::BAD_REQUEST, no_store, Json(json!({ "error": "invalid_request" })))
                    .into_response();
            }
            if memory.spent.len() >= 10_000 {
                memory.spent.remove(0);
            }
            memory.spent.push(claims.jti);
            memory.sessions.retain(|_, session| match (&claims.sid, &claims.sub) {
                (Some(sid), _) => session.sid != *sid,
                (None, Some(sub)) => session.sub != *sub,
                (None, None) => true,
            });
            (StatusCode::OK, no_store).into_response()
        }
        Err(rejected) => {
            tracing::warn!(app = running.settings.app.client_id(), reason = %rejected, "logout token not accepted");
            (StatusCode::BAD_REQUEST, no_store, Json(json!({ "error": "invalid_request" }))).into_response()
        }
    }
}

async fn style(State(running): App) -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], pages::style(running.settings.app)).into_response()
}
