//! Rollovers of schools into the next year: drafts, what they say of classes and pupils, and how far they have come.

use super::{Conn, Day, StoreError, Tx, scope::Within};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClassId, LineageId, OrgId, PersonId, RolloverId},
    },
    model::class_code::ClassOrder,
};

row! {
    /// A school's rollover.
    #[derive(Clone, Debug)]
    pub struct RolloverRow {
        /// Its row.
        pub id: RolloverId,
        /// The school.
        pub org_id: OrgId,
        /// The year that ends.
        pub from_year: String,
        /// How far it has come.
        pub state: String,
        /// The day on which it is done; of a draft, the day on which it was not, for who scheduled it might not any more.
        pub switch_on: Option<Day>,
        /// By whom it was scheduled; `None`: by the command line.
        pub scheduled_by: Option<AccountId>,
        /// Until when it can be taken back.
        pub undo_until: Option<Moment>,
    }
}

row! {
    /// A rollover in a list.
    #[derive(Clone, Debug)]
    pub struct ListedRow {
        /// Its row.
        pub id: RolloverId,
        /// The school's code.
        pub code: Option<String>,
        /// The school's name.
        pub name: String,
        /// The year that ends.
        pub from_year: String,
        /// How far it has come.
        pub state: String,
        /// The day on which it is done.
        pub switch_on: Option<Day>,
        /// Of how many classes it says what becomes of them.
        pub classes: i64,
        /// How many of them have moved.
        pub moved: i64,
    }
}

row! {
    /// What a rollover says of a class, with how many pupils are in it now.
    #[derive(Clone, Debug)]
    pub struct ClassRow {
        /// The class.
        pub class_id: ClassId,
        /// The class through the years.
        pub lineage_id: LineageId,
        /// What it is called.
        pub code: String,
        /// Its grade.
        pub grade: Option<i64>,
        /// `goes_on`, `completes` or `stays`.
        pub fate: String,
        /// What it is called next year.
        pub next_code: Option<String>,
        /// When its pupils have moved.
        pub done_at: Option<Moment>,
        /// How many pupils are in it now.
        pub pupils: i64,
        /// How many of them repeat the year.
        pub repeats: i64,
        /// How many of them leave.
        pub leaves: i64,
        /// How many of them go on in another class.
        pub joins: i64,
    }
}

row! {
    /// A pupil of a class, and what they were marked with.
    #[derive(Clone, Debug)]
    pub struct PupilRow {
        /// The pupil.
        pub person_id: PersonId,
        /// The name.
        pub full_name: String,
        /// The sector ID, or a temporary one.
        pub sector_id: Option<String>,
        /// `repeats`, `leaves` or `joins`.
        pub fate: Option<String>,
        /// The class of next year.
        pub code: Option<String>,
    }
}

/// A rollover to be drafted.
#[derive(Clone, Debug)]
pub struct NewRollover {
    /// Its row.
    pub id: RolloverId,
    /// The school.
    pub org: OrgId,
    /// The year that ends.
    pub from_year: String,
    /// By whom; `None`: by the command line.
    pub by: Option<AccountId>,
    /// Now.
    pub now: Moment,
}

/// What is said of a class.
#[derive(Clone, Debug)]
pub struct ClassPlan {
    /// The class.
    pub class: ClassId,
    /// `goes_on`, `completes` or `stays`.
    pub fate: &'static str,
    /// What it is called next year.
    pub code: Option<String>,
}

/// What is shown of a rollover.
macro_rules! rollover {
    () => {
        "SELECT id, org_id, from_year, state, switch_on, scheduled_by, undo_until FROM rollovers "
    };
}

