//! What apps were given: grants, and the codes and refresh tokens that hang from them.

use sqlx::QueryBuilder;

use super::{Doc, Posts, StoreError, Tx, bulk};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, AffiliationId, ClientKey, GrantId, PersonId, SessionId},
    },
    model::account::AccountState,
    protocol::claims::ClaimsAsk,
};

row! {
    /// A grant, with what is needed to issue tokens from it.
    #[derive(Clone, Debug)]
    pub struct GrantRow {
        /// Its row.
        pub id: GrantId,
        /// To which client.
        pub client_key: ClientKey,
        /// Whose account.
        pub account_id: AccountId,
        /// Which person.
        pub person_id: PersonId,
        /// What the account's state is.
        pub account_state: AccountState,
        /// The person's active roles at open orgs.
        pub posts: Posts,
        /// From which session.
        pub session_id: SessionId,
        /// When that ended; `None` while it lives.
        pub session_ended_at: Option<Moment>,
        /// When that ends at the latest.
        pub session_expires_at: Moment,
        /// What was granted.
        pub scope: String,
        /// Single claims that were asked for.
        pub claims: Option<Doc<ClaimsAsk>>,
        /// As what the person acted; `None`: what they mainly are.
        pub context: Option<AffiliationId>,
        /// Whom its access tokens may be for; `None`: our own endpoints.
        pub resources: Option<String>,
        /// Whether it outlives its session.
        pub offline: bool,
        /// When the person proved who they are.
        pub auth_time: Moment,
        /// How strongly.
        pub acr: String,
        /// By what, separated by spaces.
        pub amr: String,
        /// When it was given.
        pub created_at: Moment,
        /// When it ends at the latest.
        pub expires_at: Moment,
        /// When it was ended; `None` while it is good.
        pub ended_at: Option<Moment>,
    }
}

row! {
    /// A grant that is good, and whose.
    #[derive(Clone, Debug)]
    pub struct OpenRow {
        /// Its row.
        pub id: GrantId,
        /// To which client.
        pub client_key: ClientKey,
        /// From which session.
        pub session_id: SessionId,
        /// Which person.
        pub person_id: PersonId,
        /// What the account's state is.
        pub account_state: AccountState,
    }
}

row! {
    /// A code as it was when it was spent.
    #[derive(Clone, Debug)]
    pub struct CodeRow {
        /// The grant it stands for.
        pub grant_id: GrantId,
        /// Which redirect URI the request named; `None` when it named none.
        pub redirect_uri: Option<String>,
        /// PKCE.
        pub challenge: Option<String>,
        /// For the ID token.
        pub nonce: Option<String>,
        /// Thumbprint of the key that whoever redeems it must show.
        pub bound_key: Option<Digest>,
    }
}

row! {
    /// A refresh token.
    #[derive(Clone, Debug)]
    pub struct RefreshRow {
        /// The grant it belongs to.
        pub grant_id: GrantId,
        /// What it is good for.
        pub scope: String,
        /// When it ends.
        pub expires_at: Moment,
        /// When it was exchanged.
        pub spent_at: Option<Moment>,
        /// Digest of the token it was exchanged for.
        pub successor: Option<Digest>,
        /// Thumbprint of the key that whoever exchanges it must show.
        pub bound_key: Option<Digest>,
    }
}

/// A grant to be given.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its row.
    pub id: GrantId,
    /// To which client.
    pub client: ClientKey,
    /// Whose.
    pub account: AccountId,
    /// From which session.
    pub session: SessionId,
    /// What is granted.
    pub scope: String,
    /// Single claims that were asked for.
    pub claims: Option<ClaimsAsk>,
    /// As what the person acts.
    pub context: Option<AffiliationId>,
    /// Whom its access tokens may be for, separated by spaces.
    pub resources: Option<String>,
    /// Whether it outlives its session.
    pub offline: bool,
    /// When the person proved who they are.
    pub auth_time: Moment,
    /// How strongly.
    pub acr: String,
    /// By what, separated by spaces.
    pub amr: String,
    /// Now.
    pub now: Moment,
    /// When it ends at the latest.
    pub expires_at: Moment,
}

/// A code to be given.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Its digest.
    pub digest: Digest,
    /// Which redirect URI the request named.
    pub redirect_uri: Option<String>,
    /// PKCE.
    pub challenge: Option<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// Thumbprint of the key that whoever redeems it must show.
    pub bound_key: Option<Digest>,
    /// When it ends.
    pub expires_at: Moment,
}

