//! What each page is called, in its `<h1>` and its `<title>`.

use std::borrow::Cow;

use super::pages::{
    Account, Activate, Choose, Consent, Error, FormPost, Logout, Password, Portal, Recover, SignIn, SignedOut, Text,
};

impl SignIn {
    /// Names the app, when one leads here.
    pub fn heading(&self) -> Cow<'_, str> {
        match &self.app {
            Some(app) => self.f.t.with("sign-in-to", "app", &app.name),
            None => self.f.t.say("sign-in-title"),
        }
    }
}

impl Text {
    /// The heading it was given.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.say(self.heading)
    }
}

/// Pages that are always called the same.
macro_rules! called {
    ($($page:ident $key:literal;)*) => { $(impl $page {
        /// The page's heading.
        pub fn heading(&self) -> Cow<'_, str> { self.f.t.say($key) }
    })* };
}

called! {
    Choose "choose-title";
    Consent "consent-title";
    Logout "logout-title";
    SignedOut "logout-done-title";
    Portal "portal-title";
    Account "account-title";
    Password "password-title";
    Activate "activate-title";
    Recover "recover-title";
    Error "op-error-title";
    FormPost "form-post-title";
}
