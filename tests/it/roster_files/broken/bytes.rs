//! What broken files are made of.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{Workbook, XlsxError};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(super) const HEADER: [&str; 11] = [
    "STT",
    "Mã trường",
    "Mã lớp",
    "Khối",
    "Mã định danh Bộ GD&ĐT",
    "Số định danh cá nhân",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Trạng thái HS",
    "Ngày nhập trạng thái",
];
pub(super) const PUPIL: [&str; 11] = [
    "1",
    "31303405",
    "3A",
    "Khối 3",
    "3112345678",
    "031317004321",
    "Nguyễn Thị Bảo Ngọc",
    "14/03/2017",
    "Nữ",
    "Đang học",
    "05/09/2026",
];

/// A header and one pupil, as a file of text.
pub(super) fn list(separator: &str) -> String {
    format!("{}\n{}\n", HEADER.join(separator), PUPIL.join(separator))
}

/// The pupil with other cells.
pub(super) fn pupil(changes: &[(usize, &str)]) -> String {
    let mut cells = PUPIL;
    for (column, text) in changes {
        cells[*column] = text;
    }
    cells.join(",")
}

/// A list of one pupil with other cells.
pub(super) fn with(changes: &[(usize, &str)]) -> Vec<u8> {
    format!("{}\n{}\n", HEADER.join(","), pupil(changes)).into_bytes()
}

pub(super) fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to).collect()
}

pub(super) fn workbook(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// A workbook of one sheet with the header, the pupil, and whatever else.
pub(super) fn sheet(more: impl FnOnce(&mut rust_xlsxwriter::Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet();
        write_list(sheet, 0)?;
        more(sheet)
    })
}

/// The header in a row (from 0) and the pupil below it.
pub(super) fn write_list(sheet: &mut rust_xlsxwriter::Worksheet, row: u32) -> Result<(), XlsxError> {
    for (column, (title, text)) in (0..).zip(HEADER.into_iter().zip(PUPIL)) {
        sheet.write(row, column, title)?.write(row + 1, column, text)?;
    }
    Ok(())
}

pub(super) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, how).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The least that is a workbook, with this sheet and whatever else.
pub(super) fn raw(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    raw_as("visible", sheet, more)
}

/// The same with a sheet that people see or do not.
pub(super) fn raw_as(state: &str, sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const LINKS: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let book = BOOK.replace("<sheet ", &format!("<sheet state=\"{state}\" "));
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", LINKS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend_from_slice(more);
    zipped(&parts)
}

/// The XML of a sheet with the header, the pupil, and whatever else.
pub(super) fn raw_sheet(before: &str, after: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;");
    let row = |number: u32, texts: [&str; 11]| {
        let cell = |(column, text): (char, &str)| {
            format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{}</t></is></c>"#, escape(text))
        };
        let cells: String = ('A'..='K').zip(texts).map(cell).collect();
        format!(r#"<row r="{number}">{cells}</row>"#)
    };
    format!("<worksheet>{before}<sheetData>{}{}{after}</sheetData></worksheet>", row(1, HEADER), row(2, PUPIL))
}

/// A page with the list as a table, and whatever else.
pub(super) fn page(more: &str) -> String {
    let row = |cells: [&str; 11], tag: &str| {
        let cells = cells.map(|cell| format!("<{tag}>{}</{tag}>", cell.replace('&', "&amp;")));
        format!("<tr>{}</tr>", cells.concat())
    };
    format!(
        "<html><head><meta charset=utf-8><style>td {{ mso-number-format:\"\\@\" }}</style></head><body>\
         <table border=1>{}{}{more}</table></body></html>",
        row(HEADER, "th"),
        row(PUPIL, "td")
    )
}
