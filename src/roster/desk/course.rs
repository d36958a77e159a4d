//! Steering an import that a node works at, or would: stopped for now, gone on with, tried again.

use serde_json::json;

use super::review::{NotTurned, Task, event};
use crate::{
    services::{
        Services,
        authority::{ImportPeople, Permit, Reach},
    },
    store::{Tx, audit, import_tasks},
};

/// What is done about an import that a node works at, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Tried again, after it rested.
    Retry,
    /// Stopped for now: what was written stays, and the page may be closed.
    Pause,
    /// Gone on with, after it was stopped.
    GoOn,
}

/// Steers it; [`NotTurned::Changed`] when it is not where that is possible.
pub async fn steer(
    sv: &Services,
    leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    course: Course,
) -> Result<(), NotTurned> {
    let action = match course {
        Course::Retry => "import.retried",
        Course::Pause => "import.paused",
        Course::GoOn => "import.resumed",
    };
    let event = event(sv, leave, action, (task.id, &json!({})));
    let turn = (leave.clone(), (task.id, course), event, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (leave, (id, course), event, now): &(Permit<ImportPeople, Reach>, _, _, _)| {
            if let Err(denied) = leave.again(tx, *now).await? {
                return Ok(Err(denied.into()));
            }
            // Whoever has it go on answers for what is done from here on, with their own rights.
            let by = leave.account();
            let done = match course {
                Course::Retry => import_tasks::retry(tx, *id, by, *now).await?,
                Course::Pause => import_tasks::pause(tx, *id, *now).await?,
                Course::GoOn => import_tasks::go_on(tx, *id, by, *now).await?,
            };
            if !done {
                return Ok(Err(NotTurned::Changed));
            }
            audit::add(tx, event).await.map(Ok)
        })
        .await?
}
