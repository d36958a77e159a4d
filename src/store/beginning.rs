//! A session begun: the last step of every sign-in, in one way to the database and back.
//!
//! It begins only for a password that is still the one that was proved: whoever signs in with the old one while a new one
//! is being set comes in before that, and their session ends with the others, or not at all. Whether there is room for it
//! is asked along the way, so that room is made only for who needs it.

use super::{
    Conn, Posts, StoreError, Twin, Tx,
    attempts::Replacement,
    audit::Event,
    sessions::{self, NewSession},
};
use crate::base::{
    clock::Moment,
    digest::Digest,
    id::{AccountId, PersonId, SessionId},
};

row! {
    /// A live session of the account that signs in, or one that was begun in its browser.
    #[derive(Clone, Debug)]
    pub struct Around {
        /// Its row.
        pub id: SessionId,
        /// Whose it is.
        pub account_id: AccountId,
        /// Which person's.
        pub person_id: PersonId,
        /// Digest of the name of the browser it was begun in.
        pub browser: Digest,
        /// Whether that person said that the device is theirs.
        pub own_device: bool,
    }
}

row! {
    /// What came of it, and who signs in.
    #[derive(Clone, Debug)]
    pub struct Begun {
        /// How many sessions began: none when the password was changed meanwhile, the account closed, or there is no room.
        pub sessions: i64,
        /// How many tries were given back.
        pub tries: i64,
        /// The person who signs in.
        pub person_id: PersonId,
        /// Whether a new password must be chosen before anything else.
        pub must_change: Option<bool>,
        /// The person's name.
        pub full_name: String,
        /// The person's active roles at open orgs.
        pub posts: Posts,
    }
}

statements! {
    AROUND = "SELECT s.id, s.account_id, o.person_id, s.browser, s.own_device
              FROM (SELECT id, account_id, browser, own_device, created_at, expires_at FROM sessions
                    WHERE account_id = $1 AND ended_at IS NULL
                    UNION SELECT id, account_id, browser, own_device, created_at, expires_at FROM sessions
                    WHERE browser = $2 AND ended_at IS NULL) s
              JOIN accounts o ON o.id = s.account_id WHERE s.expires_at > $3 ORDER BY s.created_at DESC, s.id DESC";
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
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $4, $4, $11 "
    };
}

/// Nobody is signed in in this browser, and the account may have one more session; or all that was seen to before.
macro_rules! room {
    () => {
        "($23 OR NOT EXISTS (SELECT 1 FROM sessions s WHERE s.browser = $7 AND s.ended_at IS NULL AND s.expires_at > $4
                             AND s.id <> $1)
                 AND (SELECT count(*) FROM sessions s WHERE s.account_id = $3 AND s.ended_at IS NULL AND s.expires_at > $4
                      AND s.id <> $1) < $24)"
    };
}

macro_rules! who {
    () => {
        concat!(
            "a.person_id, w.must_change, p.full_name, ",
            posts!(),
            " FROM accounts a JOIN persons p ON p.id = a.person_id LEFT JOIN passwords w ON w.account_id = a.id
              WHERE a.id = $3"
        )
    };
}

macro_rules! event {
    () => {
        "INSERT INTO audit_events (id, at, actor, action, subject, org_id, detail, mac, address)
         SELECT $13, $14, $15, $16, $17, $18, $19, $20, nullif($9, '') "
    };
}

/// The row of the try as it was: the sign-in gives the try back. It goes …
macro_rules! gone {
    () => {
        "DELETE FROM attempt_budgets WHERE keyed = $21 AND state = $22 "
    };
}

/// … or stays, when it still says something.
macro_rules! kept {
    () => {
        "UPDATE attempt_budgets SET state = $25, updated_at = $4 WHERE keyed = $21 AND state = $22 "
    };
}

/// The script is a transaction by itself. Of the statement, who sets a password meanwhile waits until the session can be
/// seen, and ends it; or has set it, and then it does not begin. A second run of either finds what the first did.
macro_rules! beginning {
    ($back:expr) => {
        Twin {
            sqlite: concat!(
                "SAVEPOINT beginning; ",
                session!(),
                "WHERE EXISTS (",
                proved!("$3", "$12"),
                ") AND ",
                room!(),
                " ON CONFLICT DO NOTHING; ",
                event!(),
                "WHERE EXISTS (SELECT 1 FROM sessions WHERE id = $1) ON CONFLICT DO NOTHING; ",
                $back,
                "; SELECT (SELECT count(*) FROM sessions WHERE id = $1) AS sessions, changes() AS tries, ",
                who!(),
                "; RELEASE beginning"
            ),
            postgres: concat!(
                "WITH proof AS MATERIALIZED (",
                proved!("$3", "$12"),
                "FOR SHARE OF w),
                 began AS (",
                session!(),
                "FROM proof WHERE ",
                room!(),
                " ON CONFLICT DO NOTHING RETURNING id),
                 told AS (",
                event!(),
                "FROM began ON CONFLICT DO NOTHING),
                 back AS (",
                $back,
                "RETURNING keyed)
                 SELECT (SELECT count(*) FROM began) + (SELECT count(*) FROM sessions WHERE id = $1) AS sessions,
                        (SELECT count(*) FROM back) AS tries, ",
                who!()
            ),
        }
    };
}

twins! {
    BEGIN = beginning!(gone!());
    BEGIN_WATCHED = beginning!(kept!());
}

/// The live sessions of an account and those begun in a browser (several only on a device that is somebody's own), newest
/// first.
pub async fn around(tx: &mut Tx, account: AccountId, browser: Digest, now: Moment) -> Result<Vec<Around>, StoreError> {
    on_db!(tx, c => sqlx::query_as(AROUND).bind(account).bind(browser).bind(now).fetch_all(&mut *c))
}

/// What a session begins with.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The session.
    pub new: NewSession,
    /// When the password was set that somebody proved to know.
    pub set_at: Moment,
    /// What the audit trail says.
    pub event: Event,
    /// How the row of their try is to be, if it is still as it was.
    pub back: Option<Replacement>,
    /// Whether room was made: else the session begins only where nobody has one in this browser and the account has fewer
    /// than [`sessions::MOST`].
    pub room_made: bool,
}

/// Begins a session, and gives the try back; `None` when there is no such account. One way to the database, which does no
/// harm when it is gone twice.
pub async fn begin(tx: &mut Tx, beginning: &Beginning) -> Result<Option<Begun>, StoreError> {
    let Beginning { new, set_at, event, back, room_made } = beginning;
    let watched = back.as_ref().is_some_and(|back| !back.after.is_empty());
    let text = if watched { BEGIN_WATCHED } else { BEGIN }.on(tx);
    let (keyed, before, after): (&[u8], &str, &str) =
        back.as_ref().map_or((&[], "", ""), |back| (&back.keyed, &back.before, &back.after));
    let most = i64::try_from(sessions::MOST).unwrap_or(i64::MAX);
    on_db!(tx, c => async {
        let mut query = sqlx::query_as(text)
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
            .bind(new.expires_at)
            .bind(*set_at)
            .bind(event.id)
            .bind(event.at)
            .bind(event.actor.as_str())
            .bind(event.action)
            .bind(event.subject.as_str())
            .bind(event.org)
            .bind(event.detail.as_str())
            .bind(event.mac)
            .bind(keyed)
            .bind(before)
            .bind(*room_made)
            .bind(most);
        if watched {
            query = query.bind(after);
        }
        query.fetch_all(&mut *c).await.map(|rows: Vec<Begun>| rows.into_iter().next())
    })
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
