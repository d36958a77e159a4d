//! Looks up, for many rows of a roster at once, whom they may be about and what is known of those. Set-based: a statement
//! takes some hundred keys, none runs per row.

use super::{Day, StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, AffiliationId, ClassId, ContactId, EnrolmentId, IdentifierId, OrgId, PersonId},
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
        /// Its state.
        pub state: Option<String>,
        /// Whether a password was chosen.
        pub activated: bool,
    }
}

row! {
    /// An active role, and one current place in a class that hangs from it if there is any.
    #[derive(Clone, Debug)]
    pub struct MembershipRow {
        /// Whose.
        pub person_id: PersonId,
        /// The role's row.
        pub id: AffiliationId,
        /// Where.
        pub org_id: OrgId,
        /// `student`, `teacher`, …
        pub role: String,
        /// Whether it is the main one.
        pub is_primary: bool,
        /// Whether it may stand beside another main one.
        pub exempt: bool,
        /// Since when.
        pub valid_from: Day,
        /// The place's row.
        pub enrolment_id: Option<EnrolmentId>,
        /// The class.
        pub class_id: Option<ClassId>,
        /// `pupil`, `homeroom` or `subject`.
        pub function: Option<String>,
        /// The subject, or nothing.
        pub subject: Option<String>,
        /// The number in the class's list.
        pub list_number: Option<i64>,
        /// Since when.
        pub seat_from: Option<Day>,
        /// The class's school year.
        pub year: Option<String>,
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
        "WITH given (keyed) AS (",
        |b, key| b.push_bind(key.as_slice()),
        ") SELECT DISTINCT o.id, o.person_id, o.type AS kind, o.keyed, o.value FROM given \
         JOIN identifiers i ON i.keyed = given.keyed AND i.status <> 'superseded' \
         JOIN identifiers o ON o.person_id = i.person_id AND o.status <> 'superseded'"
    ))
}

/// The identifiers of people.
pub async fn identifiers(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<IdentifierRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") SELECT i.id, i.person_id, i.type AS kind, i.keyed, i.value FROM given \
         JOIN identifiers i ON i.person_id = given.id AND i.status <> 'superseded'"
    ))
}

/// People who bear one of these folded names and were born on its day.
pub async fn namesakes(tx: &mut Tx, born: &[(Day, String)]) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> = select_many!(
        tx,
        born,
        "WITH given (birth_date, search_key) AS (",
        |b, who| b.push_bind(who.0).push_bind(who.1.as_str()),
        ") SELECT DISTINCT p.id FROM given \
         JOIN persons p ON p.birth_date = given.birth_date AND p.search_key = given.search_key"
    );
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// People and their accounts.
pub async fn people(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<KnownRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") SELECT p.id, p.full_name, p.birth_date, p.sex, p.updated_at, a.id AS account_id, a.state, \
         w.account_id IS NOT NULL AS activated FROM given \
         JOIN persons p ON p.id = given.id \
         LEFT JOIN accounts a ON a.person_id = p.id LEFT JOIN passwords w ON w.account_id = a.id"
    ))
}

/// The active roles of people, each as often as it has current places in classes, at least once.
pub async fn memberships(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<MembershipRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") SELECT a.person_id, a.id, a.org_id, a.role, a.is_primary, a.exempt, a.valid_from, \
         e.id AS enrolment_id, e.class_id, e.function, e.subject, e.list_number, e.valid_from AS seat_from, y.year \
         FROM given JOIN affiliations a ON a.person_id = given.id AND a.status = 'active' \
         LEFT JOIN enrolments e ON e.affiliation_id = a.id AND e.valid_to IS NULL \
         LEFT JOIN class_years y ON y.id = e.class_id"
    ))
}

/// Who is homeroom teacher of these classes.
pub async fn homerooms(tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<(ClassId, PersonId)>, StoreError> {
    Ok(select_many!(
        tx,
        classes,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") SELECT e.class_id, a.person_id FROM given \
         JOIN enrolments e ON e.class_id = given.id AND e.function = 'homeroom' AND e.valid_to IS NULL \
         JOIN affiliations a ON a.id = e.affiliation_id"
    ))
}

/// The contacts of people.
pub async fn contacts(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<ContactRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") SELECT c.id, c.person_id, c.kind, c.value, c.verified, c.source FROM given \
         JOIN contacts c ON c.person_id = given.id"
    ))
}

/// Which of these names somebody signs in with.
pub async fn taken_names(tx: &mut Tx, names: &[String]) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = select_many!(
        tx,
        names,
        "WITH given (name) AS (",
        |b, name| b.push_bind(name.as_str()),
        ") SELECT n.name FROM given JOIN sign_in_names n ON n.name = given.name"
    );
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Which of these identifiers belonged to somebody whose record was removed: they are never given again (R42).
pub async fn buried(tx: &mut Tx, keys: &[Keyed]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = select_many!(
        tx,
        keys,
        "WITH given (keyed) AS (",
        |b, key| b.push_bind(key.as_slice()),
        ") SELECT t.keyed FROM given JOIN tombstones t ON t.keyed = given.keyed"
    );
    Ok(rows.into_iter().map(|(keyed,)| keyed).collect())
}
