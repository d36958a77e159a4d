//! The audit trail: appended in the change's own transaction, sealed into a hash chain by a job within seconds (R51).
//!
//! What holds an event to what was written (`mac`, `chain`) is read as plain bytes: whoever tampers may put anything there,
//! and must be found out, not make reading fail.

use super::{StoreError, Tx, scope::Within};
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
        /// Over which org the right was held by which it was done.
        pub org_id: Option<OrgId>,
        /// More, as JSON; never a secret (R50).
        pub detail: String,
        /// From where.
        pub address: Option<String>,
        /// Who wrote it, proven.
        pub mac: Vec<u8>,
        /// Its place in the chain.
        pub seq: Option<i64>,
        /// The chain's value there.
        pub chain: Option<Vec<u8>>,
    }
}

row! {
    /// An event that has no place in the chain yet.
    #[derive(Clone, Debug)]
    pub struct LooseRow {
        /// Its row.
        pub id: EventId,
        /// Who wrote it, proven.
        pub mac: Vec<u8>,
    }
}

row! {
    /// Where the chain ends.
    #[derive(Clone, Debug)]
    pub struct HeadRow {
        /// The last place.
        pub seq: i64,
        /// The chain's value there.
        pub chain: Vec<u8>,
        /// Who wrote it, proven.
        pub mac: Vec<u8>,
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
    /// Over which org the right was held by which it was done; `None`: over the whole sector, or no such right was needed.
    pub org: Option<OrgId>,
    /// More, as JSON.
    pub detail: String,
    /// From where, if it is known.
    pub address: Option<String>,
    /// Who wrote it, proven.
    pub mac: Digest,
}

/// An event's place in the chain.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The event.
    pub id: EventId,
    /// Its place.
    pub seq: i64,
    /// The chain's value there.
    pub chain: Digest,
}

/// Where the chain ends, to be written.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The last place.
    pub seq: i64,
    /// The chain's value there.
    pub chain: Digest,
    /// Who wrote it, proven.
    pub mac: Digest,
}

statements! {
    ADD = "INSERT INTO audit_events (id, at, actor, action, subject, org_id, detail, mac, address)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LOOSE = "SELECT id, mac FROM audit_events WHERE seq IS NULL ORDER BY id LIMIT $1";
    LAST = "SELECT seq FROM audit_events WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    SEALED = "SELECT id, at, actor, action, subject, org_id, detail, address, mac, seq, chain FROM audit_events
              WHERE seq > $1 ORDER BY seq LIMIT $2";
    ABOUT = "SELECT id, at, actor, action, subject, org_id, detail, address, mac, seq, chain FROM audit_events
             WHERE subject = $1 ORDER BY id DESC LIMIT $2";
    WITHIN = concat!(scope_of_roles!(), "SELECT id, at, actor, action, subject, org_id, detail, address, mac, seq, chain FROM audit_events
             WHERE subject = $6 AND ($4 OR org_id IS NULL OR org_id IN (SELECT org FROM scope)) ORDER BY id DESC LIMIT $7");
    BEGIN = "INSERT INTO audit_head (one, seq, chain, mac) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING";
    HEAD = "SELECT seq, chain, mac FROM audit_head";
    HOLD = "UPDATE audit_head SET seq = seq RETURNING seq, chain, mac";
    MOVE = "UPDATE audit_head SET seq = $1, chain = $2, mac = $3";
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
            .bind(event.org)
            .bind(event.detail.as_str())
            .bind(event.mac)
            .bind(event.address.as_deref())
    )
    .map(drop)
}

/// Appends events, many in a statement.
pub async fn add_all(tx: &mut Tx, events: &[Event]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        events,
        "INSERT INTO audit_events (id, at, actor, action, subject, org_id, detail, mac, address) ",
        |b, event| b
            .push_bind(event.id)
            .push_bind(event.at)
            .push_bind(event.actor.as_str())
            .push_bind(event.action)
            .push_bind(event.subject.as_str())
            .push_bind(event.org)
            .push_bind(event.detail.as_str())
            .push_bind(event.mac)
            .push_bind(event.address.as_deref())
    );
    Ok(())
}

/// The oldest events that are not in the chain yet.
pub async fn loose(tx: &mut Tx, most: i64) -> Result<Vec<LooseRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LOOSE).bind(most).fetch_all(&mut *c))
}

/// The last place that an event has; 0 when none has one.
pub async fn last(tx: &mut Tx) -> Result<i64, StoreError> {
    let last: Option<(i64,)> = on_db!(tx, c => sqlx::query_as(LAST).fetch_optional(&mut *c))?;
    Ok(last.map_or(0, |(seq,)| seq))
}

/// Gives events their places; how many had none. Who has one keeps it: the database refuses to change it.
pub async fn seal(tx: &mut Tx, links: &[Link]) -> Result<u64, StoreError> {
    Ok(insert_many!(
        tx,
        links,
        "UPDATE audit_events SET seq = v.column2, chain = v.column3 FROM (",
        ") AS v WHERE audit_events.id = v.column1",
        |b, link| b.push_bind(link.id).push_bind(link.seq).push_bind(link.chain)
    ))
}

/// Events in the chain after a place, in order.
pub async fn sealed_after(tx: &mut Tx, seq: i64, most: i64) -> Result<Vec<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(SEALED).bind(seq).bind(most).fetch_all(&mut *c))
}

/// The newest events about something.
pub async fn about(tx: &mut Tx, subject: &str, most: i64) -> Result<Vec<EventRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ABOUT).bind(subject).bind(most).fetch_all(&mut *c))
}

/// The newest events about something, without what was done by rights over orgs outside of the scope.
pub async fn within(tx: &mut Tx, within: &Within, subject: &str, most: i64) -> Result<Vec<EventRow>, StoreError> {
    let Within { scope, roles } = within;
    on_db!(tx, c => sqlx::query_as(WITHIN).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(subject).bind(most).fetch_all(&mut *c))
}

/// Begins the chain.
pub async fn begin(tx: &mut Tx, head: Head) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(BEGIN).bind(head.seq).bind(head.chain).bind(head.mac)).map(drop)
}

/// Where the chain ends; `None` when somebody took that away.
pub async fn head(tx: &mut Tx) -> Result<Option<HeadRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(HEAD).fetch_optional(&mut *c))
}

/// The same, held until the end of the write: of many nodes that seal, one does, and nobody else waits for it.
pub async fn hold_head(tx: &mut Tx) -> Result<Option<HeadRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(HOLD).fetch_optional(&mut *c))
}

/// Moves the end of the chain.
pub async fn move_head(tx: &mut Tx, head: Head) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(MOVE).bind(head.seq).bind(head.chain).bind(head.mac))? == 1)
}
