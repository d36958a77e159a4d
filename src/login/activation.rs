//! The first password, by a one-time code: never a default one. The claim to an account travels with the browser in a
//! sealed ticket; nothing is spent before the new password is there, so a closed page loses nothing.

use std::{net::IpAddr, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    attempts::{self, Path, Settlement, Try},
    codes::{ActivationCode, Misread, RescueCode},
    new_password::{NotSet, judge, judge_accents},
    password::{NotProved, canonical},
};
use crate::{
    base::{clock::Moment, digest::Digest, id::AccountId, secret::Token},
    model::account::AccountState,
    services::{
        Services, audit,
        ending::{Due, EndingOfAccount},
        hasher,
        limits::DeviceCookies,
    },
    store::{
        StoreError, Tx,
        accounts::{self, Credential, Holder},
        audit as trail, rescue, spent,
    },
};

const PURPOSE: &str = "activation";
/// How long a ticket is good for at most.
const TICKET_LIFE: Duration = Duration::from_mins(30);
/// What somebody who entered six digits in their last moment has for typing a password: a child takes minutes, and may be
/// asked for another one. A printed code, good for weeks, needs none: its ticket ends with it (R32).
const TYPING: Duration = Duration::from_mins(10);

/// A proven claim to an account: whoever holds it, in the browser it was made for, entered the account's current code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    account: AccountId,
    proof: Proof,
    until: Moment,
}

/// Which code was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Proof {
    /// The activation code of this issue.
    Issue(i64),
    /// The rescue code of this keyed digest.
    Rescue(Digest),
}

impl Ticket {
    /// For a hidden field, good in the browser that holds `browser` in a cookie (R25).
    pub fn seal(&self, sv: &Services, browser: &Token) -> String {
        let json = serde_json::to_vec(&(self, browser.digest())).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sv.keys.flow.seal(PURPOSE, &json))
    }

    /// A ticket of ours, in its time and its browser.
    pub fn open(sv: &Services, sealed: &str, browser: &Token) -> Option<Self> {
        let json = sv.keys.flow.open(PURPOSE, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
        let (ticket, owner): (Self, Digest) = serde_json::from_slice(&json).ok()?;
        (sv.clock.now() < ticket.until && owner.matches(&browser.digest())).then_some(ticket)
    }

    /// Whose account it is.
    pub async fn holder(&self, sv: &Services) -> Result<Option<Holder>, StoreError> {
        sv.store.read(self.account, async |tx: &mut Tx, account| accounts::holder(tx, *account).await).await
    }

    /// What they sign in with.
    pub async fn sign_in_name(&self, sv: &Services) -> Result<Option<String>, StoreError> {
        let names = async |tx: &mut Tx, account: &AccountId| accounts::names(tx, *account).await;
        Ok(sv.store.read(self.account, names).await?.into_iter().next())
    }

    /// Names the code it stands for.
    fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(&(self.account, &self.proof)).unwrap_or_default())
    }
}

/// What somebody typed, and where.
#[derive(Debug)]
pub struct Typed<'a> {
    /// The sector ID.
    pub name: &'a str,
    /// The code, as it was typed.
    pub code: &'a str,
    /// What the browser remembers.
    pub devices: &'a DeviceCookies,
    /// From where.
    pub address: Option<IpAddr>,
}

