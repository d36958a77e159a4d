//! The metadata document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2): the same at both addresses.

use serde_json::{Value, json};

use super::{alg::SigningAlg, client::GrantKind, interaction::ACRS, scope::KNOWN};

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

const GRANTS: [GrantKind; 4] =
    [GrantKind::AuthorizationCode, GrantKind::RefreshToken, GrantKind::ClientCredentials, GrantKind::DeviceCode];

/// The document for this issuer.
pub fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let algs = SigningAlg::ALL.map(SigningAlg::name);
    let secrets = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let any = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    let assertion_algs = ["RS256", "PS256", "ES256", "EdDSA"];
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "device_authorization_endpoint": at("/device_authorization"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "introspection_endpoint": at("/introspect"),
        "revocation_endpoint": at("/revoke"),
        "end_session_endpoint": at("/end_session"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": GRANTS.map(GrantKind::name),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": algs,
        "scopes_supported": KNOWN,
        "claims_supported": CLAIMS,
        "claim_types_supported": ["normal"],
        "acr_values_supported": ACRS,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "ui_locales_supported": ["vi", "en"],
        "token_endpoint_auth_methods_supported": any,
        "token_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "introspection_endpoint_auth_methods_supported": secrets,
        "introspection_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "revocation_endpoint_auth_methods_supported": any,
        "revocation_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "code_challenge_methods_supported": ["S256"],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "service_documentation": at("/developer"),
        "op_policy_uri": at("/privacy"),
        "op_tos_uri": at("/terms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_every_address_derives_from_the_issuer() {
        let document = document("https://op.example");
        let members = document.as_object().unwrap();
        for (name, value) in members.iter().filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri")) {
            assert!(value.as_str().unwrap().starts_with("https://op.example/"), "{name}");
        }
        assert!(members.values().all(|value| !value.is_null()));
        assert!(members["id_token_signing_alg_values_supported"].as_array().unwrap().contains(&"RS256".into()));
    }
}
