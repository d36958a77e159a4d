//! What an address does to the registrations of apps (RFC 7591 §5), which anybody may where the server admits everybody.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::base::clock::Moment;

const SPAN: Duration = Duration::from_hours(1);

/// An address's registrations, changes and wrong tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrations(Window);

impl Registrations {
    /// When the next one may be made, if `most` fit into an hour: now, or later.
    pub fn free_at(&self, most: u32, now: Moment) -> Moment {
        self.0.free_at(most, SPAN, now)
    }

    /// One is made.
    pub fn spend(&mut self, now: Moment) {
        self.0.spend(SPAN, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_fit_into_an_hour_that_begins_with_the_first() {
        let at = |seconds| Moment::from_seconds(seconds);
        let mut registrations = Registrations::default();
        for n in 0..3 {
            assert_eq!(registrations.free_at(3, at(n)), at(n));
            registrations.spend(at(n));
        }
        assert_eq!(registrations.free_at(3, at(3)), at(3_600));
        assert_eq!(registrations.free_at(4, at(3)), at(3));
        assert_eq!(registrations.free_at(3, at(3_600)), at(3_600));
    }
}
