//! `/authorize` and the pages it leads to.

use std::time::Duration;

use phuong::protocol::{
    client::{State, Trust},
    registration::Registration,
};

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::{Tour, claims},
};

both! { async fn r3_an_unknown_client_or_a_bad_redirect_uri_is_a_page_and_never_a_redirect(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    for (path, code) in [
        ("/authorize".to_owned(), "invalid_request"),
        ("/authorize?client_id=nobody".to_owned(), "invalid_client"),
        (app.authorize("").replace("app.example", "evil.example"), "invalid_request"),
        (app.authorize("&redirect_uri=https://app.example/cb"), "invalid_request"),
        (app.authorize("&client_id=app"), "invalid_request"),
    ] {
        let page = browser.get(&t, &path).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{path}");
        assert!(page.text.contains(&format!("id=\"op-error\" data-code=\"{code}\"")), "{path}: {}", page.text);
    }
} }

both! { async fn errors_after_that_go_back_to_the_app_with_state_and_issuer(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    for (extra, error) in [
        ("&prompt=none", "login_required"),
        ("&prompt=none%20login", "invalid_request"),
        ("&request=x", "invalid_request_object"),
        ("&scope=profile", "invalid_request"),
        ("&nonce=2", "invalid_request"),
    ] {
        let answer = browser.get(&t, &app.authorize(extra)).await;
        assert_eq!(answer.status, 303, "{extra}");
        assert!(answer.header("location").starts_with(CALLBACK));
        let sent = |name| answer.sent(name);
        assert_eq!((sent("error").as_deref(), sent("state").as_deref()), (Some(error), Some("st")), "{extra}");
        assert_eq!(sent("iss").as_deref(), Some("http://localhost:8080"));
    }
} }

both! { async fn r8_a_post_is_answered_with_303_and_no_page_may_read_the_endpoint(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let answer = browser.sign_in_as(&t, &app.authorize(""), "teacher").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let form = [("client_id", "app"), ("response_type", "code"), ("scope", "openid")];
    let posted = browser.post(&t, "/authorize", &form).await;
    assert_eq!(posted.status, 303);
    assert!(posted.header("location").starts_with("/authorize?client_id=app"));
} }

both! { async fn r9_prompt_login_cannot_be_dropped_on_the_way(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(5));
    let page = browser.get(&t, &app.authorize("&prompt=login")).await;
    assert!(page.text.contains("name=\"password\""), "the password is asked for again");
    let flow = page.field("flow");
    let skipped = browser.get(&t, &format!("/sign-in?flow={flow}")).await;
    assert!(skipped.text.contains("name=\"password\""), "going on without it leads to the same page");
    let person = t.person("teacher").clone();
    let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["auth_time"].as_i64(), Some(t.clock.now().seconds()));
} }

both! { async fn one_sign_in_serves_every_app_and_each_knows_somebody_else(t: Tour) {
    let (one, two, mut browser) = (RelyingParty::new(&t, "one").await, RelyingParty::new(&t, "two").await, Browser::default());
    let first = one.tokens(&t, &mut browser, "").await;
    let answer = browser.get(&t, &two.authorize("&prompt=none")).await;
    let second = two.redeem(&t, &answer.sent("code").unwrap()).await.json();
    let (a, b) = (claims(first["id_token"].as_str().unwrap()), claims(second["id_token"].as_str().unwrap()));
    assert_eq!(a["auth_time"], b["auth_time"]);
    assert_ne!(a["sub"], b["sub"]);
    assert_ne!(a["sid"], b["sid"]);
} }

both! { async fn r15_a_disabled_client_gets_nothing(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let mut client = (*t.sv.clients.by_id(&phuong::protocol::client::ClientId("app".into())).unwrap()).clone();
    client.state = State::Disabled;
    t.change(&client, false).await;
    assert_eq!(browser.get(&t, &app.authorize("")).await.status, 400);
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
} }

both! { async fn a_pupil_is_refused_by_an_app_for_staff(t: Tour) {
    let mut browser = Browser::default();
    let app = RelyingParty::registered(&t, "office", |mut ask: Registration| {
        ask.audience.roles = ["teacher".to_owned(), "staff".to_owned()].into();
        ask
    }).await;
    let answer = browser.sign_in_as(&t, &app.authorize(""), "student").await;
    assert_eq!(answer.sent("error").as_deref(), Some("access_denied"));
    let mut browser = Browser::default();
    assert!(browser.sign_in_as(&t, &app.authorize(""), "teacher").await.sent("code").is_some());
} }

