//! An app that watches the session by a frame of ours (Session Management 1.0 §3.1).

use super::app::App;
use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn an_app_that_frames_check_session_hears_that_somebody_signed_out() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let app = App::signed_in(&demo, &page).await;
    let query = page.text("#back").await;
    let state = query.split("session_state=").nth(1).unwrap().split('&').next().unwrap().to_owned();

    page.goto(&app.watching(&state)).await;
    page.appears("[data-answer=unchanged]").await;
    for (forged, answer) in [
        (state.replace('.', ".0"), "changed"),
        (format!("{:064}.{}", 0, "0"), "changed"),
        (state.replace('.', "-"), "error"),
        (format!("{state} x"), "error"),
        (String::new(), "error"),
    ] {
        let other = page.tab().await;
        other.goto(&app.watching(&forged)).await;
        other.appears(&format!("[data-answer={answer}]")).await;
    }
    let other = page.tab().await;
    other.goto(&format!("{}/portal", demo.issuer())).await;
    other.click("a[href=\"/end_session\"]").await;
    other.click("#logout-confirm").await;
    other.appears("#logout-done").await;
    page.appears("[data-answer=changed]").await;
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn r27_whoever_is_not_registered_cannot_frame_check_session() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let stranger = App::unregistered(&demo).await;
    page.goto(&stranger.watching("x.y")).await;
    let complaints = page.complaints().await;
    assert!(complaints.iter().any(|said| said.contains("frame-ancestors")), "{complaints:?}");
}
