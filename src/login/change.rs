//! Changing one's own password: with the current one, and the other browsers are signed out (R34).
//!
//! Between the look at the current password and the write of the new one somebody may take the account back: the write
//! refuses whatever is not as it was proved.

use std::{net::IpAddr, time::Duration};

use super::{
    attempts::{self, Path, Settlement, Try},
    new_password::{NotSet, judge, judge_accents},
    password::NotProved,
};
use crate::{
    base::digest::Digest,
    services::{
        Services, audit,
        ending::{Due, EndingOfAccount},
        hasher,
        limits::DeviceCookies,
    },
    store::{
        StoreError, Tx,
        accounts::{self, PasswordChange},
        audit as trail,
        sessions::SessionRow,
        spent,
    },
};

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The current one is wrong, or is not the current one any more.
    #[error("the current password is wrong")]
    Current,
    /// The new one is the old one.
    #[error("the new password is the old one")]
    Same,
    /// The new one was not taken.
    #[error(transparent)]
    NotSet(#[from] NotSet),
}

impl From<NotProved> for NotChanged {
    fn from(error: NotProved) -> Self {
        Self::NotSet(error.into())
    }
}

/// What somebody typed into the form, and where.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The current password.
    pub current: &'a str,
    /// The new one.
    pub new: &'a str,
    /// Names the form: sent again, it changes nothing more.
    pub form: &'a str,
    /// Whether Vietnamese letters in the new password are meant.
    pub accents: bool,
    /// What the browser remembers.
    pub devices: &'a DeviceCookies,
    /// From where.
    pub address: Option<IpAddr>,
}

/// For how long a form that changed a password is remembered.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Changes the password of who is signed in. Sent twice, the form changes it once, and both are told so.
pub async fn change(sv: &Services, session: &SessionRow, wish: Wish<'_>) -> Result<(), NotChanged> {
    let form = Digest::of(format!("{}\n{}", session.account_id, wish.form).as_bytes());
    if done_before(sv, form).await? {
        return Ok(());
    }
    let old = prove(sv, session, &wish).await?;
    if wish.current == wish.new {
        return Err(NotChanged::Same);
    }
    judge(sv, session.account_id, wish.new).await?;
    judge_accents(wish.new, wish.accents)?;
    let new = sv.hasher.hash(wish.new).await.map_err(NotProved::from)?;
    let actor = audit::Actor::Account(session.account_id);
    let event = sv.event(&actor, "password.changed", audit::account(session.account_id), &serde_json::json!({}));
    let others = sv.ending_of_account(session.account_id, Some(session.id)).await.map_err(NotProved::from)?;
    let change = PasswordChange { account: session.account_id, session: session.id, old, new, now: sv.clock.now() };
    let turn = Turn { change, form, event, others };
    match sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.apply(tx).await).await.map_err(NotProved::from)? {
        Some(due) => {
            sv.tell_all(&due).await;
            Ok(())
        }
        // The same form, sent a moment earlier, may have been first.
        None if done_before(sv, form).await? => Ok(()),
        None => Err(NotChanged::Current),
    }
}

struct Turn {
    change: PasswordChange,
    form: Digest,
    event: trail::Event,
    others: EndingOfAccount,
}

impl Turn {
    /// The notices due to apps; `None` when what was proved is not so any more.
    async fn apply(&self, tx: &mut Tx) -> Result<Option<Vec<Due>>, StoreError> {
        if !accounts::change_password(tx, &self.change).await? {
            return Ok(None);
        }
        spent::spend(tx, spent::Kind::PasswordForm, self.form, self.change.now + REMEMBERED).await?;
        trail::add(tx, &self.event).await?;
        self.others.run(tx).await.map(Some)
    }
}

async fn done_before(sv: &Services, form: Digest) -> Result<bool, NotProved> {
    let spent = sv
        .store
        .read(form, async |tx: &mut Tx, form: &Digest| spent::is_spent(tx, spent::Kind::PasswordForm, *form).await);
    Ok(spent.await?)
}

/// The PHC string of the current password, if that was typed; it counts like any other attempt (R29).
async fn prove(sv: &Services, session: &SessionRow, wish: &Wish<'_>) -> Result<String, NotChanged> {
    if wish.current.chars().count() > hasher::LONGEST {
        return Err(NotChanged::Current);
    }
    let holder = sv
        .store
        .read(session.account_id, async |tx: &mut Tx, account| accounts::holder(tx, *account).await)
        .await
        .map_err(NotProved::from)?;
    let Some(phc) = holder.and_then(|holder| holder.phc) else { return Err(NotChanged::Current) };
    let attempt = Try {
        name: "",
        account: Some(session.account_id),
        devices: wish.devices,
        address: wish.address,
        secret: wish.current,
        path: Path::Password,
    };
    let spent = attempts::begin(sv, attempt).await.map_err(NotProved::from)?.map_err(NotProved::from)?;
    let verdict = sv.hasher.verify(&phc, wish.current).await;
    let settlement = match verdict {
        Ok(outcome) if outcome.matched => Settlement::Right,
        Ok(_) => Settlement::Wrong,
        Err(_) => Settlement::Unused,
    };
    attempts::settle(sv, spent, settlement).await.map_err(NotProved::from)?;
    if verdict.map_err(NotProved::from)?.matched { Ok(phc) } else { Err(NotChanged::Current) }
}
