//! `/token`, `/userinfo`, `/introspect`, `/revoke`.

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::{
    callers::{Browser, RelyingParty, VERIFIER},
    tour::{ISSUER, Tour, claims},
};

both! { async fn a_code_becomes_tokens_that_say_who_signed_in(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((id["iss"].as_str(), id["aud"].as_str(), id["nonce"].as_str()), (Some(ISSUER), Some("app"), Some("n-1")));
    assert!(id["name"].is_null(), "personal claims are not in the ID token");
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await;
    assert_eq!(me.status, 200, "{}", me.text);
    assert_eq!(me.json()["sub"], id["sub"]);
    assert_eq!(me.json()["name"].as_str(), Some(t.person("teacher").name.as_str()));
    assert!(me.json()["edu_context"].is_null(), "only what was asked for");
} }

both! { async fn r10_a_code_is_good_once_and_its_reuse_ends_what_came_of_it(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let code = app.code(&t, &mut browser, "").await;
    let tokens = app.redeem(&t, &code).await.json();
    let again = app.redeem(&t, &code).await;
    assert_eq!((again.status, again.error().as_str()), (400, "invalid_grant"));
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
} }

both! { async fn r10_a_code_is_bound_to_its_client_its_redirect_uri_its_challenge_and_a_minute(t: Tour) {
    let (app, other, mut browser) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await, Browser::default());
    let code = app.code(&t, &mut browser, "").await;
    assert_eq!(other.redeem(&t, &code).await.error(), "invalid_grant");
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    assert_eq!(t.post("/token", auth, &form).await.error(), "invalid_grant", "the redirect URI is missing");
    let wrong = "another-verifier-of-forty-three-characters-or-so";
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "https://app.example/cb"), ("code_verifier", wrong)];
    assert_eq!(t.post("/token", auth, &form).await.error(), "invalid_grant");
    assert_eq!(app.redeem(&t, &code).await.status, 200, "whoever lacks a part of it burns nothing");
    let late = app.code(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(61));
    assert_eq!(app.redeem(&t, &late).await.error(), "invalid_grant");
} }

