//! What is wrong with a cell and where: the file, sheet, row and column, what stands there, and what to do.

use std::{fmt, sync::Arc};

use super::{fault::Fault, field::Field, finding::Finding};

/// Whether a problem keeps the row out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The row is not imported.
    Error,
    /// The row waits for somebody's decision.
    Held,
    /// The row is imported; somebody should look.
    Warning,
}

/// The language of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

/// A problem with one cell, or with a row as a whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    /// The file's name, without its folder.
    pub file: Arc<str>,
    /// The sheet's name; empty for CSV.
    pub sheet: Arc<str>,
    /// The row in the spreadsheet, from 1.
    pub row: u32,
    /// The column's title as the file writes it, or its usual one when the file lacks it.
    pub column: Arc<str>,
    /// What stands in the cell, shortened; the middle digits of a citizen number are hidden.
    pub value: String,
    /// What is wrong.
    pub problem: Problem,
    /// The other columns of the file in which the row can be put right: the title, and what stands there, shown likewise.
    pub others: Vec<(Arc<str>, String)>,
}

impl Issue {
    /// Whether it keeps the row out.
    pub const fn severity(&self) -> Severity {
        self.problem.severity()
    }

    /// The problem's name in reports and APIs: `date_no_such_day`.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// What is wrong and what to do, with the place: *Dòng 37, Ngày sinh: «31/02/2016» không tồn tại…*
    pub fn message(&self, language: Language) -> String {
        let (what, repair) = self.texts(language);
        let text = if repair.is_empty() { what } else { format!("{what}. {repair}") };
        match language {
            Language::Vi => format!("Dòng {}, {}: {text}", self.row, self.column),
            Language::En => format!("Row {}, {}: {text}", self.row, self.column),
        }
    }

    /// What is wrong, and what to do about it.
    pub fn texts(&self, language: Language) -> (String, String) {
        let (what, repair) = self.problem.texts(language);
        (what.replace("{value}", &self.value), repair.replace("{value}", &self.value))
    }
}

impl fmt::Debug for Issue {
    /// Without the value: it is personal, and what prints like this ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issue({} row {}, {}: {})", self.sheet, self.row, self.column, self.code())
    }
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The cell is empty and must not be.
    Required,
    /// The cell holds a formula's error.
    CellFault(Fault),
    /// The cell holds a formula whose result is not in the file.
    FormulaUncomputed,
    /// Characters were lost when the file was saved.
    TextDamaged,
    /// Longer than anything that belongs here.
    TooLong,
    /// No name of a person.
    NameUnreadable,
    /// A name and a note in brackets.
    NameHasNote,
    /// A name with digits in it.
    NameHasDigits,
    /// Words in a column beside the name that nobody said to be a part of it.
    TextBesideName {
        /// The column, as spreadsheets name it.
        column: String,
        /// What stands there.
        text: String,
    },
    /// Neither sector identifier nor citizen number nor date of birth.
    IdentityMissing,
    /// No sector identifier.
    SectorIdMissing,
    /// Not the name of a Microsoft account.
    UpnMalformed,
    /// A long number that a spreadsheet shortened: its digits are gone.
    CodeShortened,
    /// No well-formed sector identifier.
    SectorIdMalformed,
    /// Neither a temporary identifier nor the word for nobody known.
    TemporaryIdMalformed,
    /// Not ten digits.
    SectorIdUnusual,
    /// A citizen number in the wrong column.
    SectorIdLooksLikeCitizenNumber,
    /// Neither twelve digits nor nine.
    CitizenNumberMalformed,
    /// Ten digits that make no citizen number: a sector identifier in the wrong column?
    CitizenNumberLooksLikeSectorId,
    /// It tells another sex.
    CitizenNumberOtherSex,
    /// It tells another year of birth.
    CitizenNumberOtherYear,
    /// Zeros at the beginning were lost; this is what it was read as, if somebody confirms.
    LeadingZerosRestored(String),
    /// The month has no such day.
    DateNoSuchDay,
    /// There is no such month.
    DateNoSuchMonth,
    /// Two digits of the year are missing.
    DateShortYear,
    /// Only a year.
    DateYearOnly,
    /// Before 1900 or after 2099.
    DateOutOfRange,
    /// None of the known forms.
    DateUnreadable,
    /// Day and month may have changed places, as they have elsewhere in the column.
    DateOrderUnclear,
    /// No date of birth.
    BirthDateMissing,
    /// Neither *Nam* nor *Nữ*.
    SexUnknown,
    /// None of the national statuses of a pupil.
    PupilStatusUnknown,
    /// None of the national statuses of staff.
    StaffStatusUnknown,
    /// No known status of a school.
    SchoolStatusUnknown,
    /// No status on a sheet of those who left.
    SheetOfLeavers,
    /// Whoever exported it has deleted the record.
    RecordGone,
    /// No well-formed school code.
    SchoolCodeMalformed,
    /// No known level of education.
    LevelsUnknown,
    /// No level of education.
    LevelsMissing,
    /// No class.
    ClassMissing,
    /// No class code.
    ClassMalformed,
    /// The spreadsheet made a date of the class's name: `3/1`.
    ClassBecameDate,
    /// A number for a class, which may have lost the zero of 6.10.
    ClassMayLackZero,
    /// No known grade.
    GradeUnknown,
    /// The class's name says another grade.
    GradeDiffersFromClass,
    /// Neither group nor position.
    PositionMissing,
    /// A position that tells no role.
    PositionUnknown,
    /// Neither homeroom nor subject.
    FunctionUnknown,
    /// No e-mail address: left out.
    EmailUnusable,
    /// No phone number: left out.
    PhoneUnusable,
    /// No row of the list, but a note below it.
    BelowTheList,
    /// What the plan found out.
    Found(Finding),
    /// UTF-8 that was taken for Western text; this is what it was read as.
    TextRepaired(String),
    /// The same, and letters were lost on the way.
    TextGarbled,
    /// Written with a font of before Unicode; this is what it was read as.
    LegacyText {
        /// TCVN3 or VNI.
        encoding: &'static str,
        /// In Unicode.
        became: String,
    },
}

impl Problem {
    /// Where else in the row than where it is reported it can be put right: what its text names beside.
    pub(super) const fn elsewhere(&self) -> &'static [Field] {
        match self {
            Self::IdentityMissing | Self::CitizenNumberOtherYear | Self::Found(Finding::PersonNotHere) => {
                &[Field::BirthDate]
            }
            Self::SectorIdLooksLikeCitizenNumber => &[Field::CitizenNumber],
            Self::Found(Finding::IdentifiersOfTwo) => &[Field::SectorId],
            Self::CitizenNumberOtherSex => &[Field::Sex],
            Self::NameHasNote => &[Field::Status],
            Self::PositionMissing => &[Field::Position],
            Self::GradeDiffersFromClass => &[Field::Class],
            _ => &[],
        }
    }
}
