//! P10: one's own account, and changing the password.

use askama::Template;

use crate::{
    base::clock::Moment,
    views::{Device, Frame, Icon},
};

/// P10: the account.
#[derive(Template, Clone, Debug)]
#[template(path = "account.html")]
pub struct Account {
    /// What surrounds it.
    pub f: Frame,
    /// The person's name.
    pub name: String,
    /// The person's sector ID.
    pub sector_id: String,
    /// As what (the key of the role's text), and where.
    pub contexts: Vec<(String, String)>,
    /// Signed-in browsers, this one first.
    pub sessions: Vec<SessionLine>,
    /// What happened lately, the latest first.
    pub activity: Vec<ActivityLine>,
    /// Apps that may be told something.
    pub apps: Vec<AppLine>,
    /// Whether it is a pupil's: then three sections are enough.
    pub pupil: bool,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// Whether the password was just changed.
    pub saved: bool,
}

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// What the browser calls itself (its `User-Agent`).
    pub agent: String,
    /// Since when.
    pub since: Moment,
    /// Whether it is this one.
    pub current: bool,
    /// Whether the device is the person's own.
    pub own: bool,
    /// What it is called, if it is a classroom's board.
    pub board: Option<String>,
}

impl SessionLine {
    /// What to call it.
    pub fn device(&self) -> Device {
        Device::of(&self.agent)
    }
}

/// Something that happened to the account.
#[derive(Clone, Debug)]
pub struct ActivityLine {
    /// What.
    pub deed: Deed,
    /// When.
    pub when: Moment,
    /// On which browser (its `User-Agent`), where one was involved.
    pub agent: Option<String>,
}

impl ActivityLine {
    /// The browser in plain words.
    pub fn device(&self) -> Option<String> {
        self.agent.as_deref().and_then(|agent| Device::of(agent).name())
    }
}

/// What the account's owner is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Signed in.
    SignedIn,
    /// Somebody tried and failed.
    Failed,
    /// Signed out.
    SignedOut,
    /// The account was activated.
    Activated,
    /// The owner said "that was not me".
    Disowned,
    /// The password was changed.
    PasswordChanged,
    /// An administrator issued a code for a new password.
    CodeIssued,
    /// An administrator suspended the account.
    Suspended,
    /// An administrator resumed the account.
    Resumed,
    /// An administrator signed the account out everywhere.
    SignedOutEverywhere,
    /// An administrative role was given.
    RoleGiven,
    /// An administrative role was taken.
    RoleTaken,
    /// A board was let in.
    BoardOpened,
    /// A board was kept out.
    BoardRefused,
}

impl Deed {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignedIn => "deed-signed-in",
            Self::Failed => "deed-failed",
            Self::SignedOut => "deed-signed-out",
            Self::Activated => "deed-activated",
            Self::Disowned => "deed-disowned",
            Self::PasswordChanged => "deed-password-changed",
            Self::CodeIssued => "deed-code-issued",
            Self::Suspended => "deed-suspended",
            Self::Resumed => "deed-resumed",
            Self::SignedOutEverywhere => "deed-signed-out-everywhere",
            Self::RoleGiven => "deed-role-given",
            Self::RoleTaken => "deed-role-taken",
            Self::BoardOpened => "deed-board-opened",
            Self::BoardRefused => "deed-board-refused",
        }
    }

    /// Its picture.
    pub const fn icon(self) -> Icon {
        match self {
            Self::SignedIn | Self::Activated | Self::BoardOpened => Icon::Check,
            Self::Failed | Self::Disowned => Icon::Alert,
            Self::SignedOut | Self::SignedOutEverywhere => Icon::Door,
            Self::PasswordChanged | Self::CodeIssued | Self::RoleGiven | Self::RoleTaken => Icon::Key,
            Self::BoardRefused => Icon::Ban,
            Self::Suspended => Icon::Pause,
            Self::Resumed => Icon::Play,
        }
    }
}

/// An app the person went to, and what it was told.
#[derive(Clone, Debug)]
pub struct AppLine {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// What it is told: labels in the page's language, and values.
    pub values: Vec<(String, String)>,
    /// Whether the person agreed to it themselves, and may take that back.
    pub asks_consent: bool,
}

/// "That was not me": what to do.
#[derive(Template, Clone, Debug)]
#[template(path = "not_me.html")]
pub struct NotMe {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
}

/// "That was not me": done.
#[derive(Template, Clone, Debug)]
#[template(path = "disowned.html")]
pub struct Disowned {
    /// What surrounds it.
    pub f: Frame,
}

/// Changing the password, by choice or because one must.
#[derive(Template, Clone, Debug)]
#[template(path = "password.html")]
pub struct Password {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Names this form, so that sending it twice changes the password once.
    pub once: String,
    /// The sealed request to go on with; may be empty.
    pub flow: String,
    /// Whether it must be changed before anything else.
    pub forced: bool,
    /// What is wrong with the new password: the key of its text.
    pub problem: Option<&'static str>,
    /// Whether the current password was wrong.
    pub current_wrong: bool,
    /// Wait so many seconds.
    pub slow: Option<u64>,
}
