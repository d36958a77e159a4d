//! Our own APIs as a protected resource: their metadata (RFC 9728), and what userinfo says when it signs that (Core 5.3.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{alg::SigningAlg, discovery::Offer, dpop::ALG_NAMES, jwt::Kind, scope::KNOWN};

/// Where the document is (RFC 9728 §3).
pub const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The document for this issuer, which is its own APIs' identifier too: the audience of their access tokens.
pub fn document(issuer: &str, offer: &Offer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "resource": issuer,
        "authorization_servers": [issuer],
        "jwks_uri": at("/jwks"),
        "scopes_supported": KNOWN,
        "bearer_methods_supported": ["header", "body"],
        "resource_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "dpop_signing_alg_values_supported": ALG_NAMES,
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": offer.certificates.is_some(),
        "resource_documentation": at("/developer"),
        "resource_policy_uri": at("/privacy"),
        "resource_tos_uri": at("/terms"),
    })
}

/// What the userinfo endpoint says, signed (Core 5.3.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedUserinfo {
    /// The issuer.
    pub iss: String,
    /// The client.
    pub aud: String,
    /// What it says; `sub` among it.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

// No type is defined for it, and some libraries take no other; an ID token has times, which this has not.
impl Kind for SignedUserinfo {
    const TYP: &'static str = "JWT";
}
