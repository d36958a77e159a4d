//! What an app is told and whether it may be, and signing out of one that does not answer.

use super::{
    app::{App, NAME},
    fit::{fill_in, is_fit_for_everybody},
};
use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn whoever_is_asked_sees_the_values_and_may_say_no_or_yes() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let app = App::beside(&demo, &page).await;
    page.goto(&app.authorize(&[("prompt", "consent")])).await;
    assert!(page.text("h1").await.contains(NAME));
    let teacher = demo.person("teacher");
    fill_in(&page, teacher).await;
    assert!(page.text("main").await.contains(teacher.2), "the values themselves, not names of scopes");
    is_fit_for_everybody(&page, "consent").await;
    page.click("#consent-deny").await;
    page.arrives_at(&app.back()).await;
    assert!(page.text("#back").await.contains("error=access_denied"));
    page.goto(&app.authorize(&[("prompt", "consent")])).await;
    page.click("#consent-allow").await;
    page.arrives_at(&app.back()).await;
    assert!(page.text("#back").await.contains("code="));
    page.goto(&format!("{}/account", demo.issuer())).await;
    assert!(page.text("[aria-labelledby=apps]").await.contains(NAME), "and it can be looked up later");
    is_fit_for_everybody(&page, "account-with-apps").await;
}

#[tokio::test]
async fn an_app_that_does_not_answer_is_named_when_one_signs_out() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let app = App::beside(&demo, &page).await;
    page.goto(&format!("{}/login", demo.app(0))).await;
    fill_in(&page, demo.person("teacher")).await;
    page.arrives_at(demo.app(0)).await;
    page.goto(&app.authorize(&[])).await;
    page.arrives_at(&app.back()).await;
    page.goto(&format!("{}/portal", demo.issuer())).await;
    page.click("a[href=\"/end_session\"]").await;
    is_fit_for_everybody(&page, "sign-out").await;
    page.click("#logout-confirm").await;
    let said = page.text("#logout-done").await;
    assert!(said.contains("Hãy đóng trình duyệt") && !said.contains("sẵn sàng cho bạn tiếp theo"), "{said}");
    let line = async |name: &str| {
        let lines = page.evaluate("[...document.querySelectorAll('.rows li')].map(e => e.innerText)").await;
        let lines: Vec<String> = serde_json::from_value(lines).unwrap();
        lines.into_iter().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name} in {said}"))
    };
    assert!(line(NAME).await.contains("Có thể còn mở"));
    assert!(line("Sổ điểm điện tử").await.contains("Đã đăng xuất"));
    is_fit_for_everybody(&page, "signed-out-but-one").await;
    page.goto(&format!("{}/me", demo.app(0))).await;
    assert_eq!(page.status(), Some(401));
}
