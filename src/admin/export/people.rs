//! Lists of people with the columns that the import reads: taken in again, they change nothing.

use std::{collections::HashSet, io::Write, path::Path};

use super::{
    Exported, Form, Leave, Listed, NotExported, Told, beside, note,
    table::{Csv, MARK, Tables, of_xlsx},
    walk::Walk,
};
use crate::{
    services::Services,
    store::{Day, exporting::MemberRow},
};

const PUPILS: &[&str] = &[
    "STT",
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
const STAFF: &[&str] = &[
    "STT",
    "Mã trường",
    "Tên trường",
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

/// Writes everybody within reach who is at a school into a new file.
pub async fn people(
    sv: &Services,
    leave: &Leave,
    form: Form,
    to: &Path,
    told: Told<'_>,
) -> Result<Exported, NotExported> {
    let named = match form {
        Form::Workbook => "xlsx",
        Form::Csv(Listed::Pupils) => "csv pupils",
        Form::Csv(Listed::Staff) => "csv staff",
    };
    note(sv, leave, named).await?;
    let mut file = tempfile::NamedTempFile::new_in(beside(to))?;
    let walk = Walk::begin(sv, leave).await?;
    let done = match form {
        Form::Workbook => {
            let mut tables = Tables::begin(&[("Học sinh", PUPILS), ("Cán bộ", STAFF)], beside(to)).map_err(of_xlsx)?;
            let row = |listed: Listed, cells: &[&str]| tables.row(listed as usize, cells).map_err(of_xlsx);
            let done = lines(&walk, &[Listed::Pupils, Listed::Staff], told, row).await?;
            tables.end(file.reopen()?).map_err(of_xlsx)?;
            done
        }
        Form::Csv(asked) => {
            file.write_all(MARK)?;
            let mut table = Csv::begin(&mut file, if asked == Listed::Pupils { PUPILS } else { STAFF })?;
            let done = lines(&walk, &[asked], told, |_, cells| table.row(cells)).await?;
            table.end()?;
            done
        }
    };
    file.as_file().sync_all()?;
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(done)
}

/// Every line of the tables that are wanted, and how much that was.
async fn lines(
    walk: &Walk<'_>,
    wanted: &[Listed],
    told: Told<'_>,
    mut write: impl FnMut(Listed, &[&str]) -> std::io::Result<()>,
) -> Result<Exported, NotExported> {
    let mut numbers = [0_u64; 2];
    let mut people = 0;
    walk.people(|roles| {
        let mut told_of = HashSet::new();
        for row in roles {
            let listed = if row.role == "student" { Listed::Pupils } else { Listed::Staff };
            // Guardians have no list; who is two things at one school is one person there.
            let listed_here = row.role != "guardian" && wanted.contains(&listed);
            if !listed_here || !told_of.insert((listed as usize, row.org_id)) {
                continue;
            }
            numbers[listed as usize] += 1;
            let number = numbers[listed as usize].to_string();
            match listed {
                Listed::Pupils => write(listed, &pupil(walk, row, &number).each_ref().map(String::as_str))?,
                Listed::Staff => write(listed, &staff(walk, row, &number).each_ref().map(String::as_str))?,
            }
        }
        people += u64::from(!told_of.is_empty());
        told(numbers[0] + numbers[1]);
        Ok(())
    })
    .await?;
    Ok(Exported { people, rows: numbers[0] + numbers[1] })
}

fn pupil(walk: &Walk<'_>, row: &MemberRow, number: &str) -> [String; 12] {
    let class = row.class_id.and_then(|id| walk.classes.get(&id));
    [
        number.to_owned(),
        school(walk, row).0,
        class.map(|class| class.code.clone()).unwrap_or_default(),
        class.and_then(|class| class.grade).map(|grade| format!("Khối {grade}")).unwrap_or_default(),
        row.sector_id.clone().unwrap_or_default(),
        row.full_name.clone(),
        row.birth_date.map(day).unwrap_or_default(),
        sex(row).to_owned(),
        "Đang học".to_owned(),
        day(row.valid_from),
        temporary(row),
        row.upn.clone().unwrap_or_default(),
    ]
}

fn staff(walk: &Walk<'_>, row: &MemberRow, number: &str) -> [String; 13] {
    let (code, name) = school(walk, row);
    let group = match row.role.as_str() {
        "principal" => "Hiệu trưởng",
        "teacher" => "Giáo viên",
        _ => "Nhân viên",
    };
    [
        number.to_owned(),
        code,
        name,
        row.sector_id.clone().unwrap_or_default(),
        row.full_name.clone(),
        row.birth_date.map(day).unwrap_or_default(),
        sex(row).to_owned(),
        "Đang làm việc".to_owned(),
        group.to_owned(),
        row.email.clone().unwrap_or_default(),
        row.phone.clone().unwrap_or_default(),
        temporary(row),
        row.upn.clone().unwrap_or_default(),
    ]
}

fn school(walk: &Walk<'_>, row: &MemberRow) -> (String, String) {
    let org = walk.org(row.org_id);
    org.map(|org| (org.code.clone().unwrap_or_default(), org.name.clone())).unwrap_or_default()
}

/// Whoever has a sector ID needs no other.
fn temporary(row: &MemberRow) -> String {
    row.temporary_id.clone().filter(|_| row.sector_id.is_none()).unwrap_or_default()
}

fn sex(row: &MemberRow) -> &'static str {
    match row.sex.as_deref() {
        Some("female") => "Nữ",
        Some("male") => "Nam",
        _ => "",
    }
}

fn day(day: Day) -> String {
    day.0.strftime("%d/%m/%Y").to_string()
}
