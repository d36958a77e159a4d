//! Redirect URIs: what may be registered, and what matches (RFC 9700 §2.1, RFC 8252 §7).

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::address::has_plain_host;

/// A registered redirect URI: the very text that was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a redirect URI is not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirect {
    /// Not an absolute URI in the form in which a browser would send it.
    #[error("{0}: not an absolute address written plainly")]
    Malformed(String),
    /// It carries a fragment.
    #[error("{0}: a fragment (#…) is not allowed")]
    Fragment(String),
    /// It carries a user name or a password.
    #[error("{0}: a user name in the address is not allowed")]
    Userinfo(String),
    /// It carries a wildcard.
    #[error("{0}: wildcards are not allowed; register each address")]
    Wildcard(String),
    /// Not https, not loopback, not a native client's own scheme.
    #[error("{0}: must be https (http only for localhost; com.example.app:/… only for native apps)")]
    Scheme(String),
}

impl BadRedirect {
    /// The address, as it was given.
    pub fn address(&self) -> &str {
        match self {
            Self::Malformed(text)
            | Self::Fragment(text)
            | Self::Userinfo(text)
            | Self::Wildcard(text)
            | Self::Scheme(text) => text,
        }
    }
}

impl RedirectUri {
    /// Checks an address that is to be registered (R2). `native` clients may use a reverse-domain scheme of their own.
    pub fn register(text: &str, native: bool) -> Result<Self, BadRedirect> {
        let bad = |why: fn(String) -> BadRedirect| Err(why(text.to_owned()));
        // Browsers strip TAB, CR and LF and repair backslashes: what they repair is refused before it is parsed.
        if text.len() > 2048 || text.bytes().any(|b| b <= b' ' || b == b'\\' || b >= 0x7f) {
            return bad(BadRedirect::Malformed);
        }
        let Ok(url) = Url::parse(text) else { return bad(BadRedirect::Malformed) };
        // `https:app.example` and `https:///app.example` parse, but a browser of ours takes the first for a path here.
        let plain = |rest: &str| rest.starts_with("://") && !rest.starts_with(":///");
        if matches!(url.scheme(), "http" | "https") && !text.strip_prefix(url.scheme()).is_some_and(plain) {
            return bad(BadRedirect::Malformed);
        }
        if text.contains('#') {
            return bad(BadRedirect::Fragment);
        }
        if text.contains('*') {
            return bad(BadRedirect::Wildcard);
        }
        let authority = text.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(""));
        if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
            return bad(BadRedirect::Userinfo);
        }
        if matches!(url.scheme(), "http" | "https") && !says_its_host(authority, &url) {
            return bad(BadRedirect::Malformed);
        }
        let allowed = match url.scheme() {
            "https" => has_plain_host(&url),
            "http" => is_loopback(&url),
            scheme => native && scheme.contains('.') && url.host().is_none(),
        };
        if allowed { Ok(Self(text.to_owned())) } else { bad(BadRedirect::Scheme) }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request's redirect URI is this one: byte for byte; only the port of a loopback address may vary, since
    /// a native app takes any that is free (R1).
    pub fn matches(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        let (Some(ours), Some(theirs)) = (without_loopback_port(&self.0), without_loopback_port(asked)) else {
            return false;
        };
        ours == theirs
    }
}

/// Whether the host stands there as it is: `%61pp.example` and `0x7f.1` are one host to a browser and another to whoever
/// compares texts. Capitals mislead nobody.
fn says_its_host(authority: &str, url: &Url) -> bool {
    let written = authority.to_ascii_lowercase();
    let rest = url.host_str().and_then(|host| written.strip_prefix(host));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// `http://127.0.0.1` or `http://[::1]` (RFC 8252 §7.3 names the literal addresses, not `localhost`), and what follows
/// the port.
fn without_loopback_port(text: &str) -> Option<(&str, &str)> {
    let prefix = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|prefix| text.starts_with(prefix))?;
    let rest = &text[prefix.len()..];
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            port[..digits].parse::<u16>().ok()?;
            &port[digits..]
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((prefix, rest))
}

