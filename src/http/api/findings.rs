//! An import as it is told: how far it is, what it would do, and what is wrong with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    causes::{Cause, Namesakes, said},
    told,
};
use crate::{
    base::{clock::Moment, id::ImportId},
    i18n::Locale,
    roster::{
        Brake, Difference, Field, Kind, Outcome,
        desk::{ColumnsFound, FileFound, State, Task},
    },
};

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Import {
    /// The import.
    #[schema(value_type = uuid::Uuid)]
    id: ImportId,
    /// `uploading`, `checking`, `review`, `writing`, `done`, `resting`, `paused`, `undoing` or `undone`. In `review` it waits
    /// for `commit` (unless it is `unreadable`), in `resting` for `retry`, in `paused` for `resume`.
    state: &'static str,
    /// The code of the school that it is for; not there for the whole sector.
    school: Option<String>,
    /// Rows that are done so far.
    rows_done: i64,
    /// How many rows there are; 0 while nobody knows.
    rows_all: i64,
    /// Under which code the server's log tells why it failed, while it is `resting`.
    failure: Option<String>,
    /// Why nothing could be read, when nothing could.
    problem: Option<String>,
    /// The name of that, which never changes, where it is about a file: `kind_unclear`.
    problem_code: Option<String>,
    /// Whether it is in `review` for that alone: there is nothing to commit. Where it is `unclear`, `mapImport` helps.
    unreadable: bool,
    /// Whether nobody can tell what a file is about before somebody says it: `about` of `mapImport`.
    unclear: bool,
    /// What was read, sheet by sheet.
    files: Vec<FileRead>,
    /// Whom the files touch, by what becomes of them.
    people: People,
    /// How many rows say anything new: so many are to be written.
    to_write: u64,
    /// How many rows are refused; the others are written all the same.
    refused: u64,
    /// How many people would end. Where it is there, `commit` wants the same number.
    confirm_ended: Option<i64>,
    /// At which schools they are, then.
    endings: Vec<Ending>,
    /// What is wrong, by cause.
    causes: Vec<Cause>,
    /// What each column is taken to hold.
    columns: Vec<Column>,
    /// The first rows of each outcome.
    samples: Vec<Sample>,
    /// How many people are again what they were, once it was taken back.
    back: Option<u64>,
    /// How many stayed then, since somebody had touched them: `listImportKept` names them.
    kept: Option<u64>,
    /// Whether there is a workbook to take home.
    result: bool,
    /// Until when it can be taken back, if it can.
    #[schema(format = DateTime)]
    undo_until: Option<String>,
}

/// How many people of each outcome.
#[derive(Debug, Serialize, ToSchema)]
struct People {
    created: i64,
    updated: i64,
    unchanged: i64,
    ended: i64,
    /// At another school, which is asked.
    transfers: i64,
    /// For a human to decide.
    review: i64,
}

/// A school of which unusually many people would end.
#[derive(Debug, Serialize, ToSchema)]
struct Ending {
    /// The school's code.
    school: String,
    /// How many of its people would end.
    ended: i64,
    /// Of how many.
    of: i64,
}

/// What a list is about.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum About {
    /// Schools of the sector.
    Schools,
    /// Teachers and other staff.
    Staff,
    /// Pupils.
    Pupils,
    /// Who teaches what to which class.
    Assignments,
}

impl From<About> for Kind {
    fn from(about: About) -> Self {
        match about {
            About::Schools => Self::Schools,
            About::Staff => Self::Staff,
            About::Pupils => Self::Pupils,
            About::Assignments => Self::Assignments,
        }
    }
}

/// A file, or a sheet of one, as it was read.
#[derive(Debug, Serialize, ToSchema)]
struct FileRead {
    /// The file's name.
    file: String,
    /// The sheet's name; empty for CSV.
    sheet: String,
    /// `schools`, `staff`, `pupils` or `assignments`.
    about: String,
    /// How many rows it has.
    rows: u64,
    /// Titles of columns that are not read.
    ignored: Vec<String>,
    /// Names of sheets that are not read.
    unread: Vec<String>,
}

impl From<FileFound> for FileRead {
    fn from(found: FileFound) -> Self {
        let FileFound { name, sheet, kind, rows, ignored, unread } = found;
        Self { file: name, sheet, about: kind, rows, ignored, unread }
    }
}

