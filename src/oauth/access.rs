//! Access tokens of ours that come back: to userinfo, to introspection, to revocation.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use uuid::Uuid;

use super::refusal;
use crate::{
    base::{digest::Digest, id::GrantId},
    protocol::{
        client::{Client, ClientId},
        error::Refusal,
        jwt::{AccessToken, BadToken, Expected, verify},
    },
    services::Services,
    store::{
        Tx,
        grants::{self, GrantRow},
        orgs, spent,
    },
};

/// Algorithms we sign with, and therefore the only ones we accept of our own tokens.
const OURS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];

/// A live access token.
#[derive(Clone, Debug)]
pub struct Live {
    /// What it says.
    pub claims: AccessToken,
    /// The grant it was issued from; `None` for a service's own token.
    pub grant: Option<GrantRow>,
}

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

/// R15, invariant 9: whether whoever gave a grant may still use the app, being what they are now.
pub fn still_given(grant: &GrantRow, client: &Client) -> Result<(), Refusal> {
    if grant.account_state != "active" {
        Err(Refusal::AccountInactive)
    } else if !client.audience.admits_any(grant.posts()) {
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

/// A token that is good now: not expired, not revoked, its grant not ended, and the person may use the app.
pub async fn live(sv: &Services, token: &str) -> Result<Live, Refusal> {
    let claims = read(sv, token).map_err(|_| Refusal::AccessTokenInvalid)?;
    let now = sv.clock.now();
    let grant = grant_of(&claims.jti).ok_or(Refusal::AccessTokenInvalid)?;
    let grant = (!grant.uuid().is_nil()).then_some(grant);
    let client = sv.clients.by_id(&ClientId(claims.client_id.clone())).ok_or(Refusal::AccessTokenInvalid)?;
    if claims.exp <= now.seconds() || client.require_enabled().is_err() {
        return Err(Refusal::AccessTokenInvalid);
    }
    let question = (Digest::of(claims.jti.as_bytes()), grant);
    let (revoked, row) = sv
        .store
        .read(question, async |tx: &mut Tx, (digest, grant)| {
            let row = match grant {
                Some(id) => grants::find(tx, *id).await?,
                None => None,
            };
            Ok((spent::is_revoked(tx, *digest).await?, row))
        })
        .await
        .map_err(refusal)?;
    let good = match (&row, grant) {
        (None, None) => still_serves(sv, &client).await.is_ok(),
        (Some(row), Some(_)) => row.ended_at.is_none() && row.expires_at > now && still_given(row, &client).is_ok(),
        _ => false,
    };
    if revoked || !good { Err(Refusal::AccessTokenInvalid) } else { Ok(Live { claims, grant: row }) }
}
