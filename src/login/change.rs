//! Changing one's own password: with the current one, and the other browsers are signed out (R34).

use super::{
    activation::{NotSet, judge},
    attempts::{self, Settlement, Try},
    password::NotProved,
};
use crate::{
    services::{Services, audit, hasher, limits::DeviceCookies},
    store::{Tx, accounts, audit as trail, sessions::SessionRow},
};

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The current one is wrong.
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

/// Changes the password of who is signed in.
pub async fn change(
    sv: &Services,
    session: &SessionRow,
    devices: &DeviceCookies,
    current: &str,
    new: &str,
) -> Result<(), NotChanged> {
    if current.chars().count() > hasher::LONGEST {
        return Err(NotChanged::Current);
    }
    let holder = sv
        .store
        .read(session.account_id, async |tx: &mut Tx, account| accounts::holder(tx, *account).await)
        .await
        .map_err(NotProved::from)?;
    let Some(phc) = holder.and_then(|holder| holder.phc) else { return Err(NotChanged::Current) };
    let attempt = Try { name: "", account: Some(session.account_id), devices, address: None, secret: current };
    let spent = attempts::begin(sv, attempt).await.map_err(NotProved::from)?.map_err(NotProved::from)?;
    let verdict = sv.hasher.verify(&phc, current).await;
    let settlement = match verdict {
        Ok(outcome) if outcome.matched => Settlement::Right,
        Ok(_) => Settlement::Wrong,
        Err(_) => Settlement::Unused,
    };
    attempts::settle(sv, spent, settlement).await.map_err(NotProved::from)?;
    if !verdict.map_err(NotProved::from)?.matched {
        return Err(NotChanged::Current);
    }
    if current == new {
        return Err(NotChanged::Same);
    }
    judge(sv, session.account_id, new).await?;
    let phc = sv.hasher.hash(new).await.map_err(NotProved::from)?;
    let actor = audit::Actor::Account(session.account_id);
    let event = sv.event(&actor, "password.changed", audit::account(session.account_id), &serde_json::json!({}));
    let others = sv.ending_of_account(session.account_id, Some(session.id)).await.map_err(NotProved::from)?;
    let turn = (session.account_id, phc, event, others, sv.clock.now());
    let due = sv
        .store
        .write(turn, async |tx: &mut Tx, (account, phc, event, others, now)| {
            accounts::set_password(tx, *account, phc, false, *now).await?;
            trail::add(tx, event).await?;
            others.run(tx).await
        })
        .await
        .map_err(NotProved::from)?;
    sv.tell_all(&due).await;
    Ok(())
}
