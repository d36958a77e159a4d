//! A first-in-first-out queue that is bounded by time: what waits is weighed by how long such work took lately.

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::Refused;

/// A block's time before any was measured, in ns: a default hash in about 8 ms.
const FIRST_GUESS_NS: u64 = 200;

pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    ready: Condvar,
    threads: u64,
    limit: Duration,
}

struct State<J> {
    jobs: VecDeque<(J, u64)>,
    /// Units of work waiting or being done.
    outstanding: u64,
    /// A running mean: what one unit takes a thread.
    unit_ns: u64,
    closed: bool,
}

impl<J> Queue<J> {
    pub(super) fn new(threads: NonZeroUsize, limit: Duration) -> Self {
        let state = State { jobs: VecDeque::new(), outstanding: 0, unit_ns: FIRST_GUESS_NS, closed: false };
        Self { state: Mutex::new(state), ready: Condvar::new(), threads: threads.get() as u64, limit }
    }

    /// Whether there is room now.
    pub(super) fn has_room(&self) -> Result<(), Refused> {
        self.admit(&self.lock())
    }

    /// Queues a job of so many units of work, unless it would wait longer than the limit.
    pub(super) fn push(&self, job: J, units: u64) -> Result<(), Refused> {
        let mut state = self.lock();
        self.admit(&state)?;
        state.outstanding += units;
        state.jobs.push_back((job, units));
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// The oldest job, waiting for one; `None` when the queue has closed. Whoever waits longer than `patience` rests
    /// once meanwhile.
    pub(super) fn next(&self, patience: Duration, rest: impl FnOnce()) -> Option<(J, u64)> {
        let idle = |state: &mut State<J>| state.jobs.is_empty() && !state.closed;
        let waited = self.ready.wait_timeout_while(self.lock(), patience, idle).unwrap_or_else(PoisonError::into_inner);
        let (mut state, timeout) = waited;
        if timeout.timed_out() {
            drop(state);
            rest();
            state = self.ready.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        }
        state.jobs.pop_front()
    }

    /// A job of so many units was done; those it turned out to need took so long.
    pub(super) fn done(&self, units: u64, worked: u64, took: Duration) {
        let mut state = self.lock();
        state.outstanding = state.outstanding.saturating_sub(units);
        let now_ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / worked.max(1);
        state.unit_ns = (state.unit_ns.saturating_mul(15).saturating_add(now_ns) / 16).max(1);
    }

    /// A job's work was not needed.
    pub(super) fn skipped(&self, units: u64) {
        let mut state = self.lock();
        state.outstanding = state.outstanding.saturating_sub(units);
    }

    /// Drops what waits and ends everybody's waiting.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.jobs.clear();
        drop(state);
        self.ready.notify_all();
    }

    fn admit(&self, state: &State<J>) -> Result<(), Refused> {
        let wait = Duration::from_nanos(state.outstanding.saturating_mul(state.unit_ns) / self.threads);
        if state.closed || wait > self.limit {
            // What waits beyond the limit must be done before there is room; told in whole seconds, never zero.
            let retry_after = Duration::from_secs(wait.saturating_sub(self.limit).as_secs() + 1);
            return Err(Refused::Busy { retry_after });
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        // No statement under the lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: u64 = 38_912;

    fn queue(threads: usize) -> Queue<u32> {
        Queue::new(NonZeroUsize::new(threads).unwrap(), Duration::from_secs(2))
    }

    #[test]
    fn two_seconds_of_work_wait_and_what_comes_after_is_told_when_to_return() {
        let queue = queue(2);
        let admitted = (0..10_000).take_while(|n| queue.push(*n, HASH).is_ok()).count();
        assert!((500..=520).contains(&admitted), "{admitted} default hashes of 7.8 ms on two threads fill two seconds");
        assert!(queue.has_room().is_err());
        assert_eq!(queue.push(0, HASH), Err(Refused::Busy { retry_after: Duration::from_secs(1) }));
    }

    #[test]
    fn the_oldest_job_comes_first_and_finished_work_makes_room() {
        let queue = queue(1);
        while queue.push(7, HASH).is_ok() {}
        let (job, units) = queue.next(Duration::MAX, || ()).unwrap();
        assert_eq!(job, 7);
        assert!(queue.push(8, HASH).is_err(), "work in progress still counts");
        queue.skipped(units);
        queue.push(9, HASH).unwrap();
    }

    #[test]
    fn the_bound_follows_the_speed_that_was_measured() {
        let queue = queue(1);
        for _ in 0..200 {
            queue.push(0, HASH).unwrap();
            let (_, units) = queue.next(Duration::MAX, || ()).unwrap();
            queue.done(units, units, Duration::from_millis(100));
        }
        let admitted = (0..10_000).take_while(|n| queue.push(*n, HASH).is_ok()).count();
        assert!((20..=23).contains(&admitted), "{admitted} hashes of 100 ms fill two seconds");
    }

    #[test]
    fn a_costly_hash_takes_the_room_of_many() {
        let queue = queue(1);
        queue.push(0, HASH * 400).unwrap();
        assert!(matches!(queue.push(1, HASH), Err(Refused::Busy { retry_after }) if retry_after.as_secs() >= 1));
    }

    #[test]
    fn whoever_waits_too_long_rests_once_and_then_takes_what_comes() {
        let queue = queue(1);
        let rested = std::cell::Cell::new(0);
        let rest = || {
            rested.set(rested.get() + 1);
            queue.push(5, 1).unwrap();
        };
        assert_eq!(queue.next(Duration::ZERO, rest), Some((5, 1)));
        assert_eq!(rested.get(), 1);
        queue.push(6, 1).unwrap();
        assert_eq!(queue.next(Duration::ZERO, || panic!("there is work")), Some((6, 1)));
    }

    #[test]
    fn a_closed_queue_takes_and_gives_nothing() {
        let queue = queue(1);
        queue.push(0, 1).unwrap();
        queue.close();
        assert!(queue.next(Duration::MAX, || ()).is_none());
        assert!(queue.push(1, 1).is_err());
    }
}
