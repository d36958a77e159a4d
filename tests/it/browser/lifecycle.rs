//! What happens to pupils through the years, as an administrator of the sector does it in a browser.

use super::{
    console::{Fresh, begin},
    fit::is_fit_for_everybody,
};
use crate::support::chromium::Chromium;

/// The column of a file by a word of its heading.
fn column(rows: &[Vec<String>], word: &str) -> usize {
    rows[0].iter().position(|cell| cell.contains(word)).unwrap_or_else(|| panic!("no {word} in {:?}", rows[0]))
}

#[tokio::test]
async fn a_pupil_is_asked_for_and_let_go_and_a_school_drafts_its_next_year() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    page.click("nav .across a[href=\"/console/transfers\"]").await;
    is_fit_for_everybody(&page, "transfers-none").await;
    page.click(".empty a").await;
    is_fit_for_everybody(&page, "transfer-new").await;
    page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)").await;
    page.click("button.primary").await;
    assert_eq!(page.evaluate("document.querySelectorAll('.field-error').length").await, 3, "all mistakes at once");
    is_fit_for_everybody(&page, "transfer-new-wrong").await;

    let rows = fresh.pupils();
    let (school, id, born) = (column(&rows, "Mã trường"), column(&rows, "Mã định danh"), column(&rows, "Ngày sinh"));
    let pupil = rows[1..].iter().find(|row| !row[id].is_empty() && !row[born].is_empty()).unwrap();
    let other = rows[1..].iter().find(|row| row[school] != pupil[school]).unwrap()[school].clone();
    for (field, text) in [("#school", other.as_str()), ("#sector_id", &pupil[id]), ("#born", &pupil[born])] {
        page.fill(field, text).await;
    }
    page.click("button.primary").await;
    assert!(page.text("[role=status]").await.contains("Đã gửi đề nghị"), "{}", page.text("main").await);
    is_fit_for_everybody(&page, "transfers").await;
    page.click(".people tbody a").await;
    is_fit_for_everybody(&page, "transfer").await;
    page.click("form[action$=\"/approve\"] button").await;
    assert!(page.text("main").await.contains("Đã chuyển"));
    is_fit_for_everybody(&page, "transfer-approved").await;

    page.click("nav .across a[href=\"/console/rollover\"]").await;
    is_fit_for_everybody(&page, "rollovers-none").await;
    page.fill("#school", &pupil[school]).await;
    page.click("form[role=search] button").await;
    is_fit_for_everybody(&page, "rollover-none").await;
    page.click("form[action$=\"/draft\"] button").await;
    is_fit_for_everybody(&page, "rollover-draft").await;
    page.click(".people tbody a").await;
    is_fit_for_everybody(&page, "rollover-class").await;
    page.evaluate("document.querySelector('#to-1').value = 'repeats'").await;
    page.click("form[action$=\"/save\"] button").await;
    assert_eq!(page.evaluate("document.querySelector('#to-1').value").await, "repeats");
    is_fit_for_everybody(&page, "rollover-class-saved").await;
    page.fill("#next", "!").await;
    page.click("form[action$=\"/save\"] button").await;
    is_fit_for_everybody(&page, "rollover-bad-name").await;
    page.click(".up a").await;
    page.fill("#on", "mai").await;
    page.click("form[action$=\"/schedule\"] button").await;
    is_fit_for_everybody(&page, "rollover-bad-day").await;
    page.fill("#on", "01/08/2090").await;
    page.click("form[action$=\"/schedule\"] button").await;
    assert!(page.text("main").await.contains("Đã hẹn ngày"));
    is_fit_for_everybody(&page, "rollover-scheduled").await;
}
