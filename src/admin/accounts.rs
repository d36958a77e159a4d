//! What administrators do to accounts: issue a code, suspend, resume, sign out everywhere. Each leaves its line in the
//! audit trail in the same write, and each may be asked for twice.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    base::{clock::Moment, digest::Digest, id::AccountId, secret::Token},
    login::codes::{ActivationCode, RESCUE_LIFE, RescueCode},
    model::{
        account::{AccountState, NoSuchStep},
        text::clean,
    },
    services::{
        Services,
        audit::{self, Actor},
        authority::{Action, EndSessions, IssueCode, Permit, Resume, Subject, Suspend},
        ending::{Due, EndingOfAccount},
    },
    store::{
        StoreError, Tx,
        accounts::{self, Transition},
        audit::{self as trail, Event},
        grants,
        rescue::{self, NewRescue},
        spent,
    },
};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 200;
/// How long a form that issues a code is remembered, so that sending it twice issues one code.
const FORM_LIFE: std::time::Duration = std::time::Duration::from_hours(1);

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The account's state has no such step.
    #[error(transparent)]
    Step(#[from] NoSuchStep),
    /// A suspension wants a reason, of 200 characters at most.
    #[error("a suspension needs a reason, of {LONGEST_REASON} characters at most")]
    Reason,
    /// The form was sent before, and its code was used or replaced since.
    #[error("this form's code was used or replaced meanwhile")]
    Used,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A code for a new password; told once.
#[derive(Debug)]
pub struct Issued {
    /// Which kind.
    pub kind: CodeKind,
    /// The code, as it is read aloud.
    pub code: Zeroizing<String>,
    /// Until when it is good.
    pub until: Moment,
}

/// The two kinds of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// For somebody who never had a password: may be printed, good for weeks.
    Activation,
    /// For somebody who forgot it: six digits, good for minutes.
    Rescue,
}

struct Issue {
    account: AccountId,
    /// Names who asks by which form for whose code, and until when that is remembered.
    form: (Digest, Moment),
    until: Moment,
    rescue: NewRescue,
    events: [Event; 2],
    now: Moment,
}

/// What came of a request for a code.
enum Outcome {
    Activation(i64, Moment),
    Rescue(Moment),
    Used,
    No(NoSuchStep),
}

/// Issues a code for a new password; the one before is worth nothing from now on. `form` is the random token of the form
/// that asks for it.
pub async fn issue_code(sv: &Services, leave: &Permit<IssueCode, Subject>, form: &Token) -> Result<Issued, NotDone> {
    let (account, now) = (leave.place().account, sv.clock.now());
    let code = RescueCode::derive(&sv.keys.activation, account, form);
    let issued_by = if let Actor::Account(id) = leave.by() { Some(*id) } else { None };
    let told = |kind: &str| event(sv, leave, "account.code_issued", &json!({ "kind": kind }));
    let issue = Issue {
        account,
        form: (Digest::of(format!("{} {account} {}", leave.by(), form.expose()).as_bytes()), now + FORM_LIFE),
        until: now + sv.settings.activation,
        rescue: NewRescue {
            account,
            keyed: code.keyed(&sv.keys.activation, account),
            issued_by,
            until: now + RESCUE_LIFE,
        },
        events: [told("activation"), told("rescue")],
        now,
    };
    match sv.store.write(issue, async |tx: &mut Tx, issue: &Issue| issue.write(tx).await).await? {
        Outcome::Activation(number, until) => {
            let code = ActivationCode::derive(&sv.keys.activation, account, number).shown();
            Ok(Issued { kind: CodeKind::Activation, code, until })
        }
        Outcome::Rescue(until) => {
            Ok(Issued { kind: CodeKind::Rescue, code: Zeroizing::new(code.shown().to_owned()), until })
        }
        Outcome::Used => Err(NotDone::Used),
        Outcome::No(no) => Err(no.into()),
    }
}

impl Issue {
    /// What the form is spent for when it issues the activation code of this number: sent again, it tells that one, and
    /// never one that somebody else issued since (R51: no code is told without its line).
    fn of(&self, number: i64) -> Digest {
        Digest::of(&[self.form.0.bytes().as_slice(), &number.to_be_bytes()].concat())
    }

    async fn write(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let Some((state, issued)) = accounts::activation(tx, self.account).await? else { return Ok(Outcome::Used) };
        let first = spent::spend(tx, spent::Kind::CodeForm, self.form.0, self.form.1).await?;
        let state = named(&state)?;
        if let Err(no) = state.issue_code() {
            return Ok(Outcome::No(no));
        }
        match (state, first) {
            (AccountState::Active, true) => {
                rescue::issue(tx, &self.rescue).await?;
                trail::add(tx, &self.events[1]).await?;
                Ok(Outcome::Rescue(self.rescue.until))
            }
            (AccountState::Active, false) => {
                let good = rescue::good(tx, self.account, self.now).await?;
                let same = good.filter(|(keyed, _)| *keyed == self.rescue.keyed);
                Ok(same.map_or(Outcome::Used, |(_, until)| Outcome::Rescue(until)))
            }
            (_, true) => {
                let issued = accounts::issue_activation(tx, self.account, self.until, self.now).await?;
                let Some(number) = issued else { return Ok(Outcome::Used) };
                spent::spend(tx, spent::Kind::CodeForm, self.of(number), self.form.1).await?;
                trail::add(tx, &self.events[0]).await?;
                Ok(Outcome::Activation(number, self.until))
            }
            (_, false) => match issued {
                Some((number, until)) if spent::is_spent(tx, spent::Kind::CodeForm, self.of(number)).await? => {
                    Ok(Outcome::Activation(number, until))
                }
                _ => Ok(Outcome::Used),
            },
        }
    }
}

