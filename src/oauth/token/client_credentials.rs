//! RFC 6749 §4.4: a service's own token. Nothing is written, unless the client gets opaque tokens.

use super::issue;
use crate::{
    oauth::{access, client_auth::AuthenticatedClient, target::Wish},
    protocol::{
        client::{Access, GrantKind},
        error::Refusal,
        scope::{KNOWN, Scopes},
        token::TokenResponse,
    },
    services::Services,
};

/// A token for the client itself, for all its scopes or those it asks for (R16).
pub(super) async fn issue(
    sv: &Services,
    client: &AuthenticatedClient,
    scope: Option<Scopes>,
    wish: Wish,
) -> Result<TokenResponse, Refusal> {
    client.require(GrantKind::ClientCredentials)?;
    if client.access == Access::Public {
        return Err(Refusal::GrantNotAllowed);
    }
    access::still_serves(sv, client).await?;
    // Scopes about a person mean nothing without one: no API may take the app's own token for somebody's consent.
    let own = KNOWN.into_iter().fold(client.scopes.clone(), Scopes::without);
    let granted = match scope {
        Some(asked) if !asked.within(&own) => return Err(Refusal::ScopeNotAllowed),
        Some(asked) => asked,
        None => own,
    };
    issue::for_itself(sv, client, wish.without_grant(), &granted).await
}
