//! Access tokens of ours that come back: to userinfo, to introspection, to revocation.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use uuid::Uuid;

use super::{client_auth::AuthenticatedClient, refusal};
use crate::{
    base::{digest::Digest, id::GrantId, secret::Token},
    protocol::{
        api,
        client::{Client, ClientId},
        error::Refusal,
        jwt::{AccessToken, BadToken, Expected, verify},
    },
    services::{LiveToken, Services, recent::Memory},
    store::{
        Tx,
        exchanges::Fits,
        grants::{self, GrantRow},
        opaque, orgs, spent,
    },
};

/// Algorithms we sign with, and therefore the only ones we accept of our own tokens.
const OURS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];

/// A token's unique id: the grant it hangs from, and random bytes.
pub fn jti(grant: Option<GrantId>, random: [u8; 12]) -> String {
    let grant = grant.map_or(Uuid::nil(), GrantId::uuid);
    URL_SAFE_NO_PAD.encode([&grant.as_bytes()[..], &random].concat())
}

/// The grant that a token's id names; the nil one for a service's own token.
fn grant_of(jti: &str) -> Option<GrantId> {
    let bytes = URL_SAFE_NO_PAD.decode(jti).ok()?;
    Some(Uuid::from_slice(bytes.get(..16)?).ok()?.into())
}

/// What a token of ours says: by its signature, kind and issuer, or, one that says nothing by itself, by what was kept of it.
/// Not whether it is in time, not whether it was revoked.
pub async fn read(sv: &Services, token: &str) -> Result<AccessToken, Refusal> {
    if token.contains('.') {
        return signed(sv, token).map_err(|_| Refusal::AccessTokenInvalid);
    }
    let find = async |tx: &mut Tx, token: &Digest| opaque::find(tx, *token).await;
    let found = sv.store.read(Token::presented(token).digest(), find).await.map_err(refusal)?;
    found.ok_or(Refusal::AccessTokenInvalid)
}

fn signed(sv: &Services, token: &str) -> Result<AccessToken, BadToken> {
    let key = |kid: Option<&str>| sv.ring.public_key(kid?);
    let claims: AccessToken = verify(token, &Expected { algs: &OURS, typs: &[Some("at+jwt")], key })?;
    if claims.iss == sv.settings.issuer { Ok(claims) } else { Err(BadToken::Claims) }
}

/// R15, invariant 9: whether whoever gave a grant may still use the app, being what they are now.
pub fn still_given(grant: &GrantRow, client: &Client) -> Result<(), Refusal> {
    if !grant.account_state.lets_in() {
        Err(Refusal::AccountInactive)
    } else if !client.audience.admits_any(grant.posts.iter()) {
        Err(Refusal::AccessEnded)
    } else {
        Ok(())
    }
}

/// R15: a service that is there for some schools ends with the last of them.
pub async fn still_serves(sv: &Services, client: &Client) -> Result<(), Refusal> {
    let schools: Vec<String> = client.audience.schools.iter().cloned().collect();
    if schools.is_empty() {
        return Ok(());
    }
    let open = sv.store.read(schools, async |tx: &mut Tx, schools: &Vec<String>| orgs::any_open(tx, schools).await);
    if open.await.map_err(refusal)? { Ok(()) } else { Err(Refusal::ClientDisabled) }
}

/// What a client may have, for those who spend many tokens in one statement: whether a grant for APIs gives anything is
/// decided alone.
pub fn fits(client: &AuthenticatedClient) -> Fits {
    Fits {
        client: client.shared(),
        rule: |grant, client| grant.resources.is_none() && still_given(grant, client).is_ok(),
    }
}

/// A token that is good now: not expired, not revoked, its grant not ended, and the person may use the app. What was read
/// within a moment is not read again, and a signature that was checked within a minute is not checked again.
pub async fn live(sv: &Services, token: &str) -> Result<Arc<LiveToken>, Refusal> {
    let now = sv.clock.now();
    let (key, asked) = (Digest::of(token.as_bytes()), sv.recent_tokens.ask(now));
    let memory = sv.recent_tokens.recall(&key, asked);
    let claims = match &memory {
        Memory::Fresh(known) | Memory::Stale(known) => known.claims.clone(),
        Memory::Nothing => read(sv, token).await?,
    };
    let client = sv.clients.by_id(&ClientId(claims.client_id.clone())).ok_or(Refusal::AccessTokenInvalid)?;
    if claims.exp <= now.seconds() || client.require_enabled().is_err() {
        return Err(Refusal::AccessTokenInvalid);
    }
    let live = match memory {
        Memory::Fresh(known) => known,
        _ => sv.recent_tokens.keep(key, asked, look_up(sv, claims, &client).await?),
    };
    let server = server_of(sv, &live.claims)?;
    let admits = |grant: &GrantRow, app: &Client| still_given(grant, app).is_ok();
    let good = |grant: &GrantRow| {
        grant.expires_at > now && admits(grant, &client) && server.as_ref().is_none_or(|server| admits(grant, server))
    };
    if live.grant.as_ref().is_none_or(good) { Ok(live) } else { Err(Refusal::AccessTokenInvalid) }
}

/// The app that a token is for, if it is not for us: one that is gone or off makes it worth nothing.
fn server_of(sv: &Services, claims: &AccessToken) -> Result<Option<Arc<Client>>, Refusal> {
    if claims.aud == sv.settings.issuer || claims.aud == api::resource(&sv.settings.issuer) {
        return Ok(None);
    }
    let server = sv.clients.now().serving(&claims.aud).filter(|server| server.require_enabled().is_ok());
    server.map(Some).ok_or(Refusal::AccessTokenInvalid)
}

/// How a verified token stands in the database: neither revoked, nor its grant ended, nor its service out of schools.
async fn look_up(sv: &Services, claims: AccessToken, client: &Client) -> Result<LiveToken, Refusal> {
    let grant = grant_of(&claims.jti).ok_or(Refusal::AccessTokenInvalid)?;
    let jti = Digest::of(claims.jti.as_bytes());
    if grant.uuid().is_nil() {
        let revoked = sv.store.read(jti, async |tx: &mut Tx, jti: &Digest| spent::is_revoked(tx, *jti).await);
        if revoked.await.map_err(refusal)? {
            return Err(Refusal::AccessTokenInvalid);
        }
        still_serves(sv, client).await.map_err(not_found_out)?;
        return Ok(LiveToken { claims, grant: None });
    }
    let row = sv
        .store
        .read((grant, jti), async |tx: &mut Tx, (grant, jti): &(GrantId, Digest)| {
            grants::behind(tx, *grant, *jti).await
        })
        .await
        .map_err(refusal)?;
    match row.filter(|row| row.ended_at.is_none()) {
        Some(row) => Ok(LiveToken { claims, grant: Some(row) }),
        None => Err(Refusal::AccessTokenInvalid),
    }
}

/// A token is not called bad because nobody could look.
fn not_found_out(why: Refusal) -> Refusal {
    if why == Refusal::ClientDisabled { Refusal::AccessTokenInvalid } else { why }
}
