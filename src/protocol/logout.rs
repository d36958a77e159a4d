//! The logout request (RP-Initiated Logout 1.0 §2).

use super::{error::Refusal, params::Params};

/// What an app asks when its person signs out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutAsk {
    /// An ID token of ours, perhaps expired: whose session.
    pub id_token_hint: Option<String>,
    /// The app.
    pub client_id: Option<String>,
    /// Where the browser should go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// To be returned there.
    pub state: Option<String>,
}

impl LogoutAsk {
    /// Reads a logout request.
    pub fn parse(params: &Params) -> Result<Self, Refusal> {
        params.check()?;
        let owned = |name| params.get(name).map(str::to_owned);
        Ok(Self {
            id_token_hint: owned("id_token_hint"),
            client_id: owned("client_id"),
            post_logout_redirect_uri: owned("post_logout_redirect_uri"),
            state: owned("state"),
        })
    }
}
