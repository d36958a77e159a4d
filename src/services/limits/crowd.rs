//! Which different accounts fail for one reason: at one address, or with one password.
//!
//! A failure is recorded after the hash, so attempts in flight may overshoot a limit by what the hashing pool holds. An
//! address whose sign-ins succeed costs no write: a success touches the row only to forget an earlier failure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::RowKey;
use crate::base::clock::Moment;

/// One password on more than 50 accounts within an hour.
pub(super) const SPRAY: Rule = Rule { most: 50, span: Duration::from_hours(1), pause: Duration::from_secs(30) };

/// When a crowd is too large, and how it is slowed down then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// So many different failing accounts are ordinary,
    pub(super) most: u32,
    /// within this time.
    pub(super) span: Duration,
    /// Beyond that, one attempt in so long.
    pub(super) pause: Duration,
}

/// The failing accounts of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crowd {
    /// When the first of them failed.
    start: Moment,
    /// Four bytes of each account's key: enough to tell a few hundred apart, too little to say who they are.
    failing: Vec<u32>,
    /// When the next attempt of a crowd that is too large is allowed.
    next: Moment,
}

impl Crowd {
    pub(super) fn free_at(&self, rule: Rule, now: Moment) -> Moment {
        // No pause is longer than the rule's, even if a node's clock was ahead.
        if self.is_large(rule, now) { self.next.min(now + rule.pause).max(now) } else { now }
    }

    /// An attempt was allowed: when the crowd is too large, the next one waits.
    pub(super) fn pace(&mut self, rule: Rule, now: Moment) {
        if self.is_large(rule, now) {
            self.next = now + rule.pause;
        }
    }

    /// An account failed; whether the crowd became too large by it.
    pub(super) fn record(&mut self, who: &RowKey, rule: Rule, now: Moment) -> bool {
        if now.since(self.start) >= rule.span {
            *self = Self { start: now, ..Self::default() };
        }
        let who = who.short();
        // One more than the limit tells all there is to know: the row stays small under any attack.
        if self.is_large(rule, now) || self.failing.contains(&who) {
            return false;
        }
        self.failing.push(who);
        self.is_large(rule, now)
    }

    /// An account succeeded: it had only mistyped.
    pub(super) fn forget(&mut self, who: &RowKey) {
        self.failing.retain(|failing| *failing != who.short());
    }

    pub(super) fn contains(&self, who: &RowKey) -> bool {
        self.failing.contains(&who.short())
    }

    pub(super) fn is_large(&self, rule: Rule, now: Moment) -> bool {
        now.since(self.start) < rule.span && self.failing.len() > rule.most as usize
    }
}

impl Default for Crowd {
    fn default() -> Self {
        Self { start: Moment::from_micros(0), failing: Vec::new(), next: Moment::from_micros(0) }
    }
}
