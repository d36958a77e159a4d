//! RFC 8628 §3.4: a device code for tokens, once, when somebody has let the device in.

use super::{
    give::{self, Caller},
    issue,
};
use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    oauth::{
        client_auth::AuthenticatedClient,
        device::standing,
        refusal,
        target::{Target, Wish},
    },
    protocol::{
        client::GrantKind,
        device::{Poll, poll},
        error::Refusal,
        scope::Scopes,
        token::TokenResponse,
    },
    services::{Services, ending::end_grant},
    store::{
        StoreError, Tx, devices,
        grants::{self, GrantRow},
    },
};

struct Turn {
    code: Digest,
    caller: Caller,
}

enum Outcome {
    Fresh(Box<(GrantRow, Target)>),
    /// The code was exchanged before: what came of it has ended (as R10).
    Replayed,
}

/// Answers a device that asks whether it was let in.
pub(super) async fn exchange(
    sv: &Services,
    client: &AuthenticatedClient,
    code: Token,
    wish: Wish,
) -> Result<TokenResponse, Refusal> {
    client.require(GrantKind::DeviceCode)?;
    let now = sv.clock.now();
    let question = (code.digest(), client.key);
    let found = sv.store.read(question, async |tx: &mut Tx, (code, client)| devices::find(tx, *code, *client).await);
    let row = found.await.map_err(refusal)?.ok_or(Refusal::DeviceCodeInvalid)?;
    match poll(&standing(sv, &row), now) {
        Poll::Refuse(refusal) => Err(refusal),
        Poll::Wait { refusal, rhythm } => {
            sv.polls.keep(row.digest, rhythm);
            Err(refusal)
        }
        Poll::Redeem | Poll::Replayed => redeem(sv, client, (row.digest, wish), now).await,
    }
}

async fn redeem(
    sv: &Services,
    client: &AuthenticatedClient,
    (code, wish): (Digest, Wish),
    now: Moment,
) -> Result<TokenResponse, Refusal> {
    let refresh = client.grants.contains(&GrantKind::RefreshToken).then(|| Token::random(&sv.entropy));
    let digest = refresh.as_ref().map(Token::digest);
    let turn = Turn { code, caller: Caller { client: client.clone(), wish, refresh: digest, now } };
    let outcome = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| spend(tx, turn).await).await;
    let Outcome::Fresh(fresh) = outcome.map_err(refusal)? else { return Err(Refusal::DeviceCodeInvalid) };
    let (grant, target) = *fresh;
    let scopes: Scopes = grant.scope.parse().map_err(|_| Refusal::Fault)?;
    let issue = issue::Issue { grant: &grant, scopes: &scopes, target, nonce: None, refresh, now };
    issue::for_person(sv, client, issue).await
}

async fn spend(tx: &mut Tx, turn: &Turn) -> Result<Outcome, StoreError> {
    let no = |refusal| Err(StoreError::Refused(refusal));
    let Caller { client, now, .. } = &turn.caller;
    let Some(grant) = devices::spend(tx, turn.code, client.key, *now).await? else {
        let row = devices::find(tx, turn.code, client.key).await?;
        let Some(grant) = row.filter(|row| row.spent_at.is_some()).and_then(|row| row.grant_id) else {
            return no(Refusal::DeviceCodeInvalid);
        };
        end_grant(tx, grant, *now).await?;
        return Ok(Outcome::Replayed);
    };
    let Some(grant) = grants::find(tx, grant).await? else { return no(Refusal::DeviceCodeInvalid) };
    if grant.ended_at.is_some() || grant.session_ended_at.is_some() || grant.expires_at <= *now {
        return no(Refusal::DeviceCodeInvalid);
    }
    let target = give::first(tx, &turn.caller, &grant).await?;
    Ok(Outcome::Fresh(Box::new((grant, target))))
}
