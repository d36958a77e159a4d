//! The audit trail: appended in the change's own transaction, sealed into a hash chain by a job within seconds (R51).

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    digest::Digest,
    id::{EventId, OrgId},
};

row! {
    /// An event as it is stored.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// Its row.
        pub id: EventId,
        /// When.
        pub at: Moment,
        /// Who: `account:…`, `command line`, `system`.
        pub actor: String,
        /// What: `account.suspended`.
        pub action: String,
        /// To whom or what: `account:…`.
        pub subject: String,
        /// At which school.
        pub org_id: Option<OrgId>,
        /// More, as JSON; never a secret (R50).
        pub detail: String,
        /// Its place in the chain.
        pub seq: Option<i64>,
        /// The chain's value there.
        pub chain: Option<Digest>,
    }
}

/// An event to be written.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its row.
    pub id: EventId,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// What.
    pub action: &'static str,
    /// To whom or what.
    pub subject: String,
    /// More, as JSON.
    pub detail: String,
    /// From where.
    pub address: Option<String>,
}

statements! {
    ADD = "INSERT INTO audit_events (id, at, actor, action, subject, detail, address) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UNSEALED = "SELECT id, at, actor, action, subject, org_id, detail, seq, chain FROM audit_events
                WHERE seq IS NULL ORDER BY id LIMIT $1";
    LAST = "SELECT id, at, actor, action, subject, org_id, detail, seq, chain FROM audit_events
            WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    SEAL = "UPDATE audit_events SET seq = $2, chain = $3 WHERE id = $1 AND seq IS NULL";
    SEALED = "SELECT id, at, actor, action, subject, org_id, detail, seq, chain FROM audit_events
              WHERE seq > $1 ORDER BY seq LIMIT $2";
    ABOUT = "SELECT id, at, actor, action, subject, org_id, detail, seq, chain FROM audit_events
             WHERE subject = $1 ORDER BY id DESC LIMIT $2";
}

/// Appends an event.
pub async fn add(tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
    on_db!(
        tx,
        sqlx::query(ADD)
            .bind(event.id)
            .bind(event.at)
            .bind(event.actor.as_str())
            .bind(event.action)
            .bind(event.subject.as_str())
            .bind(event.detail.as_str())
            .bind(event.address.as_deref())
    )
    .map(drop)
}

/// How a statement begins that appends events; `event_values!` goes on.
pub(super) const ADD_MANY: &str = "INSERT INTO audit_events (id, at, actor, action, subject, detail, address) ";

/// Binds an event's values.
macro_rules! event_values {
    ($b:ident, $event:ident) => {
        $b.push_bind($event.id)
            .push_bind($event.at)
            .push_bind($event.actor.as_str())
            .push_bind($event.action)
            .push_bind($event.subject.as_str())
            .push_bind($event.detail.as_str())
            .push_bind($event.address.as_deref())
    };
}
pub(super) use event_values;

/// The oldest events that are not in the chain yet.
pub async fn unsealed(tx: &mut Tx, most: i64) -> Result<Vec<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(UNSEALED).bind(most).fetch_all(&mut *c))
}

/// The chain's end.
pub async fn last_sealed(tx: &mut Tx) -> Result<Option<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LAST).fetch_optional(&mut *c))
}

/// Puts an event into the chain; false when it was there. A second sealer with the same `seq` breaks a unique rule.
pub async fn seal(tx: &mut Tx, id: EventId, seq: i64, chain: Digest) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SEAL).bind(id).bind(seq).bind(chain))? == 1)
}

/// Events in the chain after a place, in order.
pub async fn sealed_after(tx: &mut Tx, seq: i64, most: i64) -> Result<Vec<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(SEALED).bind(seq).bind(most).fetch_all(&mut *c))
}

/// The newest events about something.
pub async fn about(tx: &mut Tx, subject: &str, most: i64) -> Result<Vec<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ABOUT).bind(subject).bind(most).fetch_all(&mut *c))
}
