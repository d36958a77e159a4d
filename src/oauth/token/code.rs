//! RFC 6749 §4.1.3: a code for tokens, once (R10).

use super::{
    give::{self, Caller},
    issue,
};
use crate::{
    base::{digest::Digest, secret::Token},
    oauth::{
        access,
        client_auth::AuthenticatedClient,
        refusal,
        target::{Target, Wish},
    },
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
        grants::{self, CodeRow, GrantRow},
    },
};

/// What the client presents.
#[derive(Debug)]
pub(super) struct CodeAsk {
    pub code: Token,
    pub redirect_uri: Option<String>,
    pub verifier: Option<String>,
    pub wish: Wish,
}

struct Turn {
    code: Digest,
    redirect_uri: Option<String>,
    verifier: Option<String>,
    caller: Caller,
}

enum Outcome {
    Fresh(Box<(CodeRow, GrantRow, Target)>),
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
        redirect_uri: ask.redirect_uri,
        verifier: ask.verifier,
        caller: Caller { client: client.clone(), wish: ask.wish, refresh: refresh.as_ref().map(Token::digest), now },
    };
    let (code, grant, target) = match together(sv, &turn).await? {
        Some(good) => good,
        None => alone(sv, turn).await?,
    };
    let scopes: Scopes = grant.scope.parse().map_err(|_| Refusal::Fault)?;
    let issue = issue::Issue { grant: &grant, scopes: &scopes, target, nonce: code.nonce, refresh, now };
    issue::for_person(sv, client, issue).await
}

/// The plain case: everything fits.
async fn together(sv: &Services, turn: &Turn) -> Result<Option<(CodeRow, GrantRow, Target)>, Refusal> {
    let caller = &turn.caller;
    let challenge = turn.verifier.as_deref().map(Challenge::of);
    if matches!(challenge, Some(None)) || caller.wish.is_named() {
        return Ok(None);
    }
    let redemption = Redemption {
        code: turn.code,
        by: access::fits(&caller.client),
        redirect_uri: turn.redirect_uri.clone(),
        challenge: challenge.flatten().map(|challenge| challenge.as_str().to_owned()),
        refresh: caller.refresh,
        key: caller.client.key(),
        bind: caller.client.refresh_key(),
        now: caller.now,
    };
    let Some((code, grant)) = sv.redemptions.write(redemption).await.map_err(refusal)? else { return Ok(None) };
    let target = caller.wish.within(&caller.client, &grant)?;
    Ok(Some((code, grant, target)))
}

/// Every other case, and those that were left alone.
async fn alone(sv: &Services, turn: Turn) -> Result<(CodeRow, GrantRow, Target), Refusal> {
    let outcome = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| redeem(tx, turn).await).await;
    match outcome.map_err(refusal)? {
        Outcome::Fresh(fresh) => Ok(*fresh),
        Outcome::Replayed => Err(Refusal::CodeInvalid),
    }
}

/// A wrong redirect URI, verifier or key rolls back: who stole a code without its verifier burns nothing.
async fn redeem(tx: &mut Tx, turn: &Turn) -> Result<Outcome, StoreError> {
    let no = |refusal| Err(StoreError::Refused(refusal));
    let Caller { client, now, .. } = &turn.caller;
    let Some(code) = grants::spend_code(tx, turn.code, client.key, *now).await? else {
        return match grants::grant_of_spent_code(tx, turn.code, client.key).await? {
            Some(grant) => {
                grants::end(tx, grant, *now).await?;
                Ok(Outcome::Replayed)
            }
            None => no(Refusal::CodeInvalid),
        };
    };
    // Needed here if and only if the authorization request named one (RFC 6749 §4.1.3).
    if code.redirect_uri.is_some() && code.redirect_uri != turn.redirect_uri {
        return no(Refusal::CodeInvalid);
    }
    if code.bound_key.is_some() && code.bound_key != client.key() {
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
    let target = give::first(tx, &turn.caller, &grant).await?;
    Ok(Outcome::Fresh(Box::new((code, grant, target))))
}
