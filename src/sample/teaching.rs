//! Who teaches what: homeroom teachers for all classes, subject teachers for their subjects.

use std::collections::HashMap;

use super::{
    people::{Member, Position},
    populate,
    school::{Class, Grade, Level, School},
};

/// A line of *phân công*: one teacher, one class, one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The class's code.
    pub class: String,
    /// The teacher's sector ID.
    pub teacher: String,
    /// What the teacher is to the class.
    pub function: Function,
}

/// *Chức năng*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// *Chủ nhiệm*
    Homeroom,
    /// *Bộ môn*, with the subject's name
    Subject(&'static str),
}

/// A teacher's post before somebody holds it.
pub(super) struct Post {
    pub(super) level: Level,
    pub(super) subject: Option<&'static str>,
    /// Whether it is the homeroom teacher of a class.
    pub(super) homeroom: bool,
}

/// The posts of a school's teachers. They stand in the order of the classes, so that each level has its share.
pub(super) fn teachers(school: &School, classes: &[Class]) -> Vec<Post> {
    let count = school.staff as usize - populate::heads(school.staff).len();
    let mut taken = [0_usize; 5];
    (0..count)
        .map(|t| {
            let level = classes.get(t * classes.len() / count).map_or(school.kind.levels()[0], |class| class.level);
            let homeroom = is_homeroom(t, classes.len(), count);
            let subject = if homeroom && level == Level::Th {
                Some(if t % 2 == 0 { "Toán" } else { "Tiếng Việt" })
            } else {
                let taken = &mut taken[level as usize];
                *taken += 1;
                let list = posts_of(level);
                (!list.is_empty()).then(|| list[(*taken - 1) % list.len()])
            };
            Post { level, subject, homeroom }
        })
        .collect()
}

/// The teacher whose homeroom class `c` is: another for each class once there are as many teachers.
const fn homeroom(c: usize, classes: usize, teachers: usize) -> usize {
    if teachers >= classes { (c * teachers).div_ceil(classes) } else { c * teachers / classes }
}

const fn is_homeroom(t: usize, classes: usize, teachers: usize) -> bool {
    if classes == 0 {
        return false;
    }
    let c = t * classes / teachers;
    teachers < classes || homeroom(c, classes, teachers) == t
}

/// All lines of a school.
pub(super) fn assignments(school: &School, classes: &[Class], staff: &[Member]) -> Vec<Assignment> {
    let teachers = &staff[populate::heads(school.staff).len()..];
    let mut able: HashMap<(Level, &str), Vec<&Member>> = HashMap::new();
    for teacher in teachers.iter().filter(|m| m.status.is_active()) {
        if let Position::Teacher { level, subject: Some(subject) } = teacher.position {
            able.entry((level, subject)).or_default().push(teacher);
        }
    }
    let mut lines = Vec::new();
    for (c, class) in classes.iter().enumerate() {
        let own = &teachers[homeroom(c, classes.len(), teachers.len())];
        let line = |teacher: &Member, function| Assignment {
            class: class.code.clone(),
            teacher: teacher.person.sector_id.clone(),
            function,
        };
        lines.push(line(own, Function::Homeroom));
        for subject in subjects(class) {
            // The homeroom teacher for what they teach, else the subject's teachers in turn; nobody when there are none.
            let in_class = class.level == Level::Th && matches!(subject, "Toán" | "Tiếng Việt");
            let turn = || able.get(&(class.level, subject)).map(|list| list[c % list.len()]);
            let teacher = if in_class || own.position.subject() == Some(subject) { Some(own) } else { turn() };
            lines.extend(teacher.map(|teacher| line(teacher, Function::Subject(subject))));
        }
    }
    lines
}

fn subjects(class: &Class) -> impl Iterator<Item = &'static str> {
    let young = matches!(class.grade, Grade::Year(1 | 2));
    let list: &[&str] = match class.level {
        Level::Mn => &[],
        Level::Th => &PRIMARY,
        Level::Thcs => &LOWER,
        Level::Thpt => &UPPER,
        Level::Gdtx => &UPPER[..7],
    };
    // Foreign language and informatics begin in grade 3 (2018 curriculum).
    list.iter().copied().filter(move |subject| !(young && matches!(*subject, "Tiếng Anh" | "Tin học")))
}

