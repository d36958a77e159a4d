//! What keeps the audit trail in order: where the purged part of the chain ended, and how far the rest was checked.
//!
//! What proves them (`chain`, `mac`) is read as plain bytes, as in [`super::audit`]: whoever tampers must be found out.

use super::{
    StoreError, Tx,
    audit::{Head, HeadRow},
};
use crate::base::{clock::Moment, digest::Digest};

row! {
    /// A sealed event that may be due to be purged.
    #[derive(Clone, Debug)]
    pub struct OldRow {
        /// Its place.
        pub seq: i64,
        /// When it happened.
        pub at: Moment,
        /// The chain's value there.
        pub chain: Option<Vec<u8>>,
    }
}

row! {
    /// How far the chain was checked in the background.
    #[derive(Clone, Debug)]
    pub struct CheckRow {
        /// The place that was reached.
        pub seq: i64,
        /// The chain's value there.
        pub chain: Vec<u8>,
        /// When the walk that is under way was begun.
        pub begun_at: Moment,
        /// When the last walk from the beginning reached the end.
        pub whole_at: Option<Moment>,
        /// When something was last looked at.
        pub checked_at: Moment,
        /// The first place that does not hold.
        pub broken_at: Option<i64>,
        /// Why it does not.
        pub broken: Option<String>,
        /// Who wrote it, proven.
        pub mac: Vec<u8>,
    }
}

/// How far the chain was checked, to be written.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// The place that was reached.
    pub seq: i64,
    /// The chain's value there.
    pub chain: Digest,
    /// When the walk that is under way was begun.
    pub begun_at: Moment,
    /// When the last walk from the beginning reached the end.
    pub whole_at: Option<Moment>,
    /// Now.
    pub checked_at: Moment,
    /// The first place that does not hold, and why.
    pub broken: Option<(i64, String)>,
    /// Who wrote it, proven.
    pub mac: Digest,
}

statements! {
    BASE = "SELECT seq, chain, mac FROM audit_base";
    SET_BASE = "INSERT INTO audit_base (one, seq, chain, mac) VALUES (1, $1, $2, $3)
                ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, chain = excluded.chain, mac = excluded.mac
                WHERE audit_base.seq < excluded.seq";
    OLDEST = "SELECT seq, at, chain FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2";
    DROP_TO = "DELETE FROM audit_events WHERE seq <= $1";
    CHECK = "SELECT seq, chain, begun_at, whole_at, checked_at, broken_at, broken, mac FROM audit_check";
    SET_CHECK = "INSERT INTO audit_check (one, seq, chain, begun_at, whole_at, checked_at, broken_at, broken, mac)
                 VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, chain = excluded.chain, begun_at = excluded.begun_at,
                     whole_at = excluded.whole_at, checked_at = excluded.checked_at, broken_at = excluded.broken_at,
                     broken = excluded.broken, mac = excluded.mac
                 WHERE audit_check.checked_at <= excluded.checked_at";
}

/// Where the purged part ended.
pub async fn base(tx: &mut Tx) -> Result<Option<HeadRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BASE).fetch_optional(&mut *c))
}

/// Moves that forward; false when it is there already, or further.
pub async fn set_base(tx: &mut Tx, base: Head) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SET_BASE).bind(base.seq).bind(base.chain).bind(base.mac))? == 1)
}

/// The first sealed events after a place.
pub async fn oldest(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<OldRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OLDEST).bind(after).bind(most).fetch_all(&mut *c))
}

/// Deletes the events up to a place, which the database allows only where the purged part ends there or later.
pub async fn drop_to(tx: &mut Tx, seq: i64) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(DROP_TO).bind(seq))
}

/// How far the chain was checked.
pub async fn check(tx: &mut Tx) -> Result<Option<CheckRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CHECK).fetch_optional(&mut *c))
}

/// Notes how far it was; of two nodes that do, the later one's stays.
pub async fn set_check(tx: &mut Tx, new: &NewCheck) -> Result<(), StoreError> {
    let (at, why) = new.broken.as_ref().map(|(at, why)| (*at, why.as_str())).unzip();
    on_db!(
        tx,
        sqlx::query(SET_CHECK)
            .bind(new.seq)
            .bind(new.chain)
            .bind(new.begun_at)
            .bind(new.whole_at)
            .bind(new.checked_at)
            .bind(at)
            .bind(why)
            .bind(new.mac)
    )
    .map(drop)
}
