//! What access tokens say of a person, and those that say nothing.

use std::time::Duration;

use phuong::protocol::{
    registration::Registration,
    target::{Api, TokenForm},
};

use super::targets::{LMS, calling, serving};
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Tour, claims},
};

async fn opaque(t: &Tour, id: &str) -> RelyingParty {
    let api = Api { form: TokenForm::Opaque, ..Api::default() };
    RelyingParty::registered(t, id, |ask| Registration { api, ..ask }).await
}

async fn introspect(t: &Tour, app: &RelyingParty, token: &str) -> serde_json::Value {
    t.post("/introspect", Some((&app.id, &app.secret)), &[("token", token)]).await.json()
}

both! { async fn an_opaque_token_says_nothing_and_works_like_any_other(t: Tour) {
    let (app, other) = (opaque(&t, "app").await, RelyingParty::new(&t, "other").await);
    let tokens = app.tokens(&t, &mut Browser::default(), "").await;
    let access = tokens["access_token"].as_str().unwrap();
    assert!(access.len() == 43 && !access.contains('.'), "{access}");
    assert_eq!(tokens["expires_in"], 600);
    let me = t.get("/userinfo", Some(access)).await.json();
    assert_eq!(me["name"].as_str(), Some(t.person("teacher").name.as_str()));
    let told = introspect(&t, &app, access).await;
    assert_eq!((&told["active"], &told["sub"], &told["client_id"]), (&true.into(), &me["sub"], &"app".into()));
    assert_eq!(introspect(&t, &other, access).await["active"], false);
    let next = app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    let renewed = next["access_token"].as_str().unwrap();
    assert!(renewed.len() == 43 && renewed != access);
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    t.post("/revoke", Some((&other.id, &other.secret)), &[("token", access)]).await;
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 200, "r17: another's revocation does nothing");
    t.post("/revoke", auth, &[("token", access)]).await;
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 401);
    assert_eq!(t.get("/userinfo", Some(renewed)).await.status, 200, "it alone");
    t.advance(Duration::from_secs(601));
    assert_eq!(t.get("/userinfo", Some(renewed)).await.status, 401);
    t.advance(Duration::from_hours(48));
    while phuong::worker::purge(&t.sv).await.unwrap() > 0 {}
    assert_eq!(introspect(&t, &app, renewed).await["active"], false);
} }

both! { async fn r12_no_other_secret_passes_for_an_opaque_token(t: Tour) {
    let app = opaque(&t, "app").await;
    let mut browser = Browser::default();
    let tokens = app.tokens(&t, &mut browser, "").await;
    let access = tokens["access_token"].as_str().unwrap();
    let code = app.code(&t, &mut browser, "").await;
    let session = browser.session().unwrap().clone();
    for secret in [&code, tokens["refresh_token"].as_str().unwrap(), &session, "", "x"] {
        assert_eq!(t.get("/userinfo", Some(secret)).await.status, 401);
    }
    assert_eq!(app.refresh(&t, access).await.error(), "invalid_grant");
    assert_eq!(app.redeem(&t, access).await.error(), "invalid_grant");
    let own = t.post("/token", Some((&app.id, &app.secret)), &[("grant_type", "client_credentials")]).await.json();
    assert_eq!(introspect(&t, &app, own["access_token"].as_str().unwrap()).await["sub"], "app");
} }

both! { async fn a_token_says_what_the_person_is_where_both_apps_are_told(t: Tour) {
    serving(&t, "the-lms", LMS).await;
    let marks = calling(&t, "marks", &["the-lms"]).await;
    let api = Api { serves: ["https://canteen.example/".to_owned()].into(), ..Api::default() };
    RelyingParty::registered(&t, "canteen", |ask| Registration { api, scope: Some("openid profile".into()), ..ask }).await;
    let diner = calling(&t, "diner", &["canteen"]).await;
    let mut browser = Browser::default();
    let mut roles = async |app: &RelyingParty, extra: &str| {
        let tokens = app.tokens(&t, &mut browser, extra).await;
        claims(tokens["access_token"].as_str().unwrap())["roles"].clone()
    };
    let edu = "&scope=openid%20edu";
    assert_eq!(roles(&marks, edu).await, serde_json::json!(["teacher"]));
    assert_eq!(roles(&marks, &format!("{edu}&resource={LMS}")).await, serde_json::json!(["teacher"]));
    assert!(roles(&marks, "").await.is_null(), "not asked for");
    assert!(roles(&diner, &format!("{edu}&resource=https://canteen.example/")).await.is_null(), "the canteen is not told");
} }
