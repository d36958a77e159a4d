//! An app of a test's own, registered beside the running demo: it shows what comes back, takes no notices, and notes
//! when its page for signing out in the browser is loaded.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::RawQuery,
    http::{StatusCode, header},
    response::Html,
    routing::get,
};
use tokio::net::TcpListener;

use super::fit::fill_in;
use crate::{
    cli::program::run,
    support::{chromium::Page, demo::Demo},
};

pub(super) const NAME: &str = "Thư viện số";

pub(super) struct App {
    origin: String,
    client_id: String,
    issuer: String,
    loaded: Arc<Mutex<Vec<String>>>,
}

impl App {
    /// Its back-channel endpoint answers with an error, as an app that is down behind a proxy does. `page` looks when
    /// the running server has noticed what was registered beside it.
    pub(super) async fn beside(demo: &Demo, page: &Page) -> Self {
        Self::registered(demo, page, |origin| vec!["--backchannel-logout-uri".into(), format!("{origin}/told")]).await
    }

    /// It can only be told in the browser.
    async fn told_in_the_browser(demo: &Demo, page: &Page) -> Self {
        let flags = |origin: &str| {
            let session = "--frontchannel-logout-session-required".to_owned();
            let (out, back) = (format!("{origin}/out?x=1"), format!("{origin}/back"));
            vec!["--frontchannel-logout-uri".into(), out, session, "--post-logout-redirect-uri".into(), back]
        };
        Self::registered(demo, page, flags).await
    }

    /// The same, where a teacher is signed in to it.
    pub(super) async fn signed_in(demo: &Demo, page: &Page) -> Self {
        let app = Self::told_in_the_browser(demo, page).await;
        page.goto(&app.authorize(&[])).await;
        fill_in(page, demo.person("teacher")).await;
        page.arrives_at(&app.back()).await;
        app
    }

    /// Nobody registered it.
    pub(super) async fn unregistered(demo: &Demo) -> Self {
        let (origin, loaded) = serve().await;
        Self { origin, client_id: "unregistered".into(), issuer: demo.issuer().to_owned(), loaded }
    }

    async fn registered(demo: &Demo, page: &Page, flags: impl FnOnce(&str) -> Vec<String>) -> Self {
        let (origin, loaded) = serve().await;
        let back = format!("{origin}/back");
        let mut command = vec!["client", "add", "--json", "--name", NAME, "--kind", "spa", "--redirect-uri", &back];
        command.extend(["--scope", "openid profile edu"]);
        let flags = flags(&origin);
        command.extend(flags.iter().map(String::as_str));
        let added = run(demo.folder(), &command, &[]);
        assert_eq!(added.code, Some(0), "{}", added.stderr);
        let client_id = added.json()["client_id"].as_str().unwrap().to_owned();
        let app = Self { origin, client_id, issuer: demo.issuer().to_owned(), loaded };
        let began = Instant::now();
        page.goto(&app.authorize(&[])).await;
        while page.exists("#op-error").await {
            assert!(began.elapsed() < Duration::from_secs(10), "the server has not noticed the new app");
            page.goto(&app.authorize(&[])).await;
        }
        app
    }

    /// Its page that watches the session which `state` tells of.
    pub(super) fn watching(&self, state: &str) -> String {
        let query = [("op", self.issuer.as_str()), ("asked", &format!("{} {state}", self.client_id))];
        format!("{}/watch?{}", self.origin, serde_urlencoded::to_string(query).unwrap())
    }

    /// With what its page for signing out was loaded.
    pub(super) fn loaded(&self) -> Vec<String> {
        self.loaded.lock().unwrap().clone()
    }

    /// Where a browser is sent to sign out.
    pub(super) fn end_session(&self) -> String {
        let query = [("client_id", self.client_id.as_str()), ("post_logout_redirect_uri", &self.back())];
        format!("{}/end_session?{}", self.issuer, serde_urlencoded::to_string(query).unwrap())
    }

    /// Where a browser is sent to sign in; `more` are further parameters.
    pub(super) fn authorize(&self, more: &[(&str, &str)]) -> String {
        let back = self.back();
        let usual = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &back),
            ("scope", "openid profile edu"),
            ("state", "s"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        let query = serde_urlencoded::to_string(usual.iter().chain(more).collect::<Vec<_>>()).unwrap();
        format!("{}/authorize?{query}", self.issuer)
    }

    /// Where it is sent back.
    pub(super) fn back(&self) -> String {
        format!("{}/back", self.origin)
    }
}

/// Asks the provider's frame again and again, and shows what it answers.
const WATCH: &str = "<!doctype html><title>watch</title><iframe></iframe><script>
    const query = new URLSearchParams(location.search), frame = document.querySelector('iframe');
    frame.src = `${query.get('op')}/check_session`;
    addEventListener('message', (event) => {
      if (event.origin === query.get('op')) document.body.dataset.answer = event.data;
    });
    frame.addEventListener('load', () => {
      setInterval(() => frame.contentWindow.postMessage(query.get('asked'), query.get('op')), 100);
    });
    </script>";

/// Its pages: where they are, and with what the one for signing out is loaded.
async fn serve() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let loaded = Arc::<Mutex<Vec<String>>>::default();
    let shown =
        async |RawQuery(query): RawQuery| Html(format!("<!doctype html><p id=back>{}", query.unwrap_or_default()));
    let noted = loaded.clone();
    let out = async move |RawQuery(query): RawQuery| {
        noted.lock().unwrap().push(query.unwrap_or_default());
        Html("<!doctype html>")
    };
    let router = Router::new()
        .route("/back", get(shown))
        .route("/out", get(out))
        .route("/watch", get(async || Html(WATCH)))
        .route("/favicon.ico", get(async || ([(header::CONTENT_TYPE, "image/svg+xml")], "<svg/>")))
        .fallback(async || StatusCode::BAD_GATEWAY);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (origin, loaded)
}
