//! What a dry run would have written: later rows must find it as if it had been. A commit needs none, for it has the store.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    keyring::{mark, short},
    known::Known,
};
use crate::{base::id::PersonId, model::text::SearchKey, store::matching::Keyed};

/// People as a dry run would have left them.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    people: HashMap<PersonId, Known>,
    holders: HashMap<u64, PersonId>,
    namesakes: HashMap<u64, PersonId>,
}

impl Overlay {
    /// The person who would hold an identifier.
    pub(crate) fn holder(&self, keyed: &Keyed) -> Option<PersonId> {
        self.holders.get(&short(keyed)).copied()
    }

    /// Somebody who would bear a name and day of birth.
    pub(crate) fn namesake(&self, born: Date, name: &SearchKey) -> Option<PersonId> {
        self.namesakes.get(&mark((born, name))).copied()
    }

    /// A person as they would be.
    pub(crate) fn person(&self, id: PersonId) -> Option<&Known> {
        self.people.get(&id)
    }

    /// Remembers a person as they would be, and what they would be found by.
    pub(crate) fn put(&mut self, person: Known, keys: Vec<Keyed>) {
        for keyed in keys {
            self.holders.insert(short(&keyed), person.id);
        }
        if let Some(born) = person.born {
            self.namesakes.entry(mark((born, person.name.search_key()))).or_insert(person.id);
        }
        self.people.insert(person.id, person);
    }
}
