//! What clients ask for themselves, and what they get.

use serde_json::json;

use super::*;
use crate::{
    base::entropy::Entropy,
    protocol::{
        certificate::Name,
        confirmation::Binding,
        discovery::Certificates,
        subject::{Sector, SubjectKind},
    },
};

fn register_at(document: &Value, registrar: &Registrar, offer: &Offer) -> Result<(Client, Metadata), BadMetadata> {
    let (metadata, _) = Metadata::read(&document.to_string())?;
    let secret = Token::random(&Entropy::danger_seeded(1));
    let given = Given { client_id: "c".into(), key: uuid::Uuid::nil().into(), secret: &secret, sector: None };
    metadata.register(given, registrar, offer)
}

fn register(document: &Value) -> Result<(Client, Metadata), BadMetadata> {
    register_at(document, &Registrar::default(), &Offer::default())
}

fn with(member: &str, value: &Value) -> Value {
    let mut document = json!({ "redirect_uris": ["https://app.example/cb"] });
    document[member] = value.clone();
    document
}

#[test]
fn what_is_left_out_is_chosen_and_said() {
    let (client, metadata) = register(&json!({ "redirect_uris": ["https://app.example/cb"] })).unwrap();
    assert_eq!((client.trust, client.id_token_alg, client.kind), (Trust::AsksConsent, SigningAlg::Rs256, Kind::Web));
    assert!(client.require_pkce && client.release.is_empty() && client.scopes.has("profile"));
    assert_eq!(client.name, "app.example");
    assert_eq!(client.subject, SubjectKind::Pairwise(Sector("c".into())));
    let said = serde_json::to_value(metadata).unwrap();
    let expected = json!({
        "redirect_uris": ["https://app.example/cb"], "response_types": ["code"], "grant_types": ["authorization_code"],
        "application_type": "web", "client_name": "app.example", "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "RS256", "subject_type": "pairwise", "scope": "offline_access openid profile",
    });
    assert_eq!(said, expected);
}

#[test]
fn r2_no_address_that_runs_or_misleads_is_registered() {
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt://app.example/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "http://app.example/x",
        "https://user@app.example/x",
        "https://app.example;sandbox/x",
        "file:///etc/passwd",
        "",
    ] {
        for member in [
            "client_uri",
            "logo_uri",
            "policy_uri",
            "tos_uri",
            "jwks_uri",
            "initiate_login_uri",
            "backchannel_logout_uri",
            "frontchannel_logout_uri",
        ] {
            let refused = register(&with(member, &bad.into())).unwrap_err();
            assert_eq!(refused.code(), "invalid_client_metadata", "{member}: {bad}");
            assert!(refused.to_string().starts_with(member), "{refused}");
        }
        for member in ["redirect_uris", "post_logout_redirect_uris"] {
            let refused = register(&with(member, &json!([bad]))).unwrap_err();
            assert_eq!(refused.code(), "invalid_redirect_uri", "{member}: {bad}");
        }
        assert!(register(&with("request_uris", &json!([bad]))).is_err(), "{bad}");
        let (metadata, _) = Metadata::read(&with("sector_identifier_uri", &bad.into()).to_string()).unwrap();
        assert!(metadata.sector_source().is_err(), "{bad}");
    }
    for bad in ["https://app.example/cb#x", "https://*.example/cb", "https://app.example/*", "myapp:/cb"] {
        assert_eq!(
            register(&with("redirect_uris", &json!([bad]))).unwrap_err().code(),
            "invalid_redirect_uri",
            "{bad}"
        );
    }
    assert_eq!(register(&json!({})).unwrap_err().code(), "invalid_redirect_uri");
    assert!(register(&with("frontchannel_logout_uri", &"https://evil.example/out".into())).is_err(), "another origin");
}

