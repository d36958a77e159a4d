//! Tokens bound to a key (RFC 9449): whoever holds the key uses them, and nobody else.

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey};
use phuong::{
    protocol::{alg::SigningAlg, client::Kind, confirmation::Binding, registration::Registration, terms::Terms},
    services::{Settings, keys::Signer},
};
use serde_json::json;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    prover::{Prover, get_with, post_with},
    tour::{Answer, ISSUER, Tour, claims},
};

/// A page in the browser, which keeps no secret.
async fn page_app(t: &Tour) -> RelyingParty {
    RelyingParty::registered(t, "spa", |ask| Registration { kind: Kind::Spa, ..ask }).await
}

async fn code(t: &Tour, app: &RelyingParty, extra: &str) -> String {
    app.code(t, &mut Browser::default(), extra).await
}

async fn redeem(t: &Tour, code: &str, proof: Option<&str>) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let headers: Vec<_> = proof.iter().map(|proof| ("dpop", *proof)).collect();
    post_with(t, "/token", &headers, &form).await
}

async fn refresh(t: &Tour, token: &str, proof: Option<&str>) -> Answer {
    let headers: Vec<_> = proof.iter().map(|proof| ("dpop", *proof)).collect();
    post_with(t, "/token", &headers, &[("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", token)])
        .await
}

fn text(answer: &Answer, member: &str) -> String {
    answer.json()[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", answer.text)).to_owned()
}

fn challenges(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect()
}

both! { async fn a_code_with_a_proof_becomes_a_token_for_the_holder_of_the_key_alone(t: Tour) {
    let (app, key) = (page_app(&t).await, Prover::new(SigningAlg::Es256));
    let answer = redeem(&t, &code(&t, &app, "").await, Some(&key.proof(&t, "POST", "/token"))).await;
    assert_eq!((answer.status, text(&answer, "token_type").as_str()), (200, "DPoP"), "{}", answer.text);
    let token = text(&answer, "access_token");
    assert_eq!(claims(&token)["cnf"], json!({ "jkt": key.jkt() }));
    let by = |scheme: &str| format!("{scheme} {token}");
    for scheme in ["DPoP", "dpop"] {
        let proof = key.proof_with(&t, "GET", "/userinfo", &token);
        let told = get_with(&t, "/userinfo", &[("authorization", &by(scheme)), ("dpop", &proof)]).await;
        assert_eq!(told.status, 200, "{}", told.text);
    }
    // Borne like any other token it is refused, with its proof or without: RFC 9449 §7.2.
    let proof = key.proof_with(&t, "GET", "/userinfo", &token);
    for headers in [vec![("authorization", by("Bearer"))], vec![("authorization", by("Bearer")), ("dpop", proof)]] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let told = get_with(&t, "/userinfo", &headers).await;
        assert_eq!((told.status, told.error().as_str()), (401, "invalid_token"));
        assert!(challenges(&told)[0].starts_with("Bearer error=\"invalid_token\"") && challenges(&told)[1].starts_with("DPoP algs=\"ES256 "), "{:?}", challenges(&told));
    }
    let in_form = post_with(&t, "/userinfo", &[], &[("access_token", &token)]).await;
    assert_eq!(in_form.status, 401, "nor in a form");
    let stranger = Prover::new(SigningAlg::Es256).proof_with(&t, "GET", "/userinfo", &token);
    let told = get_with(&t, "/userinfo", &[("authorization", &by("DPoP")), ("dpop", &stranger)]).await;
    assert_eq!((told.status, told.error().as_str()), (401, "invalid_token"), "another key");
    let told = get_with(&t, "/userinfo", &[("authorization", &by("DPoP"))]).await;
    assert_eq!((told.status, told.error().as_str()), (401, "invalid_dpop_proof"), "no proof");
    assert!(challenges(&told)[0].starts_with("DPoP error=\"invalid_dpop_proof\""), "{:?}", challenges(&told));
} }

both! { async fn a_token_that_is_bound_to_no_key_does_not_pass_for_one_that_is(t: Tour) {
    let (app, key) = (page_app(&t).await, Prover::new(SigningAlg::Es256));
    let answer = redeem(&t, &code(&t, &app, "").await, None).await;
    let token = text(&answer, "access_token");
    assert_eq!((text(&answer, "token_type").as_str(), claims(&token).get("cnf")), ("Bearer", None));
    let proof = key.proof_with(&t, "GET", "/userinfo", &token);
    let told = get_with(&t, "/userinfo", &[("authorization", &format!("DPoP {token}")), ("dpop", &proof)]).await;
    assert_eq!((told.status, told.error().as_str()), (401, "invalid_token"));
    assert_eq!(t.get("/userinfo", Some(&token)).await.status, 200);
    let nothing = get_with(&t, "/userinfo", &[]).await;
    let metadata = format!("resource_metadata=\"{ISSUER}/.well-known/oauth-protected-resource\"");
    assert_eq!(challenges(&nothing), [format!("Bearer {metadata}"), format!("DPoP algs=\"ES256 PS256 EdDSA\", {metadata}")]);
} }

