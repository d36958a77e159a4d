//! Apps by the API.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::support::tour::Tour;

both! { async fn r41_an_app_is_registered_and_its_secret_told_once(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "clients:write").await;
    let ask = json!({ "name": "Thư viện số", "kind": "web", "redirect_uris": ["https://library.example/cb"], "scope": "openid profile" });
    let made = Call::post("/api/v1/clients", &token, ask.clone()).send(&t).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = made.json()["client_secret"].as_str().unwrap().to_owned();
    let address = "/api/v1/clients/thu-vien-so";
    let seen = Call::get(address, &token).send(&t).await;
    assert_eq!((seen.status, seen.json()["enabled"].as_bool()), (200, Some(true)));
    assert!(!seen.text.contains(&secret));
    assert_eq!(problem(&Call::post("/api/v1/clients", &token, ask).send(&t).await), is(409, "conflict"));
    let rotated = Call::post(&format!("{address}/rotate-secret"), &token, json!({ "keep_hours": 0 })).send(&t).await;
    assert_ne!(rotated.json()["client_secret"], secret, "{}", rotated.text);
    let off = Call::post(&format!("{address}/disable"), &token, None).send(&t).await;
    assert_eq!(off.json()["enabled"], false);
    let removed = Call { method: Method::DELETE, ..Call::get(address, &token) }.send(&t).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    assert_eq!(problem(&Call::get(address, &token).send(&t).await), is(404, "not-found"));
} }

both! { async fn r2_r39_r44_an_app_is_registered_as_it_may_be_by_whom_it_may_be(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "clients:write").await;
    let school = token(&t, &app, "school_admin", "clients:write").await;
    let ask = |uri: &str| json!({ "name": "Ứng dụng", "kind": "web", "redirect_uris": [uri] });
    for bad in ["javascript:alert(1)", "https://*.example/cb", "http://app.example/cb", "https://app.example/#x"] {
        assert_eq!(problem(&Call::post("/api/v1/clients", &chief, ask(bad)).send(&t).await), is(422, "bad-fields"), "{bad}");
    }
    let good = ask("https://app.example/cb");
    assert_eq!(problem(&Call::post("/api/v1/clients", &school, good.clone()).send(&t).await), is(404, "not-found"));
    assert_eq!(problem(&Call::get("/api/v1/clients", &school).send(&t).await), is(404, "not-found"));
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&Call::post("/api/v1/clients", &chief, good).send(&t).await), is(401, "stale"));
} }

both! { async fn r39_r40_r44_r51_an_app_is_changed_by_the_sector_in_what_is_listed(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "clients:write audit:read").await;
    let school = token(&t, &app, "school_admin", "clients:write").await;
    let address = "/api/v1/clients/gradebook";
    let change = async |token: &str, body: Value| {
        Call { method: Method::PATCH, ..Call::put(address, token, body) }.send(&t).await
    };
    let before = Call::get(address, &chief).send(&t).await.json();
    let changed = change(&chief, json!({ "scope": "openid profile", "access_token": "opaque" })).await;
    assert_eq!((changed.status, &changed.json()["scope"]), (200, &json!("openid profile")), "{}", changed.text);
    let after = Call::get(address, &chief).send(&t).await.json();
    assert_eq!((&after["scope"], &after["redirect_uris"]), (&json!("openid profile"), &before["redirect_uris"]));
    for wrong in [json!({ "scope": "openid nothing" }), json!({ "redirect_uris": ["https://evil.example"] }), json!({ "enabled": true })] {
        assert_eq!(problem(&change(&chief, wrong.clone()).await), is(422, "bad-fields"), "r40 {wrong}");
    }
    assert_eq!(problem(&change(&school, json!({ "scope": "openid" })).await), is(404, "not-found"), "r39");
    let trail = Call::get("/api/v1/events?client=gradebook&action=client.changed", &chief).send(&t).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "r51 {trail}");
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&change(&chief, json!({ "scope": "openid" })).await), is(401, "stale"), "r44");
} }
