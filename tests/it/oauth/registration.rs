//! Apps that register themselves (RFC 7591, OpenID Registration 1.0), manage that (RFC 7592), and lie.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
    routing::get,
};
use phuong::{
    admin::clients,
    protocol::{
        discovery::Offer,
        registration::{
            Changes,
            dynamic::{Admits, Registrar},
        },
        scope::Scopes,
    },
    services::{Settings, authority::Standing},
    worker,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    database::Backend,
    tour::{Answer, ISSUER, Tour, claims},
};

/// Everybody may.
struct Open(Tour);
/// Whoever was given a token.
pub(super) struct Invited(pub(super) Tour);

async fn admitting(backend: Backend, admits: Admits) -> Option<Tour> {
    let scopes: Scopes = "openid profile email offline_access".parse().unwrap();
    let registrar = Registrar { admits, most: 8, scopes, ..Registrar::default() };
    let offer = Offer { registration: true, ..Offer::default() };
    Tour::of(backend, Settings { registrar, offer, ..Settings::of(ISSUER) }).await
}

impl Open {
    async fn on(backend: Backend) -> Option<Self> {
        admitting(backend, Admits::Everybody).await.map(Self)
    }
}

impl Invited {
    pub(super) async fn on(backend: Backend) -> Option<Self> {
        admitting(backend, Admits::Invited).await.map(Self)
    }

    pub(super) async fn invite(&self, uses: u32) -> String {
        let leave = Standing::danger_command_line().with_the_sector(&self.0.sv).unwrap();
        let token = clients::invite(&self.0.sv, &leave, uses, Duration::from_hours(24)).await.unwrap();
        token.expose().to_owned()
    }
}

async fn send(t: &Tour, method: Method, path: &str, token: Option<&str>, body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    Answer::of(t.send(request.body(Body::from(body.to_owned())).unwrap()).await).await
}

async fn register(t: &Tour, token: Option<&str>, document: &Value) -> Answer {
    send(t, Method::POST, "/register", token, &document.to_string()).await
}

/// A client that registered itself.
pub(super) struct Own {
    pub(super) said: Value,
}

impl Own {
    pub(super) async fn new(t: &Tour, document: &Value) -> Self {
        let answer = register(t, None, document).await;
        assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.text);
        Self { said: answer.json() }
    }

    fn text(&self, member: &str) -> &str {
        self.said[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", self.said))
    }

    fn path(&self) -> &str {
        self.text("registration_client_uri").strip_prefix(ISSUER).unwrap()
    }

    fn token(&self) -> Option<&str> {
        self.said["registration_access_token"].as_str()
    }

    pub(super) fn party(&self) -> RelyingParty {
        RelyingParty {
            id: self.text("client_id").into(),
            secret: self.said["client_secret"].as_str().unwrap_or("").into(),
        }
    }

    pub(super) async fn manage(&self, t: &Tour, method: Method, body: &Value) -> Answer {
        send(t, method, self.path(), self.token(), &body.to_string()).await
    }
}

fn document() -> Value {
    json!({
        "redirect_uris": [CALLBACK], "client_name": "Trắc nghiệm", "contacts": ["a@app.example"],
        "grant_types": ["authorization_code", "refresh_token"],
        "logo_uri": "https://cdn.example/logo.png", "policy_uri": "https://app.example/privacy",
        "tos_uri": "https://app.example/terms", "client_uri": "https://app.example/",
        "post_logout_redirect_uris": ["https://app.example/bye"], "software_id": "quiz", "made_up": {"x": 1},
    })
}

/// Signs a teacher in and lets them agree; what the app is told.
pub(super) async fn agree(t: &Tour, app: &RelyingParty, browser: &mut Browser, extra: &str) -> Answer {
    let path = app.authorize(extra);
    let page = match browser.session() {
        Some(_) => browser.get(t, &path).await,
        None => browser.sign_in_as(t, &path, "teacher").await,
    };
    if !page.text.contains("consent-allow") {
        return page;
    }
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    browser.post(t, "/consent", &[("csrf", &csrf), ("flow", &flow), ("answer", "allow")]).await
}

