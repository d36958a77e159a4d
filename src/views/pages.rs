//! The pages.

use askama::Template;

use super::Frame;

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
    /// Whether the app asked for the password again.
    pub again: bool,
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
    /// Everybody is signing in at once.
    Busy,
    /// The page was open too long.
    Expired,
}

/// P4: choosing an account.
#[derive(Template, Clone, Debug)]
#[template(path = "choose.html")]
pub struct Choose {
    /// What surrounds it.
    pub f: Frame,
    /// The app.
    pub app: String,
    /// The sealed request.
    pub flow: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Who is signed in.
    pub name: String,
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
}

/// P8: signed out.
#[derive(Template, Clone, Debug)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// What surrounds it.
    pub f: Frame,
    /// Each app, and whether it confirmed.
    pub apps: Vec<(String, bool)>,
    /// Where to go on.
    pub landing: Option<String>,
}

impl SignedOut {
    /// Whether an app could not be reached.
    pub fn incomplete(&self) -> bool {
        self.apps.iter().any(|(_, confirmed)| !confirmed)
    }
}

/// P9: the portal.
#[derive(Template, Clone, Debug)]
#[template(path = "portal.html")]
pub struct Portal {
    /// What surrounds it.
    pub f: Frame,
    /// Who is signed in.
    pub name: String,
    /// Where, and as what.
    pub contexts: Vec<(String, String)>,
    /// The apps this person may use.
    pub tiles: Vec<Tile>,
    /// What was searched for.
    pub query: String,
}

/// An app in the portal.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub address: String,
}

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
    /// Where, and as what.
    pub contexts: Vec<(String, String)>,
    /// Signed-in browsers.
    pub sessions: Vec<SessionLine>,
    /// Apps the person went to.
    pub apps: Vec<String>,
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
    /// What the browser calls itself.
    pub agent: String,
    /// Since when.
    pub since: String,
    /// Whether it is this one.
    pub current: bool,
    /// Whether the device is the person's own.
    pub own: bool,
}

/// Changing the password, by choice or because one must.
#[derive(Template, Clone, Debug)]
#[template(path = "password.html")]
pub struct Password {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The sealed request to go on with.
    pub flow: String,
    /// Whether it must be changed before anything else.
    pub forced: bool,
    /// What is wrong with the new password: the key of its text.
    pub problem: Option<&'static str>,
    /// Whether the current password was wrong.
    pub current_wrong: bool,
}

/// P3: activating an account.
#[derive(Template, Clone, Debug)]
#[template(path = "activate.html")]
pub struct Activate {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Where in it.
    pub stage: ActivateStage,
}

/// Where in the activation.
#[derive(Clone, Debug)]
pub enum ActivateStage {
    /// Entering ID and code.
    Code {
        /// What was typed.
        username: String,
        /// Whether it was wrong.
        wrong: bool,
    },
    /// "Is this you?", then the new password.
    Password {
        /// The sealed claim to the account.
        ticket: String,
        /// The person's name.
        name: String,
        /// The person's class or school.
        place: String,
        /// What is wrong with the password: the key of its text.
        problem: Option<&'static str>,
    },
}

/// P5: what to do without the password.
#[derive(Template, Clone, Debug)]
#[template(path = "recover.html")]
pub struct Recover {
    /// What surrounds it.
    pub f: Frame,
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
    /// Where the app is.
    pub back: Option<String>,
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
