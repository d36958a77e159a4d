//! A school lets a pupil go before anybody has asked: to another school, which claims them, or for good.

use serde_json::json;

use super::{SOURCE, pupil};
use crate::{
    base::{clock::Moment, id::PersonId},
    model::affiliation::EndReason,
    people::following::Following,
    services::{
        Services,
        audit::{self, Scribe},
        authority::{DecideTransfer, Denied, Permit, Reach},
    },
    store::{StoreError, Tx, accounts, memberships},
};

struct Turn {
    leave: Permit<DecideTransfer, Reach>,
    scribe: Scribe,
    person: PersonId,
    why: EndReason,
    following: Following,
    now: Moment,
}

/// Ends what somebody is as a pupil; false when they are a pupil nowhere.
pub async fn release(
    sv: &Services,
    leave: &Permit<DecideTransfer, Reach>,
    person: PersonId,
    why: EndReason,
) -> Result<Result<bool, Denied>, StoreError> {
    let turn = Turn {
        leave: leave.clone(),
        scribe: leave.scribe(sv),
        person,
        why,
        following: Following::of(sv, &leave.by()),
        now: sv.clock.now(),
    };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<bool, Denied>, StoreError> {
        memberships::hold(tx, &[self.person]).await?;
        let Some(account) = accounts::of_person(tx, self.person).await? else { return Ok(Err(Denied::Missing)) };
        let mut standing = memberships::standing(tx, self.person, self.now.day()).await?;
        let Some((role, org)) = pupil(&standing).map(|role| (role.id, role.post.org)) else { return Ok(Ok(false)) };
        if let Err(denied) = self.leave.again_at(tx, org, self.now).await? {
            return Ok(Err(denied));
        }
        // It was active a line ago.
        let _ = standing.end(role, self.why, self.now.day());
        let changes: Vec<_> = standing.changes().into_iter().map(|change| (self.person, change)).collect();
        memberships::apply(tx, &changes, SOURCE, self.now).await?;
        let detail = json!({ "role": "student", "org": org, "reason": self.why.as_str() });
        let scribe = self.scribe.by_right_over(Some(org));
        scribe.note(tx, "membership.ended", audit::account(account), &detail).await?;
        self.following.settle(tx, &[(self.person, standing.presence())]).await?;
        Ok(Ok(true))
    }
}
