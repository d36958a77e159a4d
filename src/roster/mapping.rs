//! Where a file has what: the columns that its header names.

use rust_xlsxwriter::column_number_to_name;

use super::{
    field::{Field, Kind, alias},
    joins::Joins,
    others,
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
    /// Fields that are known by what stands before the brackets of a title alone.
    pub(super) vague: Vec<Field>,
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

    /// The columns of which a file of this kind reads nothing.
    pub fn ignored(&self, kind: Kind) -> impl Iterator<Item = &Column> {
        self.unread().chain(self.not_of(kind))
    }

    /// The columns that nobody knows, or that name a field again.
    pub(super) fn unread(&self) -> impl Iterator<Item = &Column> {
        self.unknown.iter().chain(&self.duplicates)
    }

    /// Whether a row without a code is of the school it names. *Trường* alone may be the one that somebody comes from.
    pub(super) fn tells_the_school(&self) -> bool {
        self.column(Field::SchoolName).is_some_and(|column| SearchKey::of(&column.title).as_str() != "truong")
    }

    /// The columns that other kinds of file read, and parts of a name that stands in another column.
    fn not_of(&self, kind: Kind) -> impl Iterator<Item = &Column> {
        let is_part = |column: &Column| self.joins.name.contains(&column.index);
        let tells = kind.is_of_people() && !self.has(Field::SchoolCode) && self.tells_the_school();
        Field::ALL.into_iter().filter(|field| *field != Field::Ordinal).filter_map(move |field| {
            let reads = kind.reads(field) || field == Field::SchoolName && tells;
            let is_read = |column: &Column| reads && (!field.is_part_of_name() || is_part(column));
            self.column(field).filter(|column| !is_read(column))
        })
    }

    /// Two columns of one title, or told apart by their brackets alone, of which nobody can say which is meant.
    pub(super) fn repeated(&self, kind: Kind) -> Option<(&Column, &Column)> {
        let alike = |one: &Column, other: &Column| SearchKey::of(&one.title) == SearchKey::of(&other.title);
        Field::ALL.into_iter().filter(|field| kind.reads(*field)).find_map(|field| {
            let read = self.column(field)?;
            let is_rival = |column: &&Column| alike(column, read) || self.rivals(field, &read.title, &column.title);
            let again = self.duplicates.iter().find(is_rival)?;
            Some(if read.index < again.index { (read, again) } else { (again, read) })
        })
    }

    /// Whether a title names the field as vaguely as that of its column. Of telephones and the like there may be several.
    fn rivals(&self, field: Field, read: &str, title: &str) -> bool {
        let several = matches!(field, Field::Phone | Field::Email | Field::Subject);
        let plain = || others::without_brackets(title).and_then(|(plain, _)| alias(SearchKey::of(plain).as_str()));
        let inside = |title: &str| title.split_once(['(', '[']).map(|(_, inside)| SearchKey::of(inside));
        let apart = || inside(read) != inside(title) && plain().is_some_and(|alias| alias.field == field);
        !several && self.vague.contains(&field) && apart()
    }

    /// Whether something stands over the column.
    pub(super) fn is_titled(&self, index: usize) -> bool {
        self.columns().chain(self.unread()).any(|column| column.index == index)
    }

    pub(super) fn count(&self) -> usize {
        self.columns().count()
    }

    pub(super) fn fields(&self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| self.has(*field)).collect()
    }
}
