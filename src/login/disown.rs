//! "That was not me": somebody else knows the password, so it opens nothing any more. Every session ends, what apps were
//! given ends, and only a code from the school leads to a new password. The school reads it in the audit trail.

use crate::{
    services::{
        Services, audit,
        ending::{Due, EndingOfAccount},
    },
    store::{StoreError, Tx, audit as trail, purge, sessions::SessionRow},
};

/// Closes the account's password for whoever is signed in.
pub async fn disown(sv: &Services, session: &SessionRow) -> Result<(), StoreError> {
    let account = session.account_id;
    let sessions = sv.ending_of_account(account, None).await?;
    let detail = serde_json::json!({});
    let event = sv.event(&audit::Actor::Account(account), "account.disowned", audit::account(account), &detail);
    let due: Vec<Due> = sv
        .store
        .write((account, sessions, event), async |tx: &mut Tx, (account, sessions, event): &(_, EndingOfAccount, _)| {
            purge::credentials(tx, *account).await?;
            trail::add(tx, event).await?;
            sessions.run(tx).await
        })
        .await?;
    sv.tell_all(&due).await;
    Ok(())
}
