//! Changes to many people at once: names, identifiers, contacts, sign-in names, states of accounts.
//!
//! Each change is guarded by what it was decided on; when something else came first, the whole write is abandoned and the
//! caller decides anew.

use super::{
    StoreError, Tx,
    people::{self, NewPerson},
};
use crate::base::{
    clock::Moment,
    id::{AccountId, ContactId, IdentifierId, PersonId},
};

/// Something was changed by somebody else since it was read.
pub const OVERTAKEN: StoreError = StoreError::Abandoned("the row was changed meanwhile");

/// A person whose name, day of birth or sex is corrected.
#[derive(Clone, Debug)]
pub struct Correction {
    /// All of them as they are to be.
    pub to: NewPerson,
    /// When the person was changed before.
    pub was: Moment,
}

/// A step of an account.
#[derive(Clone, Debug)]
pub struct Step {
    /// The account.
    pub account: AccountId,
    /// From.
    pub from: &'static str,
    /// To; a new activation code is issued with `pending`.
    pub to: &'static str,
}

/// Marks people as changed now; all of them must be as they were read.
pub async fn touch(tx: &mut Tx, rows: &[(PersonId, Moment)], now: Moment) -> Result<(), StoreError> {
    let touched = change_many!(
        tx,
        rows,
        "WITH given (id, was, now) AS (",
        |b, row| b.push_bind(row.0).push_bind(row.1).push_bind(now),
        ") UPDATE persons SET updated_at = given.now FROM given \
         WHERE persons.id = given.id AND persons.updated_at = given.was"
    );
    all(touched, rows.len())
}

/// Corrects people; all of them must be as they were read.
pub async fn correct(tx: &mut Tx, rows: &[Correction], now: Moment) -> Result<(), StoreError> {
    let corrected = change_many!(
        tx,
        rows,
        "WITH given (id, full_name, family_name, middle_name, given_name, search_key, sort_key, birth_date, sex, was, now) \
         AS (",
        |b, row| b
            .push_bind(row.to.id)
            .push_bind(row.to.name.as_str())
            .push_bind(row.to.name.parts().family)
            .push_bind(row.to.name.parts().middle)
            .push_bind(row.to.name.parts().given)
            .push_bind(row.to.search.as_str())
            .push_bind(row.to.sort.as_bytes())
            .push_bind(row.to.birth_date)
            .push_bind(row.to.sex)
            .push_bind(row.was)
            .push_bind(now),
        ") UPDATE persons SET full_name = given.full_name, family_name = given.family_name, \
         middle_name = given.middle_name, given_name = given.given_name, search_key = given.search_key, \
         sort_key = given.sort_key, birth_date = given.birth_date, sex = given.sex, updated_at = given.now FROM given \
         WHERE persons.id = given.id AND persons.updated_at = given.was"
    );
    all(corrected, rows.len())?;
    change_many!(
        tx,
        rows,
        "WITH given (id) AS (",
        |b, row| b.push_bind(row.to.id),
        ") DELETE FROM person_words WHERE person_id IN (SELECT id FROM given)"
    );
    people::add_words(tx, rows.iter().map(|row| &row.to)).await
}

/// Identifiers that others have taken the place of.
pub async fn supersede(tx: &mut Tx, rows: &[IdentifierId], now: Moment) -> Result<(), StoreError> {
    let superseded = change_many!(
        tx,
        rows,
        "WITH given (id, now) AS (",
        |b, id| b.push_bind(*id).push_bind(now),
        ") UPDATE identifiers SET status = 'superseded', superseded_at = given.now FROM given \
         WHERE identifiers.id = given.id AND identifiers.status <> 'superseded'"
    );
    all(superseded, rows.len())
}

/// Gives accounts new names to sign in with; the old ones go on as aliases, since they were printed and handed out.
pub async fn rename(tx: &mut Tx, rows: &[(AccountId, String)], now: Moment) -> Result<(), StoreError> {
    change_many!(
        tx,
        rows,
        "WITH given (account_id) AS (",
        |b, row| b.push_bind(row.0),
        ") UPDATE sign_in_names SET kind = 'alias' FROM given \
         WHERE sign_in_names.account_id = given.account_id AND sign_in_names.kind = 'sector_id'"
    );
    insert_many!(tx, rows, "INSERT INTO sign_in_names (name, account_id, kind, created_at) ", |b, row| b
        .push_bind(row.1.as_str())
        .push_bind(row.0)
        .push("'sector_id'")
        .push_bind(now));
    Ok(())
}

/// Drops contacts.
pub async fn drop_contacts(tx: &mut Tx, rows: &[ContactId]) -> Result<(), StoreError> {
    change_many!(
        tx,
        rows,
        "WITH given (id) AS (",
        |b, id| b.push_bind(*id),
        ") DELETE FROM contacts WHERE id IN (SELECT id FROM given)"
    );
    Ok(())
}

/// Takes accounts from state to state; all of them must be in the state they come from.
pub async fn step(tx: &mut Tx, rows: &[Step], until: Moment, now: Moment) -> Result<(), StoreError> {
    let stepped = change_many!(
        tx,
        rows,
        "WITH given (id, before, after, until, now) AS (",
        |b, row| b.push_bind(row.account).push_bind(row.from).push_bind(row.to).push_bind(until).push_bind(now),
        ") UPDATE accounts SET state = given.after, updated_at = given.now, \
         activation_issue = activation_issue + CASE given.after WHEN 'pending' THEN 1 ELSE 0 END, \
         activation_expires_at = CASE given.after WHEN 'pending' THEN given.until ELSE activation_expires_at END \
         FROM given WHERE accounts.id = given.id AND accounts.state = given.before"
    );
    all(stepped, rows.len())
}

fn all(changed: u64, wanted: usize) -> Result<(), StoreError> {
    if changed == wanted as u64 { Ok(()) } else { Err(OVERTAKEN) }
}
