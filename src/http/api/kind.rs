//! What can be wrong with a request: the kinds of problems, each with its address and its texts.

use axum::http::StatusCode;

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
    pub(super) const fn told(self) -> (StatusCode, &'static str, &'static str) {
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

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        let title = self.told().1;
        title.strip_prefix("problem-").unwrap_or(title)
    }

    /// Its address, which never changes.
    pub(super) fn address(self, issuer: &str) -> String {
        format!("{issuer}/api/v1/problems#{}", self.name())
    }
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
