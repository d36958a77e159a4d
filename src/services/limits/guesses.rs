//! Guesses at the letters that a device shows (RFC 8628 §5.1). Only somebody signed in can guess, and they are counted by
//! whose account it is: a stranger guesses nothing and stands in nobody's way.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::base::clock::Moment;

/// Ten in ten minutes, the life of a code: of 18⁸ codes one of a thousand that wait is hit once in a million times.
const MOST: u32 = 10;
const SPAN: Duration = Duration::from_mins(10);

/// An account's wrong guesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guesses(Window);

impl Guesses {
    /// When the next guess may be made: now, or later.
    pub fn free_at(&self, now: Moment) -> Moment {
        self.0.free_at(MOST, SPAN, now)
    }

    /// A guess was wrong.
    pub fn wrong(&mut self, now: Moment) {
        self.0.spend(SPAN, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_guesses_make_one_wait_until_ten_minutes_have_passed_since_the_first() {
        let at = |seconds| Moment::from_seconds(seconds);
        let mut guesses = Guesses::default();
        for n in 0..10 {
            assert_eq!(guesses.free_at(at(n)), at(n));
            guesses.wrong(at(n));
        }
        assert_eq!(guesses.free_at(at(10)), at(600));
        assert_eq!(guesses.free_at(at(600)), at(600));
    }
}
