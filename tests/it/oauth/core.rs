//! The parameters of an authentication request, one by one (OpenID Connect Core 3.1.2.1, 5.5).

use std::time::Duration;

use phuong::{
    protocol::{client::ClientId, interaction::ACR_ONE_FACTOR},
    services::{authority::Standing, keys::Rotation},
};
use serde_json::{Value, json};

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::{Answer, Tour, claims},
};

fn encoded(name: &str, value: &str) -> String {
    format!("&{}", url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish())
}

fn wanting(claims: &Value) -> String {
    encoded("claims", &claims.to_string())
}

fn id_token(tokens: &Value) -> Value {
    claims(tokens["id_token"].as_str().unwrap())
}

fn asks_for_a_password(page: &Answer) -> bool {
    page.status == 200 && page.text.contains("name=\"password\"")
}

/// The names of everything that was sent back to the app.
fn names(answer: &Answer) -> Vec<String> {
    let url = url::Url::parse(answer.header("location")).unwrap();
    url.query_pairs().map(|(name, _)| name.into_owned()).collect()
}

both! { async fn an_error_carries_its_code_a_description_the_state_and_the_issuer_and_nothing_else(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    for (extra, error) in [
        ("&prompt=create", "invalid_request"),
        ("&prompt=none", "login_required"),
        ("&max_age=soon", "invalid_request"),
        ("&claims=%5B", "invalid_request"),
        ("&response_mode=made.up", "invalid_request"),
        ("&request_uri=https://app.example/r", "invalid_request_uri"),
        ("&registration=%7B%7D", "registration_not_supported"),
    ] {
        let answer = browser.get(&t, &app.authorize(extra)).await;
        assert_eq!(answer.sent("error").as_deref(), Some(error), "{extra}");
        assert_eq!(names(&answer), ["error", "error_description", "state", "iss"], "{extra}");
        let description = answer.sent("error_description").unwrap();
        assert!(description.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{description}");
    }
    let missing = app.authorize("").replace("response_type=code&", "");
    assert_eq!(browser.get(&t, &missing).await.sent("error").as_deref(), Some("invalid_request"));
} }

both! { async fn what_is_unknown_or_only_a_wish_is_accepted(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let extra = "&display=popup&claims_locales=vi%20en&ui_locales=fr&acr_values=urn:high%20urn:low&extra=1&foo=b%20ar";
    let tokens = app.tokens(&t, &mut browser, extra).await;
    assert_eq!(id_token(&tokens)["acr"], ACR_ONE_FACTOR, "the strength that was reached");
    let asked = app.tokens(&t, &mut browser, &encoded("acr_values", &format!("urn:high {ACR_ONE_FACTOR}"))).await;
    assert_eq!(id_token(&asked)["acr"], ACR_ONE_FACTOR, "one of those asked for");
} }

both! { async fn state_and_nonce_come_back_as_they_were_sent_and_only_then(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let odd = format!("{}~ -._%+&=?/<>\"'é Ỗ {{}}", "x".repeat(700));
    let request = app.authorize("").replace("&state=st&nonce=n-1", "") + &encoded("state", &odd) + &encoded("nonce", &odd);
    let answer = browser.sign_in_as(&t, &request, "teacher").await;
    assert_eq!(answer.sent("state").as_deref(), Some(odd.as_str()));
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert_eq!(id_token(&tokens)["nonce"].as_str(), Some(odd.as_str()));
    let without = app.authorize("").replace("&state=st&nonce=n-1", "");
    let answer = browser.get(&t, &without).await;
    assert_eq!(names(&answer), ["code", "session_state", "iss"]);
    let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    assert!(id_token(&tokens).get("nonce").is_none());
} }

both! { async fn max_age_asks_again_and_the_time_of_sign_in_is_told_the_same_everywhere(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let first = app.tokens(&t, &mut browser, "").await;
    let began = t.clock.now().seconds();
    t.advance(Duration::from_mins(1));
    let within = app.tokens(&t, &mut browser, "&max_age=60").await;
    assert_eq!(id_token(&within)["auth_time"], began, "nobody was asked");
    t.advance(Duration::from_secs(1));
    assert_eq!(browser.get(&t, &app.authorize("&max_age=60&prompt=none")).await.sent("error").as_deref(), Some("login_required"));
    let again = browser.sign_in_as(&t, &app.authorize("&max_age=60"), "teacher").await;
    let again = app.redeem(&t, &again.sent("code").unwrap()).await.json();
    assert_eq!(id_token(&again)["auth_time"], t.clock.now().seconds());
    let refreshed = app.refresh(&t, first["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(id_token(&refreshed)["auth_time"], began, "what came of the first sign-in tells of the first");
    assert_eq!(id_token(&first)["sid"], id_token(&again)["sid"], "the same session goes on");
    t.advance(Duration::from_secs(1));
    let fresh = browser.sign_in_as(&t, &app.authorize("&max_age=0"), "teacher").await;
    assert!(fresh.sent("code").is_some(), "zero is met by signing in now: {}", fresh.text);
} }

both! { async fn a_clients_default_max_age_counts_when_a_request_names_none(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let mut client = (*t.sv.clients.by_id(&ClientId("app".into())).unwrap()).clone();
    client.default_max_age = Some(300);
    t.change(&client, false).await;
    app.code(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(301));
    assert!(asks_for_a_password(&browser.get(&t, &app.authorize("")).await));
    assert!(browser.get(&t, &app.authorize("&max_age=3600")).await.sent("code").is_some(), "the request's own wins");
} }

both! { async fn a_login_hint_is_filled_in_and_escaped(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize(&encoded("login_hint", "3100000007"))).await;
    assert!(page.text.contains("value=\"3100000007\""), "{}", page.text);
    let page = browser.get(&t, &app.authorize(&encoded("login_hint", "\"><script>"))).await;
    assert!(!page.text.contains("\"><script>"));
} }

both! { async fn an_id_token_hint_is_for_the_person_it_names(t: Tour) {
    let (app, mut teacher, mut pupil) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let tokens = app.tokens(&t, &mut teacher, "").await;
    let hint = encoded("id_token_hint", tokens["id_token"].as_str().unwrap());
    t.advance(Duration::from_mins(30));
    let same = teacher.get(&t, &app.authorize(&format!("&prompt=none{hint}"))).await;
    let same = app.redeem(&t, &same.sent("code").unwrap()).await.json();
    assert_eq!(id_token(&same)["sub"], id_token(&tokens)["sub"], "an expired hint still names somebody");
    pupil.sign_in_as(&t, "/sign-in", "student").await;
    t.advance(Duration::from_secs(1));
    let other = pupil.get(&t, &app.authorize(&format!("&prompt=none{hint}"))).await;
    assert_eq!(other.sent("error").as_deref(), Some("login_required"));
    let mut stubborn = pupil.clone();
    let answer = stubborn.sign_in_as(&t, &app.authorize(&hint), "student").await;
    assert_eq!(answer.sent("error").as_deref(), Some("login_required"), "the app hears that it is somebody else");
    pupil = stubborn;
    t.advance(Duration::from_secs(1));
    let page = pupil.get(&t, &app.authorize(&hint)).await;
    assert!(asks_for_a_password(&page) && page.text.contains("đang chờ một người khác"), "{}", page.text);
    let person = t.person("teacher").clone();
    assert!(pupil.submit(&t, &page, &person.sector_id, &person.password).await.sent("code").is_some());
    for bad in ["a.b.c", "", tokens["access_token"].as_str().unwrap()] {
        let none = format!("&prompt=none{}", encoded("id_token_hint", bad));
        let expected = if bad.is_empty() { None } else { Some("login_required") };
        assert_eq!(teacher.get(&t, &app.authorize(&none)).await.sent("error").as_deref(), expected, "{bad}");
    }
    let other_client = RelyingParty::new(&t, "other").await;
    let foreign = teacher.get(&t, &other_client.authorize(&format!("&prompt=none{hint}"))).await;
    assert_eq!(foreign.sent("error").as_deref(), Some("login_required"), "another client's hint names nobody here");
} }

both! { async fn a_hint_that_cannot_be_read_costs_a_sign_in_and_no_more(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let signed = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let (told, signature) = signed.rsplit_once('.').unwrap();
    let forged = format!("{told}.{}", signature.chars().rev().collect::<String>());
    let other = RelyingParty::new(&t, "other").await;
    let foreign = other.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    // Its key is gone, and with it all that could be known of it.
    let leave = Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    t.sv.ring.rotate(&leave, Rotation::Emergency).await.unwrap();
    for hint in ["garbage", &forged, &foreign, &signed] {
        t.advance(Duration::from_secs(1));
        let asking = app.authorize(&encoded("id_token_hint", hint));
        let silent = browser.get(&t, &format!("{asking}&prompt=none")).await;
        assert_eq!(silent.sent("error").as_deref(), Some("login_required"), "{hint}");
        let answer = browser.sign_in_as(&t, &asking, "teacher").await;
        assert!(answer.sent("code").is_some(), "asked again after the right password: {hint} {}", answer.text);
    }
} }

both! { async fn ui_locales_chooses_the_language_of_every_page_until_the_person_does(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize("&ui_locales=fr%20en-GB%20vi")).await;
    assert!(page.text.contains("<html lang=\"en\""), "{}", page.text);
    let wrong = browser.submit(&t, &page, "3100000007", "not-the-password").await;
    assert!(wrong.text.contains("<html lang=\"en\"") && wrong.status == 422, "{}", wrong.text);
    let switched = browser.get(&t, &format!("/sign-in?flow={}&lang=vi", wrong.field("flow"))).await;
    assert!(switched.text.contains("<html lang=\"vi\""));
    let wrong = browser.submit(&t, &switched, "3100000007", "not-the-password").await;
    assert!(wrong.text.contains("<html lang=\"vi\""), "the person's own choice stays");
    let plain = browser.get(&t, &app.authorize("")).await;
    assert!(plain.text.contains("<html lang=\"vi\""));
} }

both! { async fn a_subject_asked_for_by_value_is_the_only_one_that_will_do(t: Tour) {
    let (app, mut teacher) = (RelyingParty::new(&t, "app").await, Browser::default());
    let sub = id_token(&app.tokens(&t, &mut teacher, "").await)["sub"].clone();
    let mine = wanting(&json!({ "id_token": { "sub": { "value": sub } } }));
    assert!(teacher.get(&t, &app.authorize(&format!("&prompt=none{mine}"))).await.sent("code").is_some());
    let mut pupil = Browser::default();
    pupil.sign_in_as(&t, "/sign-in", "student").await;
    t.advance(Duration::from_secs(1));
    let other = pupil.get(&t, &app.authorize(&format!("&prompt=none{mine}"))).await;
    assert_eq!(other.sent("error").as_deref(), Some("login_required"));
    let answer = pupil.sign_in_as(&t, &app.authorize(&mine), "student").await;
    assert_eq!(answer.sent("error").as_deref(), Some("login_required"));
} }

both! { async fn an_essential_strength_that_is_out_of_reach_is_refused(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let acr = |essential: bool, values: Value| {
        wanting(&json!({ "id_token": { "acr": { "essential": essential, "values": values } } }))
    };
    let refused = browser.get(&t, &app.authorize(&acr(true, json!(["urn:mfa"])))).await;
    assert_eq!(refused.sent("error").as_deref(), Some("unmet_authentication_requirements"));
    for met in [acr(true, json!(["urn:mfa", ACR_ONE_FACTOR])), acr(false, json!(["urn:mfa"]))] {
        let tokens = app.tokens(&t, &mut browser, &met).await;
        assert_eq!(id_token(&tokens)["acr"], ACR_ONE_FACTOR);
    }
} }

both! { async fn single_claims_come_from_what_the_client_may_have_and_odd_requests_harm_nothing(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let ask = wanting(&json!({
        "userinfo": { "name": { "essential": true }, "birthdate": null, "nonsense": { "value": 7, "future": [] }, "given_name": {} },
        "id_token": { "auth_time": { "essential": true }, "family_name": { "values": ["Không ai"] } },
        "future": { "x": 1 },
    }));
    let tokens = app.tokens(&t, &mut browser, &format!("&scope=openid{ask}")).await;
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    let names: Vec<&str> = me.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["given_name", "name", "sub"], "birthdate is not among the client's scopes");
    assert!(id_token(&tokens)["auth_time"].is_i64());
    assert!(id_token(&tokens)["family_name"].is_string(), "a value is a wish");
} }

