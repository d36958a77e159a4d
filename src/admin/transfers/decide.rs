//! What becomes of a request: the school that has the pupil approves or declines it, the school that asked takes it back, or
//! nobody decides in time.

use serde_json::{Value, json};

use super::{SOURCE, pupils_post};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, AffiliationId, OrgId, TransferId},
    },
    model::{role::Role, text::clean, transfer::TransferState},
    people::following::Following,
    services::{
        Services,
        audit::{self, Actor, Scribe},
        authority::{Action, AskTransfer, DecideTransfer, Denied, Permit, Reach},
    },
    store::{
        StoreError, Tx, accounts, memberships,
        transfers::{self, AskedRow, Verdict},
    },
};

/// The longest reason of a refusal, in characters.
pub const LONGEST_REASON: usize = 200;
/// How many requests expire in one write.
const BATCH: i64 = 100;

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    /// The request was decided before, or the pupil has gone meanwhile.
    #[error("there is nothing to decide any more")]
    Settled,
    /// A refusal wants a reason, of 200 characters at most.
    #[error("a refusal needs a reason, of {LONGEST_REASON} characters at most")]
    Reason,
    /// The school that asked is closed.
    #[error("the school that asked is closed")]
    SchoolClosed,
    /// Not theirs to decide, or no such request.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Outcome = Result<(), NotDecided>;

/// Lets a pupil go: what they are at the one school ends and begins at the other on the same day.
pub async fn approve(sv: &Services, leave: &Permit<DecideTransfer, Reach>, id: TransferId) -> Outcome {
    let turn = Approval {
        decision: Decision::new(sv, leave, id, TransferState::Approved, None),
        role: sv.ids.next(),
        following: Following::of(sv, &leave.by()),
    };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Approval| turn.run(tx).await).await?
}

/// Keeps a pupil, and says why.
pub async fn decline(sv: &Services, leave: &Permit<DecideTransfer, Reach>, id: TransferId, reason: &str) -> Outcome {
    let reason = clean(reason).into_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(NotDecided::Reason);
    }
    let turn = Decision::new(sv, leave, id, TransferState::Declined, Some(reason));
    sv.store.write(turn, async |tx: &mut Tx, turn: &Decision<DecideTransfer>| turn.close(tx).await).await?
}

/// Takes a request back.
pub async fn withdraw(sv: &Services, leave: &Permit<AskTransfer, Reach>, id: TransferId) -> Outcome {
    let turn = Decision::new(sv, leave, id, TransferState::Withdrawn, None);
    sv.store.write(turn, async |tx: &mut Tx, turn: &Decision<AskTransfer>| turn.close(tx).await).await?
}

/// A decision by whoever may make it, on the side that is theirs.
struct Decision<A> {
    leave: Permit<A, Reach>,
    scribe: Scribe,
    verdict: Verdict,
    /// What the audit trail calls it.
    action: &'static str,
}

impl<A: Action> Decision<A> {
    fn new(
        sv: &Services,
        leave: &Permit<A, Reach>,
        id: TransferId,
        state: TransferState,
        reason: Option<String>,
    ) -> Self {
        Self {
            leave: leave.clone(),
            scribe: leave.scribe(sv),
            verdict: Verdict { id, state: state.as_str(), reason, by: leave.account(), now: sv.clock.now() },
            action: action(state),
        }
    }

    /// The request, if it lies on the decider's side; until the write ends nobody else decides about the pupil.
    async fn find(&self, tx: &mut Tx) -> Result<Result<AskedRow, Denied>, StoreError> {
        let Some(row) = transfers::find(tx, self.verdict.id).await? else { return Ok(Err(Denied::Missing)) };
        let org = self.own_side(&row);
        if let Err(denied) = self.leave.again_at(tx, org, self.verdict.now).await? {
            return Ok(Err(denied));
        }
        memberships::hold(tx, &[row.person_id]).await?;
        // Whoever held them before may have made them one with somebody else.
        let same = transfers::find(tx, self.verdict.id).await?.filter(|now| now.person_id == row.person_id);
        Ok(same.ok_or(Denied::Missing))
    }

    /// Who withdraws decides for the school that asked.
    fn own_side(&self, row: &AskedRow) -> OrgId {
        if self.verdict.state == TransferState::Withdrawn.as_str() { row.to_org } else { row.from_org }
    }

