//! Without JavaScript, everything that everybody needs.

use super::{
    activation::{enter, newcomer},
    fit::fill_in,
};
use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn signing_in_finding_an_app_and_signing_out_work_without_javascript() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.disable_javascript().await;
    page.goto(&format!("{}/login", demo.app(0))).await;
    fill_in(&page, (demo.person("teacher").0, "not-the-password", "")).await;
    assert!(page.exists("#problem").await);
    fill_in(&page, demo.person("teacher")).await;
    page.arrives_at(demo.app(0)).await;
    page.goto(&format!("{}/portal", demo.issuer())).await;
    page.fill("#q", "van phong").await;
    page.click("form[role=search] button").await;
    assert_eq!(page.evaluate("document.querySelectorAll('.tiles li').length").await, 1);
    page.click("a[href=\"/end_session\"]").await;
    page.click("#logout-confirm").await;
    assert!(page.text("#logout-done").await.contains("Sổ điểm điện tử"), "each app with its result");
    assert!(!page.overflows_horizontally().await);
    page.goto(&format!("{}/me", demo.app(0))).await;
    assert_eq!(page.status(), Some(401));
}

#[tokio::test]
async fn activating_an_account_works_without_javascript() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.disable_javascript().await;
    let (id, code, name) = newcomer(&demo);
    page.goto(&format!("{}/login", demo.app(1))).await;
    page.click("[formaction=\"/sign-in\"]").await;
    assert_eq!(page.evaluate("document.documentElement.lang").await, "en", "in the other language");
    page.click("[formaction=\"/activate\"]").await;
    enter(&page, &id, &code).await;
    page.click("button.primary").await;
    assert!(!page.exists("button.show:not([hidden])").await, "no button that does nothing");
    page.fill("#new", "tre xanh song que").await;
    page.click("button.primary").await;
    page.click("a.primary").await;
    fill_in(&page, (&id, "tre xanh song que", "")).await;
    page.arrives_at(demo.app(1)).await;
    assert!(page.text("header").await.contains(&name));
}

#[tokio::test]
async fn correcting_a_birth_date_works_without_javascript_on_a_small_telephone() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.disable_javascript().await;
    page.set_viewport(390, 844).await;
    page.goto(&format!("{}/console/people?q={}", demo.issuer(), demo.person("student").0)).await;
    fill_in(&page, demo.person("school_admin")).await;
    page.click(".people tbody a").await;
    page.click("#correct").await;
    page.fill("#born", "31/2/2016").await;
    page.click("form[action$=\"/correct\"] button").await;
    assert!(page.text("#born-problem").await.contains("Không có ngày này"));
    assert_eq!(page.evaluate("document.getElementById('born').value").await, "31/2/2016", "nothing is lost");
    assert!(!page.overflows_horizontally().await);
    page.fill("#born", "29/2/2016").await;
    page.click("form[action$=\"/correct\"] button").await;
    assert!(page.text("[role=status]").await.contains("Đã sửa thông tin"));
    assert!(page.text("dl.facts").await.contains("29/02/2016"));
    assert!(!page.overflows_horizontally().await);
}

#[tokio::test]
async fn enrolling_a_newcomer_works_without_javascript_on_a_small_telephone() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.disable_javascript().await;
    page.set_viewport(390, 844).await;
    page.goto(&format!("{}/console/people", demo.issuer())).await;
    fill_in(&page, demo.person("school_admin")).await;
    page.click("#enrol").await;
    for (field, text) in [("#name", "Zuchinthe Xuân Quyxich"), ("#born", "31/2/2017"), ("#class", "3A")] {
        page.fill(field, text).await;
    }
    page.click("form[action=\"/console/people/new\"] button").await;
    assert!(page.text("#born-problem").await.contains("Không có ngày này"));
    assert_eq!(page.value("#class").await, "3A", "nothing is lost");
    assert!(!page.overflows_horizontally().await);
    page.fill("#born", "28/2/2017").await;
    page.click("form[action=\"/console/people/new\"] button").await;
    page.arrives_at(&format!("{}/console/imports/", demo.issuer())).await;
    assert!(page.text("h1").await.contains("nhập"));
    assert!(!page.overflows_horizontally().await);
}
