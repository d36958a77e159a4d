//! What a look or a write showed, as it is kept for the page.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::super::{
    AmendedColumn, Brake, Field, FileError, Finding, Issue, Language, OpenError, Outcome, Peeked, Problem, Report,
    Sample, Severity, Tally,
};
use crate::{base::id::PersonId, model::sector_id::SectorId};

/// What was found. All of it is kept, but of long lists the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// Why nothing could be read, when nothing could. It stands first: by how findings begin, the list of imports knows
    /// refused files.
    pub problem: Option<Said>,
    /// The name of that, where it is about a file: `kind_unclear`.
    pub code: Option<String>,
    /// Whether that is because the files do not tell what they are about: then somebody says it.
    pub unclear: bool,
    /// The columns of the files.
    pub columns: Vec<ColumnsFound>,
    /// The files and sheets that were read.
    pub files: Vec<FileFound>,
    /// How many of each outcome.
    pub tally: Tally,
    /// How many rows say anything new, so that there is something to write.
    pub to_write: u64,
    /// How many rows were refused.
    pub refused: u64,
    /// How many people must be confirmed to leave, and at which schools.
    pub brake: Option<Brake>,
    /// What is wrong, by cause.
    pub causes: Vec<Cause>,
    /// The first rows of each outcome.
    pub samples: Vec<Sample>,
    /// Whether it was written.
    pub written: bool,
    /// How many people are again what they were, once it was taken back.
    pub back: u64,
    /// How many somebody touched since, so that they stay; who they are is told by whoever asks for it.
    pub stay: u64,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Tiếng Việt.
    pub vi: String,
    /// English.
    pub en: String,
}

/// A file, or a sheet of one, that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFound {
    /// Its name.
    pub name: String,
    /// The sheet; empty for CSV.
    pub sheet: String,
    /// What it is about.
    pub kind: String,
    /// Rows that hold data.
    pub rows: u64,
    /// Columns that were not read.
    pub ignored: Vec<String>,
    /// Sheets that were not read.
    pub unread: Vec<String>,
}

/// The columns of a file's sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnsFound {
    /// The file.
    pub file: String,
    /// The sheet.
    pub sheet: String,
    /// Title, what it holds, and up to three values.
    pub columns: Vec<(String, Option<Field>, Vec<String>)>,
}

/// Cells that have the same thing wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The problem's name: `date_no_such_day`.
    pub code: String,
    /// `error`, `held` or `warning`.
    pub severity: String,
    /// The column's title.
    pub column: String,
    /// What to do about it.
    pub repair: Said,
    /// How many there are.
    pub count: u64,
    /// The first of them, each with the others of its row in which the same can be put right.
    pub cells: Vec<Flawed>,
}

/// A cell with something wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flawed {
    /// The file's name.
    pub file: String,
    /// The sheet's name.
    pub sheet: String,
    /// The row in the spreadsheet, from 1.
    pub row: u32,
    /// Its column, where it can be put right. Of two things wrong with a cell only the worse has it, so that there is
    /// one box.
    pub at: Option<AmendedColumn>,
    /// How it is put right.
    #[serde(default)]
    pub remedy: Remedy,
    /// What stands there; a citizen number only in part.
    pub value: String,
    /// What is wrong.
    pub what: Said,
    /// Whether it is another cell of the row before it, in which the same can be put right: then that tells its column.
    #[serde(default)]
    pub also: bool,
}

/// How a cell is put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// Something else is typed.
    #[default]
    Typed,
    /// What stands there was guessed: sent as it is, it is confirmed.
    Confirmed,
    /// Somebody says whom the row is about: one of these, or somebody else.
    Whom(Vec<PersonId>),
}

/// How a row says that it is about nobody who is known.
pub const SOMEBODY_ELSE: &str = "mới";

/// How many cells of one cause are kept.
const CELLS: usize = 50;

impl Findings {
    /// What a run came to.
    pub(super) fn of(report: &Report, columns: Vec<ColumnsFound>) -> Self {
        let outcomes = || report.files.iter().flat_map(|file| &file.outcomes);
        Self {
            problem: None,
            code: None,
            unclear: false,
            columns,
            files: report.files.iter().map(FileFound::of).collect(),
            tally: report.tally,
            to_write: outcomes().filter(|(_, outcome)| writes(*outcome)).count() as u64,
            refused: outcomes().filter(|(_, outcome)| *outcome == Outcome::Refused).count() as u64,
            brake: report.brake.clone(),
            causes: causes(report),
            samples: report.samples.clone(),
            written: report.committed,
            back: 0,
            stay: 0,
        }
    }

    /// That a file could not be read, and why.
    pub(super) fn unread(name: &str, error: &FileError, columns: Vec<ColumnsFound>) -> Self {
        let said = Said::of(|language| format!("{name}: {}", error.message(language)));
        let unclear = matches!(error, FileError::Open(OpenError::KindUnclear { .. }));
        Self { code: Some(error.code().to_owned()), unclear, ..Self::failed(said, columns) }
    }

    /// That nothing could be read, and why.
    pub(super) fn failed(problem: Said, columns: Vec<ColumnsFound>) -> Self {
        Self { problem: Some(problem), columns, ..Self::default() }
    }

    /// Every cell that can be corrected, in the order of the page.
    pub fn correctable(&self) -> impl Iterator<Item = &Flawed> {
        self.causes.iter().flat_map(|cause| &cause.cells).filter(|cell| cell.at.is_some())
    }

