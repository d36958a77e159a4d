//! Codes given and redeemed and refresh tokens rotated, many in each statement: the plain cases of the hottest writes.
//!
//! What is plain of a token stands in the guards: in time, of this client, unspent, its grant good, and for a code the
//! redirect URI and the challenge that fit. Whether its person may still use the app, whoever presents it says
//! ([`Fits`]). Whatever else may be said of a token is decided one by one, above.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
};

use sqlx::{QueryBuilder, Row};

use super::{
    StoreError, Tx, bulk,
    grants::{CodeRow, GrantRow, NewCode, NewGrant, NewRefresh, RefreshRow},
};
use crate::{
    base::{clock::Moment, digest::Digest, id::GrantId},
    protocol::client::Client,
};

/// A client, and its word on a grant: nothing is spent for one that does not fit.
#[derive(Clone)]
pub struct Fits {
    /// Who presents.
    pub client: Arc<Client>,
    /// The rule.
    pub rule: fn(&GrantRow, &Client) -> bool,
}

impl fmt::Debug for Fits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.client_id.fmt(f)
    }
}

/// A code that is presented.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// Its digest.
    pub code: Digest,
    /// By which client, for which grants.
    pub by: Fits,
    /// With which redirect URI.
    pub redirect_uri: Option<String>,
    /// With the verifier of which challenge.
    pub challenge: Option<String>,
    /// Digest of the refresh token to be given with it.
    pub refresh: Option<Digest>,
    /// Now.
    pub now: Moment,
}

/// A refresh token that is presented.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Its digest.
    pub presented: Digest,
    /// Digest of what takes its place.
    pub successor: Digest,
    /// By which client, for which grants.
    pub by: Fits,
    /// Now.
    pub now: Moment,
}

row! {
    struct SpentCode {
        digest: Digest,
        grant_id: GrantId,
        redirect_uri: Option<String>,
        challenge: Option<String>,
        nonce: Option<String>,
    }
}

row! {
    struct SpentRefresh {
        digest: Digest,
        grant_id: GrantId,
        scope: String,
        expires_at: Moment,
        spent_at: Option<Moment>,
        successor: Option<Digest>,
    }
}

/// Gives grants and their codes, [`bulk::ROWS`] at most.
pub async fn give(tx: &mut Tx, all: &[(NewGrant, NewCode)]) -> Result<(), StoreError> {
    insert_both!(
        tx,
        (
            all,
            "INSERT INTO grants (id, client_key, account_id, session_id, scope, claims, offline, created_at, expires_at,
                                 auth_time, acr, amr, context) ",
            |b, row| {
                let grant = &row.0;
                b.push_bind(grant.id)
                    .push_bind(grant.client)
                    .push_bind(grant.account)
                    .push_bind(grant.session)
                    .push_bind(grant.scope.as_str())
                    .push_bind(grant.claims.as_ref().map(super::Doc))
                    .push_bind(grant.offline)
                    .push_bind(grant.now)
                    .push_bind(grant.expires_at)
                    .push_bind(grant.auth_time)
                    .push_bind(grant.acr.as_str())
                    .push_bind(grant.amr.as_str())
                    .push_bind(grant.context);
            }
        ),
        (
            all,
            "INSERT INTO codes (digest, grant_id, client_key, redirect_uri, challenge, nonce, expires_at) ",
            |b, row| {
                let (grant, code) = row;
                b.push_bind(code.digest)
                    .push_bind(grant.id)
                    .push_bind(grant.client)
                    .push_bind(code.redirect_uri.as_deref())
                    .push_bind(code.challenge.as_deref())
                    .push_bind(code.nonce.as_deref())
                    .push_bind(code.expires_at);
            }
        )
    )
}

