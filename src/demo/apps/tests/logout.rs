//! Signing out: at the app, and by the provider through the back channel.

use super::{
    super::App,
    Stage,
    provider::{SESSION, SUBJECT},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use url::Url;

async fn signed_in() -> Stage {
    let stage = Stage::with(App::Gradebook).await;
    stage.sign_in().await;
    assert_eq!(stage.me().await, StatusCode::OK);
    stage
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_goes_to_the_provider_with_proof() {
    let stage = signed_in().await;
    let to: Url = stage.get("/logout").await.location.unwrap().parse().unwrap();
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
    let sent: HashMap<String, String> = to.query_pairs().into_owned().collect();
    assert_eq!(to.path(), "/end_session");
    assert_eq!(sent["post_logout_redirect_uri"], "http://localhost:4001/signed-out");
    assert_eq!(sent["id_token_hint"].split('.').count(), 3);
    let back = format!("/signed-out?state={}", sent["state"]);
    assert!(stage.get(&back).await.body.contains("Máy sẵn sàng cho bạn tiếp theo"));
    assert!(!stage.get(&back).await.body.contains("Máy sẵn sàng"), "a state is believed once");
    assert_eq!(stage.get("/logout").await.location.as_deref(), Some("/signed-out"));
}

#[tokio::test]
async fn a_logout_token_ends_the_session_once() {
    let stage = signed_in().await;
    let token = stage.provider.logout_token(Some("logout+jwt"), &json!({}));
    let page = stage.post("/backchannel-logout", &[("logout_token", &token)]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
    stage.sign_in().await;
    let replayed = stage.post("/backchannel-logout", &[("logout_token", &token)]).await;
    assert_eq!(replayed.status, StatusCode::BAD_REQUEST);
    assert_eq!(serde_json::from_str::<Value>(&replayed.body).unwrap()["error"], "invalid_request");
    assert_eq!(stage.me().await, StatusCode::OK);
}

#[tokio::test]
async fn sub_alone_ends_all_sessions_and_sid_alone_that_one() {
    for (ends, changes) in [
        (true, json!({ "sid": null })),
        (true, json!({ "sub": null })),
        (true, json!({ "aud": ["another", "gradebook"] })),
        (false, json!({ "sid": "session-2" })),
        (false, json!({ "sub": "somebody", "sid": null })),
    ] {
        let stage = signed_in().await;
        // The header's typ is recommended, not required.
        let token = stage.provider.logout_token(None, &changes);
        let page = stage.post("/backchannel-logout", &[("logout_token", &token)]).await;
        assert_eq!(page.status, StatusCode::OK, "{changes}");
        let left = if ends { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        assert_eq!(stage.me().await, left, "{changes}");
    }
}

#[tokio::test]
async fn r21_what_is_no_logout_token_for_this_app_ends_nothing() {
    let stage = signed_in().await;
    let now = stage.clock.now().seconds();
    let changes = [
        json!({ "nonce": "n" }),
        json!({ "nonce": "" }),
        json!({ "iss": "http://127.0.0.1:1" }),
        json!({ "aud": "another" }),
        json!({ "aud": null }),
        json!({ "exp": now - 61 }),
        json!({ "exp": "soon" }),
        json!({ "exp": null }),
        json!({ "iat": now + 61 }),
        json!({ "iat": null }),
        json!({ "jti": null }),
        json!({ "events": null }),
        json!({ "events": { "http://schemas.openid.net/event/other": {} } }),
        json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": true } }),
        json!({ "sub": null, "sid": null }),
    ];
    let mut tokens: Vec<String> =
        changes.iter().map(|changes| stage.provider.logout_token(Some("logout+jwt"), changes)).collect();
    tokens.push(stage.provider.logout_token(Some("JWT"), &json!({})));
    tokens.push(stage.provider.logout_token(Some("at+jwt"), &json!({})));
    let right = stage.provider.logout_token(Some("logout+jwt"), &json!({}));
    tokens.push(right[..=right.rfind('.').unwrap()].to_owned());
    tokens.push("not a token".into());
    for (n, token) in tokens.iter().enumerate() {
        let page = stage.post("/backchannel-logout", &[("logout_token", token)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{n}: {}", page.body);
    }
    assert_eq!(stage.me().await, StatusCode::OK);
}

#[tokio::test]
async fn a_logout_token_under_a_new_key_is_believed() {
    let stage = signed_in().await;
    stage.provider.rotate("second");
    let token = stage.provider.logout_token(Some("logout+jwt"), &json!({ "sub": SUBJECT, "sid": SESSION }));
    assert_eq!(stage.post("/backchannel-logout", &[("logout_token", &token)]).await.status, StatusCode::OK);
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
}
