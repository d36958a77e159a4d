//! The console's page of one person, and the code that is shown once.

use askama::Template;
use jiff::civil::Date;

use super::{Masked, RoleRow, slips::BadgeLine};

use crate::{
    base::clock::Moment,
    views::{ActivityLine, Frame, Icon},
};

/// A person, as administrators see one.
#[derive(Template, Clone, Debug)]
#[template(path = "console/person.html")]
pub struct Person {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// The person's id: the forms go to `/console/people/{id}/…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The date of birth.
    pub born: Option<Date>,
    /// The key of the sex on record.
    pub sex: Option<&'static str>,
    /// The sector ID.
    pub sector_id: String,
    /// Other identifiers, masked.
    pub identifiers: Vec<IdentifierLine>,
    /// As what and where.
    pub affiliations: Vec<AffiliationLine>,
    /// Classes, the present year's first.
    pub classes: Vec<ClassLine>,
    /// The account.
    pub state: AccountState,
    /// Why it was suspended.
    pub reason: Option<String>,
    /// What the person administers, as far as this administrator may see it.
    pub roles: Vec<RoleRow>,
    /// How many browsers are signed in to it.
    pub sessions: u64,
    /// The badge that is good now.
    pub badge: Option<BadgeLine>,
    /// What happened to it lately, the latest first; `None` for whoever may not read the audit trail.
    pub activity: Option<Vec<ActivityLine>>,
    /// The random token of the form that issues a code: sent twice, it issues one.
    pub form: String,
    /// What this administrator may do to it now.
    pub acts: Vec<Act>,
    /// By whose right it is suspended, where this administrator cannot resume it for that reason.
    pub held: Option<Held>,
    /// What was just done.
    pub done: Option<Done>,
    /// Why something was not done.
    pub problem: Option<ActProblem>,
}

impl Person {
    /// Whether an act is offered.
    pub fn offers(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    /// Whether nothing can be done now by one who may act: the account allows no more than an end of sessions it has not.
    pub fn idle(&self) -> bool {
        let goes_on = |act| {
            matches!(
                act,
                Act::EndSessions | Act::Correct | Act::Merge | Act::Data | Act::Purge | Act::Delegate | Act::Renumber
            )
        };
        self.sessions == 0 && self.acts.iter().all(|act| goes_on(*act))
    }
}

/// What an administrator may do to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Issue an activation or rescue code.
    IssueCode,
    /// Suspend it.
    Suspend,
    /// Resume it.
    Resume,
    /// Sign it out everywhere.
    EndSessions,
    /// Correct the name, the date of birth or the sex.
    Correct,
    /// Make it one with another record of the same person.
    Merge,
    /// Record the sector ID in place of a temporary one.
    Identify,
    /// Put another sector ID in place of a mistaken one.
    Renumber,
    /// Let a pupil go.
    Release,
    /// Take away all that is kept of them.
    Data,
    /// Remove them for good.
    Purge,
    /// Give an administrative role.
    Delegate,
}

/// What was just done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Suspended.
    Suspended,
    /// Resumed.
    Resumed,
    /// Resumed, and dormant, for the person has left.
    Dormant,
    /// Signed out everywhere.
    SignedOut,
    /// The name, the date of birth or the sex is another now.
    Corrected,
    /// What was typed stood there already.
    Unchanged,
    /// Another record has become one with it.
    Merged,
    /// It has a sector ID.
    Identified,
    /// The pupil is at the school no more.
    Released,
    /// The badge is worth nothing any more.
    BadgeVoided,
    /// Nothing: the account is not in a state for it, or the form was used before.
    Nothing,
}

impl Done {
    /// Whether nothing was there to be done.
    pub const fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing | Self::Unchanged)
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Suspended => "person-suspended",
            Self::Resumed => "person-resumed",
            Self::Dormant => "person-resumed-dormant",
            Self::SignedOut => "person-signed-out",
            Self::Corrected => "person-corrected",
            Self::Unchanged => "person-unchanged",
            Self::Merged => "merge-done",
            Self::Identified => "person-identified",
            Self::Released => "person-released",
            Self::BadgeVoided => "class-badge-voided",
            Self::Nothing => "person-nothing",
        }
    }
}

/// By whose right an account is suspended, which this administrator does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The sector's.
    Sector,
    /// An office's or another school's.
    Elsewhere,
}

impl Held {
    /// The key of the text that says so, and whom to ask.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sector => "person-held-by-sector",
            Self::Elsewhere => "person-held-elsewhere",
        }
    }
}

