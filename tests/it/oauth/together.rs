//! What is done many at a time or remembered for a moment is decided as if it were done alone and looked up each time.

use futures_util::future::join_all;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::Tour,
};

/// 43 characters of the right form, and not [`VERIFIER`].
const ANOTHER: &str = "another-verifier-of-forty-three-characters-or-so";

both! { async fn r10_a_wrong_redemption_among_many_burns_nothing_and_harms_nobody(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let mut codes = Vec::new();
    for _ in 0..24 {
        codes.push(app.code(&t, &mut browser, "").await);
    }
    let is_wrong = |n: usize| n.is_multiple_of(3);
    let redeem = async |n: usize, code: &str| {
        let verifier = if is_wrong(n) { ANOTHER } else { VERIFIER };
        let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", verifier)];
        t.post("/token", Some((&app.id, &app.secret)), &form).await
    };
    let answers = join_all(codes.iter().enumerate().map(|(n, code)| redeem(n, code))).await;
    let mut tokens = Vec::new();
    for (n, (answer, code)) in answers.iter().zip(&codes).enumerate() {
        assert_eq!(answer.status, if is_wrong(n) { 400 } else { 200 }, "{n}: {}", answer.text);
        let answer = if is_wrong(n) { app.redeem(&t, code).await } else { redeem(1, code).await };
        assert_eq!(answer.status, if is_wrong(n) { 200 } else { 400 }, "{n}: {}", answer.text);
        if is_wrong(n) {
            tokens.push(answer.json()["refresh_token"].as_str().unwrap().to_owned());
        }
    }
    let rotated = join_all(tokens.iter().map(|token| app.refresh(&t, token))).await;
    let mut successors: Vec<String> =
        rotated.iter().map(|answer| answer.json()["refresh_token"].as_str().unwrap().to_owned()).collect();
    successors.sort();
    successors.dedup();
    assert_eq!(successors.len(), tokens.len(), "each family has a successor of its own");
} }

both! { async fn r17_what_was_just_looked_at_is_refused_as_soon_as_it_is_revoked(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let token = tokens["access_token"].as_str().unwrap();
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    for _ in 0..2 {
        assert_eq!(t.post("/introspect", auth, &[("token", token)]).await.json()["active"], true);
        assert_eq!(t.get("/userinfo", Some(token)).await.status, 200);
    }
    assert_eq!(t.post("/revoke", auth, &[("token", token)]).await.status, 200);
    assert_eq!(t.post("/introspect", auth, &[("token", token)]).await.json()["active"], false);
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 401);
} }

both! { async fn r15_what_was_just_looked_at_is_refused_as_soon_as_its_session_ends(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 200);
    let page = browser.get(&t, "/end_session").await;
    let form = [("csrf", page.field("csrf")), ("request", page.field("request"))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(browser.post(&t, "/end_session/confirm", &form).await.status, 200);
    assert_eq!(t.get("/userinfo", Some(token)).await.status, 401);
} }

both! { async fn userinfo_tells_what_was_changed_a_moment_ago(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let token = tokens["access_token"].as_str();
    let name = async || t.get("/userinfo", token).await.json()["name"].as_str().unwrap().to_owned();
    assert_eq!(name().await, t.person("teacher").name);
    let rename = t.sv.store.write((), async |tx: &mut phuong::store::Tx, (): &()| {
        phuong::on_db!(tx, sqlx::query("UPDATE persons SET full_name = 'Phượng'")).map(drop)
    });
    rename.await.unwrap();
    assert_eq!(name().await, "Phượng");
} }
