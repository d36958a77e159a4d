//! The first administrator, by a link that works once and is then closed for ever (R43). How one makes others is in
//! [`super::granting`].
//!
//! The link is printed where commands are run; opening its page spends nothing, sending its form does. The way closes
//! with the first administrator of the sector, however they came to be, and does not open again when they go.

use std::time::Duration;

use serde_json::json;

use crate::{
    base::{clock::Moment, id::OrgId, secret::Token},
    login::{
        password::{Proof, canonical},
        policy::{Owner, Policy, Weak, mangled_by_input_method},
    },
    model::{
        account::AccountState,
        name::{NameError, PersonName},
        sector_id::SectorId,
        text::SearchKey,
    },
    services::{Services, audit, authority::AdminRole, hasher},
    store::{
        StoreError, Tx, accounts, audit as trail,
        delegations::{self, NewDelegation},
        facts::{self, FirstLink},
        orgs::{self, NewOrg},
        people::{self, NewAccount, NewIdentifier, NewPerson},
    },
};

pub use super::granting::{Given, NotGranted, give, may_hold, take};

/// How long a link is good for.
pub const LINK_LIFE: Duration = Duration::from_hours(24);

/// The token of a new link, in place of any before; `None` when the sector has, or ever had, an administrator.
pub async fn open_way(sv: &Services) -> Result<Option<Token>, StoreError> {
    let token = Token::random(&sv.entropy);
    let link = FirstLink { digest: token.digest(), until: sv.clock.now() + LINK_LIFE };
    let opened = sv
        .store
        .write(link, async |tx: &mut Tx, link: &FirstLink| facts::open_first_administrator(tx, link).await)
        .await?;
    Ok(opened.then_some(token))
}

/// The address under which the link's page is.
pub fn address(sv: &Services, token: &Token) -> String {
    format!("{}/console/first?token={}", sv.settings.issuer, token.expose())
}

/// Whether a token opens the page now. Asking spends nothing.
pub async fn is_open(sv: &Services, token: &Token) -> Result<bool, StoreError> {
    Ok(link_of(sv, token).await?.is_some())
}

async fn link_of(sv: &Services, token: &Token) -> Result<Option<FirstLink>, StoreError> {
    let now = sv.clock.now();
    let link = sv.store.read((), async |tx: &mut Tx, (): &()| facts::first_administrator(tx).await).await?;
    Ok(link.filter(|link| link.digest.matches(&token.digest()) && now < link.until))
}

/// What somebody filled in.
#[derive(Clone, Copy, Debug)]
pub struct First<'a> {
    /// Their sector ID.
    pub sector_id: &'a str,
    /// Their name.
    pub name: &'a str,
    /// The password they chose.
    pub password: &'a str,
    /// Whether Vietnamese letters in it are meant.
    pub accents: bool,
}

/// What is wrong with it; all of it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// The sector ID.
    pub sector_id: Option<IdMistake>,
    /// The name.
    pub name: Option<NameError>,
    /// The password.
    pub password: Option<PasswordMistake>,
}

/// What can be wrong with the sector ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdMistake {
    /// It has not the form of one.
    Form,
    /// Somebody has it already: then a command gives them the right.
    Taken,
}

/// What can be wrong with the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordMistake {
    /// It is weak.
    Weak(Weak),
    /// It holds Vietnamese letters: an input method may have written them, so the person is asked.
    Accents,
}

