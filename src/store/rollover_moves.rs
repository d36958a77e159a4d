//! What a rollover did to each place in a class, kept so long as it can be taken back.

use sqlx::QueryBuilder;

use super::{Day, StoreError, Tx, bulk, scope::Scope};
use crate::base::{
    clock::Moment,
    id::{AffiliationId, ClassId, EnrolmentId, PersonId, RolloverId},
};

row! {
    /// A class that waits to be moved.
    #[derive(Clone, Debug)]
    pub struct WaitingRow {
        /// The class.
        pub class_id: ClassId,
        /// `goes_on`, `completes` or `stays`.
        pub fate: String,
        /// What it is called next year.
        pub next_code: Option<String>,
    }
}

row! {
    /// A place in a class that is to be left.
    #[derive(Clone, Debug)]
    pub struct PlaceRow {
        /// Its row.
        pub id: EnrolmentId,
        /// The class.
        pub class_id: ClassId,
        /// Whose.
        pub person_id: PersonId,
        /// By which role.
        pub affiliation_id: AffiliationId,
        /// `pupil`, `homeroom` or `subject`.
        pub function: String,
        /// Since when.
        pub valid_from: Day,
    }
}

row! {
    /// What was done to a place.
    #[derive(Clone, Debug)]
    pub struct MoveRow {
        /// The place that was left.
        pub left_id: EnrolmentId,
        /// The class that was left.
        pub class_id: ClassId,
        /// Whose it was.
        pub person_id: PersonId,
        /// By which role it was held.
        pub affiliation_id: AffiliationId,
        /// `pupil`, `homeroom` or `subject`.
        pub function: String,
        /// The place that was taken.
        pub entered_id: Option<EnrolmentId>,
        /// The role that ended.
        pub ended_id: Option<AffiliationId>,
        /// When the place was left.
        pub left_on: Option<Day>,
        /// Whether the same place was taken anew since.
        pub again: bool,
    }
}

/// A move to be remembered.
#[derive(Clone, Debug)]
pub struct NewMove {
    /// The place that was left.
    pub left: EnrolmentId,
    /// The class that was left.
    pub class: ClassId,
    /// Whose it was.
    pub person: PersonId,
    /// The place that was taken.
    pub entered: Option<EnrolmentId>,
    /// The role that ended.
    pub ended: Option<AffiliationId>,
}

statements! {
    WAITING = "SELECT class_id, fate, code AS next_code FROM rollover_classes WHERE rollover_id = $1 AND done_at IS NULL
               ORDER BY class_id LIMIT $2";
    MOVED = "SELECT class_id FROM rollover_classes WHERE rollover_id = $1 AND done_at IS NOT NULL ORDER BY class_id LIMIT $2";
    COUNT = "SELECT count(*) FROM rollover_classes WHERE rollover_id = $1";
    TOUCHED = concat!(scope!(), "SELECT DISTINCT p.id, p.full_name FROM rollover_moves m JOIN persons p ON p.id = m.person_id
               WHERE m.rollover_id = $5 AND m.kept = TRUE AND ($4 OR EXISTS (SELECT 1 FROM affiliations f
                   WHERE f.person_id = p.id AND f.status = 'active' AND f.org_id IN (SELECT org FROM scope)))
               ORDER BY p.full_name, p.id LIMIT $6");
    TOUCHED_COUNT = "SELECT count(DISTINCT person_id) FROM rollover_moves WHERE rollover_id = $1 AND kept = TRUE";
    HEADS = "SELECT m.class_id, count(*), count(CASE WHEN k.fate = 'repeats' THEN 1 END),
                    count(CASE WHEN k.fate = 'leaves' THEN 1 END), count(CASE WHEN k.fate = 'joins' THEN 1 END)
             FROM rollover_moves m JOIN enrolments e ON e.id = m.left_id AND e.function = 'pupil'
             LEFT JOIN rollover_marks k ON k.rollover_id = m.rollover_id AND k.person_id = m.person_id
             WHERE m.rollover_id = $1 AND (m.entered_id IS NOT NULL OR m.ended_id IS NOT NULL) GROUP BY m.class_id";
    DROP_MADE = "DELETE FROM class_years WHERE id IN (SELECT t.class_id FROM rollover_targets t WHERE t.rollover_id = $1 AND t.made = TRUE)
                 AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.class_id = class_years.id)
                 AND NOT EXISTS (SELECT 1 FROM rollover_classes c WHERE c.class_id = class_years.id)";
    FORGET_TARGETS = "DELETE FROM rollover_targets WHERE rollover_id = $1";
    PURGE = "DELETE FROM rollover_moves WHERE (rollover_id, class_id, left_id) IN
             (SELECT m.rollover_id, m.class_id, m.left_id FROM rollovers r JOIN rollover_moves m ON m.rollover_id = r.id
              WHERE r.undo_until < $1 AND r.state <> 'undoing' LIMIT 500)";
}

