//! Who may administer which orgs.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, DelegationId, OrgId},
};

statements! {
    DELEGATE = "INSERT INTO delegations (id, account_id, org_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT DO NOTHING";
}

/// A right to administer an org's subtree.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Its row.
    pub id: DelegationId,
    /// Whose.
    pub account: AccountId,
    /// Over which org and what is below it.
    pub org: OrgId,
    /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
    pub role: &'static str,
    /// By whom; `None`: by the command line.
    pub granted_by: Option<AccountId>,
}

/// Gives an administrative right; false when it was there.
pub async fn delegate(tx: &mut Tx, new: &NewDelegation, now: Moment) -> Result<bool, StoreError> {
    let added = on_db!(
        tx,
        sqlx::query(DELEGATE)
            .bind(new.id)
            .bind(new.account)
            .bind(new.org)
            .bind(new.role)
            .bind(new.granted_by)
            .bind(now)
    )?;
    Ok(added == 1)
}
