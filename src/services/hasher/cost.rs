//! What a hash costs, and the most that a stored one may demand.

use argon2::Params;

/// Argon2 parameters (RFC 9106 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// The most that a stored hash may demand by default: above what other systems' imported hashes use, below what
    /// would hold a thread for a second.
    pub const CEILING: Self = Self { memory_kib: 131_072, passes: 10, lanes: 16 };

    /// Whether Argon2 can be computed at this cost. Configuration asks before the pool is started.
    pub fn is_possible(self) -> bool {
        self.params().is_some()
    }

    pub(super) fn params(self) -> Option<Params> {
        // The library multiplies without a check.
        self.lanes.checked_mul(8)?;
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }

    pub(super) fn of(params: &Params) -> Self {
        Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }

    pub(super) fn within(self, ceiling: Self) -> bool {
        self.memory_kib <= ceiling.memory_kib && self.passes <= ceiling.passes && self.lanes <= ceiling.lanes
    }

    /// The larger of both, one by one.
    pub fn or_more(self, other: Self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(other.memory_kib),
            passes: self.passes.max(other.passes),
            lanes: self.lanes.max(other.lanes),
        }
    }

    /// Blocks to be computed: what the time of a hash is proportional to.
    pub(super) fn work(self) -> u64 {
        (u64::from(self.memory_kib) * u64::from(self.passes)).max(1)
    }

    /// A cost of at least so many blocks, in no more memory than that; `None` when there is nothing to do.
    pub(super) fn of_work(blocks: u64, memory_kib: u32) -> Option<Self> {
        let passes = blocks.div_ceil(memory_kib.into()).max(1);
        let each = u32::try_from(blocks.div_ceil(passes)).ok()?.max(Params::MIN_M_COST).next_multiple_of(4);
        (blocks > 0).then_some(Self { memory_kib: each, passes: u32::try_from(passes).ok()?, lanes: 1 })
    }
}

impl Default for Cost {
    /// OWASP's first choice for Argon2id: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}
