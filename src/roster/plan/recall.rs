//! What a resumed run has to remember of units that are committed: the same marks and counts as if it had planned them.

use std::collections::HashMap;

use super::{
    super::row::{Function, Row},
    assignment,
    keyring::Prepared,
    outcome::{Outcome, Tally},
    pupil, school,
    seen::{Met, Seen},
    staff,
};
use crate::{base::id::PersonId, store::matching::Keyed};

/// Remembers a row and what came of it.
pub(crate) fn recall(
    seen: &mut Seen,
    file: u16,
    (it, outcome): (&Prepared, Outcome),
    holders: &HashMap<Keyed, PersonId>,
) {
    let Ok(row) = &it.record.outcome else { return };
    if !(outcome.is_taken() || outcome == Outcome::Absent) {
        return;
    }
    let met = Met { file, row: it.record.row, gist: it.keys.gist };
    match row {
        Row::School(row) => seen.note(school::place(&row.code), met),
        Row::Staff(row) => seen.note(staff::post(it, &row.school), met),
        Row::Pupil(row) => seen.note(pupil::post(it, &row.school), met),
        Row::Assignment(row) => {
            seen.note(assignment::line(it), met);
            if row.function == Function::Homeroom {
                seen.note(assignment::homeroom(row), met);
            }
        }
    }
    if let Some(person) = it.keys.counted(|keyed| holders.get(keyed).copied()).filter(|_| outcome.is_taken()) {
        // Its unit has told how it changed the counts.
        seen.count(person, outcome, &mut Tally::default());
    }
    seen.keep();
}