both! { async fn an_app_registers_itself_is_asked_about_and_lives_its_life(t: Open) {
    let t = t.0;
    let metadata = t.get("/.well-known/openid-configuration", None).await.json();
    assert_eq!(metadata["registration_endpoint"], format!("{ISSUER}/register"));
    let own = Own::new(&t, &document()).await;
    assert_eq!((own.text("id_token_signed_response_alg"), own.text("subject_type")), ("RS256", "pairwise"));
    assert_eq!((&own.said["client_secret_expires_at"], own.said.get("made_up")), (&json!(0), None));
    assert_eq!(own.said["client_id_issued_at"], t.clock.now().seconds());

    let (app, mut browser) = (own.party(), Browser::default());
    let page = browser.get(&t, &app.authorize("")).await;
    for (id, address) in [("client-logo", "https://cdn.example/logo.png"), ("client-policy", "https://app.example/privacy"), ("client-tos", "https://app.example/terms")] {
        assert!(page.text.contains(&format!("id=\"{id}\"")) && page.text.contains(&format!("\"{address}\"")), "{id}");
    }
    assert!(page.header("content-security-policy").contains("img-src 'self' data: https://cdn.example;"), "and no other");

    let answer = agree(&t, &app, &mut browser, "&scope=openid%20profile%20email%20edu.sector_id").await;
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    let header = jsonwebtoken::decode_header(tokens["id_token"].as_str().unwrap()).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::RS256);
    let told = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert!(told["name"].is_string() && told.get("edu_sector_id").is_none(), "{told}");
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.status, 200);

    // No child is asked to decide about an app that nobody looked at.
    let refused = Browser::default().sign_in_as(&t, &app.authorize(""), "student").await;
    assert_eq!(refused.sent("error").as_deref(), Some("access_denied"), "{}", refused.text);
} }

both! { async fn what_was_registered_is_read_replaced_and_removed_by_its_token_alone(t: Open) {
    let t = t.0;
    let (own, other) = (Own::new(&t, &document()).await, Own::new(&t, &document()).await);
    let read = own.manage(&t, Method::GET, &json!({})).await;
    let mut expected = own.said.clone();
    for secret in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(secret);
    }
    assert_eq!((read.json(), read.header("cache-control")), (expected, "no-store"), "all but what is told once");

    for token in [None, Some("x"), other.token(), Some(own.text("client_secret"))] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let refused = send(&t, method.clone(), own.path(), token, &document().to_string()).await;
            assert_eq!(refused.status, 401, "{method} by {token:?}");
            assert!(refused.header("www-authenticate").starts_with("Bearer"), "{method}");
        }
    }
    let nobody = send(&t, Method::GET, "/register/nobody", own.token(), "").await;
    let theirs = send(&t, Method::GET, other.path(), own.token(), "").await;
    assert_eq!((nobody.status, nobody.text), (401, theirs.text), "nobody learns who is registered");

    let mut change = json!({ "client_id": own.text("client_id"), "redirect_uris": [CALLBACK], "client_name": "Trắc nghiệm" });
    for (member, value) in [("client_id", other.text("client_id")), ("client_secret", "mine"), ("client_name", "Sổ điểm điện tử")] {
        let mut bad = change.clone();
        bad[member] = value.into();
        let refused = own.manage(&t, Method::PUT, &bad).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_client_metadata".to_owned()), "{member}");
    }
    change["client_secret"] = own.text("client_secret").into();
    let changed = own.manage(&t, Method::PUT, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!((changed.json().get("logo_uri"), changed.json().get("client_secret")), (None, None), "gone, and kept");
    for member in ["registration_access_token", "registration_client_uri"] {
        assert_eq!(changed.json()[member], own.said[member], "RFC 7592 §3: {member} stays what it is");
    }
    let (app, mut browser) = (own.party(), Browser::default());
    let code = agree(&t, &app, &mut browser, "").await.sent("code").unwrap();
    let tokens = app.redeem(&t, &code).await;
    assert_eq!(tokens.status, 200, "the secret is still good: {}", tokens.text);
    let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(t.get("/userinfo", Some(&access)).await.status, 200);

    change["client_name"] = "Sòng bạc".into();
    own.manage(&t, Method::PUT, &change).await;
    t.advance(Duration::from_secs(1));
    assert_eq!(t.get("/userinfo", Some(&access)).await.status, 401, "whoever agreed, agreed to another name");
    assert!(browser.get(&t, &app.authorize("")).await.text.contains("consent-allow"), "and is asked again");

    let gone = own.manage(&t, Method::DELETE, &json!({})).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(own.manage(&t, Method::GET, &json!({})).await.status, 401);
    assert_eq!(browser.get(&t, &app.authorize("")).await.status, 400, "nobody knows it any more");
    assert_eq!(other.manage(&t, Method::GET, &json!({})).await.status, 200);
} }