/// A refresh token to be given.
#[derive(Clone, Debug)]
pub struct NewRefresh {
    /// Its digest.
    pub digest: Digest,
    /// The grant it belongs to.
    pub grant: GrantId,
    /// To which client.
    pub client: ClientKey,
    /// What it is good for.
    pub scope: String,
    /// Thumbprint of the key that whoever exchanges it must show.
    pub bound_key: Option<Digest>,
    /// Now.
    pub now: Moment,
    /// When it ends.
    pub expires_at: Moment,
}

/// What a [`GrantRow`] is read from, with other columns before it.
macro_rules! grant {
    () => {
        grant!("")
    };
    ($before:literal) => {
        concat!(
            "SELECT ",
            $before,
            "g.id, g.client_key, g.account_id, a.person_id, a.state AS account_state, g.session_id, ",
            posts!(),
            ", s.ended_at AS session_ended_at, s.expires_at AS session_expires_at, g.scope, g.claims, g.context, g.resources, g.offline,
               g.auth_time, g.acr, g.amr, g.created_at, g.expires_at, g.ended_at
             FROM grants g JOIN accounts a ON a.id = g.account_id JOIN sessions s ON s.id = g.session_id"
        )
    };
}

pub(super) use grant;

statements! {
    SPEND_CODE = "UPDATE codes SET spent_at = $3
                  WHERE digest = $1 AND client_key = $2 AND spent_at IS NULL AND expires_at > $3
                  RETURNING grant_id, redirect_uri, challenge, nonce, bound_key";
    SPENT_CODE = "SELECT grant_id FROM codes WHERE digest = $1 AND client_key = $2 AND spent_at IS NOT NULL";
    FIND = concat!(grant!(), " WHERE g.id = $1");
    BEHIND = concat!(
        grant!(),
        " WHERE g.id = $1 AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.digest = $2)"
    );
    END_GRANT = "UPDATE grants SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    END_OF_SESSION = "UPDATE grants SET ended_at = $2 WHERE session_id = $1 AND NOT offline AND ended_at IS NULL";
    END_OF_ACCOUNT = "UPDATE grants SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL";
    END_ELSEWHERE = "UPDATE grants SET ended_at = $3 WHERE account_id = $1 AND session_id <> $2 AND ended_at IS NULL";
    CLIENTS_OF_SESSION = "SELECT DISTINCT client_key FROM grants WHERE session_id = $1";
    GIVE_REFRESH = "INSERT INTO refresh_tokens (digest, grant_id, client_key, scope, issued_at, expires_at, bound_key)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SPEND_REFRESH = "UPDATE refresh_tokens SET spent_at = $3, successor = $4
                     WHERE digest = $1 AND client_key = $2 AND spent_at IS NULL AND expires_at > $3
                     RETURNING grant_id, scope, expires_at, spent_at, successor, bound_key";
    FIND_REFRESH = "SELECT grant_id, scope, expires_at, spent_at, successor, bound_key FROM refresh_tokens
                    WHERE digest = $1 AND client_key = $2";
    GIVEN = "SELECT DISTINCT client_key, scope, claims FROM grants WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2";
    END_OF_CLIENT = "UPDATE grants SET ended_at = $3 WHERE account_id = $1 AND client_key = $2 AND ended_at IS NULL";
    PURGE_CODES = "DELETE FROM codes WHERE digest IN (SELECT digest FROM codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
    PURGE_REFRESH = "DELETE FROM refresh_tokens WHERE digest IN
                     (SELECT digest FROM refresh_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
    PURGE_GRANTS = "DELETE FROM grants WHERE id IN (SELECT g.id FROM grants g WHERE g.expires_at < $1
                     AND NOT EXISTS (SELECT 1 FROM codes c WHERE c.grant_id = g.id)
                     AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.grant_id = g.id) ORDER BY g.expires_at LIMIT 500)";
}

/// Spends a code: it is found once, by its own client, in its time.
pub async fn spend_code(
    tx: &mut Tx,
    code: Digest,
    client: ClientKey,
    now: Moment,
) -> Result<Option<CodeRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(SPEND_CODE).bind(code).bind(client).bind(now).fetch_optional(&mut *c))
}

/// The grant of a code that this client has spent before.
pub async fn grant_of_spent_code(tx: &mut Tx, code: Digest, client: ClientKey) -> Result<Option<GrantId>, StoreError> {
    let row: Option<(GrantId,)> =
        on_db!(tx, c => sqlx::query_as(SPENT_CODE).bind(code).bind(client).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// A grant, good or ended.
pub async fn find(tx: &mut Tx, id: GrantId) -> Result<Option<GrantRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(&mut *c))
}

