//! Signing out.

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::Tour,
};

both! { async fn r28_the_landing_is_exact_and_an_unproven_logout_asks(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let asked = browser.get(&t, "/end_session?client_id=app&post_logout_redirect_uri=https://app.example/bye").await;
    assert!(asked.text.contains("id=\"logout-confirm\""), "{}", asked.text);
    for bad in ["https://app.example/bye/", "https://app.example/bye?x=1", "https://evil.example/bye"] {
        let page = browser.get(&t, &format!("/end_session?id_token_hint={hint}&post_logout_redirect_uri={bad}")).await;
        assert_eq!(page.status, 400, "{bad}");
        assert!(browser.session().is_some());
    }
    let path = format!("/end_session?id_token_hint={hint}&post_logout_redirect_uri=https://app.example/bye&state=a%26b");
    let gone = browser.get(&t, &path).await;
    assert_eq!((gone.status, gone.header("location")), (303, "https://app.example/bye?state=a%26b"));
    assert!(browser.session().is_none());
    assert_eq!(browser.get(&t, &app.authorize("&prompt=none")).await.sent("error").as_deref(), Some("login_required"));
} }

both! { async fn the_session_is_really_gone_not_only_its_cookie(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let mut thief = browser.clone();
    browser.get(&t, &format!("/end_session?id_token_hint={hint}")).await;
    assert_eq!(thief.get(&t, &app.authorize("&prompt=none")).await.sent("error").as_deref(), Some("login_required"));
} }

both! { async fn another_persons_hint_does_not_sign_anybody_out_unasked(t: Tour) {
    let (app, mut teacher, mut pupil) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let hint = app.tokens(&t, &mut teacher, "").await["id_token"].as_str().unwrap().to_owned();
    pupil.sign_in_as(&t, "/sign-in", "student").await;
    let page = pupil.get(&t, &format!("/end_session?id_token_hint={hint}")).await;
    assert!(page.text.contains("id=\"logout-confirm\""));
    assert!(pupil.session().is_some());
} }

both! { async fn r28_not_even_a_loopback_port_of_the_landing_may_vary(t: Tour) {
    let landing = "http://127.0.0.1:9000/bye";
    RelyingParty::registered(&t, "native", |mut ask| {
        ask.post_logout_redirect_uris = vec![landing.into()];
        ask
    }).await;
    let mut browser = Browser::default();
    let mut ask = async |uri: &str| browser.get(&t, &format!("/end_session?client_id=native&post_logout_redirect_uri={uri}")).await;
    assert_eq!(ask(landing).await.header("location"), landing);
    for other in ["http://127.0.0.1:9001/bye", "http://127.0.0.1/bye", "http://127.0.0.1:9000/bye%00", "http://127.0.0.1:9000/bye%0d%0ax:y", "//127.0.0.1:9000/bye"] {
        let page = ask(other).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{other}");
    }
} }
