//! Wrong claims to people of other schools, by the form or by a list: an ID with a birth date that do not belong together.
//! Sector IDs run on and birth dates are few, so whoever may claim could find out who is where by trying.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::base::clock::Moment;

/// Twenty a day: more typing mistakes than an office makes, and two weeks of them to find one birth date of a year.
const MOST: u32 = 20;
const SPAN: Duration = Duration::from_hours(24);

/// An account's wrong claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    #[serde(flatten)]
    spent: Window,
    /// Marks of those that stood in lists: a list is looked at again and again, and the same pair tells nothing new.
    #[serde(default)]
    listed: Vec<u64>,
}

impl Claims {
    /// When the next claim may be made: now, or later.
    pub fn free_at(&self, now: Moment) -> Moment {
        self.spent.free_at(MOST, SPAN, now)
    }

    /// How many more may be wrong.
    pub fn left(&self, now: Moment) -> u32 {
        if self.spent.is_open(SPAN, now) { MOST.saturating_sub(self.spent.count) } else { MOST }
    }

    /// The marks of those of lists that still count.
    pub fn listed(&self, now: Moment) -> &[u64] {
        if self.spent.is_open(SPAN, now) { &self.listed } else { &[] }
    }

    /// A claim was wrong.
    pub fn wrong(&mut self, now: Moment) {
        if !self.spent.is_open(SPAN, now) {
            self.listed.clear();
        }
        self.spent.spend(SPAN, now);
    }

    /// A claim of a list was wrong: it counts once, however often the list is looked at.
    pub fn wrong_in_list(&mut self, mark: u64, now: Moment) {
        if !self.listed(now).contains(&mark) {
            self.wrong(now);
            self.listed.push(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_wrong_claims_make_one_wait_until_a_day_has_passed_since_the_first() {
        let at = |seconds| Moment::from_seconds(seconds);
        let mut claims = Claims::default();
        for n in 0..20 {
            assert_eq!(claims.free_at(at(n)), at(n));
            claims.wrong(at(n));
        }
        assert_eq!(claims.free_at(at(20)), at(86_400));
        assert_eq!(claims.free_at(at(86_400)), at(86_400));
    }
    #[test]
    fn the_same_wrong_claim_of_a_list_counts_once_a_day() {
        let at = |seconds| Moment::from_seconds(seconds);
        let mut claims = Claims::default();
        for (second, mark) in (1..).zip([7, 8, 7, 8, 7]) {
            claims.wrong_in_list(mark, at(second));
        }
        claims.wrong(at(9));
        assert_eq!((claims.left(at(10)), claims.listed(at(10))), (17, &[7, 8][..]));
        let kept = serde_json::to_string(&claims).unwrap();
        assert_eq!(serde_json::from_str::<Claims>(&kept).unwrap(), claims);
        assert_eq!((claims.left(at(86_401)), claims.listed(at(86_401))), (20, &[][..]));
        claims.wrong_in_list(7, at(86_401));
        assert_eq!((claims.left(at(86_402)), claims.listed(at(86_402))), (19, &[7][..]));
        // As it was kept when only the form counted.
        let before: Claims = serde_json::from_str("{\"start\":1000000,\"count\":20}").unwrap();
        assert_eq!(before.left(at(2)), 0);
    }
}
