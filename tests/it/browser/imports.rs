//! P14 in a browser: a school's secretary brings a list of 1,200 pupils with 30 mistakes, repairs them on the page, has it
//! written, prints slips, and a pupil activates with one of them.

use std::path::Path;

use rust_xlsxwriter::Workbook;

use super::{
    fit::{fill_in, is_fit_for_everybody},
    slips::fetched,
};
use crate::{
    slips::paper::read_all,
    support::{
        chromium::{Chromium, Page},
        demo::Demo,
    },
};

const ROWS: u32 = 1_200;
/// Every fortieth row has a day of birth that there never was.
const WRONG: u32 = 40;

/// The list as an office brings it: a title, a header below it, days as text.
fn list(path: &Path, school: &str) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Danh sách").unwrap();
    sheet.write_string(0, 0, "DANH SÁCH HỌC SINH NĂM HỌC 2026-2027").unwrap();
    let header =
        ["STT", "Mã trường", "Mã lớp", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh", "Giới tính", "Trạng thái HS"];
    for (column, title) in (0..).zip(header) {
        sheet.write_string(2, column, title).unwrap();
    }
    let (families, given) = (["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"], ["An", "Bình", "Chi", "Dũng", "Giang", "Hạnh"]);
    for row in 0..ROWS {
        let pick = |from: &[&str], by: u32| from[(row / by) as usize % from.len()].to_owned();
        let born = if row % WRONG == 7 {
            "31/02/2016".to_owned()
        } else {
            format!("{:02}/{:02}/2016", 1 + row % 28, 1 + row % 12)
        };
        let cells = [
            (row + 1).to_string(),
            school.to_owned(),
            format!("{}{}", 4 + row / 600, ["A", "B", "C", "D"][(row / 40) as usize % 4]),
            (3_177_000_000_u64 + u64::from(row)).to_string(),
            format!("{} Minh {}", pick(&families, 7), pick(&given, 1)),
            born,
            if row % 2 == 0 { "Nam" } else { "Nữ" }.to_owned(),
            "Đang học".to_owned(),
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(3 + row, column, cell).unwrap();
        }
    }
    workbook.save(path).unwrap();
}

/// The number beside a word.
async fn count(page: &Page, word: &str) -> String {
    let script = format!(
        "[...document.querySelectorAll('#counts > div')].find(e => e.children[0].textContent == '{word}').children[1].textContent"
    );
    page.evaluate(&script).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_secretary_imports_1200_rows_and_repairs_30_on_the_page() {
    let Some(chromium) = Chromium::start().await else { return };
    let (demo, folder, page) = (Demo::start(), tempfile::tempdir().unwrap(), chromium.page().await);
    let file = folder.path().join("Học sinh khối 4-5.xlsx");
    list(&file, demo.school("school_admin"));
    page.goto(&format!("{}/console/imports", demo.issuer())).await;
    fill_in(&page, demo.person("school_admin")).await;
    page.arrives_at(&format!("{}/console/imports", demo.issuer())).await;
    is_fit_for_everybody(&page, "imports").await;
    page.goto(&format!("{}/console/people/new", demo.issuer())).await;
    is_fit_for_everybody(&page, "enrol").await;
    page.goto(&format!("{}/console/imports", demo.issuer())).await;
    page.choose_file("#files", &file).await;
    page.click("form[action=\"/console/imports\"] button[type=submit]").await;
    // By itself, without anybody pressing anything.
    page.settles("[data-follows]").await;
    assert_eq!((count(&page, "Tạo mới").await, count(&page, "Lỗi").await), ("1.170".into(), "30".into()));
    is_fit_for_everybody(&page, "import-review").await;
    page.set_viewport(1280, 900).await;
    page.evaluate("document.querySelectorAll('[name^=c][value=\"31/02/2016\"]').forEach(e => e.value = '28/02/2016')")
        .await;
    page.click("#import-correct").await;
    page.settles("[data-follows]").await;
    assert_eq!((count(&page, "Tạo mới").await, count(&page, "Lỗi").await), ("1.200".into(), "0".into()));
    is_fit_for_everybody(&page, "import-repaired").await;
    page.click("#import-commit").await;
    page.settles("[data-follows]").await;
    assert_eq!(count(&page, "Tạo mới").await, "1.200");
    assert!(page.text("#state").await.contains("Đã ghi"));
    is_fit_for_everybody(&page, "import-done").await;
    let import = page.url();
    page.goto(&format!("{}/console/people?q=3177000007", demo.issuer())).await;
    assert!(page.text(".people tbody").await.contains("Trần Minh Bình"));
    // Codes on paper for a class of them, and one of the children comes with theirs.
    page.goto(&import).await;
    page.click("#to-slips").await;
    let class = "[...document.querySelectorAll('#class option')].find(e => e.textContent.includes('4A'))";
    page.evaluate(&format!("{class}.selected = true")).await;
    let slips = read_all(&fetched(&page, "#print-slips").await);
    let slip = slips.iter().find(|slip| slip.sector_id.starts_with("3177")).unwrap();
    let pupil = chromium.page().await;
    pupil.goto(&slip.way_in()).await;
    pupil.click("#go-on").await;
    assert!(pupil.text(".identity").await.contains(&slip.name));
    pupil.click("button.primary").await;
    pupil.fill("#new", "tre xanh song que").await;
    pupil.click("button.primary").await;
    assert!(pupil.text("main").await.contains(&slip.name));
    assert_eq!(page.complaints().await, Vec::<String>::new());
}
