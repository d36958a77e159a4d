//! The day itself: the classes of the new year are made, and pupils move, some classes in a write.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::json;

use super::{LEASE, SOURCE, UNDO_FOR, draft::ensure_year, subject};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClassId, EnrolmentId, Ids, LineageId, PersonId},
    },
    model::{
        affiliation::{EndReason, Seat},
        membership::{Change, Standing},
        rollover::{ClassFate, Mark},
        school_year::SchoolYear,
    },
    people::following::Following,
    services::{
        Services,
        audit::{Actor, Scribe, account},
        authority::{PlanRollover, may_still},
    },
    store::{
        Store, StoreError, Tx, memberships,
        orgs::{self, NewClass},
        rollover_marks as marks,
        rollover_moves::{self as moves, NewMove, PlaceRow, WaitingRow},
        rollovers::{self, ClassPlan, ClassRow, RolloverRow},
    },
};

/// What becomes of a class that goes nowhere.
const STAYS: &str = ClassFate::Stays.as_str();
const COMPLETES: &str = ClassFate::Completes.as_str();
/// How many classes move in one write while people sign in, and otherwise.
const FEW: i64 = 2;
const MANY: i64 = 8;

/// How many classes move in one write now.
pub(super) fn classes_at_once(store: &Store) -> i64 {
    if store.is_busy() { FEW } else { MANY }
}

/// Makes the classes of the new year.
pub(super) async fn begin(sv: &Services, row: RolloverRow) -> Result<(), StoreError> {
    sv.store.write_bulk(Turn::new(sv, row), async |tx: &mut Tx, turn: &Turn| turn.begin(tx).await).await
}

