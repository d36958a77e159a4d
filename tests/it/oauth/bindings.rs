//! What codes and tokens hang from: their client, their session, their time, their audience.

use std::time::Duration;

use axum::{body::Body, http::Request};
use phuong::protocol::{
    alg::SigningAlg,
    client::Kind,
    jwt::{AccessToken, assemble},
    registration::Registration,
};

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::{Answer, ISSUER, Tour, claims},
};

type Change = &'static dyn Fn(&mut AccessToken);

/// Signs out at the provider itself.
async fn sign_out(t: &Tour, browser: &mut Browser) {
    let csrf = browser.get(t, "/end_session").await.field("csrf");
    let done = browser.post(t, "/end_session/confirm", &[("csrf", &csrf), ("request", "")]).await;
    assert!(done.text.contains("id=\"logout-done\""), "{}", done.text);
}

both! { async fn r10_a_code_does_not_outlive_its_session(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    for scope in ["&scope=openid", "&scope=openid%20offline_access"] {
        let code = app.code(&t, &mut browser, scope).await;
        sign_out(&t, &mut browser).await;
        assert_eq!(app.redeem(&t, &code).await.error(), "invalid_grant", "{scope}");
    }
} }

both! { async fn r13_a_refresh_token_is_its_own_clients_and_a_strangers_try_burns_nothing(t: Tour) {
    let (app, other, mut browser) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(other.refresh(&t, &token).await.error(), "invalid_grant");
    let second = app.refresh(&t, &token).await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(other.refresh(&t, &token).await.error(), "invalid_grant", "not even within the ten seconds");
    assert_eq!(app.refresh(&t, &second).await.status, 200, "nor does it end the family");
} }

both! { async fn r13_a_family_ends_with_its_time_however_often_it_was_refreshed(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let mut token = app.tokens(&t, &mut browser, "&scope=openid%20offline_access").await["refresh_token"].as_str().unwrap().to_owned();
    for _ in 0..29 {
        t.advance(Duration::from_hours(24));
        let next = app.refresh(&t, &token).await.json();
        next["refresh_token"].as_str().unwrap().clone_into(&mut token);
    }
    t.advance(Duration::from_hours(25));
    assert_eq!(app.refresh(&t, &token).await.error(), "invalid_grant");
} }

both! { async fn a_refresh_token_dies_with_the_time_of_its_session_unless_offline(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let bound = app.tokens(&t, &mut browser, "").await;
    let offline = app.tokens(&t, &mut browser, "&scope=openid%20offline_access").await;
    t.advance(t.sv.settings.shared_session + Duration::from_secs(1));
    assert_eq!(app.refresh(&t, bound["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(app.refresh(&t, offline["refresh_token"].as_str().unwrap()).await.status, 200);
} }

both! { async fn an_access_token_ends_with_its_time(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let token = tokens["access_token"].as_str().unwrap();
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    t.advance(Duration::from_secs(tokens["expires_in"].as_u64().unwrap() - 1));
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 200);
    t.advance(Duration::from_secs(1));
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 401);
    assert_eq!(t.post("/introspect", auth, &[("token", token)]).await.json(), serde_json::json!({ "active": false }));
} }

both! { async fn r21_a_token_for_another_audience_is_not_for_userinfo(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["access_token"].as_str().unwrap().to_owned();
    let ours: AccessToken = serde_json::from_value(claims(&token)).unwrap();
    let signer = t.sv.ring.signer(SigningAlg::Es256);
    let made = |change: Change| {
        let mut claims = ours.clone();
        change(&mut claims);
        assemble(&claims, signer.alg(), signer.kid(), |input| signer.sign(input))
    };
    assert_eq!(t.get("/userinfo", Some(&made(&|_| ()))).await.status, 200, "the token below fails for its change alone");
    let changes: [(Change, u16); 5] = [
        (&|token| token.aud = "https://marks.example".into(), 401),
        (&|token| token.iss = "https://evil.example".into(), 401),
        (&|token| token.client_id = "nobody".into(), 401),
        (&|token| token.jti = "AAAA".into(), 401),
        (&|token| token.scope = "profile".into(), 403),
    ];
    for (change, status) in changes {
        assert_eq!(t.get("/userinfo", Some(&made(change))).await.status, status);
    }
    let elsewhere = made(&|token| token.aud = "marks".into());
    let (_, secret) = t.register(Registration::named("marks", "Marks", Kind::Service)).await;
    let live = t.post("/introspect", Some(("marks", &secret)), &[("token", &elsewhere)]).await.json();
    assert_eq!((live["active"].as_bool(), live["iss"].as_str()), (Some(true), Some(ISSUER)), "its own audience may ask");
} }

both! { async fn r17_a_public_client_asks_nothing_about_tokens(t: Tour) {
    let mut browser = Browser::default();
    let spa = RelyingParty::registered(&t, "spa", |ask| Registration { kind: Kind::Spa, scope: Some("openid profile".into()), ..ask }).await;
    let code = browser.sign_in_as(&t, &spa.authorize(""), "teacher").await.sent("code").unwrap();
    let form = [("grant_type", "authorization_code"), ("client_id", "spa"), ("code", &code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    let tokens = t.post("/token", None, &form).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(t.post("/introspect", None, &[("client_id", "spa"), ("token", token)]).await.status, 401);
    assert_eq!(t.post("/token", None, &[("grant_type", "client_credentials"), ("client_id", "spa")]).await.error(), "unauthorized_client");
    assert_eq!(t.post("/revoke", None, &[("client_id", "spa"), ("token", token)]).await.status, 200);
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 401);
} }

both! { async fn r8_only_pages_of_registered_apps_may_read_answers(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let allowed = async |method: &str, path: &str, origin: &str| {
        let request = Request::builder().method(method).uri(path).header("origin", origin).header("content-type", "application/x-www-form-urlencoded");
        let answer = Answer::of(t.send(request.body(Body::empty()).unwrap()).await).await;
        assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
        answer.header("access-control-allow-origin").to_owned()
    };
    for path in ["/token", "/userinfo", "/revoke"] {
        for method in ["POST", "OPTIONS"] {
            assert_eq!(allowed(method, path, "https://app.example").await, "https://app.example", "{method} {path}");
            for other in ["https://evil.example", "https://app.example.evil.example", "https://app.exampl", "https://app.example:8443", "http://app.example", "null", "https://", ""] {
                let answer = allowed(method, path, other).await;
                assert_eq!(answer, "", "{method} {path} {other}");
            }
        }
    }
    for path in ["/authorize", "/sign-in", "/end_session", "/introspect", "/portal", "/account", &app.authorize("")] {
        assert_eq!(allowed("GET", path, "https://app.example").await, "", "{path}");
    }
    for path in ["/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        assert_eq!(allowed("GET", path, "https://evil.example").await, "*", "{path}");
    }
} }
