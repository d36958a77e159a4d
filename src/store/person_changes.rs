//! Changes to many people at once: names, identifiers, contacts, sign-in names.
//!
//! Each change is guarded by what it was decided on; when something else came first, the whole write is abandoned and the
//! caller decides anew.

use sqlx::QueryBuilder;

use super::{
    StoreError, Tx, bulk,
    people::{self, NewPerson},
};
use crate::base::{
    clock::Moment,
    id::{AccountId, ContactId, IdentifierId, PersonId},
};

/// Something was changed by somebody else since it was read.
pub const OVERTAKEN: StoreError = StoreError::Abandoned("a row was changed meanwhile");

/// A person whose name, day of birth or sex is corrected.
#[derive(Clone, Debug)]
pub struct Correction {
    /// All of them as they are to be.
    pub to: NewPerson,
    /// When the person was changed before.
    pub was: Moment,
}

/// Somebody of whom a roster changes, or finds, something else than their record.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// Who.
    pub person: PersonId,
    /// When they were changed before.
    pub was: Moment,
    /// The mark of the roster row that they are as of.
    pub imprint: Option<i64>,
}

/// Marks people as changed now; all of them must be as they were read.
pub async fn touch(tx: &mut Tx, rows: &[Touch], now: Moment) -> Result<(), StoreError> {
    let touched = insert_many!(
        tx,
        rows,
        "UPDATE persons AS p SET updated_at = v.column4, imprint = v.column3 FROM (",
        ") AS v WHERE p.id = v.column1 AND p.updated_at = v.column2",
        |b, row| b.push_bind(row.person).push_bind(row.was).push_bind(row.imprint).push_bind(now)
    );
    all(touched, rows.len())
}

/// Notes which roster row people are as of who were found to be as it says; whoever was changed since is left out.
pub async fn imprint(tx: &mut Tx, rows: &[Touch]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE persons AS p SET imprint = v.column3 FROM (",
        ") AS v WHERE p.id = v.column1 AND p.updated_at = v.column2",
        |b, row| b.push_bind(row.person).push_bind(row.was).push_bind(row.imprint)
    );
    Ok(())
}

/// Something of these people is another now than a roster said: the next one is compared with what they are.
pub async fn stir(tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<(), StoreError> {
    for chunk in people.chunks(bulk::ROWS) {
        on_db!(tx, c => async {
            let mut query = QueryBuilder::new("UPDATE persons SET imprint = NULL, updated_at = ");
            query.push_bind(now).push(" WHERE id IN (");
            bulk::list(&mut query, chunk).build().execute(&mut *c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(())
}

/// Corrects people; all of them must be as they were read.
pub async fn correct(tx: &mut Tx, rows: &[Correction], now: Moment) -> Result<(), StoreError> {
    let corrected = insert_many!(
        tx,
        rows,
        "UPDATE persons AS p SET full_name = v.column2, family_name = v.column3, middle_name = v.column4, \
         given_name = v.column5, search_key = v.column6, sort_key = v.column7, birth_date = v.column8, sex = v.column9, \
         updated_at = v.column11, imprint = v.column12 FROM (",
        ") AS v WHERE p.id = v.column1 AND p.updated_at = v.column10",
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
            .push_bind(now)
            .push_bind(row.to.imprint)
    );
    all(corrected, rows.len())?;
    insert_many!(tx, rows, "DELETE FROM person_words WHERE person_id IN (", ")", |b, row| b.push_bind(row.to.id));
    people::add_words(tx, rows.iter().map(|row| &row.to)).await
}

/// Identifiers in whose place others came.
pub async fn supersede(tx: &mut Tx, rows: &[IdentifierId], now: Moment) -> Result<(), StoreError> {
    let superseded = insert_many!(
        tx,
        rows,
        "UPDATE identifiers AS i SET status = 'superseded', superseded_at = v.column2 FROM (",
        ") AS v WHERE i.id = v.column1 AND i.status || '' <> 'superseded'",
        |b, id| b.push_bind(*id).push_bind(now)
    );
    all(superseded, rows.len())
}

/// Gives accounts new names to sign in with; the old ones go on as aliases, since they were printed and handed out.
pub async fn rename(tx: &mut Tx, rows: &[(AccountId, String)], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE sign_in_names SET kind = 'alias' WHERE kind = 'sector_id' AND account_id IN (",
        ")",
        |b, row| b.push_bind(row.0)
    );
    insert_many!(tx, rows, "INSERT INTO sign_in_names (name, account_id, kind, created_at) ", |b, row| b
        .push_bind(row.1.as_str())
        .push_bind(row.0)
        .push_bind("sector_id")
        .push_bind(now));
    Ok(())
}

/// Drops contacts.
pub async fn drop_contacts(tx: &mut Tx, rows: &[ContactId]) -> Result<(), StoreError> {
    insert_many!(tx, rows, "DELETE FROM contacts WHERE id IN (", ")", |b, id| b.push_bind(*id));
    Ok(())
}

fn all(changed: u64, wanted: usize) -> Result<(), StoreError> {
    if changed == wanted as u64 { Ok(()) } else { Err(OVERTAKEN) }
}
