//! Chance that repeats: what is drawn depends on the seed, the kind of thing and its number, and on nothing that was
//! drawn before, so that any school or person can be made without making the others.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The kinds of things that are drawn, each with a stream of its own.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    School = 1,
    Member,
    Pupil,
    Household,
    SheetMess,
    RowMess,
}

/// All the lots of one seed.
#[derive(Clone, Debug)]
pub(super) struct Lots(ChaCha8Rng);

/// The chances of one thing.
pub(super) struct Lot(ChaCha8Rng);

/// 32-bit words set aside per thing. Whoever draws more shares the next one's chances, which harms nobody.
const WORDS: u128 = 128;

impl Lots {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The chances of thing number `ordinal` of a kind.
    pub(super) fn of(&self, stream: Stream, ordinal: u64) -> Lot {
        let mut rng = self.0.clone();
        rng.set_stream(stream as u64);
        rng.set_word_pos(u128::from(ordinal) * WORDS);
        Lot(rng)
    }
}

impl Lot {
    /// A number from `0..below`; 0 when `below` is 0. Its bias (below ÷ 2³²) is of no weight here.
    ///
    /// Our own rather than the library's, whose choice of algorithm, and so our bytes, may change between versions.
    pub(super) fn below(&mut self, below: u32) -> u32 {
        u32::try_from((u64::from(self.0.next_u32()) * u64::from(below)) >> 32).unwrap_or(0)
    }

    /// A place in a list of `len`.
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// True in `n` of a thousand cases.
    pub(super) fn per_mille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// One of a list of things and their weights.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(T, u16)]) -> T {
        let total: u32 = list.iter().map(|(_, weight)| u32::from(*weight)).sum();
        let mut left = self.below(total);
        for (thing, weight) in list {
            match left.checked_sub(u32::from(*weight)) {
                Some(rest) => left = rest,
                None => return *thing,
            }
        }
        list[0].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_draws_the_same_whatever_was_drawn_before_it() {
        let lots = Lots::new(7);
        let first: Vec<u32> = {
            let mut lot = lots.of(Stream::Pupil, 9);
            (0..20).map(|_| lot.below(1000)).collect()
        };
        let _ = lots.of(Stream::Pupil, 8).below(5);
        let again: Vec<u32> = {
            let mut lot = lots.of(Stream::Pupil, 9);
            (0..20).map(|_| lot.below(1000)).collect()
        };
        assert_eq!(first, again);
        assert_ne!(first, {
            let mut lot = lots.of(Stream::Member, 9);
            (0..20).map(|_| lot.below(1000)).collect::<Vec<_>>()
        });
    }

    #[test]
    fn weights_are_kept() {
        let lots = Lots::new(1);
        let heavy = (0..10_000).filter(|n| lots.of(Stream::Pupil, *n).weighted(&[('a', 1), ('b', 3)]) == 'b').count();
        assert!((7300..7700).contains(&heavy), "{heavy}");
    }
}