both! { async fn r11_of_many_parallel_redemptions_one_succeeds(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let code = app.code(&t, &mut browser, "").await;
    let answers = join_all((0..50).map(|_| app.redeem(&t, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
} }

both! { async fn r13_reuse_ends_the_family_but_a_lost_reply_may_be_asked_for_again(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let first = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    let second = app.refresh(&t, &first).await.json()["refresh_token"].as_str().unwrap().to_owned();
    t.advance(Duration::from_secs(9));
    let retried = app.refresh(&t, &first).await;
    assert_eq!(retried.json()["refresh_token"].as_str(), Some(second.as_str()), "the same successor");
    t.advance(Duration::from_secs(2));
    assert_eq!(app.refresh(&t, &first).await.error(), "invalid_grant", "too late: a replay");
    assert_eq!(app.refresh(&t, &second).await.error(), "invalid_grant", "the family ended");
} }

both! { async fn r13_a_retry_after_the_successor_was_used_is_a_replay(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let first = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    let second = app.refresh(&t, &first).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let third = app.refresh(&t, &second).await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(app.refresh(&t, &first).await.error(), "invalid_grant");
    assert_eq!(app.refresh(&t, &third).await.error(), "invalid_grant");
} }

both! { async fn r13_parallel_refreshes_get_one_successor(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let first = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    let answers = join_all((0..50).map(|_| app.refresh(&t, &first))).await;
    let mut successors: Vec<_> = answers.iter().map(|answer| answer.json()["refresh_token"].as_str().unwrap().to_owned()).collect();
    successors.sort();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    assert_eq!(app.refresh(&t, &successors[0]).await.status, 200, "and the family lives");
} }

both! { async fn a_refresh_token_dies_with_its_session_unless_offline(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let bound = app.tokens(&t, &mut browser, "").await;
    let offline = app.tokens(&t, &mut browser, "&scope=openid%20offline_access").await;
    let page = browser.get(&t, "/end_session").await;
    let done = browser.post(&t, "/end_session/confirm", &[("csrf", &page.field("csrf")), ("request", "")]).await;
    assert!(done.text.contains("id=\"logout-done\""), "{}", done.text);
    assert_eq!(app.refresh(&t, bound["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    let renewed = app.refresh(&t, offline["refresh_token"].as_str().unwrap()).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    let (old, new) = (claims(offline["id_token"].as_str().unwrap()), claims(renewed.json()["id_token"].as_str().unwrap()));
    assert_eq!((&old["sub"], &old["auth_time"]), (&new["sub"], &new["auth_time"]));
} }

both! { async fn r16_a_refresh_narrows_and_never_widens(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    let form = |scope| [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", scope)];
    assert_eq!(t.post("/token", auth, &form("openid edu")).await.error(), "invalid_scope");
    let narrowed = t.post("/token", auth, &form("openid")).await;
    assert_eq!(narrowed.json()["scope"].as_str(), Some("openid"), "the refused one burnt nothing");
} }

both! { async fn r17_introspection_and_revocation_are_for_the_tokens_own_client(t: Tour) {
    let (app, other, mut browser) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let access = tokens["access_token"].as_str().unwrap();
    let ask = async |who: &RelyingParty| t.post("/introspect", Some((&who.id, &who.secret)), &[("token", access)]).await.json();
    assert_eq!(ask(&app).await["active"], true);
    assert_eq!(ask(&other).await, serde_json::json!({ "active": false }));
    assert_eq!(t.post("/introspect", None, &[("token", access), ("client_id", "app")]).await.status, 401);
    let revoke = async |who: &RelyingParty| t.post("/revoke", Some((&who.id, &who.secret)), &[("token", access)]).await.status;
    assert_eq!(revoke(&other).await, 200);
    assert_eq!(ask(&app).await["active"], true, "another client's revocation does nothing");
    assert_eq!(revoke(&app).await, 200);
    assert_eq!(ask(&app).await["active"], false);
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 401);
} }

both! { async fn r21_tokens_of_one_kind_do_not_pass_as_another(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    assert_eq!(t.get("/userinfo", tokens["id_token"].as_str()).await.status, 401);
    assert_eq!(t.get("/userinfo", tokens["refresh_token"].as_str()).await.status, 401);
    assert_eq!(app.refresh(&t, tokens["access_token"].as_str().unwrap()).await.error(), "invalid_grant");
    let hint = format!("/end_session?id_token_hint={}", tokens["access_token"].as_str().unwrap());
    assert_eq!(browser.get(&t, &hint).await.status, 400);
} }

both! { async fn r12_a_code_and_a_refresh_token_do_not_stand_for_each_other(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let code = app.code(&t, &mut browser, "").await;
    assert_eq!(app.refresh(&t, &code).await.error(), "invalid_grant");
    let tokens = app.redeem(&t, &code).await.json();
    assert_eq!(app.redeem(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
} }

both! { async fn r55_hostile_requests_get_an_answer_and_never_a_fault(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let long = "x".repeat(70_000);
    for form in [
        vec![],
        vec![("grant_type", "")],
        vec![("grant_type", "authorization_code"), ("code", "\u{0}\u{202e}")],
        vec![("grant_type", "refresh_token"), ("refresh_token", "a"), ("refresh_token", "b")],
        vec![("grant_type", long.as_str())],
    ] {
        let answer = t.post("/token", Some((&app.id, &app.secret)), &form).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    for path in ["/authorize?%ff=%00", "/end_session?id_token_hint=a.b.c", "/sign-in?flow=%00", "/assets/../../x", "/%2e%2e/x"] {
        let status = t.get(path, None).await.status;
        assert!((200..500).contains(&status), "{path}: {status}");
    }
} }
