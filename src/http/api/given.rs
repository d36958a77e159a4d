//! What a request brings: its query, its JSON, ids in its path. What is not listed is refused (R40), and what is wrong is
//! named by where it stands.

use std::{collections::BTreeSet, fmt::Display};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, Unexpected},
};
use serde_json::Value;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use super::{
    problem::{Kind, Problem},
    unread,
};
use crate::{
    base::page::{Ask, MOST},
    http::Shared,
};

/// A query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or("");
        let named = || url::form_urlencoded::parse(text.as_bytes());
        if named().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Kind::BadRequest.into());
        }
        let (read, wrong) = read_all(|without| {
            let kept = named().filter(|(name, _)| !without.contains(&**name));
            let kept = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
            let pairs = url::form_urlencoded::parse(kept.as_bytes());
            serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(stopped)
        });
        let read = read.filter(|_| wrong.is_empty());
        read.map(Self).ok_or_else(|| Problem::unread(Kind::BadRequest, wrong))
    }
}

/// No query, where the description has no parameters: one that has some is refused (R40).
pub(super) struct NoQuery;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

impl FromRequestParts<Shared> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Problem> {
        let Query(NoParameters {}) = Query::from_request_parts(parts, sv).await?;
        Ok(Self)
    }
}

/// More mistakes than anybody reads, and than a request may have us look for.
const MOST_TOLD: usize = 20;

/// Everything of a request that cannot be read, by the pointer: without a member that is wrong, reading gets as far as the
/// next. What can be read without those, if that is anything.
fn read_all<T>(
    mut read: impl FnMut(&BTreeSet<String>) -> Result<T, (String, String)>,
) -> (Option<T>, Vec<(String, String)>) {
    let (mut without, mut wrong) = (BTreeSet::new(), Vec::new());
    loop {
        let (pointer, said) = match read(&without) {
            Ok(read) => return (Some(read), wrong),
            Err(stopped) => stopped,
        };
        let member = pointer.split('/').nth(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
        let known = member.is_some_and(|name| !without.insert(name));
        // That it lacks now has been told of as something else.
        if !known {
            wrong.push((pointer.clone(), said));
        }
        if known || pointer.is_empty() || wrong.len() == MOST_TOLD {
            return (None, wrong);
        }
    }
}

/// Where reading stopped, and why.
fn stopped(error: serde_path_to_error::Error<impl Display>) -> (String, String) {
    let mut at = pointer(error.path());
    let said = error.into_inner().to_string();
    if let Some(member) = unread::member(&said) {
        at.push('/');
        at.push_str(member);
    }
    (at, said)
}

/// A NUL as JSON writes it.
const NUL: &[u8] = b"\\u0000";

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + ToSchema> FromRequest<Shared> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, sv: &Shared) -> Result<Self, Problem> {
        match Partly::from_request(request, sv).await? {
            Partly(read, None) => Ok(Self(read)),
            Partly(_, Some(wrong)) => Err(wrong),
        }
    }
}

/// A JSON body without those of its members that cannot be read, and what is wrong with them: for whoever has more to say
/// of the others.
pub(super) struct Partly<T>(pub(super) T, pub(super) Option<Problem>);

impl<T: DeserializeOwned + ToSchema> FromRequest<Shared> for Partly<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, sv: &Shared) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let is_json = media.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        // A compressed body is not read as what it is not.
        if !is_json || request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Kind::MediaType.into());
        }
        let bytes = read(request, sv).await?;
        // R55: no text of ours holds a NUL, and one of the databases takes none.
        if bytes.windows(NUL.len()).any(|part| part == NUL) {
            return Err(Kind::BadRequest.into());
        }
        // Serde takes an array for a struct, field by field; the document does not.
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Err(Problem::field("", "problem-no-object"));
        }
        let members: serde_json::Map<String, Value> = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::unread(Kind::BadRequest, vec![(String::new(), error.to_string())]))?;
        let (read, mut wrong) = read_all(|without| {
            if without.is_empty() {
                // As it was sent: the map knows no member that is there twice.
                let mut json = serde_json::Deserializer::from_slice(&bytes);
                return serde_path_to_error::deserialize(&mut json).map_err(stopped);
            }
            let kept = members.iter().filter(|(name, _)| !without.contains(*name));
            let kept = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
            serde_path_to_error::deserialize(Value::Object(kept)).map_err(stopped)
        });
        if read.is_none() {
            let lacks =
                required::<T>().into_iter().filter(|name| !members.contains_key(name)).map(|name| format!("/{name}"));
            let lacks: Vec<_> = lacks.filter(|at| wrong.iter().all(|(known, _)| known != at)).collect();
            wrong.extend(lacks.into_iter().map(|at| (at, unread::MISSING.to_owned())));
        }
        let problem = (!wrong.is_empty()).then(|| Problem::unread(Kind::BadFields, wrong));
        match (read, problem) {
            (Some(read), problem) => Ok(Self(read, problem)),
            (None, problem) => Err(problem.unwrap_or_else(|| Kind::BadRequest.into())),
        }
    }
}

