//! Bulk work beside sign-ins: while there are any, each of its writes is followed by a rest.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// For so long after a hot write people sign in.
const LULL: Duration = Duration::from_millis(200);
/// When nobody has signed in for so long, somebody who does may once wait a little longer.
const CALM: Duration = Duration::from_secs(2);
/// The longest rest.
const REST: Duration = Duration::from_millis(50);

/// When a hot write came last.
#[derive(Clone, Debug, Default)]
pub(super) struct Traffic(Arc<Mutex<Option<Instant>>>);

impl Traffic {
    /// A hot write comes in.
    pub(super) fn passes(&self) {
        *self.last() = Some(Instant::now());
    }

    /// Whether people sign in.
    pub(super) fn is_dense(&self) -> bool {
        self.is_within(LULL, Instant::now())
    }

    /// Whether nobody has signed in for a while.
    pub(super) fn is_calm(&self) -> bool {
        !self.is_within(CALM, Instant::now())
    }

    /// After a bulk write that took so long: as long again is left to whoever signs in, if anybody does.
    pub(super) async fn let_pass(&self, worked: Duration) {
        if let Some(rest) = self.rest_after(worked, Instant::now()) {
            sleep(rest).await;
        }
    }

    fn rest_after(&self, worked: Duration, now: Instant) -> Option<Duration> {
        self.is_within(LULL, now).then(|| worked.min(REST))
    }

    /// Whether a hot write came in so short a time before.
    fn is_within(&self, time: Duration, now: Instant) -> bool {
        self.last().is_some_and(|last| now.saturating_duration_since(last) < time)
    }

    fn last(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_work_rests_while_people_sign_in_and_only_then() {
        let (traffic, now) = (Traffic::default(), Instant::now());
        let worked = Duration::from_millis(10);
        assert_eq!(traffic.rest_after(worked, now), None, "nobody ever signed in");
        *traffic.last() = Some(now);
        assert_eq!(traffic.rest_after(worked, now), Some(worked), "as long as it worked");
        assert_eq!(
            traffic.rest_after(Duration::from_secs(9), now),
            Some(REST),
            "never long: somebody waits for it too"
        );
        assert_eq!(traffic.rest_after(worked, now + LULL), None, "nobody signs in any more");
        assert!(traffic.is_within(CALM, now + LULL), "but somebody might at once");
        assert!(!traffic.is_within(CALM, now + CALM));
    }
}
