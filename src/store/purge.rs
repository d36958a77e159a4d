//! Removing a person: everything but a tombstone.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, PersonId},
};

statements! {
    CODES = "DELETE FROM codes WHERE grant_id IN (SELECT id FROM grants WHERE account_id = $1)";
    REFRESH = "DELETE FROM refresh_tokens WHERE grant_id IN (SELECT id FROM grants WHERE account_id = $1)";
    GRANTS = "DELETE FROM grants WHERE account_id = $1";
    SESSIONS = "DELETE FROM sessions WHERE account_id = $1";
    CONSENTS = "DELETE FROM consents WHERE account_id = $1";
    NAMES = "DELETE FROM sign_in_names WHERE account_id = $1";
    PASSWORD = "DELETE FROM passwords WHERE account_id = $1";
    RESCUE = "DELETE FROM rescue_codes WHERE account_id = $1";
    BADGES = "DELETE FROM badges WHERE account_id = $1";
    IMPORT_PIECES = "DELETE FROM import_pieces WHERE task_id IN (SELECT id FROM import_tasks WHERE account_id = $1)";
    IMPORT_FILES = "DELETE FROM import_files WHERE task_id IN (SELECT id FROM import_tasks WHERE account_id = $1)";
    IMPORTS = "DELETE FROM import_tasks WHERE account_id = $1";
    DELEGATIONS = "DELETE FROM delegations WHERE account_id = $1";
    ACCOUNT = "DELETE FROM accounts WHERE id = $1";
    TOMBSTONE = "INSERT INTO tombstones (person_id, keyed, purged_at) VALUES ($1, NULL, $2)";
    // Of two records that were made one, the sector IDs of both: one of them is superseded.
    BURY = "INSERT INTO tombstones (person_id, keyed, purged_at) SELECT person_id, keyed, $2 FROM identifiers
            WHERE person_id = $1 AND (type = 'moet' OR (type = 'temp' AND status <> 'superseded')) ON CONFLICT DO NOTHING";
    ENROLMENTS = "DELETE FROM enrolments WHERE affiliation_id IN (SELECT id FROM affiliations WHERE person_id = $1)";
    AFFILIATIONS = "DELETE FROM affiliations WHERE person_id = $1";
    CONTACTS = "DELETE FROM contacts WHERE person_id = $1";
    IDENTIFIERS = "DELETE FROM identifiers WHERE person_id = $1";
    TRANSFERS = "DELETE FROM transfers WHERE person_id = $1";
    MARKS = "DELETE FROM rollover_marks WHERE person_id = $1";
    MOVES = "DELETE FROM rollover_moves WHERE person_id = $1";
    WORDS = "DELETE FROM person_words WHERE person_id = $1";
    PERSON = "DELETE FROM persons WHERE id = $1";
    BURIED = "SELECT person_id FROM tombstones WHERE keyed = $1";
}

/// Everything that hangs from an account, before the account itself.
const OF_ACCOUNT: [&str; 14] = [
    CODES,
    REFRESH,
    GRANTS,
    SESSIONS,
    CONSENTS,
    NAMES,
    PASSWORD,
    RESCUE,
    BADGES,
    IMPORT_PIECES,
    IMPORT_FILES,
    IMPORTS,
    DELEGATIONS,
    ACCOUNT,
];

/// Removes what an account has to sign in with; its sessions and grants end elsewhere.
pub async fn credentials(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    for statement in [PASSWORD, RESCUE, BADGES] {
        on_db!(tx, sqlx::query(statement).bind(account))?;
    }
    Ok(())
}

/// Removes a person and their account, and puts up the tombstone.
pub async fn person(tx: &mut Tx, person: PersonId, account: AccountId, now: Moment) -> Result<(), StoreError> {
    for statement in [TOMBSTONE, BURY] {
        on_db!(tx, sqlx::query(statement).bind(person).bind(now))?;
    }
    everything(tx, person, account).await
}

/// Removes somebody whom an import should not have made: nobody gets their pid again, but their identifier is free.
pub async fn unmade(tx: &mut Tx, person: PersonId, account: AccountId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(TOMBSTONE).bind(person).bind(now))?;
    everything(tx, person, account).await
}

async fn everything(tx: &mut Tx, person: PersonId, account: AccountId) -> Result<(), StoreError> {
    for statement in OF_ACCOUNT {
        on_db!(tx, sqlx::query(statement).bind(account))?;
    }
    for statement in [ENROLMENTS, AFFILIATIONS, CONTACTS, IDENTIFIERS, TRANSFERS, MARKS, MOVES, WORDS, PERSON] {
        on_db!(tx, sqlx::query(statement).bind(person))?;
    }
    Ok(())
}

/// Removes a person of whom everything was taken over by another: what is left is an account with nothing, and a name.
pub async fn emptied(tx: &mut Tx, person: PersonId, account: AccountId) -> Result<(), StoreError> {
    for statement in [CODES, REFRESH, GRANTS, SESSIONS, CONSENTS, PASSWORD, RESCUE, BADGES, DELEGATIONS, ACCOUNT] {
        on_db!(tx, sqlx::query(statement).bind(account))?;
    }
    for statement in [CONTACTS, WORDS, PERSON] {
        on_db!(tx, sqlx::query(statement).bind(person))?;
    }
    Ok(())
}

/// Whether an identifier (its keyed hash) was a purged person's.
pub async fn is_buried(tx: &mut Tx, keyed: &[u8; 32]) -> Result<bool, StoreError> {
    let row: Option<(PersonId,)> =
        on_db!(tx, c => sqlx::query_as(BURIED).bind(keyed.as_slice()).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}
