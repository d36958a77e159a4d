//! The apps against a small provider on loopback that can be told to lie.

mod logout;
mod pages;
mod provider;
mod sign_in;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Method, StatusCode, header};
use tokio::net::TcpListener;
use url::Url;

use super::{App, AppConfig, Class, Directory, Running, http_client, start};
use crate::base::{
    clock::{Clock, Moment},
    entropy::Entropy,
};
use provider::{Provider, SECRET};

/// One app, its provider, and a browser.
struct Stage {
    provider: Provider,
    app: Running,
    http: reqwest::Client,
    clock: Clock,
    cookies: Mutex<HashMap<String, String>>,
}

/// An answer, read.
struct Page {
    status: StatusCode,
    location: Option<String>,
    headers: header::HeaderMap,
    body: String,
}

impl Stage {
    /// A teacher's provider.
    async fn with(app: App) -> Self {
        let clock = Clock::by_hand(Moment::from_seconds(1_795_500_000));
        let http = http_client().unwrap();
        let provider = Provider::start(clock.clone(), app.client_id()).await;
        let config = config(app, provider.issuer(), &clock, &http);
        let app = start(config, TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap();
        Self { provider, app, http, clock, cookies: Mutex::default() }
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, Some(serde_urlencoded::to_string(form).unwrap())).await
    }

    async fn send(&self, method: Method, path: &str, form: Option<String>) -> Page {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.app.address()))
            .header(header::COOKIE, cookies.join("; "));
        if let Some(form) = form {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        }
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.contains("4001"), "ports share cookies: {name}");
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, location, headers, body: answer.text().await.unwrap() }
    }

    /// Begins a sign-in, has the provider agree, and comes back.
    async fn sign_in(&self) -> Page {
        let callback = self.agreed().await;
        self.get(&callback).await
    }

    /// The way back from the provider, not walked yet.
    async fn agreed(&self) -> String {
        let to = self.get("/login").await.location.unwrap();
        self.provider.agree(&to.parse().unwrap())
    }

    async fn me(&self) -> StatusCode {
        self.get("/me").await.status
    }

    fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

fn config(app: App, issuer: String, clock: &Clock, http: &reqwest::Client) -> AppConfig {
    let pupils = ["Lê Văn An", "Nguyễn Thị Bảo Ngọc", "Trần Đức Huy"].map(ToOwned::to_owned).to_vec();
    let class = Class { org_code: "31303405".into(), code: "6A1".into(), grade: Some(6), pupils };
    AppConfig {
        app,
        issuer,
        client_id: app.client_id().into(),
        client_secret: Some(SECRET.into()),
        base_url: Url::parse("http://localhost:4001").unwrap(),
        directory: Arc::new(Directory::from_iter([class])),
        clock: clock.clone(),
        entropy: Entropy::danger_seeded(1),
        http: http.clone(),
    }
}
