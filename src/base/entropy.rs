//! The only source of randomness.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// Gives random bytes. Cheap to clone; tests hold one that is seeded and therefore repeatable.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<ChaCha12Rng>>),
}

impl Entropy {
    /// The operating system's generator, through aws-lc's.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The same bytes for the same seed. For tests and synthetic data only: whoever knows the seed knows every secret.
    pub fn danger_seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))))
    }

    /// Fills `out` with random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: no secret made after that would be one.
    #[expect(clippy::disallowed_methods, reason = "the one reader of the system's randomness")]
    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            Source::System => aws_lc_rs::rand::fill(out).expect("the operating system gives randomness"),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A number drawn evenly from `0..below`; 0 when `below` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the product are what the method is about")]
    pub fn below(&self, below: u32) -> u32 {
        // Lemire's multiplication, with rejection so that no number is likelier than another.
        if below == 0 {
            return 0;
        }
        let threshold = below.wrapping_neg() % below;
        loop {
            let product = u64::from(u32::from_le_bytes(self.bytes())) * u64::from(below);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Entropy(system)",
            Source::Seeded(_) => "Entropy(seeded)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_clones_go_on_where_the_other_stopped() {
        let (a, b) = (Entropy::danger_seeded(7), Entropy::danger_seeded(7));
        assert_eq!(a.bytes::<16>(), b.bytes::<16>());
        let c = a.clone();
        assert_ne!(a.bytes::<16>(), c.bytes::<16>());
    }

    #[test]
    fn a_draw_stays_below_its_bound_and_reaches_every_number() {
        let entropy = Entropy::danger_seeded(1);
        let mut seen = [false; 10];
        (0..500).for_each(|_| seen[entropy.below(10) as usize] = true);
        assert!(seen.iter().all(|s| *s));
        assert_eq!(entropy.below(0), 0);
    }
}
