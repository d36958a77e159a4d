//! What endpoints say, signed (Core 5.3.2, RFC 9701), and what our own APIs say of themselves (RFC 9728).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use phuong::protocol::alg::SigningAlg;
use serde_json::{Value, json};

use crate::support::{
    callers::{Browser, RelyingParty},
    prover::post_with,
    tour::{ISSUER, Tour},
};

const INTROSPECTION: &str = "application/token-introspection+jwt";

/// The claims of a token that the published keys verify, with its type.
async fn verified(t: &Tour, token: &str, audience: &str, alg: Algorithm) -> (String, Value) {
    let header = decode_header(token).unwrap();
    assert_eq!(header.alg, alg);
    let keys: JwkSet = serde_json::from_value(t.get("/jwks", None).await.json()).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(alg);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[ISSUER]);
    validation.required_spec_claims.clear();
    (header.typ.unwrap(), decode(token, &key, &validation).unwrap().claims)
}

both! { async fn an_app_that_wants_userinfo_signed_gets_the_same_claims_as_a_token(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["access_token"].as_str().unwrap().to_owned();
    // A sign-in of this very moment would be fresh enough for any request.
    t.advance(std::time::Duration::from_secs(1));
    let plain = t.get("/userinfo", Some(&token)).await;
    assert_eq!(plain.header("content-type"), "application/json");
    for (alg, name) in [(SigningAlg::Es256, Algorithm::ES256), (SigningAlg::Rs256, Algorithm::RS256), (SigningAlg::EdDsa, Algorithm::EdDSA)] {
        app.change(&t, |client| client.terms.userinfo_alg = Some(alg)).await;
        let told = t.get("/userinfo", Some(&token)).await;
        assert_eq!((told.status, told.header("content-type"), told.header("cache-control")), (200, "application/jwt", "no-store"));
        let (_, mut claims) = verified(&t, &told.text, "app", name).await;
        for member in ["iss", "aud"] {
            claims.as_object_mut().unwrap().remove(member);
        }
        assert_eq!(claims, plain.json());
        // R21: it passes for nothing else.
        assert_eq!(t.get("/userinfo", Some(&told.text)).await.status, 401);
        let hint = browser.get(&t, &app.authorize(&format!("&prompt=none&id_token_hint={}", told.text))).await;
        assert_eq!(hint.sent("error").as_deref(), Some("login_required"));
    }
} }

both! { async fn an_introspection_is_signed_for_whoever_accepts_that(t: Tour) {
    let (app, other, mut browser) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["access_token"].as_str().unwrap().to_owned();
    let ask = async |by: &RelyingParty, accept: &str| {
        post_with(&t, "/introspect", &[("authorization", &by.basic()), ("accept", accept)], &[("token", &token)]).await
    };
    let plain = ask(&app, "application/json").await;
    let members = |claims: &Value| claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for (alg, name) in [(None, Algorithm::ES256), (Some(SigningAlg::Rs256), Algorithm::RS256), (Some(SigningAlg::EdDsa), Algorithm::EdDSA)] {
        app.change(&t, |client| client.terms.introspection_alg = alg).await;
        let told = ask(&app, &format!("text/html, {INTROSPECTION};q=0.9")).await;
        assert_eq!((told.status, told.header("content-type")), (200, INTROSPECTION));
        let (typ, claims) = verified(&t, &told.text, "app", name).await;
        assert_eq!((typ.as_str(), members(&claims)), ("token-introspection+jwt", ["aud", "iat", "iss", "token_introspection"].map(str::to_owned).to_vec()));
        assert_eq!(claims["token_introspection"], plain.json());
        // RFC 9701 §8.1, R21: it is no access token.
        assert_eq!(t.get("/userinfo", Some(&told.text)).await.status, 401);
    }
    let (_, nothing) = verified(&t, &ask(&other, INTROSPECTION).await.text, "other", Algorithm::ES256).await;
    assert_eq!(nothing["token_introspection"], json!({ "active": false }), "R17");
    let stranger = post_with(&t, "/introspect", &[("accept", INTROSPECTION)], &[("token", &token)]).await;
    assert_eq!((stranger.status, stranger.error().as_str()), (401, "invalid_client"));
} }

both! { async fn our_apis_say_what_they_want_and_a_refusal_says_where(t: Tour) {
    let path = "/.well-known/oauth-protected-resource";
    let document = t.get(path, None).await;
    let told = document.json();
    assert_eq!((document.header("content-type"), document.header("access-control-allow-origin")), ("application/json", "*"));
    assert_eq!((&told["resource"], &told["authorization_servers"]), (&json!(ISSUER), &json!([ISSUER])));
    assert_eq!(told["tls_client_certificate_bound_access_tokens"], false);
    let server = t.get("/.well-known/oauth-authorization-server", None).await.json();
    assert_eq!(server["protected_resources"], json!([ISSUER]));
    assert_eq!((&told["jwks_uri"], &told["scopes_supported"]), (&server["jwks_uri"], &server["scopes_supported"]));
    // RFC 9728 §3.3: the resource that is asked for is the one that the document names: the audience of its tokens.
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    assert_eq!(crate::support::tour::claims(tokens["access_token"].as_str().unwrap())["aud"], told["resource"]);
    for token in [None, Some("nonsense")] {
        let refused = t.get("/userinfo", token).await;
        assert!(refused.header("www-authenticate").ends_with(&format!("resource_metadata=\"{ISSUER}{path}\"")), "{refused:?}");
    }
} }
