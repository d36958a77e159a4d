//! Waiting for a fact, never for a time.

use std::time::{Duration, Instant};

/// Asks again until something is so; how long it took. Fails when the time is over.
pub(crate) async fn within(limit: Duration, what: &str, mut so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !so().await {
        assert!(began.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
