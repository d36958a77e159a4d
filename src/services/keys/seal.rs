//! AES-256-GCM with a random nonce in front, bound to what it is for.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::base::{digest::MacKey, entropy::Entropy};

/// Seals and opens. A sealed text made for one purpose does not open for another.
///
/// Random 96-bit nonces are safe for 2^32 messages under one key (NIST SP 800-38D §8.3); derive a key per purpose.
pub struct Sealer {
    key: LessSafeKey,
    entropy: Entropy,
}

/// The text was sealed under another key, for another purpose, or was changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the sealed text does not open")]
pub struct SealError;

impl Sealer {
    /// A sealer under `key`.
    ///
    /// # Panics
    /// Never: a `MacKey` has the 32 bytes that AES-256 takes.
    pub fn new(key: &MacKey, entropy: Entropy) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("32 bytes are an AES-256 key");
        Self { key: LessSafeKey::new(key), entropy }
    }

    /// `nonce ‖ ciphertext ‖ tag`.
    ///
    /// # Panics
    /// Never: AES-GCM takes any text below 64 GiB.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = self.entropy.bytes();
        let mut body = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut body)
            .expect("AES-GCM seals any text below 64 GiB");
        [&nonce[..], &body].concat()
    }

    /// What was sealed for this purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain =
            self.key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).map_err(|_| SealError)?.len();
        body.truncate(plain);
        Ok(body)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&MacKey::from_bytes([1; 32]), Entropy::danger_seeded(1))
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_purpose_only() {
        let sealer = sealer();
        let sealed = sealer.seal("flow", b"secret");
        assert_eq!(sealer.open("flow", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(sealer.open("field", &sealed), Err(SealError));
    }

    #[test]
    fn a_changed_or_shortened_text_does_not_open() {
        let sealer = sealer();
        let sealed = sealer.seal("flow", b"secret");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(sealer.open("flow", &changed), Err(SealError));
            assert_eq!(sealer.open("flow", &sealed[..at]), Err(SealError));
        }
    }
}
