//! `openid-client`, which many JavaScript apps sign in with.

use std::path::PathBuf;

use jsonwebtoken::jwk::JwkSet;
use phuong::protocol::{
    client::{KeySource, Kind},
    registration::Registration,
    terms::{Profile, Terms},
};
use serde_json::{Value, json};

use super::{run, scripts, situation};
use crate::{
    relying::assertion::AppKey,
    support::{callers::RelyingParty, skip::skip, tour::Served},
};

const CALLBACK: &str = "https://app.example/cb";

async fn play(served: &Served, scenario: &str, more: Value) -> Option<Value> {
    let Some(modules) = std::env::var_os("PHUONG_TEST_NODE_MODULES") else {
        skip("openid-client", "PHUONG_TEST_NODE_MODULES");
        return None;
    };
    let mut given = situation(served, "app", CALLBACK);
    given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    given["scenario"] = json!(scenario);
    Some(run("node".into(), scripts("node").join("main.mjs"), PathBuf::from(modules), given).await)
}

both! { async fn an_app_with_a_secret_lives_its_life(served: Served) {
    let app = RelyingParty::new(&served.tour, "app").await;
    let Some(said) = play(&served, "secret", json!({ "client_secret": app.secret })).await else { return };
    assert_eq!(said["name"].as_str(), Some(served.tour.person("teacher").name.as_str()));
    assert_eq!((said["live"].as_bool(), said["dead"].as_bool(), said["out"].as_bool()), (Some(true), Some(false), Some(true)));
} }

both! { async fn requests_that_the_app_signs_and_answers_that_the_provider_signs(served: Served) {
    let (app, key) = (RelyingParty::new(&served.tour, "app").await, AppKey::new(jsonwebtoken::Algorithm::ES256));
    let keys = KeySource::Inline(JwkSet { keys: vec![key.public()] });
    app.change(&served.tour, |client| {
        client.terms.request_keys = Some(keys);
        client.terms.signed_only = true;
    })
    .await;
    let more = json!({ "client_secret": app.secret, "pkcs8": key.pkcs8(), "kid": key.kid() });
    let Some(said) = play(&served, "signed", more).await else { return };
    assert_eq!(said["sent"], json!(["client_id", "request"]));
    assert_eq!(said["got"], json!(["response"]));
    assert!(said["sub"].is_string());
} }

both! { async fn a_board_is_let_in_from_a_phone(served: Served) {
    let board = Registration {
        redirect_uris: Vec::new(),
        school: Some(served.tour.person("teacher").school_code.clone()),
        scope: Some("openid profile".into()),
        ..Registration::named("app", "Bảng 6A", Kind::Board)
    };
    let (_, secret) = served.tour.register(board).await;
    let Some(said) = play(&served, "device", json!({ "client_secret": secret })).await else { return };
    assert_eq!(said["early"], "authorization_pending");
    assert_eq!(said["name"].as_str(), Some(served.tour.person("teacher").name.as_str()));
    assert_eq!(said["complete"], true);
} }

both! { async fn an_app_that_is_held_to_fapi_with_and_without_message_signing(served: Served) {
    let key = AppKey::new(jsonwebtoken::Algorithm::ES256);
    let keys = KeySource::Inline(JwkSet { keys: vec![key.public()] });
    let app = RelyingParty::registered(&served.tour, "app", |ask| Registration {
        keys: Some(keys),
        terms: Terms { profile: Profile::Fapi2, ..Terms::default() },
        ..ask
    })
    .await;
    for message_signing in [false, true] {
        app.change(&served.tour, |client| client.terms.signed_only = message_signing).await;
        let more = json!({ "pkcs8": key.pkcs8(), "kid": key.kid(), "message_signing": message_signing });
        let Some(said) = play(&served, "fapi", more).await else { return };
        assert_eq!(said["sent"], json!(["client_id", "request_uri"]));
        assert_eq!((said["type"].as_str(), said["rotated"].as_bool()), (Some("dpop"), Some(false)));
        assert_eq!(said["name"].as_str(), Some(served.tour.person("teacher").name.as_str()));
        let got = if message_signing { json!(["response"]) } else { json!(["code", "iss", "session_state", "state"]) };
        assert_eq!(said["got"], got);
    }
} }
