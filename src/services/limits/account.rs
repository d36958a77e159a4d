//! Attempts on one account: by devices it does not know, and by each that it knows.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::base::clock::Moment;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const QUARTER: Duration = Duration::from_mins(15);
/// Tries per hour at full speed.
const HOURLY: u32 = 10;
/// Tries per day at full speed.
const DAILY: u32 = 30;
/// Beyond them, one try in so long.
const PAUSE: Duration = Duration::from_secs(30);
/// So many failures in a row close the password path for unknown devices.
const CLOSING: u32 = 100;
/// Tries of a known device per quarter of an hour; then it is treated as unknown until the quarter has passed.
const DEVICE: u32 = 10;

/// Where a try was spent, so that exactly that one can be refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// From the budget of a known device.
    Device {
        /// The start of its window.
        window: Moment,
    },
    /// From the budget that all unknown devices share.
    Account {
        /// The start of the hour.
        hour: Moment,
        /// The start of the day.
        day: Moment,
        /// Whether it was at full speed: only then it is in the hour and the day.
        brisk: bool,
    },
}

/// Attempts by devices that an account does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAttempts {
    hour: Window,
    day: Window,
    /// Failures, and tries not settled yet, since the last success.
    in_a_row: u32,
    /// When the last try was spent.
    last: Moment,
}

impl AccountAttempts {
    /// Whether so many attempts failed in a row that unknown devices may not try any more.
    pub fn is_closed(&self) -> bool {
        self.in_a_row >= CLOSING
    }

    /// How many attempts failed since the last success, those under way included.
    pub fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// Ends the run of failures: after a sign-in, or when a badge, a teacher's code or a known device proved the owner.
    pub fn reopen(&mut self) {
        self.in_a_row = 0;
    }

    /// Whether it is as good as none: every try was given back, and no failure is remembered.
    pub fn says_nothing(&self) -> bool {
        self.hour.count == 0 && self.day.count == 0 && self.in_a_row == 0
    }

    pub(super) fn free_at(&self, now: Moment) -> Moment {
        if self.is_brisk(now) {
            return now;
        }
        // The pause ends the slowness at the latest when the windows do.
        let brisk_at = self.hour.free_at(HOURLY, HOUR, now).max(self.day.free_at(DAILY, DAY, now));
        (self.last.min(now) + PAUSE).min(brisk_at).max(now)
    }

    pub(super) fn reserve(&mut self, now: Moment) -> Reservation {
        let brisk = self.is_brisk(now);
        if brisk {
            self.hour.spend(HOUR, now);
            self.day.spend(DAY, now);
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last = now;
        Reservation::Account { hour: self.hour.start, day: self.day.start, brisk }
    }

    pub(super) fn give_back(&mut self, reservation: Reservation) {
        if let Reservation::Account { hour, day, brisk } = reservation {
            if brisk {
                self.hour.refund(hour);
                self.day.refund(day);
            }
            self.in_a_row = self.in_a_row.saturating_sub(1);
        }
    }

    fn is_brisk(&self, now: Moment) -> bool {
        self.hour.free_at(HOURLY, HOUR, now) <= now && self.day.free_at(DAILY, DAY, now) <= now
    }
}

impl Default for AccountAttempts {
    fn default() -> Self {
        Self { hour: Window::default(), day: Window::default(), in_a_row: 0, last: Moment::from_micros(0) }
    }
}

/// Attempts by one device that an account knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceAttempts(Window);

impl DeviceAttempts {
    /// Spends a try; `None` when the device has used up its trust for now.
    pub(super) fn reserve(&mut self, now: Moment) -> Option<Reservation> {
        let free = self.0.free_at(DEVICE, QUARTER, now) <= now;
        free.then(|| Reservation::Device { window: self.0.spend(QUARTER, now) })
    }

    /// Whether it is as good as none.
    pub fn says_nothing(&self) -> bool {
        self.0.count == 0
    }

    pub(super) fn give_back(&mut self, reservation: Reservation) {
        if let Reservation::Device { window } = reservation {
            self.0.refund(window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(1_800_000_000 + seconds)
    }

    #[test]
    fn ten_tries_an_hour_are_brisk_and_then_each_waits_thirty_seconds() {
        let mut account = AccountAttempts::default();
        for n in 0..10 {
            assert_eq!(account.free_at(at(n)), at(n));
            account.reserve(at(n));
        }
        assert_eq!(account.free_at(at(10)), at(39));
        account.reserve(at(39));
        assert_eq!(account.free_at(at(40)), at(69));
        assert_eq!(account.free_at(at(3_600)), at(3_600), "a new hour is brisk again");
    }

    #[test]
    fn thirty_tries_a_day_are_brisk() {
        let mut account = AccountAttempts::default();
        for n in 0..30 {
            let now = at(n / 10 * 3_600 + n % 10);
            assert_eq!(account.free_at(now), now);
            account.reserve(now);
        }
        let fourth_hour = at(3 * 3_600);
        account.reserve(fourth_hour);
        assert_eq!(account.free_at(fourth_hour), fourth_hour + PAUSE);
        assert_eq!(account.free_at(at(86_400)), at(86_400));
    }

    #[test]
    fn a_refund_takes_back_its_own_try_only() {
        let mut account = AccountAttempts::default();
        let first = account.reserve(at(0));
        let kept = account;
        let later = account.reserve(at(3_700));
        account.give_back(first);
        assert_eq!((account.hour.count, account.day.count), (1, 1), "the first hour is over, its day is not");
        account.give_back(later);
        assert_eq!((account.hour.count, account.day.count, account.in_a_row), (0, 0, 0));
        assert_eq!(kept.in_a_row, 1);
    }

    #[test]
    fn a_device_has_ten_tries_a_quarter() {
        let mut device = DeviceAttempts::default();
        let tries = (0..100).filter_map(|n| device.reserve(at(n))).count();
        assert_eq!(tries, 10);
        assert!(device.reserve(at(899)).is_none());
        assert!(device.reserve(at(900)).is_some());
    }

    #[test]
    fn rows_are_plain_integers() {
        let mut account = AccountAttempts::default();
        account.reserve(at(0));
        let text = serde_json::to_string(&account).unwrap();
        assert_eq!(
            text,
            r#"{"hour":{"start":1800000000000000,"count":1},"day":{"start":1800000000000000,"count":1},"in_a_row":1,"last":1800000000000000}"#
        );
        assert_eq!(serde_json::from_str::<AccountAttempts>(&text).unwrap(), account);
        assert_eq!(serde_json::to_string(&DeviceAttempts::default()).unwrap(), r#"{"start":0,"count":0}"#);
    }
}
