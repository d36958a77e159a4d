//! The console's pages of administrative roles: who has which, one of them, and the form that gives one.

use askama::Template;

use super::{AccountState, School};
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// Who administers what.
#[derive(Template, Clone, Debug)]
#[template(path = "console/roles.html")]
pub struct Roles {
    /// What surrounds it.
    pub f: Frame,
    /// The role that was chosen.
    pub role: Option<AdminRole>,
    /// What was typed to choose an org; `None` where there is only one.
    pub place: Option<String>,
    /// Which orgs that means; empty while nothing was typed.
    pub places: Vec<School>,
    /// Who has a role, those over more first.
    pub rows: Vec<RoleRow>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether this administrator may give roles.
    pub gives: bool,
    /// What was just done.
    pub done: Option<RoleDone>,
}

impl Roles {
    /// The address of a list, or of a later page of it.
    pub fn address(place: &str, role: Option<AdminRole>, after: Option<&str>) -> String {
        let role = role.map_or("", AdminRole::name);
        address("/console/roles", &[("place", place), ("role", role), ("after", after.unwrap_or(""))])
    }

    /// The address of the whole list as a workbook.
    pub fn export(&self) -> String {
        let (place, role) = (self.place.as_deref().unwrap_or_default(), self.role.map_or("", AdminRole::name));
        address("/console/roles/export", &[("place", place), ("role", role)])
    }

    /// Why nothing is listed: what was typed means no org, or several.
    pub fn unclear(&self) -> bool {
        self.place.as_ref().is_some_and(|place| !place.is_empty()) && self.places.len() != 1
    }

    /// Whether anything narrows the list.
    pub fn narrowed(&self) -> bool {
        self.role.is_some() || self.place.as_ref().is_some_and(|place| !place.is_empty())
    }

    /// The same list of one of the orgs that fit.
    pub fn at(&self, place: &School) -> String {
        Self::address(place.told(), self.role, None)
    }
}

/// An address with what of these is not empty.
fn address(path: &str, given: &[(&str, &str)]) -> String {
    let given = given.iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

impl School {
    /// What to type to mean this one.
    pub const fn told(&self) -> &str {
        if self.code.is_empty() { self.name.as_str() } else { self.code.as_str() }
    }
}

/// The administrative roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminRole {
    /// The whole sector.
    SectorAdmin,
    /// Reads.
    Auditor,
    /// The people of a school.
    SchoolAdmin,
    /// Codes.
    HelpDesk,
}

impl AdminRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SectorAdmin, Self::SchoolAdmin, Self::HelpDesk, Self::Auditor];

    /// Its name in addresses and forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SectorAdmin => "sector_admin",
            Self::Auditor => "auditor",
            Self::SchoolAdmin => "school_admin",
            Self::HelpDesk => "help_desk",
        }
    }

    /// The role of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The key of its word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SectorAdmin => "admin-role-sector",
            Self::Auditor => "admin-role-auditor",
            Self::SchoolAdmin => "admin-role-school",
            Self::HelpDesk => "admin-role-help",
        }
    }

    /// The key of what it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::SectorAdmin => "admin-role-sector-means",
            Self::Auditor => "admin-role-auditor-means",
            Self::SchoolAdmin => "admin-role-school-means",
            Self::HelpDesk => "admin-role-help-means",
        }
    }
}

/// A role that somebody has.
#[derive(Clone, Debug)]
pub struct RoleRow {
    /// Its id, for the address of its page.
    pub id: String,
    /// Who has it.
    pub name: String,
    /// The sector ID; empty where this administrator may not see them.
    pub sector_id: String,
    /// The account, where this administrator may see them.
    pub state: Option<AccountState>,
    /// Which.
    pub role: AdminRole,
    /// Over which org.
    pub place: String,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleDone {
    /// Given.
    Given,
    /// Given, and the codes that waited for the person are worth nothing now.
    GivenCodesEnded,
    /// Taken.
    Taken,
    /// Nothing: it was so already.
    Nothing,
}

impl RoleDone {
    /// All.
    pub const ALL: [Self; 4] = [Self::Given, Self::GivenCodesEnded, Self::Taken, Self::Nothing];

