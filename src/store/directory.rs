//! The schools of a sector and their classes, as a whole: what an import holds in memory; and changes to schools.

use super::{StoreError, Tx, orgs::NewEdge};
use crate::base::{
    clock::Moment,
    id::{ClassId, LineageId, OrgId},
};

row! {
    /// A department, commune or school, and the commune it belongs to.
    #[derive(Clone, Debug)]
    pub struct OrgRow {
        /// Its row.
        pub id: OrgId,
        /// `department`, `commune` or `school`.
        pub kind: String,
        /// Its code.
        pub code: Option<String>,
        /// Its name.
        pub name: String,
        /// Its name, folded.
        pub search_key: String,
        /// Its levels, separated by commas.
        pub levels: String,
        /// `active` or `closed`.
        pub status: String,
        /// The department it answers to.
        pub department: Option<OrgId>,
        /// The commune it belongs to.
        pub commune: Option<OrgId>,
    }
}

row! {
    /// A class of a school year.
    #[derive(Clone, Debug)]
    pub struct ClassRow {
        /// Its row.
        pub id: ClassId,
        /// Its line through the years.
        pub lineage_id: LineageId,
        /// Its school.
        pub org_id: OrgId,
        /// Its year.
        pub year: String,
        /// Its grade.
        pub grade: Option<i64>,
        /// What it is called.
        pub code: String,
    }
}

/// What a file says anew of a school that is at work.
#[derive(Clone, Debug)]
pub struct OrgChange {
    /// Which.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its name, folded.
    pub search_key: String,
    /// Its levels, separated by commas.
    pub levels: String,
}

statements! {
    ORGS = "SELECT o.id, o.kind, o.code, o.name, o.search_key, o.levels, o.status, d.parent AS department, c.parent AS commune
            FROM orgs o
            LEFT JOIN org_edges d ON d.child = o.id AND d.kind = 'professional' AND d.valid_to IS NULL
            LEFT JOIN org_edges c ON c.child = o.id AND c.kind = 'administrative' AND c.valid_to IS NULL
            WHERE o.kind IN ('department', 'commune', 'school') ORDER BY o.id";
    CLASSES = "SELECT id, lineage_id, org_id, year, grade, code FROM class_years ORDER BY id";
    MEMBERS = "SELECT count(*) FROM affiliations WHERE org_id = $1 AND status = 'active'";
    ANYBODY = "SELECT count(*) FROM (SELECT 1 FROM affiliations WHERE status = 'active' LIMIT 1) AS one";
}

/// Every department, commune and school.
pub async fn orgs(tx: &mut Tx) -> Result<Vec<OrgRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ORGS).fetch_all(&mut *c))
}

/// Every class of every school year.
pub async fn classes(tx: &mut Tx) -> Result<Vec<ClassRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CLASSES).fetch_all(&mut *c))
}

/// How many active roles an org has.
pub async fn members(tx: &mut Tx, org: OrgId) -> Result<i64, StoreError> {
    let (count,): (i64,) = on_db!(tx, c => sqlx::query_as(MEMBERS).bind(org).fetch_one(&mut *c))?;
    Ok(count)
}

/// Whether anybody is anything anywhere.
pub async fn anybody(tx: &mut Tx) -> Result<bool, StoreError> {
    let (count,): (i64,) = on_db!(tx, c => sqlx::query_as(ANYBODY).fetch_one(&mut *c))?;
    Ok(count > 0)
}

/// Gives schools new names and levels; those that were closed are at work again.
pub async fn change_orgs(tx: &mut Tx, rows: &[OrgChange], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE orgs AS o SET name = v.column2, search_key = v.column3, levels = v.column4, status = 'active', \
         updated_at = v.column5 FROM (",
        ") AS v WHERE o.id = v.column1",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.name.as_str())
            .push_bind(row.search_key.as_str())
            .push_bind(row.levels.as_str())
            .push_bind(now)
    );
    Ok(())
}

/// Moves orgs under other parents: the current edge of the kind ends on the day on which the new one begins.
pub async fn move_orgs(tx: &mut Tx, rows: &[NewEdge]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE org_edges AS e SET valid_to = v.column3 FROM (",
        ") AS v WHERE e.child = v.column1 AND e.kind = v.column2 AND e.valid_to IS NULL",
        |b, row| b.push_bind(row.child).push_bind(row.kind).push_bind(row.from)
    );
    // There and back on one day: the edge that began and ended on it goes on.
    insert_many!(
        tx,
        rows,
        "INSERT INTO org_edges (child, parent, kind, valid_from) ",
        " ON CONFLICT (child, kind, parent, valid_from) DO UPDATE SET valid_to = NULL",
        |b, row| b.push_bind(row.child).push_bind(row.parent).push_bind(row.kind).push_bind(row.from)
    );
    Ok(())
}
