//! A hash as it is kept: a PHC string, read strictly and within a ceiling.

use argon2::{
    Algorithm, Params, PasswordHash, Version,
    password_hash::phc::{Output, Salt},
};
use zeroize::Zeroizing;

use super::{
    cost::Cost,
    kernel::{Kernel, Recipe},
};
use crate::base::entropy::Entropy;

pub(super) struct Stored {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    tag: Output,
}

impl Stored {
    /// Reads a PHC string; `None` when it is no complete Argon2 hash or demands more than the ceiling.
    pub(super) fn read(phc: &str, ceiling: Cost) -> Option<Self> {
        let hash = PasswordHash::new(phc).ok()?;
        // The library multiplies the lanes without a check: a hostile number of them is refused before it does.
        if hash.params.get_decimal("p").is_some_and(|lanes| lanes > ceiling.lanes) {
            return None;
        }
        let params = Params::try_from(&hash).ok()?;
        if !Cost::of(&params).within(ceiling) {
            return None;
        }
        Some(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str()).ok()?,
            version: Version::try_from(hash.version?).ok()?,
            params,
            salt: hash.salt?,
            tag: hash.hash?,
        })
    }

    /// What nobody's password matches, at the cost of a real one.
    ///
    /// # Panics
    /// When the configured cost is out of Argon2's range, which configuration has checked.
    pub(super) fn decoy(cost: Cost, entropy: &Entropy) -> Self {
        Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: cost.params().expect("configuration refuses an impossible cost"),
            salt: Salt::new(&entropy.bytes::<16>()).expect("16 bytes are a salt's usual length"),
            tag: Output::new(&entropy.bytes::<32>()).expect("32 bytes are a tag's usual length"),
        }
    }

    /// The PHC string of a new hash; `None` when the cost is out of Argon2's range.
    pub(super) fn make(kernel: &Kernel, cost: Cost, password: &[u8], salt: [u8; 16]) -> Option<String> {
        let params = cost.params()?;
        let mut tag = Zeroizing::new([0; 32]);
        let recipe =
            Recipe { algorithm: Algorithm::Argon2id, version: Version::V0x13, params: &params, password, salt: &salt };
        kernel.compute(&recipe, &mut *tag)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&params).try_into().ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&*tag).ok()?),
        };
        Some(hash.to_string())
    }

    /// Whether the password is the one that was hashed; `None` when Argon2 refuses the parameters.
    pub(super) fn matches(&self, kernel: &Kernel, password: &[u8]) -> Option<bool> {
        let mut tag = Zeroizing::new(vec![0; self.tag.len()]);
        let recipe = Recipe {
            algorithm: self.algorithm,
            version: self.version,
            params: &self.params,
            password,
            salt: &self.salt,
        };
        kernel.compute(&recipe, &mut tag)?;
        // `Output` compares in constant time.
        Some(Output::new(&tag).ok()? == self.tag)
    }

    pub(super) fn cost(&self) -> Cost {
        Cost::of(&self.params)
    }

    /// Whether a new hash at this cost would be of the same making.
    pub(super) fn is_like_new(&self, cost: Cost) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.cost() == cost
            && self.salt.len() >= 16
            && self.tag.len() == 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let kernel = Kernel::new(false);
        let phc = Stored::make(&kernel, SMALL, "Hoa phượng".as_bytes(), [9; 16]).unwrap();
        let stored = Stored::read(&phc, Cost::CEILING).unwrap();
        assert_eq!(stored.matches(&kernel, "Hoa phượng".as_bytes()), Some(true));
        assert_eq!(stored.matches(&kernel, b"Hoa phuong"), Some(false));
        assert!(stored.is_like_new(SMALL));
    }

    #[test]
    fn hashes_of_other_systems_verify_and_are_not_like_new() {
        // The reference implementation's own test vectors.
        let kernel = Kernel::new(false);
        for phc in [
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
            "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
        ] {
            let stored = Stored::read(phc, Cost::CEILING).unwrap();
            assert_eq!(stored.matches(&kernel, b"password"), Some(true), "{phc}");
            assert_eq!(stored.matches(&kernel, b"Password"), Some(false), "{phc}");
            assert!(!stored.is_like_new(Cost { memory_kib: 256, passes: 2, lanes: 1 }), "{phc}");
        }
    }

    #[test]
    fn hostile_hash_strings_are_refused_without_work() {
        for phc in [
            "",
            "$",
            "plain",
            "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=1,p=536870912$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=131073,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ",
            "$argon2id$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=1,p=1,x=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$scrypt$ln=1,r=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        ] {
            assert!(Stored::read(phc, Cost::CEILING).is_none(), "{phc}");
        }
    }

    #[test]
    fn mutated_hash_strings_never_panic_and_never_match() {
        let kernel = Kernel::new(true);
        let phc = Stored::make(&kernel, SMALL, b"pw", [9; 16]).unwrap();
        let ceiling = Cost { memory_kib: 128, passes: 2, lanes: 2 };
        let entropy = Entropy::danger_seeded(3);
        for _ in 0..2_000 {
            let mut bytes = phc.clone().into_bytes();
            let at = entropy.below(u32::try_from(bytes.len()).unwrap()) as usize;
            let new = b"$=,0123456789abcdefghijklmnopqrstuvwxyz+/ "[entropy.below(41) as usize];
            if bytes[at] == new {
                continue;
            }
            bytes[at] = new;
            let mutated = String::from_utf8(bytes).unwrap();
            if let Some(stored) = Stored::read(&mutated, ceiling) {
                assert_ne!(stored.matches(&kernel, b"pw"), Some(true), "{mutated}");
            }
        }
    }
}