/// Some of the classes that are still to be moved.
pub async fn waiting(tx: &mut Tx, rollover: RolloverId, most: i64) -> Result<Vec<WaitingRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(WAITING).bind(rollover).bind(most).fetch_all(&mut *c))
}

/// Some of the classes that have been moved.
pub async fn moved(tx: &mut Tx, rollover: RolloverId, most: i64) -> Result<Vec<ClassId>, StoreError> {
    let rows: Vec<(ClassId,)> = on_db!(tx, c => sqlx::query_as(MOVED).bind(rollover).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(class,)| class).collect())
}

/// How many classes it is about.
pub async fn count(tx: &mut Tx, rollover: RolloverId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on_db!(tx, c => sqlx::query_as(COUNT).bind(rollover).fetch_one(&mut *c))?;
    Ok(count)
}

/// Takes classes on, in the write that moves their people; false when somebody else took one.
pub async fn claim(tx: &mut Tx, rollover: RolloverId, classes: &[ClassId], now: Moment) -> Result<bool, StoreError> {
    turn(tx, (rollover, classes), Some(now), " AND done_at IS NULL AND class_id IN (").await
}

/// Gives classes back, in the write that takes their people back; false when somebody else gave one.
pub async fn give_back(tx: &mut Tx, rollover: RolloverId, classes: &[ClassId]) -> Result<bool, StoreError> {
    turn(tx, (rollover, classes), None, " AND done_at IS NOT NULL AND class_id IN (").await
}

async fn turn(
    tx: &mut Tx,
    (rollover, classes): (RolloverId, &[ClassId]),
    done_at: Option<Moment>,
    so_far: &str,
) -> Result<bool, StoreError> {
    let turned = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("UPDATE rollover_classes SET done_at = ");
        query.push_bind(done_at).push(" WHERE rollover_id = ").push_bind(rollover).push(so_far);
        bulk::list(&mut query, classes).build().execute(&mut *c).await.map(|done| done.rows_affected())
    })?;
    Ok(usize::try_from(turned).is_ok_and(|turned| turned == classes.len()))
}

