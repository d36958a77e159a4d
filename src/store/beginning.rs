//! A session begun: the last step of every sign-in, in one way to the database and back.
//!
//! It begins only for a password that is still the one that was proved: whoever signs in with the old one while a new one
//! is being set comes in before that, and their session ends with the others, or not at all.

use super::{Conn, Posts, StoreError, Tx, attempts::Replacement, audit::Event, sessions::NewSession};
use crate::base::{
    clock::Moment,
    digest::Digest,
    id::{AccountId, PersonId, SessionId},
};

row! {
    /// Who signs in, with a session that is there already: one line for each, and one without when there is none.
    #[derive(Clone, Debug)]
    pub struct Around {
        /// The person who signs in.
        pub person_id: PersonId,
        /// Whether a new password must be chosen before anything else.
        pub must_change: Option<bool>,
        /// The person's name.
        pub full_name: String,
        /// The person's active roles at open orgs.
        pub posts: Posts,
        /// A session of this account, or one that was begun in this browser.
        pub session: Option<SessionId>,
        /// Whose it is.
        pub account_of: Option<AccountId>,
        /// Which person's.
        pub person_of: Option<PersonId>,
        /// Digest of the name of the browser it was begun in.
        pub browser: Option<Digest>,
        /// Whether that person said that the device is theirs.
        pub own_device: Option<bool>,
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Whether the session began: not when the password was changed meanwhile, or the account closed.
    pub session: bool,
    /// Whether the try was given back.
    pub try_returned: bool,
}

statements! {
    AROUND = concat!(
        "SELECT a.person_id, w.must_change, p.full_name, ", posts!(), ", s.id AS session, s.account_id AS account_of,
                o.person_id AS person_of, s.browser, s.own_device
         FROM accounts a JOIN persons p ON p.id = a.person_id LEFT JOIN passwords w ON w.account_id = a.id
         LEFT JOIN (SELECT id, account_id, browser, own_device, created_at, expires_at FROM sessions
                    WHERE account_id = $1 AND ended_at IS NULL
                    UNION SELECT id, account_id, browser, own_device, created_at, expires_at FROM sessions
                    WHERE browser = $2 AND ended_at IS NULL) s ON s.expires_at > $3
         LEFT JOIN accounts o ON o.id = s.account_id
         WHERE a.id = $1 ORDER BY s.created_at DESC, s.id DESC"
    );
}

/// An account whose password is still the one that was set at a moment.
macro_rules! proved {
    ($account:literal, $set_at:literal) => {
        concat!(
            "SELECT w.account_id FROM passwords w JOIN accounts a ON a.id = w.account_id
             WHERE w.account_id = ",
            $account,
            " AND w.set_at = ",
            $set_at,
            " AND a.state = 'active' "
        )
    };
}

macro_rules! session {
    () => {
        "INSERT INTO sessions (id, digest, account_id, auth_time, acr, amr, browser, own_device, address, agent,
                               created_at, seen_at, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 "
    };
}

macro_rules! event {
    () => {
        "INSERT INTO audit_events (id, at, actor, action, subject, detail, mac) SELECT $15, $16, $17, $18, $19, $20, $21 "
    };
}

/// The row of the try as it was: the sign-in gives the try back. It goes …
macro_rules! gone {
    () => {
        "DELETE FROM attempt_budgets WHERE keyed = $22 AND state = $23 "
    };
}

/// … or stays, when it still says something.
macro_rules! kept {
    () => {
        "UPDATE attempt_budgets SET state = $24, updated_at = $4 WHERE keyed = $22 AND state = $23 "
    };
}

/// A script, which is one way to SQLite's thread and back; by itself it is a transaction. A second run finds what the
/// first did.
macro_rules! script {
    ($back:expr) => {
        concat!(
            "SAVEPOINT beginning; ",
            session!(),
            "WHERE EXISTS (",
            proved!("$3", "$14"),
            ") ON CONFLICT DO NOTHING; ",
            event!(),
            "WHERE EXISTS (SELECT 1 FROM sessions WHERE id = $1) ON CONFLICT DO NOTHING; ",
            $back,
            ";
             SELECT (SELECT count(*) FROM sessions WHERE id = $1), changes(); RELEASE beginning"
        )
    };
}

/// The same as one statement. Who sets a password meanwhile waits until the session can be seen, and ends it; or has set
/// it, and then it does not begin.
macro_rules! statement {
    ($back:expr) => {
        concat!(
            "WITH proof AS MATERIALIZED (",
            proved!("$3", "$14"),
            "FOR SHARE OF w),
             began AS (",
            session!(),
            "FROM proof ON CONFLICT DO NOTHING RETURNING id),
             told AS (",
            event!(),
            "FROM began ON CONFLICT DO NOTHING),
             back AS (",
            $back,
            "RETURNING keyed)
             SELECT (SELECT count(*) FROM began) + (SELECT count(*) FROM sessions WHERE id = $1),
                    (SELECT count(*) FROM back)"
        )
    };
}

/// The account that signs in, with its live sessions and those begun in the browser (several only on a device that is
/// somebody's own), newest first. Empty when there is no such account.
pub async fn around(tx: &mut Tx, account: AccountId, browser: Digest, now: Moment) -> Result<Vec<Around>, StoreError> {
    on_db!(tx, c => sqlx::query_as(AROUND).bind(account).bind(browser).bind(now).fetch_all(&mut *c))
}

/// Begins a session for who proved to know the password that was set at `set_at`, says so in the audit trail, and gives
/// their try back if its row is still as it was. One statement, which does no harm when it runs twice.
pub async fn begin(
    tx: &mut Tx,
    new: &NewSession,
    set_at: Moment,
    event: &Event,
    back: Option<&Replacement>,
) -> Result<Written, StoreError> {
    macro_rules! run {
        ($on:expr, $text:expr) => {
            sqlx::query_as::<_, (i64, i64)>($text)
                .bind(new.id)
                .bind(new.digest)
                .bind(new.account)
                .bind(new.now)
                .bind(new.acr)
                .bind(new.amr)
                .bind(new.browser)
                .bind(new.own_device)
                .bind(new.address.as_str())
                .bind(new.agent.as_str())
                .bind(new.now)
                .bind(new.now)
                .bind(new.expires_at)
                .bind(set_at)
                .bind(event.id)
                .bind(event.at)
                .bind(event.actor.as_str())
                .bind(event.action)
                .bind(event.subject.as_str())
                .bind(event.detail.as_str())
                .bind(event.mac)
                .bind(back.map_or(&[][..], |back| &back.keyed))
                .bind(back.map_or("", |back| &back.before))
                .bind(back.map_or("", |back| &back.after))
                .fetch_all($on)
                .await
        };
    }
    let found = match (tx.conn(), back.is_none_or(|back| back.after.is_empty())) {
        (Conn::Lite(on), true) => run!(on, script!(gone!())),
        (Conn::Lite(on), false) => run!(on, script!(kept!())),
        (Conn::Pg(on), true) => run!(on, statement!(gone!())),
        (Conn::Pg(on), false) => run!(on, statement!(kept!())),
    };
    let counts = tx.noted(found)?.first().copied().unwrap_or_default();
    Ok(Written { session: counts.0 > 0, try_returned: counts.1 > 0 })
}

/// Whether the password that was set at `set_at` is still the account's, and is until the end of the write.
pub async fn is_proved(tx: &mut Tx, account: AccountId, set_at: Moment) -> Result<bool, StoreError> {
    let found: Result<Option<(AccountId,)>, _> = match tx.conn() {
        Conn::Lite(on) => sqlx::query_as(proved!("$1", "$2")).bind(account).bind(set_at).fetch_optional(on).await,
        Conn::Pg(on) => {
            let held = concat!(proved!("$1", "$2"), "FOR SHARE OF w");
            sqlx::query_as(held).bind(account).bind(set_at).fetch_optional(on).await
        }
    };
    tx.noted(found).map(|row| row.is_some())
}
