//! What each page is called, in its `<h1>` and its `<title>`.

use std::borrow::Cow;

use super::pages::{
    Account, Activate, ActivateStage, Audit, Board, BoardStage, Bulk, Choose, ChooseAmong, Class, CodeIssued, Consent,
    ConsoleHome, Correction, Disowned, Dormant, Enrolment, Error, Event, Failure, FirstAdministrator, FormPost,
    Imports, Jobs, Logout, Merge, NotMe, Password, People, Person, Portal, PupilCode, Purge, Recover, Renumber, Role,
    RoleNew, Roles, Rollover, RolloverClassPage, RolloverNow, Rollovers, SchoolClose, SchoolNew, SchoolPage, Schools,
    SignIn, SignedOut, Slips, Text, Transfer, TransferNew, Transfers,
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

impl Activate {
    /// Names the step.
    pub fn heading(&self) -> Cow<'_, str> {
        match &self.stage {
            ActivateStage::Code { .. } => self.f.t.say("activate-title"),
            ActivateStage::Confirm { whom, .. } => self.f.t.say(whom.is_it_you()),
            ActivateStage::Password { .. } => self.f.t.say("activate-choose-password"),
            ActivateStage::Done { .. } => self.f.t.say("activate-done-title"),
        }
    }
}

impl Board {
    /// Asks for the letters, then names the board.
    pub fn heading(&self) -> Cow<'_, str> {
        match &self.stage {
            BoardStage::Code { .. } => self.f.t.say("board-title"),
            BoardStage::Answer { name, .. } => self.f.t.with("board-ask", "name", name),
            BoardStage::Open { .. } => self.f.t.say("board-open-title"),
            BoardStage::Closed => self.f.t.say("board-closed-title"),
        }
    }
}

impl Person {
    /// The person's name.
    pub fn heading(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }
}

impl Bulk {
    /// What is done.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.say(self.deed.key())
    }
}

impl CodeIssued {
    /// Names whom the code is for.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.with("code-title", "name", &self.name)
    }
}

impl SchoolPage {
    /// The school's name.
    pub fn heading(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.line.school.name)
    }
}

impl SchoolClose {
    /// Asks about that school.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.with("school-close-which", "school", self.school.name.as_str())
    }
}

impl Transfer {
    /// The pupil's name, or the sector ID.
    pub fn heading(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.line.whom())
    }
}

impl Event {
    /// What happened.
    pub fn heading(&self) -> Cow<'_, str> {
        self.line.deed.map_or(Cow::Borrowed(self.line.action.as_str()), |key| self.f.t.say(key))
    }
}

impl Role {
    /// Who has the role.
    pub fn heading(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.row.name)
    }
}

impl RolloverClassPage {
    /// Names the class.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.with("rollover-class-title", "code", &self.class.code)
    }
}

impl PupilCode {
    /// Names whom the code is for.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.with("code-title", "name", &self.name)
    }
}

impl Class {
    /// The class.
    pub fn heading(&self) -> Cow<'_, str> {
        self.f.t.with("slip-class", "class", &self.code)
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
    ChooseAmong "choose-title";
    Consent "consent-title";
    Logout "logout-title";
    SignedOut "logout-done-title";
    Portal "portal-title";
    Account "account-title";
    Password "password-title";
    Recover "recover-title";
    NotMe "not-me-title";
    Disowned "disowned-title";
    Error "op-error-title";
    FormPost "form-post-title";
    ConsoleHome "console-title";
    People "people-title";
    Slips "slips-title";
    Dormant "dormant-title";
    Purge "purge-title";
    Renumber "renumber-title";
    Schools "schools-title";
    SchoolNew "school-new-title";
    Imports "import-title";
    Transfers "transfers-title";
    TransferNew "transfer-new-title";
    Correction "correct-title";
    Enrolment "enrol-title";
    Merge "merge-title";
    Jobs "jobs-title";
    Roles "roles-title";
    Audit "audit-title";
    Failure "failure-title";
    RoleNew "role-new-title";
    Rollovers "rollovers-title";
    Rollover "rollovers-title";
    RolloverNow "rollover-now-title";
    FirstAdministrator "first-title";
}
