//! How clients prove themselves.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use phuong::{
    protocol::{
        alg::SigningAlg,
        client::{KeySource, Kind},
        registration::Registration,
    },
    services::keys::Signer,
};
use serde_json::{Value, json};

use crate::support::tour::{Answer, ISSUER, Tour};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A service with a key of its own.
async fn service(t: &Tour) -> Signer {
    let signer = Signer::from_pkcs8(SigningAlg::Es256, &Signer::generate(SigningAlg::Es256, 2048)).unwrap();
    let keys = jsonwebtoken::jwk::JwkSet { keys: vec![signer.public_jwk()] };
    let ask = Registration {
        keys: Some(KeySource::Inline(keys)),
        scope: Some("marks.read marks.write".into()),
        ..Registration::named("svc", "Service", Kind::Service)
    };
    t.register(ask).await;
    signer
}

pub(super) fn assertion(signer: &Signer, claims: &Value) -> String {
    let header = json!({ "alg": "ES256", "kid": signer.kid() });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(&header), part(claims));
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signer.sign(input.as_bytes())))
}

pub(super) async fn present(t: &Tour, assertion: &str) -> Answer {
    let form = [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", assertion)];
    t.post("/token", None, &form).await
}

both! { async fn r14_an_assertion_is_addressed_to_the_issuer_alone_for_five_minutes_and_counts_once(t: Tour) {
    let signer = service(&t).await;
    let now = t.clock.now().seconds();
    let good = json!({ "iss": "svc", "sub": "svc", "aud": ISSUER, "exp": now + 60, "iat": now, "jti": "1" });
    let mut change = good.clone();
    let mut refused = Vec::new();
    for (name, value) in [
        ("aud", json!([ISSUER])),
        ("aud", json!(format!("{ISSUER}/token"))),
        ("aud", json!("https://other.example")),
        ("exp", json!(now + 3600)),
        ("exp", json!(now - 3600)),
        ("exp", json!("never")),
        ("nbf", json!(now + 3600)),
        ("nbf", json!("now")),
        ("iss", json!("other")),
        ("jti", Value::Null),
    ] {
        change[name] = value;
        refused.push((name, present(&t, &assertion(&signer, &change)).await));
        change = good.clone();
    }
    for (name, answer) in refused {
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{name}");
    }
    let token = assertion(&signer, &good);
    assert_eq!(present(&t, &token).await.status, 200);
    assert_eq!(present(&t, &token).await.status, 401, "spent");
    t.advance(Duration::from_secs(5));
    let another = json!({ "iss": "svc", "sub": "svc", "aud": ISSUER, "exp": now + 60, "jti": "2" });
    let token = assertion(&signer, &another);
    let answers = join_all((0..50).map(|_| present(&t, &token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "r11: one of fifty");
} }

both! { async fn r18_an_assertion_signed_otherwise_is_refused(t: Tour) {
    let signer = service(&t).await;
    let now = t.clock.now().seconds();
    let claims = json!({ "iss": "svc", "sub": "svc", "aud": ISSUER, "exp": now + 60, "jti": "1" });
    let stranger = Signer::from_pkcs8(SigningAlg::Es256, &Signer::generate(SigningAlg::Es256, 2048)).unwrap();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims));
    let hmac = format!("{}.{}.AAAA", part(&json!({ "alg": "HS256", "kid": signer.kid() })), part(&claims));
    for token in [assertion(&stranger, &claims), none, hmac, "a.b.c".to_owned(), String::new()] {
        assert_eq!(present(&t, &token).await.status, 401, "{token}");
    }
} }

both! { async fn a_service_gets_its_own_scopes_and_no_person(t: Tour) {
    let (_, secret) = t.register(Registration { scope: Some("marks.read".into()), ..Registration::named("batch", "Batch", Kind::Service) }).await;
    let auth = Some(("batch", secret.as_str()));
    let tokens = t.post("/token", auth, &[("grant_type", "client_credentials")]).await.json();
    assert_eq!(tokens["scope"].as_str(), Some("marks.read"));
    assert!(tokens["refresh_token"].is_null() && tokens["id_token"].is_null());
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 403);
    let more = [("grant_type", "client_credentials"), ("scope", "marks.write")];
    assert_eq!(t.post("/token", auth, &more).await.error(), "invalid_scope");
    assert_eq!(t.post("/token", Some(("batch", "wrong")), &[("grant_type", "client_credentials")]).await.status, 401);
    let by_post = [("grant_type", "client_credentials"), ("client_id", "batch"), ("client_secret", &secret)];
    assert_eq!(t.post("/token", None, &by_post).await.status, 401, "only the registered method");
} }
