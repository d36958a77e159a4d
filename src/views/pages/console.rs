//! The first administrator of a sector, and how pages name a school.

use askama::Template;

use crate::views::{Frame, Icon};

/// A school to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its code (mã trường).
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Making the first administrator, by the link that `phuong init` printed.
#[derive(Template, Clone, Debug)]
#[template(path = "console/first.html")]
pub struct FirstAdministrator {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The one-time token of the link.
    pub token: String,
    /// What was typed as sector ID.
    pub sector_id: String,
    /// What was typed as name.
    pub name: String,
    /// What is wrong, in the order of the fields.
    pub problems: Vec<FirstProblem>,
}

impl FirstAdministrator {
    /// What is wrong with a field (by its id): the key of its text.
    pub fn problem(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|problem| problem.field() == field).map(|problem| problem.key())
    }
}

/// What can be wrong with the first administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstProblem {
    /// Not 6 to 20 letters, digits and hyphens (DOMAIN: `moet`).
    SectorId,
    /// Somebody has it already.
    Taken,
    /// No name.
    Name,
    /// The password: the key of its text.
    Password(&'static str),
}

impl FirstProblem {
    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::SectorId | Self::Taken => "sector_id",
            Self::Name => "name",
            Self::Password(_) => "new",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SectorId => "first-bad-id",
            Self::Taken => "first-taken",
            Self::Name => "first-no-name",
            Self::Password(key) => key,
        }
    }
}
