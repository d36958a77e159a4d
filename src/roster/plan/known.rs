//! People as the store knows them, or as this unit has just made them: what a row is compared with.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::reach::Pairs;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, AffiliationId, ClassId, ContactId, EnrolmentId, IdentifierId, OrgId, PersonId},
    },
    model::{membership::Standing, name::PersonName, sector_id::SectorId, sex::Sex, text::SearchKey},
    store::{
        StoreError,
        matching::{ContactRow, IdentifierRow, Keyed, KnownRow},
    },
};

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The person.
    pub(crate) id: PersonId,
    /// As written.
    pub(crate) name: PersonName,
    /// Day of birth.
    pub(crate) born: Option<Date>,
    /// Sex.
    pub(crate) sex: Option<Sex>,
    /// The sector ID, or a temporary one.
    pub(crate) sector: Option<Sector>,
    /// The citizen number.
    pub(crate) citizen: Option<(IdentifierId, Keyed)>,
    /// The name of the Microsoft account.
    pub(crate) upn: Option<Upn>,
    /// The account.
    pub(crate) account: Option<AccountId>,
    /// E-mail addresses and telephones.
    pub(crate) contacts: Vec<Contact>,
    /// Roles and places in classes.
    pub(crate) standing: Standing,
    /// When the store had it changed; a newcomer is not there yet.
    pub(crate) was: Option<Moment>,
    /// Where the person stood when that was read.
    pub(crate) stood: Stand,
    /// Whether name, day of birth or sex is another now.
    pub(crate) corrected: bool,
    /// Whether anything else but roles and places is.
    pub(crate) changed: bool,
    /// The mark of the row that the person is as of, and the one that the store holds.
    pub(crate) imprint: Option<i64>,
    pub(crate) imprinted: Option<i64>,
}

/// Who reads a report, and so of whom it may tell (R38).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Readers {
    /// Whoever administers the sector: of everybody.
    Sector,
    /// Whoever administers one school; one that nobody knows is nobody's.
    School(Option<OrgId>),
}

impl Default for Readers {
    fn default() -> Self {
        Self::School(None)
    }
}

/// The roles and places that somebody has, and which role is the main one: whether anything of it changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stand(Vec<(AffiliationId, bool, Vec<EnrolmentId>)>);

impl Stand {
    /// Where somebody stands.
    pub(crate) fn of(standing: &Standing) -> Self {
        let seats = |role| {
            let mut seats: Vec<EnrolmentId> = standing.seats(role).map(|seat| seat.id).collect();
            seats.sort_unstable();
            seats
        };
        let mut roles: Vec<_> = standing.active().map(|role| (role.id, role.primary, seats(role.id))).collect();
        roles.sort_unstable();
        Self(roles)
    }
}

/// The sector ID of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sector {
    /// Its row.
    pub(crate) id: IdentifierId,
    /// What it is.
    pub(crate) value: SectorId,
}

/// The name of a Microsoft account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upn {
    /// Its row.
    pub(crate) id: IdentifierId,
    /// By what it is found.
    pub(crate) keyed: Keyed,
    /// What it is.
    pub(crate) value: String,
}

/// A contact of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// Its row; `None` when this unit made it.
    pub(crate) id: Option<ContactId>,
    /// `email` or `phone`.
    pub(crate) kind: &'static str,
    /// The address or number.
    pub(crate) value: String,
    /// Whether an import brought it, so that another may replace it.
    pub(crate) replaceable: bool,
}

impl Known {
    /// Whether the person has a sector ID for good.
    pub(crate) fn has_sector_id(&self) -> bool {
        self.sector.as_ref().is_some_and(|sector| !sector.value.is_temporary())
    }

    /// Whether a report may tell its readers of the person: a school of whoever is there, or stands in the file itself.
    pub(crate) fn is_told_to(&self, readers: Readers) -> bool {
        match readers {
            Readers::Sector => true,
            Readers::School(school) => self.was.is_none() || school.is_some_and(|school| self.is_at(school)),
        }
    }

    /// Whether the person was at the school of the readers and is nowhere now: whoever comes back is no stranger.
    pub(crate) fn left(&self, readers: Readers) -> bool {
        let Readers::School(Some(school)) = readers else { return false };
        self.standing.active().next().is_none() && self.standing.all().any(|role| role.post.org == school)
    }

    /// Whether the person has a contact.
    pub(crate) fn is_reached_by(&self, kind: &str, value: &str) -> bool {
        self.contacts.iter().any(|contact| contact.kind == kind && contact.value == value)
    }

    /// Whether the person is at a school.
    pub(crate) fn is_at(&self, school: OrgId) -> bool {
        self.standing.active().any(|role| role.post.org == school)
    }

