//! Device codes (RFC 8628): asked for, answered once, exchanged once; and the sessions of boards that were let in.

use super::{StoreError, Tx, accounts};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, ClientKey, GrantId, PersonId, SessionId},
    },
    protocol::device::{CODE_LIFE, Lesson},
};

row! {
    /// A device code.
    #[derive(Clone, Debug)]
    pub struct DeviceRow {
        /// Its digest.
        pub digest: Digest,
        /// Which client asked.
        pub client_key: ClientKey,
        /// For what.
        pub scope: String,
        /// For whom access tokens are to be, separated by spaces.
        pub resources: Option<String>,
        /// When somebody kept it out.
        pub denied_at: Option<Moment>,
        /// What it was given by whoever let it in.
        pub grant_id: Option<GrantId>,
        /// From which session they did.
        pub opened_by: Option<SessionId>,
        /// When it was asked for.
        pub created_at: Moment,
        /// When it ends.
        pub expires_at: Moment,
        /// When it was exchanged.
        pub spent_at: Option<Moment>,
    }
}

/// A device code to be given.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Its digest.
    pub digest: Digest,
    /// Keyed digest of the letters that the device shows.
    pub user_code: Digest,
    /// Which client asks.
    pub client: ClientKey,
    /// For what.
    pub scope: String,
    /// For whom access tokens are to be, separated by spaces.
    pub resources: Option<String>,
    /// Keyed digest of where it asks from.
    pub origin: Digest,
    /// Whether that client proves nothing, so that anybody may ask in its name.
    pub public: bool,
    /// Now.
    pub now: Moment,
    /// When it ends.
    pub expires_at: Moment,
}

/// A device to be let in.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Its code.
    pub device: Digest,
    /// Its session's row.
    pub session: SessionId,
    /// A digest that no cookie has: nobody comes back as a board.
    pub nobody: Digest,
    /// What the session is called on the account page.
    pub name: String,
    /// Whose.
    pub account: AccountId,
    /// From which session it is let in.
    pub by: SessionId,
    /// Its grant's row.
    pub grant: GrantId,
    /// To which client.
    pub client: ClientKey,
    /// What is granted.
    pub scope: String,
    /// For whom access tokens may be, separated by spaces.
    pub resources: Option<String>,
    /// Now.
    pub now: Moment,
    /// When the lesson ends.
    pub until: Moment,
}

/// How many codes wait at once of one client behind one address: a large school's boards, several times over.
const MOST: i64 = 200;
/// How many wait at once of a client that proves nothing, wherever from.
const MOST_OF_STRANGERS: i64 = 2_000;

macro_rules! device {
    () => {
        "SELECT digest, client_key, scope, resources, denied_at, grant_id, opened_by, created_at, expires_at, spent_at
         FROM device_codes "
    };
}

statements! {
    MAKE_ROOM = "DELETE FROM device_codes WHERE digest IN
                 (SELECT digest FROM device_codes WHERE origin = $1 AND grant_id IS NULL
                  ORDER BY created_at DESC, digest LIMIT 500 OFFSET $2)";
    MAKE_ROOM_OF_CLIENT = "DELETE FROM device_codes WHERE digest IN
                           (SELECT digest FROM device_codes WHERE client_key = $1 AND grant_id IS NULL
                            ORDER BY created_at DESC, digest LIMIT 500 OFFSET $2)";
    GIVE = "INSERT INTO device_codes (digest, user_code, client_key, scope, origin, created_at, expires_at, resources)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    FIND = concat!(device!(), "WHERE digest = $1 AND client_key = $2");
    BY_USER_CODE = concat!(device!(), "WHERE user_code = $1");
    DENY = "UPDATE device_codes SET denied_at = $2
            WHERE digest = $1 AND grant_id IS NULL AND denied_at IS NULL AND expires_at > $2";
    HOLD = "UPDATE sessions SET seen_at = seen_at WHERE id = $1 AND ended_at IS NULL";
    OPEN_SESSION = "INSERT INTO sessions (id, digest, account_id, auth_time, acr, amr, browser, context, own_device, address, agent,
                                          created_at, seen_at, expires_at)
                    SELECT $1, $2, account_id, auth_time, acr, amr, $2, context, FALSE, address, $3, $4, $4, $5 FROM sessions
                    WHERE id = $6 AND ended_at IS NULL";
    OPEN_GRANT = "INSERT INTO grants (id, client_key, account_id, session_id, scope, context, offline, auth_time, acr, amr,
                                      created_at, expires_at, resources)
                  SELECT $1, $2, account_id, id, $3, context, FALSE, auth_time, acr, amr, $4, $5, $7 FROM sessions
                  WHERE id = $6";
    OPEN = "UPDATE device_codes SET grant_id = $2, session_id = $3, opened_by = $4
            WHERE digest = $1 AND grant_id IS NULL AND denied_at IS NULL AND expires_at > $5";
    SPEND = "UPDATE device_codes SET spent_at = $3
             WHERE digest = $1 AND client_key = $2 AND spent_at IS NULL AND grant_id IS NOT NULL AND expires_at > $3
             RETURNING grant_id";
    OPENED_BY = "SELECT s.id FROM device_codes d JOIN sessions s ON s.id = d.session_id
                 WHERE d.opened_by = $1 AND s.ended_at IS NULL ORDER BY s.id";
    OF_ACCOUNT = "SELECT d.session_id, d.client_key FROM sessions s JOIN device_codes d ON d.session_id = s.id
                  WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2";
    OF_CLIENT = "SELECT s.id, s.account_id, a.person_id FROM device_codes d JOIN sessions s ON s.id = d.session_id
                 JOIN accounts a ON a.id = s.account_id
                 WHERE d.client_key = $1 AND d.created_at > $2 AND s.ended_at IS NULL AND s.expires_at > $3";
    END_SESSION = "UPDATE sessions SET ended_at = $2 WHERE ended_at IS NULL AND id IN
                   (SELECT d.session_id FROM grants g JOIN device_codes d ON d.session_id = g.session_id WHERE g.id = $1)";
    REMOVE_OF_CLIENT = "DELETE FROM device_codes WHERE client_key = $1";
    PURGE = "DELETE FROM device_codes WHERE digest IN
             (SELECT digest FROM device_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Gives a device code; false when its letters are shown somewhere else. Beyond what waits at once of one client behind one
/// address the oldest there make room: whoever asks very much is in nobody's way elsewhere. Who asks from very many addresses
/// can do so in the name of a public client alone, and then the oldest of that client make room.
pub async fn give(tx: &mut Tx, new: &NewDevice) -> Result<bool, StoreError> {
    on_db!(tx, sqlx::query(MAKE_ROOM).bind(new.origin).bind(MOST - 1))?;
    if new.public {
        on_db!(tx, sqlx::query(MAKE_ROOM_OF_CLIENT).bind(new.client).bind(MOST_OF_STRANGERS - 1))?;
    }
    let given = on_db!(
        tx,
        sqlx::query(GIVE)
            .bind(new.digest)
            .bind(new.user_code)
            .bind(new.client)
            .bind(new.scope.as_str())
            .bind(new.origin)
            .bind(new.now)
            .bind(new.expires_at)
            .bind(new.resources.as_deref())
    )?;
    Ok(given == 1)
}

/// A device code of this client, whatever came of it.
pub async fn find(tx: &mut Tx, code: Digest, client: ClientKey) -> Result<Option<DeviceRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(code).bind(client).fetch_optional(&mut *c))
}

