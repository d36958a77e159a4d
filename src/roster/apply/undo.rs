//! Takes an import back, unit by unit from the last: whom it created is removed, the others are again what they were.
//! Of whoever was touched since nothing is taken back, nor of those whose identifier somebody else has by now; they are
//! told by name, and of two records that became one the one that stayed. So are those who administer the sector: back where
//! they were they may be nowhere, where nobody signs in. Whoever only swapped identifiers within a unit goes back in one
//! write. Requests for transfers that the import sent are withdrawn.

use std::{collections::HashSet, sync::Arc};

use serde_json::json;

use super::{
    importer::Importer,
    journal::{Journal, One, number, unpacked},
};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, BatchId, PersonId, TransferId},
    },
    model::{membership::Presence, transfer::TransferState},
    people::following::Following,
    services::{
        Services,
        audit::{self, Actor, Scribe},
        authority::{Denied, NoPermit, Permit, Reach, SeePerson},
    },
    store::{
        StoreError, Tx, accounts, administrators, delegations,
        journal::{self, KeptRow},
        memberships, merges, purge,
        scope::Scope,
        transfers::{self, Verdict},
        undo::{self, Before, NowRow},
    },
};

/// How many people are taken back in one write, beside those who have what was theirs.
const SOME: usize = 100;

/// How far a run is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// How many people are again what they were, or no more.
    pub back: u64,
    /// How many stay, since somebody touched them, or has what was theirs.
    pub kept: u64,
    /// Whether there is more to be taken back.
    pub more: bool,
}

/// A unit, unpacked, and how many of its people were looked at.
#[derive(Clone)]
struct Unit {
    number: i64,
    journal: Arc<Journal>,
    done: usize,
}

impl Unit {
    /// The last one before another that was not taken back.
    async fn next(tx: &mut Tx, batch: BatchId, before: i64) -> Result<Option<Self>, StoreError> {
        let Some(row) = journal::next(tx, batch, before).await? else { return Ok(None) };
        let (journal, done) = (Arc::new(unpacked(&row)?), usize::try_from(row.done).unwrap_or_default());
        Ok(Some(Self { number: row.number, journal, done }))
    }
}

struct Turn {
    batch: BatchId,
    /// The unit of which some are taken back; `None`: nobody is left.
    unit: Option<Unit>,
    by: Importer,
    account: Option<AccountId>,
    following: Following,
    scribe: Scribe,
    now: Moment,
}

/// Takes a run back, some people in each write, which counts them too: killed at any point, the next write goes on. Whether
/// it may be done is asked again in each. After each, `goes_on` hears how far it is, and may end it.
pub async fn undo(
    sv: &Services,
    by: &Importer,
    batch: BatchId,
    mut goes_on: impl FnMut(Undone) -> bool,
) -> Result<Undone, NoPermit> {
    let actor = by.actor();
    let account = if let Actor::Account(account) = actor { Some(account) } else { None };
    let mut unit: Option<Unit> = None;
    loop {
        if unit.is_none() {
            let last = async |tx: &mut Tx, batch: &BatchId| Unit::next(tx, *batch, i64::MAX).await;
            unit = sv.store.read(batch, last).await?;
        }
        let (following, scribe) = (Following::of(sv, &actor), sv.scribe(&actor));
        let turn = Turn { batch, unit: unit.clone(), by: by.clone(), account, following, scribe, now: sv.clock.now() };
        let undone = sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await??;
        if !goes_on(undone) || !undone.more {
            return Ok(undone);
        }
        unit = unit.map(|unit| Unit { done: unit.done + SOME, ..unit }).filter(|unit| unit.done < unit.journal.len());
    }
}

/// Those who stay as a run left them and lie within reach (R38): the first of them, or the first after one.
pub async fn kept(
    sv: &Services,
    within: &Permit<SeePerson, Reach>,
    batch: BatchId,
    (after, most): (Option<PersonId>, u32),
) -> Result<Vec<KeptRow>, StoreError> {
    let page = (after.unwrap_or_else(|| uuid::Uuid::nil().into()), i64::from(most));
    let question = (within.within(sv.clock.now().day()).scope, batch, page);
    let read = async |tx: &mut Tx, (scope, batch, page): &(Scope, BatchId, (PersonId, i64))| {
        journal::kept(tx, scope, *batch, *page).await
    };
    sv.store.read(question, read).await
}

