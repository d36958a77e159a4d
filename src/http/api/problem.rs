//! Problems (RFC 9457): each kind has an address that never changes, and says in the caller's language what to do.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::unread;
use crate::{
    base::clock::Moment,
    http::{Shared, render::RETRY_AFTER, visitor::Trace},
    i18n::Locale,
    protocol::error::Refusal,
    services::authority::{Denied, NoPermit},
    store::StoreError,
};

/// The media type of a problem.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The request cannot be read.
    BadRequest,
    /// It can be read, and some of it is wrong.
    BadFields,
    /// No good token, in a way that the challenge tells.
    Token,
    /// The token lacks the scope.
    Scope,
    /// The sign-in behind the token is too old (R44).
    Stale,
    /// The role does not go so far.
    Role,
    /// Nobody does this to themselves.
    Oneself,
    /// The other holds rights that the caller lacks.
    Upward,
    /// Suspended by somebody else's right.
    Held,
    /// There is no such thing, or it lies outside their reach (R38).
    NotFound,
    /// The address has no such method.
    MethodNotAllowed,
    /// The state of things does not allow it.
    Conflict,
    /// What was read has changed since.
    Changed,
    /// A change has to name what was read.
    NoCondition,
    /// The same request is under way.
    UnderWay,
    /// The key was used for another request.
    KeyUsed,
    /// Too many wrong guesses.
    Slow,
    /// The body is larger than allowed (R53).
    TooLarge,
    /// The body is no JSON by its name.
    MediaType,
    /// The database is out of reach, or too much is going on.
    Unavailable,
    /// A fault of ours.
    Fault,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 21] = [
        Self::BadRequest,
        Self::BadFields,
        Self::Token,
        Self::Scope,
        Self::Stale,
        Self::Role,
        Self::Oneself,
        Self::Upward,
        Self::Held,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Changed,
        Self::NoCondition,
        Self::UnderWay,
        Self::KeyUsed,
        Self::Slow,
        Self::TooLarge,
        Self::MediaType,
        Self::Unavailable,
        Self::Fault,
    ];

    /// Its status, its title and what it says; the title's key is its name too.
    const fn told(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "problem-bad-request", "problem-bad-request-detail"),
            Self::BadFields => (StatusCode::UNPROCESSABLE_ENTITY, "problem-bad-fields", "problem-bad-fields-detail"),
            Self::Token => (StatusCode::UNAUTHORIZED, "problem-token", "problem-token-detail"),
            Self::Scope => (StatusCode::FORBIDDEN, "problem-scope", "problem-scope-detail"),
            Self::Stale => (StatusCode::UNAUTHORIZED, "problem-stale", "problem-stale-detail"),
            Self::Role => (StatusCode::FORBIDDEN, "problem-role", "problem-role-detail"),
            Self::Oneself => (StatusCode::FORBIDDEN, "problem-oneself", "problem-oneself-detail"),
            Self::Upward => (StatusCode::FORBIDDEN, "problem-upward", "problem-upward-detail"),
            Self::Held => (StatusCode::FORBIDDEN, "problem-held", "problem-held-detail"),
            Self::NotFound => (StatusCode::NOT_FOUND, "problem-not-found", "problem-not-found-detail"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "problem-method", "problem-method-detail"),
            Self::Conflict => (StatusCode::CONFLICT, "problem-conflict", "problem-conflict-detail"),
            Self::Changed => (StatusCode::PRECONDITION_FAILED, "problem-changed", "problem-changed-detail"),
            Self::NoCondition => {
                (StatusCode::PRECONDITION_REQUIRED, "problem-no-condition", "problem-no-condition-detail")
            }
            Self::UnderWay => (StatusCode::CONFLICT, "problem-under-way", "problem-under-way-detail"),
            Self::KeyUsed => (StatusCode::UNPROCESSABLE_ENTITY, "problem-key-used", "problem-key-used-detail"),
            Self::Slow => (StatusCode::TOO_MANY_REQUESTS, "problem-slow", "problem-slow-detail"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "problem-too-large", "problem-too-large-detail"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem-media-type", "problem-media-type-detail"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "problem-unavailable", "problem-unavailable-detail"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "problem-fault", "problem-fault-detail"),
        }
    }

    fn name(self) -> &'static str {
        let title = self.told().1;
        title.strip_prefix("problem-").unwrap_or(title)
    }

    fn address(self, issuer: &str) -> String {
        format!("{issuer}/api/v1/problems#{}", self.name())
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FieldError {
    /// Where in the body (RFC 6901); of a query, the parameter's name with a slash before it.
    #[schema(example = "/reason")]
    pointer: String,
    /// What is wrong there.
    detail: String,
}

/// A problem on its way out.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    kind: Kind,
    /// What it says, if not what every one of its kind does.
    because: Option<&'static str>,
    fields: Vec<(String, Mistake)>,
    challenges: Vec<String>,
    nonce: Option<String>,
    /// When it may be tried again.
    free_at: Option<Moment>,
}

