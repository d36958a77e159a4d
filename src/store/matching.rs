//! Looks up, for many rows of a roster at once, whom they may be about and what is known of those. Set-based: a statement
//! takes some hundred keys, none runs per row.

use super::{Day, StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, ClassId, ContactId, IdentifierId, PersonId},
};

/// An identifier as it is found by: its keyed hash.
pub type Keyed = [u8; 32];

row! {
    /// An identifier in force.
    #[derive(Clone, Debug)]
    pub struct IdentifierRow {
        /// Its row.
        pub id: IdentifierId,
        /// Whose.
        pub person_id: PersonId,
        /// `moet`, `temp`, `cccd`, …
        pub kind: String,
        /// By what it is found.
        pub keyed: Vec<u8>,
        /// In clear, for what is not personal.
        pub value: Option<String>,
    }
}

row! {
    /// An identifier in force, and the mark of the roster row that its holder is as of.
    #[derive(Clone, Debug)]
    pub struct ImprintRow {
        /// By what it is found.
        pub keyed: Vec<u8>,
        /// Whose.
        pub person_id: PersonId,
        /// The mark.
        pub imprint: i64,
    }
}

row! {
    /// An identifier, and whose it is or was.
    #[derive(Clone, Debug)]
    pub struct HeldRow {
        /// By what it is found.
        pub keyed: Vec<u8>,
        /// Whose.
        pub person_id: PersonId,
        /// Whether another came in its place.
        pub superseded: bool,
    }
}

row! {
    /// A person and their account.
    #[derive(Clone, Debug)]
    pub struct KnownRow {
        /// The person.
        pub id: PersonId,
        /// As written.
        pub full_name: String,
        /// Day of birth.
        pub birth_date: Option<Day>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// When something of this changed.
        pub updated_at: Moment,
        /// Their account.
        pub account_id: Option<AccountId>,
        /// The mark of the roster row that they are as of.
        pub imprint: Option<i64>,
    }
}

row! {
    /// A contact.
    #[derive(Clone, Debug)]
    pub struct ContactRow {
        /// Its row.
        pub id: ContactId,
        /// Whose.
        pub person_id: PersonId,
        /// `email` or `phone`.
        pub kind: String,
        /// The address or number.
        pub value: String,
        /// Whether its owner proved it.
        pub verified: bool,
        /// Where it came from.
        pub source: String,
    }
}

/// The people who hold any of these identifiers, by all identifiers they hold.
pub async fn holders(tx: &mut Tx, keys: &[Keyed]) -> Result<Vec<IdentifierRow>, StoreError> {
    Ok(select_many!(
        tx,
        keys,
        "SELECT DISTINCT o.id, o.person_id, o.type AS kind, o.keyed, o.value FROM identifiers i \
         JOIN identifiers o ON o.person_id = i.person_id AND o.status <> 'superseded' \
         WHERE i.status <> 'superseded' AND i.keyed IN (",
        ")",
        |b, key| b.push_bind(key.as_slice())
    ))
}

/// Who hold these identifiers, and the marks of the roster rows that they are as of.
pub async fn imprints(tx: &mut Tx, keys: &[Keyed]) -> Result<Vec<ImprintRow>, StoreError> {
    Ok(select_many!(
        tx,
        keys,
        "SELECT i.keyed, i.person_id, p.imprint FROM identifiers i JOIN persons p ON p.id = i.person_id \
         WHERE i.status <> 'superseded' AND p.imprint IS NOT NULL AND i.keyed IN (",
        ")",
        |b, key| b.push_bind(key.as_slice())
    ))
}

/// Whose these identifiers are, and whose they were.
pub async fn ever_held(tx: &mut Tx, keys: &[Keyed]) -> Result<Vec<HeldRow>, StoreError> {
    Ok(select_many!(
        tx,
        keys,
        "SELECT keyed, person_id, status = 'superseded' AS superseded FROM identifiers WHERE keyed IN (",
        ")",
        |b, key| b.push_bind(key.as_slice())
    ))
}

/// The identifiers of people.
pub async fn identifiers(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<IdentifierRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "SELECT id, person_id, type AS kind, keyed, value FROM identifiers WHERE status <> 'superseded' AND person_id IN (",
        ")",
        |b, id| b.push_bind(*id)
    ))
}

/// People who bear one of these folded names and were born on its day.
pub async fn namesakes(tx: &mut Tx, born: &[(Day, String)]) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> =
        select_many!(tx, born, "SELECT id FROM persons WHERE (birth_date, search_key) IN (", ")", |b, who| b
            .push_bind(who.0)
            .push_bind(who.1.as_str()));
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// People and their accounts.
pub async fn people(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<KnownRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "SELECT p.id, p.full_name, p.birth_date, p.sex, p.updated_at, a.id AS account_id, p.imprint \
         FROM persons p LEFT JOIN accounts a ON a.person_id = p.id WHERE p.id IN (",
        ")",
        |b, id| b.push_bind(*id)
    ))
}

/// Who is homeroom teacher of these classes.
pub async fn homerooms(tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<(ClassId, PersonId)>, StoreError> {
    Ok(select_many!(
        tx,
        classes,
        "SELECT e.class_id, a.person_id FROM enrolments e JOIN affiliations a ON a.id = e.affiliation_id \
         WHERE e.function = 'homeroom' AND e.valid_to IS NULL AND e.class_id IN (",
        ")",
        |b, id| b.push_bind(*id)
    ))
}

/// The contacts of people.
pub async fn contacts(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<ContactRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "SELECT id, person_id, kind, value, verified, source FROM contacts WHERE person_id IN (",
        ")",
        |b, id| b.push_bind(*id)
    ))
}

/// Which of these names somebody signs in with.
pub async fn taken_names(tx: &mut Tx, names: &[String]) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> =
        select_many!(tx, names, "SELECT name FROM sign_in_names WHERE name IN (", ")", |b, name| b
            .push_bind(name.as_str()));
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Which of these identifiers belonged to somebody whose record was removed: they are never given again (R42).
pub async fn buried(tx: &mut Tx, keys: &[Keyed]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows: Vec<(Vec<u8>,)> =
        select_many!(tx, keys, "SELECT keyed FROM tombstones WHERE keyed IN (", ")", |b, key| b
            .push_bind(key.as_slice()));
    Ok(rows.into_iter().map(|(keyed,)| keyed).collect())
}
