//! Tokens that somebody else made, changed, or made for something else.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use phuong::{
    protocol::{
        alg::SigningAlg,
        client::{KeySource, Kind},
        registration::Registration,
    },
    services::keys::Signer,
};
use serde_json::json;

use super::clients::present;
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{ISSUER, Tour},
};

pub(super) fn key() -> Signer {
    Signer::from_pkcs8(SigningAlg::Es256, &Signer::generate(SigningAlg::Es256, 2048)).unwrap()
}

/// A token with exactly this header and payload, signed with ES256 whatever the header says.
pub(super) fn signed(signer: &Signer, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = signer.sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn part(token: &str, n: usize) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

both! { async fn r14_r18_r19_r20_an_assertion_with_a_trick_in_it_is_refused(t: Tour) {
    let (signer, stranger) = (key(), key());
    let keys = jsonwebtoken::jwk::JwkSet { keys: vec![signer.public_jwk()] };
    t.register(Registration { keys: Some(KeySource::Inline(keys)), ..Registration::named("svc", "Service", Kind::Service) }).await;
    let (now, kid) = (t.clock.now().seconds(), signer.kid().to_owned());
    let header = format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#);
    let claims = |more: &str| format!(r#"{{"iss":"svc","sub":"svc","aud":"{ISSUER}"{more}}}"#);
    let timely = format!(r#","exp":{}"#, now + 60);
    let good = |jti: &str| claims(&format!(r#"{timely},"jti":"{jti}""#));
    let fine = signed(&signer, &header, &good("fine"));
    assert_eq!(present(&t, &fine).await.status, 200, "the tricks below fail for the trick alone");

    let headers = [
        r#"{"alg":"none","alg":"ES256","kid":"KID"}"#,
        r#"{"alg":"ES256","alg":"none","kid":"KID"}"#,
        r#"{"alg":"es256","kid":"KID"}"#,
        r#"{"alg":"ES256K","kid":"KID"}"#,
        r#"{"alg":["ES256"],"kid":"KID"}"#,
        r#"{"kid":"KID"}"#,
        r#"{"alg":"ES256","kid":"KID","crit":["exp"]}"#,
        r#"{"alg":"ES256","kid":"KID","crit":[]}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"logout+jwt"}"#,
        r#"{"alg":"ES256","kid":"../../../dev/null"}"#,
        r#"{"alg":"ES256","kid":"' OR 1=1 --"}"#,
        r#"{"alg":"ES256","kid":null,"kid":"KID"}"#,
        "[]",
        "",
    ];
    let mut tricks: Vec<(String, String)> = headers
        .iter()
        .map(|text| ((*text).to_owned(), signed(&signer, &text.replace("KID", &kid), &good(text.get(..20).unwrap_or("h")))))
        .collect();

    let payloads = [
        claims(&timely),
        claims(&format!(r#"{timely},"jti":"""#)),
        claims(&format!(r#"{timely},"jti":1"#)),
        claims(&format!(r#"{timely},"jti":"{}""#, "j".repeat(257))),
        claims(r#","jti":"1""#),
        claims(r#","jti":"2","exp":1e300"#),
        claims(r#","jti":"3","exp":99999999999999999999999999"#),
        claims(r#","jti":"4","exp":-1"#),
        claims(r#","jti":"5","exp":null"#),
        claims(&format!(r#","jti":"6","exp":[{}]"#, now + 60)),
        claims(&format!(r#"{timely},"jti":"7","nbf":"{now}""#)),
        claims(&format!(r#"{timely},"jti":"8","iat":{}"#, now + 3600)),
        claims(&format!(r#"{timely},"jti":"9","exp":{}"#, now + 90)),
        claims(&format!(r#"{timely},"jti":"10","sub":"svc""#)),
        good("11").replace(r#""iss":"svc","#, ""),
        good("12").replace(&format!(r#""{ISSUER}""#), &format!(r#""{ISSUER}/""#)),
        good("13").replace(&format!(r#""{ISSUER}""#), &format!(r#"["{ISSUER}","https://other.example"]"#)),
                format!("{} ", good("15").replace('}', "")),
    ];
    tricks.extend(payloads.iter().map(|payload| (payload.clone(), signed(&signer, &header, payload))));

    // Keys that the token brings along, and signatures that are none.
    let brought = json!({ "alg": "ES256", "kid": stranger.kid(), "jwk": stranger.public_jwk(), "jku": "http://localhost:9/jwks", "x5u": "http://localhost:9/x" });
    tricks.push(("jwk in the header".into(), signed(&stranger, &brought.to_string(), &good("16"))));
    tricks.push(("another key under our kid".into(), signed(&stranger, &header, &good("17"))));
    let whole = signed(&signer, &header, &good("18"));
    let (input, signature) = whole.rsplit_once('.').unwrap();
    let zero = URL_SAFE_NO_PAD.encode([0; 64]);
    for changed in [format!("{input}."), input.to_owned(), format!("{input}.{zero}"), format!("{input}.{signature}="), format!("{input}.{signature}.x"), format!("{input}.{}", &signature[..40]), format!(" {whole}"), format!("{whole}\n")] {
        tricks.push((format!("signature: {}", &changed[input.len().min(changed.len() - 1)..]), changed));
    }
    let as_json = json!({ "payload": whole.split('.').nth(1), "signatures": [{ "protected": whole.split('.').next(), "signature": signature }] });
    tricks.push(("the JSON serialization".into(), as_json.to_string()));
    // The public key as if it were a shared secret.
    let public = serde_json::to_vec(&signer.public_jwk()).unwrap();
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.replace("ES256", "HS256")), URL_SAFE_NO_PAD.encode(good("19")));
    let mac = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public), input.as_bytes());
    tricks.push(("HS256 with the public key".into(), format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac))));

    for (trick, token) in tricks {
        let answer = present(&t, &token).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{trick}");
    }
} }

both! { async fn r18_r21_a_hint_that_is_not_an_id_token_of_ours_proves_nothing(t: Tour) {
    let (app, other, mut browser) = (RelyingParty::new(&t, "app").await, RelyingParty::new(&t, "other").await, Browser::default());
    let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let theirs = other.tokens(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(1));
    assert_eq!(browser.clone().get(&t, &app.authorize(&format!("&prompt=none&id_token_hint={hint}"))).await.sent("error"), None);
    let (header, payload) = (part(&hint, 0), part(&hint, 1));
    let unsigned = |header: &str| format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(&payload));
    let (input, signature) = hint.rsplit_once('.').unwrap();
    let (head, _) = input.split_once('.').unwrap();
    let elsewhere = payload.replace(ISSUER, "https://evil.example");
    for forged in [
        unsigned(r#"{"alg":"none"}"#),
        unsigned(&header.replace("ES256", "none")),
        unsigned(&header.replace("ES256", "HS256")) + "AAAA",
        signed(&key(), &header, &payload),
        format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(&elsewhere)),
        theirs["access_token"].as_str().unwrap().to_owned(),
        "x".repeat(20_000),
    ] {
        let answer = browser.clone().get(&t, &app.authorize(&format!("&prompt=none&id_token_hint={forged}"))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("login_required"), "{forged}");
        let mut leaving = browser.clone();
        let page = leaving.get(&t, &format!("/end_session?id_token_hint={forged}&post_logout_redirect_uri=https://app.example/bye")).await;
        assert_eq!(page.header("location"), "", "{forged}");
        assert!(browser.get(&t, "/portal").await.text.contains("data-client-id"), "still signed in after {forged}");
    }
    let of_another = theirs["id_token"].as_str().unwrap();
    let answer = browser.get(&t, &app.authorize(&format!("&prompt=none&id_token_hint={of_another}"))).await;
    assert_eq!(answer.sent("error").as_deref(), Some("login_required"), "another app's hint");
    let mismatch = browser.get(&t, &format!("/end_session?id_token_hint={of_another}&client_id=app&post_logout_redirect_uri=https://app.example/bye")).await;
    assert_eq!(mismatch.header("location"), "");
} }

both! { async fn r21_userinfo_takes_access_tokens_of_ours_alone(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let token = app.tokens(&t, &mut browser, "").await["access_token"].as_str().unwrap().to_owned();
    let (header, payload) = (part(&token, 0), part(&token, 1));
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (head, body) = input.split_once('.').unwrap();
    let wider = URL_SAFE_NO_PAD.encode(payload.replace("openid profile", "openid profile edu.sector_id"));
    let none = URL_SAFE_NO_PAD.encode(header.replace("ES256", "none"));
    for forged in [
        format!("{head}.{wider}.{signature}"),
        format!("{none}.{body}."),
        format!("{none}.{wider}.{signature}"),
        signed(&key(), &header, &payload),
        format!("{input}."),
        String::new(),
        "\u{e9}".to_owned(),
    ] {
        assert_eq!(t.get("/userinfo", Some(&forged)).await.status, 401, "{forged}");
    }
    assert_eq!(t.get("/userinfo", Some(&token)).await.status, 200);
} }
