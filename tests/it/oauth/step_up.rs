//! An API of ours that wants a younger sign-in says so, and a client can do what it says (RFC 9470).

use std::time::Duration;

use phuong::{protocol::client::Audience, services::Settings};

use crate::support::{
    callers::{Browser, RelyingParty},
    database::Backend,
    tour::{Answer, ISSUER, Tour},
};

/// A provider that tells birth dates for five minutes after a sign-in.
struct Careful(Tour);

impl Careful {
    async fn on(backend: Backend) -> Option<Self> {
        let sensitive = Some(Duration::from_mins(5));
        Tour::of(backend, Settings { sensitive, ..Settings::of(ISSUER) }).await.map(Self)
    }
}

async fn told(t: &Tour, tokens: &serde_json::Value) -> Answer {
    t.get("/userinfo", tokens["access_token"].as_str()).await
}

async fn approved(t: &Tour) -> RelyingParty {
    RelyingParty::registered(t, "app", |mut ask| {
        ask.scope = Some("openid profile edu.birthdate offline_access".into());
        ask.release.insert("edu.birthdate".into(), Audience::default());
        ask
    })
    .await
}

both! { async fn a_birth_date_is_told_after_a_young_sign_in_alone_and_the_refusal_says_how_to_get_one(careful: Careful) {
    let (t, mut browser) = (careful.0, Browser::default());
    let app = approved(&t).await;
    let asking = app.authorize("&scope=openid%20edu.birthdate");
    let answer = browser.sign_in_as(&t, &asking, "teacher").await;
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert!(told(&t, &tokens).await.json()["birthdate"].is_string());

    t.advance(Duration::from_secs(301));
    let refused = told(&t, &tokens).await;
    assert_eq!((refused.status, refused.error().as_str()), (401, "insufficient_user_authentication"));
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("Bearer error=\"insufficient_user_authentication\", ") && challenge.contains("max_age=\"300\""), "{challenge}");
    assert!(!refused.text.contains("birthdate"), "{}", refused.text);
    // A new token from the same sign-in does not help.
    let refreshed = app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(told(&t, &refreshed).await.error(), "insufficient_user_authentication");
    let again = browser.get(&t, &asking).await;
    let from_session = app.redeem(&t, &again.sent("code").unwrap()).await.json();
    assert_eq!(told(&t, &from_session).await.error(), "insufficient_user_authentication");

    // What the challenge says does.
    let asked = browser.sign_in_as(&t, &format!("{asking}&max_age=300"), "teacher").await;
    let young = app.redeem(&t, &asked.sent("code").unwrap()).await.json();
    assert!(told(&t, &young).await.json()["birthdate"].is_string());
} }

both! { async fn what_is_not_sensitive_is_told_as_long_as_the_token_is_good(careful: Careful) {
    let (t, mut browser) = (careful.0, Browser::default());
    let app = approved(&t).await;
    let tokens = app.tokens(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(301));
    let refreshed = app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    let answer = told(&t, &refreshed).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.json().get("name").is_some() && answer.json().get("birthdate").is_none());
    // A single claim is held to it as a scope is.
    let asks = "&max_age=10000&claims=%7B%22userinfo%22%3A%7B%22birthdate%22%3Anull%7D%7D";
    let answer = browser.get(&t, &app.authorize(asks)).await;
    let single = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert_eq!(told(&t, &single).await.error(), "insufficient_user_authentication");
} }