/// Suspends an account, and ends its sessions and whatever apps were given. Suspended already, nothing happens.
pub async fn suspend(sv: &Services, leave: &Permit<Suspend, Subject>, reason: &str) -> Result<(), NotDone> {
    let reason = clean(reason).into_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(NotDone::Reason);
    }
    let change = Change {
        account: leave.place().account,
        step: AccountState::suspend,
        unless: AccountState::Suspended,
        event: event(sv, leave, "account.suspended", &json!({ "reason": reason })),
        reason: Some(reason),
        sessions: Some(sv.ending_of_account(leave.place().account, None).await?),
        now: sv.clock.now(),
    };
    change.make(sv).await
}

/// Lets a suspended account go on. Active already, nothing happens.
pub async fn resume(sv: &Services, leave: &Permit<Resume, Subject>) -> Result<(), NotDone> {
    let change = Change {
        account: leave.place().account,
        step: AccountState::resume,
        unless: AccountState::Active,
        event: event(sv, leave, "account.resumed", &json!({})),
        reason: None,
        sessions: None,
        now: sv.clock.now(),
    };
    change.make(sv).await
}

/// A step of an account, made once.
struct Change {
    account: AccountId,
    step: fn(AccountState) -> Result<AccountState, NoSuchStep>,
    /// In this state the step was made already.
    unless: AccountState,
    reason: Option<String>,
    sessions: Option<EndingOfAccount>,
    event: Event,
    now: Moment,
}

impl Change {
    async fn make(self, sv: &Services) -> Result<(), NotDone> {
        let due = sv.store.write(self, async |tx: &mut Tx, change: &Self| change.write(tx).await).await??;
        sv.tell_all(&due).await;
        Ok(())
    }

    async fn write(&self, tx: &mut Tx) -> Result<Result<Vec<Due>, NoSuchStep>, StoreError> {
        let Some((state, _)) = accounts::activation(tx, self.account).await? else { return Ok(Ok(Vec::new())) };
        let from = named(&state)?;
        if from == self.unless {
            return Ok(Ok(Vec::new()));
        }
        let to = match (self.step)(from) {
            Ok(to) => to,
            Err(no) => return Ok(Err(no)),
        };
        let (from, to) = (from.as_str(), to.as_str());
        let step = Transition { account: self.account, from, to, reason: self.reason.clone(), now: self.now };
        if !accounts::transition(tx, &step).await? {
            // Another transaction was quicker, perhaps with the very same step.
            let now = accounts::activation(tx, self.account).await?.map(|(state, _)| state);
            let made = now.as_deref() == Some(self.unless.as_str());
            let overtaken = StoreError::Abandoned("the account's state was changed meanwhile");
            return if made { Ok(Ok(Vec::new())) } else { Err(overtaken) };
        }
        trail::add(tx, &self.event).await?;
        match &self.sessions {
            Some(sessions) => end_everything(tx, sessions, self.account, self.now).await.map(Ok),
            None => Ok(Ok(Vec::new())),
        }
    }
}

/// Ends every session of an account and whatever apps were given; its credentials stay as they are.
pub async fn end_sessions(sv: &Services, leave: &Permit<EndSessions, Subject>) -> Result<(), StoreError> {
    let account = leave.place().account;
    let sessions = sv.ending_of_account(account, None).await?;
    let turn = (account, sessions, event(sv, leave, "account.signed_out", &json!({})), sv.clock.now());
    let due = sv
        .store
        .write(turn, async |tx: &mut Tx, (account, sessions, event, now)| {
            trail::add(tx, event).await?;
            end_everything(tx, sessions, *account, *now).await
        })
        .await?;
    sv.tell_all(&due).await;
    Ok(())
}

async fn end_everything(
    tx: &mut Tx,
    sessions: &EndingOfAccount,
    account: AccountId,
    now: Moment,
) -> Result<Vec<Due>, StoreError> {
    let due = sessions.run(tx).await?;
    grants::end_of_account(tx, account, now).await?;
    rescue::void(tx, account, now).await?;
    Ok(due)
}

fn event<A: Action>(sv: &Services, leave: &Permit<A, Subject>, action: &'static str, detail: &Value) -> Event {
    leave.event(sv, action, audit::account(leave.place().account), detail)
}

fn named(state: &str) -> Result<AccountState, StoreError> {
    AccountState::named(state).ok_or_else(|| StoreError::Corrupt {
        table: "accounts",
        column: "state",
        row: state.to_owned(),
    })
}
