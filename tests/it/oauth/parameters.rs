//! Authorization requests with a trick in a parameter.

use std::time::Duration;

use phuong::protocol::client::ClientId;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::{ISSUER, Tour},
};

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

both! { async fn r1_r3_no_spelling_of_another_address_is_answered_to(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    assert!(browser.get(&t, &app.authorize("")).await.sent("code").is_some());
    for other in [
        "https://app.example/cb/", "https://app.example/cb?", "https://app.example/cb?x=1", "https://app.example/cb#", "https://app.example/cb#x",
        "https://app.example/cb%00", "https://app.example/cb\0", " https://app.example/cb", "https://app.example/cb ", "https://app.example/cb\t",
        "https://app.example/cb\r\nSet-Cookie: a=b", "HTTPS://app.example/cb", "https://APP.example/cb", "https://app.example:443/cb",
        "https://app.example/./cb", "https://app.example/x/../cb", "https://app.example/%63b", "https://app.example//cb", "https:/app.example/cb",
        "https://app.example\\@evil.example/cb", "https://app.example@evil.example/cb", "https://evil.example/https://app.example/cb",
        "https://app.example.evil.example/cb", "https://evilapp.example/cb", "http://app.example/cb", "//app.example/cb", "/cb", "cb",
        "https://app.ex\u{430}mple/cb", "https://app\u{3002}example/cb", "https://\u{ff41}pp.example/cb", "https://app.example/\u{200b}cb",
        "https://app.example/c\u{301}b", "javascript:alert(1)", "data:text/html,x", "https://app.example/cb\u{202e}",
    ] {
        let path = app.authorize("").replace(CALLBACK, &encoded(other));
        let page = browser.get(&t, &path).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{other:?}");
        assert!(!page.text.contains("evil.example"), "nothing of it is shown: {other:?}");
    }
} }

both! { async fn r4_a_posted_request_is_its_body_and_nothing_of_its_query(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let form = [("client_id", app.id.as_str()), ("response_type", "code"), ("scope", "openid"), ("redirect_uri", CALLBACK)];
    let answer = browser.post(&t, "/authorize?client_id=evil&state=planted&redirect_uri=https://evil.example/", &form).await;
    let next = answer.header("location");
    assert!(answer.status == 303 && next.starts_with("/authorize?") && !next.contains("evil") && !next.contains("planted"), "{next}");
    let twice = [("client_id", app.id.as_str()), ("client_id", "evil"), ("redirect_uri", CALLBACK)];
    let mut page = browser.post(&t, "/authorize", &twice).await;
    if page.status == 303 {
        page = browser.get(&t, page.header("location")).await;
    }
    assert_eq!((page.status, page.header("location")), (400, ""));
} }

both! { async fn r5_pkce_is_not_talked_down(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let whole = app.authorize("");
    let (before, challenge) = (whole.split("&code_challenge=").next().unwrap(), whole.split("&code_challenge=").nth(1).unwrap());
    let challenge = challenge.split('&').next().unwrap();
    for pkce in [
        String::new(),
        format!("&code_challenge={challenge}"),
        format!("&code_challenge={challenge}&code_challenge_method=plain"),
        format!("&code_challenge={challenge}&code_challenge_method=s256"),
        "&code_challenge_method=S256".to_owned(),
        "&code_challenge=&code_challenge_method=S256".to_owned(),
        "&code_challenge=short&code_challenge_method=S256".to_owned(),
    ] {
        let answer = browser.get(&t, &format!("{before}&scope=openid{pkce}")).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request"), "{pkce}");
    }
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    let redeem = async |code: &str, verifier: Option<&str>| {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        t.post("/token", auth, &form).await
    };
    let code = app.code(&t, &mut browser, "").await;
    for wrong in [None, Some(""), Some(challenge), Some("short"), Some(&VERIFIER.to_uppercase()), Some(&format!("{VERIFIER}\0")), Some(&VERIFIER.repeat(4))] {
        assert_eq!(redeem(&code, wrong).await.error(), if wrong.is_some_and(|w| w.contains('\0')) { "invalid_request" } else { "invalid_grant" }, "{wrong:?}");
    }
    assert_eq!(redeem(&code, Some(VERIFIER)).await.status, 200);

    // Without a challenge a verifier proves that somebody took one away.
    let mut client = (*t.sv.clients.by_id(&ClientId("app".into())).unwrap()).clone();
    client.require_pkce = false;
    t.change(&client, false).await;
    let bare = browser.get(&t, &format!("{before}&scope=openid")).await.sent("code").unwrap();
    assert_eq!(redeem(&bare, Some(VERIFIER)).await.error(), "invalid_grant");
    assert_eq!(redeem(&bare, None).await.status, 200);
} }

