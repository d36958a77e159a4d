//! Another sector ID in place of one that was recorded by mistake.

use askama::Template;

use super::super::{Frame, Icon};

/// The form for it.
#[derive(Template, Clone, Debug)]
#[template(path = "console/renumber.html")]
pub struct Renumber {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Whose page.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID that was recorded.
    pub sector_id: String,
    /// What was typed in its place.
    pub typed: String,
    /// The reason that was typed.
    pub reason: String,
    /// Why it was not done.
    pub problem: Option<RenumberProblem>,
}

/// Why a sector ID was not replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenumberProblem {
    /// It is none, or somebody's.
    SectorId,
    /// No reason, or too long a one.
    Reason,
}

impl RenumberProblem {
    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::SectorId => "sector_id",
            Self::Reason => "reason",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SectorId => "person-bad-id",
            Self::Reason => "problem-reason",
        }
    }
}
