//! Authenticating a client. [`AuthenticatedClient`] can be made nowhere else, so that a use case that takes one cannot
//! be reached without it.

use std::sync::Arc;

use super::{dpop::Unspent, refusal};
use crate::{
    base::digest::Digest,
    protocol::{
        certificate::Shown,
        client::{Access, Client, StoredSecret},
        confirmation::Confirmation,
        credential::{Addressee, Presented, Spendable, check_assertion},
        error::Refusal,
        terms::Profile,
    },
    services::Services,
    store::{Tx, spent},
};

/// A client that has proved itself, or a public one that cannot, and the key that it showed to hold.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    bound: Option<Confirmation>,
}

impl AuthenticatedClient {
    /// Itself, to be carried on.
    pub fn shared(&self) -> Arc<Client> {
        self.client.clone()
    }

    /// To which key its access tokens are bound.
    pub const fn bound(&self) -> Option<Confirmation> {
        self.bound
    }

    /// The thumbprint of the key that it showed to hold.
    pub fn key(&self) -> Option<Digest> {
        self.bound.as_ref().map(Confirmation::digest)
    }

    /// The key that its refresh tokens are bound to: a client that proves itself each time needs none (RFC 9449 §5).
    pub fn refresh_key(&self) -> Option<Digest> {
        self.key().filter(|_| self.client.access == Access::Public)
    }
}

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Authenticates by exactly the method the client is registered for.
pub async fn authenticate(
    sv: &Services,
    presented: Presented,
    certificate: Option<&Shown>,
) -> Result<AuthenticatedClient, Refusal> {
    let client = sv.clients.by_id(presented.client_id()).ok_or(Refusal::ClientAuthentication)?;
    let now = sv.clock.now();
    let known = |secrets: &[StoredSecret], secret| secrets.iter().any(|stored| stored.is(secret, now));
    let proved = match (&client.access, &presented) {
        (Access::Public, Presented::Nothing(_)) => true,
        (Access::SecretBasic { secrets }, Presented::Basic(_, secret))
        | (Access::SecretPost { secrets }, Presented::Post(_, secret)) => known(secrets, secret),
        (Access::KeyJwt { keys, token_endpoint_audience }, Presented::Assertion(id, assertion)) => {
            // FAPI 2.0 §5.3.2.1: never.
            let older = *token_endpoint_audience && client.terms.profile == Profile::Standard;
            let token_endpoint = format!("{}/token", sv.settings.issuer);
            let to =
                Addressee { issuer: &sv.settings.issuer, token_endpoint: older.then_some(token_endpoint.as_str()) };
            let keys = sv.keys_of(keys, assertion).await;
            match check_assertion(id, &keys, client.terms.assertion_algs(), to, assertion, now) {
                Ok(spendable) => spend(sv, &client, spendable).await?,
                Err(bad) => {
                    tracing::info!(client = %client.client_id, reason = %bad, "client assertion refused");
                    false
                }
            }
        }
        (Access::Certified { name }, Presented::Nothing(_)) => certificate.is_some_and(|shown| {
            let vouched = sv.authorities.as_ref().is_some_and(|authorities| authorities.vouch_for(shown, now));
            vouched && shown.says(name)
        }),
        (Access::SelfSigned { keys }, Presented::Nothing(_)) => match certificate {
            Some(shown) if shown.in_time(now) => sv.keys_have(keys, shown).await,
            _ => false,
        },
        _ => false,
    };
    if !proved {
        return Err(Refusal::ClientAuthentication);
    }
    client.require_enabled()?;
    Ok(AuthenticatedClient { client, bound: None })
}

/// What shows that a caller holds a key.
#[derive(Debug, Default)]
pub struct Showing<'a> {
    /// A proof of possession.
    pub proof: Option<Unspent>,
    /// A certificate, in the handshake.
    pub certificate: Option<&'a Shown>,
}

/// Authenticates whoever wants tokens or asks for a code, and spends the proof of the key that these are to be bound to.
pub async fn authenticate_holder(
    sv: &Services,
    presented: Presented,
    showing: Showing<'_>,
) -> Result<AuthenticatedClient, Refusal> {
    let Showing { proof, certificate } = showing;
    let AuthenticatedClient { client, .. } = authenticate(sv, presented, certificate).await?;
    let bound = match proof {
        Some(proof) => Some(Confirmation::Key(proof.spend(sv).await?)),
        None => certificate
            .filter(|_| client.terms.binds_to_certificates())
            .map(|shown| Confirmation::Certificate(shown.thumbprint())),
    };
    Ok(AuthenticatedClient { client, bound })
}

/// R14: an assertion counts once.
async fn spend(sv: &Services, client: &Client, assertion: Spendable) -> Result<bool, Refusal> {
    let what = Digest::of(format!("{}\n{}", client.client_id, assertion.jti).as_bytes());
    sv.store
        .write((what, assertion.remember_until), async |tx: &mut Tx, (what, until)| {
            spent::spend(tx, spent::Kind::ClientAssertion, *what, *until).await
        })
        .await
        .map_err(refusal)
}
