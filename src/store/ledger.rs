//! One person's record: identifiers as a ledger, names to sign in with, contacts, corrected data.

use super::{Day, StoreError, Tx, people::NewPerson};
use crate::base::{
    clock::Moment,
    id::{AccountId, PersonId},
};

statements! {
    HOLDER = "SELECT person_id FROM identifiers WHERE keyed = $1 AND status <> 'superseded'";
    HAS = "SELECT person_id FROM identifiers WHERE person_id = $1 AND type = $2 AND status <> 'superseded' LIMIT 1";
    SUPERSEDE = "UPDATE identifiers SET status = 'superseded', superseded_at = $3
                 WHERE person_id = $1 AND type = $2 AND status <> 'superseded'";
    // Of two records that were made one, the other sector ID is superseded, and signs in as an alias.
    DISOWN_NAMES = "DELETE FROM sign_in_names WHERE account_id = $1 AND name IN (SELECT lower(i.value) FROM identifiers i
                    WHERE i.person_id = $2 AND i.type = 'moet' AND i.keyed <> $3)";
    DISOWN = "DELETE FROM identifiers WHERE person_id = $1 AND type = 'moet' AND (keyed <> $2 OR status = 'superseded')";
    OPEN_ACCOUNT = "INSERT INTO accounts (id, person_id, state, activation_issue, created_at, updated_at)
                    VALUES ($1, $2, 'provisional', 0, $3, $3)";
    KEEP_AS_ALIAS = "UPDATE sign_in_names SET kind = 'alias' WHERE account_id = $1 AND kind = 'sector_id'";
    DROP_NAME = "DELETE FROM sign_in_names WHERE account_id = $1 AND kind = 'sector_id'";
    OWN_NAME = "DELETE FROM sign_in_names WHERE account_id = $1 AND name = $2";
    NAME = "INSERT INTO sign_in_names (name, account_id, kind, created_at) VALUES ($1, $2, 'sector_id', $3)";
    CORRECT = "UPDATE persons SET full_name = $2, family_name = $3, middle_name = $4, given_name = $5, search_key = $6,
                      sort_key = $7, birth_date = $8, sex = $9, imprint = NULL, updated_at = $10 WHERE id = $1";
    FORGET_WORDS = "DELETE FROM person_words WHERE person_id = $1";
    FORGET_CONTACT = "DELETE FROM contacts WHERE person_id = $1 AND kind = $2";
    SET_CLAIMS = "UPDATE persons SET claims = $2, locale = $3, updated_at = $4 WHERE id = $1";
    KNOWN = "SELECT full_name, birth_date, sex, updated_at FROM persons WHERE id = $1";
    SAME_NAME = "SELECT id FROM persons WHERE sort_key = $1 AND birth_date = $2 ORDER BY id LIMIT 20";
}

row! {
    /// What is known of somebody.
    #[derive(Clone, Debug)]
    pub struct KnownRow {
        /// The name as written.
        pub full_name: String,
        /// Day of birth.
        pub birth_date: Option<Day>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// When it was last changed.
        pub updated_at: Moment,
    }
}

/// Who holds an identifier (its keyed hash) now.
pub async fn holder(tx: &mut Tx, keyed: &[u8; 32]) -> Result<Option<PersonId>, StoreError> {
    let row: Option<(PersonId,)> =
        on_db!(tx, c => sqlx::query_as(HOLDER).bind(keyed.as_slice()).fetch_optional(&mut *c))?;
    Ok(row.map(|(person,)| person))
}

/// Whether somebody has an identifier of a kind.
pub async fn has(tx: &mut Tx, person: PersonId, kind: &str) -> Result<bool, StoreError> {
    let row: Option<(PersonId,)> =
        on_db!(tx, c => sqlx::query_as(HAS).bind(person).bind(kind).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Somebody's identifiers of a kind are superseded; how many.
pub async fn supersede(tx: &mut Tx, person: PersonId, kind: &str, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(SUPERSEDE).bind(person).bind(kind).bind(now))
}

/// Somebody's sector IDs but for one (its keyed hash) were never theirs: they sign nobody in, are free for whom they belong
/// to, and are not buried with them. How many.
pub async fn disown(tx: &mut Tx, person: PersonId, account: AccountId, but: &[u8; 32]) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(DISOWN_NAMES).bind(account).bind(person).bind(but.as_slice()))?;
    on_db!(tx, sqlx::query(DISOWN).bind(person).bind(but.as_slice()))
}

/// Opens an account for which no code was issued.
pub async fn open_account(tx: &mut Tx, account: AccountId, person: PersonId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(OPEN_ACCOUNT).bind(account).bind(person).bind(now)).map(drop)
}

/// What becomes of the name an account signed in with so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Former {
    /// It goes on as an alias: it was printed and handed out.
    Alias,
    /// It goes: it was somebody else's, or a mistake.
    Gone,
}

/// An account signs in by another name.
pub async fn name(tx: &mut Tx, account: AccountId, name: &str, former: Former, now: Moment) -> Result<(), StoreError> {
    let statement = if former == Former::Alias { KEEP_AS_ALIAS } else { DROP_NAME };
    on_db!(tx, sqlx::query(statement).bind(account))?;
    // An alias of theirs, it may be.
    on_db!(tx, sqlx::query(OWN_NAME).bind(account).bind(name))?;
    on_db!(tx, sqlx::query(NAME).bind(name).bind(account).bind(now)).map(drop)
}

/// Somebody's data become these; false when there is no such person. The words they are found by go with it.
pub async fn correct(tx: &mut Tx, to: &NewPerson, now: Moment) -> Result<bool, StoreError> {
    let parts = to.name.parts();
    let changed = on_db!(
        tx,
        sqlx::query(CORRECT)
            .bind(to.id)
            .bind(to.name.as_str())
            .bind(parts.family)
            .bind(parts.middle)
            .bind(parts.given)
            .bind(to.search_key())
            .bind(to.sort_key())
            .bind(to.birth_date)
            .bind(to.sex)
            .bind(now)
    )?;
    on_db!(tx, sqlx::query(FORGET_WORDS).bind(to.id))?;
    Ok(changed == 1)
}

/// What is known of somebody.
pub async fn known(tx: &mut Tx, person: PersonId) -> Result<Option<KnownRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(KNOWN).bind(person).fetch_optional(&mut *c))
}

/// Somebody's contact of a kind is removed.
pub async fn forget_contact(tx: &mut Tx, person: PersonId, kind: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FORGET_CONTACT).bind(person).bind(kind)).map(drop)
}

/// Further claims, as a document, and the language; false when there is no such person.
pub async fn set_claims(
    tx: &mut Tx,
    person: PersonId,
    claims: &str,
    locale: Option<&str>,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SET_CLAIMS).bind(person).bind(claims).bind(locale).bind(now))? == 1)
}

/// People of the same name, as it is sorted, who were born on the same day.
pub async fn namesakes(tx: &mut Tx, sort_key: &[u8], born: Day) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> =
        on_db!(tx, c => sqlx::query_as(SAME_NAME).bind(sort_key).bind(born).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
