//! The console's pages of the step into the next school year: the schools, and one school's classes.

use askama::Template;
use jiff::civil::Date;

use crate::{
    base::clock::Moment,
    views::{Frame, Icon, School},
};

/// The schools that have a draft, and a way to each of the others.
#[derive(Template, Clone, Debug)]
#[template(path = "console/rollovers.html")]
pub struct Rollovers {
    /// What surrounds it.
    pub f: Frame,
    /// What was typed to choose a school.
    pub school: String,
    /// Which schools that means.
    pub schools: Vec<School>,
    /// What there is, the latest first.
    pub rows: Vec<RolloverLine>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
}

impl Rollovers {
    /// How many schools are offered to choose from.
    pub const MOST_SCHOOLS: usize = 20;
}

/// A school's step in a list.
#[derive(Clone, Debug)]
pub struct RolloverLine {
    /// The school.
    pub school: School,
    /// The years: 2026-2027 → 2027-2028.
    pub years: Years,
    /// How far it has come.
    pub state: RolloverState,
    /// The day of one that waits for it.
    pub on: Option<Date>,
}

/// A school year and the one after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Years {
    /// The year that ends.
    pub from: String,
    /// The year that begins.
    pub to: String,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloverState {
    /// To be reviewed.
    Draft,
    /// Waits for its day.
    Scheduled,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Being taken back.
    Undoing,
    /// Taken back.
    Undone,
}

impl RolloverState {
    /// All, for tests.
    pub const ALL: [Self; 6] = [Self::Draft, Self::Scheduled, Self::Running, Self::Done, Self::Undoing, Self::Undone];

    /// The key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "rollover-draft",
            Self::Scheduled => "rollover-scheduled",
            Self::Running => "rollover-running",
            Self::Done => "rollover-done",
            Self::Undoing => "rollover-undoing",
            Self::Undone => "rollover-undone",
        }
    }

    /// Its picture.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Draft => Icon::Dotted,
            Self::Scheduled => Icon::Calendar,
            Self::Running | Self::Undoing => Icon::Clock,
            Self::Done => Icon::Check,
            Self::Undone => Icon::Back,
        }
    }

    /// Its colour: the class of the chip.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Undone => "calm",
            Self::Scheduled | Self::Running | Self::Undoing => "warn",
            Self::Done => "good",
        }
    }
}

/// A school's step, class by class.
#[derive(Template, Clone, Debug)]
#[template(path = "console/rollover.html")]
pub struct Rollover {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// The school.
    pub school: School,
    /// From which year to which.
    pub years: Years,
    /// How far it has come; `None` before there is a draft.
    pub state: Option<RolloverState>,
    /// The day of one that waits for it, or was typed.
    pub on: String,
    /// The day on which it is done, or was, or was not.
    pub day: Option<Date>,
    /// Until when it can be taken back, if it still can.
    pub undo_until: Option<Moment>,
    /// The classes.
    pub classes: Vec<RolloverClass>,
    /// Those to whom something had happened when it was taken back: the addresses of their pages, and their names.
    pub kept: Vec<(String, String)>,
    /// How many others there are, whom the reader may not see, or too many to be named.
    pub unnamed: u64,
    /// Why nothing was done.
    pub problem: Option<RolloverProblem>,
}

impl Rollover {
    /// Whether classes and pupils may still be looked through.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, Some(RolloverState::Draft | RolloverState::Scheduled))
    }

    /// The day on which a draft was not done, for who scheduled it might not have it done any more.
    pub fn lapsed(&self) -> Option<Date> {
        self.day.filter(|_| self.state == Some(RolloverState::Draft))
    }

    /// Whether the day that was typed is the problem.
    pub fn is_bad_day(&self) -> bool {
        self.problem.is_some_and(RolloverProblem::is_of_day)
    }

    /// What becomes of the pupils; `None` where that is not known any more.
    pub fn tally(&self) -> Option<Tally> {
        Tally::of(&self.classes)
    }
}

/// What becomes of a school's pupils.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub all: u64,
    /// Go up, with their class or in another.
    pub up: u64,
    /// Repeat the year.
    pub repeat: u64,
    /// Leave school, or have completed its level.
    pub leave: u64,
    /// Are in a class that is left as it is.
    pub stay: u64,
}

