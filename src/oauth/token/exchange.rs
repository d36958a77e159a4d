//! RFC 8693: a gradebook calls the LMS on a teacher's behalf, within what both may know of the teacher.
//!
//! What comes of it is an access token for that app alone. It says who acts, is good no longer than the token that it was
//! exchanged for, and ends with the grant behind both.

use super::issue::{self, Holder};
use crate::{
    base::id::{AccountId, ClientKey},
    oauth::{
        access::{self, still_given},
        client_auth::AuthenticatedClient,
        refusal,
        target::{Apis, Target, concerns},
    },
    protocol::{
        client::{Access, Client, ClientId, GrantKind, Trust},
        confirmation::Confirmation,
        error::Refusal,
        exchange::{ACCESS_TOKEN, ExchangeAsk, Named},
        jwt::{AccessToken, Actor},
        scope::Scopes,
        token::TokenResponse,
    },
    services::Services,
    store::{Tx, consents, grants::GrantRow},
};

/// Through more apps than this nobody follows who acts.
const LONGEST_CHAIN: usize = 4;

/// Exchanges a token for one towards another app.
pub(super) async fn exchange(
    sv: &Services,
    client: &AuthenticatedClient,
    ask: ExchangeAsk,
) -> Result<TokenResponse, Refusal> {
    client.require(GrantKind::TokenExchange)?;
    if client.access == Access::Public {
        return Err(Refusal::GrantNotAllowed);
    }
    let now = sv.clock.now();
    let live = access::live(sv, ask.subject_token.expose()).await.map_err(|refusal| match refusal {
        Refusal::AccessTokenInvalid => Refusal::SubjectTokenInvalid,
        other => other,
    })?;
    let subject = &live.claims;
    let grant = live.grant.as_ref().filter(|_| may_present(client, subject)).ok_or(Refusal::SubjectTokenInvalid)?;
    let session_over = grant.session_ended_at.is_some() || grant.session_expires_at <= now;
    if (session_over && !grant.offline) || still_given(grant, client).is_err() {
        return Err(Refusal::SubjectTokenInvalid);
    }
    let target = named(sv, client, &ask.to)?;
    let server = target.server.clone().ok_or(Refusal::UnknownResource)?;
    still_given(grant, &server).map_err(|_| Refusal::UnknownResource)?;
    let scopes = both_may(client, &server, subject, grant)?;
    let scopes = match ask.scopes {
        Some(asked) if !asked.within(&scopes) => return Err(Refusal::ScopeExceeded),
        Some(asked) => asked,
        None => scopes,
    };
    for app in [&**client, &*server] {
        agreed(sv, grant.account_id, app, &scopes).await?;
    }
    let holder = Holder { target: Some(&target), ..client.into() };
    let mut claims = issue::claims(sv, holder, grant, &scopes, now);
    claims.exp = claims.exp.min(subject.exp);
    claims.act = Some(Actor { sub: client.client_id.0.clone(), act: subject.act.clone().map(Box::new) });
    Ok(TokenResponse {
        access_token: issue::carried(sv, client, &claims).await?,
        issued_token_type: Some(ACCESS_TOKEN),
        token_type: Confirmation::token_type(client.bound()),
        expires_in: u32::try_from(claims.exp - claims.iat).unwrap_or(0),
        scope: Some(scopes.to_string()),
        refresh_token: None,
        id_token: None,
    })
}

/// Whether a token is the client's to exchange: it was given it, with the key that it shows now, or is whom it is for.
fn may_present(client: &AuthenticatedClient, subject: &AccessToken) -> bool {
    let may = if subject.client_id == client.client_id.0 {
        subject.cnf.is_none() || subject.cnf == client.bound()
    } else {
        concerns(client, &subject.aud)
    };
    let chain = std::iter::successors(subject.act.as_ref(), |actor| actor.act.as_deref()).count();
    may && chain < LONGEST_CHAIN
}

fn named(sv: &Services, client: &Client, to: &Named) -> Result<Target, Refusal> {
    match to {
        Named::Resource(resource) => Apis::now(sv).resource(client, resource),
        Named::Audience(id) => {
            let server = sv.clients.by_id(&ClientId(id.clone())).ok_or(Refusal::UnknownResource)?;
            Target::of(client, server, id)
        }
    }
}

/// What the token was good for, both apps are registered for, and the release lists of both tell of this person. Nothing
/// of it outlives the session.
fn both_may(client: &Client, server: &Client, subject: &AccessToken, grant: &GrantRow) -> Result<Scopes, Refusal> {
    let scopes: Scopes = subject.scope.parse().map_err(|_| Refusal::SubjectTokenInvalid)?;
    let scopes = scopes.both(&client.scopes).both(&server.scopes).without("offline_access");
    let released = |scope: &&str| [client, server].iter().all(|app| app.releases(scope, grant.posts.iter()));
    let told: Vec<&str> = scopes.iter().filter(released).collect();
    told.join(" ").parse().map_err(|_| Refusal::Fault)
}

/// What an app asks people for it has only by their own agreement.
async fn agreed(sv: &Services, account: AccountId, app: &Client, scopes: &Scopes) -> Result<(), Refusal> {
    if app.trust == Trust::SectorApproved {
        return Ok(());
    }
    let given =
        async |tx: &mut Tx, (account, client): &(AccountId, ClientKey)| consents::given(tx, *account, *client).await;
    let given = sv.store.read((account, app.key), given).await.map_err(refusal)?;
    let agreed = given.is_some_and(|(given, _)| given.parse().is_ok_and(|given| scopes.within(&given)));
    if agreed { Ok(()) } else { Err(Refusal::UnknownResource) }
}
