//! R23: whatever address an app registers that we fetch or call, nothing inside is reached by it: not by its number, not
//! by a name, not by a redirect from where we may go.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, response::Redirect};
use phuong::{
    protocol::{
        alg::SigningAlg,
        client::{KeySource, Kind},
        registration::Registration,
    },
    services::keys::Signer,
    worker,
};
use serde_json::json;
use tokio::net::TcpListener;

use super::clients::{assertion, present};
use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::waiting,
    tour::{ISSUER, Tour},
};

/// Something inside that counts who knocks, and a place where we may go that sends us there.
struct Inside {
    knocks: Arc<AtomicUsize>,
    sent_on: Arc<AtomicUsize>,
    ways: Vec<String>,
}

impl Inside {
    async fn start() -> Self {
        let (inside, knocks) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Arc::new(AtomicUsize::new(0)));
        let port = inside.local_addr().unwrap().port();
        let count = knocks.clone();
        tokio::spawn(async move {
            while inside.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        let (outside, sent_on) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Arc::new(AtomicUsize::new(0)));
        let allowed = outside.local_addr().unwrap().port();
        let count = sent_on.clone();
        let on = move || {
            count.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Redirect::temporary(&format!("http://localhost:{port}/")))
        };
        tokio::spawn(async move { axum::serve(outside, Router::new().fallback(on)).await });
        let hosts = ["127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"];
        let mut ways: Vec<String> = hosts.iter().map(|host| format!("https://{host}:{port}/x")).collect();
        ways.push(format!("http://localhost:{allowed}/x"));
        Self { knocks, sent_on, ways }
    }

    /// Nobody knocked; and the redirect, which is the last of the ways, was answered and not followed.
    fn was_not_reached(&self, by: &str) {
        assert_eq!(self.knocks.load(Ordering::SeqCst), 0, "{by}");
        assert!(self.sent_on.swap(0, Ordering::SeqCst) > 0, "{by}: nothing was fetched at all");
    }
}

both! { async fn r23_no_address_that_an_app_registers_leads_inside(t: Tour) {
    let inside = Inside::start().await;

    let signer = Signer::from_pkcs8(SigningAlg::Es256, &Signer::generate(SigningAlg::Es256, 2048)).unwrap();
    for (n, way) in inside.ways.iter().enumerate() {
        let id = format!("svc-{n}");
        t.register(Registration {
            keys: Some(KeySource::Uri(way.parse().unwrap())),
            scope: Some("marks.read".into()),
            ..Registration::named(&id, &id, Kind::Service)
        }).await;
        let exp = t.clock.now().seconds() + 60;
        let token = assertion(&signer, &json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": exp, "jti": id }));
        assert_eq!(present(&t, &token).await.status, 401, "{way}");
    }
    inside.was_not_reached("jwks_uri");

    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    for way in &inside.ways {
        app.change(&t, |client| client.terms.request_uris = vec![way.parse().unwrap()]).await;
        let answer = browser.get(&t, &app.authorize(&format!("&request_uri={way}"))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_uri"), "{way}");
    }
    inside.was_not_reached("request_uris");

    for (n, way) in inside.ways.iter().enumerate() {
        let address = Some(way.clone());
        let id = format!("told-{n}");
        let told = RelyingParty::registered(&t, &id, |ask| Registration { backchannel_logout_uri: address, ..ask }).await;
        told.tokens(&t, &mut browser, "").await;
    }
    let hint = app.tokens(&t, &mut browser, "").await;
    browser.get(&t, &format!("/end_session?id_token_hint={}", hint["id_token"].as_str().unwrap())).await;
    worker::do_jobs(&t.sv).await.unwrap();
    assert!(browser.session().is_none() && waiting(&t).await.len() == inside.ways.len(), "none of them was told");
    inside.was_not_reached("backchannel_logout_uri");
} }
