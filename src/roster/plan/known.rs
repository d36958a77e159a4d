//! People as the store knows them, or as this unit has just made them: what a row is compared with.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClassId, ContactId, IdentifierId, OrgId, PersonId},
    },
    model::{
        account::AccountState,
        affiliation::{Affiliation, Enrolment, Function, Post, Seat, State},
        membership::Standing,
        name::PersonName,
        role::Role,
        school_year::SchoolYear,
        sector_id::SectorId,
        sex::Sex,
        text::SearchKey,
    },
    store::{
        StoreError,
        matching::{ContactRow, IdentifierRow, Keyed, KnownRow, MembershipRow},
    },
};

/// A person.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person.
    pub id: PersonId,
    /// As written.
    pub name: PersonName,
    /// Day of birth.
    pub born: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// The sector ID, or a temporary one.
    pub sector: Option<Sector>,
    /// The citizen number.
    pub citizen: Option<(IdentifierId, Keyed)>,
    /// The account.
    pub account: Option<Account>,
    /// E-mail addresses and telephones.
    pub contacts: Vec<Contact>,
    /// Roles and places in classes.
    pub standing: Standing,
    /// The school years of the classes in which the places are.
    pub years: HashMap<ClassId, SchoolYear>,
    /// When the store had it changed; a newcomer is not there yet.
    pub was: Option<Moment>,
    /// Whether name, day of birth or sex is another now.
    pub corrected: bool,
    /// Whether anything else but roles and places is.
    pub changed: bool,
}

/// The sector ID of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// Its row.
    pub id: IdentifierId,
    /// What it is.
    pub value: SectorId,
}

/// The account of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Its state.
    pub state: AccountState,
    /// Whether a password was chosen.
    pub activated: bool,
}

/// A contact of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its row; `None` when this unit made it.
    pub id: Option<ContactId>,
    /// `email` or `phone`.
    pub kind: &'static str,
    /// The address or number.
    pub value: String,
    /// Whether an import brought it, so that another may replace it.
    pub replaceable: bool,
}

impl Known {
    /// Whether the person is anywhere.
    pub fn is_present(&self) -> bool {
        self.standing.active().next().is_some()
    }

    /// Whether the person has a sector ID for good.
    pub fn has_sector_id(&self) -> bool {
        self.sector.as_ref().is_some_and(|sector| !sector.value.is_temporary())
    }

    /// Whether a name and a day of birth may be this person's: one of the two at least is the same.
    pub fn agrees(&self, name: &SearchKey, born: Option<Date>) -> bool {
        self.name.search_key() == *name || self.born.zip(born).is_some_and(|(known, told)| known == told)
    }
}

/// What the store answered for a unit.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Identifiers of everybody concerned.
    pub identifiers: Vec<IdentifierRow>,
    /// Everybody concerned.
    pub people: Vec<KnownRow>,
    /// Their roles and places.
    pub memberships: Vec<MembershipRow>,
    /// Their contacts, when the rows are of staff.
    pub contacts: Vec<ContactRow>,
    /// Names somebody signs in with.
    pub taken: HashSet<String>,
    /// Identifiers of people whose record was removed.
    pub buried: HashSet<Vec<u8>>,
    /// Who is homeroom teacher of classes that get one.
    pub homerooms: HashMap<ClassId, Vec<PersonId>>,
    /// How many roles are in force at schools that are to be closed.
    pub members: HashMap<OrgId, i64>,
}

impl Loaded {
    /// The people, put together.
    pub fn people(&mut self, today: Date) -> Result<Vec<Known>, StoreError> {
        let mut people: HashMap<PersonId, Parts> = HashMap::new();
        for row in self.memberships.drain(..) {
            people.entry(row.person_id).or_default().membership(row)?;
        }
        for row in self.identifiers.drain(..) {
            people.entry(row.person_id).or_default().identifiers.push(row);
        }
        for row in self.contacts.drain(..) {
            people.entry(row.person_id).or_default().contacts.push(row);
        }
        self.people.drain(..).map(|row| known(today, people.remove(&row.id).unwrap_or_default(), row)).collect()
    }
}

#[derive(Default)]
struct Parts {
    identifiers: Vec<IdentifierRow>,
    contacts: Vec<ContactRow>,
    affiliations: Vec<Affiliation>,
    enrolments: Vec<Enrolment>,
    years: HashMap<ClassId, SchoolYear>,
}

impl Parts {
    fn membership(&mut self, row: MembershipRow) -> Result<(), StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "affiliations", column, row: row.id.to_string() };
        if self.affiliations.iter().all(|affiliation| affiliation.id != row.id) {
            let role = Role::named(&row.role).ok_or_else(|| corrupt("role"))?;
            self.affiliations.push(Affiliation {
                id: row.id,
                post: Post { org: row.org_id, role, exempt: row.exempt },
                primary: row.is_primary,
                from: row.valid_from.0,
                state: State::Active,
            });
        }
        let (Some(id), Some(class), Some(function), Some(from)) =
            (row.enrolment_id, row.class_id, &row.function, row.seat_from)
        else {
            return Ok(());
        };
        let subject = row.subject.as_deref().unwrap_or_default();
        let function = Function::named(function, subject).ok_or_else(|| corrupt("function"))?;
        let list_number = row.list_number.and_then(|number| u16::try_from(number).ok());
        self.enrolments.push(Enrolment {
            id,
            affiliation: row.id,
            seat: Seat { class, function, list_number },
            from: from.0,
            to: None,
        });
        let year = row.year.as_deref().and_then(|year| year.parse().ok());
        self.years.insert(class, year.ok_or_else(|| corrupt("year"))?);
        Ok(())
    }
}

fn known(today: Date, parts: Parts, row: KnownRow) -> Result<Known, StoreError> {
    let corrupt = |table, column| StoreError::Corrupt { table, column, row: row.id.to_string() };
    let mut sector = None;
    let mut citizen = None;
    for identifier in parts.identifiers {
        match identifier.kind.as_str() {
            "moet" | "temp" => {
                let value = identifier.value.as_deref().and_then(|value| SectorId::read(value).ok());
                let value = value.ok_or_else(|| corrupt("identifiers", "value"))?;
                sector = Some(Sector { id: identifier.id, value });
            }
            "cccd" => {
                let keyed = identifier.keyed.as_slice().try_into().map_err(|_| corrupt("identifiers", "keyed"))?;
                citizen = Some((identifier.id, keyed));
            }
            _ => {}
        }
    }
    let state = row.state.as_deref().map(|state| AccountState::named(state).ok_or_else(|| corrupt("accounts", "state")));
    let account = row.account_id.zip(state.transpose()?);
    Ok(Known {
        id: row.id,
        name: PersonName::read(&row.full_name).map_err(|_| corrupt("persons", "full_name"))?,
        born: row.birth_date.map(|day| day.0),
        sex: row.sex.as_deref().and_then(Sex::read),
        sector,
        citizen,
        account: account.map(|(id, state)| Account { id, state, activated: row.activated }),
        contacts: parts.contacts.into_iter().filter_map(contact).collect(),
        standing: Standing::new(today, parts.affiliations, parts.enrolments),
        years: parts.years,
        was: Some(row.updated_at),
        corrected: false,
        changed: false,
    })
}

fn contact(row: ContactRow) -> Option<Contact> {
    let kind = ["email", "phone"].into_iter().find(|kind| *kind == row.kind)?;
    let replaceable = !row.verified && row.source == super::SOURCE;
    Some(Contact { id: Some(row.id), kind, value: row.value, replaceable })
}
