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
    /// The sealed request to go on with; may be empty.
    pub flow: String,
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
        /// What was typed and is no code, to be mended; anything that may be one is typed again.
        code: String,
        /// What is wrong.
        problem: Option<CodeProblem>,
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
        /// Whether the password was set by a form that was sent before this one.
        before: bool,
        /// Where to sign in.
        next: String,
    },
}

/// What is wrong with an ID and a code; none of it tells whether an account exists (R31).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// A field was left empty.
    Missing,
    /// The pair is not right.
    Wrong,
    /// The ID has so many digits, not 10.
    ShortId(usize),
    /// An input method changed the code.
    Mangled,
    /// No code has this letter.
    Letter(char),
    /// So many letters, not 13.
    Length(usize),
    /// One letter was mistyped.
    Mistyped,
    /// The page was open too long, or the code was used.
    Expired,
    /// Wait so many seconds.
    Slow(u64),
}

impl CodeProblem {
    /// Whether the sector ID may be what is wrong.
    pub const fn blames_username(&self) -> bool {
        matches!(self, Self::Missing | Self::Wrong | Self::ShortId(_))
    }

    /// Whether the code may be what is wrong.
    pub const fn blames_code(&self) -> bool {
        !matches!(self, Self::Expired | Self::Slow(_))
    }
}

/// How a person is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A pupil: "em".
    Pupil,
    /// Teachers and staff: "thầy/cô".
    Staff,
    /// Whoever is neither, or not known: without a pronoun.
    Anybody,
}

impl Whom {
    /// The key of "is this you?".
    pub const fn is_it_you(self) -> &'static str {
        match self {
            Self::Pupil => "activate-is-it-you",
            Self::Staff => "activate-is-it-you-staff",
            Self::Anybody => "activate-is-it-you-anybody",
        }
    }
}

impl ActivateStage {
    /// Whether the sector ID is marked.
    pub fn username_invalid(&self) -> bool {
        matches!(self, Self::Code { problem: Some(problem), .. } if problem.blames_username())
    }

    /// Whether the code is marked.
    pub fn code_invalid(&self) -> bool {
        matches!(self, Self::Code { problem: Some(problem), .. } if problem.blames_code())
    }

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
    /// Where a code is entered.
    pub have_code: String,
    /// Where to sign in.
    pub back: String,
}