#[rustfmt::skip]
const PRIMARY: [&str; 7] = ["Toán", "Tiếng Việt", "Tiếng Anh", "Tin học", "Giáo dục thể chất", "Âm nhạc", "Mĩ thuật"];
#[rustfmt::skip]
const LOWER: [&str; 11] = [
    "Toán", "Ngữ văn", "Tiếng Anh", "Khoa học tự nhiên", "Lịch sử và Địa lí", "Giáo dục thể chất", "Tin học", "Công nghệ",
    "Giáo dục công dân", "Âm nhạc", "Mĩ thuật",
];
#[rustfmt::skip]
const UPPER: [&str; 13] = [
    "Toán", "Ngữ văn", "Vật lí", "Hóa học", "Sinh học", "Lịch sử", "Địa lí", "Tiếng Anh", "Giáo dục thể chất", "Tin học",
    "Giáo dục quốc phòng và an ninh", "Giáo dục kinh tế và pháp luật", "Công nghệ",
];
/// In which subjects posts are filled: all once, the large ones again.
#[rustfmt::skip]
const LOWER_POSTS: [&str; 16] = [
    "Toán", "Ngữ văn", "Tiếng Anh", "Khoa học tự nhiên", "Lịch sử và Địa lí", "Giáo dục thể chất", "Tin học", "Công nghệ",
    "Giáo dục công dân", "Âm nhạc", "Mĩ thuật", "Toán", "Ngữ văn", "Tiếng Anh", "Khoa học tự nhiên", "Lịch sử và Địa lí",
];
#[rustfmt::skip]
const UPPER_POSTS: [&str; 17] = [
    "Toán", "Ngữ văn", "Vật lí", "Hóa học", "Sinh học", "Lịch sử", "Địa lí", "Tiếng Anh", "Giáo dục thể chất", "Tin học",
    "Giáo dục quốc phòng và an ninh", "Giáo dục kinh tế và pháp luật", "Công nghệ", "Toán", "Ngữ văn", "Tiếng Anh", "Toán",
];

const fn posts_of(level: Level) -> &'static [&'static str] {
    match level {
        Level::Mn => &[],
        // What class teachers leave to others.
        Level::Th => PRIMARY.split_at(2).1,
        Level::Thcs => &LOWER_POSTS,
        Level::Thpt => &UPPER_POSTS,
        Level::Gdtx => UPPER.split_at(7).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{plan::Plan, sector::Sector};
    use std::collections::HashSet;

    #[test]
    fn every_class_has_one_homeroom_teacher_who_works_there() {
        for (staff, pupils) in [(700, 15_000), (60, 15_000), (40, 20)] {
            let sector = Sector::generate(Plan { schools: 20, staff, pupils, ..Plan::default() });
            for school in sector.schools() {
                let active: HashSet<String> = sector
                    .staff(school)
                    .into_iter()
                    .filter(|m| m.status.is_active())
                    .map(|m| m.person.sector_id)
                    .collect();
                let mut homerooms = HashMap::new();
                let lines = sector.assignments(school);
                assert!(lines.iter().all(|line| active.contains(&line.teacher)));
                for line in lines.iter().filter(|line| line.function == Function::Homeroom) {
                    *homerooms.entry(line.class.clone()).or_insert(0) += 1;
                }
                let classes = sector.classes(school);
                assert!(classes.iter().all(|class| homerooms.get(&class.code) == Some(&1)));
                assert_eq!(homerooms.len(), classes.len());
            }
        }
    }

    #[test]
    fn in_a_usual_school_nobody_has_two_homerooms_and_all_subjects_are_taught() {
        let sector = Sector::generate(Plan { schools: 20, staff: 700, pupils: 13_000, ..Plan::default() });
        let school = &sector.schools()[1];
        let lines = sector.assignments(school);
        let homerooms: Vec<&str> =
            lines.iter().filter(|l| l.function == Function::Homeroom).map(|l| l.teacher.as_str()).collect();
        assert_eq!(homerooms.iter().collect::<HashSet<_>>().len(), homerooms.len());
        let classes = sector.classes(school).len();
        for subject in LOWER {
            let taught = lines.iter().filter(|l| l.function == Function::Subject(subject)).count();
            assert_eq!(taught, classes, "{subject}");
        }
    }
}
