//! The order of slips: by school, class and the Vietnamese order of names, so that a stack that is cut can be handed out.

use std::cmp::Ordering;

use crate::{model::sort::SortKey, store::newcomers::NewcomerRow};

/// Puts people in order; whoever is there twice stays where the first slip is. Pupils first, class by class.
pub(super) fn ordered(rows: Vec<NewcomerRow>) -> Vec<NewcomerRow> {
    let mut keyed: Vec<(Place, NewcomerRow)> = rows.into_iter().map(|row| (Place::of(&row), row)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut met = std::collections::HashSet::new();
    keyed.into_iter().map(|(_, row)| row).filter(|row| met.insert(row.account_id)).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    school: SortKey,
    /// Who has no class stands behind those who have one.
    class: (bool, Option<i64>, ClassKey),
    name: Vec<u8>,
    account: crate::base::id::AccountId,
}

impl Place {
    fn of(row: &NewcomerRow) -> Self {
        Self {
            school: SortKey::of_text(&row.school),
            class: (row.class.is_none(), row.grade, ClassKey(row.class.clone().unwrap_or_default())),
            name: row.sort_key.clone(),
            account: row.account_id,
        }
    }
}

/// A class's code, by which 3A2 stands before 3A10.
#[derive(PartialEq, Eq)]
struct ClassKey(String);

impl Ord for ClassKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = |text: &str| -> Vec<(Option<u64>, String)> {
            let runs = text.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
            runs.map(|run| String::from_utf8_lossy(run).to_lowercase()).map(|run| (run.parse().ok(), run)).collect()
        };
        parts(&self.0).cmp(&parts(&other.0)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for ClassKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_in_the_order_of_their_numbers() {
        let mut codes = ["10A10", "10A2", "3B", "3A", "Lá 2", "10A1", "Lá 10"].map(|code| ClassKey(code.to_owned()));
        codes.sort();
        assert_eq!(codes.map(|key| key.0), ["Lá 2", "Lá 10", "3A", "3B", "10A1", "10A2", "10A10"]);
    }
}
