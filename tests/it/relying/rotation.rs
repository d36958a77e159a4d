//! Keys that change while apps hold them, by the schedule and by the earliest command that is allowed: an app that
//! honours nothing but `max-age` never meets a key that it does not know.
//!
//! The command itself, beside a running server, is in `faults::rotation`.

use std::time::Duration;

use phuong::{
    base::clock::Moment,
    protocol::{alg::SigningAlg, registration::Registration},
    services::{
        authority::Standing,
        keys::{Rotation, RotationRefused},
    },
};

use crate::support::{
    caching::{CachingApp, Served},
    callers::{Browser, RelyingParty},
    tour::Tour,
};

const HOUR: Duration = Duration::from_hours(1);

/// An app, and the person who stays signed in to it.
struct Visited {
    app: RelyingParty,
    cache: CachingApp,
    refresh: String,
    last: String,
}

impl Visited {
    async fn new(t: &Tour, alg: SigningAlg) -> Self {
        let id = alg.name();
        let app = RelyingParty::registered(t, id, |ask| Registration { id_token_alg: alg, ..ask }).await;
        let mut visited = Self { app, cache: CachingApp::new(id, alg), refresh: String::new(), last: String::new() };
        visited.sign_in(t).await;
        visited
    }

    async fn sign_in(&mut self, t: &Tour) {
        let tokens = self.app.tokens(t, &mut Browser::default(), "&scope=openid%20offline_access").await;
        self.keep(&tokens);
    }

    async fn renew(&mut self, t: &Tour) {
        let tokens = self.app.refresh(t, &self.refresh).await.json();
        self.keep(&tokens);
    }

    fn keep(&mut self, tokens: &serde_json::Value) {
        let text = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}")).to_owned();
        (self.refresh, self.last) = (text("refresh_token"), text("id_token"));
    }

    async fn believes(&mut self, t: &Tour, token: &str) {
        let jwks = async || {
            let answer = t.get("/jwks", None).await;
            Served { cache_control: answer.header("cache-control").to_owned(), keys: answer.text }
        };
        self.cache.believe(token, t.clock.now(), jwks).await.unwrap_or_else(|error| panic!("{}: {error}", self.app.id));
    }

    /// A new ID token, and the one before while it is still good.
    async fn goes_on(&mut self, t: &Tour) {
        let before = self.last.clone();
        self.renew(t).await;
        for token in [before, self.last.clone()] {
            self.believes(t, &token).await;
        }
    }
}

async fn all(t: &Tour) -> Vec<Visited> {
    let mut apps = Vec::new();
    for alg in SigningAlg::ALL {
        apps.push(Visited::new(t, alg).await);
    }
    apps
}

/// The ids of the keys that sign now, and since when.
fn signing(t: &Tour) -> (Vec<String>, Moment) {
    let active: Vec<_> = t.sv.ring.published().into_iter().filter(|key| key.state == "active").collect();
    assert_eq!(active.len(), SigningAlg::ALL.len());
    (active.iter().map(|key| key.kid.clone()).collect(), active[0].activated_at.unwrap())
}

/// Five minutes at a time: an ID token lives for ten.
async fn an_hour_of_work(t: &Tour, apps: &mut [Visited]) {
    for _ in 0..12 {
        t.advance(Duration::from_mins(5));
        t.sv.ring.tend().await.unwrap();
        for app in &mut *apps {
            app.goes_on(t).await;
        }
    }
}

both! { async fn three_rotations_by_schedule_fail_no_validation(t: Tour) {
    let mut apps = all(&t).await;
    for _ in 0..3 {
        let (old, since) = signing(&t);
        let half_an_hour_before = since + HOUR * 24 * 90 - HOUR / 2;
        t.advance(half_an_hour_before.since(t.clock.now()));
        for app in &mut apps {
            app.sign_in(&t).await;
        }
        an_hour_of_work(&t, &mut apps).await;
        let (new, _) = signing(&t);
        assert!(new.iter().all(|kid| !old.contains(kid)), "every key was exchanged within the hour");
        let published = t.get("/jwks", None).await.text;
        assert!(old.iter().chain(&new).all(|kid| published.contains(kid)), "the old ones stay published");

        // Until the old keys are gone.
        for _ in 0..49 {
            t.advance(HOUR);
            t.sv.ring.tend().await.unwrap();
            for app in &mut apps {
                app.renew(&t).await;
                let token = app.last.clone();
                app.believes(&t, &token).await;
            }
        }
        let published = t.get("/jwks", None).await.text;
        assert!(old.iter().all(|kid| !published.contains(kid)) && new.iter().all(|kid| published.contains(kid)));
    }
    for app in &apps {
        assert_eq!(app.cache.surprised, 0, "{} met a key before it was announced", app.app.id);
        assert!(app.cache.asked > 3 * 49, "an hour is how long it may be kept");
    }
} }

both! { async fn three_rotations_as_soon_as_each_is_allowed_fail_no_validation(t: Tour) {
    let leave = || Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let mut apps = all(&t).await;
    for _ in 0..3 {
        let Err(RotationRefused::TooYoung { from, .. }) = t.sv.ring.rotate(&leave(), Rotation::Announced).await else {
            panic!("the next keys were published a moment ago");
        };
        let a_second_before = from - Duration::from_secs(1);
        t.advance(a_second_before.since(t.clock.now()));
        for app in &mut apps {
            app.renew(&t).await;
            let token = app.last.clone();
            app.believes(&t, &token).await;
        }
        let early = t.sv.ring.rotate(&leave(), Rotation::Announced).await;
        assert!(matches!(early, Err(RotationRefused::TooYoung { .. })), "{early:?}");
        t.advance(Duration::from_secs(1));
        let (old, _) = signing(&t);
        t.sv.ring.rotate(&leave(), Rotation::Announced).await.unwrap();
        assert!(signing(&t).0.iter().all(|kid| !old.contains(kid)));
        an_hour_of_work(&t, &mut apps).await;
    }
    assert!(apps.iter().all(|app| app.cache.surprised == 0));
} }
