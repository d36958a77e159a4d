//! The states of an account: `provisional → pending → active ⇄ suspended → dormant → deactivated → purged`.

use std::fmt;

use super::membership::Presence;

/// What state an account is in. Each transition consumes one state and gives the next, or says that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// The person is recorded; no activation code was issued yet.
    Provisional,
    /// A code was issued, and is waiting to be used.
    Pending,
    /// The person may sign in.
    Active,
    /// Stopped by an administrator; only an administrator lets it go on.
    Suspended,
    /// The person is at no school any more; whoever comes back finds it as it was.
    Dormant,
    /// Closed, its credentials removed; whoever comes back activates it anew.
    Deactivated,
    /// Gone but for a tombstone.
    Purged,
}

/// There is no such step from this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account that is {from} cannot be {step}")]
pub struct NoSuchStep {
    /// The state it is in.
    pub from: AccountState,
    /// What was to happen to it.
    pub step: &'static str,
}

type Next = Result<AccountState, NoSuchStep>;

impl AccountState {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 7] = [
        Self::Provisional,
        Self::Pending,
        Self::Active,
        Self::Suspended,
        Self::Dormant,
        Self::Deactivated,
        Self::Purged,
    ];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Dormant => "dormant",
            Self::Deactivated => "deactivated",
            Self::Purged => "purged",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether somebody may sign in to it.
    pub const fn lets_in(self) -> bool {
        matches!(self, Self::Active)
    }

    /// An activation or rescue code is issued.
    pub fn issue_code(self) -> Next {
        match self {
            Self::Provisional | Self::Pending => Ok(Self::Pending),
            Self::Active => Ok(Self::Active),
            _ => self.no("given a code"),
        }
    }

    /// The code was used and credentials chosen.
    pub fn activate(self) -> Next {
        match self {
            Self::Pending | Self::Active => Ok(Self::Active),
            _ => self.no("activated"),
        }
    }

    /// An administrator stops it.
    pub fn suspend(self) -> Next {
        if self == Self::Active { Ok(Self::Suspended) } else { self.no("suspended") }
    }

    /// An administrator lets it go on.
    pub fn resume(self) -> Next {
        if self == Self::Suspended { Ok(Self::Active) } else { self.no("resumed") }
    }

    /// The last affiliation ended. A suspended account stays suspended, or coming back would lift the suspension.
    pub fn lapse(self) -> Next {
        match self {
            Self::Provisional | Self::Pending | Self::Active => Ok(Self::Dormant),
            _ => self.no("left dormant"),
        }
    }

    /// The person is somewhere again; `activated` says whether credentials are still there.
    pub fn wake(self, activated: bool) -> Next {
        match self {
            Self::Dormant if activated => Ok(Self::Active),
            Self::Dormant | Self::Deactivated => Ok(Self::Pending),
            _ => self.no("woken"),
        }
    }

    /// It is closed and its credentials are removed.
    pub fn deactivate(self) -> Next {
        match self {
            Self::Suspended | Self::Dormant => Ok(Self::Deactivated),
            _ => self.no("deactivated"),
        }
    }

    /// All but the tombstone is removed.
    pub fn purge(self) -> Next {
        match self {
            Self::Dormant | Self::Deactivated => Ok(Self::Purged),
            _ => self.no("purged"),
        }
    }

    /// What follows from where the person is now; `None` when nothing does. Somebody awaited by another school keeps
    /// the account as it is, for a while.
    pub fn follow(self, presence: Presence, activated: bool) -> Option<Self> {
        match presence {
            Presence::Somewhere => self.wake(activated).ok(),
            Presence::Awaited => None,
            Presence::Completed | Presence::Nowhere => self.lapse().ok(),
        }
    }

    const fn no(self, step: &'static str) -> Next {
        Err(NoSuchStep { from: self, step })
    }
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountState::*, *};

    #[test]
    fn an_account_goes_through_its_states_in_order() {
        let states = [
            Ok(Provisional),
            Provisional.issue_code(),
            Pending.activate(),
            Active.suspend(),
            Suspended.deactivate(),
            Deactivated.purge(),
        ];
        assert_eq!(states, [Provisional, Pending, Active, Suspended, Deactivated, Purged].map(Ok));
        assert_eq!(Suspended.resume(), Ok(Active));
        assert_eq!(Active.lapse(), Ok(Dormant));
        assert_eq!(Active.purge(), Err(NoSuchStep { from: Active, step: "purged" }));
        assert_eq!(Active.purge().unwrap_err().to_string(), "an account that is active cannot be purged");
    }

    #[test]
    fn whoever_comes_back_finds_the_account_as_it_was() {
        assert_eq!(Dormant.wake(true), Ok(Active));
        assert_eq!(Dormant.wake(false), Ok(Pending));
        assert_eq!(Deactivated.wake(true), Ok(Pending));
        assert_eq!(Pending.follow(Presence::Awaited, true), None);
        assert_eq!(Pending.follow(Presence::Nowhere, true), Some(Dormant));
        for presence in [Presence::Somewhere, Presence::Awaited, Presence::Completed, Presence::Nowhere] {
            assert_eq!(Suspended.follow(presence, true), None);
        }
    }

    #[test]
    fn nothing_leads_out_of_purged_and_only_credentials_or_a_return_lead_to_active() {
        for from in AccountState::ALL {
            let steps = [
                from.issue_code(),
                from.activate(),
                from.suspend(),
                from.resume(),
                from.lapse(),
                from.wake(false),
                from.wake(true),
                from.deactivate(),
                from.purge(),
            ];
            assert!(from != Purged || steps.iter().all(Result::is_err));
            assert_eq!(AccountState::named(from.as_str()), Some(from));
            assert!(from.wake(false) != Ok(Active));
        }
    }
}
