//! Whom an import created, and whom taking it back left as they were.

use std::collections::HashSet;

use super::review::{Task, see};
use crate::{
    base::id::{ImportId, PersonId},
    roster,
    services::{
        Services,
        authority::{ImportPeople, NoPermit, Permit, Reach, Standing},
    },
    store::{StoreError, journal::KeptRow},
};

/// Whom an import created that somebody may see, as long as that is known.
pub async fn created(sv: &Services, standing: &Standing, id: ImportId) -> Result<HashSet<PersonId>, NoPermit> {
    match see(sv, standing, id).await?.0.batch {
        Some(batch) => Ok(roster::created(sv, batch).await?),
        None => Ok(HashSet::new()),
    }
}

/// Whom taking an import back left as they are: some of them, those after one.
pub async fn kept(
    sv: &Services,
    _leave: &Permit<ImportPeople, Reach>,
    task: &Task,
    after: Option<PersonId>,
) -> Result<Vec<KeptRow>, StoreError> {
    let Some(batch) = task.batch else { return Ok(Vec::new()) };
    roster::kept(sv, batch, after, 500).await
}
