//! Looking at imports, correcting them, and letting them be written.

use serde_json::json;

use super::{
    super::{AmendedCell, Field, Kind, UNDO_FOR},
    RESULT,
    asked::Asked,
    findings::Findings,
};
use crate::{
    base::{
        clock::Moment,
        id::{BatchId, ImportId, OrgId},
        page::{Ask, Page},
    },
    model::school_code::SchoolCode,
    services::{
        Services,
        authority::{Denied, ImportPeople, NoPermit, Permit, Reach, Standing},
    },
    store::{
        StoreError, Tx, audit,
        import_tasks::{self, ListedRow, TaskRow},
        imports,
        scope::Within,
    },
};

/// An import as it is shown.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its row.
    pub id: ImportId,
    /// The code of the school that it is for; `None`: the whole sector.
    pub school: Option<String>,
    /// Where it is on its way.
    pub state: State,
    /// What was asked for.
    pub asked: Asked,
    /// What the last look or write showed.
    pub findings: Findings,
    /// Doing what: `survey`, `plan` or `write`.
    pub stage: String,
    /// Rows that are done, of how many; 0 while nobody knows.
    pub rows: (i64, i64),
    /// Whether there is a workbook to go back.
    pub result: bool,
    /// The run that wrote it.
    pub(super) batch: Option<BatchId>,
    /// The code under which the log tells why it last failed.
    pub failure: Option<String>,
    /// Until when it can be taken back, if it can.
    pub undo_until: Option<Moment>,
    /// What tells this state of it from any other: a form made for another does nothing.
    pub version: i64,
}

/// Where an import is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody is still uploading.
    Uploading,
    /// A node looks at the files.
    Checking,
    /// It waits for somebody to look it over.
    Review,
    /// A node writes.
    Writing,
    /// It was written.
    Done,
    /// It failed again and again: it waits for somebody to have it tried once more.
    Resting,
    /// Somebody stopped it for now.
    Paused,
    /// A node takes it back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl State {
    const ALL: [Self; 9] = [
        Self::Uploading,
        Self::Checking,
        Self::Review,
        Self::Writing,
        Self::Done,
        Self::Resting,
        Self::Paused,
        Self::Undoing,
        Self::Undone,
    ];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Checking => "checking",
            Self::Review => "review",
            Self::Writing => "writing",
            Self::Done => "done",
            Self::Resting => "resting",
            Self::Paused => "paused",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether a node is at work.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Uploading | Self::Checking | Self::Writing | Self::Undoing)
    }
}

/// An import in a list.
pub type Listed = ListedRow;

