//! P7: letting a board in from a phone.

use askama::Template;

use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// P7: the letters, the question, and what came of it.
#[derive(Template, Clone, Debug)]
#[template(path = "board.html")]
pub struct Board {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// How far it is.
    pub stage: BoardStage,
}

/// How far somebody is in letting a board in.
#[derive(Clone, Debug)]
pub enum BoardStage {
    /// The letters that the board shows.
    Code {
        /// As they were typed, or stood in the QR code.
        code: String,
        /// What is wrong with them.
        problem: Option<BoardProblem>,
    },
    /// Let it in, and for how long?
    Answer {
        /// The letters, to be compared.
        code: String,
        /// What the board is called.
        name: String,
        /// The school it stands in.
        school: Option<String>,
        /// Whether that is a school of the person's.
        at_home: bool,
        /// Who is signed in.
        person: String,
        /// What its app would be told, where people are asked: names and values.
        values: Vec<(String, String)>,
    },
    /// It is let in.
    Open {
        /// Until then.
        until: Moment,
    },
    /// It is kept out.
    Closed,
}

/// What is wrong with the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardProblem {
    /// There are none.
    Missing,
    /// An input method changed them.
    Mangled,
    /// No code has this one.
    Letter(char),
    /// There are so many, not eight.
    Length(usize),
    /// No board shows them.
    Unknown,
    /// They were used, or have waited too long.
    Over,
    /// The board is not for this person.
    NotForYou,
    /// Too many were wrong: wait so many seconds.
    Slow(u64),
}
