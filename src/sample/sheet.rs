//! Rows of cells as bytes: CSV as Excel saves it ("CSV UTF-8": byte order mark, CRLF) and XLSX.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::lie;

/// What one cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Blank,
    Text(String),
    Number(f64),
    /// Written as text, `14/03/2017`.
    Day(Date),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

pub(super) fn long_date(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// Where rows go.
pub(super) enum Sink {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx(Box<Book>),
}

impl Sink {
    /// A CSV file, overwritten when it exists.
    pub(super) fn csv(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        file.write_all("\u{feff}".as_bytes())?;
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(file);
        Ok(Self::Csv(Box::new(writer)))
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        match self {
            Self::Csv(writer) => csv_row(writer, cells).map_err(io::Error::other),
            Self::Xlsx(book) => book.row(cells).map_err(io::Error::other),
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

fn csv_row(writer: &mut csv::Writer<BufWriter<File>>, cells: &[Cell]) -> csv::Result<()> {
    for cell in cells {
        match cell {
            Cell::Blank => writer.write_field("")?,
            Cell::Text(text) => writer.write_field(text)?,
            Cell::Number(number) => writer.write_field(number.to_string())?,
            Cell::Day(day) => writer.write_field(long_date(*day))?,
        }
    }
    writer.write_record(None::<&[u8]>)
}

/// A workbook whose sheet of data is being filled.
pub(super) struct Book {
    workbook: Workbook,
    data: usize,
    next: u32,
    lies: bool,
}

impl Book {
    /// A workbook with one sheet.
    pub(super) fn plain() -> io::Result<Self> {
        Self::among(&[], false)
    }

    /// A workbook whose data stand behind the first of some other sheets; when it `lies`, they claim to end in row 4.
    pub(super) fn among(others: &[(&str, Vec<Vec<Cell>>)], lies: bool) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        // The library would write the time of day.
        let opening = ExcelDateTime::from_ymd(2026, 9, 5).map_err(io::Error::other)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&opening));
        let data = others.len().min(1);
        let mut made = Self { workbook, data, next: 0, lies };
        made.sheets(others).map_err(io::Error::other)?;
        Ok(made)
    }

    fn sheets(&mut self, others: &[(&str, Vec<Vec<Cell>>)]) -> Result<(), XlsxError> {
        for at in 0..=others.len() {
            if at == self.data {
                self.workbook.add_worksheet().set_name("Danh sách")?;
            }
            if let Some((name, rows)) = others.get(at) {
                let index = at + usize::from(at >= self.data);
                self.workbook.add_worksheet().set_name(*name)?;
                (0..).zip(rows).try_for_each(|(row, cells)| self.put(index, row, cells))?;
            }
        }
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        self.next += 1;
        self.put(self.data, self.next - 1, cells)
    }

    fn put(&mut self, sheet: usize, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(sheet)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Blank => continue,
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Day(day) => sheet.write_string(row, column, long_date(*day))?,
            };
        }
        Ok(())
    }

    fn bytes(mut self) -> io::Result<Vec<u8>> {
        let bytes = self.workbook.save_to_buffer().map_err(io::Error::other)?;
        if self.lies { lie::about_size(bytes, self.data + 1) } else { Ok(bytes) }
    }
}
