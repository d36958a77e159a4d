//! What somebody could slip through: refused tries that leave rows, a closed password path, old passwords under a new
//! policy, consent by whoever may not give it, requests kept for strangers.

use std::time::Duration;

use phuong::{
    base::secret::Token,
    login::{
        attempts::{self, Path, Try},
        codes::RescueCode,
    },
    on_db,
    protocol::{client::Trust, registration::Registration},
    services::limits::DeviceCookies,
    store::{Tx, accounts, audit, rescue},
};

use super::activation::{choose, enter};
use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::{Answer, Tour},
};

async fn count(t: &Tour, table: &'static str) -> i64 {
    let read = t.sv.store.read(table, async |tx: &mut Tx, table: &&'static str| {
        let rows: Result<Vec<(i64,)>, _> = match *table {
            "consents" => on_db!(tx, c => sqlx::query_as("SELECT COUNT(*) FROM consents").fetch_all(&mut *c)),
            "requests" => on_db!(tx, c => sqlx::query_as("SELECT COUNT(*) FROM stored_requests").fetch_all(&mut *c)),
            _ => on_db!(tx, c => sqlx::query_as("SELECT COUNT(*) FROM attempt_budgets").fetch_all(&mut *c)),
        };
        Ok(rows?[0].0)
    });
    read.await.unwrap()
}

both! { async fn r52_a_refused_try_leaves_nothing_behind(t: Tour) {
    let here = Some("203.0.113.9".parse().unwrap());
    let devices = DeviceCookies::default();
    let names: Vec<String> = (0..60).map(|n| format!("31090000{n:02}")).collect();
    let attempt = |n: usize, secret| Try { name: &names[n], account: None, devices: &devices, address: here, secret, path: Path::Password };
    // Twenty-one names that fail make the address a crowd: from then on nearly everything is refused.
    for n in 0..22 {
        if let Ok(spent) = attempts::begin(&t.sv, attempt(n, "wrong-password")).await.unwrap() {
            attempts::settle(&t.sv, spent, attempts::Settlement::Wrong).await.unwrap();
        }
    }
    let before = count(&t, "attempts").await;
    let secrets: Vec<String> = (0..60).map(|n| format!("another-{n}-password")).collect();
    let mut refused = 0;
    for (n, secret) in secrets.iter().enumerate().skip(23) {
        refused += usize::from(attempts::begin(&t.sv, attempt(n, secret)).await.unwrap().is_err());
    }
    assert!(refused >= 35, "{refused}");
    assert!(count(&t, "attempts").await <= before + 4, "{before} and then {}", count(&t, "attempts").await);
} }

/// Six digits for somebody, as an administrator would issue them.
pub(super) async fn rescue_code(t: &Tour, name: &str) -> String {
    let account =
        t.sv.store
            .read(name.to_owned(), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await)
            .await
            .unwrap()
            .unwrap()
            .account_id;
    let code = RescueCode::derive(&t.sv.keys.activation, account, &Token::random(&t.sv.entropy));
    let until = t.clock.now() + Duration::from_mins(20);
    let new = rescue::NewRescue { account, keyed: code.keyed(&t.sv.keys.activation, account), issued_by: None, until };
    t.sv.store.write(new, async |tx: &mut Tx, new| rescue::issue(tx, new).await).await.unwrap();
    code.shown().to_owned()
}

both! { async fn r30_a_code_opens_a_password_path_that_strangers_closed(t: Tour) {
    let pupil = t.person("student").clone();
    // A hundred failures in a row close it, however slowly they come.
    for n in 0..100 {
        let answer = Browser::default().sign_in(&t, "/sign-in", &pupil.sector_id, &format!("wrong-{n}-password")).await;
        assert_eq!(answer.status, 422, "{n}");
        t.advance(Duration::from_mins(31));
    }
    let before = t.sv.hasher.spent();
    let mut own = Browser::default();
    let closed = own.sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await;
    assert_eq!((closed.status, t.sv.hasher.spent()), (429, before), "{}", closed.text);
    t.advance(Duration::from_hours(24 * 7));
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await.status, 429, "time opens nothing");
    let code = rescue_code(&t, &pupil.sector_id).await;
    let page = enter(&t, &mut own, &pupil.sector_id, &code).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(choose(&t, &mut own, &page, "hoa no mua he").await.status, 200);
    let stranger = Browser::default().sign_in(&t, "/sign-in", &pupil.sector_id, "hoa no mua he").await;
    assert_eq!(stranger.status, 303, "{}", stranger.text);
} }