statements! {
    FIND = concat!(rollover!(), "WHERE id = $1");
    OF = concat!(rollover!(), "WHERE org_id = $1 AND from_year = $2 ORDER BY state = 'undone', made_at DESC, id DESC LIMIT 1");
    DUE = "SELECT id, leased_until FROM rollovers WHERE state IN ('scheduled', 'running', 'undoing')
           AND (switch_on <= $1 OR state <> 'scheduled') ORDER BY switch_on, id";
    FREE = "SELECT id FROM rollovers WHERE state IN ('scheduled', 'running', 'undoing')
            AND (switch_on <= $1 OR state <> 'scheduled') AND leased_until <= $2 ORDER BY switch_on, id LIMIT 1";
    LEASE = "UPDATE rollovers SET leased_until = $3 WHERE id = $1 AND leased_until <= $2";
    HOLD = "UPDATE rollovers SET leased_until = $2 WHERE id = $1";
    ADD = "INSERT INTO rollovers (id, org_id, from_year, state, made_by, made_at, updated_at) VALUES ($1, $2, $3, 'draft', $4, $5, $5)";
    CLASSES_OF_YEAR = "SELECT id, code, grade FROM class_years WHERE org_id = $1 AND year = $2 ORDER BY grade, code";
    EXISTING = "SELECT id, lineage_id, code FROM class_years WHERE org_id = $1 AND year = $2";
    SET_CLASS = "UPDATE rollover_classes SET fate = $3, code = $4 WHERE rollover_id = $1 AND class_id = $2 AND done_at IS NULL";
    CLASSES = "SELECT c.class_id, y.lineage_id, y.code, y.grade, c.fate, c.code AS next_code, c.done_at,
                      count(f.person_id) AS pupils, count(CASE WHEN m.fate = 'repeats' THEN 1 END) AS repeats,
                      count(CASE WHEN m.fate = 'leaves' THEN 1 END) AS leaves, count(CASE WHEN m.fate = 'joins' THEN 1 END) AS joins
               FROM rollover_classes c JOIN class_years y ON y.id = c.class_id
               LEFT JOIN enrolments e ON e.class_id = c.class_id AND e.function = 'pupil' AND e.valid_to IS NULL
               LEFT JOIN affiliations f ON f.id = e.affiliation_id AND f.status = 'active'
               LEFT JOIN rollover_marks m ON m.rollover_id = c.rollover_id AND m.person_id = f.person_id
               WHERE c.rollover_id = $1 GROUP BY c.class_id, y.lineage_id, y.code, y.grade, c.fate, c.code, c.done_at";
    PUPILS = "SELECT f.person_id, p.full_name,
                     (SELECT i.value FROM identifiers i WHERE i.person_id = p.id AND i.type IN ('moet', 'temp')
                        AND i.status <> 'superseded' ORDER BY i.type LIMIT 1) AS sector_id, m.fate, m.code
              FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id AND f.status = 'active' JOIN persons p ON p.id = f.person_id
              LEFT JOIN rollover_marks m ON m.rollover_id = $1 AND m.person_id = f.person_id
              WHERE e.class_id = $2 AND e.function = 'pupil' AND e.valid_to IS NULL ORDER BY p.sort_key, p.id LIMIT 200";
    TARGETS = "SELECT code, class_id FROM rollover_targets WHERE rollover_id = $1";
    SCHEDULE = "UPDATE rollovers SET state = 'scheduled', switch_on = $2, scheduled_by = $3, updated_at = $4
                WHERE id = $1 AND state IN ('draft', 'scheduled')";
    UNSCHEDULE = "UPDATE rollovers SET state = 'draft', switch_on = NULL, updated_at = $2 WHERE id = $1 AND state = 'scheduled'";
    LAPSE = "UPDATE rollovers SET state = 'draft', leased_until = 0, updated_at = $2 WHERE id = $1 AND state = 'scheduled'";
    BEGIN = "UPDATE rollovers SET state = 'running', updated_at = $2 WHERE id = $1 AND state = 'scheduled'";
    FINISH = "UPDATE rollovers SET state = 'done', leased_until = 0, done_at = $2, undo_until = $3, updated_at = $2 WHERE id = $1 AND state = 'running'";
    UNDO = "UPDATE rollovers SET state = 'undoing', updated_at = $2 WHERE id = $1 AND state = 'done' AND undo_until > $2";
    UNDONE = "UPDATE rollovers SET state = 'undone', leased_until = 0, updated_at = $2 WHERE id = $1 AND state = 'undoing'";
    LIST = concat!(scope_of_roles!(), "SELECT r.id, o.code, o.name, r.from_year, r.state, r.switch_on,
                (SELECT count(*) FROM rollover_classes c WHERE c.rollover_id = r.id) AS classes,
                (SELECT count(*) FROM rollover_classes c WHERE c.rollover_id = r.id AND c.done_at IS NOT NULL) AS moved
           FROM rollovers r JOIN orgs o ON o.id = r.org_id
           WHERE r.id < $6 AND ($4 OR r.org_id IN (SELECT org FROM scope)) ORDER BY r.id DESC LIMIT $7");
    SCHOOLS = "SELECT DISTINCT y.org_id FROM class_years y JOIN orgs o ON o.id = y.org_id WHERE y.year = $1 AND o.status = 'active'";
}

/// A rollover.
pub async fn find(tx: &mut Tx, id: RolloverId) -> Result<Option<RolloverRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(&mut *c))
}

