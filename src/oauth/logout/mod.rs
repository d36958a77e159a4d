//! Signing out at an app's request (RP-Initiated Logout 1.0).

mod end;

use std::sync::Arc;

pub use end::{Farewell, Left, end};

use super::refusal;
use crate::{
    base::{clock::Moment, id::ClientKey},
    protocol::{
        client::{Client, ClientId, GrantKind},
        error::Refusal,
        jwt::{BadToken, Expected, IdToken, verify},
        logout::LogoutAsk,
        redirect,
    },
    services::{Services, ending::Ended},
    store::{Tx, devices, sessions::SessionRow},
};

/// What is to happen.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The app that asked, when it named itself.
    pub client: Option<Arc<Client>>,
    /// Where the browser goes afterwards: registered, byte for byte (R28).
    pub landing: Option<String>,
    /// Which session ends, if it has not ended.
    pub session: Option<Ended>,
    /// Whether the app proved that this is its person's session.
    pub proven: bool,
    /// Whether it is a board's, and none of this browser's.
    pub board: bool,
}

impl Decision {
    /// Whether the person must agree first (§2): nobody proved what is to end, or it is not what they are signed in to here.
    pub fn asks(&self) -> bool {
        self.session.is_some() && (self.board || !self.proven)
    }
}

/// Decides on a request. A hint that is not ours is refused; one that expired still tells whose session is meant, and one
/// whose key is gone or whose app is forgotten proves nothing, so that the person is asked. A hint of a board means that
/// board and nothing else.
pub async fn decide(sv: &Services, ask: &LogoutAsk, session: Option<&SessionRow>) -> Result<Decision, Refusal> {
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
    let is_named = |session| match (&hint, &client) {
        (Some(hint), Some(client)) => hint.sid == sv.subjects.session(&client.subject, session),
        _ => false,
    };
    let board = client.as_ref().filter(|client| hint.is_some() && client.grants.contains(&GrantKind::DeviceCode));
    let session = match board {
        Some(client) => boards(sv, client).await?.into_iter().find(|ended| is_named(ended.session)),
        None => session.map(Ended::from),
    };
    let (proven, board) = (session.is_some_and(|ended| is_named(ended.session)), board.is_some());
    Ok(Decision { client, landing, session, proven, board })
}

/// The open boards of a client: which of them a token names is found by trying, since only we can tell its `sid`.
async fn boards(sv: &Services, client: &Client) -> Result<Vec<Ended>, Refusal> {
    let question = (client.key, sv.clock.now());
    let of_client =
        async |tx: &mut Tx, (client, now): &(ClientKey, Moment)| devices::of_client(tx, *client, *now).await;
    let open = sv.store.read(question, of_client).await.map_err(refusal)?;
    Ok(open.into_iter().map(|(session, account, person)| Ended { session, person, account }).collect())
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
