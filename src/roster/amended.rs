//! What somebody changed about files after a look at them, without touching the files: which column is which, and what
//! stands in a cell.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{cells::RawRow, field::Field, mapping::Column};
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
    /// The column.
    pub column: AmendedColumn,
    /// What is to be read.
    pub text: String,
}

/// Where in a row something else is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AmendedColumn {
    /// In this column, from 0.
    At(usize),
    /// Beside the columns: what the row says in this field, whether or not the file has it.
    Beside(Field),
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

    /// What the columns were named, alone: for other files of the same maker. What has no title is something else in each.
    pub fn titles_only(&self) -> Self {
        let untitled = key(Column::UNTITLED);
        let titled = self.titles.iter().filter(|(title, _)| !title.starts_with(&untitled));
        Self { titles: titled.map(|(title, field)| (title.clone(), *field)).collect(), cells: Vec::new() }
    }

    /// What somebody said of the column of this title, if anything; `Some(None)`: that it is not to be read.
    pub(super) fn said_of(&self, title: &str) -> Option<&Option<Field>> {
        if self.titles.is_empty() { None } else { self.titles.get(&key(title)) }
    }

    /// The changed cells of a sheet.
    pub(super) fn of_sheet(&self, file: &str, sheet: &str) -> AmendedRows {
        let mut rows: HashMap<u32, Vec<(AmendedColumn, String)>> = HashMap::new();
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
pub(super) struct AmendedRows(HashMap<u32, Vec<(AmendedColumn, String)>>);

impl AmendedRows {
    /// Whether anything of a row was changed.
    pub(super) fn touches(&self, row: u32) -> bool {
        self.0.contains_key(&row)
    }

    /// The row as it is to be read, when it is not as it stands in the file.
    pub(super) fn of(&self, row: &RawRow) -> Option<RawRow> {
        let changed = self.0.get(&row.number)?;
        let mut row = row.clone();
        for (column, text) in changed {
            match column {
                AmendedColumn::At(column) => row.put(*column, super::cells::Form::Text, |to| to.push_str(text)),
                AmendedColumn::Beside(field) => row.beside.push((*field, text.clone())),
            }
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
            amended.put(AmendedCell { file, sheet, row: 7, column: AmendedColumn::At(1), text: text.to_owned() });
        }
        let mut row = RawRow::default();
        row.begin(7);
        row.put(0, Form::Text, |to| to.push('x'));
        let changed = amended.of_sheet("a.xlsx", "3A").of(&row).unwrap();
        assert_eq!((changed.cell(0).text, changed.cell(1).text), ("x", "hai"));
        assert!(amended.of_sheet("a.xlsx", "3B").of(&row).is_none());
    }

    #[test]
    fn what_a_file_has_no_column_for_is_read_beside_its_columns_and_kept_as_a_name() {
        let mut amended = Amended::default();
        let column = AmendedColumn::Beside(Field::TemporaryId);
        let (file, sheet) = ("a.csv".to_owned(), String::new());
        amended.put(AmendedCell { file, sheet, row: 7, column, text: "mới".to_owned() });
        let mut row = RawRow::default();
        row.begin(7);
        row.put(0, Form::Text, |to| to.push('x'));
        let changed = amended.of_sheet("a.csv", "").of(&row).unwrap();
        assert_eq!(changed.beside, [(Field::TemporaryId, "mới".to_owned())]);
        assert_eq!((changed.cell(0).text, changed.iter().count()), ("x", 1));
        let kept = serde_json::to_string(&[column, AmendedColumn::At(3)]).unwrap();
        assert_eq!(kept, "[\"TemporaryId\",3]");
        assert_eq!(serde_json::from_str::<[AmendedColumn; 2]>(&kept).unwrap(), [column, AmendedColumn::At(3)]);
    }

    #[test]
    fn a_title_is_known_by_its_words() {
        let mut amended = Amended::default();
        amended.name("Họ tên  HỌC SINH", Some(Field::FullName));
        assert_eq!(amended.said_of("ho ten hoc sinh"), Some(&Some(Field::FullName)));
        assert_eq!(amended.said_of("Lớp"), None);
        amended.name("cột không tên (C)", None);
        assert!(amended.said_of("cột không tên (C)").is_some());
        assert_eq!(amended.titles_only().said_of("cột không tên (C)"), None);
        let again: Amended = serde_json::from_str(&serde_json::to_string(&amended).unwrap()).unwrap();
        assert_eq!(again, amended);
    }
}
