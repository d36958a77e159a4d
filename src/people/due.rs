//! What happens to accounts by itself when its time has come: whoever no school claimed goes dormant, and whoever
//! finished school is removed.

use std::time::Duration;

use super::{accounts::remove, following::Following};
use crate::{
    base::{clock::Moment, id::PersonId},
    model::{account::AccountState, membership::Presence},
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{StoreError, Tx, accounts, memberships},
};

/// How many people are looked at in one turn.
const BATCH: i64 = 100;
/// With this grade school is over.
pub const LAST_GRADE: i64 = 12;

/// Whoever could not be dealt with makes room for the others, so long.
const PUT_OFF: Duration = Duration::from_hours(1);

/// Does some of what is due; whether there may be more. What fails with one person is put off and keeps nobody waiting.
pub async fn work(sv: &Services) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let due = sv.store.read(now, async |tx: &mut Tx, now: &Moment| accounts::due(tx, *now, BATCH).await).await?;
    for person in &due {
        let actor = Actor::System;
        let turn = Turn { person: *person, now, following: Following::of(sv, &actor), scribe: sv.scribe(&actor) };
        match sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await {
            Err(error) if !error.is_outage() => {
                tracing::error!(%error, %person, "what is due to an account failed; it will be tried again");
                let until = (*person, now + PUT_OFF);
                sv.store
                    .write(until, async |tx: &mut Tx, (person, until)| accounts::put_off(tx, *person, *until).await)
                    .await?;
            }
            outcome => outcome?,
        }
    }
    Ok(i64::try_from(due.len()) == Ok(BATCH))
}

struct Turn {
    person: PersonId,
    now: Moment,
    following: Following,
    scribe: Scribe,
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        memberships::hold(tx, &[self.person]).await?;
        let Some(row) = accounts::of_people(tx, &[self.person]).await?.pop() else { return Ok(()) };
        if row.due_at.is_none_or(|at| at > self.now) {
            return Ok(());
        }
        let presence = memberships::standing(tx, self.person, self.now.day()).await?.presence();
        // A suspension keeps nobody's data longer.
        let ends = row.state.purge().is_ok() || row.state == AccountState::Suspended;
        let graduate = presence == Presence::Completed
            && memberships::last_grade(tx, self.person).await? == Some(LAST_GRADE)
            && ends;
        if graduate {
            return remove(tx, self.person, row.id, &self.scribe, self.now).await;
        }
        // The time is up: whoever was awaited, or might have gone on to the next level, is nowhere.
        let now = if presence == Presence::Somewhere { presence } else { Presence::Nowhere };
        self.following.settle(tx, &[(self.person, now)]).await
    }
}
