//! What keeps a row from being taken.

use jiff::civil::Date;

use super::super::{field::Field, finding::Finding};

/// Where it is, what stands there, and what was found.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) field: Field,
    pub(super) value: String,
    pub(super) finding: Finding,
}

impl Trouble {
    pub(super) fn new(field: Field, value: &str, finding: Finding) -> Self {
        Self { field, value: value.to_owned(), finding }
    }

    /// With a day.
    pub(super) fn on(field: Field, day: Date, finding: Finding) -> Self {
        Self { field, value: day.strftime("%d/%m/%Y").to_string(), finding }
    }
}