    /// Decides without moving anybody.
    async fn close(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let row = match self.find(tx).await? {
            Ok(row) => row,
            Err(denied) => return Ok(Err(denied.into())),
        };
        if !transfers::decide(tx, &self.verdict).await? {
            return Ok(Err(NotDecided::Settled));
        }
        self.note(tx, &row).await.map(Ok)
    }

    async fn note(&self, tx: &mut Tx, row: &AskedRow) -> Result<(), StoreError> {
        let Some(account) = accounts::of_person(tx, row.person_id).await? else { return Ok(()) };
        let scribe = self.scribe.by_right_over(Some(self.own_side(row)));
        scribe
            .note(tx, self.action, audit::account(account), &told(self.verdict.id, row, self.verdict.reason.as_deref()))
            .await
    }
}

/// What a request that was decided is called in the audit trail.
const fn action(state: TransferState) -> &'static str {
    match state {
        TransferState::Waiting => "transfer.asked",
        TransferState::Approved => "transfer.approved",
        TransferState::Declined => "transfer.declined",
        TransferState::Withdrawn => "transfer.withdrawn",
        TransferState::Expired => "transfer.expired",
    }
}

pub(super) fn told(id: TransferId, row: &AskedRow, reason: Option<&str>) -> Value {
    json!({ "transfer": id, "from": row.from_org, "to": row.to_org, "reason": reason })
}

struct Approval {
    decision: Decision<DecideTransfer>,
    role: AffiliationId,
    following: Following,
}

impl Approval {
    async fn run(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let row = match self.decision.find(tx).await? {
            Ok(row) => row,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let Some(post) = pupils_post(tx, row.to_org).await? else { return Ok(Err(NotDecided::SchoolClosed)) };
        let (person, now) = (row.person_id, self.decision.verdict.now);
        let mut standing = memberships::standing(tx, person, now.day()).await?;
        let old = standing.at(row.from_org, Role::Student).map(|role| role.id);
        let moved = match old {
            Some(old) => standing.transfer(old, post, now.day(), self.role),
            // Released while the request waited.
            None => standing.begin(post, now.day(), self.role),
        };
        if moved.is_err() {
            // At a third school by now, or at work: nobody decides about that here.
            self.following.overtake(tx, &[person]).await?;
            return Ok(Err(NotDecided::Settled));
        }
        if !transfers::decide(tx, &self.decision.verdict).await? {
            return Ok(Err(NotDecided::Settled));
        }
        let changes: Vec<_> = standing.changes().into_iter().map(|change| (person, change)).collect();
        memberships::apply(tx, &changes, SOURCE, now).await?;
        self.decision.note(tx, &row).await?;
        self.following.settle(tx, &[(person, standing.presence())]).await.map(Ok)
    }
}

/// Ends some of what nobody decided in time; whether there may be more.
pub async fn expire(sv: &Services) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let due = sv.store.read(now, async |tx: &mut Tx, now: &Moment| transfers::due(tx, *now, BATCH).await).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let more = i64::try_from(due.len()) == Ok(BATCH);
    let turn = (due, sv.scribe(&Actor::System), now);
    let expiring = async |tx: &mut Tx, (due, scribe, now): &(Vec<TransferId>, Scribe, Moment)| {
        for id in due {
            expire_one(tx, *id, scribe, *now).await?;
        }
        Ok(())
    };
    sv.store.write_bulk(turn, expiring).await?;
    Ok(more)
}

async fn expire_one(tx: &mut Tx, id: TransferId, scribe: &Scribe, now: Moment) -> Result<(), StoreError> {
    let expired = Verdict { id, state: TransferState::Expired.as_str(), reason: None, by: None, now };
    let Some(row) = transfers::find(tx, id).await? else { return Ok(()) };
    let account: Option<AccountId> = accounts::of_person(tx, row.person_id).await?;
    match (transfers::decide(tx, &expired).await?, account) {
        (true, Some(account)) => {
            let scribe = scribe.by_right_over(Some(row.to_org));
            scribe.note(tx, action(TransferState::Expired), audit::account(account), &told(id, &row, None)).await
        }
        _ => Ok(()),
    }
}
