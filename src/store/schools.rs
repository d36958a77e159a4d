//! Schools as their administrators look at them: who administers each, how far its accounts are activated, from which
//! networks it signs in.

use super::{Doc, StoreError, Tx, scope::Scope};
use crate::base::{
    clock::Moment,
    id::{OrgId, PersonId},
};

row! {
    /// A school in a list.
    #[derive(Clone, Debug)]
    pub struct SchoolRow {
        /// Its row.
        pub id: OrgId,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Its name, folded: its place in the order.
        pub search_key: String,
        /// Its levels, separated by commas.
        pub levels: String,
        /// `active` or `closed`.
        pub status: String,
        /// The commune it belongs to.
        pub commune: Option<String>,
        /// How many administer it and nothing above it.
        pub administrators: i64,
        /// Pupils, as counted last.
        pub pupils: i64,
        /// Staff.
        pub staff: i64,
        /// Accounts that are not activated.
        pub waiting: i64,
        /// Accounts in use, or suspended.
        pub activated: i64,
        /// When a file last brought or changed somebody.
        pub imported_at: Option<Moment>,
        /// When they were counted.
        pub counted_at: Option<Moment>,
        /// The networks it registered.
        pub networks: Doc<Vec<String>>,
    }
}

row! {
    /// Somebody who administers an org.
    #[derive(Clone, Debug)]
    pub struct AdministratorRow {
        /// Who, where the reader may see them.
        pub person_id: Option<PersonId>,
        /// The name.
        pub full_name: String,
        /// `school_admin`, `help_desk`, …
        pub role: String,
        /// The account's state, where the reader may see them.
        pub state: Option<String>,
    }
}

/// Which schools.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub scope: Scope,
    /// What `' ' || key` must be LIKE; `%` for any.
    pub words: [String; 3],
    /// The code; empty for any.
    pub code: String,
    /// `active` or `closed`.
    pub status: &'static str,
    /// Only those that nobody administers.
    pub unadministered: bool,
    /// Only those of which fewer per cent are activated; 101 for any.
    pub below: i64,
    /// After this name, folded, and code.
    pub after: (String, String),
    /// How many at most.
    pub most: i64,
}

/// The columns of [`SchoolRow`], from `o` and its last count `h`.
macro_rules! school_columns {
    () => {
        "SELECT o.id, o.code, o.name, o.search_key, o.levels, o.status,
                (SELECT c.name FROM org_edges e JOIN orgs c ON c.id = e.parent WHERE e.child = o.id
                    AND e.kind = 'administrative' AND e.valid_to IS NULL LIMIT 1) AS commune,
                (SELECT count(DISTINCT d.account_id) FROM delegations d WHERE d.org_id = o.id AND d.role = 'school_admin'
                    AND d.ended_at IS NULL) AS administrators,
                coalesce(h.pupils, 0) AS pupils, coalesce(h.staff, 0) AS staff,
                coalesce(h.provisional + h.pending, 0) AS waiting, coalesce(h.active + h.suspended, 0) AS activated,
                h.imported_at, h.counted_at, o.networks
         FROM orgs o LEFT JOIN headcounts h ON h.org_id = o.id
         WHERE o.kind IN ('school', 'campus') AND o.code IS NOT NULL AND "
    };
}

/// Whether somebody administers the school `o` and nothing above it.
macro_rules! administered {
    () => {
        "EXISTS (SELECT 1 FROM delegations d WHERE d.org_id = o.id AND d.role = 'school_admin' AND d.ended_at IS NULL) "
    };
}

