//! What imports did to people, for as long as they can be taken back; and how far the way back has come.

use super::{StoreError, Tx, scope::Scope};
use crate::base::{
    clock::Moment,
    id::{BatchId, PersonId},
};

row! {
    /// What one unit did, that was not taken back to its end.
    #[derive(Clone, Debug)]
    pub struct JournalRow {
        /// The unit.
        pub number: i64,
        /// What it did, packed.
        pub document: Vec<u8>,
        /// How many of its people were looked at.
        pub done: i64,
    }
}

row! {
    /// A run that was written to its end.
    #[derive(Clone, Debug)]
    pub struct RunRow {
        /// Its row.
        pub id: BatchId,
        /// The files' names.
        pub file_name: String,
        /// When it was at its end.
        pub finished_at: Moment,
        /// How many people are again what they were; nothing while nobody takes it back.
        pub undone: Option<i64>,
        /// How many people are still to be looked at.
        pub people: i64,
        /// Whether it is an import in the browser, which has a page of its own.
        pub browser: bool,
    }
}

row! {
    /// Somebody who stays as a run left them.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeptRow {
        /// The person.
        pub person_id: PersonId,
        /// As written.
        pub name: String,
        /// What they sign in with.
        pub sector_id: String,
    }
}

statements! {
    ADD = "INSERT INTO import_journal (batch_id, number, document, done, created_at, people) VALUES ($1, $2, $3, 0, $4, $5)";
    NEXT = "SELECT number, document, done FROM import_journal WHERE batch_id = $1 AND number < $2 ORDER BY number DESC LIMIT 1";
    ADVANCE = "UPDATE import_journal SET done = $4 WHERE batch_id = $1 AND number = $2 AND done = $3";
    FINISH = "DELETE FROM import_journal WHERE batch_id = $1 AND number = $2 AND done = $3";
    PURGE = "DELETE FROM import_journal WHERE (batch_id, number) IN
             (SELECT j.batch_id, j.number FROM import_journal j WHERE j.created_at < $1
              AND NOT EXISTS (SELECT 1 FROM import_batches b WHERE b.id = j.batch_id AND b.updated_at >= $1)
              ORDER BY j.created_at LIMIT 20)";
    PURGE_KEPT = "DELETE FROM import_kept WHERE (batch_id, person_id) IN
                  (SELECT batch_id, person_id FROM import_kept WHERE created_at < $1 ORDER BY created_at LIMIT 500)";
    RUN = "SELECT b.id, b.file_name, b.finished_at, b.undone,
                  (SELECT CAST(coalesce(sum(j.people - j.done), 0) AS BIGINT) FROM import_journal j WHERE j.batch_id = b.id) AS people,
                  EXISTS (SELECT 1 FROM import_tasks t WHERE t.batch_id = b.id) AS browser
           FROM import_batches b WHERE b.id = $1 AND b.state = 'done'";
    RUNS = "SELECT b.id, b.file_name, b.finished_at, b.undone, CAST(sum(j.people - j.done) AS BIGINT) AS people, $2 AS browser
            FROM import_batches b JOIN import_journal j ON j.batch_id = b.id
            WHERE b.state = 'done' AND b.finished_at >= $1
              AND NOT EXISTS (SELECT 1 FROM import_tasks t WHERE t.batch_id = b.id)
            GROUP BY b.id, b.file_name, b.finished_at, b.undone ORDER BY b.id DESC LIMIT $3";
    BEGIN = "UPDATE import_batches SET undone = 0, updated_at = $2 WHERE id = $1 AND state = 'done' AND undone IS NULL";
    COUNT = "UPDATE import_batches SET undone = coalesce(undone, 0) + $2, updated_at = $3 WHERE id = $1 RETURNING undone";
    KEEP = "INSERT INTO import_kept (batch_id, person_id, name, sector_id, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (batch_id, person_id) DO NOTHING";
    KEPT = concat!(scope!(), "SELECT k.person_id, k.name, k.sector_id FROM import_kept k
            WHERE k.batch_id = $5 AND k.person_id > $6 AND ($4 OR EXISTS (SELECT 1 FROM affiliations f
                WHERE f.person_id = k.person_id AND f.status = 'active' AND f.org_id IN (SELECT org FROM scope)))
            ORDER BY k.person_id LIMIT $7");
    KEPT_COUNT = "SELECT count(*) FROM import_kept WHERE batch_id = $1";
}

/// Keeps what a unit did to so many people, in its own transaction.
pub async fn add(
    tx: &mut Tx,
    (batch, number): (BatchId, i64),
    (document, people): (&[u8], i64),
    now: Moment,
) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD).bind(batch).bind(number).bind(document).bind(now).bind(people)).map(drop)
}

