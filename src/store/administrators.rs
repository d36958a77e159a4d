//! Who administers what, as a list within somebody's reach (R38), and whether anybody is left who administers the sector.

use super::{StoreError, Tx, scope::Within};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, DelegationId, OrgId, PersonId},
    },
    model::{account::AccountState, sort::SortKey},
};

row! {
    /// A right that somebody holds now.
    #[derive(Clone, Debug)]
    pub struct RightRow {
        /// Its row.
        pub id: DelegationId,
        /// Who holds it, where the reader may see them.
        pub person_id: Option<PersonId>,
        /// The name.
        pub full_name: String,
        /// The sector ID, or a temporary one, where the reader may see them.
        pub sector_id: Option<String>,
        /// The account's state, where the reader may see them.
        pub state: Option<AccountState>,
        /// Which role.
        pub role: String,
        /// Over which org.
        pub org_id: OrgId,
        /// The org's name.
        pub org_name: String,
        /// The org's code, where it has one.
        pub org_code: Option<String>,
        /// Its place among the kinds of orgs, the widest first.
        pub rank: i64,
        /// The org's name, folded.
        pub org_key: String,
        /// Since when.
        pub granted_at: Moment,
        /// The name of who gave it; `None`: the command line, or somebody who is gone.
        pub granted_by: Option<String>,
    }
}

row! {
    /// An org over which a right can be held.
    #[derive(Clone, Debug)]
    pub struct PlaceRow {
        /// Its row.
        pub id: OrgId,
        /// Its code.
        pub code: Option<String>,
        /// Its name.
        pub name: String,
        /// Whether it stands for the whole sector.
        pub whole: bool,
        /// Its place among the kinds of orgs, the widest first.
        pub rank: i64,
    }
}

/// Which page of the list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub within: Within,
    /// Of this role only; empty: of all.
    pub role: &'static str,
    /// Of this person only.
    pub person: Option<PersonId>,
    /// After this one: rank, folded name and row.
    pub after: (i64, String, DelegationId),
    /// So many.
    pub most: i64,
}

// Pieces of the statements below. Macros, because a statement is a literal.

macro_rules! rank {
    () => {
        "CAST(CASE o.kind WHEN 'ministry' THEN 0 WHEN 'department' THEN 1 WHEN 'commune' THEN 2 WHEN 'school' THEN 3 ELSE 4 END AS BIGINT)"
    };
}

/// The rights within the scope of $1 to $5.
macro_rules! rights {
    () => {
        concat!(
            scope_of_roles!(),
            "SELECT d.id, a.person_id, p.full_name,
                    (SELECT i.value FROM identifiers i WHERE i.person_id = p.id AND i.type IN ('moet', 'temp')
                        AND i.status <> 'superseded' ORDER BY i.type LIMIT 1) AS sector_id,
                    a.state, d.role, d.org_id, o.name AS org_name, o.code AS org_code, ",
            rank!(),
            " AS rank, o.search_key AS org_key, d.granted_at, g.full_name AS granted_by
             FROM delegations d JOIN orgs o ON o.id = d.org_id JOIN accounts a ON a.id = d.account_id
             JOIN persons p ON p.id = a.person_id
             LEFT JOIN accounts b ON b.id = d.granted_by LEFT JOIN persons g ON g.id = b.person_id
             WHERE d.ended_at IS NULL AND o.status = 'active' AND ($4 OR d.org_id IN (SELECT org FROM scope)) "
        )
    };
}

macro_rules! in_order {
    () => {
        concat!("ORDER BY ", rank!(), ", o.search_key, d.id ")
    };
}

statements! {
    LIST = concat!(rights!(), "AND ($6 = '' OR d.role = $6) AND (", rank!(), ", o.search_key, d.id) > ($7, $8, $9)
                   AND (a.person_id = $11 OR $11 IS NULL) ", in_order!(), "LIMIT $10");
    ONE = concat!(rights!(), "AND d.id = $6");
    OF_PERSON = concat!(rights!(), "AND a.person_id = $6 ", in_order!(), "LIMIT 20");
    PLACES = concat!(scope_of_roles!(), "SELECT o.id, o.code, o.name, o.kind IN ('department', 'ministry') AS whole, ", rank!(), " AS rank FROM orgs o
        WHERE o.status = 'active' AND ($4 OR o.id IN (SELECT org FROM scope)) ORDER BY ", rank!(), ", o.search_key, o.id LIMIT $6");
    HOLD_SECTOR = "UPDATE delegations SET role = role WHERE role = 'sector_admin' AND ended_at IS NULL";
    OF_THE_SECTOR = "SELECT a.person_id FROM delegations d JOIN accounts a ON a.id = d.account_id JOIN orgs o ON o.id = d.org_id
                     WHERE d.role = 'sector_admin' AND d.ended_at IS NULL AND o.status = 'active'";
    OTHERS = "SELECT count(*) FROM (SELECT 1 FROM delegations d JOIN accounts a ON a.id = d.account_id JOIN orgs o ON o.id = d.org_id
              WHERE d.role = 'sector_admin' AND d.ended_at IS NULL AND d.account_id <> $1 AND a.state = 'active'
                AND o.status = 'active' LIMIT 1) AS one";
}

/// A page of the rights within a scope: those over more first, then by the org's name.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<RightRow>, StoreError> {
    let Wanted { within: Within { scope, roles }, role, person, after: (rank, key, id), most } = wanted;
    on_db!(tx, c => sqlx::query_as(LIST).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(*role).bind(*rank).bind(key.as_str()).bind(*id).bind(*most).bind(*person)
        .fetch_all(&mut *c))
}

/// One right within a scope.
pub async fn one(tx: &mut Tx, within: &Within, id: DelegationId) -> Result<Option<RightRow>, StoreError> {
    let Within { scope, roles } = within;
    on_db!(tx, c => sqlx::query_as(ONE).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(id).fetch_optional(&mut *c))
}

/// What of a scope somebody administers, the widest first.
pub async fn of_person(tx: &mut Tx, within: &Within, person: PersonId) -> Result<Vec<RightRow>, StoreError> {
    let Within { scope, roles } = within;
    let mut rows: Vec<RightRow> = on_db!(tx, c => sqlx::query_as(OF_PERSON)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(person).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| (row.rank, SortKey::of_text(&row.org_name), row.id));
    Ok(rows)
}

/// The orgs of a scope, the widest first, each kind by name.
pub async fn places(tx: &mut Tx, within: &Within, most: i64) -> Result<Vec<PlaceRow>, StoreError> {
    let Within { scope, roles } = within;
    let mut rows: Vec<PlaceRow> = on_db!(tx, c => sqlx::query_as(PLACES)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(most).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| (row.rank, SortKey::of_text(&row.name), row.id));
    Ok(rows)
}

/// Who administers the sector.
pub async fn of_the_sector(tx: &mut Tx) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> = on_db!(tx, c => sqlx::query_as(OF_THE_SECTOR).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// Holds the rights over the whole sector until the write ends: of two who take them from each other, one does.
pub async fn hold_sector(tx: &mut Tx) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(HOLD_SECTOR)).map(drop)
}

/// Whether somebody else can sign in and administers the sector.
pub async fn others_hold_the_sector(tx: &mut Tx, but: AccountId) -> Result<bool, StoreError> {
    let (others,): (i64,) = on_db!(tx, c => sqlx::query_as(OTHERS).bind(but).fetch_one(&mut *c))?;
    Ok(others > 0)
}
