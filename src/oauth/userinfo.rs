//! The userinfo endpoint (Core 5.3): what the access token's scopes, and single requests, release.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    refusal,
    resource::{self, Presented},
};
use crate::{
    base::digest::Digest,
    people::release::{Parts, Profile},
    protocol::{
        alg::SigningAlg,
        claims::ClaimsAsk,
        client::{Client, ClientId},
        error::Refusal,
        jwt::assemble,
        resource::SignedUserinfo,
        scope::Scopes,
        step_up::{self, SENSITIVE},
    },
    services::{LiveToken, Services, Told, recent::Memory},
};

/// The claims for a presented access token, in the form that its client is registered for.
pub async fn answer(sv: &Services, presented: Presented<'_>) -> Result<Arc<Told>, Refusal> {
    let key = Digest::of(presented.token().unwrap_or_default().as_bytes());
    let asked = sv.recent_userinfo.ask(sv.clock.now());
    let live = resource::live(sv, presented).await?;
    if let Memory::Fresh(known) = sv.recent_userinfo.recall(&key, asked) {
        return Ok(known);
    }
    let client = sv.clients.by_id(&ClientId(live.claims.client_id.clone())).ok_or(Refusal::AccessTokenInvalid)?;
    let claims = claims(sv, &live, &client).await?;
    let told = match client.terms.userinfo_alg {
        Some(alg) => Told::Signed(signed(sv, &client, alg, claims)),
        None => Told::Plain(serde_json::to_string(&claims).map_err(|_| Refusal::Fault)?),
    };
    Ok(sv.recent_userinfo.keep(key, asked, told))
}

fn signed(sv: &Services, client: &Client, alg: SigningAlg, person: Map<String, Value>) -> String {
    let claims = SignedUserinfo { iss: sv.settings.issuer.clone(), aud: client.client_id.0.clone(), person };
    let signer = sv.ring.signer(alg);
    assemble(&claims, signer.alg(), signer.kid(), |input| signer.sign(input))
}

async fn claims(sv: &Services, live: &LiveToken, client: &Client) -> Result<Map<String, Value>, Refusal> {
    let grant = live.grant.as_ref().ok_or(Refusal::AccessTokenTooNarrow)?;
    let scopes: Scopes = live.claims.scope.parse().map_err(|_| Refusal::AccessTokenInvalid)?;
    // R21: a token made for another resource server is not for this endpoint.
    if live.claims.aud != sv.settings.issuer || !scopes.has("openid") {
        return Err(Refusal::AccessTokenTooNarrow);
    }
    // R16: what the app may not have any more, it does not get with an older token either.
    let scopes = scopes.both(&client.scopes);
    // Single claims may come from any scope of the client's.
    let asked = grant.claims.as_ref().map(|asked| &asked.0);
    let parts = Parts::of(client, if asked.is_some() { &client.scopes } else { &scopes });
    let profile = Profile::read_parts(sv, grant.person_id, parts).await.map_err(refusal)?;
    let profile = profile.ok_or(Refusal::AccessTokenInvalid)?.acting(grant.context, client);
    let mut claims = profile.claims(sv, client, &scopes);
    if let Some(asked) = asked {
        claims.extend(single(sv, client, &profile, asked, Place::Userinfo));
    }
    if let Some(longest) = sv.settings.sensitive
        && SENSITIVE.iter().any(|name| claims.contains_key(*name))
    {
        step_up::signed_in_within(longest, &live.claims, sv.clock.now())?;
    }
    claims.insert("sub".into(), json!(sv.subjects.person(&client.subject, grant.person_id)));
    Ok(claims)
}

/// Where a single claim was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the userinfo answer.
    Userinfo,
    /// In the ID token.
    IdToken,
}

/// Claims that were asked for one by one: of those that the client's registered scopes could release.
pub fn single(
    sv: &Services,
    client: &Client,
    profile: &Profile,
    asked: &ClaimsAsk,
    place: Place,
) -> Map<String, Value> {
    let wanted = match place {
        Place::Userinfo => &asked.userinfo,
        Place::IdToken => &asked.id_token,
    };
    if wanted.is_empty() {
        return Map::new();
    }
    let may = profile.claims(sv, client, &client.scopes);
    may.into_iter().filter(|(name, _)| wanted.contains_key(name)).collect()
}
