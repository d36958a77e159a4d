//! Rescue codes: six digits that somebody who may help reads out, for a new password within twenty minutes (P5).

use super::codes::{RESCUE_LIFE, RescueCode};
use crate::{
    base::id::AccountId,
    services::{
        Services,
        audit::{self, Actor},
    },
    store::{
        StoreError, Tx, audit as trail,
        rescue::{self, NewRescue},
    },
};

/// Issues a code, in place of an earlier one. Whether `actor` may do so is decided before.
pub async fn issue(sv: &Services, account: AccountId, actor: &Actor) -> Result<RescueCode, StoreError> {
    let code = RescueCode::random(&sv.entropy);
    let new = NewRescue {
        account,
        keyed: code.keyed(&sv.keys.activation, account),
        issued_by: match actor {
            Actor::Account(id) => Some(*id),
            Actor::CommandLine | Actor::System => None,
        },
        expires_at: sv.clock.now() + RESCUE_LIFE,
    };
    let detail = serde_json::json!({ "kind": "rescue" });
    let turn = (new, sv.event(actor, "account.code_issued", audit::account(account), &detail));
    sv.store
        .write(turn, async |tx: &mut Tx, (new, event)| {
            rescue::issue(tx, new).await?;
            trail::add(tx, event).await
        })
        .await?;
    Ok(code)
}
