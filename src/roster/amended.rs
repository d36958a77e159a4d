//! What somebody changed about files after a look at them, without touching the files: which column is which, and what
//! stands in a cell.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{cells::RawRow, field::Field};
use crate::model::text::SearchKey;

/// Changes to how files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// What columns hold, by their folded titles; `None`: nothing that is to be read.
    titles: BTreeMap<String, Option<Field>>,
    cells: Vec<AmendedCell>,
}

/// A cell, and what is to be read in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendedCell {
    /// The file's name, as reports have it.
    pub file: String,
    /// The sheet's name; empty for CSV.
    pub sheet: String,
    /// The row in the spreadsheet, from 1.
    pub row: u32,
    /// The column, from 0.
    pub column: usize,
    /// What is to be read.
    pub text: String,
}

impl Amended {
    /// Whether files are read as they are.
    pub fn is_empty(&self) -> bool {
        self.titles.is_empty() && self.cells.is_empty()
    }

    /// The column of this title holds that field, or nothing to be read.
    pub fn name(&mut self, title: &str, field: Option<Field>) {
        self.titles.insert(key(title), field);
    }

    /// In this cell something else is to be read. What was to be read there before is forgotten.
    pub fn put(&mut self, cell: AmendedCell) {
        let at = |c: &AmendedCell| (c.file.clone(), c.sheet.clone(), c.row, c.column);
        self.cells.retain(|other| at(other) != at(&cell));
        self.cells.push(cell);
    }

    /// What the columns were named, alone: for other files of the same maker.
    pub fn titles_only(&self) -> Self {
        Self { titles: self.titles.clone(), cells: Vec::new() }
    }

    /// What somebody said of the column of this title, if anything; `Some(None)`: that it is not to be read.
    pub(super) fn said_of(&self, title: &str) -> Option<&Option<Field>> {
        if self.titles.is_empty() { None } else { self.titles.get(&key(title)) }
    }

    /// The changed cells of a sheet.
    pub(super) fn of_sheet(&self, file: &str, sheet: &str) -> AmendedRows {
        let mut rows: HashMap<u32, Vec<(usize, String)>> = HashMap::new();
        for cell in self.cells.iter().filter(|cell| cell.file == file && cell.sheet == sheet) {
            rows.entry(cell.row).or_default().push((cell.column, cell.text.clone()));
        }
        AmendedRows(rows)
    }
}

fn key(title: &str) -> String {
    SearchKey::of(title).as_str().to_owned()
}

/// The changed cells of one sheet, by row.
#[derive(Debug, Default)]
pub(super) struct AmendedRows(HashMap<u32, Vec<(usize, String)>>);

impl AmendedRows {
    /// The row as it is to be read, when it is not as it stands in the file.
    pub(super) fn of(&self, row: &RawRow) -> Option<RawRow> {
        let changed = self.0.get(&row.number)?;
        let mut row = row.clone();
        for (column, text) in changed {
            row.put(*column, super::cells::Form::Text, |to| to.push_str(text));
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::cells::Form, *};

    #[test]
    fn of_two_changes_to_a_cell_the_later_counts() {
        let mut amended = Amended::default();
        for text in ["một", "hai"] {
            let (file, sheet) = ("a.xlsx".to_owned(), "3A".to_owned());
            amended.put(AmendedCell { file, sheet, row: 7, column: 1, text: text.to_owned() });
        }
        let mut row = RawRow::default();
        row.begin(7);
        row.put(0, Form::Text, |to| to.push('x'));
        let changed = amended.of_sheet("a.xlsx", "3A").of(&row).unwrap();
        assert_eq!((changed.cell(0).text, changed.cell(1).text), ("x", "hai"));
        assert!(amended.of_sheet("a.xlsx", "3B").of(&row).is_none());
    }

    #[test]
    fn a_title_is_known_by_its_words() {
        let mut amended = Amended::default();
        amended.name("Họ tên  HỌC SINH", Some(Field::FullName));
        assert_eq!(amended.said_of("ho ten hoc sinh"), Some(&Some(Field::FullName)));
        assert_eq!(amended.said_of("Lớp"), None);
        let again: Amended = serde_json::from_str(&serde_json::to_string(&amended).unwrap()).unwrap();
        assert_eq!(again, amended);
    }
}