/// Whether the address never leaves this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The address with `pairs` appended to its query; a registered query is kept.
pub fn append(uri: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{query}")
}

/// The address with `pairs` as its fragment; a registered address has none (R2).
pub fn with_fragment(uri: &str, pairs: &[(&str, &str)]) -> String {
    let fragment = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{uri}#{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r1_a_redirect_uri_matches_byte_for_byte() {
        let uri = RedirectUri::register("https://app.example/cb?x=1", false).unwrap();
        assert!(uri.matches("https://app.example/cb?x=1"));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?x=1&y=2",
            "https://app.example/cb/?x=1",
            "https://APP.example/cb?x=1",
            "https://app.example:443/cb?x=1",
            "https://app.example/%63b?x=1",
            "https://app.example/x/../cb?x=1",
            "http://app.example/cb?x=1",
            "https://app.example/cb?x=1#",
            "https://app.example@evil.example/cb?x=1",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
    }

    #[test]
    fn r1_only_the_port_of_a_loopback_address_may_vary() {
        let uri = RedirectUri::register("http://127.0.0.1:1234/cb", true).unwrap();
        assert!(uri.matches("http://127.0.0.1:9/cb") && uri.matches("http://127.0.0.1/cb"));
        for other in [
            "http://127.0.0.1:9/cb2",
            "http://localhost:1234/cb",
            "http://127.0.0.1:1234@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:99999/cb",
            "https://127.0.0.1:1234/cb",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
        let named = RedirectUri::register("http://localhost:1234/cb", false).unwrap();
        assert!(!named.matches("http://localhost:9/cb"));
    }

    #[test]
    fn r2_registration_refuses_what_could_lead_elsewhere() {
        for (uri, native) in [
            ("https://*.example/cb", false),
            ("https://app.example/*", false),
            ("https://app.example/cb#x", false),
            ("https://app.example;sandbox/cb", false),
            ("https://user:pw@app.example/cb", false),
            ("https://@app.example/cb", false),
            ("http://app.example/cb", false),
            ("http://10.0.0.1/cb", false),
            ("javascript:alert(1)", true),
            ("JaVaScRiPt:alert(1)", true),
            ("java\tscript:alert(1)", true),
            (" javascript:alert(1)", true),
            ("data:text/html,x", true),
            ("vbscript:x", true),
            ("myapp:/cb", true),
            ("com.example.app:/cb", false),
            ("com.example.app://host/cb", true),
            ("https:\\\\app.example/cb", false),
            ("https:app.example/cb", false),
            ("https:/app.example/cb", false),
            ("https:///app.example/cb", false),
            ("HTTPS://app.example/cb", false),
            ("https://%61pp.example/cb", false),
            ("https://0x7f.1/cb", false),
            ("http://127.1/cb", false),
            ("http://[0:0:0:0:0:0:0:1]/cb", false),
            ("/cb", false),
            ("", false),
        ] {
            assert!(RedirectUri::register(uri, native).is_err(), "{uri}");
        }
        assert!(RedirectUri::register("com.example.app:/cb", true).is_ok());
        for good in [
            "http://localhost:8081/callback",
            "https://App.Example:443/cb",
            "http://[::1]:8081/cb",
            "https://a.example?x",
        ] {
            assert!(RedirectUri::register(good, false).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_registered_query_is_kept() {
        assert_eq!(append("https://a.example/cb?x=1", &[("code", "c d")]), "https://a.example/cb?x=1&code=c+d");
        assert_eq!(append("https://a.example/cb", &[("code", "1")]), "https://a.example/cb?code=1");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,80}", native: bool) {
            if let Ok(uri) = RedirectUri::register(&text, native) {
                prop_assert!(uri.matches(&text));
            }
        }
    }
}
