//! What a request brings: its query, its JSON, ids in its path. What is not listed is refused (R40), and what is wrong is
//! named by where it stands.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::problem::{Kind, Problem};
use crate::{base::page::Ask, http::Shared};

/// A query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or("");
        if url::form_urlencoded::parse(text.as_bytes()).any(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Kind::BadRequest.into());
        }
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(
            text.as_bytes(),
        )));
        read.map(Self)
            .map_err(|error| Problem::unread(Kind::BadRequest, pointer(error.path()), error.inner().to_string()))
    }
}

/// A NUL as JSON writes it.
const NUL: &[u8] = b"\\u0000";

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
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
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let kind = if error.inner().is_data() { Kind::BadFields } else { Kind::BadRequest };
            Problem::unread(kind, pointer(error.path()), error.inner().to_string())
        })?;
        json.end().map_err(|error| Problem::unread(Kind::BadRequest, String::new(), error.to_string()))?;
        Ok(Self(read))
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
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
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
pub(super) fn page<K: DeserializeOwned>(after: Option<&str>, limit: Option<u32>) -> Result<Ask<K>, Problem> {
    Ask::exactly(after, limit).ok_or_else(Problem::wrong_page)
}
