//! What a row is found by: keyed hashes of the identifiers in it, and a mark of what it says. Computed where rows are
//! parsed, beside the database's work.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::super::row::{AssignmentRow, Decided, Identity, PupilRow, Record, Row, SchoolRow, StaffRow};
use crate::{
    base::{digest::MacKey, id::PersonId, letters::ALPHABET},
    model::{
        citizen_number::CitizenNumber, class_code::ClassCode, school_code::SchoolCode, sector_id::SectorId,
        text::SearchKey,
    },
    store::matching::Keyed,
};

/// Hashes identifiers under the server's key.
#[derive(Clone, Debug)]
pub(crate) struct Keyring(MacKey);

/// A row on its way to the plan.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// As it was read.
    pub(crate) record: Record,
    /// By what it is found.
    pub(crate) keys: Keys,
}

/// By what a row is found. Rows that were refused have none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    /// The sector ID's, or a temporary one's.
    pub(crate) sector: Option<Keyed>,
    /// The citizen number's.
    pub(crate) citizen: Option<Keyed>,
    /// Of whom somebody decided that the row is about.
    pub(crate) decided: Option<Keyed>,
    /// The temporary ID that the row's person gets if nobody has one, and is found by when the same row comes again.
    pub(crate) derived: Option<(SectorId, Keyed)>,
    /// The Microsoft account's. Nobody is found by it: it is only asked whose it is.
    pub(crate) upn: Option<Keyed>,
    /// The folded name.
    pub(crate) name: Option<SearchKey>,
    /// What the row says, as a whole.
    pub(crate) gist: u64,
}

impl Prepared {
    /// Marks of everything by which the row may find somebody, or be in their way, in memory only.
    pub(crate) fn marks(&self) -> impl Iterator<Item = u64> {
        let born = match &self.record.outcome {
            Ok(Row::Staff(row)) => row.who.born,
            Ok(Row::Pupil(row)) => row.who.born,
            _ => None,
        };
        let alike = born.zip(self.keys.name.as_ref()).map(mark);
        self.keys.named().map(|keyed| short(&keyed)).chain(alike)
    }
}

impl Prepared {
    /// Whom the row is about, of those whose identifiers are held; nobody for a row that is about no person.
    pub(crate) fn person(&self, holders: &HashMap<Keyed, PersonId>) -> Option<PersonId> {
        match &self.record.outcome {
            Ok(Row::Pupil(_) | Row::Staff(_)) => self.keys.all().find_map(|keyed| holders.get(&keyed).copied()),
            _ => None,
        }
    }
}

impl Keys {
    /// Everything by which somebody may be known already.
    pub(crate) fn all(&self) -> impl Iterator<Item = Keyed> {
        let derived = self.derived.as_ref().map(|(_, keyed)| *keyed);
        [self.sector, self.citizen, self.decided, derived].into_iter().flatten()
    }

    /// The same, and what the person is to be known by elsewhere.
    pub(crate) fn named(&self) -> impl Iterator<Item = Keyed> {
        self.all().chain(self.upn)
    }

    /// Under what the row's person is counted: whoever has any of its identifiers, so that two rows may tell of one person
    /// by different ones.
    pub(crate) fn counted(&self, holder: impl Fn(&Keyed) -> Option<PersonId>) -> Option<u64> {
        self.all().find_map(|keyed| holder(&keyed)).map(|person| mark(("person", person))).or_else(|| self.person())
    }

    /// Whom the row is about, as far as the row itself tells.
    pub(crate) fn person(&self) -> Option<u64> {
        self.all().next().map(|keyed| short(&keyed))
    }
}

impl Keyring {
    /// Under the server's key for identifiers.
    pub(crate) const fn new(identifiers: MacKey) -> Self {
        Self(identifiers)
    }

    /// The key of an identifier: `moet`, `temp`, `cccd`, `upn`.
    pub(crate) fn of(&self, kind: &str, value: &str) -> Keyed {
        self.0.mac(&[kind.as_bytes(), value.as_bytes()])
    }

