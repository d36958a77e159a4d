//! What a row says, as types: a row that exists is well formed. Whether it is true is for the plan to find out.

use jiff::civil::Date;

use super::{cell_reader::DAYS, field::Field, issue::Issue};
use crate::model::{
    citizen_number::CitizenNumber,
    class_code::ClassCode,
    dates::Order,
    grade::Grade,
    level::Levels,
    name::PersonName,
    phone::Phone,
    role::Role,
    school_code::SchoolCode,
    sector_id::SectorId,
    sex::Sex,
    status::{PupilStatus, SchoolStatus, StaffStatus},
};

/// A row that was read: what it says or why it is refused, and what somebody should look at either way.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its row in the spreadsheet, from 1.
    pub row: u32,
    /// What it says, or at least one error.
    pub outcome: Result<Row, Vec<Issue>>,
    /// Warnings, whatever the outcome.
    pub warnings: Vec<Issue>,
    /// Fields whose lost zeros were restored: guesses, until something else confirms them.
    pub guessed: Vec<Field>,
    /// In which order its days were written, by field.
    pub(super) orders: [Option<Order>; DAYS.len()],
}

impl Record {
    /// How the day of a field was written, if it is one of days.
    pub(super) fn order(&self, field: Field) -> Option<Order> {
        DAYS.iter().position(|day| *day == field).and_then(|at| self.orders[at])
    }

    /// Whether a field's value is a guess.
    pub fn is_guess(&self, field: Field) -> bool {
        self.guessed.contains(&field)
    }
}

/// A row of any kind of file.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// Of a file of schools.
    School(SchoolRow),
    /// Of a file of staff.
    Staff(StaffRow),
    /// Of a file of pupils.
    Pupil(PupilRow),
    /// Of a file of assignments.
    Assignment(AssignmentRow),
}

impl Row {
    /// What it says of a person in a field, for whoever reads the report.
    pub(super) fn said(&self, field: Field) -> String {
        let who = match self {
            Self::Staff(row) => &row.who,
            Self::Pupil(row) => &row.who,
            Self::School(_) | Self::Assignment(_) => return String::new(),
        };
        match field {
            Field::BirthDate => who.born.map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default(),
            _ => who.said(field).to_owned(),
        }
    }
}

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolRow {
    /// *Mã trường.*
    pub code: SchoolCode,
    /// *Tên trường*, as written; several communes may have a school of the same name.
    pub name: String,
    /// *Cấp học*; empty when the file does not tell.
    pub levels: Levels,
    /// *Xã/phường.*
    pub commune: Option<String>,
    /// *Trạng thái*; open when the file does not tell.
    pub status: SchoolStatus,
}

/// Who a person is, as far as a row tells. At least one of sector ID, citizen number and date of birth is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// *Mã định danh Bộ GD&ĐT*; new pupils have none for weeks.
    pub sector_id: Option<SectorId>,
    /// *Số định danh cá nhân.*
    pub citizen_number: Option<CitizenNumber>,
    /// *Họ và tên.*
    pub name: PersonName,
    /// *Ngày sinh.*
    pub born: Option<Date>,
    /// *Giới tính.*
    pub sex: Option<Sex>,
    /// *Tài khoản Microsoft*: the name of the account that the person has there already, in lower case.
    pub upn: Option<String>,
    /// *Mã tạm*: whom the row is about, where names alone cannot tell.
    pub decided: Option<Decided>,
}

impl Identity {
    /// Whom a row is about, in its own words.
    pub(super) fn called(&self) -> &str {
        self.sector_id.as_ref().map_or(self.name.as_str(), |id| id.as_str())
    }

    /// What the row says in a field, for whoever reads the report.
    pub(super) fn said(&self, field: Field) -> &str {
        match field {
            Field::SectorId => self.sector_id.as_ref().map_or("", |id| id.as_str()),
            Field::CitizenNumber => self.citizen_number.as_ref().map_or("", |number| number.expose()),
            Field::TemporaryId => match &self.decided {
                Some(Decided::Is(id) | Decided::IfKnown(id)) => id.as_str(),
                _ => "",
            },
            _ => self.name.as_str(),
        }
    }
}

/// What somebody decided of a person whose name and day of birth are known already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is whoever has this temporary ID.
    Is(SectorId),
    /// *TAM-…?*: whoever has it, if it means anybody here; for files that another system may have written.
    IfKnown(SectorId),
    /// *Mới*: it is somebody else.
    Somebody,
}

/// A pupil at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilRow {
    /// The pupil.
    pub who: Identity,
    /// *Mã trường*, from the row or, where it has none, from the caller.
    pub school: SchoolCode,
    /// *Tên trường*, of a row without a code.
    pub school_named: Option<String>,
    /// *Lớp.*
    pub class: Option<ClassCode>,
    /// *Khối*; from the class's name when the row does not tell.
    pub grade: Option<Grade>,
    /// *Trạng thái HS*; *đang học* when the row does not tell.
    pub status: PupilStatus,
    /// *Ngày nhập trạng thái.*
    pub status_since: Option<Date>,
}

/// A member of staff at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// The person.
    pub who: Identity,
    /// *Mã trường*, from the row or, where it has none, from the caller.
    pub school: SchoolCode,
    /// *Tên trường*, of a row without a code.
    pub school_named: Option<String>,
    /// Teacher, principal or staff; `None` when the row does not tell.
    pub role: Option<Role>,
    /// *Vị trí việc làm*, or the group when there is none.
    pub position: Option<String>,
    /// *Môn dạy.*
    pub subjects: Vec<String>,
    /// *Trạng thái CB*; *đang làm việc* when the row does not tell.
    pub status: StaffStatus,
    /// Shaped like an address; often wrong all the same, and never an identity.
    pub email: Option<String>,
    /// *Điện thoại.*
    pub phone: Option<Phone>,
}

/// Who does what in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRow {
    /// *Mã trường*, from the row or, where it has none, from the caller.
    pub school: SchoolCode,
    /// *Lớp.*
    pub class: ClassCode,
    /// *Mã định danh giáo viên.*
    pub teacher: SectorId,
    /// *Họ và tên*, if the file has it: to be compared only.
    pub name: Option<String>,
    /// *Chức năng.*
    pub function: Function,
}

/// What a teacher is to a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// *Chủ nhiệm.*
    Homeroom,
    /// *Bộ môn*: the subject as written.
    Subject(String),
}
