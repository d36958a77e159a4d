//! A pupil's way from one school to another: asked for by the one, decided by the other.

use std::time::Duration;

/// How long a school has to decide, and another to claim whom it released.
pub const PATIENCE: Duration = Duration::from_hours(24 * 30);

/// What has become of a request. Only one that waits becomes anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferState {
    /// The school where the pupil is has not decided.
    Waiting,
    /// The pupil is at the other school now.
    Approved,
    /// The school said no, and why.
    Declined,
    /// The school that asked took it back.
    Withdrawn,
    /// Nobody decided in time, or there is nothing to decide any more.
    Expired,
}

impl TransferState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Approved, Self::Declined, Self::Withdrawn, Self::Expired];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for state in TransferState::ALL {
            assert_eq!(TransferState::named(state.as_str()), Some(state));
        }
        assert_eq!(TransferState::named("lost"), None);
    }
}
