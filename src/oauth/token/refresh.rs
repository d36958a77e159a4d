//! RFC 6749 §6 with rotation: each refresh token once, its successor derived from it, and ten seconds in which a lost
//! reply may be asked for again (R13).

use std::time::Duration;

use super::issue;
use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    oauth::{
        access,
        client_auth::AuthenticatedClient,
        refusal,
        target::{Target, Wish},
    },
    protocol::{client::GrantKind, error::Refusal, scope::Scopes, terms::Profile, token::TokenResponse},
    services::{Services, ending::end_grant},
    store::{
        StoreError, Tx,
        exchanges::Rotation,
        grants::{self, GrantRow, NewRefresh, RefreshRow},
    },
};

/// How long after its exchange a token may come again from a client that did not get the reply. Longer than RFC 9700
/// wants (nothing), so that a tablet on a school's network is not signed out; `docs/explanation/deviations.md`.
const GRACE: Duration = Duration::from_secs(10);

/// What the client presents.
#[derive(Debug)]
pub(super) struct RefreshAsk {
    pub token: Token,
    pub narrow_to: Option<Scopes>,
    pub wish: Wish,
}

struct Turn {
    presented: Digest,
    successor: Digest,
    client: AuthenticatedClient,
    narrow_to: Option<Scopes>,
    wish: Wish,
    now: Moment,
}

/// What is still given: by which grant, for what, for whom.
type Good = (GrantRow, Scopes, Target);

enum Outcome {
    Good(Box<Good>),
    /// Owner or thief? We cannot tell, so the grant ended for both (RFC 9700 §4.14.2).
    Replayed,
}

/// Exchanges a refresh token for its successor.
pub(super) async fn exchange(
    sv: &Services,
    client: &AuthenticatedClient,
    ask: RefreshAsk,
) -> Result<TokenResponse, Refusal> {
    client.require(GrantKind::RefreshToken)?;
    if client.terms.profile == Profile::Fapi2 {
        return keep(sv, client, ask).await;
    }
    let RefreshAsk { token, narrow_to, wish } = ask;
    let now = sv.clock.now();
    // Derived, not stored: only digests are, and a retry must get the same text.
    let successor = Token::from_bytes(&sv.keys.refresh.mac(&[b"successor", token.expose().as_bytes()]));
    let (presented, digest) = (token.digest(), successor.digest());
    let turn = Turn { presented, successor: digest, client: client.clone(), narrow_to, wish, now };
    let (grant, scopes, target) = match together(sv, &turn).await? {
        Some(good) => good,
        None => alone(sv, turn).await?,
    };
    let refresh = Some(successor);
    let issue = issue::Issue { grant: &grant, scopes: &scopes, target, nonce: None, refresh, now };
    issue::for_person(sv, client, issue).await
}

/// FAPI 2.0 §5.3.2.1: a token that is bound to what its client proves itself by is not rotated; a reply that was lost costs
/// nothing.
async fn keep(sv: &Services, client: &AuthenticatedClient, ask: RefreshAsk) -> Result<TokenResponse, Refusal> {
    let RefreshAsk { token, narrow_to, wish } = ask;
    let now = sv.clock.now();
    let digest = token.digest();
    let turn = Turn { presented: digest, successor: digest, client: client.clone(), narrow_to, wish, now };
    let reading = async |tx: &mut Tx, turn: &Turn| {
        let row = grants::find_refresh(tx, turn.presented, turn.client.key).await?;
        let unspent = row.filter(|row| row.spent_at.is_none() && row.expires_at > turn.now);
        let row = unspent.ok_or(StoreError::Refused(Refusal::RefreshInvalid))?;
        shown(&row, turn)?;
        good(tx, turn, &row).await
    };
    let (grant, scopes, target) = sv.store.read(turn, reading).await.map_err(refusal)?;
    let issue = issue::Issue { grant: &grant, scopes: &scopes, target, nonce: None, refresh: None, now };
    issue::for_person(sv, client, issue).await
}

/// The plain case: everything that was granted, for a token that is plainly good.
async fn together(sv: &Services, turn: &Turn) -> Result<Option<Good>, Refusal> {
    if turn.narrow_to.is_some() || turn.wish.is_named() {
        return Ok(None);
    }
    let Turn { presented, successor, now, .. } = *turn;
    let (key, bind) = (turn.client.key(), turn.client.refresh_key());
    let rotation = Rotation { presented, successor, by: access::fits(&turn.client), key, bind, now };
    let Some((row, grant)) = sv.rotations.write(rotation).await.map_err(refusal)? else { return Ok(None) };
    let target = turn.wish.within(&turn.client, &grant)?;
    Ok(Some((grant, narrowed(&row, turn).map_err(refusal)?, target)))
}

