//! A draft: what becomes of each class of a school, as grade and name tell it.

use std::collections::HashMap;

use serde_json::json;

use super::subject;
use crate::{
    base::id::{OrgId, RolloverId},
    model::{
        class_code::ClassCode,
        grade::SchoolGrade,
        rollover::{ClassFate, RolloverState},
        school_year::SchoolYear,
    },
    services::{
        Services,
        audit::Scribe,
        authority::{Denied, Permit, PlanRollover, Reach},
    },
    store::{
        Day, StoreError, Tx, orgs,
        rollovers::{self, ClassPlan, NewRollover},
    },
};

/// What came of drafting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drafted {
    /// There is a draft, with so many classes that were not in it before.
    Draft(u64),
    /// The school has no classes in the year.
    NoClasses,
    /// It is under way, or done.
    TooLate,
}

struct Turn {
    leave: Permit<PlanRollover, Reach>,
    scribe: Scribe,
    new: NewRollover,
}

/// Drafts a school's step out of a year. Drafted before, classes that have come since are added; nothing that was said is
/// lost.
pub async fn draft(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    org: OrgId,
    from: SchoolYear,
) -> Result<Result<Drafted, Denied>, StoreError> {
    let id: RolloverId = sv.ids.next();
    let new = NewRollover { id, org, from_year: from.to_string(), by: leave.account(), now: sv.clock.now() };
    let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv).by_right_over(Some(org)), new };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<Drafted, Denied>, StoreError> {
        let NewRollover { org, from_year, now, .. } = &self.new;
        if let Err(denied) = self.leave.again_at(tx, *org, *now).await? {
            return Ok(Err(denied));
        }
        let classes = rollovers::classes_of_year(tx, *org, from_year).await?;
        let mut plans: Vec<ClassPlan> = classes.into_iter().map(plan).collect();
        keep_apart(&mut plans);
        if plans.is_empty() {
            return Ok(Ok(Drafted::NoClasses));
        }
        let id = match self.before(tx).await? {
            Some((id, Some(state))) if state.is_open() => id,
            None | Some((_, Some(RolloverState::Undone))) => {
                rollovers::add(tx, &self.new).await?;
                self.new.id
            }
            Some(_) => return Ok(Ok(Drafted::TooLate)),
        };
        let added = rollovers::add_classes(tx, id, &plans).await?;
        if added > 0 {
            let detail = json!({ "from": from_year, "classes": added });
            self.scribe.note(tx, "rollover.drafted", subject(*org), &detail).await?;
        }
        Ok(Ok(Drafted::Draft(added)))
    }

    /// What was drafted before, and how far it has come: until the write ends it comes no further, so that a class that
    /// is added is among those for which the next year's are made.
    async fn before(&self, tx: &mut Tx) -> Result<Option<(RolloverId, Option<RolloverState>)>, StoreError> {
        let Some(row) = rollovers::of(tx, self.new.org, &self.new.from_year).await? else { return Ok(None) };
        rollovers::lock(tx, row.id).await?;
        let row = rollovers::find(tx, row.id).await?;
        Ok(row.map(|row| (row.id, RolloverState::named(&row.state))))
    }
}

fn plan((class, code, grade): rollovers::YearClass) -> ClassPlan {
    let grade = grade.and_then(|grade| SchoolGrade::new(u8::try_from(grade).ok()?));
    let fate = ClassFate::usual(&code, grade);
    ClassPlan { class, fate: fate.as_str(), code: fate.code().map(str::to_owned) }
}

/// Two classes that would go on under one name stay: whether they become one is for somebody to say.
fn keep_apart(plans: &mut [ClassPlan]) {
    let key = |plan: &ClassPlan| ClassCode::read(plan.code.as_ref()?).ok().map(|code| code.key());
    let mut known: HashMap<String, usize> = HashMap::new();
    for name in plans.iter().filter_map(key) {
        *known.entry(name).or_default() += 1;
    }
    for plan in plans {
        if key(plan).is_some_and(|name| known.get(&name).is_some_and(|count| *count > 1)) {
            (plan.fate, plan.code) = (ClassFate::Stays.as_str(), None);
        }
    }
}

/// The schools with classes in a year, for whoever may plan for the whole sector.
pub async fn schools(
    sv: &Services,
    _leave: &Permit<PlanRollover, Reach>,
    year: SchoolYear,
) -> Result<Vec<OrgId>, StoreError> {
    sv.store.read(year.to_string(), async |tx: &mut Tx, year: &String| rollovers::schools(tx, year).await).await
}

/// The year a rollover leads to is there before anything points to it.
pub(super) async fn ensure_year(tx: &mut Tx, year: SchoolYear) -> Result<(), StoreError> {
    let (opens, closes) = year.lessons();
    orgs::add_year(tx, &year.to_string(), Day(opens), Day(closes)).await
}
