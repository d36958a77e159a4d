//! The Argon2 computation itself: a fast kernel that was vetted, the portable one that stays in charge, and the checks
//! by which the fast one loses its place at the first doubt.

use std::{
    cell::RefCell,
    sync::{
        LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, Version,
    password_hash::phc::{Output, Salt},
};
use argon2_rust::{
    self as fast,
    params::{Memory, TagLen},
};
use zeroize::Zeroizing;

/// Kept mapped by each hashing thread, in KiB; a larger cost gets an arena for one shot.
const ARENA_KIB: u32 = 19_456;
/// One verification in so many is computed by both kernels.
const CROSS_CHECK_EVERY: u64 = 1000;

thread_local! {
    static ARENA: RefCell<fast::Hasher> = RefCell::new(
        fast::Argon2::new(fast::Algorithm::Argon2id, fast::Version::V0x13, fast::Params::OWASP).hasher(),
    );
}

/// Argon2 parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// OWASP's first choice for Argon2id: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

impl Cost {
    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }

    /// The most that a stored hash may demand: beyond it a hash is refused rather than computed.
    pub const CEILING: Self = Self { memory_kib: 262_144, passes: 16, lanes: 16 };

    fn of(params: &Params) -> Self {
        Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }

    fn within(self, ceiling: Self) -> bool {
        self.memory_kib <= ceiling.memory_kib && self.passes <= ceiling.passes && self.lanes <= ceiling.lanes
    }
}

type Compute = fn(Algorithm, Version, &Params, &[u8], &[u8], &mut [u8]) -> Option<()>;

/// Computes raw hashes; falls back to the portable kernel for good when the fast one is caught in an error.
#[derive(Debug)]
pub(super) struct Kernel {
    fast: Compute,
    trusted: AtomicBool,
    verified: AtomicU64,
}

impl Kernel {
    /// The fast kernel if it passes its self-test, unless `portable` asks for the other.
    pub(super) fn new(portable: bool) -> Self {
        static FAST_PASSES: LazyLock<bool> = LazyLock::new(|| passes_self_test(fast_kernel));
        Self::with(fast_kernel, !portable && *FAST_PASSES)
    }

    fn with(fast: Compute, trusted: bool) -> Self {
        Self { fast, trusted: AtomicBool::new(trusted), verified: AtomicU64::new(0) }
    }

    /// Whether the fast kernel is in use.
    pub(super) fn is_fast(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
    }

    /// The PHC string of a new hash; `None` when the cost is out of Argon2's range.
    pub(super) fn hash(&self, password: &[u8], salt: [u8; 16], cost: Cost) -> Option<String> {
        let params = cost.params()?;
        let mut tag = Zeroizing::new([0; 32]);
        self.compute(Algorithm::Argon2id, Version::V0x13, &params, password, &salt, &mut *tag)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&params).try_into().ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&*tag).ok()?),
        };
        Some(hash.to_string())
    }

    /// Whether the password is that of a PHC string, and at which cost; `None` when the string is no Argon2 hash or
    /// demands too much.
    pub(super) fn verify(&self, phc: &str, password: &[u8]) -> Option<(bool, Cost)> {
        let hash = PasswordHash::new(phc).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let cost = Cost::of(&params);
        if !cost.within(Cost::CEILING) {
            return None;
        }
        let (salt, wanted) = (hash.salt?, hash.hash?);
        let mut tag = Zeroizing::new(vec![0; wanted.len()]);
        let plain = params.keyid().is_empty() && params.data().is_empty();
        if plain {
            self.compute(algorithm, version, &params, password, &salt, &mut tag)?;
        } else {
            portable_kernel(algorithm, version, &params, password, &salt, &mut tag)?;
        }
        // `Output` compares in constant time.
        Some((Output::new(&tag).ok()? == wanted, cost))
    }

    fn compute(
        &self,
        a: Algorithm,
        v: Version,
        p: &Params,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Option<()> {
        if !self.is_fast() || (self.fast)(a, v, p, password, salt, tag).is_none() {
            return portable_kernel(a, v, p, password, salt, tag);
        }
        if self.verified.fetch_add(1, Ordering::Relaxed) % CROSS_CHECK_EVERY == CROSS_CHECK_EVERY - 1 {
            let mut again = Zeroizing::new(vec![0; tag.len()]);
            portable_kernel(a, v, p, password, salt, &mut again)?;
            if *again != *tag {
                self.trusted.store(false, Ordering::Relaxed);
                tracing::error!("the fast password kernel computed a wrong hash; the portable one is used from now on");
                tag.copy_from_slice(&again);
            }
        }
        Some(())
    }
}

