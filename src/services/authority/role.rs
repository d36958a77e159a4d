//! The administrative roles, and what each may do: one table, from which ranks follow.

use super::action::What;

/// A right to administer an org and what lies below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminRole {
    /// *Quản trị ngành*: everything.
    SectorAdmin,
    /// *Kiểm tra*: reads, and changes nothing.
    Auditor,
    /// *Quản trị trường*: the people of a school or of a commune's schools.
    SchoolAdmin,
    /// *Hỗ trợ*: codes for those who cannot sign in.
    HelpDesk,
}

impl AdminRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SectorAdmin, Self::Auditor, Self::SchoolAdmin, Self::HelpDesk];

    /// The name under which it is kept, and typed on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SectorAdmin => "sector_admin",
            Self::Auditor => "auditor",
            Self::SchoolAdmin => "school_admin",
            Self::HelpDesk => "help_desk",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether it may do something where it is held.
    pub const fn may(self, what: What) -> bool {
        match what {
            What::FindPeople | What::SeePerson => true,
            // For whoever teaches it, whatever their role.
            What::SeeClass => false,
            What::ReadAudit | What::SeeRoles => !matches!(self, Self::HelpDesk),
            What::IssueCode | What::EndSessions => !matches!(self, Self::Auditor),
            What::PrintSlips
            | What::Suspend
            | What::Resume
            | What::Identify
            | What::Correct
            | What::MergePeople
            | What::AskTransfer
            | What::DecideTransfer
            | What::ImportPeople
            | What::PlanRollover
            | What::Delegate => {
                matches!(self, Self::SectorAdmin | Self::SchoolAdmin)
            }
            // A whole sector's and a school's own: whoever reads lists on the screen may not carry them off.
            What::ExportPeople => matches!(self, Self::SectorAdmin | Self::SchoolAdmin),
            What::ManageClients
            | What::ManageKeys
            | What::ManageJobs
            | What::ExportAudit
            | What::ManageSchools
            | What::FoundSchool
            | What::CloseSchool
            | What::Renumber
            | What::PurgePerson => {
                matches!(self, Self::SectorAdmin)
            }
        }
    }

    /// Whether it may do all that another may: only then may its holder give the other away, or take over the account
    /// of somebody who holds it (R39, invariant 7).
    pub fn covers(self, other: Self) -> bool {
        What::ALL.into_iter().all(|what| self.may(what) || !other.may(what))
    }

    /// The names of the roles that may do something, separated by commas, as a query wants them.
    pub fn names_of_those_who_may(what: What) -> String {
        Self::ALL.into_iter().filter(|role| role.may(what)).map(Self::as_str).collect::<Vec<_>>().join(",")
    }

    /// Whether it is held over the whole sector only: apps and keys belong to no school.
    pub const fn is_for_the_sector(self) -> bool {
        matches!(self, Self::SectorAdmin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_from_what_a_role_may_do() {
        use AdminRole::{Auditor, HelpDesk, SchoolAdmin, SectorAdmin};
        let covered = |role: AdminRole| AdminRole::ALL.into_iter().filter(move |other| role.covers(*other));
        assert_eq!(covered(SectorAdmin).collect::<Vec<_>>(), AdminRole::ALL);
        assert_eq!(covered(SchoolAdmin).collect::<Vec<_>>(), [Auditor, SchoolAdmin, HelpDesk]);
        assert_eq!(covered(Auditor).collect::<Vec<_>>(), [Auditor]);
        assert_eq!(covered(HelpDesk).collect::<Vec<_>>(), [HelpDesk]);
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let allowed: Vec<What> = What::ALL.into_iter().filter(|what| AdminRole::Auditor.may(*what)).collect();
        assert_eq!(allowed, [What::FindPeople, What::SeePerson, What::SeeRoles, What::ReadAudit]);
    }

    #[test]
    fn names_are_read_back() {
        for role in AdminRole::ALL {
            assert_eq!(AdminRole::named(role.as_str()), Some(role));
        }
        assert_eq!(AdminRole::named("root"), None);
    }
}