/// What taking a run back would come to, and who would stay; nothing is changed.
pub async fn would_undo(
    sv: &Services,
    batch: BatchId,
    mut told: impl FnMut(u64),
) -> Result<(Undone, Vec<KeptRow>), StoreError> {
    let (mut undone, mut staying, mut before) = (Undone::default(), Vec::new(), i64::MAX);
    let (mut back, mut named) = (HashSet::new(), HashSet::new());
    loop {
        let page = async |tx: &mut Tx, (batch, before): &(BatchId, i64)| look(tx, *batch, *before).await;
        let Some(Looked { number, people, taken }) = sv.store.read((batch, before), page).await? else {
            return Ok((undone, staying));
        };
        before = number;
        back.extend(people.iter().filter(|(_, touched)| !touched).map(|(row, _)| row.person_id));
        keep_those(&mut back, &taken);
        let all = people.into_iter().map(|(row, _)| row);
        let (going, kept): (Vec<_>, Vec<_>) = all.partition(|row| back.contains(&row.person_id));
        undone.back += going.len() as u64;
        staying.extend(kept.into_iter().filter(|row| named.insert(row.person_id)));
        undone.kept = staying.len() as u64;
        told(undone.back + undone.kept);
    }
}

/// A unit as it is found.
struct Looked {
    number: i64,
    /// Who is there still, and whether somebody touched them.
    people: Vec<(KeptRow, bool)>,
    /// Whose identifier somebody else has by now, and who.
    taken: Vec<(PersonId, PersonId)>,
}

/// The unit before another.
async fn look(tx: &mut Tx, batch: BatchId, before: i64) -> Result<Option<Looked>, StoreError> {
    let Some(Unit { number, journal, done }) = Unit::next(tx, batch, before).await? else { return Ok(None) };
    let some: Vec<_> = journal.people().skip(done).collect();
    let chiefs = administrators::of_the_sector(tx).await?;
    let mut people = Vec::with_capacity(some.len());
    for (person, was) in &some {
        if let Some((who, is)) = now(tx, *person).await?.filter(|(_, is)| !journal.is_back(*was, is)) {
            let stays_on = who != *person || chiefs.contains(person);
            let touched = stays_on || is_touched(&is, journal.at, was.is_none());
            people.push((stays(who, is), touched));
        }
    }
    Ok(Some(Looked { number, people, taken: taken(tx, &some).await? }))
}

/// Somebody as they are now, or whoever goes on for them since their records became one.
async fn now(tx: &mut Tx, person: PersonId) -> Result<Option<(PersonId, NowRow)>, StoreError> {
    if let Some(is) = undo::now(tx, person).await? {
        return Ok(Some((person, is)));
    }
    let Some(into) = merges::into(tx, person).await? else { return Ok(None) };
    Ok(undo::now(tx, into).await?.map(|is| (into, is)))
}

