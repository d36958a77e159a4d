//! What a stranger learns about accounts, and a reader of the log about secrets.

use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use phuong::model::account::AccountState;
use phuong::store::{Tx, accounts};
use tracing_subscriber::{Registry, filter::Targets, fmt::MakeWriter, layer::SubscriberExt};

use crate::support::{
    callers::{Browser, RelyingParty, VERIFIER},
    tour::{Answer, Tour},
};

/// All that a stranger sees, without what is drawn anew for every page.
fn seen(answer: &Answer, name: &str) -> (u16, Vec<(String, String)>, String) {
    let mut text = answer.text.clone();
    for field in ["csrf", "flow"] {
        text = text.replace(&answer.field(field), "…");
    }
    let headers = answer.headers.iter().filter(|(name, _)| !["x-request-id", "set-cookie"].contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status, headers, text.replace(name, "NAME"))
}

both! { async fn r31_no_state_of_an_account_shows_from_outside(t: Tour) {
    let (suspended, pending) = (t.person("staff").clone(), t.person("student").clone());
    let turn = (suspended.sector_id.clone(), pending.sector_id.clone(), t.clock.now());
    t.sv.store.write(turn, async |tx: &mut Tx, (suspended, pending, now)| {
        for (name, to) in [(suspended, AccountState::Suspended), (pending, AccountState::Pending)] {
            let account = accounts::by_name(tx, name).await?.unwrap().account_id;
            let change = accounts::Transition { account, from: AccountState::Active, to, reason: None, over: None, now: *now };
            assert!(accounts::transition(tx, &change).await?);
        }
        Ok(())
    }).await.unwrap();
    let teacher = t.person("teacher").clone();
    let who = [
        (teacher.sector_id.as_str(), "wrong-password"),
        ("3109999999", "wrong-password"),
        (suspended.sector_id.as_str(), suspended.password.as_str()),
        (pending.sector_id.as_str(), pending.password.as_str()),
    ];
    for path in ["/sign-in", &RelyingParty::new(&t, "app").await.authorize("")] {
        let mut answers = Vec::new();
        for (name, password) in who {
            let (mut browser, before) = (Browser::default(), t.sv.hasher.spent());
            let answer = browser.sign_in(&t, path, name, password).await;
            assert_eq!(t.sv.hasher.spent() - before, 1, "{name}: one hash each");
            assert!(browser.session().is_none() && !browser.cookies.contains_key("phuong-devices-8080"), "{name}");
            answers.push(seen(&answer, name));
        }
        assert_eq!(answers[0].0, 422);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
} }

both! { async fn r31_a_login_hint_tells_nothing_about_whom_it_names(t: Tour) {
    let (app, known) = (RelyingParty::new(&t, "app").await, t.person("teacher").sector_id.clone());
    let mut pages = Vec::new();
    for name in [known.as_str(), "3109999999"] {
        for extra in [format!("&login_hint={name}"), format!("&login_hint={name}&prompt=none")] {
            let answer = Browser::default().get(&t, &app.authorize(&extra)).await;
            let mark = if answer.status == 200 { seen(&answer, name) } else { (answer.status, Vec::new(), answer.header("location").to_owned()) };
            pages.push((extra.contains("none"), mark));
        }
    }
    assert_eq!(pages[0], pages[2]);
    assert_eq!(pages[1], pages[3]);
} }

/// Everything this thread logs, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begin() -> (Self, tracing::subscriber::DefaultGuard) {
        // While there is only one subscriber, a thread without it may mark an event as wanted by nobody.
        static WITNESSES: LazyLock<[tracing::Dispatch; 2]> =
            LazyLock::new(|| [(); 2].map(|()| tracing::Dispatch::new(Registry::default())));
        LazyLock::force(&WITNESSES);
        let log = Self::default();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
        let ours = Targets::new().with_target("phuong", tracing::Level::TRACE);
        (log.clone(), tracing::subscriber::set_default(Registry::default().with(ours).with(layer)))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

both! { async fn r50_no_secret_reaches_the_log_at_any_level(t: Tour) {
    let (log, _guard) = Log::begin();
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let person = t.person("teacher").clone();
    browser.sign_in(&t, "/sign-in", &person.sector_id, "a-wrong-password").await;
    let code = app.code(&t, &mut browser, "").await;
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    let bad = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "https://evil.example/hunter2"), ("code_verifier", "hunter2")];
    t.post("/token", auth, &bad).await;
    t.post("/token", Some((app.id.as_str(), "hunter2")), &bad).await;
    let tokens = app.redeem(&t, &code).await.json();
    app.redeem(&t, &code).await;
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    t.get("/userinfo", Some(&token("access_token"))).await;
    t.get("/userinfo", Some("hunter2.hunter2.hunter2")).await;
    t.post("/introspect", auth, &[("token", &token("refresh_token"))]).await;
    app.refresh(&t, &token("refresh_token")).await;
    app.refresh(&t, "hunter2").await;
    browser.get(&t, &app.authorize("&claims=hunter2&login_hint=hunter2")).await;
    browser.get(&t, "/authorize?client_id=hunter2&state=hunter2").await;
    browser.get(&t, "/sign-in?flow=hunter2").await;
    let page = browser.get(&t, "/account/password").await;
    let change = [("csrf", page.field("csrf")), ("current", person.password.clone()), ("new", "hoa no mua he".to_owned())];
    let change: Vec<(&str, &str)> = change.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&t, "/account/password", &change).await;
    let csrf = browser.get(&t, "/activate").await.field("csrf");
    browser.post(&t, "/activate", &[("csrf", &csrf), ("username", &person.sector_id), ("code", "BCFG-HJKL-MNPQR")]).await;
    browser.get(&t, &format!("/end_session?id_token_hint={}&state=hunter2", token("id_token"))).await;
    t.advance(Duration::from_mins(1));
    phuong::worker::do_jobs(&t.sv).await.unwrap();
    let log = log.text();
    assert!(log.contains("answered") && log.contains("/token"), "the log was not read: {log}");
    let cookies: Vec<String> = browser.cookies.values().filter(|value| value.len() > 10).cloned().collect();
    let secrets = [
        code.as_str(), &app.secret, &person.password, "a-wrong-password", "hoa no mua he", VERIFIER, "BCFG-HJKL", "hunter2",
        &token("access_token"), &token("refresh_token"), &token("id_token"), &person.sector_id, &person.name,
    ];
    for secret in secrets.into_iter().chain(cookies.iter().map(String::as_str)) {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
} }

both! { async fn r52_an_account_has_twenty_sessions_and_the_oldest_makes_room(t: Tour) {
    let person = t.person("teacher").clone();
    let mut browsers = Vec::new();
    for _ in 0..21 {
        let mut browser = Browser::default();
        assert_eq!(browser.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 303);
        browsers.push(browser);
        t.advance(Duration::from_secs(1));
    }
    assert!(browsers[0].get(&t, "/portal").await.text.contains("name=\"password\""));
    assert!(!browsers[1].get(&t, "/portal").await.text.contains("name=\"password\""));
} }
