//! The console's first page: how things stand, and what waits for somebody.

use askama::Template;
use jiff::civil::Date;

use super::{console::School, imports::ImportRow, person::AccountState, rollover::RolloverState};
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

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
    /// When they were counted.
    pub counted: Counted,
    /// What waits for somebody.
    pub todos: Vec<Todo>,
    /// Of one school: the school, and its classes in which somebody is not activated.
    pub school: Option<(School, Vec<WaitingClass>)>,
    /// Of several: those of which the fewest accounts are activated.
    pub lowest: Vec<SchoolProgress>,
    /// The last import, for whoever may import.
    pub last: Option<ImportRow>,
    /// The last step into another school year, for whoever may plan it.
    pub rollover: Option<RolloverSoon>,
    /// Whether slips may be printed.
    pub prints: bool,
    /// Whether files may be brought.
    pub imports: bool,
}

/// When people were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// As of now.
    Now,
    /// Then.
    At(Moment),
    /// Not yet.
    NotYet,
}

/// Something that waits for somebody.
#[derive(Clone, Debug)]
pub struct Todo {
    /// Its icon.
    pub icon: Icon,
    /// The key of its text, which tells how many.
    pub key: &'static str,
    /// How many.
    pub count: u64,
    /// Where it is done.
    pub to: String,
}

/// A class in which somebody is not activated.
#[derive(Clone, Debug)]
pub struct WaitingClass {
    /// What it is called.
    pub code: String,
    /// How many pupils it has.
    pub pupils: u64,
    /// How many of them are not activated.
    pub waiting: u64,
}

impl WaitingClass {
    /// How many of a hundred are not, rounded up.
    pub fn percent(&self) -> u64 {
        self.waiting.saturating_mul(100).div_ceil(self.pupils.max(1))
    }

    /// Who they are.
    pub fn address(&self, school: &School) -> String {
        let given = [("school", school.code.as_str()), ("class", self.code.as_str()), ("state", "pending")];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        format!("/console/people?{query}")
    }
}

/// How far a school's accounts are activated.
#[derive(Clone, Debug)]
pub struct SchoolProgress {
    /// The school.
    pub school: School,
    /// How many accounts are not activated.
    pub waiting: u64,
    /// How many of a hundred are, rounded down.
    pub percent: u64,
}

/// How far a school is on its way into another year.
#[derive(Clone, Debug)]
pub struct RolloverSoon {
    /// How far; `None`: nothing was planned, and it is the season.
    pub state: Option<RolloverState>,
    /// The day of a scheduled one.
    pub on: Option<Date>,
}

/// How many people and schools lie within an administrator's reach.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Schools.
    pub schools: u64,
    /// Pupils.
    pub pupils: u64,
    /// Staff.
    pub staff: u64,
    /// Accounts in each state, in the order of [`AccountState::ALL`].
    pub states: [u64; AccountState::ALL.len()],
}

impl Counts {
    /// Everybody who is at an org.
    pub fn people(&self) -> u64 {
        let there = |state| !matches!(state, AccountState::Dormant | AccountState::Deactivated);
        self.by_state().filter(|(state, _)| there(*state)).map(|(_, count)| count).sum()
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
