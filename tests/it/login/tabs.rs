//! Back buttons, second tabs, reloads, bookmarks and impatient clicks: all of them safe.

use std::time::Duration;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::Tour,
};

both! { async fn two_tabs_sign_in_side_by_side(t: Tour) {
    let (one, two, mut browser) = (RelyingParty::new(&t, "one").await, RelyingParty::new(&t, "two").await, Browser::default());
    let first = browser.get(&t, &one.authorize("")).await;
    let second = browser.get(&t, &two.authorize("")).await;
    let person = t.person("teacher").clone();
    for (page, app) in [(second, &two), (first, &one)] {
        let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
        assert_eq!(app.redeem(&t, &answer.sent("code").unwrap()).await.status, 200);
    }
} }

both! { async fn a_form_sent_twice_signs_in_once(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize("")).await;
    let person = t.person("teacher").clone();
    // The second click goes out before the first answer has come.
    let mut impatient = browser.clone();
    let first = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    let second = impatient.submit(&t, &page, &person.sector_id, &person.password).await;
    assert_eq!(app.redeem(&t, &second.sent("code").unwrap()).await.status, 200, "the one the browser goes on with");
    assert_eq!(app.redeem(&t, &first.sent("code").unwrap()).await.status, 200);
    let account = impatient.get(&t, "/account").await;
    assert!(!account.text.contains("name=\"session\""), "one session, not two: {}", account.text);
    assert!(browser.get(&t, "/account").await.text.contains("name=\"password\""), "and the first cookie is not good any more");
} }

both! { async fn going_back_to_the_sign_in_page_goes_on_to_the_app(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let path = app.authorize("");
    let page = browser.get(&t, &path).await;
    assert_eq!(page.header("cache-control"), "no-store", "so that the browser asks again");
    let person = t.person("teacher").clone();
    browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert!(browser.get(&t, &path).await.sent("code").is_some(), "back, and forward again");
    let resent = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert!(resent.sent("code").is_some(), "a reload sends the form again");
} }

both! { async fn prompt_login_twice_in_one_flow_is_met_by_one_sign_in(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    t.advance(Duration::from_secs(5));
    let page = browser.get(&t, &app.authorize("&prompt=login")).await;
    let again = browser.get(&t, &format!("/sign-in?flow={}", page.field("flow"))).await;
    let person = t.person("teacher").clone();
    let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert!(answer.sent("code").is_some());
    let reloaded = browser.get(&t, &format!("/sign-in?flow={}", again.field("flow"))).await;
    assert!(reloaded.sent("code").is_some(), "the flow's sign-in was given: {}", reloaded.text);
} }

both! { async fn a_bookmarked_sign_in_page_begins_anew_wherever_it_is_opened(t: Tour) {
    let (app, mut browser, mut elsewhere) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let flow = browser.get(&t, &app.authorize("&prompt=login")).await.field("flow");
    let person = t.person("teacher").clone();
    let page = elsewhere.get(&t, &format!("/sign-in?flow={flow}")).await;
    let answer = elsewhere.submit(&t, &page, &person.sector_id, &person.password).await;
    assert!(answer.header("location").starts_with(CALLBACK), "{}", answer.text);
    t.advance(Duration::from_hours(25));
    let late = browser.get(&t, &format!("/sign-in?flow={flow}")).await;
    let answer = browser.submit(&t, &late, &person.sector_id, &person.password).await;
    assert!(answer.header("location").starts_with(CALLBACK), "{}", answer.text);
    let broken = browser.get(&t, "/sign-in?flow=AAAA").await;
    assert_eq!((broken.status, broken.header("location")), (303, "/portal"), "signed in already");
} }

both! { async fn a_page_of_ours_is_what_one_comes_back_to(t: Tour) {
    let mut browser = Browser::default();
    let answer = browser.sign_in_as(&t, "/account?saved=1&lang=en", "teacher").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/account?saved=1"));
    let answer = browser.get(&t, "/sign-in").await;
    assert_eq!(answer.header("location"), "/portal");
} }

both! { async fn an_old_form_of_a_flow_leads_back_into_the_flow(t: Tour) {
    let (app, mut browser, mut elsewhere) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let page = elsewhere.get(&t, &app.authorize("")).await;
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let form = [("csrf", csrf.as_str()), ("flow", flow.as_str()), ("answer", "continue")];
    let refused = browser.post(&t, "/choose", &form).await;
    assert_eq!(refused.status, 403);
    let at = refused.text.find("/sign-in?flow=").expect("a way on");
    let on = refused.text[at..].split('"').next().unwrap().to_owned();
    assert!(browser.sign_in_as(&t, &on, "teacher").await.sent("code").is_some());
    assert!(refused.text.contains("https://app.example/\""), "and one back to the app");
} }
