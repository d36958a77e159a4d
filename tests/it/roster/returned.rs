//! The workbook that goes back: the rows where they were, and what came of each.

use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, Reader, Xlsx, open_workbook};
use phuong::roster::{self, Ask, Language, Options};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::office::{Office, PUPILS};

const ROWS: &str = "31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học||\n\
                    31303401|3A|3112345602||=HYPERLINK(\"http://x\")|14/03/2017|Nữ|Đang học||\n\
                    31303401|3A|3112345603||<svg onload=alert(1)>|31/02/2017|Nữ|Đang học||\n";

impl Office {
    /// Imports a file, and reads the workbook that comes back.
    async fn returned(&self, name: &str) -> (Vec<u8>, Vec<Vec<String>>) {
        let report = self.run(&Ask { commit: true, ..self.ask(&[name]) }).await.unwrap();
        let path = self.path("ket-qua.xlsx");
        roster::write_workbook(&report, &Options::default(), Language::Vi, &path).unwrap();
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        let name = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "no cell is a formula");
        let rows = book.worksheet_range(&name).unwrap();
        let text = |cell: &Data| cell.to_string();
        (std::fs::read(&path).unwrap(), rows.rows().map(|row| row.iter().map(text).collect()).collect())
    }
}

both! {
    async fn r47_what_looks_like_a_formula_comes_back_as_text(office: Office) {
        office.file("a.csv", PUPILS, ROWS);
        let (_, rows) = office.returned("a.csv").await;
        assert_eq!(rows[2][4], "'=HYPERLINK(\"http://x\")");
    }
}

both! {
    async fn r48_what_comes_back_is_a_workbook_whatever_was_sent(office: Office) {
        office.file("a.csv", PUPILS, ROWS);
        let (bytes, rows) = office.returned("a.csv").await;
        assert!(bytes.starts_with(b"PK"), "a zip, never SVG or HTML");
        assert_eq!(rows[3][4], "<svg onload=alert(1)>");
    }
}

both! {
    async fn each_row_comes_back_where_it_was_with_what_is_wrong_and_what_to_do(office: Office) {
        office.file("a.csv", &format!("DANH SÁCH HỌC SINH|\n\n{PUPILS}"), ROWS);
        let (_, rows) = office.returned("a.csv").await;
        assert_eq!(rows[0][0], "DANH SÁCH HỌC SINH");
        assert_eq!(rows[2][10..], ["Kết quả nhập", "Vấn đề", "Cách xử lý"]);
        assert_eq!(rows[3][10..], ["Tạo mới", "", ""]);
        assert_eq!((&*rows[5][10], rows[5][11].contains("«31/02/2017» không tồn tại")), ("Lỗi, chưa nhập", true));
        assert!(rows[5][12].contains("Hãy kiểm tra ngày và tháng"), "{:?}", rows[5]);
        // Corrected in place, it is imported as it is.
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!(again.tally.unchanged, 1);
        assert_eq!(again.files[0].ignored, ["Kết quả nhập", "Vấn đề", "Cách xử lý"]);
    }
}

/// A workbook that counts days from 1904, with a birthday that no format tells from a number.
fn since_1904(path: &std::path::Path) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, title) in PUPILS.trim_end().split('|').enumerate() {
        sheet.write(0, u16::try_from(at).unwrap(), title).unwrap();
    }
    for (at, text) in ["31303401", "3A", "3112345601", "", "Nguyễn Thị An"].into_iter().enumerate() {
        sheet.write(1, u16::try_from(at).unwrap(), text).unwrap();
    }
    sheet.write(1, 5, 41_346).unwrap();
    sheet.write(1, 7, "Đang học").unwrap();
    let mut from = ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    let mut to = ZipWriter::new(std::fs::File::create(path).unwrap());
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        to.start_file(part.name().unwrap(), SimpleFileOptions::default()).unwrap();
        to.write_all(text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").as_bytes()).unwrap();
    }
    to.finish().unwrap();
}

both! {
    async fn a_day_that_was_counted_from_1904_comes_back_as_the_same_day(office: Office) {
        since_1904(&office.path("mac.xlsx"));
        let (_, rows) = office.returned("mac.xlsx").await;
        assert_eq!(rows[1][5], "2017-03-14");
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!((again.tally.rows, again.tally.unchanged), (1, 1));
    }
}