/// Spends the codes that are plainly good and gives their refresh tokens; each code with its grant, in order, and
/// nothing for the others.
pub async fn redeem(tx: &mut Tx, all: &[Redemption]) -> Result<Vec<Option<(CodeRow, GrantRow)>>, StoreError> {
    let digests: Vec<Digest> = all.iter().map(|one| one.code).collect();
    let grants = behind(tx, "codes", &digests).await?;
    let fit = fitting(all, &grants, |one| (one.code, &one.by));
    let mut outcome: Vec<_> = all.iter().map(|_| None).collect();
    if fit.is_empty() {
        return Ok(outcome);
    }
    let spent: Vec<SpentCode> = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("UPDATE codes SET spent_at = v.column5 FROM (");
        query.push_values(fit.iter().map(|at| &all[*at]), |mut b, one| {
            b.push_bind(one.code)
                .push_bind(one.by.client.key)
                .push_bind(one.redirect_uri.as_deref())
                .push_bind(one.challenge.as_deref())
                .push_bind(one.now);
        });
        query.push(
            ") AS v WHERE codes.digest = v.column1 AND codes.client_key = v.column2 AND codes.spent_at IS NULL
             AND codes.expires_at > v.column5 AND (codes.redirect_uri IS NULL OR codes.redirect_uri = v.column3)
             AND codes.challenge IS NOT DISTINCT FROM v.column4
             AND EXISTS (SELECT 1 FROM grants g JOIN sessions s ON s.id = g.session_id
                         WHERE g.id = codes.grant_id AND g.ended_at IS NULL AND s.ended_at IS NULL)
             RETURNING codes.digest, codes.grant_id, codes.redirect_uri, codes.challenge, codes.nonce",
        );
        query.build_query_as().fetch_all(&mut *c).await
    })?;
    let mut spent: HashMap<Digest, SpentCode> = spent.into_iter().map(|code| (code.digest, code)).collect();
    let mut refresh = Vec::new();
    for at in fit {
        let one = &all[at];
        let both = spent.remove(&one.code).zip(grants.get(&one.code).cloned());
        if let (Some((_, grant)), Some(digest)) = (&both, one.refresh) {
            refresh.push(NewRefresh {
                digest,
                grant: grant.id,
                client: grant.client_key,
                scope: grant.scope.clone(),
                now: one.now,
                expires_at: grant.expires_at,
            });
        }
        outcome[at] = both.map(|(code, grant)| {
            let SpentCode { grant_id, redirect_uri, challenge, nonce, .. } = code;
            (CodeRow { grant_id, redirect_uri, challenge, nonce }, grant)
        });
    }
    give_refresh(tx, &refresh).await?;
    Ok(outcome)
}

/// Spends the refresh tokens that are plainly good for their successors; each as it was spent, with its grant, in
/// order, and nothing for the others.
pub async fn rotate(tx: &mut Tx, all: &[Rotation]) -> Result<Vec<Option<(RefreshRow, GrantRow)>>, StoreError> {
    let digests: Vec<Digest> = all.iter().map(|one| one.presented).collect();
    let grants = behind(tx, "refresh_tokens", &digests).await?;
    let fit = fitting(all, &grants, |one| (one.presented, &one.by));
    let mut outcome: Vec<_> = all.iter().map(|_| None).collect();
    if fit.is_empty() {
        return Ok(outcome);
    }
    let spent: Vec<SpentRefresh> = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("UPDATE refresh_tokens SET spent_at = v.column4, successor = v.column2 FROM (");
        query.push_values(fit.iter().map(|at| &all[*at]), |mut b, one| {
            b.push_bind(one.presented).push_bind(one.successor).push_bind(one.by.client.key).push_bind(one.now);
        });
        query.push(
            ") AS v WHERE refresh_tokens.digest = v.column1 AND refresh_tokens.client_key = v.column3
             AND refresh_tokens.spent_at IS NULL AND refresh_tokens.expires_at > v.column4
             AND EXISTS (SELECT 1 FROM grants g JOIN sessions s ON s.id = g.session_id
                         WHERE g.id = refresh_tokens.grant_id AND g.ended_at IS NULL AND g.expires_at > v.column4
                         AND (g.offline OR s.ended_at IS NULL AND s.expires_at > v.column4))
             RETURNING refresh_tokens.digest, refresh_tokens.grant_id, refresh_tokens.scope,
                       refresh_tokens.expires_at, refresh_tokens.spent_at, refresh_tokens.successor",
        );
        query.build_query_as().fetch_all(&mut *c).await
    })?;
    let mut spent: HashMap<Digest, SpentRefresh> = spent.into_iter().map(|token| (token.digest, token)).collect();
    let mut next = Vec::new();
    for at in fit {
        let one = &all[at];
        let both = spent.remove(&one.presented).zip(grants.get(&one.presented).cloned());
        outcome[at] = both.map(|(token, grant)| {
            let SpentRefresh { grant_id, scope, expires_at, spent_at, successor, .. } = token;
            next.push(NewRefresh {
                digest: one.successor,
                grant: grant_id,
                client: grant.client_key,
                scope: scope.clone(),
                now: one.now,
                expires_at,
            });
            (RefreshRow { grant_id, scope, expires_at, spent_at, successor }, grant)
        });
    }
    give_refresh(tx, &next).await?;
    Ok(outcome)
}

