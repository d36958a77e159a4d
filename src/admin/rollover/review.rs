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
/// What is wrong, and with what is said of which pupil; `None`: of the class.
pub type Wrong = (Option<PersonId>, NotMarked);

/// Says what becomes of a class.
pub async fn set_class(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    of: (RolloverId, ClassId),
    fate: ClassFate,
) -> Outcome {
    one(say(sv, leave, of, (Some(fate), Vec::new())).await?)
}

/// Says what becomes of a pupil; `None`: goes the way of the class.
pub async fn mark(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    rollover: RolloverId,
    (class, person): (ClassId, PersonId),
    mark: Option<Mark>,
) -> Outcome {
    one(say(sv, leave, (rollover, class), (None, vec![(person, mark)])).await?)
}

fn one(wrong: Vec<Wrong>) -> Outcome {
    wrong.into_iter().next().map_or(Ok(()), |(_, no)| Err(no))
}

/// Says what becomes of a class, and of pupils of it, all in one write. Where something is wrong nothing was said, and it is
/// told with what.
pub async fn say(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    (rollover, class): (RolloverId, ClassId),
    (fate, pupils): (Option<ClassFate>, Vec<(PersonId, Option<Mark>)>),
) -> Result<Vec<Wrong>, NotMarked> {
    let mut wrong = Vec::new();
    let plan = fate.and_then(|fate| planned(class, &fate).map_err(|no| wrong.push((None, no))).ok());
    let mut marks = Vec::with_capacity(pupils.len());
    for (person, mark) in pupils {
        match mark.map(named).transpose() {
            Ok(mark) => marks.push((person, mark)),
            Err(no) => wrong.push((Some(person), no)),
        }
    }
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let now = sv.clock.now();
    let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv), rollover, class, plan, marks, now };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

fn planned(class: ClassId, fate: &ClassFate) -> Result<ClassPlan, NotMarked> {
    let code = fate.code().map(|code| class_name(code).ok_or(NotMarked::Name)).transpose()?;
    Ok(ClassPlan { class, fate: fate.as_str(), code })
}

fn named(mark: Mark) -> Result<Mark, NotMarked> {
    let named = |code: &str| class_name(code).ok_or(NotMarked::Name);
    Ok(match mark {
        Mark::Repeats(code) => Mark::Repeats(named(&code)?),
        Mark::Joins(code) => Mark::Joins(named(&code)?),
        Mark::Leaves => Mark::Leaves,
    })
}

struct Turn {
    leave: Permit<PlanRollover, Reach>,
    scribe: Scribe,
    rollover: RolloverId,
    class: ClassId,
    plan: Option<ClassPlan>,
    marks: Vec<(PersonId, Option<Mark>)>,
    now: Moment,
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<Vec<Wrong>, NotMarked>, StoreError> {
        let org = match owned(tx, &self.leave, self.rollover, self.now).await? {
            Ok((org, state)) if state.is_open() => org,
            Ok(_) => return Ok(Err(NotMarked::TooLate)),
            Err(denied) => return Ok(Err(denied.into())),
        };
        let wrong = self.wrong(tx).await?;
        if !wrong.is_empty() {
            return Ok(Ok(wrong));
        }
        let scribe = self.scribe.clone().by_right_over(Some(org));
        if let Some(plan) = &self.plan {
            if !rollovers::set_class(tx, self.rollover, plan).await? {
                return Ok(Err(Denied::Missing.into()));
            }
            let detail = json!({ "class": plan.class, "fate": plan.fate, "code": plan.code });
            scribe.note(tx, "rollover.marked", subject(org), &detail).await?;
        }
        for (person, mark) in &self.marks {
            match mark {
                Some(mark) => marks::mark(tx, self.rollover, *person, mark.as_str(), mark.code()).await?,
                None => marks::unmark(tx, self.rollover, *person).await?,
            }
            let detail = json!({ "class": self.class, "person": person, "fate": mark.as_ref().map(Mark::as_str) });
            scribe.note(tx, "rollover.marked", subject(org), &detail).await?;
        }
        Ok(Ok(wrong))
    }

    /// Of a name that leads nowhere nothing would come: whoever is to join a class that will not be there, and a class that
    /// others are to join under a name that none would have then.
    async fn wrong(&self, tx: &mut Tx) -> Result<Vec<Wrong>, StoreError> {
        let mut wrong = Vec::new();
        if self.plan.is_some()
            && let Some(code) = marks::joined(tx, self.rollover, self.class).await?
            && !self.will_be(tx, &code).await?
        {
            wrong.push((None, NotMarked::Awaited));
        }
        for (person, mark) in &self.marks {
            if !marks::is_pupil(tx, self.rollover, self.class, *person).await? {
                wrong.push((Some(*person), Denied::Missing.into()));
            } else if let Some(Mark::Joins(code)) = mark
                && !self.will_be(tx, code).await?
            {
                wrong.push((Some(*person), NotMarked::NoSuchClass));
            }
        }
        Ok(wrong)
    }

    /// Whether a class will be called so next year, or is.
    async fn will_be(&self, tx: &mut Tx, code: &str) -> Result<bool, StoreError> {
        let but = match &self.plan {
            Some(plan) if plan.code.as_deref() == Some(code) => return Ok(true),
            plan => plan.as_ref().map(|plan| plan.class),
        };
        marks::will_be(tx, self.rollover, code, but).await
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
