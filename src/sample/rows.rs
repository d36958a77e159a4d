//! The four tables, with exactly the columns of `DOMAIN.md`, and their rows.

use super::{
    people::{Member, Pupil},
    school::{Grade, School},
    sheet::Cell,
    teaching::{Assignment, Function},
};

/// What a column holds, as far as wear and tear treats columns differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    SchoolCode,
    SectorId,
    TeacherId,
    Citizen,
    Name,
    Born,
    Since,
    Status,
    Phone,
    Email,
    Text,
}

/// A column: its header, and others under which it is also seen.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) kind: Kind,
}

/// A table: its columns, and what stands above them in a file made to be printed.
pub(super) struct Table {
    pub(super) contents: Contents,
    pub(super) title: &'static str,
    pub(super) columns: &'static [Column],
}

/// What a table is about. The numbers are part of what a seed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    Schools = 1,
    Staff,
    Pupils,
    Assignments,
}

/// A row in the order of the table's columns.
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Its number in the sector's table: what befalls it is the same in every file.
    pub(super) ordinal: u32,
    pub(super) about: About,
}

/// What about a person makes a hostility natural.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    None,
    /// A member of staff, old enough for an identity card of before 2016.
    Grown,
    /// In grade 1, whose sector IDs take weeks.
    Newcomer,
    /// Has the telephone of a sibling who stands before.
    Sibling,
}

const fn column(title: &'static str, kind: Kind) -> Column {
    Column { title, aliases: &[], kind }
}

