//! DPoP proofs with a trick in them (RFC 9449 §4.3, §11): each is refused for the trick alone, and costs its owner nothing.

use phuong::protocol::alg::SigningAlg;
use serde_json::{Value, json};

use crate::support::{
    callers::{Browser, RelyingParty},
    prover::{Prover, get_with, post_with},
    tour::{Answer, ISSUER, Tour},
};

type Change<'a> = Box<dyn Fn(&mut Value) + 'a>;

fn set(member: &str, value: Value) -> Change<'_> {
    Box::new(move |object| object[member] = value.clone())
}

fn drop_member(member: &str) -> Change<'_> {
    Box::new(move |object| drop(object.as_object_mut().unwrap().remove(member)))
}

/// A request that is good but for its proof.
async fn present(t: &Tour, app: &RelyingParty, code: &str, proofs: &[&str]) -> Answer {
    let mut headers: Vec<_> = proofs.iter().map(|proof| ("dpop", *proof)).collect();
    let basic = app.basic();
    headers.push(("authorization", &basic));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", crate::support::callers::CALLBACK),
        ("code_verifier", crate::support::callers::VERIFIER),
    ];
    post_with(t, "/token", &headers, &form).await
}

both! { async fn r14_r18_r19_r20_a_proof_with_a_trick_in_it_is_refused(t: Tour) {
    let (app, key, other) = (RelyingParty::new(&t, "app").await, Prover::new(SigningAlg::Es256), Prover::new(SigningAlg::Es256));
    let rsa = Prover::new(SigningAlg::Rs256);
    let (code, now) = (app.code(&t, &mut Browser::default(), "").await, t.clock.now().seconds());
    let good = || key.claims(&t, "POST", "/token");
    let mut tricks: Vec<(String, String)> = Vec::new();

    let public = key.header()["jwk"].clone();
    let with = |member: &str| { let mut jwk = public.clone(); jwk[member] = json!("AAAA"); jwk };
    let headers: Vec<(&str, Change<'_>)> = vec![
        ("alg none", set("alg", json!("none"))),
        ("alg HS256", set("alg", json!("HS256"))),
        ("alg RS256", set("alg", json!("RS256"))),
        ("alg in small letters", set("alg", json!("es256"))),
        ("no alg", drop_member("alg")),
        ("no typ", drop_member("typ")),
        ("typ JWT", set("typ", json!("JWT"))),
        ("typ of an access token", set("typ", json!("at+jwt"))),
        ("no jwk", drop_member("jwk")),
        ("jwk null", set("jwk", Value::Null)),
        ("jwk text", set("jwk", json!(public.to_string()))),
        ("a key that did not sign", set("jwk", other.header()["jwk"].clone())),
        ("a key of another family", set("jwk", rsa.header()["jwk"].clone())),
        ("a symmetric key", set("jwk", json!({ "kty": "oct", "k": "AAAA" }))),
        ("the private half d", set("jwk", with("d"))),
        ("the private half p", set("jwk", with("p"))),
        ("the private half k", set("jwk", with("k"))),
        ("a point off the curve", set("jwk", with("x"))),
        ("crit", set("crit", json!(["exp"]))),
        ("kid and jku instead of a key", Box::new(|header| { *header = json!({ "typ": "dpop+jwt", "alg": "ES256", "kid": "x", "jku": "http://localhost:9/jwks" }); })),
    ];
    for (trick, change) in &headers {
        let mut header = key.header();
        change(&mut header);
        tricks.push(((*trick).to_owned(), key.signed(&header, &good())));
    }
    let claims: Vec<(&str, Change<'_>)> = vec![
        ("another method", set("htm", json!("GET"))),
        ("the method in small letters", set("htm", json!("post"))),
        ("no method", drop_member("htm")),
        ("another endpoint", set("htu", json!(format!("{ISSUER}/userinfo")))),
        ("another provider", set("htu", json!("https://evil.example/token"))),
        ("another port", set("htu", json!("http://localhost:8081/token"))),
        ("a path behind it", set("htu", json!(format!("{ISSUER}/token/x")))),
        ("no scheme", set("htu", json!("localhost:8080/token"))),
        ("no address", drop_member("htu")),
        ("a list of addresses", set("htu", json!([format!("{ISSUER}/token")]))),
        ("from the future", set("iat", json!(now + 61))),
        ("from tomorrow", set("iat", json!(now + 86_400))),
        ("too old", set("iat", json!(now - 91))),
        ("iat text", set("iat", json!(now.to_string()))),
        ("iat beyond numbers", set("iat", json!(1e300))),
        ("iat negative", set("iat", json!(-1))),
        ("no iat", drop_member("iat")),
        ("expired", set("exp", json!(now - 31))),
        ("exp text", set("exp", json!("never"))),
        ("not yet", set("nbf", json!(now + 61))),
        ("no jti", drop_member("jti")),
        ("an empty jti", set("jti", json!(""))),
        ("a long jti", set("jti", json!("j".repeat(257)))),
        ("jti number", set("jti", json!(1))),
    ];
    for (trick, change) in &claims {
        let mut claims = good();
        change(&mut claims);
        tricks.push(((*trick).to_owned(), key.signed(&key.header(), &claims)));
    }
    let whole = key.signed(&key.header(), &good());
    let (input, signature) = whole.rsplit_once('.').unwrap();
    for changed in [format!("{input}."), input.to_owned(), format!("{input}.{}", "A".repeat(86)), format!("{whole}.x"), format!("{whole}, {whole}"), signature.to_owned(), "x".repeat(20_000), String::new()] {
        tricks.push((format!("{} characters", changed.len()), changed));
    }
    // Twice the same member: whoever reads the first and whoever reads the last read different proofs.
    let twice = key.header().to_string().replacen('{', r#"{"alg":"none","#, 1);
    tricks.push(("alg twice".into(), key.signed_text(&twice, &good().to_string())));
    let twice = good().to_string().replacen('{', r#"{"htm":"GET","#, 1);
    tricks.push(("htm twice".into(), key.signed_text(&key.header().to_string(), &twice)));

    for (trick, proof) in &tricks {
        let answer = present(&t, &app, &code, &[proof]).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_dpop_proof"), "{trick}: {}", answer.text);
    }
    let two = [key.proof(&t, "POST", "/token"), key.proof(&t, "POST", "/token")];
    assert_eq!(present(&t, &app, &code, &[&two[0], &two[1]]).await.error(), "invalid_dpop_proof", "two proofs");
    // Within what clocks may differ, and with a query that is not compared.
    let mut fine = good();
    fine["iat"] = json!(now + 30);
    fine["htu"] = json!(format!("{ISSUER}/token?a=b#c"));
    let fine = key.signed(&key.header(), &fine);
    assert_eq!(present(&t, &app, &code, &[&fine]).await.status, 200, "the tricks above failed for the trick alone");
    let code = app.code(&t, &mut Browser::default(), "").await;
    assert_eq!(present(&t, &app, &code, &[&fine]).await.error(), "invalid_dpop_proof", "a second time");
} }

both! { async fn a_proof_for_an_api_is_for_one_token_at_one_address(t: Tour) {
    let (app, key) = (RelyingParty::new(&t, "app").await, Prover::new(SigningAlg::Es256));
    let code = app.code(&t, &mut Browser::default(), "").await;
    let tokens = present(&t, &app, &code, &[&key.proof(&t, "POST", "/token")]).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let by = format!("DPoP {token}");
    for (trick, proof) in [
        ("no ath", key.proof(&t, "GET", "/userinfo")),
        ("another token's ath", key.proof_with(&t, "GET", "/userinfo", "another")),
        ("the token endpoint's", key.proof_with(&t, "GET", "/token", token)),
        ("a form's", key.proof_with(&t, "POST", "/userinfo", token)),
    ] {
        let answer = get_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &proof)]).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_dpop_proof"), "{trick}");
    }
    let posted = post_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &key.proof_with(&t, "POST", "/userinfo", token))], &[]).await;
    assert_eq!(posted.status, 200, "{}", posted.text);
    let both = post_with(&t, "/userinfo", &[("authorization", &by), ("dpop", &key.proof_with(&t, "POST", "/userinfo", token))], &[("access_token", token)]).await;
    assert_eq!(both.status, 400, "and in one way");
} }
