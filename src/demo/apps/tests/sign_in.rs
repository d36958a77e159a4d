//! The code flow: who gets in, and every lie that must not.

use super::{
    super::App,
    Stage,
    provider::{Lie, SUBJECT},
};
use reqwest::StatusCode;
use serde_json::Value;

#[tokio::test]
async fn a_teacher_signs_in_and_the_app_holds_what_it_was_told() {
    let stage = Stage::with(App::Gradebook).await;
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
    let back = stage.sign_in().await;
    assert_eq!((back.status, back.location.as_deref()), (StatusCode::SEE_OTHER, Some("/")), "{}", back.body);
    let me: Value = serde_json::from_str(&stage.get("/me").await.body).unwrap();
    assert_eq!((me["sub"].as_str(), me["name"].as_str()), (Some(SUBJECT), Some("Trần Đức Huy")));
    assert_eq!((me["sid"].as_str(), me["amr"][0].as_str()), (Some("session-1"), Some("pwd")));
    assert_eq!(me["edu_classes"][0]["subject"], "Toán");
}

#[tokio::test]
async fn tokens_that_are_not_for_this_sign_in_are_refused() {
    let lies = [
        Lie::Nonce,
        Lie::Audience,
        Lie::Issuer,
        Lie::Unsigned,
        Lie::Expired,
        Lie::OtherKey,
        Lie::AccessTokenHash,
        Lie::UserinfoSubject,
        Lie::AccessTokenAsIdToken,
    ];
    let stage = Stage::with(App::Lms).await;
    for lie in lies {
        stage.provider.lie(lie);
        let page = stage.sign_in().await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{lie:?}");
        assert!(page.body.contains("<title>Lỗi: "), "{lie:?}");
        assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED, "{lie:?}");
    }
}

#[tokio::test]
async fn r07_an_answer_of_another_issuer_or_of_none_is_refused() {
    let stage = Stage::with(App::Lms).await;
    for iss in ["&iss=http%3A%2F%2Fevil.example", ""] {
        let callback = stage.agreed().await;
        let (without, _) = callback.split_once("&iss=").unwrap();
        assert_eq!(stage.get(&format!("{without}{iss}")).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(stage.get("/login?iss=http%3A%2F%2Fevil.example").await.status, StatusCode::BAD_REQUEST);
    let begun = stage.get("/login?target_link_uri=http%3A%2F%2Fevil.example&login_hint=310").await.location.unwrap();
    assert!(begun.contains("login_hint=310") && !begun.contains("evil"), "{begun}");
}

#[tokio::test]
async fn r25_a_sign_in_is_finished_once_and_only_in_the_browser_that_began_it() {
    let stage = Stage::with(App::Lms).await;
    let callback = stage.agreed().await;
    let own = std::mem::take(&mut *stage.cookies.lock().unwrap());
    let page = stage.get(&callback).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("Đăng nhập lại"));
    *stage.cookies.lock().unwrap() = own;
    assert_eq!(stage.get(&callback).await.status, StatusCode::BAD_REQUEST, "the other browser has spent it");

    let callback = stage.agreed().await;
    assert_eq!(stage.get(&callback).await.status, StatusCode::SEE_OTHER);
    let again = stage.get(&callback).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "the back button");
    assert_eq!(stage.me().await, StatusCode::OK);
    assert_eq!(stage.get("/callback?state=a&state=b").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(stage.get("/callback").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn two_tabs_may_sign_in_at_the_same_time() {
    let stage = Stage::with(App::Lms).await;
    let (first, second) = (stage.agreed().await, stage.agreed().await);
    assert_eq!(stage.get(&second).await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.get(&first).await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.me().await, StatusCode::OK);
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once_and_then_at_most_once_a_minute() {
    let stage = Stage::with(App::Gradebook).await;
    stage.sign_in().await;
    assert_eq!(stage.provider.jwks_fetched(), 1);
    stage.provider.rotate("second");
    assert_eq!(stage.sign_in().await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.provider.jwks_fetched(), 2);
    stage.provider.rotate("third");
    assert_eq!(stage.sign_in().await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(stage.provider.jwks_fetched(), 2);
    stage.later(60);
    assert_eq!(stage.sign_in().await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.provider.jwks_fetched(), 3);
    stage.later(3600);
    stage.sign_in().await;
    assert_eq!(stage.provider.jwks_fetched(), 4, "keys are kept for an hour");
}

#[tokio::test]
async fn a_refused_pupil_is_told_why_and_what_to_do() {
    let stage = Stage::with(App::EOffice).await;
    let asked: url::Url = stage.get("/login").await.location.unwrap().parse().unwrap();
    let state = asked.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let denied =
        [("error", "access_denied"), ("error_description", "<b>not for this role</b>"), ("state", state.as_str())];
    let page = stage.get(&stage.provider.answer(&denied)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("chỉ dành cho giáo viên và nhân viên"));
    assert!(page.body.contains("/login?other=1") && !page.body.contains("<b>not"));
    let forged =
        stage.get(&stage.provider.answer(&[("error", "access_denied"), ("error_description", "call 1900")])).await;
    assert_eq!(forged.status, StatusCode::BAD_REQUEST);
    assert!(!forged.body.contains("1900"), "words of a stranger's link are not shown");
    let other = stage.get("/login?other=1").await.location.unwrap();
    assert!(other.contains("prompt=select_account"));
}

#[tokio::test]
async fn eoffice_refuses_a_pupil_even_when_the_provider_does_not() {
    let stage = Stage::with(App::EOffice).await;
    stage.provider.tells(serde_json::json!({ "sub": SUBJECT, "edu_context": { "role": "student" } }));
    assert_eq!(stage.sign_in().await.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_after_a_school_day() {
    let stage = Stage::with(App::Lms).await;
    stage.sign_in().await;
    stage.later(8 * 3600);
    assert_eq!(stage.me().await, StatusCode::UNAUTHORIZED);
}