both! { async fn a_page_refreshes_with_its_own_key_and_a_stolen_refresh_token_is_worth_nothing(t: Tour) {
    let (app, key, thief) = (page_app(&t).await, Prover::new(SigningAlg::EdDsa), Prover::new(SigningAlg::Es256));
    let proof = || key.proof(&t, "POST", "/token");
    let answer = redeem(&t, &code(&t, &app, "").await, Some(&proof())).await;
    let first = text(&answer, "refresh_token");
    for stolen in [None, Some(thief.proof(&t, "POST", "/token"))] {
        let answer = refresh(&t, &first, stolen.as_deref()).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"));
    }
    let second = text(&refresh(&t, &first, Some(&proof())).await, "refresh_token");
    // Nor does a thief get the successor of a token that was just spent, or end the family.
    assert_eq!(refresh(&t, &first, Some(&thief.proof(&t, "POST", "/token"))).await.error(), "invalid_grant");
    assert_eq!(refresh(&t, &first, None).await.error(), "invalid_grant");
    let again = refresh(&t, &first, Some(&proof())).await;
    assert_eq!(text(&again, "refresh_token"), second, "a lost reply, by the same key (R13)");
    assert_eq!(claims(&text(&again, "access_token"))["cnf"]["jkt"], key.jkt());
    let narrowed = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", second.as_str()), ("scope", "openid")];
    assert_eq!(post_with(&t, "/token", &[], &narrowed).await.error(), "invalid_grant", "asked for a part of it either");
    assert_eq!(post_with(&t, "/token", &[("dpop", &proof())], &narrowed).await.status, 200);
} }

both! { async fn a_page_that_shows_a_key_later_is_held_to_it_from_then_on(t: Tour) {
    let (app, key) = (page_app(&t).await, Prover::new(SigningAlg::Es256));
    let first = text(&redeem(&t, &code(&t, &app, "").await, None).await, "refresh_token");
    let second = text(&refresh(&t, &first, Some(&key.proof(&t, "POST", "/token"))).await, "refresh_token");
    assert_eq!(refresh(&t, &first, None).await.error(), "invalid_grant", "not even the successor of a lost reply");
    assert_eq!(refresh(&t, &second, None).await.error(), "invalid_grant");
    assert_eq!(refresh(&t, &second, Some(&key.proof(&t, "POST", "/token"))).await.status, 200);
} }

both! { async fn an_app_with_a_secret_may_change_its_key_and_each_token_is_bound_to_the_key_of_its_request(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let basic = app.basic();
    let mut token = app.tokens(&t, &mut browser, "").await["refresh_token"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let key = Prover::new(SigningAlg::Es256);
        let headers = [("authorization", basic.as_str()), ("dpop", &key.proof(&t, "POST", "/token"))];
        let answer = post_with(&t, "/token", &headers, &[("grant_type", "refresh_token"), ("refresh_token", &token)]).await;
        let access = text(&answer, "access_token");
        assert_eq!(claims(&access)["cnf"]["jkt"], key.jkt());
        let told = t.post("/introspect", Some((&app.id, &app.secret)), &[("token", &access)]).await.json();
        assert_eq!((told["active"].as_bool(), &told["token_type"], &told["cnf"]), (Some(true), &json!("DPoP"), &json!({ "jkt": key.jkt() })));
        token = text(&answer, "refresh_token");
    }
    let key = Prover::new(SigningAlg::Es256);
    let (service, secret) = t.register(Registration { scope: Some("marks".into()), ..Registration::named("svc", "Service", Kind::Service) }).await;
    let form = [("grant_type", "client_credentials"), ("client_id", service.client_id.0.as_str()), ("client_secret", &secret)];
    assert_eq!(post_with(&t, "/token", &[], &form).await.status, 401, "the method that it is registered for");
    let basic = RelyingParty { id: "svc".into(), secret: secret.clone() }.basic();
    let own = post_with(&t, "/token", &[("authorization", &basic), ("dpop", &key.proof(&t, "POST", "/token"))], &form[..1]).await;
    assert_eq!((text(&own, "token_type").as_str(), &claims(&text(&own, "access_token"))["cnf"]["jkt"]), ("DPoP", &json!(key.jkt())));
} }

