//! Workbooks made to harm whoever opens them.

use std::io::Cursor;

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::roster::Limits;

pub(super) const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
pub(super) const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub(super) const BOOK: &str = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#;
pub(super) const BOOK_RELS: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

pub(super) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, how).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn raw_workbook(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend_from_slice(more);
    zipped(&parts)
}

pub(super) fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A sheet with a header and one pupil, and whatever else.
fn sheet(before: &str, after: &str) -> Vec<u8> {
    let titles = ["Mã trường", "Lớp", "Mã học sinh", "Họ tên", "Ngày sinh"];
    let values = ["31303405", "3A", "3112345678", "An", "14/3/2017"];
    let row = |n: u32, texts: [&str; 5]| {
        let cells: String =
            ["A", "B", "C", "D", "E"].iter().zip(texts).map(|(c, t)| cell(&format!("{c}{n}"), t)).collect();
        format!("<row r=\"{n}\">{cells}</row>")
    };
    format!("<worksheet>{before}<sheetData>{}{}{after}</sheetData></worksheet>", row(1, titles), row(2, values))
        .into_bytes()
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes).unwrap_err().code()
}

#[test]
fn a_plain_raw_workbook_is_read() {
    let (_, records) = read(&raw_workbook(&sheet("", ""), &[])).unwrap();
    assert_eq!(pupil(&records[0]).who.name.as_str(), "An");
}

#[test]
fn r45_a_dimension_that_lies_makes_no_difference() {
    for lie in ["A1:XFD1048576", "A1:BS4", "A1"] {
        let (_, records) = read(&raw_workbook(&sheet(&format!("<dimension ref=\"{lie}\"/>"), ""), &[])).unwrap();
        assert_eq!(records.len(), 1);
    }
}

#[test]
fn r45_a_far_cell_costs_nothing_or_is_refused() {
    let ghost = sheet("", r#"<row r="1048576"><c r="XFD1048576" s="0"/></row>"#);
    assert_eq!(read(&raw_workbook(&ghost, &[])).unwrap().1.len(), 1);
    let low = sheet("", &format!("<row r=\"1048576\">{}</row>", cell("D1048576", "Bình")));
    assert_eq!(read(&raw_workbook(&low, &[])).unwrap().1[1].row, 1_048_576);
    let far = sheet("", &format!("<row r=\"1048576\">{}</row>", cell("XFD1048576", "x")));
    assert_eq!(code(&raw_workbook(&far, &[])), "file_too_large");
    for absurd in ["ZZZZZZZZZZZZ1", "A99999999999999999999", "A0", "1", "", "é1"] {
        let bytes = raw_workbook(&sheet("", &format!("<row>{}</row>", cell(absurd, "x"))), &[]);
        assert!(matches!(code(&bytes), "file_damaged" | "file_too_large"), "{absurd}");
    }
}

#[test]
fn r45_a_zip_bomb_is_refused_before_it_is_parsed() {
    let spaces = vec![b' '; 40 << 20];
    assert_eq!(code(&raw_workbook(&sheet("", ""), &[("xl/styles.xml", &spaces)])), "file_too_large");
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(2_000_001));
    assert_eq!(code(&raw_workbook(&sheet("", ""), &[("xl/sharedStrings.xml", strings.as_bytes())])), "file_too_large");
    let declared = br#"<sst count="1" uniqueCount="4000000000"><si><t>a</t></si></sst>"#;
    assert_eq!(code(&raw_workbook(&sheet("", ""), &[("xl/sharedStrings.xml", declared)])), "file_too_large");
    let long = sheet("", &format!("<row r=\"3\">{}</row>", cell("A3", &"a".repeat(1 << 20))));
    assert_eq!(code(&raw_workbook(&long, &[])), "file_too_large");
    let parts: Vec<String> = (0..2_100).map(|i| format!("xl/media/{i}.png")).collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(code(&raw_workbook(&sheet("", ""), &parts)), "file_too_large");
    let limits = Limits { inflated_bytes: 1000, ..Limits::default() };
    let refused = read_with(&raw_workbook(&sheet("", ""), &[]), &Options { limits, ..Options::default() });
    assert_eq!(refused.unwrap_err().code(), "file_too_large");
}

