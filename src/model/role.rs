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

    /// The role of a member of staff by *nhóm chức vụ*; where that tells none, as *cán bộ quản lý* does not, by *vị trí
    /// việc làm*. `None` when neither tells.
    pub fn of_position(group: &str, position: &str) -> Option<Self> {
        let told = |text| {
            let key = SearchKey::of(text);
            let is_said = |word: &str| {
                key.as_str().strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            POSITIONS.iter().find(|(_, words)| words.iter().any(|word| is_said(word))).map(|(role, _)| *role)
        };
        told(group).or_else(|| told(position))
    }
}

/// What positions begin with. *Tổ trưởng* alone is not among them: the office has one, too, and they are no teacher.
const POSITIONS: [(Role, &[&str]); 3] = [
    (
        Role::Principal,
        &[
            "hieu truong",
            "pho hieu truong",
            "p hieu truong",
            "quyen hieu truong",
            "q hieu truong",
            "hieu pho",
            "ht",
            "pho ht",
            "p ht",
            "pht",
        ],
    ),
    (
        Role::Teacher,
        &["giao vien", "gv", "gvcn", "gvbm", "gvmn", "to truong chuyen mon", "to pho chuyen mon", "ttcm", "tpcm"],
    ),
    (
        Role::Staff,
        &[
            "nhan vien",
            "nv",
            "van phong",
            "van thu",
            "hanh chinh",
            "giao vu",
            "ke toan",
            "thu quy",
            "thu vien",
            "thiet bi",
            "y te",
            "bao ve",
            "phuc vu",
            "tap vu",
            "lao cong",
            "cap duong",
            "nau an",
            "bao mau",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_group_decides_the_role() {
        let of = Role::of_position;
        assert_eq!(of("Giáo viên", "Giáo viên"), Some(Role::Teacher));
        assert_eq!(of("Phó hiệu trưởng", "Giáo viên"), Some(Role::Principal));
        assert_eq!(of("Cán bộ quản lý", "Hiệu trưởng"), Some(Role::Principal));
        assert_eq!(of("", "Giáo viên THCS hạng II"), Some(Role::Teacher));
        assert_eq!(of("Nhân viên", "Giáo viên"), Some(Role::Staff));
        for role in Role::ALL {
            assert_eq!(Role::named(role.as_str()), Some(role));
        }
    }

    #[test]
    fn positions_are_known_as_offices_write_them_and_others_are_not_guessed() {
        let all = |role, texts: &[&str]| {
            for text in texts {
                assert_eq!(Role::of_position("", text), role, "{text}");
            }
        };
        all(Some(Role::Principal), &["HT", "P.HT", "PHT", "Hiệu phó", "Quyền hiệu trưởng", "P. Hiệu trưởng"]);
        all(
            Some(Role::Teacher),
            &["GV", "gv Toán", "GVCN 3A", "GVBM", "TTCM", "Tổ trưởng chuyên môn", "Giáo viên (TPT Đội)"],
        );
        all(Some(Role::Staff), &["NV", "Kế toán trưởng", "Văn thư - Thủ quỹ", "Y tế học đường", "Bảo vệ"]);
        all(None, &["", "Cán bộ quản lý", "Tổ trưởng", "Tổ trưởng văn phòng", "Tổng phụ trách", "Hợp đồng", "HTX"]);
    }
}