/// Moves some classes; whether there are more.
pub(super) async fn step(sv: &Services, row: RolloverRow) -> Result<bool, StoreError> {
    sv.store.write_bulk(Turn::new(sv, row), async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

struct Turn {
    row: RolloverRow,
    /// How many classes move in one write.
    classes: i64,
    ids: Ids,
    scribe: Scribe,
    following: Following,
    now: Moment,
}

impl Turn {
    fn new(sv: &Services, row: RolloverRow) -> Self {
        let (scribe, following) = (sv.scribe(&Actor::System), Following::of(sv, &Actor::System));
        Self { row, classes: classes_at_once(&sv.store), ids: sv.ids.clone(), scribe, following, now: sv.clock.now() }
    }

    fn year(&self) -> Result<SchoolYear, StoreError> {
        let corrupt = || StoreError::Corrupt { table: "rollovers", column: "from_year", row: self.row.id.to_string() };
        let from: SchoolYear = self.row.from_year.parse().map_err(|_| corrupt())?;
        from.next().ok_or_else(corrupt)
    }

    /// Makes the classes of the new year, and finds those that are there; unless who scheduled it may not have it done any
    /// more: months can lie between the two.
    async fn begin(&self, tx: &mut Tx) -> Result<(), StoreError> {
        rollovers::lock(tx, self.row.id).await?;
        let Some(row) = rollovers::find(tx, self.row.id).await? else { return Ok(()) };
        // Meanwhile somebody may have put it off.
        if row.switch_on.is_none_or(|day| day.0 > self.now.day()) {
            return Ok(());
        }
        if let Some(by) = row.scheduled_by
            && !may_still::<PlanRollover>(tx, by, row.org_id, self.now).await?
        {
            return self.lapse(tx, by).await;
        }
        if !rollovers::begin(tx, self.row.id, self.now).await? {
            return Ok(());
        }
        let year = self.year()?;
        ensure_year(tx, year).await?;
        let mut targets = Targets {
            turn: self,
            year,
            existing: rollovers::existing(tx, self.row.org_id, &year.to_string()).await?,
            found: Vec::new(),
            continued: Vec::new(),
            begun: Vec::new(),
        };
        let classes = rollovers::classes(tx, self.row.id).await?;
        for class in &classes {
            targets.lead_on(class);
        }
        // Whoever repeats a year, or joins a class, sits with those who come up to it: after them, so that it is their class.
        for mark in marks::marks(tx, self.row.id).await? {
            if let Some(Mark::Repeats(code) | Mark::Joins(code)) = Mark::read(&mark.fate, mark.code.as_deref()) {
                let grade = classes.iter().find(|class| class.code == code).and_then(|class| class.grade);
                targets.lead_to(&code, None, grade);
            }
        }
        let Targets { found, continued, begun, .. } = targets;
        orgs::add_classes(tx, &begun, self.now).await?;
        orgs::continue_classes(tx, &continued).await?;
        rollovers::add_targets(tx, self.row.id, &found).await
    }

    async fn lapse(&self, tx: &mut Tx, by: AccountId) -> Result<(), StoreError> {
        if !rollovers::lapse(tx, self.row.id, self.now).await? {
            return Ok(());
        }
        tracing::warn!(rollover = %self.row.id, "who scheduled a rollover may not have it done any more; it is a draft again");
        let on = self.row.switch_on.map(|day| day.0.to_string());
        let detail = json!({ "on": on, "may_no_more": account(by) });
        let scribe = self.scribe.by_right_over(Some(self.row.org_id));
        scribe.note(tx, "rollover.unscheduled", subject(self.row.org_id), &detail).await
    }

    /// Moves the pupils of some classes; whether there are more.
    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let mut classes = moves::waiting(tx, self.row.id, self.classes).await?;
        if classes.is_empty() {
            return self.finish(tx).await;
        }
        rollovers::hold(tx, self.row.id, self.now + LEASE).await?;
        let targets: HashMap<String, ClassId> = rollovers::targets(tx, self.row.id).await?.into_iter().collect();
        self.keep_back(tx, &mut classes, &targets).await?;
        let ids: Vec<ClassId> = classes.iter().map(|class| class.class_id).collect();
        if !moves::claim(tx, self.row.id, &ids, self.now).await? {
            return Err(StoreError::Abandoned("a class was moved by somebody else"));
        }
        let marks = marks::marks(tx, self.row.id).await?.into_iter();
        let marks = marks.map(|row| (row.person_id, Mark::read(&row.fate, row.code.as_deref()))).collect();
        let mut places = leaving(tx, &classes, &marks).await?;
        let mut people: Vec<PersonId> = places.iter().map(|place| place.person_id).collect();
        people.sort_unstable();
        people.dedup();
        if memberships::hold(tx, &people).await? {
            // What somebody changed meanwhile is as they left it.
            places = leaving(tx, &classes, &marks).await?;
        }
        let mut pupils: Vec<PersonId> =
            places.iter().filter(|place| is_pupil(place)).map(|place| place.person_id).collect();
        pupils.sort_unstable();
        pupils.dedup();
        let plan = Plan {
            classes: classes.iter().map(|class| (class.class_id, class)).collect(),
            targets,
            marks,
            standings: memberships::standings(tx, &pupils, self.now.day()).await?,
            today: self.now.day(),
        };
        self.write(tx, plan.decide(&places, &self.ids)).await?;
        Ok(true)
    }

    /// A class that goes on to one that nobody made is left as it is, and its sheet says so: somebody has to look at it.
    async fn keep_back(
        &self,
        tx: &mut Tx,
        classes: &mut [WaitingRow],
        targets: &HashMap<String, ClassId>,
    ) -> Result<(), StoreError> {
        let leads = |class: &WaitingRow| class.next_code.as_ref().is_some_and(|code| targets.contains_key(code));
        let goes_on = |class: &WaitingRow| ![COMPLETES, STAYS].contains(&class.fate.as_str());
        for class in classes.iter_mut().filter(|class| goes_on(class) && !leads(class)) {
            tracing::error!(rollover = %self.row.id, class = %class.class_id, "a class has none to go on to, and stays");
            let stays = ClassPlan { class: class.class_id, fate: STAYS, code: None };
            rollovers::set_class(tx, self.row.id, &stays).await?;
            (class.fate, class.next_code) = (STAYS.to_owned(), None);
        }
        Ok(())
    }

    async fn write(&self, tx: &mut Tx, decided: Decided) -> Result<(), StoreError> {
        memberships::apply(tx, &decided.changes, SOURCE, self.now).await?;
        moves::add(tx, self.row.id, &decided.moves).await?;
        self.following.settle(tx, &decided.gone).await
    }

    async fn finish(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        if rollovers::finish(tx, self.row.id, self.now, self.now + UNDO_FOR).await? {
            let classes = moves::count(tx, self.row.id).await?;
            let detail = json!({ "from": self.row.from_year, "classes": classes });
            let scribe = self.scribe.by_right_over(Some(self.row.org_id));
            scribe.note(tx, "rollover.done", subject(self.row.org_id), &detail).await?;
        }
        Ok(false)
    }
}

/// The places that are left: of a class that stays, those of pupils of whom something else was said.
async fn leaving(tx: &mut Tx, classes: &[WaitingRow], marks: &Marks) -> Result<Vec<PlaceRow>, StoreError> {
    let ids: Vec<ClassId> = classes.iter().map(|class| class.class_id).collect();
    let stays = |id: ClassId| classes.iter().any(|class| class.class_id == id && class.fate == STAYS);
    let mut places = moves::places(tx, &ids).await?;
    places.retain(|place| !stays(place.class_id) || is_pupil(place) && marks.contains_key(&place.person_id));
    Ok(places)
}

fn is_pupil(place: &PlaceRow) -> bool {
    place.function == "pupil"
}

/// The classes of the new year, in the making.
struct Targets<'t> {
    turn: &'t Turn,
    year: SchoolYear,
    existing: Vec<(ClassId, LineageId, String)>,
    found: Vec<(String, ClassId, bool)>,
    continued: Vec<NewClass>,
    begun: Vec<NewClass>,
}

