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

both! { async fn what_is_wrong_with_an_app_is_said_field_by_field_in_the_callers_language(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "clients:write").await;
    let cb = ["https://app.example/cb"];
    let apps = "/api/v1/clients";
    for (method, path, wrong, fields) in [
        (Method::POST, apps, json!({ "name": "x", "kind": "web" }), vec!["/redirect_uris"]),
        (Method::POST, apps, json!({ "name": " ", "client_id": "?", "kind": "board" }), vec!["/name", "/client_id", "/school"]),
        (Method::POST, apps, json!({ "name": "x", "kind": "service", "redirect_uris": cb, "school": "31303405" }), vec!["/redirect_uris", "/school"]),
        (Method::POST, apps, json!({ "name": "x", "kind": "web", "redirect_uris": cb, "auth_method": "private_key_jwt" }), vec!["/jwks_uri"]),
        (Method::POST, apps, json!({ "name": "x", "kind": "web", "redirect_uris": [cb[0], "http://b.example/", "ftp://c.example/"] }), vec!["/redirect_uris", "/redirect_uris"]),
        (Method::POST, apps, json!({ "name": "x", "kind": "web", "redirect_uris": cb, "jwks_uri": "http://app.example/keys" }), vec!["/jwks_uri"]),
        (
            Method::POST,
            apps,
            json!({ "name": "x", "kind": "spa", "redirect_uris": cb, "post_logout_redirect_uris": ["http://app.example/"],
                    "backchannel_logout_uri": "ftp://x", "auth_method": "client_secret_basic", "scope": "openid x", "roles": ["boss"] }),
            vec!["/post_logout_redirect_uris", "/backchannel_logout_uri", "/auth_method", "/scope", "/roles"],
        ),
        (Method::PATCH, "/api/v1/clients/gradebook", json!({ "scope": "openid x", "resources": ["no address"] }), vec!["/scope", "/resources"]),
    ] {
        let [vi, en] = ["vi", "en"].map(|language| [("accept-language", language)]);
        let mut details = Vec::new();
        for headers in [&vi, &en] {
            let answer = Call { method: method.clone(), ..Call::put(path, &chief, wrong.clone()) }.with(headers).send(&t).await;
            assert_eq!(problem(&answer), is(422, "bad-fields"), "{wrong}");
            let told = answer.json();
            let errors = told["errors"].as_array().unwrap();
            assert_eq!(errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect::<Vec<_>>(), fields, "{wrong}: {told}");
            let said = ["http://b.example/", "ftp://c.example/"].map(|bad| (wrong["redirect_uris"].to_string().contains(bad), answer.text.contains(bad)));
            assert!(said.iter().all(|(sent, told)| sent == told), "each of several is named: {told}");
            assert!(!answer.text.contains("--"), "no flags in a program's answer: {told}");
            details.push(errors.iter().map(|error| error["detail"].to_string()).collect::<Vec<_>>());
        }
        assert!(details[0].iter().zip(&details[1]).all(|(vi, en)| vi != en), "{details:?}");
    }
} }

both! { async fn what_can_be_set_of_an_app_is_told_and_why_it_gets_no_secret(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "clients:write").await;
    let made = async |ask: Value| {
        let made = Call::post("/api/v1/clients", &chief, ask).send(&t).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let told = made.json()["client"].clone();
        let address = format!("/api/v1/clients/{}", told["client_id"].as_str().unwrap());
        assert_eq!(Call::get(&address, &chief).send(&t).await.json(), told);
        (told, address)
    };
    let ask = json!({ "name": "Thời khoá biểu", "kind": "web", "redirect_uris": ["https://app.example/cb"], "jwks_uri": "https://app.example/keys",
                      "post_logout_redirect_uris": ["https://app.example/"], "backchannel_logout_uri": "https://app.example/out" });
    let (told, address) = made(ask.clone()).await;
    for field in ["redirect_uris", "jwks_uri", "post_logout_redirect_uris", "backchannel_logout_uri"] {
        assert_eq!(told[field], ask[field], "{field}");
    }
    assert_eq!((&told["school"], &told["access_token"]), (&Value::Null, &json!("jwt")));
    let opaque = Call { method: Method::PATCH, ..Call::put(&address, &chief, json!({ "access_token": "opaque" })) }.send(&t).await;
    assert_eq!(opaque.json()["access_token"], "opaque", "{}", opaque.text);
    let school = t.person("student").school_code.clone();
    assert_eq!(made(json!({ "name": "Bảng 3A", "kind": "board", "school": school })).await.0["school"], school);
    let secret = Call::post(&format!("{address}/rotate-secret"), &chief, json!({})).send(&t).await;
    assert_eq!(problem(&secret), is(409, "conflict"));
    assert!(secret.json()["detail"].as_str().unwrap().contains("không có mã bí mật"), "{}", secret.text);
} }
