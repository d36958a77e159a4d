//! Makes a typed row of a row of text: one function for each kind of file.

use super::{
    cell_reader::{CellReader, Found, Place},
    cells::RawRow,
    field::{Field, Kind},
    issue::Problem,
    person,
    row::{AssignmentRow, Function, PupilRow, Record, Row, SchoolRow, StaffRow},
};
use crate::model::{
    class_code::ClassCode,
    email,
    grade::Grade,
    level::Levels,
    phone::Phone,
    role::Role,
    school_code::SchoolCode,
    status::{Effect, PupilStatus, SchoolStatus, StaffStatus},
    text::SearchKey,
};

/// What a row of a file of this kind says.
pub(super) fn record(kind: Kind, place: &Place, row: &RawRow, school: Option<&SchoolCode>) -> Record {
    let mut cells = CellReader::new(place, row);
    let row = match kind {
        Kind::Schools => school_row(&mut cells).map(Row::School),
        Kind::Staff => staff_row(&mut cells, school).map(Row::Staff),
        Kind::Pupils => pupil_row(&mut cells, school).map(Row::Pupil),
        Kind::Assignments => assignment_row(&mut cells, school).map(Row::Assignment),
    };
    cells.finish(row)
}

fn school_row(cells: &mut CellReader<'_>) -> Option<SchoolRow> {
    let code = person::school(cells, None);
    let name = cells.text(Field::SchoolName, 200);
    let name = cells.required(Field::SchoolName, name);
    let levels = cells.word(Field::Levels, Levels::read, Problem::LevelsUnknown);
    if matches!(levels, Found::Empty) {
        cells.report(Field::Levels, Problem::LevelsMissing);
    }
    let commune = cells.text(Field::Commune, 200).value().map(Into::into);
    let status = cells.word(Field::Status, SchoolStatus::read, Problem::SchoolStatusUnknown);
    Some(SchoolRow {
        code: code?,
        name: name?.into_owned(),
        levels: levels.value().unwrap_or_default(),
        commune,
        status: status.value().unwrap_or(SchoolStatus::Open),
    })
}

fn pupil_row(cells: &mut CellReader<'_>, school: Option<&SchoolCode>) -> Option<PupilRow> {
    let who = person::identity(cells);
    let school = person::school(cells, school);
    let class = class(cells);
    let status = cells.word(Field::Status, PupilStatus::read, Problem::PupilStatusUnknown);
    let status = status.value().unwrap_or(PupilStatus::Studying);
    if matches!(class, Found::Empty) && status.effect() == Effect::Active {
        cells.report(Field::Class, Problem::ClassMissing);
    }
    let class = class.value();
    let named = class.as_ref().and_then(|class| Grade::of_class(class.as_str()));
    let grade = cells.word(Field::Grade, Grade::read, Problem::GradeUnknown).value();
    // Kindergartens number their classes by age: 3TA1 is no class of grade 3.
    if named.zip(grade).is_some_and(|(named, told)| matches!(told, Grade::School(_)) && named != told) {
        cells.report(Field::Grade, Problem::GradeDiffersFromClass);
    }
    let status_since = cells.date(Field::StatusDate).value();
    Some(PupilRow { who: who?, school: school?, class, grade: grade.or(named), status, status_since })
}

fn staff_row(cells: &mut CellReader<'_>, school: Option<&SchoolCode>) -> Option<StaffRow> {
    let who = person::identity(cells);
    let school = person::school(cells, school);
    let group = cells.text(Field::PositionGroup, 200).value();
    let position = cells.text(Field::Position, 200).value();
    if group.is_none() && position.is_none() {
        cells.report(Field::PositionGroup, Problem::PositionMissing);
    }
    let role = Role::of_position(group.as_deref().unwrap_or_default(), position.as_deref().unwrap_or_default());
    let status = cells.word(Field::Status, StaffStatus::read, Problem::StaffStatusUnknown);
    let subjects = cells.text(Field::Subject, 400).value().unwrap_or_default();
    let subjects = subjects.split([',', ';', '/', '|']).map(str::trim).filter(|s| !s.is_empty());
    let subjects = subjects.map(str::to_owned).collect();
    let (email, phone) = (email(cells), phone(cells));
    Some(StaffRow {
        who: who?,
        school: school?,
        role,
        position: position.or(group).map(Into::into),
        subjects,
        status: status.value().unwrap_or(StaffStatus::Working),
        email,
        phone,
    })
}

fn assignment_row(cells: &mut CellReader<'_>, school: Option<&SchoolCode>) -> Option<AssignmentRow> {
    let school = person::school(cells, school);
    let class = class(cells);
    let class = cells.required(Field::Class, class);
    let teacher = person::sector_id(cells, None);
    let teacher = cells.required(Field::SectorId, teacher);
    let function = cells.word(Field::Function, homeroom, Problem::FunctionUnknown);
    let function = if cells.required(Field::Function, function)? {
        Function::Homeroom
    } else {
        let subject = cells.text(Field::Subject, 100);
        Function::Subject(cells.required(Field::Subject, subject)?.into_owned())
    };
    Some(AssignmentRow { school: school?, class: class?, teacher: teacher?, function })
}

/// Whether the function is *chủ nhiệm*; `None` when it is neither that nor *bộ môn*.
fn homeroom(text: &str) -> Option<bool> {
    match SearchKey::of(text).as_str() {
        "chu nhiem" | "gvcn" | "giao vien chu nhiem" | "homeroom" => Some(true),
        "bo mon" | "gvbm" | "giao vien bo mon" | "giang day" | "subject" => Some(false),
        _ => None,
    }
}

fn class(cells: &mut CellReader<'_>) -> Found<ClassCode> {
    match cells.text(Field::Class, 200) {
        // 3/1 is a class; what a spreadsheet makes of it is not.
        Found::Value(text) if text.parse::<jiff::civil::Date>().is_ok() => {
            cells.bad(Field::Class, Problem::ClassBecameDate)
        }
        Found::Value(text) => match ClassCode::read(&text) {
            Ok(class) => Found::Value(class),
            Err(_) => cells.bad(Field::Class, Problem::ClassMalformed),
        },
        Found::Empty => Found::Empty,
        Found::Bad => Found::Bad,
    }
}

/// An address, when it has the shape of one; otherwise a warning, for contacts never keep a row out.
fn email(cells: &mut CellReader<'_>) -> Option<String> {
    let text = cells.text(Field::Email, 254).value()?;
    let address = email::read(&text);
    if address.is_none() {
        cells.report(Field::Email, Problem::EmailUnusable);
    }
    address
}

fn phone(cells: &mut CellReader<'_>) -> Option<Phone> {
    let text = cells.code(Field::Phone).value()?;
    let phone = Phone::read(&text).ok();
    if phone.is_none() {
        cells.report(Field::Phone, Problem::PhoneUnusable);
    }
    phone
}
