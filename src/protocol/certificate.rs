//! Certificates that clients show when a connection begins (RFC 8705): what they say, and what a client's must say.
//!
//! Owns reading them. That whoever shows one holds its private key, the handshake has shown; whether somebody vouches for
//! what it says, `services::authorities` knows.

use std::{fmt, net::IpAddr, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{JwkSet, ThumbprintHash};
use serde::{Deserialize, Serialize};
use x509_cert::{
    Certificate,
    der::{Decode, Reader, SliceReader, asn1::UintRef},
    ext::pkix::{SubjectAltName, name::GeneralName},
    name::RdnSequence,
    spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned},
};

use super::confirmation::Thumbprint;
use crate::base::{clock::Moment, digest::Digest};

/// A certificate that was shown, with those between it and its authority.
#[derive(Clone, Debug)]
pub struct Shown {
    certificate: Certificate,
    /// DER, the client's own first.
    chain: Vec<Vec<u8>>,
}

impl Shown {
    /// Reads what was shown; nothing when that is not a certificate.
    pub fn read(chain: Vec<Vec<u8>>) -> Option<Self> {
        let certificate = Certificate::from_der(chain.first()?).ok()?;
        Some(Self { certificate, chain })
    }

    /// DER, the client's own first.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// What tokens are bound to (RFC 8705 §3.1).
    pub fn thumbprint(&self) -> Thumbprint {
        Thumbprint(Digest::of(&self.chain[0]))
    }

    /// Whether it is in force.
    pub fn in_time(&self, now: Moment) -> bool {
        let validity = self.certificate.tbs_certificate().validity();
        let [from, to] = [validity.not_before, validity.not_after].map(|time| time.to_unix_duration().as_secs());
        u64::try_from(now.seconds()).is_ok_and(|now| (from..=to).contains(&now))
    }

    /// Whether its key is among a client's (RFC 8705 §2.2).
    pub fn has_key_among(&self, keys: &JwkSet) -> bool {
        let Some(ours) = thumbprint_of(self.certificate.tbs_certificate().subject_public_key_info()) else {
            return false;
        };
        let is_ours = |theirs: String| theirs.parse() == Ok(ours);
        keys.keys.iter().any(|key| key.thumbprint(ThumbprintHash::SHA256).is_ok_and(is_ours))
    }

    /// Whether it says what a client's must say (RFC 8705 §2.1).
    pub fn says(&self, name: &Name) -> bool {
        let tbs = self.certificate.tbs_certificate();
        if let Name::SubjectDn(wanted) = name {
            let subject: &RdnSequence = tbs.subject().as_ref();
            return wanted.parse().is_ok_and(|wanted| same_name(subject, &wanted));
        }
        let Ok(Some((_, SubjectAltName(names)))) = tbs.get_extension::<SubjectAltName>() else { return false };
        names.iter().any(|other| match (name, other) {
            (Name::Dns(wanted), GeneralName::DnsName(said)) => said.as_str().eq_ignore_ascii_case(wanted),
            (Name::Uri(wanted), GeneralName::UniformResourceIdentifier(said))
            | (Name::Email(wanted), GeneralName::Rfc822Name(said)) => said.as_str() == wanted,
            (Name::Ip(wanted), GeneralName::IpAddress(said)) => match wanted {
                IpAddr::V4(ip) => said.as_bytes() == ip.octets(),
                IpAddr::V6(ip) => said.as_bytes() == ip.octets(),
            },
            _ => false,
        })
    }
}

/// The RFC 7638 thumbprint of a certificate's key; nothing for a kind of key that no client proves itself by.
fn thumbprint_of(key: &SubjectPublicKeyInfoOwned) -> Option<Thumbprint> {
    const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
    const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
    let bytes = key.subject_public_key.as_bytes()?;
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = match key.algorithm.oid {
        EC if key.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok()? == P256 && bytes.len() == 65 => {
            // 0x04 ‖ x ‖ y (SEC 1 §2.3.3).
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(&bytes[1..33]), text(&bytes[33..]))
        }
        ED25519 => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(bytes)),
        RSA => {
            let mut reader = SliceReader::new(bytes).ok()?;
            let (n, e) = reader
                .sequence(|inner| Ok::<_, x509_cert::der::Error>((UintRef::decode(inner)?, UintRef::decode(inner)?)))
                .ok()?;
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e.as_bytes()), text(n.as_bytes()))
        }
        _ => return None,
    };
    Some(Thumbprint(Digest::of(jwk.as_bytes())))
}

/// Whether two names are the same, part by part; in which of its character sets a text is written does not matter.
fn same_name(a: &RdnSequence, b: &RdnSequence) -> bool {
    a.len() == b.len()
        && a.iter().zip(b.iter()).all(|(a, b)| {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|(a, b)| a.oid == b.oid && a.value.value() == b.value.value())
        })
}

/// What a client's certificate must say: exactly one of these (RFC 8705 §2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Name {
    /// Its subject, as RFC 4514 writes one.
    #[serde(rename = "tls_client_auth_subject_dn")]
    SubjectDn(String),
    /// A host.
    #[serde(rename = "tls_client_auth_san_dns")]
    Dns(String),
    /// An address.
    #[serde(rename = "tls_client_auth_san_uri")]
    Uri(String),
    /// An IP address.
    #[serde(rename = "tls_client_auth_san_ip")]
    Ip(IpAddr),
    /// A mailbox.
    #[serde(rename = "tls_client_auth_san_email")]
    Email(String),
}

/// What is no name of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: write subject_dn=CN=…,O=…, san_dns=…, san_uri=…, san_ip=… or san_email=…")]
pub struct NoName(String);

impl FromStr for Name {
    type Err = NoName;

    fn from_str(text: &str) -> Result<Self, NoName> {
        let wrong = || NoName(text.to_owned());
        let (kind, value) = text.split_once('=').filter(|(_, value)| !value.is_empty()).ok_or_else(wrong)?;
        match kind {
            "subject_dn" => {
                let parts = value.parse::<RdnSequence>().map_err(|_| wrong())?;
                if parts.is_empty() { Err(wrong()) } else { Ok(Self::SubjectDn(value.to_owned())) }
            }
            "san_dns" => Ok(Self::Dns(value.to_owned())),
            "san_uri" => Ok(Self::Uri(value.to_owned())),
            "san_ip" => value.parse().map(Self::Ip).map_err(|_| wrong()),
            "san_email" => Ok(Self::Email(value.to_owned())),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SubjectDn(text) => write!(f, "subject_dn={text}"),
            Self::Dns(text) => write!(f, "san_dns={text}"),
            Self::Uri(text) => write!(f, "san_uri={text}"),
            Self::Ip(ip) => write!(f, "san_ip={ip}"),
            Self::Email(text) => write!(f, "san_email={text}"),
        }
    }
}
