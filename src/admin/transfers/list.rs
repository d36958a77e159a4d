//! The requests of somebody's schools, as lists and counts.

use crate::{
    base::{
        id::TransferId,
        page::{Ask, Page},
    },
    model::transfer::TransferState,
    services::{
        Services,
        authority::{FindPeople, Permit, Reach},
    },
    store::{
        StoreError, Tx,
        scope::Scope,
        transfers::{self, ListedRow, Side, Wanted},
    },
};

/// How many requests wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For pupils who are to come.
    pub coming: u64,
    /// For pupils who are to leave: these are to be decided here.
    pub leaving: u64,
}

/// A page of requests, and how many wait on either side.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The requests, the latest first.
    pub page: Page<ListedRow>,
    /// How many wait.
    pub waiting: Waiting,
}

/// The requests on one side: those that wait, or those that were decided.
pub async fn list(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    (side, waiting): (Side, bool),
    page: &Ask<TransferId>,
) -> Result<Listed, StoreError> {
    let scope = leave.within(sv.clock.now().day()).scope;
    let before = page.after.unwrap_or_else(|| uuid::Uuid::max().into());
    let wanted = Wanted { scope, side, waiting, before, most: i64::from(page.size) + 1 };
    let (rows, waiting) = sv
        .store
        .read(wanted, async |tx: &mut Tx, wanted: &Wanted| {
            Ok((transfers::list(tx, wanted).await?, count(tx, &wanted.scope).await?))
        })
        .await?;
    let rows = rows.into_iter().map(told).collect();
    Ok(Listed { page: Page::from_surplus(rows, page, |row| row.id), waiting })
}

/// One request, on either side of those within reach.
pub async fn show(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    id: TransferId,
) -> Result<Option<ListedRow>, StoreError> {
    let question = (leave.within(sv.clock.now().day()).scope, id);
    let found = sv.store.read(question, async |tx: &mut Tx, (scope, id)| transfers::show(tx, scope, *id).await).await?;
    Ok(found.map(told))
}

/// Whoever is within reach is shown as they are now. Of anybody else a school is told what it knew (R38): the one that asks the
/// ID that it wrote, and once they were there, as the one that they left, what they were called when it was decided.
fn told(row: ListedRow) -> ListedRow {
    let waits = row.state == TransferState::Waiting.as_str();
    let (full_name, sector_id) = match row.leaves || row.state == TransferState::Approved.as_str() {
        _ if row.seen => return row,
        true if waits => (row.full_name, row.sector_id),
        true => (row.was_called.clone(), row.was_known_as.clone().or_else(|| row.asked_as.clone())),
        false => (None, row.asked_as.clone()),
    };
    ListedRow { person_id: None, full_name, sector_id, ..row }
}

/// How many requests wait within reach.
pub async fn waiting(sv: &Services, leave: &Permit<FindPeople, Reach>) -> Result<Waiting, StoreError> {
    let scope = leave.within(sv.clock.now().day()).scope;
    sv.store.read(scope, async |tx: &mut Tx, scope: &Scope| count(tx, scope).await).await
}

async fn count(tx: &mut Tx, scope: &Scope) -> Result<Waiting, StoreError> {
    let (coming, leaving) = transfers::waiting(tx, scope).await?;
    let number = |count| u64::try_from(count).unwrap_or_default();
    Ok(Waiting { coming: number(coming), leaving: number(leaving) })
}