/// What is wrong with a field: a text of ours, or what reading it said.
#[derive(Clone, Debug)]
enum Mistake {
    Text(&'static str),
    Said(String),
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self { kind, because: None, fields: Vec::new(), challenges: Vec::new(), nonce: None, free_at: None }
    }
}

impl Problem {
    /// A field is wrong, for this reason.
    pub(super) fn field(pointer: &str, text: &'static str) -> Self {
        Self { fields: vec![(pointer.to_owned(), Mistake::Text(text))], ..Kind::BadFields.into() }
    }

    /// Fields are wrong, each for its reason.
    pub(super) fn fields(wrong: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let fields = wrong.into_iter().map(|(pointer, text)| (pointer.to_owned(), Mistake::Text(text)));
        Self { fields: fields.collect(), ..Kind::BadFields.into() }
    }

    /// What its kind is called.
    pub(super) fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// A problem that says why.
    pub(super) fn because(kind: Kind, text: &'static str) -> Self {
        Self { because: Some(text), ..kind.into() }
    }

    /// A request of which something cannot be read.
    pub(super) fn unread(kind: Kind, mut pointer: String, said: String) -> Self {
        if let Some(field) = unread::missing(&said) {
            pointer.push('/');
            pointer.push_str(field);
        }
        Self { fields: vec![(pointer, Mistake::Said(said))], ..kind.into() }
    }

    /// A page that cannot be asked for.
    pub(super) fn wrong_page() -> Self {
        Self { fields: vec![("/after".to_owned(), Mistake::Text("problem-wrong-page"))], ..Kind::BadRequest.into() }
    }

    /// Too many wrong guesses: not again before this moment.
    pub(super) fn slow(free_at: Moment) -> Self {
        Self { free_at: Some(free_at), ..Kind::Slow.into() }
    }

    /// The same, but that what lies out of reach is a wrong value of a field.
    pub(super) fn instead_of_missing(self, pointer: &str, text: &'static str) -> Self {
        if self.kind == Kind::NotFound { Self::field(pointer, text) } else { self }
    }

    /// Whether a fresh sign-in is all that lacks.
    pub(super) fn is_stale(&self) -> bool {
        self.kind == Kind::Stale
    }

    /// A token that does not do, with its challenges.
    pub(super) fn refused(refusal: Refusal, challenges: Vec<String>, nonce: Option<String>) -> Self {
        let kind = match refusal {
            Refusal::AccessTokenTooNarrow => Kind::Scope,
            Refusal::SignInTooOld { .. } => Kind::Stale,
            Refusal::Busy | Refusal::Unavailable => Kind::Unavailable,
            Refusal::Fault => Kind::Fault,
            _ if challenges.is_empty() => Kind::BadRequest,
            _ => Kind::Token,
        };
        Self { challenges, nonce, ..kind.into() }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Missing => Kind::NotFound,
            Denied::Role => Kind::Role,
            Denied::Oneself => Kind::Oneself,
            Denied::Upward => Kind::Upward,
            Denied::Suspended(_) => Kind::Held,
            Denied::Stale => Kind::Stale,
        }
        .into()
    }
}

