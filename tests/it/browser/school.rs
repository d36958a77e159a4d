//! The school's office in a browser: what waits, a class that is not activated, slips for those who are ticked, a suspension of
//! several at once; and the sector's, with its schools and whoever is nowhere.

use super::{
    console::{Fresh, begin},
    fit::is_fit_for_everybody,
};
use crate::support::chromium::Chromium;

#[tokio::test]
async fn the_office_finds_who_is_not_activated_and_does_one_thing_to_several() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    is_fit_for_everybody(&page, "home-sector").await;
    // Folded on a small screen, and opened without a script.
    page.set_viewport(320, 900).await;
    page.press(".sections summary").await;
    is_fit_for_everybody(&page, "sections-open").await;
    page.set_viewport(1280, 900).await;

    page.goto(&format!("{}/console/schools", fresh.issuer)).await;
    is_fit_for_everybody(&page, "schools").await;
    page.click(".people tbody a").await;
    is_fit_for_everybody(&page, "school").await;
    page.fill("#networks", "0.0.0.0/0").await;
    page.click("form[action$=\"/networks\"] button").await;
    assert!(page.text(".notice.error").await.contains("Chưa lưu"));
    assert!(page.text("#networks-problem").await.contains("0.0.0.0/0"));
    is_fit_for_everybody(&page, "school-networks-wrong").await;
    page.fill("#networks", "203.0.113.0/28").await;
    page.click("form[action$=\"/networks\"] button").await;
    assert!(page.text("[role=status]").await.contains("Đã lưu"));
    page.click("a[href*=\"kind=pupil\"]").await;
    is_fit_for_everybody(&page, "people-of-a-school").await;

    page.press("#row-0").await;
    page.press("#row-1").await;
    page.click("fieldset.bulk button").await;
    is_fit_for_everybody(&page, "bulk-print").await;
    assert!(page.text("h2").await.contains("In phiếu cho 2 người"));
    page.click("p.up a").await;
    page.press("#row-0").await;
    page.evaluate("document.querySelector('#deed').value = 'suspend'").await;
    page.click("fieldset.bulk button").await;
    page.fill("#reason", "Kỷ luật").await;
    is_fit_for_everybody(&page, "bulk-suspend").await;
    page.click("button.danger").await;
    // Nobody of them has activated: there is nothing to suspend, and it says so.
    assert!(page.text("main").await.contains("1 người bị bỏ ra"), "{}", page.text("main").await);
    is_fit_for_everybody(&page, "bulk-refused").await;

    page.goto(&format!("{}/console/dormant", fresh.issuer)).await;
    is_fit_for_everybody(&page, "dormant-none").await;
}

#[tokio::test]
async fn a_school_is_opened_and_closed() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    page.goto(&format!("{}/console/schools", fresh.issuer)).await;
    page.click("a[href=\"/console/schools/new\"]").await;
    is_fit_for_everybody(&page, "school-new").await;
    page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)").await;
    page.click("button.primary").await;
    assert_eq!(page.evaluate("document.querySelectorAll('.field-error').length").await, 3, "all mistakes at once");
    is_fit_for_everybody(&page, "school-new-wrong").await;
    for (field, text) in [("#code", "31309999"), ("#name", "Trường THPT Hoa Phượng Đỏ")] {
        page.fill(field, text).await;
    }
    page.evaluate("document.querySelector('#level-thpt').checked = true").await;
    page.click("button.primary").await;
    assert!(page.text("[role=status]").await.contains("Đã mở trường"), "{}", page.text("main").await);
    is_fit_for_everybody(&page, "school-opened").await;
    page.click("a[href$=\"/close\"]").await;
    is_fit_for_everybody(&page, "school-close").await;
    page.fill("#typed", "31309999").await;
    page.click("button.danger").await;
    assert!(page.text("[role=status]").await.contains("Đã đóng trường"), "{}", page.text("main").await);
    page.goto(&format!("{}/console/schools", fresh.issuer)).await;
    page.click(".people tbody a").await;
    page.click("a[href$=\"/close\"]").await;
    is_fit_for_everybody(&page, "school-close-first").await;
}