async fn taken(tx: &mut Tx, some: &[One<'_>]) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
    let was: Vec<&Before> = some.iter().filter_map(|(_, was)| *was).collect();
    undo::taken(tx, &was).await
}

/// Adds those of the rest of a unit who have what was theirs: of two who swapped neither can go back without the other.
async fn with_holders<'j>(tx: &mut Tx, mut some: Vec<One<'j>>, rest: &[One<'j>]) -> Result<Vec<One<'j>>, StoreError> {
    let mut there: HashSet<PersonId> = some.iter().map(|(person, _)| *person).collect();
    let mut looked = 0;
    while looked < some.len() {
        let holders: HashSet<PersonId> =
            taken(tx, &some[looked..]).await?.into_iter().map(|(_, holder)| holder).collect();
        looked = some.len();
        some.extend(rest.iter().filter(|(person, _)| holders.contains(person) && there.insert(*person)));
    }
    Ok(some)
}

/// Of those who would go back stays whose identifier is held by somebody who does not go back: two cannot have it.
fn keep_those(back: &mut HashSet<PersonId>, taken: &[(PersonId, PersonId)]) {
    loop {
        let held = |(whose, holder): &&(PersonId, PersonId)| back.contains(whose) && !back.contains(holder);
        let stay: Vec<PersonId> = taken.iter().filter(held).map(|(whose, _)| *whose).collect();
        if stay.is_empty() {
            return;
        }
        back.retain(|person| !stay.contains(person));
    }
}

fn stays(person: PersonId, is: NowRow) -> KeptRow {
    KeptRow { person_id: person, name: is.full_name, sector_id: is.sector_id.unwrap_or_default().to_uppercase() }
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<Undone, Denied>, StoreError> {
        if let Err(denied) = self.by.again(tx, self.now).await? {
            return Ok(Err(denied));
        }
        let Some(Unit { number: unit, journal, done }) = &self.unit else {
            return self.count(tx, (0, &[]), false).await.map(Ok);
        };
        let mut some: Vec<_> = journal.people().skip(*done).collect();
        let rest = some.split_off(some.len().min(SOME));
        let (unit, from, to) = ((self.batch, *unit), number(*done), done + some.len());
        // Before anything is done: what was unpacked may have been taken back by somebody else since.
        let first = if to < journal.len() {
            journal::advance(tx, unit, (from, number(to))).await?
        } else {
            journal::finish(tx, unit, from).await?
        };
        if !first {
            return Err(StoreError::Abandoned("the import is taken back by somebody else"));
        }
        let own: HashSet<PersonId> = some.iter().map(|(person, _)| *person).collect();
        let some = with_holders(tx, some, &rest).await?;
        memberships::hold(tx, &some.iter().map(|(person, _)| *person).collect::<Vec<_>>()).await?;
        if *done == 0 {
            self.withdraw(tx, &journal.asked).await?;
        }
        let chiefs = administrators::of_the_sector(tx).await?;
        let (mut here, mut going) = (Vec::with_capacity(some.len()), HashSet::new());
        for (person, was) in &some {
            let Some((who, is)) = now(tx, *person).await?.filter(|(_, is)| !journal.is_back(*was, is)) else {
                continue;
            };
            let stays_on = who != *person || chiefs.contains(person);
            if !stays_on && !is_touched(&is, journal.at, was.is_none()) {
                going.insert(*person);
            }
            here.push((*person, *was, stays(who, is)));
        }
        keep_those(&mut going, &taken(tx, &some).await?);
        let (going, kept): (Vec<_>, Vec<_>) = here.into_iter().partition(|(person, ..)| going.contains(person));
        // Of the others it is decided when it is their turn.
        let kept = kept.into_iter().filter(|(person, ..)| own.contains(person));
        let kept: Vec<KeptRow> = kept.map(|(_, _, row)| row).collect();
        let back = number(going.len());
        undo::let_go(tx, &going.iter().filter_map(|(_, was, _)| *was).collect::<Vec<_>>()).await?;
        let mut restored = Vec::new();
        for (person, was, _) in going {
            match was {
                None => self.remove(tx, person).await?,
                Some(was) => {
                    undo::restore(tx, was, self.now).await?;
                    let presence: Presence = memberships::standing(tx, person, self.now.day()).await?.presence();
                    self.following.settle(tx, &[(person, presence)]).await?;
                    restored.push(person);
                }
            }
        }
        self.following.restore(tx, &restored).await?;
        self.count(tx, (back, &kept), true).await.map(Ok)
    }

    /// What was asked for by mistake is for nobody to decide; what was decided is.
    async fn withdraw(&self, tx: &mut Tx, asked: &[TransferId]) -> Result<(), StoreError> {
        for id in asked {
            let Some(row) = transfers::find(tx, *id).await? else { continue };
            let state = TransferState::Withdrawn.as_str();
            if !transfers::decide(tx, &Verdict { id: *id, state, reason: None, by: self.account, now: self.now })
                .await?
            {
                continue;
            }
            let Some(account) = accounts::of_person(tx, row.person_id).await? else { continue };
            let detail = json!({ "transfer": id, "from": row.from_org, "to": row.to_org, "import": self.batch });
            let scribe = self.scribe.by_right_over(Some(row.to_org));
            scribe.note(tx, "transfer.withdrawn", audit::account(account), &detail).await?;
        }
        Ok(())
    }

    async fn count(&self, tx: &mut Tx, step: (i64, &[KeptRow]), more: bool) -> Result<Undone, StoreError> {
        let (back, kept) = journal::count(tx, self.batch, step, self.now).await?;
        let [back, kept] = [back, kept].map(|n| u64::try_from(n).unwrap_or_default());
        Ok(Undone { back, kept, more })
    }

    async fn remove(&self, tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
        let Some(account) = delegations::account_of(tx, person).await? else { return Ok(()) };
        purge::unmade(tx, person, account, self.now).await?;
        self.scribe.note(tx, "account.unmade", audit::account(account), &json!({ "import": self.batch })).await
    }
}

/// Whether anything happened to somebody since the import was written: then it stays.
fn is_touched(is: &NowRow, at: i64, created: bool) -> bool {
    let at = Moment::from_micros(at);
    let changed = is.updated_at != at || is.roles.is_some_and(|roles| roles > at) || is.moves > 0;
    changed || (created && (is.passwords > 0 || is.rights > 0))
}
