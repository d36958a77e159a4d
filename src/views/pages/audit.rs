//! The console's pages of the audit trail: a list that is asked in words or by a form, one event, and what a support code leads
//! to.

use askama::Template;

use crate::{
    base::clock::Moment,
    views::{Frame, Icon, deeds::DEEDS},
};

/// Events, the newest first.
#[derive(Template, Clone, Debug)]
#[template(path = "console/audit.html")]
pub struct Audit {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The question as a line, or what was typed where that is none.
    pub line: String,
    /// The question's parts, by the names of the line's words.
    pub asked: Vec<(&'static str, String)>,
    /// Whether it was asked by the form.
    pub by_form: bool,
    /// Why nothing was looked for.
    pub problems: Vec<QueryProblem>,
    /// The events.
    pub rows: Vec<EventLine>,
    /// The address of the newer page.
    pub newer: Option<String>,
    /// The address of the older page.
    pub older: Option<String>,
    /// How the chain stands, for whoever reads all of it.
    pub chain: Option<ChainState>,
    /// Whether this administrator may take events away.
    pub exports: bool,
}

impl Audit {
    /// A part of the question.
    pub fn part(&self, name: &str) -> &str {
        self.asked.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether a part of the question is this.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.part(name) == value
    }

    /// Whether the line is wrong.
    pub const fn wrong(&self) -> bool {
        !self.by_form && !self.problems.is_empty()
    }

    /// What is wrong with a field of the form.
    pub fn wrong_at(&self, field: &str) -> Option<&QueryProblem> {
        self.problems.iter().find(|problem| self.by_form && problem.field == field)
    }

    /// Whether an ID may be somebody's out of reach, of whom a list tells as little as of nobody (R38).
    pub fn may_be_elsewhere(&self) -> bool {
        self.chain.is_none() && ["actor", "person"].iter().any(|name| !self.part(name).is_empty())
    }

    /// The deeds that can be asked for.
    pub const fn deeds(&self) -> &'static [(&'static str, &'static str)] {
        DEEDS
    }

    /// The address of a question.
    pub fn address(line: &str, turn: Option<(&str, &str)>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let given = [Some(("q", line)), turn];
        query.extend_pairs(given.into_iter().flatten().filter(|(_, value)| !value.is_empty()));
        match query.finish().as_str() {
            "" => "/console/audit".to_owned(),
            query => format!("/console/audit?{query}"),
        }
    }
}

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryProblem {
    /// The field of the form, and word of the line; empty for a word that is none.
    pub field: &'static str,
    /// The key of its text.
    pub key: &'static str,
    /// What was typed.
    pub words: String,
}

/// An event in a list.
#[derive(Clone, Debug)]
pub struct EventLine {
    /// Its id, for the address of its page.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Who.
    pub who: Party,
    /// What: the key of its words.
    pub deed: Option<&'static str>,
    /// What, as it is kept.
    pub action: String,
    /// To whom or what.
    pub whom: Party,
    /// Whether it failed or was refused.
    pub failed: bool,
    /// From where.
    pub address: Option<String>,
}

/// Who does something, or to whom or what it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// A person, and the address of their page for whoever may look.
    Person(String, Option<String>),
    /// Whoever may run commands on the server.
    CommandLine,
    /// The program by itself.
    System,
    /// Who did it, did it to themselves.
    Same,
    /// Something else: the key of its words.
    Thing(&'static str),
    /// An app, a school: by its name.
    Other(String),
}

/// How the chain over the trail stands.
#[derive(Clone, Debug)]
pub struct ChainState {
    /// The last sealed event.
    pub last: u64,
    /// The first event that is kept; later than 1 after a purge.
    pub first: u64,
    /// Up to which event it was looked at, and when.
    pub checked: Option<(u64, Moment)>,
    /// When it was last looked at as a whole.
    pub whole: Option<Moment>,
    /// The event at which it does not hold, and the key of the text that says why.
    pub broken: Option<(u64, &'static str)>,
}

/// One event.
#[derive(Template, Clone, Debug)]
#[template(path = "console/event.html")]
pub struct Event {
    /// What surrounds it.
    pub f: Frame,
    /// The event.
    pub line: EventLine,
    /// The name of the org over which the right was held by which it was done.
    pub over: Option<String>,
    /// What else is kept of it: names and values.
    pub detail: Vec<(String, String)>,
    /// Its place in the chain, and the chain's value there.
    pub sealed: Option<(u64, String)>,
    /// What proves it, in hexadecimal digits.
    pub proof: String,
    /// More about the same subject.
    pub about: Option<String>,
}

/// What a support code leads to.
#[derive(Template, Clone, Debug)]
#[template(path = "console/failure.html")]
pub struct Failure {
    /// What surrounds it.
    pub f: Frame,
    /// What was typed.
    pub code: String,
    /// What was found.
    pub found: Option<FailureTrace>,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct FailureTrace {
    /// When it was answered.
    pub at: Moment,
    /// GET, POST.
    pub method: String,
    /// The path.
    pub path: String,
    /// The HTTP status.
    pub status: i64,
    /// How long it took.
    pub millis: u64,
    /// The code of the answer.
    pub error: String,
    /// What the log says was wrong.
    pub cause: String,
    /// Who was signed in.
    pub who: Option<Party>,
    /// From where.
    pub address: Option<String>,
    /// The address of what the trail says of that person about that time.
    pub trail: Option<String>,
}