    /// Whether a name and a day of birth may be this person's: one of the two at least is the same.
    pub(crate) fn agrees(&self, name: &SearchKey, born: Option<Date>) -> bool {
        self.name.search_key() == *name || self.born.zip(born).is_some_and(|(known, told)| known == told)
    }
}

/// What the store answered for a unit.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Identifiers of everybody concerned.
    pub(crate) identifiers: Vec<IdentifierRow>,
    /// Everybody concerned.
    pub(crate) people: Vec<KnownRow>,
    /// Their roles and places.
    pub(crate) standings: HashMap<PersonId, Standing>,
    /// Their contacts, when the rows are of staff.
    pub(crate) contacts: Vec<ContactRow>,
    /// Whose the Microsoft accounts of rows are.
    pub(crate) upns: HashMap<Keyed, PersonId>,
    /// Names somebody signs in with.
    pub(crate) taken: HashSet<String>,
    /// Identifiers of people whose record was removed.
    pub(crate) buried: HashSet<Vec<u8>>,
    /// Who is homeroom teacher of classes that get one.
    pub(crate) homerooms: HashMap<ClassId, Vec<PersonId>>,
    /// Whom rows are about, by their number, whose person is as they say: nothing else of them was asked.
    pub(crate) settled: HashMap<u32, PersonId>,
    /// How many roles are in force at schools that are to be closed.
    pub(crate) members: HashMap<OrgId, i64>,
    /// To whom whoever imports for one school does nothing: themselves, and those who hold rights that they lack.
    pub(crate) beyond: HashSet<PersonId>,
    /// Who administers the sector, when a list for more than one school has somebody leave.
    pub(crate) sector_admins: HashSet<PersonId>,
    /// What whoever imports for one school may still find out by trying.
    pub(crate) pairs: Pairs,
}

impl Loaded {
    /// The people, put together.
    pub(crate) fn people(&mut self, today: Date) -> Result<Vec<Known>, StoreError> {
        let mut people: HashMap<PersonId, Parts> = HashMap::new();
        for row in self.identifiers.drain(..) {
            people.entry(row.person_id).or_default().identifiers.push(row);
        }
        for row in self.contacts.drain(..) {
            people.entry(row.person_id).or_default().contacts.push(row);
        }
        let standings = &mut self.standings;
        let known = |row: KnownRow| {
            let standing = standings.remove(&row.id).unwrap_or_else(|| Standing::newcomer(today));
            known(people.remove(&row.id).unwrap_or_default(), standing, &row)
        };
        self.people.drain(..).map(known).collect()
    }
}

#[derive(Default)]
struct Parts {
    identifiers: Vec<IdentifierRow>,
    contacts: Vec<ContactRow>,
}

fn known(parts: Parts, standing: Standing, row: &KnownRow) -> Result<Known, StoreError> {
    let corrupt = |table, column| StoreError::Corrupt { table, column, row: row.id.to_string() };
    let mut sector = None;
    let mut citizen = None;
    let mut upn = None;
    for identifier in parts.identifiers {
        let keyed = || identifier.keyed.as_slice().try_into().map_err(|_| corrupt("identifiers", "keyed"));
        match identifier.kind.as_str() {
            "moet" | "temp" => {
                let value = identifier.value.as_deref().and_then(|value| SectorId::read(value).ok());
                let value = value.ok_or_else(|| corrupt("identifiers", "value"))?;
                sector = Some(Sector { id: identifier.id, value });
            }
            "cccd" => citizen = Some((identifier.id, keyed()?)),
            "upn" => {
                let (id, keyed) = (identifier.id, keyed()?);
                upn = identifier.value.map(|value| Upn { id, keyed, value });
            }
            _ => {}
        }
    }
    Ok(Known {
        id: row.id,
        name: PersonName::kept(&row.full_name).ok_or_else(|| corrupt("persons", "full_name"))?,
        born: row.birth_date.map(|day| day.0),
        sex: row.sex.as_deref().and_then(Sex::read),
        sector,
        citizen,
        upn,
        account: row.account_id,
        contacts: parts.contacts.into_iter().filter_map(contact).collect(),
        stood: Stand::of(&standing),
        standing,
        was: Some(row.updated_at),
        corrected: false,
        changed: false,
        imprint: row.imprint,
        imprinted: row.imprint,
    })
}

fn contact(row: ContactRow) -> Option<Contact> {
    let kind = ["email", "phone"].into_iter().find(|kind| *kind == row.kind)?;
    let replaceable = !row.verified && row.source == super::SOURCE;
    Some(Contact { id: Some(row.id), kind, value: row.value, replaceable })
}
