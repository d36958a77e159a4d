//! Putting tokens together from a grant.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    oauth::{
        access,
        client_auth::AuthenticatedClient,
        refusal,
        target::Target,
        userinfo::{Place, single},
    },
    people::release::Profile,
    protocol::{
        client::Client,
        confirmation::Confirmation,
        error::Refusal,
        jwt::{AccessToken, IdToken, Kind, assemble, half_hash},
        scope::Scopes,
        target::TokenForm,
        token::TokenResponse,
    },
    services::Services,
    store::{Tx, grants::GrantRow, opaque},
};

/// An ID token is good for as long as an app may take to look at it.
const ID_TOKEN_SECONDS: i64 = 600;

/// Whom an access token is for, and what it is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder<'a> {
    /// The client.
    pub client: &'a Client,
    /// The key that it showed.
    pub bound: Option<Confirmation>,
    /// Whom it will be shown to; `None`: our own endpoints.
    pub target: Option<&'a Target>,
}

impl<'a> From<&'a AuthenticatedClient> for Holder<'a> {
    fn from(client: &'a AuthenticatedClient) -> Self {
        Self { client, bound: client.bound(), target: None }
    }
}

/// What one exchange issues.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    /// From which grant.
    pub grant: &'a GrantRow,
    /// For what.
    pub scopes: &'a Scopes,
    /// Whom the access token is for.
    pub target: Target,
    /// For the ID token; in the code flow alone.
    pub nonce: Option<String>,
    /// The refresh token to go with it.
    pub refresh: Option<Token>,
    /// Now.
    pub now: Moment,
}

/// Access and ID token of a person's grant.
pub(super) async fn for_person(
    sv: &Services,
    client: &AuthenticatedClient,
    issue: Issue<'_>,
) -> Result<TokenResponse, Refusal> {
    let Issue { grant, scopes, target, nonce, refresh, now } = issue;
    // R16: what was granted, less what the app may not have any more.
    let scopes = scopes.both(&client.scopes);
    let claims = claims(sv, Holder { target: Some(&target), ..client.into() }, grant, &scopes, now);
    let access_token = carried(sv, client, &claims).await?;
    let at_hash = Some(half_hash(client.id_token_alg, &access_token));
    let bound = Bound { nonce, at_hash, c_hash: None, told_here: None };
    Ok(TokenResponse {
        id_token: Some(id_token(sv, client, grant, bound, now).await?),
        access_token,
        issued_token_type: None,
        token_type: Confirmation::token_type(client.bound()),
        expires_in: seconds_left(client, grant, now),
        scope: Some(scopes.to_string()),
        refresh_token: refresh.map(|token| token.expose().to_owned()),
    })
}

/// What a person's access token says.
pub(super) fn claims(sv: &Services, holder: Holder<'_>, grant: &GrantRow, scopes: &Scopes, now: Moment) -> AccessToken {
    let Holder { client, bound, target } = holder;
    // Whoever is shown the token knows the person by their own name for them.
    let knows = target.and_then(|target| target.server.as_deref()).unwrap_or(client);
    AccessToken {
        iss: sv.settings.issuer.clone(),
        sub: sv.subjects.person(&knows.subject, grant.person_id),
        aud: target.map_or(&sv.settings.issuer, |target| &target.aud).clone(),
        client_id: client.client_id.0.clone(),
        exp: now.seconds() + i64::from(seconds_left(client, grant, now)),
        iat: now.seconds(),
        jti: access::jti(Some(grant.id), sv.entropy.bytes()),
        scope: scopes.to_string(),
        auth_time: Some(grant.auth_time.seconds()),
        acr: Some(grant.acr.clone()),
        cnf: bound,
        roles: roles([client, knows], grant, scopes),
        act: None,
    }
}

