//! What an import came to, for people and for programs.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    super::{
        cell_reader::Place,
        field::Kind,
        issue::{Issue, Language, Problem, Severity},
        plan::{Difference, Outcome, Prepared, Tally, UnitOutcome},
        row::{Record, Row},
    },
    brake::Brake,
    importer::Importer,
    survey::{Survey, Surveyed},
    told::Differences,
};
use crate::base::id::{BatchId, PersonId};

/// A whole run.
#[derive(Debug)]
pub struct Report {
    /// Whether it was written.
    pub committed: bool,
    /// The files, in the order in which they were imported.
    pub files: Vec<FileReport>,
    /// How many of each.
    pub tally: Tally,
    /// Everything found, by file and row: errors, what waits for a decision, warnings.
    pub issues: Vec<Issue>,
    /// Whom it created; nobody in a dry run.
    pub created: Vec<PersonId>,
    /// Why it waits for a confirmation.
    pub brake: Option<Brake>,
    /// The first rows of each outcome, for whoever looks the run over.
    pub samples: Vec<Sample>,
    sampled: HashMap<Outcome, usize>,
    pub(super) batch: Option<(BatchId, Importer)>,
}

/// A row and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The file's place among the run's.
    pub file: u16,
    /// The row in the spreadsheet, from 1.
    pub row: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// Whom or what it is about.
    pub name: String,
    /// By what they are known.
    pub id: String,
    /// The class, where there is one.
    pub class: String,
    /// What is different now.
    #[serde(default)]
    pub changes: Vec<Difference>,
    /// Why the row waits, and what to do: in Vietnamese and in English.
    #[serde(default)]
    pub why: Option<(String, String)>,
}

/// How many rows of each outcome are kept.
pub const SAMPLES: usize = 100;

/// A file of a run.
#[derive(Debug)]
pub struct FileReport {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, as issues have it.
    pub name: Arc<str>,
    /// The sheet that holds its data; empty for CSV.
    pub sheet: Arc<str>,
    /// What it is about.
    pub kind: Kind,
    /// The header's row.
    pub header: u32,
    /// Columns nobody knows.
    pub ignored: Vec<String>,
    /// Sheets of its workbook that hold something else, and are not read.
    pub unread: Vec<String>,
    /// What came of each row, in the order of the file.
    pub outcomes: Vec<(u32, Outcome)>,
    /// What the rows change.
    pub differences: Differences,
    place: Place,
}

impl Report {
    pub(super) fn new(survey: &Survey) -> Self {
        Self {
            committed: false,
            files: survey.files.iter().map(FileReport::new).collect(),
            tally: Tally::default(),
            issues: Vec::new(),
            created: Vec::new(),
            brake: None,
            samples: Vec::new(),
            sampled: HashMap::new(),
            batch: None,
        }
    }

    /// Adds a unit of a file.
    pub(super) fn add(&mut self, file: u16, rows: Vec<Prepared>, unit: UnitOutcome) {
        self.tally += unit.tally;
        let Some(report) = self.files.get_mut(usize::from(file)) else { return };
        unit.changed.iter().for_each(|changed| report.differences.add(changed));
        let mut noted = unit.noted.into_iter().peekable();
        for (Prepared { record, .. }, outcome) in rows.into_iter().zip(unit.rows) {
            report.outcomes.push((record.row, outcome));
            let sampled = self.sampled.entry(outcome).or_default();
            // Most rows of a long file come to the same: the list of what they come to is full after its first rows.
            let sample = if *sampled < SAMPLES { sample(&record, (file, outcome)) } else { None };
            *sampled += usize::from(sample.is_some());
            let row = match record.outcome {
                Ok(row) => Some(row),
                Err(told) => {
                    self.issues.extend(told);
                    None
                }
            };
            let said = |field| row.as_ref().map(|row| row.said(field)).unwrap_or_default();
            let found = self.issues.len();
            while let Some(found) = noted.next_if(|found| found.row <= record.row) {
                let problem = Problem::Found(found.finding);
                self.issues.push(report.place.issue(found.row, (found.field, &found.value, problem), said));
            }
            self.samples.extend(sample.map(|sample| Sample {
                changes: report.differences.of(sample.row),
                why: self.issues.get(found..).and_then(why),
                ..sample
            }));
            self.issues.extend(record.warnings.into_iter().filter(|warning| holds(&warning.problem, outcome)));
        }
    }

    /// The run, once it was written.
    pub fn batch(&self) -> Option<BatchId> {
        self.batch.as_ref().map(|(batch, _)| *batch)
    }

    /// Everything of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(move |issue| issue.severity() == severity)
    }

    /// Whether any row was refused.
    pub fn has_errors(&self) -> bool {
        self.of(Severity::Error).next().is_some()
    }
}

/// Whether a warning is still true once it is known what came of its row: whoever was known has an ID, and of whoever is
/// gone, or is as the row says, nothing more is asked.
const fn holds(problem: &Problem, outcome: Outcome) -> bool {
    match problem {
        Problem::SectorIdMissing => {
            !matches!(outcome, Outcome::Updated | Outcome::Unchanged | Outcome::Ended | Outcome::Absent)
        }
        Problem::BirthDateMissing => !matches!(outcome, Outcome::Unchanged | Outcome::Ended | Outcome::Absent),
        _ => true,
    }
}

/// Why a row waits for somebody, where it does.
fn why(found: &[Issue]) -> Option<(String, String)> {
    let held = found.iter().find(|issue| issue.severity() == Severity::Held)?;
    let of = |language| {
        let (what, repair) = held.texts(language);
        if repair.is_empty() { what } else { format!("{what}. {repair}") }
    };
    Some((of(Language::Vi), of(Language::En)))
}

fn sample(record: &Record, (file, outcome): (u16, Outcome)) -> Option<Sample> {
    let Ok(row) = &record.outcome else { return None };
    let id = |who: &crate::roster::Identity| who.sector_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let (name, id, class) = match row {
        Row::School(row) => (row.name.clone(), row.code.to_string(), String::new()),
        Row::Staff(row) => (row.who.name.as_str().to_owned(), id(&row.who), String::new()),
        Row::Pupil(row) => {
            let class = row.class.as_ref().map(ToString::to_string).unwrap_or_default();
            (row.who.name.as_str().to_owned(), id(&row.who), class)
        }
        Row::Assignment(row) => (String::new(), row.teacher.to_string(), row.class.to_string()),
    };
    Some(Sample { file, row: record.row, outcome, name, id, class, changes: Vec::new(), why: None })
}

impl FileReport {
    /// Where the column of a title is in the file.
    pub fn column(&self, title: &str) -> Option<usize> {
        self.place.column(title)
    }

    fn new(file: &Surveyed) -> Self {
        Self {
            path: file.path.clone(),
            name: Arc::clone(&file.place.file),
            sheet: Arc::clone(&file.place.sheet),
            kind: file.kind,
            header: file.header,
            ignored: file.ignored.clone(),
            unread: file.unread.clone(),
            outcomes: Vec::new(),
            differences: Differences::default(),
            place: file.place.clone(),
        }
    }
}
