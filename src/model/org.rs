//! Orgs and how they belong to each other: a school has two parents, one for its profession and one for its place.

/// What an org is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgKind {
    /// *Bộ.*
    Ministry,
    /// *Sở.*
    Department,
    /// *Uỷ ban nhân dân xã, phường.*
    Commune,
    /// *Trường, trung tâm.*
    School,
    /// *Điểm trường.*
    Campus,
}

impl OrgKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ministry, Self::Department, Self::Commune, Self::School, Self::Campus];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Department => "department",
            Self::Commune => "commune",
            Self::School => "school",
            Self::Campus => "campus",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it has pupils.
    pub const fn teaches(self) -> bool {
        matches!(self, Self::School | Self::Campus)
    }
}

/// How an org belongs to another. Of each kind there is one parent at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// *Quản lý chuyên môn*: to the department, and the department to the ministry.
    Professional,
    /// *Quản lý hành chính*: to the commune.
    Administrative,
    /// A campus to its school.
    CampusOf,
}

impl EdgeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Professional, Self::Administrative, Self::CampusOf];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Administrative => "administrative",
            Self::CampusOf => "campus_of",
        }
    }

    /// Whether an org of the one kind can belong so to one of the other. Each step leads up, so no circle can close.
    pub const fn joins(self, child: OrgKind, parent: OrgKind) -> bool {
        match self {
            Self::Professional => matches!(
                (child, parent),
                (OrgKind::School | OrgKind::Commune, OrgKind::Department) | (OrgKind::Department, OrgKind::Ministry)
            ),
            Self::Administrative => matches!((child, parent), (OrgKind::School, OrgKind::Commune)),
            Self::CampusOf => matches!((child, parent), (OrgKind::Campus, OrgKind::School)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_leads_up() {
        for (kind, child, parent) in EdgeKind::ALL.into_iter().flat_map(|kind| {
            OrgKind::ALL.into_iter().flat_map(move |child| OrgKind::ALL.map(|parent| (kind, child, parent)))
        }) {
            assert!(!kind.joins(child, parent) || parent < child, "{kind:?} {child:?} {parent:?}");
        }
        assert!(EdgeKind::Administrative.joins(OrgKind::School, OrgKind::Commune));
        for kind in OrgKind::ALL {
            assert_eq!(OrgKind::named(kind.as_str()), Some(kind));
        }
    }
}
