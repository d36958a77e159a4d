//! The token endpoint: one use case for each grant.

mod client_credentials;
mod code;
mod device;
mod front;
mod issue;
mod refresh;

pub(super) use front::{Front, at_once};

use super::client_auth::AuthenticatedClient;
use crate::{
    protocol::{
        error::Refusal,
        params::Params,
        token::{TokenAsk, TokenResponse},
    },
    services::Services,
};

/// Answers a token request of a client that has proved itself.
pub async fn exchange(sv: &Services, client: &AuthenticatedClient, params: &Params) -> Result<TokenResponse, Refusal> {
    client.terms.admits(client.bound())?;
    match TokenAsk::parse(params)? {
        TokenAsk::AuthorizationCode { code, redirect_uri, verifier } => {
            code::exchange(sv, client, code::CodeAsk { code, redirect_uri, verifier }).await
        }
        TokenAsk::Refresh { token, narrow_to } => refresh::exchange(sv, client, token, narrow_to).await,
        TokenAsk::ClientCredentials { scope } => client_credentials::issue(sv, client, scope).await,
        TokenAsk::DeviceCode { code } => device::exchange(sv, client, code).await,
    }
}
