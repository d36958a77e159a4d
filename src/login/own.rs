//! One's own account: what its owner sees of it, and what they end or choose there.

use std::sync::Arc;

use crate::{
    base::id::{AccountId, AffiliationId, ClientKey, SessionId},
    people::release::Profile,
    services::{Services, audit, ending::Ended},
    store::{
        StoreError, Tx, accounts,
        audit::EventRow,
        devices,
        grants::{self, Given},
        sessions::{self, SessionRow},
    },
};

/// How much of what happened is shown.
const MOST_ACTIVITY: i64 = 20;

/// What is known of an account.
#[derive(Clone, Debug)]
pub struct Known {
    /// What its owner signs in with, the sector ID first.
    pub names: Vec<String>,
    /// Where they are signed in, the latest first.
    pub sessions: Vec<SessionRow>,
    /// Which of these are classrooms' boards, and whose.
    pub boards: Vec<(SessionId, ClientKey)>,
    /// What apps may be told.
    pub given: Vec<Given>,
    /// What happened to it lately.
    pub events: Vec<EventRow>,
}

/// What is known of an account now.
pub async fn known(sv: &Services, account: AccountId) -> Result<Known, StoreError> {
    sv.store
        .read((account, sv.clock.now()), async |tx: &mut Tx, (account, now)| {
            Ok(Known {
                names: accounts::names(tx, *account).await?,
                sessions: sessions::of_account(tx, *account, *now).await?,
                boards: devices::of_account(tx, *account, *now).await?,
                given: grants::given(tx, *account, *now).await?,
                events: crate::store::audit::about(tx, &audit::account(*account), MOST_ACTIVITY).await?,
            })
        })
        .await
}

/// Ends one of an account's sessions, and tells its apps. Somebody else's looks like one that has ended (R38): nothing
/// happens.
pub async fn end_session(sv: &Arc<Services>, account: AccountId, id: SessionId) -> Result<(), StoreError> {
    let question = (account, sv.clock.now());
    let all = sv
        .store
        .read(question, async |tx: &mut Tx, (account, now)| sessions::of_account(tx, *account, *now).await)
        .await?;
    if let Some(own) = all.iter().find(|row| row.id == id) {
        sv.end_session(Ended::from(own)).await?;
    }
    Ok(())
}

/// Chooses as what to act, in the tokens that apps get from now on. What somebody else is looks like what one is not any
/// more (R38): nothing happens.
pub async fn act_as(sv: &Services, session: &SessionRow, context: AffiliationId) -> Result<(), StoreError> {
    let profile = Profile::read(sv, session.person_id).await?;
    let is_own = |profile: &Profile| profile.contexts().iter().any(|own| own.id == context);
    if !profile.as_ref().is_some_and(is_own) {
        return Ok(());
    }
    sv.store
        .write((session.id, context), async |tx: &mut Tx, (session, context)| {
            sessions::act_as(tx, *session, *context).await
        })
        .await
}
