//! Whoever has no business with a board, or no more.

use std::time::Duration;

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use phuong::{
    base::{clock::Moment, digest::Digest, id::ClientKey},
    on_db,
    protocol::{
        client::{ClientId, Kind, State},
        registration::Registration,
    },
    services::authority::Standing,
    store::{
        Tx,
        devices::{self, NewDevice},
    },
};

use super::{Board, look, open, phone, press};
use crate::{
    admin::person,
    support::{
        callers::{Browser, RelyingParty},
        tour::{Answer, Tour},
    },
};

both! { async fn r12_a_device_code_is_its_own_clients_and_no_other_kind_of_code(t: Tour) {
    let (board, other) = (Board::new(&t).await, Board::registered(&t, "other", |ask| ask).await);
    let (code, letters) = board.begin(&t).await;
    assert_eq!(other.poll(&t, &code).await.error(), "invalid_grant");
    open(&t, &mut phone(&t, "teacher").await, &letters, "45").await;
    assert_eq!(other.poll(&t, &code).await.error(), "invalid_grant");
    assert_eq!(other.app.redeem(&t, &code).await.error(), "unauthorized_client");
    assert_eq!(board.app.refresh(&t, &code).await.error(), "invalid_grant");
    assert_eq!(board.poll(&t, "no code at all").await.error(), "invalid_grant");
    assert_eq!(board.poll(&t, &letters).await.error(), "invalid_grant", "what everybody in the room reads is no device code");
    assert_eq!(board.poll(&t, &code).await.status, 200, "and nobody burnt it");
} }

