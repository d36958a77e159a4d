//! The metadata by which a client registers itself (RFC 7591 §2, OpenID Registration 2, and the specifications that add
//! to them): what may stand in the document, and of which type. What it means is judged in [`super::dynamic`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bad::BadMetadata;

/// The longest document, in bytes: clients are held in memory.
const LONGEST: usize = 16 * 1024;
/// The most items of one list.
const MOST: usize = 20;

/// A client's metadata, as it asks for it and as it was registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Where answers may go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// What it may ask the authorization endpoint for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    /// What it may exchange for tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// `web` or `native`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The same in Vietnamese (Registration 2.1).
    #[serde(rename = "client_name#vi", skip_serializing_if = "Option::is_none")]
    pub client_name_vi: Option<String>,
    /// Its home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Where its keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Its keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// A list of redirect URIs that are one sector (Core 8.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// `pairwise`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    /// How its ID tokens are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// How userinfo answers are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<String>,
    /// How answers of the authorization endpoint are signed (JARM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<String>,
    /// How introspection answers are signed (RFC 9701).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<String>,
    /// How it signs request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// How it proves itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// By which algorithm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// After how many seconds a sign-in is too old for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Whether `auth_time` must stand in its ID tokens, where it always does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_auth_time: Option<bool>,
    /// Strengths it accepts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Where it begins a sign-in of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where its request objects may lie.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// Where a browser may go after signing out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it must then be told the session, as it always is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Where it signs somebody out in their browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it is then told issuer and session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    /// What it may ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Which program it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// In which version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// Whether it must push its requests (RFC 9126 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// Whether it must sign them (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_signed_request_object: Option<bool>,
    /// Whether its access tokens must be bound to a key (RFC 9449 §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
    /// Whether its access tokens must be bound to its certificate (RFC 8705 §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    /// What its certificate must say (RFC 8705 §2.1.2): the subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// or a host,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// or an address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// or an IP address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// or a mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
}

/// What a member holds.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    List,
    Flag,
    Number,
    Object,
}

const SHAPES: &[(Shape, &[&str])] = &[
    (
        Shape::Text,
        &[
            "application_type",
            "client_name",
            "client_name#vi",
            "client_uri",
            "logo_uri",
            "policy_uri",
            "tos_uri",
            "jwks_uri",
            "sector_identifier_uri",
            "subject_type",
            "id_token_signed_response_alg",
            "userinfo_signed_response_alg",
            "authorization_signed_response_alg",
            "introspection_signed_response_alg",
            "request_object_signing_alg",
            "token_endpoint_auth_method",
            "token_endpoint_auth_signing_alg",
            "initiate_login_uri",
            "backchannel_logout_uri",
            "frontchannel_logout_uri",
            "scope",
            "software_id",
            "software_version",
            "tls_client_auth_subject_dn",
            "tls_client_auth_san_dns",
            "tls_client_auth_san_uri",
            "tls_client_auth_san_ip",
            "tls_client_auth_san_email",
        ],
    ),
    (
        Shape::List,
        &[
            "redirect_uris",
            "response_types",
            "grant_types",
            "contacts",
            "default_acr_values",
            "request_uris",
            "post_logout_redirect_uris",
        ],
    ),
    (
        Shape::Flag,
        &[
            "require_auth_time",
            "backchannel_logout_session_required",
            "frontchannel_logout_session_required",
            "require_pushed_authorization_requests",
            "require_signed_request_object",
            "dpop_bound_access_tokens",
            "tls_client_certificate_bound_access_tokens",
        ],
    ),
    (Shape::Number, &["default_max_age"]),
    (Shape::Object, &["jwks"]),
];

/// What asks for more protection than there is: to leave it out silently would be a promise that is not kept.
const NOT_OFFERED: [&str; 5] = [
    "id_token_encrypted_response_alg",
    "userinfo_encrypted_response_alg",
    "request_object_encryption_alg",
    "authorization_encrypted_response_alg",
    "introspection_encrypted_response_alg",
];