/// Why an import was not turned.
#[derive(Debug, thiserror::Error)]
pub enum NotTurned {
    /// It is not as it was when the page was made.
    #[error("somebody else changed the import meanwhile")]
    Changed,
    /// The number of people who leave was not confirmed.
    #[error("the number of people who leave was not confirmed")]
    Unconfirmed,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The place whose columns are remembered.
pub(super) fn place(leave: &Permit<ImportPeople, Reach>) -> String {
    match leave.place() {
        Reach::Under(org) => org.to_string(),
        Reach::Sector | Reach::Of(_) => "sector".to_owned(),
    }
}

/// Imports within reach, the newest first.
pub async fn list(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    ask: &Ask<ImportId>,
) -> Result<Page<Listed>, StoreError> {
    let within = leave.within(sv.clock.now().day());
    let before = ask.after.unwrap_or_else(|| uuid::Uuid::max().into());
    let question = (within, before, i64::from(ask.size) + 1);
    let rows = sv.store.read(question, async |tx: &mut Tx, (within, before, most): &(Within, ImportId, i64)| {
        import_tasks::list(tx, within, *before, *most).await
    });
    Ok(Page::from_surplus(rows.await?, ask, |row| row.id))
}

/// One of them, with leave to do something about it; what lies outside somebody's reach is missing (R38).
pub async fn see(
    sv: &Services,
    standing: &Standing,
    id: ImportId,
) -> Result<(Task, Permit<ImportPeople, Reach>), NoPermit> {
    let read = async |tx: &mut Tx, id: &ImportId| {
        let Some(row) = import_tasks::find(tx, *id).await? else { return Ok(None) };
        let files = import_tasks::files(tx, *id).await?;
        Ok(Some((row, files.iter().any(|file| file.number == RESULT))))
    };
    let (row, result) = sv.store.read(id, read).await?.ok_or(Denied::Missing)?;
    let leave = leave(sv, standing, row.org_id).await?;
    Ok((task(sv, &row, result)?, leave))
}

/// Leave to import for a school, or for the whole sector.
pub(super) async fn leave(
    sv: &Services,
    standing: &Standing,
    org: Option<OrgId>,
) -> Result<Permit<ImportPeople, Reach>, NoPermit> {
    if let Some(org) = org {
        return standing.under(sv, org).await;
    }
    let leave: Permit<ImportPeople, Reach> = standing.everywhere()?;
    if *leave.place() == Reach::Sector { Ok(leave) } else { Err(Denied::Missing.into()) }
}

/// The school that an import is for. One whose code cannot be read is not the whole sector.
pub(super) fn school(row: &TaskRow) -> Result<Option<SchoolCode>, StoreError> {
    let code = row.school.as_deref().and_then(|code| SchoolCode::read(code).ok());
    if row.org_id.is_some() && code.is_none() {
        return Err(StoreError::Corrupt { table: "import_tasks", column: "org_id", row: row.id.to_string() });
    }
    Ok(code)
}

pub(super) fn task(sv: &Services, row: &TaskRow, result: bool) -> Result<Task, StoreError> {
    let corrupt = |column| StoreError::Corrupt { table: "import_tasks", column, row: row.id.to_string() };
    Ok(Task {
        id: row.id,
        school: row.school.clone(),
        state: State::named(&row.state).ok_or_else(|| corrupt("state"))?,
        asked: Asked::open(&sv.keys.fields, &row.options)?,
        findings: serde_json::from_str(&row.findings).map_err(|_| corrupt("findings"))?,
        stage: row.stage.clone(),
        rows: (row.rows_done, row.rows_all),
        result,
        batch: row.batch_id,
        failure: row.failure.clone(),
        undo_until: row.written_at.filter(|_| can_be_undone(&row.state)).map(|at| at + UNDO_FOR),
        version: row.updated_at.micros(),
    })
}

/// Written to its end, or as far as somebody or something stopped it.
fn can_be_undone(state: &str) -> bool {
    ["done", "paused", "resting"].contains(&state)
}

/// Corrects cells, by their place among those that can be corrected, and has the files looked at again; `held_back`: when
/// somebody wanted them written.
pub async fn amend(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    (texts, held_back): (&[(usize, String)], bool),
) -> Result<(), NotTurned> {
    let mut asked = Asked { confirmed: None, held_back, ..task.asked.clone() };
    for (cell, text, column) in task.findings.correctable().enumerate().filter_map(|(at, cell)| {
        let (_, text) = texts.iter().find(|(place, _)| *place == at)?;
        Some((cell, text.trim(), cell.place_of(text.trim())?))
    }) {
        let (file, sheet, row) = (cell.file.clone(), cell.sheet.clone(), cell.row);
        asked.amended.put(AmendedCell { file, sheet, row, column, text: text.to_owned() });
    }
    turn(sv, leave, task, State::Checking, (&asked, json!({ "cells": texts.len() }))).await
}

/// Says what columns hold, remembers it for the next file from there, and has the files looked at again; with what they
/// are about, where their columns do not tell.
pub async fn rename(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    (titles, kind): (&[(String, Option<Field>)], Option<Kind>),
) -> Result<(), NotTurned> {
    let kind = kind.map(|kind| kind.as_str().to_owned());
    let mut asked = Asked { kind, held_back: false, ..task.asked.clone() };
    for (title, field) in titles {
        asked.amended.name(title, *field);
    }
    let known = serde_json::to_string(&asked.amended.titles_only()).unwrap_or_default();
    let detail = json!({ "columns": titles.len(), "kind": &asked.kind });
    turn(sv, leave, task, State::Checking, (&asked, detail)).await?;
    let keep = (place(leave), known, sv.clock.now());
    sv.store
        .write(keep, async |tx: &mut Tx, (place, known, now): &(String, String, Moment)| {
            import_tasks::keep_titles(tx, place, known, *now).await
        })
        .await?;
    Ok(())
}

/// Lets it be written.
pub async fn commit(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    confirmed: Option<i64>,
) -> Result<(), NotTurned> {
    if task.findings.problem.is_some() {
        return Err(NotTurned::Changed);
    }
    if task.findings.brake.as_ref().is_some_and(|brake| confirmed != Some(brake.ended)) {
        return Err(NotTurned::Unconfirmed);
    }
    let asked = Asked { confirmed, held_back: false, ..task.asked.clone() };
    turn(sv, leave, task, State::Writing, (&asked, json!({ "confirmed": confirmed }))).await
}

/// A deed to an import, which a school finds in its trail where it is for that school.
pub(super) fn event(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    action: &'static str,
    (import, detail): (ImportId, &serde_json::Value),
) -> audit::Event {
    let over = match leave.place() {
        Reach::Under(org) => Some(*org),
        Reach::Sector | Reach::Of(_) => None,
    };
    leave.scribe(sv).by_right_over(over).event(action, format!("upload:{import}"), detail)
}

async fn turn(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    to: State,
    (asked, detail): (&Asked, serde_json::Value),
) -> Result<(), NotTurned> {
    let action = match to {
        State::Writing => "import.agreed",
        State::Undoing => "import.undone",
        _ => "import.amended",
    };
    let from = match (to, task.state) {
        (State::Undoing, State::Done) => State::Done,
        (State::Undoing, _) => State::Writing,
        _ => State::Review,
    };
    let event = event(sv, leave, action, (task.id, &detail));
    let options = asked.seal(&sv.keys.fields);
    let turn = Turn { leave: leave.clone(), task: task.clone(), way: (from, to), options, event, now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.write(tx).await).await?
}

struct Turn {
    leave: Permit<ImportPeople, Reach>,
    task: Task,
    way: (State, State),
    options: Vec<u8>,
    event: audit::Event,
    now: Moment,
}

impl Turn {
    async fn write(&self, tx: &mut Tx) -> Result<Result<(), NotTurned>, StoreError> {
        let Self { leave, task, way: (from, to), options, event, now } = self;
        if let Err(denied) = leave.again(tx, *now).await? {
            return Ok(Err(denied.into()));
        }
        let same = import_tasks::find(tx, task.id).await?.is_some_and(|row| row.updated_at.micros() == task.version);
        let (way, by) = ((task.id, from.as_str(), to.as_str()), leave.account());
        if !same || !import_tasks::turn(tx, way, (options, by), *now).await? {
            return Ok(Err(NotTurned::Changed));
        }
        // A run that was stopped half way is at its end: a node that is still at it writes nothing more.
        if let (State::Writing, Some(batch)) = (from, task.batch) {
            imports::finish(tx, batch, "{}", *now).await?;
        }
        audit::add(tx, event).await?;
        Ok(Ok(()))
    }
}

/// Has it taken back: whom nobody has touched since is again what they were.
pub async fn undo(sv: &Services, leave: &Permit<ImportPeople, Reach>, task: &Task) -> Result<(), NotTurned> {
    if task.undo_until.is_none_or(|until| until < sv.clock.now()) {
        return Err(NotTurned::Changed);
    }
    turn(sv, leave, task, State::Undoing, (&task.asked, json!({}))).await
}

/// Throws an import away that wrote nothing.
pub async fn discard(sv: &Services, leave: &Permit<ImportPeople, Reach>, task: &Task) -> Result<(), NotTurned> {
    let event = event(sv, leave, "import.discarded", (task.id, &json!({})));
    let turn = (leave.clone(), task.id, event, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (leave, id, event, now): &(Permit<ImportPeople, Reach>, _, _, _)| {
            if let Err(denied) = leave.again(tx, *now).await? {
                return Ok(Err(denied.into()));
            }
            if !import_tasks::discard(tx, *id, *now).await? {
                return Ok(Err(NotTurned::Changed));
            }
            audit::add(tx, event).await.map(Ok)
        })
        .await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::named(state.as_str()), Some(state));
        }
        assert_eq!(State::named("discarded"), None);
    }
}
