//! What administrators do to accounts: issue a code, suspend, resume, sign out everywhere. Each leaves its line in the
//! audit trail in the same write, and each may be asked for twice. The permit is asked again in that write: somebody may
//! have risen, or lost a right, since it was given.

use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    base::{clock::Moment, digest::Digest, id::AccountId, secret::Token},
    login::codes::{ActivationCode, RESCUE_LIFE, RescueCode},
    model::{
        account::{AccountState, NoSuchStep},
        text::clean,
    },
    people::following::Following,
    services::{
        Services,
        audit::{self, Scribe},
        authority::{Denied, EndSessions, IssueCode, Permit, Resume, Subject, Suspend},
        ending::{Due, EndingOfAccount},
    },
    store::{
        StoreError, Tx,
        accounts::{self, Transition},
        memberships,
        rescue::{self, NewRescue},
        spent,
    },
};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 200;
/// How long a form that issues a code is remembered, so that sending it twice issues one code.
const FORM_LIFE: std::time::Duration = std::time::Duration::from_hours(1);

/// What the audit trail calls the issue of a code.
const ISSUED: &str = "account.code_issued";

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The account's state has no such step.
    #[error(transparent)]
    Step(#[from] NoSuchStep),
    /// A suspension wants a reason, of 200 characters at most.
    #[error("a suspension needs a reason, of {LONGEST_REASON} characters at most")]
    Reason,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
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
    leave: Permit<IssueCode, Subject>,
    scribe: Scribe,
    /// Names who asks by which form for whose code, and until when that is remembered.
    form: (Digest, Moment),
    until: Moment,
    rescue: NewRescue,
    now: Moment,
}

/// What came of a request for a code.
enum Outcome {
    Activation(i64, Moment),
    Rescue(Moment),
    Used,
    No(NotDone),
}

/// Issues a code for a new password; the one before is worth nothing from now on. `form` is the random token of the form
/// that asks for it.
pub async fn issue_code(sv: &Services, leave: &Permit<IssueCode, Subject>, form: &Token) -> Result<Issued, NotDone> {
    let (account, now) = (leave.place().account, sv.clock.now());
    let code = RescueCode::derive(&sv.keys.activation, account, form);
    let issue = Issue {
        leave: leave.clone(),
        scribe: leave.scribe(sv),
        form: (Digest::of(format!("{} {account} {}", leave.by(), form.expose()).as_bytes()), now + FORM_LIFE),
        until: now + sv.settings.activation,
        rescue: NewRescue {
            account,
            keyed: code.keyed(&sv.keys.activation, account),
            issued_by: leave.account(),
            until: now + RESCUE_LIFE,
        },
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
        Outcome::No(no) => Err(no),
    }
}

impl Issue {
    /// What the form is spent for when it issues the activation code of this number: sent again, it tells that one, and
    /// never one that somebody else issued since (R51: no code is told without its line).
    fn of(&self, number: i64) -> Digest {
        Digest::of(&[self.form.0.bytes().as_slice(), &number.to_be_bytes()].concat())
    }

