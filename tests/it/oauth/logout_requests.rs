//! Signing out as the certification profile for RP-Initiated Logout tries it, each way of asking by itself.

use std::time::Duration;

use phuong::protocol::{
    client::{Client, ClientId, State},
    registration::Registration,
};

use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::Receiver,
    tour::{Answer, Tour, claims},
};

const BYE: &str = "https://app.example/bye";
const WITH_QUERY: &str = "https://app.example/bye?a=%20b&c";

/// Somebody who is signed in to an app, and the ID token it has.
async fn signed_in(t: &Tour) -> (RelyingParty, Browser, String) {
    let ask = |ask| Registration { post_logout_redirect_uris: vec![BYE.into(), WITH_QUERY.into()], ..ask };
    let (app, mut browser) = (RelyingParty::registered(t, "app", ask).await, Browser::default());
    let hint = app.tokens(t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    (app, browser, hint)
}

fn address(members: &[(&str, &str)]) -> String {
    format!("/end_session?{}", query(members))
}

fn query(members: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish()
}

fn asks(page: &Answer) -> bool {
    page.status == 200 && page.text.contains("id=\"logout-confirm\"")
}

/// Says yes to the question.
async fn confirm(t: &Tour, browser: &mut Browser, page: &Answer) -> Answer {
    let (csrf, request) = (page.field("csrf").replace("&#38;", "&"), page.field("request").replace("&#38;", "&"));
    browser.post(t, "/end_session/confirm", &[("csrf", &csrf), ("request", &request), ("answer", "yes")]).await
}

async fn is_out(t: &Tour, app: &RelyingParty, browser: &mut Browser) -> bool {
    browser.get(t, &app.authorize("&prompt=none")).await.sent("error").as_deref() == Some("login_required")
}

both! { async fn a_hint_and_a_registered_address_lead_back_with_the_state_or_without_one(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    let asked = address(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "a b&c")]);
    assert_eq!(browser.get(&t, &asked).await.header("location"), "https://app.example/bye?state=a+b%26c");
    assert!(is_out(&t, &app, &mut browser).await);
    for (uri, state, landing) in [
        (BYE, None, BYE),
        (WITH_QUERY, None, WITH_QUERY),
        (WITH_QUERY, Some("s"), "https://app.example/bye?a=%20b&c&state=s"),
    ] {
        let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
        let mut members = vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri)];
        members.extend(state.map(|state| ("state", state)));
        assert_eq!(browser.get(&t, &address(&members)).await.header("location"), landing);
    }
} }

both! { async fn an_expired_hint_is_as_good(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    t.advance(Duration::from_mins(90));
    let asked = address(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]);
    assert_eq!(browser.get(&t, &asked).await.header("location"), BYE);
    assert!(is_out(&t, &app, &mut browser).await);
} }

both! { async fn by_post_it_is_the_same_request(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    let form = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let on = browser.post(&t, "/end_session", &form).await;
    assert_eq!(on.status, 303, "R8");
    let gone = browser.get(&t, on.header("location")).await;
    assert_eq!(gone.header("location"), "https://app.example/bye?state=s");
    assert!(is_out(&t, &app, &mut browser).await);
} }

both! { async fn without_an_address_the_person_stays_here_whatever_the_state(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    let page = browser.get(&t, &address(&[("id_token_hint", &hint), ("state", "s-1")])).await;
    assert!(page.status == 200 && page.text.contains("id=\"logout-done\"") && !page.text.contains("s-1"), "{}", page.text);
    assert!(is_out(&t, &app, &mut browser).await);
} }

both! { async fn without_a_hint_the_person_is_asked_and_an_address_that_nobody_vouches_for_is_not_used(t: Tour) {
    for members in [vec![], vec![("state", "s")], vec![("post_logout_redirect_uri", BYE), ("state", "s")], vec![("post_logout_redirect_uri", "https://evil.example/")]] {
        let mut browser = Browser::default();
        browser.sign_in_as(&t, "/sign-in", "teacher").await;
        let page = browser.get(&t, &address(&members)).await;
        assert!(asks(&page), "{members:?}: {}", page.text);
        assert!(browser.session().is_some(), "not yet");
        let done = confirm(&t, &mut browser, &page).await;
        assert_eq!((done.status, done.header("location")), (200, ""), "{members:?}");
        assert!(done.text.contains("id=\"logout-done\"") && !done.text.contains("evil"), "{}", done.text);
        assert!(browser.session().is_none());
    }
} }

both! { async fn the_app_alone_vouches_for_its_address_once_the_person_agreed(t: Tour) {
    let (app, mut browser, _) = signed_in(&t).await;
    let page = browser.get(&t, &address(&[("client_id", "app"), ("post_logout_redirect_uri", BYE), ("state", "s")])).await;
    assert!(asks(&page), "{}", page.text);
    let done = confirm(&t, &mut browser, &page).await;
    assert_eq!(done.header("location"), "https://app.example/bye?state=s");
    assert!(is_out(&t, &app, &mut browser).await);
} }