/// The last unit before another that was not taken back.
pub async fn next(tx: &mut Tx, batch: BatchId, before: i64) -> Result<Option<JournalRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(NEXT).bind(batch).bind(before).fetch_optional(&mut *c))
}

/// More of a unit's people were looked at; false when somebody else was faster.
pub async fn advance(tx: &mut Tx, (batch, number): (BatchId, i64), (from, to): (i64, i64)) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(ADVANCE).bind(batch).bind(number).bind(from).bind(to))? == 1)
}

/// A unit was taken back, from this many of its people on; false when somebody else was faster.
pub async fn finish(tx: &mut Tx, (batch, number): (BatchId, i64), done: i64) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(FINISH).bind(batch).bind(number).bind(done))? == 1)
}

/// A run that was written to its end.
pub async fn run(tx: &mut Tx, batch: BatchId) -> Result<Option<RunRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(RUN).bind(batch).fetch_optional(&mut *c))
}

/// The command line's runs since then of which anything can be taken back, the latest first.
pub async fn runs(tx: &mut Tx, since: Moment, most: i64) -> Result<Vec<RunRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(RUNS).bind(since).bind(false).bind(most).fetch_all(&mut *c))
}

/// A run is to be taken back; false when that has begun already.
pub async fn begin(tx: &mut Tx, batch: BatchId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(BEGIN).bind(batch).bind(now))? == 1)
}

/// So many more people are again what they were, and these stay; how many of each there are by now.
pub async fn count(
    tx: &mut Tx,
    batch: BatchId,
    (back, kept): (i64, &[KeptRow]),
    now: Moment,
) -> Result<(i64, i64), StoreError> {
    for row in kept {
        on_db!(
            tx,
            sqlx::query(KEEP)
                .bind(batch)
                .bind(row.person_id)
                .bind(row.name.as_str())
                .bind(row.sector_id.as_str())
                .bind(now)
        )?;
    }
    let counted: Option<(i64,)> =
        on_db!(tx, c => sqlx::query_as(COUNT).bind(batch).bind(back).bind(now).fetch_optional(&mut *c))?;
    let (kept,): (i64,) = on_db!(tx, c => sqlx::query_as(KEPT_COUNT).bind(batch).fetch_one(&mut *c))?;
    Ok((counted.map_or(0, |(undone,)| undone), kept))
}

/// Those of a scope who stay as a run left them, after one of them: whoever touched them may have been another school.
pub async fn kept(
    tx: &mut Tx,
    scope: &Scope,
    batch: BatchId,
    (after, most): (PersonId, i64),
) -> Result<Vec<KeptRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(KEPT).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(batch).bind(after).bind(most).fetch_all(&mut *c))
}

/// How many they are.
pub async fn kept_count(tx: &mut Tx, batch: BatchId) -> Result<i64, StoreError> {
    let (kept,): (i64,) = on_db!(tx, c => sqlx::query_as(KEPT_COUNT).bind(batch).fetch_one(&mut *c))?;
    Ok(kept)
}

/// Forgets some of what can no longer be taken back: a run counts from its last unit, and from the last step of the way
/// back. A unit may hold what two thousand people were, so there are few of them. How many rows.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    Ok(on_db!(tx, sqlx::query(PURGE).bind(before))? + on_db!(tx, sqlx::query(PURGE_KEPT).bind(before))?)
}
