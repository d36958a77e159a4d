//! Where a file has what: the columns that its header names.

use rust_xlsxwriter::column_number_to_name;

use super::{
    field::{Field, Kind},
    joins::Joins,
};
use crate::model::{legacy::Legacy, school_year::SchoolYear, text::SearchKey};

/// A column of the file that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// From 0.
    pub index: usize,
    /// Its name as the file writes it, on one line.
    pub title: String,
}

impl Column {
    /// What a column over which nothing stands is called, before its letter.
    pub(super) const UNTITLED: &str = "cột không tên";

    /// A column over which nothing stands.
    pub(super) fn untitled(index: usize) -> Self {
        Self { index, title: format!("{} ({})", Self::UNTITLED, letters(index)) }
    }
}

/// A column as spreadsheets name it, from `A`.
pub(super) fn letters(index: usize) -> String {
    column_number_to_name(u16::try_from(index).unwrap_or_default())
}

/// Where each field is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The header's row in the spreadsheet, from 1; of a header of several rows the last.
    pub row: u32,
    /// Columns nobody knows: ignored, but listed.
    pub unknown: Vec<Column>,
    /// Columns that name a field again: ignored, but listed.
    pub duplicates: Vec<Column>,
    /// The one school year that is named above the header, and the row.
    pub year: Option<(u32, SchoolYear)>,
    pub(super) columns: [Option<Column>; Field::COUNT],
    /// Which cells are read together.
    pub(super) joins: Joins,
    /// The encoding of before Unicode that the rows below the header are written in.
    pub(super) legacy: Option<Legacy>,
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

    /// Two columns of one title, of which nobody can say which is meant.
    pub(super) fn repeated(&self, kind: Kind) -> Option<(&Column, &Column)> {
        let alike = |one: &Column, other: &Column| SearchKey::of(&one.title) == SearchKey::of(&other.title);
        Field::ALL.into_iter().filter(|field| kind.reads(*field)).find_map(|field| {
            let read = self.column(field)?;
            let again = self.duplicates.iter().find(|column| alike(column, read))?;
            Some(if read.index < again.index { (read, again) } else { (again, read) })
        })
    }

    /// Whether something stands over the column.
    pub(super) fn is_titled(&self, index: usize) -> bool {
        self.columns().chain(self.ignored()).any(|column| column.index == index)
    }

    pub(super) fn count(&self) -> usize {
        self.columns().count()
    }

    pub(super) fn fields(&self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| self.has(*field)).collect()
    }
}