const fn aliased(title: &'static str, aliases: &'static [&'static str], kind: Kind) -> Column {
    Column { title, aliases, kind }
}

const CITIZEN: Column =
    aliased("Số định danh cá nhân", &["Số ĐDCN", "Số CCCD", "Số CMND", "Số ĐDCN/CMND/TCC/CCCD"], Kind::Citizen);

pub(super) const SCHOOLS: Table = Table {
    contents: Contents::Schools,
    title: "DANH SÁCH CƠ SỞ GIÁO DỤC",
    columns: &[
        column("Mã trường", Kind::SchoolCode),
        column("Tên trường", Kind::Text),
        column("Cấp học", Kind::Text),
        column("Xã/Phường", Kind::Text),
        column("Trạng thái", Kind::Text),
    ],
};

pub(super) const STAFF: Table = Table {
    contents: Contents::Staff,
    title: "DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN",
    columns: &[
        column("STT", Kind::Count),
        column("UBND Xã", Kind::Text),
        column("Mã trường", Kind::SchoolCode),
        column("Tên trường", Kind::Text),
        aliased("Mã định danh Bộ GD&ĐT", &["Mã cán bộ"], Kind::SectorId),
        CITIZEN,
        aliased("Họ tên", &["Họ và tên"], Kind::Name),
        column("Ngày sinh", Kind::Born),
        column("Giới tính", Kind::Text),
        aliased("Trạng thái CB", &["Trạng thái"], Kind::Status),
        column("Vị trí việc làm", Kind::Text),
        column("Nhóm chức vụ", Kind::Text),
        column("Môn dạy", Kind::Text),
        column("Email", Kind::Email),
        column("Điện thoại", Kind::Phone),
    ],
};

pub(super) const PUPILS: Table =
    Table { contents: Contents::Pupils, title: "DANH SÁCH HỌC SINH", columns: PUPIL_COLUMNS.split_at(11).0 };

/// The same with the family's telephone, which exports of some versions have.
pub(super) const PUPILS_WITH_PHONES: Table = Table { columns: PUPIL_COLUMNS, ..PUPILS };

const PUPIL_COLUMNS: &[Column] = &[
    column("STT", Kind::Count),
    column("Mã trường", Kind::SchoolCode),
    aliased("Mã lớp", &["Lớp", "Lớp học"], Kind::Text),
    aliased("Khối", &["Khối học"], Kind::Text),
    aliased("Mã định danh Bộ GD&ĐT", &["Mã học sinh", "Mã HS"], Kind::SectorId),
    CITIZEN,
    aliased("Họ và tên", &["Họ tên"], Kind::Name),
    column("Ngày sinh", Kind::Born),
    column("Giới tính", Kind::Text),
    aliased("Trạng thái HS", &["Trạng thái"], Kind::Status),
    column("Ngày nhập trạng thái", Kind::Since),
    column("Điện thoại", Kind::Phone),
];

pub(super) const ASSIGNMENTS: Table = Table {
    contents: Contents::Assignments,
    title: "BẢNG PHÂN CÔNG GIẢNG DẠY",
    columns: &[
        column("Mã trường", Kind::SchoolCode),
        aliased("Lớp", &["Mã lớp", "Lớp học"], Kind::Text),
        column("Mã định danh giáo viên", Kind::TeacherId),
        column("Chức năng", Kind::Text),
        column("Môn", Kind::Text),
    ],
};

pub(super) fn school(school: &School) -> Row {
    let cells = vec![
        Cell::text(&school.code),
        Cell::text(&school.name),
        Cell::text(school.level_codes()),
        Cell::text(school.commune),
        Cell::text("Đang hoạt động"),
    ];
    Row { cells, ordinal: school.ordinal, about: About::None }
}

pub(super) fn member(count: u64, school: &School, member: &Member) -> Row {
    let person = &member.person;
    let cells = vec![
        counted(count),
        Cell::text(school.commune),
        Cell::text(&school.code),
        Cell::text(&school.name),
        Cell::text(&person.sector_id),
        Cell::text(&person.citizen),
        Cell::text(person.name.to_string()),
        Cell::Day(person.born),
        Cell::text(person.sex.label()),
        Cell::text(member.status.to_string()),
        Cell::text(member.position.to_string()),
        Cell::text(member.position.group()),
        member.position.subject().map_or(Cell::Blank, Cell::text),
        Cell::text(&member.email),
        Cell::text(&member.phone),
    ];
    let about = if person.born.year() <= 1998 { About::Grown } else { About::None };
    Row { cells, ordinal: member.ordinal, about }
}

pub(super) fn pupil(count: u64, school: &School, pupil: &Pupil) -> Row {
    let person = &pupil.person;
    let cells = vec![
        counted(count),
        Cell::text(&school.code),
        Cell::text(&pupil.class),
        Cell::text(pupil.grade.to_string()),
        Cell::text(&person.sector_id),
        Cell::text(&person.citizen),
        Cell::text(person.name.to_string()),
        Cell::Day(person.born),
        Cell::text(person.sex.label()),
        Cell::text(pupil.status.to_string()),
        Cell::Day(pupil.since),
        Cell::text(&pupil.phone),
    ];
    let about = match (pupil.sibling, pupil.grade) {
        (true, _) => About::Sibling,
        (false, Grade::Year(1)) => About::Newcomer,
        _ => About::None,
    };
    Row { cells, ordinal: pupil.ordinal, about }
}

/// The line at a place among the lines of its school.
pub(super) fn assignment(place: u32, school: &School, line: &Assignment) -> Row {
    let (function, subject) = match line.function {
        Function::Homeroom => ("Chủ nhiệm", Cell::Blank),
        Function::Subject(subject) => ("Bộ môn", Cell::text(subject)),
    };
    let cells = vec![
        Cell::text(&school.code),
        Cell::text(&line.class),
        Cell::text(&line.teacher),
        Cell::text(function),
        subject,
    ];
    // A school has fewer lines than that, unless it has 10,000 pupils.
    Row { cells, ordinal: school.ordinal.wrapping_mul(4096).wrapping_add(place), about: About::None }
}

fn counted(count: u64) -> Cell {
    Cell::Number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_of_the_sectors_files() {
        let line = |table: &Table| table.columns.iter().map(|c| c.title).collect::<Vec<_>>().join(" | ");
        assert_eq!(
            line(&PUPILS),
            "STT | Mã trường | Mã lớp | Khối | Mã định danh Bộ GD&ĐT | Số định danh cá nhân | Họ và tên | Ngày sinh | \
             Giới tính | Trạng thái HS | Ngày nhập trạng thái"
        );
        assert_eq!(
            line(&STAFF),
            "STT | UBND Xã | Mã trường | Tên trường | Mã định danh Bộ GD&ĐT | Số định danh cá nhân | Họ tên | Ngày sinh | \
             Giới tính | Trạng thái CB | Vị trí việc làm | Nhóm chức vụ | Môn dạy | Email | Điện thoại"
        );
        assert_eq!(line(&SCHOOLS), "Mã trường | Tên trường | Cấp học | Xã/Phường | Trạng thái");
        assert_eq!(line(&ASSIGNMENTS), "Mã trường | Lớp | Mã định danh giáo viên | Chức năng | Môn");
    }
}
