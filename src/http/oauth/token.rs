//! `/token`, `/userinfo`, `/introspect`, `/revoke`: for programs, in JSON.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    http::{Shared, render, visitor::Form},
    oauth::{
        client_auth::{self, AuthenticatedClient},
        introspect, revoke, token as exchange, userinfo as claims,
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
    let response = match claims::answer(&sv, bearer(&headers)).await {
        Ok(claims) => render::ready_json(&claims),
        Err(refusal) => refusal.into_response(),
    };
    for_registered_origins(&sv, &headers, response)
}

/// POST `/userinfo`: the token may be in the form (RFC 6750 §2.2), but not in both.
pub(super) async fn userinfo_by_form(
    State(sv): State<Shared>,
    headers: HeaderMap,
    form: Result<Form, Refusal>,
) -> Response {
    let in_body = form.ok().and_then(|Form(params)| params.get("access_token").map(str::to_owned));
    let token = match (bearer(&headers), in_body.as_deref()) {
        (Some(_), Some(_)) => return Refusal::RepeatedParameter.into_response(),
        (header, body) => header.or(body),
    };
    let response = match claims::answer(&sv, token).await {
        Ok(claims) => render::ready_json(&claims),
        Err(refusal) => refusal.into_response(),
    };
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
    let authorization = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => Some(value.to_str().map_err(|_| Refusal::ClientAuthentication)?),
    };
    client_auth::authenticate(sv, Presented::read(authorization, params)?).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
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