statements! {
    LIST = concat!(scope!(), school_columns!(), "($4 OR o.id IN (SELECT org FROM scope)) AND o.status = $5
        AND (' ' || o.search_key) LIKE $6 AND (' ' || o.search_key) LIKE $7 AND (' ' || o.search_key) LIKE $8
        AND ($9 = '' OR o.code = $9) AND (NOT $10 OR NOT ", administered!(), ")
        AND ($11 > 100 OR 100 * coalesce(h.active + h.suspended, 0) < $11 * coalesce(h.provisional + h.pending + h.active + h.suspended, 0))
        AND (o.search_key, o.code) > ($12, $13) ORDER BY o.search_key, o.code LIMIT $14");
    ONE = concat!(school_columns!(), "o.id = $1");
    LOWEST = concat!(scope!(), school_columns!(), "($4 OR o.id IN (SELECT org FROM scope)) AND o.status = 'active'
        AND h.provisional + h.pending > 0
        ORDER BY (h.active + h.suspended) * 1000 / (h.provisional + h.pending + h.active + h.suspended), h.pending DESC, o.code LIMIT $5");
    UNADMINISTERED = concat!(scope!(), "SELECT count(*) FROM orgs o WHERE o.kind IN ('school', 'campus') AND o.status = 'active'
        AND o.code IS NOT NULL AND ($4 OR o.id IN (SELECT org FROM scope)) AND NOT ", administered!());
    ADMINISTRATORS = "SELECT a.person_id, p.full_name, d.role, a.state FROM delegations d
        JOIN accounts a ON a.id = d.account_id JOIN persons p ON p.id = a.person_id
        WHERE d.org_id = $1 AND d.ended_at IS NULL ORDER BY p.sort_key, d.role LIMIT 100";
    NETWORKS = "SELECT o.id, o.networks, coalesce(h.pupils, 0) FROM orgs o LEFT JOIN headcounts h ON h.org_id = o.id
                WHERE o.networks <> '[]' AND o.status = 'active'";
    SET_NETWORKS = "UPDATE orgs SET networks = $2, updated_at = $3 WHERE id = $1 AND status = 'active' AND kind IN ('school', 'campus')";
}

/// The next schools by name.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<SchoolRow>, StoreError> {
    let Wanted { scope, words, code, status, unadministered, below, after, most } = wanted;
    on_db!(tx, c => sqlx::query_as(LIST)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(*status)
        .bind(words[0].as_str()).bind(words[1].as_str()).bind(words[2].as_str()).bind(code.as_str())
        .bind(*unadministered).bind(*below).bind(after.0.as_str()).bind(after.1.as_str()).bind(*most)
        .fetch_all(&mut *c))
}

/// One school.
pub async fn one(tx: &mut Tx, org: OrgId) -> Result<Option<SchoolRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ONE).bind(org).fetch_optional(&mut *c))
}

/// The schools of which the fewest accounts are activated, among those where somebody is not.
pub async fn lowest(tx: &mut Tx, scope: &Scope, most: i64) -> Result<Vec<SchoolRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LOWEST)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(most).fetch_all(&mut *c))
}

/// How many schools have no administrator of their own.
pub async fn without_administrator(tx: &mut Tx, scope: &Scope) -> Result<u64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(UNADMINISTERED)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).fetch_one(&mut *c))?;
    Ok(u64::try_from(row.0).unwrap_or_default())
}

/// Who administers an org, and nothing above it.
pub async fn administrators(tx: &mut Tx, org: OrgId) -> Result<Vec<AdministratorRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ADMINISTRATORS).bind(org).fetch_all(&mut *c))
}

/// The networks that open schools registered, each with how many pupils it has.
pub async fn networks(tx: &mut Tx) -> Result<Vec<(OrgId, Vec<String>, i64)>, StoreError> {
    let rows: Vec<(OrgId, Doc<Vec<String>>, i64)> = on_db!(tx, c => sqlx::query_as(NETWORKS).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(org, networks, pupils)| (org, networks.0, pupils)).collect())
}

/// A school signs in from these networks; false when there is no such open school.
pub async fn set_networks(tx: &mut Tx, org: OrgId, networks: &[String], now: Moment) -> Result<bool, StoreError> {
    let networks = Doc(networks.to_vec());
    Ok(on_db!(tx, sqlx::query(SET_NETWORKS).bind(org).bind(networks.clone()).bind(now))? == 1)
}
