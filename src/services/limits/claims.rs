//! Wrong claims to pupils of other schools: a sector ID with a birth date that do not belong together. Sector IDs run on and
//! birth dates are few, so whoever may claim could find out who is where by trying.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::base::clock::Moment;

/// Twenty a day: more typing mistakes than an office makes, and two weeks of them to find one birth date of a year.
const MOST: u32 = 20;
const SPAN: Duration = Duration::from_hours(24);

/// An account's wrong claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims(Window);

impl Claims {
    /// When the next claim may be made: now, or later.
    pub fn free_at(&self, now: Moment) -> Moment {
        self.0.free_at(MOST, SPAN, now)
    }

    /// A claim was wrong.
    pub fn wrong(&mut self, now: Moment) {
        self.0.spend(SPAN, now);
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
}
