//! The administration API as a protected resource: its name, what a token for it may be good for, and its metadata
//! (RFC 9728).
//!
//! Its scopes only narrow: whoever calls may do there what they may do in the console, and of that what the token's scopes
//! name.

use serde_json::{Value, json};

use super::{alg::SigningAlg, discovery::Offer, dpop::ALG_NAMES};

/// Where it is, below the issuer.
pub const PATH: &str = "/api/v1";
/// Where its metadata is (RFC 9728 §3.1).
pub const METADATA_PATH: &str = "/.well-known/oauth-protected-resource/api/v1";

/// What a token may be good for at the API. Whoever may change something may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiScope {
    /// People, their classes and schools, and what is asked for them.
    PeopleRead,
    /// Their records and accounts: correct, suspend, resume, sign out, identify, renumber, release, merge, purge.
    PeopleWrite,
    /// Codes by which somebody chooses a new password, slips and badges.
    CodesIssue,
    /// Files of people who are within reach.
    PeopleExport,
    /// Files of people.
    ImportsWrite,
    /// Pupils who go from one school to another.
    TransfersWrite,
    /// From which networks a school signs in.
    SchoolsWrite,
    /// A school's step into the next year.
    RolloverWrite,
    /// Who administers what.
    RolesWrite,
    /// The audit trail.
    AuditRead,
    /// Background work.
    JobsWrite,
    /// Apps.
    ClientsWrite,
}

impl ApiScope {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::CodesIssue,
        Self::PeopleExport,
        Self::ImportsWrite,
        Self::TransfersWrite,
        Self::SchoolsWrite,
        Self::RolloverWrite,
        Self::RolesWrite,
        Self::AuditRead,
        Self::JobsWrite,
        Self::ClientsWrite,
    ];

    /// On the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PeopleRead => "people:read",
            Self::PeopleWrite => "people:write",
            Self::CodesIssue => "codes:issue",
            Self::PeopleExport => "people:export",
            Self::ImportsWrite => "imports:write",
            Self::TransfersWrite => "transfers:write",
            Self::SchoolsWrite => "schools:write",
            Self::RolloverWrite => "rollover:write",
            Self::RolesWrite => "roles:write",
            Self::AuditRead => "audit:read",
            Self::JobsWrite => "jobs:write",
            Self::ClientsWrite => "clients:write",
        }
    }

    /// What the document says of it.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::PeopleRead => "Read people, classes, schools and transfers",
            Self::PeopleWrite => {
                "Correct, suspend, resume, sign out, identify, renumber, release, merge and purge people"
            }
            Self::CodesIssue => "Issue activation and rescue codes, print slips and badges",
            Self::PeopleExport => "Take lists of people away as files, and all that is kept of one",
            Self::ImportsWrite => "Import files of people and take imports back",
            Self::TransfersWrite => "Ask for pupils of other schools and decide what is asked",
            Self::SchoolsWrite => "Open and close schools, and say from which networks they sign in",
            Self::RolloverWrite => "Plan schools' step into the next year, and take it back",
            Self::RolesWrite => "See who administers what, give and take roles",
            Self::AuditRead => "Read the audit trail",
            Self::JobsWrite => "Have background work tried again, or give it up",
            Self::ClientsWrite => "Register, change and remove apps",
        }
    }

    /// Whether a text is one of them.
    pub fn is_one(text: &str) -> bool {
        Self::ALL.into_iter().any(|scope| scope.as_str() == text)
    }
}

/// The API's identifier: the audience of its access tokens (RFC 8707, RFC 9068).
pub fn resource(issuer: &str) -> String {
    format!("{issuer}{PATH}")
}

/// The document.
pub fn metadata(issuer: &str, offer: &Offer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "resource": resource(issuer),
        "authorization_servers": [issuer],
        "jwks_uri": at("/jwks"),
        "scopes_supported": ApiScope::ALL.map(ApiScope::as_str),
        "bearer_methods_supported": ["header"],
        "resource_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "dpop_signing_alg_values_supported": ALG_NAMES,
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": offer.certificates.is_some(),
        "resource_documentation": at("/api/v1/openapi.json"),
        "resource_policy_uri": at("/privacy"),
        "resource_tos_uri": at("/terms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_is_found_where_the_resource_says() {
        let (issuer, path) = ("https://id.example", METADATA_PATH.strip_suffix(PATH).unwrap());
        assert_eq!(path, crate::protocol::resource::METADATA_PATH);
        let document = metadata(issuer, &Offer::default());
        assert_eq!(document["resource"], "https://id.example/api/v1");
        assert!(ApiScope::is_one("people:read") && !ApiScope::is_one("openid"));
    }
}