both! { async fn r36_a_password_shorter_than_the_policy_of_today_is_changed_at_the_next_sign_in(t: Tour) {
    let teacher = t.person("teacher").clone();
    let turn = (teacher.sector_id.clone(), t.sv.hasher.hash("ngan123").await.unwrap(), t.clock.now());
    t.sv.store.write(turn, async |tx: &mut Tx, (name, phc, now)| {
        let account = accounts::by_name(tx, name).await?.unwrap().account_id;
        accounts::set_password(tx, account, phc, false, *now).await
    }).await.unwrap();
    let mut browser = Browser::default();
    let sent = browser.sign_in(&t, "/sign-in", &teacher.sector_id, "ngan123").await;
    assert!(sent.header("location").starts_with("/account/password?flow="), "{} {}", sent.status, sent.header("location"));
    assert!(browser.get(&t, "/portal").await.header("location").starts_with("/account/password"), "no way around it");
    let page = browser.get(&t, sent.header("location")).await;
    let (csrf, flow, once) = (page.field("csrf"), page.field("flow"), page.field("once"));
    let form = [("csrf", csrf.as_str()), ("flow", &flow), ("once", &once), ("current", "ngan123"), ("new", "hoa no mua he")];
    assert_eq!(browser.post(&t, "/account/password", &form).await.status, 303);
    assert_eq!(browser.get(&t, "/portal").await.status, 200);
    let next = Browser::default().sign_in(&t, "/sign-in", &teacher.sector_id, "hoa no mua he").await;
    assert_eq!(next.header("location"), "/portal");
} }

async fn quiz(t: &Tour) -> RelyingParty {
    RelyingParty::registered(t, "quiz", |ask: Registration| Registration { trust: Trust::AsksConsent, ..ask }).await
}

async fn answer(t: &Tour, browser: &mut Browser, page: &Answer) -> Answer {
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    browser.post(t, "/consent", &[("csrf", &csrf), ("flow", &flow), ("answer", "allow")]).await
}

both! { async fn r33_a_minor_is_not_asked_for_consent_and_gives_none_by_any_form(t: Tour) {
    let (app, mut browser) = (quiz(&t).await, Browser::default());
    let page = browser.get(&t, &app.authorize("")).await;
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let pupil = t.person("student").clone();
    let sent = browser.submit(&t, &page, &pupil.sector_id, &pupil.password).await;
    assert_eq!(sent.sent("error").as_deref(), Some("access_denied"), "{}", sent.text);
    // The form that was never shown.
    let forged = browser.post(&t, "/consent", &[("csrf", &csrf), ("flow", &flow), ("answer", "allow")]).await;
    assert_eq!(forged.sent("error").as_deref(), Some("access_denied"), "{}", forged.text);
    assert_eq!(count(&t, "consents").await, 0, "nothing was agreed to");
} }

both! { async fn r16_taking_back_a_consent_ends_what_the_app_was_given_and_it_asks_again(t: Tour) {
    let (app, mut browser) = (quiz(&t).await, Browser::default());
    let ask = "&scope=openid%20offline_access&prompt=consent";
    let page = browser.sign_in_as(&t, &app.authorize(ask), "teacher").await;
    let code = answer(&t, &mut browser, &page).await.sent("code").unwrap();
    let tokens = app.redeem(&t, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 200);
    let page = browser.get(&t, "/account").await;
    let withdraw = [("csrf", page.field("csrf")), ("client", "quiz".to_owned())];
    let withdraw: Vec<(&str, &str)> = withdraw.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post(&t, "/account/apps", &withdraw).await.status, 303);
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 401);
    assert_eq!(browser.get(&t, &app.authorize("&prompt=none")).await.sent("error").as_deref(), Some("consent_required"));
    let account = crate::admin::whose(&t, &t.person("teacher").sector_id).await.0;
    let subject = phuong::services::audit::account(account);
    let events = t.sv.store.read(subject, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
    assert!(events.await.unwrap().iter().any(|event| event.action == "consent.withdrawn"));
} }

