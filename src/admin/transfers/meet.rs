//! Both schools have done their part: the one asked, and the other let the pupil go in its own list, at its console or at
//! the end of a level. Nobody has anything to decide any more, and the pupil comes.

use super::{SOURCE, decide::told, pupils_post};
use crate::{
    base::{
        clock::Moment,
        id::{AffiliationId, TransferId},
    },
    model::{membership::Presence, transfer::TransferState},
    people::following::Following,
    services::{
        Services,
        audit::{self, Actor, Scribe},
    },
    store::{
        StoreError, Tx, accounts, memberships,
        transfers::{self, AskedRow, Verdict},
    },
};

/// How many come in one write.
const BATCH: i64 = 100;

struct Meeting {
    due: Vec<(TransferId, AffiliationId)>,
    scribe: Scribe,
    following: Following,
    now: Moment,
}

/// Has some of those come whom one school asked for and the other has let go; whether there may be more. Of several
/// schools the first that asked has the pupil. Who left for good does not come: that their school calls it leaving is for
/// somebody to settle.
pub async fn meet(sv: &Services) -> Result<bool, StoreError> {
    let due = sv.store.read((), async |tx: &mut Tx, (): &()| transfers::released(tx, BATCH).await).await?;
    let most = i64::try_from(due.len()) == Ok(BATCH);
    if due.is_empty() {
        return Ok(false);
    }
    let turn = Meeting {
        due: due.into_iter().map(|id| (id, sv.ids.next())).collect(),
        scribe: sv.scribe(&Actor::System),
        following: Following::of(sv, &Actor::System),
        now: sv.clock.now(),
    };
    let came = sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Meeting| turn.run(tx).await).await?;
    Ok(most && came)
}

impl Meeting {
    /// Whether anybody came.
    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let mut asked = Vec::with_capacity(self.due.len());
        for (id, role) in &self.due {
            asked.extend(transfers::find(tx, *id).await?.map(|row| (*id, *role, row)));
        }
        // All at once, so that an import that holds some of them waits instead of both waiting for each other.
        memberships::hold(tx, &asked.iter().map(|(.., row)| row.person_id).collect::<Vec<_>>()).await?;
        let mut came = false;
        for (id, role, row) in asked {
            came |= self.comes(tx, (id, &row), role).await?;
        }
        Ok(came)
    }

    async fn comes(
        &self,
        tx: &mut Tx,
        (id, row): (TransferId, &AskedRow),
        role: AffiliationId,
    ) -> Result<bool, StoreError> {
        let person = row.person_id;
        let mut standing = memberships::standing(tx, person, self.now.day()).await?;
        let (Some(post), Some(account)) = (pupils_post(tx, row.to_org).await?, accounts::of_person(tx, person).await?)
        else {
            return Ok(false);
        };
        let free = matches!(standing.presence_after(row.from_org), Presence::Awaited | Presence::Completed);
        if !free || standing.begin(post, self.now.day(), role).is_err() {
            return Ok(false);
        }
        let verdict = Verdict { id, state: TransferState::Approved.as_str(), reason: None, by: None, now: self.now };
        if !transfers::decide(tx, &verdict).await? {
            return Ok(false);
        }
        let changes: Vec<_> = standing.changes().into_iter().map(|change| (person, change)).collect();
        memberships::apply(tx, &changes, SOURCE, self.now).await?;
        let scribe = self.scribe.by_right_over(Some(row.to_org));
        scribe.note(tx, "transfer.claimed", audit::account(account), &told(id, row, None)).await?;
        self.following.settle(tx, &[(person, standing.presence())]).await?;
        Ok(true)
    }
}