#[test]
fn r45_a_part_larger_than_it_declares_is_refused() {
    let mut bytes = raw_workbook(&sheet("", ""), &[]);
    let sizes: Vec<usize> =
        (0..bytes.len() - 4).filter(|i| &bytes[*i..*i + 4] == b"PK\x01\x02").map(|i| i + 24).collect();
    let last = sizes.last().unwrap();
    bytes[*last..last + 4].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(code(&bytes), "file_damaged");
}

/// Each sheet with the same columns is opened anew by its name, which would find the other one again, without end.
#[test]
fn r45_two_sheets_of_one_name_are_refused() {
    let book = |names: [&str; 2]| {
        let [a, b] = names.map(|name| BOOK.replace("name=\"A\"", &format!("name=\"{name}\"")));
        let second = b.split("<sheets>").nth(1).unwrap().replace("r1", "r2");
        let book = a.replace("</sheets></workbook>", &second);
        let one = BOOK_RELS.trim_start_matches("<Relationships>").replace("r1", "r2").replace("sheet1", "sheet2");
        let rels = BOOK_RELS.replace("</Relationships>", &one);
        let sheet = sheet("", "");
        zipped(&[
            ("[Content_Types].xml", TYPES.as_bytes()),
            ("_rels/.rels", ROOT.as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
            ("xl/worksheets/sheet1.xml", &sheet),
            ("xl/worksheets/sheet2.xml", &sheet),
        ])
    };
    assert_eq!(read(&book(["3A", "3a"])).unwrap().0.others.alike, ["3a"]);
    assert_eq!(code(&book(["3A", "3A"])), "file_damaged");
}

#[test]
fn r46_document_types_entities_and_outside_links_are_refused() {
    let mut dtd = br#"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#.to_vec();
    dtd.extend_from_slice(&sheet("", &format!("<row r=\"3\">{}</row>", cell("A3", "&a;"))));
    assert_eq!(code(&raw_workbook(&dtd, &[])), "file_dtd");
    let link = ("xl/externalLinks/externalLink1.xml", &b"<externalLink/>"[..]);
    assert_eq!(code(&raw_workbook(&sheet("", ""), &[link])), "file_external_links");
    let link = br#"<Relationships><Relationship Id="r" Type="http://x/oleObject" Target="file:///c:/x" TargetMode="External"/></Relationships>"#;
    assert_eq!(
        code(&raw_workbook(&sheet("", ""), &[("xl/worksheets/_rels/sheet1.xml.rels", link)])),
        "file_external_links"
    );
    let mail = br#"<Relationships><Relationship Id="r" Type="http://x/hyperlink" Target="mailto:a@b" TargetMode="External"/></Relationships>"#;
    assert!(read(&raw_workbook(&sheet("", ""), &[("xl/worksheets/_rels/sheet1.xml.rels", mail)])).is_ok());
    let wide: Vec<u8> = String::from_utf8(sheet("", "")).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(code(&raw_workbook(&wide, &[])), "file_damaged");
}

#[test]
fn what_is_no_workbook_is_named() {
    assert_eq!(code(&zipped(&[("manifest.csv", b"propertyName,value")])), "oneroster_incomplete");
    assert_eq!(code(&zipped(&[("xl/workbook.bin", b"")])), "file_not_a_table");
}

#[test]
fn a_truncated_workbook_is_damaged_wherever_it_was_cut() {
    let whole = raw_workbook(&sheet("", ""), &[]);
    for cut in (4..whole.len()).step_by(37) {
        assert_eq!(code(&whole[..cut]), "file_damaged", "{cut}");
    }
}

#[test]
fn a_formula_error_is_reported_where_it_stands() {
    let bytes = raw_workbook(
        &sheet(
            "",
            &format!(
                r#"<row r="3">{}<c r="B3"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c></row>"#,
                cell("A3", "31303405")
            ),
        ),
        &[],
    );
    let (_, records) = read(&bytes).unwrap();
    assert!(errors(&records[1]).contains(&"cell_fault"));
}
