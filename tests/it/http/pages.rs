//! What every page tells the browser, whatever is on it.

use std::time::Duration;

use phuong::protocol::{client::Trust, registration::Registration};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

fn guarded(path: &str, page: &Answer) {
    assert!(page.header("content-type").starts_with("text/html"), "{path}: {} {}", page.status, page.text);
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    assert_eq!((page.header("referrer-policy"), page.header("x-frame-options")), ("no-referrer", "DENY"), "{path}");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && policy.contains("base-uri 'none'"),
        "{path}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http:"), "{path}: {policy}");
    assert_eq!(page.header("access-control-allow-origin"), "", "{path}");
    // Nothing that the policy would have to be loosened for, and nothing from elsewhere.
    let html = page.text.to_lowercase();
    for forbidden in [
        "<script>",
        " onclick=",
        " onload=",
        " onerror=",
        " onsubmit=",
        " style=",
        "<style",
        "javascript:",
        "src=\"http",
        "src=\"//",
        "<base",
        "http-equiv",
    ] {
        assert!(!html.contains(forbidden), "{path}: {forbidden}");
    }
    assert!(
        !html.contains("target=\"_blank\"")
            || html.contains("noopener")
            || page.header("cross-origin-opener-policy") == "same-origin",
        "{path}"
    );
}

both! { async fn r27_no_page_is_kept_framed_or_tells_others_where_it_was(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let quiz = RelyingParty::registered(&t, "quiz", |ask: Registration| Registration { trust: Trust::AsksConsent, ..ask }).await;
    for path in ["/sign-in", "/activate", "/recover", "/portal", "/account", "/account/password", "/privacy", "/terms", "/developer", "/end_session", "/nowhere", "/authorize", &app.authorize("")] {
        guarded(path, &browser.get(&t, path).await);
    }
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    t.advance(Duration::from_secs(1));
    for path in ["/portal", "/account", "/account/password", "/end_session", "/activate", &app.authorize("&prompt=login"), &app.authorize("&prompt=select_account"), &app.authorize("&response_mode=form_post"), &quiz.authorize("")] {
        guarded(path, &browser.get(&t, path).await);
    }
    for path in ["/sign-in", "/choose", "/consent", "/account/password", "/account/sessions", "/end_session/confirm", "/activate"] {
        guarded(path, &browser.post(&t, path, &[]).await);
    }
} }

both! { async fn r50_nothing_secret_stands_in_an_address_but_where_a_protocol_puts_it(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let person = t.person("teacher").clone();
    let page = browser.get(&t, &app.authorize("&prompt=consent")).await;
    let answer = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    for secret in [person.password.as_str(), &person.sector_id, browser.session().unwrap()] {
        assert!(!answer.header("location").contains(secret));
    }
    let page = browser.get(&t, "/account").await;
    assert!(!page.text.contains(browser.session().unwrap()), "a session's cookie is on no page");
    assert!(!page.text.contains(&browser.cookies["phuong-browser-8080"]), "nor the browser's");
} }
