//! Whom an import created, for the paper that they need: known as long as the import can be taken back.

use std::collections::HashSet;

use super::undo::Journal;
use crate::{
    base::id::{BatchId, PersonId},
    services::Services,
    store::{StoreError, Tx, journal},
};

/// Whom a run created; nobody once that is forgotten, a day after it.
pub async fn created(sv: &Services, batch: BatchId) -> Result<HashSet<PersonId>, StoreError> {
    let (mut created, mut before) = (HashSet::new(), i64::MAX);
    let unit = async |tx: &mut Tx, (batch, before): &(BatchId, i64)| journal::next(tx, *batch, *before).await;
    while let Some(row) = sv.store.read((batch, before), unit).await? {
        created.extend(Journal::unpacked(&row)?.created);
        before = row.number;
    }
    Ok(created)
}