/// Why there is no first administrator.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The link is closed, expired or unknown.
    #[error("the link does not work any more")]
    Closed,
    /// What was filled in is wrong.
    #[error("some of it is wrong")]
    Mistakes(Mistakes),
    /// The password was not hashed.
    #[error(transparent)]
    Hashing(#[from] hasher::Refused),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the first administrator and closes the way. Of any number of requests at once, one does it.
pub async fn make_first(sv: &Services, token: &Token, first: First<'_>) -> Result<Proof, NotMade> {
    // Before anything is judged or hashed: who has no link learns nothing here, and costs nothing.
    let link = link_of(sv, token).await?.ok_or(NotMade::Closed)?;
    let (sector_id, name) = judge(sv, first)?;
    let phc = sv.hasher.hash(first.password).await?;
    let new = New::prepare(sv, link, &sector_id, name, phc);
    let proof = Proof { account: new.account.id, set_at: new.now, spent: None };
    match sv.store.write(new, async |tx: &mut Tx, new: &New| new.write(tx).await).await? {
        Made::Yes => Ok(proof),
        Made::Closed => Err(NotMade::Closed),
        Made::Taken => Err(NotMade::Mistakes(Mistakes { sector_id: Some(IdMistake::Taken), ..Mistakes::default() })),
    }
}

fn judge(sv: &Services, first: First<'_>) -> Result<(SectorId, PersonName), NotMade> {
    let typed = first.sector_id.trim();
    let owner = Owner { full_name: first.name, sign_in_names: &[typed], ..Owner::default() };
    let judged = match Policy::at_least(sv.settings.shortest_password).judge(first.password, &owner) {
        Err(weak) => Err(PasswordMistake::Weak(weak)),
        Ok(()) if !first.accents && mangled_by_input_method(first.password) => Err(PasswordMistake::Accents),
        Ok(()) => Ok(()),
    };
    match (SectorId::read(typed), PersonName::read(first.name), judged) {
        (Ok(sector_id), Ok(name), Ok(())) => Ok((sector_id, name)),
        (sector_id, name, judged) => Err(NotMade::Mistakes(Mistakes {
            sector_id: sector_id.err().map(|_| IdMistake::Form),
            name: name.err(),
            password: judged.err(),
        })),
    }
}

/// The department that the sector belongs to; made when no list has brought one yet.
pub async fn whole_sector(sv: &Services) -> Result<OrgId, StoreError> {
    let turn = (department(sv), sv.clock.now());
    sv.store.write(turn, async |tx: &mut Tx, (new, now)| known_department(tx, new, *now).await).await
}

fn department(sv: &Services) -> NewOrg {
    let name = &sv.settings.sector_name;
    NewOrg {
        id: sv.ids.next(),
        kind: "department",
        code: None,
        name: name.clone(),
        search_key: SearchKey::of(name).as_str().to_owned(),
        levels: String::new(),
    }
}

async fn known_department(tx: &mut Tx, new: &NewOrg, now: Moment) -> Result<OrgId, StoreError> {
    if let Some(known) = orgs::department(tx).await? {
        return Ok(known);
    }
    orgs::add_orgs(tx, std::slice::from_ref(new), now).await?;
    Ok(new.id)
}

/// The rows of the first administrator, made before the write.
struct New {
    link: FirstLink,
    department: NewOrg,
    person: NewPerson,
    identifier: NewIdentifier,
    account: NewAccount,
    phc: String,
    delegation: NewDelegation,
    event: trail::Event,
    now: Moment,
}

enum Made {
    Yes,
    Closed,
    Taken,
}

impl New {
    fn prepare(sv: &Services, link: FirstLink, sector_id: &SectorId, name: PersonName, phc: String) -> Self {
        let (id, account, now) = (sv.ids.next(), sv.ids.next(), sv.clock.now());
        let department = department(sv);
        let identifier = NewIdentifier {
            id: sv.ids.next(),
            person: id,
            kind: "moet",
            value: Some(sector_id.as_str().to_owned()),
            sealed: None,
            keyed: sv.keys.identifiers.mac(&[b"moet", sector_id.as_str().as_bytes()]),
        };
        let delegation = NewDelegation {
            id: sv.ids.next(),
            account,
            org: department.id,
            role: AdminRole::SectorAdmin.as_str(),
            granted_by: None,
        };
        let event = sv.event(
            &audit::Actor::Account(account),
            "administrator.first",
            audit::account(account),
            &json!({ "role": delegation.role }),
        );
        Self {
            link,
            department,
            person: NewPerson::new(id, name, None, None),
            identifier,
            account: NewAccount { id: account, person: id, name: canonical(sector_id.as_str()) },
            phc,
            delegation,
            event,
            now,
        }
    }

    async fn write(&self, tx: &mut Tx) -> Result<Made, StoreError> {
        if facts::first_administrator(tx).await? != Some(self.link) {
            return Ok(Made::Closed);
        }
        if accounts::by_name(tx, &self.account.name).await?.is_some() {
            return Ok(Made::Taken);
        }
        if !facts::spend_first_administrator(tx, &self.link).await? {
            return Ok(Made::Closed);
        }
        let org = known_department(tx, &self.department, self.now).await?;
        people::add_people(tx, std::slice::from_ref(&self.person), self.now).await?;
        people::add_identifiers(tx, std::slice::from_ref(&self.identifier), "first administrator", self.now).await?;
        people::add_accounts(tx, std::slice::from_ref(&self.account), self.now).await?;
        accounts::set_password(tx, self.account.id, &self.phc, false, self.now).await?;
        let change = accounts::Transition {
            account: self.account.id,
            from: AccountState::Pending,
            to: AccountState::Active,
            reason: None,
            over: None,
            now: self.now,
        };
        accounts::transition(tx, &change).await?;
        delegations::delegate(tx, &NewDelegation { org, ..self.delegation.clone() }, self.now).await?;
        trail::add(tx, &self.event).await?;
        Ok(Made::Yes)
    }
}
