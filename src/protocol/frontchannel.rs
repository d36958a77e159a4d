//! Front-channel logout (Front-Channel Logout 1.0): an app's own page, loaded in the browser of whoever signs out.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    address,
    redirect::{self, RedirectUri},
};

/// Where an app signs somebody out in their own browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontChannel {
    /// The page that is loaded.
    uri: Url,
    /// Whether it is told issuer and session.
    session_required: bool,
}

/// Why a front-channel address is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrontChannel {
    /// Not an address of the web.
    #[error("must be an https address (http only for localhost)")]
    Address,
    /// Elsewhere than the app itself (§2).
    #[error("must have the scheme, host and port of one of the redirect URIs")]
    Origin,
}

impl FrontChannel {
    /// Checks an address that is to be registered: of the same origin as one of the app's redirect URIs, so that our page
    /// frames nobody else.
    pub fn register(text: &str, session_required: bool, redirects: &[RedirectUri]) -> Result<Self, BadFrontChannel> {
        let uri = address::web_address(text).ok_or(BadFrontChannel::Address)?;
        let own = |redirect: &RedirectUri| Url::parse(redirect.as_str()).is_ok_and(|own| own.origin() == uri.origin());
        if redirects.iter().any(own) { Ok(Self { uri, session_required }) } else { Err(BadFrontChannel::Origin) }
    }

    /// As it was registered.
    pub const fn uri(&self) -> &Url {
        &self.uri
    }

    /// Whether the app wants to be told issuer and session.
    pub const fn session_required(&self) -> bool {
        self.session_required
    }

    /// The page for one session: with issuer and session when the app wants them, a registered query kept (§2).
    pub fn page(&self, issuer: &str, sid: &str) -> Url {
        let mut page = self.uri.clone();
        if self.session_required {
            let query = redirect::append(self.uri.as_str(), &[("iss", issuer), ("sid", sid)]);
            page.set_query(query.split_once('?').map(|(_, query)| query));
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(text: &str, session_required: bool) -> Result<FrontChannel, BadFrontChannel> {
        let redirects = ["https://app.example/cb", "http://localhost:8081/cb", "com.example.app:/cb"];
        let redirects = redirects.map(|uri| RedirectUri::register(uri, true).unwrap());
        FrontChannel::register(text, session_required, &redirects)
    }

    #[test]
    fn r27_only_a_page_of_the_apps_own_origin_is_framed() {
        for other in [
            "https://evil.example/out",
            "https://app.example:8443/out",
            "https://app.example.evil.example/out",
            "https://sub.app.example/out",
            "http://localhost:8082/out",
            "https://localhost:8081/out",
        ] {
            assert_eq!(register(other, false), Err(BadFrontChannel::Origin), "{other}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", "com.example.app:/out", "http://app.example/out", "out"]
        {
            assert_eq!(register(bad, false), Err(BadFrontChannel::Address), "{bad}");
        }
        assert!(register("https://app.example:443/out", false).is_ok());
    }

    #[test]
    fn issuer_and_session_are_told_when_they_are_wanted_and_a_query_is_kept() {
        let page =
            |session| register("https://app.example/out?a=%20b", session).unwrap().page("https://op.example", "s 1");
        assert_eq!(page(false).as_str(), "https://app.example/out?a=%20b");
        assert_eq!(page(true).as_str(), "https://app.example/out?a=%20b&iss=https%3A%2F%2Fop.example&sid=s+1");
    }
}
