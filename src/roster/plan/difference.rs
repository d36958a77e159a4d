//! What a row changes, value by value: for whoever looks an import over before it is written.
//!
//! Values are in the words of the files themselves. A citizen number is told in part only; of somebody who was not at the
//! school until now, whoever administers that school alone is not told what was known before (R38).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    super::{field::Field, issue::Language},
    outcome::Outcome,
    unit::Unit,
};
use crate::{
    base::id::{ClassId, OrgId, PersonId},
    model::{
        affiliation::{Affiliation, Function, Seat},
        membership::Change,
        role::Role,
        sex::Sex,
    },
};

/// One value that a row changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Of which column.
    pub field: Field,
    /// What it was; empty when there was none.
    pub from: String,
    /// What it becomes; empty when there will be none.
    pub to: String,
}

impl Difference {
    /// In a line: *Ngày sinh: 05/03/2014 → 05/03/2015*.
    pub fn told(&self, language: Language) -> String {
        let nothing = match language {
            Language::Vi => "(trống)",
            Language::En => "(empty)",
        };
        let or_nothing = |value: &str| if value.is_empty() { nothing.to_owned() } else { value.to_owned() };
        format!("{}: {} → {}", self.field.title(), or_nothing(&self.from), or_nothing(&self.to))
    }
}

/// All that a row changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Changed {
    /// The row in the spreadsheet, from 1.
    pub(crate) row: u32,
    /// Value by value.
    pub(crate) what: Vec<Difference>,
}

/// What was decided of a person so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    other: bool,
    memberships: Vec<Change>,
}

/// In place of what is not told.
pub(super) const HIDDEN: &str = "•••";

impl Unit<'_> {
    /// The row at hand changes a value.
    pub(super) fn say(&mut self, field: Field, from: impl Into<String>, to: impl Into<String>) {
        let (mut from, to) = (from.into(), to.into());
        if self.veiled && !from.is_empty() {
            HIDDEN.clone_into(&mut from);
        }
        if from != to {
            self.said.push(Difference { field, from, to });
        }
    }

    /// How a person stands in this unit so far.
    pub(super) fn state(&self, id: PersonId) -> State {
        let known = self.people.get(&id);
        known
            .map(|known| State { other: known.corrected || known.changed, memberships: known.standing.changes() })
            .unwrap_or_default()
    }

    /// What a row came to, that found a person so.
    pub(super) fn since(&mut self, id: PersonId, before: &State) -> Outcome {
        if self.state(id) == *before {
            return Outcome::Unchanged;
        }
        self.say_moves(id, before);
        Outcome::Updated
    }

    /// What a row says of roles and places in classes that were others when it found the person so.
    pub(super) fn say_moves(&mut self, id: PersonId, before: &State) {
        let Some(known) = self.people.get(&id) else { return };
        let standing = &known.standing;
        let (mut roles, mut seats) = (Turn::default(), Turn::default());
        for change in standing.changes().iter().filter(|change| !before.memberships.contains(change)) {
            match change {
                Change::Begin(role) => roles.to.push(*role),
                Change::End { id, .. } => roles.from.extend(standing.all().find(|role| role.id == *id)),
                Change::Reopen(id) => roles.to.extend(standing.all().find(|role| role.id == *id)),
                Change::Enrol(place) => seats.to.push(place.seat.clone()),
                Change::Leave { id, .. } => seats.from.extend(standing.place(*id).map(|place| place.seat.clone())),
                Change::Demote(_) | Change::Promote(_) | Change::Renumber { .. } => {}
            }
        }
        let school = |role: &Affiliation| self.school_code(role.post.org);
        let (schools, kinds) = (roles.told(school), roles.told(|role| of_role(role.post.role).to_owned()));
        let class = |seat: &Seat| (seat.function == Function::Pupil).then(|| self.class_code(seat.class));
        let teaching = |seat: &Seat| match &seat.function {
            Function::Pupil => None,
            Function::Homeroom => Some(format!("Chủ nhiệm {}", self.class_code(seat.class))),
            Function::Subject(subject) => Some(format!("{subject} {}", self.class_code(seat.class))),
        };
        let (classes, functions) = (seats.told_of(class), seats.told_of(teaching));
        for (field, turn) in [
            (Field::SchoolCode, Some(schools)),
            (Field::PositionGroup, Some(kinds).filter(|(from, to)| !from.is_empty() && !to.is_empty())),
            (Field::Class, Some(classes)),
            (Field::Function, Some(functions)),
        ] {
            if let Some((from, to)) = turn {
                self.say(field, from, to);
            }
        }
    }

    fn school_code(&self, school: OrgId) -> String {
        self.world.directory.code(school).map(ToString::to_string).unwrap_or_default()
    }

    /// What a class is called; of another year than the list, with that.
    pub(super) fn class_code(&self, class: ClassId) -> String {
        let directory = &self.world.directory;
        let code = directory.class_code(class).map(ToString::to_string).unwrap_or_default();
        let other = directory.year(class).filter(|year| *year != self.world.year);
        other.map_or_else(|| code.clone(), |year| format!("{code} ({year})"))
    }
}

/// What was, and what is in its place.
struct Turn<T> {
    from: Vec<T>,
    to: Vec<T>,
}

impl<T> Default for Turn<T> {
    fn default() -> Self {
        Self { from: Vec::new(), to: Vec::new() }
    }
}

impl<T> Turn<T> {
    fn told(&self, tell: impl Fn(&T) -> String) -> (String, String) {
        self.told_of(|one| Some(tell(one)))
    }

    fn told_of(&self, tell: impl Fn(&T) -> Option<String>) -> (String, String) {
        let join = |all: &[T]| {
            let mut all: Vec<String> = all.iter().filter_map(&tell).collect();
            all.sort_unstable();
            all.dedup();
            all.join(", ")
        };
        (join(&self.from), join(&self.to))
    }
}

/// A day as the files write it.
pub(super) fn of_day(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

pub(super) const fn of_sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "Nam",
        Sex::Female => "Nữ",
    }
}

const fn of_role(role: Role) -> &'static str {
    match role {
        Role::Student => "Học sinh",
        Role::Teacher => "Giáo viên",
        Role::Principal => "Cán bộ quản lý",
        Role::Staff => "Nhân viên",
        Role::Guardian => "Phụ huynh",
    }
}
