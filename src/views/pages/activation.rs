//! P3 and P5: the first password, and the one after a forgotten one.

use askama::Template;

use crate::views::{Frame, Icon};

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

/// Where in the activation. Each stage can be begun anew from its ticket: a closed page loses nothing.
#[derive(Clone, Debug)]
pub enum ActivateStage {
    /// Entering ID and code; sent to `/activate`.
    Code {
        /// What was typed.
        username: String,
        /// Whether it was wrong.
        wrong: bool,
    },
    /// "Is this you?"; sent to `/activate/confirm`.
    Confirm {
        /// The sealed claim to the account.
        ticket: String,
        /// The person's name.
        name: String,
        /// The person's class or school; may be empty.
        place: String,
        /// How the person is spoken to.
        whom: Whom,
    },
    /// The new password; sent to `/activate/password`.
    Password {
        /// The sealed claim to the account.
        ticket: String,
        /// The person's sector ID, for password managers.
        username: String,
        /// What is wrong with the password: the key of its text.
        problem: Option<&'static str>,
    },
    /// The account is ready.
    Done {
        /// The person's name.
        name: String,
    },
}

/// How a person is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A pupil: "em".
    Pupil,
    /// Teachers and staff: "thầy/cô".
    Staff,
}

impl Whom {
    /// The key of "is this you?".
    pub const fn is_it_you(self) -> &'static str {
        match self {
            Self::Pupil => "activate-is-it-you",
            Self::Staff => "activate-is-it-you-staff",
        }
    }
}

impl ActivateStage {
    /// Its place among the three steps; `None` when all are done.
    pub const fn step(&self) -> Option<u8> {
        match self {
            Self::Code { .. } => Some(1),
            Self::Confirm { .. } => Some(2),
            Self::Password { .. } => Some(3),
            Self::Done { .. } => None,
        }
    }
}

/// P5: what to do without the password.
#[derive(Template, Clone, Debug)]
#[template(path = "recover.html")]
pub struct Recover {
    /// What surrounds it.
    pub f: Frame,
}
