//! What a person is where: read for claims and for deciding who may use an app.

use serde_json::{Map, Value};

use super::{Doc, StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AffiliationId, ClassId, OrgId, PersonId},
};

row! {
    /// An active role at an org.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ContextRow {
        /// Its row.
        pub id: AffiliationId,
        /// `student`, `teacher`, `staff`, `principal` or `guardian`.
        pub role: String,
        /// Whether it is the person's main one.
        pub is_primary: bool,
        /// The org.
        pub org_id: OrgId,
        /// The org's code.
        pub org_code: Option<String>,
        /// The org's name.
        pub org_name: String,
        /// The org's levels, separated by commas.
        pub levels: String,
        /// Since when, as ISO text.
        pub valid_from: String,
    }
}

row! {
    /// An active role at an open org, by which an app admits somebody.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PostRow {
        /// Whose.
        pub person_id: PersonId,
        /// Which role.
        pub role: String,
        /// The org's code.
        pub org_code: Option<String>,
    }
}

impl PostRow {
    /// Role and org's code.
    pub fn place(&self) -> (&str, Option<&str>) {
        (&self.role, self.org_code.as_deref())
    }
}

row! {
    /// A current place in a class.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ClassRow {
        /// The class.
        pub id: ClassId,
        /// The role it hangs from.
        pub affiliation_id: AffiliationId,
        /// Its school year.
        pub year: String,
        /// Its grade.
        pub grade: Option<i64>,
        /// What it is called: 3A.
        pub code: String,
        /// `pupil`, `homeroom` or `subject`.
        pub function: String,
        /// The subject, or nothing.
        pub subject: String,
    }
}

row! {
    /// A person as claims show them.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PersonRow {
        /// The person.
        pub id: PersonId,
        /// As written.
        pub full_name: String,
        /// Họ.
        pub family_name: String,
        /// Đệm.
        pub middle_name: String,
        /// Tên.
        pub given_name: String,
        /// ISO day.
        pub birth_date: Option<String>,
        /// The language they chose.
        pub locale: Option<String>,
        /// Further OIDC standard claims.
        pub claims: Option<Doc<Map<String, Value>>>,
        /// When something of this changed.
        pub updated_at: Moment,
    }
}

statements! {
    CONTEXTS = "SELECT f.id, f.role, f.is_primary, f.org_id, o.code AS org_code, o.name AS org_name, o.levels, f.valid_from
                FROM affiliations f JOIN orgs o ON o.id = f.org_id
                WHERE f.person_id = $1 AND f.status = 'active' AND o.status = 'active'
                ORDER BY f.is_primary DESC, f.created_at, f.id";
    CLASSES = "SELECT y.id, e.affiliation_id, y.year, y.grade, y.code, e.function, e.subject
               FROM affiliations f JOIN orgs o ON o.id = f.org_id
               JOIN enrolments e ON e.affiliation_id = f.id JOIN class_years y ON y.id = e.class_id
               WHERE f.person_id = $1 AND f.status = 'active' AND o.status = 'active' AND e.valid_to IS NULL
               ORDER BY y.year DESC, y.grade, y.code, e.function, e.subject LIMIT 200";
    PERSON = "SELECT id, full_name, family_name, middle_name, given_name, birth_date, locale, claims, updated_at
              FROM persons WHERE id = $1";
    CONTACT = "SELECT value, verified FROM contacts WHERE person_id = $1 AND kind = $2 ORDER BY verified DESC, id LIMIT 1";
    SECTOR_ID = "SELECT value FROM identifiers WHERE person_id = $1 AND type = 'moet' AND status <> 'superseded' LIMIT 1";
    SEALED = "SELECT sealed FROM identifiers WHERE person_id = $1 AND type = $2 AND status <> 'superseded'
              ORDER BY created_at DESC, id DESC LIMIT 1";
}

const POSTS: &str = "SELECT f.person_id, f.role, o.code AS org_code FROM affiliations f JOIN orgs o ON o.id = f.org_id
    WHERE f.status = 'active' AND o.status = 'active' AND f.person_id IN (";

/// The active roles of people at open orgs.
pub async fn posts(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<PostRow>, StoreError> {
    Ok(select_many!(tx, people, POSTS, ")", |b, person| b.push_bind(*person)))
}

/// A person's active roles, the main one first.
pub async fn contexts(tx: &mut Tx, person: PersonId) -> Result<Vec<ContextRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CONTEXTS).bind(person).fetch_all(&mut *c))
}

/// A person's current classes, the newest year first, 200 at most.
pub async fn classes(tx: &mut Tx, person: PersonId) -> Result<Vec<ClassRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CLASSES).bind(person).fetch_all(&mut *c))
}

/// A person.
pub async fn person(tx: &mut Tx, person: PersonId) -> Result<Option<PersonRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(PERSON).bind(person).fetch_optional(&mut *c))
}

/// A person's `email` or `phone`, and whether it was verified.
pub async fn contact(tx: &mut Tx, person: PersonId, kind: &str) -> Result<Option<(String, bool)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CONTACT).bind(person).bind(kind).fetch_optional(&mut *c))
}

/// A person's sector ID. A temporary one is told to no app: it will be another.
pub async fn sector_id(tx: &mut Tx, person: PersonId) -> Result<Option<String>, StoreError> {
    let row: Option<(Option<String>,)> =
        on_db!(tx, c => sqlx::query_as(SECTOR_ID).bind(person).fetch_optional(&mut *c))?;
    Ok(row.and_then(|(value,)| value))
}

/// A person's newest identifier of a personal kind, sealed.
pub async fn sealed(tx: &mut Tx, person: PersonId, kind: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Option<Vec<u8>>,)> =
        on_db!(tx, c => sqlx::query_as(SEALED).bind(person).bind(kind).fetch_optional(&mut *c))?;
    Ok(row.and_then(|(sealed,)| sealed))
}