both! { async fn a_request_too_large_to_travel_is_kept_and_goes_the_same_way(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let many: serde_json::Map<String, Value> = (0..150).map(|n| (format!("urn:example:claim:{n:03}"), Value::Null)).collect();
    let extra = wanting(&json!({ "userinfo": many, "id_token": { "given_name": null } }));
    let request = app.authorize(&extra);
    assert!(request.len() > 6_000);
    let query = request.split_once('?').unwrap().1;
    let form: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let posted = browser.post(&t, "/authorize", &form).await;
    assert_eq!(posted.status, 303);
    assert!(posted.header("location").len() < 200, "{}", posted.header("location"));
    for path in [posted.header("location").to_owned(), request] {
        let mut browser = browser.clone();
        let page = browser.get(&t, &path).await;
        assert!(page.text.len() < 20_000, "the page does not carry it: {} bytes", page.text.len());
        let person = t.person("teacher").clone();
        let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
        assert!(answer.header("location").starts_with(CALLBACK), "{}", answer.text);
        let tokens = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
        assert!(id_token(&tokens)["given_name"].is_string());
    }
    t.advance(Duration::from_hours(25));
    let gone = browser.get(&t, posted.header("location")).await;
    assert_eq!((gone.status, gone.header("location")), (400, ""));
    assert!(gone.text.contains("id=\"op-error\"") && gone.text.contains("hết hạn"), "{}", gone.text);
    let huge = browser.get(&t, &app.authorize(&encoded("foo", &"x".repeat(40_000)))).await;
    assert_eq!(huge.status, 400);
} }

both! { async fn errors_travel_by_form_post_too(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize("&response_mode=form_post&prompt=none")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&format!("action=\"{CALLBACK}\"")) && page.text.contains("data-submits"));
    assert_eq!((page.field("error").as_str(), page.field("state").as_str()), ("login_required", "st"));
    assert_eq!(page.field("iss"), "http://localhost:8080");
    assert!(!page.header("content-security-policy").contains("form-action"));
} }