/// A column of a file.
#[derive(Debug, Serialize, ToSchema)]
struct Column {
    /// The file's name.
    file: String,
    /// The sheet's name; empty for CSV.
    sheet: String,
    /// Its title.
    title: String,
    /// What it holds; not there where it is not read.
    holds: Option<Holds>,
    /// Up to three of its values.
    samples: Vec<String>,
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
struct Sample {
    /// `created`, `updated`, `unchanged`, `ended`, `transfer`, `review`, `refused`, `repeated`, `absent` or
    /// `passed_over`.
    outcome: &'static str,
    /// The row in the file, from 1.
    row: u32,
    /// Whom or what it is about.
    name: String,
    /// By what they are known.
    id: String,
    /// The class, where there is one.
    class: String,
    /// What it changes, value by value, in the words of the files.
    changes: Vec<ValueChange>,
    /// Why the row waits, and what to do.
    why: Option<String>,
}

/// One value that a row changes. What the caller may not know of before is not told.
#[derive(Debug, Serialize, ToSchema)]
struct ValueChange {
    /// What it is.
    field: Holds,
    /// What it was; empty when there was none.
    from: String,
    /// What it becomes; empty when there will be none.
    to: String,
}

macro_rules! holds {
    ($($name:ident = $field:ident;)*) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum Holds {
            $(#[doc = concat!("The field `", stringify!($field), "` of a list.")] $name,)*
        }

        impl From<Holds> for Field {
            fn from(holds: Holds) -> Self {
                match holds { $(Holds::$name => Self::$field,)* }
            }
        }

        impl From<Field> for Holds {
            fn from(field: Field) -> Self {
                match field { $(Field::$field => Self::$name,)* }
            }
        }
    };
}

holds! {
    Ordinal = Ordinal;
    SchoolCode = SchoolCode;
    SchoolName = SchoolName;
    Commune = Commune;
    Levels = Levels;
    Class = Class;
    Grade = Grade;
    SectorId = SectorId;
    TemporaryId = TemporaryId;
    CitizenNumber = CitizenNumber;
    Name = FullName;
    Born = BirthDate;
    Sex = Sex;
    Status = Status;
    StatusDate = StatusDate;
    Position = Position;
    PositionGroup = PositionGroup;
    Subject = Subject;
    Email = Email;
    Phone = Phone;
    Function = Function;
    Microsoft = Upn;
    FamilyName = FamilyName;
    MiddleName = MiddleName;
    GivenName = GivenName;
    SchoolYear = SchoolYear;
}

impl Import {
    /// As it is told in a language, to somebody who may see these people.
    pub(super) fn of(task: Task, namesakes: &Namesakes, now: Moment, locale: Locale) -> Self {
        let Task { findings, .. } = task;
        let brake = findings.brake.filter(|_| !findings.written);
        let tally = findings.tally;
        let taken_back = task.state == State::Undone;
        let people = People {
            created: tally.created,
            updated: tally.updated,
            unchanged: tally.unchanged,
            ended: tally.ended,
            transfers: tally.transfers,
            review: tally.review,
        };
        let mut next = 0;
        let sample = |sample: crate::roster::Sample| Sample {
            outcome: outcome(sample.outcome),
            row: sample.row,
            name: sample.name,
            id: sample.id,
            class: sample.class,
            changes: sample.changes.into_iter().map(ValueChange::of).collect(),
            why: sample.why.map(|(vi, en)| if locale == Locale::Vi { vi } else { en }),
        };
        Self {
            id: task.id,
            state: task.state.as_str(),
            school: task.school,
            rows_done: task.rows.0,
            rows_all: task.rows.1,
            failure: task.failure.filter(|_| task.state == State::Resting),
            unreadable: task.state == State::Review && findings.problem.is_some(),
            problem: findings.problem.map(|problem| said(problem, locale)),
            problem_code: findings.code,
            unclear: findings.unclear,
            files: findings.files.into_iter().map(FileRead::from).collect(),
            people,
            to_write: findings.to_write,
            refused: findings.refused,
            confirm_ended: brake.as_ref().map(|brake| brake.ended),
            endings: brake.into_iter().flat_map(endings).collect(),
            causes: findings.causes.into_iter().map(|cause| Cause::of(cause, namesakes, &mut next, locale)).collect(),
            columns: findings.columns.into_iter().flat_map(columns).collect(),
            samples: findings.samples.into_iter().map(sample).collect(),
            back: taken_back.then_some(findings.back),
            kept: taken_back.then_some(findings.stay),
            result: task.result,
            undo_until: task.undo_until.filter(|until| *until > now).map(told::when),
        }
    }
}

impl ValueChange {
    fn of(Difference { field, from, to }: Difference) -> Self {
        Self { field: field.into(), from, to }
    }
}

fn endings(brake: Brake) -> impl Iterator<Item = Ending> {
    brake.schools.into_iter().map(|(school, ended, of)| Ending { school, ended, of })
}

fn columns(found: ColumnsFound) -> impl Iterator<Item = Column> {
    let ColumnsFound { file, sheet, columns } = found;
    columns.into_iter().map(move |(title, field, samples)| Column {
        file: file.clone(),
        sheet: sheet.clone(),
        title,
        holds: field.map(Into::into),
        samples,
    })
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "created",
        Outcome::Updated => "updated",
        Outcome::Unchanged => "unchanged",
        Outcome::Ended => "ended",
        Outcome::Transfer => "transfer",
        Outcome::Review => "review",
        Outcome::Refused => "refused",
        Outcome::Repeated => "repeated",
        Outcome::Absent => "absent",
        Outcome::PassedOver => "passed_over",
    }
}