/// Lets nobody begin a rollover, or say anything else of it, until the transaction ends: asked before its state is read.
/// SQLite has one writer anyway.
pub async fn lock(tx: &mut Tx, id: RolloverId) -> Result<(), StoreError> {
    let locked = match tx.conn() {
        Conn::Lite(_) => return Ok(()),
        Conn::Pg(c) => sqlx::query("SELECT 1 FROM rollovers WHERE id = $1 FOR NO KEY UPDATE").bind(id).execute(c).await,
    };
    tx.noted(locked).map(drop)
}

/// A school's rollover out of a year; one that was taken back only when there is no other.
pub async fn of(tx: &mut Tx, org: OrgId, from_year: &str) -> Result<Option<RolloverRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF).bind(org).bind(from_year).fetch_optional(&mut *c))
}

/// Rollovers with work to be done today, and until when somebody works at each.
pub async fn due(tx: &mut Tx, today: Day) -> Result<Vec<(RolloverId, Moment)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(DUE).bind(today).fetch_all(&mut *c))
}

/// The first of them that nobody works at.
pub async fn free(tx: &mut Tx, today: Day, now: Moment) -> Result<Option<RolloverId>, StoreError> {
    let row: Option<(RolloverId,)> =
        on_db!(tx, c => sqlx::query_as(FREE).bind(today).bind(now).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// Takes it on; false when somebody works at it.
pub async fn lease(tx: &mut Tx, id: RolloverId, now: Moment, until: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(LEASE).bind(id).bind(now).bind(until))? == 1)
}

/// Goes on working at it, in the write that does a part of it.
pub async fn hold(tx: &mut Tx, id: RolloverId, until: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(HOLD).bind(id).bind(until)).map(drop)
}

/// Adds a draft. A unique rule stops a second one of the same school and year.
pub async fn add(tx: &mut Tx, new: &NewRollover) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD).bind(new.id).bind(new.org).bind(new.from_year.as_str()).bind(new.by).bind(new.now))
        .map(drop)
}

/// The schools with classes in a year.
pub async fn schools(tx: &mut Tx, year: &str) -> Result<Vec<OrgId>, StoreError> {
    let rows: Vec<(OrgId,)> = on_db!(tx, c => sqlx::query_as(SCHOOLS).bind(year).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}

/// A class of a year: its row, its name and its grade.
pub type YearClass = (ClassId, String, Option<i64>);

/// A school's classes of a year.
pub async fn classes_of_year(tx: &mut Tx, org: OrgId, year: &str) -> Result<Vec<YearClass>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CLASSES_OF_YEAR).bind(org).bind(year).fetch_all(&mut *c))
}

/// A school's classes of a year: their rows, lineages and names.
pub async fn existing(tx: &mut Tx, org: OrgId, year: &str) -> Result<Vec<(ClassId, LineageId, String)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(EXISTING).bind(org).bind(year).fetch_all(&mut *c))
}

