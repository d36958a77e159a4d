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
    /// How many pupils other schools ask for.
    pub transfers: u64,
    /// Whether slips may be printed.
    pub prints: bool,
}

/// How many people and schools lie within an administrator's reach.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Schools.
    pub schools: u64,
    /// Accounts in each state, in the order of [`AccountState::ALL`].
    pub states: [u64; AccountState::ALL.len()],
}

impl Counts {
    /// Everybody but those whose account was closed.
    pub fn people(&self) -> u64 {
        self.by_state().filter(|(state, _)| *state != AccountState::Deactivated).map(|(_, count)| count).sum()
    }

    /// The states worth a look: the usual ones, and of the others those that somebody is in.
    pub fn shown(&self) -> impl Iterator<Item = (AccountState, u64)> {
        let usual = |state| matches!(state, AccountState::Pending | AccountState::Active | AccountState::Suspended);
        self.by_state().filter(move |(state, count)| usual(*state) || *count > 0)
    }

    /// How many of a hundred accounts that may be used are, rounded down; for the tile of the active ones.
    pub fn percent(&self, state: &AccountState) -> Option<u64> {
        let active = self.of(AccountState::Active);
        let waiting = self.of(AccountState::Pending).saturating_add(self.of(AccountState::Provisional));
        let percent = active.saturating_mul(100).checked_div(active.saturating_add(waiting));
        percent.filter(|_| *state == AccountState::Active)
    }

    fn of(&self, state: AccountState) -> u64 {
        self.by_state().filter(|(one, _)| *one == state).map(|(_, count)| count).sum()
    }

    fn by_state(&self) -> impl Iterator<Item = (AccountState, u64)> {
        AccountState::ALL.into_iter().zip(self.states)
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
    /// What was typed to choose a school; `None` where there is only one.
    pub school: Option<String>,
    /// Which schools that means; empty while nothing was typed.
    pub schools: Vec<School>,
    /// The state that was chosen.
    pub state: Option<AccountState>,
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
        !self.query.is_empty() || self.state.is_some() || self.chosen().is_some()
    }

    /// What was typed to choose a school, if anything.
    const fn chosen(&self) -> Option<&str> {
        match &self.school {
            Some(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        }
    }

    /// What to do before anybody can be looked for.
    pub fn obstacle(&self) -> Option<Obstacle<'_>> {
        match (self.chosen(), self.schools.as_slice()) {
            _ if self.too_short => Some(Obstacle::TooShort),
            (Some(text), []) => Some(Obstacle::NoSchool(text)),
            (Some(_), [_, _, ..]) => Some(Obstacle::Schools),
            _ => None,
        }
    }

    /// The same search in one of the schools that fit.
    pub fn in_school(&self, school: &School) -> String {
        Self::address(&self.query, &school.code, self.state, None)
    }

    /// The address of a search, or of a later page of it.
    pub fn address(query: &str, school: &str, state: Option<AccountState>, after: Option<&str>) -> String {
        let state = state.map_or("", AccountState::name);
        let given = [("q", query), ("school", school), ("state", state), ("after", after.unwrap_or(""))];
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        if query.is_empty() { "/console/people".to_owned() } else { format!("/console/people?{query}") }
    }

    /// How many schools are offered to choose from.
    pub const MOST_SCHOOLS: usize = 20;
}

/// Why nobody was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle<'a> {
    /// The end of the ID is too short to look for.
    TooShort,
    /// No school fits what was typed.
    NoSchool(&'a str),
    /// Several schools fit: one must be chosen.
    Schools,
}

/// A school to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
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
