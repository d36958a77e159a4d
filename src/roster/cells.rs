//! One row of a table as text, wherever it came from. Reused from row to row: reading allocates nothing per row.

use std::fmt::{self, Write};

use super::field::Field;

/// What a cell was before it became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text, or nothing.
    Text,
    /// A number, or a field of a CSV file, which may have been one: leading zeros may be lost.
    Number,
    /// A formula's error, such as `#N/A`; without text, a formula that was never computed.
    Fault,
    /// A name whose last words are missing in their own column.
    Part,
}

/// A cell's text and what it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    pub(super) form: Form,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    form: Form,
}

/// A row: its number in the spreadsheet (from 1) and its cells by column (from 0).
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow {
    pub(super) number: u32,
    /// Whether its workbook counts days from 1904, as Excel for Mac did.
    pub(super) since_1904: bool,
    /// What somebody said that the row says in a field, after a look: that counts before any column.
    pub(super) beside: Vec<(Field, String)>,
    text: String,
    cells: Vec<Span>,
}

impl RawRow {
    /// Empties it for the row of this number.
    pub(super) fn begin(&mut self, number: u32) {
        self.number = number;
        self.beside.clear();
        self.text.clear();
        self.cells.clear();
    }

    /// Puts a cell into a column; the caller bounds the column. Of two in one place the last counts.
    pub(super) fn put(&mut self, column: usize, form: Form, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        let span = Span { start, end: self.text.len(), form };
        if column < self.cells.len() {
            self.cells[column] = span;
        } else {
            self.cells.resize(column, Span { start: 0, end: 0, form: Form::Text });
            self.cells.push(span);
        }
    }

    /// The same row with no more than so many bytes of each cell.
    pub(super) fn shortened(&self, most: usize) -> Self {
        let mut short = Self { number: self.number, since_1904: self.since_1904, ..Self::default() };
        for (column, cell) in self.iter().enumerate() {
            let text = &cell.text[..cell.text.floor_char_boundary(most)];
            short.put(column, cell.form, |to| to.push_str(text));
        }
        short
    }

    /// The cell in a column; empty beyond the last.
    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        self.cells.get(column).map_or(Cell { text: "", form: Form::Text }, |span| self.read(*span))
    }

    /// All cells up to the last, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells.iter().map(|span| self.read(*span))
    }

    /// Whether no cell holds more than space. A formula that was never computed is more.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.cells.iter().all(|span| span.form != Form::Fault)
    }

    fn read(&self, span: Span) -> Cell<'_> {
        Cell { text: self.text[span.start..span.end].trim(), form: span.form }
    }
}

/// A number as people see it: a code that became a number has no `.0`.
pub(super) fn print_number(to: &mut String, number: f64) {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        print(to, format_args!("{number:.0}"));
    } else {
        print(to, format_args!("{number}"));
    }
}

/// Adds what is formatted.
pub(super) fn print(to: &mut String, what: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = to.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_cells_by_column_and_forgets_them_at_the_next() {
        let mut row = RawRow::default();
        row.begin(7);
        row.put(2, Form::Number, |text| text.push_str(" 12 "));
        assert_eq!(row.cell(0).text, "");
        assert_eq!((row.cell(2).text, row.cell(2).form), ("12", Form::Number));
        assert_eq!(row.iter().count(), 3);
        row.begin(8);
        assert!(row.is_blank());
        assert_eq!(row.cell(2).text, "");
    }
}