/// The places of those whose grant is their client's and fits, each token once: whoever presents one a second time is not
/// plain. A token is spent for the one found here and for nobody who named it before.
fn fitting<'a, T>(
    all: &'a [T],
    grants: &HashMap<Digest, GrantRow>,
    of: impl Fn(&'a T) -> (Digest, &'a Fits),
) -> Vec<usize> {
    let mut seen = HashSet::new();
    let fits = |one: &'a T| {
        let (token, Fits { client, rule }) = of(one);
        let own = |grant: &GrantRow| grant.client_key == client.key && rule(grant, client);
        grants.get(&token).is_some_and(own) && seen.insert(token)
    };
    all.iter().map(fits).enumerate().filter_map(|(at, fits)| fits.then_some(at)).collect()
}

async fn give_refresh(tx: &mut Tx, all: &[NewRefresh]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        all,
        "INSERT INTO refresh_tokens (digest, grant_id, client_key, scope, issued_at, expires_at) ",
        |b, new| {
            b.push_bind(new.digest)
                .push_bind(new.grant)
                .push_bind(new.client)
                .push_bind(new.scope.as_str())
                .push_bind(new.now)
                .push_bind(new.expires_at);
        }
    );
    Ok(())
}

/// A token's digest and the grant it hangs from.
struct Behind(Digest, GrantRow);

impl<'r, R: Row> sqlx::FromRow<'r, R> for Behind
where
    &'static str: sqlx::ColumnIndex<R>,
    Digest: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    GrantRow: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self(row.try_get("digest")?, GrantRow::from_row(row)?))
    }
}

/// The grants behind unspent tokens of a table; ends with `IN (`, for [`bulk::list`].
fn grants_behind(table: &str) -> String {
    format!(
        "SELECT t.digest, g.id, g.client_key, g.account_id, a.person_id, a.state AS account_state,
                {},
                g.session_id, s.ended_at AS session_ended_at, s.expires_at AS session_expires_at, g.scope, g.claims,
                g.context, g.offline, g.auth_time, g.acr, g.amr, g.created_at, g.expires_at, g.ended_at
         FROM {table} t JOIN grants g ON g.id = t.grant_id JOIN accounts a ON a.id = g.account_id
         JOIN sessions s ON s.id = g.session_id WHERE t.spent_at IS NULL AND t.digest IN (",
        posts!()
    )
}

async fn behind(tx: &mut Tx, table: &str, tokens: &[Digest]) -> Result<HashMap<Digest, GrantRow>, StoreError> {
    let rows: Vec<Behind> = on_db!(tx, c => bulk::list(&mut QueryBuilder::new(grants_behind(table)), tokens).build_query_as().fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|Behind(token, grant)| (token, grant)).collect())
}