/// The device that shows these letters, whatever came of it.
pub async fn by_user_code(tx: &mut Tx, letters: Digest) -> Result<Option<DeviceRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BY_USER_CODE).bind(letters).fetch_optional(&mut *c))
}

/// Keeps a device out; false when somebody answered before, or it is too late.
pub async fn deny(tx: &mut Tx, code: Digest, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(DENY).bind(code).bind(now))? == 1)
}

/// Lets a device in, with a session and a grant of its own; false, and then the write must be undone, when somebody
/// answered before, it is too late, or the session it is let in from has ended.
pub async fn open(tx: &mut Tx, new: &Opening) -> Result<bool, StoreError> {
    // Whoever ends the account or that session meanwhile waits, and sees what was opened by it.
    accounts::hold(tx, new.account).await?;
    on_db!(tx, sqlx::query(HOLD).bind(new.by))?;
    let session = on_db!(
        tx,
        sqlx::query(OPEN_SESSION)
            .bind(new.session)
            .bind(new.nobody)
            .bind(new.name.as_str())
            .bind(new.now)
            .bind(new.until)
            .bind(new.by)
    )?;
    if session == 0 {
        return Ok(false);
    }
    on_db!(
        tx,
        sqlx::query(OPEN_GRANT)
            .bind(new.grant)
            .bind(new.client)
            .bind(new.scope.as_str())
            .bind(new.now)
            .bind(new.until)
            .bind(new.session)
            .bind(new.resources.as_deref())
    )?;
    let opened =
        on_db!(tx, sqlx::query(OPEN).bind(new.device).bind(new.grant).bind(new.session).bind(new.by).bind(new.now))?;
    Ok(opened == 1)
}

/// Spends a device code that was let in: it is found once, by its own client, in its time.
pub async fn spend(tx: &mut Tx, code: Digest, client: ClientKey, now: Moment) -> Result<Option<GrantId>, StoreError> {
    let row: Option<(GrantId,)> =
        on_db!(tx, c => sqlx::query_as(SPEND).bind(code).bind(client).bind(now).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// The live sessions of boards that were let in from a session.
pub async fn opened_by(tx: &mut Tx, session: SessionId) -> Result<Vec<SessionId>, StoreError> {
    let rows: Vec<(SessionId,)> = on_db!(tx, c => sqlx::query_as(OPENED_BY).bind(session).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Which of an account's live sessions are boards, and whose.
pub async fn of_account(
    tx: &mut Tx,
    account: AccountId,
    now: Moment,
) -> Result<Vec<(SessionId, ClientKey)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_ACCOUNT).bind(account).bind(now).fetch_all(&mut *c))
}

/// The open boards of a client: their sessions, and whose.
pub async fn of_client(
    tx: &mut Tx,
    client: ClientKey,
    now: Moment,
) -> Result<Vec<(SessionId, AccountId, PersonId)>, StoreError> {
    // What was let in on a code ends with the longest lesson after it, so that the older codes need not be looked at.
    let since = now - Lesson::LONGEST - CODE_LIFE;
    on_db!(tx, c => sqlx::query_as(OF_CLIENT).bind(client).bind(since).bind(now).fetch_all(&mut *c))
}

/// Ends the session of the board that has this grant, if it is a board's.
pub async fn end_session(tx: &mut Tx, grant: GrantId, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(END_SESSION).bind(grant).bind(now)).map(drop)
}

/// Removes what a client asked for.
pub async fn remove_of_client(tx: &mut Tx, client: ClientKey) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(REMOVE_OF_CLIENT).bind(client)).map(drop)
}

/// Deletes some of the codes that ended before `before`, which must be longer ago than any lesson lasts; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
