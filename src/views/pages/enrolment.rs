//! The form by which one newcomer is enrolled.

use askama::Template;

use super::{
    correction::{MISTAKES, told},
    imports::ImportPlace,
};
use crate::{
    model::person::PersonMistake,
    views::{Frame, Icon},
};

/// A pupil or a member of staff, to be added to a school.
#[derive(Template, Clone, Debug)]
#[template(path = "console/enrol.html")]
pub struct Enrolment {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Which schools there are.
    pub place: ImportPlace,
    /// What was typed to choose a school.
    pub school: String,
    /// Whether it is somebody who works there.
    pub staff: bool,
    /// The name, as it was typed.
    pub name: String,
    /// The date of birth, as it was typed.
    pub born: String,
    /// `male`, `female`, or nothing.
    pub sex: String,
    /// The class, as it was typed.
    pub class: String,
    /// The classes of the only school there is, to choose from.
    pub classes: Vec<String>,
    /// The name of the position that was chosen.
    pub position: String,
    /// The sector ID, as it was typed.
    pub sector_id: String,
    /// What is wrong, in the order of the fields.
    pub problems: Vec<EnrolmentProblem>,
}

impl Enrolment {
    /// The positions to choose from: the name, and the key of the text.
    pub const POSITIONS: [(&'static str, &'static str); 4] = [
        ("teacher", "role-teacher"),
        ("vice-principal", "enrol-vice-principal"),
        ("principal", "enrol-principal"),
        ("staff", "role-staff"),
    ];

    /// What is wrong with a field (by its id).
    pub fn problem(&self, field: &str) -> Option<EnrolmentProblem> {
        self.problems.iter().find(|problem| problem.field() == field).copied()
    }
}

/// What can be wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentProblem {
    /// Too many imports are unfinished.
    TooManyOpen,
    /// No school, or several.
    School,
    /// The name, the date of birth, or the sex.
    Person(PersonMistake),
    /// No class.
    Class,
    /// No sector ID.
    SectorId,
}

impl EnrolmentProblem {
    /// One for each text.
    pub fn all() -> impl Iterator<Item = Self> {
        let first = [Self::TooManyOpen, Self::School].into_iter();
        first.chain(MISTAKES.map(Self::Person)).chain([Self::Class, Self::SectorId])
    }

    /// The id of the field.
    pub const fn field(self) -> &'static str {
        self.told().0
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        self.told().1
    }

    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::TooManyOpen => ("kind", "enrol-too-many-open"),
            Self::School => ("school", "transfer-bad-school"),
            Self::Person(mistake) => told(mistake),
            Self::Class => ("class", "enrol-no-class"),
            Self::SectorId => ("sector_id", "transfer-bad-id"),
        }
    }
}
