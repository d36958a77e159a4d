//! Ends and errors: P8, P24, the form post, plain text.

use askama::Template;

use crate::views::{Frame, Icon, assets};

/// P8: asking before signing out.
#[derive(Template, Clone, Debug)]
#[template(path = "logout.html")]
pub struct Logout {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The request, to be sent again.
    pub request: String,
    /// The name of the board that is to be closed; `None`: the person is to be signed out here.
    pub board: Option<String>,
}

/// P8: signed out.
#[derive(Template, Clone, Debug)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// What surrounds it.
    pub f: Frame,
    /// Whether only a board was closed.
    pub board: bool,
    /// Each app, and how it was left.
    pub apps: Vec<(String, AppLeft)>,
    /// Pages of apps that are loaded here.
    pub frames: Vec<String>,
    /// Where to go on.
    pub landing: Option<String>,
    /// Whether the browser goes there by itself when the pages are loaded.
    pub goes_on: bool,
}

/// How an app was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppLeft {
    /// It confirmed.
    Confirmed,
    /// Its page is loaded here; what comes of it is not known.
    InBrowser,
    /// It may still be open.
    Open,
}

impl SignedOut {
    /// That it is done: the key of the text that says so.
    pub fn done(&self) -> &'static str {
        if self.board { "logout-board-done" } else { "logout-done" }
    }

    /// Why the device may not be ready for the next person: the key of the text that says so.
    pub fn doubt(&self) -> Option<&'static str> {
        match self.apps.iter().map(|(_, left)| left).max()? {
            AppLeft::Confirmed => None,
            AppLeft::InBrowser => Some("logout-told-here"),
            AppLeft::Open => Some("logout-close-browser"),
        }
    }
}

/// P24: something cannot go on.
#[derive(Template, Clone, Debug)]
#[template(path = "error.html")]
pub struct Error {
    /// What surrounds it.
    pub f: Frame,
    /// The wire code, for automation.
    pub code: String,
    /// What happened and what to do: the key of its text.
    pub text: &'static str,
    /// Eight letters that lead to the log.
    pub support: String,
    /// The app that led here, if that is known.
    pub back: Option<WayBack>,
    /// Where to sign in again.
    pub again: String,
}

/// The way back to an app.
#[derive(Clone, Debug)]
pub struct WayBack {
    /// Its name.
    pub app: String,
    /// Its start page.
    pub address: String,
}

/// An answer that travels as a form (OAuth 2.0 Form Post Response Mode).
#[derive(Template, Clone, Debug)]
#[template(path = "form_post.html")]
pub struct FormPost {
    /// What surrounds it.
    pub f: Frame,
    /// Where to.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
}

/// What apps frame to hear whether the browser's state has changed: not for people.
#[derive(Template, Clone, Debug)]
#[template(path = "check_session.html")]
pub struct CheckSession {
    /// The cookie that holds the state.
    pub cookie: String,
}

impl CheckSession {
    /// The address of its script.
    pub fn script(&self) -> String {
        assets::address("check-session.js")
    }
}

/// A page of plain text: privacy, terms, for developers.
#[derive(Template, Clone, Debug)]
#[template(path = "text.html")]
pub struct Text {
    /// What surrounds it.
    pub f: Frame,
    /// Its heading: the key of its text.
    pub heading: &'static str,
    /// Its text's key.
    pub body: &'static str,
    /// An address below it.
    pub link: Option<String>,
}
