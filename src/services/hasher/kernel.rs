//! The Argon2 computation itself: a fast kernel that was vetted, the portable one that stays in charge, and the checks
//! by which the fast one loses its place at the first doubt.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use argon2::{Algorithm, Argon2, Params, Version};
use argon2_rust::{
    self as fast,
    params::{Memory, TagLen},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use zeroize::Zeroizing;

use super::cost::Cost;

/// Kept mapped by each hashing thread, in KiB; a larger cost gets an arena for one shot.
const POOL_KIB: u32 = 19_456;
/// One computation in so many is done by both kernels.
const CROSS_CHECK_EVERY: u64 = 1000;

thread_local! {
    /// Its memory is mapped when it is first needed, and until the thread rests.
    static ARENA: RefCell<fast::Hasher> = RefCell::new(
        fast::Argon2::new(fast::Algorithm::Argon2id, fast::Version::V0x13, fast::Params::OWASP).hasher(),
    );
}

/// Gives this thread's memory back to the operating system, wiped.
pub(super) fn rest() {
    ARENA.with_borrow_mut(fast::Hasher::clear);
}

/// The real kernel proves itself once per process.
static FAST_PASSES: LazyLock<bool> = LazyLock::new(|| passes_self_test(fast_kernel));

/// All that a raw hash depends on.
pub(super) struct Recipe<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) version: Version,
    pub(super) params: &'a Params,
    pub(super) password: &'a [u8],
    pub(super) salt: &'a [u8],
}

/// Writes the raw hash into a tag of the length that the parameters want; `None` when it cannot.
type Compute = fn(&Recipe, &mut [u8]) -> Option<()>;

/// Computes raw hashes; falls back to the portable kernel for good when the fast one is caught in an error.
pub(super) struct Kernel {
    fast: Compute,
    proved: LazyLock<bool>,
    caught: AtomicBool,
    computed: AtomicU64,
}

impl Kernel {
    /// The fast kernel if it passes its self-test, unless `portable` asks for the other. The test runs when it is first
    /// needed.
    pub(super) fn new(portable: bool) -> Self {
        Self::with(fast_kernel, if portable { || false } else { || *FAST_PASSES })
    }

    fn with(fast: Compute, proof: fn() -> bool) -> Self {
        Self { fast, proved: LazyLock::new(proof), caught: AtomicBool::new(false), computed: AtomicU64::new(0) }
    }

    /// Whether the fast kernel is in use.
    pub(super) fn is_fast(&self) -> bool {
        *self.proved && !self.caught.load(Ordering::Relaxed)
    }

    /// Computes a raw hash into `tag`.
    pub(super) fn compute(&self, recipe: &Recipe, tag: &mut [u8]) -> Option<()> {
        // The fast kernel knows neither field; no hash of ours has one.
        let plain = recipe.params.keyid().is_empty() && recipe.params.data().is_empty();
        if !plain || !self.is_fast() {
            return portable_kernel(recipe, tag);
        }
        match catch_unwind(AssertUnwindSafe(|| (self.fast)(recipe, tag))) {
            Ok(Some(())) => self.cross_check(recipe, tag),
            Ok(None) => portable_kernel(recipe, tag),
            Err(_) => {
                self.distrust("it panicked");
                portable_kernel(recipe, tag)
            }
        }
    }

    fn cross_check(&self, recipe: &Recipe, tag: &mut [u8]) -> Option<()> {
        if self.computed.fetch_add(1, Ordering::Relaxed) % CROSS_CHECK_EVERY != CROSS_CHECK_EVERY - 1 {
            return Some(());
        }
        let mut again = Zeroizing::new(vec![0; tag.len()]);
        portable_kernel(recipe, &mut again)?;
        if *again != *tag {
            self.distrust("it computed a wrong hash");
            tag.copy_from_slice(&again);
        }
        Some(())
    }

    fn distrust(&self, reason: &'static str) {
        self.caught.store(true, Ordering::Relaxed);
        tracing::error!(reason, "the fast password kernel is disabled until the next start; the portable one goes on");
    }
}

