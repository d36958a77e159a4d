//! What the metadata promises and nothing else shows: each address answers, tokens have the members that their
//! specifications name, a public subject is the same everywhere.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use phuong::protocol::registration::Registration;
use serde_json::{Value, json};

use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::Receiver,
    tour::{ISSUER, Tour, claims},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

both! { async fn an_id_token_has_the_members_of_core_2_and_no_others(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let tokens = app.tokens(&t, &mut Browser::default(), "").await;
    let told = claims(tokens["id_token"].as_str().unwrap());
    let all = ["acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "iss", "nonce", "sid", "sub"];
    assert_eq!(members(&told), all);
    assert_eq!((&told["aud"], &told["azp"], &told["amr"]), (&json!("app"), &json!("app"), &json!(["pwd"])));
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        members(&access),
        ["acr", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"],
        "RFC 9068 §2.2"
    );
} }

both! { async fn a_logout_token_names_the_session_of_the_id_token_and_is_no_id_token(t: Tour) {
    let receiver = Receiver::start().await;
    let address = receiver.address();
    let ask = |ask| Registration { backchannel_logout_uri: Some(address), ..ask };
    let (app, mut browser) = (RelyingParty::registered(&t, "app", ask).await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let id_token = tokens["id_token"].as_str().unwrap();
    browser.get(&t, &format!("/end_session?id_token_hint={id_token}")).await;
    let token = receiver.next().await;

    let header = decode_header(&token).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("logout+jwt"), Algorithm::ES256));
    let keys: JwkSet = serde_json::from_value(t.get("/jwks", None).await.json()).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["app"]);
    validation.set_issuer(&[ISSUER]);
    // Its times are of the tests' clock.
    validation.validate_exp = false;
    let told: Value = decode(&token, &key, &validation).unwrap().claims;
    assert_eq!(members(&told), ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], "and no nonce");
    assert_eq!(told["events"], json!({ EVENT: {} }));
    let signed_in = claims(id_token);
    assert_eq!((&told["sid"], &told["sub"]), (&signed_in["sid"], &signed_in["sub"]));
    let now = t.clock.now().seconds();
    assert!(told["iat"] == now && (now + 1..=now + 120).contains(&told["exp"].as_i64().unwrap()), "{told}");
} }

both! { async fn every_announced_address_is_there(t: Tour) {
    let document = t.get("/.well-known/openid-configuration", None).await.json();
    let addresses = document.as_object().unwrap().iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let mut tried = 0;
    for (name, address) in addresses.filter(|(name, _)| *name != "issuer") {
        let path = address.strip_prefix(ISSUER).unwrap_or_else(|| panic!("{name} is elsewhere: {address}"));
        let answer = t.get(path, None).await;
        // What an endpoint says when it was asked for nothing.
        let expected = match name.as_str() {
            "authorization_endpoint" => 400,
            "userinfo_endpoint" => 401,
            "token_endpoint"
            | "device_authorization_endpoint"
            | "introspection_endpoint"
            | "revocation_endpoint"
            | "pushed_authorization_request_endpoint" => 405,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{name}");
        tried += 1;
    }
    assert_eq!(tried, 13);
} }

both! { async fn a_public_subject_is_the_same_for_every_app_and_a_pairwise_one_is_not(t: Tour) {
    let mut subjects = Vec::new();
    for (id, public) in [("one", true), ("two", true), ("three", false), ("four", false)] {
        let app = RelyingParty::registered(&t, id, |ask| Registration { public_subject: public, ..ask }).await;
        let tokens = app.tokens(&t, &mut Browser::default(), "").await;
        subjects.push(claims(tokens["id_token"].as_str().unwrap())["sub"].clone());
    }
    assert_eq!(subjects[0], subjects[1]);
    assert!(subjects[1] != subjects[2] && subjects[2] != subjects[3] && subjects[1] != subjects[3]);
} }
