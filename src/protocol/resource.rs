//! The metadata of our own APIs as a protected resource (RFC 9728): what userinfo wants of whoever asks.

use serde_json::{Value, json};

use super::{alg::SigningAlg, discovery::Offer, dpop::ALG_NAMES, scope::KNOWN};

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
