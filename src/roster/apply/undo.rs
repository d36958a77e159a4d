//! Takes an import back, unit by unit from the last: whom it created is removed, the others are again what they were. Of
//! whoever was touched since nothing is taken back; they are told by name.

use std::io::BufReader;

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::{BatchId, PersonId},
    },
    model::membership::Presence,
    people::following::Following,
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{
        StoreError, Tx, delegations,
        journal::{self, JournalRow, KeptRow},
        memberships, purge,
        undo::{self, Before, NowRow},
    },
};

/// How many people are taken back in one write.
const SOME: usize = 100;
/// What is kept without being packed, as it was once, begins with it.
const PLAIN: u8 = b'{';

/// What a unit did to people.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// When.
    at: i64,
    pub(super) created: Vec<PersonId>,
    changed: Vec<Before>,
}

impl Journal {
    /// What people are before a unit changes them.
    pub(super) async fn before(
        tx: &mut Tx,
        created: Vec<PersonId>,
        changed: &[PersonId],
        at: Moment,
    ) -> Result<Self, StoreError> {
        Ok(Self { at: at.micros(), created, changed: undo::before(tx, changed).await? })
    }

    /// Keeps it with the unit.
    pub(super) async fn keep(&self, tx: &mut Tx, unit: (BatchId, i64), now: Moment) -> Result<(), StoreError> {
        let people = i64::try_from(self.created.len() + self.changed.len()).unwrap_or(i64::MAX);
        journal::add(tx, unit, (&self.packed(), people), now).await
    }

    /// A person's rows say the same things again and again: packed they take a seventh of the room.
    fn packed(&self) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        // Writing into memory cannot fail.
        let _ = serde_json::to_writer(&mut packed, self);
        packed.finish().unwrap_or_default()
    }

    pub(super) fn unpacked(row: &JournalRow) -> Result<Self, StoreError> {
        let document = &row.document[..];
        let read = match document.first() {
            Some(&PLAIN) => serde_json::from_slice(document),
            _ => serde_json::from_reader(BufReader::new(ZlibDecoder::new(document))),
        };
        let corrupt =
            |_| StoreError::Corrupt { table: "import_journal", column: "document", row: row.number.to_string() };
        read.map_err(corrupt)
    }

    /// Everybody, in the order in which they are taken back; with what they were, whoever was there before.
    fn people(&self) -> impl Iterator<Item = (PersonId, Option<&Before>)> {
        let created = self.created.iter().map(|person| (*person, None));
        created.chain(self.changed.iter().map(|before| (before.person, Some(before))))
    }
}

/// How far a run is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// How many people are again what they were, or no more.
    pub back: u64,
    /// How many stay, since somebody touched them.
    pub kept: u64,
    /// Whether there is more to be taken back.
    pub more: bool,
}

struct Turn {
    batch: BatchId,
    following: Following,
    scribe: Scribe,
    now: Moment,
}