impl Tally {
    /// Of the pupils of these classes, where it is known of all of them.
    pub fn of(classes: &[RolloverClass]) -> Option<Self> {
        classes.iter().try_fold(Self::default(), |sum, class| Some(sum.and(class.pupils?, &class.fate)))
    }

    fn and(self, heads: Heads, fate: &ClassFate) -> Self {
        let Heads { all, repeat, leave, other } = heads;
        let with_class = all.saturating_sub(repeat + leave + other);
        let [up, gone, stay] = match fate {
            ClassFate::GoesOn(_) => [with_class, 0, 0],
            ClassFate::Completes => [0, with_class, 0],
            ClassFate::Stays => [0, 0, with_class],
        };
        Self {
            all: self.all + all,
            up: self.up + up + other,
            repeat: self.repeat + repeat,
            leave: self.leave + leave + gone,
            stay: self.stay + stay,
        }
    }

    /// All numbers, as a form says that they were seen.
    pub fn text(&self) -> String {
        [self.all, self.up, self.repeat, self.leave, self.stay].map(|number| number.to_string()).join("-")
    }

    /// Each number that is shown, with the key of what it counts.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let stay = (self.stay > 0).then_some(("rollover-stays", self.stay));
        let always = [
            ("rollover-pupils", self.all),
            ("rollover-goes-on", self.up),
            ("rollover-repeat", self.repeat),
            ("rollover-gone", self.leave),
        ];
        always.into_iter().chain(stay)
    }
}

/// A look at what happens at once, before it is done.
#[derive(Template, Clone, Debug)]
#[template(path = "console/rollover_now.html")]
pub struct RolloverNow {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The school.
    pub school: School,
    /// From which year to which.
    pub years: Years,
    /// Today, as it was typed.
    pub on: String,
    /// What becomes of the pupils.
    pub tally: Tally,
}

/// Why nothing was done with a school's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloverProblem {
    /// The text is no day.
    Day,
    /// The day is over.
    Past,
    /// The school has no classes in the year.
    NoClasses,
}

impl RolloverProblem {
    /// Whether it is the day's.
    pub const fn is_of_day(self) -> bool {
        matches!(self, Self::Day | Self::Past)
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "rollover-bad-day",
            Self::Past => "rollover-past-day",
            Self::NoClasses => "rollover-no-classes",
        }
    }
}

/// A class, and what becomes of it.
#[derive(Clone, Debug)]
pub struct RolloverClass {
    /// Its id, for the address of its page.
    pub id: String,
    /// What it is called.
    pub code: String,
    /// What becomes of it.
    pub fate: ClassFate,
    /// How many pupils are in it, or were; `None` where that is not known any more.
    pub pupils: Option<Heads>,
}

/// How many pupils there are, and of them do not go the way of their class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// All of them.
    pub all: u64,
    /// Repeat the year.
    pub repeat: u64,
    /// Leave school.
    pub leave: u64,
    /// Go on in another class.
    pub other: u64,
}

impl Heads {
    /// Those who do not go the way of their class, by the key of what becomes of them; those that there are.
    pub fn exceptions(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = [("rollover-repeat", self.repeat), ("rollover-leave", self.leave), ("rollover-other", self.other)];
        all.into_iter().filter(|(_, count)| *count > 0)
    }
}

/// What becomes of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassFate {
    /// It goes on under that name.
    GoesOn(String),
    /// Its level is done.
    Completes,
    /// It is left as it is.
    Stays,
}

impl ClassFate {
    /// The key of its text, where it does not go on.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::GoesOn(_) => "rollover-goes-on",
            Self::Completes => "rollover-completes",
            Self::Stays => "rollover-stays",
        }
    }

    /// As a form says it.
    pub fn text(&self) -> String {
        match self {
            Self::GoesOn(code) => format!("goes_on {code}"),
            Self::Completes => "completes".to_owned(),
            Self::Stays => "stays".to_owned(),
        }
    }

    /// What it is called next year; empty when it does not go on.
    pub fn code(&self) -> &str {
        if let Self::GoesOn(code) = self { code } else { "" }
    }
}
