//! Workbooks that a process of their own reads: what they hold, and what they cannot do to anybody.

use std::{io::Write, path::PathBuf};

use phuong::roster::{Isolation, Kind, Language, Limits, OpenError, Options, Reading, Row, open};
use tempfile::NamedTempFile;

use super::{
    old_workbook::{container, file_pass, label, number, workbook},
    options, read,
};

const TITLES: [&str; 5] = ["Mã trường", "Lớp", "Mã học sinh", "Họ tên", "Ngày sinh"];

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A header, one pupil, and whatever else.
fn cells(more: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let titles = (0_u16..).zip(TITLES).map(|(column, title)| label(0, column, title));
    let texts = (0_u16..).zip(["31303405", "3A"]).map(|(column, text)| label(1, column, text));
    let name = label(1, 3, "Nguyễn Thị Bảo Ngọc");
    titles.chain(texts).chain([number(1, 2, 3_112_345_678.0), name, label(1, 4, "14/03/2017")]).chain(more).collect()
}

fn refused(bytes: &[u8], options: &Options) -> OpenError {
    open(file(bytes).path(), options).unwrap_err()
}

#[test]
fn an_old_workbook_is_read_apart() {
    let (source, records) = read(file(&workbook(&[], &cells(Vec::new()))).path());
    assert_eq!((source.kind, source.header.row, &**source.sheet()), (Kind::Pupils, 1, "Danh sách"));
    let Ok(Row::Pupil(pupil)) = &records[0].outcome else { panic!("{records:?}") };
    assert_eq!(pupil.who.name.as_str(), "Nguyễn Thị Bảo Ngọc");
    assert_eq!(pupil.who.sector_id.as_ref().unwrap().as_str(), "3112345678");
    assert_eq!(records[0].row, 2);
}

#[test]
fn r45_a_file_that_needs_too_much_memory_ends_its_reader_and_nobody_else() {
    // Two cells, and the parser makes room for sixteen million.
    let far = workbook(&[], &cells(vec![label(65_535, 255, "x")]));
    assert!(far.len() < 10_000);
    let error = refused(&far, &options());
    assert_eq!(error.code(), "file_too_large");
    assert!(error.message(Language::Vi).contains("nhiều bộ nhớ hơn mức cho phép (300 MiB)"), "{error}");
    assert!(error.message(Language::En).contains("more memory than allowed (300 MiB)"), "{error}");
}

#[test]
fn r45_a_file_that_takes_too_long_ends_its_reader() {
    // Enough to read that the operating system looks at the clock meanwhile.
    let long = cells((2..60_000).map(|row| label(row, 3, "Nguyễn Thị Bảo Ngọc")).collect());
    let limits = Limits { cpu_seconds: 0, ..Limits::default() };
    let error = refused(&workbook(&[], &long), &Options { limits, ..options() });
    assert_eq!(error.code(), "file_too_large");
    assert!(error.message(Language::En).contains("more than 0 seconds"), "{error}");
}

#[test]
fn a_password_has_its_own_words_in_every_container() {
    for bytes in [workbook(&file_pass(), &cells(Vec::new())), container("EncryptedPackage", &[7; 5000])] {
        let error = refused(&bytes, &options());
        assert_eq!(error.code(), "file_encrypted");
        assert!(error.message(Language::Vi).contains("mật khẩu"));
    }
}

#[test]
fn a_document_that_is_no_workbook_is_called_one() {
    for stream in ["WordDocument", "PowerPoint Document", "__properties_version1.0"] {
        assert_eq!(refused(&container(stream, &[7; 5000]), &options()).code(), "file_other_document", "{stream}");
    }
}

#[test]
fn a_truncated_or_damaged_old_workbook_is_damaged_wherever_it_was_cut() {
    let whole = workbook(&[], &cells(Vec::new()));
    for cut in (8..2_500).step_by(311) {
        let error = refused(&whole[..cut], &options());
        // Before its directory nothing says that it was a workbook.
        assert!(matches!(error.code(), "file_damaged" | "file_other_document"), "{cut}: {error}");
    }
    let mut endless = whole.clone();
    let table = 512;
    // The stream's second sector leads to its first.
    endless[table + 12..table + 16].copy_from_slice(&2_u32.to_le_bytes());
    let (_, records) = read(file(&endless).path());
    assert_eq!(records.len(), 1, "the directory tells how long it is");
}

#[test]
fn a_server_reads_every_workbook_apart_and_finds_the_same() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/roster_files/files");
    let apart = Options { reading: Reading { isolation: Isolation::AllWorkbooks, ..options().reading }, ..options() };
    for name in ["libreoffice-form.xlsx", "openpyxl-1904.xlsx", "xlsxwriter-formulas.xlsx", "libreoffice.ods"] {
        let (here, records) = read(&folder.join(name));
        let mut source = open(&folder.join(name), &apart).unwrap();
        assert_eq!((&source.header, source.sheet()), (&here.header, here.sheet()), "{name}");
        for _ in 0..2 {
            let mut again = Vec::new();
            source
                .for_each(|record| {
                    again.push(record);
                    std::ops::ControlFlow::Continue(())
                })
                .unwrap();
            assert_eq!(again, records, "{name}");
        }
    }
    let limits = Limits { rows: 1, ..Limits::default() };
    let error = open(&folder.join("openpyxl-1904.xlsx"), &Options { limits, ..apart.clone() }).unwrap_err();
    assert!(
        error.message(Language::En).contains("more rows than may be (1)"),
        "what the reader says of a sheet arrives"
    );
    assert_eq!(open(&folder.join("password.xlsx"), &apart).unwrap_err().code(), "file_encrypted");
}

#[test]
fn a_program_that_is_no_reader_is_a_failure_and_no_hang() {
    let at = |program: &str| Options {
        reading: Reading { program: Some(program.into()), ..Reading::default() },
        ..Options::default()
    };
    let bytes = workbook(&[], &cells(Vec::new()));
    assert_eq!(refused(&bytes, &at("/nowhere/phuong")).code(), "file_unreadable");
    assert_eq!(refused(&bytes, &at("/bin/true")).code(), "file_damaged");
    assert_eq!(refused(&bytes, &at("/bin/echo")).code(), "file_unreadable", "what it says are no frames");
}