impl Metadata {
    /// Reads a document and, when it replaces a registration, what else RFC 7592 §2.2 wants there. Members that nobody
    /// knows are ignored; `null` is as if it were left out.
    pub fn read(text: &str) -> Result<(Self, Identity), BadMetadata> {
        if text.len() > LONGEST {
            return Err(BadMetadata::of("the document", "is longer than 16 KB"));
        }
        let document: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| BadMetadata::of("the document", &format!("is no JSON object: {error}")))?;
        let members: Map<String, Value> = document.into_iter().filter(|(_, value)| !value.is_null()).collect();
        if let Some(member) = NOT_OFFERED.into_iter().find(|name| members.contains_key(*name)) {
            return Err(BadMetadata::of(member, "is not offered: nothing is encrypted here beyond TLS"));
        }
        for (shape, names) in SHAPES {
            for (name, value) in names.iter().filter_map(|name| Some((name, members.get(*name)?))) {
                shape.check(value).map_err(|why| BadMetadata::of(name, why))?;
            }
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let identity = Identity { client_id: text("client_id"), client_secret: text("client_secret") };
        let metadata = serde_json::from_value(Value::Object(members));
        metadata.map(|metadata| (metadata, identity)).map_err(|_| BadMetadata::of("the document", "cannot be read"))
    }
}

/// By what a client that replaces its metadata names itself.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Its id.
    pub client_id: Option<String>,
    /// Its secret, if it says it.
    pub client_secret: Option<String>,
}

impl Shape {
    fn check(self, value: &Value) -> Result<(), &'static str> {
        let short = |value: &Value| value.as_str().is_some_and(|text| text.len() <= 2048);
        match self {
            Self::Text if short(value) => Ok(()),
            Self::Text => Err("must be a text of at most 2048 bytes"),
            Self::List if value.as_array().is_some_and(|list| list.len() <= MOST && list.iter().all(short)) => Ok(()),
            Self::List => Err("must be a list of at most 20 texts"),
            Self::Flag if value.is_boolean() => Ok(()),
            Self::Flag => Err("must be true or false"),
            Self::Number if value.as_u64().is_some_and(|number| u32::try_from(number).is_ok()) => Ok(()),
            Self::Number => Err("must be a whole number of seconds"),
            Self::Object if value.is_object() => Ok(()),
            Self::Object => Err("must be an object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn read(text: &str) -> Result<Metadata, String> {
        Metadata::read(text).map(|(metadata, _)| metadata).map_err(|bad| bad.to_string())
    }

    #[test]
    fn every_member_has_its_type() {
        let listed: BTreeSet<&str> = SHAPES.iter().flat_map(|(_, names)| *names).copied().collect();
        let example = |shape: Shape| match shape {
            Shape::Text => "a".into(),
            Shape::List => serde_json::json!(["a"]),
            Shape::Flag => true.into(),
            Shape::Number => 1.into(),
            Shape::Object => serde_json::json!({}),
        };
        let all =
            SHAPES.iter().flat_map(|(shape, names)| names.iter().map(|name| ((*name).to_owned(), example(*shape))));
        let whole = Value::Object(all.collect());
        let back = serde_json::to_value(read(&whole.to_string()).unwrap()).unwrap();
        assert_eq!(back, whole, "each is read and written");
        assert_eq!(back.as_object().unwrap().len(), listed.len());
        for name in listed {
            assert!(read(&serde_json::json!({ name: [[]] }).to_string()).unwrap_err().starts_with(name), "{name}");
        }
    }

    #[test]
    fn what_is_unknown_or_null_is_as_if_it_were_not_there() {
        assert_eq!(
            read("{\"made_up\": [1], \"client_name\": null, \"client_name#fr\": \"x\"}"),
            Ok(Metadata::default())
        );
    }

    #[test]
    fn what_cannot_be_kept_is_not_promised() {
        for bad in [
            "",
            "[]",
            "{",
            "{\"redirect_uris\": \"https://a.example/\"}",
            "{\"id_token_encrypted_response_alg\": \"RSA-OAEP\"}",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&format!("{{\"x\": \"{}\"}}", "x".repeat(LONGEST))).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = read(&text);
        }
    }
}
