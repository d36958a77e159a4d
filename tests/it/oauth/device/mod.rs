//! Device authorization (RFC 8628): a board in a classroom, and the phone that lets it in.

mod attacks;
mod ends;
mod races;

use std::time::Duration;

use phuong::protocol::{
    client::{Audience, Kind, Trust},
    registration::Registration,
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, ISSUER, Tour, claims},
};

/// A board at the teacher's school.
pub(in crate::oauth) struct Board {
    app: RelyingParty,
}

impl Board {
    pub(in crate::oauth) async fn new(t: &Tour) -> Self {
        Self::registered(t, "board", |ask| ask).await
    }

    pub(in crate::oauth) async fn registered(
        t: &Tour,
        id: &str,
        change: impl FnOnce(Registration) -> Registration,
    ) -> Self {
        let ask = Registration {
            scope: Some("openid profile edu offline_access".into()),
            auth_method: Some("client_secret_basic".into()),
            school: Some(t.person("teacher").school_code.clone()),
            ..Registration::named(id, &format!("Bảng {id}"), Kind::Board)
        };
        let (_, secret) = t.register(change(ask)).await;
        Self { app: RelyingParty { id: id.to_owned(), secret } }
    }

    pub(in crate::oauth) fn auth(&self) -> (&str, &str) {
        (&self.app.id, &self.app.secret)
    }

    pub(in crate::oauth) fn app(&self) -> &RelyingParty {
        &self.app
    }

