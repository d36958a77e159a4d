//! The userinfo endpoint (Core 5.3): what the access token's scopes, and single requests, release.

use serde_json::{Map, Value, json};

use super::{access, refusal};
use crate::{
    people::release::Profile,
    protocol::{claims::ClaimsAsk, client::Client, client::ClientId, error::Refusal, scope::Scopes},
    services::Services,
};

/// The claims for a presented access token.
pub async fn answer(sv: &Services, token: Option<&str>) -> Result<Map<String, Value>, Refusal> {
    let live = access::live(sv, token.ok_or(Refusal::AccessTokenInvalid)?).await?;
    let grant = live.grant.ok_or(Refusal::AccessTokenTooNarrow)?;
    let scopes: Scopes = live.claims.scope.parse().map_err(|_| Refusal::AccessTokenInvalid)?;
    // R21: a token made for another resource server is not for this endpoint.
    if live.claims.aud != sv.settings.issuer || !scopes.has("openid") {
        return Err(Refusal::AccessTokenTooNarrow);
    }
    let client = sv.clients.by_id(&ClientId(live.claims.client_id)).ok_or(Refusal::AccessTokenInvalid)?;
    // R16: what the app may not have any more, it does not get with an older token either.
    let scopes = scopes.both(&client.scopes);
    let profile = Profile::read(sv, grant.person_id).await.map_err(refusal)?.ok_or(Refusal::AccessTokenInvalid)?;
    let mut claims = profile.claims(sv, &client, &scopes);
    if let Some(asked) = grant.claims {
        claims.extend(single(sv, &client, &profile, &asked.0, Place::Userinfo));
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