impl Targets<'_> {
    fn lead_on(&mut self, class: &ClassRow) {
        if let Some(code) = &class.next_code {
            self.lead_to(code, Some(class.lineage_id), class.grade.map(|grade| grade + 1));
        }
    }

    /// The class of that name: the one that has grown out of the lineage already, the one that is called so, or a new one.
    fn lead_to(&mut self, code: &str, lineage: Option<LineageId>, grade: Option<i64>) {
        if self.found.iter().any(|(known, ..)| known == code) {
            return;
        }
        let there = self.existing.iter().find(|(_, of, _)| Some(*of) == lineage);
        let there = there.or_else(|| self.existing.iter().find(|(.., called)| called == code));
        if let Some((class, ..)) = there {
            self.found.push((code.to_owned(), *class, false));
            return;
        }
        let new = NewClass {
            id: self.turn.ids.next(),
            lineage: lineage.unwrap_or_else(|| self.turn.ids.next()),
            org: self.turn.row.org_id,
            year: self.year.to_string(),
            grade,
            code: code.to_owned(),
        };
        self.found.push((code.to_owned(), new.id, true));
        if lineage.is_some() { self.continued.push(new) } else { self.begun.push(new) }
    }
}

/// What was said of pupils.
type Marks = HashMap<PersonId, Option<Mark>>;

/// What is known of the people of some classes.
struct Plan<'p> {
    classes: HashMap<ClassId, &'p WaitingRow>,
    targets: HashMap<String, ClassId>,
    marks: Marks,
    standings: HashMap<PersonId, Standing>,
    today: Date,
}

/// What is to be written.
#[derive(Default)]
struct Decided {
    changes: Vec<(PersonId, Change)>,
    moves: Vec<NewMove>,
    gone: Vec<(PersonId, crate::model::membership::Presence)>,
}

impl Plan<'_> {
    fn decide(mut self, places: &[PlaceRow], ids: &Ids) -> Decided {
        let mut decided = Decided::default();
        for place in places {
            if is_pupil(place) {
                self.pupil(place, ids.next(), &mut decided);
            } else {
                // A teaching assignment is for a year; the next one's is brought by a list.
                let on = self.today.max(place.valid_from.0);
                decided.changes.push((place.person_id, Change::Leave { id: place.id, on }));
                decided.moves.push(moved(place, None));
            }
        }
        for (person, standing) in &self.standings {
            let changes = standing.changes();
            if changes.iter().any(|change| matches!(change, Change::End { .. })) {
                decided.gone.push((*person, standing.presence()));
            }
            decided.changes.extend(changes.into_iter().map(|change| (*person, change)));
        }
        decided
    }

    fn pupil(&mut self, place: &PlaceRow, fresh: EnrolmentId, decided: &mut Decided) {
        let next = self.next(place);
        let Some(standing) = self.standings.get_mut(&place.person_id) else { return };
        if !standing.seats(place.affiliation_id).any(|seat| seat.id == place.id) {
            // Of two places at one school the other led on.
            decided.moves.push(moved(place, None));
            return;
        }
        let done = match next {
            Next::In(class) => {
                standing.enrol(place.affiliation_id, Seat::pupil(class), self.today, fresh).map(|()| Some(fresh))
            }
            Next::Gone(why) => standing.end(place.affiliation_id, why, self.today).map(|()| None),
            Next::Here => return,
        };
        // The role is active: it was read under the hold.
        let Ok(entered) = done else { return };
        let ended = entered.is_none().then_some(place.affiliation_id);
        decided.moves.push(NewMove { entered, ended, ..moved(place, ended) });
    }

    fn next(&self, place: &PlaceRow) -> Next {
        let class = self.classes.get(&place.class_id);
        let own = class.and_then(|class| class.next_code.as_deref()).and_then(|code| self.targets.get(code));
        match self.marks.get(&place.person_id).and_then(Option::as_ref) {
            Some(Mark::Leaves) => Next::Gone(EndReason::Left),
            Some(Mark::Repeats(code) | Mark::Joins(code)) => self.targets.get(code).or(own).into(),
            None if class.is_some_and(|class| class.fate == COMPLETES) => Next::Gone(EndReason::Completed),
            None => own.into(),
        }
    }
}

/// Where a pupil is next year.
enum Next {
    In(ClassId),
    Gone(EndReason),
    /// Where they are: to end somebody's role for want of a class would be worse.
    Here,
}

impl From<Option<&ClassId>> for Next {
    fn from(class: Option<&ClassId>) -> Self {
        class.map_or(Self::Here, |class| Self::In(*class))
    }
}

fn moved(place: &PlaceRow, ended: Option<crate::base::id::AffiliationId>) -> NewMove {
    NewMove { left: place.id, class: place.class_id, person: place.person_id, entered: None, ended }
}