    async fn write(&self, tx: &mut Tx) -> Result<Outcome, StoreError> {
        let account = self.leave.place().account;
        let over = match self.leave.again(tx, self.now).await? {
            Ok(over) => over,
            Err(denied) => return Ok(Outcome::No(denied.into())),
        };
        let Some((state, issued)) = accounts::activation(tx, account).await? else { return Ok(Outcome::Used) };
        let first = spent::spend(tx, spent::Kind::CodeForm, self.form.0, self.form.1).await?;
        if let Err(no) = state.issue_code() {
            return Ok(Outcome::No(no.into()));
        }
        let scribe = self.scribe.by_right_over(over);
        match (state, first) {
            (AccountState::Active, true) => {
                rescue::issue(tx, &self.rescue).await?;
                scribe.note(tx, ISSUED, audit::account(account), &json!({ "kind": "rescue" })).await?;
                Ok(Outcome::Rescue(self.rescue.until))
            }
            (AccountState::Active, false) => {
                let good = rescue::good(tx, account, self.now).await?;
                let same = good.filter(|(keyed, _)| *keyed == self.rescue.keyed);
                Ok(same.map_or(Outcome::Used, |(_, until)| Outcome::Rescue(until)))
            }
            (_, true) => {
                let issued = accounts::issue_activation(tx, account, self.until, self.now).await?;
                let Some(number) = issued else { return Ok(Outcome::Used) };
                spent::spend(tx, spent::Kind::CodeForm, self.of(number), self.form.1).await?;
                scribe.note(tx, ISSUED, audit::account(account), &json!({ "kind": "activation" })).await?;
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

/// Suspends an account, and ends its sessions and whatever apps were given. Suspended already, nothing happens, but that the
/// whole sector takes over the suspension that a school made.
pub async fn suspend(sv: &Services, leave: &Permit<Suspend, Subject>, reason: &str) -> Result<(), NotDone> {
    let reason = clean(reason).into_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(NotDone::Reason);
    }
    let sessions = sv.ending_of_account(leave.place().account, None).await?;
    let turn = Suspension { leave: leave.clone(), scribe: leave.scribe(sv), reason, sessions, now: sv.clock.now() };
    let due = sv.store.write(turn, async |tx: &mut Tx, turn: &Suspension| turn.write(tx).await).await??;
    sv.tell_all(&due).await;
    Ok(())
}

struct Suspension {
    leave: Permit<Suspend, Subject>,
    scribe: Scribe,
    reason: String,
    sessions: EndingOfAccount,
    now: Moment,
}

impl Suspension {
    async fn write(&self, tx: &mut Tx) -> Result<Result<Vec<Due>, NotDone>, StoreError> {
        let Subject { person, account } = *self.leave.place();
        let over = match self.leave.again(tx, self.now).await? {
            Ok(over) => over,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let Some((from, _)) = accounts::activation(tx, account).await? else { return Ok(Ok(Vec::new())) };
        let to = match (accounts::suspension(tx, person).await?, over) {
            (Some(Some(_)), None) => from,
            (Some(_), _) => return Ok(Ok(Vec::new())),
            (None, _) => match from.suspend() {
                Ok(to) => to,
                Err(no) => return Ok(Err(no.into())),
            },
        };
        step(tx, &Transition { account, from, to, reason: Some(self.reason.clone()), over, now: self.now }).await?;
        let (scribe, told) = (self.scribe.by_right_over(over), json!({ "reason": self.reason }));
        scribe.note(tx, "account.suspended", audit::account(account), &told).await?;
        self.sessions.run(tx).await.map(Ok)
    }
}

/// Lets a suspended account go on, in the state it comes to: whoever has left meanwhile goes dormant, as if they had not been
/// suspended. Active already, nothing happens.
pub async fn resume(sv: &Services, leave: &Permit<Resume, Subject>) -> Result<AccountState, NotDone> {
    let following = Following::of(sv, &leave.by());
    let turn = Resumption { leave: leave.clone(), scribe: leave.scribe(sv), following, now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Resumption| turn.write(tx).await).await?
}

struct Resumption {
    leave: Permit<Resume, Subject>,
    scribe: Scribe,
    following: Following,
    now: Moment,
}

impl Resumption {
    async fn write(&self, tx: &mut Tx) -> Result<Result<AccountState, NotDone>, StoreError> {
        let Subject { person, account } = *self.leave.place();
        let over = match self.leave.again(tx, self.now).await? {
            Ok(over) => over,
            Err(denied) => return Ok(Err(denied.into())),
        };
        let from = state_of(tx, account).await?;
        if from == AccountState::Active {
            return Ok(Ok(from));
        }
        let to = match from.resume() {
            Ok(to) => to,
            Err(no) => return Ok(Err(no.into())),
        };
        step(tx, &Transition { account, from, to, reason: None, over: None, now: self.now }).await?;
        let scribe = self.scribe.by_right_over(over);
        scribe.note(tx, "account.resumed", audit::account(account), &json!({})).await?;
        let presence = memberships::standing(tx, person, self.now.day()).await?.presence();
        self.following.settle(tx, &[(person, presence)]).await?;
        state_of(tx, account).await.map(Ok)
    }
}

async fn state_of(tx: &mut Tx, account: AccountId) -> Result<AccountState, StoreError> {
    Ok(accounts::activation(tx, account).await?.map_or(AccountState::Purged, |(state, _)| state))
}

async fn step(tx: &mut Tx, step: &Transition) -> Result<(), StoreError> {
    if accounts::transition(tx, step).await? {
        return Ok(());
    }
    Err(StoreError::Abandoned("the account's state was changed meanwhile"))
}

/// Ends every session of an account and whatever apps were given; its credentials stay as they are.
pub async fn end_sessions(sv: &Services, leave: &Permit<EndSessions, Subject>) -> Result<(), NotDone> {
    let sessions = sv.ending_of_account(leave.place().account, None).await?;
    let turn = (leave.clone(), sessions, leave.scribe(sv), sv.clock.now());
    let due = sv
        .store
        .write(turn, async |tx: &mut Tx, (leave, sessions, scribe, now)| {
            let over = match leave.again(tx, *now).await? {
                Ok(over) => over,
                Err(denied) => return Ok(Err(denied)),
            };
            let (scribe, account) = (scribe.by_right_over(over), leave.place().account);
            scribe.note(tx, "account.signed_out", audit::account(account), &json!({})).await?;
            sessions.run(tx).await.map(Ok)
        })
        .await??;
    sv.tell_all(&due).await;
    Ok(())
}