#[test]
fn what_is_not_offered_is_named() {
    for (member, value) in [
        ("application_type", json!("desktop")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("id_token_signed_response_alg", json!("none")),
        ("userinfo_signed_response_alg", json!("HS256")),
        ("request_object_signing_alg", json!("none")),
        ("token_endpoint_auth_signing_alg", json!("HS256")),
        ("response_types", json!(["id_token"])),
        ("response_types", json!(["code", "made up"])),
        ("grant_types", json!(["password"])),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("grant_types", json!(["refresh_token"])),
        ("scope", json!("openid \"x\"")),
        ("require_signed_request_object", json!(true)),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("self_signed_tls_client_auth")),
        ("tls_client_certificate_bound_access_tokens", json!(true)),
    ] {
        let refused = register(&with(member, &value)).unwrap_err();
        assert!(refused.to_string().starts_with(member), "{member} {value}: {refused}");
    }
    let native = json!({ "redirect_uris": ["com.example.app:/cb"], "application_type": "native", "token_endpoint_auth_method": "client_secret_basic" });
    assert!(register(&native).is_err(), "a program on people's devices keeps no secret");
}

#[test]
fn r6_legacy_response_types_are_for_servers_that_offer_them() {
    let offer = Offer { legacy_response_types: true, ..Offer::default() };
    let register = |document: &Value| register_at(document, &Registrar::default(), &offer);
    let mut document = with("response_types", &json!(["token id_token", "code"]));
    document["grant_types"] = json!(["implicit", "authorization_code"]);
    let (client, metadata) = register(&document).unwrap();
    assert_eq!(client.terms.response_types.len(), 2);
    assert_eq!(metadata.response_types.unwrap(), ["code", "id_token token"]);
    document["grant_types"] = json!(["authorization_code"]);
    assert!(register(&document).is_err(), "RFC 7591 §2.1");
}

#[test]
fn r16_nothing_beyond_what_the_server_allows_is_registered() {
    let (client, metadata) = register(&with("scope", &"openid email edu.citizen_id made.up".into())).unwrap();
    assert_eq!((client.scopes.to_string(), metadata.scope.as_deref()), ("openid".into(), Some("openid")));
    let mut document = with("subject_type", &"public".into());
    document["token_endpoint_auth_method"] = "none".into();
    let lax = Registrar { require_pkce: false, ..Registrar::default() };
    let (client, metadata) = register_at(&document, &lax, &Offer::default()).unwrap();
    assert!(client.require_pkce, "PKCE is all that a public client has");
    assert_eq!(metadata.subject_type.as_deref(), Some("pairwise"), "a public subject is the department's to give");
    assert!(matches!(client.subject, SubjectKind::Pairwise(_)));
}

#[test]
fn keys_are_public_and_come_from_one_place() {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "1" });
    let mut document = with("jwks", &json!({ "keys": [key] }));
    let (client, _) = register(&document).unwrap();
    assert!(client.terms.request_keys.is_some());
    document["token_endpoint_auth_method"] = "private_key_jwt".into();
    let (client, _) = register(&document).unwrap();
    assert!(matches!(client.access, Access::KeyJwt { token_endpoint_audience: false, .. }));
    assert!(client.terms.request_keys.is_none(), "they are where it proves itself");
    document["jwks_uri"] = "https://app.example/jwks".into();
    assert!(register(&document).unwrap_err().to_string().contains("exclude"));
    for part in ["d", "p", "k"] {
        let mut private = key.clone();
        private[part] = "AAAA".into();
        let refused = register(&with("jwks", &json!({ "keys": [private] }))).unwrap_err();
        assert!(refused.to_string().contains("public keys alone"), "{refused}");
    }
    assert!(register(&with("jwks", &json!({ "keys": "x" }))).is_err());
}

fn asks_for_certificates(vouched: bool) -> Offer {
    let certificates = Certificates { address: "https://op.example:8443".into(), vouched };
    Offer { certificates: Some(certificates), ..Offer::default() }
}

