//! The form by which somebody's record is corrected.

use askama::Template;

use crate::views::{Frame, Icon};

/// Somebody's name, date of birth and sex, and how they are reached, to be corrected.
#[derive(Template, Clone, Debug)]
#[template(path = "console/correct.html")]
pub struct Correction {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The person's id.
    pub id: String,
    /// What the person is called now.
    pub whom: String,
    /// When the record was last changed, as the form sends it back.
    pub was: i64,
    /// The name, as it is or was typed.
    pub name: String,
    /// The date of birth, as it is or was typed.
    pub born: String,
    /// `male`, `female`, or nothing.
    pub sex: String,
    /// Whether no sex is on record: then it may stay so.
    pub sexless: bool,
    /// The e-mail address, as it is or was typed.
    pub email: String,
    /// The telephone number, as it is or was typed.
    pub phone: String,
    /// What is wrong, in the order of the fields.
    pub problems: Vec<CorrectionProblem>,
}

impl Correction {
    /// What is wrong with a field (by its id).
    pub fn problem(&self, field: &str) -> Option<CorrectionProblem> {
        self.problems.iter().find(|problem| problem.field() == field).copied()
    }
}

/// What can be wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionProblem {
    /// The record was changed since the form was opened.
    Changed,
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
    /// No e-mail address.
    Email,
    /// No telephone number.
    Phone,
}

impl CorrectionProblem {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Changed,
        Self::NoName,
        Self::LongName,
        Self::DamagedName,
        Self::Born,
        Self::NoSuchDay,
        Self::LongAgo,
        Self::Future,
        Self::Sex,
        Self::Email,
        Self::Phone,
    ];

    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Changed | Self::NoName | Self::LongName | Self::DamagedName => "name",
            Self::Born | Self::NoSuchDay | Self::LongAgo | Self::Future => "born",
            Self::Sex => "sex",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Changed => "correct-changed",
            Self::NoName => "correct-no-name",
            Self::LongName => "correct-long-name",
            Self::DamagedName => "correct-damaged-name",
            Self::Born => "correct-no-date",
            Self::NoSuchDay => "correct-no-such-day",
            Self::LongAgo => "correct-long-ago",
            Self::Future => "correct-future",
            Self::Sex => "correct-no-sex",
            Self::Email => "correct-no-email",
            Self::Phone => "correct-no-phone",
        }
    }
}
