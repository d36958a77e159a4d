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
    dates, email,
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
    let status = status(cells, PupilStatus::read, Problem::PupilStatusUnknown);
    let status = status.unwrap_or(PupilStatus::Studying);
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
    let school_named = cells.school_named();
    Some(PupilRow { who: who?, school: school?, school_named, class, grade: grade.or(named), status, status_since })
}

fn staff_row(cells: &mut CellReader<'_>, school: Option<&SchoolCode>) -> Option<StaffRow> {
    let who = person::identity(cells);
    let school = person::school(cells, school);
    let group = cells.text(Field::PositionGroup, 200).value();
    let position = cells.text(Field::Position, 200).value();
    let role = Role::of_position(group.as_deref().unwrap_or_default(), position.as_deref().unwrap_or_default());
    match (role, &group, &position) {
        (Some(_), ..) => {}
        (None, None, None) => cells.report(Field::PositionGroup, Problem::PositionMissing),
        (None, _, Some(_)) => cells.report(Field::Position, Problem::PositionUnknown),
        (None, Some(_), None) => cells.report(Field::PositionGroup, Problem::PositionUnknown),
    }
    let status = status(cells, StaffStatus::read, Problem::StaffStatusUnknown);
    let subjects = cells.text(Field::Subject, 400).value().unwrap_or_default();
    let subjects = subjects.split([',', ';', '/', '|']).map(str::trim).filter(|s| !s.is_empty());
    let subjects = subjects.map(str::to_owned).collect();
    let (email, phone) = (email(cells), phone(cells));
    Some(StaffRow {
        who: who?,
        school: school?,
        school_named: cells.school_named(),
        role,
        position: position.or(group).map(Into::into),
        subjects,
        status: status.unwrap_or(StaffStatus::Working),
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
    let name = cells.text(Field::FullName, 400).value().map(Into::into);
    let function = cells.word(Field::Function, homeroom, Problem::FunctionUnknown);
    let function = if cells.required(Field::Function, function)? {
        Function::Homeroom
    } else {
        let subject = cells.text(Field::Subject, 100);
        Function::Subject(cells.required(Field::Subject, subject)?.into_owned())
    };
    Some(AssignmentRow { school: school?, class: class?, teacher: teacher?, name, function })
}

/// Somebody's status. Who is on a sheet of those who left is not there like anybody else.
fn status<T>(cells: &mut CellReader<'_>, read: fn(&str) -> Option<T>, unknown: Problem) -> Option<T> {
    let status = cells.word(Field::Status, read, unknown);
    if matches!(status, Found::Empty) && cells.place.is_of_leavers {
        cells.report(Field::Status, Problem::SheetOfLeavers);
    }
    status.value()
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
    let text = match cells.text(Field::Class, 200) {
        Found::Value(text) => text,
        Found::Empty => return Found::Empty,
        Found::Bad => return Found::Bad,
    };
    // 3/1 and 1E5 are classes; what a spreadsheet makes of them is not.
    if dates::is_made_by_a_spreadsheet(&text) {
        return cells.bad(Field::Class, Problem::ClassBecameDate);
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if text.split_once("E+").is_some_and(|(number, power)| is_number(number) && is_number(power)) {
        return cells.bad(Field::Class, Problem::CodeShortened);
    }
    let Ok(class) = ClassCode::read(&text) else { return cells.bad(Field::Class, Problem::ClassMalformed) };
    // Of a number 6.10 is left 6.1. No grade has thirty classes.
    let may_lack = text.split_once('.').is_some_and(|(grade, of)| is_number(grade) && matches!(of, "1" | "2"));
    if may_lack && cells.is_a_sheets_number(Field::Class) {
        cells.report(Field::Class, Problem::ClassMayLackZero);
    }
    Found::Value(class)
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
