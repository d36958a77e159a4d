//! Takes an import back, unit by unit from the last: whom it created is removed, the others are again what they were. Of
//! whoever was touched since nothing is taken back; they are told by name.

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
        StoreError, Tx, delegations, memberships, purge,
        undo::{self, Before, NowRow},
    },
};

/// How many people are taken back in one write.
const SOME: usize = 100;

/// What a unit did to people.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// When.
    at: i64,
    created: Vec<PersonId>,
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
        undo::keep(tx, unit, &serde_json::to_string(self).unwrap_or_default(), now).await
    }
}

/// What one step came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// How many people are again what they were, or no more.
    pub back: u64,
    /// The names of those whom somebody touched since.
    pub kept: Vec<String>,
    /// Whether there is more to be taken back.
    pub more: bool,
}

struct Turn {
    batch: BatchId,
    following: Following,
    scribe: Scribe,
    now: Moment,
}

/// Takes some of an import back.
pub async fn undo(sv: &Services, by: &Actor, batch: BatchId) -> Result<Undone, StoreError> {
    let (following, scribe) = (Following::of(sv, by), sv.scribe(by));
    let turn = Turn { batch, following, scribe, now: sv.clock.now() };
    sv.store.write_bulk(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Undone, StoreError> {
        let Some(row) = undo::next(tx, self.batch).await? else { return Ok(Undone::default()) };
        let corrupt =
            || StoreError::Corrupt { table: "import_journal", column: "document", row: row.number.to_string() };
        let journal: Journal = serde_json::from_str(&row.document).map_err(|_| corrupt())?;
        let at = Moment::from_micros(journal.at);
        let from = usize::try_from(row.done).unwrap_or(usize::MAX);
        let people: Vec<PersonId> =
            journal.created.iter().copied().chain(journal.changed.iter().map(|before| before.person)).collect();
        let some: Vec<PersonId> = people.iter().skip(from).take(SOME).copied().collect();
        memberships::hold(tx, &some).await?;
        let mut undone = Undone { more: true, ..Undone::default() };
        for (place, person) in people.iter().enumerate().skip(from).take(SOME) {
            let Some(is) = undo::now(tx, *person).await? else { continue };
            let created = place < journal.created.len();
            if is_touched(&is, at, created) {
                undone.kept.push(is.full_name);
                continue;
            }
            if created {
                self.remove(tx, *person).await?;
            } else {
                undo::restore(tx, &journal.changed[place - journal.created.len()], self.now).await?;
                let presence: Presence = memberships::standing(tx, *person, self.now.day()).await?.presence();
                self.following.settle(tx, &[(*person, presence)]).await?;
            }
            undone.back += 1;
        }
        let done = from + some.len();
        if done >= people.len() {
            undo::finish(tx, self.batch, row.number).await?;
        } else if !undo::advance(tx, (self.batch, row.number), i64::try_from(done).unwrap_or(i64::MAX)).await? {
            return Err(StoreError::Abandoned("the import is taken back by somebody else"));
        }
        Ok(undone)
    }

    async fn remove(&self, tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
        let Some(account) = delegations::account_of(tx, person).await? else { return Ok(()) };
        purge::unmade(tx, person, account, self.now).await?;
        let subject = crate::services::audit::account(account);
        self.scribe.note(tx, "account.unmade", subject, &json!({ "import": self.batch })).await
    }
}

/// Whether anything happened to somebody since the import was written: then it stays.
fn is_touched(is: &NowRow, at: Moment, created: bool) -> bool {
    let changed = is.updated_at != at || is.roles.is_some_and(|roles| roles > at) || is.moves > 0;
    changed || (created && (is.passwords > 0 || is.rights > 0))
}
