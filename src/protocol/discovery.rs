//! The metadata document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2): the same at both addresses.

use serde_json::{Value, json};

use super::{
    alg::{ProofAlg, SigningAlg},
    client::GrantKind,
    dpop,
    interaction::ACRS,
    response::ResponseType,
    scope::KNOWN,
};

/// What a server offers only where it is told to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The implicit and hybrid response types, for clients that were registered for them (R6).
    pub legacy_response_types: bool,
    /// Certificates of clients (RFC 8705).
    pub certificates: Option<Certificates>,
    /// Whether apps may register themselves (RFC 7591).
    pub registration: bool,
}

/// Where clients show certificates, and which count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    /// The address of the second listener, as the issuer's: scheme, host, port.
    pub address: String,
    /// Whether there are authorities that vouch for them.
    pub vouched: bool,
}

/// The endpoints for programs, which are at the second listener too (RFC 8705 §5).
pub const ALIASED: [(&str, &str); 6] = [
    ("token_endpoint", "/token"),
    ("pushed_authorization_request_endpoint", "/par"),
    ("userinfo_endpoint", "/userinfo"),
    ("introspection_endpoint", "/introspect"),
    ("revocation_endpoint", "/revoke"),
    ("device_authorization_endpoint", "/device_authorization"),
];

/// Claims that may be released (`docs/reference/claims.md`).
pub const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "sid",
    "name",
    "family_name",
    "middle_name",
    "given_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "zoneinfo",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "edu_context",
    "edu_contexts",
    "edu_classes",
    "edu_sector_id",
    "eduperson_affiliation",
    "eduperson_scoped_affiliation",
    "schac_home_organization",
    "schac_personal_unique_code",
    "birthdate",
    "edu_citizen_id",
    "address",
];

const GRANTS: [GrantKind; 5] = [
    GrantKind::AuthorizationCode,
    GrantKind::RefreshToken,
    GrantKind::ClientCredentials,
    GrantKind::DeviceCode,
    GrantKind::TokenExchange,
];

/// The document for this issuer.
pub fn document(issuer: &str, offer: &Offer) -> Value {
    let parts = [
        addresses(issuer),
        registration(issuer, offer),
        answers(offer),
        told(),
        proofs(offer),
        certificates(offer),
        logout(),
    ];
    let members = parts.into_iter().filter_map(|part| match part {
        Value::Object(members) => Some(members),
        _ => None,
    });
    Value::Object(members.flatten().collect())
}

fn addresses(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "protected_resources": [issuer],
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "device_authorization_endpoint": at("/device_authorization"),
        "pushed_authorization_request_endpoint": at("/par"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "introspection_endpoint": at("/introspect"),
        "revocation_endpoint": at("/revoke"),
        "end_session_endpoint": at("/end_session"),
        "check_session_iframe": at("/check_session"),
        "service_documentation": at("/developer"),
        "op_policy_uri": at("/privacy"),
        "op_tos_uri": at("/terms"),
    })
}

fn registration(issuer: &str, offer: &Offer) -> Value {
    if offer.registration { json!({ "registration_endpoint": format!("{issuer}/register") }) } else { json!({}) }
}

/// How requests come and answers go.
fn answers(offer: &Offer) -> Value {
    let legacy = |kind: &ResponseType| offer.legacy_response_types || !kind.is_legacy();
    let types: Vec<_> = ResponseType::ALL.into_iter().filter(legacy).map(ResponseType::name).collect();
    let mut grants = GRANTS.map(GrantKind::name).to_vec();
    if offer.legacy_response_types {
        grants.push("implicit");
    }
    json!({
        "response_types_supported": types,
        "response_modes_supported":
            ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"],
        "grant_types_supported": grants,
        "authorization_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "ui_locales_supported": ["vi", "en"],
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "request_object_signing_alg_values_supported": ProofAlg::ALL.map(ProofAlg::name),
        "require_signed_request_object": false,
        "require_pushed_authorization_requests": false,
    })
}

/// What apps are told of people.
fn told() -> Value {
    json!({
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "userinfo_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "scopes_supported": KNOWN,
        "claims_supported": CLAIMS,
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": true,
        "acr_values_supported": ACRS,
    })
}

/// How apps prove themselves and what they hold.
fn proofs(offer: &Offer) -> Value {
    let mut secrets = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    if let Some(certificates) = &offer.certificates {
        secrets.extend(certificates.vouched.then_some("tls_client_auth"));
        secrets.push("self_signed_tls_client_auth");
    }
    let any = [&secrets[..], &["none"]].concat();
    let assertion_algs = ProofAlg::ALL.map(ProofAlg::name);
    json!({
        "token_endpoint_auth_methods_supported": any,
        "token_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "introspection_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "introspection_endpoint_auth_methods_supported": secrets,
        "introspection_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "revocation_endpoint_auth_methods_supported": any,
        "revocation_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": dpop::ALG_NAMES,
    })
}

/// Where and how certificates of apps count.
fn certificates(offer: &Offer) -> Value {
    let Some(certificates) = &offer.certificates else { return json!({}) };
    let aliases = ALIASED.map(|(name, path)| (name.to_owned(), json!(format!("{}{path}", certificates.address))));
    json!({
        "tls_client_certificate_bound_access_tokens": true,
        "mtls_endpoint_aliases": Value::Object(aliases.into_iter().collect()),
    })
}

/// How apps hear of a sign-out.
fn logout() -> Value {
    json!({
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_every_address_derives_from_the_issuer() {
        let document = document("https://op.example", &Offer::default());
        let members = document.as_object().unwrap();
        for (name, value) in members.iter().filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri")) {
            assert!(value.as_str().unwrap().starts_with("https://op.example/"), "{name}");
        }
        assert!(members.values().all(|value| !value.is_null()));
        assert!(members["id_token_signing_alg_values_supported"].as_array().unwrap().contains(&"RS256".into()));
    }
}
