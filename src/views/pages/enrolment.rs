//! The form by which one newcomer is enrolled.

use askama::Template;

use super::imports::ImportPlace;
use crate::views::{Frame, Icon};

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
    /// No name.
    NoName,
    /// Too long a name.
    LongName,
    /// It holds what no name holds.
    DamagedName,
    /// No date.
    Born,
    /// The month has no such day, or the year no such month.
    NoSuchDay,
    /// A year before 1900, or one far ahead.
    LongAgo,
    /// A date in the future.
    Future,
    /// Neither of the two.
    Sex,
    /// No class.
    Class,
    /// No sector ID.
    SectorId,
}

impl EnrolmentProblem {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::TooManyOpen,
        Self::School,
        Self::NoName,
        Self::LongName,
        Self::DamagedName,
        Self::Born,
        Self::NoSuchDay,
        Self::LongAgo,
        Self::Future,
        Self::Sex,
        Self::Class,
        Self::SectorId,
    ];

    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::TooManyOpen => "kind",
            Self::School => "school",
            Self::NoName | Self::LongName | Self::DamagedName => "name",
            Self::Born | Self::NoSuchDay | Self::LongAgo | Self::Future => "born",
            Self::Sex => "sex",
            Self::Class => "class",
            Self::SectorId => "sector_id",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TooManyOpen => "enrol-too-many-open",
            Self::School => "transfer-bad-school",
            Self::NoName => "correct-no-name",
            Self::LongName => "correct-long-name",
            Self::DamagedName => "correct-damaged-name",
            Self::Born => "correct-no-date",
            Self::NoSuchDay => "correct-no-such-day",
            Self::LongAgo => "correct-long-ago",
            Self::Future => "correct-future",
            Self::Sex => "correct-no-sex",
            Self::Class => "enrol-no-class",
            Self::SectorId => "transfer-bad-id",
        }
    }
}
