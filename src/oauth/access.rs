//! Access tokens of ours that come back: to userinfo, to introspection, to revocation.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use uuid::Uuid;

use super::refusal;
use crate::{
    base::{clock::Moment, digest::Digest, id::GrantId},
    protocol::{
        client::ClientId,
        error::Refusal,
        jwt::{AccessToken, BadToken, Expected, verify},
    },
    services::{LiveToken, Services, recent::Memory},
    store::{
        Tx,
        grants::{self, GrantRow},
        spent,
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

/// Checks signature, kind and issuer of a token of ours; not its time, not whether it was revoked.
pub fn read(sv: &Services, token: &str) -> Result<AccessToken, BadToken> {
    let key = |kid: Option<&str>| sv.ring.public_key(kid?);
    let claims: AccessToken = verify(token, &Expected { algs: &OURS, typs: &[Some("at+jwt")], key })?;
    if claims.iss == sv.settings.issuer { Ok(claims) } else { Err(BadToken::Claims) }
}

/// A token that is good now: not expired, not revoked, its grant not ended, its person's account active (R15). What was
/// read within a moment is not read again, and a signature that was checked within a minute is not checked again.
pub async fn live(sv: &Services, token: &str) -> Result<Arc<LiveToken>, Refusal> {
    let now = sv.clock.now();
    let (key, asked) = (Digest::of(token.as_bytes()), sv.recent_tokens.ask(now));
    let live = match sv.recent_tokens.recall(&key, asked) {
        Memory::Fresh(known) => known,
        Memory::Stale(known) => sv.recent_tokens.keep(key, asked, stands(sv, known.claims.clone(), now).await?),
        Memory::Nothing => {
            let claims = read(sv, token).map_err(|_| Refusal::AccessTokenInvalid)?;
            sv.recent_tokens.keep(key, asked, stands(sv, claims, now).await?)
        }
    };
    let client = sv.clients.by_id(&ClientId(live.claims.client_id.clone()));
    let over = live.grant.as_ref().is_some_and(|grant| grant.expires_at <= now);
    if over || live.claims.exp <= now.seconds() || client.is_none_or(|client| client.require_enabled().is_err()) {
        return Err(Refusal::AccessTokenInvalid);
    }
    Ok(live)
}

/// How a verified token stands in the database.
async fn stands(sv: &Services, claims: AccessToken, now: Moment) -> Result<LiveToken, Refusal> {
    let grant = grant_of(&claims.jti).ok_or(Refusal::AccessTokenInvalid)?;
    let jti = Digest::of(claims.jti.as_bytes());
    if grant.uuid().is_nil() {
        let revoked = sv.store.read(jti, async |tx: &mut Tx, jti: &Digest| spent::is_revoked(tx, *jti).await);
        let good = !revoked.await.map_err(refusal)?;
        return if good { Ok(LiveToken { claims, grant: None }) } else { Err(Refusal::AccessTokenInvalid) };
    }
    let question = (grant, jti);
    let row = sv
        .store
        .read(question, async |tx: &mut Tx, (grant, jti): &(GrantId, Digest)| grants::behind(tx, *grant, *jti).await)
        .await
        .map_err(refusal)?;
    let good = |row: &GrantRow| row.ended_at.is_none() && row.expires_at > now && row.account_state == "active";
    match row.filter(good) {
        Some(row) => Ok(LiveToken { claims, grant: Some(row) }),
        None => Err(Refusal::AccessTokenInvalid),
    }
}
