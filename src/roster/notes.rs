//! The notes below a list: totals, who drew it up, where to sign. They are told and passed over, and keep nothing out.

use std::ops::ControlFlow;

use super::{
    cell_reader::Place,
    cells::{Cell, Form, RawRow},
    csv::DELIMITERS,
    field::Field,
    issue::{Issue, Problem},
    mapping::{Column, Mapping},
    row::Record,
};
use crate::model::{dates, sex::Sex};

/// No list has more below it.
const MOST: usize = 100;
/// The columns that a report adds: what came of a row, what is wrong with it, what to do, what changes.
pub(super) const REPORTED: [[&str; 4]; 2] =
    [["Kết quả nhập", "Vấn đề", "Cách xử lý", "Thay đổi"], ["Outcome", "What is wrong", "What to do", "What changes"]];

/// Rows that may be notes, until it is known whether anybody stands below them: then they belong to the list.
pub(super) struct Notes {
    /// Where a report says what came of the rows: not the list's own words.
    reported: Vec<usize>,
    /// Whether the list has begun.
    begun: bool,
    /// As they were read, and what is told if they are notes.
    held: Vec<(Record, Issue)>,
}

impl Notes {
    /// Of a list with this header.
    pub(super) fn of(header: &Mapping) -> Self {
        let is_reported = |column: &&Column| REPORTED.iter().flatten().any(|title| column.title == *title);
        let reported = header.unknown.iter().filter(is_reported).map(|column| column.index).collect();
        Self { reported, begun: false, held: Vec::new() }
    }

    /// Hands on a row of the list, or holds what may be a note.
    pub(super) fn pass(
        &mut self,
        (place, row): (&Place, &RawRow),
        record: Record,
        visit: &mut impl FnMut(Record) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let note = if record.outcome.is_err() { note(place, row, &self.reported) } else { None };
        self.begun |= note.is_none();
        if let Some(note) = note.filter(|_| self.begun && self.held.len() < MOST) {
            self.held.push((record, note));
            return ControlFlow::Continue(());
        }
        for (held, _) in self.held.drain(..) {
            visit(held)?;
        }
        visit(record)
    }

    /// No row follows: what is still held are notes.
    pub(super) fn end(self, visit: &mut impl FnMut(Record) -> ControlFlow<()>) {
        for (record, note) in self.held {
            if visit(Record { outcome: Err(vec![note]), warnings: Vec::new(), ..record }).is_break() {
                return;
            }
        }
    }
}

/// What is told of a row that may be a note: words in a cell or two, without a number in the list.
fn note(place: &Place, row: &RawRow, reported: &[usize]) -> Option<Issue> {
    let said = |field| place.cell(row, field).text;
    let own = row.iter().enumerate().filter(|(column, _)| !reported.contains(column));
    let filled: Vec<Cell<'_>> = own.map(|(_, cell)| cell).filter(|cell| !cell.text.is_empty()).take(3).collect();
    let few = matches!(filled.len(), 1 | 2);
    let ordinal = said(Field::Ordinal);
    let numbered = !ordinal.is_empty() && ordinal.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // Somebody, of whom something else is wrong: a name, and a sex or what may be a class.
    let class = said(Field::Class);
    let is_class = !class.is_empty() && (!class.contains(' ') || class.contains(|c: char| c.is_ascii_digit()));
    let is_name = |name: &str| !name.is_empty() && !name.contains(|c: char| c == ':' || c.is_ascii_digit());
    let somebody = is_name(said(Field::FullName)) && (is_class || Sex::read(said(Field::Sex)).is_some());
    if !few || numbered || somebody || !filled.iter().all(|cell| cell.form != Form::Fault && is_words(cell.text)) {
        return None;
    }
    let field = Field::ALL.into_iter().find(|field| !said(*field).is_empty())?;
    Some(place.issue(row.number, (field, said(field), Problem::BelowTheList), said))
}

/// Nothing that tells of somebody: no date, no code, no row that another separator would cut.
fn is_words(text: &str) -> bool {
    let count = text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let code = !count && !text.contains(' ') && text.bytes().any(|b| b.is_ascii_digit());
    !code && dates::read(text).is_err() && text.matches(DELIMITERS.map(char::from)).count() < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a row of these cells, as columns of the list and those that a report adds say it.
    fn told(cells: &[&str], list: &[(Field, &str)]) -> bool {
        let mut header = Mapping { row: 1, ..Mapping::default() };
        for (index, (field, title)) in list.iter().enumerate() {
            header.columns[*field as usize] = Some(Column { index, title: (*title).into() });
        }
        let added = REPORTED[0].iter().enumerate();
        header.unknown.extend(added.map(|(at, title)| Column { index: list.len() + at, title: (*title).into() }));
        let mut row = RawRow::default();
        row.begin(2);
        for (column, text) in cells.iter().enumerate() {
            row.put(column, Form::Text, |to| to.push_str(text));
        }
        let place = Place::new("a.xlsx".into(), "S".into(), &header);
        note(&place, &row, &Notes::of(&header).reported).is_some()
    }

    #[test]
    fn what_a_report_says_of_a_note_makes_nobody_of_it() {
        let list = [(Field::SectorId, "Mã HS"), (Field::FullName, "Họ tên"), (Field::BirthDate, "Ngày sinh")];
        let added = ["Ghi chú, bỏ qua", "Họ tên: «Tổng số: 1» đứng dưới danh sách", "Nếu đó là một người, hãy điền mã"];
        assert!(told(&[&["", "Tổng số: 1", ""], &added[..]].concat(), &list));
        assert!(!told(&[&["3112345678", "", ""], &added[..]].concat(), &list));
        assert!(!told(&[&["", "", ""], &added[..]].concat(), &list), "nothing but what the report says");
    }

    #[test]
    fn words_tell_of_nobody() {
        for words in
            ["Tổng số: 35", "35", "Người lập biểu", "Hải Phòng, ngày 5 tháng 9 năm 2026", "(Ký, ghi rõ họ tên)"]
        {
            assert!(is_words(words), "{words}");
        }
        for telling in ["3112345678", "14/03/2017", "31/02/2017", "14/03/2017 00:00", "3A", "2017", "1,31303405,3A,An"]
        {
            assert!(!is_words(telling), "{telling}");
        }
    }
}
