//! A password that must be changed opens nothing before it was.

use phuong::store::{Tx, accounts};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

/// The next sign-in of this person must choose a new password.
async fn force(t: &Tour, role: &str) {
    let turn = (t.person(role).sector_id.clone(), t.clock.now());
    let write = t.sv.store.write(turn, async |tx: &mut Tx, (name, now)| {
        let row = accounts::by_name(tx, name).await?.unwrap();
        accounts::set_password(tx, row.account_id, &row.phc.unwrap(), true, *now).await
    });
    write.await.unwrap();
}

async fn change(t: &Tour, browser: &mut Browser, page: &Answer, current: &str, new: &str) -> Answer {
    let (csrf, flow, once) = (page.field("csrf"), page.field("flow"), page.field("once"));
    let form = [("csrf", csrf.as_str()), ("flow", &flow), ("once", &once), ("current", current), ("new", new)];
    browser.post(t, "/account/password", &form).await
}

both! { async fn r33_a_password_that_must_be_changed_opens_no_app_and_no_page(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    force(&t, "teacher").await;
    let sent = browser.sign_in_as(&t, &app.authorize(""), "teacher").await;
    assert!(sent.header("location").starts_with("/account/password?flow="), "{} {}", sent.status, sent.header("location"));
    assert!(browser.session().is_some());
    for path in [app.authorize(""), "/portal".to_owned(), "/account".to_owned()] {
        let sent = browser.get(&t, &path).await;
        assert!(sent.header("location").starts_with("/account/password?flow="), "{path}: {}", sent.text);
    }
    let none = browser.get(&t, &app.authorize("&prompt=none")).await;
    assert_eq!(none.sent("error").as_deref(), Some("interaction_required"));
    let page = browser.get(&t, sent.header("location")).await;
    assert!(page.text.contains("Hãy đặt mật khẩu mới trước khi tiếp tục"), "{}", page.text);
    let person = t.person("teacher").clone();
    assert_eq!(change(&t, &mut browser, &page, &person.password, &person.password).await.status, 422, "the same one");
    let done = change(&t, &mut browser, &page, &person.password, "hoa no mua he").await;
    let on = browser.get(&t, done.header("location")).await;
    assert!(on.sent("code").is_some(), "the app's flow goes on: {}", on.text);
    assert_eq!(browser.get(&t, "/portal").await.status, 200);
} }

both! { async fn a_change_sent_twice_is_made_once_and_both_are_told_so(t: Tour) {
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = browser.get(&t, "/account/password").await;
    let person = t.person("teacher").clone();
    for _ in 0..2 {
        let done = change(&t, &mut browser, &page, &person.password, "hoa no mua he").await;
        assert_eq!((done.status, done.header("location")), (303, "/account?saved=1"));
    }
    let page = browser.get(&t, "/account/password").await;
    assert_eq!(change(&t, &mut browser, &page, &person.password, "hoa no mua thu").await.status, 422, "another form");
} }

both! { async fn vietnamese_letters_in_a_new_password_are_asked_about_once(t: Tour) {
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = browser.get(&t, "/account/password").await;
    let person = t.person("teacher").clone();
    let asked = change(&t, &mut browser, &page, &person.password, "hoa nở mùa hè").await;
    assert_eq!(asked.status, 422);
    assert!(asked.text.contains("chữ tiếng Việt có dấu") && !asked.text.contains("hoa nở"), "{}", asked.text);
    let (csrf, once, accents) = (asked.field("csrf"), asked.field("once"), asked.field("accents"));
    let form = [("csrf", csrf.as_str()), ("once", &once), ("accents", &accents), ("current", &person.password), ("new", "hoa nở mùa hè")];
    assert_eq!(browser.post(&t, "/account/password", &form).await.status, 303);
    // The same letters, written by another keyboard as base letters and marks.
    let decomposed = "hoa no\u{31b}\u{309} mu\u{300}a he\u{300}";
    let answer = Browser::default().sign_in(&t, "/sign-in", &person.sector_id, decomposed).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
} }

both! { async fn r34_a_change_ends_what_apps_were_given_elsewhere_and_keeps_what_they_have_here(t: Tour) {
    let (app, mut here, mut there) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let kept = app.tokens(&t, &mut here, "&scope=openid%20offline_access").await;
    let lost = app.tokens(&t, &mut there, "&scope=openid%20offline_access").await;
    let page = here.get(&t, "/account/password").await;
    let person = t.person("teacher").clone();
    assert_eq!(change(&t, &mut here, &page, &person.password, "hoa no mua he").await.status, 303);
    assert_eq!(app.refresh(&t, lost["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(app.refresh(&t, kept["refresh_token"].as_str().unwrap()).await.status, 200);
} }
