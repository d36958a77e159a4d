//! What people were before an import changed them, and making them so again. What a person is stands in seven tables; a
//! [`Before`] holds what of it an import can change.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Day, StoreError, Tx, people, person_changes};
use crate::{
    base::{
        clock::Moment,
        id::{AffiliationId, ContactId, EnrolmentId, IdentifierId, PersonId},
    },
    model::{name::PersonName, sex::Sex},
};

/// A person before an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Who.
    pub person: PersonId,
    record: Record,
    identifiers: Vec<Identifier>,
    names: Vec<(String, String)>,
    contacts: Vec<Contact>,
    affiliations: Vec<Affiliation>,
    enrolments: Vec<Enrolment>,
}

macro_rules! kept {
    ($($name:ident { $($field:ident: $ty:ty,)* })*) => { $(
        row! {
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
            struct $name { person_id: PersonId, $($field: $ty,)* }
        }
    )* };
}

kept! {
    Record { full_name: String, birth_date: Option<String>, sex: Option<String>, updated_at: Moment, }
    Identifier { id: IdentifierId, status: String, superseded_at: Option<Moment>, }
    SignIn { name: String, kind: String, }
    Contact { id: ContactId, kind: String, value: String, verified: bool, source: String, created_at: Moment, }
    Affiliation { id: AffiliationId, status: String, is_primary: bool, valid_to: Option<String>, end_reason: Option<String>, updated_at: Moment, }
    Enrolment { id: EnrolmentId, list_number: Option<i64>, valid_to: Option<String>, }
}

const RECORDS: &str = "SELECT id AS person_id, full_name, birth_date, sex, updated_at FROM persons WHERE id IN (";
const IDENTIFIERS: &str = "SELECT person_id, id, status, superseded_at FROM identifiers WHERE person_id IN (";
const NAMES: &str = "SELECT a.person_id, n.name, n.kind FROM accounts a JOIN sign_in_names n ON n.account_id = a.id WHERE a.person_id IN (";
const CONTACTS: &str =
    "SELECT person_id, id, kind, value, verified, source, created_at FROM contacts WHERE person_id IN (";
const AFFILIATIONS: &str =
    "SELECT person_id, id, status, is_primary, valid_to, end_reason, updated_at FROM affiliations WHERE person_id IN (";
