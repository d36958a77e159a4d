//! Authlib, which Django, Flask and FastAPI apps sign in with.

use std::path::PathBuf;

use jsonwebtoken::jwk::JwkSet;
use phuong::protocol::{client::KeySource, registration::Registration};
use serde_json::{Value, json};

use super::{run, scripts, situation};
use crate::{
    relying::assertion::AppKey,
    support::{callers::RelyingParty, skip::skip, tour::Served},
};

const CALLBACK: &str = "https://app.example/cb";

pub(super) async fn play(script: &str, given: Value) -> Option<Value> {
    let Some(python) = std::env::var_os("PHUONG_TEST_PYTHON") else {
        skip("Authlib and Apache", "PHUONG_TEST_PYTHON");
        return None;
    };
    Some(run(PathBuf::from(python), scripts("python").join(script), PathBuf::new(), given).await)
}

fn judge(served: &Served, said: &Value) {
    assert_eq!(
        (said["nonce"].as_bool(), said["aud"].as_str(), said["same"].as_bool()),
        (Some(true), Some("app"), Some(true))
    );
    assert_eq!(said["name"].as_str(), Some(served.tour.person("teacher").name.as_str()));
    assert_eq!((said["rotated"].as_bool(), said["live"].as_bool()), (Some(true), Some(true)));
    assert_eq!(said["dead"], false, "a revoked refresh token takes what came of its grant with it");
}

both! { async fn an_app_with_a_secret_signs_in_refreshes_and_asks_about_tokens(served: Served) {
    let app = RelyingParty::new(&served.tour, "app").await;
    let mut given = situation(&served, "app", CALLBACK);
    given["client_secret"] = json!(app.secret);
    let Some(said) = play("authlib_party.py", given).await else { return };
    judge(&served, &said);
} }

both! { async fn an_app_with_a_key_does_the_same(served: Served) {
    let key = AppKey::new(jsonwebtoken::Algorithm::ES256);
    let keys = KeySource::Inline(JwkSet { keys: vec![key.public()] });
    RelyingParty::registered(&served.tour, "app", |ask| Registration { keys: Some(keys), ..ask }).await;
    let mut given = situation(&served, "app", CALLBACK);
    given["pem"] = json!(key.pem());
    given["kid"] = json!(key.kid());
    let Some(said) = play("authlib_party.py", given).await else { return };
    judge(&served, &said);
} }
