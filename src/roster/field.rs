//! The columns we know, and the names under which they were seen.

use serde::{Deserialize, Serialize};

/// A column of any of the four kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(usize)]
pub enum Field {
    /// *STT*: ignored, but not unknown.
    Ordinal,
    /// *Mã trường.*
    SchoolCode,
    /// *Tên trường.*
    SchoolName,
    /// *UBND xã, xã/phường.*
    Commune,
    /// *Cấp học.*
    Levels,
    /// *Mã lớp.*
    Class,
    /// *Khối.*
    Grade,
    /// *Mã định danh Bộ GD&ĐT.*
    SectorId,
    /// *Mã tạm*: in a file that comes back with decisions.
    TemporaryId,
    /// *Số định danh cá nhân.*
    CitizenNumber,
    /// *Họ và tên.*
    FullName,
    /// *Ngày sinh.*
    BirthDate,
    /// *Giới tính.*
    Sex,
    /// *Trạng thái.*
    Status,
    /// *Ngày nhập trạng thái.*
    StatusDate,
    /// *Vị trí việc làm.*
    Position,
    /// *Nhóm chức vụ.*
    PositionGroup,
    /// *Môn dạy, môn.*
    Subject,
    /// *Email.*
    Email,
    /// *Điện thoại.*
    Phone,
    /// *Chức năng*: homeroom or subject.
    Function,
    /// *Tài khoản Microsoft*: the one that somebody has already.
    Upn,
    /// *Họ, họ đệm*: where a name stands in several columns, the first.
    FamilyName,
    /// *Tên đệm*: the one between.
    MiddleName,
    /// *Tên*: the last.
    GivenName,
    /// *Năm học.*
    SchoolYear,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Ordinal,
        Self::SchoolCode,
        Self::SchoolName,
        Self::Commune,
        Self::Levels,
        Self::Class,
        Self::Grade,
        Self::SectorId,
        Self::TemporaryId,
        Self::CitizenNumber,
        Self::FullName,
        Self::BirthDate,
        Self::Sex,
        Self::Status,
        Self::StatusDate,
        Self::Position,
        Self::PositionGroup,
        Self::Subject,
        Self::Email,
        Self::Phone,
        Self::Function,
        Self::Upn,
        Self::FamilyName,
        Self::MiddleName,
        Self::GivenName,
        Self::SchoolYear,
    ];

    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether it is one of the fields in which a name stands by parts.
    pub(super) const fn is_part_of_name(self) -> bool {
        matches!(self, Self::FamilyName | Self::MiddleName | Self::GivenName)
    }

    /// Its usual name in a file.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ordinal => "STT",
            Self::SchoolCode => "Mã trường",
            Self::SchoolName => "Tên trường",
            Self::Commune => "Xã/Phường",
            Self::Levels => "Cấp học",
            Self::Class => "Mã lớp",
            Self::Grade => "Khối",
            Self::SectorId => "Mã định danh Bộ GD&ĐT",
            Self::TemporaryId => "Mã tạm",
            Self::CitizenNumber => "Số định danh cá nhân",
            Self::FullName => "Họ và tên",
            Self::BirthDate => "Ngày sinh",
            Self::Sex => "Giới tính",
            Self::Status => "Trạng thái",
            Self::StatusDate => "Ngày nhập trạng thái",
            Self::Position => "Vị trí việc làm",
            Self::PositionGroup => "Nhóm chức vụ",
            Self::Subject => "Môn dạy",
            Self::Email => "Email",
            Self::Phone => "Điện thoại",
            Self::Function => "Chức năng",
            Self::Upn => "Tài khoản Microsoft",
            Self::FamilyName => "Họ đệm",
            Self::MiddleName => "Tên đệm",
            Self::GivenName => "Tên",
            Self::SchoolYear => "Năm học",
        }
    }
}

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Schools of the sector.
    Schools,
    /// Teachers and other staff.
    Staff,
    /// Pupils.
    Pupils,
    /// Who teaches what to which class, *phân công*.
    Assignments,
}

