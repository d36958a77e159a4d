//! Opening a school, and closing one.

use askama::Template;

use super::console::School;
use crate::views::{Frame, Icon};

/// The form by which a school is opened.
#[derive(Template, Clone, Debug)]
#[template(path = "console/school_new.html")]
pub struct SchoolNew {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What was typed as code.
    pub code: String,
    /// What was typed as name.
    pub name: String,
    /// What was typed as commune.
    pub commune: String,
    /// The levels to choose from.
    pub levels: [SchoolLevel; 5],
    /// What is wrong, in the order of the fields.
    pub problems: Vec<FoundingProblem>,
}

impl SchoolNew {
    /// What is wrong with a field (by its id).
    pub fn problem(&self, field: &str) -> Option<FoundingProblem> {
        self.problems.iter().find(|problem| problem.field() == field).copied()
    }
}

/// A level that a school may teach.
#[derive(Clone, Copy, Debug)]
pub struct SchoolLevel {
    /// The field.
    pub name: &'static str,
    /// The key of its text.
    pub key: &'static str,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// What can be wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundingProblem {
    /// No code.
    Code,
    /// An open school has it.
    CodeTaken,
    /// A closed school had it.
    CodeSpent,
    /// No name.
    Name,
    /// No level.
    Levels,
    /// No commune.
    Commune,
}

impl FoundingProblem {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Code, Self::CodeTaken, Self::CodeSpent, Self::Name, Self::Levels, Self::Commune];

    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Code | Self::CodeTaken | Self::CodeSpent => "code",
            Self::Name => "name",
            Self::Levels => "levels",
            Self::Commune => "commune",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Code => "school-new-bad-code",
            Self::CodeTaken => "school-new-code-taken",
            Self::CodeSpent => "school-new-code-spent",
            Self::Name => "school-new-no-name",
            Self::Levels => "school-new-no-level",
            Self::Commune => "school-new-no-commune",
        }
    }
}

/// Whether a school is to be closed; or who stands in the way.
#[derive(Template, Clone, Debug)]
#[template(path = "console/school_close.html")]
pub struct SchoolClose {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Which.
    pub school: School,
    /// Pupils who are there.
    pub pupils: u64,
    /// Staff who are there.
    pub staff: u64,
    /// The key of what is wrong with what was typed.
    pub problem: Option<&'static str>,
}
