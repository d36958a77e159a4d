//! The levels of education a school teaches, *cấp học*.

use std::fmt;

use super::text::SearchKey;

/// One level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// MN, *mầm non*: nursery and kindergarten.
    Preschool = 1,
    /// TH, *tiểu học*: grades 1-5.
    Primary = 2,
    /// THCS, *trung học cơ sở*: grades 6-9.
    LowerSecondary = 4,
    /// THPT, *trung học phổ thông*: grades 10-12.
    UpperSecondary = 8,
    /// GDTX, *giáo dục thường xuyên*: continuing education.
    Continuing = 16,
}

impl Level {
    /// All of them, from the youngest.
    pub const ALL: [Self; 5] =
        [Self::Preschool, Self::Primary, Self::LowerSecondary, Self::UpperSecondary, Self::Continuing];

    /// The sector's abbreviation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preschool => "MN",
            Self::Primary => "TH",
            Self::LowerSecondary => "THCS",
            Self::UpperSecondary => "THPT",
            Self::Continuing => "GDTX",
        }
    }
}

/// A set of levels; a school may teach several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Levels(u8);

/// How clerks write them, folded; longer spellings before those they contain.
const SPELLINGS: [(&str, Level); 13] = [
    ("trung hoc pho thong", Level::UpperSecondary),
    ("trung hoc co so", Level::LowerSecondary),
    ("giao duc thuong xuyen", Level::Continuing),
    ("tieu hoc", Level::Primary),
    ("mam non", Level::Preschool),
    ("mau giao", Level::Preschool),
    ("nha tre", Level::Preschool),
    ("cap 1", Level::Primary),
    ("cap 2", Level::LowerSecondary),
    ("cap 3", Level::UpperSecondary),
    ("gdnn gdtx", Level::Continuing),
    ("ttgdtx", Level::Continuing),
    ("c1", Level::Primary),
];

impl Levels {
    /// Reads one or several levels: `TH, THCS`, *Trung học cơ sở*, *Liên cấp TH-THCS*. `None` when a word is unknown.
    pub fn read(text: &str) -> Option<Self> {
        let mut key = format!(" {} ", SearchKey::of(text).as_str());
        for (spelling, level) in SPELLINGS {
            key = key.replace(&format!(" {spelling} "), &format!(" {} ", level.as_str().to_lowercase()));
        }
        let mut levels = Self::default();
        for word in key.split_whitespace().filter(|word| !matches!(*word, "cap" | "hoc" | "lien" | "va" | "truong")) {
            let level = Level::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word))?;
            levels.0 |= level as u8;
        }
        (levels.0 != 0).then_some(levels)
    }

    /// Whether the level is among them.
    pub const fn contains(self, level: Level) -> bool {
        self.0 & level as u8 != 0
    }

    /// Whether this is continuing education and nothing else: being its pupil may stand beside being one of a school.
    pub const fn is_continuing(self) -> bool {
        self.0 == Level::Continuing as u8
    }

    /// Those in the set, from the youngest.
    pub fn iter(self) -> impl Iterator<Item = Level> {
        Level::ALL.into_iter().filter(move |level| self.contains(*level))
    }
}

impl fmt::Display for Levels {
    /// The form in which they are kept: `TH,THCS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, level) in self.iter().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { "," }, level.as_str())?;
        }
        Ok(())
    }
}

impl FromIterator<Level> for Levels {
    fn from_iter<I: IntoIterator<Item = Level>>(levels: I) -> Self {
        Self(levels.into_iter().fold(0, |set, level| set | level as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_clerks_write_them() {
        let read = |text| Levels::read(text).map(|l| l.iter().map(Level::as_str).collect::<Vec<_>>());
        assert_eq!(read("TH"), Some(vec!["TH"]));
        assert_eq!(read("TH, THCS"), Some(vec!["TH", "THCS"]));
        assert_eq!(read("Liên cấp TH-THCS-THPT"), Some(vec!["TH", "THCS", "THPT"]));
        assert_eq!(read("Tiểu học và Trung học cơ sở"), Some(vec!["TH", "THCS"]));
        assert_eq!(read("Trung học phổ thông"), Some(vec!["THPT"]));
        assert_eq!(read("Mầm non"), Some(vec!["MN"]));
        assert_eq!(read("GDNN-GDTX"), Some(vec!["GDTX"]));
        assert_eq!(read("Cấp 2"), Some(vec!["THCS"]));
        assert_eq!(Levels::read("THCS và TH").unwrap().to_string(), "TH,THCS");
        assert!(Levels::read("GDTX").unwrap().is_continuing() && !Levels::read("THPT, GDTX").unwrap().is_continuing());
        assert_eq!(read("Đại học"), None);
        assert_eq!(read(""), None);
    }
}
