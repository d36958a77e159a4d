//! Who imports.

use std::collections::HashSet;

use crate::{
    base::{clock::Moment, id::PersonId},
    services::{
        Services,
        audit::Actor,
        authority::{Denied, ImportPeople, Permit, Reach},
        limits::{Limiter, RowKey},
    },
    store::{StoreError, Tx, import_tasks},
};

/// On whose behalf something is imported.
#[derive(Clone, Debug, Default)]
pub enum Importer {
    /// Whoever may run commands on the server.
    #[default]
    CommandLine,
    /// Somebody with an account, by the leave that they have: over the whole sector, or at the school that is named.
    Signed(Permit<ImportPeople, Reach>),
}

impl Importer {
    pub(super) fn actor(&self) -> Actor {
        match self {
            Self::CommandLine => Actor::CommandLine,
            Self::Signed(leave) => leave.by(),
        }
    }

    /// Whether schools themselves are not theirs to change, and nobody who is at another school is theirs to claim (R39).
    pub(super) fn is_bounded(&self) -> bool {
        matches!(self, Self::Signed(leave) if *leave.place() != Reach::Sector)
    }

    /// Where the wrong claims of somebody who administers one school are counted; the command line's are not.
    pub(super) fn claims(&self, sv: &Services) -> Option<RowKey> {
        let Self::Signed(leave) = self else { return None };
        let account = leave.account().filter(|_| self.is_bounded())?;
        Some(Limiter::new(&sv.keys.cookies).claims(account))
    }

    /// Of these people, those to whom somebody who administers one school does nothing (invariant 7).
    pub(super) async fn beyond(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
        now: Moment,
    ) -> Result<HashSet<PersonId>, StoreError> {
        match self {
            Self::Signed(leave) if self.is_bounded() => leave.beyond(tx, people, now).await,
            _ => Ok(HashSet::new()),
        }
    }

    /// Asks again, in each write: rights can end, and accounts be suspended, while half a million rows are written (R39).
    pub(super) async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<(), Denied>, StoreError> {
        let Self::Signed(leave) = self else { return Ok(Ok(())) };
        if let Some(account) = leave.account()
            && import_tasks::asker(tx, account).await?.is_none_or(|asker| asker.state != "active")
        {
            return Ok(Err(Denied::Missing));
        }
        leave.again(tx, now).await
    }
}
