//! What came of a row, of a unit of rows, and of a whole run.

use serde::{Deserialize, Serialize};

use super::{
    super::{field::Field, finding::Finding},
    difference::Changed,
};

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Somebody, or something, that was not known.
    #[serde(rename = "C")]
    Created,
    /// Something about somebody is different now.
    #[serde(rename = "U")]
    Updated,
    /// All was as the row says.
    #[serde(rename = "N")]
    Unchanged,
    /// Somebody is at the school no more.
    #[serde(rename = "E")]
    Ended,
    /// A pupil of another school, which has to release them.
    #[serde(rename = "T")]
    Transfer,
    /// Somebody has to decide.
    #[serde(rename = "R")]
    Review,
    /// The row is wrong.
    #[serde(rename = "X")]
    Refused,
    /// The row says what another one said.
    #[serde(rename = "G")]
    Repeated,
    /// The row says that somebody left whom nobody knew.
    #[serde(rename = "A")]
    Absent,
    /// No row of the list, but a note below it.
    #[serde(rename = "P")]
    PassedOver,
}

impl Outcome {
    /// Whether the row was taken: what it says holds now.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Unchanged | Self::Ended)
    }

    /// Of two rows about one person the weightier outcome is the one that is counted.
    const fn weight(self) -> u8 {
        match self {
            Self::Created => 4,
            Self::Ended => 3,
            Self::Updated => 2,
            Self::Unchanged => 1,
            _ => 0,
        }
    }

    /// What is counted of a person of whom two rows tell.
    pub const fn or(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }
}

/// How many of each: rows, people, orgs and classes. Differences of a unit may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that hold data.
    pub rows: i64,
    /// People who were not known.
    pub created: i64,
    /// People of whom something changed.
    pub updated: i64,
    /// People of whom nothing changed.
    pub unchanged: i64,
    /// People who are at a school no more.
    pub ended: i64,
    /// Pupils whom another school has to release.
    pub transfers: i64,
    /// Rows of which somebody has to decide whom they are about.
    pub review: i64,
    /// Schools and communes that were not known.
    pub orgs_created: i64,
    /// Classes that were not known.
    pub classes_created: i64,
}

impl Tally {
    /// Whether anything is written for these rows.
    pub const fn writes(&self) -> bool {
        let people = self.created + self.updated + self.ended + self.transfers;
        people + self.orgs_created + self.classes_created > 0
    }

    /// The count of an outcome, for those that count people or rows to be looked at.
    pub(super) const fn of(&mut self, outcome: Outcome) -> Option<&mut i64> {
        Some(match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Ended => &mut self.ended,
            Outcome::Transfer => &mut self.transfers,
            Outcome::Review => &mut self.review,
            Outcome::Refused | Outcome::Repeated | Outcome::Absent | Outcome::PassedOver => return None,
        })
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.ended += other.ended;
        self.transfers += other.transfers;
        self.review += other.review;
        self.orgs_created += other.orgs_created;
        self.classes_created += other.classes_created;
    }
}

/// Something found about a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    /// The row in the spreadsheet, from 1.
    pub(crate) row: u32,
    /// Where.
    pub(crate) field: Field,
    /// What stands there.
    pub(crate) value: String,
    /// What was found.
    pub(crate) finding: Finding,
}

/// What came of a unit: all that a resumed run has to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitOutcome {
    /// Of each row.
    pub(crate) rows: Vec<Outcome>,
    /// By how much it changed the run's counts.
    pub(crate) tally: Tally,
    /// What was found, in the order of rows.
    pub(crate) noted: Vec<Noted>,
    /// What is different now, in the order of rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<Changed>,
}
