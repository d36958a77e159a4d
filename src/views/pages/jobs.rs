//! The console's page of background work.

use askama::Template;

use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// What is being done in the background.
#[derive(Template, Clone, Debug)]
#[template(path = "console/jobs.html")]
pub struct Jobs {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// The latest imports.
    pub imports: Vec<TaskLine>,
    /// The latest steps of schools into their next year.
    pub rollovers: Vec<TaskLine>,
    /// What concerns the whole sector, for whoever administers it.
    pub sector: Option<Upkeep>,
    /// What was just done.
    pub done: Option<JobDone>,
}

impl Jobs {
    /// Whether something goes on, so that the page is worth loading again.
    pub fn works(&self) -> bool {
        self.imports.iter().chain(&self.rollovers).any(|task| task.works)
    }
}

/// An import or a rollover.
#[derive(Clone, Debug)]
pub struct TaskLine {
    /// The address of its page, where it is stopped, gone on with and taken back.
    pub address: String,
    /// What it is called: the first file, the school year.
    pub name: String,
    /// For which school.
    pub place: Option<String>,
    /// The key of its state's word.
    pub state: &'static str,
    /// Whether it is being worked at.
    pub works: bool,
    /// Rows or classes that are done, and of how many.
    pub rows: Option<(u64, u64)>,
    /// Where it is stopped, or gone on with: the address, and the key of the word for it.
    pub turn: Option<(String, &'static str)>,
    /// The address of its result.
    pub result: Option<String>,
}

impl TaskLine {
    /// How many of a hundred of them are done.
    pub fn percent(&self) -> Option<u64> {
        self.rows.filter(|_| self.works).and_then(|(done, all)| done.saturating_mul(100).checked_div(all))
    }
}

/// What goes on for the whole sector.
#[derive(Clone, Debug)]
pub struct Upkeep {
    /// How much work of each kind there is.
    pub counts: Vec<JobCount>,
    /// What was tried and did not succeed yet.
    pub jobs: Vec<JobLine>,
    /// The address of the next page of it.
    pub next: Option<String>,
    /// Whether events wait to be sealed.
    pub sealing: bool,
    /// The last sealed event.
    pub sealed: u64,
    /// When the chain was last looked at.
    pub checked: Option<Moment>,
    /// How many days events are kept.
    pub kept_days: u64,
    /// How many signing keys are published.
    pub keys: u64,
    /// When the next of them is exchanged.
    pub exchange: Option<Moment>,
}

/// How much work of a kind there is.
#[derive(Clone, Debug)]
pub struct JobCount {
    /// The key of its words.
    pub kind: &'static str,
    /// Whether it failed for good; else it waits.
    pub failed: bool,
    /// How much.
    pub count: u64,
    /// When the next of it is due.
    pub next: Option<Moment>,
}

/// A job that was tried and did not succeed yet.
#[derive(Clone, Debug)]
pub struct JobLine {
    /// Its id.
    pub id: String,
    /// The key of its words.
    pub kind: &'static str,
    /// The app that it concerns.
    pub app: Option<String>,
    /// Whether it failed for good; else it is tried again.
    pub failed: bool,
    /// How often it was tried.
    pub tries: u64,
    /// When it is tried next.
    pub next: Option<Moment>,
    /// Why it did not succeed.
    pub error: Option<String>,
}

/// What was just done about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobDone {
    /// To be tried now.
    Retried,
    /// Given up.
    Discarded,
    /// Nothing.
    Nothing,
}

impl JobDone {
    /// All.
    pub const ALL: [Self; 3] = [Self::Retried, Self::Discarded, Self::Nothing];

    /// The one of a name in an address.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.name() == name)
    }

    /// Its name in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retried => "retried",
            Self::Discarded => "discarded",
            Self::Nothing => "nothing",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Retried => "job-retried",
            Self::Discarded => "job-discarded",
            Self::Nothing => "job-nothing",
        }
    }
}
