//! Walking the chain over the audit trail: whole, on demand; piece by piece, in the background.

use super::{
    super::Services,
    chain::{Broken, Check, Place, Said, Why},
};
use crate::{
    base::digest::{Digest, MacKey},
    store::{
        StoreError, Tx,
        audit::{self, EventRow},
        audit_upkeep as upkeep,
    },
};

/// How many events are looked at together.
const BATCH: i64 = 500;

impl Services {
    /// Where the chain begins: at its start, or where its purged part ended.
    pub async fn audit_begins(&self) -> Result<Result<Place, Broken>, StoreError> {
        let base = self.store.read((), async |tx: &mut Tx, (): &()| upkeep::base(tx).await).await?;
        Ok(match base {
            None => Ok(Place::start()),
            Some(row) => Place::of_base(&self.keys.audit, &row).ok_or_else(|| Broken::at(row.seq, None, Why::Base)),
        })
    }

    /// Walks the chain; where it ends, or the first place at which it does not hold. `told` hears how far it has come.
    pub async fn verify_audit(
        &self,
        check: Check,
        mut told: impl FnMut(i64),
    ) -> Result<Result<Place, Broken>, StoreError> {
        let begins = match self.audit_begins().await? {
            Ok(begins) => begins,
            Err(broken) => return Ok(Err(broken)),
        };
        let mut walk = Walk { key: &self.keys.audit, known: [self.audit_head().await?, check.noted], at: begins };
        if check.noted.is_some_and(|noted| noted.seq == begins.seq && noted != begins) {
            return Ok(Err(Broken::at(begins.seq, None, Why::Noted)));
        }
        if check.after > begins.seq {
            match self.events(check.after - 1, 1).await?.as_deref() {
                Some([event, ..]) if event.seq == Some(check.after) => walk.trust(event),
                _ => return Ok(Err(Broken::at(check.after, None, Why::Unreadable))),
            }
        }
        loop {
            match self.walk_on(&mut walk).await? {
                Ok(true) => told(walk.at.seq),
                Ok(false) => return Ok(walk.end()),
                Err(broken) => return Ok(Err(broken)),
            }
        }
    }

    /// Looks at the next events; whether there were any.
    pub(super) async fn walk_on(&self, walk: &mut Walk<'_>) -> Result<Result<bool, Broken>, StoreError> {
        let mut events = self.events(walk.at.seq, BATCH).await?;
        if events.is_none() {
            // One of them is no event: one by one, up to that.
            events = self.events(walk.at.seq, 1).await?;
        }
        let Some(events) = events else {
            return Ok(Err(Broken::at(walk.at.seq + 1, None, Why::Unreadable)));
        };
        let any = !events.is_empty();
        for event in events {
            if let Err(broken) = walk.step(event) {
                return Ok(Err(broken));
            }
        }
        Ok(Ok(any))
    }

    /// Where the chain ends, if that can be believed.
    pub(super) async fn audit_head(&self) -> Result<Option<Place>, StoreError> {
        let head = self.store.read((), async |tx: &mut Tx, (): &()| audit::head(tx).await).await?;
        Ok(head.and_then(|row| Place::of_head(&self.keys.audit, &row)))
    }

    /// Events in order; `None` when one of them cannot be read.
    async fn events(&self, after: i64, most: i64) -> Result<Option<Vec<EventRow>>, StoreError> {
        let question = (after, most);
        let read = self.store.read(question, async |tx: &mut Tx, (after, most): &(i64, i64)| {
            audit::sealed_after(tx, *after, *most).await
        });
        match read.await {
            Ok(events) => Ok(Some(events)),
            Err(error) if error.is_outage() => Err(error),
            Err(_) => Ok(None),
        }
    }
}

/// How far somebody who verifies has come.
pub(super) struct Walk<'k> {
    pub(super) key: &'k MacKey,
    /// What the chain must be at certain places: where it ends, and what was noted.
    pub(super) known: [Option<Place>; 2],
    pub(super) at: Place,
}

impl Walk<'_> {
    pub(super) fn step(&mut self, event: EventRow) -> Result<(), Broken> {
        let seq = self.at.seq + 1;
        let found = event.seq.unwrap_or_default();
        if found != seq {
            return Err(Broken::at(seq, None, Why::Removed { next: found }));
        }
        let next = self.at.then(self.key, &event.mac);
        let is = |digest: Digest, bytes: Option<&[u8]>| bytes.is_some_and(|bytes| digest.bytes() == bytes);
        let why = if !is(Said::from(&event).proof(self.key), Some(&event.mac)) {
            Some(Why::Changed)
        } else if !is(next.chain, event.chain.as_deref()) {
            Some(Why::Exchanged)
        } else {
            self.contradiction(next)
        };
        self.at = next;
        why.map_or(Ok(()), |why| Err(Broken::at(seq, Some(event), why)))
    }

    fn contradiction(&self, next: Place) -> Option<Why> {
        let [head, noted] = self.known;
        let differs = |known: Option<Place>| known.is_some_and(|known| known.seq == next.seq && known != next);
        if differs(head) { Some(Why::Head) } else { differs(noted).then_some(Why::Noted) }
    }

    /// Takes the chain for granted up to an event.
    fn trust(&mut self, event: &EventRow) {
        let chain = event.chain.as_deref().and_then(Digest::from_slice).unwrap_or(self.at.chain);
        self.at = Place { seq: event.seq.unwrap_or_default(), chain };
    }

    pub(super) fn end(&self) -> Result<Place, Broken> {
        let next = self.at.seq + 1;
        let [head, noted] = self.known;
        match (head, noted) {
            (None, _) => Err(Broken::at(next, None, Why::Head)),
            (Some(head), _) if head.seq > self.at.seq => Err(Broken::at(next, None, Why::CutOff { last: head.seq })),
            (_, Some(noted)) if noted.seq > self.at.seq => Err(Broken::at(next, None, Why::CutOff { last: noted.seq })),
            _ => Ok(self.at),
        }
    }
}
