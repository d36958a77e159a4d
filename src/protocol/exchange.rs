//! Token exchange (RFC 8693): an app that was given a token asks for one with which it can call another on the person's
//! behalf.

use super::{error::Refusal, params::Params, scope::Scopes, target::Resources};
use crate::base::secret::Token;

/// The one kind of token that is taken and given.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What an app asks for (§2.1).
#[derive(Clone, Debug)]
pub struct ExchangeAsk {
    /// On whose behalf it acts.
    pub subject_token: Token,
    /// Whom it wants to call.
    pub to: Named,
    /// For what; `None`: for all that both may.
    pub scopes: Option<Scopes>,
}

/// An app, as the request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By a resource that it serves.
    Resource(String),
    /// By its client id.
    Audience(String),
}

impl ExchangeAsk {
    /// Reads the request. What would let somebody else act is not offered.
    pub fn parse(params: &Params, scopes: Option<Scopes>) -> Result<Self, Refusal> {
        let subject_token = Token::presented(params.need("subject_token")?);
        if params.need("subject_token_type")? != ACCESS_TOKEN {
            return Err(Refusal::InvalidParameter("subject_token_type"));
        }
        if !matches!(params.get("requested_token_type"), None | Some(ACCESS_TOKEN)) {
            return Err(Refusal::InvalidParameter("requested_token_type"));
        }
        for name in ["actor_token", "actor_token_type"] {
            if params.get(name).is_some() {
                return Err(Refusal::InvalidParameter(name));
            }
        }
        let resource = Resources::asked(params)?.only()?.map(|uri| Named::Resource(uri.to_owned()));
        let audiences = params.all("audience").map(|id| Named::Audience(id.to_owned()));
        let mut named = resource.into_iter().chain(audiences);
        match (named.next(), named.next()) {
            (Some(to), None) => Ok(Self { subject_token, to, scopes }),
            (None, _) => Err(Refusal::MissingParameter("audience")),
            (Some(_), Some(_)) => Err(Refusal::ManyResources),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(more: &str) -> Result<Named, Refusal> {
        let text = format!("subject_token=x&subject_token_type={ACCESS_TOKEN}{more}");
        ExchangeAsk::parse(&Params::parse(&text), None).map(|ask| ask.to)
    }

    #[test]
    fn one_app_is_named_in_one_way() {
        assert_eq!(asked("&audience=lms"), Ok(Named::Audience("lms".into())));
        assert_eq!(asked("&resource=https://lms.example/"), Ok(Named::Resource("https://lms.example/".into())));
        assert_eq!(asked(""), Err(Refusal::MissingParameter("audience")));
        for many in ["&audience=a&audience=b", "&audience=a&resource=https://b.example/"] {
            assert_eq!(asked(many), Err(Refusal::ManyResources));
        }
    }

    #[test]
    fn nobody_else_acts_and_no_other_kind_of_token_is_asked_for() {
        for refused in ["&actor_token=y", "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token"] {
            assert!(matches!(asked(&format!("&audience=a{refused}")), Err(Refusal::InvalidParameter(_))), "{refused}");
        }
        let other =
            Params::parse("subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:id_token&audience=a");
        let refused = ExchangeAsk::parse(&other, None).unwrap_err();
        assert_eq!(refused, Refusal::InvalidParameter("subject_token_type"));
    }
}
