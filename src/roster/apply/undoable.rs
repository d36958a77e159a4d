//! Which runs of the command line can be taken back, and the beginning of it. Imports in the browser have pages that see to
//! that.

use std::time::Duration;

use serde_json::json;

use super::importer::Importer;
use crate::{
    base::{clock::Moment, id::BatchId},
    services::Services,
    store::{
        StoreError, Tx, audit,
        journal::{self, RunRow},
    },
};

/// How long a run can be taken back after its end.
pub const UNDO_FOR: Duration = Duration::from_hours(24);
/// How many runs are named.
const RUNS: i64 = 20;

/// Why a run is not taken back.
#[derive(Debug, thiserror::Error)]
pub enum NotUndone {
    /// There is none of that number, or it is not at its end.
    #[error("no run of this number was written to its end")]
    NoSuchRun,
    /// It was made in the browser.
    #[error("this import was made in the browser: take it back on its page")]
    OfTheBrowser,
    /// Its day is over.
    #[error("the run ended more than 24 hours ago")]
    TooLate,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The runs of the command line that can be taken back, the latest first.
pub async fn undoable(sv: &Services) -> Result<Vec<RunRow>, StoreError> {
    let since = sv.clock.now() - UNDO_FOR;
    sv.store.read(since, async |tx: &mut Tx, since: &Moment| journal::runs(tx, *since, RUNS).await).await
}

/// A run of the command line that may be taken back, or that somebody began to take back.
pub async fn may_undo(sv: &Services, batch: BatchId) -> Result<RunRow, NotUndone> {
    let find = async |tx: &mut Tx, batch: &BatchId| journal::run(tx, *batch).await;
    let run = sv.store.read(batch, find).await?.ok_or(NotUndone::NoSuchRun)?;
    if run.browser {
        return Err(NotUndone::OfTheBrowser);
    }
    // What was begun in time is brought to its end.
    if run.undone.is_none() && run.finished_at + UNDO_FOR < sv.clock.now() {
        return Err(NotUndone::TooLate);
    }
    Ok(run)
}

/// Says that a run is to be taken back; [`super::undo`] does it, step by step.
pub async fn begin_undo(sv: &Services, run: &RunRow) -> Result<(), StoreError> {
    let detail = json!({ "files": run.file_name, "people": run.people });
    let event = sv.event(&Importer::CommandLine.actor(), "import.undone", super::batch::subject(run.id), &detail);
    sv.store
        .write((run.id, event, sv.clock.now()), async |tx: &mut Tx, (id, event, now)| {
            if journal::begin(tx, *id, *now).await? {
                audit::add(tx, event).await?;
            }
            Ok(())
        })
        .await
}
