//! Whole files, from bytes to records: what administrators bring, and what attackers bring.

mod any_bytes;
mod csv_files;
mod hostile;
mod joined;
mod open_document;
mod workbooks;
mod writers;

use std::{io::Write, ops::ControlFlow};

use rust_xlsxwriter::{Workbook, XlsxError};
use tempfile::NamedTempFile;

use super::{Field, Issue, Language, OpenError, Options, PupilRow, ReadError, Record, Row, Source, open};

const PUPIL_HEADER: &str = "STT,Mã trường,Mã lớp,Khối,Mã định danh Bộ GD&ĐT,Số định danh cá nhân,Họ và tên,Ngày sinh,Giới tính,Trạng thái HS,Ngày nhập trạng thái";
const PUPIL: &str =
    "1,31303405,3A,Khối 3,3112345678,031317004321,Nguyễn Thị Bảo Ngọc,14/03/2017,Nữ,Đang học,05/09/2026";

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn workbook(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook).unwrap();
    workbook.save_to_buffer().unwrap()
}

fn records_of(source: &mut Source) -> Result<Vec<Record>, ReadError> {
    let mut records = Vec::new();
    source.for_each(|record| {
        records.push(record);
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

fn read_with(bytes: &[u8], options: &Options) -> Result<(Source, Vec<Record>), OpenError> {
    let mut source = open(file(bytes).path(), options)?;
    let records = records_of(&mut source)?;
    Ok((source, records))
}

fn read(bytes: &[u8]) -> Result<(Source, Vec<Record>), OpenError> {
    read_with(bytes, &Options { name: Some("danh-sach".into()), ..Options::default() })
}

fn pupil(record: &Record) -> &PupilRow {
    match &record.outcome {
        Ok(Row::Pupil(row)) => row,
        other => panic!("no pupil: {other:?}"),
    }
}

fn codes(issues: &[Issue]) -> Vec<&'static str> {
    issues.iter().map(Issue::code).collect()
}

fn errors(record: &Record) -> Vec<&'static str> {
    record.outcome.as_ref().err().map(|issues| codes(issues)).unwrap_or_default()
}

#[test]
fn every_problem_speaks_both_languages_and_fills_its_blanks() {
    let row = PUPIL.replace("14/03/2017", "31/02/2016").replace("3112345678", "NguyÔn ThÞ");
    let (_, records) = read(format!("{PUPIL_HEADER}\n{row}").as_bytes()).unwrap();
    let issues = records[0].outcome.as_ref().unwrap_err();
    let vi: Vec<_> = issues.iter().map(|issue| issue.message(Language::Vi)).collect();
    assert!(vi[0].starts_with("Dòng 2, Ngày sinh: «31/02/2016» không tồn tại."), "{vi:?}");
    for issue in issues.iter().chain(&records[0].warnings) {
        for language in [Language::Vi, Language::En] {
            assert!(!issue.message(language).contains(['{', '}']), "{}", issue.message(language));
        }
    }
    assert_eq!(codes(issues), ["date_no_such_day", "sector_id_malformed"]);
    assert_eq!(codes(&records[0].warnings), ["legacy_text"]);
}