both! { async fn an_app_that_is_not_approved_asks_once_and_shows_values(t: Tour) {
    let mut browser = Browser::default();
    let app = RelyingParty::registered(&t, "quiz", |ask: Registration| Registration { trust: Trust::AsksConsent, ..ask }).await;
    let page = browser.sign_in_as(&t, &app.authorize(""), "teacher").await;
    assert!(page.text.contains("id=\"consent-allow\"") && page.text.contains(&t.person("teacher").name), "{}", page.text);
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let answer = |word| [("csrf", csrf.as_str()), ("flow", flow.as_str()), ("answer", word)];
    let denied = browser.post(&t, "/consent", &answer("deny")).await;
    assert_eq!(denied.sent("error").as_deref(), Some("access_denied"));
    assert!(browser.post(&t, "/consent", &answer("allow")).await.sent("code").is_some());
    assert!(browser.get(&t, &app.authorize("&prompt=none")).await.sent("code").is_some(), "remembered");
    let more = browser.get(&t, &app.authorize("&prompt=none&scope=openid%20profile%20email")).await;
    assert_eq!(more.sent("error").as_deref(), Some("consent_required"), "more is asked for again");
    let single = "&prompt=none&claims=%7B%22userinfo%22%3A%7B%22edu_sector_id%22%3Anull%7D%7D";
    let more = browser.get(&t, &app.authorize(single)).await;
    assert_eq!(more.sent("error").as_deref(), Some("consent_required"), "a single claim, too");
} }

both! { async fn r39_the_portal_shows_nothing_that_the_department_did_not_approve(t: Tour) {
    let mut browser = Browser::default();
    let registered = |trust| move |ask: Registration| Registration {
        trust,
        initiate_login_uri: Some("https://app.example/login".into()),
        ..ask
    };
    RelyingParty::registered(&t, "quiz", registered(Trust::AsksConsent)).await;
    RelyingParty::registered(&t, "library", registered(Trust::SectorApproved)).await;
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let portal = browser.get(&t, "/portal").await.text;
    assert!(portal.contains("data-client-id=\"library\"") && !portal.contains("quiz"), "{portal}");
} }

both! { async fn r16_a_claim_whose_name_is_several_is_agreed_to_as_none(t: Tour) {
    let mut browser = Browser::default();
    let app = RelyingParty::registered(&t, "quiz", |ask: Registration| Registration { trust: Trust::AsksConsent, ..ask }).await;
    let wanting = |claims: &str| {
        format!("&scope=openid&{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("claims", claims).finish())
    };
    let trick = r#"{"userinfo":{"email phone_number edu_sector_id":null,"a\u0000b":null}}"#;
    let page = browser.sign_in_as(&t, &app.authorize(&wanting(trick)), "teacher").await;
    let form = [("csrf", page.field("csrf")), ("flow", page.field("flow")), ("answer", "allow".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(browser.post(&t, "/consent", &form).await.sent("code").is_some());
    let later = browser.get(&t, &app.authorize(&format!("&prompt=none{}", wanting(r#"{"userinfo":{"edu_sector_id":null}}"#)))).await;
    assert_eq!(later.sent("error").as_deref(), Some("consent_required"), "nobody saw what it would be told");
} }

both! { async fn an_account_is_chosen_or_changed_when_the_app_wants_that(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(5));
    let page = browser.get(&t, &app.authorize("&prompt=select_account")).await;
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let form = |word| [("csrf", csrf.as_str()), ("flow", flow.as_str()), ("answer", word)];
    assert!(browser.clone().post(&t, "/choose", &form("continue")).await.sent("code").is_some());
    let other = browser.post(&t, "/choose", &form("other")).await;
    assert!(other.text.contains("name=\"password\"") && browser.session().is_none());
    let pupil = t.person("student").clone();
    assert!(browser.submit(&t, &other, &pupil.sector_id, &pupil.password).await.sent("code").is_some());
} }

both! { async fn form_post_carries_the_answer_in_a_form(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.sign_in_as(&t, &app.authorize("&response_mode=form_post"), "teacher").await;
    assert!(page.text.contains(&format!("action=\"{CALLBACK}\"")), "{}", page.text);
    assert!(!page.header("content-security-policy").contains("form-action"));
    assert_eq!(app.redeem(&t, &page.field("code")).await.status, 200);
    assert_eq!(page.field("state"), "st");
} }

both! { async fn single_claims_are_told_where_they_were_asked_for(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let ask = "%7B%22id_token%22%3A%7B%22given_name%22%3Anull%7D%2C%22userinfo%22%3A%7B%22edu_sector_id%22%3Anull%7D%7D";
    let tokens = app.tokens(&t, &mut browser, &format!("&scope=openid&claims={ask}")).await;
    assert!(claims(tokens["id_token"].as_str().unwrap())["given_name"].is_string());
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert_eq!(me["edu_sector_id"].as_str(), Some(t.person("teacher").sector_id.as_str()));
    assert!(me["name"].is_null());
} }
