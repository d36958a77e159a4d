//! The chain over the audit trail (R51), which finds out whoever changed, removed, inserted or exchanged events with the
//! database's password alone: the key is in the database only sealed.
//!
//! Each event proves that this program wrote it. Sealed, it has a place, and the chain's value there proves all events up
//! to it. The head proves where the chain ends; who puts back an old copy of head and events together is found out only by
//! a [`Place`] that was noted elsewhere.

use std::{fmt, str::FromStr};

use super::super::Services;
use crate::{
    base::{
        clock::Moment,
        digest::{Digest, MacKey, hex},
        id::{EventId, OrgId},
    },
    store::{
        StoreError, Tx,
        audit::{self, EventRow, Head, HeadRow, Link},
    },
};

/// How many events are sealed together.
const BATCH: i64 = 500;

/// What an event says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) id: EventId,
    pub(super) at: Moment,
    pub(super) actor: &'a str,
    pub(super) action: &'a str,
    pub(super) subject: &'a str,
    pub(super) org: Option<OrgId>,
    pub(super) detail: &'a str,
    pub(super) address: Option<&'a str>,
}

impl Said<'_> {
    /// That the holder of the key wrote it.
    pub(super) fn proof(&self, key: &MacKey) -> Digest {
        let org = self.org.map(|id| id.to_string());
        Digest::keyed(
            key,
            &[
                b"event",
                self.id.uuid().as_bytes(),
                &self.at.micros().to_be_bytes(),
                self.actor.as_bytes(),
                self.action.as_bytes(),
                self.subject.as_bytes(),
                org.as_deref().unwrap_or_default().as_bytes(),
                self.detail.as_bytes(),
                &[u8::from(self.address.is_some())],
                self.address.unwrap_or_default().as_bytes(),
            ],
        )
    }
}

impl<'a> From<&'a EventRow> for Said<'a> {
    fn from(row: &'a EventRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: &row.actor,
            action: &row.action,
            subject: &row.subject,
            org: row.org_id,
            detail: &row.detail,
            address: row.address.as_deref(),
        }
    }
}

/// A place in the chain and the chain's value there: `1234:` and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which event, counted from 1; 0 before the first.
    pub seq: i64,
    /// What proves all events up to it.
    pub chain: Digest,
}

impl Place {
    pub(super) fn start() -> Self {
        Self { seq: 0, chain: Digest::of(b"") }
    }

    /// The next place, of an event with this proof.
    pub(super) fn then(self, key: &MacKey, mac: &[u8]) -> Self {
        let seq = self.seq.saturating_add(1);
        Self { seq, chain: Digest::keyed(key, &[b"link", self.chain.bytes(), &seq.to_be_bytes(), mac]) }
    }

    /// As the end of the chain.
    pub(super) fn head(self, key: &MacKey) -> Head {
        self.proved(key, b"head")
    }

    /// As the end of its purged part.
    pub(super) fn base(self, key: &MacKey) -> Head {
        self.proved(key, b"base")
    }

    fn proved(self, key: &MacKey, what: &[u8]) -> Head {
        let mac = Digest::keyed(key, &[what, &self.seq.to_be_bytes(), self.chain.bytes()]);
        Head { seq: self.seq, chain: self.chain, mac }
    }

    /// What a head says, if the holder of the key wrote it.
    pub(super) fn of_head(key: &MacKey, row: &HeadRow) -> Option<Self> {
        Self::believed(row, |place| place.head(key))
    }

    /// What the record of the purged part says, if the holder of the key wrote it.
    pub(super) fn of_base(key: &MacKey, row: &HeadRow) -> Option<Self> {
        Self::believed(row, |place| place.base(key))
    }

    fn believed(row: &HeadRow, proved: impl Fn(Self) -> Head) -> Option<Self> {
        let place = Self { seq: row.seq, chain: Digest::from_slice(&row.chain)? };
        proved(place).mac.matches(&Digest::from_slice(&row.mac)?).then_some(place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, hex(self.chain.bytes()))
    }
}

/// Not a number, a colon and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a place is a number, a colon and 64 hexadecimal digits, as `phuong audit verify` prints it")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (seq, chain) = text.split_once(':').ok_or(NoPlace)?;
        let digits: Option<Vec<u8>> = chain.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
        let (pairs, odd) = digits.as_deref().ok_or(NoPlace)?.as_chunks::<2>();
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        let chain = Digest::from_slice(&bytes).filter(|_| odd.is_empty()).ok_or(NoPlace)?;
        Ok(Self { seq: seq.parse().ok().filter(|seq| *seq >= 0).ok_or(NoPlace)?, chain })
    }
}

