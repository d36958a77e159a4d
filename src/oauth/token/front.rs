//! Tokens in the authorization answer itself, for the legacy response types (Core 3.2, 3.3).

use super::issue;
use crate::{
    base::{clock::Moment, id::GrantId},
    oauth::{refusal, target::Wish},
    protocol::{client::Client, error::Refusal, jwt::half_hash, response::ResponseType, scope::Scopes},
    services::Services,
    store::{Tx, grants},
};

/// What is given at once.
#[derive(Debug)]
pub(in crate::oauth) struct Front {
    /// From which grant.
    pub(in crate::oauth) grant: GrantId,
    /// Which of code, ID token and access token.
    pub(in crate::oauth) kind: ResponseType,
    /// For the ID token.
    pub(in crate::oauth) nonce: Option<String>,
    /// The code that goes with it.
    pub(in crate::oauth) code: Option<String>,
    /// Now.
    pub(in crate::oauth) now: Moment,
}

/// The tokens of an answer, as its members.
pub(in crate::oauth) async fn at_once(
    sv: &Services,
    client: &Client,
    front: Front,
) -> Result<Vec<(&'static str, String)>, Refusal> {
    let Front { grant, kind, nonce, code, now } = front;
    let found = sv.store.read(grant, async |tx: &mut Tx, grant: &GrantId| grants::find(tx, *grant).await).await;
    let grant = found.map_err(refusal)?.ok_or(Refusal::Fault)?;
    let scopes: Scopes = grant.scope.parse().map_err(|_| Refusal::Fault)?;
    // R16: what was granted, less what the app may not have any more.
    let scopes = scopes.both(&client.scopes);
    let mut members = Vec::new();
    // Here nobody shows a key: who takes bound tokens only gets them from the token endpoint.
    if kind.has_token() {
        client.terms.admits(None)?;
    }
    let target = Wish::nothing(sv).within(client, &grant)?;
    let holder = issue::Holder { client, bound: None, target: Some(&target) };
    let access_token = if kind.has_token() {
        Some(issue::carried(sv, client, &issue::claims(sv, holder, &grant, &scopes, now)).await?)
    } else {
        None
    };
    if let Some(token) = &access_token {
        members.push(("access_token", token.clone()));
        members.push(("token_type", "Bearer".to_owned()));
        members.push(("expires_in", issue::seconds_left(client, &grant, now).to_string()));
        members.push(("scope", scopes.to_string()));
    }
    if kind.has_id_token() {
        let hash = |text: &String| half_hash(client.id_token_alg, text);
        let bound = issue::Bound {
            nonce,
            at_hash: access_token.as_ref().map(hash),
            c_hash: code.as_ref().map(hash),
            // Core 5.4: without an access token the scopes' claims have no other place.
            told_here: (kind == ResponseType::IdToken).then_some(&scopes),
        };
        members.push(("id_token", issue::id_token(sv, client, &grant, bound, now).await?));
    }
    Ok(members)
}
