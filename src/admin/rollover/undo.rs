//! A rollover is taken back: places and roles are again as they were, but of those to whom something happened since.

use std::collections::HashMap;

use serde_json::json;

use super::{LEASE, SOURCE, subject, switch::classes_at_once};
use crate::{
    base::{clock::Moment, id::PersonId},
    model::membership::Standing,
    people::following::Following,
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{
        StoreError, Tx, memberships, person_changes,
        rollover_moves::{self as moves, MoveRow},
        rollovers::{self, RolloverRow},
    },
};

struct Turn {
    row: RolloverRow,
    /// How many classes are taken back in one write.
    classes: i64,
    scribe: Scribe,
    following: Following,
    now: Moment,
}

/// Takes some classes back; whether there are more.
pub(super) async fn step(sv: &Services, row: RolloverRow) -> Result<bool, StoreError> {
    let (scribe, following) = (sv.scribe(&Actor::System), Following::of(sv, &Actor::System));
    let turn = Turn { row, classes: classes_at_once(&sv.store), scribe, following, now: sv.clock.now() };
    sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let classes = moves::moved(tx, self.row.id, self.classes).await?;
        if classes.is_empty() {
            return self.finish(tx).await;
        }
        rollovers::hold(tx, self.row.id, self.now + LEASE).await?;
        if !moves::give_back(tx, self.row.id, &classes).await? {
            return Err(StoreError::Abandoned("a class was taken back by somebody else"));
        }
        let done = moves::of(tx, self.row.id, &classes).await?;
        let mut people: Vec<PersonId> = done.iter().map(|row| row.person_id).collect();
        people.sort_unstable();
        people.dedup();
        memberships::hold(tx, &people).await?;
        let done = moves::of(tx, self.row.id, &classes).await?;
        let mut standings = memberships::standings(tx, &people, self.now.day()).await?;
        let (back, kept): (Vec<&MoveRow>, Vec<&MoveRow>) = done.iter().partition(|row| untouched(row, &mut standings));
        self.write(tx, &back, &standings).await?;
        moves::keep(tx, self.row.id, &kept).await?;
        Ok(true)
    }

    async fn write(
        &self,
        tx: &mut Tx,
        back: &[&MoveRow],
        standings: &HashMap<PersonId, Standing>,
    ) -> Result<(), StoreError> {
        let (mut changes, mut presences) = (Vec::new(), Vec::new());
        for row in back.iter().filter(|row| row.ended_id.is_some()) {
            let Some(standing) = standings.get(&row.person_id) else { continue };
            changes.extend(standing.changes().into_iter().map(|change| (row.person_id, change)));
            presences.push((row.person_id, standing.presence()));
        }
        memberships::apply(tx, &changes, SOURCE, self.now).await?;
        moves::revert(tx, self.row.id, back).await?;
        // A list of the next year may have named them meanwhile: they are not what it said any more.
        let mut moved: Vec<PersonId> = back.iter().map(|row| row.person_id).collect();
        moved.sort_unstable();
        moved.dedup();
        person_changes::stir(tx, &moved, self.now).await?;
        self.following.settle(tx, &presences).await?;
        self.following.restore(tx, &presences.into_iter().map(|(person, _)| person).collect::<Vec<_>>()).await
    }

    async fn finish(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        if rollovers::undone(tx, self.row.id, self.now).await? {
            moves::drop_made(tx, self.row.id).await?;
            let detail = json!({ "from": self.row.from_year });
            let scribe = self.scribe.by_right_over(Some(self.row.org_id));
            scribe.note(tx, "rollover.undone", subject(self.row.org_id), &detail).await?;
        }
        Ok(false)
    }
}

/// Whether nothing happened to somebody since the move; a role that ended with it is open again then.
fn untouched(row: &MoveRow, standings: &mut HashMap<PersonId, Standing>) -> bool {
    let Some(standing) = standings.get_mut(&row.person_id) else { return false };
    match (row.ended_id, row.entered_id) {
        (Some(role), _) => row.left_on.is_some_and(|day| standing.reopen(role, day.0).is_ok()),
        (None, Some(entered)) => standing.seats(row.affiliation_id).map(|seat| seat.id).eq([entered]),
        (None, None) => standing.active().any(|role| role.id == row.affiliation_id) && !row.again,
    }
}