/// What the person is: told where the roles of `edu` are, by the release lists of the app and of whoever is shown the token;
/// only what is there for the latter.
fn roles([client, knows]: [&Client; 2], grant: &GrantRow, scopes: &Scopes) -> Vec<String> {
    let told = |app: &Client| app.scopes.has("edu") && app.releases("edu", grant.posts.iter());
    if !scopes.has("edu") || !told(client) || !told(knows) {
        return Vec::new();
    }
    let admitted = grant.posts.iter().filter(|(role, code)| knows.audience.admits(role, *code));
    admitted.map(|(role, _)| role.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// An access token in the form in which its client gets them.
pub(super) async fn carried(sv: &Services, client: &Client, claims: &AccessToken) -> Result<String, Refusal> {
    match client.api.form {
        TokenForm::Jwt => Ok(signed(sv, client, claims)),
        TokenForm::Opaque => {
            let token = Token::random(&sv.entropy);
            let turn = (token.digest(), claims.clone());
            let keep =
                async |tx: &mut Tx, (token, claims): &(Digest, AccessToken)| opaque::keep(tx, *token, claims).await;
            sv.store.write_aside(turn, keep).await.map_err(refusal)?;
            Ok(token.expose().to_owned())
        }
    }
}

/// How long an access token is good for: what a grant ends with, its tokens do. A lesson is over also for who does not ask
/// us again.
pub(super) fn seconds_left(client: &Client, grant: &GrantRow, now: Moment) -> u32 {
    let left = u32::try_from(grant.expires_at.since(now).as_secs()).unwrap_or(u32::MAX);
    client.access_token_seconds.min(left)
}

/// What binds an ID token to a request, and to what goes with it.
#[derive(Debug)]
pub(super) struct Bound<'a> {
    /// As the client sent it.
    pub nonce: Option<String>,
    /// Of the access token.
    pub at_hash: Option<String>,
    /// Of the code.
    pub c_hash: Option<String>,
    /// The scopes whose claims stand in it, when there is no access token to ask for them with.
    pub told_here: Option<&'a Scopes>,
}

/// A person's ID token.
pub(super) async fn id_token(
    sv: &Services,
    client: &Client,
    grant: &GrantRow,
    bound: Bound<'_>,
    now: Moment,
) -> Result<String, Refusal> {
    let asked = grant.claims.as_ref().map(|asked| &asked.0).filter(|asked| !asked.id_token.is_empty());
    let mut person = Map::new();
    if asked.is_some() || bound.told_here.is_some() {
        let profile = Profile::read(sv, grant.person_id).await.map_err(refusal)?.ok_or(Refusal::AccountInactive)?;
        let profile = profile.acting(grant.context, client);
        if let Some(scopes) = bound.told_here {
            person = profile.claims(sv, client, scopes);
        }
        if let Some(asked) = asked {
            person.extend(single(sv, client, &profile, asked, Place::IdToken));
        }
    }
    let claims = IdToken {
        iss: sv.settings.issuer.clone(),
        sub: sv.subjects.person(&client.subject, grant.person_id),
        aud: client.client_id.0.clone(),
        exp: now.seconds() + ID_TOKEN_SECONDS,
        iat: now.seconds(),
        auth_time: grant.auth_time.seconds(),
        nonce: bound.nonce,
        acr: grant.acr.clone(),
        amr: grant.amr.split(' ').map(str::to_owned).collect(),
        sid: sv.subjects.session(&client.subject, grant.session_id),
        azp: client.client_id.0.clone(),
        at_hash: bound.at_hash,
        c_hash: bound.c_hash,
        person,
    };
    Ok(signed(sv, client, &claims))
}

/// An access token for the client itself.
pub(super) async fn for_itself(
    sv: &Services,
    client: &AuthenticatedClient,
    target: Target,
    scopes: &Scopes,
) -> Result<TokenResponse, Refusal> {
    let now = sv.clock.now();
    let claims = AccessToken {
        iss: sv.settings.issuer.clone(),
        sub: client.client_id.0.clone(),
        aud: target.aud,
        client_id: client.client_id.0.clone(),
        exp: now.seconds() + i64::from(client.access_token_seconds),
        iat: now.seconds(),
        jti: access::jti(None, sv.entropy.bytes()),
        scope: scopes.to_string(),
        auth_time: None,
        acr: None,
        cnf: client.bound(),
        roles: Vec::new(),
        act: None,
    };
    Ok(TokenResponse {
        access_token: carried(sv, client, &claims).await?,
        issued_token_type: None,
        token_type: Confirmation::token_type(client.bound()),
        expires_in: client.access_token_seconds,
        scope: (!scopes.is_empty()).then(|| scopes.to_string()),
        refresh_token: None,
        id_token: None,
    })
}

fn signed<T: Kind>(sv: &Services, client: &Client, claims: &T) -> String {
    let signer = sv.ring.signer(client.id_token_alg);
    assemble(claims, signer.alg(), signer.kid(), |input| signer.sign(input))
}
