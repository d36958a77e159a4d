//! P14: one import on its way.

use std::borrow::Cow;

use askama::Template;
use jiff::civil::Date;

use super::imports::ImportState;
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// One import.
#[derive(Template, Clone, Debug)]
#[template(path = "console/import.html")]
pub struct Import {
    /// What surrounds it.
    pub f: Frame,
    /// For its forms.
    pub csrf: String,
    /// Its page.
    pub id: String,
    /// What its forms were made for.
    pub version: String,
    /// The school's code; empty for the sector.
    pub school: String,
    /// Where it is on its way.
    pub state: ImportState,
    /// Rows that are done, of how many; 0 while nobody knows.
    pub rows: (u64, u64),
    /// What is being done: the key of its text.
    pub stage: &'static str,
    /// Why nothing could be read.
    pub problem: Option<String>,
    /// What became of a form: the key of its text, and whether it went wrong.
    pub notice: Option<(&'static str, bool)>,
    /// The files and sheets that were read.
    pub files: Vec<ImportedFile>,
    /// How many of each: the key of the text, the number.
    pub counts: Vec<(&'static str, u64)>,
    /// How many people must be confirmed to leave, and at which schools.
    pub brake: Option<ImportBrake>,
    /// What is wrong, the worst first.
    pub causes: Vec<ImportCause>,
    /// The first rows of each outcome.
    pub samples: Vec<ImportedRows>,
    /// The columns of each file.
    pub columns: Vec<ImportColumns>,
    /// What a column can hold: the name, and what it is called.
    pub fields: Vec<(&'static str, &'static str)>,
    /// What becomes of its rows.
    pub lot: ImportLot,
    /// By what somebody says that a row is about nobody who is known.
    pub somebody_else: &'static str,
    /// Whether the files do not tell what they are about.
    pub unclear: bool,
    /// What somebody said that they are about; empty: their columns tell.
    pub kind: String,
    /// What they can be about: the name, and the key of what it is called.
    pub kinds: Vec<(&'static str, &'static str)>,
    /// Whether there is a workbook to take home.
    pub result: bool,
    /// Of one that rests: the code under which the log tells why.
    pub failure: String,
    /// Until when it can be taken back, if it can.
    pub undo_until: Option<Moment>,
    /// Once it was taken back: how many people are as they were, the names of some who are not, and how many are not.
    pub back: Option<(u64, Vec<String>, u64)>,
}

/// A file that was read.
#[derive(Clone, Debug, Default)]
pub struct ImportedFile {
    /// Its name, with the sheet.
    pub name: String,
    /// What it is about: the key of the text.
    pub kind: &'static str,
    /// How many rows.
    pub rows: u64,
    /// Columns that were not read.
    pub ignored: String,
    /// Sheets that were not read.
    pub unread: String,
}

/// What becomes of rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportLot {
    /// They are written.
    pub written: u64,
    /// They wait for somebody's decision.
    pub undecided: u64,
    /// They wait for another school, which is asked.
    pub transfers: u64,
    /// They are wrong.
    pub refused: u64,
}

/// Why somebody has to type a number.
#[derive(Clone, Debug)]
pub struct ImportBrake {
    /// How many people leave.
    pub ended: u64,
    /// The schools of which many leave: code, how many, of how many.
    pub schools: Vec<(String, u64, u64)>,
}

/// Cells with the same thing wrong.
#[derive(Clone, Debug)]
pub struct ImportCause {
    /// How bad.
    pub severity: ImportSeverity,
    /// The column.
    pub column: String,
    /// What to do.
    pub repair: String,
    /// How many cells.
    pub count: u64,
    /// How many of them are not listed.
    pub more: u64,
    /// The first of them.
    pub cells: Vec<ImportCell>,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportSeverity {
    /// The row is not imported.
    Error,
    /// Somebody has to decide.
    Held,
    /// Somebody should look.
    Warning,
}

impl ImportSeverity {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Held, Self::Warning];

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Error => "import-errors",
            Self::Held => "import-held",
            Self::Warning => "import-warnings",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Error => Icon::Cross,
            Self::Held => Icon::Alert,
            Self::Warning => Icon::Info,
        }
    }
}

