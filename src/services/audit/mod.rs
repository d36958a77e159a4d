//! Who did what to whom. Events are appended in the change's own transaction, each with a proof that this program wrote it;
//! the chain over them is sealed afterwards (`chain`), so that changes need not wait for each other.

pub mod chain;
pub mod upkeep;
mod verify;

use serde_json::Value;

use super::Services;
use crate::{
    base::{
        clock::{Clock, Moment},
        digest::MacKey,
        id::{AccountId, Ids, OrgId},
    },
    store::{
        StoreError, Tx,
        audit::{self, Event},
    },
};

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

/// What it takes to write to the audit trail.
#[derive(Clone, Debug)]
pub struct Trail {
    pub(super) ids: Ids,
    pub(super) clock: Clock,
    key: MacKey,
}

impl Trail {
    /// The trail whose events and chain this key proves.
    pub const fn new(ids: Ids, clock: Clock, key: MacKey) -> Self {
        Self { ids, clock, key }
    }

    /// Notes down what this actor does now.
    pub fn scribe(&self, actor: &Actor) -> Scribe {
        Scribe { trail: self.clone(), now: self.clock.now(), actor: actor.to_string(), org: None, address: None }
    }
}

/// Writes events of one moment and one actor: before a write, or within it, where it turns out what there is to tell.
#[derive(Clone, Debug)]
pub struct Scribe {
    trail: Trail,
    now: Moment,
    actor: String,
    org: Option<OrgId>,
    address: Option<String>,
}

impl Scribe {
    /// The same, for what is done by a right over an org: those who may read only of other orgs do not find it.
    pub fn by_right_over(&self, org: Option<OrgId>) -> Self {
        Self { org, ..self.clone() }
    }

    /// The same, for what is asked for from this address.
    pub fn from_address(&self, address: Option<String>) -> Self {
        Self { address: address.filter(|text| !text.is_empty()), ..self.clone() }
    }

    /// An event to be appended. `detail` must hold no secret (R50).
    pub fn event(&self, action: &'static str, subject: String, detail: &Value) -> Event {
        let (id, at, detail) = (self.trail.ids.next(), self.now, detail.to_string());
        let said = chain::Said {
            id,
            at,
            actor: &self.actor,
            action,
            subject: &subject,
            org: self.org,
            detail: &detail,
            address: self.address.as_deref(),
        };
        let mac = said.proof(&self.trail.key);
        let (actor, address) = (self.actor.clone(), self.address.clone());
        Event { id, at, actor, action, subject, org: self.org, detail, address, mac }
    }

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

    /// Appends events of many, in one statement.
    pub async fn note_all(&self, tx: &mut Tx, events: &[Event]) -> Result<(), StoreError> {
        audit::add_all(tx, events).await
    }
}

impl Services {
    /// Notes down what this actor does now.
    pub fn scribe(&self, actor: &Actor) -> Scribe {
        self.trail.scribe(actor)
    }

    /// An event of now. `detail` must hold no secret (R50).
    pub fn event(&self, actor: &Actor, action: &'static str, subject: String, detail: &Value) -> Event {
        self.scribe(actor).event(action, subject, detail)
    }
}
