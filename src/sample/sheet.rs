//! Rows of cells as bytes: CSV in the forms in which Excel saves it, and XLSX.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use super::book::Book;

/// What one cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Blank,
    Text(String),
    /// A column's name.
    Head(String),
    Number(f64),
    /// Written as text, `14/03/2017`.
    Day(Date),
    /// A day as Excel keeps it; a workbook may dress it as a date.
    Serial {
        days: i32,
        dressed: bool,
    },
    /// Text that a workbook centres over so many columns.
    Title {
        text: String,
        across: usize,
    },
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

pub(super) fn long_date(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// How a text file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CsvForm {
    /// *CSV UTF-8*: byte order mark, commas.
    Utf8,
    /// The same with semicolons, below a line that tells Excel so.
    Semicolons,
    /// *Unicode text*: UTF-16 with tabs.
    Unicode,
}

/// Where rows go.
pub(super) enum Sink {
    Csv(Box<csv::Writer<TextFile>>),
    Xlsx(Box<Book>),
}

impl Sink {
    /// A CSV file.
    pub(super) fn csv(path: &Path, form: CsvForm) -> io::Result<Self> {
        let mut file = TextFile { file: BufWriter::with_capacity(1 << 16, File::create(path)?), wide: None };
        let delimiter = match form {
            CsvForm::Utf8 => b',',
            CsvForm::Semicolons => b';',
            CsvForm::Unicode => {
                file.wide = Some(Vec::new());
                b'\t'
            }
        };
        file.write_all("\u{feff}".as_bytes())?;
        if form == CsvForm::Semicolons {
            file.write_all(b"sep=;\r\n")?;
        }
        let mut builder = csv::WriterBuilder::new();
        builder.delimiter(delimiter).terminator(csv::Terminator::CRLF).flexible(true);
        Ok(Self::Csv(Box::new(builder.from_writer(file))))
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        match self {
            Self::Csv(writer) => csv_row(writer, cells).map_err(of_csv),
            Self::Xlsx(book) => book.row(cells).map_err(of_xlsx),
        }
    }

    /// Writes what is still held. A workbook is held whole until now.
    pub(super) fn finish(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush(),
            Self::Xlsx(book) => std::fs::write(path, book.bytes()?),
        }
    }
}

fn csv_row(writer: &mut csv::Writer<TextFile>, cells: &[Cell]) -> csv::Result<()> {
    for cell in cells {
        match cell {
            Cell::Blank => writer.write_field("")?,
            Cell::Text(text) | Cell::Head(text) | Cell::Title { text, .. } => writer.write_field(text)?,
            Cell::Number(number) => writer.write_field(number.to_string())?,
            Cell::Day(day) => writer.write_field(long_date(*day))?,
            Cell::Serial { days, .. } => writer.write_field(days.to_string())?,
        }
    }
    writer.write_record(None::<&[u8]>)
}

/// The system's own error, which tells a full disk from a forbidden one.
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// The same of a workbook's.
pub(super) fn of_xlsx(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

/// A file that takes UTF-8 and keeps it so, or as UTF-16.
pub(super) struct TextFile {
    file: BufWriter<File>,
    /// The beginning of a character whose end has not come yet, where UTF-16 is written.
    wide: Option<Vec<u8>>,
}

impl Write for TextFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(begun) = &mut self.wide else { return self.file.write(bytes) };
        begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(begun) {
            Ok(text) => text.len(),
            Err(cut) => cut.valid_up_to(),
        };
        let text = String::from_utf8_lossy(&begun[..whole]);
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.file.write_all(&units)?;
        begun.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
