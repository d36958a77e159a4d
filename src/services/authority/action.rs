//! What administrators do. Each deed is a type, so that a permit for one is no permit for another.

/// A deed, as the table of roles and the decisions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Search and count people.
    FindPeople,
    /// Open a person's page.
    SeePerson,
    /// Issue an activation or rescue code.
    IssueCode,
    /// See the list of a class that one teaches.
    SeeClass,
    /// Print codes for a class or a school.
    PrintSlips,
    /// Sign somebody out everywhere.
    EndSessions,
    /// Suspend an account.
    Suspend,
    /// Resume an account.
    Resume,
    /// Record somebody's sector ID.
    Identify,
    /// Put another sector ID in place of one that was recorded by mistake.
    Renumber,
    /// Correct somebody's name, day of birth or sex, or how they are reached.
    Correct,
    /// Make two records of one person one.
    MergePeople,
    /// Ask for a pupil of another school, or take that back.
    AskTransfer,
    /// Let a pupil go to another school, or keep them.
    DecideTransfer,
    /// Draft, review and schedule a school's step into the next year, and take it back.
    PlanRollover,
    /// Import files of people.
    ImportPeople,
    /// See who administers what.
    SeeRoles,
    /// Give or take an administrative role.
    Delegate,
    /// Register, change and remove apps.
    ManageClients,
    /// Rotate signing keys.
    ManageKeys,
    /// Have background work tried again, or give it up.
    ManageJobs,
    /// Read the audit trail.
    ReadAudit,
    /// Take the audit trail away.
    ExportAudit,
    /// Say from which networks a school signs in.
    ManageSchools,
    /// Open a school.
    FoundSchool,
    /// Close a school.
    CloseSchool,
    /// Remove somebody for good.
    PurgePerson,
    /// Take lists of people away, and all that is kept of one.
    ExportPeople,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::FindPeople,
        Self::SeePerson,
        Self::IssueCode,
        Self::SeeClass,
        Self::PrintSlips,
        Self::EndSessions,
        Self::Suspend,
        Self::Resume,
        Self::Identify,
        Self::Renumber,
        Self::Correct,
        Self::MergePeople,
        Self::AskTransfer,
        Self::DecideTransfer,
        Self::PlanRollover,
        Self::ImportPeople,
        Self::SeeRoles,
        Self::Delegate,
        Self::ManageClients,
        Self::ManageKeys,
        Self::ManageJobs,
        Self::ReadAudit,
        Self::ExportAudit,
        Self::ManageSchools,
        Self::FoundSchool,
        Self::CloseSchool,
        Self::PurgePerson,
        Self::ExportPeople,
    ];

    /// Whether it wants a sign-in of the last five minutes (R44).
    pub const fn is_dangerous(self) -> bool {
        matches!(
            self,
            Self::PrintSlips
                | Self::Renumber
                | Self::MergePeople
                | Self::Delegate
                | Self::ManageClients
                | Self::ManageKeys
                | Self::ExportAudit
                | Self::CloseSchool
                | Self::PurgePerson
                | Self::ExportPeople
        )
    }

    /// Whether it is done to a person's account, which nobody does to their own, and nobody upward.
    pub(super) const fn is_done_to_somebody(self) -> bool {
        matches!(
            self,
            Self::IssueCode
                | Self::EndSessions
                | Self::Suspend
                | Self::Resume
                | Self::Identify
                | Self::Renumber
                | Self::Correct
                | Self::MergePeople
                | Self::PurgePerson
                | Self::Delegate
        )
    }
}

/// A deed as a type.
pub trait Action: Clone {
    /// Which.
    const WHAT: What;
}

macro_rules! actions {
    ($($name:ident)*) => { $(
        #[doc = concat!("[`What::", stringify!($name), "`].")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Action for $name {
            const WHAT: What = What::$name;
        }
    )* };
}

actions! {
    FindPeople
    SeePerson
    IssueCode
    SeeClass
    PrintSlips
    EndSessions
    Suspend
    Resume
    Identify
    Renumber
    Correct
    MergePeople
    AskTransfer
    DecideTransfer
    PlanRollover
    ImportPeople
    SeeRoles
    Delegate
    ManageClients
    ManageKeys
    ManageJobs
    ReadAudit
    ExportAudit
    ManageSchools
    FoundSchool
    CloseSchool
    PurgePerson
    ExportPeople
}
