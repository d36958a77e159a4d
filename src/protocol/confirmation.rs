//! To which key a token is bound (RFC 7800 §3.1): what stands in its `cnf`.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{dpop::BadProof, error::Refusal};
use crate::base::digest::Digest;

/// SHA-256 of a public key (RFC 7638) or of a certificate (RFC 8705 §3.1), on the wire in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thumbprint(pub Digest);

/// What whoever presents a token must hold beside it.
///
/// The store keeps the thumbprint alone: no text is both a key and a certificate, since one begins with `{` and the other
/// with a byte of DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The private key of DPoP proofs (RFC 9449 §6).
    #[serde(rename = "jkt")]
    Key(Thumbprint),
    /// The certificate of the connection (RFC 8705 §3).
    #[serde(rename = "x5t#S256")]
    Certificate(Thumbprint),
}

impl Confirmation {
    /// What the store keeps of it.
    pub const fn digest(&self) -> Digest {
        match self {
            Self::Key(Thumbprint(digest)) | Self::Certificate(Thumbprint(digest)) => *digest,
        }
    }

    /// The type of a token that is bound so (RFC 9449 §5, RFC 6750), or not at all.
    pub const fn token_type(bound: Option<Self>) -> &'static str {
        match bound {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }
}

/// Which access tokens a client takes (RFC 9449 §5.2, RFC 8705 §3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Bound to the key that it shows, and to none when it shows none.
    #[default]
    AsShown,
    /// Bound to the key of a proof alone: `dpop_bound_access_tokens`.
    Dpop,
    /// Bound to its certificate, unless it shows a proof: `tls_client_certificate_bound_access_tokens`.
    Certificate,
}

impl Binding {
    /// Refuses to issue what the client must not be given.
    pub const fn admits(self, bound: Option<Confirmation>) -> Result<(), Refusal> {
        match (self, bound) {
            (Self::AsShown, _) | (Self::Dpop, Some(Confirmation::Key(_))) | (Self::Certificate, Some(_)) => Ok(()),
            (Self::Dpop, _) => Err(Refusal::DpopProof(BadProof::Missing)),
            (Self::Certificate, None) => Err(Refusal::CertificateMissing),
        }
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.bytes()))
    }
}

/// The text is not 43 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a thumbprint is SHA-256 in base64url")]
pub struct NoThumbprint;

impl FromStr for Thumbprint {
    type Err = NoThumbprint;
    fn from_str(text: &str) -> Result<Self, NoThumbprint> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NoThumbprint)?;
        Digest::from_slice(&bytes).map(Self).ok_or(NoThumbprint)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_member_and_none_passes_for_the_other() {
        let print = Thumbprint(Digest::of(b"x"));
        for (bound, member) in [(Confirmation::Key(print), "jkt"), (Confirmation::Certificate(print), "x5t#S256")] {
            let text = serde_json::to_string(&bound).unwrap();
            assert_eq!(text, format!("{{\"{member}\":\"{print}\"}}"));
            assert_eq!(serde_json::from_str::<Confirmation>(&text).unwrap(), bound);
        }
        for bad in ["{}", r#"{"jkt":"short"}"#, r#"{"jkt":1}"#, r#"{"x5t":"x"}"#] {
            assert!(serde_json::from_str::<Confirmation>(bad).is_err(), "{bad}");
        }
    }
}