/// Says of classes what becomes of them, where nothing was said yet; how many are new.
pub async fn add_classes(tx: &mut Tx, rollover: RolloverId, plans: &[ClassPlan]) -> Result<u64, StoreError> {
    Ok(insert_many!(
        tx,
        plans,
        "INSERT INTO rollover_classes (rollover_id, class_id, fate, code) ",
        " ON CONFLICT DO NOTHING",
        |b, plan| b.push_bind(rollover).push_bind(plan.class).push_bind(plan.fate).push_bind(plan.code.as_deref())
    ))
}

/// Says something else of a class; false when it is none of the rollover's, or has moved.
pub async fn set_class(tx: &mut Tx, rollover: RolloverId, plan: &ClassPlan) -> Result<bool, StoreError> {
    let set =
        on_db!(tx, sqlx::query(SET_CLASS).bind(rollover).bind(plan.class).bind(plan.fate).bind(plan.code.as_deref()))?;
    Ok(set == 1)
}

/// What is said of each class, by grade and name.
pub async fn classes(tx: &mut Tx, rollover: RolloverId) -> Result<Vec<ClassRow>, StoreError> {
    let mut rows: Vec<ClassRow> = on_db!(tx, c => sqlx::query_as(CLASSES).bind(rollover).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| (row.grade, ClassOrder::of(&row.code)));
    Ok(rows)
}

/// The pupils of a class, in the order of a class list.
pub async fn pupils(tx: &mut Tx, rollover: RolloverId, class: ClassId) -> Result<Vec<PupilRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(PUPILS).bind(rollover).bind(class).fetch_all(&mut *c))
}

/// The classes to which a rollover leads, as it made or found them.
pub async fn targets(tx: &mut Tx, rollover: RolloverId) -> Result<Vec<(String, ClassId)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(TARGETS).bind(rollover).fetch_all(&mut *c))
}

/// Remembers to which classes a rollover leads, and which of them it made.
pub async fn add_targets(
    tx: &mut Tx,
    rollover: RolloverId,
    targets: &[(String, ClassId, bool)],
) -> Result<(), StoreError> {
    insert_many!(tx, targets, "INSERT INTO rollover_targets (rollover_id, code, class_id, made) ", |b, target| b
        .push_bind(rollover)
        .push_bind(target.0.as_str())
        .push_bind(target.1)
        .push_bind(target.2));
    Ok(())
}

/// It is to be done on a day, by somebody's right; false when it is not where that is possible.
pub async fn schedule(
    tx: &mut Tx,
    id: RolloverId,
    (on, by): (Day, Option<AccountId>),
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SCHEDULE).bind(id).bind(on).bind(by).bind(now))? == 1)
}

/// Back to a draft; false when it was not scheduled.
pub async fn unschedule(tx: &mut Tx, id: RolloverId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(UNSCHEDULE).bind(id).bind(now))? == 1)
}

/// Its day has come, and who scheduled it may not have it done any more: back to a draft, which keeps the day; false when it
/// was not scheduled.
pub async fn lapse(tx: &mut Tx, id: RolloverId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(LAPSE).bind(id).bind(now))? == 1)
}

/// Its day has come; false when somebody else began it.
pub async fn begin(tx: &mut Tx, id: RolloverId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(BEGIN).bind(id).bind(now))? == 1)
}

/// Everybody has moved; it can be taken back until then.
pub async fn finish(tx: &mut Tx, id: RolloverId, now: Moment, until: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(FINISH).bind(id).bind(now).bind(until))? == 1)
}

/// It is to be taken back; false when it is too late, or not done.
pub async fn undo(tx: &mut Tx, id: RolloverId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(UNDO).bind(id).bind(now))? == 1)
}

/// It is taken back.
pub async fn undone(tx: &mut Tx, id: RolloverId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(UNDONE).bind(id).bind(now))? == 1)
}

/// Rollovers of the scope's schools, the latest first.
pub async fn list(tx: &mut Tx, within: &Within, before: RolloverId, most: i64) -> Result<Vec<ListedRow>, StoreError> {
    let Within { scope, roles } = within;
    on_db!(tx, c => sqlx::query_as(LIST)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(roles.as_str())
        .bind(before).bind(most).fetch_all(&mut *c))
}