impl From<NoPermit> for Problem {
    fn from(no: NoPermit) -> Self {
        match no {
            NoPermit::Denied(denied) => denied.into(),
            NoPermit::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_outage() {
            tracing::warn!(%error, "the database is not available to the API");
            return Kind::Unavailable.into();
        }
        tracing::error!(%error, "the store failed under the API");
        Kind::Fault.into()
    }
}

impl IntoResponse for Problem {
    /// Told by [`tell`], which knows the language.
    fn into_response(self) -> Response {
        let mut response = self.kind.told().0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem as it is told (RFC 9457 §3.1).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Told {
    /// Which problem: an address that never changes.
    #[serde(rename = "type")]
    #[schema(example = "https://id.example/api/v1/problems#not-found")]
    kind: String,
    /// What it is called.
    title: String,
    /// The response's status.
    status: u16,
    /// What to do about it.
    detail: String,
    /// What leads to the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    support: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

impl Told {
    fn of(kind: Kind, issuer: &str, locale: Locale) -> Self {
        let (status, title, detail) = kind.told();
        let t = locale.texts();
        Self {
            kind: kind.address(issuer),
            title: t.say(title).into_owned(),
            status: status.as_u16(),
            detail: t.say(detail).into_owned(),
            support: None,
            errors: Vec::new(),
        }
    }
}

/// A fault that the outermost layer answers, where nothing is at hand that may just have failed.
pub(in crate::http) fn fault(status: StatusCode, support: &str, locale: Locale) -> Response {
    let kind = if status == StatusCode::SERVICE_UNAVAILABLE { Kind::Unavailable } else { Kind::Fault };
    // The address of a problem may stand without the issuer's (RFC 9457 §3.1.1).
    let told = Told { support: Some(support.to_owned()), ..Told::of(kind, "", locale) };
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_LANGUAGE, locale.tag())];
    (status, headers, serde_json::to_string(&told).unwrap_or_default()).into_response()
}

/// Puts a handler's problem into words, in the language that the caller likes best.
pub(super) async fn tell(State(sv): State<Shared>, request: Request, next: Next) -> Response {
    let locale = locale(request.headers());
    let support = request.extensions().get::<Trace>().map(|trace| trace.support.to_string());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    tracing::info!(problem = problem.kind.name(), "refused");
    let mut told = Told::of(problem.kind, &sv.settings.issuer, locale);
    told.support = support;
    if let Some(why) = problem.because {
        told.detail = locale.texts().say(why).into_owned();
    }
    let said = |mistake: Mistake| match mistake {
        Mistake::Text(key) => locale.texts().say(key).into_owned(),
        Mistake::Said(text) => unread::words(&text, locale.texts()),
    };
    let errors = problem.fields.into_iter();
    told.errors = errors.map(|(pointer, mistake)| FieldError { pointer, detail: said(mistake) }).collect();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    if let Some(free_at) = problem.free_at {
        headers.insert(header::RETRY_AFTER, free_at.since(sv.clock.now()).as_secs().saturating_add(1).into());
    } else if problem.kind == Kind::Unavailable {
        headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    let challenges = problem.challenges.iter().filter_map(|text| HeaderValue::from_str(text).ok());
    for challenge in challenges {
        headers.append(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(nonce) = problem.nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
        headers.insert(const { HeaderName::from_static("dpop-nonce") }, nonce);
    }
    *response.body_mut() = serde_json::to_string(&told).unwrap_or_default().into();
    response
}

pub(super) fn locale(headers: &axum::http::HeaderMap) -> Locale {
    let liked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    liked.and_then(Locale::of).unwrap_or_default()
}

/// Every problem.
#[derive(Serialize, ToSchema)]
pub(super) struct Problems {
    problems: Vec<Told>,
}

/// Every problem there is, and what to do about each
///
/// For everybody. The `type` of a problem leads here.
#[utoipa::path(get, path = "/api/v1/problems", operation_id = "listProblems", tag = "About",
    responses((status = 200, body = Problems)), security(()))]
pub(super) async fn all(State(sv): State<Shared>, headers: axum::http::HeaderMap) -> Response {
    let locale = locale(&headers);
    let problems = Kind::ALL.map(|kind| Told::of(kind, &sv.settings.issuer, locale)).into();
    Json(Problems { problems }).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_own_address() {
        let all: std::collections::BTreeSet<String> = Kind::ALL.iter().map(|kind| kind.address("")).collect();
        assert_eq!(all.len(), Kind::ALL.len());
        assert!(all.contains("/api/v1/problems#not-found"));
    }
}
