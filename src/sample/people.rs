//! Who is in a sector: pupils, staff, and the words in which the sector's files speak of them.

use std::fmt;

use jiff::civil::Date;

use super::{
    names::{Name, Sex},
    school::{Grade, Level},
};

/// What is known of anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: Name,
    /// The sex.
    pub sex: Sex,
    /// The date of birth.
    pub born: Date,
    /// *Mã định danh ngành*: 10 digits, unique in the sector.
    pub sector_id: String,
    /// *Số định danh cá nhân*: 12 digits, unique in the sector, in keeping with sex and year of birth.
    pub citizen: String,
}

/// A pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// Who it is.
    pub person: Person,
    /// The class's code in its school.
    pub class: String,
    /// The class's grade.
    pub grade: Grade,
    /// Whether the pupil still comes.
    pub status: PupilStatus,
    /// Since when.
    pub since: Date,
    /// The family's telephone, 10 digits; siblings share one.
    pub phone: String,
    /// The pupil's number in the sector, from 0.
    pub ordinal: u32,
    /// Whether a younger sibling, with the same telephone, is in a lower grade of the school.
    pub sibling: bool,
}

/// *Trạng thái HS*; displays as the sector's files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PupilStatus {
    /// *Đang học*
    Studying,
    /// *Chuyển đến hè*
    CameInSummer,
    /// *Chuyển đến HK1*
    CameInTerm,
    /// *Nghỉ học xin học lại*
    Returned,
    /// *Chuyển đi*
    Moved,
    /// *Thôi học*
    Left,
}

impl PupilStatus {
    /// Whether it is a pupil of the school.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Moved | Self::Left)
    }
}

impl fmt::Display for PupilStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Studying => "Đang học",
            Self::CameInSummer => "Chuyển đến hè",
            Self::CameInTerm => "Chuyển đến HK1",
            Self::Returned => "Nghỉ học xin học lại",
            Self::Moved => "Chuyển đi",
            Self::Left => "Thôi học",
        })
    }
}

/// Somebody who works at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub person: Person,
    /// *Vị trí việc làm*.
    pub position: Position,
    /// *Trạng thái CB*.
    pub status: StaffStatus,
    /// `@example.edu.vn`, unique.
    pub email: String,
    /// 10 digits, unique among staff.
    pub phone: String,
    /// The member's number in the sector, from 0.
    pub ordinal: u32,
}

/// *Vị trí việc làm*; displays as the sector's files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// *Hiệu trưởng*: exactly one per school
    Principal,
    /// *Phó hiệu trưởng*
    VicePrincipal,
    /// *Văn thư*
    Clerk,
    /// *Kế toán*
    Accountant,
    /// *Thư viện*
    Librarian,
    /// *Y tế*
    Nurse,
    /// *Giáo viên*, of a level and, except in kindergartens, a subject
    Teacher {
        /// The level taught.
        level: Level,
        /// The subject's name; `None` in kindergartens.
        subject: Option<&'static str>,
    },
}

impl Position {
    /// *Nhóm chức vụ*.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Principal | Self::VicePrincipal => "Cán bộ quản lý",
            Self::Teacher { .. } => "Giáo viên",
            _ => "Nhân viên",
        }
    }

    /// *Môn dạy*.
    pub const fn subject(self) -> Option<&'static str> {
        match self {
            Self::Teacher { subject, .. } => subject,
            _ => None,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Principal => "Hiệu trưởng",
            Self::VicePrincipal => "Phó hiệu trưởng",
            Self::Clerk => "Văn thư",
            Self::Accountant => "Kế toán",
            Self::Librarian => "Thư viện",
            Self::Nurse => "Y tế",
            Self::Teacher { .. } => "Giáo viên",
        })
    }
}

/// *Trạng thái CB*; displays as the sector's files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StaffStatus {
    /// *Đang làm việc*
    Working,
    /// *Chuyển đến*
    Came,
    /// *Chờ nghỉ hưu*
    Retiring,
    /// *Đã nghỉ hưu*
    Retired,
    /// *Thôi việc*
    Left,
    /// *Đã chuyển đi*
    Moved,
}

impl StaffStatus {
    /// Whether the person works at the school.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Working | Self::Came | Self::Retiring)
    }
}

impl fmt::Display for StaffStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Working => "Đang làm việc",
            Self::Came => "Chuyển đến",
            Self::Retiring => "Chờ nghỉ hưu",
            Self::Retired => "Đã nghỉ hưu",
            Self::Left => "Thôi việc",
            Self::Moved => "Đã chuyển đi",
        })
    }
}
