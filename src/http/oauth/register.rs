//! `/register` and what each client finds at its own address below it: JSON in, JSON out.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::StringRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::caller::authorization;
use crate::{
    http::{Shared, render, visitor::Trace},
    oauth::register::{self, Caller, NotRegistered, Registered},
    protocol::{error::Refusal, registration::BadMetadata},
    services::Services,
};

type Body = Result<String, StringRejection>;

/// POST `/register`.
pub(super) async fn register(
    State(sv): State<Shared>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let outcome = async { register::register(&sv, caller(&headers, &trace)?, &document(&headers, body)?).await };
    match outcome.await {
        Ok(registered) => (StatusCode::CREATED, render::json(&shown(&sv, registered))).into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// GET `/register/{client_id}`.
pub(super) async fn read(
    State(sv): State<Shared>,
    Path(id): Path<String>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
) -> Response {
    let outcome = async { register::read(&sv, caller(&headers, &trace)?, &id).await };
    outcome.await.map_or_else(IntoResponse::into_response, |registered| render::json(&shown(&sv, registered)))
}

/// PUT `/register/{client_id}`.
pub(super) async fn replace(
    State(sv): State<Shared>,
    Path(id): Path<String>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let outcome = async { register::replace(&sv, caller(&headers, &trace)?, &id, &document(&headers, body)?).await };
    outcome.await.map_or_else(IntoResponse::into_response, |registered| render::json(&shown(&sv, registered)))
}

/// DELETE `/register/{client_id}`.
pub(super) async fn remove(
    State(sv): State<Shared>,
    Path(id): Path<String>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
) -> Response {
    let outcome = async { register::remove(&sv, caller(&headers, &trace)?, &id).await };
    outcome.await.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}

fn caller<'a>(headers: &'a HeaderMap, trace: &Trace) -> Result<Caller<'a>, Refusal> {
    let parts = authorization(headers)?.and_then(|value| value.split_once(' '));
    let bearer = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    Ok(Caller { token: bearer, address: trace.address })
}

fn document(headers: &HeaderMap, body: Body) -> Result<String, NotRegistered> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_json = media.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json");
    match body {
        _ if !is_json => Err(BadMetadata::of("the document", "must be sent as application/json").into()),
        Ok(body) => Ok(body),
        Err(StringRejection::InvalidUtf8(_)) => Err(BadMetadata::of("the document", "is not UTF-8").into()),
        Err(_) => Err(Refusal::TooLong.into()),
    }
}

/// RFC 7591 §3.2.1, RFC 7592 §3.
fn shown(sv: &Services, registered: Registered) -> Value {
    let Registered { client_id, metadata, since, secret, token } = registered;
    let mut shown = serde_json::to_value(metadata).unwrap_or_default();
    shown["registration_client_uri"] = format!("{}/register/{client_id}", sv.settings.issuer).into();
    shown["client_id"] = json!(client_id);
    shown["registration_access_token"] = token.expose().into();
    shown["client_id_issued_at"] = since.seconds().into();
    if let Some(secret) = secret {
        shown["client_secret"] = secret.expose().into();
        shown["client_secret_expires_at"] = 0.into();
    }
    shown
}

impl IntoResponse for NotRegistered {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                // RFC 6750 §3: here, too, a token is shown.
                let challenge = match refusal {
                    Refusal::AccessTokenMissing => Some("Bearer"),
                    Refusal::AccessTokenInvalid => Some("Bearer error=\"invalid_token\""),
                    _ => None,
                };
                let challenge = challenge.map(|text| [(header::WWW_AUTHENTICATE, text)]);
                (challenge, refusal).into_response()
            }
            Self::Metadata(bad) => {
                // What is wrong stands in the answer; an address may hold a password (R50).
                tracing::info!(code = bad.code(), "an app was not registered");
                let body = json!({ "error": bad.code(), "error_description": bad.to_string() });
                (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
            }
        }
    }
}
