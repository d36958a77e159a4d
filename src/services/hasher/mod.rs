//! The hashing pool: a fixed set of operating-system threads, each with its own arena, behind a first-in-first-out
//! queue of about two seconds of work and a plain "busy" beyond it.
//!
//! Never tokio's blocking pool: its threads come and go, and each would keep 19 MiB. The threads give way to all others:
//! while a whole school signs in, apps get their answers as fast as ever, and hashing takes what is left of the machine.
//! It refuses passwords longer than [`LONGEST`] before they cost anything (R53), and computes nothing for callers who have
//! left.
//!
//! Whoever guesses wrongly waits as long for an account as for a name that nobody has (R31), also after the cost was
//! raised: a hash of cheaper days that does not match is followed by work for the difference. After the cost was lowered
//! it is not so before each account's owner has signed in once and had their hash made anew: no decoy knows how much
//! dearer a hash is that it does not read. Raising the cost is safe at any time; lowering it is for who must.

mod cost;
mod kernel;
mod queue;
mod stored;

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use cost::Cost;
use kernel::Kernel;
use queue::Queue;
use stored::Stored;

use crate::base::{entropy::Entropy, thread::step_back};

/// The longest password that is hashed, in characters (R53).
pub const LONGEST: usize = 256;

/// A thread that has had no work for so long gives its 19 MiB back.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the pool works.
#[derive(Clone, Copy, Debug)]
pub struct HasherSettings {
    /// Hashing threads; each keeps 19 MiB.
    pub threads: NonZeroUsize,
    /// Whether only the portable kernel may be used (`login.portable_hash`).
    pub portable: bool,
    /// The cost of new hashes.
    pub cost: Cost,
    /// The most that a stored hash may demand; one that demands more matches nothing.
    pub ceiling: Cost,
    /// How many seconds of work may wait before callers are told to come back.
    pub queue_seconds: u32,
}

impl Default for HasherSettings {
    /// One thread per core, the fast kernel, the default cost, two seconds of queue.
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            portable: false,
            cost: Cost::default(),
            ceiling: Cost::CEILING,
            queue_seconds: 2,
        }
    }
}

/// Why a password was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The queue is full.
    #[error("too many passwords are being checked; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When there will be room: whole seconds, at least one, for `Retry-After`.
        retry_after: Duration,
    },
    /// It has more than [`LONGEST`] characters.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the password is the right one.
    pub matched: bool,
    /// Whether it matched a hash that was made otherwise than new ones are: hash it again now that it is known.
    pub needs_upgrade: bool,
}

/// Hashes and verifies passwords. Dropping it ends and joins its threads.
#[derive(Debug)]
pub struct Hasher {
    pool: Arc<Pool>,
    threads: Vec<JoinHandle<()>>,
}

struct Pool {
    kernel: Kernel,
    queue: Queue<Job>,
    cost: Cost,
    ceiling: Cost,
    entropy: Entropy,
    spent: AtomicU64,
    /// Blocks of work those took.
    blocks: AtomicU64,
}

struct Job {
    password: Zeroizing<Vec<u8>>,
    work: Work,
}

enum Work {
    Hash { salt: [u8; 16], reply: oneshot::Sender<Option<String>> },
    Verify { stored: Box<Stored>, reply: oneshot::Sender<Option<bool>> },
}

impl Hasher {
    /// Starts the threads. The fast kernel proves itself on the first of them, so that the start does not wait.
    ///
    /// # Panics
    /// When the cost is impossible, which configuration has refused by [`Cost::is_possible`], or the operating system
    /// gives no thread: nobody could sign in.
    pub fn start(settings: HasherSettings, entropy: Entropy) -> Self {
        assert!(settings.cost.is_possible(), "configuration refuses an impossible cost");
        let mut hasher = Self::idle(settings, entropy);
        for n in 0..settings.threads.get() {
            let pool = hasher.pool.clone();
            let thread = thread::Builder::new().name(format!("hash-{n}")).spawn(move || {
                step_back();
                pool.kernel.is_fast();
                kernel::rest();
                while pool.step() {}
            });
            hasher.threads.push(thread.expect("the operating system gives a thread at the start"));
        }
        hasher
    }

    fn idle(settings: HasherSettings, entropy: Entropy) -> Self {
        let pool = Pool {
            kernel: Kernel::new(settings.portable),
            queue: Queue::new(settings.threads, Duration::from_secs(settings.queue_seconds.into())),
            cost: settings.cost,
            // What we make ourselves must be readable, however the ceiling is set.
            ceiling: settings.ceiling.or_more(settings.cost),
            entropy,
            spent: AtomicU64::new(0),
            blocks: AtomicU64::new(0),
        };
        Self { pool: Arc::new(pool), threads: Vec::new() }
    }

