//! Schools, the levels they teach, their grades and classes.

use std::fmt;

/// A level of schooling, by the code that the sector uses for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// *Mầm non*: kindergarten
    Mn,
    /// *Tiểu học*: grades 1 to 5
    Th,
    /// *Trung học cơ sở*: grades 6 to 9
    Thcs,
    /// *Trung học phổ thông*: grades 10 to 12
    Thpt,
    /// *Giáo dục thường xuyên*: continuing education; here grades 10 to 12
    Gdtx,
}

impl Level {
    /// `MN`, `TH`, `THCS`, `THPT` or `GDTX`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mn => "MN",
            Self::Th => "TH",
            Self::Thcs => "THCS",
            Self::Thpt => "THPT",
            Self::Gdtx => "GDTX",
        }
    }

    pub(super) const fn grades(self) -> &'static [Grade] {
        use Grade::{Kindergarten, Nursery, Year};
        match self {
            Self::Mn => &[Nursery, Kindergarten(3), Kindergarten(4), Kindergarten(5)],
            Self::Th => &[Year(1), Year(2), Year(3), Year(4), Year(5)],
            Self::Thcs => &[Year(6), Year(7), Year(8), Year(9)],
            Self::Thpt | Self::Gdtx => &[Year(10), Year(11), Year(12)],
        }
    }
}

/// A grade (*khối*); displays as the sector's files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// *Nhà trẻ*: two years old
    Nursery,
    /// *Mẫu giáo*: the year in which the child becomes this old, 3 to 5
    Kindergarten(u8),
    /// *Khối* 1 to 12
    Year(u8),
}

impl Grade {
    /// How old a child of this grade becomes in the calendar year in which the school year begins.
    pub const fn age(self) -> u8 {
        match self {
            Self::Nursery => 2,
            Self::Kindergarten(age) => age,
            Self::Year(grade) => grade + 5,
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nursery => f.write_str("Nhà trẻ"),
            Self::Kindergarten(age) => write!(f, "Mẫu giáo {age}-{} tuổi", age + 1),
            Self::Year(grade) => write!(f, "Khối {grade}"),
        }
    }
}

/// What kind of school it is: which levels it teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchoolKind {
    /// A school of one level.
    Single(Level),
    /// *TH và THCS*
    PrimaryAndLower,
    /// *TH, THCS và THPT*
    AllThree,
}

impl SchoolKind {
    /// The levels it teaches, lowest first.
    pub const fn levels(self) -> &'static [Level] {
        match self {
            Self::Single(Level::Mn) => &[Level::Mn],
            Self::Single(Level::Th) => &[Level::Th],
            Self::Single(Level::Thcs) => &[Level::Thcs],
            Self::Single(Level::Thpt) => &[Level::Thpt],
            Self::Single(Level::Gdtx) => &[Level::Gdtx],
            Self::PrimaryAndLower => &[Level::Th, Level::Thcs],
            Self::AllThree => &[Level::Th, Level::Thcs, Level::Thpt],
        }
    }
}

/// A school and its share of the sector's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its place in the sector, from 0.
    pub ordinal: u32,
    /// *Mã trường*: 8 digits, unique.
    pub code: String,
    /// Its name; another commune may have a school of the same name.
    pub name: String,
    /// Its ward, commune or special zone, with its rank: `Phường Hồng Bàng`.
    pub commune: &'static str,
    /// Which levels it teaches.
    pub kind: SchoolKind,
    /// How many staff it has: at least two.
    pub staff: u32,
    /// How many pupils it has.
    pub pupils: u32,
    pub(super) first_member: u32,
    pub(super) first_pupil: u32,
}

impl School {
    /// Its levels as the file of schools writes them: `TH, THCS`.
    pub fn level_codes(&self) -> String {
        self.kind.levels().iter().map(|level| level.code()).collect::<Vec<_>>().join(", ")
    }
}

/// A class of one school in the plan's school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// *Mã lớp*: `3A`, `6A1`, `10A1`; unique in its school.
    pub code: String,
    /// Its grade.
    pub grade: Grade,
    /// The level that the grade belongs to.
    pub level: Level,
    /// How many pupils: 30 to 45 wherever the school is large enough.
    pub size: u32,
    /// How many pupils of the school are in the classes before this one.
    pub(super) before: u32,
    /// How many are in lower grades.
    pub(super) below: u32,
}

/// The classes of a school of `pupils`: every grade has one once there are eight pupils for each.
pub(super) fn classes(kind: SchoolKind, pupils: u32) -> Vec<Class> {
    let grades: Vec<(Level, Grade)> =
        kind.levels().iter().flat_map(|level| level.grades().iter().map(|grade| (*level, *grade))).collect();
    let kinds = u32::try_from(grades.len()).unwrap_or(1);
    let count = ((pupils + 18) / 37).max(kinds).min(pupils.div_ceil(8));
    let mut list = Vec::with_capacity(count as usize);
    let (mut index, mut before) = (0, 0);
    for (g, (level, grade)) in (0..).zip(grades) {
        let below = before;
        for k in 0..count / kinds + u32::from(g < count % kinds) {
            let size = size(pupils, count, index);
            list.push(Class { code: code(level, grade, k), grade, level, size, before, below });
            (index, before) = (index + 1, before + size);
        }
    }
    list
}

/// Even shares, then neighbours exchange up to three pupils, so that no two classes look stamped.
fn size(pupils: u32, count: u32, index: u32) -> u32 {
    let share = |i: u32| u32::try_from(u64::from(pupils) * u64::from(i) / u64::from(count)).unwrap_or(pupils);
    let even = share(index + 1) - share(index);
    let paired = (index ^ 1) < count;
    let moved = if (33..=42).contains(&(pupils / count)) && paired { index / 2 % 4 } else { 0 };
    if index & 1 == 0 { even + moved } else { even - moved }
}

fn code(level: Level, grade: Grade, k: u32) -> String {
    let letter = char::from(b'A' + u8::try_from(k % 26).unwrap_or(0));
    match (level, grade) {
        (_, Grade::Nursery) => format!("NT{}", k + 1),
        (_, Grade::Kindergarten(age)) => format!("{age}TA{}", k + 1),
        (Level::Th, Grade::Year(g)) if k < 26 => format!("{g}{letter}"),
        (Level::Th, Grade::Year(g)) => format!("{g}{letter}{}", k / 26),
        (Level::Gdtx, Grade::Year(g)) => format!("{g}C{}", k + 1),
        (_, Grade::Year(g)) => format!("{g}A{}", k + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_pupil_has_a_place_and_every_class_its_own_code() {
        for kind in [SchoolKind::Single(Level::Mn), SchoolKind::Single(Level::Th), SchoolKind::AllThree] {
            for pupils in (0..3000).step_by(7) {
                let list = classes(kind, pupils);
                assert_eq!(list.iter().map(|class| class.size).sum::<u32>(), pupils);
                assert_eq!(list.iter().map(|class| &class.code).collect::<HashSet<_>>().len(), list.len());
                assert!(list.iter().all(|class| class.size > 0));
            }
        }
    }

    #[test]
    fn classes_of_a_school_that_is_large_enough_have_30_to_45_pupils() {
        for pupils in 150..3000 {
            assert!(classes(SchoolKind::Single(Level::Th), pupils).iter().all(|class| (30..=45).contains(&class.size)));
        }
        let codes: Vec<String> = classes(SchoolKind::Single(Level::Thpt), 240).into_iter().map(|c| c.code).collect();
        assert_eq!(codes, ["10A1", "10A2", "11A1", "11A2", "12A1", "12A2"]);
    }
}