fn portable_kernel(r: &Recipe, tag: &mut [u8]) -> Option<()> {
    Argon2::new(r.algorithm, r.version, r.params.clone()).hash_password_into(r.password, r.salt, tag).ok()
}

fn fast_kernel(r: &Recipe, tag: &mut [u8]) -> Option<()> {
    let params = fast::Params::builder().memory(Memory::kib(r.params.m_cost().into()));
    let params = params.passes(r.params.t_cost()).lanes(r.params.p_cost());
    // Its own threads stay off: they spin when the processors are busy.
    let params = params.threads(1).tag_len(TagLen::bytes(tag.len() as u64)).build().ok()?;
    let algorithm = fast::Algorithm::from_u32(r.algorithm as u32)?;
    let kernel = fast::Argon2::new(algorithm, fast::Version::from_u32(r.version as u32)?, params);
    if r.params.m_cost() > POOL_KIB {
        return kernel.hash_into(r.password, r.salt, tag).ok();
    }
    ARENA.with_borrow_mut(|arena| {
        arena.set_argon2(kernel);
        arena.hash_into(r.password, r.salt, tag).ok()
    })
}

/// Known answers for this password and salt, from the reference implementation: computing them anew at every start
/// would take the portable kernel's memory and time.
const SELF_TEST: (&[u8], &[u8]) = (b"self-test", b"self-test-salt");
const ANSWERS: [(Cost, &str); 3] = [
    (Cost { memory_kib: 19_456, passes: 2, lanes: 1 }, "aJNU0dKMXoI3vvmJsDjD4+J99cjXIujPp15Mn5P7A8U"),
    (Cost { memory_kib: 64, passes: 3, lanes: 4 }, "TTqdnq9f/I57hp8ycJ14xgsAWfddQizmKxUFMSzz9I4"),
    (Cost { memory_kib: 67, passes: 1, lanes: 3 }, "JpwZdRaXNU2DrroBl7LEq76iSs3tRyczVTHs081KroM"),
];

fn passes_self_test(kernel: Compute) -> bool {
    let passes = ANSWERS.iter().all(|(cost, answer)| {
        let Some(params) = cost.params() else { return false };
        let (password, salt) = SELF_TEST;
        let recipe =
            Recipe { algorithm: Algorithm::Argon2id, version: Version::V0x13, params: &params, password, salt };
        let mut tag = [0; 32];
        let ran = catch_unwind(AssertUnwindSafe(|| kernel(&recipe, &mut tag)));
        matches!(ran, Ok(Some(()))) && STANDARD_NO_PAD.encode(tag) == *answer
    });
    if !passes {
        tracing::error!("the fast password kernel failed its self-test; the portable one is used");
    }
    passes
}

#[cfg(test)]
mod tests {
    use argon2::ParamsBuilder;

    use super::*;
    use crate::base::entropy::Entropy;

