//! A token that is bound to a key opens the API for the holder of the key alone (RFC 9449).

use std::time::Duration;

use phuong::protocol::{alg::SigningAlg, client::Kind, registration::Registration};

use super::{is, problem};
use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    prover::{Prover, get_with, post_with},
    tour::{Tour, claims},
};

const PEOPLE: &str = "/api/v1/people";

both! { async fn a_bound_token_opens_the_api_with_a_proof_of_its_key_and_with_nothing_else(t: Tour) {
    let (key, stranger) = (Prover::new(SigningAlg::Es256), Prover::new(SigningAlg::Es256));
    let scope = Some("openid people:read clients:write".to_owned());
    let app = RelyingParty::registered(&t, "spa", |ask| Registration { kind: Kind::Spa, scope, ..ask }).await;
    let asking = app.authorize("&scope=openid%20people:read%20clients:write&resource=http://localhost:8080/api/v1");
    let chief = t.person("sector_admin").clone();
    let answer = Browser::default().sign_in(&t, &asking, &chief.sector_id, &chief.password).await;
    let code = answer.sent("code").unwrap_or_else(|| panic!("{} {}", answer.status, answer.text));
    let form = [
        ("grant_type", "authorization_code"), ("client_id", "spa"), ("code", code.as_str()), ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let issued = post_with(&t, "/token", &[("dpop", &key.proof(&t, "POST", "/token"))], &form).await;
    let token = issued.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", issued.text)).to_owned();
    assert_eq!(claims(&token)["cnf"]["jkt"], key.jkt());

    let bound = format!("DPoP {token}");
    let proof = key.proof_with(&t, "GET", PEOPLE, &token);
    let opened = get_with(&t, PEOPLE, &[("authorization", &bound), ("dpop", &proof)]).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let elsewhere = key.proof_with(&t, "GET", "/api/v1/schools", &token);
    let theirs = stranger.proof_with(&t, "GET", PEOPLE, &token);
    for (what, headers) in [
        ("the proof a second time", vec![("authorization", bound.as_str()), ("dpop", proof.as_str())]),
        ("one for another address", vec![("authorization", bound.as_str()), ("dpop", elsewhere.as_str())]),
        ("one of another key", vec![("authorization", bound.as_str()), ("dpop", theirs.as_str())]),
        ("none", vec![("authorization", bound.as_str())]),
    ] {
        let answer = get_with(&t, PEOPLE, &headers).await;
        assert_eq!(problem(&answer), is(401, "token"), "{what}");
        assert!(answer.header("www-authenticate").starts_with("DPoP "), "{what}: {}", answer.header("www-authenticate"));
    }
    let as_bearer = get_with(&t, PEOPLE, &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(problem(&as_bearer), is(401, "token"), "r21: it is bound");

    // RFC 9449 §7.1: whoever came with a proof is asked for a fresh sign-in by the scheme that they came with.
    t.advance(Duration::from_secs(301));
    let proof = key.proof_with(&t, "GET", "/api/v1/clients", &token);
    let stale = get_with(&t, "/api/v1/clients", &[("authorization", &bound), ("dpop", &proof)]).await;
    assert_eq!(problem(&stale), is(401, "stale"));
    let challenge = stale.header("www-authenticate");
    assert!(challenge.starts_with("DPoP error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"300\"") && challenge.contains("algs="), "{challenge}");
} }
