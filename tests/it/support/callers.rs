//! Who calls: a browser with its cookies, and an app with its secret.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use phuong::{
    base::digest::Digest,
    protocol::{
        client::{Client, ClientId, Kind},
        registration::Registration,
    },
};

use super::tour::{Answer, Tour};

/// Any verifier of the right form.
pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";

/// A browser: it keeps cookies and does not follow redirects by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, t: &Tour, path: &str) -> Answer {
        self.send(t, Method::GET, path, &[]).await
    }

    pub(crate) async fn post(&mut self, t: &Tour, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(t, Method::POST, path, form).await
    }

    async fn send(&mut self, t: &Tour, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let kind = (method == Method::POST).then_some("application/x-www-form-urlencoded");
        self.ask(t, (method, path), kind, body.into_bytes()).await
    }

    /// Sends a form with files, each with its name and content.
    pub(crate) async fn upload(
        &mut self,
        t: &Tour,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "----a-boundary-of-the-tests";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask(t, (Method::POST, path), Some(&kind), body).await
    }

    async fn ask(&mut self, t: &Tour, (method, path): (Method, &str), kind: Option<&str>, body: Vec<u8>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; "));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let answer = Answer::of(t.send(request.body(Body::from(body)).unwrap()).await).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Fills in the sign-in page that `path` leads to; what comes of it.
    pub(crate) async fn sign_in(&mut self, t: &Tour, path: &str, name: &str, password: &str) -> Answer {
        let page = self.get(t, path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        self.submit(t, &page, name, password).await
    }

    pub(crate) async fn submit(&mut self, t: &Tour, page: &Answer, name: &str, password: &str) -> Answer {
        let (csrf, flow) = (page.field("csrf"), page.field("flow"));
        let form = [("csrf", csrf.as_str()), ("flow", &flow), ("username", name), ("password", password)];
        self.post(t, "/sign-in", &form).await
    }

    /// Signs in as the sample person of a role.
    pub(crate) async fn sign_in_as(&mut self, t: &Tour, path: &str, role: &str) -> Answer {
        let person = t.person(role).clone();
        self.sign_in(t, path, &person.sector_id, &person.password).await
    }

    pub(crate) fn session(&self) -> Option<&String> {
        self.cookies.get("phuong-session-8080")
    }
}

/// A web app of the tests' own.
#[derive(Clone, Debug)]
pub(crate) struct RelyingParty {
    pub(crate) id: String,
    pub(crate) secret: String,
}

pub(crate) const CALLBACK: &str = "https://app.example/cb";

impl RelyingParty {
    /// Registers one that may ask for everything.
    pub(crate) async fn new(t: &Tour, id: &str) -> Self {
        Self::registered(t, id, |ask| ask).await
    }

    pub(crate) async fn registered(t: &Tour, id: &str, change: impl FnOnce(Registration) -> Registration) -> Self {
        let scope = "openid profile email phone edu edu.contexts edu.classes edu.sector_id offline_access";
        let ask = Registration {
            redirect_uris: vec![CALLBACK.into()],
            post_logout_redirect_uris: vec!["https://app.example/bye".into()],
            scope: Some(scope.into()),
            ..Registration::named(id, id, Kind::Web)
        };
        let (_, secret) = t.register(change(ask)).await;
        Self { id: id.to_owned(), secret }
    }

    /// Its registration, and what `change` makes of it.
    pub(crate) async fn change(&self, t: &Tour, change: impl FnOnce(&mut Client)) {
        let registered = t.sv.clients.by_id(&ClientId(self.id.clone())).unwrap();
        let mut client = (*registered).clone();
        change(&mut client);
        t.change(&client, false).await;
    }

    /// An authorization request; `extra` adds to it.
    pub(crate) fn authorize(&self, extra: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Digest::of(VERIFIER.as_bytes()).bytes());
        format!(
            "/authorize?client_id={}&response_type=code&redirect_uri={CALLBACK}&state=st&nonce=n-1\
             &code_challenge={challenge}&code_challenge_method=S256{}{extra}",
            self.id,
            if extra.contains("scope=") { "" } else { "&scope=openid%20profile" }
        )
    }

    /// A code, for a teacher who signs in for it.
    pub(crate) async fn code(&self, t: &Tour, browser: &mut Browser, extra: &str) -> String {
        let answer = match browser.session() {
            Some(_) => browser.get(t, &self.authorize(extra)).await,
            None => browser.sign_in_as(t, &self.authorize(extra), "teacher").await,
        };
        answer.sent("code").unwrap_or_else(|| panic!("no code: {} {}", answer.status, answer.header("location")))
    }

    pub(crate) async fn redeem(&self, t: &Tour, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        t.post("/token", Some((&self.id, &self.secret)), &form).await
    }

    /// Its name and secret, as an Authorization header has them.
    pub(crate) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }

    pub(crate) async fn refresh(&self, t: &Tour, token: &str) -> Answer {
        t.post("/token", Some((&self.id, &self.secret)), &[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// Tokens, for a teacher who signs in for them.
    pub(crate) async fn tokens(&self, t: &Tour, browser: &mut Browser, extra: &str) -> serde_json::Value {
        let code = self.code(t, browser, extra).await;
        let answer = self.redeem(t, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}
