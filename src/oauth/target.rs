//! The resource server that an access token is for (RFC 8707): which client it is, and who may have a token for it.
//!
//! A person has another subject towards each sector, and a token for an app's API names that app's. So whoever may call
//! no API of an app gets no token for it: two apps could join their records by one.

use std::sync::Arc;

use super::{access::still_given, client_auth::AuthenticatedClient};
use crate::{
    protocol::{client::Client, error::Refusal, target::Resources},
    services::Services,
    store::grants::GrantRow,
};

/// Whom a token is for.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its `aud`.
    pub aud: String,
    /// The app whose API it is; `None`: our own endpoints.
    pub server: Option<Arc<Client>>,
}

impl Target {
    /// Our own endpoints.
    pub fn ourselves(sv: &Services) -> Self {
        Self { aud: sv.settings.issuer.clone(), server: None }
    }

    /// A resource that the client may call.
    pub fn resource(sv: &Services, client: &Client, resource: &str) -> Result<Self, Refusal> {
        if resource == sv.settings.issuer {
            return Ok(Self::ourselves(sv));
        }
        let server = sv.clients.serving(resource).ok_or(Refusal::UnknownResource)?;
        Self::of(client, server, resource)
    }

    /// An app whose API the client may call, under the name that it was asked for by.
    pub fn of(client: &Client, server: Arc<Client>, aud: &str) -> Result<Self, Refusal> {
        let may_call = server.key == client.key || client.api.calls.contains(&server.client_id);
        if may_call && server.require_enabled().is_ok() {
            Ok(Self { aud: aud.to_owned(), server: Some(server) })
        } else {
            Err(Refusal::UnknownResource)
        }
    }

    /// The one that a token request names, if it names one.
    pub fn asked(sv: &Services, client: &AuthenticatedClient, resources: &Resources) -> Result<Option<Self>, Refusal> {
        resources.only()?.map(|resource| Self::resource(sv, client, resource)).transpose()
    }

    /// What a grant's tokens are for when a request names nothing.
    pub fn usual(sv: &Services, client: &Client, grant: &GrantRow) -> Result<Self, Refusal> {
        let Some(target) =
            Resources::stored(grant.resources.as_deref()).first().map(|one| Self::resource(sv, client, one))
        else {
            return Ok(Self::ourselves(sv));
        };
        let target = target?;
        target.fits(grant).map(|()| target)
    }

    /// Whether a token for it may come from a grant: the granted set bounds it, and its app admits the person.
    pub fn fits(&self, grant: &GrantRow) -> Result<(), Refusal> {
        let granted = Resources::stored(grant.resources.as_deref()).admit(&self.aud);
        let admitted = self.server.as_ref().is_none_or(|server| still_given(grant, server).is_ok());
        if granted && admitted { Ok(()) } else { Err(Refusal::UnknownResource) }
    }
}

/// Refuses an authorization request that names a resource which the client may not call.
pub fn check(sv: &Services, client: &Client, resources: &Resources) -> Result<(), Refusal> {
    resources.iter().try_for_each(|resource| Target::resource(sv, client, resource).map(drop))
}

/// Whether a token whose `aud` this is concerns a client: it serves that resource, or is named itself.
pub fn concerns(client: &Client, aud: &str) -> bool {
    client.api.serves.contains(aud) || client.client_id.0 == aud
}
