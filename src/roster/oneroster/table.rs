//! One table of the zip, line by line.

use std::{fs::File, io::BufReader, ops::ControlFlow};

use zip::ZipArchive;

use crate::roster::{
    cell_reader::GONE,
    encoding::{Decoder, Encoding, TooLong},
    error::{Bound, ReadError},
    limits::Limits,
    oneroster::folder,
    package::rewound,
};

/// A line: its number, as a spreadsheet counts, and its cells by the names of their columns.
pub(super) struct Line<'l> {
    pub(super) number: u32,
    header: &'l csv::StringRecord,
    record: &'l csv::StringRecord,
}

impl Line<'_> {
    /// A cell; empty where the table lacks the column.
    pub(super) fn get(&self, column: &str) -> &str {
        let at = self.header.iter().position(|title| title == column);
        let cell = at.and_then(|at| self.record.get(at)).unwrap_or_default().trim();
        // What an export put before a text that a spreadsheet would take for a formula.
        match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
            _ => cell,
        }
    }

    /// Whether whoever wrote it means that it is no more.
    pub(super) fn is_gone(&self) -> bool {
        self.get("status").eq_ignore_ascii_case(GONE)
    }
}

/// Shows every line of a table, until the visitor breaks. A table that is not there has none.
pub(super) fn for_each(
    file: &File,
    table: &str,
    limits: &Limits,
    mut visit: impl FnMut(&Line<'_>) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let damaged = |row, detail: String| ReadError::Damaged { row, detail: format!("{table}.csv: {detail}") };
    let mut zip = ZipArchive::new(rewound(file)?).map_err(|e| damaged(0, e.to_string()))?;
    let manifest = zip.file_names().filter_map(Result::ok).find(|name| folder(name).is_some());
    let folder = manifest.as_deref().and_then(folder).unwrap_or_default();
    let part = format!("{folder}{table}.csv");
    let Ok(part) = zip.by_name(&part) else { return Ok(()) };
    let (decoder, since) = Decoder::new(BufReader::new(part), Encoding::Utf8, limits.record_bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(decoder);
    let failure = |row: u32, error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) if TooLong::caused(&error) => {
            ReadError::TooLarge { row: row + 1, what: Bound::CellBytes, most: limits.record_bytes as u64 }
        }
        kind => damaged(row, format!("{kind:?}")),
    };
    let header = reader.headers().map_err(|e| failure(0, e))?.clone();
    if header.len() > limits.columns {
        return Err(ReadError::TooLarge { row: 1, what: Bound::Columns, most: limits.columns as u64 });
    }
    let mut record = csv::StringRecord::new();
    let mut number = 1_u32;
    loop {
        since.set(0);
        if !reader.read_record(&mut record).map_err(|e| failure(number, e))? {
            return Ok(());
        }
        number += 1;
        if number > limits.rows {
            return Err(ReadError::TooLarge { row: number, what: Bound::Rows, most: u64::from(limits.rows) });
        }
        if visit(&Line { number, header: &header, record: &record }).is_break() {
            return Ok(());
        }
    }
}
