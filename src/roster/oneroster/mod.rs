//! OneRoster 1.2 CSV (1EdTech): a zip whose tables refer to each other by id. Joined, they are the same four tables that
//! every other file holds, and go the same way from there; a row keeps its number in the file it stands in.
//!
//! What is joined is held as small as it can be (ids as digests), the rows themselves are streamed.

mod joined;
mod table;

use std::{fs::File, ops::ControlFlow};

use calamine::Dimensions;

use super::{
    cells::{Form, RawRow},
    error::{OpenError, ReadError},
    limits::Limits,
    sheets::{Sheets, Visit},
};
use joined::{Joined, Role};
use table::{Line, for_each};

/// The tables that the standard's are joined to.
const SCHOOLS: &str = "orgs.csv";
const PUPILS: &str = "users.csv (student)";
const STAFF: &str = "users.csv (staff)";
const ASSIGNMENTS: &str = "enrollments.csv";

/// What there must be.
pub(super) const REQUIRED: [&str; 4] = ["manifest.csv", "orgs.csv", "users.csv", "roles.csv"];

/// The folder in which a part lies (`export/`, or none), if it is a manifest: the other tables lie beside it.
pub(super) fn folder(part: &str) -> Option<&str> {
    part.strip_suffix(REQUIRED[0]).filter(|folder| folder.is_empty() || folder.ends_with('/'))
}

/// Whether sheets of these names are the tables of one.
pub(super) fn is(names: &[String]) -> bool {
    names == [SCHOOLS, PUPILS, STAFF, ASSIGNMENTS]
}

/// An open zip.
pub(super) struct OneRoster {
    file: File,
    names: Vec<String>,
    joined: Joined,
    limits: Limits,
}

impl OneRoster {
    /// Opens what `package` let pass.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, OpenError> {
        let joined = Joined::read(&file, limits)?;
        let names = [SCHOOLS, PUPILS, STAFF, ASSIGNMENTS].map(str::to_owned).to_vec();
        Ok(Self { file, names, joined, limits: limits.clone() })
    }
}

impl Sheets for OneRoster {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, _: &str) -> Result<Vec<Dimensions>, ReadError> {
        Ok(Vec::new())
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        let (file, limits, joined) = (&self.file, &self.limits, &self.joined);
        let mut out = Out { row: RawRow::default(), visit };
        match sheet {
            SCHOOLS => out.all(SCHOOL_TITLES, |out| for_each(file, "orgs", limits, |line| joined.school(line, out))),
            PUPILS => out.all(PUPIL_TITLES, |out| {
                for_each(file, "users", limits, |line| joined.person(line, Role::is_pupil, out))
            }),
            STAFF => out.all(STAFF_TITLES, |out| {
                for_each(file, "users", limits, |line| joined.person(line, Role::is_staff, out))
            }),
            _ => out.all(ASSIGNMENT_TITLES, |out| {
                for_each(file, "enrollments", limits, |line| joined.assignment(line, out))
            }),
        }
    }
}

const SCHOOL_TITLES: &[&str] = &["Mã trường", "Tên trường", "Cấp học", "Xã/Phường"];
const PUPIL_TITLES: &[&str] = &[
    "Mã trường",
    "Mã lớp",
    "Khối",
    "Mã định danh Bộ GD&ĐT",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Trạng thái HS",
    "Ngày nhập trạng thái",
    "Mã tạm",
    "Tài khoản Microsoft",
];
const STAFF_TITLES: &[&str] = &[
    "Mã trường",
    "Mã định danh Bộ GD&ĐT",
    "Họ tên",
    "Ngày sinh",
    "Giới tính",
    "Trạng thái CB",
    "Nhóm chức vụ",
    "Email",
    "Điện thoại",
    "Mã tạm",
    "Tài khoản Microsoft",
];
const ASSIGNMENT_TITLES: &[&str] = &["Mã trường", "Lớp", "Mã định danh giáo viên", "Chức năng", "Môn"];

/// Where joined rows go.
struct Out<'o> {
    row: RawRow,
    visit: Visit<'o>,
}

impl Out<'_> {
    /// The header, as the table's first row, and what follows it.
    fn all(&mut self, titles: &[&str], rest: impl FnOnce(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if self.row(1, titles).is_break() { Ok(()) } else { rest(self) }
    }

    fn row(&mut self, number: u32, cells: &[&str]) -> ControlFlow<()> {
        self.row.begin(number);
        for (column, cell) in cells.iter().enumerate() {
            self.row.put(column, Form::Text, |to| to.push_str(cell));
        }
        (self.visit)(&mut self.row)
    }
}