both! { async fn a_code_that_was_asked_for_with_a_key_is_redeemed_with_that_key_alone(t: Tour) {
    let (app, key, thief) = (page_app(&t).await, Prover::new(SigningAlg::Es256), Prover::new(SigningAlg::Es256));
    let code = code(&t, &app, &format!("&dpop_jkt={}", key.jkt())).await;
    for stolen in [None, Some(thief.proof(&t, "POST", "/token"))] {
        let answer = redeem(&t, &code, stolen.as_deref()).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "and burns nothing");
    }
    assert_eq!(redeem(&t, &code, Some(&key.proof(&t, "POST", "/token"))).await.status, 200);
} }

both! { async fn a_request_that_is_pushed_with_a_proof_gives_a_code_for_that_key_alone(t: Tour) {
    let (app, key, thief) = (page_app(&t).await, Prover::new(SigningAlg::Es256), Prover::new(SigningAlg::Es256));
    let asked = app.authorize("").split_once('?').unwrap().1.to_owned();
    let form: Vec<(String, String)> = url::form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    let mut form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let push = async |form: &[(&str, &str)]| post_with(&t, "/par", &[("dpop", &key.proof(&t, "POST", "/par"))], form).await;
    let pushed = push(&form).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text);
    let address = format!("/authorize?client_id=spa&request_uri={}", text(&pushed, "request_uri"));
    let code = Browser::default().sign_in_as(&t, &address, "teacher").await.sent("code").unwrap();
    assert_eq!(redeem(&t, &code, Some(&thief.proof(&t, "POST", "/token"))).await.error(), "invalid_grant");
    assert_eq!(redeem(&t, &code, Some(&key.proof(&t, "POST", "/token"))).await.status, 200);
    form.push(("dpop_jkt", thief.jkt()));
    assert_eq!(push(&form).await.error(), "invalid_request", "two keys");
    *form.last_mut().unwrap() = ("dpop_jkt", key.jkt());
    assert_eq!(push(&form).await.status, 201);
    let elsewhere = key.proof(&t, "POST", "/token");
    assert_eq!(post_with(&t, "/par", &[("dpop", &elsewhere)], &form).await.error(), "invalid_dpop_proof", "a proof for another endpoint");
} }

both! { async fn a_client_that_is_registered_for_bound_tokens_gets_no_others(t: Tour) {
    let app = RelyingParty::registered(&t, "spa", |ask| Registration { kind: Kind::Spa, terms: Terms { binding: Binding::Dpop, ..ask.terms }, ..ask }).await;
    let (code, key) = (code(&t, &app, "").await, Prover::new(SigningAlg::Es256));
    let answer = redeem(&t, &code, None).await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_dpop_proof"));
    assert_eq!(redeem(&t, &code, Some(&key.proof(&t, "POST", "/token"))).await.status, 200);
} }

