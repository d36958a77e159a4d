//! A person as somebody types them: what can be wrong with the name, the day of birth and the sex.

use jiff::civil::Date;

use super::{
    dates::{self, DateError},
    name::{NameError, PersonName},
    sex::Sex,
};

/// What is wrong with one of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonMistake {
    /// No name.
    #[error("name: {0}")]
    Name(NameError),
    /// No date.
    #[error("day of birth: {0}")]
    Born(DateError),
    /// Nobody is born tomorrow.
    #[error("day of birth: it lies in the future")]
    Future,
    /// Neither of the two.
    #[error("sex: write male or female")]
    Sex,
}

/// The full name, family name first.
pub fn name(text: &str) -> Result<PersonName, PersonMistake> {
    PersonName::read(text).map_err(PersonMistake::Name)
}

/// The day of birth: `d/m/yyyy`, or as ISO 8601 has it.
pub fn born(text: &str, today: Date) -> Result<Date, PersonMistake> {
    match dates::read(text) {
        Ok(born) if is_unborn(born, today) => Err(PersonMistake::Future),
        read => read.map_err(PersonMistake::Born),
    }
}

/// Whether a day of birth is yet to come: the rule of forms, of the API and of lists.
pub fn is_unborn(born: Date, today: Date) -> bool {
    born > today
}

/// *Nam* or *nữ*, in any of their usual forms.
pub fn sex(text: &str) -> Result<Sex, PersonMistake> {
    Sex::read(text).ok_or(PersonMistake::Sex)
}
