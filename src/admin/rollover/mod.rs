//! The step of a school from one year to the next (P15): drafted, reviewed class by class and pupil by pupil, done on its
//! day, and taken back for seven days.
//!
//! A draft says what becomes of classes, and of the pupils who do not go their class's way; whoever comes to a class before
//! the day goes with it. On the day `switch` moves the pupils, some classes in a write, each recorded with its moves: killed
//! anywhere, it goes on where it was, and done twice nothing is done twice. What it did `undo` takes back, but for pupils
//! to whom something happened since.
//!
//! It refuses to guess: a class whose name and grade tell nothing stays as it is until somebody says what becomes of it.

mod draft;
mod list;
mod review;
mod schedule;
mod switch;
mod undo;
mod work;

use std::time::Duration;

use jiff::civil::Date;

pub use draft::{Drafted, draft, schools};
pub use list::{Kept, Sheet, ShownClass, ShownPupil, class, current, kept, list, sheet};
pub use review::{NotMarked, Wrong, mark, say, set_class};
pub use schedule::{NotScheduled, schedule, schedule_all, undo, undo_all, unschedule};
pub use work::{see_through, work};

use crate::{base::id::OrgId, model::school_year::SchoolYear};

/// How long what was done can be taken back.
pub const UNDO_FOR: Duration = Duration::from_hours(24 * 7);
/// How long somebody works at one without a word, until another takes it on.
const LEASE: Duration = Duration::from_secs(10);
/// Where what a rollover records comes from.
const SOURCE: &str = "rollover";

/// The year that a school leaves next: until the end of October the former one can still be left.
pub fn year_to_leave(today: Date) -> SchoolYear {
    SchoolYear::left_on(today)
}

/// A school's step as the subject of an event.
fn subject(org: OrgId) -> String {
    crate::people::orgs::subject(org)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_can_be_left_until_the_end_of_october() {
        let left = |year, month, day| year_to_leave(date(year, month, day)).to_string();
        assert_eq!(left(2027, 5, 31), "2026-2027");
        assert_eq!(left(2027, 8, 20), "2026-2027");
        assert_eq!(left(2027, 10, 31), "2026-2027");
        assert_eq!(left(2027, 11, 2), "2027-2028");
    }
}
