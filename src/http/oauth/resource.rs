//! `/userinfo`, and what every API of ours answers to whoever presents an access token (RFC 6750 §3, RFC 9449 §7).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::caller::Caller;
use crate::{
    http::{render, visitor::Form},
    oauth::{resource::Presented, userinfo as claims},
    protocol::{dpop::ALG_NAMES, error::Refusal, params::Params, resource::METADATA_PATH, step_up},
    services::Told,
};

/// GET `/userinfo`: the token is in the header.
pub(super) async fn userinfo(caller: Caller) -> Response {
    answer(&caller, caller.presented()).await
}

/// POST `/userinfo`: the token may be in the form (RFC 6750 §2.2), but not in both.
pub(super) async fn userinfo_by_form(caller: Caller, form: Result<Form, Refusal>) -> Response {
    // Without a form there is just no token in one.
    let params = form.map(|Form(params)| params).unwrap_or_default();
    answer(&caller, presented_in_form(&caller, &params)).await
}

fn presented_in_form<'a>(caller: &'a Caller, params: &'a Params) -> Result<Presented<'a>, Refusal> {
    params.check()?;
    match (caller.presented()?, params.get("access_token")) {
        (header, None) => Ok(header),
        (Presented::Nothing, Some(token)) => Ok(caller.bearer(token)),
        _ => Err(Refusal::RepeatedParameter),
    }
}

async fn answer(caller: &Caller, presented: Result<Presented<'_>, Refusal>) -> Response {
    let outcome = match presented {
        Ok(presented) => claims::answer(&caller.sv, presented).await,
        Err(refusal) => Err(refusal),
    };
    let response = match &outcome {
        Ok(told) => match &**told {
            Told::Plain(json) => render::ready("application/json", json),
            Told::Signed(token) => render::ready("application/jwt", token),
        },
        Err(refusal) => refused(caller, *refusal, matches!(presented, Ok(Presented::Dpop { .. }))),
    };
    caller.told(outcome.err(), response)
}
/// A refusal with the challenges of the schemes that would do.
fn refused(caller: &Caller, refusal: Refusal, by_dpop: bool) -> Response {
    let mut response = refusal.into_response();
    if is_about_proof(refusal) {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    let headers = response.headers_mut();
    headers.remove(header::WWW_AUTHENTICATE);
    let metadata = format!("{}{METADATA_PATH}", caller.sv.settings.issuer);
    for challenge in
        challenges(refusal, by_dpop, &metadata, None).iter().filter_map(|text| HeaderValue::from_str(text).ok())
    {
        headers.append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The challenges of the schemes that would do. `metadata`: where it stands what this API wants (RFC 9728 §5.1); `scope`:
/// what the token lacks.
pub(in crate::http) fn challenges(refusal: Refusal, by_dpop: bool, metadata: &str, scope: Option<&str>) -> Vec<String> {
    let metadata = format!("resource_metadata=\"{metadata}\"");
    let scope = scope.filter(|_| refusal == Refusal::AccessTokenTooNarrow).map(|scope| format!("scope=\"{scope}\""));
    let error = [format!("error=\"{}\", error_description=\"{refusal}\"", refusal.code())];
    let error: Vec<String> =
        error.into_iter().chain(step_up::challenge(refusal)).chain(scope).chain([metadata.clone()]).collect();
    let error = error.join(", ");
    let algs = format!("algs=\"{}\"", ALG_NAMES.join(" "));
    match refusal {
        Refusal::AccessTokenMissing => vec![format!("Bearer {metadata}"), format!("DPoP {algs}, {metadata}")],
        Refusal::AccessTokenBound if !by_dpop => vec![format!("Bearer {error}"), format!("DPoP {algs}")],
        _ if is_about_proof(refusal) || (by_dpop && refusal.status() < 500) => vec![format!("DPoP {error}, {algs}")],
        Refusal::AccessTokenInvalid | Refusal::AccessTokenTooNarrow | Refusal::SignInTooOld { .. } => {
            vec![format!("Bearer {error}")]
        }
        _ => Vec::new(),
    }
}

/// Whether the proof of possession is what is wrong: that is 401 here.
const fn is_about_proof(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::DpopProof(_) | Refusal::DpopNonceNeeded)
}
