//! Tables of text on their way into a file.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::model::text::for_a_spreadsheet;

/// Rows of a sheet of XLSX; the next ones go to another sheet.
const MOST_ROWS: u32 = 1_048_576;

/// A table of text, separated by commas.
pub(in crate::admin) struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub(in crate::admin) fn begin(to: W, header: &[&str]) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        writer.write_record(header)?;
        Ok(Self(writer))
    }

    /// One row, none of whose cells a spreadsheet takes for a formula.
    pub(in crate::admin) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        for cell in cells {
            self.0.write_field(&*for_a_spreadsheet(cell))?;
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    pub(in crate::admin) fn end(mut self) -> io::Result<W> {
        self.0.flush()?;
        self.0.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

/// The beginning of a file of text by which a spreadsheet knows that it is UTF-8.
pub(in crate::admin) const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A workbook of tables that are written side by side; each row goes to the disk as it comes.
pub(in crate::admin) struct Tables {
    book: Workbook,
    all: Vec<Table>,
    sheets: usize,
}

struct Table {
    name: String,
    header: Vec<String>,
    /// Its sheet in the book, and the next row there.
    sheet: usize,
    next: u32,
    parts: u32,
}

impl Tables {
    /// Tables by name and header; what does not fit into memory is kept in a folder meanwhile.
    pub(in crate::admin) fn begin(tables: &[(&str, &[&str])], folder: &Path) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        let mut begun = Self { book, all: Vec::new(), sheets: 0 };
        for (name, header) in tables {
            let header = header.iter().map(|title| (*title).to_owned()).collect();
            begun.all.push(Table { name: (*name).to_owned(), header, sheet: 0, next: MOST_ROWS, parts: 0 });
            begun.turn(begun.all.len() - 1)?;
        }
        Ok(begun)
    }

    /// One row of a table.
    pub(in crate::admin) fn row(&mut self, table: usize, cells: &[&str]) -> Result<(), XlsxError> {
        if self.all[table].next == MOST_ROWS {
            self.turn(table)?;
        }
        self.write(table, cells)
    }

    /// A table goes on in a new sheet.
    fn turn(&mut self, table: usize) -> Result<(), XlsxError> {
        let it = &mut self.all[table];
        it.parts += 1;
        (it.sheet, it.next) = (self.sheets, 0);
        self.sheets += 1;
        let name = if it.parts == 1 { it.name.clone() } else { format!("{} {}", it.name, it.parts) };
        self.book.add_worksheet_with_constant_memory()?.set_name(name)?;
        let header = self.all[table].header.clone();
        self.write(table, &header.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn write(&mut self, table: usize, cells: &[&str]) -> Result<(), XlsxError> {
        let it = &mut self.all[table];
        let sheet = self.book.worksheet_from_index(it.sheet)?;
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            // Text, whatever it looks like: a code stays a code.
            sheet.write_string(it.next, column, for_a_spreadsheet(cell))?;
        }
        it.next += 1;
        Ok(())
    }

    pub(in crate::admin) fn end(mut self, file: File) -> Result<(), XlsxError> {
        self.book.save_to_writer(file)
    }
}

/// The system's own error, which tells a full disk from a forbidden one.
pub(in crate::admin) fn of_xlsx(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
