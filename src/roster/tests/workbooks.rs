//! Workbooks as Excel and the sector database write them.

use jiff::civil::date;
use rust_xlsxwriter::{ExcelDateTime, Format};

use super::*;
use crate::roster::{Kind, Limits};

/// A real export's shape: a title, an empty stretch, 72 columns with line breaks in their names and mixed NFC and NFD,
/// the header in row 7, a row of column numbers, dates as serials, codes as numbers, ghost rows, 16 catalogue sheets.
fn export(rows: u32) -> Vec<u8> {
    workbook(|book| {
        for i in 0..8 {
            let sheet = book.add_worksheet().set_name(format!("DM {i}"))?;
            sheet.write(0, 0, "Mã trường")?.write(0, 1, "Tên trường")?.write(1, 0, "31303405")?.write(1, 1, "Mẫu")?;
        }
        let plain = Format::new();
        let day = Format::new().set_num_format("dd/mm/yyyy");
        let sheet = book.add_worksheet().set_name("Danh sách")?;
        sheet.write(0, 0, "SỞ GIÁO DỤC VÀ ĐÀO TẠO HẢI PHÒNG")?.write(2, 3, "DANH SÁCH HỌC SINH")?;
        let known = [
            (70, "Mã trường"),
            (3, "Lớp học"),
            (12, "Mã định danh\nBộ GD&ĐT"),
            (40, "Số ĐDCN/CMND/\nTCC/CCCD"),
            (5, "Ho\u{323} va\u{300} te\u{302}n"),
            (7, "Ngày\nsinh"),
            (8, "Giới tính"),
            (55, "Trạng thái HS"),
            (0, "STT"),
        ];
        for column in 0..72 {
            let title = known.iter().find(|(at, _)| *at == column);
            let title = title.map_or_else(|| format!("Cột {column}"), |(_, title)| (*title).to_owned());
            sheet.write(6, column, title)?;
            sheet.write(7, column, column + 1)?;
        }
        for i in 0..rows {
            let row = 8 + i * 2;
            sheet.write_blank(row + 1, 5, &day)?;
            sheet.write(row, 0, i + 1)?.write(row, 70, "31303405")?.write(row, 3, "3A")?.write(
                row,
                12,
                3_112_345_678.0 + f64::from(i),
            )?;
            sheet.write(row, 40, "031317004321")?.write(row, 5, "Nguyễn Thị Bảo Ngọc")?.write(row, 8, "Nữ")?.write(
                row,
                55,
                "Đang học",
            )?;
            if i % 2 == 0 {
                sheet.write_with_format(row, 7, ExcelDateTime::from_ymd(2017, 3, 14)?, &day)?;
            } else {
                sheet.write_with_format(row, 7, 42808.0, &plain)?;
            }
        }
        for i in 8..16 {
            book.add_worksheet().set_name(format!("DM {i}"))?.write(0, 0, "Kinh")?;
        }
        Ok(())
    })
}

#[test]
fn a_hostile_looking_but_honest_export_is_read() {
    let (source, records) = read(&export(5)).unwrap();
    assert_eq!((source.kind, source.header.row, source.sheet().as_ref()), (Kind::Pupils, 7, "Danh sách"));
    assert_eq!(source.header.unknown.len(), 63);
    assert_eq!(records.iter().map(|r| r.row).collect::<Vec<_>>(), [9, 11, 13, 15, 17]);
    for (record, id) in records.iter().zip(3_112_345_678_u64..) {
        let row = pupil(record);
        assert_eq!(row.who.sector_id.as_ref().unwrap().as_str(), id.to_string());
        assert_eq!(row.who.born, Some(date(2017, 3, 14)));
        assert!(record.warnings.is_empty(), "{:?}", record.warnings);
    }
}

#[test]
fn a_code_kept_as_text_did_not_lose_zeros_and_one_kept_as_number_did() {
    let book = |number: bool| {
        workbook(|book| {
            let sheet = book.add_worksheet();
            for (column, title) in (0..).zip(["Mã trường", "Lớp", "Mã học sinh", "Họ tên", "Ngày sinh"]) {
                sheet.write(0, column, title)?;
            }
            sheet.write(1, 0, "31303405")?.write(1, 1, "3A")?.write(1, 3, "An")?.write(1, 4, "1/2/2017")?;
            if number { sheet.write(1, 2, 112_345_678) } else { sheet.write(1, 2, "112345678") }?;
            Ok(())
        })
    };
    let (_, records) = read(&book(true)).unwrap();
    assert_eq!(pupil(&records[0]).who.sector_id.as_ref().unwrap().as_str(), "0112345678");
    assert!(records[0].is_guess(Field::SectorId));
    let (_, records) = read(&book(false)).unwrap();
    assert_eq!(pupil(&records[0]).who.sector_id.as_ref().unwrap().as_str(), "112345678");
    assert_eq!(codes(&records[0].warnings), ["sector_id_unusual"]);
}

