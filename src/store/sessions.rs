//! Signed-in browsers.

use sqlx::QueryBuilder;

use super::{Posts, StoreError, Tx, bulk};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, AffiliationId, PersonId, SessionId},
    },
    model::account::AccountState,
};

row! {
    /// A live session and whose it is.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Its row.
        pub id: SessionId,
        /// The account.
        pub account_id: AccountId,
        /// The person.
        pub person_id: PersonId,
        /// What the account's state is.
        pub account_state: AccountState,
        /// Whether a new password must be chosen before anything else.
        pub must_change: Option<bool>,
        /// The person's name.
        pub full_name: String,
        /// When the person proved who they are.
        pub auth_time: Moment,
        /// How strongly.
        pub acr: String,
        /// By what, separated by spaces.
        pub amr: String,
        /// Digest of the browser's name.
        pub browser: Digest,
        /// As what the person chose to act; `None`: what they mainly are.
        pub context: Option<AffiliationId>,
        /// Whether the person said that the device is theirs.
        pub own_device: bool,
        /// What the browser calls itself.
        pub agent: String,
        /// From where it signed in.
        pub address: String,
        /// When it began.
        pub created_at: Moment,
        /// When it was last used.
        pub seen_at: Moment,
        /// When it ends at the latest.
        pub expires_at: Moment,
        /// The person's active roles at open orgs.
        pub posts: Posts,
    }
}

/// A session to be begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its row.
    pub id: SessionId,
    /// Digest of the cookie.
    pub digest: Digest,
    /// Whose.
    pub account: AccountId,
    /// How strongly they proved it.
    pub acr: &'static str,
    /// By what.
    pub amr: &'static str,
    /// Digest of the browser's name.
    pub browser: Digest,
    /// Whether the device is theirs.
    pub own_device: bool,
    /// From where.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Now.
    pub now: Moment,
    /// When it ends at the latest.
    pub expires_at: Moment,
}

/// How many sessions an account may have (R52).
pub const MOST: usize = 20;

/// What a [`SessionRow`] is read from.
macro_rules! session {
    () => {
        concat!(
            "SELECT s.id, s.account_id, a.person_id, a.state AS account_state, w.must_change, p.full_name, s.auth_time,
                    s.acr, s.amr, s.browser, s.context, s.own_device, s.agent, s.address, s.created_at, s.seen_at,
                    s.expires_at, ",
            posts!(),
            " FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN persons p ON p.id = a.person_id
              LEFT JOIN passwords w ON w.account_id = a.id"
        )
    };
}

statements! {
    LIVE = concat!(session!(), " WHERE s.digest = $1 AND s.ended_at IS NULL AND s.expires_at > $2");
    OF_ACCOUNT = concat!(
        session!(),
        " WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 ORDER BY s.created_at DESC, s.id DESC"
    );
    RENEW = "UPDATE sessions SET digest = $2, auth_time = $3, seen_at = $3, acr = $4, amr = $5, own_device = $6, expires_at = $7,
                    browser = $9, address = $10, agent = $11
             WHERE id = $1 AND account_id = $8 AND ended_at IS NULL";
    ACT_AS = "UPDATE sessions SET context = $2 WHERE id = $1 AND ended_at IS NULL";
    TOUCH = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
    END = "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    PURGE = "DELETE FROM sessions WHERE id IN (SELECT s.id FROM sessions s WHERE s.expires_at < $1
             AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.session_id = s.id) ORDER BY s.expires_at LIMIT 500)";
}

/// The same person has proved themselves again: the session goes on under another cookie, and with it its apps. False
/// when it has ended meanwhile.
pub async fn renew(tx: &mut Tx, id: SessionId, new: &NewSession) -> Result<bool, StoreError> {
    let renewed = on_db!(
        tx,
        sqlx::query(RENEW)
            .bind(id)
            .bind(new.digest)
            .bind(new.now)
            .bind(new.acr)
            .bind(new.amr)
            .bind(new.own_device)
            .bind(new.expires_at)
            .bind(new.account)
            .bind(new.browser)
            .bind(new.address.as_str())
            .bind(new.agent.as_str())
    )?;
    Ok(renewed == 1)
}

/// The person chooses as what to act.
pub async fn act_as(tx: &mut Tx, id: SessionId, context: AffiliationId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ACT_AS).bind(id).bind(context)).map(drop)
}

/// The live session of a cookie.
pub async fn live(tx: &mut Tx, cookie: Digest, now: Moment) -> Result<Option<SessionRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LIVE).bind(cookie).bind(now).fetch_optional(&mut *c))
}

/// An account's live sessions, newest first.
pub async fn of_account(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Vec<SessionRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_ACCOUNT).bind(account).bind(now).fetch_all(&mut *c))
}

/// Notes that a session is in use.
pub async fn touch(tx: &mut Tx, id: SessionId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(TOUCH).bind(id).bind(now)).map(drop)
}

/// Ends a session; false when it had ended.
pub async fn end(tx: &mut Tx, id: SessionId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(END).bind(id).bind(now))? == 1)
}

/// Ends the sessions of those of these people whose accounts do not sign in any more.
pub async fn end_of_inactive(tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<(), StoreError> {
    for chunk in people.chunks(bulk::ROWS) {
        on_db!(tx, c => async {
            let mut query = QueryBuilder::new("UPDATE sessions SET ended_at = ");
            query.push_bind(now).push(" WHERE ended_at IS NULL AND account_id IN ");
            query.push("(SELECT id FROM accounts WHERE state <> 'active' AND person_id IN (");
            bulk::list(&mut query, chunk).push(")").build().execute(&mut *c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Deletes some of the sessions that ended long ago; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
