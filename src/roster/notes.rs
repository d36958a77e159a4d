//! The notes below a list: totals, who drew it up, where to sign. They are told and passed over, and keep nothing out.

use std::ops::ControlFlow;

use super::{
    cell_reader::Place,
    cells::{Cell, Form, RawRow},
    csv::DELIMITERS,
    field::Field,
    issue::{Issue, Problem},
    row::Record,
};
use crate::model::{dates, sex::Sex};

/// No list has more below it.
const MOST: usize = 100;

/// Rows that may be notes, until it is known whether anybody stands below them: then they belong to the list.
#[derive(Default)]
pub(super) struct Notes {
    /// Whether the list has begun.
    begun: bool,
    /// As they were read, and what is told if they are notes.
    held: Vec<(Record, Issue)>,
}

impl Notes {
    /// Hands on a row of the list, or holds what may be a note.
    pub(super) fn pass(
        &mut self,
        (place, row): (&Place, &RawRow),
        record: Record,
        visit: &mut impl FnMut(Record) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let note = if record.outcome.is_err() { note(place, row) } else { None };
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
fn note(place: &Place, row: &RawRow) -> Option<Issue> {
    let said = |field| place.cell(row, field).text;
    let filled: Vec<Cell<'_>> = row.iter().filter(|cell| !cell.text.is_empty()).take(3).collect();
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
    Some(place.issue(row.number, field, said(field), Problem::BelowTheList))
}

/// Nothing that tells of somebody: no date, no code, no row that another separator would cut.
fn is_words(text: &str) -> bool {
    let count = text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let code = !count && !text.contains(' ') && text.bytes().any(|b| b.is_ascii_digit());
    !code && dates::read(text).is_err() && text.matches(DELIMITERS.map(char::from)).count() < 3
}

#[cfg(test)]
mod tests {
    use super::is_words;

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
