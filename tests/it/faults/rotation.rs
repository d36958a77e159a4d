//! `phuong keys rotate` beside a running server, while apps that cache the JWKS go on validating.

use std::time::Duration;

use phuong::{
    base::clock::Clock,
    protocol::{alg::SigningAlg, registration::Registration},
};
use serde_json::Value;

use super::ground::{self, Caller, Ground, text};
use crate::{
    cli::program::Run,
    support::{
        caching::{CachingApp, Served},
        callers::{Browser, RelyingParty},
        tour::Tour,
    },
};

/// How soon a running server signs with the new keys. It looks twice a second; the rest is for a busy machine.
const NOTICED: Duration = Duration::from_secs(3);

/// An app, and the person who stays signed in to it.
struct Visited {
    app: RelyingParty,
    cache: CachingApp,
    tokens: Value,
}

impl Visited {
    async fn new(tour: &Tour, alg: SigningAlg) -> Self {
        let id = alg.name();
        let app = RelyingParty::registered(tour, id, |ask| Registration { id_token_alg: alg, ..ask }).await;
        let tokens = app.tokens(tour, &mut Browser::default(), "&scope=openid%20offline_access").await;
        Self { app, cache: CachingApp::new(id, alg), tokens }
    }

    /// Gets a new ID token from the server; its key.
    async fn renew(&mut self, server: &Caller) -> String {
        self.tokens = server.refresh(&self.app, &text(&self.tokens, "refresh_token")).await.unwrap().json();
        jsonwebtoken::decode_header(self.id_token()).unwrap().kid.unwrap()
    }

    fn id_token(&self) -> &str {
        self.tokens["id_token"].as_str().unwrap_or_else(|| panic!("no ID token in {}", self.tokens))
    }

    async fn believes(&mut self, server: &Caller, token: &str) {
        let believed = self.cache.believe(token, Clock::system().now(), async || jwks(server).await).await;
        believed.unwrap_or_else(|error| panic!("{}: {error}", self.app.id));
    }
}

async fn jwks(server: &Caller) -> Served {
    let reply = server.get("/jwks", None).await.unwrap();
    let cache_control = reply.headers["cache-control"].to_str().unwrap().to_owned();
    Served { cache_control, keys: reply.text }
}

async fn all(ground: &Ground) -> Vec<Visited> {
    let tour = ground.tour().await;
    let mut apps = Vec::new();
    for alg in SigningAlg::ALL {
        apps.push(Visited::new(&tour, alg).await);
    }
    tour.sv.store.close().await;
    apps
}

/// Runs `keys rotate` while every app gets and validates ID tokens without pause, until all have one of a new key; each
/// app's last token of the old key, and what the command said.
async fn rotate(ground: &Ground, server: &Caller, apps: &mut [Visited], flag: &'static str) -> (Vec<Value>, Run) {
    let (folder, environment) = (ground.folder.path().to_owned(), ground.environment());
    let arguments = ["keys", "rotate", flag, "--json", "--lang", "en"];
    let mut command = tokio::task::spawn_blocking(move || ground::run(&folder, &environment, &arguments));
    let mut old: Vec<Option<(String, Value)>> = vec![None; apps.len()];
    let mut done = None;
    loop {
        let mut changed = 0;
        for (app, old) in apps.iter_mut().zip(&mut old) {
            let kid = app.renew(server).await;
            let token = app.id_token().to_owned();
            app.believes(server, &token).await;
            match old {
                Some((signed_by, _)) if *signed_by != kid => changed += 1,
                _ => *old = Some((kid, app.tokens.clone())),
            }
        }
        if done.is_none() && command.is_finished() {
            done = Some(((&mut command).await.unwrap(), std::time::Instant::now()));
        }
        match done {
            Some((run, _)) if changed == apps.len() => {
                return (old.into_iter().map(|old| old.unwrap().1).collect(), run);
            }
            Some((_, at)) => assert!(at.elapsed() < NOTICED, "the server still signs with old keys"),
            None => {}
        }
    }
}

both! {
    async fn three_rotations_beside_a_running_server_fail_no_validation(ground: Ground) {
        let mut apps = all(&ground).await;
        let node = ground.serve();
        let server = node.caller();
        let early = ground.run(&["keys", "rotate", "--json"]);
        assert_eq!((early.code, early.json()["exit"].as_i64()), (Some(6), Some(6)), "{}", early.stdout);
        assert_eq!(early.json()["next"], "phuong keys rotate --yes");
        for _ in 0..3 {
            let (old, run) = rotate(&ground, &server, &mut apps, "--yes").await;
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            for (app, old) in apps.iter_mut().zip(&old) {
                // By the app that saw it issued, and by one that has only just asked for the keys.
                let token = text(old, "id_token");
                app.believes(&server, &token).await;
                let held = std::mem::replace(&mut app.cache, CachingApp::new(&app.app.id, alg_of(&app.app)));
                app.believes(&server, &token).await;
                app.cache = held;
                let me = server.get("/userinfo", old["access_token"].as_str()).await.unwrap();
                assert_eq!(me.status, 200, "{me:?}");
            }
        }
        // The first next keys were in every cache; the second ones were published after it was filled, and with them,
        // when the app asked again, came the third.
        let surprised: Vec<usize> = apps.iter().map(|app| app.cache.surprised).collect();
        assert_eq!(surprised, [1, 1, 1]);
        ground.holds().await;
    }
}

both! {
    async fn an_emergency_replaces_every_key_at_once_and_caches_alone_still_have_the_old_ones(ground: Ground) {
        let mut apps = all(&ground).await;
        let node = ground.serve();
        let server = node.caller();
        let before: Vec<String> = kids(&jwks(&server).await.keys);
        let (old, run) = rotate(&ground, &server, &mut apps, "--emergency").await;
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.contains("up to an hour"), "it tells how long caches may last: {}", run.stderr);
        let after = kids(&jwks(&server).await.keys);
        assert!(before.iter().all(|kid| !after.contains(kid)), "{before:?} {after:?}");
        assert_eq!(after.len(), 2 * SigningAlg::ALL.len(), "an active and a next one of each kind");
        for (app, old) in apps.iter_mut().zip(&old) {
            let token = text(old, "id_token");
            let me = server.get("/userinfo", old["access_token"].as_str()).await.unwrap();
            assert_eq!(me.status, 401, "what the old key signed is worth nothing here: {me:?}");
            let mut fresh = CachingApp::new(&app.app.id, alg_of(&app.app));
            let refused = fresh.believe(&token, Clock::system().now(), async || jwks(&server).await).await;
            assert!(refused.is_err(), "nor to an app that asks for the keys now");
            assert_eq!(app.cache.surprised, 1, "an app that met a new key asked again and went on");
            app.renew(&server).await;
            let me = server.get("/userinfo", app.tokens["access_token"].as_str()).await.unwrap();
            assert_eq!(me.status, 200, "nobody has to sign in again: {me:?}");
        }
        ground.holds().await;
    }
}

fn alg_of(app: &RelyingParty) -> SigningAlg {
    app.id.parse().unwrap()
}

fn kids(jwks: &str) -> Vec<String> {
    let keys: Value = serde_json::from_str(jwks).unwrap();
    keys["keys"].as_array().unwrap().iter().map(|key| text(key, "kid")).collect()
}