both! { async fn r11_an_invitation_is_good_as_often_as_it_says(t: Invited) {
    let token = t.invite(2).await;
    let (t, none) = (&t.0, register(&t.0, None, &document()).await);
    assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(register(t, Some("made-up"), &document()).await.error(), "invalid_token");
    let bad = register(t, Some(&token), &json!({ "redirect_uris": ["http://app.example/cb"] })).await;
    assert_eq!(bad.error(), "invalid_redirect_uri", "and it costs nothing");
    let all = futures_util::future::join_all((0..6).map(|_| async { register(t, Some(&token), &document()).await.status })).await;
    assert_eq!(all.iter().filter(|status| **status == 201).count(), 2, "{all:?}");
    assert_eq!(all.iter().filter(|status| **status == 401).count(), 4, "{all:?}");
} }

both! { async fn an_invitation_ends_with_its_day_and_manages_nothing(t: Invited) {
    let token = t.invite(5).await;
    let own = register(&t.0, Some(&token), &document()).await.json();
    let path = own["registration_client_uri"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    assert_eq!(send(&t.0, Method::GET, path, Some(&token), "").await.status, 401, "R12");
    let own_token = own["registration_access_token"].as_str();
    assert_eq!(register(&t.0, own_token, &document()).await.status, 401, "nor does the other register");
    t.0.advance(Duration::from_hours(24));
    assert_eq!(register(&t.0, Some(&token), &document()).await.status, 401);
} }

both! { async fn r52_there_are_so_many_at_most_and_those_that_nobody_uses_are_forgotten(t: Open) {
    let t = t.0;
    let (used, unused) = (Own::new(&t, &document()).await, Own::new(&t, &document()).await);
    for _ in 2..8 {
        Own::new(&t, &document()).await;
    }
    let full = register(&t, None, &document()).await;
    assert_eq!((full.status, full.error()), (503, "temporarily_unavailable".to_owned()));
    t.advance(Duration::from_hours(24 * 20));
    let mut browser = Browser::default();
    assert!(agree(&t, &used.party(), &mut browser, "").await.sent("code").is_some());
    t.advance(Duration::from_hours(24 * 11));
    while worker::purge(&t.sv).await.unwrap() > 0 {}
    assert_eq!(used.manage(&t, Method::GET, &json!({})).await.status, 200);
    assert_eq!(unused.manage(&t, Method::GET, &json!({})).await.status, 401);
    Own::new(&t, &document()).await;
} }

both! { async fn r23_a_sectors_document_is_fetched_from_the_public_web_alone_and_must_list_every_address(t: Open) {
    let t = t.0;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let listed = json!(["https://a.example/cb", "https://b.example/cb", CALLBACK]).to_string();
    let elsewhere = axum::response::Redirect::temporary("/sector");
    let router = Router::new().route("/sector", get(async move || listed)).route("/moved", get(async move || elsewhere));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let with = |uris: &[&str], sector: &str| {
        let mut document = json!({ "redirect_uris": uris });
        if !sector.is_empty() {
            document["sector_identifier_uri"] = sector.into();
        }
        document
    };
    let (two, here) = (["https://a.example/cb", "https://b.example/cb"], format!("http://localhost:{port}/sector"));
    Own::new(&t, &with(&two, &here)).await;
    let mut subjects = Vec::new();
    for sector in [here.as_str(), here.as_str(), ""] {
        let (own, mut browser) = (Own::new(&t, &with(&[CALLBACK], sector)).await, Browser::default());
        let code = agree(&t, &own.party(), &mut browser, "").await.sent("code").unwrap();
        let tokens = own.party().redeem(&t, &code).await.json();
        subjects.push(claims(tokens["id_token"].as_str().unwrap())["sub"].clone());
    }
    assert!(subjects[0] == subjects[1] && subjects[1] != subjects[2], "Core 8.1: {subjects:?}");

    let mut said = Vec::new();
    for inside in [
        format!("https://127.0.0.1:{port}/sector"),
        "https://10.0.0.1/sector".into(),
        "https://[::1]/sector".into(),
        "https://2130706433/sector".into(),
        "https://169.254.169.254/latest/meta-data".into(),
        format!("http://localhost:{port}/moved"),
        format!("http://localhost:{port}/missing"),
    ] {
        let refused = register(&t, None, &with(&two, &inside)).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_client_metadata".to_owned()), "{inside}");
        said.push(refused.text);
    }
    assert!(said.iter().all(|text| *text == said[0]), "what lies inside is told to nobody: {said:?}");
    for bad in [with(&two, ""), with(&["https://a.example/cb", "https://evil.example/cb"], &here), with(&two, "http://10.0.0.1/sector")] {
        let refused = register(&t, None, &bad).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_client_metadata".to_owned()), "{bad}");
    }
} }

both! { async fn nobody_registers_themselves_as_somebody_else(t: Open) {
    let t = t.0;
    let gradebook = t.sv.clients.all().into_iter().find(|client| client.client_id.0 == "gradebook").unwrap();
    let theirs = gradebook.redirect_uris[0].as_str().to_owned();
    assert!(theirs.starts_with("http://localhost:"), "{theirs}");
    let refused = register(&t, None, &json!({ "redirect_uris": [theirs] })).await;
    assert!(refused.status == 400 && refused.text.contains("belongs to another app"), "{}", refused.text);
    RelyingParty::registered(&t, "native", |mut ask| {
        ask.redirect_uris = vec!["http://127.0.0.1:9000/cb".into()];
        ask
    }).await;
    let refused = register(&t, None, &json!({ "redirect_uris": ["http://127.0.0.1:5/cb"], "application_type": "native" })).await;
    assert_eq!(refused.status, 400, "any port is theirs");
    for name in [gradebook.name.clone(), gradebook.name.to_uppercase(), format!("  {}\u{200b}", gradebook.name)] {
        let refused = register(&t, None, &json!({ "redirect_uris": [CALLBACK], "client_name": name })).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_client_metadata".to_owned()), "{name}");
    }
    let own = Own::new(&t, &json!({ "redirect_uris": [CALLBACK], "client_id": "gradebook", "client_secret": "mine" })).await;
    assert!(own.text("client_id").starts_with("dyn-") && own.text("client_secret").len() == 43);
} }

both! { async fn r55_no_document_harms_anybody(t: Open) {
    let t = t.0;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = send(&t, method, "/register/%00", Some("x"), &document().to_string()).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"), "an id that no database takes");
    }
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        ("{\"redirect_uris\": {}}", 400),
        ("{\"redirect_uris\": [null]}", 400),
        ("{\"redirect_uris\": [\"https://app.example/cb\"], \"jwks\": {\"keys\": [{\"kty\": \"oct\", \"k\": \"AA\"}]}}", 400),
    ] {
        let answer = send(&t, Method::POST, "/register", None, body).await;
        assert_eq!((answer.status, answer.json()["error"].is_string()), (status, true), "{body}");
    }
    let deep = format!("{{\"jwks\": {}{}}}", "[".repeat(8_000), "]".repeat(8_000));
    assert_eq!(send(&t, Method::POST, "/register", None, &deep).await.status, 400);
    let long = json!({ "redirect_uris": [CALLBACK], "x": "x".repeat(17_000) }).to_string();
    assert_eq!(send(&t, Method::POST, "/register", None, &long).await.status, 400);
    let huge = json!({ "x": "x".repeat(70_000) }).to_string();
    assert!(send(&t, Method::POST, "/register", None, &huge).await.status >= 400);
    let form = t.post("/register", None, &[("redirect_uris", CALLBACK)]).await;
    assert_eq!((form.status, form.error()), (400, "invalid_client_metadata".to_owned()));
    let two = Request::post("/register").header(header::AUTHORIZATION, "Bearer a").header(header::AUTHORIZATION, "Bearer b");
    let two = two.header(header::CONTENT_TYPE, "application/json").body(Body::from(document().to_string())).unwrap();
    assert_eq!(Answer::of(t.send(two).await).await.status, 400, "R4");
} }

