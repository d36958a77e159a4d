//! Background work as administrators see it: what waits, what failed, and when it is tried next; tried now, or given up.

use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::JobId,
        page::{Ask, Page},
    },
    services::{
        Services,
        authority::{ManageJobs, Permit, Sector},
        ending::{self, Notice},
    },
    store::{
        StoreError, Tx,
        jobs::{self, CountRow, WaitingRow},
    },
};

/// Work that waits or failed, and how much of each kind there is.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// How much, by kind and state.
    pub counts: Vec<CountRow>,
    /// What was tried and did not succeed yet, the latest first.
    pub page: Page<WaitingRow>,
}

/// What waits, and a page of what was tried and did not succeed.
pub async fn list(
    sv: &Services,
    _leave: &Permit<ManageJobs, Sector>,
    page: &Ask<JobId>,
) -> Result<Waiting, StoreError> {
    let before = page.after.unwrap_or_else(|| uuid::Uuid::max().into());
    let question = (before, i64::from(page.size) + 1);
    let reading = async |tx: &mut Tx, (before, most): &(JobId, i64)| {
        Ok((jobs::counts(tx).await?, jobs::troubled(tx, *before, *most).await?))
    };
    let (counts, rows) = sv.store.read(question, reading).await?;
    Ok(Waiting { counts, page: Page::from_surplus(rows, page, |row| row.id) })
}

/// The app that a job has to tell of a sign-out.
pub fn app_of(sv: &Services, row: &WaitingRow) -> Option<String> {
    let notice = serde_json::from_str::<Notice>(&row.payload).ok().filter(|_| row.kind == ending::KIND)?;
    sv.clients.by_key(notice.client).map(|client| client.name.clone())
}

/// How much of the audit trail waits to be sealed: whether anything does.
pub async fn unsealed(sv: &Services) -> Result<bool, StoreError> {
    let loose = async |tx: &mut Tx, (): &()| crate::store::audit::loose(tx, 1).await;
    Ok(!sv.store.read((), loose).await?.is_empty())
}

/// Lets a job be tried now; false when it is gone, or somebody is at it.
pub async fn retry(sv: &Services, leave: &Permit<ManageJobs, Sector>, id: JobId) -> Result<bool, StoreError> {
    turn(sv, leave, id, Turn::Retry).await
}

/// Gives a job up that failed for good; false when it is gone, or is still tried.
pub async fn discard(sv: &Services, leave: &Permit<ManageJobs, Sector>, id: JobId) -> Result<bool, StoreError> {
    turn(sv, leave, id, Turn::Discard).await
}

#[derive(Clone, Copy)]
enum Turn {
    Retry,
    Discard,
}

async fn turn(sv: &Services, leave: &Permit<ManageJobs, Sector>, id: JobId, turn: Turn) -> Result<bool, StoreError> {
    let action = match turn {
        Turn::Retry => "job.retried",
        Turn::Discard => "job.discarded",
    };
    let event = leave.event(sv, action, format!("job:{id}"), &json!({}));
    let input = (id, turn, event, sv.clock.now());
    let turning = async |tx: &mut Tx, (id, turn, event, now): &(JobId, Turn, crate::store::audit::Event, Moment)| {
        let turned = match turn {
            Turn::Retry => jobs::retry(tx, *id, *now).await?,
            Turn::Discard => jobs::discard(tx, *id).await?,
        };
        if turned {
            crate::store::audit::add(tx, event).await?;
        }
        Ok(turned)
    };
    sv.store.write(input, turning).await
}
