//! The only reader of time. Everything else is handed a [`Clock`] and reads it once, at the top of its use case.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

/// An instant: microseconds since the Unix epoch (1970-01-01T00:00:00Z).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The instant `micros` microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The instant `seconds` seconds after the Unix epoch (a JWT `NumericDate`).
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the Unix epoch: the form in which the store keeps it.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch: a JWT `NumericDate`.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// How long ago `earlier` was; zero when it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The calendar day in Việt Nam (UTC+07:00, no summer time), by which all effective dates count.
    pub fn day(self) -> Date {
        self.local().date()
    }

    /// The instant at which a day begins in Việt Nam.
    pub fn start_of(day: Date) -> Self {
        let start = Offset::constant(7).to_timestamp(day.at(0, 0, 0, 0));
        Self(start.map_or(0, Timestamp::as_microsecond))
    }

    /// Date and time of day in Việt Nam, for people to read.
    pub fn local(self) -> DateTime {
        Timestamp::from_microsecond(self.0).map_or(DateTime::ZERO, |t| Offset::constant(7).to_datetime(t))
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(t) => t.fmt(f),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Tells the time. Cheap to clone; tests hold one whose hands they move.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it; all clones show the same time.
    pub fn by_hand(start: Moment) -> Self {
        Self(Source::Hand(Arc::new(AtomicI64::new(start.0))))
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "the one reader of the machine's clock")]
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::System => Moment(Timestamp::now().as_microsecond()),
            Source::Hand(at) => Moment(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock made by [`Clock::by_hand`]; the machine's clock cannot be moved and stays.
    pub fn advance(&self, span: Duration) {
        if let Source::Hand(at) = &self.0 {
            at.fetch_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_five_in_the_afternoon_before_in_utc() {
        let eve: Timestamp = "2026-09-04T16:59:59Z".parse().unwrap();
        let at = Moment::from_micros(eve.as_microsecond());
        assert_eq!(at.day().to_string(), "2026-09-04");
        assert_eq!((at + Duration::from_secs(1)).day().to_string(), "2026-09-05");
    }

    #[test]
    fn clones_of_a_hand_moved_clock_agree() {
        let clock = Clock::by_hand(Moment::from_seconds(100));
        let twin = clock.clone();
        clock.advance(Duration::from_secs(5));
        assert_eq!(twin.now().seconds(), 105);
    }
}
