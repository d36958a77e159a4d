//! `/token`, `/par`, `/introspect`, `/revoke`: for programs, in JSON; and what the endpoints for programs have in common.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    http::{Shared, render, visitor::Form},
    oauth::{
        client_auth::{self, AuthenticatedClient},
        dpop::{self, At},
        introspect, par, revoke, token as exchange,
    },
    protocol::{credential::Presented, dpop::BadProof, error::Refusal, jwt::BadToken, params::Params},
    services::Services,
};

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// POST `/token`.
pub(super) async fn token(State(sv): State<Shared>, headers: HeaderMap, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = holder(&sv, &headers, &params, "/token").await?;
        exchange::exchange(&sv, &client, &params).await
    };
    let outcome = outcome.await;
    let refused = outcome.as_ref().err().copied();
    let response = outcome.map_or_else(IntoResponse::into_response, |tokens| render::json(&tokens));
    for_registered_origins(&sv, &headers, with_nonce(&sv, refused, response))
}

/// POST `/par`.
pub(super) async fn par(State(sv): State<Shared>, headers: HeaderMap, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = holder(&sv, &headers, &params, "/par").await?;
        par::push(&sv, &client, &params).await
    };
    let outcome = outcome.await;
    let refused = outcome.as_ref().err().copied();
    let created = |kept| (StatusCode::CREATED, render::json(&kept)).into_response();
    let response = outcome.map_or_else(IntoResponse::into_response, created);
    for_registered_origins(&sv, &headers, with_nonce(&sv, refused, response))
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

/// A page of a registered app may ask.
pub(super) async fn preflight(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    for_registered_origins(&sv, &headers, (StatusCode::NO_CONTENT, allowed).into_response())
}

/// The client, with the key whose proof comes with its request.
async fn holder(
    sv: &Services,
    headers: &HeaderMap,
    params: &Params,
    path: &str,
) -> Result<AuthenticatedClient, Refusal> {
    let at = At { method: "POST", path };
    let proof = proof(headers)?.map(|proof| dpop::read(sv, proof, at, None)).transpose()?;
    client_auth::authenticate_holder(sv, Presented::read(authorization(headers)?, params)?, proof).await
}

pub(super) async fn authenticate(
    sv: &Services,
    headers: &HeaderMap,
    params: &Params,
) -> Result<AuthenticatedClient, Refusal> {
    client_auth::authenticate(sv, Presented::read(authorization(headers)?, params)?).await
}

/// The one Authorization header: two would be two callers, and who reads which is what attackers live on (R4).
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::ClientAuthentication),
        _ => Err(Refusal::RepeatedParameter),
    }
}

/// The one proof of possession (RFC 9449 §4.3, check 1).
pub(super) fn proof(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut all = headers.get_all("dpop").iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::DpopProof(BadToken::Malformed.into())),
        _ => Err(Refusal::DpopProof(BadProof::Several)),
    }
}

/// Gives the nonce for the next proof, where one is asked for (RFC 9449 §8).
pub(super) fn with_nonce(sv: &Services, refused: Option<Refusal>, mut response: Response) -> Response {
    if (sv.settings.dpop_nonce || refused == Some(Refusal::DpopNonceNeeded))
        && let Ok(nonce) = HeaderValue::try_from(dpop::nonce(sv))
    {
        response.headers_mut().insert(DPOP_NONCE, nonce);
    }
    response
}

/// CORS for the origins of registered redirect URIs, and for no others.
pub(super) fn for_registered_origins(sv: &Services, headers: &HeaderMap, mut response: Response) -> Response {
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
        out.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            const { HeaderValue::from_static("dpop-nonce, www-authenticate") },
        );
    }
    response
}
