//! Whom an import created, for the paper that they need: known as long as the import can be taken back.

use std::collections::HashSet;

use serde::Deserialize;

use super::journal::unpacked;
use crate::{
    base::id::{BatchId, PersonId},
    services::Services,
    store::{StoreError, Tx, journal},
};

/// Of what a unit did, this alone: what the others were is passed over.
#[derive(Deserialize)]
struct Created {
    created: Vec<PersonId>,
}

/// Whom a run created; nobody once that is forgotten, a day after it.
pub async fn created(sv: &Services, batch: BatchId) -> Result<HashSet<PersonId>, StoreError> {
    let (mut created, mut before) = (HashSet::new(), i64::MAX);
    let unit = async |tx: &mut Tx, (batch, before): &(BatchId, i64)| journal::next(tx, *batch, *before).await;
    while let Some(row) = sv.store.read((batch, before), unit).await? {
        created.extend(unpacked::<Created>(&row)?.created);
        before = row.number;
    }
    Ok(created)
}
