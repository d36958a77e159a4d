//! Orgs and the edges between them, school years and classes.

use sqlx::QueryBuilder;

use super::{Day, StoreError, Tx, bulk};
use crate::base::{
    clock::Moment,
    id::{ClassId, LineageId, OrgId},
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

statements! {
    ADD_YEAR = "INSERT INTO school_years (code, starts_on, ends_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
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
            .push("'active', '[]'")
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
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

/// Adds a school year, if it is not there.
pub async fn add_year(tx: &mut Tx, code: &str, starts: Day, ends: Day) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD_YEAR).bind(code).bind(starts).bind(ends)).map(drop)
}