    /// What is wrong that keeps rows out, or that somebody has to decide, or only to look at.
    pub fn of_severity(&self, severity: &str) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(move |cause| cause.severity == severity)
    }
}

impl Cause {
    /// How many there are beside those that are kept.
    pub fn more(&self) -> u64 {
        self.count.saturating_sub(self.cells.iter().filter(|cell| !cell.also).count() as u64)
    }
}

impl Flawed {
    /// Whom the row may be about, where somebody has to say so. Whoever is shown them must be allowed to see them.
    pub fn people(&self) -> &[PersonId] {
        if let Remedy::Whom(people) = &self.remedy { people } else { &[] }
    }

    /// Where in the row a text is to be read that puts it right. Whom the row is about is said by a temporary ID, or by
    /// the sector ID of whoever has one.
    pub(super) fn place_of(&self, text: &str) -> Option<AmendedColumn> {
        let lasting = || SectorId::read(text).is_ok_and(|id| !id.is_temporary());
        match self.remedy {
            Remedy::Whom(_) if lasting() => Some(AmendedColumn::Beside(Field::SectorId)),
            _ => self.at,
        }
    }
}

impl Said {
    /// In one of the two languages.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }

    pub(super) fn of(of: impl Fn(Language) -> String) -> Self {
        Self { vi: of(Language::Vi), en: of(Language::En) }
    }
}

impl FileFound {
    fn of(file: &super::super::FileReport) -> Self {
        Self {
            name: file.name.to_string(),
            sheet: file.sheet.to_string(),
            kind: file.kind.as_str().to_owned(),
            rows: file.outcomes.len() as u64,
            ignored: shortened(&file.ignored),
            unread: shortened(&file.unread),
        }
    }
}

/// How many names of columns and sheets are kept of a file, and how long: a hostile one has many, and long ones.
const NAMES: usize = 100;
const NAME: usize = 200;

fn shortened(names: &[String]) -> Vec<String> {
    names.iter().take(NAMES).map(|name| name.chars().take(NAME).collect()).collect()
}

impl From<Peeked> for ColumnsFound {
    fn from(peeked: Peeked) -> Self {
        // A longer title is an explanation, which no list of columns has room for.
        let titled = peeked.columns.into_iter().filter(|column| column.title.chars().count() <= NAME);
        let columns = titled.take(NAMES).map(|column| (column.title, column.field, column.samples)).collect();
        Self { file: peeked.file, sheet: peeked.sheet, columns }
    }
}

const fn writes(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Created | Outcome::Updated | Outcome::Ended)
}

fn causes(report: &Report) -> Vec<Cause> {
    let rank = |severity| [Severity::Error, Severity::Held, Severity::Warning].iter().position(|s| *s == severity);
    let mut causes: BTreeMap<(Option<usize>, &str, &str), Cause> = BTreeMap::new();
    for issue in &report.issues {
        let key = (rank(issue.severity()), &*issue.column, issue.code());
        let cause = causes.entry(key).or_insert_with(|| Cause {
            code: issue.code().to_owned(),
            severity: name(issue.severity()).to_owned(),
            column: issue.column.to_string(),
            repair: Said::of(|language| issue.texts(language).1),
            count: 0,
            cells: Vec::new(),
        });
        cause.count += 1;
        if cause.cells.len() < CELLS {
            cause.cells.extend(flawed(report, issue));
        }
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    let mut boxes = HashSet::new();
    for cell in causes.iter_mut().flat_map(|cause| &mut cause.cells) {
        let Flawed { file, sheet, row, at, .. } = cell;
        if at.is_some_and(|column| !boxes.insert((file.clone(), sheet.clone(), *row, column))) {
            *at = None;
        }
    }
    for cause in &mut causes {
        cause.cells.retain(|cell| !cell.also || cell.at.is_some());
    }
    causes
}

/// The cell, and the others of its row in which the same can be put right.
fn flawed(report: &Report, issue: &Issue) -> Vec<Flawed> {
    let file = report.files.iter().find(|file| (&file.name, &file.sheet) == (&issue.file, &issue.sheet));
    let at = |title: &str| file.and_then(|file| file.column(title)).map(AmendedColumn::At);
    // Whom a row is about can be said of every file.
    let beside = || (*issue.column == *Field::TemporaryId.title()).then_some(AmendedColumn::Beside(Field::TemporaryId));
    let cell = Flawed {
        file: issue.file.to_string(),
        sheet: issue.sheet.to_string(),
        row: issue.row,
        at: at(&issue.column).or_else(beside),
        remedy: match &issue.problem {
            Problem::Found(Finding::MaybeKnown(maybe)) => Remedy::Whom(maybe.people.clone()),
            Problem::Found(Finding::SectorIdGuessed) => Remedy::Confirmed,
            _ => Remedy::Typed,
        },
        value: issue.value.clone(),
        what: Said::of(|language| issue.texts(language).0),
        also: false,
    };
    let other = |(title, value): &(Arc<str>, String)| Flawed {
        at: at(title),
        remedy: Remedy::Typed,
        value: value.clone(),
        what: Said { vi: format!("cột «{title}»"), en: format!("the column “{title}”") },
        also: true,
        ..cell.clone()
    };
    let others: Vec<Flawed> = issue.others.iter().map(other).collect();
    std::iter::once(cell).chain(others).collect()
}

const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Held => "held",
        Severity::Warning => "warning",
    }
}