    /// The PHC string of a new password, at the cost of the settings.
    pub async fn hash(&self, password: &str) -> Result<String, Refused> {
        let password = admit(password)?;
        let (reply, answer) = oneshot::channel();
        let work = Work::Hash { salt: self.pool.entropy.bytes(), reply };
        self.pool.queue.push(Job { password, work }, self.pool.cost.work())?;
        answer.await.ok().flatten().ok_or(Refused::Busy { retry_after: Duration::from_secs(1) })
    }

    /// Whether the password is that of the PHC string. A string that cannot be read, or that demands more than the
    /// ceiling, matches nothing, after the same one hash as any other.
    pub async fn verify(&self, phc: &str, password: &str) -> Result<Outcome, Refused> {
        let Some(stored) = Stored::read(phc, self.pool.ceiling) else {
            tracing::error!(
                "a stored password hash cannot be read or demands more than the ceiling; it matches nothing"
            );
            self.verify_decoy(password).await?;
            return Ok(Outcome { matched: false, needs_upgrade: false });
        };
        let outdated = !stored.is_like_new(self.pool.cost);
        let matched = self.check(stored, password).await?;
        Ok(Outcome { matched, needs_upgrade: matched && outdated })
    }

    /// Spends exactly one hash of the default cost, for a name that nobody has: the answer must not come sooner (R31).
    pub async fn verify_decoy(&self, password: &str) -> Result<(), Refused> {
        self.check(Stored::decoy(self.pool.cost, &self.pool.entropy), password).await.map(drop)
    }

    /// Whether a hash would be taken on now; asked before anything else is spent on a sign-in, so that who is turned away
    /// is turned away at once.
    pub fn has_room(&self) -> Result<(), Refused> {
        self.pool.queue.has_room()
    }

    /// How many hashes were computed so far; R31's tests count them. A cross-check is not a hash of its own.
    pub fn spent(&self) -> u64 {
        self.pool.spent.load(Ordering::Relaxed)
    }

    /// Whether the fast kernel is in use: it passed its self-test, was not switched off and was never caught.
    pub fn is_fast(&self) -> bool {
        self.pool.kernel.is_fast()
    }

    async fn check(&self, stored: Stored, password: &str) -> Result<bool, Refused> {
        let password = admit(password)?;
        let (reply, answer) = oneshot::channel();
        // A wrong guess costs no less than a decoy.
        let units = stored.cost().work().max(self.pool.cost.work());
        self.pool.queue.push(Job { password, work: Work::Verify { stored: Box::new(stored), reply } }, units)?;
        answer.await.ok().flatten().ok_or(Refused::Busy { retry_after: Duration::from_secs(1) })
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.pool.queue.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has been reported by its panic; there is nothing left to do about it.
            let _ = thread.join();
        }
    }
}

impl Pool {
    /// Does the next job, waiting for one; false when the pool has closed.
    fn step(&self) -> bool {
        let next = self.queue.next(PATIENCE, kernel::rest);
        let Some((Job { password, work }, units)) = next else { return false };
        let began = Instant::now();
        match work {
            // Nobody waits any more: nothing is computed for them.
            Work::Hash { reply, .. } if reply.is_closed() => self.queue.skipped(units),
            Work::Verify { reply, .. } if reply.is_closed() => self.queue.skipped(units),
            Work::Hash { salt, reply } => {
                let phc = Stored::make(&self.kernel, self.cost, &password, salt);
                self.settle(units, units, began);
                let _ = reply.send(phc);
            }
            Work::Verify { stored, reply } => {
                let matched = stored.matches(&self.kernel, &password);
                let mut worked = stored.cost().work();
                if matched != Some(true)
                    && let Some(rest) = Cost::of_work(units.saturating_sub(worked), self.cost.memory_kib)
                {
                    // What a guess at a hash of today would have cost more.
                    Stored::decoy(rest, &self.entropy).matches(&self.kernel, &password);
                    worked += rest.work();
                }
                self.settle(units, worked, began);
                let _ = reply.send(matched);
            }
        }
        true
    }

    /// Counts before the caller hears of it, so that whoever was answered is counted.
    fn settle(&self, units: u64, worked: u64, began: Instant) {
        self.spent.fetch_add(1, Ordering::Relaxed);
        self.blocks.fetch_add(worked, Ordering::Relaxed);
        self.queue.done(units, worked, began.elapsed());
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("cost", &self.cost).field("spent", &self.spent).finish_non_exhaustive()
    }
}

fn admit(password: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
    if password.chars().nth(LONGEST).is_some() {
        return Err(Refused::TooLong);
    }
    if password.is_ascii() {
        return Ok(Zeroizing::new(password.as_bytes().to_vec()));
    }
    // One keyboard writes ỡ as one character, another as three: it is the same password.
    Ok(Zeroizing::new(password.nfc().collect::<String>().into_bytes()))
}

#[cfg(test)]
mod tests;
