//! How many people are at orgs: counted for a few, and for many taken from the last count of each.

use super::{StoreError, Tx, scope::Scope};
use crate::base::{clock::Moment, id::OrgId};

row! {
    /// How many there are.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Heads {
        /// Pupils.
        pub pupils: i64,
        /// Who works there.
        pub staff: i64,
        /// Of all of them: no code was issued yet.
        pub provisional: i64,
        /// Not activated.
        pub pending: i64,
        /// In use.
        pub active: i64,
        /// Suspended.
        pub suspended: i64,
        /// Without a sector ID yet.
        pub temporary: i64,
        /// When a file last brought or changed somebody.
        pub imported_at: Option<Moment>,
        /// When they were counted; `None`: now, or never.
        pub counted_at: Option<Moment>,
    }
}

/// From a CTE `there` of affiliations to their people's number. Whoever is two things there counts once, as a pupil if
/// they are one.
macro_rules! heads {
    ($there:literal) => {
        concat!(
            "SELECT count(*) FILTER (WHERE who = 2) AS pupils, count(*) FILTER (WHERE who = 1) AS staff,
                    count(*) FILTER (WHERE state = 'provisional') AS provisional,
                    count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'active') AS active,
                    count(*) FILTER (WHERE state = 'suspended') AS suspended, count(*) FILTER (WHERE temporary = 1) AS temporary,
                    max(imported) AS imported_at, CAST(NULL AS BIGINT) AS counted_at
             FROM (SELECT max(CASE f.role WHEN 'student' THEN 2 WHEN 'guardian' THEN 0 ELSE 1 END) AS who, max(a.state) AS state,
                          max(CASE WHEN f.source = 'import' THEN f.updated_at END) AS imported,
                          max(CASE WHEN t.person_id IS NULL THEN 0 ELSE 1 END) AS temporary
                   FROM affiliations f JOIN accounts a ON a.person_id = f.person_id
                   LEFT JOIN identifiers t ON t.person_id = f.person_id AND t.type = 'temp' AND t.status <> 'superseded'
                   WHERE f.status = 'active' AND ",
            $there,
            " GROUP BY f.person_id) people"
        )
    };
}

statements! {
    WITHIN = concat!(scope!(), heads!("f.org_id IN (SELECT org FROM scope)"));
    AT = heads!("f.org_id = $1");
    EVERYWHERE = heads!("f.org_id IS NOT NULL");
    LAST = concat!(scope!(), "SELECT CAST(coalesce(sum(h.pupils), 0) AS BIGINT) AS pupils, CAST(coalesce(sum(h.staff), 0) AS BIGINT) AS staff,
            CAST(coalesce(sum(h.provisional), 0) AS BIGINT) AS provisional, CAST(coalesce(sum(h.pending), 0) AS BIGINT) AS pending,
            CAST(coalesce(sum(h.active), 0) AS BIGINT) AS active, CAST(coalesce(sum(h.suspended), 0) AS BIGINT) AS suspended,
            CAST(coalesce(sum(h.temporary), 0) AS BIGINT) AS temporary, max(h.imported_at) AS imported_at, min(h.counted_at) AS counted_at
        FROM headcounts h WHERE $4 OR h.org_id IN (SELECT org FROM scope)");
    FEW = "SELECT count(*) FROM (SELECT 1 FROM affiliations WHERE status = 'active' LIMIT $1) heads";
    DUE = "SELECT o.id FROM orgs o LEFT JOIN headcounts h ON h.org_id = o.id
           WHERE o.status = 'active' AND coalesce(h.counted_at, 0) < $1 ORDER BY coalesce(h.counted_at, 0), o.id LIMIT $2";
    KEEP = "INSERT INTO headcounts (org_id, pupils, staff, provisional, pending, active, suspended, temporary, imported_at, counted_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (org_id) DO UPDATE SET pupils = excluded.pupils, staff = excluded.staff, provisional = excluded.provisional,
                pending = excluded.pending, active = excluded.active, suspended = excluded.suspended,
                temporary = excluded.temporary, imported_at = excluded.imported_at, counted_at = excluded.counted_at";
    FORGET_CLOSED = "DELETE FROM headcounts WHERE org_id IN (SELECT id FROM orgs WHERE status = 'closed')";
}

/// Counts who is at the scope's orgs.
pub async fn within(tx: &mut Tx, scope: &Scope) -> Result<Heads, StoreError> {
    if scope.whole {
        return on_db!(tx, c => sqlx::query_as(EVERYWHERE).fetch_one(&mut *c));
    }
    on_db!(tx, c => sqlx::query_as(WITHIN).bind(scope.account).bind(scope.org).bind(scope.today).fetch_one(&mut *c))
}

/// Counts who is at one org.
pub async fn at(tx: &mut Tx, org: OrgId) -> Result<Heads, StoreError> {
    on_db!(tx, c => sqlx::query_as(AT).bind(org).fetch_one(&mut *c))
}

/// What the last counts of the scope's orgs come to; whoever is at two of them counts twice.
pub async fn last(tx: &mut Tx, scope: &Scope) -> Result<Heads, StoreError> {
    on_db!(tx, c => sqlx::query_as(LAST)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).fetch_one(&mut *c))
}

/// How many roles there are anywhere, counted to `most`.
pub async fn anywhere(tx: &mut Tx, most: i64) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(FEW).bind(most).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// Some of the open orgs that were not counted since `before`, those first that waited longest.
pub async fn due(tx: &mut Tx, before: Moment, most: i64) -> Result<Vec<OrgId>, StoreError> {
    let rows: Vec<(OrgId,)> = on_db!(tx, c => sqlx::query_as(DUE).bind(before).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(org,)| org).collect())
}

/// Keeps what was counted, and nothing about orgs that closed.
pub async fn keep(tx: &mut Tx, counted: &[(OrgId, Heads)], now: Moment) -> Result<(), StoreError> {
    for (org, heads) in counted {
        on_db!(
            tx,
            sqlx::query(KEEP)
                .bind(*org)
                .bind(heads.pupils)
                .bind(heads.staff)
                .bind(heads.provisional)
                .bind(heads.pending)
                .bind(heads.active)
                .bind(heads.suspended)
                .bind(heads.temporary)
                .bind(heads.imported_at)
                .bind(now)
        )?;
    }
    on_db!(tx, sqlx::query(FORGET_CLOSED)).map(drop)
}
