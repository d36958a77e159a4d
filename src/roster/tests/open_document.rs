//! OpenDocument spreadsheets, as LibreOffice writes them and as nobody should.

use std::fmt::Write;

use jiff::civil::date;

use super::{hostile::zipped, *};
use crate::roster::{Bound, Limits};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c"><office:automatic-styles><style:style style:name="seen" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"#;
const TAIL: &str = "</office:spreadsheet></office:body></office:document-content>";
const EMPTY_REST: &str = r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;

fn spreadsheet(content: &str) -> Vec<u8> {
    let content = format!("{HEAD}{content}{TAIL}");
    zipped(&[
        ("mimetype", MIMETYPE.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<m/>"),
    ])
}

fn text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

fn row(cells: &[String]) -> String {
    let rest = r#"<table:table-cell table:number-columns-repeated="16370"/>"#;
    format!("<table:table-row>{}{rest}</table:table-row>", cells.concat())
}

fn table(name: &str, style: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>"#)
}

fn header() -> String {
    row(&["Mã trường", "Lớp", "Mã học sinh", "Họ tên", "Ngày sinh"].map(text))
}

fn number(number: &str, shown: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{shown}</text:p></table:table-cell>"#
    )
}

fn day(day: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="date" office:date-value="{day}"><text:p>14/03/17</text:p></table:table-cell>"#
    )
}

fn one(id: &str, name: &str) -> String {
    row(&[number("31303405", "31.303.405"), text("3A"), number(id, "3,1E+09"), text(name), day("2017-03-14")])
}

fn refused(bytes: &[u8]) -> (String, OpenError) {
    let error = read(bytes).unwrap_err();
    (error.code().to_owned(), error)
}

#[test]
fn a_spreadsheet_of_libreoffice_is_read_as_an_excel_workbook_is() {
    let note = r#"<table:table-cell office:value-type="string"><office:annotation><text:p>hỏi lại</text:p></office:annotation><draw:frame><draw:text-box><text:p>mới</text:p></draw:text-box></draw:frame><text:p>Trần &amp; <text:span>Thị</text:span><text:s/>B&#236;nh</text:p></table:table-cell>"#;
    let title = row(&[text("DANH SÁCH HỌC SINH")]);
    let blank = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>"#;
    let second = row(&[text("31303405"), text("3A"), text("3112345679"), note.to_owned(), day("2017-03-15T00:00:00")]);
    let rows = format!("{title}{blank}{}{}{second}{EMPTY_REST}", header(), one("3112345678.0", "An"));
    let (source, records) = read(&spreadsheet(&table("Lớp 3A", "seen", &rows))).unwrap();
    assert_eq!((source.header.row, &**source.sheet()), (4, "Lớp 3A"));
    assert_eq!(records.len(), 2, "{records:?}");
    let (an, binh) = (pupil(&records[0]), pupil(&records[1]));
    assert_eq!((an.who.name.as_str(), an.who.born), ("An", Some(date(2017, 3, 14))));
    assert_eq!(an.class.as_ref().unwrap().as_str(), "3A");
    assert_eq!((records[0].row, records[1].row), (5, 6));
    assert_eq!((binh.who.name.as_str(), binh.who.born), ("Trần & Thị Bình", Some(date(2017, 3, 15))));
}

#[test]
fn hidden_sheets_are_passed_over_and_sheets_with_the_same_columns_are_named() {
    let sheet = |name: &str, style, id| table(name, style, &(header() + &one(id, "An")));
    let book =
        [sheet("ẩn", "unseen", "3112345670"), sheet("3A", "seen", "3112345678"), sheet("3B", "seen", "3112345679")];
    let (source, records) = read(&spreadsheet(&book.concat())).unwrap();
    assert_eq!((&**source.sheet(), source.others.alike.as_slice(), records.len()), ("3A", &["3B".to_owned()][..], 1));
    assert_eq!(refused(&spreadsheet(&sheet("ẩn", "unseen", "3112345678"))).0, "sheets_hidden");
    let many: String = (0..201).map(|n| sheet(&n.to_string(), "", "3112345678")).collect();
    assert_eq!(refused(&spreadsheet(&many)).0, "file_too_large", "each is looked for from the beginning");
    assert_eq!(refused(&spreadsheet(&[sheet("a", "", "1"), sheet("a", "", "2")].concat())).0, "file_damaged");
}

#[test]
fn what_is_merged_over_rows_counts_for_each_of_them() {
    let merged = r#"<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>31303405</text:p></table:table-cell>"#;
    let under = "<table:covered-table-cell/>";
    let pupil_of =
        |school: &str, id: &str| row(&[school.to_owned(), text("3A"), text(id), text("An"), day("2017-03-14")]);
    let rows = [header(), pupil_of(merged, "3112345678"), pupil_of(under, "3112345679")].concat();
    let (_, records) = read(&spreadsheet(&table("t", "", &rows))).unwrap();
    assert_eq!(records.iter().map(errors).collect::<Vec<_>>(), [Vec::<&str>::new(), Vec::new()]);
    assert_eq!(records.len(), 2);
}

