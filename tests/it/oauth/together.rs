//! What is done many at a time or remembered for a moment is decided as if it were done alone and looked up each time.

use futures_util::future::join_all;
use phuong::{
    base::{digest::Digest, secret::Token},
    protocol::{client::ClientId, pkce::Challenge},
    store::{
        Tx,
        exchanges::{self, Fits, Redemption, Rotation},
        grants,
    },
};

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

/// An app as it presents what it holds.
fn by(t: &Tour, app: &RelyingParty) -> Fits {
    let client = t.sv.clients.by_id(&ClientId(app.id.clone())).unwrap();
    Fits { client, rule: |grant, client| client.audience.admits_any(grant.posts.iter()) }
}

/// An app for pupils, and two that present what they stole from it: one for teachers only, one for everybody.
async fn owner_and_thieves(t: &Tour) -> (RelyingParty, [RelyingParty; 2]) {
    let app = async |id: &str, role: Option<&str>| {
        let roles = role.map(str::to_owned).into_iter().collect();
        RelyingParty::registered(t, id, |mut ask| {
            ask.audience.roles = roles;
            ask
        })
        .await
    };
    let thieves = [app("thief", Some("teacher")).await, app("other-thief", None).await];
    (app("owner", Some("student")).await, thieves)
}

both! { async fn r10_a_code_in_a_batch_is_given_to_its_own_app_and_not_to_whoever_named_it_first(t: Tour) {
    let (owner, thieves) = owner_and_thieves(&t).await;
    for thief in &thieves {
        let mut pupil = Browser::default();
        let code = pupil.sign_in_as(&t, &owner.authorize(""), "student").await.sent("code").unwrap();
        let presented = |app: &RelyingParty| Redemption {
            code: Token::presented(&code).digest(),
            by: by(&t, app),
            redirect_uri: Some(CALLBACK.to_owned()),
            challenge: Challenge::of(VERIFIER).map(|challenge| challenge.as_str().to_owned()),
            refresh: Some(Digest::of(format!("refresh of {}", thief.id).as_bytes())),
            key: None,
            bind: None,
            now: t.clock.now(),
        };
        let batch = vec![presented(thief), presented(&owner)];
        let given = exchanges::redeem(&t.sv.store, batch).await.unwrap();
        assert_eq!(given.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true], "{}", thief.id);
    }
} }

both! { async fn r10_codes_that_are_given_and_redeemed_in_one_batch_each_lead_to_their_own_grant(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let mut browsers: Vec<Browser> = (0..7).map(|_| Browser::default()).collect();
    for browser in &mut browsers {
        app.code(&t, browser, "").await;
    }
    let codes = join_all(browsers.iter_mut().map(|browser| app.code(&t, browser, ""))).await;
    let refresh = |n: usize| Digest::of(format!("refresh {n}").as_bytes());
    let presented = |(n, code): (usize, &String)| Redemption {
        code: Token::presented(code).digest(),
        by: by(&t, &app),
        redirect_uri: Some(CALLBACK.to_owned()),
        challenge: Challenge::of(VERIFIER).map(|challenge| challenge.as_str().to_owned()),
        refresh: (n % 2 == 0).then(|| refresh(n)),
        key: None,
        bind: None,
        now: t.clock.now(),
    };
    let batch: Vec<Redemption> = codes.iter().enumerate().map(presented).collect();
    let redeemed = exchanges::redeem(&t.sv.store, batch).await.unwrap();
    let mut ids = Vec::new();
    for (n, redeemed) in redeemed.into_iter().enumerate() {
        let (code, grant) = redeemed.unwrap_or_else(|| panic!("{n} was left alone"));
        assert_eq!(code.grant_id, grant.id);
        let key = (refresh(n), grant.client_key);
        let found = t.sv.store.read(key, async |tx: &mut Tx, (token, client)| grants::find_refresh(tx, *token, *client).await);
        assert_eq!(found.await.unwrap().map(|token| token.grant_id), (n % 2 == 0).then_some(grant.id), "{n}");
        ids.push(grant.id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 7);
} }

both! { async fn r13_a_refresh_token_in_a_batch_is_rotated_for_its_own_app_and_not_for_whoever_named_it_first(t: Tour) {
    let (owner, thieves) = owner_and_thieves(&t).await;
    for thief in &thieves {
        let mut pupil = Browser::default();
        let code = pupil.sign_in_as(&t, &owner.authorize(""), "student").await.sent("code").unwrap();
        let tokens = owner.redeem(&t, &code).await.json();
        let token = tokens["refresh_token"].as_str().unwrap();
        let presented = |app: &RelyingParty| Rotation {
            presented: Token::presented(token).digest(),
            successor: Digest::of(format!("successor for {}", thief.id).as_bytes()),
            by: by(&t, app),
            key: None,
            bind: None,
            now: t.clock.now(),
        };
        let batch = vec![presented(thief), presented(&owner)];
        let given = exchanges::rotate(&t.sv.store, batch).await.unwrap();
        assert_eq!(given.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true], "{}", thief.id);
    }
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