/// A cell with something wrong.
#[derive(Clone, Debug)]
pub struct ImportCell {
    /// The row.
    pub row: u32,
    /// The file, where there are several.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// The field to put it right in; `None` where that cannot be done here, or is done in another.
    pub field: Option<(usize, ImportInput)>,
}

/// By what a cell is put right.
#[derive(Clone, Debug)]
pub enum ImportInput {
    /// By typing; with what stands there.
    Text(String),
    /// By saying whom the row is about: one of these, or somebody else.
    Whom(Vec<ImportNamesake>),
}

/// Somebody whom a row may be about.
#[derive(Clone, Debug)]
pub struct ImportNamesake {
    /// The name as written.
    pub name: String,
    /// Day of birth.
    pub born: Option<Date>,
    /// Class and school.
    pub place: String,
    /// The sector ID, or the temporary one.
    pub code: String,
}

/// The rows of an outcome.
#[derive(Clone, Debug)]
pub struct ImportedRows {
    /// The key of its name.
    pub key: &'static str,
    /// What it means for whoever reads it, where that does not go without saying: the key of the text.
    pub hint: Option<&'static str>,
    /// Whether there are more than these.
    pub more: bool,
    /// The first of them.
    pub rows: Vec<ImportSample>,
}

/// A row and what came of it.
#[derive(Clone, Debug)]
pub struct ImportSample {
    /// The row.
    pub row: u32,
    /// Whom or what it is about.
    pub name: String,
    /// By what they are known.
    pub id: String,
    /// The class.
    pub class: String,
    /// What is different now: the column, what it was, what it becomes.
    pub changes: Vec<(&'static str, String, String)>,
    /// Why it waits, and what to do.
    pub why: String,
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct ImportColumns {
    /// The file, with the sheet.
    pub file: String,
    /// Its columns: the name of the form's field, the title, the field's name that is chosen, up to three values.
    pub columns: Vec<(String, String, &'static str, String)>,
}

impl ImportedRows {
    /// Whether the list is short enough to stand open.
    pub fn opens(&self) -> bool {
        self.rows.len() <= 20
    }
}

impl Import {
    /// Names the first file.
    pub fn heading(&self) -> Cow<'_, str> {
        match self.files.first() {
            Some(file) => self.f.t.with("import-of", "file", &file.name),
            None => self.f.t.say("import-one"),
        }
    }

    /// Whether anything of a severity was found.
    pub fn of(&self, severity: &ImportSeverity) -> Vec<&ImportCause> {
        self.causes.iter().filter(|cause| cause.severity == *severity).collect()
    }

    /// How many cells of a severity.
    pub fn count(&self, severity: &ImportSeverity) -> u64 {
        self.of(severity).iter().map(|cause| cause.count).sum()
    }

    /// Whether anything can be corrected on the page.
    pub fn correctable(&self) -> bool {
        self.state.is_looked_over() && self.causes.iter().flat_map(|cause| &cause.cells).any(|c| c.field.is_some())
    }

    /// The field to correct a cell in, while it can be corrected.
    pub fn input<'c>(&self, cell: &'c ImportCell) -> Option<&'c (usize, ImportInput)> {
        cell.field.as_ref().filter(|_| self.state.is_looked_over())
    }

    /// Whether it waits for somebody to let it be written.
    pub const fn waits(&self) -> bool {
        matches!(self.state, ImportState::Review)
    }

    /// Whether anything would be written: what rows say, or requests to other schools.
    pub const fn ready(&self) -> bool {
        self.waits() && self.lot.written + self.lot.transfers > 0
    }

    /// Whether a list of cells stands open, so that what follows is far below.
    pub fn stands_open(&self) -> bool {
        self.causes.iter().any(|cause| cause.severity != ImportSeverity::Warning)
    }

    /// How far it is, of a hundred.
    pub fn percent(&self) -> Option<u64> {
        (self.rows.0 * 100).checked_div(self.rows.1).map(|percent| percent.min(100))
    }
}
