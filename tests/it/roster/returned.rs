//! The workbook that goes back: the rows where they were, and what came of each.

use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, Reader, Xlsx, open_workbook};
use phuong::roster::{self, Ask, Language, Options, Outcome};

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
        assert_eq!(rows[2][10..], ["Kết quả nhập", "Vấn đề", "Cách xử lý", "Thay đổi"]);
        assert_eq!(rows[3][10..], ["Tạo mới", "", "", ""]);
        assert_eq!((&*rows[5][10], rows[5][11].contains("«31/02/2017» không tồn tại")), ("Lỗi, chưa nhập", true));
        assert!(rows[5][12].contains("Hãy kiểm tra ngày và tháng"), "{:?}", rows[5]);
        // Corrected in place, it is imported as it is.
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!(again.tally.unchanged, 1);
        assert_eq!(again.files[0].ignored, ["Kết quả nhập", "Vấn đề", "Cách xử lý", "Thay đổi"]);
        // What another look would change is told in its row.
        office.file("b.csv", PUPILS, &ROWS.replace("Thị An|14/03/2017", "Thị An|15/03/2017"));
        let (_, rows) = office.returned("b.csv").await;
        assert_eq!((&*rows[1][10], &*rows[1][13]), ("Cập nhật", "Ngày sinh: 14/03/2017 → 15/03/2017"));
    }
}

both! {
    async fn a_note_below_a_list_is_one_in_the_workbook_that_comes_back_too(office: Office) {
        office.file("a.csv", PUPILS, &format!("{}\n||||Tổng số: 1|||||\n", ROWS.lines().next().unwrap()));
        let (_, rows) = office.returned("a.csv").await;
        assert_eq!((&*rows[2][4], &*rows[2][10]), ("Tổng số: 1", "Ghi chú, bỏ qua"));
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!((again.tally.unchanged, again.has_errors()), (1, false));
        assert_eq!(again.files[0].outcomes[1], (3, Outcome::PassedOver));
    }
}

both! {
    async fn a_name_that_lacks_its_end_comes_back_with_the_place_to_fill_in(office: Office) {
        let list = "Mã trường|Lớp|Mã HS|Họ|Tên|Ngày sinh\n";
        let row = |id: u32, name: &str| format!("31303401|3A|311234560{id}|{name}|14/03/2017\n");
        office.file("a.csv", list, &[row(1, "Lê|An"), row(2, "Lê|"), row(3, "Lê|Chi")].concat());
        let (_, rows) = office.returned("a.csv").await;
        assert_eq!((&rows[1][3..5], &*rows[1][6]), (&["Lê An".to_owned(), String::new()][..], "Tạo mới"));
        assert_eq!((&*rows[2][3], &*rows[2][6]), ("Lê", "Lỗi, chưa nhập"));
        assert!(rows[2][7].starts_with("Tên: ô này bắt buộc"), "{:?}", rows[2]);
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!((again.tally.unchanged, again.tally.created), (2, 0), "whole names in the first column are names");
    }
}

both! {
    async fn an_empty_cell_that_must_not_be_has_a_colour(office: Office) {
        office.file("a.csv", PUPILS, &ROWS.replace("Nguyễn Thị An", ""));
        let (bytes, _) = office.returned("a.csv").await;
        let mut sheet = String::new();
        ZipArchive::new(Cursor::new(bytes)).unwrap().by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains("<c r=\"E2\" s=\"") && !sheet.contains("<c r=\"D2\""), "{sheet}");
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

/// A workbook with a sheet for each class, one for the schools of the catalogue, and one of notes.
fn by_class(path: &std::path::Path, classes: &[(&str, &[[&str; 3]])]) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (class, pupils) in classes {
        let sheet = workbook.add_worksheet().set_name(*class).unwrap();
        sheet.write_row(0, 0, PUPILS.trim_end().split('|')).unwrap();
        for (row, [id, name, born]) in (1..).zip(*pupils) {
            sheet.write_row(row, 0, ["31303401", class, id, "", name, born, "Nữ", "Đang học"]).unwrap();
        }
    }
    let sheet = workbook.add_worksheet().set_name("DM trường").unwrap();
    sheet.write_row(0, 0, ["Mã trường", "Tên trường", "Cấp học", "Loại hình"]).unwrap();
    sheet.write_row(1, 0, ["31303499", "TH Mẫu", "Tiểu học", "Công lập"]).unwrap();
    workbook.add_worksheet().set_name("Ghi chú").unwrap().write(0, 0, "Danh sách chính thức").unwrap();
    workbook.save(path).unwrap();
}

both! {
    async fn every_sheet_of_a_workbook_by_class_is_imported_and_what_is_not_read_is_named(office: Office) {
        let classes: [(&str, &[[&str; 3]]); 2] = [
            ("3A", &[["3112345601", "Nguyễn Thị An", "14/03/2017"], ["3112345602", "Trần Thị Bình", "31/02/2017"]]),
            ("3B", &[["3112345603", "Lê Thị Cúc", "31/02/2017"], ["3112345604", "Phạm Thị Dung", "01/05/2017"]]),
        ];
        by_class(&office.path("truong.xlsx"), &classes);
        let report = office.run(&Ask { commit: true, ..office.ask(&["truong.xlsx"]) }).await.unwrap();
        assert_eq!((report.tally.rows, report.tally.created), (4, 2));
        let read: Vec<_> = report.files.iter().map(|file| (&*file.name, &*file.sheet)).collect();
        assert_eq!(read, [("truong.xlsx", "3A"), ("truong.xlsx", "3B")]);
        let wrong: Vec<_> = report.issues.iter().map(|issue| (&*issue.sheet, issue.row)).collect();
        assert_eq!(wrong, [("3A", 3), ("3B", 2)]);
        assert_eq!(report.files[0].unread, ["DM trường"]);
        // What comes back has a sheet for each, and is imported as a whole.
        let path = office.path("ket-qua.xlsx");
        roster::write_workbook(&report, &Options::default(), Language::Vi, &path).unwrap();
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        let outcome = |rows: calamine::Range<Data>| rows.rows().skip(1).map(|row| row[10].to_string()).collect::<Vec<_>>();
        assert_eq!(book.sheet_names(), ["3A", "3B"]);
        let outcomes: Vec<_> = book.worksheets().into_iter().map(|(_, rows)| outcome(rows)).collect();
        assert_eq!(outcomes, [["Tạo mới", "Lỗi, chưa nhập"], ["Lỗi, chưa nhập", "Tạo mới"]]);
        let again = office.run(&Ask { commit: true, ..office.ask(&["ket-qua.xlsx"]) }).await.unwrap();
        assert_eq!((again.tally.rows, again.tally.unchanged), (4, 2));
    }
}
