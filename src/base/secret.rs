//! What must not be printed, compared byte by byte, or left in memory.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
pub use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{digest::Digest, entropy::Entropy};

/// 256 random bits in base64url: an authorization code, a refresh token, a session cookie, a client secret.
///
/// It is shown to its owner once; the store keeps its [`Digest`].
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new token.
    pub fn random(entropy: &Entropy) -> Self {
        Self::from_bytes(&Zeroizing::new(entropy.bytes::<32>()))
    }

    /// The token that these bytes spell: for tokens derived from others.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token as somebody presented it: any text; one that was never issued has a digest nobody stored.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the store keeps of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Compares without telling by its duration where the difference is.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r50_a_token_does_not_print() {
        let token = Token::random(&Entropy::danger_seeded(1));
        assert_eq!(token.expose().len(), 43);
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
