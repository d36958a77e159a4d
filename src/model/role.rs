//! The roles an affiliation can have. A role is never edited: a new affiliation begins and the old one ends.

use super::text::SearchKey;

/// What somebody is at an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// *Học sinh.*
    Student,
    /// *Giáo viên.*
    Teacher,
    /// *Nhân viên, cán bộ khác.*
    Staff,
    /// *Hiệu trưởng, phó hiệu trưởng.*
    Principal,
    /// *Cha mẹ, người giám hộ.*
    Guardian,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Student, Self::Teacher, Self::Staff, Self::Principal, Self::Guardian];

    /// The name under which it is kept and released.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Staff => "staff",
            Self::Principal => "principal",
            Self::Guardian => "guardian",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The role of a member of staff by *nhóm chức vụ*; *vị trí việc làm* decides where the group is empty or only
    /// says management (*cán bộ quản lý*). Neither: plain staff.
    pub fn of_position(group: &str, position: &str) -> Self {
        let group = SearchKey::of(group);
        match group.as_str() {
            "" | "quan ly" | "can bo quan ly" | "cbql" | "lanh dao" => from_key(SearchKey::of(position).as_str()),
            key => from_key(key),
        }
    }
}

fn from_key(key: &str) -> Role {
    let head = ["hieu truong", "pho hieu truong", "hieu pho"].iter().any(|title| key.starts_with(title));
    let first = key.split(' ').next().unwrap_or_default();
    if head || matches!(key, "ht" | "pht" | "p ht" | "pho ht") {
        Role::Principal
    } else if key.starts_with("giao vien")
        || matches!(first, "gv" | "gvcn" | "gvbm" | "gvmn" | "ttcm" | "tpcm")
        || key.starts_with("to truong chuyen mon")
        || key.starts_with("to pho chuyen mon")
    {
        Role::Teacher
    } else {
        Role::Staff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_group_decides_the_role() {
        assert_eq!(Role::of_position("Giáo viên", "Giáo viên"), Role::Teacher);
        assert_eq!(Role::of_position("Phó hiệu trưởng", "Giáo viên"), Role::Principal);
        assert_eq!(Role::of_position("Cán bộ quản lý", "Hiệu trưởng"), Role::Principal);
        assert_eq!(Role::of_position("", "Giáo viên THCS hạng II"), Role::Teacher);
        assert_eq!(Role::of_position("Nhân viên", "Văn thư"), Role::Staff);
        assert_eq!(Role::of_position("", ""), Role::Staff);
        for short in ["GV", "GVCN 3A", "GV Toán", "TTCM", "Tổ trưởng chuyên môn"] {
            assert_eq!(Role::of_position("", short), Role::Teacher, "{short}");
        }
        for short in ["HT", "P.HT", "PHT", "Hiệu phó"] {
            assert_eq!(Role::of_position(short, ""), Role::Principal, "{short}");
        }
        assert_eq!(Role::of_position("", "Tổ trưởng tổ văn phòng"), Role::Staff);
        for role in Role::ALL {
            assert_eq!(Role::named(role.as_str()), Some(role));
        }
    }
}
