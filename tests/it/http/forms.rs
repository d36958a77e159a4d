//! Bodies that are not what they should be.

use axum::{
    body::Body,
    http::{Request, header},
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(t: &Tour, path: &str, kind: &str, encoding: Option<&str>, body: &[u8]) -> Answer {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, kind);
    if let Some(encoding) = encoding {
        request = request.header(header::CONTENT_ENCODING, encoding);
    }
    Answer::of(t.send(request.body(Body::from(body.to_vec())).unwrap()).await).await
}

both! { async fn r53_a_body_over_its_cap_and_one_that_is_no_form_are_told_apart(t: Tour) {
    let long = format!("a={}", "x".repeat(64 * 1024)).into_bytes();
    for path in ["/token", "/introspect", "/revoke"] {
        assert!(post(&t, path, FORM, None, &long).await.text.contains("longer than allowed"), "{path}");
        for (kind, encoding, body) in [
            ("application/json", None, b"{}".as_slice()),
            ("multipart/form-data; boundary=x", None, b"--x--"),
            ("", None, b"a=b"),
            (FORM, Some("gzip"), b"a=b"),
            (FORM, None, b"a=\xff\xfe"),
        ] {
            let answer = post(&t, path, kind, encoding, body).await;
            assert_eq!(answer.status, 400, "{path} {kind}");
            assert!(answer.text.contains("application/x-www-form-urlencoded"), "{path} {kind}: {}", answer.text);
        }
    }
    for path in ["/authorize", "/sign-in", "/end_session", "/activate", "/consent", "/choose"] {
        assert_eq!(post(&t, path, FORM, None, &long).await.status, 400, "{path}");
        assert_eq!(post(&t, path, FORM, None, b"a=\xff\xfe").await.status, 400, "{path}");
    }
} }

both! { async fn r55_thousands_of_parameters_are_an_ordinary_refusal(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let many: Vec<String> = (0..3_000).map(|n| format!("p{n}=x")).collect();
    assert_eq!(post(&t, "/token", FORM, None, many.join("&").as_bytes()).await.error(), "invalid_client");
    let page = browser.get(&t, &app.authorize(&format!("&{}", many.join("&")))).await;
    assert!(page.text.contains("name=\"password\""), "unknown parameters are ignored: {}", page.status);
} }

both! { async fn r4_a_form_of_ours_says_each_thing_once(t: Tour) {
    let mut browser = Browser::default();
    let page = browser.get(&t, "/sign-in").await;
    let (csrf, flow, person) = (page.field("csrf"), page.field("flow"), t.person("teacher").clone());
    let form = [
        ("csrf", csrf.as_str()), ("flow", &flow), ("username", &person.sector_id), ("username", "3109999999"), ("password", &person.password),
    ];
    assert_eq!(browser.post(&t, "/sign-in", &form).await.status, 400);
    assert!(browser.session().is_none());
} }

both! { async fn r55_a_nul_character_is_refused_and_not_a_fault_of_the_database(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, "/sign-in").await;
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    for (path, form) in [
        ("/sign-in", vec![("csrf", csrf.as_str()), ("flow", &flow), ("username", "31\0"), ("password", "a")]),
        ("/sign-in", vec![("csrf", csrf.as_str()), ("flow", &flow), ("username", "31"), ("password", "a\0")]),
        ("/activate", vec![("csrf", csrf.as_str()), ("username", "31\0"), ("code", "BCFG")]),
    ] {
        let status = browser.post(&t, path, &form).await.status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    for path in ["/sign-in?lang=%00", "/portal?q=%00", "/sign-in?flow=%00", "/end_session?client_id=%00", "/account/password?flow=%00"] {
        let status = browser.get(&t, path).await.status;
        assert!((200..500).contains(&status), "{path}: {status}");
    }
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    for extra in ["&scope=openid&nonce2=%00", "&login_hint=%00", "&ui_locales=%00", "&claims=%7B%22userinfo%22%3A%7B%22a%5Cu0000%22%3Anull%7D%7D"] {
        let status = browser.get(&t, &app.authorize(extra)).await.status;
        assert!((200..500).contains(&status), "{extra}: {status}");
    }
    let with_nonce = app.authorize("").replace("nonce=n-1", "nonce=%00");
    let status = browser.get(&t, &with_nonce).await.status;
    assert!((200..500).contains(&status), "nonce: {status}");
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    for form in [
        [("grant_type", "authorization_code"), ("code", "a\0"), ("redirect_uri", "\0")],
        [("grant_type", "refresh_token"), ("refresh_token", "\0"), ("scope", "\0")],
    ] {
        assert_eq!(t.post("/token", auth, &form).await.status, 400);
    }
} }
