//! The grade a class is in, *khối*.

use std::{fmt, ops::RangeInclusive};

use super::{level::Level, text::SearchKey};

/// A grade: of school, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// *Nhà trẻ*, under three years.
    Nursery,
    /// *Mẫu giáo*, three to six years.
    Kindergarten,
    /// Grades 1 to 12.
    School(SchoolGrade),
}

/// 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolGrade(u8);

impl SchoolGrade {
    /// The grade of that number, if there is one.
    pub fn new(number: u8) -> Option<Self> {
        (1..=12).contains(&number).then_some(Self(number))
    }

    /// 1 to 12.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// How old its pupils turn in the calendar year in which the school year begins: six in grade 1, from two years early
    /// to eight late.
    pub fn ages(self) -> RangeInclusive<i16> {
        let usual = i16::from(self.0) + 5;
        usual - 2..=usual + 8
    }
}

impl Grade {
    /// Reads `3`, *Khối 3*, *Lớp 3*, *Nhà trẻ*, *Mẫu giáo 5-6 tuổi*.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(grade) = numbered(text.strip_prefix("Khối ").unwrap_or(text)) {
            return Some(grade);
        }
        let key = SearchKey::of(text);
        let key = key.as_str();
        let key = key.strip_prefix("khoi").or_else(|| key.strip_prefix("lop")).unwrap_or(key).trim_start();
        if key.starts_with("nha tre") || key.starts_with("nhom tre") || key.ends_with("thang tuoi") {
            Some(Self::Nursery)
        } else if key.starts_with("mau giao")
            || matches!(key, "3 4 tuoi" | "4 5 tuoi" | "5 6 tuoi" | "3 tuoi" | "4 tuoi" | "5 tuoi")
        {
            Some(Self::Kindergarten)
        } else {
            numbered(key)
        }
    }

    /// The grade that a class's name begins with: 3 for `3A`, `3/1` and `3.1`, 10 for `10 Anh`. Not for `3TA1`, `4 tuổi B`:
    /// kindergartens name their classes after the age.
    pub fn of_class(class: &str) -> Option<Self> {
        let digits = class.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = class.split_at(digits);
        let rest = rest.trim_start();
        let nth = rest.strip_prefix(['/', '.']).unwrap_or_default();
        let named = rest.starts_with(char::is_alphabetic) || nth.starts_with(char::is_alphanumeric);
        let of_age = rest.strip_prefix("TA").or_else(|| rest.strip_prefix('T'));
        let of_age = of_age.is_some_and(|nth| nth.bytes().all(|b| b.is_ascii_digit())) || rest.starts_with("tuổi");
        numbered(number).filter(|_| named && !of_age)
    }

    /// The level it belongs to in a regular school.
    pub const fn level(self) -> Level {
        match self {
            Self::Nursery | Self::Kindergarten => Level::Preschool,
            Self::School(SchoolGrade(1..=5)) => Level::Primary,
            Self::School(SchoolGrade(6..=9)) => Level::LowerSecondary,
            Self::School(_) => Level::UpperSecondary,
        }
    }
}

fn numbered(text: &str) -> Option<Grade> {
    let shaped = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    if shaped { text.parse().ok().and_then(SchoolGrade::new).map(Grade::School) } else { None }
}

impl fmt::Display for Grade {
    /// The form in which it is kept: `1` to `12`, `NT` (*nhà trẻ*), `MG` (*mẫu giáo*).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nursery => f.write_str("NT"),
            Self::Kindergarten => f.write_str("MG"),
            Self::School(grade) => grade.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_is_read_as_clerks_write_it() {
        let read = |text| Grade::read(text).map(|g| g.to_string());
        assert_eq!(read("3").as_deref(), Some("3"));
        assert_eq!(read("Khối 12").as_deref(), Some("12"));
        assert_eq!(read("KHỐI 01").as_deref(), Some("1"));
        assert_eq!(read("Lớp 9").as_deref(), Some("9"));
        assert_eq!(read("Nhóm trẻ 25-36 tháng tuổi").as_deref(), Some("NT"));
        assert_eq!(read("Mẫu giáo 5-6 tuổi").as_deref(), Some("MG"));
        assert_eq!(read("13"), None);
        assert_eq!(read("0"), None);
        assert_eq!(read("ba"), None);
    }

    #[test]
    fn a_grade_has_its_ages() {
        let ages = SchoolGrade::new(1).unwrap().ages();
        assert!(ages.contains(&6) && ages.contains(&4) && ages.contains(&14), "{ages:?}");
        assert!(!ages.contains(&3) && !ages.contains(&15) && !ages.contains(&71), "{ages:?}");
    }

    #[test]
    fn a_class_name_tells_its_grade_only_when_something_follows_the_number() {
        assert_eq!(Grade::of_class("3A"), Grade::read("3"));
        assert_eq!(Grade::of_class("10A1"), Grade::read("10"));
        assert_eq!(Grade::of_class("10 Anh"), Grade::read("10"));
        assert_eq!((Grade::of_class("1/2"), Grade::of_class("10.1")), (Grade::read("1"), Grade::read("10")));
        assert_eq!((Grade::of_class("1/"), Grade::of_class("3-4")), (None, None));
        assert_eq!(Grade::of_class("12"), None);
        assert_eq!(Grade::of_class("Lá 1"), None);
        assert_eq!(Grade::of_class("99A"), None);
        assert_eq!((Grade::of_class("3TA1"), Grade::of_class("4T"), Grade::of_class("5 tuổi A")), (None, None, None));
    }
}
