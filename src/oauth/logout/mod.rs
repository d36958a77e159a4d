//! Signing out at an app's request (RP-Initiated Logout 1.0).

mod end;

use std::sync::Arc;

pub use end::{Farewell, Left, end};

use crate::{
    protocol::{
        client::{Client, ClientId},
        error::Refusal,
        jwt::{BadToken, Expected, IdToken, verify},
        logout::LogoutAsk,
        redirect,
    },
    services::Services,
    store::sessions::SessionRow,
};

/// What is to happen.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The app that asked, when it named itself.
    pub client: Option<Arc<Client>>,
    /// Where the browser goes afterwards: registered, byte for byte (R28).
    pub landing: Option<String>,
    /// Whether the app proved that this is its person's session; if not, the person is asked.
    pub proven: bool,
}

/// Decides on a request. A hint that is not ours is refused; one that expired still tells whose session is meant, and one
/// whose key is gone or whose app is forgotten proves nothing, so that the person is asked.
pub fn decide(sv: &Services, ask: &LogoutAsk, session: Option<&SessionRow>) -> Result<Decision, Refusal> {
    let hint = match ask.id_token_hint.as_deref().map(|hint| look_at(sv, hint)) {
        None | Some(Err(BadToken::UnknownKey)) => None,
        Some(Ok(token)) => Some(token),
        Some(Err(_)) => return Err(Refusal::InvalidParameter("id_token_hint")),
    };
    let client = match (&ask.client_id, &hint) {
        (Some(named), Some(hint)) if *named != hint.aud => return Err(Refusal::InvalidParameter("client_id")),
        (Some(named), _) => Some(sv.clients.by_id(&ClientId(named.clone())).ok_or(Refusal::UnknownClient)?),
        (None, Some(hint)) => sv.clients.by_id(&ClientId(hint.aud.clone())),
        (None, None) => None,
    };
    let landing = match (&ask.post_logout_redirect_uri, client.as_deref()) {
        // Nobody vouches for the address: the person can sign out, and stays here (§3).
        (None, _) | (Some(_), None) => None,
        (Some(uri), Some(client)) if client.may_land_on(uri) => {
            let state = ask.state.as_deref().map(|state| ("state", state));
            Some(state.map_or_else(|| uri.clone(), |state| redirect::append(uri, &[state])))
        }
        (Some(_), Some(_)) => return Err(Refusal::InvalidParameter("post_logout_redirect_uri")),
    };
    let proven = match (&hint, &client, session) {
        (Some(hint), Some(client), Some(session)) => hint.sid == sv.subjects.session(&client.subject, session.id),
        _ => false,
    };
    Ok(Decision { client, landing, proven })
}

/// An ID token of ours, also an expired one.
pub fn read_hint(sv: &Services, hint: &str) -> Option<IdToken> {
    look_at(sv, hint).ok()
}

fn look_at(sv: &Services, hint: &str) -> Result<IdToken, BadToken> {
    use jsonwebtoken::Algorithm;
    let algs = [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];
    let key = |kid: Option<&str>| sv.ring.public_key(kid?);
    let token: IdToken = verify(hint, &Expected { algs: &algs, typs: &[Some("jwt")], key })?;
    if token.iss == sv.settings.issuer { Ok(token) } else { Err(BadToken::Claims) }
}