const ENROLMENTS: &str = "SELECT f.person_id, e.id, e.list_number, e.valid_to FROM affiliations f
    JOIN enrolments e ON e.affiliation_id = f.id WHERE f.person_id IN (";
/// Whose identifiers would come back though somebody else holds them by now, and who does.
const TAKEN: &str = "SELECT i.person_id, o.person_id AS holder FROM identifiers i
    JOIN identifiers o ON o.keyed = i.keyed AND o.status <> 'superseded' AND o.person_id <> i.person_id
    WHERE i.status = 'superseded' AND i.id IN (";

statements! {
    CHANGED = "SELECT p.updated_at,
                   (SELECT max(f.updated_at) FROM affiliations f WHERE f.person_id = p.id) AS roles,
                   (SELECT count(*) FROM rollover_moves m WHERE m.person_id = p.id) AS moves,
                   (SELECT count(*) FROM passwords w JOIN accounts a ON a.id = w.account_id WHERE a.person_id = p.id) AS passwords,
                   (SELECT count(*) FROM delegations d JOIN accounts a ON a.id = d.account_id WHERE a.person_id = p.id) AS rights,
                   p.full_name,
                   (SELECT n.name FROM sign_in_names n JOIN accounts a ON a.id = n.account_id WHERE a.person_id = p.id
                    ORDER BY n.kind DESC, n.name LIMIT 1) AS sector_id
               FROM persons p WHERE p.id = $1";
    RECORD = "UPDATE persons SET imprint = NULL, updated_at = $2 WHERE id = $1";
    DROP_IDENTIFIER = "DELETE FROM identifiers WHERE id = $1";
    IDENTIFIER = "UPDATE identifiers SET status = $2, superseded_at = $3 WHERE id = $1
                  AND ($2 = 'superseded' OR NOT EXISTS (SELECT 1 FROM identifiers o WHERE o.keyed = identifiers.keyed
                       AND o.id <> $1 AND o.status <> 'superseded'))";
    DROP_NAME = "DELETE FROM sign_in_names WHERE name = $1";
    NAME = "UPDATE sign_in_names SET kind = $2 WHERE name = $1";
    DROP_CONTACT = "DELETE FROM contacts WHERE id = $1";
    ADD_CONTACT = "INSERT INTO contacts (id, person_id, kind, value, verified, source, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DROP_ENROLMENT = "DELETE FROM enrolments WHERE id = $1";
    ENROLMENT = "UPDATE enrolments SET list_number = $2, valid_to = $3 WHERE id = $1";
    DROP_AFFILIATION = "DELETE FROM affiliations WHERE id = $1";
    NO_PRIMARY = "UPDATE affiliations SET is_primary = $2 WHERE person_id = $1 AND is_primary";
    AFFILIATION = "UPDATE affiliations SET status = $2, is_primary = $3, valid_to = $4, end_reason = $5, updated_at = $6 WHERE id = $1";
}

row! {
    /// What somebody is now, as far as it tells whether anybody touched them.
    #[derive(Clone, Debug)]
    pub struct NowRow {
        /// When the person was changed.
        pub updated_at: Moment,
        /// When a role of theirs was.
        pub roles: Option<Moment>,
        /// Whether a rollover moved them.
        pub moves: i64,
        /// Whether they have a password.
        pub passwords: i64,
        /// Whether they administer anything, or did.
        pub rights: i64,
        /// Their name.
        pub full_name: String,
        /// What they sign in with.
        pub sector_id: Option<String>,
    }
}

/// People as they are now, before they are changed.
pub async fn before(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<Before>, StoreError> {
    macro_rules! each {
        ($statement:ident as $row:ty, |$kept:ident, $found:ident| $put:expr, $to:ident) => {
            let rows: Vec<$row> = select_many!(tx, people, $statement, ")", |b, person| b.push_bind(*person));
            for $found in rows {
                if let Some($kept) = $to.get_mut(&$found.person_id) {
                    $put;
                }
            }
        };
    }
    let records: Vec<Record> = select_many!(tx, people, RECORDS, ")", |b, person| b.push_bind(*person));
    let mut all: HashMap<PersonId, Before> =
        records.into_iter().map(|record| (record.person_id, Before::of(record))).collect();
    each!(IDENTIFIERS as Identifier, |kept, row| kept.identifiers.push(row), all);
    each!(NAMES as SignIn, |kept, row| kept.names.push((row.name, row.kind)), all);
    each!(CONTACTS as Contact, |kept, row| kept.contacts.push(row), all);
    each!(AFFILIATIONS as Affiliation, |kept, row| kept.affiliations.push(row), all);
    each!(ENROLMENTS as Enrolment, |kept, row| kept.enrolments.push(row), all);
    Ok(all.into_values().collect())
}

impl Before {
    const fn of(record: Record) -> Self {
        Self {
            person: record.person_id,
            record,
            identifiers: Vec::new(),
            names: Vec::new(),
            contacts: Vec::new(),
            affiliations: Vec::new(),
            enrolments: Vec::new(),
        }
    }

    /// Whether this is what somebody was since that moment.
    pub fn is_of(&self, moment: Moment) -> bool {
        self.record.updated_at == moment
    }
}

/// Of people who would again be what they were: whose identifier somebody else holds by now, and who holds it.
pub async fn taken(tx: &mut Tx, to: &[&Before]) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
    let all = to.iter().flat_map(|before| &before.identifiers);
    let held: Vec<IdentifierId> = all.filter(|row| row.status != "superseded").map(|row| row.id).collect();
    Ok(select_many!(tx, held, TAKEN, ")", |b, id| b.push_bind(*id)))
}

/// Takes from people the identifiers that they had not before: what one has of another must be free before the other is
/// again what they were.
pub async fn let_go(tx: &mut Tx, to: &[&Before]) -> Result<(), StoreError> {
    let has: Vec<Identifier> = select_many!(tx, to, IDENTIFIERS, ")", |b, before| b.push_bind(before.person));
    let had: HashSet<IdentifierId> = to.iter().flat_map(|before| &before.identifiers).map(|row| row.id).collect();
    for new in has.iter().filter(|row| !had.contains(&row.id)) {
        on_db!(tx, sqlx::query(DROP_IDENTIFIER).bind(new.id))?;
    }
    Ok(())
}

/// Makes a person again what they were; an identifier that is somebody else's by now stays theirs. Whoever calls holds
/// them, and knows that nobody touched them since.
pub async fn restore(tx: &mut Tx, to: &Before, now: Moment) -> Result<(), StoreError> {
    let_go(tx, &[to]).await?;
    let Some(is) = before(tx, &[to.person]).await?.pop() else { return Ok(()) };
    let corrupt = |column| StoreError::Corrupt { table: "import_journal", column, row: to.person.to_string() };
    if (&is.record.full_name, &is.record.birth_date, &is.record.sex)
        != (&to.record.full_name, &to.record.birth_date, &to.record.sex)
    {
        let name = PersonName::kept(&to.record.full_name).ok_or_else(|| corrupt("full_name"))?;
        let born = to.record.birth_date.as_deref().map(str::parse).transpose().map_err(|_| corrupt("birth_date"))?;
        let sex =
            [Sex::Female, Sex::Male].map(Sex::as_str).into_iter().find(|sex| to.record.sex.as_deref() == Some(*sex));
        let record = people::NewPerson::new(to.person, name, born.map(Day), sex);
        let correction = person_changes::Correction { to: record, was: is.record.updated_at };
        person_changes::correct(tx, &[correction], now).await?;
    }
    names(tx, &is, to).await?;
    memberships(tx, &is, to).await?;
    on_db!(tx, sqlx::query(RECORD).bind(to.person).bind(to.record.updated_at)).map(drop)
}

/// Identifiers, names to sign in with, contacts.
async fn names(tx: &mut Tx, is: &Before, to: &Before) -> Result<(), StoreError> {
    for old in to.identifiers.iter().filter(|row| !is.identifiers.contains(row)) {
        on_db!(tx, sqlx::query(IDENTIFIER).bind(old.id).bind(old.status.as_str()).bind(old.superseded_at))?;
    }
    for (name, _) in is.names.iter().filter(|(name, _)| to.names.iter().all(|(old, _)| old != name)) {
        on_db!(tx, sqlx::query(DROP_NAME).bind(name.as_str()))?;
    }
    for (name, kind) in to.names.iter().filter(|row| !is.names.contains(row)) {
        on_db!(tx, sqlx::query(NAME).bind(name.as_str()).bind(kind.as_str()))?;
    }
    for new in is.contacts.iter().filter(|row| to.contacts.iter().all(|old| old.id != row.id)) {
        on_db!(tx, sqlx::query(DROP_CONTACT).bind(new.id))?;
    }
    for old in to.contacts.iter().filter(|row| is.contacts.iter().all(|new| new.id != row.id)) {
        on_db!(
            tx,
            sqlx::query(ADD_CONTACT)
                .bind(old.id)
                .bind(old.person_id)
                .bind(old.kind.as_str())
                .bind(old.value.as_str())
                .bind(old.verified)
                .bind(old.source.as_str())
                .bind(old.created_at)
        )?;
    }
    Ok(())
}

/// Roles and places in classes.
async fn memberships(tx: &mut Tx, is: &Before, to: &Before) -> Result<(), StoreError> {
    for new in is.enrolments.iter().filter(|row| to.enrolments.iter().all(|old| old.id != row.id)) {
        on_db!(tx, sqlx::query(DROP_ENROLMENT).bind(new.id))?;
    }
    for old in to.enrolments.iter().filter(|row| !is.enrolments.contains(row)) {
        on_db!(tx, sqlx::query(ENROLMENT).bind(old.id).bind(old.list_number).bind(old.valid_to.as_deref()))?;
    }
    // Of two main roles a unique rule would not let the second be.
    on_db!(tx, sqlx::query(NO_PRIMARY).bind(to.person).bind(false))?;
    for new in is.affiliations.iter().filter(|row| to.affiliations.iter().all(|old| old.id != row.id)) {
        on_db!(tx, sqlx::query(DROP_AFFILIATION).bind(new.id))?;
    }
    for old in to.affiliations.iter().filter(|row| row.is_primary || !is.affiliations.contains(row)) {
        on_db!(
            tx,
            sqlx::query(AFFILIATION)
                .bind(old.id)
                .bind(old.status.as_str())
                .bind(old.is_primary)
                .bind(old.valid_to.as_deref())
                .bind(old.end_reason.as_deref())
                .bind(old.updated_at)
        )?;
    }
    Ok(())
}

/// What somebody is now; nothing when they are gone.
pub async fn now(tx: &mut Tx, person: PersonId) -> Result<Option<NowRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CHANGED).bind(person).fetch_optional(&mut *c))
}
