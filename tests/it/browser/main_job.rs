//! The main job, as its people do it: one sign-in, three apps, one sign-out.

use super::fit::{fill_in, is_fit_for_everybody};
use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn a_teacher_signs_in_once_walks_through_three_apps_and_signs_out_of_all() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.goto(demo.app(0)).await;
    page.click("#login").await;
    is_fit_for_everybody(&page, "sign-in").await;
    fill_in(&page, demo.person("teacher")).await;
    page.arrives_at(demo.app(0)).await;
    let name = demo.person("teacher").2;
    assert!(page.text("main").await.contains(name));
    assert!(page.exists("#marks tbody tr").await, "the class's mark sheet");
    is_fit_for_everybody(&page, "gradebook").await;
    for (n, shot) in [(1, "lms"), (2, "e-office")] {
        page.goto(&format!("{}/login", demo.app(n))).await;
        page.arrives_at(demo.app(n)).await;
        assert!(page.text("main").await.contains(name), "no password was asked for");
        is_fit_for_everybody(&page, shot).await;
    }
    page.goto(&format!("{}/portal", demo.issuer())).await;
    is_fit_for_everybody(&page, "portal").await;
    page.goto(&format!("{}/logout", demo.app(0))).await;
    page.arrives_at(demo.app(0)).await;
    is_fit_for_everybody(&page, "signed-out-of-the-gradebook").await;
    for n in 0..3 {
        page.goto(&format!("{}/me", demo.app(n))).await;
        assert_eq!(page.status(), Some(401), "app {n}");
    }
}

#[tokio::test]
async fn a_pupil_is_refused_by_e_office_with_a_page_that_says_why() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.goto(&format!("{}/login", demo.app(2))).await;
    fill_in(&page, demo.person("student")).await;
    page.arrives_at(demo.app(2)).await;
    assert_eq!(page.status(), Some(403));
    assert!(page.text("main").await.contains("dành cho giáo viên và nhân viên"));
    is_fit_for_everybody(&page, "refused-by-e-office").await;
}

#[tokio::test]
async fn a_wrong_password_says_what_to_do_and_keeps_the_id() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.goto(&format!("{}/login", demo.app(0))).await;
    let (id, password, _) = demo.person("teacher");
    fill_in(&page, (id, "genẻate", "")).await;
    assert!(page.text("[role=alert]").await.contains("chữ tiếng Việt"));
    fill_in(&page, (id, "not-the-password", "")).await;
    assert!(page.text("[role=alert]").await.contains("Mã số hoặc mật khẩu chưa đúng"));
    assert_eq!((page.value("#username").await.as_str(), page.value("#password").await.as_str()), (id, ""));
    assert!(page.title().await.starts_with("Lỗi: "));
    is_fit_for_everybody(&page, "wrong-password").await;
    fill_in(&page, (id, password, "")).await;
    page.arrives_at(demo.app(0)).await;
}
