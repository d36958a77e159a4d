//! What one signature over a token's length costs with a held key.

use std::time::{Duration, Instant};

use anyhow::Result;
use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};

use rustix::time::{ClockId, clock_gettime};

use crate::world::provider::Alg;

/// As long as an access token's signing input.
const LENGTH: usize = 500;

/// Microseconds of one thread for one signature.
pub fn cost_us(alg: Alg, time: Duration) -> Result<f64> {
    let (random, message) = (SystemRandom::new(), [b'x'; LENGTH]);
    match alg {
        Alg::Es256 => {
            let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
            timed(time, || key.sign(&random, &message).is_ok())
        }
        Alg::EdDsa => {
            let key = Ed25519KeyPair::generate()?;
            timed(time, || key.try_sign(&message).is_ok())
        }
        Alg::Rs256 => {
            let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
            // Through its encoding, as the product holds it.
            let encoded: Pkcs8V1Der = key.as_der()?;
            let key = RsaKeyPair::from_pkcs8(encoded.as_ref())?;
            let mut signature = vec![0; key.public_modulus_len()];
            timed(time, || key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).is_ok())
        }
    }
}

/// By this thread's own CPU time: on the clock, whatever else runs would count too.
fn timed(time: Duration, mut sign: impl FnMut() -> bool) -> Result<f64> {
    let (began, cpu, mut signed) = (Instant::now(), thread_cpu(), 0_u32);
    while began.elapsed() < time {
        for _ in 0..16 {
            anyhow::ensure!(sign(), "a held key does not sign");
            signed += 1;
        }
    }
    Ok((thread_cpu() - cpu).as_secs_f64() * 1e6 / f64::from(signed))
}

fn thread_cpu() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), u32::try_from(used.tv_nsec).unwrap_or(0))
}
