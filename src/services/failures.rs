//! The failures that support codes lead to. Nobody waits for them: they are put into a bounded buffer, and what does not fit is
//! dropped; whoever works in the background writes them, so that every node finds them within seconds.

use std::{
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Services;
use crate::{
    base::clock::Moment,
    store::{
        StoreError, Tx,
        failures::{self, FailureRow},
    },
};

/// How many wait to be written: a flood of errors costs so much memory and no more. What was refused leaves half of it to faults
/// of ours.
const MOST_WAITING: usize = 512;
/// How many of either kind are kept.
const MOST_KEPT: i64 = 25_000;
/// For how long.
const KEPT: Duration = Duration::from_hours(24 * 30);

/// Failures on their way to the database.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Vec<FailureRow>>);

impl Failures {
    /// Notes one, unless too many wait already.
    pub fn note(&self, failure: FailureRow) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = if failure.status >= 500 { MOST_WAITING } else { MOST_WAITING / 2 };
        if waiting.len() < most {
            waiting.push(failure);
        }
    }

    fn take(&self) -> Vec<FailureRow> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Services {
    /// Writes what waits; how many.
    pub async fn keep_failures(&self) -> Result<usize, StoreError> {
        let waiting = self.failures.take();
        if waiting.is_empty() {
            return Ok(0);
        }
        let count = waiting.len();
        self.store.write_unasked(waiting, async |tx: &mut Tx, rows| failures::add_all(tx, rows).await).await?;
        Ok(count)
    }

    /// Forgets the old ones, and the oldest of too many.
    pub async fn forget_failures(&self) -> Result<u64, StoreError> {
        let before: Moment = self.clock.now() - KEPT;
        let purging = async |tx: &mut Tx, before: &Moment| failures::purge(tx, *before, MOST_KEPT).await;
        self.store.write_bulk(before, purging).await
    }

    /// The failure with a support code, however it was read over the telephone.
    pub async fn failure(&self, code: &str) -> Result<Option<FailureRow>, StoreError> {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        if code.len() != 8 {
            return Ok(None);
        }
        self.store.read(code, async |tx: &mut Tx, code: &String| failures::of_code(tx, code).await).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(n: u128) -> FailureRow {
        FailureRow {
            id: uuid::Uuid::from_u128(n).into(),
            code: "BCFGHJKL".into(),
            at: Moment::from_seconds(0),
            method: "GET".into(),
            path: "/".into(),
            status: 500,
            micros: 1,
            error: "server_error".into(),
            cause: String::new(),
            account_id: None,
            address: None,
        }
    }

    #[test]
    fn a_flood_of_failures_takes_no_more_than_its_buffer() {
        let failures = Failures::default();
        for n in 0..10_000 {
            failures.note(FailureRow { status: 404, ..failure(n) });
        }
        assert_eq!(failures.0.lock().unwrap().len(), MOST_WAITING / 2);
        for n in 0..10_000 {
            failures.note(failure(n));
        }
        assert_eq!(failures.take().len(), MOST_WAITING);
        assert!(failures.take().is_empty());
    }
}
