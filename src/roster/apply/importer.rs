//! Who imports.

use crate::{base::id::AccountId, services::audit::Actor};

/// On whose behalf something is imported, and how far they reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Importer {
    /// Whoever may run commands on the server.
    #[default]
    CommandLine,
    /// Somebody who administers the whole sector.
    Sector(AccountId),
    /// Somebody who administers the school that is named: schools themselves are not theirs to change, and nobody who is
    /// at another school is theirs to claim (R39).
    School(AccountId),
}

impl Importer {
    pub(super) const fn actor(self) -> Actor {
        match self {
            Self::CommandLine => Actor::CommandLine,
            Self::Sector(account) | Self::School(account) => Actor::Account(account),
        }
    }
}