/// The places in these classes that are held now.
pub async fn places(tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<PlaceRow>, StoreError> {
    const PLACES: &str = "SELECT e.id, e.class_id, f.person_id, e.affiliation_id, e.function, e.valid_from
        FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id
        WHERE f.status = 'active' AND e.valid_to IS NULL AND e.class_id IN (";
    on_db!(tx, c => bulk::list(&mut QueryBuilder::new(PLACES), classes).build_query_as().fetch_all(&mut *c))
}

/// Remembers moves.
pub async fn add(tx: &mut Tx, rollover: RolloverId, moves: &[NewMove]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        moves,
        "INSERT INTO rollover_moves (rollover_id, left_id, class_id, person_id, entered_id, ended_id, kept) ",
        |b, row| b
            .push_bind(rollover)
            .push_bind(row.left)
            .push_bind(row.class)
            .push_bind(row.person)
            .push_bind(row.entered)
            .push_bind(row.ended)
            .push_bind(false)
    );
    Ok(())
}

/// What was done to the places of a class.
pub async fn of(tx: &mut Tx, rollover: RolloverId, classes: &[ClassId]) -> Result<Vec<MoveRow>, StoreError> {
    const OF: &str =
        "SELECT m.left_id, m.class_id, m.person_id, e.affiliation_id, e.function, m.entered_id, m.ended_id,
            e.valid_to AS left_on,
            EXISTS (SELECT 1 FROM enrolments x WHERE x.affiliation_id = e.affiliation_id AND x.class_id = e.class_id
                    AND x.function = e.function AND x.subject = e.subject AND x.valid_to IS NULL) AS again
        FROM rollover_moves m JOIN enrolments e ON e.id = m.left_id WHERE m.rollover_id = ";
    on_db!(tx, c => async {
        let mut query = QueryBuilder::new(OF);
        query.push_bind(rollover).push(" AND m.class_id IN (");
        bulk::list(&mut query, classes).build_query_as().fetch_all(&mut *c).await
    })
}

/// Takes places back: those that were taken are gone, and those that were left are held again.
pub async fn revert(tx: &mut Tx, rollover: RolloverId, moves: &[&MoveRow]) -> Result<(), StoreError> {
    const HELD: &str = "UPDATE enrolments AS e SET valid_to = NULL FROM (";
    const FORGET: &str = "DELETE FROM rollover_moves WHERE (rollover_id, class_id, left_id) IN (";
    let entered: Vec<EnrolmentId> = moves.iter().filter_map(|row| row.entered_id).collect();
    insert_many!(tx, entered, "DELETE FROM enrolments WHERE id IN (", ")", |b, id| b.push_bind(*id));
    insert_many!(tx, moves, HELD, ") AS v WHERE e.id = v.column1", |b, row| b.push_bind(row.left_id));
    insert_many!(tx, moves, FORGET, ")", |b, row| {
        b.push_bind(rollover).push_bind(row.class_id).push_bind(row.left_id);
    });
    Ok(())
}

/// Remembers that moves were not taken back.
pub async fn keep(tx: &mut Tx, rollover: RolloverId, moves: &[&MoveRow]) -> Result<(), StoreError> {
    const KEEP: &str = "UPDATE rollover_moves AS m SET kept = TRUE FROM (";
    const THESE: &str = ") AS v WHERE m.rollover_id = v.column1 AND m.class_id = v.column2 AND m.left_id = v.column3";
    insert_many!(tx, moves, KEEP, THESE, |b, row| {
        b.push_bind(rollover).push_bind(row.class_id).push_bind(row.left_id);
    });
    Ok(())
}

/// Those of a scope who were not taken back, and how many they are everywhere: some are at other schools by now.
pub async fn touched(
    tx: &mut Tx,
    scope: &Scope,
    rollover: RolloverId,
    most: i64,
) -> Result<(Vec<(PersonId, String)>, i64), StoreError> {
    let seen = on_db!(tx, c => sqlx::query_as(TOUCHED).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(rollover).bind(most).fetch_all(&mut *c))?;
    let (all,): (i64,) = on_db!(tx, c => sqlx::query_as(TOUCHED_COUNT).bind(rollover).fetch_one(&mut *c))?;
    Ok((seen, all))
}

/// How many pupils left each class, so long as that is kept; and how many of them repeat, left school, joined another class.
pub async fn heads(tx: &mut Tx, rollover: RolloverId) -> Result<Vec<(ClassId, [i64; 4])>, StoreError> {
    let rows: Vec<(ClassId, i64, i64, i64, i64)> =
        on_db!(tx, c => sqlx::query_as(HEADS).bind(rollover).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(class, all, repeats, leaves, joins)| (class, [all, repeats, leaves, joins])).collect())
}

/// Removes the classes that a rollover made, where nobody came to be in them.
pub async fn drop_made(tx: &mut Tx, rollover: RolloverId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(DROP_MADE).bind(rollover))?;
    on_db!(tx, sqlx::query(FORGET_TARGETS).bind(rollover)).map(drop)
}

/// Forgets what cannot be taken back any more, some at a time.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