    /// The key of a sector ID, or of a temporary one.
    pub(crate) fn of_sector_id(&self, id: &SectorId) -> Keyed {
        self.of(if id.is_temporary() { "temp" } else { "moet" }, id.as_str())
    }

    /// Computes what a row is found by.
    pub(crate) fn prepare(&self, record: Record) -> Prepared {
        let mut keys = match &record.outcome {
            Ok(Row::Pupil(row)) => self.identity(&row.who, &row.school),
            Ok(Row::Staff(row)) => self.identity(&row.who, &row.school),
            Ok(Row::Assignment(row)) => Keys { sector: Some(self.of_sector_id(&row.teacher)), ..Keys::default() },
            Ok(Row::School(_)) | Err(_) => Keys::default(),
        };
        keys.gist = record.outcome.as_ref().map_or(0, gist);
        Prepared { record, keys }
    }

    fn identity(&self, who: &Identity, school: &SchoolCode) -> Keys {
        let derived = who.sector_id.is_none().then(|| self.temporary(who, school));
        Keys {
            sector: who.sector_id.as_ref().map(|id| self.of_sector_id(id)),
            citizen: who.citizen_number.as_ref().map(|number| self.of("cccd", number.expose())),
            decided: match &who.decided {
                Some(Decided::Is(id) | Decided::IfKnown(id)) => Some(self.of_sector_id(id)),
                _ => None,
            },
            derived: derived.map(|id| {
                let keyed = self.of_sector_id(&id);
                (id, keyed)
            }),
            upn: who.upn.as_ref().map(|upn| self.of("upn", upn)),
            name: Some(who.name.search_key()),
            gist: 0,
        }
    }

    /// `TAM-` and ten letters, always the same for the same row: 41 bits, of letters that no keyboard rewrites.
    fn temporary(&self, who: &Identity, school: &SchoolCode) -> SectorId {
        let born = who.born.map(|day| day.to_string()).unwrap_or_default();
        let number = who.citizen_number.as_ref().filter(|_| who.born.is_none()).map_or("", |number| number.expose());
        let sex = who.sex.map_or("", |sex| sex.as_str());
        let name = who.name.search_key();
        let decided = if who.decided == Some(Decided::Somebody) { "somebody else" } else { "" };
        let parts = ["temporary", school.as_str(), name.as_str(), &born, sex, number, decided];
        let mac = self.0.mac(&parts.map(str::as_bytes));
        let mut left = u128::from_be_bytes(mac[..16].try_into().unwrap_or_default());
        let mut text = SectorId::TEMPORARY.to_owned();
        for _ in 0..10 {
            text.push(char::from(ALPHABET[usize::try_from(left % 18).unwrap_or_default()]));
            left /= 18;
        }
        SectorId::read(&text).unwrap_or_else(|_| unreachable!("fourteen letters and a hyphen make an identifier"))
    }
}

/// Eight bytes are enough to tell apart what is held in memory: the key is secret, so nobody can aim at a collision.
pub(crate) fn short(keyed: &Keyed) -> u64 {
    u64::from_be_bytes(keyed[..8].try_into().unwrap_or_default())
}

/// A mark of several things, in memory only.
pub(crate) fn mark(what: impl Hash) -> u64 {
    // The keys of this hasher are fixed, so a resumed run comes to the same marks.
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

fn gist(row: &Row) -> u64 {
    match row {
        Row::School(SchoolRow { code, name, levels, commune, status }) => mark((code, name, levels, commune, status)),
        Row::Pupil(PupilRow { who, school, school_named: _, class, grade, status, status_since }) => {
            mark((person(who), school, class.as_ref().map(ClassCode::key), grade, status, status_since))
        }
        Row::Staff(StaffRow { who, school, school_named: _, role, position: _, subjects: _, status, email, phone }) => {
            mark((person(who), school, role, status, email, phone))
        }
        Row::Assignment(AssignmentRow { school, class, teacher, name: _, function }) => {
            mark((school, class.key(), teacher, function))
        }
    }
}

fn person(who: &Identity) -> u64 {
    let number = who.citizen_number.as_ref().map(CitizenNumber::expose);
    mark((&who.sector_id, number, &who.name, who.born, who.sex, &who.upn))
}
