//! The console: its home, finding people, and the first administrator.

use askama::Template;

use super::person::AccountState;
use crate::views::{Frame, Icon};

/// The console's first page.
#[derive(Template, Clone, Debug)]
#[template(path = "console/home.html")]
pub struct ConsoleHome {
    /// What surrounds it.
    pub f: Frame,
    /// Who administers.
    pub name: String,
    /// What: a school, or the whole sector.
    pub place: String,
    /// How many there are.
    pub counts: Counts,
}

/// How many people and schools lie within an administrator's reach.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Everybody.
    pub people: u64,
    /// Schools.
    pub schools: u64,
    /// Accounts that can sign in.
    pub active: u64,
    /// Accounts that wait for their owner's first sign-in.
    pub pending: u64,
    /// Accounts that were suspended.
    pub suspended: u64,
}

impl Counts {
    /// How many of a hundred accounts are activated, rounded down; `None` without accounts.
    pub const fn activated_percent(&self) -> Option<u64> {
        (self.active.saturating_mul(100)).checked_div(self.active.saturating_add(self.pending))
    }
}

/// Finding people.
#[derive(Template, Clone, Debug)]
#[template(path = "console/people.html")]
pub struct People {
    /// What surrounds it.
    pub f: Frame,
    /// What was searched for.
    pub query: String,
    /// The code of the school that was chosen; empty for all.
    pub school: String,
    /// The schools to choose from; with a single one there is nothing to choose.
    pub schools: Vec<School>,
    /// Who was found, in the order of a class list.
    pub rows: Vec<PersonRow>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether the end of the ID is too short to look for.
    pub too_short: bool,
}

impl People {
    /// Whether anything narrows the list.
    pub const fn narrowed(&self) -> bool {
        !self.query.is_empty() || !self.school.is_empty()
    }
}

/// A school to choose.
#[derive(Clone, Debug)]
pub struct School {
    /// Its code (mã trường).
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A person in a list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person's id, for the address of the page.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// As what: the key of the role's text; `None` without an active affiliation.
    pub role: Option<&'static str>,
    /// The school.
    pub school: String,
    /// The class; may be empty.
    pub class: String,
    /// The account.
    pub state: AccountState,
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
