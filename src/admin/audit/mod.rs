//! The audit trail: whether it is sound, and taking a copy of it away.

use serde_json::json;

use crate::{
    services::{
        Services,
        audit::chain::{Broken, Check, Place},
        authority::{ExportAudit, Permit, ReadAudit, Sector},
    },
    store::{
        StoreError, Tx,
        audit::{self, EventRow},
    },
};

/// How many events are read at a time.
const PAGE: i64 = 500;

/// Why an export is not complete.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Where it is written to.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Where the chain ends, or where it first breaks; also the events of the last second are looked at.
pub async fn verify(
    sv: &Services,
    _leave: &Permit<ReadAudit, Sector>,
    check: Check,
    told: impl FnMut(i64),
) -> Result<Result<Place, Broken>, StoreError> {
    seal_all(sv).await?;
    sv.verify_audit(check, told).await
}

/// How many places the chain has, about: for showing how far one has come.
pub async fn length(sv: &Services) -> Result<i64, StoreError> {
    sv.store.read((), async |tx: &mut Tx, (): &()| audit::last(tx).await).await
}

/// Gives every event after a place to `take`, in order; how many. That it was done is an event too, the last of them.
pub async fn export(
    sv: &Services,
    leave: &Permit<ExportAudit, Sector>,
    after: i64,
    mut take: impl FnMut(&EventRow) -> std::io::Result<()>,
) -> Result<u64, NotExported> {
    let event = leave.event(sv, "audit.exported", "audit".to_owned(), &json!({ "after": after }));
    sv.store.write_aside(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await?;
    seal_all(sv).await?;
    let (mut at, mut taken) = (after, 0);
    loop {
        let events = sv.store.read(at, async |tx: &mut Tx, at: &i64| audit::sealed_after(tx, *at, PAGE).await).await?;
        let Some(last) = events.last() else { return Ok(taken) };
        at = last.seq.unwrap_or(i64::MAX);
        for event in &events {
            take(event)?;
            taken += 1;
        }
    }
}

async fn seal_all(sv: &Services) -> Result<(), StoreError> {
    while sv.seal_audit().await? > 0 {}
    Ok(())
}
