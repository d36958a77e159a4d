//! The form by which somebody's record is corrected.

use std::iter;

use askama::Template;

use crate::{
    model::{dates::DateError, name::NameError, person::PersonMistake},
    views::{Frame, Icon},
};

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
    /// The name, the date of birth, or the sex.
    Person(PersonMistake),
    /// No e-mail address.
    Email,
    /// No telephone number.
    Phone,
}

impl CorrectionProblem {
    /// One for each text.
    pub fn all() -> impl Iterator<Item = Self> {
        iter::once(Self::Changed).chain(MISTAKES.map(Self::Person)).chain([Self::Email, Self::Phone])
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
            Self::Changed => ("name", "correct-changed"),
            Self::Person(mistake) => told(mistake),
            Self::Email => ("email", "correct-no-email"),
            Self::Phone => ("phone", "correct-no-phone"),
        }
    }
}

/// Mistakes in a name, a date of birth and a sex, one for each text.
pub(super) const MISTAKES: [PersonMistake; 8] = [
    PersonMistake::Name(NameError::NoLetters),
    PersonMistake::Name(NameError::TooLong),
    PersonMistake::Name(NameError::Damaged),
    PersonMistake::Born(DateError::Unreadable),
    PersonMistake::Born(DateError::NoSuchDay),
    PersonMistake::Born(DateError::OutOfRange),
    PersonMistake::Future,
    PersonMistake::Sex,
];

/// The id of the field and the key of the text, on every form with these fields.
pub(super) const fn told(mistake: PersonMistake) -> (&'static str, &'static str) {
    match mistake {
        PersonMistake::Name(NameError::NoLetters) => ("name", "correct-no-name"),
        PersonMistake::Name(NameError::TooLong) => ("name", "correct-long-name"),
        PersonMistake::Name(NameError::Damaged) => ("name", "correct-damaged-name"),
        PersonMistake::Born(DateError::NoSuchDay | DateError::NoSuchMonth) => ("born", "correct-no-such-day"),
        PersonMistake::Born(DateError::OutOfRange) => ("born", "correct-long-ago"),
        PersonMistake::Born(DateError::ShortYear | DateError::YearOnly | DateError::Unreadable) => {
            ("born", "correct-no-date")
        }
        PersonMistake::Future => ("born", "correct-future"),
        PersonMistake::Sex => ("sex", "correct-no-sex"),
    }
}
