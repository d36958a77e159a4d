//! Callers that say who they are in more than one way, and clients whose keys are elsewhere.

use std::time::Duration;

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use phuong::{
    protocol::{
        alg::SigningAlg,
        client::{KeySource, Kind},
        registration::Registration,
    },
    services::keys::Signer,
};
use serde_json::json;

use super::clients::{assertion, present};
use crate::support::{
    callers::{Browser, RelyingParty},
    key_server::KeyServer,
    tour::{Answer, ISSUER, Tour},
};

both! { async fn r4_an_access_token_is_presented_once_and_in_one_way(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let token = tokens["access_token"].as_str().unwrap();
    let ask = async |headers: &[String], body: String| {
        let mut request = Request::post("/userinfo").header("content-type", "application/x-www-form-urlencoded");
        for value in headers {
            request = request.header("authorization", value);
        }
        Answer::of(t.send(request.body(Body::from(body)).unwrap()).await).await.status
    };
    let bearer = format!("Bearer {token}");
    assert_eq!(ask(&[], format!("access_token={token}")).await, 200);
    assert_eq!(ask(std::slice::from_ref(&bearer), String::new()).await, 200);
    assert_eq!(ask(std::slice::from_ref(&bearer), format!("access_token={token}")).await, 400, "header and body");
    assert_eq!(ask(&[], format!("access_token={token}&access_token=x")).await, 400, "twice in the body");
    assert_eq!(ask(&[bearer.clone(), "Bearer x".to_owned()], String::new()).await, 400, "two headers");
    assert_eq!(t.get(&format!("/userinfo?access_token={token}"), None).await.status, 401, "never in a query");
} }

both! { async fn r4_two_authorization_headers_are_two_clients_and_therefore_none(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let basic = |id: &str, secret: &str| {
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    };
    for path in ["/token", "/introspect", "/revoke"] {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", basic(&app.id, &app.secret))
            .header("authorization", basic("other", "x"));
        let answer = Answer::of(t.send(request.body(Body::from("grant_type=client_credentials&token=x")).unwrap()).await).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text);
    }
} }

both! { async fn r4_what_stands_in_the_query_of_a_token_request_is_not_read(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let query = format!("/token?client_id={}&client_secret={}&grant_type=client_credentials", app.id, app.secret);
    assert_eq!(t.post(&query, None, &[]).await.status, 401);
    assert_eq!(t.post(&query, None, &[("grant_type", "client_credentials")]).await.status, 401);
} }

both! { async fn r23_a_clients_key_address_is_asked_once_a_minute_and_a_failure_loses_no_key(t: Tour) {
    let key = || Signer::from_pkcs8(SigningAlg::Es256, &Signer::generate(SigningAlg::Es256, 2048)).unwrap();
    let (signer, stranger) = (key(), key());
    let server = KeyServer::with(vec![signer.public_jwk()]).await;
    let asked = || server.asked();
    t.register(Registration {
        keys: Some(KeySource::Uri(server.address.parse().unwrap())),
        scope: Some("marks.read".into()),
        ..Registration::named("svc", "Service", Kind::Service)
    }).await;
    let claims = |jti: String| json!({ "iss": "svc", "sub": "svc", "aud": ISSUER, "exp": t.clock.now().seconds() + 60, "jti": jti });
    let tokens: Vec<String> = (0..20).map(|n| assertion(&signer, &claims(format!("a{n}")))).collect();
    let answers = join_all(tokens.iter().map(|token| present(&t, token))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "all of the first are served by one fetch");
    assert_eq!(asked(), 1);
    t.advance(Duration::from_secs(61));
    let tokens: Vec<String> = (0..20).map(|n| assertion(&stranger, &claims(format!("b{n}")))).collect();
    let answers = join_all(tokens.iter().map(|token| present(&t, token))).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    assert_eq!(asked(), 2, "whoever names unknown keys makes us ask once");
    server.fail();
    t.advance(Duration::from_secs(61));
    assert_eq!(present(&t, &assertion(&stranger, &claims("c".into()))).await.status, 401);
    assert_eq!(asked(), 3);
    assert_eq!(present(&t, &assertion(&signer, &claims("d".into()))).await.status, 200, "its own key is still believed");
    t.advance(Duration::from_hours(1));
    assert_eq!(present(&t, &assertion(&signer, &claims("e".into()))).await.status, 401, "but not for ever");
} }
