//! Whoever is at no school any more: since when, what becomes of them by itself and when; and removing somebody for good,
//! by hand.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        clock::Moment,
        id::PersonId,
        page::{Ask, Page},
    },
    model::account::NoSuchStep,
    people::{accounts::remove, due::LAST_GRADE},
    services::{
        Services,
        audit::Scribe,
        authority::{Denied, FindPeople, Permit, PurgePerson, Sector, Subject},
    },
    store::{
        StoreError, Tx, accounts,
        dormant::{self, DormantRow},
    },
};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those to whom something happens by itself, the next first.
    Due,
    /// All, who rest longest first.
    All,
}

/// What becomes of somebody by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are removed.
    Purged(Moment),
    /// They are no longer kept for the next level, and rest.
    Rests(Moment),
    /// Nothing: they rest until they come back, or are removed by hand.
    Nothing,
}

/// What becomes of somebody who is nowhere, as the worker decides when the time has come.
pub fn fate(row: &DormantRow) -> Fate {
    match row.due_at {
        Some(at) if row.last_grade == Some(LAST_GRADE) => Fate::Purged(at),
        Some(at) => Fate::Rests(at),
        None => Fate::Nothing,
    }
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(i64, PersonId);

/// A page of those who are nowhere: nobody's school, so only whoever looks after the whole sector sees them.
pub async fn list(
    sv: &Services,
    _leave: &Permit<FindPeople, Sector>,
    which: Which,
    page: &Ask<Cursor>,
) -> Result<Page<DormantRow>, StoreError> {
    let Cursor(at, id) = page.after.unwrap_or(Cursor(i64::MIN, uuid::Uuid::nil().into()));
    let question = (which, (Moment::from_micros(at), id), i64::from(page.size) + 1);
    let read = async |tx: &mut Tx, (which, after, most): &(Which, (Moment, PersonId), i64)| match which {
        Which::Due => dormant::due(tx, *after, *most).await,
        Which::All => dormant::longest(tx, *after, *most).await,
    };
    let rows = sv.store.read(question, read).await?;
    let place = |row: &DormantRow| match which {
        Which::Due => row.due_at.unwrap_or(row.updated_at),
        Which::All => row.updated_at,
    };
    Ok(Page::from_surplus(rows, page, |row| Cursor(place(row).micros(), row.id)))
}

/// Why somebody was not removed.
#[derive(Debug, thiserror::Error)]
pub enum NotPurged {
    /// What was typed is neither their sector ID nor their name.
    #[error("what was typed is neither the sector ID nor the name")]
    Unconfirmed,
    /// They are somewhere, or may come back to an account in use.
    #[error(transparent)]
    Step(#[from] NoSuchStep),
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Purge {
    leave: Permit<PurgePerson, Subject>,
    typed: String,
    scribe: Scribe,
    now: Moment,
}

/// Removes somebody for good, whose sector ID or name was typed: all but a tombstone, so that neither the pid nor the sector
/// ID is ever given again (R42). The audit trail tells that it was done, by whom, and nothing of who they were.
pub async fn purge(sv: &Services, leave: &Permit<PurgePerson, Subject>, typed: &str) -> Result<(), NotPurged> {
    let typed = crate::model::text::clean(typed).into_owned();
    let turn = Purge { leave: leave.clone(), typed, scribe: leave.scribe(sv), now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Purge| turn.write(tx).await).await?
}

impl Purge {
    async fn write(&self, tx: &mut Tx) -> Result<Result<(), NotPurged>, StoreError> {
        let Subject { person, account } = *self.leave.place();
        if let Err(denied) = self.leave.again(tx, self.now).await? {
            return Ok(Err(denied.into()));
        }
        let Some(holder) = accounts::holder(tx, account).await? else { return Ok(Err(Denied::Missing.into())) };
        if let Err(no) = holder.state.purge() {
            return Ok(Err(no.into()));
        }
        let named = accounts::names(tx, account).await?.iter().any(|name| name.eq_ignore_ascii_case(&self.typed));
        if !named && self.typed != holder.full_name {
            return Ok(Err(NotPurged::Unconfirmed));
        }
        remove(tx, person, account, &self.scribe, self.now).await?;
        Ok(Ok(()))
    }
}
