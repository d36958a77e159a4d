//! Counting within a span of time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::clock::Moment;

/// A budget: how many tries were spent since the window's first. A window opens with the first try and not by the
/// calendar, so at most twice the budget fits into one span, and only across a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// When the first try was spent, in µs since the epoch.
    pub start: Moment,
    /// Tries spent.
    pub count: u32,
}

impl Window {
    /// When there is a try left, if `most` fit into `span`: `now` or the end of the window.
    pub(super) fn free_at(&self, most: u32, span: Duration, now: Moment) -> Moment {
        if self.is_open(span, now) && self.count >= most { self.start + span } else { now }
    }

    /// Spends a try; the start of the window it was spent in, for the refund.
    pub(super) fn spend(&mut self, span: Duration, now: Moment) -> Moment {
        if !self.is_open(span, now) {
            *self = Self { start: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        self.start
    }

    /// Gives back a try that was spent in the window that began at `start`, if that is still the window.
    pub(super) fn refund(&mut self, start: Moment) {
        if self.start == start {
            self.count = self.count.saturating_sub(1);
        }
    }

    /// Whether the tries that were spent still count.
    pub(super) fn is_open(&self, span: Duration, now: Moment) -> bool {
        // A start in the future, from a node whose clock is ahead, is the present.
        self.count > 0 && now.since(self.start) < span
    }
}

impl Default for Window {
    fn default() -> Self {
        Self { start: Moment::from_micros(0), count: 0 }
    }
}
