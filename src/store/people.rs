//! People, their identifiers, contacts and accounts: writing them.

use super::{Day, StoreError, Tx};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ContactId, IdentifierId, PersonId},
    },
    model::{name::PersonName, sort::SortKey, text::SearchKey},
};

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their row.
    pub id: PersonId,
    /// As written.
    pub name: PersonName,
    /// Day of birth.
    pub birth_date: Option<Day>,
    /// `female` or `male`.
    pub sex: Option<&'static str>,
    /// The mark of the roster row that they are as of.
    pub imprint: Option<i64>,
    pub(super) search: SearchKey,
    pub(super) sort: SortKey,
}

impl NewPerson {
    /// A person; what they are found and sorted by is computed here, outside of any transaction.
    pub fn new(id: PersonId, name: PersonName, birth_date: Option<Day>, sex: Option<&'static str>) -> Self {
        let (search, sort) = (name.search_key(), SortKey::of(&name));
        Self { id, name, birth_date, sex, imprint: None, search, sort }
    }

    /// What they are searched by.
    pub fn search_key(&self) -> &str {
        self.search.as_str()
    }

    /// What they are sorted by.
    pub fn sort_key(&self) -> &[u8] {
        self.sort.as_bytes()
    }

    /// What the person is found by: the folded name once for each of its words, turned so that the word stands first.
    /// So every word's beginning is found in an index, and the same entry says whether the other words fit.
    fn turns(&self) -> Vec<String> {
        let words: Vec<&str> = self.search.tokens().collect();
        let mut turns: Vec<String> =
            (0..words.len()).map(|first| [&words[first..], &words[..first]].concat().join(" ")).collect();
        turns.sort_unstable();
        turns.dedup();
        turns
    }
}

/// An identifier to be added to the ledger.
#[derive(Clone, Debug)]
pub struct NewIdentifier {
    /// Its row.
    pub id: IdentifierId,
    /// Whose.
    pub person: PersonId,
    /// `moet`, `temp`, `cccd`, …
    pub kind: &'static str,
    /// In clear, for what is not personal.
    pub value: Option<String>,
    /// Sealed, for what is.
    pub sealed: Option<Vec<u8>>,
    /// By what it is found.
    pub keyed: [u8; 32],
}

/// A contact to be added.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Its row.
    pub id: ContactId,
    /// Whose.
    pub person: PersonId,
    /// `email` or `phone`.
    pub kind: &'static str,
    /// The address or number.
    pub value: String,
}

/// An account to be opened.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its row.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// The canonical name it signs in with.
    pub name: String,
}

/// Adds people, and the words they are found by.
pub async fn add_people(tx: &mut Tx, rows: &[NewPerson], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO persons (id, full_name, family_name, middle_name, given_name, search_key, sort_key, birth_date, \
         sex, imprint, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.name.as_str())
            .push_bind(row.name.parts().family)
            .push_bind(row.name.parts().middle)
            .push_bind(row.name.parts().given)
            .push_bind(row.search.as_str())
            .push_bind(row.sort.as_bytes())
            .push_bind(row.birth_date)
            .push_bind(row.sex)
            .push_bind(row.imprint)
            .push_bind(now)
            .push_bind(now)
    );
    add_words(tx, rows.iter()).await
}

/// Adds what people are found by.
pub async fn add_words(tx: &mut Tx, rows: impl Iterator<Item = &NewPerson>) -> Result<(), StoreError> {
    let mut turns: Vec<(String, &NewPerson)> =
        rows.flat_map(|row| row.turns().into_iter().map(move |turn| (turn, row))).collect();
    // In the order of the index, so that each of its pages is gone to once.
    turns.sort_unstable_by(|(turn, _), (other, _)| turn.cmp(other));
    insert_many!(tx, turns, "INSERT INTO person_words (word, person_id, sort_key) ", |b, row| b
        .push_bind(row.0.as_str())
        .push_bind(row.1.id)
        .push_bind(row.1.sort.as_bytes()));
    Ok(())
}

/// Adds identifiers.
pub async fn add_identifiers(tx: &mut Tx, rows: &[NewIdentifier], source: &str, now: Moment) -> Result<(), StoreError> {
    // In the order of the index that holds what they are found by, which is as good as random.
    let mut rows: Vec<&NewIdentifier> = rows.iter().collect();
    rows.sort_unstable_by_key(|row| row.keyed);
    insert_many!(
        tx,
        rows,
        "INSERT INTO identifiers (id, person_id, type, value, sealed, keyed, status, source, created_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.kind)
            .push_bind(row.value.as_deref())
            .push_bind(row.sealed.as_deref())
            .push_bind(row.keyed.as_slice())
            .push_bind(if row.kind == "temp" { "provisional" } else { "active" })
            .push_bind(source)
            .push_bind(now)
    );
    Ok(())
}

/// Adds contacts.
pub async fn add_contacts(tx: &mut Tx, rows: &[NewContact], source: &str, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO contacts (id, person_id, kind, value, verified, source, created_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.kind)
            .push_bind(row.value.as_str())
            .push_bind(false)
            .push_bind(source)
            .push_bind(now)
    );
    Ok(())
}

/// Opens accounts, for which no code was issued yet.
pub async fn add_accounts(tx: &mut Tx, rows: &[NewAccount], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO accounts (id, person_id, state, activation_issue, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind("pending")
            .push_bind(0_i64)
            .push_bind(now)
            .push_bind(now)
    );
    insert_many!(tx, rows, "INSERT INTO sign_in_names (name, account_id, kind, created_at) ", |b, row| b
        .push_bind(row.name.as_str())
        .push_bind(row.id)
        .push_bind("sector_id")
        .push_bind(now));
    Ok(())
}
