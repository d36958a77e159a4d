//! Getting in: P1, P4, P6.

use askama::Template;

use crate::views::{Frame, Icon};

/// P1: signing in.
#[derive(Template, Clone, Debug)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// What surrounds it.
    pub f: Frame,
    /// The app that leads here; `None` for the portal.
    pub app: Option<App>,
    /// The sealed request.
    pub flow: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What was typed, to be kept.
    pub username: String,
    /// Whether "my own device" was ticked.
    pub own_device: bool,
    /// What went wrong.
    pub problem: Option<SignInProblem>,
    /// Why the app asks although somebody is signed in.
    pub again: Option<Again>,
}

/// Why an app asks for a password although somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It wants a fresh sign-in.
    Password,
    /// It expects somebody else.
    SomebodyElse,
    /// It is no app, but something dangerous that is about to be done in the console.
    Deed,
    /// The same, for a file that has to be asked for again afterwards.
    File,
}

impl Again {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Password => "sign-in-again-why",
            Self::SomebodyElse => "sign-in-somebody-else",
            Self::Deed => "sign-in-again-deed",
            Self::File => "sign-in-again-file",
        }
    }
}

/// An app as pages name it.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its logo's address.
    pub logo: Option<String>,
    /// Its privacy policy's address.
    pub policy: Option<String>,
    /// Its terms' address.
    pub terms: Option<String>,
}

/// What went wrong at signing in; none of it tells whether an account exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// A field was left empty.
    Missing,
    /// The pair is not right.
    Wrong,
    /// The ID has so many digits, not 10.
    ShortId(usize),
    /// An input method changed the password.
    Mangled,
    /// Wait so many seconds.
    Slow(u64),
    /// Not on this device: there were very many tries.
    Closed,
    /// Everybody is signing in at once.
    Busy,
    /// The page was open too long.
    Expired,
}

impl SignInProblem {
    /// Whether the sector ID may be what is wrong.
    pub const fn blames_username(&self) -> bool {
        matches!(self, Self::Missing | Self::Wrong | Self::ShortId(_))
    }

    /// Whether the password may be what is wrong.
    pub const fn blames_password(&self) -> bool {
        matches!(self, Self::Missing | Self::Wrong | Self::ShortId(_) | Self::Mangled)
    }

    /// Whether the account itself may be what is wrong: said to everybody, so it tells nothing of anybody (R31).
    pub const fn may_be_closed(&self) -> bool {
        matches!(self, Self::Wrong | Self::ShortId(_))
    }
}

impl SignIn {
    /// Whether the ID's field is marked.
    pub fn username_invalid(&self) -> bool {
        self.problem.as_ref().is_some_and(SignInProblem::blames_username)
    }

    /// Whether the password's field is marked.
    pub fn password_invalid(&self) -> bool {
        self.problem.as_ref().is_some_and(SignInProblem::blames_password)
    }

    /// Where to begin typing: after a problem its summary has the focus.
    pub fn begins_at(&self, field: &str) -> bool {
        let first = if self.username.is_empty() { "username" } else { "password" };
        self.problem.is_none() && field == first
    }
}

/// P4: choosing an account.
#[derive(Template, Clone, Debug)]
#[template(path = "choose.html")]
pub struct Choose {
    /// What surrounds it.
    pub f: Frame,
    /// The app; `None` for our own pages.
    pub app: Option<String>,
    /// The sealed request.
    pub flow: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Who is signed in.
    pub name: String,
}

/// P4 on one's own device: the people who signed in here before, at most five.
#[derive(Template, Clone, Debug)]
#[template(path = "choose_among.html")]
pub struct ChooseAmong {
    /// What surrounds it.
    pub f: Frame,
    /// The app; `None` for our own pages.
    pub app: Option<String>,
    /// The sealed request.
    pub flow: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Who was here, the latest first; the page shows no more than [`ChooseAmong::MOST`].
    pub accounts: Vec<Remembered>,
}

impl ChooseAmong {
    /// How many accounts a device remembers.
    pub const MOST: usize = 5;
}

/// Somebody who signed in on this device.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// What the form sends as `account`: opaque, bound to this browser.
    pub handle: String,
    /// The person's name.
    pub name: String,
    /// The person's class or school.
    pub place: String,
    /// Whether the session still lives, so that no password is asked for.
    pub live: bool,
}

/// P6: agreeing to what an app is told.
#[derive(Template, Clone, Debug)]
#[template(path = "consent.html")]
pub struct Consent {
    /// What surrounds it.
    pub f: Frame,
    /// The app.
    pub app: String,
    /// The sealed request.
    pub flow: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What the app would be told: names and values.
    pub values: Vec<(String, String)>,
}