both! { async fn where_nobody_wants_it_there_is_no_registration(t: Tour) {
    let metadata = t.get("/.well-known/openid-configuration", None).await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
    assert_eq!(register(&t, None, &document()).await.status, 404);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_eq!(send(&t, method, "/register/gradebook", Some("x"), "{}").await.status, 404);
    }
} }

both! { async fn r15_r41_a_client_that_is_turned_off_manages_nothing_and_its_secrets_are_nowhere(t: Open) {
    let t = t.0;
    let own = Own::new(&t, &document()).await;
    let leave = Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let id = own.text("client_id");
    let client = clients::find(&t.sv, id).unwrap();
    let kept = serde_json::to_string(&*client).unwrap();
    assert!(!kept.contains(own.text("client_secret")) && !kept.contains(own.token().unwrap()));
    let changes = Changes { scope: Some("openid edu".into()), ..Changes::default() };
    let refused = clients::adjust(&t.sv, &leave, id, changes).await.unwrap_err();
    assert!(refused.to_string().contains("registered itself"), "two would manage it: {refused}");
    clients::set_state(&t.sv, &leave, id, phuong::protocol::client::State::Disabled).await.unwrap();
    let mut change = document();
    change["client_id"] = id.into();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_eq!(own.manage(&t, method, &change).await.status, 401);
    }
    clients::remove(&t.sv, &leave, id).await.unwrap();
    assert_eq!(own.manage(&t, Method::GET, &change).await.status, 401);
} }
