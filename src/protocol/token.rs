//! The token request and answer (RFC 6749 §4.1.3, §4.4, §5, §6; RFC 8628 §3.4).

use serde::Serialize;

use super::{error::Refusal, exchange::ExchangeAsk, params::Params, scope::Scopes, target::Resources};
use crate::base::secret::Token;

/// One enum of grants: each holds what it needs and nothing else. The password grant is not among them (R6).
#[derive(Clone, Debug)]
pub enum TokenAsk {
    /// RFC 6749 §4.1.3.
    AuthorizationCode {
        /// The code.
        code: Token,
        /// As it was in the authorization request.
        redirect_uri: Option<String>,
        /// PKCE.
        verifier: Option<String>,
        /// Whom the access token is for (RFC 8707).
        resources: Resources,
    },
    /// RFC 6749 §6.
    Refresh {
        /// The refresh token.
        token: Token,
        /// A part of what was granted; `None`: all of it.
        narrow_to: Option<Scopes>,
        /// Whom the access token is for (RFC 8707).
        resources: Resources,
    },
    /// RFC 6749 §4.4.
    ClientCredentials {
        /// What the service asks for; `None`: all it may have.
        scope: Option<Scopes>,
        /// Whom the access token is for (RFC 8707).
        resources: Resources,
    },
    /// RFC 8628 §3.4.
    DeviceCode {
        /// The device code.
        code: Token,
        /// Whom the access token is for (RFC 8707).
        resources: Resources,
    },
    /// RFC 8693.
    Exchange(ExchangeAsk),
}

impl TokenAsk {
    /// Reads a token request.
    pub fn parse(params: &Params) -> Result<Self, Refusal> {
        params.check()?;
        let scope = || params.get("scope").map(str::parse).transpose().map_err(|_| Refusal::InvalidParameter("scope"));
        let grant = params.need("grant_type")?;
        let resources = Resources::asked(params)?;
        match grant {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: Token::presented(params.need("code")?),
                redirect_uri: params.get("redirect_uri").map(str::to_owned),
                verifier: params.get("code_verifier").map(str::to_owned),
                resources,
            }),
            "refresh_token" => {
                let token = Token::presented(params.need("refresh_token")?);
                Ok(Self::Refresh { token, narrow_to: scope()?, resources })
            }
            "client_credentials" => Ok(Self::ClientCredentials { scope: scope()?, resources }),
            "urn:ietf:params:oauth:grant-type:token-exchange" => {
                Ok(Self::Exchange(ExchangeAsk::parse(params, scope()?)?))
            }
            "urn:ietf:params:oauth:grant-type:device_code" => {
                Ok(Self::DeviceCode { code: Token::presented(params.need("device_code")?), resources })
            }
            _ => Err(Refusal::GrantTypeUnknown),
        }
    }
}

/// The answer (RFC 6749 §5.1, Core 3.1.3.3).
#[derive(Clone, Debug, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// `Bearer`, or `DPoP` when it is bound to a key.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: u32,
    /// What was granted, when that is not what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What kind of token it is (RFC 8693 §2.2.1); in an exchange alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<&'static str>,
    /// The refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_the_password_grant_does_not_exist() {
        let ask = TokenAsk::parse(&Params::parse("grant_type=password&username=a&password=b"));
        assert_eq!(ask.unwrap_err(), Refusal::GrantTypeUnknown);
    }

    #[test]
    fn each_grant_names_what_it_lacks() {
        let missing = |query: &str| TokenAsk::parse(&Params::parse(query)).unwrap_err();
        assert_eq!(missing(""), Refusal::MissingParameter("grant_type"));
        assert_eq!(missing("grant_type=authorization_code"), Refusal::MissingParameter("code"));
        assert_eq!(missing("grant_type=refresh_token"), Refusal::MissingParameter("refresh_token"));
    }
}
