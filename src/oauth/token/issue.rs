//! Putting tokens together from a grant.

use serde_json::Map;

use crate::{
    base::{clock::Moment, secret::Token},
    oauth::{
        access, refusal,
        userinfo::{Place, single},
    },
    people::release::Profile,
    protocol::{
        client::Client,
        error::Refusal,
        jwt::{AccessToken, IdToken, Kind, assemble, half_hash},
        scope::Scopes,
        token::TokenResponse,
    },
    services::Services,
    store::grants::GrantRow,
};

/// An ID token is good for as long as an app may take to look at it.
const ID_TOKEN_SECONDS: i64 = 600;

/// What one exchange issues.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    /// From which grant.
    pub grant: &'a GrantRow,
    /// For what.
    pub scopes: &'a Scopes,
    /// For the ID token; in the code flow alone.
    pub nonce: Option<String>,
    /// The refresh token to go with it.
    pub refresh: Option<Token>,
    /// Now.
    pub now: Moment,
}

/// Access and ID token of a person's grant.
pub(super) async fn for_person(sv: &Services, client: &Client, issue: Issue<'_>) -> Result<TokenResponse, Refusal> {
    let Issue { grant, scopes, nonce, refresh, now } = issue;
    // R16: what was granted, less what the app may not have any more.
    let scopes = scopes.both(&client.scopes);
    let sub = sv.subjects.person(&client.subject, grant.person_id);
    // What a grant ends with, its tokens do: a lesson is over also for who does not ask us again.
    let left = u32::try_from(grant.expires_at.since(now).as_secs()).unwrap_or(u32::MAX);
    let expires_in = client.access_token_seconds.min(left);
    let access_token = AccessToken {
        iss: sv.settings.issuer.clone(),
        sub: sub.clone(),
        aud: sv.settings.issuer.clone(),
        client_id: client.client_id.0.clone(),
        exp: now.seconds() + i64::from(expires_in),
        iat: now.seconds(),
        jti: access::jti(Some(grant.id), sv.entropy.bytes()),
        scope: scopes.to_string(),
        auth_time: Some(grant.auth_time.seconds()),
        acr: Some(grant.acr.clone()),
    };
    let access_token = signed(sv, client, &access_token);
    let person = match &grant.claims {
        Some(asked) if !asked.0.id_token.is_empty() => {
            let profile = Profile::read(sv, grant.person_id).await.map_err(refusal)?.ok_or(Refusal::AccountInactive)?;
            single(sv, client, &profile.acting(grant.context, client), &asked.0, Place::IdToken)
        }
        _ => Map::new(),
    };
    let id_token = IdToken {
        iss: sv.settings.issuer.clone(),
        sub,
        aud: client.client_id.0.clone(),
        exp: now.seconds() + ID_TOKEN_SECONDS,
        iat: now.seconds(),
        auth_time: grant.auth_time.seconds(),
        nonce,
        acr: grant.acr.clone(),
        amr: grant.amr.split(' ').map(str::to_owned).collect(),
        sid: sv.subjects.session(&client.subject, grant.session_id),
        azp: client.client_id.0.clone(),
        at_hash: Some(half_hash(client.id_token_alg, &access_token)),
        person,
    };
    Ok(TokenResponse {
        id_token: Some(signed(sv, client, &id_token)),
        access_token,
        token_type: "Bearer",
        expires_in,
        scope: Some(scopes.to_string()),
        refresh_token: refresh.map(|token| token.expose().to_owned()),
    })
}

/// An access token for the client itself.
pub(super) fn for_itself(sv: &Services, client: &Client, scopes: &Scopes) -> TokenResponse {
    let now = sv.clock.now();
    let claims = AccessToken {
        iss: sv.settings.issuer.clone(),
        sub: client.client_id.0.clone(),
        aud: sv.settings.issuer.clone(),
        client_id: client.client_id.0.clone(),
        exp: now.seconds() + i64::from(client.access_token_seconds),
        iat: now.seconds(),
        jti: access::jti(None, sv.entropy.bytes()),
        scope: scopes.to_string(),
        auth_time: None,
        acr: None,
    };
    TokenResponse {
        access_token: signed(sv, client, &claims),
        token_type: "Bearer",
        expires_in: client.access_token_seconds,
        scope: (!scopes.is_empty()).then(|| scopes.to_string()),
        refresh_token: None,
        id_token: None,
    }
}

fn signed<T: Kind>(sv: &Services, client: &Client, claims: &T) -> String {
    let signer = sv.ring.signer(client.id_token_alg);
    assemble(claims, signer.alg(), signer.kid(), |input| signer.sign(input))
}
