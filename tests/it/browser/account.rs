//! The pages of somebody who is signed in: portal, account, password, and who else uses this device.

use phuong::{
    app::open_store,
    base::clock::Clock,
    config::{Config, Sources},
    store::{Tx, accounts},
};

use super::fit::{fill_in, is_fit_for_everybody};
use crate::support::{
    chromium::{Chromium, Page},
    demo::Demo,
};

const NEW: &str = "tre xanh song que";

async fn signed_in(chromium: &Chromium, demo: &Demo, role: &str) -> Page {
    let page = chromium.page().await;
    page.goto(&format!("{}/portal", demo.issuer())).await;
    fill_in(&page, demo.person(role)).await;
    page.arrives_at(&format!("{}/portal", demo.issuer())).await;
    page
}

async fn change(page: &Page, current: &str, new: &str) {
    page.fill("#current", current).await;
    page.fill("#new", new).await;
    page.click("#save").await;
}

/// The next sign-in must choose a new password.
async fn force(demo: &Demo, sector_id: &str) {
    let sources = Sources { file: demo.folder().join("phuong.toml"), file_required: true, ..Sources::default() };
    let store = open_store(&Config::read(&sources).unwrap()).await.unwrap();
    let turn = (sector_id.to_owned(), Clock::system().now());
    let written = store.write(turn, async |tx: &mut Tx, (name, now)| {
        let row = accounts::by_name(tx, name).await?.unwrap();
        accounts::set_password(tx, row.account_id, &row.phc.unwrap(), true, *now).await
    });
    written.await.unwrap();
}

#[tokio::test]
async fn the_portal_is_searched_by_typing_without_accents() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = signed_in(&chromium, &demo, "teacher").await;
    let shown = async || page.evaluate("document.querySelectorAll('.tiles li:not([hidden])').length").await;
    assert_eq!(shown().await, 3);
    page.fill("#q", "so diem").await;
    assert_eq!(shown().await, 1);
    page.fill("#q", "khong co").await;
    assert_eq!(shown().await, 0);
    assert!(page.text("#no-match").await.contains("Không có ứng dụng nào khớp"));
    page.click("#no-match a").await;
    page.click("[data-client-id=gradebook]").await;
    page.arrives_at(demo.app(0)).await;
    assert!(page.text("header").await.contains(demo.person("teacher").2), "no password was asked for");
}

#[tokio::test]
async fn a_forgotten_sign_in_elsewhere_is_ended_from_here() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let (here, lab) = (signed_in(&chromium, &demo, "student").await, signed_in(&chromium, &demo, "student").await);
    here.goto(&format!("{}/account", demo.issuer())).await;
    let open = async || here.evaluate("document.querySelectorAll('#sessions + .rows > li').length").await;
    assert_eq!(open().await, 2);
    is_fit_for_everybody(&here, "account-pupil").await;
    here.click("form[action=\"/account/sessions\"] button").await;
    assert_eq!(open().await, 1);
    lab.goto(&format!("{}/portal", demo.issuer())).await;
    assert!(lab.exists("#login-submit").await, "signed out there");
    here.goto(&format!("{}/account/not-me", demo.issuer())).await;
    is_fit_for_everybody(&here, "not-me").await;
    here.click("#not-me").await;
    is_fit_for_everybody(&here, "not-me-done").await;
    here.goto(&format!("{}/portal", demo.issuer())).await;
    fill_in(&here, demo.person("student")).await;
    assert!(here.exists("#problem").await, "the old password is good no more");
}

#[tokio::test]
async fn a_password_is_changed_and_other_devices_are_signed_out() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let (page, other) = (signed_in(&chromium, &demo, "staff").await, signed_in(&chromium, &demo, "staff").await);
    let (id, old, _) = demo.person("staff");
    page.goto(&format!("{}/account", demo.issuer())).await;
    page.click("a[href=\"/account/password\"]").await;
    is_fit_for_everybody(&page, "password").await;
    change(&page, "not-the-password", NEW).await;
    assert!(page.text("[role=alert]").await.contains("Mật khẩu hiện tại chưa đúng"));
    is_fit_for_everybody(&page, "password-wrong").await;
    change(&page, old, "12345678").await;
    assert!(page.text("[role=alert]").await.contains("dễ đoán"));
    change(&page, old, NEW).await;
    assert!(page.text("[role=status]").await.contains("Đã đổi mật khẩu"));
    is_fit_for_everybody(&page, "password-saved").await;
    other.goto(&format!("{}/portal", demo.issuer())).await;
    fill_in(&other, (id, old, "")).await;
    assert!(other.exists("#problem").await);
    fill_in(&other, (id, NEW, "")).await;
    other.arrives_at(&format!("{}/portal", demo.issuer())).await;
}

#[tokio::test]
async fn a_password_that_must_be_changed_is_changed_before_anything_else() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let (id, old, name) = demo.person("teacher");
    force(&demo, id).await;
    page.goto(&format!("{}/login", demo.app(0))).await;
    fill_in(&page, (id, old, name)).await;
    assert!(page.text("main").await.contains("Hãy đặt mật khẩu mới trước khi tiếp tục"));
    is_fit_for_everybody(&page, "password-forced").await;
    let tab = page.tab().await;
    tab.goto(&format!("{}/portal", demo.issuer())).await;
    assert!(tab.text("main").await.contains("Hãy đặt mật khẩu mới trước khi tiếp tục"), "no way around it");
    change(&page, old, NEW).await;
    page.arrives_at(demo.app(0)).await;
    assert!(page.text("header").await.contains(name), "on to where one wanted to go");
}

/// Says that the device is one's own, where it was not said before.
async fn own(page: &Page) {
    if page.evaluate("document.querySelector('#own_device').checked").await == false {
        page.press("#own_device").await;
    }
}

#[tokio::test]
async fn two_people_of_one_device_change_places_without_a_password() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let portal = format!("{}/portal", demo.issuer());
    page.goto(&portal).await;
    own(&page).await;
    fill_in(&page, demo.person("teacher")).await;
    page.goto(&format!("{}/choose", demo.issuer())).await;
    page.click("button[value=another]").await;
    own(&page).await;
    fill_in(&page, demo.person("student")).await;
    page.arrives_at(&portal).await;
    assert!(page.text("h1").await.contains(demo.person("student").2));
    page.goto(&format!("{}/choose", demo.issuer())).await;
    let names = page.text(".accounts").await;
    assert!(names.contains(demo.person("teacher").2) && names.contains(demo.person("student").2), "{names}");
    is_fit_for_everybody(&page, "choose-among").await;
    page.click(".accounts li:nth-child(2) button").await;
    page.arrives_at(&portal).await;
    assert!(page.text("h1").await.contains(demo.person("teacher").2), "without a password");
    page.goto(&format!("{}/choose", demo.issuer())).await;
    page.click("button[value=forget]").await;
    page.goto(&portal).await;
    assert!(page.exists("#login-submit").await && page.value("#username").await.is_empty(), "nobody is remembered");
}

#[tokio::test]
async fn on_a_shared_device_the_next_person_signs_the_last_one_out() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = signed_in(&chromium, &demo, "student").await;
    page.click("a[href=\"/choose\"]").await;
    is_fit_for_everybody(&page, "choose").await;
    page.click("button[value=other]").await;
    assert!(page.value("#username").await.is_empty());
    page.goto(&format!("{}/portal", demo.issuer())).await;
    assert!(page.exists("#login-submit").await);
}
