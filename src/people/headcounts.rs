//! Counting who is at each org, now and then: a page that tells of half a million people reads what was counted last.

use std::time::Duration;

use crate::{
    base::{clock::Moment, id::OrgId},
    services::Services,
    store::{
        StoreError, Tx,
        headcounts::{self, Heads},
    },
};

/// How old a count may become.
pub const AGE: Duration = Duration::from_mins(5);
/// How many orgs are counted in one turn: some ten thousand people.
const BATCH: i64 = 20;

/// Counts some of those that were not counted lately; whether there may be more. Two nodes at once do the same twice.
pub async fn work(sv: &Services) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let read = async |tx: &mut Tx, before: &Moment| {
        let mut counted = Vec::new();
        for org in headcounts::due(tx, *before, BATCH).await? {
            counted.push((org, headcounts::at(tx, org).await?));
        }
        Ok(counted)
    };
    let counted = sv.store.read(now - AGE, read).await?;
    if counted.is_empty() {
        return Ok(false);
    }
    let more = i64::try_from(counted.len()) == Ok(BATCH);
    let keep =
        async |tx: &mut Tx, (counted, now): &(Vec<(OrgId, Heads)>, Moment)| headcounts::keep(tx, counted, *now).await;
    sv.store.write_bulk((counted, now), keep).await?;
    Ok(more)
}
