//! The department's own pages in a browser: who administers what, the audit trail, background work.

use super::{
    console::{Fresh, begin},
    fit::is_fit_for_everybody,
};
use crate::support::chromium::Chromium;

#[tokio::test]
async fn a_role_is_given_and_taken() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    page.goto(&format!("{}/console/roles", fresh.issuer)).await;
    is_fit_for_everybody(&page, "roles").await;
    page.click("a[href=\"/console/roles/new\"]").await;
    is_fit_for_everybody(&page, "role-new").await;
    page.fill("#sector_id", "3199999999").await;
    page.evaluate("document.querySelector('#role-auditor').checked = true").await;
    page.click("form[method=get] button.primary").await;
    is_fit_for_everybody(&page, "role-new-wrong").await;
    page.fill("#sector_id", &fresh.member_of_staff()).await;
    page.click("form[method=get] button.primary").await;
    is_fit_for_everybody(&page, "role-new-review").await;
    page.click("form[method=post] button").await;
    assert!(page.text("[role=status]").await.contains("Đã trao quyền"), "{}", page.text("main").await);
    page.evaluate("document.querySelector('details').open = true").await;
    is_fit_for_everybody(&page, "roles-given").await;
    page.click(".people tbody tr:last-child a").await;
    is_fit_for_everybody(&page, "role").await;
    page.click("form[action$=\"/take\"] button").await;
    assert!(page.text("[role=status]").await.contains("Đã thu quyền"), "{}", page.text("main").await);
}

#[tokio::test]
async fn the_trail_is_asked_in_words_and_by_a_form() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    page.goto(&format!("{}/console/audit", fresh.issuer)).await;
    is_fit_for_everybody(&page, "audit").await;
    page.evaluate("document.querySelector('main details').open = true").await;
    is_fit_for_everybody(&page, "audit-form").await;
    page.evaluate("document.querySelector('#action').value = 'session.began'").await;
    page.click(".filters button").await;
    page.evaluate("document.querySelector('main details').open = true").await;
    is_fit_for_everybody(&page, "audit-found").await;
    page.fill("#q", "colour:red").await;
    page.click(".with-button button").await;
    is_fit_for_everybody(&page, "audit-strange").await;
    page.goto(&format!("{}/console/audit?q=action:administrator.first", fresh.issuer)).await;
    page.click(".people tbody a").await;
    is_fit_for_everybody(&page, "audit-event").await;
    page.goto(&format!("{}/console/audit/failure", fresh.issuer)).await;
    is_fit_for_everybody(&page, "failure").await;
    page.fill("#code", "BCFG HJKL").await;
    page.click(".with-button button").await;
    is_fit_for_everybody(&page, "failure-none").await;
}

#[tokio::test]
async fn background_work_is_shown() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    page.goto(&format!("{}/console/jobs", fresh.issuer)).await;
    is_fit_for_everybody(&page, "jobs").await;
}
