//! What somebody is somewhere, and the classes they are in because of it.

use jiff::civil::Date;

use super::{level::Levels, role::Role};
use crate::base::id::{AffiliationId, ClassId, EnrolmentId, OrgId};

/// A role somebody has, or had, at an org. Role and org never change: another affiliation begins instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Affiliation {
    /// Its row.
    pub id: AffiliationId,
    /// Which role, and where.
    pub post: Post,
    /// Whether it is the person's main one: the one of all their active ones.
    pub primary: bool,
    /// The first day on which it held.
    pub from: Date,
    /// Whether it still does.
    pub state: State,
}

/// A role at an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Post {
    /// Where.
    pub org: OrgId,
    /// As what.
    pub role: Role,
    /// A pupil's of continuing education only (GDTX), which may stand beside one at a school.
    pub exempt: bool,
}

impl Post {
    /// A pupil at a school of these levels.
    pub const fn pupil(org: OrgId, levels: Levels) -> Self {
        Self { org, role: Role::Student, exempt: levels.is_continuing() }
    }

    /// Any role; a pupil's is one at a school, see [`Post::pupil`].
    pub const fn of(role: Role, org: OrgId) -> Self {
        Self { org, role, exempt: false }
    }

    /// A pupil of a school proper: of those somebody is at most one.
    pub fn is_schooling(self) -> bool {
        self.role == Role::Student && !self.exempt
    }

    /// Whether somebody is paid for it.
    pub const fn is_employment(self) -> bool {
        matches!(self.role, Role::Teacher | Role::Staff | Role::Principal)
    }
}

/// Whether an affiliation holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Active,
    /// It did.
    Ended {
        /// The first day on which it held no more: days are half-open intervals.
        on: Date,
        /// Why.
        why: EndReason,
    },
}

impl State {
    /// The first day on which it held no more, and why, if it ended.
    pub const fn end(self) -> Option<(Date, EndReason)> {
        match self {
            Self::Active => None,
            Self::Ended { on, why } => Some((on, why)),
        }
    }
}

/// Why an affiliation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// *Thôi học, thôi việc.*
    Left,
    /// *Chuyển đi, điều động*: another school will claim, or has claimed.
    Transferred,
    /// *Hoàn thành chương trình*: the level is done.
    Completed,
    /// *Đã nghỉ hưu.*
    Retired,
    /// The same person in another role.
    RoleChanged,
    /// A pupil took up work in the sector.
    Employed,
    /// *Giải thể*: the school is no more.
    SchoolClosed,
    /// It was recorded by mistake.
    Mistaken,
}

impl EndReason {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Left,
        Self::Transferred,
        Self::Completed,
        Self::Retired,
        Self::RoleChanged,
        Self::Employed,
        Self::SchoolClosed,
        Self::Mistaken,
    ];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Transferred => "transferred",
            Self::Completed => "completed",
            Self::Retired => "retired",
            Self::RoleChanged => "role_changed",
            Self::Employed => "employed",
            Self::SchoolClosed => "school_closed",
            Self::Mistaken => "mistaken",
        }
    }

    /// The reason of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// A place in a class, because of an affiliation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its row.
    pub id: EnrolmentId,
    /// The affiliation it hangs from.
    pub affiliation: AffiliationId,
    /// Which place.
    pub seat: Seat,
    /// The first day.
    pub from: Date,
    /// The first day no more; `None` while it holds.
    pub to: Option<Date>,
}

/// What somebody does in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The class, of one school year.
    pub class: ClassId,
    /// As what.
    pub function: Function,
    /// A pupil's number in the class list (*số thứ tự*).
    pub list_number: Option<u16>,
}

impl Seat {
    /// A pupil's place.
    pub const fn pupil(class: ClassId) -> Self {
        Self { class, function: Function::Pupil, list_number: None }
    }

    /// The place of the homeroom teacher.
    pub const fn homeroom(class: ClassId) -> Self {
        Self { class, function: Function::Homeroom, list_number: None }
    }

    /// The place of a subject's teacher.
    pub const fn teaches(class: ClassId, subject: String) -> Self {
        Self { class, function: Function::Subject(subject), list_number: None }
    }
}

/// As what somebody is in a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// *Học sinh.*
    Pupil,
    /// *Giáo viên chủ nhiệm.*
    Homeroom,
    /// *Giáo viên bộ môn*, of this subject.
    Subject(String),
}

impl Function {
    /// The name under which it is kept.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Homeroom => "homeroom",
            Self::Subject(_) => "subject",
        }
    }

    /// The subject, or nothing.
    pub fn subject(&self) -> &str {
        if let Self::Subject(subject) = self { subject } else { "" }
    }

    /// The function of that name.
    pub fn named(name: &str, subject: &str) -> Option<Self> {
        match name {
            "pupil" => Some(Self::Pupil),
            "homeroom" => Some(Self::Homeroom),
            "subject" => Some(Self::Subject(subject.to_owned())),
            _ => None,
        }
    }

    /// Whether it goes with a role.
    pub const fn suits(&self, role: Role) -> bool {
        match self {
            Self::Pupil => matches!(role, Role::Student),
            Self::Homeroom | Self::Subject(_) => matches!(role, Role::Teacher | Role::Principal | Role::Staff),
        }
    }
}
