//! Jobs that failed: when they are tried again.

use std::time::Duration;

use super::Services;
use crate::store::{
    StoreError, Tx,
    jobs::{self, JobRow},
};

/// How long a job rests after its first try.
pub const FIRST_PAUSE: Duration = Duration::from_secs(15);

/// How long a job rests that was tried so often before the last try: 15 s, 1 min, 4 min, 16 min, 1 h, 4 h, 17 h.
pub fn pause(tried: i64) -> Duration {
    FIRST_PAUSE * 4_u32.saturating_pow(u32::try_from(tried).unwrap_or(0).min(6))
}

impl Services {
    /// Puts off a leased job that failed and may not be given up: it makes room for what is due after it.
    pub async fn put_off(&self, job: &JobRow, error: &StoreError) -> Result<(), StoreError> {
        tracing::error!(%error, job = %job.id, kind = job.kind, "a job failed; it will be tried again");
        let turn = (job.id, self.clock.now() + pause(job.attempts), error.to_string());
        self.store.write(turn, async |tx: &mut Tx, (job, at, error)| jobs::again(tx, *job, *at, error).await).await
    }
}
