//! What an app is told of the browser's state, so that a frame of ours can tell it of changes (Session Management 1.0 §3,
//! §4.2; `views/assets/check-session.js` computes the same).

use url::Url;

use super::{address, client::ClientId};
use crate::base::digest::{Digest, hex};

/// The `session_state` of an answer to `uri`: salted and hashed with the app and the origin that asks, so that it tells
/// nothing to anybody else. `None` for an address that is not of the web, which can frame nothing.
pub fn session_state(client: &ClientId, uri: &str, browser_state: &str, salt: &str) -> Option<String> {
    let origin = address::origin(&Url::parse(uri).ok()?)?;
    let hash = Digest::of(format!("{client} {origin} {browser_state} {salt}").as_bytes());
    Some(format!("{}.{salt}", hex(hash.bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_state_is_of_one_app_at_one_origin_in_one_state() {
        let state = |id: &str, uri, browser, salt| session_state(&ClientId(id.into()), uri, browser, salt).unwrap();
        let own = state("a", "https://a.example/cb", "b", "s");
        // printf 'a https://a.example b s' | sha256sum
        assert_eq!(own, "dab49b1b66462809068b9efea12873c806a7128c08a236212060452692a81921.s");
        assert_eq!(own, state("a", "https://a.example:443/other?x=1", "b", "s"));
        for other in [
            state("x", "https://a.example/cb", "b", "s"),
            state("a", "https://x.example/cb", "b", "s"),
            state("a", "https://a.example/cb", "x", "s"),
            state("a", "https://a.example/cb", "b", "x"),
        ] {
            assert_ne!(own, other);
        }
        assert!(!own.contains(' '), "§2");
        assert_eq!(session_state(&ClientId("a".into()), "com.example.app:/cb", "b", "s"), None);
    }
}
