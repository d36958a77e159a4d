//! The first password, by a one-time code: never a default one. The claim to an account travels with the browser in a
//! sealed ticket; nothing is spent before the new password is there, so a closed page loses nothing.

use std::net::IpAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    attempts::{self, Settlement, Try},
    codes::ActivationCode,
    password::{NotProved, canonical},
    policy::{Owner, Policy, School, Weak},
};
use crate::{
    base::{clock::Moment, id::AccountId},
    people::release::Profile,
    services::{Services, audit, limits::DeviceCookies},
    store::{StoreError, Tx, accounts, audit as trail, grants},
};

const PURPOSE: &str = "activation";
/// How long a ticket is good for, in seconds.
const TICKET_SECONDS: u64 = 1800;

/// A proven claim to an account: whoever holds it entered the account's current code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    account: AccountId,
    issue: i64,
    at: Moment,
}

impl Ticket {
    /// For a hidden field.
    pub fn seal(&self, sv: &Services) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sv.keys.flow.seal(PURPOSE, &json))
    }

    /// A ticket of ours, in its time.
    pub fn open(sv: &Services, sealed: &str) -> Option<Self> {
        let json = sv.keys.flow.open(PURPOSE, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
        let ticket: Self = serde_json::from_slice(&json).ok()?;
        (sv.clock.now().since(ticket.at).as_secs() <= TICKET_SECONDS).then_some(ticket)
    }

    /// Whose account it is.
    pub const fn account(&self) -> AccountId {
        self.account
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

/// Checks a sector ID and a code: unknown, expired, spent and mistyped get the same answer (R31, R32).
pub async fn claim(sv: &Services, typed: Typed<'_>) -> Result<Ticket, NotProved> {
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
    };
    let spent = attempts::begin(sv, attempt).await??;
    let code = ActivationCode::read(typed.code).ok();
    let ticket = found.and_then(|row| {
        let current = ActivationCode::derive(&sv.keys.activation, row.account_id, row.activation_issue);
        let good = matches!(row.state.as_str(), "pending" | "active")
            && row.activation_expires_at.is_some_and(|until| now < until)
            && code.is_some_and(|code| code.matches(&current));
        good.then_some(Ticket { account: row.account_id, issue: row.activation_issue, at: now })
    });
    let settlement = if ticket.is_some() { Settlement::Right } else { Settlement::Wrong };
    attempts::settle(sv, spent, settlement).await?;
    ticket.ok_or(NotProved::Wrong)
}

/// What may be wrong with a new password.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// The password is weak.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// The code was spent or replaced meanwhile.
    #[error("the code is not good any more")]
    Spent,
    /// Anything else.
    #[error(transparent)]
    NotProved(#[from] NotProved),
}

impl From<StoreError> for NotSet {
    fn from(error: StoreError) -> Self {
        Self::NotProved(error.into())
    }
}

/// Sets the password of a ticket's account and spends its code, in one write; ends every session the account had and whatever
/// apps were given (R34).
pub async fn finish(sv: &Services, ticket: &Ticket, password: &str) -> Result<(), NotSet> {
    judge(sv, ticket.account, password).await?;
    let phc = sv.hasher.hash(password).await.map_err(NotProved::from)?;
    let actor = audit::Actor::Account(ticket.account);
    let event = sv.event(&actor, "account.activated", audit::account(ticket.account), &serde_json::json!({}));
    let sessions = sv.ending_of_account(ticket.account, None).await?;
    let turn = (ticket.clone(), phc, event, sessions, sv.clock.now());
    let due = sv
        .store
        .write(turn, async |tx: &mut Tx, (ticket, phc, event, sessions, now)| {
            if !accounts::spend_activation(tx, ticket.account, ticket.issue, *now).await? {
                return Ok(None);
            }
            accounts::set_password(tx, ticket.account, phc, false, *now).await?;
            trail::add(tx, event).await?;
            let due = sessions.run(tx).await?;
            grants::end_of_account(tx, ticket.account, *now).await?;
            Ok(Some(due))
        })
        .await?;
    sv.tell_all(&due.ok_or(NotSet::Spent)?).await;
    Ok(())
}

/// Judges a new password of an account's owner.
pub async fn judge(sv: &Services, account: AccountId, password: &str) -> Result<(), NotSet> {
    let (holder, names) = sv
        .store
        .read(account, async |tx: &mut Tx, account: &AccountId| {
            Ok((accounts::holder(tx, *account).await?, accounts::names(tx, *account).await?))
        })
        .await?;
    let Some(holder) = holder else { return Err(NotSet::Spent) };
    let profile = Profile::read(sv, holder.person_id).await?;
    let contexts = profile.as_ref().map(Profile::contexts).unwrap_or_default();
    let schools: Vec<School<'_>> = contexts
        .iter()
        .map(|context| School { name: &context.org_name, code: context.org_code.as_deref().unwrap_or("") })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let owner = Owner {
        full_name: &holder.full_name,
        schools: &schools,
        sign_in_names: &names,
        birth_date: holder.birth_date.map(|day| day.0),
    };
    Ok(Policy::at_least(sv.settings.shortest_password).judge(password, &owner)?)
}
