//! Signing out of an app that can only be told in the browser.

use super::{
    app::{App, NAME},
    fit::is_fit_for_everybody,
};
use crate::support::{
    chromium::{Chromium, Page},
    demo::Demo,
};

/// Asks the provider to sign out and come back to the app.
async fn sign_out(page: &Page, app: &App) {
    page.goto(&app.end_session()).await;
    page.click("#logout-confirm").await;
}

#[tokio::test]
async fn an_app_that_is_told_in_the_browser_has_its_page_loaded_before_the_browser_goes_on() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let app = App::signed_in(&demo, &page).await;
    sign_out(&page, &app).await;
    page.arrives_at(&app.back()).await;
    let loaded = app.loaded();
    assert!(loaded.len() == 1 && loaded[0].contains("x=1&iss=http") && loaded[0].contains("&sid="), "{loaded:?}");
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn without_javascript_the_page_is_loaded_as_well_and_a_link_leads_on() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let app = App::signed_in(&demo, &page).await;
    page.disable_javascript().await;
    sign_out(&page, &app).await;
    assert!(page.text("#logout-done").await.contains(NAME));
    assert_eq!(app.loaded().len(), 1);
    page.click("[data-onward]").await;
    page.arrives_at(&app.back()).await;
}

#[tokio::test]
async fn whoever_goes_nowhere_reads_what_is_not_certain() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    App::signed_in(&demo, &page).await;
    page.goto(&format!("{}/end_session", demo.issuer())).await;
    page.click("#logout-confirm").await;
    let said = page.text("#logout-done").await;
    assert!(said.contains("Đã báo qua trình duyệt") && said.contains("Hãy đóng trình duyệt"), "{said}");
    is_fit_for_everybody(&page, "signed-out-in-the-browser").await;
}
