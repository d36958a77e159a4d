//! Drafts as they are looked at: the schools of a reach, one school's classes, one class's pupils.

use std::collections::HashMap;

use crate::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId, RolloverId},
        page::{Ask, Page},
    },
    model::{
        rollover::{ClassFate, Mark, RolloverState},
        school_year::SchoolYear,
    },
    services::{
        Services,
        authority::{Permit, PlanRollover, Reach, SeePerson},
    },
    store::{
        StoreError, Tx, rollover_moves as moves,
        rollovers::{self, ClassRow, ListedRow, RolloverRow},
        scope::{Scope, Within},
    },
};

/// How many schools are asked for in one read.
const SOME: usize = 100;
/// How many of those who were not taken back are named.
const MOST_KEPT: i64 = 200;

/// A school's rollover, class by class.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The rollover.
    pub row: RolloverRow,
    /// How far it has come.
    pub state: RolloverState,
    /// What becomes of each class.
    pub classes: Vec<ShownClass>,
    /// Classes of the next year that are there already, by what they are called.
    pub there: Vec<String>,
}

impl Sheet {
    /// Whether it is known how many pupils it is about: once it cannot be taken back any more it is forgotten who moved.
    pub fn is_counted(&self, now: Moment) -> bool {
        self.state != RolloverState::Done || self.row.undo_until.is_some_and(|until| until > now)
    }
}

/// Those to whom something had happened when a rollover was taken back, so that they stayed as they were.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Those whom the reader may see now, the first 200.
    pub named: Vec<(PersonId, String)>,
    /// How many others there are: at another school by now, or too many to be named.
    pub unnamed: u64,
}

/// A class in a rollover.
#[derive(Clone, Debug)]
pub struct ShownClass {
    /// Its row.
    pub id: ClassId,
    /// What it is called.
    pub code: String,
    /// What becomes of it.
    pub fate: ClassFate,
    /// How many pupils are in it now, and of them repeat, leave, go on in another class.
    pub pupils: [u64; 4],
    /// How many have left it with the rollover, and of them repeat, left, went on in another class: so long as it can be taken
    /// back, and as far as it was not.
    pub moved: [u64; 4],
    /// Whether they have moved.
    pub done: bool,
}

impl ShownClass {
    /// How many pupils it is about, those who are in it and those who have moved; and of them repeat, leave, go on in another
    /// class.
    pub fn heads(&self) -> [u64; 4] {
        std::array::from_fn(|which| self.pupils[which] + self.moved[which])
    }
}

/// A pupil in a rollover.
#[derive(Clone, Debug)]
pub struct ShownPupil {
    /// Who.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// What becomes of them, where it is not what becomes of the class.
    pub mark: Option<Mark>,
}

/// The rollovers of somebody's schools, the latest first.
pub async fn list(
    sv: &Services,
    leave: &Permit<PlanRollover, Reach>,
    page: &Ask<RolloverId>,
) -> Result<Page<ListedRow>, StoreError> {
    let within = leave.within(sv.clock.now().day());
    let before = page.after.unwrap_or_else(|| uuid::Uuid::max().into());
    let ask = (within, before, i64::from(page.size) + 1);
    let rows = sv
        .store
        .read(ask, async |tx: &mut Tx, (within, before, most): &(Within, RolloverId, i64)| {
            rollovers::list(tx, within, *before, *most).await
        })
        .await?;
    Ok(Page::from_surplus(rows, page, |row| row.id))
}

/// The rollovers of schools out of a year, where there are any, each with its school. Whether somebody may turn one is judged when they do.
pub async fn current(
    sv: &Services,
    _leave: &Permit<PlanRollover, Reach>,
    schools: &[OrgId],
    from_year: &str,
) -> Result<Vec<(RolloverId, OrgId)>, StoreError> {
    let mut found = Vec::new();
    for some in schools.chunks(SOME) {
        let rows = sv.store.read((some.to_vec(), from_year.to_owned()), async |tx: &mut Tx, (schools, year)| {
            let mut rows = Vec::new();
            for org in schools {
                rows.extend(rollovers::of(tx, *org, year).await?.map(|row| (row.id, *org)));
            }
            Ok(rows)
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// A school's rollover out of a year; the permit is for that school.
pub async fn sheet(
    sv: &Services,
    _leave: &Permit<PlanRollover, Reach>,
    org: OrgId,
    from_year: &str,
) -> Result<Option<Sheet>, StoreError> {
    let ask = (org, from_year.to_owned());
    sv.store
        .read(ask, async |tx: &mut Tx, (org, from_year): &(OrgId, String)| {
            let Some(row) = rollovers::of(tx, *org, from_year).await? else { return Ok(None) };
            let state = RolloverState::named(&row.state).unwrap_or(RolloverState::Draft);
            let mut classes: Vec<ShownClass> = rollovers::classes(tx, row.id).await?.into_iter().map(shown).collect();
            let heads = if state.is_open() { Vec::new() } else { moves::heads(tx, row.id).await? };
            let heads: HashMap<ClassId, [i64; 4]> = heads.into_iter().collect();
            for class in &mut classes {
                class.moved = heads.get(&class.id).copied().unwrap_or_default().map(number);
            }
            let next =
                from_year.parse().ok().and_then(SchoolYear::next).map(|year| year.to_string()).unwrap_or_default();
            let there = rollovers::existing(tx, *org, &next).await?.into_iter().map(|(.., code)| code).collect();
            Ok(Some(Sheet { row, state, classes, there }))
        })
        .await
}

/// Whom taking a rollover back left as they were, as far as they lie within somebody's whole reach now (R38).
pub async fn kept(sv: &Services, within: &Permit<SeePerson, Reach>, rollover: RolloverId) -> Result<Kept, StoreError> {
    let question = (within.within(sv.clock.now().day()).scope, rollover);
    let read = async |tx: &mut Tx, (scope, rollover): &(Scope, RolloverId)| {
        moves::touched(tx, scope, *rollover, MOST_KEPT).await
    };
    let (named, all) = sv.store.read(question, read).await?;
    let unnamed = u64::try_from(all).unwrap_or_default().saturating_sub(named.len() as u64);
    Ok(Kept { named, unnamed })
}

/// The pupils of a class of a rollover.
pub async fn class(
    sv: &Services,
    _leave: &Permit<PlanRollover, Reach>,
    rollover: RolloverId,
    class: ClassId,
) -> Result<Vec<ShownPupil>, StoreError> {
    let read =
        async |tx: &mut Tx, (rollover, class): &(RolloverId, ClassId)| rollovers::pupils(tx, *rollover, *class).await;
    let rows = sv.store.read((rollover, class), read).await?;
    let pupil = |row: rollovers::PupilRow| ShownPupil {
        id: row.person_id,
        name: row.full_name,
        sector_id: row.sector_id.unwrap_or_default(),
        mark: row.fate.and_then(|fate| Mark::read(&fate, row.code.as_deref())),
    };
    Ok(rows.into_iter().map(pupil).collect())
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn shown(row: ClassRow) -> ShownClass {
    ShownClass {
        id: row.class_id,
        code: row.code,
        fate: ClassFate::read(&row.fate, row.next_code.as_deref()).unwrap_or(ClassFate::Stays),
        pupils: [row.pupils, row.repeats, row.leaves, row.joins].map(number),
        moved: [0; 4],
        done: row.done_at.is_some(),
    }
}
