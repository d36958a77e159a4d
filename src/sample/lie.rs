//! A workbook that says its sheet ends in row 4, as the sector's real exports do.

use std::io::{self, Cursor, Read, Write};

use zip::{DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The workbook with `<dimension>` of sheet number `sheet` (from 1) cut to four rows; all else byte for byte.
pub(super) fn about_size(book: Vec<u8>, sheet: usize) -> io::Result<Vec<u8>> {
    let mut from = ZipArchive::new(Cursor::new(book)).map_err(io::Error::other)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let target = format!("xl/worksheets/sheet{sheet}.xml");
    for index in 0..from.len() {
        let mut entry = from.by_index(index).map_err(io::Error::other)?;
        if entry.name().is_ok_and(|name| name == target) {
            let mut xml = String::new();
            entry.read_to_string(&mut xml)?;
            let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
            to.start_file(&target, options).map_err(io::Error::other)?;
            to.write_all(shorten(&xml).as_bytes())?;
        } else {
            to.raw_copy_file(entry).map_err(io::Error::other)?;
        }
    }
    Ok(to.finish().map_err(io::Error::other)?.into_inner())
}

/// `<dimension ref="A1:BS1604"/>` becomes `<dimension ref="A1:BS4"/>`.
fn shorten(xml: &str) -> String {
    const OPEN: &str = "<dimension ref=\"";
    let Some(start) = xml.find(OPEN).map(|at| at + OPEN.len()) else { return xml.to_owned() };
    let Some(end) = xml[start..].find('"').map(|at| at + start) else { return xml.to_owned() };
    let column = xml[start..end].trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{}{column}4{}", &xml[..start], &xml[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_row_is_denied() {
        assert_eq!(shorten("<a/><dimension ref=\"A1:BS1604\"/><b/>"), "<a/><dimension ref=\"A1:BS4\"/><b/>");
        assert_eq!(shorten("<a/>"), "<a/>");
    }
}
