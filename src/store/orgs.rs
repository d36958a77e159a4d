//! Orgs and the edges between them, school years and classes.

use sqlx::QueryBuilder;

use super::{Conn, Day, StoreError, Tx, bulk};
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, LineageId, OrgId},
    },
    model::{class_year::ClassYear, grade::SchoolGrade},
};

/// An org to be added.
#[derive(Clone, Debug)]
pub struct NewOrg {
    /// Its row.
    pub id: OrgId,
    /// `department`, `commune`, `school`, …
    pub kind: &'static str,
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its name, folded.
    pub search_key: String,
    /// Its levels, separated by commas.
    pub levels: String,
}

/// An edge between orgs.
#[derive(Clone, Debug)]
pub struct NewEdge {
    /// The lower one.
    pub child: OrgId,
    /// The higher one.
    pub parent: OrgId,
    /// `professional` or `administrative`.
    pub kind: &'static str,
    /// Since when.
    pub from: Day,
}

/// A class of a school year, with its lineage.
#[derive(Clone, Debug)]
pub struct NewClass {
    /// Its row.
    pub id: ClassId,
    /// Its line through the years.
    pub lineage: LineageId,
    /// Its school.
    pub org: OrgId,
    /// Its year.
    pub year: String,
    /// Its grade.
    pub grade: Option<i64>,
    /// What it is called.
    pub code: String,
}

row! {
    /// An org, as a decision sees it.
    #[derive(Clone, Debug)]
    pub struct OrgRow {
        /// Its row.
        pub id: OrgId,
        /// `department`, `commune`, `school`, …
        pub kind: String,
        /// Its code.
        pub code: Option<String>,
        /// Its name.
        pub name: String,
        /// Its levels, separated by commas.
        pub levels: String,
        /// `active` or `closed`.
        pub status: String,
    }
}

row! {
    struct ClassRow {
        id: ClassId,
        lineage_id: LineageId,
        org_id: OrgId,
        year: String,
        grade: Option<i64>,
    }
}

statements! {
    FIND = "SELECT id, kind, code, name, levels, status FROM orgs WHERE id = $1";
    BY_CODE = "SELECT id, kind, code, name, levels, status FROM orgs WHERE kind = $1 AND code = $2";
    CLASS = "SELECT id, lineage_id, org_id, year, grade FROM class_years WHERE id = $1";
    CORRECT = "UPDATE orgs SET name = $2, search_key = $3, levels = $4, updated_at = $5 WHERE id = $1 AND status = 'active'";
    CLOSE = "UPDATE orgs SET status = 'closed', updated_at = $2 WHERE id = $1 AND status = 'active'";
    END_EDGES = "UPDATE org_edges SET valid_to = $2 WHERE child = $1 AND valid_to IS NULL";
    END_EDGE = "UPDATE org_edges SET valid_to = $3 WHERE child = $1 AND kind = $2 AND valid_to IS NULL";
    ATTACH = "INSERT INTO org_edges (child, parent, kind, valid_from) VALUES ($1, $2, $3, $4)
              ON CONFLICT (child, kind, parent, valid_from) DO UPDATE SET valid_to = NULL";
    NAME = "SELECT name FROM orgs WHERE id = $1";
    COMMUNE = "SELECT id FROM orgs WHERE kind = 'commune' AND search_key = $1 AND status = 'active' ORDER BY id LIMIT 1";
    DEPARTMENT = "SELECT id FROM orgs WHERE kind = 'department' AND status = 'active' ORDER BY created_at, id LIMIT 1";
    ADD_YEAR = "INSERT INTO school_years (code, starts_on, ends_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
}

/// Lets nobody else open an office or school until the transaction ends: of two schools in a new commune the second finds
/// the commune of the first. SQLite has one writer anyway.
pub async fn hold(tx: &mut Tx) -> Result<(), StoreError> {
    /// Any number that no other lock of the program has.
    const OPENING: i64 = 0x6f72_6773;
    let held = match tx.conn() {
        Conn::Lite(_) => return Ok(()),
        Conn::Pg(c) => sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(OPENING).execute(c).await,
    };
    tx.noted(held).map(drop)
}

/// An org.
pub async fn find(tx: &mut Tx, id: OrgId) -> Result<Option<OrgRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(&mut *c))
}

/// What an org is called.
pub async fn name(tx: &mut Tx, id: OrgId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = on_db!(tx, c => sqlx::query_as(NAME).bind(id).fetch_optional(&mut *c))?;
    Ok(row.map(|(name,)| name))
}

/// The org of a kind that has a code.
pub async fn by_code(tx: &mut Tx, kind: &str, code: &str) -> Result<Option<OrgRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BY_CODE).bind(kind).bind(code).fetch_optional(&mut *c))
}

