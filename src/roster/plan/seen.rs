//! What this run has met so far: rows that are about the same, and for which outcome each person is counted.
//!
//! Some forty bytes a row, so that a whole sector fits. What a unit adds can be taken back, should the unit be planned
//! again.

use std::collections::HashMap;

use super::outcome::{Outcome, Tally};

/// A row that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Met {
    /// Its file's place in the run.
    pub(crate) file: u16,
    /// Its row in the spreadsheet.
    pub(crate) row: u32,
    /// What it says.
    pub(crate) gist: u64,
}

/// What was met.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    rows: HashMap<u64, Met>,
    people: HashMap<u64, Outcome>,
    new_rows: Vec<u64>,
    old_people: Vec<(u64, Option<Outcome>)>,
}

impl Seen {
    /// The row that was met under a mark.
    pub(crate) fn met(&self, mark: u64) -> Option<Met> {
        self.rows.get(&mark).copied()
    }

    /// Remembers a row under a mark; the first one stays.
    pub(crate) fn note(&mut self, mark: u64, met: Met) {
        if let std::collections::hash_map::Entry::Vacant(place) = self.rows.entry(mark) {
            place.insert(met);
            self.new_rows.push(mark);
        }
    }

    /// Counts a person for an outcome: once, however many rows tell of them.
    pub(crate) fn count(&mut self, person: u64, outcome: Outcome, tally: &mut Tally) {
        let before = self.people.get(&person).copied();
        let after = before.map_or(outcome, |before| before.or(outcome));
        if before == Some(after) {
            return;
        }
        self.people.insert(person, after);
        self.old_people.push((person, before));
        if let Some(count) = before.and_then(|before| tally.of(before)) {
            *count -= 1;
        }
        if let Some(count) = tally.of(after) {
            *count += 1;
        }
    }

    /// What was added since the last time stays.
    pub(crate) fn keep(&mut self) {
        self.new_rows.clear();
        self.old_people.clear();
    }

    /// What was added since the last time is taken back.
    pub(crate) fn forget(&mut self) {
        for mark in self.new_rows.drain(..) {
            self.rows.remove(&mark);
        }
        for (person, before) in self.old_people.drain(..).rev() {
            match before {
                Some(before) => self.people.insert(person, before),
                None => self.people.remove(&person),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_counted_once_for_the_weightiest_outcome() {
        let (mut seen, mut tally) = (Seen::default(), Tally::default());
        for outcome in [Outcome::Unchanged, Outcome::Updated, Outcome::Unchanged] {
            seen.count(1, outcome, &mut tally);
        }
        seen.count(2, Outcome::Created, &mut tally);
        seen.count(2, Outcome::Ended, &mut tally);
        assert_eq!(tally, Tally { created: 1, updated: 1, ..Tally::default() });
    }

    #[test]
    fn what_a_unit_added_can_be_taken_back() {
        let (mut seen, mut tally) = (Seen::default(), Tally::default());
        let met = Met { file: 0, row: 2, gist: 3 };
        seen.note(7, met);
        seen.count(1, Outcome::Unchanged, &mut tally);
        seen.keep();
        seen.note(8, met);
        seen.count(1, Outcome::Updated, &mut tally);
        seen.count(1, Outcome::Ended, &mut tally);
        seen.forget();
        let mut after = Tally::default();
        seen.count(1, Outcome::Unchanged, &mut after);
        assert_eq!((seen.met(7), seen.met(8), after), (Some(met), None, Tally::default()));
    }
}
