//! What a dry run would have written: later rows must find it as if it had been. A commit needs none, for it has the store.
//!
//! Only people whom rows of another unit may be about are kept, so that a whole sector fits in memory: the first look at
//! the files counts what every row is found by ([`Mentions`]).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    keyring::{Prepared, mark, short},
    known::Known,
};
use crate::{base::id::PersonId, model::text::SearchKey, store::matching::Keyed};

/// What the rows of a run are found by, each as often as a row names it. Eight bytes for each.
#[derive(Debug, Default)]
pub(crate) struct Mentions(Vec<u64>);

impl Mentions {
    /// Counts what a row is found by.
    pub(crate) fn add(&mut self, row: &Prepared) {
        self.0.extend(row.marks());
    }

    /// Makes them fit to be asked.
    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_unstable();
        self
    }

    fn of(&self, mark: u64) -> usize {
        let from = self.0.partition_point(|other| *other < mark);
        self.0[from..].partition_point(|other| *other == mark)
    }
}

/// People as a dry run would have left them.
#[derive(Debug)]
pub(crate) struct Overlay {
    mentions: Arc<Mentions>,
    /// What the rows of the unit at hand are found by.
    here: HashMap<u64, usize>,
    people: HashMap<PersonId, Known>,
    holders: HashMap<u64, PersonId>,
    namesakes: HashMap<u64, PersonId>,
}

impl Overlay {
    /// Over what the store holds; for a run whose rows are found by these.
    pub(crate) fn new(mentions: Arc<Mentions>) -> Self {
        Self {
            mentions,
            here: HashMap::new(),
            people: HashMap::new(),
            holders: HashMap::new(),
            namesakes: HashMap::new(),
        }
    }

    /// The rows of the next unit.
    pub(crate) fn turn_to(&mut self, rows: &[Prepared]) {
        self.here.clear();
        for mark in rows.iter().flat_map(Prepared::marks) {
            *self.here.entry(mark).or_default() += 1;
        }
    }

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

    /// Remembers a person as they would be, and what they would be found by, if rows of another unit may ask.
    pub(crate) fn put(&mut self, person: Known, keys: &HashSet<Keyed>) {
        let alike = person.born.map(|born| mark((born, person.name.search_key())));
        let mut marks = keys.iter().map(short).chain(alike);
        // Staff are found without being named as well: a class may have another homeroom teacher.
        let is_staff = person.standing.active().any(|role| role.post.is_employment());
        let elsewhere = |mark| self.mentions.of(mark) > self.here.get(&mark).copied().unwrap_or_default();
        if !is_staff && !marks.any(elsewhere) {
            return;
        }
        for keyed in keys {
            self.holders.insert(short(keyed), person.id);
        }
        if let Some(alike) = alike {
            self.namesakes.entry(alike).or_insert(person.id);
        }
        self.people.insert(person.id, person);
    }
}
