//! Whoever registers apps by the hundred: what one address may do, and what that leaves behind.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
    routing::get,
};
use phuong::{
    protocol::{
        discovery::Offer,
        registration::dynamic::{Admits, Registrar},
    },
    services::Settings,
    store::{Tx, audit, versions},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::registration::Invited;
use crate::support::{
    callers::CALLBACK,
    database::Backend,
    tour::{Answer, ISSUER, Tour},
};

/// Everybody may register apps, and there is room for many.
struct Ample(Tour);

impl Ample {
    async fn on(backend: Backend) -> Option<Self> {
        let registrar = Registrar { admits: Admits::Everybody, ..Registrar::default() };
        let offer = Offer { registration: true, ..Offer::default() };
        Tour::of(backend, Settings { registrar, offer, ..Settings::of(ISSUER) }).await.map(Self)
    }
}

async fn say(t: &Tour, from: &str, method: Method, path: &str, token: Option<&str>, document: &Value) -> Answer {
    let peer: IpAddr = from.parse().unwrap();
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let mut request = request.body(Body::from(document.to_string())).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 1))));
    Answer::of(t.send(request).await).await
}

async fn register(t: &Tour, from: &str, document: &Value) -> Answer {
    say(t, from, Method::POST, "/register", None, document).await
}

fn document() -> Value {
    json!({ "redirect_uris": [CALLBACK] })
}

/// How often nodes had to read the apps again.
async fn version(t: &Tour) -> i64 {
    t.sv.store.read((), async |tx: &mut Tx, (): &()| versions::current(tx).await).await.unwrap().clients
}

fn is_too_often(answer: &Answer) -> bool {
    let wait: u64 = answer.header("retry-after").parse().unwrap_or(0);
    answer.status == 429 && answer.error() == "temporarily_unavailable" && (3_000..=3_601).contains(&wait)
}

both! { async fn r53_one_address_registers_twenty_apps_an_hour_and_changes_them_no_oftener(t: Ample) {
    let (t, flooder) = (t.0, "203.0.113.7");
    let own = register(&t, flooder, &document()).await.json();
    let text = |member: &str| own[member].as_str().unwrap().to_owned();
    let (path, token) = (text("registration_client_uri").strip_prefix(ISSUER).unwrap().to_owned(), text("registration_access_token"));
    let all = futures_util::future::join_all((0..40).map(|_| async { register(&t, flooder, &document()).await })).await;
    let taken = all.iter().filter(|answer| answer.status == 201).count();
    let refused = all.iter().filter(|answer| is_too_often(answer)).count();
    assert_eq!((taken, refused), (19, 21), "{:?}", all.iter().map(|answer| answer.status).collect::<Vec<_>>());

    let manage = async |method, from: &str, body: &Value| say(&t, from, method, &path, Some(&token), body).await;
    let change = json!({ "client_id": text("client_id"), "redirect_uris": [CALLBACK], "client_name": "Trắc nghiệm" });
    let before = version(&t).await;
    assert!(is_too_often(&manage(Method::PUT, flooder, &change).await), "a change is one of them");
    assert!(is_too_often(&register(&t, flooder, &document()).await));
    assert_eq!(version(&t).await, before, "no node reads the apps again for what was refused");
    assert_eq!(manage(Method::GET, flooder, &json!({})).await.status, 200, "to read changes nothing");
    assert_eq!(manage(Method::PUT, "198.51.100.1", &change).await.status, 200, "others go on");
    assert_eq!(manage(Method::DELETE, flooder, &json!({})).await.status, 204, "what one has may always go");

    // One household has at least a /64 of IPv6.
    for n in 0..20 {
        assert_eq!(register(&t, &format!("2001:db8:1:2::{n}"), &document()).await.status, 201);
    }
    assert!(is_too_often(&register(&t, "2001:db8:1:2:ffff::1", &document()).await));
    assert_eq!(register(&t, "2001:db8:1:3::1", &document()).await.status, 201);
    t.advance(Duration::from_hours(1));
    assert_eq!(register(&t, flooder, &document()).await.status, 201);
} }

both! { async fn r53_tokens_are_not_tried_without_end_and_whoever_has_one_is_not_held_up(t: Invited) {
    let (token, t, from) = (t.invite(2).await, &t.0, "203.0.113.7");
    let own = say(t, from, Method::POST, "/register", Some(&token), &document()).await.json();
    let path = own["registration_client_uri"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    for n in 0..20 {
        let (method, path) = if n % 2 == 0 { (Method::POST, "/register") } else { (Method::GET, path) };
        assert_eq!(say(t, from, method, path, Some(&format!("guess-{n}")), &document()).await.status, 401);
    }
    for (method, path) in [(Method::POST, "/register"), (Method::GET, path), (Method::DELETE, "/register/nobody")] {
        assert!(is_too_often(&say(t, from, method, path, Some("guess"), &document()).await));
    }
    let good = own["registration_access_token"].as_str();
    assert_eq!(say(t, from, Method::GET, path, good, &document()).await.status, 200);
    assert_eq!(say(t, from, Method::POST, "/register", Some(&token), &document()).await.status, 201);
} }

both! { async fn r23_nobody_has_us_fetch_documents_without_end(t: Ample) {
    let (t, fetched) = (t.0, Arc::new(AtomicUsize::new(0)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let counted = fetched.clone();
    let empty = get(async move || {
        counted.fetch_add(1, Ordering::Relaxed);
        "[]"
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/sector", empty)).await });
    let mut document = document();
    document["sector_identifier_uri"] = format!("http://localhost:{port}/sector").into();
    for n in 0..25 {
        let answer = register(&t, "203.0.113.7", &document).await;
        assert_eq!((answer.status, is_too_often(&answer)), if n < 20 { (400, false) } else { (429, true) }, "{n}");
    }
    assert_eq!(fetched.load(Ordering::Relaxed), 20);
} }

both! { async fn r53_a_registration_leaves_a_short_line_in_the_audit_trail(t: Ample) {
    let t = t.0;
    let uris: Vec<String> = (0..20).map(|n| format!("https://app.example/{n}/{}", "x".repeat(600))).collect();
    let mut document = json!({ "redirect_uris": uris, "client_name": "Sổ ".repeat(300) });
    let own = register(&t, "203.0.113.7", &document).await;
    assert_eq!(own.status, 201, "{}", own.text);
    let own = own.json();
    let path = own["registration_client_uri"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    document["client_id"] = own["client_id"].clone();
    let changed = say(&t, "203.0.113.7", Method::PUT, path, own["registration_access_token"].as_str(), &document).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let subject = format!("client:{}", own["client_id"].as_str().unwrap());
    let about = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 10).await;
    let events = t.sv.store.read(subject, about).await.unwrap();
    let mut actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["client.changed", "client.registered"]);
    for event in &events {
        let detail = &event.detail;
        assert!(detail.len() < 1_000 && detail.contains("app.example") && detail.contains("20"), "{detail}");
    }
} }
