//! The school year, *năm học*: `2026-2027`. It opens on 5 September; what is done in August belongs to the new one.

use std::{fmt, str::FromStr};

use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// A school year, by the calendar year it begins in (1900 to 2999).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(i16);

/// The text is no school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a school year is written 2026-2027")]
pub struct NoSchoolYear;

impl SchoolYear {
    /// The school year that begins in the given calendar year.
    pub fn beginning_in(year: i16) -> Option<Self> {
        (1900..=2999).contains(&year).then_some(Self(year))
    }

    /// The school year of a day: from 1 August on it is the new one.
    pub fn of(day: Date) -> Self {
        let year = if day.month() >= 8 { day.year() } else { day.year() - 1 };
        Self(year.clamp(1900, 2999))
    }

    /// The year that is left on a day: until the end of October the former one still can be.
    pub fn left_on(day: Date) -> Self {
        Self::of(day.saturating_sub(92.days()))
    }

    /// The calendar year it begins in.
    pub const fn first_year(self) -> i16 {
        self.0
    }

    /// Its first day, 1 August.
    pub fn begins(self) -> Date {
        date(self.0, 8, 1)
    }

    /// The first day of the next one: the (open) end of what lasts a school year.
    pub fn ends(self) -> Date {
        date(self.0 + 1, 8, 1)
    }

    /// Its first and its last day of lessons, 5 September and 31 May.
    pub fn lessons(self) -> (Date, Date) {
        (date(self.0, 9, 5), date(self.0 + 1, 5, 31))
    }

    /// Those that a title names: *DANH SÁCH HỌC SINH NĂM HỌC 2026 – 2027*.
    pub fn within(text: &str) -> Vec<Self> {
        let numbers: Vec<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
        numbers.windows(2).filter_map(|pair| pair.join("-").parse().ok()).collect()
    }

    /// The one after.
    pub fn next(self) -> Option<Self> {
        Self::beginning_in(self.0 + 1)
    }
}

impl FromStr for SchoolYear {
    type Err = NoSchoolYear;

    fn from_str(text: &str) -> Result<Self, NoSchoolYear> {
        let (first, second) = text.trim().split_once(['-', '–']).ok_or(NoSchoolYear)?;
        let year = |text: &str| {
            let text = text.trim();
            (text.len() == 4).then(|| text.parse::<i16>().ok()).flatten().ok_or(NoSchoolYear)
        };
        let (first, second) = (year(first)?, year(second)?);
        Self::beginning_in(first).filter(|_| second == first + 1).ok_or(NoSchoolYear)
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_a_school_year_among_other_numbers() {
        for title in ["DANH SÁCH LỚP 3A NĂM HỌC 2026 - 2027", "Năm học: 2026–2027", "Biểu 02/2026-2027", "(2026/2027)"]
        {
            assert_eq!(SchoolYear::within(title), [SchoolYear(2026)], "{title}");
        }
        for title in ["Năm 2026", "2026-2028", "31303405", "Hải Phòng, ngày 05/09/2026", ""] {
            assert_eq!(SchoolYear::within(title), [], "{title}");
        }
    }

    #[test]
    fn a_school_year_begins_in_august() {
        let year: SchoolYear = "2026-2027".parse().unwrap();
        assert_eq!(SchoolYear::of(date(2026, 8, 1)), year);
        assert_eq!(SchoolYear::of(date(2027, 7, 31)), year);
        assert_eq!(SchoolYear::of(date(2026, 7, 31)).to_string(), "2025-2026");
        assert_eq!((year.begins(), year.ends()), (date(2026, 8, 1), date(2027, 8, 1)));
        assert_eq!(year.lessons(), (date(2026, 9, 5), date(2027, 5, 31)));
        assert_eq!(year.next().unwrap().to_string(), "2027-2028");
        assert_eq!("2026 – 2027".parse(), Ok(year));
        for bad in ["", "2026", "2026-2028", "2027-2026", "26-27", "0001-0002", "+999-1000"] {
            assert_eq!(bad.parse::<SchoolYear>(), Err(NoSchoolYear), "{bad}");
        }
    }
}