/// Why something was not done to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActProblem {
    /// No reason was given: the audit trail wants one.
    NoReason,
    /// The text is no sector ID, or somebody has it.
    SectorId,
    /// They have a sector ID, which never changes.
    HasSectorId,
}

impl ActProblem {
    /// The id of the field, or of what is told of them.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoReason => "reason",
            Self::SectorId => "sector_id",
            Self::HasSectorId => "facts",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoReason => "person-no-reason",
            Self::SectorId => "person-bad-id",
            Self::HasSectorId => "person-has-sector-id",
        }
    }
}

/// Where an account stands (the account states of the domain; a purged one has no page).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// No code was issued yet.
    Provisional,
    /// Not activated yet.
    Pending,
    /// Can sign in.
    Active,
    /// An administrator suspended it.
    Suspended,
    /// Without an active affiliation.
    Dormant,
    /// Turned off for good.
    Deactivated,
}

impl AccountState {
    /// All, for legends and tests.
    pub const ALL: [Self; 6] =
        [Self::Provisional, Self::Pending, Self::Active, Self::Suspended, Self::Dormant, Self::Deactivated];

    /// Its name in addresses and forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Dormant => "dormant",
            Self::Deactivated => "deactivated",
        }
    }

    /// The state of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Provisional => "state-provisional",
            Self::Pending => "state-pending",
            Self::Active => "state-active",
            Self::Suspended => "state-suspended",
            Self::Dormant => "state-dormant",
            Self::Deactivated => "state-deactivated",
        }
    }

    /// Its picture.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Provisional => Icon::Dotted,
            Self::Pending => Icon::Clock,
            Self::Active => Icon::Check,
            Self::Suspended => Icon::Pause,
            Self::Dormant => Icon::Moon,
            Self::Deactivated => Icon::Ban,
        }
    }

    /// Its colour: the class of the chip.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Active => "good",
            Self::Pending | Self::Suspended => "warn",
            Self::Deactivated => "bad",
            Self::Provisional | Self::Dormant => "calm",
        }
    }
}

/// An identifier other than the sector ID.
#[derive(Clone, Debug)]
pub struct IdentifierLine {
    /// Which.
    pub kind: IdentifierKind,
    /// Its last digits.
    pub value: Masked,
}

/// The kinds of identifier that stand beside the sector ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierKind {
    /// Temporary sector ID (mã tạm).
    Temporary,
    /// Citizen number (số định danh cá nhân).
    Citizen,
    /// Passport.
    Passport,
    /// Microsoft account name.
    Upn,
    /// VNeID.
    Vneid,
}

impl IdentifierKind {
    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Temporary => "identifier-temporary",
            Self::Citizen => "identifier-citizen",
            Self::Passport => "identifier-passport",
            Self::Upn => "identifier-upn",
            Self::Vneid => "identifier-vneid",
        }
    }
}

/// What somebody is at an org.
#[derive(Clone, Debug)]
pub struct AffiliationLine {
    /// As what: the key of the role's text.
    pub role: &'static str,
    /// The org.
    pub place: String,
    /// Whether it is the primary one.
    pub primary: bool,
    /// Its first day.
    pub from: Date,
    /// The day after its last; `None` while it lasts.
    pub to: Option<Date>,
}

impl AffiliationLine {
    /// Its last day, as people count: the interval is half-open, and may be empty.
    pub fn last(&self) -> Option<Date> {
        Some(self.to?.yesterday().ok()?.max(self.from))
    }
}

/// A class somebody belongs to.
#[derive(Clone, Debug)]
pub struct ClassLine {
    /// Its code: 3A.
    pub code: String,
    /// Its school year: 2026-2027.
    pub year: String,
    /// As what.
    pub function: ClassFunction,
}

/// What somebody is in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassFunction {
    /// Học sinh.
    Pupil,
    /// Giáo viên chủ nhiệm.
    Homeroom,
    /// Giáo viên bộ môn.
    Subject,
}

impl ClassFunction {
    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pupil => "function-pupil",
            Self::Homeroom => "function-homeroom",
            Self::Subject => "function-subject",
        }
    }
}

/// A code for a new password, shown this once.
#[derive(Template, Clone, Debug)]
#[template(path = "console/code.html")]
pub struct CodeIssued {
    /// What surrounds it.
    pub f: Frame,
    /// The way back.
    pub back: String,
    /// Whom it is for.
    pub name: String,
    /// The person's class or school; may be empty.
    pub place: String,
    /// The person's sector ID.
    pub sector_id: String,
    /// The code, grouped as it is read aloud.
    pub code: String,
    /// Until when it works.
    pub expires: Moment,
    /// The provider's address: the code is entered at `/activate` below it.
    pub site: String,
}