both! { async fn r11_of_many_parallel_polls_one_gets_the_tokens(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    open(&t, &mut phone(&t, "teacher").await, &letters, "45").await;
    let answers = join_all((0..50).map(|_| board.poll(&t, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == "invalid_grant"));
} }

both! { async fn r10_a_device_code_used_twice_ends_what_came_of_it(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    open(&t, &mut phone, &letters, "45").await;
    let tokens = board.poll(&t, &code).await.json();
    assert_eq!(board.poll(&t, &code).await.error(), "invalid_grant");
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
    assert_eq!(board.app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert!(!phone.get(&t, "/account").await.text.contains("Bảng lớp học:"));
} }

both! { async fn r11_of_two_who_let_a_board_in_one_does_and_pressing_twice_is_pressing_once(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let (mut teacher, mut staff) = (phone(&t, "teacher").await, phone(&t, "staff").await);
    let (first, second) = (look(&t, &mut teacher, &letters).await, look(&t, &mut staff, &letters).await);
    let yes = [("minutes", "45"), ("answer", "allow")];
    let (mut again, same) = (teacher.clone(), first.field("csrf"));
    let form = [("csrf", same.as_str()), ("user_code", &letters), yes[0], yes[1]];
    let (one, two, three) = tokio::join!(
        press(&t, &mut teacher, &first, &yes),
        press(&t, &mut staff, &second, &yes),
        again.post(&t, "/device/answer", &form)
    );
    let open = |answer: &Answer| answer.text.contains("Bảng đã mở");
    assert!(open(&one) != open(&two), "{} {}", one.status, two.status);
    assert_eq!(open(&one), open(&three), "the same button twice");
    let tokens = board.poll(&t, &code).await.json();
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    let who = if open(&one) { "teacher" } else { "staff" };
    assert_eq!(me["name"].as_str(), Some(t.person(who).name.as_str()));
    let late = if open(&one) { two } else { one };
    assert!(late.status == 422 && late.text.contains("đã được dùng hoặc đã hết hạn"), "{}", late.text);
} }

both! { async fn an_answer_after_ten_minutes_comes_too_late(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let page = look(&t, &mut phone, &letters).await;
    t.advance(Duration::from_mins(10));
    let late = press(&t, &mut phone, &page, &[("minutes", "45"), ("answer", "allow")]).await;
    assert!(late.status == 422 && late.text.contains("đã được dùng hoặc đã hết hạn"), "{}", late.text);
    assert_eq!(board.poll(&t, &code).await.error(), "expired_token");
} }

both! { async fn a_board_that_was_let_in_asks_in_time_or_never(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    open(&t, &mut phone(&t, "teacher").await, &letters, "45").await;
    t.advance(Duration::from_mins(10));
    assert_eq!(board.poll(&t, &code).await.error(), "expired_token");
} }

both! { async fn r26_nobody_lets_a_board_in_by_a_link_or_a_form_of_their_own(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let yes = [("user_code", letters.as_str()), ("minutes", "45"), ("answer", "allow")];
    assert_eq!(phone.post(&t, "/device/answer", &yes).await.status, 403);
    let foreign = Browser::default().get(&t, "/sign-in").await.field("csrf");
    let forged = [&yes[..], &[("csrf", foreign.as_str())]].concat();
    assert_eq!(phone.post(&t, "/device/answer", &forged).await.status, 403);
    let query = "minutes=45&answer=allow";
    phone.get(&t, &format!("/device?user_code={letters}&{query}")).await;
    assert_eq!(phone.get(&t, &format!("/device/answer?user_code={letters}&{query}")).await.status, 405);
    assert_eq!(board.poll(&t, &code).await.error(), "authorization_pending");
    // R40, and a lesson is one or two hours.
    let page = look(&t, &mut phone, &letters).await;
    for more in [[("minutes", "45"), ("school", "1")], [("minutes", "999"), ("answer", "allow")]] {
        let refused = press(&t, &mut phone, &page, &more).await;
        assert!(refused.status >= 400, "{}", refused.text);
    }
    t.advance(Duration::from_secs(6));
    assert_eq!(board.poll(&t, &code).await.error(), "authorization_pending");
} }

both! { async fn r29_guesses_at_letters_are_counted_by_account_and_lock_nobody_else_out(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let mut pupil = phone(&t, "student").await;
    let mut second = phone(&t, "student").await;
    for n in 0..10 {
        let typed = format!("BCFG-HJ{}{}", ['B', 'C', 'F', 'G', 'H'][n % 5], ['J', 'K'][n / 5]);
        let by = if n % 2 == 0 { &mut pupil } else { &mut second };
        assert_eq!(look(&t, by, &typed).await.status, 422);
    }
    let slow = look(&t, &mut second, &letters).await;
    assert!(slow.status == 429 && slow.text.contains("data-countdown=\"601\""), "{}", slow.text);
    let form = [("user_code", letters.as_str()), ("minutes", "45"), ("answer", "allow")];
    let csrf = slow.field("csrf");
    let blind = second.post(&t, "/device/answer", &[&form[..], &[("csrf", csrf.as_str())]].concat()).await;
    assert_eq!(blind.status, 429, "the other form is no way around");
    // A stranger guesses nothing at all.
    let stranger = Browser::default().get(&t, &format!("/device?user_code={letters}")).await;
    assert!(stranger.text.contains("id=\"login-submit\"") && !stranger.text.contains("Bảng board"));
    open(&t, &mut phone(&t, "teacher").await, &letters, "45").await;
    assert_eq!(board.poll(&t, &code).await.status, 200, "a school goes on");
    t.advance(Duration::from_mins(10));
    assert_eq!(look(&t, &mut pupil, "BCFG-HJKL").await.status, 422);
} }

both! { async fn whoever_asks_for_very_many_codes_pushes_out_their_own(t: Tour) {
    let public = |ask| Registration { auth_method: Some("none".into()), ..ask };
    Board::registered(&t, "board", public).await;
    let ask = async |from: &str| {
        let request = Request::post("/device_authorization")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", from);
        let mut request = request.body(Body::from("client_id=board&scope=openid")).unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(std::net::SocketAddr::from(([10, 0, 0, 1], 1))));
        Answer::of(t.send(request).await).await.json()["device_code"].as_str().unwrap().to_owned()
    };
    let poll = async |code: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        t.post("/token", None, &[("client_id", "board"), ("grant_type", grant), ("device_code", code)]).await.error()
    };
    let school = ask("203.0.113.7").await;
    let first = ask("198.51.100.1").await;
    for _ in 0..200 {
        t.advance(Duration::from_micros(1));
        ask("198.51.100.1").await;
    }
    assert_eq!(poll(&first).await, "invalid_grant");
    assert_eq!(poll(&school).await, "authorization_pending");
} }

