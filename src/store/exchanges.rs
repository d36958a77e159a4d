//! Codes given and redeemed and refresh tokens rotated, many in each statement: the plain cases of the hottest writes.
//!
//! What is plain stands in the guards: in time, of this client, unspent, its grant and account good, and for a code the
//! redirect URI and the challenge that fit. Whatever else may be said of a token is decided one by one, above.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::{
    StoreError, Tx, bulk,
    grants::{CodeRow, GrantRow, NewCode, NewGrant, NewRefresh, RefreshRow},
};
use crate::base::{
    clock::Moment,
    digest::Digest,
    id::{ClientKey, GrantId},
};

/// A code that is presented.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// Its digest.
    pub code: Digest,
    /// By which client.
    pub client: ClientKey,
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
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// Its digest.
    pub presented: Digest,
    /// Digest of what takes its place.
    pub successor: Digest,
    /// By which client.
    pub client: ClientKey,
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

/// Gives grants and their codes.
pub async fn give(tx: &mut Tx, all: &[(NewGrant, NewCode)]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        all,
        "INSERT INTO grants (id, client_key, account_id, session_id, scope, claims, offline, created_at, expires_at,
                             auth_time, acr, amr) ",
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
                .push_bind(grant.amr.as_str());
        }
    );
    insert_many!(
        tx,
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
    );
    Ok(())
}

/// Spends the codes that are plainly good and gives their refresh tokens; each code with its grant, in order, and
/// nothing for the others.
pub async fn redeem(tx: &mut Tx, all: &[Redemption]) -> Result<Vec<Option<(CodeRow, GrantRow)>>, StoreError> {
    let spent: Vec<SpentCode> = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("UPDATE codes SET spent_at = v.column5 FROM (");
        query.push_values(all, |mut b, one| {
            b.push_bind(one.code)
                .push_bind(one.client)
                .push_bind(one.redirect_uri.as_deref())
                .push_bind(one.challenge.as_deref())
                .push_bind(one.now);
        });
        query.push(
            ") AS v WHERE codes.digest = v.column1 AND codes.client_key = v.column2 AND codes.spent_at IS NULL
             AND codes.expires_at > v.column5 AND (codes.redirect_uri IS NULL OR codes.redirect_uri = v.column3)
             AND codes.challenge IS NOT DISTINCT FROM v.column4
             AND EXISTS (SELECT 1 FROM grants g JOIN accounts a ON a.id = g.account_id JOIN sessions s ON s.id = g.session_id
                         WHERE g.id = codes.grant_id AND g.ended_at IS NULL AND s.ended_at IS NULL AND a.state = 'active')
             RETURNING codes.digest, codes.grant_id, codes.redirect_uri, codes.challenge, codes.nonce",
        );
        query.build_query_as().fetch_all(&mut *c).await
    })?;
    let grants = find(tx, spent.iter().map(|code| code.grant_id)).await?;
    let mut spent: HashMap<Digest, SpentCode> = spent.into_iter().map(|code| (code.digest, code)).collect();
    let mut refresh = Vec::new();
    let outcome = all.iter().map(|one| {
        let code = spent.remove(&one.code)?;
        let grant = grants.get(&code.grant_id)?.clone();
        refresh.extend(one.refresh.map(|digest| NewRefresh {
            digest,
            grant: grant.id,
            client: one.client,
            scope: grant.scope.clone(),
            now: one.now,
            expires_at: grant.expires_at,
        }));
        let SpentCode { grant_id, redirect_uri, challenge, nonce, .. } = code;
        Some((CodeRow { grant_id, redirect_uri, challenge, nonce }, grant))
    });
    let outcome = outcome.collect();
    give_refresh(tx, &refresh).await?;
    Ok(outcome)
}

/// Spends the refresh tokens that are plainly good for their successors; each as it was spent, with its grant, in
/// order, and nothing for the others.
pub async fn rotate(tx: &mut Tx, all: &[Rotation]) -> Result<Vec<Option<(RefreshRow, GrantRow)>>, StoreError> {
    let spent: Vec<SpentRefresh> = on_db!(tx, c => async {
        let mut query = QueryBuilder::new("UPDATE refresh_tokens SET spent_at = v.column4, successor = v.column2 FROM (");
        query.push_values(all, |mut b, one| {
            b.push_bind(one.presented).push_bind(one.successor).push_bind(one.client).push_bind(one.now);
        });
        query.push(
            ") AS v WHERE refresh_tokens.digest = v.column1 AND refresh_tokens.client_key = v.column3
             AND refresh_tokens.spent_at IS NULL AND refresh_tokens.expires_at > v.column4
             AND EXISTS (SELECT 1 FROM grants g JOIN accounts a ON a.id = g.account_id JOIN sessions s ON s.id = g.session_id
                         WHERE g.id = refresh_tokens.grant_id AND g.ended_at IS NULL AND g.expires_at > v.column4
                         AND (g.offline OR s.ended_at IS NULL AND s.expires_at > v.column4) AND a.state = 'active')
             RETURNING refresh_tokens.digest, refresh_tokens.grant_id, refresh_tokens.scope,
                       refresh_tokens.expires_at, refresh_tokens.spent_at, refresh_tokens.successor",
        );
        query.build_query_as().fetch_all(&mut *c).await
    })?;
    let grants = find(tx, spent.iter().map(|token| token.grant_id)).await?;
    let mut spent: HashMap<Digest, SpentRefresh> = spent.into_iter().map(|token| (token.digest, token)).collect();
    let mut next = Vec::new();
    let outcome = all.iter().map(|one| {
        let token = spent.remove(&one.presented)?;
        let grant = grants.get(&token.grant_id)?.clone();
        let SpentRefresh { grant_id, scope, expires_at, spent_at, successor, .. } = token;
        next.push(NewRefresh {
            digest: one.successor,
            grant: grant_id,
            client: one.client,
            scope: scope.clone(),
            now: one.now,
            expires_at,
        });
        Some((RefreshRow { grant_id, scope, expires_at, spent_at, successor }, grant))
    });
    let outcome = outcome.collect();
    give_refresh(tx, &next).await?;
    Ok(outcome)
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

/// Ends with `IN (`, for [`bulk::among`].
const FIND: &str = "SELECT g.id, g.client_key, g.account_id, a.person_id, a.state AS account_state, g.session_id,
                           s.ended_at AS session_ended_at, s.expires_at AS session_expires_at, g.scope, g.claims, g.offline,
                           g.auth_time, g.acr, g.amr, g.created_at, g.expires_at, g.ended_at
                    FROM grants g JOIN accounts a ON a.id = g.account_id JOIN sessions s ON s.id = g.session_id WHERE g.id IN (";

async fn find(tx: &mut Tx, ids: impl Iterator<Item = GrantId>) -> Result<HashMap<GrantId, GrantRow>, StoreError> {
    let ids: Vec<GrantId> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<GrantRow> = on_db!(tx, c => bulk::among(&mut QueryBuilder::new(FIND), &ids).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|grant| (grant.id, grant)).collect())
}
