//! The hashing pool: one thread per core with its own arena, a queue of about two seconds, and a plain "busy" beyond it.
//!
//! Never tokio's blocking pool: its threads come and go, and each would keep 19 MiB. Threads of lower priority would
//! need `unsafe` or a privilege; the bounded queue is what keeps other work alive.

mod kernel;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

pub use kernel::Cost;
use kernel::Kernel;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::base::entropy::Entropy;

/// How the pool works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Hashing threads: one per core.
    pub threads: usize,
    /// Whether to use the portable kernel only.
    pub portable: bool,
    /// The cost of new hashes.
    pub cost: Cost,
    /// How much work may wait before callers are told to come back.
    pub queue: Duration,
}

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Hasher {
    jobs: mpsc::Sender<Job>,
    shared: Arc<Shared>,
    entropy: Entropy,
    decoy: String,
}

#[derive(Debug)]
struct Shared {
    kernel: Kernel,
    settings: Settings,
    waiting: AtomicU64,
    /// A running mean of one hash, in µs.
    mean_us: AtomicU64,
    spent: AtomicU64,
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked; try again in {retry_after_s} s")]
pub struct Busy {
    /// Seconds.
    pub retry_after_s: u64,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the password is the right one.
    pub matched: bool,
    /// Whether the hash was made at another cost than new ones are.
    pub outdated: bool,
}

struct Job {
    password: Zeroizing<Vec<u8>>,
    work: Work,
}

enum Work {
    Hash { salt: [u8; 16], reply: oneshot::Sender<Option<String>> },
    Verify { phc: String, reply: oneshot::Sender<Option<(bool, Cost)>> },
}

impl Hasher {
    /// Starts the threads; they end when the hasher is dropped.
    ///
    /// # Panics
    /// When the configured cost is out of Argon2's range (configuration checks it) or no thread can be started.
    pub fn start(settings: Settings, entropy: Entropy) -> Self {
        let kernel = Kernel::new(settings.portable);
        let decoy = kernel.hash(b"nobody's password", entropy.bytes(), settings.cost).expect("the cost was checked");
        let shared = Arc::new(Shared {
            kernel,
            waiting: AtomicU64::new(0),
            mean_us: AtomicU64::new(8_000),
            spent: AtomicU64::new(0),
            settings,
        });
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for n in 0..shared.settings.threads.max(1) {
            let (queue, shared) = (queue.clone(), shared.clone());
            let body = move || work(&queue, &shared);
            thread::Builder::new().name(format!("hash-{n}")).spawn(body).expect("the system gives a thread");
        }
        Self { jobs, shared, entropy, decoy }
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: &str) -> Result<String, Busy> {
        let (reply, answer) = oneshot::channel();
        self.queue(password, Work::Hash { salt: self.entropy.bytes(), reply })?;
        answer.await.ok().flatten().ok_or(Busy { retry_after_s: 1 })
    }

    /// Whether the password is that of the PHC string. A string that cannot be read matches nothing.
    pub async fn verify(&self, phc: &str, password: &str) -> Result<Verdict, Busy> {
        let (reply, answer) = oneshot::channel();
        self.queue(password, Work::Verify { phc: phc.to_owned(), reply })?;
        Ok(match answer.await {
            Ok(Some((matched, cost))) => Verdict { matched, outdated: cost != self.shared.settings.cost },
            _ => Verdict { matched: false, outdated: false },
        })
    }

    /// Spends what a verification costs, for a name that nobody has: the answer must not come sooner (R31).
    pub async fn verify_decoy(&self, password: &str) -> Result<(), Busy> {
        self.verify(&self.decoy, password).await.map(drop)
    }

    /// How many hashes were computed so far.
    pub fn spent(&self) -> u64 {
        self.shared.spent.load(Ordering::Relaxed)
    }

    fn queue(&self, password: &str, work: Work) -> Result<(), Busy> {
        let waiting = self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        let mean = self.shared.mean_us.load(Ordering::Relaxed);
        let threads = self.shared.settings.threads.max(1) as u64;
        let wait = Duration::from_micros(waiting.saturating_mul(mean) / threads);
        let job = Job { password: Zeroizing::new(password.as_bytes().to_vec()), work };
        if wait > self.shared.settings.queue || self.jobs.send(job).is_err() {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Busy { retry_after_s: wait.as_secs().max(1) });
        }
        Ok(())
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>, shared: &Shared) {
    loop {
        // Whoever holds the lock waits for a job; the others wait for the lock.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { password, work }) = job else { return };
        let began = Instant::now();
        match work {
            // Nobody waits any more: nothing is computed for them.
            Work::Hash { reply, .. } if reply.is_closed() => {}
            Work::Verify { reply, .. } if reply.is_closed() => {}
            Work::Hash { salt, reply } => {
                let hash = shared.kernel.hash(&password, salt, shared.settings.cost);
                shared.account_for(began.elapsed());
                let _ = reply.send(hash);
            }
            Work::Verify { phc, reply } => {
                let verdict = shared.kernel.verify(&phc, &password);
                shared.account_for(began.elapsed());
                let _ = reply.send(verdict);
            }
        }
        shared.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    fn account_for(&self, took: Duration) {
        self.spent.fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mean = self.mean_us.load(Ordering::Relaxed);
        self.mean_us.store((mean * 15 + took) / 16, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(queue: Duration) -> Hasher {
        let cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        Hasher::start(Settings { threads: 2, portable: false, cost, queue }, Entropy::danger_seeded(1))
    }

    #[tokio::test]
    async fn a_password_is_verified_and_a_decoy_costs_the_same_one_hash() {
        let hasher = hasher(Duration::from_secs(2));
        let phc = hasher.hash("mật khẩu").await.unwrap();
        let before = hasher.spent();
        assert_eq!(hasher.verify(&phc, "mật khẩu").await, Ok(Verdict { matched: true, outdated: false }));
        assert_eq!(hasher.spent(), before + 1);
        hasher.verify_decoy("mật khẩu").await.unwrap();
        assert_eq!(hasher.spent(), before + 2);
    }

    #[tokio::test]
    async fn beyond_the_queue_callers_are_told_to_come_back() {
        let hasher = hasher(Duration::ZERO);
        hasher.shared.waiting.store(1000, Ordering::Relaxed);
        assert!(hasher.hash("x").await.unwrap_err().retry_after_s >= 1);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_outdated() {
        let hasher = hasher(Duration::from_secs(2));
        let other = Kernel::new(true).hash(b"pw", [1; 16], Cost { memory_kib: 72, passes: 1, lanes: 1 }).unwrap();
        assert_eq!(hasher.verify(&other, "pw").await, Ok(Verdict { matched: true, outdated: true }));
    }
}