#[test]
fn a_certificate_must_say_exactly_one_thing_that_it_can_say() {
    let register = |document: &Value| register_at(document, &Registrar::default(), &asks_for_certificates(true));
    let certified = |members: &[(&str, &str)]| {
        let mut document = with("token_endpoint_auth_method", &"tls_client_auth".into());
        for (member, value) in members {
            document[*member] = (*value).into();
        }
        document
    };
    for (member, value, name) in [
        ("tls_client_auth_subject_dn", "CN=app,O=Trường", Name::SubjectDn("CN=app,O=Trường".into())),
        ("tls_client_auth_san_dns", "app.example", Name::Dns("app.example".into())),
        ("tls_client_auth_san_uri", "https://app.example/", Name::Uri("https://app.example/".into())),
        ("tls_client_auth_san_ip", "2001:db8::1", Name::Ip("2001:db8::1".parse().unwrap())),
        ("tls_client_auth_san_email", "a@app.example", Name::Email("a@app.example".into())),
    ] {
        let (client, metadata) = register(&certified(&[(member, value)])).unwrap();
        assert_eq!(client.access, Access::Certified { name });
        let said = serde_json::to_value(metadata).unwrap();
        assert_eq!((&said[member], &said["token_endpoint_auth_method"]), (&json!(value), &json!("tls_client_auth")));
        let refused = register(&with(member, &value.into())).unwrap_err();
        assert!(refused.to_string().contains("client_secret_basic"), "of no use with a secret: {refused}");
    }
    for (members, wrong) in [
        (&[][..], "needs one tls_client_auth member"),
        (
            &[("tls_client_auth_san_dns", "a.example"), ("tls_client_auth_san_ip", "192.0.2.1")],
            "tls_client_auth_san_ip",
        ),
        (&[("tls_client_auth_san_ip", "app.example")], "tls_client_auth_san_ip"),
        (&[("tls_client_auth_subject_dn", "no name")], "tls_client_auth_subject_dn"),
        (&[("tls_client_auth_san_dns", "")], "tls_client_auth_san_dns"),
    ] {
        let refused = register(&certified(members)).unwrap_err();
        assert_eq!(refused.code(), "invalid_client_metadata");
        assert!(refused.to_string().contains(wrong), "{members:?}: {refused}");
    }
    let keyless = register(&with("token_endpoint_auth_method", &"self_signed_tls_client_auth".into())).unwrap_err();
    assert!(keyless.to_string().contains("jwks"), "{keyless}");
}

#[test]
fn tokens_are_bound_to_one_thing_and_an_authority_must_be_there_to_vouch() {
    let register = |document: &Value| register_at(document, &Registrar::default(), &asks_for_certificates(false));
    let (client, metadata) = register(&with("tls_client_certificate_bound_access_tokens", &true.into())).unwrap();
    assert_eq!(client.terms.binding, Binding::Certificate);
    assert_eq!(metadata.tls_client_certificate_bound_access_tokens, Some(true));
    let mut document = with("dpop_bound_access_tokens", &true.into());
    assert_eq!(register(&document).unwrap().0.terms.binding, Binding::Dpop);
    document["tls_client_certificate_bound_access_tokens"] = true.into();
    assert!(register(&document).unwrap_err().to_string().contains("exclude each other"));
    let mut document = with("token_endpoint_auth_method", &"tls_client_auth".into());
    document["tls_client_auth_san_dns"] = "app.example".into();
    assert!(register(&document).unwrap_err().to_string().contains("no authority vouches"));
}

#[test]
fn several_hosts_need_a_document_that_lists_them() {
    let source = |uris: &[&str]| {
        Metadata { redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(), ..Metadata::default() }
            .sector_source()
    };
    assert_eq!(
        source(&["https://a.example/1", "https://a.example:8443/2"]),
        Ok(SectorSource::Host("a.example".into()))
    );
    assert!(source(&["https://a.example/1", "https://b.example/1"]).is_err());
    assert_eq!(source(&["com.example.app:/cb", "http://127.0.0.1/cb"]), Ok(SectorSource::Own));
    let metadata = Metadata { redirect_uris: vec!["https://a.example/1".into()], ..Metadata::default() };
    assert_eq!(metadata.is_listed_in(b"[\"https://a.example/1\", \"https://b.example/1\"]"), Ok(()));
    for document in ["[]", "[\"https://a.example/\"]", "{}", "<html>", "[\"https://a.example/1\", 1]"] {
        assert!(metadata.is_listed_in(document.as_bytes()).is_err(), "{document}");
    }
}

#[test]
fn a_name_hides_nothing_and_turns_nothing_around() {
    let (client, _) = register(&with("client_name", &"  Sổ\u{202e}\n điểm\u{200b} ".into())).unwrap();
    assert_eq!(client.name, "Sổ điểm");
    let mut document = with("client_name", &"Library".into());
    document["client_name#vi"] = "Thư viện".into();
    assert_eq!(register(&document).unwrap().0.name, "Thư viện");
}
