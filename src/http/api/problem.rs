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

pub(super) use super::kind::Kind;
use super::{given::NoQuery, unread};
use crate::{
    base::clock::Moment,
    http::{Shared, render::RETRY_AFTER, visitor::Trace},
    i18n::Locale,
    protocol::error::Refusal,
    roster::desk::LARGEST,
    services::authority::{Denied, NoPermit},
    store::StoreError,
};

/// The media type of a problem.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

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

/// Characters of a wrong value that are told back.
const SHOWN: usize = 200;

/// What is wrong with a field: a text of ours, the same of one value among several, or what reading it said.
#[derive(Clone, Debug)]
enum Mistake {
    Text(&'static str),
    Of(String, &'static str),
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

    /// One value of a field is wrong, for this reason.
    pub(super) fn value(pointer: &str, value: &str, text: &'static str) -> Self {
        let value = value.chars().take(SHOWN).collect();
        Self { fields: vec![(pointer.to_owned(), Mistake::Of(value, text))], ..Kind::BadFields.into() }
    }

    /// What its kind is called.
    pub(super) fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// A problem that says why.
    pub(super) fn because(kind: Kind, text: &'static str) -> Self {
        Self { because: Some(text), ..kind.into() }
    }

    /// A request of which something cannot be read: where, and what reading it said.
    pub(super) fn unread(kind: Kind, wrong: Vec<(String, String)>) -> Self {
        let fields = wrong.into_iter().map(|(pointer, said)| (pointer, Mistake::Said(said)));
        Self { fields: fields.collect(), ..kind.into() }
    }

    /// Both of them: fields that are wrong are all named, each once or by its values; what is worse goes before.
    pub(super) fn and(mut self, other: Self) -> Self {
        match (self.kind, other.kind) {
            (Kind::BadFields, Kind::BadFields) => {
                let named = |at: &String| self.fields.iter().any(|(known, _)| known == at);
                let new = other.fields.into_iter().filter(|(at, of)| matches!(of, Mistake::Of(..)) || !named(at));
                let new: Vec<_> = new.collect();
                self.fields.extend(new);
                self
            }
            (Kind::BadFields, _) => other,
            _ => self,
        }
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
        told.detail = locale.texts().with(why, "largest", LARGEST >> 20).into_owned();
    }
    let said = |mistake: Mistake| match mistake {
        Mistake::Text(key) => locale.texts().say(key).into_owned(),
        Mistake::Of(value, key) => format!("{value}: {}", locale.texts().say(key)),
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
pub(super) async fn all(State(sv): State<Shared>, headers: axum::http::HeaderMap, _: NoQuery) -> Response {
    let locale = locale(&headers);
    let problems = Kind::ALL.map(|kind| Told::of(kind, &sv.settings.issuer, locale)).into();
    Json(Problems { problems }).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::desk::UploadError;

    #[test]
    fn what_is_too_large_is_told_by_its_own_bound() {
        let files: Problem = UploadError::TooLarge.into();
        assert_eq!((files.kind, files.because), (Kind::TooLarge, Some("import-too-large")));
    }

    #[test]
    fn fields_of_two_problems_are_named_once_and_what_is_worse_goes_before() {
        let at = |problem: &Problem| problem.fields.iter().map(|(at, _)| at.clone()).collect::<Vec<_>>();
        let both = Problem::field("/born", "problem-born").and(Problem::fields([("/born", "a"), ("/name", "b")]));
        assert_eq!(at(&both), ["/born", "/name"]);
        assert_eq!(both.clone().and(Kind::Role.into()).kind, Kind::Role);
        assert_eq!(Problem::from(Kind::Role).and(both).kind, Kind::Role);
    }
}
