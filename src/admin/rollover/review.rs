//! What somebody who looks through a draft says otherwise: of a class, of a pupil.

use serde_json::json;

use super::subject;
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId, RolloverId},
    },
    model::rollover::{ClassFate, Mark, RolloverState, class_name},
    services::{
        Services,
        audit::Scribe,
        authority::{Denied, Permit, PlanRollover, Reach},
    },
    store::{
        StoreError, Tx, rollover_marks as marks,
        rollovers::{self, ClassPlan},
    },
};

/// Why nothing was said otherwise.
#[derive(Debug, thiserror::Error)]
pub enum NotMarked {
    /// The text is no name of a class.
    #[error("a class is called by 1 to 40 characters, with a letter or digit")]
    Name,
    /// No class goes on under that name, and none of the next year has it.
    #[error("there will be no class of this name")]
    NoSuchClass,
    /// Pupils of other classes are to join the class under a name that none would have then.
    #[error("pupils are to join this class under its present name: say something else of them first")]
    Awaited,
    /// The pupils have moved, or are moving.
    #[error("the classes have moved: nothing can be said of them any more")]
    TooLate,
    /// No such class, or no such pupil in it; or not theirs.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Outcome = Result<(), NotMarked>;

/// Says what becomes of a class.
pub async fn set_class(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    (rollover, class): (RolloverId, ClassId),
    fate: ClassFate,
) -> Outcome {
    let code = fate.code().map(|code| class_name(code).ok_or(NotMarked::Name)).transpose()?;
    let said = Said::Class(ClassPlan { class, fate: fate.as_str(), code });
    run(sv, leave, rollover, said).await
}

/// Says what becomes of a pupil; `None`: goes the way of the class.
pub async fn mark(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    rollover: RolloverId,
    (class, person): (ClassId, PersonId),
    mark: Option<Mark>,
) -> Outcome {
    let named = |code: &str| class_name(code).ok_or(NotMarked::Name);
    let mark = match mark {
        Some(Mark::Repeats(code)) => Some(Mark::Repeats(named(&code)?)),
        Some(Mark::Joins(code)) => Some(Mark::Joins(named(&code)?)),
        mark => mark,
    };
    run(sv, leave, rollover, Said::Pupil(class, person, mark)).await
}

enum Said {
    Class(ClassPlan),
    Pupil(ClassId, PersonId, Option<Mark>),
}

struct Turn {
    leave: Permit<PlanRollover, Reach>,
    scribe: Scribe,
    rollover: RolloverId,
    said: Said,
    now: Moment,
}

async fn run(sv: &Services, leave: &Permit<PlanRollover, Reach>, rollover: RolloverId, said: Said) -> Outcome {
    let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv), rollover, said, now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let org = match owned(tx, &self.leave, self.rollover, self.now).await? {
            Ok((org, state)) if state.is_open() => org,
            Ok(_) => return Ok(Err(NotMarked::TooLate)),
            Err(denied) => return Ok(Err(denied.into())),
        };
        if let Some(no) = self.leads_nowhere(tx).await? {
            return Ok(Err(no));
        }
        let done = match &self.said {
            Said::Class(plan) => rollovers::set_class(tx, self.rollover, plan).await?,
            Said::Pupil(class, person, mark) => self.mark(tx, *class, *person, mark.as_ref()).await?,
        };
        if !done {
            return Ok(Err(Denied::Missing.into()));
        }
        let detail = match &self.said {
            Said::Class(plan) => json!({ "class": plan.class, "fate": plan.fate, "code": plan.code }),
            Said::Pupil(class, person, mark) => {
                json!({ "class": class, "person": person, "fate": mark.as_ref().map(Mark::as_str) })
            }
        };
        self.scribe.by_right_over(Some(org)).note(tx, "rollover.marked", subject(org), &detail).await.map(Ok)
    }

    /// Whether a pupil would be to join a class that will not be there: of a name that leads nowhere nothing would come.
    async fn leads_nowhere(&self, tx: &mut Tx) -> Result<Option<NotMarked>, StoreError> {
        match &self.said {
            Said::Class(plan) => {
                let joined = marks::joined(tx, self.rollover, plan.class).await?;
                let Some(code) = joined.filter(|code| plan.code.as_ref() != Some(code)) else { return Ok(None) };
                let still = marks::will_be(tx, self.rollover, &code, Some(plan.class)).await?;
                Ok((!still).then_some(NotMarked::Awaited))
            }
            Said::Pupil(_, _, Some(Mark::Joins(code))) => {
                let there = marks::will_be(tx, self.rollover, code, None).await?;
                Ok((!there).then_some(NotMarked::NoSuchClass))
            }
            Said::Pupil(..) => Ok(None),
        }
    }

    async fn mark(
        &self,
        tx: &mut Tx,
        class: ClassId,
        person: PersonId,
        mark: Option<&Mark>,
    ) -> Result<bool, StoreError> {
        if !marks::is_pupil(tx, self.rollover, class, person).await? {
            return Ok(false);
        }
        match mark {
            Some(mark) => marks::mark(tx, self.rollover, person, mark.as_str(), mark.code()).await?,
            None => marks::unmark(tx, self.rollover, person).await?,
        }
        Ok(true)
    }
}

/// A rollover of a school where somebody may plan: the school, and how far it has come. Until the write ends it comes no
/// further: what is said of a class whose pupils are on their way would lead them to a class that nobody made.
pub(super) async fn owned(
    tx: &mut Tx,
    leave: &Permit<PlanRollover, Reach>,
    rollover: RolloverId,
    now: Moment,
) -> Result<Result<(OrgId, RolloverState), Denied>, StoreError> {
    rollovers::lock(tx, rollover).await?;
    let Some(row) = rollovers::find(tx, rollover).await? else { return Ok(Err(Denied::Missing)) };
    if let Err(denied) = leave.again_at(tx, row.org_id, now).await? {
        return Ok(Err(denied));
    }
    let corrupt = || StoreError::Corrupt { table: "rollovers", column: "state", row: rollover.to_string() };
    Ok(Ok((row.org_id, RolloverState::named(&row.state).ok_or_else(corrupt)?)))
}
