//! Who did what to whom. Events are appended in the change's own transaction; the chain over them is sealed afterwards,
//! so that changes need not wait for each other.

use serde_json::Value;

use super::Services;
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, Ids},
    },
    store::{
        StoreError, Tx,
        audit::{self, Event, EventRow},
    },
};

/// How many events are sealed at a time.
const BATCH: i64 = 500;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    Account(AccountId),
    /// Whoever may run commands on the server.
    CommandLine,
    /// This program by itself.
    System,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account:{id}"),
            Self::CommandLine => f.write_str("command line"),
            Self::System => f.write_str("system"),
        }
    }
}

/// An account as the subject of an event.
pub fn account(id: AccountId) -> String {
    format!("account:{id}")
}

/// Writes events of now from within a write, where it turns out what there is to tell.
#[derive(Clone, Debug)]
pub struct Scribe {
    ids: Ids,
    now: Moment,
    actor: String,
}

impl Scribe {
    /// Appends an event. `detail` must hold no secret (R50).
    pub async fn note(
        &self,
        tx: &mut Tx,
        action: &'static str,
        subject: String,
        detail: &Value,
    ) -> Result<(), StoreError> {
        audit::add(tx, &self.event(action, subject, detail)).await
    }

    /// Appends events of many, by a statement.
    pub async fn note_all(&self, tx: &mut Tx, events: &[Event]) -> Result<(), StoreError> {
        audit::add_all(tx, events).await
    }

    /// An event of now, to be appended with others. `detail` must hold no secret (R50).
    pub fn event(&self, action: &'static str, subject: String, detail: &Value) -> Event {
        let (actor, detail) = (self.actor.clone(), detail.to_string());
        Event { id: self.ids.next(), at: self.now, actor, action, subject, detail, address: None }
    }
}

impl Services {
    /// Notes down what this actor does now.
    pub fn scribe(&self, actor: &Actor) -> Scribe {
        Scribe { ids: self.ids.clone(), now: self.clock.now(), actor: actor.to_string() }
    }

    /// An event of now. `detail` must hold no secret (R50).
    pub fn event(&self, actor: &Actor, action: &'static str, subject: String, detail: &Value) -> Event {
        Event {
            id: self.ids.next(),
            at: self.clock.now(),
            actor: actor.to_string(),
            action,
            subject,
            detail: detail.to_string(),
            address: None,
        }
    }

    /// Seals what is not in the chain yet; how many events. When two nodes do it at once, a unique rule stops one.
    pub async fn seal_audit(&self) -> Result<usize, StoreError> {
        let key = self.keys.audit.clone();
        self.store
            .write(key, async |tx: &mut Tx, key| {
                let last = audit::last_sealed(tx).await?;
                let (mut seq, mut chain) = last.map_or((0, Digest::of(b"")), |row| {
                    (row.seq.unwrap_or_default(), row.chain.unwrap_or_else(|| Digest::of(b"")))
                });
                let events = audit::unsealed(tx, BATCH).await?;
                for event in &events {
                    seq += 1;
                    chain = link(key, seq, chain, event);
                    audit::seal(tx, event.id, seq, chain).await?;
                }
                Ok(events.len())
            })
            .await
    }

    /// Walks the chain; how many events hold, or the place of the first that does not.
    pub async fn verify_audit(&self) -> Result<Result<i64, i64>, StoreError> {
        let (mut seq, mut chain) = (0, Digest::of(b""));
        loop {
            let events =
                self.store.read(seq, async |tx: &mut Tx, seq: &i64| audit::sealed_after(tx, *seq, BATCH).await).await?;
            if events.is_empty() {
                return Ok(Ok(seq));
            }
            for event in &events {
                seq += 1;
                chain = link(&self.keys.audit, seq, chain, event);
                if event.seq != Some(seq) || event.chain != Some(chain) {
                    return Ok(Err(seq));
                }
            }
        }
    }
}

fn link(key: &crate::base::digest::MacKey, seq: i64, before: Digest, event: &EventRow) -> Digest {
    let org = event.org_id.map(|id| id.to_string()).unwrap_or_default();
    let mac = key.mac(&[
        before.bytes(),
        &seq.to_be_bytes(),
        event.id.uuid().as_bytes(),
        &event.at.micros().to_be_bytes(),
        event.actor.as_bytes(),
        event.action.as_bytes(),
        event.subject.as_bytes(),
        org.as_bytes(),
        event.detail.as_bytes(),
    ]);
    Digest::from_slice(&mac).unwrap_or(before)
}
