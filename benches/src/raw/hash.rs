//! What one password hash costs at the default parameters, by either kernel, on as many threads as there are cores.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use argon2_rust::{Algorithm, Argon2, Params, Version};

use crate::world::process::Processes;

/// Hashes per second of all cores, and the CPU time of one.
#[derive(Clone, Copy, Debug)]
pub struct Hashes {
    pub per_second: f64,
    pub cpu_us: f64,
}

/// The kernel that the product uses, with memory that is reused.
pub fn fast(time: Duration) -> Result<Hashes> {
    run(time, || {
        let mut hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::OWASP).hasher();
        move |password, salt, tag| hasher.hash_into(password, salt, tag).is_ok()
    })
}

/// The portable kernel, as the `argon2` crate is used everywhere.
pub fn portable(time: Duration) -> Result<Hashes> {
    run(time, || |password, salt, tag| argon2::Argon2::default().hash_password_into(password, salt, tag).is_ok())
}

fn run<K, H>(time: Duration, kernel: K) -> Result<Hashes>
where
    K: Fn() -> H + Sync,
    H: FnMut(&[u8], &[u8], &mut [u8]) -> bool,
{
    let ourselves = Processes::of([std::process::id()]);
    let threads = std::thread::available_parallelism()?.get();
    let (began, cpu) = (Instant::now(), ourselves.cpu());
    let work = || {
        let (mut hash, mut tag, mut done) = (kernel(), [0; 32], 0_u32);
        while began.elapsed() < time {
            if !hash(b"Hoa phuong do 2026", b"sixteen bytes of", &mut tag) {
                return None;
            }
            done += 1;
        }
        Some(done)
    };
    let done: Option<Vec<u32>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().ok().flatten()).collect()
    });
    let done = f64::from(done.context("a kernel refused the default parameters")?.iter().sum::<u32>());
    Ok(Hashes { per_second: done / began.elapsed().as_secs_f64(), cpu_us: (ourselves.cpu() - cpu) * 1e6 / done })
}
