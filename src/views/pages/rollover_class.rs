//! P15, one class of a school's step: what becomes of it and of each pupil, in one form.

use askama::Template;

use crate::views::{ClassFate, Frame, Icon, RolloverClass, School};

/// One class of a school's step, pupil by pupil.
#[derive(Template, Clone, Debug)]
#[template(path = "console/rollover_class.html")]
pub struct RolloverClassPage {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// The school.
    pub school: School,
    /// The class.
    pub class: RolloverClass,
    /// Whether something may still be said.
    pub open: bool,
    /// The other classes of next year.
    pub others: Vec<String>,
    /// What is chosen for the class in the form.
    pub fate: ClassFate,
    /// The pupils, in the order of a class list.
    pub pupils: Vec<RolloverPupil>,
    /// Whether what was chosen is stored.
    pub saved: bool,
    /// What is wrong with what is said of the class.
    pub problem: Option<RolloverClassProblem>,
    /// Whether something was said of somebody who is not in the class any more.
    pub gone: bool,
}

impl RolloverClassPage {
    /// Whether nothing was stored, since something is wrong.
    pub fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.gone || self.pupils.iter().any(|pupil| pupil.nowhere)
    }

    /// The pupils for whom something else has to be chosen, each with the number of their field.
    pub fn lost(&self) -> impl Iterator<Item = (usize, &RolloverPupil)> {
        (1..).zip(&self.pupils).filter(|(_, pupil)| pupil.nowhere)
    }
}

/// Why nothing was said of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloverClassProblem {
    /// The text is no name of a class.
    Name,
    /// Pupils of other classes are to join it under its present name.
    Awaited,
}

impl RolloverClassProblem {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "rollover-bad-name",
            Self::Awaited => "rollover-awaited",
        }
    }
}

/// A pupil, and what becomes of them.
#[derive(Clone, Debug)]
pub struct RolloverPupil {
    /// Their id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// What becomes of them, if it is not what becomes of the class.
    pub mark: Option<PupilMark>,
    /// What is chosen for them in the form.
    pub chosen: Option<PupilMark>,
    /// Whether it is a class that will not be there.
    pub nowhere: bool,
}

impl RolloverPupil {
    /// Whether they are to go on in that class, which is not their class's.
    pub fn joins(&self, code: &str) -> bool {
        matches!(&self.chosen, Some(PupilMark::Joins(joined)) if joined == code)
    }

    /// The class that is chosen for them and is not among those that are offered: it stays chosen until somebody says otherwise.
    pub fn elsewhere(&self, offered: &[String]) -> Option<&str> {
        match &self.chosen {
            Some(PupilMark::Joins(code)) if !offered.contains(code) => Some(code),
            _ => None,
        }
    }

    /// What becomes of them, as the form says it, so that only what somebody changed is stored.
    pub fn shown(&self) -> String {
        PupilMark::text(self.mark.as_ref())
    }
}

/// What becomes of a pupil who does not go the way of the class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PupilMark {
    /// Repeats the year.
    Repeats,
    /// Leaves school.
    Leaves,
    /// Goes on in that class.
    Joins(String),
}

impl PupilMark {
    /// As a form says it.
    pub fn text(mark: Option<&Self>) -> String {
        match mark {
            None => "class".to_owned(),
            Some(Self::Repeats) => "repeats".to_owned(),
            Some(Self::Leaves) => "leaves".to_owned(),
            Some(Self::Joins(code)) => format!("joins {code}"),
        }
    }

    /// As a form said it.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "repeats" => Some(Self::Repeats),
            "leaves" => Some(Self::Leaves),
            other => other.strip_prefix("joins ").map(|code| Self::Joins(code.to_owned())),
        }
    }
}
