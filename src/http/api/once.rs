//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST that is sent again with the same key is done once,
//! and answered as it was the first time.
//!
//! Only what was done is kept; a problem changed nothing, and the key is free again. Requests that make imports are told
//! apart by whoever takes them in (`sending`, `newcomers`).

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    ENROLMENTS, UPLOADS,
    caller::who,
    problem::{Kind, Problem},
};
use crate::{
    admin::once::{self, Begun},
    base::{digest::Digest, secret::Token},
    http::{LARGEST_BODY, Shared},
    oauth::resource::ApiCaller,
    store::answers::{AnswerRow, NewAnswer},
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of a key: fewer are guessed twice, and more nobody needs.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=128;
/// Bytes of an answer.
const LARGEST_ANSWER: usize = 1 << 20;

/// Marks an answer that is told once: a code, a secret (R41).
#[derive(Clone, Copy, Debug)]
pub(super) struct ToldOnce;

/// The key of a request.
#[derive(Clone, Debug)]
pub(super) struct Key(String);

impl Key {
    fn of(parts: &Parts) -> Option<Result<Self, Problem>> {
        let mut all = parts.headers.get_all(HEADER).iter();
        let first = all.next()?;
        let text = first.to_str().ok().map(|text| text.trim().trim_matches('"'));
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let good = text.filter(|text| all.next().is_none() && LENGTH.contains(&text.len()) && plain(text));
        Some(good.map(|text| Self(text.to_owned())).ok_or_else(|| Problem::field("", "problem-key")))
    }

    /// Under what its answer is kept: each caller has keys of their own.
    pub(super) fn keyed(&self, caller: &ApiCaller) -> Digest {
        Digest::of(format!("{} {}", caller.name(), self.0).as_bytes())
    }

    /// What names the request to a use case that remembers by itself.
    pub(super) fn form(&self, caller: &ApiCaller) -> Token {
        Token::presented(&URL_SAFE_NO_PAD.encode(self.keyed(caller).bytes()))
    }
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// The layer around all handlers.
pub(super) async fn kept(State(sv): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asks = parts.method == Method::POST;
    let Some(key) = Key::of(&parts).filter(|_| asks) else { return next.run(Request::from_parts(parts, body)).await };
    match run(&sv, &mut parts, body, key, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn run(
    sv: &Shared,
    parts: &mut Parts,
    body: Body,
    key: Result<Key, Problem>,
    next: Next,
) -> Result<Response, Problem> {
    let caller = who(parts, sv).await?;
    let key = key?;
    // Whoever makes an import takes its key in the very write that does; files are too large to be read before.
    if [UPLOADS, ENROLMENTS].contains(&parts.uri.path()) {
        parts.extensions.insert(key);
        return Ok(next.run(Request::from_parts(parts.clone(), body)).await);
    }
    let bytes = to_bytes(body, LARGEST_BODY).await.map_err(|_| Problem::from(Kind::TooLarge))?;
    let (keyed, request) = (key.keyed(&caller), digest(parts, &bytes));
    match once::begin(sv, keyed, request).await? {
        Begun::First => {}
        used => return answered(used),
    }
    parts.extensions.insert(key);
    let response = next.run(Request::from_parts(parts.clone(), Body::from(bytes))).await;
    if !response.status().is_success() || response.extensions().get::<ToldOnce>().is_some() {
        once::forget(sv, keyed).await?;
        return Ok(response);
    }
    let (response, answer) = recorded(response).await?;
    // It was done; that it could not be kept is no reason to say otherwise.
    if let Err(error) = once::keep(sv, keyed, &answer).await {
        tracing::warn!(%error, "an answer could not be kept under its key");
    }
    Ok(response)
}

/// What is kept under the key of a request that is known only once all of it was read.
pub(super) async fn find(sv: &Shared, keyed: Option<Digest>) -> Result<Option<AnswerRow>, Problem> {
    match keyed {
        Some(keyed) => Ok(once::find(sv, keyed).await?),
        None => Ok(None),
    }
}

/// The answer that was given before; or that it was given to another request.
pub(super) fn as_before(sv: &Shared, found: AnswerRow, request: Digest) -> Result<Response, Problem> {
    answered(once::judge(sv, found, request))
}

/// An answer before what it tells is done, and what is to be kept in the same write, with a key.
pub(super) async fn to_keep(
    sv: &Shared,
    (keyed, request): (Option<Digest>, Digest),
    response: Response,
) -> Result<(Response, Option<NewAnswer>), Problem> {
    let Some(keyed) = keyed else { return Ok((response, None)) };
    let (response, answer) = recorded(response).await?;
    Ok((response, Some(once::sealed(sv, (keyed, request), &answer))))
}

/// An answer, and what of it is kept.
async fn recorded(response: Response) -> Result<(Response, Vec<u8>), Problem> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, LARGEST_ANSWER).await.map_err(|_| Problem::from(Kind::Fault))?;
    let told = |name: &HeaderName| Some((name.to_string(), head.headers.get(name)?.to_str().ok()?.to_owned()));
    let headers = [header::CONTENT_TYPE, header::LOCATION].iter().filter_map(told).collect();
    let answer = Answer { status: head.status.as_u16(), headers, body: String::from_utf8_lossy(&body).into_owned() };
    let answer = serde_json::to_vec(&answer).unwrap_or_default();
    Ok((Response::from_parts(head, Body::from(body)), answer))
}

/// What makes a request the same.
fn digest(parts: &Parts, body: &[u8]) -> Digest {
    let head = format!("{} {}\n", parts.method, parts.uri);
    Digest::of(&[head.as_bytes(), body].concat())
}

/// What a request is answered whose key was used.
fn answered(used: Begun) -> Result<Response, Problem> {
    match used {
        Begun::Before(answer) => again(&answer),
        Begun::Other => Err(Kind::KeyUsed.into()),
        Begun::First | Begun::UnderWay => Err(Kind::UnderWay.into()),
    }
}

fn again(answer: &[u8]) -> Result<Response, Problem> {
    let Ok(answer) = serde_json::from_slice::<Answer>(answer) else { return Err(Kind::Fault.into()) };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, const { HeaderValue::from_static("true") });
    Ok(response)
}
