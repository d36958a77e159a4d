//! Imports as runs: which are under way, and what came of each of their units.

use super::{Conn, StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest, id::BatchId};

row! {
    /// A run that is under way, or was killed.
    #[derive(Clone, Debug)]
    pub struct RunningBatch {
        /// Its row.
        pub id: BatchId,
        /// When it began: the day that all its decisions go by.
        pub started_at: Moment,
    }
}

row! {
    /// A unit that is committed.
    #[derive(Clone, Debug)]
    pub struct UnitRow {
        /// Its place in the run, from 0.
        pub number: i64,
        /// How many rows of the files it took.
        pub rows: i64,
        /// What came of them, as JSON.
        pub outcome: String,
    }
}

/// A run to be begun.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its row.
    pub id: BatchId,
    /// Of the files' content and whatever decides what comes of it.
    pub fingerprint: Digest,
    /// The kinds of files, separated by commas.
    pub kind: String,
    /// Their names.
    pub file_name: String,
    /// What it was asked to do, as JSON.
    pub options: String,
    /// Now.
    pub now: Moment,
}

/// A unit to be recorded, in the transaction of its changes.
#[derive(Clone, Debug)]
pub struct NewUnit {
    /// Its place in the run, from 0.
    pub number: i64,
    /// How many rows of the files it took.
    pub rows: i64,
    /// What came of them, as JSON.
    pub outcome: String,
}

statements! {
    RUNNING = "SELECT id, started_at FROM import_batches WHERE fingerprint = $1 AND state = 'running'";
    BEGIN = "INSERT INTO import_batches (id, fingerprint, kind, file_name, options, state, rows_done, counts, started_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 'running', 0, '{}', $6, $6)";
    UNITS = "SELECT number, rows, outcome FROM import_units WHERE batch_id = $1 AND number >= $2 ORDER BY number LIMIT $3";
    AWAITS = "SELECT rows_done FROM import_batches WHERE id = $1 AND state = 'running'
              AND NOT EXISTS (SELECT 1 FROM import_units WHERE batch_id = $1 AND number = $2)";
    ADVANCE = "UPDATE import_batches SET rows_done = rows_done + $2, updated_at = $3 WHERE id = $1 AND state = 'running'";
    FINISH = "UPDATE import_batches SET state = 'done', counts = $2, updated_at = $3, finished_at = $3
              WHERE id = $1 AND state = 'running'";
    PURGE_UNITS = "DELETE FROM import_units WHERE (batch_id, number) IN
                   (SELECT u.batch_id, u.number FROM import_units u
                    WHERE EXISTS (SELECT 1 FROM import_batches b WHERE b.id = u.batch_id AND b.state = 'done') LIMIT 20)";
}

/// The run of this fingerprint that is not finished.
pub async fn running(tx: &mut Tx, fingerprint: Digest) -> Result<Option<RunningBatch>, StoreError> {
    on_db!(tx, c => sqlx::query_as(RUNNING).bind(fingerprint).fetch_optional(&mut *c))
}

/// Begins a run. A unique rule stops a second one of the same fingerprint.
pub async fn begin(tx: &mut Tx, batch: &NewBatch) -> Result<(), StoreError> {
    on_db!(
        tx,
        sqlx::query(BEGIN)
            .bind(batch.id)
            .bind(batch.fingerprint)
            .bind(batch.kind.as_str())
            .bind(batch.file_name.as_str())
            .bind(batch.options.as_str())
            .bind(batch.now)
    )
    .map(drop)
}

/// Committed units of a run, in order, from number `first` on.
pub async fn units(tx: &mut Tx, batch: BatchId, first: i64, most: i64) -> Result<Vec<UnitRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(UNITS).bind(batch).bind(first).bind(most).fetch_all(&mut *c))
}

/// Whether a run is not finished, and this unit of it not recorded.
pub async fn awaits(tx: &mut Tx, batch: BatchId, number: i64) -> Result<bool, StoreError> {
    let open: Option<(i64,)> =
        on_db!(tx, c => sqlx::query_as(AWAITS).bind(batch).bind(number).fetch_optional(&mut *c))?;
    Ok(open.is_some())
}

/// Records units of a run that is not finished. A unique rule stops a second one of the same number: somebody else runs
/// the same import.
pub async fn add_units(tx: &mut Tx, batch: BatchId, units: &[NewUnit], now: Moment) -> Result<(), StoreError> {
    let rows: i64 = units.iter().map(|unit| unit.rows).sum();
    if on_db!(tx, sqlx::query(ADVANCE).bind(batch).bind(rows).bind(now))? == 0 {
        return Err(StoreError::Abandoned("the import was finished by somebody else"));
    }
    insert_many!(tx, units, "INSERT INTO import_units (batch_id, number, rows, outcome) ", |b, unit| b
        .push_bind(batch)
        .push_bind(unit.number)
        .push_bind(unit.rows)
        .push_bind(unit.outcome.as_str()));
    Ok(())
}

/// Ends a run that was told of; false when it was ended already. Its units are for [`purge_units`]: somebody may wait.
pub async fn finish(tx: &mut Tx, batch: BatchId, counts: &str, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(FINISH).bind(batch).bind(counts).bind(now))? == 1)
}

/// Forgets some units of runs that are at their end; how many.
pub async fn purge_units(tx: &mut Tx) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE_UNITS))
}

/// Has PostgreSQL look at its tables anew. What it knows from while they filled, it knows of the first schools: that a class
/// has hundreds of pupils, so that a whole table is read for each. It would find out by itself, in its own time; SQLite goes
/// by no such knowledge.
pub async fn look_anew(tx: &mut Tx) -> Result<(), StoreError> {
    const ANALYZE: &str = "ANALYZE persons, person_words, identifiers, contacts, accounts, sign_in_names, affiliations, \
                           enrolments, class_years, orgs";
    let looked = match tx.conn() {
        Conn::Lite(_) => return Ok(()),
        Conn::Pg(c) => sqlx::query(ANALYZE).execute(c).await,
    };
    tx.noted(looked).map(drop)
}