/// The grant behind an access token, unless that token was revoked.
pub async fn behind(tx: &mut Tx, id: GrantId, token: Digest) -> Result<Option<GrantRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BEHIND).bind(id).bind(token).fetch_optional(&mut *c))
}

/// Ends a grant and with it every token of it.
pub async fn end(tx: &mut Tx, id: GrantId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(END_GRANT).bind(id).bind(now))? == 1)
}

/// Ends what a session gave, but for what was to outlive it.
pub async fn end_of_session(tx: &mut Tx, session: SessionId, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(END_OF_SESSION).bind(session).bind(now))
}

/// Ends everything an account gave.
pub async fn end_of_account(tx: &mut Tx, account: AccountId, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(END_OF_ACCOUNT).bind(account).bind(now))
}

/// Ends everything an account gave, but from one session.
pub async fn end_elsewhere(tx: &mut Tx, account: AccountId, but: SessionId, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(END_ELSEWHERE).bind(account).bind(but).bind(now))
}

const OPEN: &str = "SELECT g.id, g.client_key, g.session_id, a.person_id, a.state AS account_state
    FROM accounts a JOIN grants g ON g.account_id = a.id WHERE g.ended_at IS NULL AND g.expires_at > ";

/// The good grants of people.
pub async fn open_of(tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<Vec<OpenRow>, StoreError> {
    let mut open = Vec::new();
    for chunk in people.chunks(bulk::ROWS) {
        let found: Vec<OpenRow> = on_db!(tx, c => async {
            let mut query = QueryBuilder::new(OPEN);
            query.push_bind(now).push(" AND a.person_id IN (");
            bulk::list(&mut query, chunk).build_query_as().fetch_all(&mut *c).await
        })?;
        open.extend(found);
    }
    Ok(open)
}

/// Ends grants and with them every token of theirs; how many were good.
pub async fn end_all(tx: &mut Tx, grants: &[GrantId], now: Moment) -> Result<u64, StoreError> {
    let mut ended = 0;
    for id in grants {
        ended += u64::from(end(tx, *id, now).await?);
    }
    Ok(ended)
}

/// The clients a session signed in to.
pub async fn clients_of_session(tx: &mut Tx, session: SessionId) -> Result<Vec<ClientKey>, StoreError> {
    let rows: Vec<(ClientKey,)> = on_db!(tx, c => sqlx::query_as(CLIENTS_OF_SESSION).bind(session).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

row! {
    /// What a client may be told of somebody.
    #[derive(Clone, Debug)]
    pub struct Given {
        /// The client.
        pub client_key: ClientKey,
        /// By scopes.
        pub scope: String,
        /// By single requests.
        pub claims: Option<Doc<ClaimsAsk>>,
    }
}

/// What clients may be told of an account's person by their good grants, each kind once.
pub async fn given(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Vec<Given>, StoreError> {
    on_db!(tx, c => sqlx::query_as(GIVEN).bind(account).bind(now).fetch_all(&mut *c))
}

/// Ends everything an account gave to a client.
pub async fn end_of_client(tx: &mut Tx, account: AccountId, client: ClientKey, now: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(END_OF_CLIENT).bind(account).bind(client).bind(now))
}

/// Gives a refresh token.
pub async fn give_refresh(tx: &mut Tx, new: &NewRefresh) -> Result<(), StoreError> {
    on_db!(
        tx,
        sqlx::query(GIVE_REFRESH)
            .bind(new.digest)
            .bind(new.grant)
            .bind(new.client)
            .bind(new.scope.as_str())
            .bind(new.now)
            .bind(new.expires_at)
            .bind(new.bound_key)
    )
    .map(drop)
}

/// Spends a refresh token for its successor: it is found once, by its own client, in its time.
pub async fn spend_refresh(
    tx: &mut Tx,
    token: Digest,
    client: ClientKey,
    successor: Digest,
    now: Moment,
) -> Result<Option<RefreshRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(SPEND_REFRESH).bind(token).bind(client).bind(now).bind(successor).fetch_optional(&mut *c))
}

/// A refresh token of this client, spent or not.
pub async fn find_refresh(tx: &mut Tx, token: Digest, client: ClientKey) -> Result<Option<RefreshRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND_REFRESH).bind(token).bind(client).fetch_optional(&mut *c))
}

/// Deletes some of what ended long ago; how many rows.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    let codes = on_db!(tx, sqlx::query(PURGE_CODES).bind(before))?;
    let tokens = on_db!(tx, sqlx::query(PURGE_REFRESH).bind(before))?;
    Ok(codes + tokens + on_db!(tx, sqlx::query(PURGE_GRANTS).bind(before))?)
}
