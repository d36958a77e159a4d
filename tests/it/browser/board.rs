//! P7 on a telephone: a classroom's board is let in, without JavaScript, in both languages, wherever somebody looks from.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::fit::{fill_in, is_fit_for_everybody};
use crate::{
    cli::program::run,
    support::{chromium::Chromium, demo::Demo},
};

/// A board beside the demo, at a school with this code.
struct Board<'a> {
    demo: &'a Demo,
    http: reqwest::Client,
    id: String,
    secret: String,
}

impl<'a> Board<'a> {
    fn at(demo: &'a Demo, school: &str) -> Self {
        let name = format!("Bảng phòng 12 ({school})");
        let words = ["client", "add", "--json", "--name", &name, "--kind", "board", "--at-school", school];
        let added = run(demo.folder(), &words, &[]);
        assert_eq!(added.code, Some(0), "{}", added.stderr);
        let text = |name: &str| added.json()[name].as_str().unwrap().to_owned();
        assert_eq!(text("at_school"), school);
        Self { demo, http: client(), id: text("client_id"), secret: text("client_secret") }
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let request = self.http.post(format!("{}{path}", self.demo.issuer())).basic_auth(&self.id, Some(&self.secret));
        request.form(form).send().await.unwrap().json().await.unwrap()
    }

    /// Its codes; the running server notices within a second that it is there.
    async fn begin(&self) -> (String, String) {
        let began = Instant::now();
        loop {
            let given = self.post("/device_authorization", &[("scope", "openid profile")]).await;
            if let (Some(code), Some(page)) =
                (given["device_code"].as_str(), given["verification_uri_complete"].as_str())
            {
                return (code.to_owned(), page.to_owned());
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{given}");
        }
    }

    async fn poll(&self, code: &str) -> Value {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        self.post("/token", &[("grant_type", grant), ("device_code", code)]).await
    }
}

#[expect(clippy::disallowed_methods, reason = "a board calls from outside")]
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The school of a sample person.
fn school_of(demo: &Demo, role: &str) -> String {
    let people = demo.info["people"].as_array().unwrap();
    people.iter().find(|person| person["role"] == role).unwrap()["school_code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_board_is_let_in_from_a_phone_without_javascript() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let board = Board::at(&demo, &school_of(&demo, "teacher"));
    let page = chromium.page().await;
    page.disable_javascript().await;
    page.set_viewport(320, 700).await;
    let (code, link) = board.begin().await;
    page.goto(&link).await;
    fill_in(&page, demo.person("teacher")).await;
    page.click("#go-on").await;
    assert!(page.text("h1").await.contains("Bảng phòng 12") && !page.exists("#elsewhere").await);
    assert!(!page.overflows_horizontally().await);
    page.evaluate("document.querySelector('label[for=double]').click()").await;
    page.click("#consent-allow").await;
    assert!(page.text("[role=status]").await.contains("Bảng mở đến"));
    assert!(!page.overflows_horizontally().await);
    assert!(board.poll(&code).await["access_token"].is_string());
}

#[tokio::test]
async fn the_pages_of_a_board_are_fit_for_everybody() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let board = Board::at(&demo, "99999999");
    let page = chromium.page().await;
    let (code, link) = board.begin().await;
    page.goto(&format!("{}/device", demo.issuer())).await;
    fill_in(&page, demo.person("teacher")).await;
    is_fit_for_everybody(&page, "board-code").await;
    page.fill("#user_code", "BCFG-HJKA").await;
    page.click("#go-on").await;
    assert!(page.text("#problem").await.contains("Không mã nào có"));
    is_fit_for_everybody(&page, "board-code-wrong").await;
    page.goto(&link).await;
    page.click("#go-on").await;
    assert!(page.text("#elsewhere").await.contains("không phải trường của bạn"));
    is_fit_for_everybody(&page, "board-answer-elsewhere").await;
    page.goto(&format!("{link}&lang=en")).await;
    page.click("#go-on").await;
    assert!(page.text("h1").await.starts_with("Open Bảng phòng 12"));
    is_fit_for_everybody(&page, "board-answer-english").await;
    page.click("#consent-deny").await;
    assert!(page.text("h1").await.contains("The board stays closed"));
    is_fit_for_everybody(&page, "board-closed").await;
    assert_eq!(board.poll(&code).await["error"], "access_denied");
    let (_, link) = board.begin().await;
    page.goto(&format!("{link}&lang=vi")).await;
    page.click("#go-on").await;
    page.click("#consent-allow").await;
    is_fit_for_everybody(&page, "board-open").await;
    page.click("main a.button").await;
    assert!(page.text("[aria-labelledby=sessions]").await.contains("Bảng lớp học"));
    is_fit_for_everybody(&page, "account-with-board").await;
}
