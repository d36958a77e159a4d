//! The resource server that an access token is for (RFC 8707): which client it is, and who may have a token for it.
//!
//! A person has another subject towards each sector, and a token for an app's API names that app's. So whoever may call
//! no API of an app gets no token for it: two apps could join their records by one.

use std::sync::Arc;

use super::access::still_given;
use crate::{
    protocol::{
        api,
        client::{Client, Trust},
        error::Refusal,
        target::Resources,
    },
    services::{Services, clients::Registered},
    store::grants::GrantRow,
};

/// Whom a token is for.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its `aud`.
    pub aud: String,
    /// The app whose API it is; `None`: our own endpoints, or the administration API.
    pub server: Option<Arc<Client>>,
}

/// Whose APIs there are when a request comes. It goes along into the write that spends what was presented.
#[derive(Clone, Debug)]
pub struct Apis {
    issuer: String,
    registered: Registered,
}

impl Apis {
    /// As they are now.
    pub fn now(sv: &Services) -> Self {
        Self { issuer: sv.settings.issuer.clone(), registered: sv.clients.now() }
    }

    /// Our own endpoints.
    pub fn ourselves(&self) -> Target {
        Target { aud: self.issuer.clone(), server: None }
    }

    /// A resource that the client may call.
    pub fn resource(&self, client: &Client, resource: &str) -> Result<Target, Refusal> {
        if resource == self.issuer {
            return Ok(self.ourselves());
        }
        if resource == api::resource(&self.issuer) {
            // Apps of the department's alone: what people agree to on the consent page is what is told of themselves.
            let approved = client.trust == Trust::SectorApproved;
            return if approved {
                Ok(Target { aud: resource.to_owned(), server: None })
            } else {
                Err(Refusal::UnknownResource)
            };
        }
        let server = self.registered.serving(resource).ok_or(Refusal::UnknownResource)?;
        Target::of(client, server, resource)
    }
}

/// For whom a token request wants its token: for the one it names, or for whom the grant usually is.
#[derive(Clone, Debug)]
pub struct Wish {
    named: Option<Target>,
    apis: Apis,
}

impl Wish {
    /// Of a token request.
    pub fn of(sv: &Services, client: &Client, resources: &Resources) -> Result<Self, Refusal> {
        let apis = Apis::now(sv);
        let named = resources.only()?.map(|resource| apis.resource(client, resource)).transpose()?;
        Ok(Self { named, apis })
    }

    /// Of whoever names nothing.
    pub fn nothing(sv: &Services) -> Self {
        Self { named: None, apis: Apis::now(sv) }
    }

    /// Whether it names somebody.
    pub const fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// The target of a service's own token.
    pub fn without_grant(self) -> Target {
        self.named.unwrap_or_else(|| self.apis.ourselves())
    }

    /// The target of a grant's token. To be asked in the write that spends something for it: whoever gets no token has spent
    /// nothing, and what was presented is good again when the API's app is back.
    pub fn within(&self, client: &Client, grant: &GrantRow) -> Result<Target, Refusal> {
        let granted = Resources::stored(grant.resources.as_deref());
        let target = match (&self.named, granted.first()) {
            (Some(named), _) => named.clone(),
            (None, Some(first)) => self.apis.resource(client, first)?,
            (None, None) => self.apis.ourselves(),
        };
        let admitted = target.server.as_ref().is_none_or(|server| still_given(grant, server).is_ok());
        if granted.admit(&target.aud) && admitted { Ok(target) } else { Err(Refusal::UnknownResource) }
    }
}

impl Target {
    /// An app whose API the client may call, under the name that it was asked for by.
    pub fn of(client: &Client, server: Arc<Client>, aud: &str) -> Result<Self, Refusal> {
        let may_call = server.key == client.key || client.api.calls.contains(&server.client_id);
        if may_call && server.require_enabled().is_ok() {
            Ok(Self { aud: aud.to_owned(), server: Some(server) })
        } else {
            Err(Refusal::UnknownResource)
        }
    }
}

/// Refuses an authorization request that names a resource which the client may not call.
pub fn check(sv: &Services, client: &Client, resources: &Resources) -> Result<(), Refusal> {
    let apis = Apis::now(sv);
    resources.iter().try_for_each(|resource| apis.resource(client, resource).map(drop))
}

/// Whether a token whose `aud` this is concerns a client: it serves that resource, or is named itself.
pub fn concerns(client: &Client, aud: &str) -> bool {
    client.api.serves.contains(aud) || client.client_id.0 == aud
}
