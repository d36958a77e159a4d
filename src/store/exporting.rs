//! Everybody within a scope, as exports need them: page after page in the order of class lists, in constant memory. SQLite
//! keeps to the order of a CROSS JOIN: along the index of that order, not through all roles to be sorted for each page.

use super::{Day, StoreError, Tx, finding::Place, scope::Scope};
use crate::base::id::{AffiliationId, ClassId, EnrolmentId, OrgId, PersonId};

row! {
    /// What somebody is somewhere, and who it is. Whoever is something in two places stands in two rows, one after the other.
    #[derive(Clone, Debug)]
    pub struct MemberRow {
        /// The person.
        pub id: PersonId,
        /// Their place in the order.
        pub sort_key: Vec<u8>,
        /// As what they are there.
        pub affiliation_id: AffiliationId,
        /// Where.
        pub org_id: OrgId,
        /// `student`, `teacher`, …
        pub role: String,
        /// Whether it is their first.
        pub is_primary: bool,
        /// Since when.
        pub valid_from: Day,
        /// The name as written, and a reading of its parts.
        pub full_name: String,
        /// *Họ.*
        pub family_name: String,
        /// *Tên đệm.*
        pub middle_name: String,
        /// *Tên.*
        pub given_name: String,
        /// Day of birth.
        pub birth_date: Option<Day>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// The sector ID.
        pub sector_id: Option<String>,
        /// The temporary one, of those who have no other.
        pub temporary_id: Option<String>,
        /// The name of the Microsoft account.
        pub upn: Option<String>,
        /// An e-mail address.
        pub email: Option<String>,
        /// A phone number.
        pub phone: Option<String>,
        /// A pupil's class.
        pub class_id: Option<ClassId>,
        /// The account's state.
        pub state: Option<String>,
    }
}

row! {
    /// A place in a class.
    #[derive(Clone, Debug)]
    pub struct PlaceRow {
        /// Its row.
        pub id: EnrolmentId,
        /// Whose.
        pub person_id: PersonId,
        /// At which school.
        pub org_id: OrgId,
        /// In which class.
        pub class_id: ClassId,
        /// `pupil`, `homeroom` or `subject`.
        pub function: String,
        /// What is taught.
        pub subject: String,
        /// Since when.
        pub valid_from: Day,
    }
}

row! {
    /// A school year.
    #[derive(Clone, Debug)]
    pub struct YearRow {
        /// `2026-2027`.
        pub code: String,
        /// Its first day.
        pub starts_on: Day,
        /// Its last day.
        pub ends_on: Day,
    }
}

row! {
    /// A line of what is kept of somebody.
    #[derive(Clone, Debug)]
    pub struct KeptRow {
        /// `identifier`, `contact`, `role` or `class`.
        pub what: String,
        /// Of which kind.
        pub kind: String,
        /// In clear.
        pub value: Option<String>,
        /// Sealed, where it is personal.
        pub sealed: Option<Vec<u8>>,
        /// Whether it holds.
        pub state: Option<String>,
        /// Where.
        pub place: Option<String>,
        /// Of a class: the school year.
        pub year: Option<String>,
        /// Of a class: what is taught there.
        pub subject: Option<String>,
        /// Since when.
        pub valid_from: Option<String>,
        /// The first day no more.
        pub valid_to: Option<String>,
        /// Who said so.
        pub source: Option<String>,
    }
}

/// The newest identifier of a kind that holds.
macro_rules! identifier {
    ($kind:literal) => {
        concat!(
            "(SELECT min(i.value) FROM identifiers i WHERE i.person_id = p.id AND i.type = '",
            $kind,
            "' AND i.status <> 'superseded')"
        )
    };
}