/// A class of a school year.
pub async fn class(tx: &mut Tx, id: ClassId) -> Result<Option<ClassYear>, StoreError> {
    let row: Option<ClassRow> = on_db!(tx, c => sqlx::query_as(CLASS).bind(id).fetch_optional(&mut *c))?;
    row.map(ClassRow::read).transpose()
}

impl ClassRow {
    fn read(self) -> Result<ClassYear, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "class_years", column, row: self.id.to_string() };
        let year = self.year.parse().map_err(|_| corrupt("year"))?;
        let grade = self.grade.and_then(|grade| SchoolGrade::new(u8::try_from(grade).ok()?));
        Ok(ClassYear { id: self.id, lineage: self.lineage_id, org: self.org_id, year, grade })
    }
}

/// Another name (as written, and folded) and other levels; false when there is no such open org.
pub async fn correct(
    tx: &mut Tx,
    id: OrgId,
    (name, search_key): (&str, &str),
    levels: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    let changed = on_db!(tx, sqlx::query(CORRECT).bind(id).bind(name).bind(search_key).bind(levels).bind(now))?;
    Ok(changed == 1)
}

/// Closes an org, which belongs to none from then on; false when it was not open.
pub async fn close(tx: &mut Tx, id: OrgId, on: Day, now: Moment) -> Result<bool, StoreError> {
    let closed = on_db!(tx, sqlx::query(CLOSE).bind(id).bind(now))? == 1;
    if closed {
        on_db!(tx, sqlx::query(END_EDGES).bind(id).bind(on))?;
    }
    Ok(closed)
}

/// Begins an edge; the one of its kind that held until then ends on that day.
pub async fn attach(tx: &mut Tx, new: &NewEdge) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(END_EDGE).bind(new.child).bind(new.kind).bind(new.from))?;
    // There and back on one day: the edge that began and ended on it goes on.
    on_db!(tx, sqlx::query(ATTACH).bind(new.child).bind(new.parent).bind(new.kind).bind(new.from)).map(drop)
}

/// Whether any of the schools of these codes is open.
pub async fn any_open(tx: &mut Tx, codes: &[String]) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("SELECT CAST(1 AS BIGINT) FROM orgs WHERE status = 'active' AND kind IN ('school', 'campus') AND code IN (");
        bulk::list(&mut query, codes).push(" LIMIT 1").build_query_as().fetch_optional(&mut *c).await
    })?;
    Ok(found.is_some())
}

/// Adds orgs.
pub async fn add_orgs(tx: &mut Tx, rows: &[NewOrg], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO orgs (id, kind, code, name, search_key, levels, status, networks, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.kind)
            .push_bind(row.code.as_deref())
            .push_bind(row.name.as_str())
            .push_bind(row.search_key.as_str())
            .push_bind(row.levels.as_str())
            .push_bind("active")
            .push_bind("[]")
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
}

/// The department that the sector belongs to, if a list or somebody has brought one.
pub async fn department(tx: &mut Tx) -> Result<Option<OrgId>, StoreError> {
    let row: Option<(OrgId,)> = on_db!(tx, c => sqlx::query_as(DEPARTMENT).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// The commune of a name, folded.
pub async fn commune(tx: &mut Tx, search_key: &str) -> Result<Option<OrgId>, StoreError> {
    let row: Option<(OrgId,)> = on_db!(tx, c => sqlx::query_as(COMMUNE).bind(search_key).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// Adds edges between orgs.
pub async fn add_edges(tx: &mut Tx, rows: &[NewEdge]) -> Result<(), StoreError> {
    insert_many!(tx, rows, "INSERT INTO org_edges (child, parent, kind, valid_from) ", |b, row| b
        .push_bind(row.child)
        .push_bind(row.parent)
        .push_bind(row.kind)
        .push_bind(row.from));
    Ok(())
}

/// Adds classes and their lineages.
pub async fn add_classes(tx: &mut Tx, rows: &[NewClass], now: Moment) -> Result<(), StoreError> {
    insert_many!(tx, rows, "INSERT INTO class_lineages (id, org_id, created_at) ", |b, row| b
        .push_bind(row.lineage)
        .push_bind(row.org)
        .push_bind(now));
    continue_classes(tx, rows).await
}

/// Adds classes whose lineages are there.
pub async fn continue_classes(tx: &mut Tx, rows: &[NewClass]) -> Result<(), StoreError> {
    insert_many!(tx, rows, "INSERT INTO class_years (id, lineage_id, org_id, year, grade, code) ", |b, row| b
        .push_bind(row.id)
        .push_bind(row.lineage)
        .push_bind(row.org)
        .push_bind(row.year.as_str())
        .push_bind(row.grade)
        .push_bind(row.code.as_str()));
    Ok(())
}

/// Adds a school year with its first and its last day of lessons, if it is not there.
pub async fn add_year(tx: &mut Tx, code: &str, starts: Day, ends: Day) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD_YEAR).bind(code).bind(starts).bind(ends)).map(drop)
}
