//! What is known of one person, corrected by hand: the name, the day of birth, the sex, how they are reached.
//!
//! What is given takes the place of what was, and the rest stays. The trail tells which of them changed, never what stood
//! there or stands there now (R50). The next list that names the person is compared with what they are from now on.
//! Another address or number in it is kept beside the one that was typed, which apps go on being told.

use jiff::civil::Date;
use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::{ContactId, Ids, PersonId},
    },
    model::{
        name::{NameError, PersonName},
        person::{self, PersonMistake},
        sex::Sex,
    },
    people::records::{self, ContactKind},
    services::{
        Services,
        audit::{self, Scribe},
        authority::{Correct, Denied, Permit, Subject},
    },
    store::{
        Day, StoreError, Tx, contexts, ledger,
        people::{self, NewPerson},
    },
};

/// A correction as somebody types it; what is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The full name, family name first.
    pub name: Option<String>,
    /// The day of birth: `d/m/yyyy`, or as ISO 8601 has it.
    pub born: Option<String>,
    /// *Nam* or *nữ*, in any of their usual forms.
    pub sex: Option<String>,
    /// The e-mail address; an empty text takes it away.
    pub email: Option<String>,
    /// The telephone number; an empty text takes it away.
    pub phone: Option<String>,
}

/// What is wrong with one of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The name, the day of birth, or the sex.
    #[error(transparent)]
    Person(#[from] PersonMistake),
    /// No address.
    #[error("e-mail: this is no address")]
    Email,
    /// No number.
    #[error("telephone: a number is 0 and nine digits")]
    Phone,
}

/// Why nothing was corrected.
#[derive(Debug, thiserror::Error)]
pub enum NotCorrected {
    /// The fields have mistakes: all of them, in their order.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Mistakes(Vec<Mistake>),
    /// The person was changed since whoever corrects them looked.
    #[error("the person was changed meanwhile")]
    Overtaken,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known of somebody.
#[derive(Clone, Debug)]
pub struct Known {
    /// The name as written.
    pub name: String,
    /// Day of birth.
    pub born: Option<Date>,
    /// Sex on record.
    pub sex: Option<Sex>,
    /// The e-mail address that apps are told.
    pub email: Option<String>,
    /// The telephone number that apps are told.
    pub phone: Option<String>,
    /// When the person was last changed.
    pub changed: Moment,
}

impl Known {
    async fn of(tx: &mut Tx, person: PersonId) -> Result<Option<Self>, StoreError> {
        let Some(row) = ledger::known(tx, person).await? else { return Ok(None) };
        Ok(Some(Self {
            name: row.full_name,
            born: row.birth_date.map(|day| day.0),
            sex: row.sex.as_deref().and_then(Sex::read),
            email: contexts::contact(tx, person, ContactKind::Email.as_str()).await?.map(|(value, _)| value),
            phone: contexts::contact(tx, person, ContactKind::Phone.as_str()).await?.map(|(value, _)| value),
            changed: row.updated_at,
        }))
    }

    fn reached(&self, by: ContactKind) -> Option<&str> {
        match by {
            ContactKind::Email => self.email.as_deref(),
            ContactKind::Phone => self.phone.as_deref(),
        }
    }
}

/// What is known of somebody whom one may correct; `None` when they went away meanwhile.
pub async fn known(sv: &Services, leave: &Permit<Correct, Subject>) -> Result<Option<Known>, StoreError> {
    sv.store.read(leave.place().person, async |tx: &mut Tx, person| Known::of(tx, *person).await).await
}

/// A correction that can be read.
struct Given {
    name: Option<PersonName>,
    born: Option<Date>,
    sex: Option<Sex>,
    /// Those that are given, and what they become: `None` is taken away.
    contacts: Vec<(ContactKind, Option<String>)>,
}

/// A contact, if it is given, and what it becomes.
fn contact(kind: ContactKind, typed: Option<&str>) -> Result<Option<(ContactKind, Option<String>)>, Mistake> {
    let Some(text) = typed else { return Ok(None) };
    if text.trim().is_empty() {
        return Ok(Some((kind, None)));
    }
    let mistake = match kind {
        ContactKind::Email => Mistake::Email,
        ContactKind::Phone => Mistake::Phone,
    };
    kind.read(text).map(|value| Some((kind, Some(value)))).ok_or(mistake)
}

impl Typed {
    /// Everything that is wrong with it, in the order of the fields.
    pub fn mistakes(&self, today: Date) -> Vec<Mistake> {
        self.read(today).err().unwrap_or_default()
    }