/// Every other case, and those that were left alone.
async fn alone(sv: &Services, turn: Turn) -> Result<Good, Refusal> {
    let outcome = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| rotate(tx, turn).await).await;
    match outcome.map_err(refusal)? {
        Outcome::Good(good) => Ok(*good),
        Outcome::Replayed => Err(Refusal::RefreshReplayed),
    }
}

async fn rotate(tx: &mut Tx, turn: &Turn) -> Result<Outcome, StoreError> {
    let no = |refusal| Err(StoreError::Refused(refusal));
    let spent = grants::spend_refresh(tx, turn.presented, turn.client.key, turn.successor, turn.now).await?;
    let Some(row) = spent else {
        return match grants::find_refresh(tx, turn.presented, turn.client.key).await? {
            Some(row) if row.spent_at.is_some() => again(tx, turn, &row).await,
            _ => no(Refusal::RefreshInvalid),
        };
    };
    shown(&row, turn)?;
    let good = good(tx, turn, &row).await?;
    let next = NewRefresh {
        digest: turn.successor,
        grant: row.grant_id,
        client: turn.client.key,
        scope: row.scope.clone(),
        bound_key: row.bound_key.or(turn.client.refresh_key()),
        now: turn.now,
        expires_at: row.expires_at,
    };
    grants::give_refresh(tx, &next).await?;
    Ok(Outcome::Good(Box::new(good)))
}

/// Whoever does not show the key of a token neither exchanges it nor ends its family (RFC 9449 §5).
fn shown(row: &RefreshRow, turn: &Turn) -> Result<(), StoreError> {
    let fits = row.bound_key.is_none() || row.bound_key == turn.client.key();
    if fits { Ok(()) } else { Err(StoreError::Refused(Refusal::WrongKey)) }
}

/// A token that was spent comes again: a lost reply, if its successor is still unused and it was seconds ago.
async fn again(tx: &mut Tx, turn: &Turn, row: &RefreshRow) -> Result<Outcome, StoreError> {
    shown(row, turn)?;
    let recent = row.spent_at.is_some_and(|at| turn.now.since(at) <= GRACE);
    let successor = grants::find_refresh(tx, turn.successor, turn.client.key).await?;
    if let Some(next) = &successor {
        shown(next, turn)?;
    }
    let unused = successor.is_some_and(|next| next.spent_at.is_none());
    if recent && unused {
        return Ok(Outcome::Good(Box::new(good(tx, turn, row).await?)));
    }
    end_grant(tx, row.grant_id, turn.now).await?;
    Ok(Outcome::Replayed)
}

/// What the grant still gives: it has not ended, the person is still let in, here and by whom the token is for, and its
/// session lives unless it may outlive it.
async fn good(tx: &mut Tx, turn: &Turn, row: &RefreshRow) -> Result<Good, StoreError> {
    let no = |refusal| Err(StoreError::Refused(refusal));
    let Some(grant) = grants::find(tx, row.grant_id).await? else { return no(Refusal::RefreshInvalid) };
    let session_over = grant.session_ended_at.is_some() || grant.session_expires_at <= turn.now;
    if grant.ended_at.is_some() || grant.expires_at <= turn.now || (session_over && !grant.offline) {
        return no(Refusal::RefreshInvalid);
    }
    access::still_given(&grant, &turn.client).map_err(StoreError::Refused)?;
    let target = turn.wish.within(&turn.client, &grant).map_err(StoreError::Refused)?;
    Ok((grant, narrowed(row, turn)?, target))
}

/// R16: a part of what was granted, never more.
fn narrowed(row: &RefreshRow, turn: &Turn) -> Result<Scopes, StoreError> {
    let granted: Scopes = row.scope.parse().map_err(|_| StoreError::Refused(Refusal::Fault))?;
    match &turn.narrow_to {
        None => Ok(granted),
        Some(part) if part.within(&granted) => Ok(part.clone()),
        Some(_) => Err(StoreError::Refused(Refusal::ScopeExceeded)),
    }
}