/// Why a code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotClaimed {
    /// It is no code at all: told from its form alone, whatever the account.
    #[error(transparent)]
    Misread(#[from] Misread),
    /// It is not this account's current code, or may not be tried now.
    #[error(transparent)]
    NotProved(#[from] NotProved),
}

impl From<StoreError> for NotClaimed {
    fn from(error: StoreError) -> Self {
        Self::NotProved(error.into())
    }
}

/// Checks a sector ID and a code: unknown, expired, spent and wrong get the same answer (R31, R32). A printed code has
/// letters, the one a teacher reads out six digits.
pub async fn claim(sv: &Services, typed: Typed<'_>) -> Result<Ticket, NotClaimed> {
    if typed.name.len() > hasher::LONGEST {
        return Err(NotProved::Wrong.into());
    }
    let code = Code::read(typed.code)?;
    let name = canonical(typed.name);
    let now = sv.clock.now();
    let found =
        sv.store.read(name.clone(), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await).await?;
    let attempt = Try {
        name: &name,
        account: found.as_ref().map(|row| row.account_id),
        devices: typed.devices,
        address: typed.address,
        secret: typed.code,
        path: Path::Code,
    };
    let spent = attempts::begin(sv, attempt).await?.map_err(NotProved::from)?;
    let proof = match &found {
        Some(row) if matches!(row.state, AccountState::Pending | AccountState::Active) => {
            code.proves(sv, row, now).await?
        }
        _ => None,
    };
    let settlement = if proof.is_some() { Settlement::Right } else { Settlement::Wrong };
    attempts::settle(sv, spent, settlement).await?;
    let ticket = found.zip(proof).map(|(row, (proof, end))| Ticket {
        account: row.account_id,
        proof,
        until: (now + TICKET_LIFE).min(end),
    });
    ticket.ok_or(NotProved::Wrong.into())
}

/// A code that is well formed.
enum Code {
    Printed(ActivationCode),
    ReadOut(RescueCode),
}

impl Code {
    fn read(typed: &str) -> Result<Self, Misread> {
        match RescueCode::read(typed) {
            Some(code) => Ok(Self::ReadOut(code)),
            None => ActivationCode::read(typed).map(Self::Printed),
        }
    }

    /// What it proves, if it is the account's current one; and until when at most that may be used.
    async fn proves(
        &self,
        sv: &Services,
        row: &Credential,
        now: Moment,
    ) -> Result<Option<(Proof, Moment)>, StoreError> {
        match self {
            Self::Printed(code) => {
                let current = ActivationCode::derive(&sv.keys.activation, row.account_id, row.activation_issue);
                let timely = row.activation_expires_at.filter(|end| now < *end && code.matches(&current));
                Ok(timely.map(|end| (Proof::Issue(row.activation_issue), end)))
            }
            Self::ReadOut(code) => {
                let question = (row.account_id, now);
                let kept = sv
                    .store
                    .read(question, async |tx: &mut Tx, (account, now)| rescue::good(tx, *account, *now).await)
                    .await?;
                let kept = kept.filter(|(keyed, _)| code.matches(&sv.keys.activation, row.account_id, keyed));
                Ok(kept.map(|(keyed, end)| (Proof::Rescue(keyed), end + TYPING)))
            }
        }
    }
}

/// When a password was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// By this very form.
    Now,
    /// By one before it: what this one says does not count. It is not compared, or a ticket would be a way to guess.
    Before,
}

/// Sets the password of a ticket's account and spends its code, in one write; ends every session the account had and
/// whatever apps were given (R34). Sent twice, it is done once, and both are told so.
pub async fn finish(sv: &Services, ticket: &Ticket, password: &str, accents: bool) -> Result<Finished, NotSet> {
    if done_before(sv, ticket).await? {
        return Ok(Finished::Before);
    }
    judge(sv, ticket.account, password).await?;
    judge_accents(password, accents)?;
    let phc = sv.hasher.hash(password).await.map_err(NotProved::from)?;
    let actor = audit::Actor::Account(ticket.account);
    // A slip may also be for who has a password and forgot it.
    let had_one = ticket.holder(sv).await?.is_some_and(|holder| holder.phc.is_some());
    let deed = if had_one { "password.changed" } else { "account.activated" };
    let event = sv.event(&actor, deed, audit::account(ticket.account), &serde_json::json!({ "by": "code" }));
    let sessions = sv.ending_of_account(ticket.account, None).await?;
    let turn = Turn { ticket: ticket.clone(), phc, event, sessions, now: sv.clock.now() };
    match sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.apply(tx).await).await? {
        Some(due) => {
            sv.tell_all(&due).await;
            Ok(Finished::Now)
        }
        // The same form, sent a moment earlier, may have been first.
        None if done_before(sv, ticket).await? => Ok(Finished::Before),
        None => Err(NotSet::Spent),
    }
}

struct Turn {
    ticket: Ticket,
    phc: String,
    event: trail::Event,
    sessions: EndingOfAccount,
    now: Moment,
}

impl Turn {
    /// The notices due to apps; `None` when the code was spent.
    async fn apply(&self, tx: &mut Tx) -> Result<Option<Vec<Due>>, StoreError> {
        let Self { ticket, phc, event, sessions, now } = self;
        let opened = match &ticket.proof {
            Proof::Issue(issue) => accounts::spend_activation(tx, ticket.account, *issue, *now).await?,
            Proof::Rescue(keyed) => {
                rescue::spend(tx, ticket.account, *keyed, *now).await?
                    && accounts::open(tx, ticket.account, *now).await?
            }
        };
        if !opened {
            return Ok(None);
        }
        let until = *now + TICKET_LIFE;
        spent::spend(tx, spent::Kind::Activation, ticket.digest(), until).await?;
        accounts::set_password(tx, ticket.account, phc, false, *now).await?;
        trail::add(tx, event).await?;
        sessions.run(tx).await.map(Some)
    }
}

async fn done_before(sv: &Services, ticket: &Ticket) -> Result<bool, StoreError> {
    let done = async |tx: &mut Tx, ticket: &Digest| spent::is_spent(tx, spent::Kind::Activation, *ticket).await;
    sv.store.read(ticket.digest(), done).await
}
