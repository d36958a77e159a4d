//! What a board's session ends with, and what does not end with it.

use std::time::Duration;

use phuong::{protocol::registration::Registration, worker};

use super::{Board, open, phone};
use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::Receiver,
    tour::{Answer, Tour, claims},
};

both! { async fn the_session_ends_with_the_lesson_and_the_board_is_told(t: Tour) {
    let receiver = Receiver::start().await;
    let address = receiver.address();
    let board = Board::registered(&t, "board", |ask| Registration { backchannel_logout_uri: Some(address), ..ask }).await;
    let mut phone = phone(&t, "teacher").await;
    let tokens = board.tokens(&t, &mut phone).await;
    t.advance(Duration::from_mins(40));
    worker::do_jobs(&t.sv).await.unwrap();
    let renewed = board.app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    let access = renewed["access_token"].as_str().unwrap().to_owned();
    assert_eq!(renewed["expires_in"], 300, "no token outlives the lesson");
    assert_eq!(claims(&access)["exp"].as_i64(), Some(t.clock.now().seconds() + 300));
    assert_eq!(t.get("/userinfo", Some(&access)).await.status, 200);
    assert!(receiver.is_quiet());
    t.advance(Duration::from_mins(5));
    assert_eq!(t.get("/userinfo", Some(&access)).await.status, 401);
    let refused = board.app.refresh(&t, renewed["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.error(), "invalid_grant");
    // One turn ends the session, the next tells the board.
    worker::do_jobs(&t.sv).await.unwrap();
    worker::do_jobs(&t.sv).await.unwrap();
    let told = claims(&receiver.next().await);
    assert_eq!(told["sid"], claims(tokens["id_token"].as_str().unwrap())["sid"]);
    worker::do_jobs(&t.sv).await.unwrap();
    assert!(receiver.is_quiet(), "once");
    assert!(phone.get(&t, "/account").await.text.contains("Nơi đang đăng nhập"), "the phone goes on");
} }

both! { async fn a_double_lesson_lasts_ninety_minutes(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    open(&t, &mut phone(&t, "teacher").await, &letters, "90").await;
    let mut refresh = board.poll(&t, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    for _ in 0..8 {
        t.advance(Duration::from_mins(11));
        let next = board.app.refresh(&t, &refresh).await;
        assert_eq!(next.status, 200, "{}", next.text);
        next.json()["refresh_token"].as_str().unwrap().clone_into(&mut refresh);
    }
    t.advance(Duration::from_mins(2));
    assert_eq!(board.app.refresh(&t, &refresh).await.error(), "invalid_grant");
} }

both! { async fn signing_out_on_the_phone_ends_its_boards_and_no_other(t: Tour) {
    let receiver = Receiver::start().await;
    let address = receiver.address();
    let board = Board::registered(&t, "board", |ask| Registration { backchannel_logout_uri: Some(address), ..ask }).await;
    let (mut phone_a, mut phone_b) = (phone(&t, "teacher").await, phone(&t, "teacher").await);
    let (first, second) = (board.tokens(&t, &mut phone_a).await, board.tokens(&t, &mut phone_b).await);
    let sid = |tokens: &serde_json::Value| claims(tokens["id_token"].as_str().unwrap())["sid"].clone();
    assert_ne!(sid(&first), sid(&second), "each board is a session of its own");
    let page = phone_a.get(&t, "/end_session").await;
    let done = phone_a.post(&t, "/end_session/confirm", &[("csrf", &page.field("csrf")), ("request", "")]).await;
    assert!(done.text.contains("Bảng board"), "the page names the board: {}", done.text);
    assert_eq!(claims(&receiver.next().await)["sid"], sid(&first));
    assert_eq!(t.get("/userinfo", first["access_token"].as_str()).await.status, 401);
    assert_eq!(t.get("/userinfo", second["access_token"].as_str()).await.status, 200);
    assert!(receiver.is_quiet());
} }

both! { async fn a_phone_that_is_put_away_leaves_the_board_alone(t: Tour) {
    let board = Board::new(&t).await;
    let mut phone = phone(&t, "teacher").await;
    t.advance(Duration::from_mins(119));
    let (code, letters) = board.begin(&t).await;
    open(&t, &mut phone, &letters, "90").await;
    let tokens = board.poll(&t, &code).await.json();
    t.advance(Duration::from_mins(89));
    assert_eq!(board.app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.status, 200);
} }

both! { async fn a_board_is_closed_on_the_account_page_and_the_phone_goes_on(t: Tour) {
    let (board, app) = (Board::new(&t).await, RelyingParty::new(&t, "app").await);
    let mut phone = phone(&t, "teacher").await;
    let own = app.tokens(&t, &mut phone, "").await;
    let tokens = board.tokens(&t, &mut phone).await;
    let page = phone.get(&t, "/account").await;
    let form = [("csrf", page.field("csrf")), ("session", page.field("session"))];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    phone.post(&t, "/account/sessions", &form).await;
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    assert_eq!(t.get("/userinfo", own["access_token"].as_str()).await.status, 200);
    assert!(!phone.get(&t, "/account").await.text.contains("Bảng lớp học:"));
} }

both! { async fn a_board_that_gives_its_tokens_back_is_closed(t: Tour) {
    let board = Board::new(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let tokens = board.tokens(&t, &mut phone).await;
    let gave = t.post("/revoke", Some(board.auth()), &[("token", tokens["refresh_token"].as_str().unwrap())]).await;
    assert_eq!(gave.status, 200);
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    assert!(!phone.get(&t, "/account").await.text.contains("Bảng lớp học:"));
} }

both! { async fn a_new_password_ends_the_boards_too_and_a_removed_client_leaves_nothing(t: Tour) {
    let board = Board::new(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let tokens = board.tokens(&t, &mut phone).await;
    let page = phone.get(&t, "/account/not-me").await;
    phone.post(&t, "/account/not-me", &[("csrf", &page.field("csrf"))]).await;
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    let leave = phuong::services::authority::Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    phuong::admin::clients::remove(&t.sv, &leave, "board").await.unwrap();
    t.advance(Duration::from_mins(46));
    worker::do_jobs(&t.sv).await.unwrap();
    t.advance(Duration::from_hours(72));
    while worker::purge(&t.sv).await.unwrap() > 0 {}
} }

/// Says yes to the question whether to sign out.
async fn agree(t: &Tour, browser: &mut Browser, page: &Answer) -> Answer {
    let (csrf, request) = (page.field("csrf"), page.field("request").replace("&#38;", "&"));
    browser.post(t, "/end_session/confirm", &[("csrf", &csrf), ("request", &request), ("answer", "yes")]).await
}

both! { async fn a_hint_of_a_board_ends_that_board_once_somebody_agreed_and_nothing_else(t: Tour) {
    let receiver = Receiver::start().await;
    let address = receiver.address();
    let board = Board::registered(&t, "board", |ask| Registration { backchannel_logout_uri: Some(address), ..ask }).await;
    let mut phone = phone(&t, "teacher").await;
    let (first, second) = (board.tokens(&t, &mut phone).await, board.tokens(&t, &mut phone).await);
    let hint = |tokens: &serde_json::Value| format!("/end_session?id_token_hint={}", tokens["id_token"].as_str().unwrap());
    let is_open = async |tokens: &serde_json::Value| t.get("/userinfo", tokens["access_token"].as_str()).await.status == 200;
    // In the board's own browser, where nobody is signed in.
    let mut own = Browser::default();
    let page = own.get(&t, &hint(&first)).await;
    assert!(page.text.contains("id=\"logout-confirm\"") && page.text.contains("Bảng board") && page.text.contains("Chỉ bảng ấy đăng xuất"), "{}", page.text);
    assert!(is_open(&first).await, "asked first");
    let done = agree(&t, &mut own, &page).await;
    assert!(done.text.contains("id=\"logout-done\"") && done.text.contains("Bảng đã đóng"), "{}", done.text);
    assert!(!is_open(&first).await && is_open(&second).await);
    let sid = |tokens: &serde_json::Value| claims(tokens["id_token"].as_str().unwrap())["sid"].clone();
    assert_eq!(claims(&receiver.next().await)["sid"], sid(&first));
    // On the phone that let it in, which goes on; and once more, when that board is closed already.
    let page = phone.get(&t, &hint(&second)).await;
    agree(&t, &mut phone, &page).await;
    assert!(!is_open(&second).await);
    assert!(agree(&t, &mut phone, &page).await.text.contains("Bảng đã đóng"), "the same button twice");
    let over = phone.get(&t, &hint(&first)).await;
    assert!(over.text.contains("Bảng đã đóng") && !over.text.contains("id=\"logout-confirm\""), "{}", over.text);
    assert!(phone.get(&t, "/account").await.text.contains("Nơi đang đăng nhập"), "the phone goes on");
} }

both! { async fn r13_a_replayed_token_of_a_board_closes_the_board(t: Tour) {
    let board = Board::new(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let tokens = board.tokens(&t, &mut phone).await;
    let first = tokens["refresh_token"].as_str().unwrap();
    let next = board.app.refresh(&t, first).await.json();
    board.app.refresh(&t, next["refresh_token"].as_str().unwrap()).await;
    assert_eq!(board.app.refresh(&t, first).await.error(), "invalid_grant");
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    assert!(!phone.get(&t, "/account").await.text.contains("Bảng lớp học:"), "nothing of it is left");
} }

both! { async fn r52_boards_count_among_the_sessions_of_an_account_and_the_oldest_makes_room(t: Tour) {
    let board = Board::new(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let first = board.tokens(&t, &mut phone).await;
    for _ in 0..18 {
        t.advance(Duration::from_secs(1));
        board.tokens(&t, &mut phone).await;
    }
    assert_eq!(t.get("/userinfo", first["access_token"].as_str()).await.status, 200, "twenty with the phone");
    t.advance(Duration::from_secs(1));
    board.tokens(&t, &mut phone).await;
    assert_eq!(t.get("/userinfo", first["access_token"].as_str()).await.status, 401);
    let account = phone.get(&t, "/account").await;
    assert_eq!(account.text.matches("Bảng lớp học:").count(), 19, "the phone goes on");
} }