both! { async fn r52_strangers_who_fill_the_store_of_large_requests_keep_nobody_out(t: Tour) {
    const MOST: i64 = 2_000;
    let app = RelyingParty::new(&t, "app").await;
    let turn = t.clock.now();
    t.sv.store.write(turn, async |tx: &mut Tx, now| {
        for n in 0..MOST {
            let digest = phuong::base::digest::Digest::of(&n.to_be_bytes());
            phuong::store::stored_requests::keep(tx, digest, "client_id=x", *now + Duration::from_hours(24)).await?;
        }
        Ok(())
    }).await.unwrap();
    let padding = "x".repeat(6_000);
    let form = [
        ("client_id", app.id.as_str()), ("response_type", "code"), ("redirect_uri", CALLBACK), ("state", &padding[..900]),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
        ("scope", "openid"), ("claims", &format!("{{\"userinfo\":{{\"name\":{{\"value\":\"{}\"}}}}}}", &padding[..4_000])),
    ];
    let mut browser = Browser::default();
    let sent = browser.post(&t, "/authorize", &form).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = browser.get(&t, sent.header("location")).await;
    assert!(page.text.contains("login-submit"), "{}", page.text);
    assert!(count(&t, "requests").await <= MOST, "no more than there may be");
} }

both! { async fn r34_a_code_is_worth_nothing_after_its_owner_chose_a_password(t: Tour) {
    let teacher = t.person("teacher").clone();
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    // Somebody had a code issued, and overheard it.
    let code = rescue_code(&t, &teacher.sector_id).await;
    let mut thief = Browser::default();
    let claimed = enter(&t, &mut thief, &teacher.sector_id, &code).await;
    assert_eq!(claimed.status, 200);
    let page = own.get(&t, "/account/password").await;
    let (csrf, once) = (page.field("csrf"), page.field("once"));
    let form = [("csrf", csrf.as_str()), ("once", &once), ("current", &teacher.password), ("new", "hoa no mua he")];
    assert_eq!(own.post(&t, "/account/password", &form).await.status, 303);
    assert_eq!(enter(&t, &mut Browser::default(), &teacher.sector_id, &code).await.status, 422, "the code");
    let taken = choose(&t, &mut thief, &claimed, "cua ke trom day").await;
    assert_ne!(taken.status, 200, "and what it had claimed before");
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &teacher.sector_id, "hoa no mua he").await.status, 303);
} }

both! { async fn r52_a_large_request_of_no_app_is_kept_for_nobody(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let mut browser = Browser::default();
    let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let padding = "x".repeat(6_000);
    for path in ["/authorize", "/end_session"] {
        for (name, value) in [("nonsense", "x"), ("client_id", "nobody"), ("id_token_hint", "a.b.c")] {
            let form = [(name, value), ("state", padding.as_str())];
            let posted = browser.post(&t, path, &form).await;
            assert_eq!((posted.status, posted.header("location")), (400, ""), "{path} {name}");
            assert!(posted.text.contains("id=\"op-error\""), "{}", posted.text);
            let asked = browser.get(&t, &format!("{path}?{name}={value}&state={padding}")).await;
            assert_eq!((asked.status, asked.header("location")), (400, ""), "{path} {name}");
        }
    }
    assert_eq!(count(&t, "requests").await, 0);
    let form = [("id_token_hint", hint.as_str()), ("state", padding.as_str())];
    let sent = browser.post(&t, "/end_session", &form).await;
    assert_eq!(sent.status, 303, "an ID token names its app: {}", sent.text);
    assert_eq!(count(&t, "requests").await, 1);
} }
