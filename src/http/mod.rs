//! Routes, extraction and rendering. Handlers decide nothing: they turn a request into a typed question, and the typed
//! answer into one of a few kinds of response.

mod account;
mod activate;
mod api;
mod asking;
mod assets;
mod badges;
mod choose;
mod class;
mod client_address;
mod console;
mod cookies;
mod device;
mod download;
mod fault;
mod health;
mod login;
mod middleware;
mod oauth;
mod password;
mod portal;
mod render;
mod routes;
mod security_headers;
mod serve;
mod sheets;
mod tls;
mod visitor;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use tower_http::compression::CompressionLayer;

use routes::{Routes, get, post};
pub use serve::{Door, PATIENCE, serve};
pub use tls::{Asks, Tls, TlsError};

use crate::{protocol::discovery::ALIASED, services::Services};

/// The largest body of an ordinary request, in bytes (R53).
const LARGEST_BODY: usize = 64 * 1024;

/// What handlers share.
pub type Shared = Arc<Services>;

/// Every route. `trusted_proxies` are the networks whose `X-Forwarded-For` is believed (R54).
pub fn router(sv: Shared, trusted_proxies: Vec<ipnet::IpNet>) -> Router {
    let outer = middleware::Outer {
        entropy: sv.entropy.clone(),
        https: cookies::is_https(&sv),
        sector: sv.settings.sector_name.clone(),
        trusted_proxies,
        longest: middleware::LONGEST,
        keeper: Some(sv.clone()),
    };
    Routes::new()
        .route("/sign-in", get(login::page).post(login::submit))
        .route("/choose", get(choose::page).post(choose::submit))
        .route("/consent", post(login::consent))
        .route("/class", get(class::page))
        .route("/class/export", get(class::export))
        .route("/class/code", post(class::issue_code))
        .route("/class/slips", post(class::print))
        .route("/class/badges", post(class::print_badges))
        .route("/class/badge/void", post(class::void_badge))
        .route("/activate", get(activate::page).post(activate::claim))
        .route("/activate/confirm", post(activate::confirm))
        .route("/activate/password", post(activate::set_password))
        .route("/recover", get(activate::recover))
        .route("/device", get(device::page).post(device::look))
        .route("/device/answer", post(device::answer))
        .route("/account", get(account::page))
        .route("/account/sessions", post(account::end_session))
        .route("/account/apps", post(account::withdraw))
        .route("/account/not-me", get(account::not_me_page).post(account::not_me))
        .route("/account/password", get(password::page).post(password::submit))
        .route("/", get(portal::home))
        .route("/portal", get(portal::page))
        .route("/portal/context", post(portal::act_as))
        .route("/privacy", get(portal::privacy))
        .route("/terms", get(portal::terms))
        .route("/developer", get(portal::developer))
        // Only what is the same for everybody is compressed: a page that holds both a secret and what was typed is not.
        .route("/assets/{*path}", get(assets::asset).with(|assets| assets.layer(CompressionLayer::new())))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .router()
        .merge(oauth::routes(&sv))
        .merge(console::routes())
        .merge(api::routes(&sv))
        .fallback(render::not_found)
        .method_not_allowed_fallback(render::method_not_allowed)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(Arc::new(outer), middleware::outer))
        .with_state(sv)
}

/// The endpoints for programs, and nothing else: where clients show certificates, no page is.
pub fn for_programs(router: Router) -> Router {
    async fn only_programs(request: Request, next: Next) -> Response {
        let path = request.uri().path();
        let theirs = ALIASED.iter().any(|(_, known)| *known == path) || path.starts_with("/api/");
        if theirs { next.run(request).await } else { StatusCode::NOT_FOUND.into_response() }
    }
    router.layer(axum::middleware::from_fn(only_programs))
}
