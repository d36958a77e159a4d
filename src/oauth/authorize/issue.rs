//! Giving an app what it asked for: a code, and for the legacy response types tokens at once.

use std::time::Duration;

use super::{Asked, reply};
use crate::{
    base::{
        clock::Moment,
        digest::{Digest, hex},
        id::ClientKey,
        secret::Token,
    },
    login::session::browser_state,
    oauth::{refusal, token},
    protocol::{client::Trust, error::Refusal, response::Answer, session_state::session_state},
    services::Services,
    store::{
        StoreError, Tx, exchanges,
        grants::{NewCode, NewGrant},
        pushed, registrations,
        sessions::SessionRow,
    },
};

/// How often it is noted that somebody signs in to an app that registered itself.
const NOTED_EVERY: Duration = Duration::from_hours(24);

/// Gives what was asked for, or says why not.
pub(super) async fn answer(sv: &Services, asked: &Asked, session: &SessionRow) -> Answer {
    match give(sv, asked, session).await {
        Ok(members) => {
            let said: Vec<_> = members.iter().map(|(name, value)| (*name, value.as_str())).collect();
            reply::say(sv, &asked.client, &asked.back, &said)
        }
        Err(refusal) => reply::refuse(sv, &asked.client, &asked.back, refusal),
    }
}

async fn give(sv: &Services, asked: &Asked, session: &SessionRow) -> Result<Vec<(&'static str, String)>, Refusal> {
    let Asked { client, ask, .. } = asked;
    let now = sv.clock.now();
    let code = Token::random(&sv.entropy);
    let (grant, new_code) = gift(sv, asked, session, &code, now);
    let id = grant.id;
    match asked.came.pushed {
        None => write(sv, (grant, new_code)).await?,
        Some(request) => write_once(sv, (grant, new_code), request).await?,
    }
    if client.trust == Trust::AsksConsent {
        note_use(sv, client.key, now).await?;
    }
    // Where no code was asked for there is one all the same, which nobody learns: every grant begins alike.
    let told = ask.response_type.has_code().then(|| code.expose().to_owned());
    let mut members = Vec::from_iter(told.as_ref().map(|code| ("code", code.clone())));
    if ask.response_type.is_legacy() {
        let front = token::Front { grant: id, kind: ask.response_type, nonce: ask.nonce.clone(), code: told, now };
        members.extend(token::at_once(sv, client, front).await?);
    }
    members.extend(state(sv, asked, session).map(|state| ("session_state", state)));
    Ok(members)
}

/// Apps that registered themselves are forgotten when nobody signs in to them any more.
async fn note_use(sv: &Services, client: ClientKey, now: Moment) -> Result<(), Refusal> {
    let touch = async |tx: &mut Tx, (client, now): &(ClientKey, Moment)| {
        registrations::touch(tx, *client, *now, *now - NOTED_EVERY).await
    };
    sv.store.write_aside((client, now), touch).await.map_err(refusal)
}

/// What the app can ask our frame about later (Session Management 1.0 §2).
fn state(sv: &Services, asked: &Asked, session: &SessionRow) -> Option<String> {
    let salt = hex(&sv.entropy.bytes::<16>());
    session_state(&asked.client.client_id, asked.back.uri(), &browser_state(sv, session), &salt)
}

fn gift(sv: &Services, asked: &Asked, session: &SessionRow, code: &Token, now: Moment) -> (NewGrant, NewCode) {
    let Asked { client, back, ask, .. } = asked;
    let grant = NewGrant {
        id: sv.ids.next(),
        client: client.key,
        account: session.account_id,
        session: session.id,
        scope: ask.scopes.to_string(),
        claims: (!ask.claims.is_empty()).then(|| ask.claims.clone()),
        context: session.context,
        resources: ask.resources.for_store(),
        offline: ask.scopes.has("offline_access"),
        auth_time: session.auth_time,
        acr: session.acr.clone(),
        amr: session.amr.clone(),
        now,
        expires_at: now + sv.settings.refresh,
    };
    let new_code = NewCode {
        digest: code.digest(),
        redirect_uri: back.named().map(str::to_owned),
        challenge: ask.challenge.as_ref().map(|challenge| challenge.as_str().to_owned()),
        nonce: ask.nonce.clone(),
        bound_key: ask.key.map(|key| key.0),
        expires_at: now + sv.settings.code,
    };
    (grant, new_code)
}

/// Gives a grant and its code, in one write.
async fn write(sv: &Services, gift: (NewGrant, NewCode)) -> Result<(), Refusal> {
    match sv.gifts.write(gift.clone()).await {
        Ok(Some(())) => Ok(()),
        // As a whole the batch failed: this one may be good by itself.
        Ok(None) => {
            let alone = async |tx: &mut Tx, gift: &[_; 1]| exchanges::give(tx, gift).await;
            sv.store.write([gift], alone).await.map_err(refusal)
        }
        Err(error) => Err(refusal(error)),
    }
}

/// The same for a request that was pushed, which is spent with it: a person who is interrupted may come back with it, and
/// it still has one answer.
async fn write_once(sv: &Services, gift: (NewGrant, NewCode), request: Digest) -> Result<(), Refusal> {
    let turn = ([gift], request);
    sv.store
        .write(turn, async |tx: &mut Tx, (gift, request)| {
            if !pushed::spend(tx, *request).await? {
                return Err(StoreError::Refused(Refusal::RequestUriInvalid));
            }
            exchanges::give(tx, gift).await
        })
        .await
        .map_err(refusal)
}