both! { async fn an_app_that_only_gave_its_name_is_told_like_any_other(t: Tour) {
    let receiver = Receiver::start().await;
    let (uri, page) = (receiver.address(), "https://app.example/out");
    let ask = |ask| Registration { post_logout_redirect_uris: vec![BYE.into()], backchannel_logout_uri: Some(uri), ..ask };
    let app = RelyingParty::registered(&t, "app", ask).await;
    let framed = |ask| Registration { frontchannel_logout_uri: Some(page.into()), post_logout_redirect_uris: vec![BYE.into()], ..ask };
    let framed = RelyingParty::registered(&t, "framed", framed).await;
    let deaf = RelyingParty::new(&t, "deaf").await;
    let asked = |id: &str| address(&[("client_id", id), ("post_logout_redirect_uri", BYE)]);

    let mut browser = Browser::default();
    app.tokens(&t, &mut browser, "").await;
    let question = browser.get(&t, &asked("app")).await;
    assert!(asks(&question) && receiver.is_quiet(), "{}", question.text);
    assert_eq!(confirm(&t, &mut browser, &question).await.header("location"), BYE);
    assert_eq!(claims(&receiver.next().await)["aud"], "app");

    framed.tokens(&t, &mut browser, "").await;
    let question = browser.get(&t, &asked("framed")).await;
    let done = confirm(&t, &mut browser, &question).await;
    assert!(done.text.contains(&format!("<iframe src=\"{page}")) && done.text.contains("data-onward"), "{}", done.text);
    assert!(done.text.contains("Đã báo qua trình duyệt"), "and nobody says that it confirmed: {}", done.text);

    // Whoever named it may have been a stranger: what cannot be told is not called signed out.
    deaf.tokens(&t, &mut browser, "").await;
    let question = browser.get(&t, &address(&[("client_id", "deaf")])).await;
    let done = confirm(&t, &mut browser, &question).await;
    assert!(done.text.contains("Có thể còn mở"), "{}", done.text);
} }

both! { async fn what_is_wrong_is_a_page_and_nobody_is_signed_out(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    RelyingParty::new(&t, "other").await;
    let mut bent = hint.clone();
    let (at, last) = (bent.len() - 5, bent.as_bytes()[bent.len() - 5]);
    bent.replace_range(at..=at, if last == b'A' { "B" } else { "A" });
    let none = "eyJhbGciOiJub25lIn0.e30.";
    for (why, members) in [
        ("a bent signature", vec![("id_token_hint", bent.as_str()), ("post_logout_redirect_uri", BYE)]),
        ("no token at all", vec![("id_token_hint", "x.y.z")]),
        ("an unsigned token", vec![("id_token_hint", none), ("post_logout_redirect_uri", BYE)]),
        ("another app's name", vec![("id_token_hint", &hint), ("client_id", "other")]),
        ("an unknown app's", vec![("client_id", "nobody"), ("post_logout_redirect_uri", BYE)]),
        ("an address that is not registered", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://app.example/other")]),
        ("a query too many", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://app.example/bye?x=1")]),
        ("a query too few", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://app.example/bye?a=%20b")]),
        ("an address for answers", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://app.example/cb")]),
        ("a repeated member", vec![("id_token_hint", &hint), ("state", "a"), ("state", "b")]),
    ] {
        let page = browser.get(&t, &address(&members)).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{why}");
        assert!(page.text.contains("id=\"op-error\""), "{why}");
        // The other method is no way around.
        let on = browser.post(&t, "/end_session", &members).await;
        let again = if on.status == 303 { browser.get(&t, on.header("location")).await } else { on };
        assert_eq!(again.status, 400, "{why}");
    }
    assert!(!is_out(&t, &app, &mut browser).await);
} }

both! { async fn r15_an_app_that_is_turned_off_or_forgotten_signs_out_but_gets_nobody_back(t: Tour) {
    let (app, mut browser, hint) = signed_in(&t).await;
    let client = t.sv.clients.by_id(&ClientId(app.id.clone())).unwrap();
    t.change(&Client { state: State::Disabled, ..(*client).clone() }, false).await;
    let page = browser.get(&t, &address(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])).await;
    assert_eq!((page.status, page.header("location")), (400, ""));
    let remove = async |tx: &mut phuong::store::Tx, key: &_| phuong::store::clients::remove(tx, *key).await;
    t.sv.store.write(client.key, remove).await.unwrap();
    t.sv.clients.reload().await.unwrap();
    let page = browser.get(&t, &address(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])).await;
    assert!(asks(&page), "{}", page.text);
    let done = confirm(&t, &mut browser, &page).await;
    assert!(done.text.contains("id=\"logout-done\"") && browser.session().is_none(), "{}", done.text);
} }
