//! Who works at what: each rollover is leased to one server or command at a time, which does all of it, and says with
//! every write that it is still there. Two at once would do no harm, and get in each other's way.

use std::{collections::HashSet, time::Duration};

use super::{LEASE, switch, undo};
use crate::{
    base::{clock::Moment, id::RolloverId},
    model::rollover::RolloverState,
    services::Services,
    store::{Day, StoreError, Tx, rollovers},
};

/// How often a command looks how far a server has come.
const LOOK: Duration = Duration::from_millis(200);

/// Carries out a rollover whose day has come and that nobody works at; whether there was one. One that fails rests until
/// its lease is over, so that it keeps no other school waiting.
pub async fn work(sv: &Services) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let free = async |tx: &mut Tx, now: &Moment| rollovers::free(tx, Day(now.day()), *now).await;
    let Some(id) = sv.store.read(now, free).await? else { return Ok(false) };
    match carry_out(sv, id).await {
        Err(error) if !error.is_outage() => {
            tracing::error!(%error, rollover = %id, "a rollover failed; it will be tried again");
            Ok(true)
        }
        outcome => outcome.map(|()| true),
    }
}

/// Sees to it that these are carried out, as far as today allows: by whoever works at any already, a server, or else here.
/// `left` is told how many are still to be done.
pub async fn see_through(sv: &Services, ids: &[RolloverId], mut left: impl FnMut(usize)) -> Result<(), StoreError> {
    let ids: HashSet<&RolloverId> = ids.iter().collect();
    loop {
        let now = sv.clock.now();
        let due = sv.store.read(Day(now.day()), async |tx: &mut Tx, today| rollovers::due(tx, *today).await).await?;
        let waiting: Vec<_> = due.iter().map(|(id, _)| id).filter(|id| ids.contains(id)).collect();
        left(waiting.len());
        let Some(first) = waiting.first() else { return Ok(()) };
        if due.iter().any(|(_, until)| *until > now) {
            tokio::time::sleep(LOOK).await;
        } else {
            carry_out(sv, **first).await?;
        }
    }
}

/// All of it, unless somebody else works at it.
async fn carry_out(sv: &Services, id: RolloverId) -> Result<(), StoreError> {
    let now = sv.clock.now();
    let lease =
        async |tx: &mut Tx, (id, now): &(RolloverId, Moment)| rollovers::lease(tx, *id, *now, *now + LEASE).await;
    if !sv.store.write_bulk((id, now), lease).await? {
        return Ok(());
    }
    loop {
        match step(sv, id).await {
            Ok(true) => {}
            // Who was silent for too long is not the only one any more.
            Ok(false) | Err(StoreError::Abandoned(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// One write of it; whether there is more to be done.
async fn step(sv: &Services, id: RolloverId) -> Result<bool, StoreError> {
    let row = sv.store.read(id, async |tx: &mut Tx, id: &RolloverId| rollovers::find(tx, *id).await).await?;
    let Some(row) = row else { return Ok(false) };
    match RolloverState::named(&row.state) {
        Some(RolloverState::Scheduled) if row.switch_on.is_some_and(|day| day.0 <= sv.clock.now().day()) => {
            switch::begin(sv, row).await.map(|()| true)
        }
        Some(RolloverState::Running) => switch::step(sv, row).await,
        Some(RolloverState::Undoing) => undo::step(sv, row).await,
        _ => Ok(false),
    }
}
