//! What lies within somebody's reach: schools, and of one person what is told there.

use std::cmp::Reverse;

use super::{
    Day, StoreError, Tx,
    scope::{Scope, Within},
};
use crate::{
    base::id::{AccountId, OrgId, PersonId},
    model::{class_code::ClassOrder, sort::SortKey},
};

row! {
    /// What a person is or was at an org.
    #[derive(Clone, Debug)]
    pub struct PostRow {
        /// `student`, `teacher`, …
        pub role: String,
        /// The org's name.
        pub org_name: String,
        /// The org's code, where it has one.
        pub org_code: Option<String>,
        /// Whether it is the main one.
        pub is_primary: bool,
        /// Since when.
        pub valid_from: Day,
        /// The first day no more.
        pub valid_to: Option<Day>,
    }
}

row! {
    /// A place in a class.
    #[derive(Clone, Debug)]
    pub struct SeatRow {
        /// The class: 3A.
        pub code: String,
        /// Its school year.
        pub year: String,
        /// `pupil`, `homeroom` or `subject`.
        pub function: String,
    }
}

row! {
    /// An identifier that holds.
    #[derive(Clone, Debug)]
    pub struct IdentifierRow {
        /// `moet`, `temp`, `cccd`, …
        pub kind: String,
        /// In clear, where it is not personal.
        pub value: Option<String>,
    }
}

/// Whether the org `o` is a school of the scope: $4 whole.
macro_rules! school {
    () => {
        "o.kind IN ('school', 'campus') AND o.status = 'active' AND o.code IS NOT NULL
         AND ($4 OR o.id IN (SELECT org FROM scope)) "
    };
}

statements! {
    POSTS = concat!(scope!(), "SELECT f.role, o.name AS org_name, o.code AS org_code, f.is_primary, f.valid_from, f.valid_to
        FROM affiliations f JOIN orgs o ON o.id = f.org_id WHERE f.person_id = $5 AND ($4 OR f.org_id IN (SELECT org FROM scope))
        ORDER BY f.status, f.is_primary DESC, f.valid_from DESC, f.id LIMIT 20");
    SEATS = concat!(scope!(), "SELECT DISTINCT y.code, y.year, e.function FROM affiliations f
        JOIN enrolments e ON e.affiliation_id = f.id JOIN class_years y ON y.id = e.class_id
        WHERE f.person_id = $5 AND ($4 OR f.org_id IN (SELECT org FROM scope)) AND e.valid_to IS NULL
        ORDER BY y.year DESC, y.code, e.function LIMIT 30");
    IDENTIFIERS = "SELECT type AS kind, value FROM identifiers WHERE person_id = $1 AND status <> 'superseded' ORDER BY type, id";
    HOLDS = concat!(scope!(), "SELECT 1 FROM orgs WHERE id = $5 AND ($4 OR id IN (SELECT org FROM scope))");
    TAUGHT = "SELECT y.code, o.name FROM affiliations pupil
              JOIN enrolments theirs ON theirs.affiliation_id = pupil.id AND theirs.function = 'pupil' AND theirs.valid_to IS NULL
              JOIN class_years y ON y.id = theirs.class_id JOIN orgs o ON o.id = y.org_id
              JOIN enrolments mine ON mine.class_id = y.id AND mine.function IN ('homeroom', 'subject') AND mine.valid_to IS NULL
              JOIN affiliations teacher ON teacher.id = mine.affiliation_id AND teacher.status = 'active'
              JOIN accounts a ON a.person_id = teacher.person_id
              WHERE pupil.person_id = $1 AND pupil.status = 'active' AND a.id = $2 ORDER BY y.year DESC, y.code LIMIT 1";
    SCHOOLS = concat!(scope_of_roles!(), "SELECT o.code, o.name FROM orgs o WHERE ", school!(), "ORDER BY o.search_key, o.code LIMIT $6");
    HOW_MANY_SCHOOLS = concat!(scope!(), "SELECT count(*) FROM orgs o WHERE ", school!());
}

/// What a person is and was at the scope's orgs.
pub async fn posts(tx: &mut Tx, scope: &Scope, person: PersonId) -> Result<Vec<PostRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(POSTS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(person).fetch_all(&mut *c))
}

/// The places that a person has in classes of the scope's orgs.
pub async fn seats(tx: &mut Tx, scope: &Scope, person: PersonId) -> Result<Vec<SeatRow>, StoreError> {
    let mut rows: Vec<SeatRow> = on_db!(tx, c => sqlx::query_as(SEATS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(person).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| (Reverse(row.year.clone()), ClassOrder::of(&row.code), row.function.clone()));
    Ok(rows)
}

/// Whether an org lies within the scope.
pub async fn holds(tx: &mut Tx, scope: &Scope, org: OrgId) -> Result<bool, StoreError> {
    let row: Option<(i32,)> = on_db!(tx, c => sqlx::query_as(HOLDS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(org).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// The class in which somebody teaches a pupil, and its school; nothing when they do not.
pub async fn taught(tx: &mut Tx, teacher: AccountId, pupil: PersonId) -> Result<Vec<String>, StoreError> {
    let row: Option<(String, String)> =
        on_db!(tx, c => sqlx::query_as(TAUGHT).bind(pupil).bind(teacher).fetch_optional(&mut *c))?;
    Ok(row.map_or_else(Vec::new, |(class, school)| vec![class, school]))
}

/// A person's identifiers that hold.
pub async fn identifiers(tx: &mut Tx, person: PersonId) -> Result<Vec<IdentifierRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(IDENTIFIERS).bind(person).fetch_all(&mut *c))
}

/// Code and name of the scope's schools, by name, `most` of them.
pub async fn schools(tx: &mut Tx, within: &Within, most: i64) -> Result<Vec<(String, String)>, StoreError> {
    let Within { scope, roles } = within;
    let mut rows: Vec<(String, String)> = on_db!(tx, c => sqlx::query_as(SCHOOLS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(roles.as_str()).bind(most).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|(code, name)| (SortKey::of_text(name), code.clone()));
    Ok(rows)
}

/// How many schools the scope has.
pub async fn how_many_schools(tx: &mut Tx, scope: &Scope) -> Result<u64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(HOW_MANY_SCHOOLS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).fetch_one(&mut *c))?;
    Ok(u64::try_from(row.0).unwrap_or_default())
}