/// Takes some of a run back, and counts it in the same write: killed at any point, the next step goes on.
pub async fn undo(sv: &Services, by: &Actor, batch: BatchId) -> Result<Undone, StoreError> {
    let (following, scribe) = (Following::of(sv, by), sv.scribe(by));
    let turn = Turn { batch, following, scribe, now: sv.clock.now() };
    sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

/// Those who stay as a run left them: the first of them.
pub async fn kept(sv: &Services, batch: BatchId, most: u32) -> Result<Vec<KeptRow>, StoreError> {
    let question = (batch, i64::from(most));
    sv.store
        .read(question, async |tx: &mut Tx, (batch, most): &(BatchId, i64)| journal::kept(tx, *batch, *most).await)
        .await
}

/// What taking a run back would come to, and who would stay; nothing is changed.
pub async fn would_undo(
    sv: &Services,
    batch: BatchId,
    mut told: impl FnMut(u64),
) -> Result<(Undone, Vec<KeptRow>), StoreError> {
    let (mut undone, mut staying, mut before) = (Undone::default(), Vec::new(), i64::MAX);
    loop {
        let page = async |tx: &mut Tx, (batch, before): &(BatchId, i64)| look(tx, *batch, *before).await;
        let Some((number, back, kept)) = sv.store.read((batch, before), page).await? else {
            return Ok((undone, staying));
        };
        before = number;
        undone.back += back;
        undone.kept += kept.len() as u64;
        staying.extend(kept);
        told(undone.back + undone.kept);
    }
}

/// Of the unit before another: its number, how many would go back, who would stay.
async fn look(tx: &mut Tx, batch: BatchId, before: i64) -> Result<Option<(i64, u64, Vec<KeptRow>)>, StoreError> {
    let Some(row) = journal::next(tx, batch, before).await? else { return Ok(None) };
    let journal = Journal::unpacked(&row)?;
    let (mut back, mut staying) = (0, Vec::new());
    for (person, was) in journal.people().skip(usize::try_from(row.done).unwrap_or(usize::MAX)) {
        match undo::now(tx, person).await? {
            Some(is) if is_touched(&is, journal.at, was.is_none()) => staying.push(stays(person, is)),
            Some(_) => back += 1,
            None => {}
        }
    }
    Ok(Some((row.number, back, staying)))
}

fn stays(person: PersonId, is: NowRow) -> KeptRow {
    KeptRow { person_id: person, name: is.full_name, sector_id: is.sector_id.unwrap_or_default().to_uppercase() }
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Undone, StoreError> {
        let Some(row) = journal::next(tx, self.batch, i64::MAX).await? else {
            return self.count(tx, (0, &[]), false).await;
        };
        let journal = Journal::unpacked(&row)?;
        let from = usize::try_from(row.done).unwrap_or(usize::MAX);
        let some: Vec<_> = journal.people().skip(from).take(SOME).collect();
        memberships::hold(tx, &some.iter().map(|(person, _)| *person).collect::<Vec<_>>()).await?;
        let (mut back, mut kept) = (0, Vec::new());
        for (person, was) in &some {
            let Some(is) = undo::now(tx, *person).await? else { continue };
            if is_touched(&is, journal.at, was.is_none()) {
                kept.push(stays(*person, is));
                continue;
            }
            match was {
                None => self.remove(tx, *person).await?,
                Some(was) => {
                    undo::restore(tx, was, self.now).await?;
                    let presence: Presence = memberships::standing(tx, *person, self.now.day()).await?.presence();
                    self.following.settle(tx, &[(*person, presence)]).await?;
                }
            }
            back += 1;
        }
        let (unit, done) = ((self.batch, row.number), i64::try_from(from + some.len()).unwrap_or(i64::MAX));
        let first = if some.len() < SOME {
            journal::finish(tx, unit, row.done).await?
        } else {
            journal::advance(tx, unit, (row.done, done)).await?
        };
        if !first {
            return Err(StoreError::Abandoned("the import is taken back by somebody else"));
        }
        self.count(tx, (back, &kept), true).await
    }

    async fn count(&self, tx: &mut Tx, step: (i64, &[KeptRow]), more: bool) -> Result<Undone, StoreError> {
        let (back, kept) = journal::count(tx, self.batch, step, self.now).await?;
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        Ok(Undone { back: number(back), kept: number(kept), more })
    }

    async fn remove(&self, tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
        let Some(account) = delegations::account_of(tx, person).await? else { return Ok(()) };
        purge::unmade(tx, person, account, self.now).await?;
        let subject = crate::services::audit::account(account);
        self.scribe.note(tx, "account.unmade", subject, &json!({ "import": self.batch })).await
    }
}

/// Whether anything happened to somebody since the import was written: then it stays.
fn is_touched(is: &NowRow, at: i64, created: bool) -> bool {
    let at = Moment::from_micros(at);
    let changed = is.updated_at != at || is.roles.is_some_and(|roles| roles > at) || is.moves > 0;
    changed || (created && (is.passwords > 0 || is.rights > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_read_back_packed_and_as_it_was_kept_once() {
        let journal = Journal { at: 7, created: vec![PersonId::from(uuid::Uuid::from_u128(9))], changed: Vec::new() };
        let plain = serde_json::to_vec(&journal).unwrap();
        for document in [plain, journal.packed()] {
            let back = Journal::unpacked(&JournalRow { number: 0, document, done: 0 }).unwrap();
            assert_eq!((back.at, back.created), (7, journal.created.clone()));
        }
        assert!(Journal::unpacked(&JournalRow { number: 0, document: vec![0x78, 1, 2], done: 0 }).is_err());
    }
}
