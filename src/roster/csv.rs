//! Rows of a CSV file, streamed: any of the usual encodings and delimiters, numbered as a spreadsheet numbers them.

use std::{fs::File, io::Read, ops::ControlFlow};

use super::{
    cells::{Form, RawRow},
    encoding::{Decoder, Encoding, TooLong},
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    package::rewound,
};

/// What separates the fields of a record.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// An open CSV file.
#[derive(Debug)]
pub(super) struct CsvFile {
    file: File,
    encoding: Encoding,
    pub(super) delimiter: u8,
    limits: Limits,
}

impl CsvFile {
    /// Opens a file whose first bytes are `sample`; the delimiter is still a guess.
    pub(super) fn open(file: File, sample: &[u8], limits: &Limits) -> Result<Self, OpenError> {
        if file.metadata()?.len() > limits.csv_bytes {
            return Err(OpenError::TooLarge { what: Bound::FileBytes, most: limits.csv_bytes });
        }
        Ok(Self { file, encoding: Encoding::of(sample), delimiter: b',', limits: limits.clone() })
    }

    /// Visits every row that holds anything, from the first.
    pub(super) fn walk(&self, visit: &mut dyn FnMut(&RawRow) -> ControlFlow<()>) -> Result<(), ReadError> {
        let source = rewound(&self.file)?.take(self.limits.csv_bytes);
        let (decoder, since) = Decoder::new(source, self.encoding, self.limits.record_bytes);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).from_reader(decoder);
        let (mut record, mut row) = (csv::ByteRecord::new(), RawRow::default());
        let (mut inner_lines, mut rows) = (0, 0);
        loop {
            let (last, before) = (row.number, reader.position().line());
            if !reader.read_byte_record(&mut record).map_err(|e| self.failure(e, last))? {
                return Ok(());
            }
            since.set(0);
            // Every line ends in one `\n` here, and a spreadsheet counts a record with line breaks in it once.
            let within = record.as_slice().iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
            if reader.position().line() - before <= within {
                return Err(ReadError::OpenQuote { row: last + 1 });
            }
            inner_lines += within;
            let line = reader.position().line().saturating_sub(1 + inner_lines);
            row.begin(u32::try_from(line).unwrap_or(u32::MAX));
            for (column, field) in record.iter().enumerate() {
                if field.is_empty() {
                    continue;
                }
                if column >= self.limits.columns {
                    let most = self.limits.columns as u64;
                    return Err(ReadError::TooLarge { row: row.number, what: Bound::Columns, most });
                }
                row.put(column, Form::Number, |text| text.push_str(&String::from_utf8_lossy(field)));
            }
            if row.is_blank() {
                continue;
            }
            rows += 1;
            if rows > self.limits.rows {
                return Err(ReadError::TooLarge {
                    row: row.number,
                    what: Bound::Rows,
                    most: u64::from(self.limits.rows),
                });
            }
            if visit(&row).is_break() {
                return Ok(());
            }
        }
    }

    fn failure(&self, error: csv::Error, row: u32) -> ReadError {
        match error.into_kind() {
            csv::ErrorKind::Io(error) if TooLong::caused(&error) => {
                ReadError::TooLarge { row: row + 1, what: Bound::CellBytes, most: self.limits.record_bytes as u64 }
            }
            csv::ErrorKind::Io(error) => ReadError::Io(error),
            kind => ReadError::Damaged { row, detail: format!("{kind:?}") },
        }
    }
}
