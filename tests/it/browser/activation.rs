//! P3 and P5: from a code on paper to being signed in.

use super::fit::{fill_in, is_fit_for_everybody};
use crate::{
    cli::program::run,
    support::{
        chromium::{Chromium, Page},
        demo::Demo,
    },
};

/// Somebody who has not been here yet: sector ID, a fresh code, and the name.
pub(super) fn newcomer(demo: &Demo) -> (String, String, String) {
    let found = run(demo.folder(), &["user", "find", "--state", "pending", "--limit", "1", "--json"], &[]).json();
    let person = &found[0];
    let text = |name: &str| person[name].as_str().unwrap_or_else(|| panic!("{found}")).to_owned();
    let issued = run(demo.folder(), &["user", "code", &text("sector_id"), "--json"], &[]).json();
    (text("sector_id"), issued["code"].as_str().unwrap_or_else(|| panic!("{issued}")).to_owned(), text("name"))
}

pub(super) async fn enter(page: &Page, id: &str, code: &str) {
    page.fill("#username", id).await;
    page.fill("#code", code).await;
    page.click("#go-on").await;
}

#[tokio::test]
async fn a_code_on_paper_leads_to_the_app_that_one_came_from() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let (id, code, name) = newcomer(&demo);
    page.goto(&format!("{}/login", demo.app(1))).await;
    page.click("[formaction=\"/activate\"]").await;
    is_fit_for_everybody(&page, "activate").await;
    enter(&page, &id, &code[..code.len() - 1]).await;
    assert!(page.text("#problem").await.contains("Đã nhập 12 chữ"));
    assert_eq!(page.value("#code").await, code[..code.len() - 1], "to be mended, not typed again");
    is_fit_for_everybody(&page, "activate-length").await;
    enter(&page, &id, &code.to_lowercase()).await;
    assert!(page.text(".identity").await.contains(&name));
    is_fit_for_everybody(&page, "activate-confirm").await;
    page.click("button.primary").await;
    page.fill("#new", "12345678").await;
    page.click("button.primary").await;
    assert!(page.title().await.starts_with("Lỗi: "));
    is_fit_for_everybody(&page, "activate-weak").await;
    page.fill("#new", "tre xanh song que").await;
    page.click("button.primary").await;
    assert!(page.text("main").await.contains(&name));
    is_fit_for_everybody(&page, "activate-done").await;
    page.click("a.primary").await;
    fill_in(&page, (&id, "tre xanh song que", "")).await;
    page.arrives_at(demo.app(1)).await;
    assert!(page.text("header").await.contains(&name));
}

#[tokio::test]
async fn an_activation_that_was_left_midway_is_resumed_in_another_tab() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let (id, code, name) = newcomer(&demo);
    let address = format!("{}/activate", demo.issuer());
    page.goto(&address).await;
    enter(&page, &id, &code).await;
    page.click("button.primary").await;
    // The tab is closed by mistake: the code is still good, since nothing was set.
    let other = page.tab().await;
    other.goto(&address).await;
    enter(&other, &id, &code).await;
    assert!(other.text(".identity").await.contains(&name));
    other.click("button.primary").await;
    other.fill("#new", "tre xanh song que").await;
    other.click("button.primary").await;
    assert!(other.text("main").await.contains(&name));
    // The first tab turns up again: it sets no second password, and says so.
    page.fill("#new", "hoa no mua he 26").await;
    page.click("button.primary").await;
    assert!(page.text("main").await.contains("mật khẩu của lần trước mới đúng"), "{}", page.text("main").await);
    is_fit_for_everybody(&page, "activate-done-before").await;
    page.click("a.primary").await;
    fill_in(&page, (&id, "hoa no mua he 26", "")).await;
    assert!(page.exists("#problem").await);
    fill_in(&page, (&id, "tre xanh song que", "")).await;
    page.arrives_at(&format!("{}/portal", demo.issuer())).await;
}

#[tokio::test]
async fn who_forgot_the_password_is_told_whom_to_ask_and_comes_back_to_the_app() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let student = demo.person("student");
    page.goto(&format!("{}/login", demo.app(0))).await;
    page.click("[formaction=\"/recover\"]").await;
    is_fit_for_everybody(&page, "recover").await;
    let issued = run(demo.folder(), &["user", "code", student.0, "--json"], &[]).json();
    let code = issued["code"].as_str().unwrap_or_else(|| panic!("{issued}"));
    assert_eq!(code.len(), 6, "six digits to read aloud");
    page.click("a.primary").await;
    enter(&page, student.0, code).await;
    page.click("button.primary").await;
    page.fill("#new", "tre xanh song que").await;
    page.click("button.primary").await;
    page.click("a.primary").await;
    fill_in(&page, (student.0, "tre xanh song que", "")).await;
    page.arrives_at(demo.app(0)).await;
}
