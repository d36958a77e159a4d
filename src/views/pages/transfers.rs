//! The console's pages of transfers between schools: the list, one request, and the form to ask.

use askama::Template;

use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// Requests of the schools within reach.
#[derive(Template, Clone, Debug)]
#[template(path = "console/transfers.html")]
pub struct Transfers {
    /// What surrounds it.
    pub f: Frame,
    /// Which list.
    pub list: TransferList,
    /// How many wait for pupils who are to leave, and for pupils who are to come.
    pub waiting: (u64, u64),
    /// The requests, the latest first.
    pub rows: Vec<TransferLine>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether this administrator may ask for a pupil.
    pub asks: bool,
    /// What was just done.
    pub done: Option<TransferDone>,
}

/// Which requests are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferList {
    /// Of pupils who come; else of those who leave.
    pub coming: bool,
    /// Those that were decided; else those that wait.
    pub decided: bool,
}

impl TransferList {
    /// All four, in the order of their links.
    pub const ALL: [Self; 4] = [
        Self { coming: false, decided: false },
        Self { coming: true, decided: false },
        Self { coming: false, decided: true },
        Self { coming: true, decided: true },
    ];

    /// Its address.
    pub const fn address(self) -> &'static str {
        match (self.coming, self.decided) {
            (false, false) => "/console/transfers",
            (true, false) => "/console/transfers?side=in",
            (false, true) => "/console/transfers?list=decided",
            (true, true) => "/console/transfers?side=in&list=decided",
        }
    }

    /// Where it is taken away.
    pub fn export(self) -> String {
        self.address().replacen("/console/transfers", "/console/transfers/export", 1)
    }

    /// The address of a later page of it.
    pub fn after(self, cursor: &str) -> String {
        let joint = if self == Self::ALL[0] { '?' } else { '&' };
        format!("{}{joint}after={cursor}", self.address())
    }

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match (self.coming, self.decided) {
            (false, false) => "transfers-leaving",
            (true, false) => "transfers-coming",
            (false, true) => "transfers-left",
            (true, true) => "transfers-came",
        }
    }

    /// The key of what is said where it is empty.
    pub const fn empty(self) -> &'static str {
        match (self.coming, self.decided) {
            (false, false) => "transfers-none-leaving",
            (true, false) => "transfers-none-coming",
            (_, true) => "transfers-none-decided",
        }
    }
}

impl Transfers {
    /// How many wait in a list; `None` for those of decided ones, which nobody has to count.
    pub fn count(&self, list: &TransferList) -> Option<u64> {
        let (leaving, coming) = self.waiting;
        (!list.decided).then_some(if list.coming { coming } else { leaving })
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct TransferLine {
    /// Its id, for the address of its page.
    pub id: String,
    /// The pupil's name; `None` for the school that asks, until the pupil is there.
    pub name: Option<String>,
    /// The sector ID.
    pub sector_id: String,
    /// The school that is left.
    pub from: String,
    /// The school that is entered.
    pub to: String,
    /// What became of it.
    pub state: TransferState,
    /// Why it was declined.
    pub reason: Option<String>,
    /// When it was asked for.
    pub asked: Moment,
    /// When it was decided.
    pub decided: Option<Moment>,
}

impl TransferLine {
    /// The pupil: by name, where it is known.
    pub fn whom(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.sector_id)
    }
}

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// To be decided.
    Waiting,
    /// The pupil has moved.
    Approved,
    /// Refused.
    Declined,
    /// Taken back.
    Withdrawn,
    /// Not decided in time.
    Expired,
}

impl TransferState {
    /// All, for tests.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Approved, Self::Declined, Self::Withdrawn, Self::Expired];

    /// The key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "transfer-waiting",
            Self::Approved => "transfer-approved",
            Self::Declined => "transfer-declined",
            Self::Withdrawn => "transfer-withdrawn",
            Self::Expired => "transfer-expired",
        }
    }

    /// Its picture.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Waiting => Icon::Clock,
            Self::Approved => Icon::Check,
            Self::Declined => Icon::Cross,
            Self::Withdrawn => Icon::Back,
            Self::Expired => Icon::Moon,
        }
    }

    /// Its colour: the class of the chip.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "warn",
            Self::Approved => "good",
            Self::Declined => "bad",
            Self::Withdrawn | Self::Expired => "calm",
        }
    }
}

/// What was just done about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferDone {
    /// Asked: the other school decides.
    Asked,
    /// Claimed: the pupil had been released.
    Came,
}

impl TransferDone {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Asked => "transfer-asked",
            Self::Came => "transfer-claimed",
        }
    }
}

/// One request, and what this administrator may do about it.
#[derive(Template, Clone, Debug)]
#[template(path = "console/transfer.html")]
pub struct Transfer {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// The request.
    pub line: TransferLine,
    /// The address of the pupil's page, for the school that may see it.
    pub pupil: Option<String>,
    /// Whether it is theirs to decide.
    pub decides: bool,
    /// Whether it is theirs to take back.
    pub withdraws: bool,
    /// Why nothing was done.
    pub problem: Option<TransferProblem>,
}

/// Why a request was not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferProblem {
    /// A refusal without a reason.
    NoReason,
    /// The school that asked is closed.
    SchoolClosed,
}

impl TransferProblem {
    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoReason => "transfer-no-reason",
            Self::SchoolClosed => "transfer-school-closed",
        }
    }
}

/// The form by which a school asks for a pupil.
#[derive(Template, Clone, Debug)]
#[template(path = "console/transfer_new.html")]
pub struct TransferNew {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What was typed to choose the school; `None` where there is only one.
    pub school: Option<String>,
    /// What was typed as sector ID.
    pub sector_id: String,
    /// What was typed as birth date.
    pub born: String,
    /// What is wrong, in the order of the fields.
    pub problems: Vec<AskProblem>,
}

impl TransferNew {
    /// What is wrong with a field (by its id).
    pub fn problem(&self, field: &str) -> Option<AskProblem> {
        self.problems.iter().find(|problem| problem.field() == field).copied()
    }
}

/// What can be wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// No school, or more than one, is meant.
    School,
    /// No sector ID.
    SectorId,
    /// No date.
    Born,
    /// No pupil has both.
    Missing,
    /// Too many wrong pairs, until then.
    Slow(Moment),
    /// The pupil is at the school.
    Here,
}

impl AskProblem {
    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::SectorId | Self::Missing | Self::Slow(_) | Self::Here => "sector_id",
            Self::Born => "born",
        }
    }

    /// What is said of it.
    pub fn text<'f>(&self, f: &'f Frame) -> std::borrow::Cow<'f, str> {
        match self {
            Self::School => f.t.say("transfer-bad-school"),
            Self::SectorId => f.t.say("transfer-bad-id"),
            Self::Born => f.t.say("transfer-bad-date"),
            Self::Missing => f.t.say("transfer-missing"),
            Self::Slow(until) => f.t.with("transfer-slow", "until", f.t.moment(until)),
            Self::Here => f.t.say("transfer-here"),
        }
    }
}
