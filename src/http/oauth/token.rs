//! `/token`, `/device_authorization`, `/userinfo`, `/introspect`, `/revoke`: for programs, in JSON.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    http::{
        Shared, render,
        visitor::{Form, Trace},
    },
    oauth::{
        client_auth::{self, AuthenticatedClient},
        device, introspect, revoke, token as exchange, userinfo as claims,
    },
    protocol::{credential::Presented, error::Refusal, params::Params},
    services::Services,
};

/// POST `/token`.
pub(super) async fn token(State(sv): State<Shared>, headers: HeaderMap, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = authenticate(&sv, &headers, &params).await?;
        exchange::exchange(&sv, &client, &params).await
    };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |tokens| render::json(&tokens));
    for_registered_origins(&sv, &headers, response)
}

/// POST `/device_authorization`.
pub(super) async fn device_authorization(
    State(sv): State<Shared>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    form: Result<Form, Refusal>,
) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = authenticate(&sv, &headers, &params).await?;
        device::begin(&sv, &client, trace.address, &params).await
    };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |codes| render::json(&codes));
    for_registered_origins(&sv, &headers, response)
}

/// POST `/introspect`.
pub(super) async fn introspect(State(sv): State<Shared>, headers: HeaderMap, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = authenticate(&sv, &headers, &params).await?;
        introspect::answer(&sv, &client, &params).await
    };
    outcome.await.map_or_else(IntoResponse::into_response, |answer| render::json(&answer))
}

/// POST `/revoke`.
pub(super) async fn revoke(State(sv): State<Shared>, headers: HeaderMap, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = authenticate(&sv, &headers, &params).await?;
        revoke::revoke(&sv, &client, &params).await
    };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |()| StatusCode::OK.into_response());
    for_registered_origins(&sv, &headers, response)
}

/// GET `/userinfo`: the token is in the header.
pub(super) async fn userinfo(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    let outcome = async { claims::answer(&sv, bearer(&headers)?).await };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |claims| render::ready_json(&claims));
    for_registered_origins(&sv, &headers, response)
}

/// POST `/userinfo`: the token may be in the form (RFC 6750 §2.2), but not in both.
pub(super) async fn userinfo_by_form(
    State(sv): State<Shared>,
    headers: HeaderMap,
    form: Result<Form, Refusal>,
) -> Response {
    let outcome = async {
        // Without a form there is just no token in one.
        let params = form.map(|Form(params)| params).unwrap_or_default();
        params.check()?;
        let token = match (bearer(&headers)?, params.get("access_token")) {
            (Some(_), Some(_)) => return Err(Refusal::RepeatedParameter),
            (header, body) => header.or(body),
        };
        claims::answer(&sv, token).await
    };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |claims| render::ready_json(&claims));
    for_registered_origins(&sv, &headers, response)
}

/// A page of a registered app may ask.
pub(super) async fn preflight(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    for_registered_origins(&sv, &headers, (StatusCode::NO_CONTENT, allowed).into_response())
}

async fn authenticate(sv: &Services, headers: &HeaderMap, params: &Params) -> Result<AuthenticatedClient, Refusal> {
    client_auth::authenticate(sv, Presented::read(authorization(headers)?, params)?).await
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let parts = authorization(headers)?.and_then(|value| value.split_once(' '));
    Ok(parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim()))
}

/// The one Authorization header: two would be two callers, and who reads which is what attackers live on (R4).
fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::ClientAuthentication),
        _ => Err(Refusal::RepeatedParameter),
    }
}

/// CORS for the origins of registered redirect URIs, and for no others.
fn for_registered_origins(sv: &Services, headers: &HeaderMap, mut response: Response) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let registered = origin.is_some_and(|origin| {
        let clients = sv.clients.all();
        let mut uris = clients.iter().flat_map(|client| &client.redirect_uris);
        uris.any(|uri| {
            uri.as_str().strip_prefix(origin).is_some_and(|rest| rest.starts_with(['/', '?']) || rest.is_empty())
        })
    });
    let out = response.headers_mut();
    out.append(header::VARY, HeaderValue::from_static("origin"));
    if registered && let Some(value) = headers.get(header::ORIGIN) {
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value.clone());
    }
    response
}
