//! One school: who works and learns there, in which classes.

use jiff::{ToSpan, civil::Date, civil::date};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Level, Plan, names};

/// How many pupils a class has at most.
const CLASS: usize = 35;
const SUBJECTS: [&str; 10] =
    ["Toán", "Ngữ văn", "Tiếng Anh", "Vật lí", "Hoá học", "Sinh học", "Lịch sử", "Địa lí", "Tin học", "Thể dục"];
const COMMUNES: [&str; 14] = [
    "Phường Hồng Bàng",
    "Phường Ngô Quyền",
    "Phường Lê Chân",
    "Phường Hải An",
    "Phường Kiến An",
    "Phường Đồ Sơn",
    "Phường Thuỷ Nguyên",
    "Phường Hải Dương",
    "Phường Chí Linh",
    "Xã An Dương",
    "Xã An Lão",
    "Xã Kiến Thuỵ",
    "Xã Tiên Lãng",
    "Xã Vĩnh Bảo",
];
const HEROES: [&str; 16] = [
    "Nguyễn Trãi",
    "Trần Phú",
    "Lê Hồng Phong",
    "Hồng Bàng",
    "Võ Thị Sáu",
    "Minh Khai",
    "Trần Hưng Đạo",
    "Quang Trung",
    "Lê Lợi",
    "Ngô Gia Tự",
    "Đinh Tiên Hoàng",
    "Chu Văn An",
    "Nguyễn Du",
    "Kim Đồng",
    "Lý Thường Kiệt",
    "Phan Bội Châu",
];

/// A school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Eight digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Where it is.
    pub commune: &'static str,
}

/// Female or male.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Nữ.
    Female,
    /// Nam.
    Male,
}

/// What somebody works as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Hiệu trưởng.
    Head,
    /// Giáo viên.
    Teacher,
    /// Nhân viên.
    Staff,
}

/// Somebody who works at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Ten digits.
    pub sector_id: String,
    /// Twelve digits.
    pub citizen: String,
    /// As written.
    pub name: String,
    /// Day of birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// What they work as.
    pub position: Position,
    /// What they teach; nothing for others.
    pub subject: &'static str,
    /// E-mail address.
    pub email: String,
    /// Ten digits.
    pub phone: String,
}

/// Somebody who learns at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// Ten digits.
    pub sector_id: String,
    /// Twelve digits.
    pub citizen: String,
    /// As written.
    pub name: String,
    /// Day of birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// 1 to 12.
    pub grade: i64,
    /// The class: 3A.
    pub class: String,
}

/// What a teacher does in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Chủ nhiệm.
    Homeroom,
    /// Bộ môn.
    Subject,
}

/// A teacher's work in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The class.
    pub class: String,
    /// The teacher's sector ID.
    pub teacher: String,
    /// What they do there.
    pub function: Function,
    /// The subject; nothing for homeroom.
    pub subject: &'static str,
}

/// A school with everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The school.
    pub school: School,
    /// Grade and code of each class.
    pub classes: Vec<(i64, String)>,
    /// Who works there.
    pub staff: Vec<Staff>,
    /// Who learns there.
    pub pupils: Vec<Pupil>,
    /// Who teaches what to whom.
    pub assignments: Vec<Assignment>,
}

/// The n-th school of a plan.
pub(super) fn roll(plan: &Plan, n: usize) -> Roll {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n as u64);
    let level = Level::of(n);
    let hero = HEROES[(n / 5) % HEROES.len()];
    let number = if n / 5 >= HEROES.len() { format!(" {}", n / 5 / HEROES.len() + 1) } else { String::new() };
    let school = School {
        code: format!("{:08}", 31_303_000 + n),
        name: format!("Trường {} {hero}{number}", level.title()),
        level,
        commune: COMMUNES[n % COMMUNES.len()],
    };
    let pupils_at = plan.share(plan.pupils, n);
    let classes = classes(level, pupils_at.len());
    let pupils = pupils_at.enumerate().map(|(m, at)| pupil(plan, &mut rng, &classes, (m, at))).collect();
    let staff: Vec<Staff> = plan.share(plan.staff, n).enumerate().map(|(m, at)| member(&mut rng, m, at)).collect();
    let assignments = assignments(&classes, &staff);
    Roll { school, classes, staff, pupils, assignments }
}

