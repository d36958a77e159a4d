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

/// How many are turned in one write: whoever signs in waits for it.
const SOME: usize = 2;

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
    rollovers: Vec<RolloverId>,
    step: Step,
    now: Moment,
}

/// It is done on a day, if whoever schedules it may have it done then; a day that has passed is today.
pub async fn schedule(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId, on: Date) -> Outcome {
    one(sv, leave, rollover, Step::On(on.max(sv.clock.now().day()))).await
}

/// It waits for no day any more.
pub async fn unschedule(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId) -> Outcome {
    one(sv, leave, rollover, Step::Off).await
}

/// It is taken back, in the background.
pub async fn undo(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId) -> Outcome {
    one(sv, leave, rollover, Step::Undo).await
}

/// As [`schedule`], for many; of which ones it could be done.
pub async fn schedule_all(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    rollovers: &[RolloverId],
    on: Date,
) -> Result<Vec<RolloverId>, NotScheduled> {
    in_time(rollovers, turn(sv, leave, rollovers, Step::On(on.max(sv.clock.now().day()))).await?)
}

/// As [`undo`], for many; of which ones it could be done.
pub async fn undo_all(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    rollovers: &[RolloverId],
) -> Result<Vec<RolloverId>, NotScheduled> {
    in_time(rollovers, turn(sv, leave, rollovers, Step::Undo).await?)
}

/// Those for which it was not too late.
fn in_time(rollovers: &[RolloverId], outcomes: Vec<Outcome>) -> Result<Vec<RolloverId>, NotScheduled> {
    let done = rollovers.iter().zip(outcomes).filter_map(|(id, outcome)| match outcome {
        Ok(()) => Some(Ok(*id)),
        Err(NotScheduled::TooLate) => None,
        Err(error) => Some(Err(error)),
    });
    done.collect()
}

async fn one(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId, step: Step) -> Outcome {
    turn(sv, leave, &[rollover], step).await?.into_iter().collect()
}

async fn turn(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    rollovers: &[RolloverId],
    step: Step,
) -> Result<Vec<Outcome>, StoreError> {
    let mut outcomes = Vec::with_capacity(rollovers.len());
    for some in rollovers.chunks(SOME) {
        let now = sv.clock.now();
        let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv), rollovers: some.to_vec(), step, now };
        let run = async |tx: &mut Tx, turn: &Turn| turn.run(tx).await;
        // Somebody waits for one, and would wait a minute for a database that is gone.
        let one = rollovers.len() == 1;
        outcomes.extend(if one { sv.store.write(turn, run).await? } else { sv.store.write_bulk(turn, run).await? });
    }
    Ok(outcomes)
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::with_capacity(self.rollovers.len());
        for rollover in &self.rollovers {
            outcomes.push(self.one(tx, *rollover).await?);
        }
        Ok(outcomes)
    }

    async fn one(&self, tx: &mut Tx, rollover: RolloverId) -> Result<Outcome, StoreError> {
        let org = match owned(tx, &self.leave, rollover, self.now).await? {
            Ok((org, _)) => org,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let (done, action, detail) = match self.step {
            Step::On(day) => {
                let done = rollovers::schedule(tx, rollover, (Day(day), self.leave.account()), self.now).await?;
                (done, "rollover.scheduled", json!({ "on": day.to_string() }))
            }
            Step::Off => (rollovers::unschedule(tx, rollover, self.now).await?, "rollover.unscheduled", Value::Null),
            Step::Undo => (rollovers::undo(tx, rollover, self.now).await?, "rollover.undoing", Value::Null),
        };
        if !done {
            return Ok(Err(NotScheduled::TooLate));
        }
        self.scribe.by_right_over(Some(org)).note(tx, action, subject(org), &detail).await.map(Ok)
    }
}
