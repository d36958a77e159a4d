//! The signature algorithms this provider signs with, and those it takes from clients (RFC 7518 §3.1, RFC 8037 §3.1).

use std::{fmt, str::FromStr};

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

/// How a token is signed. `none` and HMAC are not among them (R18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SigningAlg {
    /// ECDSA with P-256 and SHA-256: small and fast, the default for clients registered here.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256: what every OpenID Connect library must know.
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlg {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];

    /// Its name in a JWS header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// How a client signs what it proves itself or its requests by. `none` and HMAC are not among them (R18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ProofAlg {
    /// RSA PKCS #1 v1.5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl ProofAlg {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// Its name in a JWS header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl From<ProofAlg> for Algorithm {
    fn from(alg: ProofAlg) -> Self {
        match alg {
            ProofAlg::Rs256 => Self::RS256,
            ProofAlg::Ps256 => Self::PS256,
            ProofAlg::Es256 => Self::ES256,
            ProofAlg::EdDsa => Self::EdDSA,
        }
    }
}

impl fmt::Display for SigningAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SigningAlg {
    type Err = UnknownAlg;
    fn from_str(text: &str) -> Result<Self, UnknownAlg> {
        Self::ALL.into_iter().find(|alg| alg.name() == text).ok_or(UnknownAlg)
    }
}

/// The name is none of ES256, RS256, EdDSA.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the signature algorithm must be ES256, RS256 or EdDSA")]
pub struct UnknownAlg;
