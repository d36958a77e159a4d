//! What real writers make of the same list of two pupils. The files' README tells how each was made.

use std::path::PathBuf;

use phuong::roster::{Field, Issue, Kind, Language, Record, Row, open};

use super::{options, read};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/roster_files/files").join(name)
}

/// The records of a file in which both pupils must be, whole and without errors.
fn both(name: &str, header: u32) -> Vec<Record> {
    let (source, records) = read(&file(name));
    assert_eq!((source.kind, source.header.row, records.len()), (Kind::Pupils, header, 2), "{name}");
    let told: Vec<String> = records
        .iter()
        .map(|record| match &record.outcome {
            Ok(Row::Pupil(row)) => format!(
                "{} {} {} {} {} {} {}",
                row.who.name,
                row.who.sector_id.as_ref().unwrap(),
                row.who.citizen_number.as_ref().unwrap().expose(),
                row.who.born.unwrap(),
                row.school,
                row.class.as_ref().unwrap(),
                row.status_since.unwrap(),
            ),
            other => panic!("{name}: {other:?}"),
        })
        .collect();
    let want = [
        "Nguyễn Thị Bảo Ngọc 3112345678 031317004321 2017-03-14 31303405 3A 2026-09-05",
        "Trần Đức Huy 3112345679 031217004322 2017-12-01 31303405 3A 2026-09-05",
    ];
    assert_eq!(told, want, "{name}");
    records
}

fn warnings(records: &[Record]) -> Vec<&'static str> {
    let mut codes: Vec<_> = records.iter().flat_map(|record| &record.warnings).map(Issue::code).collect();
    codes.dedup();
    codes
}

#[test]
fn a_list_is_read_as_each_writer_keeps_it() {
    for name in [
        "libreoffice.ods",
        "libreoffice-from-ods.xlsx",
        "openpyxl-rich-text.xlsx",
        "openpyxl-1904.xlsx",
        "xlsxwriter-inline.xlsx",
        "libreoffice.xls",
        "libreoffice.html.xls",
    ] {
        assert_eq!(warnings(&both(name, 1)), [""; 0], "{name}");
    }
}

#[test]
fn codes_that_are_numbers_get_their_zeros_back_with_a_need_to_confirm() {
    // Numbers as LibreOffice took them, and as last results of formulas.
    for name in ["libreoffice-from-csv.xlsx", "xlsxwriter-formulas.xlsx"] {
        let records = both(name, 1);
        assert_eq!(warnings(&records), ["leading_zeros_restored"], "{name}");
        assert!(records.iter().all(|record| record.is_guess(Field::CitizenNumber)), "{name}");
    }
}

#[test]
fn a_form_that_is_made_to_be_printed_is_read_below_its_header_of_two_rows() {
    let (source, records) = read(&file("libreoffice-form.xlsx"));
    assert_eq!((source.kind, source.header.row), (Kind::Pupils, 4));
    // School and class stand once, merged over both.
    for record in &records[..2] {
        let Ok(Row::Pupil(row)) = &record.outcome else { panic!("{record:?}") };
        assert_eq!((row.school.as_str(), row.class.as_ref().unwrap().as_str()), ("31303405", "3A"));
    }
    // The sum, the place and date, and who signs are no pupils: each is told of, none becomes one.
    assert!(records[2..].iter().all(|record| record.outcome.is_err()));
}

#[test]
fn what_cannot_be_read_is_named_with_what_to_do() {
    for (name, code, says) in [
        ("libreoffice-misread-utf8.xlsx", "text_garbled", "65001: Unicode (UTF-8)"),
        ("password.xlsx", "file_encrypted", "mật khẩu"),
    ] {
        let refused = open(&file(name), &options()).unwrap_err();
        assert_eq!(refused.code(), code, "{name}");
        let message = refused.message(Language::Vi);
        assert!(message.contains(says), "{name}: {message}");
    }
}

#[test]
fn the_readme_tells_how_every_file_was_made() {
    let readme = std::fs::read_to_string(file("README.md")).unwrap();
    for entry in std::fs::read_dir(file("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || readme.contains(&format!("`{name}`")), "{name}");
    }
}