/// The head of a chain without events.
pub fn beginning(key: &MacKey) -> Head {
    Place::start().head(key)
}

/// What to look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Check {
    /// Begin after this place and trust what is there: behind a break that is known already.
    pub after: i64,
    /// Where the chain ended once, as it was noted outside the database.
    pub noted: Option<Place>,
}

/// The first place at which the chain does not hold.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the audit trail breaks at event {seq}: {why}")]
pub struct Broken {
    /// Where.
    pub seq: i64,
    /// What stands there, if something does that can be read.
    pub event: Option<Box<EventRow>>,
    /// What is wrong.
    pub why: Why,
}

impl Broken {
    pub(super) fn at(seq: i64, event: Option<EventRow>, why: Why) -> Self {
        Self { seq, event: event.map(Box::new), why }
    }
}

/// What is wrong with a place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The event is not as this program wrote it.
    #[error("the event was changed, or this program did not write it")]
    Changed,
    /// The event is as it was written, and does not belong here.
    #[error("the event does not follow from those before it: some were removed, exchanged or put back")]
    Exchanged,
    /// Nothing is here.
    #[error("the event was removed, and all before event {next}")]
    Removed {
        /// The next event there is.
        next: i64,
    },
    /// Nothing is here or after it.
    #[error("the event was removed, and all after it up to event {last}")]
    CutOff {
        /// The last event that was sealed.
        last: i64,
    },
    /// What says where the chain ends is gone or changed.
    #[error("the record of where the chain ends was removed or changed")]
    Head,
    /// What says where the purged part of the chain ends is changed.
    #[error("the record of where the purged part of the trail ends was changed")]
    Base,
    /// The chain has another value here than was noted.
    #[error("the chain is not the one whose end was noted: an old copy of the database was put back, or parts of one")]
    Noted,
    /// What stands here is no event.
    #[error("the row cannot be read")]
    Unreadable,
}

impl Why {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Exchanged => "exchanged",
            Self::Removed { .. } => "removed",
            Self::CutOff { .. } => "cut_off",
            Self::Head => "head",
            Self::Base => "base",
            Self::Noted => "noted",
            Self::Unreadable => "unreadable",
        }
    }

    /// After which place the rest can be looked at, when it breaks at `seq`.
    pub const fn rest_after(self, seq: i64) -> Option<i64> {
        match self {
            Self::Changed | Self::Exchanged | Self::Noted | Self::Unreadable => Some(seq),
            Self::Removed { next } => Some(next),
            Self::CutOff { .. } | Self::Head | Self::Base => None,
        }
    }
}

impl Services {
    /// Gives a batch of events their places; how many. Of many nodes that do it at once, one does.
    pub async fn seal_audit(&self) -> Result<usize, StoreError> {
        // Most of the time there is nothing to do, and nobody needs to write.
        if self.store.read((), async |tx: &mut Tx, (): &()| audit::loose(tx, 1).await).await?.is_empty() {
            return Ok(0);
        }
        let key = self.keys.audit.clone();
        let (sealed, sound) = self.store.write_unasked(key, async |tx: &mut Tx, key| seal(tx, key).await).await?;
        if !sound {
            tracing::error!("the end of the audit trail is not where it was: run `phuong audit verify`");
        }
        Ok(sealed)
    }
}

async fn seal(tx: &mut Tx, key: &MacKey) -> Result<(usize, bool), StoreError> {
    let held = audit::hold_head(tx).await?;
    let last = audit::last(tx).await?;
    let known = held.as_ref().and_then(|row| Place::of_head(key, row)).filter(|place| place.seq >= last);
    // Whoever touched the end of the chain does not stop it, and does not get it mended either: no event follows from
    // this, so that the break stays for everybody to find.
    let torn = Place { seq: last.max(held.as_ref().map_or(0, |row| row.seq)), chain: Digest::of(b"torn") };
    let mut at = known.unwrap_or(torn);
    let loose = audit::loose(tx, BATCH).await?;
    let mut links = Vec::with_capacity(loose.len());
    for event in &loose {
        at = at.then(key, &event.mac);
        links.push(Link { id: event.id, seq: at.seq, chain: at.chain });
    }
    audit::seal(tx, &links).await?;
    if !audit::move_head(tx, at.head(key)).await? {
        audit::begin(tx, at.head(key)).await?;
    }
    Ok((links.len(), known.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_can_be_noted_and_read_again() {
        let place = Place { seq: 1_234, chain: Digest::of(b"x") };
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        for wrong in ["", "1", "1:", "x:00", "-1:00", &place.to_string()[..60], &format!("{place}00"), "1:é"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
