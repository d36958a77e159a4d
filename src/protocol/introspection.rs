//! Signed answers of the introspection endpoint (RFC 9701).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::jwt::Kind;

/// The media type that whoever wants one accepts (§4).
pub const MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// What the introspection endpoint says, signed (RFC 9701 §5). Nothing of the token stands outside: it is none itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedIntrospection {
    /// The issuer.
    pub iss: String,
    /// Who asked.
    pub aud: String,
    /// When, in seconds.
    pub iat: i64,
    /// The answer.
    pub token_introspection: Value,
}

impl Kind for SignedIntrospection {
    const TYP: &'static str = "token-introspection+jwt";
}
