//! An app of a test's own, registered beside the running demo: it shows what comes back and takes no notices.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::RawQuery,
    http::{StatusCode, header},
    response::Html,
    routing::get,
};
use tokio::net::TcpListener;

use crate::{
    cli::program::run,
    support::{chromium::Page, demo::Demo},
};

pub(super) const NAME: &str = "Thư viện số";

pub(super) struct App {
    origin: String,
    client_id: String,
    issuer: String,
}

impl App {
    /// Its back-channel endpoint answers with an error, as an app that is down behind a proxy does. `page` looks when
    /// the running server has noticed what was registered beside it.
    pub(super) async fn beside(demo: &Demo, page: &Page) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let shown =
            async |RawQuery(query): RawQuery| Html(format!("<!doctype html><p id=back>{}", query.unwrap_or_default()));
        let router = Router::new()
            .route("/back", get(shown))
            .route("/favicon.ico", get(async || ([(header::CONTENT_TYPE, "image/svg+xml")], "<svg/>")))
            .fallback(async || StatusCode::BAD_GATEWAY);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let added = run(
            demo.folder(),
            &[
                "client",
                "add",
                "--json",
                "--name",
                NAME,
                "--kind",
                "spa",
                "--redirect-uri",
                &format!("{origin}/back"),
                "--backchannel-logout-uri",
                &format!("{origin}/told"),
                "--scope",
                "openid profile edu",
            ],
            &[],
        );
        assert_eq!(added.code, Some(0), "{}", added.stderr);
        let client_id = added.json()["client_id"].as_str().unwrap().to_owned();
        let app = Self { origin, client_id, issuer: demo.issuer().to_owned() };
        let began = Instant::now();
        page.goto(&app.authorize(&[])).await;
        while page.exists("#op-error").await {
            assert!(began.elapsed() < Duration::from_secs(10), "the server has not noticed the new app");
            page.goto(&app.authorize(&[])).await;
        }
        app
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