both! { async fn r11_of_fifty_uses_of_one_proof_one_counts(t: Tour) {
    let (app, key) = (page_app(&t).await, Prover::new(SigningAlg::Es256));
    let token = text(&redeem(&t, &code(&t, &app, "").await, Some(&key.proof(&t, "POST", "/token"))).await, "access_token");
    let (by, proof) = (format!("DPoP {token}"), key.proof_with(&t, "GET", "/userinfo", &token));
    let headers = [("authorization", by.as_str()), ("dpop", &proof)];
    let answers = join_all((0..50).map(|_| get_with(&t, "/userinfo", &headers))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|answer| (answer.status, answer.error().as_str()) == (401, "invalid_dpop_proof")));
    // At the token endpoint the same; each has a code of its own.
    let proof = key.proof(&t, "POST", "/token");
    let mut browser = Browser::default();
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(app.code(&t, &mut browser, "").await);
    }
    let answers = join_all(codes.iter().map(|code| redeem(&t, code, Some(&proof)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    // What was refused for its proof was not spent.
    for (code, _) in codes.iter().zip(&answers).filter(|(_, answer)| answer.status != 200) {
        assert_eq!(redeem(&t, code, Some(&key.proof(&t, "POST", "/token"))).await.status, 200);
    }
} }

/// A provider that asks for its nonces.
struct Nonces(Tour);

impl Nonces {
    async fn on(backend: crate::support::database::Backend) -> Option<Self> {
        Tour::of(backend, Settings { dpop_nonce: true, ..Settings::of(ISSUER) }).await.map(Self)
    }
}

both! { async fn a_server_that_asks_for_nonces_gives_one_and_takes_no_proof_without(n: Nonces) {
    let t = n.0;
    let (app, key) = (page_app(&t).await, Prover::new(SigningAlg::Es256));
    let with = |nonce: &str, path: &str, method: &str, token: Option<&str>| {
        let mut claims = key.claims(&t, method, path);
        claims["nonce"] = json!(nonce);
        if let Some(token) = token {
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(phuong::base::digest::Digest::of(token.as_bytes()).bytes()));
        }
        key.signed(&key.header(), &claims)
    };
    let code = code(&t, &app, "").await;
    let asked = redeem(&t, &code, Some(&key.proof(&t, "POST", "/token"))).await;
    assert_eq!((asked.status, asked.error().as_str()), (400, "use_dpop_nonce"));
    let nonce = asked.header("dpop-nonce").to_owned();
    assert!(nonce.len() > 20);
    let made_up = redeem(&t, &code, Some(&with("made-up", "/token", "POST", None))).await;
    assert_eq!(made_up.error(), "use_dpop_nonce");
    let given = redeem(&t, &code, Some(&with(&nonce, "/token", "POST", None))).await;
    assert_eq!((given.status, given.header("dpop-nonce")), (200, nonce.as_str()), "{}", given.text);
    let token = text(&given, "access_token");
    let by = format!("DPoP {token}");
    let asked = get_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &key.proof_with(&t, "GET", "/userinfo", &token))]).await;
    assert_eq!((asked.status, asked.error().as_str()), (401, "use_dpop_nonce"));
    assert!(challenges(&asked)[0].starts_with("DPoP error=\"use_dpop_nonce\"") && asked.header("dpop-nonce") == nonce);
    let proof = with(&nonce, "/userinfo", "GET", Some(&token));
    assert_eq!(get_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &proof)]).await.status, 200);
    t.advance(std::time::Duration::from_mins(6));
    let late = with(&nonce, "/userinfo", "GET", Some(&token));
    let answer = get_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &late)]).await;
    assert_eq!(answer.error(), "use_dpop_nonce", "too old");
    let proof = with(answer.header("dpop-nonce"), "/userinfo", "GET", Some(&token));
    assert_eq!(get_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &proof)]).await.status, 200);
} }

both! { async fn a_proof_is_taken_under_every_algorithm_that_is_announced(t: Tour) {
    let (app, mut browser) = (page_app(&t).await, Browser::default());
    let announced = t.get("/.well-known/openid-configuration", None).await.json()["dpop_signing_alg_values_supported"].clone();
    assert_eq!(announced, json!(["ES256", "PS256", "EdDSA"]));
    for (algorithm, kind) in [(Algorithm::ES256, SigningAlg::Es256), (Algorithm::PS256, SigningAlg::Rs256), (Algorithm::EdDSA, SigningAlg::EdDsa)] {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let pkcs8 = Signer::generate(kind, 2048);
        let signer = Signer::from_pkcs8(kind, &pkcs8).unwrap();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&*pkcs8));
        let private = match kind {
            SigningAlg::Es256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            SigningAlg::EdDsa => EncodingKey::from_ed_pem(pem.as_bytes()),
            SigningAlg::Rs256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
        };
        let mut jwk = signer.public_jwk();
        jwk.common.key_algorithm = None;
        let header = jsonwebtoken::Header { typ: Some("dpop+jwt".into()), jwk: Some(jwk), ..jsonwebtoken::Header::new(algorithm) };
        let claims = json!({ "jti": "1", "htm": "POST", "htu": "http://localhost:8080/token", "iat": t.clock.now().seconds() });
        let proof = jsonwebtoken::encode(&header, &claims, &private.unwrap()).unwrap();
        let answer = redeem(&t, &app.code(&t, &mut browser, "").await, Some(&proof)).await;
        assert_eq!(text(&answer, "token_type"), "DPoP", "{algorithm:?}");
        assert_eq!(crate::support::tour::claims(&text(&answer, "access_token"))["cnf"]["jkt"], signer.kid());
    }
} }

both! { async fn pages_of_registered_apps_may_send_proofs_and_read_nonces(t: Tour) {
    page_app(&t).await;
    for path in ["/token", "/userinfo"] {
        let preflight = Request::options(path).header("origin", "https://app.example").body(Body::empty()).unwrap();
        let preflight = Answer::of(t.send(preflight).await).await;
        assert!(preflight.header("access-control-allow-headers").contains("dpop"));
        let answer = post_with(&t, path, &[("origin", "https://app.example")], &[]).await;
        assert!(answer.header("access-control-expose-headers").contains("dpop-nonce"));
    }
} }
