//! The whole way of a sector from nothing: the first administrator by a link, somebody found, a code given, used in
//! another browser, the account suspended and resumed.

use tempfile::TempDir;

use super::{
    activation::enter,
    fit::{fill_in, is_fit_for_everybody},
};
use crate::{
    cli::program::{Running, run},
    support::chromium::{Chromium, Page},
};

const PASSWORD: &str = "hoa no mua he 26";

/// A server with two schools' files imported, and the link to become its first administrator.
pub(super) struct Fresh {
    folder: TempDir,
    _server: Running,
    pub(super) issuer: String,
    link: String,
}

impl Fresh {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let done = |arguments: &[&str]| {
            let run = run(folder.path(), arguments, &[]);
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
            run
        };
        let link = done(&["init", "--json"]).json()["first_administrator"].as_str().unwrap().to_owned();
        done(&["sample", "--out", "files", "--schools", "2", "--staff", "20", "--pupils", "60"]);
        done(&[
            "import",
            "files/truong.csv",
            "files/can-bo.csv",
            "files/hoc-sinh.csv",
            "files/phan-cong.csv",
            "--commit",
        ]);
        let server = Running::start_with(folder.path(), |mut command| {
            let at = command.get_args().last().unwrap().to_str().unwrap().to_owned();
            command.env("PHUONG_SERVER_ISSUER", format!("http://{at}"));
            command
        });
        let issuer = format!("http://{}", server.at);
        let link = format!("{issuer}{}", &link[link.find("/console").unwrap()..]);
        Self { folder, _server: server, issuer, link }
    }

    /// The sector ID of somebody who works at a school.
    pub(super) fn member_of_staff(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("files/can-bo.csv")).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split([',', ';']).collect()).collect();
        let id = rows[0].iter().position(|cell| cell.contains("Mã định danh")).unwrap();
        rows[1][id].trim_matches('"').to_owned()
    }

    /// The pupils' file, row by row.
    pub(super) fn pupils(&self) -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(self.folder.path().join("files/hoc-sinh.csv")).unwrap();
        text.lines()
            .map(|line| line.split([',', ';']).map(|cell| cell.trim_matches('"').to_owned()).collect())
            .collect()
    }
}

/// Becomes the first administrator by the link.
pub(super) async fn begin(page: &Page, fresh: &Fresh) {
    page.goto(&fresh.link).await;
    is_fit_for_everybody(page, "first-administrator").await;
    page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)").await;
    page.click("button.primary").await;
    assert_eq!(page.evaluate("document.querySelectorAll('.field-error').length").await, 3, "all mistakes at once");
    is_fit_for_everybody(page, "first-administrator-wrong").await;
    for (field, text) in [("#sector_id", "QT-000001"), ("#name", "Trần Thị Quản Trị"), ("#new", PASSWORD)] {
        page.fill(field, text).await;
    }
    page.click("button.primary").await;
    page.arrives_at(&format!("{}/console", fresh.issuer)).await;
}

#[tokio::test]
async fn the_first_administrator_finds_a_pupil_gives_a_code_suspends_and_resumes() {
    let Some(chromium) = Chromium::start().await else { return };
    let fresh = Fresh::start();
    let page = chromium.page().await;
    begin(&page, &fresh).await;
    assert!(page.text("h1").await.contains("Quản trị"));
    is_fit_for_everybody(&page, "console").await;
    // Whoever waits for a code, and of them one by a name without accents.
    page.click("a[href=\"/console/people?state=pending\"]").await;
    is_fit_for_everybody(&page, "people-pending").await;
    let name = page.text(".people tbody tr:last-child a").await;
    page.fill("#q", &fold(&name)).await;
    page.fill("#school", "truong").await;
    page.click("form[role=search] button").await;
    assert!(page.text(".notice").await.contains("Nhiều trường khớp"));
    is_fit_for_everybody(&page, "people-schools").await;
    page.fill("#school", "").await;
    page.click("form[role=search] button").await;
    assert!(page.text(".people tbody").await.contains(&name));
    page.click(".people tbody a").await;
    is_fit_for_everybody(&page, "person-pending").await;
    let (id, person) = (page.text("dl.facts dd.code").await, page.url());
    page.click("form[action$=\"/code\"] button").await;
    let code = page.text("#code").await;
    is_fit_for_everybody(&page, "code").await;

    let pupil = chromium.page().await;
    pupil.goto(&format!("{}/activate", fresh.issuer)).await;
    enter(&pupil, &id, &code).await;
    pupil.click("button.primary").await;
    pupil.fill("#new", "tre xanh song que").await;
    pupil.click("button.primary").await;
    pupil.click("a.primary").await;
    fill_in(&pupil, (&id, "tre xanh song que", "")).await;
    pupil.arrives_at(&format!("{}/portal", fresh.issuer)).await;
    is_fit_for_everybody(&pupil, "portal-empty").await;

    page.goto(&person).await;
    is_fit_for_everybody(&page, "person-active").await;
    page.click("a[href$=\"/correct\"]").await;
    is_fit_for_everybody(&page, "person-correct").await;
    page.fill("#born", "31/2/2016").await;
    page.click("button.primary").await;
    assert!(page.text("#born-problem").await.contains("Không có ngày này"));
    is_fit_for_everybody(&page, "person-correct-wrong").await;
    page.goto(&person).await;
    page.fill("#reason", "Mất máy").await;
    page.click("form[action$=\"/suspend\"] button").await;
    assert!(page.text("[role=status]").await.contains("Đã tạm khoá"));
    assert!(page.text("main").await.contains("Lý do: Mất máy"), "whoever looks next knows why");
    is_fit_for_everybody(&page, "person-suspended").await;
    pupil.goto(&format!("{}/account", fresh.issuer)).await;
    fill_in(&pupil, (&id, "tre xanh song que", "")).await;
    let told = pupil.text("#problem").await;
    assert!(told.contains("đang tạm khoá: hãy hỏi thầy cô hoặc nhà trường"), "{told}");
    is_fit_for_everybody(&pupil, "sign-in-suspended").await;
    page.click("form[action$=\"/resume\"] button").await;
    assert!(page.text("[role=status]").await.contains("Đã mở lại"));
    fill_in(&pupil, (&id, "tre xanh song que", "")).await;
    pupil.arrives_at(&format!("{}/account", fresh.issuer)).await;
    pupil.press("summary").await;
    assert!(pupil.text("main").await.contains("Tài khoản đã được mở lại"));
    page.goto(&fresh.link).await;
    assert_eq!(page.status(), Some(404), "the way is closed for ever");
}

/// As somebody types who cannot be bothered.
fn fold(name: &str) -> String {
    phuong::model::text::SearchKey::of(name).as_str().to_owned()
}
