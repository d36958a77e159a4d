//! `/userinfo`, and what every API of ours asks of whoever presents an access token (RFC 6750, RFC 9449 §7).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::token::{authorization, for_registered_origins, proof, with_nonce};
use crate::{
    http::{Shared, render, visitor::Form},
    oauth::{dpop::At, resource::Presented, userinfo as claims},
    protocol::{dpop::ALG_NAMES, error::Refusal, params::Params},
    services::Services,
};

const USERINFO: &str = "/userinfo";

/// GET `/userinfo`: the token is in the header.
pub(super) async fn userinfo(State(sv): State<Shared>, method: Method, headers: HeaderMap) -> Response {
    answer(&sv, &headers, presented(&headers, At { method: method.as_str(), path: USERINFO })).await
}

/// POST `/userinfo`: the token may be in the form (RFC 6750 §2.2), but not in both.
pub(super) async fn userinfo_by_form(
    State(sv): State<Shared>,
    headers: HeaderMap,
    form: Result<Form, Refusal>,
) -> Response {
    // Without a form there is just no token in one.
    let params = form.map(|Form(params)| params).unwrap_or_default();
    answer(&sv, &headers, presented_in_form(&headers, &params)).await
}

fn presented_in_form<'a>(headers: &'a HeaderMap, params: &'a Params) -> Result<Presented<'a>, Refusal> {
    params.check()?;
    match (presented(headers, At { method: "POST", path: USERINFO })?, params.get("access_token")) {
        (header, None) => Ok(header),
        (Presented::Nothing, Some(token)) => Ok(Presented::Bearer(token)),
        _ => Err(Refusal::RepeatedParameter),
    }
}

async fn answer(sv: &Services, headers: &HeaderMap, presented: Result<Presented<'_>, Refusal>) -> Response {
    let outcome = match presented {
        Ok(presented) => claims::answer(sv, presented).await,
        Err(refusal) => Err(refusal),
    };
    let response = match &outcome {
        Ok(claims) => render::ready_json(claims),
        Err(refusal) => refused(*refusal, matches!(presented, Ok(Presented::Dpop { .. }))),
    };
    for_registered_origins(sv, headers, with_nonce(sv, outcome.err(), response))
}

/// The access token of the Authorization header, and how it is presented there.
fn presented<'a>(headers: &'a HeaderMap, at: At<'a>) -> Result<Presented<'a>, Refusal> {
    let Some((scheme, token)) = authorization(headers)?.and_then(|value| value.split_once(' ')) else {
        return Ok(Presented::Nothing);
    };
    let token = token.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Ok(Presented::Bearer(token)),
        "dpop" => Ok(Presented::Dpop { token, proof: proof(headers)?, at }),
        _ => Ok(Presented::Nothing),
    }
}

/// A refusal with the challenges of the schemes that would do.
fn refused(refusal: Refusal, by_dpop: bool) -> Response {
    let mut response = refusal.into_response();
    let about_proof = matches!(refusal, Refusal::DpopProof(_) | Refusal::DpopNonceNeeded);
    if about_proof {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    let headers = response.headers_mut();
    headers.remove(header::WWW_AUTHENTICATE);
    let error = format!("error=\"{}\", error_description=\"{refusal}\"", refusal.code());
    let algs = format!("algs=\"{}\"", ALG_NAMES.join(" "));
    let challenges = match refusal {
        Refusal::AccessTokenMissing => vec!["Bearer".to_owned(), format!("DPoP {algs}")],
        Refusal::AccessTokenBound if !by_dpop => vec![format!("Bearer {error}"), format!("DPoP {algs}")],
        _ if about_proof || (by_dpop && refusal.status() < 500) => vec![format!("DPoP {error}, {algs}")],
        Refusal::AccessTokenInvalid | Refusal::AccessTokenTooNarrow => vec![format!("Bearer {error}")],
        _ => Vec::new(),
    };
    for challenge in challenges.iter().filter_map(|text| HeaderValue::from_str(text).ok()) {
        headers.append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
