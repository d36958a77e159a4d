//! What is changed as it was read (`If-Match`): of two who change the same, the second is told.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::support::tour::Tour;

/// Changes what is told at one address by requests to another, each with the validator of some reading.
async fn in_turn(t: &Tour, token: &str, read: &str, (method, path): (Method, &str), [one, other]: [Value; 2]) {
    let look = async || Call::get(read, token).send(t).await;
    let change = async |held: &str, body: &Value| {
        let headers = [("if-match", held)];
        Call { method: method.clone(), ..Call::put(path, token, body.clone()) }.with(&headers).send(t).await
    };
    let before = look().await.header("etag").to_owned();
    let done = change(&before, &one).await;
    assert_eq!(done.status / 100, 2, "{path}: {}", done.text);
    let now = look().await;
    assert_ne!(now.header("etag"), before, "{path}");
    assert_eq!(problem(&change(&before, &other).await), is(412, "changed"), "{path}");
    assert_eq!(look().await.text, now.text, "{path}: nothing was done");
    let several = format!("{before}, {}", now.header("etag"));
    for (held, body) in [(several.as_str(), &other), ("*", &one)] {
        let done = change(held, body).await;
        assert_eq!(done.status / 100, 2, "{path} {held}: {}", done.text);
    }
    assert_eq!(look().await.status, 200);
}

both! { async fn an_update_of_somebody_else_is_not_lost_in_silence(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "clients:write people:read schools:write rollover:write").await;
    let code = t.person("school_admin").school_code.clone();

    let app = "/api/v1/clients/gradebook";
    let changes = [json!({ "calls": ["lms"] }), json!({ "calls": ["lms", "library"] })];
    in_turn(&t, &token, app, (Method::PATCH, app), changes).await;

    let school = format!("/api/v1/schools/{code}");
    let networks = [json!({ "networks": ["203.0.113.0/28"] }), json!({ "networks": ["203.0.113.16/28"] })];
    in_turn(&t, &token, &school, (Method::PUT, &format!("{school}/networks")), networks).await;

    let step = format!("/api/v1/rollovers/{code}");
    assert_eq!(Call::post(&format!("{step}/draft"), &token, None).send(&t).await.status, 200);
    let drafted = Call::get(&step, &token).send(&t).await.json();
    let class = format!("{step}/classes/{}", drafted["classes"][0]["id"].as_str().unwrap());
    let fates = [json!({ "fate": "goes_on", "next": "4Y" }), json!({ "fate": "goes_on", "next": "4Z" })];
    in_turn(&t, &token, &class, (Method::PUT, &format!("{class}/fate")), fates).await;
    let pupil = Call::get(&class, &token).send(&t).await.json()["pupils"][0]["person"].clone();
    let marks = ["leaves", "repeats"].map(|mark| json!({ "person": pupil, "mark": mark }));
    in_turn(&t, &token, &class, (Method::PUT, &format!("{class}/pupil")), marks).await;
} }
