//! P14: importing files. The list with the way in, and one import on its way.

use std::borrow::Cow;

use askama::Template;

use super::console::School;
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// The imports, and the form for the next one.
#[derive(Template, Clone, Debug)]
#[template(path = "console/imports.html")]
pub struct Imports {
    /// What surrounds it.
    pub f: Frame,
    /// For its form.
    pub csrf: String,
    /// Which schools there are.
    pub place: ImportPlace,
    /// What was typed to choose a school.
    pub school: String,
    /// The school years to choose from, the usual one first.
    pub years: Vec<String>,
    /// What was wrong with an upload: the key of its text.
    pub problem: Option<&'static str>,
    /// The largest upload, in MiB.
    pub largest: usize,
    /// Imports, the newest first.
    pub rows: Vec<ImportRow>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
}

/// For which schools somebody may import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportPlace {
    /// For this one.
    One(School),
    /// For one of several, which must be named.
    Several,
    /// For the whole sector, or for one school that may be named.
    Sector,
}

/// An import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its page.
    pub id: String,
    /// Its first file.
    pub file: String,
    /// How many more.
    pub more: u64,
    /// Who brought it.
    pub who: String,
    /// For which school; empty for the sector.
    pub school: String,
    /// Where it is on its way.
    pub state: ImportState,
    /// When it was brought.
    pub when: Moment,
}

/// Where an import is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Its files are looked at.
    Checking,
    /// It waits for somebody to look it over.
    Review,
    /// It is being written.
    Writing,
    /// It was written.
    Done,
    /// It failed again and again.
    Resting,
    /// Somebody stopped it for now.
    Paused,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl ImportState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Checking,
        Self::Review,
        Self::Writing,
        Self::Done,
        Self::Resting,
        Self::Paused,
        Self::Undoing,
        Self::Undone,
    ];

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Checking => "import-checking",
            Self::Review => "import-review",
            Self::Writing => "import-writing",
            Self::Done => "import-done",
            Self::Resting => "import-resting",
            Self::Paused => "import-paused",
            Self::Undoing => "import-undoing",
            Self::Undone => "import-undone",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Checking | Self::Writing | Self::Undoing => Icon::Clock,
            Self::Undone => Icon::Back,
            Self::Review | Self::Resting => Icon::Alert,
            Self::Paused => Icon::Pause,
            Self::Done => Icon::Check,
        }
    }

    /// Its colour.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Checking | Self::Writing | Self::Undoing | Self::Undone => "",
            Self::Review | Self::Paused => "warn",
            Self::Resting => "bad",
            Self::Done => "good",
        }
    }

    /// Whether the page follows it by itself.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Checking | Self::Writing | Self::Undoing)
    }
}

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
    /// The field to correct it in, and what stands there; `None` where the file has no such column.
    pub field: Option<(usize, String)>,
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
        self.state == ImportState::Review
            && self.causes.iter().flat_map(|cause| &cause.cells).any(|c| c.field.is_some())
    }

    /// The field to correct a cell in, while it can be corrected.
    pub fn input<'c>(&self, cell: &'c ImportCell) -> Option<&'c (usize, String)> {
        cell.field.as_ref().filter(|_| self.state == ImportState::Review)
    }

    /// Whether there is anything to write.
    pub const fn ready(&self) -> bool {
        matches!(self.state, ImportState::Review) && self.problem.is_none()
    }

    /// How far it is, of a hundred.
    pub fn percent(&self) -> Option<u64> {
        (self.rows.0 * 100).checked_div(self.rows.1).map(|percent| percent.min(100))
    }
}
