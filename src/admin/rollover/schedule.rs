//! When a rollover is done, and whether it is taken back.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{review::owned, subject};
use crate::{
    base::{clock::Moment, id::RolloverId},
    services::{
        Services,
        audit::Scribe,
        authority::{Denied, Permit, PlanRollover, Reach},
    },
    store::{Day, StoreError, Tx, rollovers},
};

/// Why nothing was scheduled.
#[derive(Debug, thiserror::Error)]
pub enum NotScheduled {
    /// It is under way, done, or was taken back; or there is nothing to take back any more.
    #[error("it is too late for that")]
    TooLate,
    /// No such rollover, or not theirs.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Outcome = Result<(), NotScheduled>;

#[derive(Clone, Copy)]
enum Step {
    On(Date),
    Off,
    Undo,
}

struct Turn {
    leave: Permit<PlanRollover, Reach>,
    scribe: Scribe,
    rollover: RolloverId,
    step: Step,
    now: Moment,
}

/// It is done on a day; a day that has passed is today.
pub async fn schedule(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId, on: Date) -> Outcome {
    run(sv, leave, rollover, Step::On(on.max(sv.clock.now().day()))).await
}

/// It waits for no day any more.
pub async fn unschedule(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId) -> Outcome {
    run(sv, leave, rollover, Step::Off).await
}

/// It is taken back, in the background.
pub async fn undo(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId) -> Outcome {
    run(sv, leave, rollover, Step::Undo).await
}

async fn run(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId, step: Step) -> Outcome {
    let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv), rollover, step, now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let org = match owned(tx, &self.leave, self.rollover, self.now).await? {
            Ok((org, _)) => org,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let (done, action, detail) = match self.step {
            Step::On(day) => {
                let done = rollovers::schedule(tx, self.rollover, Day(day), self.now).await?;
                (done, "rollover.scheduled", json!({ "on": day.to_string() }))
            }
            Step::Off => {
                (rollovers::unschedule(tx, self.rollover, self.now).await?, "rollover.unscheduled", Value::Null)
            }
            Step::Undo => (rollovers::undo(tx, self.rollover, self.now).await?, "rollover.undoing", Value::Null),
        };
        if !done {
            return Ok(Err(NotScheduled::TooLate));
        }
        self.scribe.by_right_over(Some(org)).note(tx, action, subject(org), &detail).await.map(Ok)
    }
}
