//! Identifiers, one type per entity, so that a person's id cannot be passed where an org's belongs.
//!
//! All are UUIDv7 (RFC 9562): they sort by creation, which keeps bulk inserts at the end of every index.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{clock::Clock, entropy::Entropy};

/// Makes identifiers from the injected clock and randomness.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
    entropy: Entropy,
}

impl Ids {
    /// A maker of identifiers.
    pub const fn new(clock: Clock, entropy: Entropy) -> Self {
        Self { clock, entropy }
    }

    /// A new identifier of the kind that is asked for.
    pub fn next<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.clock.now().micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.entropy.bytes()).into_uuid().into()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);
        impl $name {
            /// The bare UUID, as the store keeps it.
            pub const fn uuid(self) -> Uuid { self.0 }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }
    )* };
}

ids! {
    /// A person: never changes, never reused, never shown to a relying app.
    PersonId;
    /// The one account of a person.
    AccountId;
    /// A card that signs in with a PIN.
    BadgeId;
    /// A ministry, department, commune, school or campus.
    OrgId;
    /// A class through the years: 3A, then 4A.
    LineageId;
    /// A class in one school year.
    ClassId;
    /// A person's role at an org.
    AffiliationId;
    /// An affiliation's place in a class.
    EnrolmentId;
    /// One entry of the identifier ledger.
    IdentifierId;
    /// A person's e-mail address or telephone number.
    ContactId;
    /// A right to administer an org's subtree.
    DelegationId;
    /// A relying app's row; what the app itself is told is its `client_id`.
    ClientKey;
    /// A signed-in browser.
    SessionId;
    /// What a person let an app have; codes and tokens hang from it.
    GrantId;
    /// A refresh token's row.
    RefreshId;
    /// A signing or sealing key.
    KeyId;
    /// One run of an import.
    BatchId;
    /// An import in the browser.
    ImportId;
    /// A line of the audit trail.
    EventId;
    /// A request that failed.
    FailureId;
    /// Work that is done later and retried.
    JobId;
    /// A pupil's way from one school to another, asked for and decided.
    TransferId;
    /// A school's step from one year to the next.
    RolloverId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Moment;
    use std::time::Duration;

    #[test]
    fn later_identifiers_sort_later() {
        let clock = Clock::by_hand(Moment::from_seconds(1_800_000_000));
        let ids = Ids::new(clock.clone(), Entropy::danger_seeded(1));
        let first: PersonId = ids.next();
        clock.advance(Duration::from_millis(1));
        let second: PersonId = ids.next();
        assert!(first < second);
        assert_eq!(first.uuid().get_version_num(), 7);
        assert_eq!(first.to_string().parse::<PersonId>().unwrap(), first);
    }
}
