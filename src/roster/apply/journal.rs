//! What a unit of an import did, as it is kept to take it back.

use std::io::BufReader;

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    base::{
        clock::Moment,
        id::{BatchId, PersonId, TransferId},
    },
    store::{
        StoreError, Tx,
        journal::{self, JournalRow},
        undo::{self, Before, NowRow},
    },
};

/// What is kept without being packed, as it was once, begins with it.
const PLAIN: u8 = b'{';

/// What a unit did to people, and for whom it asked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// When.
    pub(super) at: i64,
    pub(super) created: Vec<PersonId>,
    changed: Vec<Before>,
    /// Requests for transfers; one that was not sent, since another waited already, has an id that there is not.
    #[serde(default)]
    pub(super) asked: Vec<TransferId>,
}

impl Journal {
    /// What people are before a unit changes them.
    pub(super) async fn before(
        tx: &mut Tx,
        created: Vec<PersonId>,
        changed: &[PersonId],
        asked: Vec<TransferId>,
        at: Moment,
    ) -> Result<Self, StoreError> {
        Ok(Self { at: at.micros(), created, changed: undo::before(tx, changed).await?, asked })
    }

    /// Keeps it with the unit.
    pub(super) async fn keep(&self, tx: &mut Tx, unit: (BatchId, i64), now: Moment) -> Result<(), StoreError> {
        journal::add(tx, unit, (&self.packed(), number(self.len())), now).await
    }

    /// A person's rows say the same things again and again: packed they take a seventh of the room.
    fn packed(&self) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        // Writing into memory cannot fail.
        let _ = serde_json::to_writer(&mut packed, self);
        packed.finish().unwrap_or_default()
    }

    pub(super) const fn len(&self) -> usize {
        self.created.len() + self.changed.len()
    }

    /// Everybody, in the order in which they are taken back.
    pub(super) fn people(&self) -> impl Iterator<Item = One<'_>> {
        let created = self.created.iter().map(|person| (*person, None));
        created.chain(self.changed.iter().map(|before| (before.person, Some(before))))
    }

    /// Whether somebody went back already, with another who could not go without them: they are as the unit found them.
    pub(super) fn is_back(&self, was: Option<&Before>, is: &NowRow) -> bool {
        is.updated_at != Moment::from_micros(self.at) && was.is_some_and(|was| was.is_of(is.updated_at))
    }
}

/// Somebody of a unit; with what they were, whoever was there before.
pub(super) type One<'j> = (PersonId, Option<&'j Before>);

/// What is kept of a unit, or a part of it.
pub(super) fn unpacked<Part: DeserializeOwned>(row: &JournalRow) -> Result<Part, StoreError> {
    let document = &row.document[..];
    let read = match document.first() {
        Some(&PLAIN) => serde_json::from_slice(document),
        _ => serde_json::from_reader(BufReader::new(ZlibDecoder::new(document))),
    };
    read.map_err(|_| StoreError::Corrupt { table: "import_journal", column: "document", row: row.number.to_string() })
}

pub(super) fn number(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_read_back_packed_and_as_it_was_kept_once() {
        let asked = vec![TransferId::from(uuid::Uuid::from_u128(8))];
        let created = vec![PersonId::from(uuid::Uuid::from_u128(9))];
        let journal = Journal { at: 7, created, changed: Vec::new(), asked };
        let mut once = serde_json::to_value(&journal).unwrap();
        once.as_object_mut().unwrap().remove("asked");
        let plain = serde_json::to_vec(&once).unwrap();
        for (document, asked) in [(plain, 0), (journal.packed(), 1)] {
            let back: Journal = unpacked(&JournalRow { number: 0, document, done: 0 }).unwrap();
            assert_eq!((back.at, back.created, back.asked.len()), (7, journal.created.clone(), asked));
        }
        assert!(unpacked::<Journal>(&JournalRow { number: 0, document: vec![0x78, 1, 2], done: 0 }).is_err());
    }
}
