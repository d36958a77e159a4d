//! RFC 6749 §4.1.3: a code for tokens, once (R10).

use super::issue;
use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    oauth::{access, client_auth::AuthenticatedClient, refusal, target::Target},
    protocol::{
        client::GrantKind,
        error::Refusal,
        pkce::{self, Challenge},
        scope::Scopes,
        token::TokenResponse,
    },
    services::Services,
    store::{
        StoreError, Tx,
        exchanges::Redemption,
        grants::{self, CodeRow, GrantRow, NewRefresh},
    },
};

/// What the client presents.
#[derive(Debug)]
pub(super) struct CodeAsk {
    pub code: Token,
    pub redirect_uri: Option<String>,
    pub verifier: Option<String>,
    pub target: Option<Target>,
}

struct Turn {
    code: Digest,
    client: AuthenticatedClient,
    redirect_uri: Option<String>,
    verifier: Option<String>,
    target: Option<Target>,
    refresh: Option<Digest>,
    now: Moment,
}

enum Outcome {
    Fresh(Box<(CodeRow, GrantRow)>),
    /// The code was used before: what came of it has ended (R10).
    Replayed,
}

/// Exchanges a code.
pub(super) async fn exchange(
    sv: &Services,
    client: &AuthenticatedClient,
    ask: CodeAsk,
) -> Result<TokenResponse, Refusal> {
    client.require(GrantKind::AuthorizationCode)?;
    let now = sv.clock.now();
    let refresh = client.grants.contains(&GrantKind::RefreshToken).then(|| Token::random(&sv.entropy));
    let turn = Turn {
        code: ask.code.digest(),
        client: client.clone(),
        redirect_uri: ask.redirect_uri,
        verifier: ask.verifier,
        target: ask.target.clone(),
        refresh: refresh.as_ref().map(Token::digest),
        now,
    };
    let (code, grant) = match together(sv, &turn).await? {
        Some(good) => good,
        None => alone(sv, turn).await?,
    };
    let scopes: Scopes = grant.scope.parse().map_err(|_| Refusal::Fault)?;
    let issue = issue::Issue { grant: &grant, scopes: &scopes, target: ask.target, nonce: code.nonce, refresh, now };
    issue::for_person(sv, client, issue).await
}

/// The plain case: everything fits.
async fn together(sv: &Services, turn: &Turn) -> Result<Option<(CodeRow, GrantRow)>, Refusal> {
    let challenge = turn.verifier.as_deref().map(Challenge::of);
    if matches!(challenge, Some(None)) || turn.target.is_some() {
        return Ok(None);
    }
    let redemption = Redemption {
        code: turn.code,
        by: access::fits(&turn.client),
        redirect_uri: turn.redirect_uri.clone(),
        challenge: challenge.flatten().map(|challenge| challenge.as_str().to_owned()),
        refresh: turn.refresh,
        key: turn.client.key(),
        bind: turn.client.refresh_key(),
        now: turn.now,
    };
    sv.redemptions.write(redemption).await.map_err(refusal)
}

/// Every other case, and those that were left alone.
async fn alone(sv: &Services, turn: Turn) -> Result<(CodeRow, GrantRow), Refusal> {
    let outcome = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| redeem(tx, turn).await).await;
    match outcome.map_err(refusal)? {
        Outcome::Fresh(fresh) => Ok(*fresh),
        Outcome::Replayed => Err(Refusal::CodeInvalid),
    }
}

/// A wrong redirect URI, verifier or key rolls back: who stole a code without its verifier burns nothing.
async fn redeem(tx: &mut Tx, turn: &Turn) -> Result<Outcome, StoreError> {
    let no = |refusal| Err(StoreError::Refused(refusal));
    let Some(code) = grants::spend_code(tx, turn.code, turn.client.key, turn.now).await? else {
        return match grants::grant_of_spent_code(tx, turn.code, turn.client.key).await? {
            Some(grant) => {
                grants::end(tx, grant, turn.now).await?;
                Ok(Outcome::Replayed)
            }
            None => no(Refusal::CodeInvalid),
        };
    };
    // Needed here if and only if the authorization request named one (RFC 6749 §4.1.3).
    if code.redirect_uri.is_some() && code.redirect_uri != turn.redirect_uri {
        return no(Refusal::CodeInvalid);
    }
    if code.bound_key.is_some() && code.bound_key != turn.client.key() {
        return no(Refusal::WrongKey);
    }
    let challenge = code.challenge.clone().map(Challenge::stored);
    if let Err(refusal) = pkce::check(challenge.as_ref(), turn.verifier.as_deref()) {
        return no(refusal);
    }
    let Some(grant) = grants::find(tx, code.grant_id).await? else { return no(Refusal::CodeInvalid) };
    if grant.ended_at.is_some() || grant.session_ended_at.is_some() {
        return no(Refusal::CodeInvalid);
    }
    access::still_given(&grant, &turn.client).map_err(StoreError::Refused)?;
    turn.target.as_ref().map_or(Ok(()), |target| target.fits(&grant)).map_err(StoreError::Refused)?;
    if let Some(digest) = turn.refresh {
        let new = NewRefresh {
            digest,
            grant: grant.id,
            client: turn.client.key,
            scope: grant.scope.clone(),
            bound_key: turn.client.refresh_key(),
            now: turn.now,
            expires_at: grant.expires_at,
        };
        grants::give_refresh(tx, &new).await?;
    }
    Ok(Outcome::Fresh(Box::new((code, grant))))
}
