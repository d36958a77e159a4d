//! A private signing key, parsed once and held: parsing it at every signature costs more than the signature.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, RSAKeyType, ThumbprintHash,
};
use zeroize::Zeroizing;

use super::KeyError;
use crate::protocol::alg::SigningAlg;

/// Signs. The key's id is its RFC 7638 thumbprint, so no two keys share one.
pub struct Signer {
    kid: String,
    pair: Pair,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(Box<RsaKeyPair>),
    EdDsa(Ed25519KeyPair),
}

impl Signer {
    /// A new private key in PKCS #8, from the system's randomness (the only kind aws-lc makes keys from).
    ///
    /// `rsa_bits`: 2048 or 3072; anything else is taken for 2048.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    pub fn generate(alg: SigningAlg, rsa_bits: u32) -> Zeroizing<Vec<u8>> {
        const NO_RANDOMNESS: &str = "the operating system gives randomness for a key";
        let der = match alg {
            SigningAlg::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .expect(NO_RANDOMNESS)
                .as_ref()
                .to_vec(),
            SigningAlg::Rs256 => {
                let size = if rsa_bits == 3072 { KeySize::Rsa3072 } else { KeySize::Rsa2048 };
                let pair = RsaKeyPair::generate(size).expect(NO_RANDOMNESS);
                let der: Pkcs8V1Der<'_> = pair.as_der().expect(NO_RANDOMNESS);
                der.as_ref().to_vec()
            }
            SigningAlg::EdDsa => {
                Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8()).expect(NO_RANDOMNESS).as_ref().to_vec()
            }
        };
        Zeroizing::new(der)
    }

    /// The signer of a private key in PKCS #8.
    pub fn from_pkcs8(alg: SigningAlg, der: &[u8]) -> Result<Self, KeyError> {
        let malformed = |e: aws_lc_rs::error::KeyRejected| KeyError::Malformed(format!("{alg}: {e}"));
        let pair = match alg {
            SigningAlg::Es256 => {
                Pair::Es256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(malformed)?)
            }
            SigningAlg::Rs256 => Pair::Rs256(Box::new(RsaKeyPair::from_pkcs8(der).map_err(malformed)?)),
            SigningAlg::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(der).map_err(malformed)?),
        };
        let mut signer = Self { kid: String::new(), pair };
        let thumbprint = signer.public_jwk().thumbprint(ThumbprintHash::SHA256);
        signer.kid = thumbprint.map_err(|e| KeyError::Malformed(format!("{alg}: {e}")))?;
        Ok(signer)
    }

    /// The key id in JWS headers and in the JWKS.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm.
    pub const fn alg(&self) -> SigningAlg {
        match self.pair {
            Pair::Es256(_) => SigningAlg::Es256,
            Pair::Rs256(_) => SigningAlg::Rs256,
            Pair::EdDsa(_) => SigningAlg::EdDsa,
        }
    }

    /// The signature over `message`, in JWS form.
    ///
    /// # Panics
    /// When the operating system has no randomness for an ECDSA nonce.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match &self.pair {
            Pair::Es256(pair) => {
                pair.sign(&rng, message).expect("the operating system gives randomness for a nonce").as_ref().to_vec()
            }
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut signature)
                    .expect("the buffer has the modulus' length");
                signature
            }
            Pair::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// The public half, as it stands in the JWKS.
    pub fn public_jwk(&self) -> Jwk {
        let (key_algorithm, algorithm) = match &self.pair {
            Pair::Es256(pair) => {
                // 0x04 ‖ x ‖ y (SEC 1 §2.3.3).
                let point = pair.public_key().as_ref();
                let parameters = EllipticCurveKeyParameters {
                    key_type: EllipticCurveKeyType::EC,
                    curve: EllipticCurve::P256,
                    x: URL_SAFE_NO_PAD.encode(&point[1..33]),
                    y: URL_SAFE_NO_PAD.encode(&point[33..65]),
                };
                (KeyAlgorithm::ES256, AlgorithmParameters::EllipticCurve(parameters))
            }
            Pair::Rs256(pair) => {
                let key = pair.public_key();
                let parameters = RSAKeyParameters {
                    key_type: RSAKeyType::RSA,
                    n: URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero()),
                    e: URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero()),
                };
                (KeyAlgorithm::RS256, AlgorithmParameters::RSA(parameters))
            }
            Pair::EdDsa(pair) => {
                let parameters = OctetKeyPairParameters {
                    key_type: OctetKeyPairType::OctetKeyPair,
                    curve: EllipticCurve::Ed25519,
                    x: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
                };
                (KeyAlgorithm::EdDSA, AlgorithmParameters::OctetKeyPair(parameters))
            }
        };
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(key_algorithm),
            key_id: Some(self.kid.clone()),
            ..CommonParameters::default()
        };
        Jwk { common, algorithm }
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}, {})", self.alg(), self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey, crypto::verify};

    #[test]
    fn what_each_algorithm_signs_its_published_key_verifies() {
        for (alg, name) in [
            (SigningAlg::Es256, Algorithm::ES256),
            (SigningAlg::Rs256, Algorithm::RS256),
            (SigningAlg::EdDsa, Algorithm::EdDSA),
        ] {
            let signer = Signer::from_pkcs8(alg, &Signer::generate(alg, 2048)).unwrap();
            let key = DecodingKey::from_jwk(&signer.public_jwk()).unwrap();
            let signature = URL_SAFE_NO_PAD.encode(signer.sign(b"message"));
            assert!(verify(&signature, b"message", &key, name).unwrap(), "{alg}");
            assert!(!verify(&signature, b"another", &key, name).unwrap(), "{alg}");
        }
    }

    #[test]
    fn a_key_of_another_algorithm_is_refused() {
        let der = Signer::generate(SigningAlg::EdDsa, 0);
        assert!(matches!(Signer::from_pkcs8(SigningAlg::Es256, &der), Err(KeyError::Malformed(_))));
    }
}
