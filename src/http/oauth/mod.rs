//! The protocol's endpoints.

mod authorize;
mod caller;
mod check_session;
mod device;
mod discovery;
mod end_session;
mod register;
mod resource;
mod token;

use axum::Router;

use super::{
    Shared,
    routes::{Routes, get, post},
};

/// The protocol's routes.
pub(super) fn routes(sv: &Shared) -> Router<Shared> {
    let metadata = discovery::metadata(sv);
    Routes::new()
        .route("/.well-known/openid-configuration", get(metadata.clone()).options(discovery::preflight))
        .route("/.well-known/oauth-authorization-server", get(metadata).options(discovery::preflight))
        .route("/.well-known/oauth-protected-resource", get(discovery::resource(sv)).options(discovery::preflight))
        .route("/.well-known/oauth-protected-resource/api/v1", get(discovery::api(sv)).options(discovery::preflight))
        .route("/jwks", get(discovery::jwks).options(discovery::preflight))
        .route("/authorize", get(authorize::by_query).post(authorize::by_form))
        .route("/par", post(token::par).options(token::preflight))
        .route("/token", post(token::token).options(token::preflight))
        .route("/device_authorization", post(device::authorization).options(token::preflight))
        .route("/userinfo", get(resource::userinfo).post(resource::userinfo_by_form).options(token::preflight))
        .route("/introspect", post(token::introspect))
        .route("/revoke", post(token::revoke).options(token::preflight))
        .route("/check_session", get(check_session::page))
        .route("/end_session", get(end_session::by_query).post(end_session::by_form))
        .route("/register", post(register::register))
        .route("/register/{client_id}", get(register::read).put(register::replace).delete(register::remove))
        .route("/end_session/confirm", post(end_session::confirm))
        .router()
}

pub(super) use authorize::{advance, show, told};
pub(super) use caller::Caller;
pub(super) use discovery::fixed;
pub(super) use resource::challenges;