    /// A device code and the letters that the board shows.
    pub(in crate::oauth) async fn begin(&self, t: &Tour) -> (String, String) {
        let answer = t.post("/device_authorization", Some(self.auth()), &[("scope", "openid profile")]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (text("device_code"), text("user_code"))
    }

    pub(in crate::oauth) async fn poll(&self, t: &Tour, code: &str) -> Answer {
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code)];
        t.post("/token", Some(self.auth()), &form).await
    }

    /// Tokens, for the phone's person.
    pub(in crate::oauth) async fn tokens(&self, t: &Tour, phone: &mut Browser) -> serde_json::Value {
        let (code, letters) = self.begin(t).await;
        let opened = open(t, phone, &letters, "45").await;
        assert!(opened.text.contains("Bảng đã mở"), "{}", opened.text);
        let answer = self.poll(t, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

/// A phone on which somebody is signed in.
pub(in crate::oauth) async fn phone(t: &Tour, role: &str) -> Browser {
    let mut phone = Browser::default();
    let entered = phone.sign_in_as(t, "/device", role).await;
    assert_eq!(entered.header("location"), "/device");
    phone
}

/// Types the letters.
pub(in crate::oauth) async fn look(t: &Tour, phone: &mut Browser, letters: &str) -> Answer {
    let page = phone.get(t, "/device").await;
    phone.post(t, "/device", &[("csrf", &page.field("csrf")), ("user_code", letters)]).await
}

/// Types the letters, and lets the board in.
pub(in crate::oauth) async fn open(t: &Tour, phone: &mut Browser, letters: &str, minutes: &str) -> Answer {
    let page = look(t, phone, letters).await;
    assert_eq!(page.status, 200, "{}", page.text);
    press(t, phone, &page, &[("minutes", minutes), ("answer", "allow")]).await
}

/// Presses a button of the page that asks.
pub(in crate::oauth) async fn press(t: &Tour, phone: &mut Browser, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let (csrf, letters) = (page.field("csrf"), page.field("user_code"));
    let form = [&[("csrf", csrf.as_str()), ("user_code", letters.as_str())], more].concat();
    phone.post(t, "/device/answer", &form).await
}

both! { async fn a_teacher_lets_a_board_in_from_the_phone(t: Tour) {
    let board = Board::new(&t).await;
    let answer = t.post("/device_authorization", Some(board.auth()), &[("scope", "openid profile offline_access nonsense")]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let given = answer.json();
    let (code, letters) = (given["device_code"].as_str().unwrap(), given["user_code"].as_str().unwrap());
    assert_eq!(given["verification_uri"], format!("{ISSUER}/device"));
    assert_eq!(given["verification_uri_complete"], format!("{ISSUER}/device?user_code={letters}"));
    assert_eq!((&given["expires_in"], &given["interval"]), (&600.into(), &5.into()));
    assert_eq!(board.poll(&t, code).await.error(), "authorization_pending");

    // The link leads to a sign-in, fills in the letters, and decides nothing.
    let mut phone = Browser::default();
    let link = format!("/device?user_code={letters}");
    let entered = phone.sign_in_as(&t, &link, "teacher").await;
    assert_eq!((entered.status, entered.header("location")), (303, link.as_str()));
    let page = phone.get(&t, &link).await;
    assert_eq!(page.field("user_code"), letters);
    let question = phone.post(&t, "/device", &[("csrf", &page.field("csrf")), ("user_code", &letters.to_lowercase())]).await;
    assert_eq!(question.status, 200);
    for told in ["Bảng board", "Trường THCS", letters, t.person("teacher").name.as_str()] {
        assert!(question.text.contains(told), "{told} in {}", question.text);
    }
    assert!(!question.text.contains("id=\"elsewhere\""));
    t.advance(Duration::from_secs(6));
    assert_eq!(board.poll(&t, code).await.error(), "authorization_pending", "nobody has answered yet");

    let opened = press(&t, &mut phone, &question, &[("minutes", "45"), ("answer", "allow")]).await;
    assert!(opened.text.contains("Bảng mở đến 07:45"), "{}", opened.text);
    let tokens = board.poll(&t, code).await;
    assert_eq!((tokens.status, tokens.json()["scope"].as_str()), (200, Some("openid profile")), "a lesson is not offline");
    let id = claims(tokens.json()["id_token"].as_str().unwrap());
    assert_eq!((id["aud"].as_str(), id["nonce"].is_null()), (Some("board"), true));
    let me = t.get("/userinfo", tokens.json()["access_token"].as_str()).await.json();
    assert_eq!((me["name"].as_str(), &me["sub"]), (Some(t.person("teacher").name.as_str()), &id["sub"]));
    let account = phone.get(&t, "/account").await;
    assert!(account.text.contains("Bảng lớp học: Bảng board") && account.text.contains("Đã mở một bảng lớp học"));
} }

both! { async fn whoever_stands_elsewhere_is_warned_and_may_say_no(t: Tour) {
    let other = t.people.iter().find(|person| person.school_code != t.person("teacher").school_code).unwrap();
    let code = other.school_code.clone();
    let board = Board::registered(&t, "board", |ask| Registration { school: Some(code), ..ask }).await;
    let (code, letters) = board.begin(&t).await;
    let mut phone = phone(&t, "teacher").await;
    let page = look(&t, &mut phone, &letters).await;
    assert!(page.text.contains("id=\"elsewhere\""), "{}", page.text);
    let closed = press(&t, &mut phone, &page, &[("minutes", "45"), ("answer", "deny")]).await;
    assert!(closed.text.contains("Không mở bảng"), "{}", closed.text);
    for _ in 0..2 {
        assert_eq!(board.poll(&t, &code).await.error(), "access_denied");
    }
    assert!(phone.get(&t, "/account").await.text.contains("Đã từ chối mở một bảng lớp học"));
} }

both! { async fn a_board_that_asks_too_soon_is_told_to_slow_down_and_need_not_wait_once_it_is_let_in(t: Tour) {
    let board = Board::new(&t).await;
    let (code, letters) = board.begin(&t).await;
    let after = async |seconds| {
        t.advance(Duration::from_secs(seconds));
        board.poll(&t, &code).await.error()
    };
    assert_eq!(after(0).await, "authorization_pending");
    assert_eq!(after(5).await, "authorization_pending");
    assert_eq!(after(4).await, "slow_down");
    assert_eq!(after(9).await, "slow_down", "ten seconds from now on");
    assert_eq!(after(15).await, "authorization_pending", "and fifteen");
    open(&t, &mut phone(&t, "teacher").await, &letters, "90").await;
    assert_eq!(board.poll(&t, &code).await.status, 200);
} }

both! { async fn consent_is_asked_on_the_page_itself_and_of_adults_alone(t: Tour) {
    let board = Board::registered(&t, "board", |ask| Registration { trust: Trust::AsksConsent, ..ask }).await;
    let (code, letters) = board.begin(&t).await;
    let mut teacher = phone(&t, "teacher").await;
    let page = look(&t, &mut teacher, &letters).await;
    assert!(page.text.contains("Chia sẻ thông tin"), "{}", page.text);
    press(&t, &mut teacher, &page, &[("minutes", "45"), ("answer", "allow")]).await;
    assert_eq!(board.poll(&t, &code).await.status, 200);
    let (_, letters) = board.begin(&t).await;
    assert!(!look(&t, &mut teacher, &letters).await.text.contains("Chia sẻ thông tin"), "remembered");
    let refused = look(&t, &mut phone(&t, "student").await, &letters).await;
    assert!(refused.status == 403 && refused.text.contains("không được mở bảng ấy"), "{}", refused.text);
} }

both! { async fn a_board_is_for_whom_its_audience_admits(t: Tour) {
    let audience = Audience { roles: ["teacher".to_owned()].into(), ..Audience::default() };
    let board = Board::registered(&t, "board", |ask| Registration { audience, ..ask }).await;
    let (code, letters) = board.begin(&t).await;
    let mut pupil = phone(&t, "student").await;
    let page = pupil.get(&t, "/device").await;
    // Who may not let it in does not keep it out either: the letters hang before the whole class.
    for answer in ["allow", "deny"] {
        let csrf = page.field("csrf");
        let form = [("csrf", csrf.as_str()), ("user_code", &letters), ("minutes", "45"), ("answer", answer)];
        assert_eq!(pupil.post(&t, "/device/answer", &form).await.status, 403, "{answer}");
    }
    assert_eq!(board.poll(&t, &code).await.error(), "authorization_pending", "somebody else may still let it in");
} }

both! { async fn a_client_that_wants_young_sign_ins_gets_one(t: Tour) {
    let board = Board::new(&t).await;
    let mut client = (*t.sv.clients.by_id(&phuong::protocol::client::ClientId("board".into())).unwrap()).clone();
    client.default_max_age = Some(60);
    t.change(&client, false).await;
    let mut phone = phone(&t, "teacher").await;
    t.advance(Duration::from_mins(5));
    let (code, letters) = board.begin(&t).await;
    let page = look(&t, &mut phone, &letters).await;
    assert!(page.text.contains("id=\"login-submit\""), "{}", page.text);
    let person = t.person("teacher").clone();
    let back = phone.submit(&t, &page, &person.sector_id, &person.password).await;
    assert_eq!(back.header("location"), format!("/device?user_code={letters}"));
    open(&t, &mut phone, &letters, "45").await;
    assert_eq!(board.poll(&t, &code).await.status, 200);
} }

both! { async fn each_mistake_in_the_letters_is_told(t: Tour) {
    let mut phone = phone(&t, "teacher").await;
    for (typed, told) in [
        ("", "Hãy nhập 8 chữ"),
        ("BCFG-HJK", "Đã nhập 7 chữ"),
        ("BCFG-HJK1", "Không mã nào có «\u{2068}1\u{2069}»"),
        ("BCFG-HJKư", "chữ tiếng Việt có dấu"),
        ("BCFG-HJKL", "Không bảng nào đang hiện mã này"),
    ] {
        let page = look(&t, &mut phone, typed).await;
        assert_eq!(page.status, 422);
        assert!(page.text.replace(['\u{2068}', '\u{2069}'], "").contains(&told.replace(['\u{2068}', '\u{2069}'], "")), "{told}: {}", page.text);
        assert_eq!(page.field("user_code"), typed, "kept");
    }
} }