#[test]
fn a_formula_that_failed_is_told_as_such() {
    let failed = r#"<table:table-cell table:formula="of:=VLOOKUP()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>"#;
    let row = row(&[text("31303405"), text("3A"), failed.to_owned(), text("An"), day("2017-03-14")]);
    let (_, records) = read(&spreadsheet(&table("t", "", &(header() + &row)))).unwrap();
    assert_eq!(errors(&records[0]), ["cell_fault"]);
}

#[test]
fn a_formula_that_was_never_computed_is_told_as_such() {
    let open = r#"<table:table-cell table:formula="of:=[.A1]"/>"#;
    let row = row(&[text("31303405"), text("3A"), open.to_owned(), text("An"), day("2017-03-14")]);
    let (_, records) = read(&spreadsheet(&table("t", "", &(header() + &row)))).unwrap();
    assert_eq!(errors(&records[0]), ["formula_uncomputed"]);
}

#[test]
fn r45_what_is_said_to_stand_there_a_million_times_is_counted_before_it_is_held() {
    let limits = Limits { rows: 1_000, columns: 64, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let told = |rows: &str| match read_with(&spreadsheet(&table("t", "", rows)), &options) {
        Err(OpenError::TooLarge { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let often = |attribute: &str, times: &str, within: &str| {
        format!(
            r#"<table:table-row {attribute}="{times}"><table:table-cell office:value-type="string" {within}><text:p>x</text:p></table:table-cell></table:table-row>"#
        )
    };
    let wide = r#"table:number-columns-repeated="16384""#;
    assert_eq!(told(&often("a", "1", wide)), Bound::Columns);
    let rows = often("table:number-rows-repeated", "1048576", "");
    let (mut source, _) = read_with(&spreadsheet(&table("t", "", &(header() + &one("1", "An")))), &options).unwrap();
    assert_eq!(records_of(&mut source).unwrap().len(), 1);
    let long = spreadsheet(&table("t", "", &(header() + &rows)));
    let ended = records_of(&mut open(file(&long).path(), &options).unwrap());
    assert!(matches!(ended, Err(ReadError::TooLarge { what: Bound::Rows, .. })), "{ended:?}");
    let endless = often("table:number-rows-repeated", "99999999999999999999", "").repeat(3);
    assert!(
        records_of(&mut open(file(&spreadsheet(&table("t", "", &(header() + &endless)))).path(), &options).unwrap())
            .is_err()
    );
}

#[test]
fn r46_what_reaches_outside_or_declares_entities_is_refused() {
    let sound = header() + &one("3112345678", "An");
    let linked = r#"<table:table-source xlink:href="file:///etc/passwd"/>"#.to_owned() + &sound;
    assert_eq!(refused(&spreadsheet(&table("t", "", &linked))).0, "file_external_links");
    let content = format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", table("t", "", &sound));
    let bytes = zipped(&[("mimetype", MIMETYPE.as_bytes()), ("content.xml", content.as_bytes())]);
    assert_eq!(refused(&bytes).0, "file_dtd");
    for broken in [
        sound.replace("office:value=\"3112345678\"", "office:value=\"&evil;\""),
        sound.replace("<text:p>An", &format!("{}<text:p>An", table("t", "", ""))),
    ] {
        assert_ne!(broken, sound);
        let ended = open(file(&spreadsheet(&table("t", "", &broken))).path(), &Options::default())
            .map_or_else(|error| error.code(), |mut source| records_of(&mut source).unwrap_err().code());
        assert_eq!(ended, "file_damaged", "never read as if it were missing");
    }
    let undeclared = sound.replace("An", "&evil;");
    assert_eq!(refused(&spreadsheet(&table("t", "", &undeclared))).0, "file_damaged");
}

#[test]
fn what_is_no_readable_spreadsheet_says_why() {
    let sound = table("t", "", &(header() + &one("3112345678", "An")));
    let with = |mimetype: &str, manifest: &str, content: &[u8]| {
        zipped(&[
            ("mimetype", mimetype.as_bytes()),
            ("content.xml", content),
            ("META-INF/manifest.xml", manifest.as_bytes()),
        ])
    };
    let whole = format!("{HEAD}{sound}{TAIL}");
    let locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    assert_eq!(refused(&with(MIMETYPE, locked, b"\x00\x01\x02")).0, "file_encrypted");
    assert_eq!(
        refused(&with("application/vnd.oasis.opendocument.text", "", whole.as_bytes())).0,
        "file_other_document"
    );
    assert_eq!(refused(&with(MIMETYPE, "", &whole.as_bytes()[..whole.len() / 2])).0, "file_damaged");
    let mut deep = String::from(HEAD);
    for _ in 0..5_000 {
        write!(deep, "<text:p>").unwrap();
    }
    assert_eq!(refused(&with(MIMETYPE, "", deep.as_bytes())).0, "file_damaged");
}