impl Kind {
    /// All of them, in the order in which they are best imported.
    pub const ALL: [Self; 4] = [Self::Schools, Self::Staff, Self::Pupils, Self::Assignments];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schools => "schools",
            Self::Staff => "staff",
            Self::Pupils => "pupils",
            Self::Assignments => "assignments",
        }
    }

    /// Whether anything of such a file is read in the field.
    pub(super) fn reads(self, field: Field) -> bool {
        match field {
            Field::Ordinal => false,
            Field::SchoolName | Field::Commune | Field::Levels => self == Self::Schools,
            Field::Position | Field::PositionGroup | Field::Email | Field::Phone => self == Self::Staff,
            Field::Subject => matches!(self, Self::Staff | Self::Assignments),
            Field::Function => self == Self::Assignments,
            Field::Class => matches!(self, Self::Pupils | Self::Assignments),
            Field::Grade | Field::StatusDate => self == Self::Pupils,
            Field::Status => self != Self::Assignments,
            Field::TemporaryId | Field::CitizenNumber | Field::BirthDate | Field::Sex | Field::Upn => {
                self.is_of_people()
            }
            Field::SectorId | Field::FullName | Field::FamilyName | Field::MiddleName | Field::GivenName => {
                self != Self::Schools
            }
            Field::SchoolCode | Field::SchoolYear => true,
        }
    }

    /// Whether its rows are people of a school.
    pub(super) const fn is_of_people(self) -> bool {
        matches!(self, Self::Staff | Self::Pupils)
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A known name of a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alias {
    pub(super) field: Field,
    /// The kind of file in which the column bears this name.
    pub(super) hint: Option<Kind>,
    /// Its place in the table: of two columns for one field, the one named first in the table counts.
    pub(super) rank: usize,
}

/// The field of a column by its folded name ([`crate::model::text::SearchKey`]).
pub(super) fn alias(key: &str) -> Option<Alias> {
    let rank = ALIASES.iter().position(|(name, ..)| *name == key)?;
    let (_, field, hint) = ALIASES[rank];
    Some(Alias { field, hint, rank })
}

use Field as F;

const PUPILS: Option<Kind> = Some(Kind::Pupils);
const STAFF: Option<Kind> = Some(Kind::Staff);

const ALIASES: &[(&str, Field, Option<Kind>)] = &[
    ("stt", F::Ordinal, None),
    ("so thu tu", F::Ordinal, None),
    ("tt", F::Ordinal, None),
    ("ma truong", F::SchoolCode, None),
    ("ma truong hoc", F::SchoolCode, None),
    ("ma co so giao duc", F::SchoolCode, None),
    ("ma don vi", F::SchoolCode, None),
    ("ten truong", F::SchoolName, None),
    ("ten truong hoc", F::SchoolName, None),
    ("ten co so giao duc", F::SchoolName, None),
    ("ten don vi", F::SchoolName, None),
    ("truong", F::SchoolName, None),
    ("xa phuong", F::Commune, None),
    ("phuong xa", F::Commune, None),
    ("ubnd xa", F::Commune, None),
    ("ubnd xa phuong", F::Commune, None),
    ("ubnd phuong xa", F::Commune, None),
    ("xa phuong dac khu", F::Commune, None),
    ("cap hoc", F::Levels, None),
    ("cac cap hoc", F::Levels, None),
    ("loai hinh cap hoc", F::Levels, None),
    ("ma lop", F::Class, None),
    ("lop", F::Class, None),
    ("lop hoc", F::Class, None),
    ("ten lop", F::Class, None),
    ("ten lop hoc", F::Class, None),
    ("khoi", F::Grade, None),
    ("khoi hoc", F::Grade, None),
    ("khoi lop", F::Grade, None),
    ("ma dinh danh bo gd dt", F::SectorId, None),
    ("ma dinh danh bo gddt", F::SectorId, None),
    ("ma dinh danh cua bo gd dt", F::SectorId, None),
    ("ma dinh danh bo giao duc va dao tao", F::SectorId, None),
    ("ma dinh danh bo", F::SectorId, None),
    ("ma dinh danh nganh", F::SectorId, None),
    ("ma dinh danh csdl nganh", F::SectorId, None),
    ("ma dinh danh giao vien", F::SectorId, STAFF),
    ("ma dinh danh hoc sinh", F::SectorId, PUPILS),
    ("ma dinh danh can bo", F::SectorId, STAFF),
    ("ma dinh danh", F::SectorId, None),
    ("ma hoc sinh", F::SectorId, PUPILS),
    ("ma hs", F::SectorId, PUPILS),
    ("ma can bo", F::SectorId, STAFF),
    ("ma cb", F::SectorId, STAFF),
    ("ma giao vien", F::SectorId, STAFF),
    ("ma gv", F::SectorId, STAFF),
    ("ma tam", F::TemporaryId, None),
    ("so dinh danh ca nhan", F::CitizenNumber, None),
    ("so ddcn", F::CitizenNumber, None),
    ("so ddcn cmnd tcc cccd", F::CitizenNumber, None),
    ("so cccd", F::CitizenNumber, None),
    ("cccd", F::CitizenNumber, None),
    ("so can cuoc cong dan", F::CitizenNumber, None),
    ("so can cuoc", F::CitizenNumber, None),
    ("so cmnd cccd", F::CitizenNumber, None),
    ("so cccd cmnd", F::CitizenNumber, None),
    ("so cmnd", F::CitizenNumber, None),
    ("cmnd", F::CitizenNumber, None),
    ("ma dinh danh ca nhan", F::CitizenNumber, None),
    ("ho va ten", F::FullName, None),
    ("ho ten", F::FullName, None),
    ("ho va ten hoc sinh", F::FullName, PUPILS),
    ("ho ten hoc sinh", F::FullName, PUPILS),
    ("ten hoc sinh", F::FullName, PUPILS),
    ("ho va ten can bo", F::FullName, STAFF),
    ("ho ten can bo", F::FullName, STAFF),
    ("ho va ten giao vien", F::FullName, STAFF),
    ("ho ten giao vien", F::FullName, STAFF),
    ("ho dem", F::FamilyName, None),
    ("ho va dem", F::FamilyName, None),
    ("ho va ten dem", F::FamilyName, None),
    ("ho ten dem", F::FamilyName, None),
    ("ho va chu dem", F::FamilyName, None),
    ("ho chu dem", F::FamilyName, None),
    ("ho va chu lot", F::FamilyName, None),
    ("ho va lot", F::FamilyName, None),
    ("ho va ten lot", F::FamilyName, None),
    ("ho lot", F::FamilyName, None),
    ("ho", F::FamilyName, None),
    ("ho hoc sinh", F::FamilyName, PUPILS),
    ("ho dem hoc sinh", F::FamilyName, PUPILS),
    ("ten dem", F::MiddleName, None),
    ("dem", F::MiddleName, None),
    ("chu dem", F::MiddleName, None),
    ("ten lot", F::MiddleName, None),
    ("chu lot", F::MiddleName, None),
    ("lot", F::MiddleName, None),
    ("ten", F::GivenName, None),
    ("ngay sinh", F::BirthDate, None),
    ("ngay thang nam sinh", F::BirthDate, None),
    ("gioi tinh", F::Sex, None),
    ("phai", F::Sex, None),
    ("trang thai hs", F::Status, PUPILS),
    ("trang thai hoc sinh", F::Status, PUPILS),
    ("trang thai cb", F::Status, STAFF),
    ("trang thai can bo", F::Status, STAFF),
    ("trang thai", F::Status, None),
    ("ngay nhap trang thai", F::StatusDate, None),
    ("ngay trang thai", F::StatusDate, None),
    ("vi tri viec lam", F::Position, STAFF),
    ("chuc vu", F::Position, STAFF),
    ("nhom chuc vu", F::PositionGroup, STAFF),
    ("mon day", F::Subject, STAFF),
    ("mon hoc", F::Subject, None),
    ("mon", F::Subject, None),
    ("email", F::Email, None),
    ("e mail", F::Email, None),
    ("thu dien tu", F::Email, None),
    ("dia chi email", F::Email, None),
    ("dien thoai", F::Phone, None),
    ("so dien thoai", F::Phone, None),
    ("sdt", F::Phone, None),
    ("dt di dong", F::Phone, None),
    ("chuc nang", F::Function, None),
    ("chuc nang chu nhiem bo mon", F::Function, None),
    ("vai tro", F::Function, None),
    ("tai khoan microsoft", F::Upn, None),
    ("tai khoan microsoft 365", F::Upn, None),
    ("tai khoan teams", F::Upn, None),
    ("email microsoft", F::Upn, None),
    ("upn", F::Upn, None),
    ("nam hoc", F::SchoolYear, None),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::SearchKey;

    #[test]
    fn every_field_is_known_by_its_usual_name_and_no_alias_stands_twice() {
        for (i, (name, ..)) in ALIASES.iter().enumerate() {
            assert_eq!(SearchKey::of(name).as_str(), *name);
            assert!(!ALIASES[..i].iter().any(|(other, ..)| other == name), "{name}");
            assert_eq!(alias(name).unwrap().rank, i);
        }
        for (_, field, _) in ALIASES {
            assert_eq!(alias(SearchKey::of(field.title()).as_str()).unwrap().field, *field);
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
    }
}
