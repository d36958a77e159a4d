//! What is done to the audit trail by itself: it is checked from the beginning once a day and followed in between, and what is
//! older than the sector keeps is purged, up to a place from which the rest can still be proved.

use std::time::Duration;

use serde_json::json;

use super::{
    super::Services,
    Actor, Scribe,
    chain::{Broken, Place, Why},
    verify::Walk,
};
use crate::{
    base::{
        clock::Moment,
        digest::{Digest, MacKey},
    },
    store::{
        StoreError, Tx, audit,
        audit_upkeep::{self as upkeep, CheckRow, NewCheck},
    },
};

/// How many pieces of the chain are looked at in a turn: some thousand events, so that ten million take hours and harm nobody.
const PIECES: usize = 40;
/// How often it is begun anew.
const ANEW: Duration = Duration::from_hours(24);
/// How long after a break was found it is looked for again.
const AGAIN: Duration = Duration::from_hours(1);
/// How many events are purged in one write.
const CHUNK: i64 = 500;

/// What is known of the chain without walking it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Up to which event it was looked at.
    pub seq: i64,
    /// When something was last looked at.
    pub at: Moment,
    /// When the last walk from its beginning reached its end.
    pub whole_at: Option<Moment>,
    /// The first place that does not hold, and why.
    pub broken: Option<(i64, String)>,
}

impl Services {
    /// What was found when the chain was last looked at; `None` before that, or when somebody changed the record of it.
    pub async fn audit_checked(&self) -> Result<Option<Checked>, StoreError> {
        Ok(self.last_check().await?.map(|check| Checked {
            seq: check.seq,
            at: check.checked_at,
            whole_at: check.whole_at,
            broken: check.broken,
        }))
    }

    async fn last_check(&self) -> Result<Option<NewCheck>, StoreError> {
        let row = self.store.read((), async |tx: &mut Tx, (): &()| upkeep::check(tx).await).await?;
        Ok(row.and_then(|row| believed(&self.keys.audit, row)))
    }

    /// Looks at the next piece of the chain and notes what it found.
    pub async fn check_audit(&self) -> Result<(), StoreError> {
        let (key, now) = (&self.keys.audit, self.clock.now());
        let last = self.last_check().await?;
        let goes_on = last.as_ref().filter(|check| !is_over(check, now));
        if goes_on.is_some_and(|check| check.broken.is_some()) {
            return Ok(());
        }
        let (found, at, begun_at) = match self.audit_begins().await? {
            Err(broken) => (Err(broken), Place::start(), now),
            Ok(begins) => {
                let goes_on = goes_on.filter(|check| check.seq >= begins.seq);
                let at = goes_on.map_or(begins, |check| Place { seq: check.seq, chain: check.chain });
                let mut walk = Walk { key, known: [self.audit_head().await?, None], at };
                (self.walk_some(&mut walk).await?, walk.at, goes_on.map_or(now, |check| check.begun_at))
            }
        };
        if let Err(broken) = &found {
            tracing::error!(%broken, "the audit trail does not hold: run `phuong audit verify`");
        }
        let whole_before = last.and_then(|check| check.whole_at);
        let whole_at = match found {
            Ok(true) => whole_before.filter(|at| *at >= begun_at).or(Some(now)),
            Ok(false) | Err(_) => whole_before,
        };
        let broken = found.err().map(|broken| (broken.seq, broken.why.name().to_owned()));
        let Place { seq, chain } = at;
        let mac = Digest::of(b"");
        let mut check = NewCheck { seq, chain, begun_at, whole_at, checked_at: now, broken, mac };
        check.mac = proof(key, &check);
        self.store.write_unasked(check, async |tx: &mut Tx, check| upkeep::set_check(tx, check).await).await
    }

    /// Goes on for some pieces; whether the end was reached.
    async fn walk_some(&self, walk: &mut Walk<'_>) -> Result<Result<bool, Broken>, StoreError> {
        for _ in 0..PIECES {
            match self.walk_on(walk).await? {
                Ok(true) => {}
                Ok(false) => return Ok(walk.end().map(|_| true)),
                Err(broken) => return Ok(Err(broken)),
            }
        }
        Ok(Ok(false))
    }

    /// Purges some of the sealed events from before a moment; how many. What does not hold stays for everybody to find.
    pub async fn purge_audit(&self, before: Moment) -> Result<u64, StoreError> {
        let turn = (self.keys.audit.clone(), self.scribe(&Actor::System), before);
        let purged = self
            .store
            .write_bulk(turn, async |tx: &mut Tx, (key, scribe, before)| purge(tx, key, scribe, *before).await);
        match purged.await? {
            Ok(purged) => Ok(purged),
            Err(broken) => {
                tracing::error!(%broken, "the audit trail does not hold, so nothing of it is purged");
                Ok(0)
            }
        }
    }
}

async fn purge(tx: &mut Tx, key: &MacKey, scribe: &Scribe, before: Moment) -> Result<Result<u64, Broken>, StoreError> {
    let begins = match upkeep::base(tx).await? {
        None => Place::start(),
        Some(row) => match Place::of_base(key, &row) {
            Some(place) => place,
            None => return Ok(Err(Broken::at(row.seq, None, Why::Base))),
        },
    };
    let mut walk = Walk { key, known: [None, None], at: begins };
    for event in audit::sealed_after(tx, begins.seq, CHUNK).await? {
        if event.at >= before {
            break;
        }
        if let Err(broken) = walk.step(event) {
            return Ok(Err(broken));
        }
    }
    if walk.at.seq == begins.seq || !upkeep::set_base(tx, walk.at.base(key)).await? {
        return Ok(Ok(0));
    }
    let gone = upkeep::drop_to(tx, walk.at.seq).await?;
    scribe.note(tx, "audit.purged", "audit".to_owned(), &json!({ "to": walk.at.seq, "events": gone })).await?;
    Ok(Ok(gone))
}

/// Whether the next look begins at the beginning: an hour after a break was found, a day after a walk to the end was begun.
fn is_over(check: &NewCheck, now: Moment) -> bool {
    let whole = check.whole_at.is_some_and(|at| at >= check.begun_at);
    match check.broken {
        Some(_) => now.since(check.checked_at) >= AGAIN,
        None => whole && now.since(check.begun_at) >= ANEW,
    }
}

/// What a row says, if the holder of the key wrote it.
fn believed(key: &MacKey, row: CheckRow) -> Option<NewCheck> {
    let check = NewCheck {
        seq: row.seq,
        chain: Digest::from_slice(&row.chain)?,
        begun_at: row.begun_at,
        whole_at: row.whole_at,
        checked_at: row.checked_at,
        broken: row.broken_at.zip(row.broken),
        mac: Digest::from_slice(&row.mac)?,
    };
    proof(key, &check).matches(&check.mac).then_some(check)
}

fn proof(key: &MacKey, check: &NewCheck) -> Digest {
    let moment = |at: Moment| at.micros().to_be_bytes();
    let (broken_at, broken) = check.broken.as_ref().map_or((0, ""), |(at, why)| (*at, why.as_str()));
    Digest::keyed(
        key,
        &[
            b"check",
            &check.seq.to_be_bytes(),
            check.chain.bytes(),
            &moment(check.begun_at),
            &check.whole_at.map_or([0; 8], moment),
            &moment(check.checked_at),
            &broken_at.to_be_bytes(),
            broken.as_bytes(),
        ],
    )
}