both! { async fn r7_every_answer_says_whose_it_is(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let refused = browser.get(&t, &app.authorize("&prompt=none")).await;
    let issued = browser.sign_in_as(&t, &app.authorize(""), "teacher").await;
    for answer in [&refused, &issued] {
        assert_eq!(answer.sent("iss").as_deref(), Some(ISSUER), "{}", answer.header("location"));
    }
    let posted = browser.get(&t, &app.authorize("&response_mode=form_post")).await;
    assert_eq!(posted.field("iss"), ISSUER);
} }

both! { async fn r55_claims_of_any_shape_are_read_or_refused(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    for claims in [
        "[".repeat(3_000),
        format!("{{\"userinfo\":{{\"a\":{{\"value\":{}{}}}}}}}", "[".repeat(2_000), "]".repeat(2_000)),
        "{\"userinfo\":[]}".to_owned(),
        "{\"userinfo\":{\"a\":1}}".to_owned(),
        "null".to_owned(),
        format!("{{\"userinfo\":{{\"{}\":null}}}}", "a".repeat(9_000)),
    ] {
        let answer = browser.get(&t, &app.authorize(&format!("&claims={}", encoded(&claims)))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_request"), "{}", &claims[..claims.len().min(60)]);
    }
    let odd = "{\"userinfo\":{\"sub\":null,\"iss\":null,\"a\\u0000b\":null,\"name\":{\"essential\":true,\"x\":[1]}},\"id_token\":{\"sub\":{\"essential\":true},\"exp\":{\"value\":1},\"nonce\":null,\"acr\":null}}";
    let code = browser.get(&t, &app.authorize(&format!("&claims={}", encoded(odd)))).await.sent("code").unwrap();
    let tokens = app.redeem(&t, &code).await.json();
    let id = crate::support::tour::claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((id["iss"].as_str(), id["nonce"].as_str()), (Some(ISSUER), Some("n-1")), "nothing of ours is overwritten");
    assert!(id["exp"].as_i64().unwrap() > t.clock.now().seconds());
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert_eq!(me["sub"], id["sub"]);
} }

both! { async fn r27_what_a_request_says_is_text_on_our_pages(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let script = "\"><script>alert(1)</script>";
    let page = browser.get(&t, &app.authorize(&format!("&login_hint={}", encoded(script)))).await;
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let path = app.authorize("&response_mode=form_post").replace("state=st", &format!("state={}", encoded(script)));
    let page = browser.get(&t, &path).await;
    assert!(page.text.contains("name=\"code\"") && !page.text.contains("<script>alert"), "{}", page.text);
    for path in [format!("/portal?q={}", encoded(script)), format!("/end_session?state={}", encoded(script)), format!("/account/password?flow={}", encoded(script)), format!("/sign-in?flow={}", encoded(script))] {
        assert!(!browser.get(&t, &path).await.text.contains("<script>alert"), "{path}");
    }
} }

both! { async fn r6_r33_what_was_asked_is_asked_again_at_every_step(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize("&prompt=login&max_age=1")).await;
    t.advance(Duration::from_secs(5));
    let answer = browser.submit(&t, &page, &t.person("teacher").sector_id.clone(), &t.person("teacher").password.clone()).await;
    assert!(answer.sent("code").is_some() && answer.sent("access_token").is_none() && answer.sent("id_token").is_none(), "{}", answer.header("location"));
    let client = (*t.sv.clients.by_id(&ClientId("app".into())).unwrap()).clone();
    t.advance(Duration::from_secs(5));
    let page = browser.get(&t, &app.authorize("&prompt=login")).await;
    let without = phuong::protocol::client::Client { redirect_uris: Vec::new(), ..client };
    t.change(&without, false).await;
    t.advance(Duration::from_secs(5));
    let answer = browser.submit(&t, &page, &t.person("teacher").sector_id.clone(), &t.person("teacher").password.clone()).await;
    assert_eq!((answer.status, answer.header("location")), (400, ""), "the address was taken back meanwhile");
} }
