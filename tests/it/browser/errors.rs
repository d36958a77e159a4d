//! P24, and being slowed down: what happened, what to do, and a way on.

use super::fit::{fill_in, is_fit_for_everybody};
use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn an_error_page_has_a_way_on() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let ask = |client: &str, back: &str| {
        format!("{}/authorize?response_type=code&client_id={client}&redirect_uri={back}", demo.issuer())
    };
    for (name, address, status) in [
        ("error-client", ask("nobody", "https://app.example/back"), 400),
        ("error-redirect", ask("gradebook", "https://app.example/back"), 400),
        ("error-nowhere", format!("{}/nowhere", demo.issuer()), 404),
    ] {
        page.goto(&address).await;
        assert_eq!(page.status(), Some(status), "{name}");
        assert!(page.title().await.starts_with("Lỗi: ") && page.exists("#op-error[data-code]").await);
        assert_eq!(page.text(".support .code").await.len(), 8, "a code to read over the telephone");
        assert!(page.exists("a[href=\"/end_session\"]").await, "and a way out");
        is_fit_for_everybody(&page, name).await;
    }
    page.click("#op-error a.primary").await;
    assert!(page.exists("#login-submit").await);
    page.goto(&ask("gradebook", "https://app.example/back")).await;
    page.click("#op-error a.primary").await;
    page.arrives_at(demo.app(0)).await;
}

#[tokio::test]
async fn a_sign_in_page_whose_browser_forgot_everything_begins_anew() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.goto(&format!("{}/login", demo.app(0))).await;
    page.clear_cookies().await;
    fill_in(&page, demo.person("teacher")).await;
    assert_eq!(page.status(), Some(403));
    is_fit_for_everybody(&page, "error-old-page").await;
    page.click("#op-error a.primary").await;
    page.click("#login").await;
    fill_in(&page, demo.person("teacher")).await;
    page.arrives_at(demo.app(0)).await;
    assert!(page.text("header").await.contains(demo.person("teacher").2));
}

#[tokio::test]
async fn who_mistypes_again_and_again_sees_how_long_to_wait() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let (id, ..) = demo.person("staff");
    page.goto(&format!("{}/sign-in", demo.issuer())).await;
    let mut tries = 0;
    while !page.exists(".countdown").await {
        tries += 1;
        assert!(tries < 40, "nobody slows this down");
        fill_in(&page, (id, &format!("wrong-{tries}"), "")).await;
        assert!(page.text("#problem").await.contains("hỏi thầy cô hoặc nhà trường") || page.exists(".countdown").await);
    }
    assert_eq!(page.status(), Some(429));
    assert_eq!(page.evaluate("document.querySelector('#login-submit').disabled").await, true);
    assert_eq!(page.value("#username").await, id);
    is_fit_for_everybody(&page, "slowed-down").await;
}
