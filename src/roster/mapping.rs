//! Where a file has what: the columns that its header names.

use super::field::Field;
use crate::model::school_year::SchoolYear;

/// A column of the file that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// From 0.
    pub index: usize,
    /// Its name as the file writes it, on one line.
    pub title: String,
}

/// Where each field is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The header's row in the spreadsheet, from 1.
    pub row: u32,
    /// Columns nobody knows: ignored, but listed.
    pub unknown: Vec<Column>,
    /// Columns that name a field again: ignored, but listed.
    pub duplicates: Vec<Column>,
    /// The one school year that is named above the header, and the row.
    pub year: Option<(u32, SchoolYear)>,
    pub(super) columns: [Option<Column>; Field::COUNT],
}

impl Mapping {
    /// The column of a field, if the file has it.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns[field as usize].as_ref()
    }

    /// Whether the file has the field.
    pub fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// The columns that were recognised, by field.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().flatten()
    }

    /// The columns that are not read.
    pub fn ignored(&self) -> impl Iterator<Item = &Column> {
        self.unknown.iter().chain(&self.duplicates)
    }

    pub(super) fn count(&self) -> usize {
        self.columns().count()
    }

    pub(super) fn fields(&self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| self.has(*field)).collect()
    }
}