fn classes(level: Level, pupils: usize) -> Vec<(i64, String)> {
    let (first, last) = level.grades();
    let grades = last - first + 1;
    let count = pupils.div_ceil(CLASS).max(usize::try_from(grades).unwrap_or(1));
    let class = |n: usize| {
        let n = i64::try_from(n).unwrap_or(0);
        let (grade, row) = (first + n % grades, n / grades);
        let letter = char::from(b'A' + u8::try_from(row % 26).unwrap_or(0));
        let more = if row >= 26 { (row / 26).to_string() } else { String::new() };
        (grade, format!("{grade}{letter}{more}"))
    };
    (0..count).map(class).collect()
}

fn pupil(plan: &Plan, rng: &mut impl Rng, classes: &[(i64, String)], (m, at): (usize, usize)) -> Pupil {
    let (grade, class) = classes[m % classes.len()].clone();
    let sex = sex(rng);
    let year = plan.year - 5 - i16::try_from(grade).unwrap_or(1);
    let birth_date = day_of(rng, year);
    Pupil {
        sector_id: format!("{:010}", 3_110_000_000_u64 + at as u64),
        citizen: citizen(sex, birth_date, at),
        name: names::full(rng, sex, true),
        birth_date,
        sex,
        grade,
        class,
    }
}

fn member(rng: &mut impl Rng, m: usize, at: usize) -> Staff {
    let position = match m {
        0 => Position::Head,
        1 | 2 => Position::Staff,
        _ => Position::Teacher,
    };
    let sex = sex(rng);
    let year = rng.random_range(1966..2003);
    let birth_date = day_of(rng, year);
    Staff {
        sector_id: format!("{:010}", 3_100_000_000_u64 + at as u64),
        citizen: citizen(sex, birth_date, at),
        name: names::full(rng, sex, false),
        birth_date,
        sex,
        position,
        subject: if position == Position::Teacher { SUBJECTS[m % SUBJECTS.len()] } else { "" },
        email: format!("gv{at:06}@example.edu.vn"),
        phone: format!("09{:08}", rng.random_range(0..100_000_000)),
    }
}

/// Every class gets a homeroom teacher, and three teachers for their subjects.
fn assignments(classes: &[(i64, String)], staff: &[Staff]) -> Vec<Assignment> {
    let teachers: Vec<&Staff> = staff.iter().filter(|member| member.position == Position::Teacher).collect();
    let mut all = Vec::new();
    for (n, (_, class)) in classes.iter().enumerate() {
        for turn in 0..4.min(teachers.len()) {
            let teacher = teachers[(n + turn) % teachers.len()];
            let (function, subject) =
                if turn == 0 { (Function::Homeroom, "") } else { (Function::Subject, teacher.subject) };
            all.push(Assignment { class: class.clone(), teacher: teacher.sector_id.clone(), function, subject });
        }
    }
    all
}

fn sex(rng: &mut impl Rng) -> Sex {
    if rng.random_range(0..2) == 0 { Sex::Female } else { Sex::Male }
}

fn day_of(rng: &mut impl Rng, year: i16) -> Date {
    date(year, 1, 1).saturating_add(rng.random_range(0..365).days())
}

/// Province 031, century and sex, year of birth, six digits (Decree 137/2015, article 7).
fn citizen(sex: Sex, birth: Date, at: usize) -> String {
    let century = if birth.year() < 2000 { 0 } else { 2 };
    let digit = century + u8::from(sex == Sex::Female);
    format!("031{digit}{:02}{:06}", birth.year() % 100, at % 1_000_000)
}
