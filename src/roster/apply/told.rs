//! What the rows of a file change, kept as one text: of half a million rows that move to another class every value counts.

use super::super::{
    field::Field,
    plan::{Changed, Difference},
};

/// Between values; no cell holds such a character.
const UNIT: char = '\u{1f}';
/// After each difference.
const RECORD: char = '\u{1e}';

/// What the rows of a file change, in their order.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    text: String,
    /// Of each row that changes anything: its number, and where its text ends.
    rows: Vec<(u32, usize)>,
}

impl Differences {
    /// Adds a row that comes after all there are.
    pub(super) fn add(&mut self, changed: &Changed) {
        for difference in &changed.what {
            let field = Field::ALL.iter().position(|field| *field == difference.field).unwrap_or_default();
            self.text.push_str(&field.to_string());
            for value in [&difference.from, &difference.to] {
                self.text.push(UNIT);
                self.text.extend(value.chars().filter(|c| !matches!(*c, UNIT | RECORD)));
            }
            self.text.push(RECORD);
        }
        self.rows.push((changed.row, self.text.len()));
    }

    /// What a row changes.
    pub fn of(&self, row: u32) -> Vec<Difference> {
        self.rows.binary_search_by_key(&row, |(row, _)| *row).map(|at| self.at(at)).unwrap_or_default()
    }

    /// All rows that change anything.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, Vec<Difference>)> {
        self.rows.iter().enumerate().map(|(at, (row, _))| (*row, self.at(at)))
    }

    fn at(&self, at: usize) -> Vec<Difference> {
        let from = at.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, |(_, end)| *end);
        let to = self.rows.get(at).map_or(from, |(_, end)| *end);
        let told = self.text.get(from..to).unwrap_or_default();
        let difference = |told: &str| {
            let mut parts = told.split(UNIT);
            let field = *Field::ALL.get(parts.next()?.parse::<usize>().ok()?)?;
            Some(Difference { field, from: parts.next()?.to_owned(), to: parts.next()?.to_owned() })
        };
        told.split_terminator(RECORD).filter_map(difference).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out_again_row_by_row() {
        let of = |field, from: &str, to: &str| Difference { field, from: from.to_owned(), to: to.to_owned() };
        let rows = [
            Changed { row: 2, what: vec![of(Field::BirthDate, "", "05/03/2015"), of(Field::Class, "3A", "")] },
            Changed { row: 9, what: vec![of(Field::FullName, "Nguyễn\u{1f}Ân", "Nguyễn Ân")] },
        ];
        let mut told = Differences::default();
        for row in &rows {
            told.add(row);
        }
        assert_eq!(told.of(2), rows[0].what);
        assert_eq!(told.of(9), [of(Field::FullName, "NguyễnÂn", "Nguyễn Ân")]);
        assert_eq!((told.of(3), told.iter().len()), (Vec::new(), 2));
    }
}
