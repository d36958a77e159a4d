//! Giving and taking administrative roles; and the first administrator, by a link that works once and is then closed for
//! ever (R43).
//!
//! The link is printed where commands are run; opening its page spends nothing, sending its form does. The way closes
//! with the first administrator of the sector, however they came to be, and does not open again when they go.

use std::time::Duration;

use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::{AccountId, OrgId},
        secret::Token,
    },
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
    services::{
        Services, audit,
        authority::{AdminRole, Delegate, Denied, Permit, Right, Subject},
        hasher,
    },
    store::{
        StoreError, Tx, accounts, administrators as rights, audit as trail,
        delegations::{self, NewDelegation},
        facts::{self, FirstLink},
        orgs::{self, NewOrg},
        people::{self, NewAccount, NewIdentifier, NewPerson},
        rescue,
    },
};

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

/// Why a role was not given.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// The role is for the whole sector.
    #[error("this role is given over the whole sector only")]
    OnlySector,
    /// Nobody who can sign in would be left to administer the sector.
    #[error("nobody else who can sign in administers the whole sector")]
    Last,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of giving a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whether the person had it not yet.
    pub changed: bool,
    /// Whether a code was waiting for the person, which is worth nothing now.
    pub codes_ended: bool,
}

/// Gives a role. Both permits are needed: for the role, and for the person. Codes that were issued to the person before end:
/// whoever issued them, and kept a copy, may be somebody who could not issue one now (invariant 7).
pub async fn give(
    sv: &Services,
    leave: &Permit<Delegate, Right>,
    whom: &Permit<Delegate, Subject>,
) -> Result<Given, NotGranted> {
    let (right, account) = (*leave.place(), whom.place().account);
    if right.role.is_for_the_sector() && right.org != whole_sector(sv).await? {
        return Err(NotGranted::OnlySector);
    }
    let granted_by = leave.account();
    let new = NewDelegation { id: sv.ids.next(), account, org: right.org, role: right.role.as_str(), granted_by };
    let turn = (leave.clone(), whom.clone(), new, leave.scribe(sv), sv.clock.now());
    let given = sv
        .store
        .write(turn, async |tx: &mut Tx, (leave, whom, new, scribe, now)| {
            // Whoever issues the person a code at this moment waits, and is asked again what they may do.
            if let Err(denied) = whom.again(tx, *now).await? {
                return Ok(Err(denied));
            }
            let over = match leave.again(tx, *now).await? {
                Ok(over) => over,
                Err(denied) => return Ok(Err(denied)),
            };
            if !delegations::delegate(tx, new, *now).await? {
                return Ok(Ok(Given { changed: false, codes_ended: false }));
            }
            note(tx, &scribe.by_right_over(over), "role.given", leave.place(), new.account).await?;
            let printed = accounts::void_activation(tx, new.account, *now).await?;
            let read_out = rescue::void(tx, new.account, *now).await?;
            Ok(Ok(Given { changed: true, codes_ended: printed || read_out }))
        })
        .await??;
    Ok(given)
}

/// Takes a role; false when it was not there. The last of the whole sector stays: else nobody could give it again but by a
/// command.
pub async fn take(
    sv: &Services,
    leave: &Permit<Delegate, Right>,
    whom: &Permit<Delegate, Subject>,
) -> Result<bool, NotGranted> {
    let turn = (leave.clone(), whom.clone(), leave.scribe(sv), sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (leave, whom, scribe, now)| taken(tx, leave, whom, scribe, *now).await)
        .await?
}

async fn taken(
    tx: &mut Tx,
    leave: &Permit<Delegate, Right>,
    whom: &Permit<Delegate, Subject>,
    scribe: &audit::Scribe,
    now: Moment,
) -> Result<Result<bool, NotGranted>, StoreError> {
    let (right, account) = (*leave.place(), whom.place().account);
    if right.role == AdminRole::SectorAdmin {
        rights::hold_sector(tx).await?;
        if !rights::others_hold_the_sector(tx, account).await? {
            return Ok(Err(NotGranted::Last));
        }
    }
    if let Err(denied) = whom.again(tx, now).await? {
        return Ok(Err(denied.into()));
    }
    let over = match leave.again(tx, now).await? {
        Ok(over) => over,
        Err(denied) => return Ok(Err(denied.into())),
    };
    let taken = delegations::end(tx, account, right.org, right.role.as_str(), now).await?;
    if taken {
        note(tx, &scribe.by_right_over(over), "role.taken", &right, account).await?;
    }
    Ok(Ok(taken))
}

async fn note(
    tx: &mut Tx,
    scribe: &audit::Scribe,
    action: &'static str,
    right: &Right,
    account: AccountId,
) -> Result<(), StoreError> {
    let detail = json!({ "role": right.role.as_str(), "org": right.org.to_string() });
    scribe.note(tx, action, audit::account(account), &detail).await
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