#[test]
fn hidden_sheets_are_not_read_and_an_empty_workbook_has_no_header() {
    let bytes = workbook(|book| {
        book.add_worksheet().write(0, 0, "nothing")?;
        let sheet = book.add_worksheet();
        sheet.set_hidden(true);
        for (column, title) in (0..).zip(["Mã trường", "Mã học sinh", "Họ tên", "Ngày sinh"]) {
            sheet.write(0, column, title)?;
        }
        Ok(())
    });
    assert_eq!(read(&bytes).unwrap_err().code(), "header_not_found");
}

#[test]
fn r45_a_workbook_has_no_more_sheets_alike_than_are_read() {
    let bytes = workbook(|book| {
        for class in 0..4 {
            let sheet = book.add_worksheet().set_name(format!("3A{class}"))?;
            sheet.write_row(
                0,
                0,
                ["Mã trường", "Mã học sinh", "Họ tên", "Ngày sinh", "Giới tính", "Lớp", "Trạng thái HS"],
            )?;
        }
        Ok(())
    });
    let with = |sheets| Options { limits: Limits { sheets, ..Limits::default() }, ..Options::default() };
    assert_eq!(read_with(&bytes, &with(3)).unwrap_err().code(), "file_too_large");
    assert!(read_with(&bytes, &with(4)).is_ok());
}

#[test]
fn cells_merged_on_one_sheet_are_not_merged_on_the_next() {
    let titles = ["Mã học sinh", "Họ tên", "Ngày sinh", "Giới tính", "Lớp", "Trạng thái HS"];
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("3A")?;
        sheet.merge_range(0, 0, 2, 0, "Mã trường", &Format::new())?.write_row(2, 1, titles)?;
        // A word above the table, and no school in it.
        book.add_worksheet().set_name("3B")?.write(0, 0, "Mã trường")?.write_row(2, 1, titles)?;
        Ok(())
    });
    let source = read(&bytes).unwrap().0;
    assert_eq!((&**source.sheet(), source.others.alike.len()), ("3A", 0));
}

/// A workbook of one pupil, on a sheet of that name.
fn of_one(sheet: &str, class: f64, status: Option<&str>) -> Record {
    read(&with_one(sheet, class, status)).unwrap().1.remove(0)
}

fn with_one(sheet: &str, class: f64, status: Option<&str>) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet().set_name(sheet)?;
        sheet.write_row(0, 0, ["Mã trường", "Mã học sinh", "Họ tên", "Ngày sinh", "Lớp"])?;
        sheet.write_row(1, 0, ["31303405", "3112345678", "An", "14/3/2017"])?.write(1, 4, class)?;
        if let Some(status) = status {
            sheet.write(0, 5, "Trạng thái")?.write(1, 5, status)?;
        }
        Ok(())
    })
}

#[test]
fn the_name_of_a_sheet_may_say_of_which_year_it_is() {
    let years = |sheet: &str| {
        let years = read(&with_one(sheet, 3.0, None)).unwrap().0.years;
        years.into_iter().map(|(row, year)| (row, year.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(years("HS 2025-2026"), [(0, "2025-2026".to_owned())]);
    assert_eq!(years("2025-2026, 2026-2027"), []);
    let (said, asked) = ("2025-2026".parse().unwrap(), "2026-2027".parse().unwrap());
    let told = OpenError::OtherYear { row: 0, said, asked }.message(Language::Vi);
    assert!(told.starts_with("Tên trang tính ghi năm học 2025-2026"), "{told}");
}

#[test]
fn nobody_is_at_school_by_a_sheet_of_those_who_left() {
    for sheet in ["HS thôi học", "Chuyển đi 2026", "Đã nghỉ", "HS CHUYỂN TRƯỜNG"] {
        assert_eq!(errors(&of_one(sheet, 3.0, None)), ["sheet_of_leavers"], "{sheet}");
        assert_eq!(errors(&of_one(sheet, 3.0, Some(""))), ["sheet_of_leavers"], "{sheet}");
        assert_eq!(errors(&of_one(sheet, 3.0, Some("Thôi học"))), [""; 0], "{sheet}");
    }
    for sheet in ["Lớp 3A", "Nghỉ học xin học lại", "Chuyển đến"] {
        assert_eq!(errors(&of_one(sheet, 3.0, None)), [""; 0], "{sheet}");
    }
}

#[test]
fn a_class_that_is_a_number_may_have_lost_a_zero() {
    assert_eq!(codes(&of_one("6", 6.1, None).warnings), ["class_may_lack_zero"]);
    assert_eq!(codes(&of_one("6", 6.3, None).warnings), [""; 0]);
}