    /// Its name in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::GivenCodesEnded => "given-codes",
            Self::Taken => "taken",
            Self::Nothing => "nothing",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Given => "role-given",
            Self::GivenCodesEnded => "role-given-codes",
            Self::Taken => "role-taken",
            Self::Nothing => "role-nothing",
        }
    }
}

/// One role that somebody has.
#[derive(Template, Clone, Debug)]
#[template(path = "console/role.html")]
pub struct Role {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// The role.
    pub row: RoleRow,
    /// Since when.
    pub given: Moment,
    /// By whom; `None`: by a command, or with the first administrator's link.
    pub by: Option<String>,
    /// The address of the person's page, for whoever may see it.
    pub person: Option<String>,
    /// Whether this administrator may take it, and why not: the key of a text.
    pub kept: Option<&'static str>,
    /// Why it was not taken: the key of a text.
    pub problem: Option<&'static str>,
}

/// The form that gives a role, and what it will do.
#[derive(Template, Clone, Debug)]
#[template(path = "console/role_new.html")]
pub struct RoleNew {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What was typed as sector ID.
    pub sector_id: String,
    /// The role that was chosen.
    pub role: Option<AdminRole>,
    /// What was typed to choose an org; `None` where there is only one.
    pub place: Option<String>,
    /// Whether no org means the whole sector.
    pub whole: bool,
    /// The roles that this administrator may give.
    pub roles: Vec<AdminRole>,
    /// What is wrong, in the order of the fields.
    pub problems: Vec<RoleProblem>,
    /// The orgs that what was typed may mean.
    pub places: Vec<School>,
    /// What will be done.
    pub review: Option<RoleReview>,
}

impl RoleNew {
    /// What is wrong with a field (by its id).
    pub fn problem(&self, field: &str) -> Option<RoleProblem> {
        self.problems.iter().find(|problem| problem.field() == field).copied()
    }

    /// Whether a role is the one that was chosen.
    pub fn chose(&self, role: &AdminRole) -> bool {
        self.role == Some(*role)
    }

    /// The address of the form with what was typed, so that a sign-in between loses nothing.
    pub fn address(sector_id: &str, role: Option<AdminRole>, place: &str) -> String {
        let role = role.map_or("", AdminRole::name);
        address("/console/roles/new", &[("sector_id", sector_id), ("role", role), ("place", place)])
    }

    /// The same form with one of the orgs that fit.
    pub fn at(&self, place: &School) -> String {
        Self::address(&self.sector_id, self.role, place.told())
    }
}

/// What is about to be given.
#[derive(Clone, Debug)]
pub struct RoleReview {
    /// To whom.
    pub name: String,
    /// Which.
    pub role: AdminRole,
    /// Over which org.
    pub place: School,
    /// Whether that is the whole sector.
    pub whole: bool,
}

/// What can be wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleProblem {
    /// Nobody within reach has the ID.
    Nobody,
    /// It is the administrator's own.
    Oneself,
    /// The person has rights that the administrator lacks.
    Upward,
    /// The person learns in the sector, and does not work in it.
    Pupil,
    /// No role was chosen.
    NoRole,
    /// The administrator lacks it.
    Lacking,
    /// It is given over the whole sector only.
    OnlySector,
    /// No org, or more than one, is meant.
    Place,
    /// The person has it.
    Has,
}

impl RoleProblem {
    /// All, for tests.
    pub const ALL: [Self; 9] = [
        Self::Nobody,
        Self::Oneself,
        Self::Upward,
        Self::Pupil,
        Self::NoRole,
        Self::Lacking,
        Self::OnlySector,
        Self::Place,
        Self::Has,
    ];

    /// The id of the field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Nobody | Self::Oneself | Self::Upward | Self::Pupil | Self::Has => "sector_id",
            Self::NoRole | Self::Lacking => "role",
            Self::OnlySector | Self::Place => "place",
        }
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Nobody => "role-bad-person",
            Self::Oneself => "role-bad-oneself",
            Self::Upward => "role-bad-upward",
            Self::Pupil => "role-bad-pupil",
            Self::NoRole => "role-bad-none",
            Self::Lacking => "role-bad-lacking",
            Self::OnlySector => "role-bad-sector",
            Self::Place => "role-bad-place",
            Self::Has => "role-bad-has",
        }
    }
}
