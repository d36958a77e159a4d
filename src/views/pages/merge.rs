//! The console's page on which two records are put side by side, and made one.

use askama::Template;
use jiff::civil::Date;

use super::person::{AccountState, AffiliationLine, ClassLine};
use crate::views::{Frame, Icon};

/// Two records that may be one person.
#[derive(Template, Clone, Debug)]
#[template(path = "console/merge.html")]
pub struct Merge {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The record that stays.
    pub kept: MergeSide,
    /// The record that goes, once one was found.
    pub gone: Option<MergeSide>,
    /// What was typed to find it.
    pub typed: String,
    /// Why nothing was done, or nobody found.
    pub problem: Option<MergeProblem>,
}

impl Merge {
    /// Both records, and the key of what becomes of each.
    pub fn sides(&self) -> impl Iterator<Item = (&'static str, &MergeSide)> {
        let kept = std::iter::once(("merge-kept", &self.kept));
        kept.chain(self.gone.iter().map(|gone| ("merge-gone", gone)))
    }
}

/// A record, as it is compared with another.
#[derive(Clone, Debug)]
pub struct MergeSide {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID, or a temporary one.
    pub sector_id: String,
    /// The date of birth.
    pub born: Option<Date>,
    /// The account.
    pub state: AccountState,
    /// As what and where.
    pub affiliations: Vec<AffiliationLine>,
    /// Classes.
    pub classes: Vec<ClassLine>,
}

/// Why two records did not become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeProblem {
    /// Nobody within reach has that ID.
    Missing,
    /// It is the same record.
    Same,
    /// Together they would be a pupil of two schools.
    Places,
    /// The record that would go administers something.
    Rights,
    /// The record that would go is suspended.
    Suspended,
}

impl MergeProblem {
    /// All, for tests.
    pub const ALL: [Self; 5] = [Self::Missing, Self::Same, Self::Places, Self::Rights, Self::Suspended];

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "merge-missing",
            Self::Same => "merge-same",
            Self::Places => "merge-places",
            Self::Rights => "merge-rights",
            Self::Suspended => "merge-suspended",
        }
    }
}