statements! {
    MEMBERS = concat!(scope!(),
        "SELECT p.id, p.sort_key, a.id AS affiliation_id, a.org_id, a.role, a.is_primary, a.valid_from, p.full_name,
                p.family_name, p.middle_name, p.given_name, p.birth_date, p.sex, ",
        identifier!("moet"), " AS sector_id, ", identifier!("temp"), " AS temporary_id, ", identifier!("upn"), " AS upn,
                (SELECT c.value FROM contacts c WHERE c.person_id = p.id AND c.kind = 'email' ORDER BY c.verified DESC, c.id LIMIT 1) AS email,
                (SELECT c.value FROM contacts c WHERE c.person_id = p.id AND c.kind = 'phone' ORDER BY c.verified DESC, c.id LIMIT 1) AS phone,
                (SELECT e.class_id FROM enrolments e JOIN class_years y ON y.id = e.class_id
                 WHERE e.affiliation_id = a.id AND e.function = 'pupil' AND e.valid_to IS NULL
                 ORDER BY y.year DESC, e.id DESC LIMIT 1) AS class_id,
                (SELECT t.state FROM accounts t WHERE t.person_id = p.id) AS state
         FROM persons p CROSS JOIN affiliations a
         WHERE a.person_id = p.id AND a.status = 'active' AND p.sort_key >= $5 AND (p.sort_key > $5 OR p.id > $6 OR (p.id = $6 AND a.id > $7))
           AND ($4 OR a.org_id IN (SELECT org FROM scope))
         ORDER BY p.sort_key, p.id, a.id LIMIT $8");
    PLACES = concat!(scope!(),
        "SELECT e.id, a.person_id, a.org_id, e.class_id, e.function, e.subject, e.valid_from
         FROM enrolments e JOIN affiliations a ON a.id = e.affiliation_id AND a.status = 'active'
         WHERE e.id > $5 AND e.valid_to IS NULL AND ($4 OR a.org_id IN (SELECT org FROM scope))
         ORDER BY e.id LIMIT $6");
    ORGS = concat!(scope!(), "SELECT o.id FROM orgs o WHERE o.status = 'active' AND ($4 OR o.id IN (SELECT org FROM scope))");
    KEPT = concat!(scope!(),
        "SELECT 'identifier' AS what, i.type AS kind, i.value, i.sealed, i.status AS state, NULL AS place, NULL AS year,
                NULL AS subject, NULL AS valid_from, NULL AS valid_to, i.source, i.created_at AS at
                FROM identifiers i WHERE i.person_id = $5
         UNION ALL SELECT 'contact', c.kind, c.value, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.source, c.created_at
                   FROM contacts c WHERE c.person_id = $5
         UNION ALL SELECT 'role', a.role, NULL, NULL, a.status, o.name, NULL, NULL, a.valid_from, a.valid_to, a.source,
                          a.created_at FROM affiliations a JOIN orgs o ON o.id = a.org_id
                   WHERE a.person_id = $5 AND ($4 OR a.org_id IN (SELECT org FROM scope))
         UNION ALL SELECT 'class', e.function, y.code, NULL, NULL, o.name, y.year, e.subject, e.valid_from, e.valid_to,
                          NULL, a.created_at
                   FROM affiliations a JOIN enrolments e ON e.affiliation_id = a.id JOIN class_years y ON y.id = e.class_id
                   JOIN orgs o ON o.id = y.org_id
                   WHERE a.person_id = $5 AND ($4 OR a.org_id IN (SELECT org FROM scope))
         ORDER BY what, at");
    YEARS = "SELECT code, starts_on, ends_on FROM school_years ORDER BY code";
}

/// The next of those who are something somewhere, after a place in the order and a role.
pub async fn members(
    tx: &mut Tx,
    scope: &Scope,
    after: &Place,
    role: AffiliationId,
    most: i64,
) -> Result<Vec<MemberRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(MEMBERS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(&after.sort_key).bind(after.id).bind(role).bind(most).fetch_all(&mut *c))
}

/// The next places in classes, after one.
pub async fn places(tx: &mut Tx, scope: &Scope, after: EnrolmentId, most: i64) -> Result<Vec<PlaceRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(PLACES)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(after).bind(most).fetch_all(&mut *c))
}

/// The orgs that are at work.
pub async fn orgs(tx: &mut Tx, scope: &Scope) -> Result<Vec<OrgId>, StoreError> {
    let ids: Vec<(OrgId,)> = on_db!(tx, c => sqlx::query_as(ORGS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).fetch_all(&mut *c))?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// What is kept of somebody: of roles and classes only those at the scope's orgs.
pub async fn kept(tx: &mut Tx, scope: &Scope, person: PersonId) -> Result<Vec<KeptRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(KEPT)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(person).fetch_all(&mut *c))
}

/// The school years.
pub async fn years(tx: &mut Tx) -> Result<Vec<YearRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(YEARS).fetch_all(&mut *c))
}
