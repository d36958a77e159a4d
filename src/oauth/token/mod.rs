//! The token endpoint: one use case for each grant.

mod client_credentials;
mod code;
mod device;
mod exchange;
mod front;
mod give;
mod issue;
mod refresh;

pub(super) use front::{Front, at_once};

use super::{client_auth::AuthenticatedClient, target::Wish};
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
        TokenAsk::AuthorizationCode { code, redirect_uri, verifier, resources } => {
            let wish = Wish::of(sv, client, &resources)?;
            code::exchange(sv, client, code::CodeAsk { code, redirect_uri, verifier, wish }).await
        }
        TokenAsk::Refresh { token, narrow_to, resources } => {
            let wish = Wish::of(sv, client, &resources)?;
            refresh::exchange(sv, client, refresh::RefreshAsk { token, narrow_to, wish }).await
        }
        TokenAsk::ClientCredentials { scope, resources } => {
            let wish = Wish::of(sv, client, &resources)?;
            client_credentials::issue(sv, client, scope, wish).await
        }
        TokenAsk::Exchange(ask) => exchange::exchange(sv, client, ask).await,
        TokenAsk::DeviceCode { code, resources } => {
            let wish = Wish::of(sv, client, &resources)?;
            device::exchange(sv, client, code, wish).await
        }
    }
}