fn portable_kernel(a: Algorithm, v: Version, p: &Params, password: &[u8], salt: &[u8], tag: &mut [u8]) -> Option<()> {
    Argon2::new(a, v, p.clone()).hash_password_into(password, salt, tag).ok()
}

fn fast_kernel(a: Algorithm, v: Version, p: &Params, password: &[u8], salt: &[u8], tag: &mut [u8]) -> Option<()> {
    let params = fast::Params::builder().memory(Memory::kib(p.m_cost().into())).passes(p.t_cost()).lanes(p.p_cost());
    // Its own threads stay off: they spin when the processors are busy.
    let params = params.threads(1).tag_len(TagLen::bytes(tag.len() as u64)).build().ok()?;
    let kernel = fast::Argon2::new(fast::Algorithm::from_u32(a as u32)?, fast::Version::from_u32(v as u32)?, params);
    if p.m_cost() > ARENA_KIB {
        return kernel.hash_into(password, salt, tag).ok();
    }
    ARENA.with_borrow_mut(|arena| {
        arena.set_argon2(kernel);
        arena.hash_into(password, salt, tag).ok()
    })
}

fn passes_self_test(kernel: Compute) -> bool {
    [(19_456, 2, 1), (64, 3, 4), (67, 1, 3)].into_iter().all(|(memory_kib, passes, lanes)| {
        let Some(params) = (Cost { memory_kib, passes, lanes }).params() else { return false };
        let (mut x, mut y) = ([0; 32], [1; 32]);
        let run = |compute: Compute, tag: &mut [u8]| {
            compute(Algorithm::Argon2id, Version::V0x13, &params, b"self-test", b"self-test-salt", tag)
        };
        run(kernel, &mut x).is_some() && run(portable_kernel, &mut y).is_some() && x == y
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

    #[expect(clippy::unnecessary_wraps, reason = "a kernel's signature")]
    fn lies(_: Algorithm, _: Version, _: &Params, _: &[u8], _: &[u8], tag: &mut [u8]) -> Option<()> {
        tag.fill(7);
        Some(())
    }

    #[test]
    fn rfc_9106_vectors_hold_in_the_portable_kernel() {
        // RFC 9106 §5.3, with its key and associated data, which only the portable kernel takes.
        let params = argon2::ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
            .build()
            .unwrap();
        let mut tag = [0; 32];
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params)
            .unwrap()
            .hash_password_into(&[1; 32], &[2; 16], &mut tag)
            .unwrap();
        assert_eq!(&tag[..8], &[0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c]);
    }

    #[test]
    fn both_kernels_agree_below_and_above_the_arena() {
        for (memory_kib, passes, lanes) in [(8, 1, 1), (64, 2, 2), (19_456, 1, 1), (20_000, 1, 2), (32, 3, 4)] {
            let params = (Cost { memory_kib, passes, lanes }).params().unwrap();
            for n in 0..3u8 {
                let (password, salt) = (vec![n; usize::from(n) * 17], [n; 16]);
                let (mut x, mut y) = ([0; 32], [1; 32]);
                fast_kernel(Algorithm::Argon2id, Version::V0x13, &params, &password, &salt, &mut x).unwrap();
                portable_kernel(Algorithm::Argon2id, Version::V0x13, &params, &password, &salt, &mut y).unwrap();
                assert_eq!(x, y);
            }
        }
    }

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let kernel = Kernel::new(false);
        let phc = kernel.hash("Hoa phượng".as_bytes(), [9; 16], SMALL).unwrap();
        assert_eq!(kernel.verify(&phc, "Hoa phượng".as_bytes()), Some((true, SMALL)));
        assert_eq!(kernel.verify(&phc, b"Hoa phuong"), Some((false, SMALL)));
    }

    #[test]
    fn hostile_hash_strings_are_refused_without_work() {
        let kernel = Kernel::new(false);
        for phc in [
            "",
            "$",
            "plain",
            "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ",
            "$scrypt$ln=1,r=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
        ] {
            assert_eq!(kernel.verify(phc, b"x"), None, "{phc}");
        }
    }

    #[test]
    fn a_kernel_that_lies_fails_the_self_test_and_the_cross_check() {
        assert!(!passes_self_test(lies));
        assert!(passes_self_test(fast_kernel));
        let kernel = Kernel::with(lies, true);
        kernel.verified.store(CROSS_CHECK_EVERY - 1, Ordering::Relaxed);
        let phc = kernel.hash(b"pw", [1; 16], SMALL).unwrap();
        assert!(!kernel.is_fast());
        assert_eq!(Kernel::new(true).verify(&phc, b"pw"), Some((true, SMALL)), "the caught hash was computed again");
    }
}