    fn read(&self, today: Date) -> Result<Given, Vec<Mistake>> {
        let name = self.name.as_deref().map(person::name).transpose();
        let born = self.born.as_deref().map(|text| person::born(text, today)).transpose();
        let sex = self.sex.as_deref().map(person::sex).transpose();
        let email = contact(ContactKind::Email, self.email.as_deref());
        let phone = contact(ContactKind::Phone, self.phone.as_deref());
        match (name, born, sex, email, phone) {
            (Ok(name), Ok(born), Ok(sex), Ok(email), Ok(phone)) => {
                Ok(Given { name, born, sex, contacts: email.into_iter().chain(phone).collect() })
            }
            (name, born, sex, email, phone) => {
                let person = [name.err(), born.err(), sex.err()].map(|mistake| mistake.map(Mistake::Person));
                Err(person.into_iter().chain([email.err(), phone.err()]).flatten().collect())
            }
        }
    }
}

struct Turn {
    leave: Permit<Correct, Subject>,
    scribe: Scribe,
    given: Given,
    /// When the person was last changed, as whoever corrects them saw it.
    was: Option<Moment>,
    ids: Ids,
    now: Moment,
}

/// Corrects somebody; false when all of it stood there already. `was` is when they had last been changed: whoever looked
/// before that would undo what they never saw.
pub async fn correct(
    sv: &Services,
    leave: &Permit<Correct, Subject>,
    typed: &Typed,
    was: Option<Moment>,
) -> Result<bool, NotCorrected> {
    let now = sv.clock.now();
    let given = typed.read(now.day()).map_err(NotCorrected::Mistakes)?;
    let turn = Turn { leave: leave.clone(), scribe: leave.scribe(sv), given, was, ids: sv.ids.clone(), now };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.write(tx).await).await?
}

impl Turn {
    async fn write(&self, tx: &mut Tx) -> Result<Result<bool, NotCorrected>, StoreError> {
        let Subject { person, account } = *self.leave.place();
        let over = match self.leave.again(tx, self.now).await? {
            Ok(over) => over,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let Some(known) = Known::of(tx, person).await? else { return Ok(Err(Denied::Missing.into())) };
        if self.was.is_some_and(|was| was != known.changed) {
            return Ok(Err(NotCorrected::Overtaken));
        }
        let Some(name) = self.given.name.clone().or_else(|| PersonName::kept(&known.name)) else {
            // It is no name any more: so it is corrected first.
            return Ok(Err(NotCorrected::Mistakes(vec![PersonMistake::Name(NameError::NoLetters).into()])));
        };
        let (born, sex) = (self.given.born.or(known.born), self.given.sex.or(known.sex));
        let compared =
            [("name", name.as_str() != known.name), ("birth_date", born != known.born), ("sex", sex != known.sex)];
        let contacts = self.given.contacts.iter().filter(|(kind, value)| known.reached(*kind) != value.as_deref());
        let contacts: Vec<&(ContactKind, Option<String>)> = contacts.collect();
        let changed = compared.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field);
        let fields: Vec<&str> = changed.chain(contacts.iter().map(|(kind, _)| kind.as_str())).collect();
        if fields.is_empty() {
            return Ok(Ok(false));
        }
        let to = NewPerson::new(person, name, born.map(Day), sex.map(Sex::as_str));
        ledger::correct(tx, &to, self.now).await?;
        people::add_words(tx, std::iter::once(&to)).await?;
        for (kind, value) in contacts {
            let id: ContactId = self.ids.next();
            records::put_contact(tx, person, (*kind, value.as_deref()), id, self.now).await?;
        }
        let scribe = self.scribe.by_right_over(over);
        scribe.note(tx, "person.corrected", audit::account(account), &json!({ "fields": fields })).await?;
        Ok(Ok(true))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::dates::DateError;

    fn typed(name: &str, born: &str, sex: &str) -> Typed {
        let [name, born, sex] = [name, born, sex].map(|text| Some(text.to_owned()));
        Typed { name, born, sex, ..Typed::default() }
    }

    #[test]
    fn every_field_that_is_wrong_is_named_in_its_order() {
        let today = date(2026, 11, 24);
        let wrong = typed(" ", "31/2/2017", "x").read(today).err();
        let expected =
            [PersonMistake::Name(NameError::NoLetters), PersonMistake::Born(DateError::NoSuchDay), PersonMistake::Sex];
        assert_eq!(wrong, Some(expected.map(Mistake::Person).to_vec()));
        assert_eq!(typed("An", "25/11/2026", "nam").read(today).err(), Some(vec![PersonMistake::Future.into()]));
        for born in ["24/11/2026", "2026-11-24"] {
            let given = typed("An", born, "Nữ").read(today).ok().unwrap();
            assert_eq!((given.born, given.sex), (Some(today), Some(Sex::Female)));
        }
        assert!(Typed::default().read(today).is_ok_and(|given| given.name.is_none() && given.born.is_none()));
    }

    #[test]
    fn a_contact_is_read_as_lists_are_and_empty_is_taken_away() {
        let today = date(2026, 11, 24);
        let typed = |email: Option<&str>, phone: Option<&str>| {
            let [email, phone] = [email, phone].map(|text| text.map(str::to_owned));
            Typed { email, phone, ..Typed::default() }.read(today).map(|given| given.contacts)
        };
        let (email, phone) = (ContactKind::Email, ContactKind::Phone);
        let both = vec![(email, Some("An@hp.edu.vn".to_owned())), (phone, Some("0912000002".to_owned()))];
        assert_eq!(typed(Some(" An@hp.edu.vn "), Some("+84 912.000.002")), Ok(both));
        assert_eq!(typed(Some(""), None), Ok(vec![(email, None)]));
        assert_eq!(typed(None, Some(" ")), Ok(vec![(phone, None)]));
        assert_eq!(typed(None, None), Ok(Vec::new()));
        assert_eq!(typed(Some("an@hp"), Some("113")), Err(vec![Mistake::Email, Mistake::Phone]));
    }
}
