//! Giving and taking administrative roles. They are for those who work in the sector: a pupil is given none.

use serde_json::json;

use super::administrators::whole_sector;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, DelegationId},
    },
    model::role::Role,
    services::{
        Services, audit,
        authority::{AdminRole, Delegate, Denied, Permit, Right, Subject},
    },
    store::{
        StoreError, Tx, accounts, administrators as rights,
        delegations::{self, NewDelegation},
        memberships, rescue,
    },
};

/// Why a role was not given.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// The role is for the whole sector.
    #[error("this role is given over the whole sector only")]
    OnlySector,
    /// The person learns in the sector, and does not work in it (R39).
    #[error("the person is a pupil only: roles are for those who work in the sector")]
    Pupil,
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
    /// The holding.
    pub id: DelegationId,
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
    sv.store
        .write(turn, async |tx: &mut Tx, (leave, whom, new, scribe, now)| {
            // Whoever issues the person a code at this moment waits, and is asked again what they may do.
            if let Err(denied) = whom.again(tx, *now).await? {
                return Ok(Err(denied.into()));
            }
            if is_pupil_only(tx, whom, *now).await? {
                return Ok(Err(NotGranted::Pupil));
            }
            let over = match leave.again(tx, *now).await? {
                Ok(over) => over,
                Err(denied) => return Ok(Err(denied.into())),
            };
            if !delegations::delegate(tx, new, *now).await? {
                let id = delegations::standing(tx, new).await?.unwrap_or(new.id);
                return Ok(Ok(Given { id, changed: false, codes_ended: false }));
            }
            note(tx, &scribe.by_right_over(over), "role.given", leave.place(), new.account).await?;
            let printed = accounts::void_activation(tx, new.account, *now).await?;
            let read_out = rescue::void(tx, new.account, *now).await?;
            Ok(Ok(Given { id: new.id, changed: true, codes_ended: printed || read_out }))
        })
        .await?
}

/// Whether roles may be given to somebody at all: whoever learns in the sector and does not work in it holds none (R39).
pub async fn may_hold(sv: &Services, whom: &Permit<Delegate, Subject>) -> Result<bool, StoreError> {
    let question = (whom.clone(), sv.clock.now());
    let pupil = sv.store.read(question, async |tx: &mut Tx, (whom, now)| is_pupil_only(tx, whom, *now).await).await?;
    Ok(!pupil)
}

async fn is_pupil_only(tx: &mut Tx, whom: &Permit<Delegate, Subject>, now: Moment) -> Result<bool, StoreError> {
    let standing = memberships::standing(tx, whom.place().person, now.day()).await?;
    let learns = standing.active().any(|role| role.post.role == Role::Student);
    Ok(learns && !standing.active().any(|role| role.post.is_employment()))
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
