//! Who imports.

use crate::{
    base::clock::Moment,
    services::{
        audit::Actor,
        authority::{Denied, ImportPeople, Permit, Reach},
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
