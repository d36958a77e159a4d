//! Authenticating a client. [`AuthenticatedClient`] can be made nowhere else, so that a use case that takes one cannot
//! be reached without it.

use std::sync::Arc;

use super::refusal;
use crate::{
    base::digest::Digest,
    protocol::{
        client::{Access, Client, StoredSecret},
        credential::{Addressee, Presented, Spendable, check_assertion},
        error::Refusal,
    },
    services::Services,
    store::{Tx, spent},
};

/// A client that has proved itself, or a public one that cannot.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    /// Itself, to be carried on.
    pub fn shared(&self) -> Arc<Client> {
        self.0.clone()
    }
}

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.0
    }
}

/// Authenticates by exactly the method the client is registered for.
pub async fn authenticate(sv: &Services, presented: Presented) -> Result<AuthenticatedClient, Refusal> {
    let client = sv.clients.by_id(presented.client_id()).ok_or(Refusal::ClientAuthentication)?;
    let now = sv.clock.now();
    let known = |secrets: &[StoredSecret], secret| secrets.iter().any(|stored| stored.is(secret, now));
    let proved = match (&client.access, &presented) {
        (Access::Public, Presented::Nothing(_)) => true,
        (Access::SecretBasic { secrets }, Presented::Basic(_, secret))
        | (Access::SecretPost { secrets }, Presented::Post(_, secret)) => known(secrets, secret),
        (Access::KeyJwt { keys, token_endpoint_audience }, Presented::Assertion(id, assertion)) => {
            let token_endpoint = format!("{}/token", sv.settings.issuer);
            let to = Addressee {
                issuer: &sv.settings.issuer,
                token_endpoint: token_endpoint_audience.then_some(token_endpoint.as_str()),
            };
            let keys = sv.keys_of(keys, assertion).await;
            match check_assertion(id, &keys, client.terms.profile.proof_algs(), to, assertion, now) {
                Ok(spendable) => spend(sv, &client, spendable).await?,
                Err(bad) => {
                    tracing::info!(client = %client.client_id, reason = %bad, "client assertion refused");
                    false
                }
            }
        }
        _ => false,
    };
    if !proved {
        return Err(Refusal::ClientAuthentication);
    }
    client.require_enabled()?;
    Ok(AuthenticatedClient(client))
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