both! { async fn r52_whoever_asks_for_codes_of_a_public_client_from_everywhere_fills_no_database(t: Tour) {
    let public = |ask| Registration { auth_method: Some("none".into()), ..ask };
    Board::registered(&t, "board", public).await;
    let board = t.sv.clients.by_id(&ClientId("board".into())).unwrap().key;
    let flood = async |tx: &mut Tx, (board, now): &(ClientKey, Moment)| {
        for n in 0..2_000_u32 {
            let (digest, now) = (Digest::of(&n.to_be_bytes()), *now + Duration::from_micros(n.into()));
            let new = NewDevice {
                digest,
                user_code: digest,
                client: *board,
                scope: "openid".to_owned(),
                resources: None,
                public: true,
                origin: digest,
                now,
                expires_at: now + Duration::from_mins(10),
            };
            devices::give(tx, &new).await?;
        }
        Ok(())
    };
    t.sv.store.write((board, t.clock.now()), flood).await.unwrap();
    t.advance(Duration::from_secs(1));
    let asked = t.post("/device_authorization", None, &[("client_id", "board"), ("scope", "openid")]).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let there = async |tx: &mut Tx, (): &()| -> Result<Vec<(i64,)>, _> {
        on_db!(tx, c => sqlx::query_as("SELECT count(*) FROM device_codes").fetch_all(&mut *c))
    };
    assert_eq!(t.sv.store.read((), there).await.unwrap(), [(2_000,)]);
    let oldest = async |tx: &mut Tx, board: &ClientKey| devices::find(tx, Digest::of(&0_u32.to_be_bytes()), *board).await;
    assert!(t.sv.store.read(board, oldest).await.unwrap().is_none(), "the oldest made room");
} }

only! { Postgres, async fn a_board_that_asks_again_and_again_writes_nothing(t: Tour) {
    let board = Board::new(&t).await;
    let (code, _) = board.begin(&t).await;
    // Changes with every version of a row.
    let version = async || {
        let read = async |tx: &mut Tx, (): &()| -> Result<Vec<(String,)>, _> {
            on_db!(tx, c => sqlx::query_as("SELECT xmin::text FROM device_codes").fetch_all(&mut *c))
        };
        t.sv.store.read((), read).await.unwrap()
    };
    let before = version().await;
    for told in ["authorization_pending", "slow_down", "slow_down"] {
        assert_eq!(board.poll(&t, &code).await.error(), told);
    }
    t.advance(Duration::from_secs(15));
    assert_eq!(board.poll(&t, &code).await.error(), "authorization_pending");
    assert_eq!(version().await, before);
} }

both! { async fn r15_a_person_suspended_after_letting_a_board_in_lets_nothing_in(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let (waiting, more) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    open(&t, &mut phone, &letters, "45").await;
    let page = look(&t, &mut phone, &more).await;
    let leave = Standing::danger_command_line().over(&t.sv, person(&t, "teacher").await).await.unwrap();
    phuong::admin::accounts::suspend(&t.sv, &leave, "x").await.unwrap();
    assert_eq!(board.poll(&t, &code).await.error(), "invalid_grant");
    let asked = press(&t, &mut phone, &page, &[("minutes", "45"), ("answer", "allow")]).await;
    assert!(asked.text.contains("id=\"login-submit\""), "{}", asked.text);
    assert_eq!(board.poll(&t, &waiting).await.error(), "authorization_pending");
} }

both! { async fn r15_a_disabled_board_gets_nothing_and_is_let_in_by_nobody(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let mut client = (*t.sv.clients.by_id(&ClientId("board".into())).unwrap()).clone();
    client.state = State::Disabled;
    t.change(&client, false).await;
    assert_eq!(board.poll(&t, &code).await.error(), "invalid_client");
    assert_eq!(t.post("/device_authorization", Some(board.auth()), &[("scope", "openid")]).await.error(), "invalid_client");
    let page = look(&t, &mut phone, &letters).await;
    assert!(page.text.contains("id=\"op-error\""), "{}", page.text);
} }

both! { async fn only_a_client_of_this_grant_asks_and_only_as_it_should(t: Tour) {
    let (board, app) = (Board::new(&t).await, RelyingParty::new(&t, "app").await);
    let ask = async |auth, form: &[(&str, &str)]| t.post("/device_authorization", auth, form).await.error();
    assert_eq!(ask(Some((app.id.as_str(), app.secret.as_str())), &[("scope", "openid")]).await, "unauthorized_client");
    assert_eq!(ask(Some(("board", "wrong")), &[("scope", "openid")]).await, "invalid_client");
    assert_eq!(ask(None, &[("client_id", "board"), ("scope", "openid")]).await, "invalid_client");
    assert_eq!(ask(Some(board.auth()), &[]).await, "invalid_request");
    assert_eq!(ask(Some(board.auth()), &[("scope", "profile")]).await, "invalid_request");
    assert_eq!(ask(Some(board.auth()), &[("scope", "openid"), ("scope", "profile")]).await, "invalid_request");
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code")];
    assert_eq!(t.post("/token", Some(board.auth()), &form).await.error(), "invalid_request");
    let wrong = Registration { school: Some("1".into()), ..Registration::named("x", "X", Kind::Service) };
    let secret = phuong::base::secret::Token::random(&t.sv.entropy);
    assert!(wrong.register(t.sv.ids.next(), &secret).is_err(), "only a board stands somewhere");
} }
