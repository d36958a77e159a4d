//! One person's record: registered, corrected, reached.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{PeopleError, identifiers::prepare};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ContactId, PersonId},
    },
    model::{
        email, identifier::IdentifierKind, name::PersonName, phone::Phone, sector_id::SectorId, sex::Sex, text::clean,
    },
    services::{
        Services,
        audit::{self, Actor, Scribe},
    },
    store::{
        Day, StoreError, Tx, accounts,
        ledger::{self, Former},
        people::{self, NewContact, NewIdentifier, NewPerson},
        person_changes, purge,
    },
};

const SOURCE: &str = "by hand";

/// What is known of somebody.
#[derive(Clone, Debug)]
pub struct Record {
    /// As written.
    pub name: PersonName,
    /// Day of birth.
    pub born: Option<Date>,
    /// Sex on record.
    pub sex: Option<Sex>,
}

impl Record {
    fn row(&self, id: PersonId) -> NewPerson {
        NewPerson::new(id, self.name.clone(), self.born.map(Day), self.sex.map(Sex::as_str))
    }
}

/// Registers somebody who is new: a person, their identifiers, a provisional account. Without a sector ID they get a
/// temporary one. Whoever may be known already, by name and day of birth, is for a human to review: then nothing is
/// done, unless it is `certain` that they are new.
pub async fn register(
    sv: &Services,
    actor: &Actor,
    record: &Record,
    identifiers: &[(IdentifierKind, &str)],
    certain: bool,
) -> Result<PersonId, PeopleError> {
    let id: PersonId = sv.ids.next();
    let mut known = Vec::new();
    for (kind, text) in identifiers {
        known.push((*kind, kind.read(text).ok_or(PeopleError::Malformed(*kind))?));
    }
    if !known.iter().any(|(kind, _)| kind.signs_in()) {
        known.push((
            IdentifierKind::Temporary,
            format!("{}{:05}{:05}", SectorId::TEMPORARY, sv.entropy.below(100_000), sv.entropy.below(100_000)),
        ));
    }
    let name = known.iter().find(|(kind, _)| kind.signs_in()).map(|(_, value)| value.to_lowercase());
    let turn = New {
        person: record.row(id),
        identifiers: known.iter().map(|(kind, value)| (*kind, prepare(sv, id, *kind, value))).collect(),
        account: sv.ids.next(),
        name: name.unwrap_or_default(),
        certain,
        now: sv.clock.now(),
        scribe: sv.scribe(actor),
    };
    match sv.store.write(turn, async |tx: &mut Tx, turn: &New| turn.run(tx).await).await {
        Err(error) if error.is_unique_violation() => Err(PeopleError::Taken(IdentifierKind::Sector)),
        outcome => outcome?.map(|()| id),
    }
}

struct New {
    person: NewPerson,
    identifiers: Vec<(IdentifierKind, NewIdentifier)>,
    account: AccountId,
    name: String,
    certain: bool,
    now: Moment,
    scribe: Scribe,
}

impl New {
    async fn run(&self, tx: &mut Tx) -> Result<Result<(), PeopleError>, StoreError> {
        for (kind, identifier) in &self.identifiers {
            if ledger::holder(tx, &identifier.keyed).await?.is_some() {
                return Ok(Err(PeopleError::Taken(*kind)));
            }
            if purge::is_buried(tx, &identifier.keyed).await? {
                return Ok(Err(PeopleError::Buried));
            }
        }
        if let (false, Some(born)) = (self.certain, self.person.birth_date) {
            let alike = ledger::namesakes(tx, self.person.sort_key(), born).await?;
            if !alike.is_empty() {
                return Ok(Err(PeopleError::PerhapsKnown(alike)));
            }
        }
        people::add_people(tx, std::slice::from_ref(&self.person), self.now).await?;
        let rows: Vec<NewIdentifier> = self.identifiers.iter().map(|(_, row)| row.clone()).collect();
        people::add_identifiers(tx, &rows, SOURCE, self.now).await?;
        ledger::open_account(tx, self.account, self.person.id, self.now).await?;
        ledger::name(tx, self.account, &self.name, Former::Gone, self.now).await?;
        let kinds: Vec<&str> = self.identifiers.iter().map(|(kind, _)| kind.as_str()).collect();
        let detail = json!({ "identifiers": kinds });
        self.scribe.note(tx, "person.registered", audit::account(self.account), &detail).await?;
        Ok(Ok(()))
    }
}

/// How somebody is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactKind {
    /// By e-mail.
    Email,
    /// By telephone.
    Phone,
}

impl ContactKind {
    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// An address or a number as it is kept, by the rules of lists; `None` when the text is none.
    pub fn read(self, text: &str) -> Option<String> {
        match self {
            Self::Email => email::read(text),
            Self::Phone => Phone::read(&clean(text)).ok().map(|phone| phone.as_str().to_owned()),
        }
    }
}

/// Gives somebody an address or a number, unproven, in place of the one they had; `None` takes it away.
pub async fn reach(
    sv: &Services,
    actor: &Actor,
    person: PersonId,
    kind: ContactKind,
    text: Option<&str>,
) -> Result<(), PeopleError> {
    let value = text.map(|text| kind.read(text).ok_or(PeopleError::NoContact)).transpose()?;
    let id: ContactId = sv.ids.next();
    let turn = (person, kind, value, id, sv.clock.now(), sv.scribe(actor));
    let done = sv.store.write(turn, async |tx: &mut Tx, (person, kind, value, id, now, scribe)| {
        let Some(account) = accounts::of_person(tx, *person).await? else { return Ok(false) };
        put_contact(tx, *person, (*kind, value.as_deref()), *id, *now).await?;
        person_changes::stir(tx, &[*person], *now).await?;
        scribe.note(tx, "contact.changed", audit::account(account), &json!({ "kind": kind.as_str() })).await?;
        Ok(true)
    });
    if done.await? { Ok(()) } else { Err(PeopleError::NoSuchPerson) }
}

/// Within a write: of this kind somebody has this contact alone, which nobody proved, or none.
pub async fn put_contact(
    tx: &mut Tx,
    person: PersonId,
    (kind, value): (ContactKind, Option<&str>),
    id: ContactId,
    now: Moment,
) -> Result<(), StoreError> {
    ledger::forget_contact(tx, person, kind.as_str()).await?;
    let new = value.map(|value| NewContact { id, person, kind: kind.as_str(), value: value.to_owned() });
    people::add_contacts(tx, new.as_slice(), SOURCE, now).await
}

/// Keeps further standard claims of somebody (an address, a website), and the language they want.
pub async fn describe(
    sv: &Services,
    actor: &Actor,
    person: PersonId,
    claims: &Map<String, Value>,
    locale: Option<&str>,
) -> Result<(), PeopleError> {
    let kept = Value::Object(claims.clone()).to_string();
    let names: Vec<&String> = claims.keys().collect();
    let detail = json!({ "claims": names });
    let turn = (person, kept, locale.map(str::to_owned), detail, sv.clock.now(), sv.scribe(actor));
    let done = sv.store.write(turn, async |tx: &mut Tx, (person, kept, locale, detail, now, scribe)| {
        let Some(account) = accounts::of_person(tx, *person).await? else { return Ok(false) };
        ledger::set_claims(tx, *person, kept, locale.as_deref(), *now).await?;
        scribe.note(tx, "person.described", audit::account(account), detail).await?;
        Ok(true)
    });
    if done.await? { Ok(()) } else { Err(PeopleError::NoSuchPerson) }
}