    fn recipe<'a>(params: &'a Params, password: &'a [u8], salt: &'a [u8]) -> Recipe<'a> {
        Recipe { algorithm: Algorithm::Argon2id, version: Version::V0x13, params, password, salt }
    }

    #[expect(clippy::unnecessary_wraps, reason = "a kernel's signature")]
    fn lies(_: &Recipe, tag: &mut [u8]) -> Option<()> {
        tag.fill(7);
        Some(())
    }

    fn panics(_: &Recipe, _: &mut [u8]) -> Option<()> {
        panic!("a kernel that panics")
    }

    #[test]
    fn both_kernels_give_the_vectors_of_rfc_9106() {
        const VECTORS: [(Algorithm, &str); 3] = [
            (Algorithm::Argon2d, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"),
            (Algorithm::Argon2i, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"),
            (Algorithm::Argon2id, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
        ];
        let (password, salt, secret, ad) = ([1; 32], [2; 16], [3; 8], [4; 12]);
        let params = ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .output_len(32)
            .data(argon2::AssociatedData::new(&ad).unwrap())
            .build()
            .unwrap();
        let fast_params = fast::Params::builder().memory(Memory::kib(32)).passes(3).lanes(4).threads(1);
        let fast_params = fast_params.tag_len(TagLen::bytes(32)).build().unwrap();
        for (algorithm, wanted) in VECTORS {
            let hex = |tag: [u8; 32]| tag.iter().fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
            let (mut x, mut y) = ([0; 32], [0; 32]);
            let portable = Argon2::new_with_secret(&secret, algorithm, Version::V0x13, params.clone()).unwrap();
            portable.hash_password_into(&password, &salt, &mut x).unwrap();
            let theirs = fast::Algorithm::from_u32(algorithm as u32).unwrap();
            let kernel = fast::Argon2::new(theirs, fast::Version::V0x13, fast_params);
            kernel.hash_into_with_ad(&password, &salt, &secret, &ad, &mut y).unwrap();
            assert_eq!((hex(x).as_str(), hex(y).as_str()), (wanted, wanted));
        }
    }

    #[test]
    fn both_kernels_agree_on_seeded_parameters_below_and_above_the_arena() {
        let entropy = Entropy::danger_seeded(9106);
        // Above, then below, then above: an arena that is reused must not remember.
        let large = [(POOL_KIB, 1, 1), (POOL_KIB + 544, 1, 2), (8, 1, 1), (POOL_KIB + 1, 1, 1), (POOL_KIB, 1, 3)];
        let small = (0..300).map(|_| {
            let lanes = 1 + entropy.below(4);
            (lanes * 8 + entropy.below(200), 1 + entropy.below(3), lanes)
        });
        for (memory, passes, lanes) in large.into_iter().chain(small) {
            let length = 4 + entropy.below(61) as usize;
            let params = Params::new(memory, passes, lanes, Some(length)).unwrap();
            let mut password = vec![0; entropy.below(300) as usize];
            let mut salt = vec![0; 8 + entropy.below(41) as usize];
            entropy.fill(&mut password);
            entropy.fill(&mut salt);
            let algorithm = [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id][entropy.below(3) as usize];
            let version = [Version::V0x10, Version::V0x13][entropy.below(2) as usize];
            let recipe = Recipe { algorithm, version, params: &params, password: &password, salt: &salt };
            let (mut x, mut y) = (vec![0; length], vec![1; length]);
            fast_kernel(&recipe, &mut x).unwrap();
            portable_kernel(&recipe, &mut y).unwrap();
            assert_eq!(x, y, "{params:?} {algorithm:?} {version:?}");
        }
    }

    #[test]
    fn the_portable_kernel_gives_the_answers_of_the_self_test_too() {
        assert!(passes_self_test(portable_kernel));
    }

    #[test]
    fn a_thread_keeps_one_arena_whatever_it_hashes_and_none_when_it_rests() {
        let blocks = || ARENA.with_borrow(fast::Hasher::reserved_blocks);
        for memory in [POOL_KIB, 64, POOL_KIB + 1024] {
            let params = Params::new(memory, 1, 1, Some(32)).unwrap();
            fast_kernel(&recipe(&params, b"pw", b"saltsalt"), &mut [0; 32]).unwrap();
            assert_eq!(blocks(), POOL_KIB as usize, "{memory} KiB");
        }
        rest();
        assert_eq!(blocks(), 0);
    }

    /// What this process has mapped without a name: where, and how much.
    fn anonymous_mappings() -> Vec<(u64, usize)> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let ranges = maps.lines().filter(|line| line.split_whitespace().count() == 5).filter_map(|line| {
            let (from, to) = line.split_once(' ')?.0.split_once('-')?;
            let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
            Some((from, usize::try_from(to - from).ok()?))
        });
        ranges.collect()
    }

    #[test]
    fn the_arena_is_zero_after_a_hash() {
        use std::os::unix::fs::FileExt as _;
        const ALONE: &str = "PHUONG_TEST_ALONE";
        const KIB: u32 = 13_337;
        if std::env::var_os(ALONE).is_none() {
            // In a process of its own, where no other test maps memory meanwhile.
            let name = "services::hasher::kernel::tests::the_arena_is_zero_after_a_hash";
            let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
            let done = alone.args(["--exact", name]).env(ALONE, "1").output().unwrap();
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success() && said.contains("1 passed"), "{said}");
            return;
        }
        let before = anonymous_mappings();
        let params = fast::Params::builder().memory(Memory::kib(KIB.into())).passes(1).lanes(1).threads(1);
        let params = params.tag_len(TagLen::bytes(32)).build().unwrap();
        let mut hasher = fast::Argon2::new(fast::Algorithm::Argon2id, fast::Version::V0x13, params).hasher();
        hasher.hash_into(b"mat khau", b"saltsalt", &mut [0; 32]).unwrap();
        assert!(hasher.reserved_blocks() >= KIB as usize - 4, "the memory is still there");
        let size = hasher.reserved_blocks() * 1024;
        let new = anonymous_mappings().into_iter().filter(|range| !before.contains(range) && range.1 >= size);
        let (from, length) = new.min_by_key(|(_, length)| *length).expect("the arena is a mapping of its own");
        let mut bytes = vec![1; length];
        std::fs::File::open("/proc/self/mem").unwrap().read_exact_at(&mut bytes, from).unwrap();
        assert!(bytes.iter().all(|byte| *byte == 0), "something of the password's memory is left");
    }

    #[test]
    fn a_kernel_that_lies_or_panics_fails_the_self_test_and_the_right_one_passes() {
        assert!(!passes_self_test(lies));
        assert!(!passes_self_test(panics));
        assert!(*FAST_PASSES);
        assert!(!Kernel::with(lies, || passes_self_test(lies)).is_fast());
        assert!(!Kernel::new(true).is_fast());
        assert!(Kernel::new(false).is_fast());
    }

    #[test]
    fn a_kernel_that_begins_to_lie_is_caught_within_a_thousand_hashes_and_never_used_again() {
        let kernel = Kernel::with(lies, || true);
        let params = Params::new(8, 1, 1, Some(32)).unwrap();
        let recipe = recipe(&params, b"pw", b"saltsalt");
        let (mut tag, mut right) = ([0; 32], [0; 32]);
        portable_kernel(&recipe, &mut right).unwrap();
        let hashes = (1..=2 * CROSS_CHECK_EVERY).find(|_| {
            kernel.compute(&recipe, &mut tag).unwrap();
            !kernel.is_fast()
        });
        assert_eq!(hashes, Some(CROSS_CHECK_EVERY));
        assert_eq!(tag, right, "the caught hash was computed again");
        kernel.compute(&recipe, &mut tag).unwrap();
        assert_eq!(tag, right);
    }

    #[test]
    fn a_kernel_that_panics_is_replaced_within_the_same_hash() {
        let kernel = Kernel::with(panics, || true);
        let params = Params::new(8, 1, 1, Some(32)).unwrap();
        let recipe = recipe(&params, b"pw", b"saltsalt");
        let (mut tag, mut right) = ([0; 32], [0; 32]);
        kernel.compute(&recipe, &mut tag).unwrap();
        portable_kernel(&recipe, &mut right).unwrap();
        assert_eq!(tag, right);
        assert!(!kernel.is_fast());
    }

    #[test]
    fn the_lock_file_pins_the_vetted_kernel_and_its_own_threads_stay_off() {
        let read = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
        let lock = read(include_str!("../../../Cargo.lock"));
        let mut packages = lock["package"].as_array().unwrap().iter();
        let locked = packages.find(|package| package["name"].as_str() == Some("argon2-rust")).unwrap();
        assert_eq!(locked["version"].as_str(), Some("1.1.0"));
        let manifest = read(include_str!("../../../Cargo.toml"));
        let wanted = &manifest["dependencies"]["argon2-rust"];
        assert_eq!(wanted["version"].as_str(), Some("=1.1.0"));
        assert_eq!(wanted["default-features"].as_bool(), Some(false));
        let features: Vec<_> = wanted["features"].as_array().unwrap().iter().filter_map(|f| f.as_str()).collect();
        assert_eq!(features, ["std", "zeroize-memory"]);
    }
}
