//! How often a password or a code may be tried: pure decisions over rows that the store keeps. No I/O, no clock.
//!
//! The way of one attempt (R29: counted per canonical account over all paths, before hashing):
//!
//! 1. Before the hash: read the rows of [`AttemptState`] by their [`RowKey`]s, [`AttemptState::decide`], keep those that
//!    changed, if they are still as they were. [`Decision::Allowed`] has already spent a try: parallel attempts cannot
//!    share one.
//! 2. Outside any transaction: the hash.
//! 3. After it: [`AttemptState::succeed`], [`AttemptState::fail`], or [`AttemptState::give_back`] when nothing was compared
//!    (the hashing pool was busy).
//!
//! The rows are plain integers in JSON, made by [`Default`] when absent; one that nobody touched for [`KEPT`] may be
//! deleted. An unknown name has a row like a known one, so nothing here tells them apart (R31). A known device has a
//! budget of its own, which no stranger can spend (R30). No address is ever blocked, only slowed down.

mod account;
mod address;
mod claims;
mod crowd;
mod device;
mod guesses;
mod registrations;
mod row_key;
mod window;

use std::time::Duration;

pub use account::{AccountAttempts, DeviceAttempts, Reservation};
pub use address::{AddressBlock, Neighbourhood};
pub use claims::Claims;
pub use crowd::Crowd;
pub use device::{DeviceCookies, Known};
pub use guesses::Guesses;
pub use registrations::Registrations;
pub use row_key::{Limiter, RowKey};
pub use window::Window;

use crate::base::clock::Moment;

/// A row that nobody touched for so long says nothing any more.
pub const KEPT: Duration = Duration::from_hours(24 * 30);

/// What is known before an attempt: one row per place where attempts are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptState {
    /// Of the account, for devices it does not know.
    pub account: AccountAttempts,
    /// Of the device, if it is one that this account has signed in from.
    pub device: Option<DeviceAttempts>,
    /// Which accounts fail at this address.
    pub address: Crowd,
    /// On which accounts this very password fails.
    pub password: Crowd,
}

/// Whether an attempt may go on to its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an allowed attempt has spent a try, which must be settled"]
pub enum Decision {
    /// It may; a try was spent.
    Allowed(Reservation),
    /// Not before this moment: the page counts down to it. Nothing was spent.
    Wait {
        /// The first moment at which a try may be allowed.
        until: Moment,
    },
    /// The password path is closed for devices the account does not know; a badge, a teacher's code or a known device
    /// opens it again.
    Closed,
}

/// What a failure revealed, for the log and the alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// More accounts than its share fail at this address; said once per window.
    pub crowded_address: bool,
    /// One password was tried on many accounts; said once per window.
    pub sprayed_password: bool,
}

impl AttemptState {
    /// Decides on an attempt and spends a try if it may go on.
    pub fn decide(&mut self, place: Neighbourhood, now: Moment) -> Decision {
        if let Some(reservation) = self.device.as_mut().and_then(|device| device.reserve(now)) {
            return Decision::Allowed(reservation);
        }
        if self.account.is_closed() { Decision::Closed } else { self.pace(place, now) }
    }

    /// The same for a code that stands in for the password: it is what opens a closed password path again.
    pub fn decide_on_code(&mut self, place: Neighbourhood, now: Moment) -> Decision {
        match self.device.as_mut().and_then(|device| device.reserve(now)) {
            Some(reservation) => Decision::Allowed(reservation),
            None => self.pace(place, now),
        }
    }

    fn pace(&mut self, place: Neighbourhood, now: Moment) -> Decision {
        let (address, spray) = (place.rule(), crowd::SPRAY);
        let until =
            self.account.free_at(now).max(self.address.free_at(address, now)).max(self.password.free_at(spray, now));
        if until > now {
            return Decision::Wait { until };
        }
        self.address.pace(address, now);
        self.password.pace(spray, now);
        Decision::Allowed(self.account.reserve(now))
    }

    /// Whether more accounts fail at this address, or with this password, than is ordinary: only then does an attempt
    /// change their rows.
    pub fn is_crowded(&self, place: Neighbourhood, now: Moment) -> bool {
        self.address.is_large(place.rule(), now) || self.password.is_large(crowd::SPRAY, now)
    }

    /// Whether this account is among those that fail at this address.
    pub fn has_failed_here(&self, who: &RowKey) -> bool {
        self.address.contains(who)
    }

    /// The password was right: the try is refunded, and the account's run of failures ends.
    pub fn succeed(&mut self, reservation: Reservation, who: &RowKey) {
        self.give_back(reservation);
        self.account.reopen();
        self.address.forget(who);
    }

    /// The password was wrong: the try stays spent.
    pub fn fail(&mut self, who: &RowKey, place: Neighbourhood, now: Moment) -> Alarm {
        Alarm {
            crowded_address: self.address.record(who, place.rule(), now),
            sprayed_password: self.password.record(who, crowd::SPRAY, now),
        }
    }

    /// Nothing was compared: the try is refunded and nothing else changes.
    pub fn give_back(&mut self, reservation: Reservation) {
        match reservation {
            Reservation::Device { .. } => {
                if let Some(device) = &mut self.device {
                    device.give_back(reservation);
                }
            }
            Reservation::Account { .. } => self.account.give_back(reservation),
        }
    }
}

#[cfg(test)]
mod scenarios;