/// The members that a body must have, as the document says: reading it names but the first that lacks.
fn required<T: ToSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.required,
        _ => Vec::new(),
    }
}

/// A day as ISO 8601 has it, and in no other form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day(pub(super) jiff::civil::Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let day = text.parse::<jiff::civil::Date>().ok().filter(|day| day.to_string() == text);
        day.map(Self).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a day"))
    }
}

/// A whole number of a query, from 1 to so many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<const MOST: u32>(pub(super) u32);

/// How many rows of a list.
pub(super) type Limit = Whole<MOST>;

impl<'de, const MOST: u32> Deserialize<'de> for Whole<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
        let expected = format!("a whole number from 1 to {MOST}");
        number.map(Self).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &expected.as_str()))
    }
}

async fn read(request: Request, sv: &Shared) -> Result<Bytes, Problem> {
    Bytes::from_request(request, sv).await.map_err(|error: BytesRejection| {
        let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
        if too_large { Kind::TooLarge.into() } else { Kind::BadRequest.into() }
    })
}

/// No body, for what needs none: one with fields is refused (R40).
pub(super) struct Nothing;

impl FromRequest<Shared> for Nothing {
    type Rejection = Problem;

    async fn from_request(request: Request, sv: &Shared) -> Result<Self, Problem> {
        let bytes = read(request, sv).await?;
        let empty = matches!(bytes.trim_ascii(), b"" | b"{}");
        if empty { Ok(Self) } else { Err(Problem::field("", "problem-no-body")) }
    }
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Seq { index } => index.to_string(),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

/// An id in the path: what is none leads nowhere, as an id that nobody has.
pub(super) struct Id<T>(pub(super) T);

impl<T: std::str::FromStr> FromRequestParts<Shared> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Problem> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, sv).await else {
            return Err(Kind::NotFound.into());
        };
        text.parse().map(Self).map_err(|_| Kind::NotFound.into())
    }
}

/// A name in the path.
pub(super) struct Name(pub(super) String);

impl FromRequestParts<Shared> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Problem> {
        let named = Path::<String>::from_request_parts(parts, sv).await.ok().map(|Path(text)| text);
        named.filter(|text| !text.contains('\0')).map(Self).ok_or_else(|| Kind::NotFound.into())
    }
}

/// Two names in the path.
pub(super) struct Names(pub(super) String, pub(super) String);

impl FromRequestParts<Shared> for Names {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Problem> {
        let named = Path::<(String, String)>::from_request_parts(parts, sv).await.ok().map(|Path(both)| both);
        let good = named.filter(|(one, other)| !one.contains('\0') && !other.contains('\0'));
        good.map(|(one, other)| Self(one, other)).ok_or_else(|| Kind::NotFound.into())
    }
}

/// Which page, where nothing else is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

impl Paging {
    /// The page that is asked for.
    pub(super) fn ask<K: DeserializeOwned>(&self) -> Result<Ask<K>, Problem> {
        page(self.after.as_deref(), self.limit)
    }
}

/// The page that is asked for.
pub(super) fn page<K: DeserializeOwned>(after: Option<&str>, limit: Option<Limit>) -> Result<Ask<K>, Problem> {
    Ask::exactly(after, limit.map(|limit| limit.0)).ok_or_else(Problem::wrong_page)
}
