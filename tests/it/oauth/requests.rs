//! Requests that the app signed (RFC 9101, Core 6), and requests that it pushed (RFC 9126).

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get};
use futures_util::future::join_all;
use jsonwebtoken::jwk::JwkSet;
use phuong::{
    http::{self, Door},
    protocol::{
        alg::ProofAlg,
        client::{Access, KeySource},
    },
    services::keys::Signer,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::forgeries::{key, signed};
use crate::relying::assertion::AppKey;
use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::{Answer, ISSUER, Tour, claims},
};

const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// An app that signs its requests with this key.
async fn signing(t: &Tour, id: &str) -> (RelyingParty, Signer) {
    let (app, signer) = (RelyingParty::new(t, id).await, key());
    let keys = JwkSet { keys: vec![signer.public_jwk()] };
    app.change(t, |client| client.terms.request_keys = Some(KeySource::Inline(keys))).await;
    (app, signer)
}

fn object(signer: &Signer, payload: &Value) -> String {
    let header = format!(r#"{{"alg":"ES256","kid":"{}","typ":"oauth-authz-req+jwt"}}"#, signer.kid());
    signed(signer, &header, &payload.to_string())
}

/// What a request object of `app` says of itself, with these members.
fn from(t: &Tour, members: &Value) -> Value {
    let now = t.clock.now().seconds();
    let mut payload = json!({ "iss": "app", "aud": ISSUER, "nbf": now, "exp": now + 60 });
    payload.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    payload
}

both! { async fn what_is_signed_goes_before_what_stands_in_the_address(t: Tour) {
    let ((app, signer), mut browser) = (signing(&t, "app").await, Browser::default());
    let asked = json!({
        "scope": "openid edu", "nonce": "signed", "state": "inner", "max_age": 9000,
        "claims": { "id_token": { "given_name": null } },
    });
    let code = browser
        .sign_in_as(&t, &app.authorize(&format!("&request={}", object(&signer, &from(&t, &asked)))), "teacher")
        .await;
    assert_eq!(code.sent("state").as_deref(), Some("inner"));
    let tokens = app.redeem(&t, &code.sent("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "edu openid");
    let token = claims(tokens["id_token"].as_str().unwrap());
    assert!(token["nonce"] == "signed" && token["given_name"].is_string(), "{token}");
    t.advance(Duration::from_secs(5));
    let silent = json!({ "prompt": "none", "id_token_hint": "x" });
    let refused = browser.get(&t, &app.authorize(&format!("&request={}", object(&signer, &from(&t, &silent))))).await;
    assert_eq!(refused.sent("error").as_deref(), Some("login_required"), "a hint inside counts as well");
} }

both! { async fn r18_r20_r21_a_request_object_with_a_trick_in_it_is_refused(t: Tour) {
    let ((app, signer), mut browser) = (signing(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let now = t.clock.now().seconds();
    let plain = from(&t, &json!({}));
    let header = |text: &str| text.replace("KID", signer.kid());
    let fine = signed(&signer, &header(r#"{"alg":"ES256","kid":"KID"}"#), &plain.to_string());
    assert!(browser.get(&t, &app.authorize(&format!("&request={fine}"))).await.sent("code").is_some());
    let mut tricks: Vec<String> = [
        r#"{"alg":"none","kid":"KID"}"#,
        r#"{"alg":"HS256","kid":"KID"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"client-authentication+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"dpop+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","crit":["exp"]}"#,
        r#"{"alg":"ES256","kid":"another"}"#,
    ]
    .iter()
    .map(|text| signed(&signer, &header(text), &plain.to_string()))
    .collect();
    tricks.push(object(&key(), &plain));
    for payload in [
        json!({ "aud": "https://other.example" }),
        json!({ "aud": [] }),
        json!({ "aud": format!("{ISSUER}/") }),
        json!({ "iss": "other" }),
        json!({ "sub": "app" }),
        json!({ "client_id": "other" }),
        json!({ "exp": now - 100 }),
        json!({ "exp": "never" }),
        json!({ "nbf": now + 100 }),
        json!({ "iat": now + 100 }),
        json!({ "response_type": "code id_token" }),
        json!({ "request": fine }),
        json!({ "request_uri": "https://app.example/r" }),
        json!({ "scope": ["openid", 1] }),
        json!({ "nonce": null }),
    ] {
        tricks.push(object(&signer, &from(&t, &payload)));
    }
    tricks.extend([fine[..fine.len() - 4].to_owned(), "x".to_owned(), "..".to_owned()]);
    for trick in tricks {
        let answer = browser.get(&t, &app.authorize(&format!("&request={trick}"))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_object"), "{trick}");
    }
    let nobody = RelyingParty::new(&t, "keyless").await;
    let answer = browser.get(&t, &nobody.authorize(&format!("&request={fine}"))).await;
    assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_object"), "an app without keys signs nothing");
} }

both! { async fn an_app_that_must_sign_is_held_to_what_it_signed(t: Tour) {
    let ((app, signer), mut browser) = (signing(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    app.change(&t, |client| client.terms.signed_only = true).await;
    let unsigned = browser.get(&t, &app.authorize("")).await;
    assert_eq!(unsigned.sent("error").as_deref(), Some("invalid_request"));
    let little = object(&signer, &from(&t, &json!({ "scope": "openid" })));
    let answer = browser.get(&t, &app.authorize(&format!("&request={little}"))).await;
    assert_eq!(answer.sent("error").as_deref(), Some("invalid_request"), "what stands outside does not fill it up");
    let whole = json!({
        "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid", "state": "inner",
        "code_challenge": phuong::protocol::pkce::Challenge::of(VERIFIER).unwrap().as_str(),
        "code_challenge_method": "S256",
    });
    let good = from(&t, &whole);
    let answer = browser.get(&t, &format!("/authorize?client_id=app&scope=openid%20edu&request={}", object(&signer, &good))).await;
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "openid", "and does not add to it");
    for member in ["iss", "aud", "exp", "nbf"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(member);
        let answer = browser.get(&t, &app.authorize(&format!("&request={}", object(&signer, &without)))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_object"), "without {member}");
    }
    let mut long = good.clone();
    long["exp"] = json!(good["nbf"].as_i64().unwrap() + 3601);
    let answer = browser.get(&t, &app.authorize(&format!("&request={}", object(&signer, &long)))).await;
    assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_object"), "good for more than an hour");
} }

/// A web server of the app's, with this text at each of its addresses, and how often it was asked.
async fn server(text: String) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(text.clone())
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let router = Router::new().fallback(get(answer));
    let door = Door { listener, tls: None, patience: http::PATIENCE };
    tokio::spawn(http::serve(door, router, std::future::pending()));
    (address, asked)
}

both! { async fn r23_a_request_is_fetched_from_a_registered_address_once_and_from_no_other(t: Tour) {
    let ((app, signer), mut browser) = (signing(&t, "app").await, Browser::default());
    let (address, asked) = server(object(&signer, &from(&t, &json!({ "state": "fetched" })))).await;
    let registered = format!("{address}/request").parse().unwrap();
    app.change(&t, |client| client.terms.request_uris = vec![registered]).await;
    for elsewhere in ["/other", "/request?x=1", "/request/", "/x/../other"] {
        let answer = browser.get(&t, &app.authorize(&format!("&request_uri={address}{elsewhere}"))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request_uri"), "{elsewhere}");
    }
    let unknown = browser.get(&t, &format!("/authorize?client_id=nobody&request_uri={address}/request")).await;
    assert_eq!((unknown.status, asked.load(Ordering::SeqCst)), (400, 0), "nothing was asked for");
    let answer = browser.sign_in_as(&t, &app.authorize(&format!("&request_uri={address}/request%23v1")), "teacher").await;
    assert_eq!(answer.sent("state").as_deref(), Some("fetched"));
    assert!(answer.sent("code").is_some());
    assert_eq!(asked.load(Ordering::SeqCst), 1, "when it arrived, and not at each step");
} }

async fn push(t: &Tour, app: &RelyingParty, extra: &str) -> Answer {
    let authorize = app.authorize(extra);
    let (_, query) = authorize.split_once('?').unwrap();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let form: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    t.post("/par", Some((&app.id, &app.secret)), &form).await
}

fn coming_with(app: &RelyingParty, pushed: &Answer) -> String {
    assert_eq!(pushed.status, 201, "{}", pushed.text);
    format!("/authorize?client_id={}&request_uri={}", app.id, pushed.json()["request_uri"].as_str().unwrap())
}

both! { async fn a_pushed_request_gets_one_answer_however_often_its_person_comes_back(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let pushed = push(&t, &app, "&ui_locales=en").await;
    assert_eq!((pushed.json()["expires_in"].as_u64(), pushed.header("cache-control")), (Some(60), "no-store"));
    let path = coming_with(&app, &pushed);
    let page = browser.get(&t, &format!("{path}&scope=openid%20email&state=forged&redirect_uri=https://evil.example")).await;
    assert!(page.text.contains("lang=\"en\""), "the language that was pushed");
    // The person takes their time: what counts is when they came.
    t.advance(Duration::from_secs(50));
    let page = browser.get(&t, &path).await;
    t.advance(Duration::from_mins(10));
    let person = t.person("teacher").clone();
    let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert_eq!(answer.sent("state").as_deref(), Some("st"), "what stands in the address counts for nothing");
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "openid profile");
    let again = browser.get(&t, &path).await;
    assert!(again.status == 400 && again.text.contains("data-code=\"invalid_request_uri\""), "{}", again.text);
} }

both! { async fn a_pushed_request_is_its_own_apps_and_for_its_own_time(t: Tour) {
    let (app, other) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await);
    let mut browser = Browser::default();
    app.code(&t, &mut browser, "").await;
    let path = coming_with(&app, &push(&t, &app, "").await);
    let stolen = browser.get(&t, &path.replace("client_id=app", "client_id=other")).await;
    assert_eq!((stolen.status, stolen.header("location")), (400, ""));
    for made_up in ["", "x", "%00", &"y".repeat(3000)] {
        let guessed = browser.get(&t, &format!("/authorize?client_id=app&request_uri={PUSHED}{made_up}")).await;
        assert_eq!(guessed.status, 400, "{made_up}");
    }
    t.advance(Duration::from_secs(61));
    assert_eq!(browser.get(&t, &path).await.status, 400, "too late");
    let path = coming_with(&app, &push(&t, &app, "").await);
    assert!(browser.get(&t, &path).await.sent("code").is_some());
    let theirs = push(&t, &other, "&redirect_uri=https://app.example/else").await;
    assert_eq!(theirs.error(), "invalid_request");
} }

both! { async fn r11_of_many_browsers_with_one_pushed_request_one_gets_a_code(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let path = coming_with(&app, &push(&t, &app, "").await);
    let all = join_all((0..50).map(|_| {
        let (mut browser, path, t) = (browser.clone(), path.clone(), &t);
        async move { browser.get(t, &path).await }
    }))
    .await;
    let codes = all.iter().filter(|answer| answer.sent("code").is_some()).count();
    assert_eq!(codes, 1);
    let refused = |answer: &&Answer| answer.status == 400 || answer.sent("error").as_deref() == Some("invalid_request_uri");
    assert_eq!(all.iter().filter(refused).count(), 49);
} }

both! { async fn what_is_wrong_with_a_request_is_said_when_it_is_pushed(t: Tour) {
    let ((app, signer), mut browser) = (signing(&t, "app").await, Browser::default());
    for (extra, error) in [
        ("&prompt=create", "invalid_request"),
        ("&scope=edu", "invalid_request"),
        ("&response_mode=made.up", "invalid_request"),
        ("&state=again", "invalid_request"),
        ("&request_uri=urn:ietf:params:oauth:request_uri:x", "invalid_request"),
        ("&request=x.y.z", "invalid_request_object"),
        ("&code_challenge_method=plain", "invalid_request"),
    ] {
        let answer = push(&t, &app, extra).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, error), "{extra}");
        assert!(answer.json()["error_description"].is_string());
    }
    let stranger = t.post("/par", Some(("app", "wrong")), &[("response_type", "code")]).await;
    assert_eq!((stranger.status, stranger.error().as_str()), (401, "invalid_client"));
    let whole = from(&t, &json!({
        "response_type": "code", "client_id": "app", "redirect_uri": CALLBACK, "scope": "openid", "state": "inner",
        "code_challenge": phuong::protocol::pkce::Challenge::of(VERIFIER).unwrap().as_str(),
        "code_challenge_method": "S256",
    }));
    app.change(&t, |client| {
        client.terms.signed_only = true;
        client.terms.pushed_only = true;
    })
    .await;
    assert_eq!(push(&t, &app, "").await.error(), "invalid_request", "not signed");
    let object = object(&signer, &whole);
    let in_the_open = browser.get(&t, &app.authorize(&format!("&request={object}"))).await;
    assert_eq!(in_the_open.sent("error").as_deref(), Some("invalid_request"), "not pushed");
    let pushed = t.post("/par", Some((&app.id, &app.secret)), &[("request", &object)]).await;
    let answer = browser.sign_in_as(&t, &coming_with(&app, &pushed), "teacher").await;
    assert_eq!(answer.sent("state").as_deref(), Some("inner"));
    assert_eq!(app.redeem(&t, &answer.sent("code").unwrap()).await.status, 200);
} }

both! { async fn r50_what_an_app_proves_itself_by_is_not_kept_with_its_request(t: Tour) {
    let app = RelyingParty::registered(&t, "app", |ask| phuong::protocol::registration::Registration {
        auth_method: Some("client_secret_post".into()),
        ..ask
    })
    .await;
    let challenge = phuong::protocol::pkce::Challenge::of(VERIFIER).unwrap();
    let form = [
        ("client_id", "app"),
        ("client_secret", app.secret.as_str()),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let pushed = t.post("/par", None, &form).await;
    let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let handle = phuong::base::secret::Token::presented(&uri[PUSHED.len()..]).digest();
    let registered = t.sv.clients.by_id(&phuong::protocol::client::ClientId("app".into())).unwrap();
    assert!(matches!(registered.access, Access::SecretPost { .. }));
    let question = (handle, registered.key, t.clock.now());
    let kept = t
        .sv
        .store
        .read(question, async |tx: &mut phuong::store::Tx, (handle, client, now)| {
            phuong::store::pushed::find(tx, *handle, *client, *now).await
        })
        .await
        .unwrap()
        .unwrap();
    assert!(kept.payload.contains("redirect_uri") && !kept.payload.contains(&app.secret), "{}", kept.payload);
} }

both! { async fn a_request_may_be_signed_with_every_algorithm_that_is_announced(t: Tour) {
    use jsonwebtoken::Algorithm;
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA] {
        let signer = AppKey::new(algorithm);
        let keys = JwkSet { keys: vec![signer.public()] };
        app.change(&t, |client| client.terms.request_keys = Some(KeySource::Inline(keys))).await;
        let request = signer.request("app", ISSUER, &json!({ "state": format!("{algorithm:?}") }));
        let answer = browser.get(&t, &app.authorize(&format!("&request={request}"))).await;
        assert_eq!(answer.sent("state"), Some(format!("{algorithm:?}")));
        assert!(answer.sent("code").is_some());
        // An app that named one algorithm is held to it.
        app.change(&t, |client| client.terms.request_alg = Some(ProofAlg::ALL.into_iter().find(|one| Algorithm::from(*one) != algorithm).unwrap())).await;
        let refused = browser.get(&t, &app.authorize(&format!("&request={request}"))).await;
        assert_eq!(refused.sent("error").as_deref(), Some("invalid_request_object"));
        app.change(&t, |client| client.terms.request_alg = None).await;
    }
} }
