//! Marks of a subject in a class, and their average (Circular 22/2021, article 9).

use std::fmt;

/// Columns of a sheet: three regular marks, the mid-term, the final.
pub(super) const COLUMNS: [(&str, &str); 5] = [
    ("TX1", "Thường xuyên 1"),
    ("TX2", "Thường xuyên 2"),
    ("TX3", "Thường xuyên 3"),
    ("GK", "Giữa kỳ"),
    ("CK", "Cuối kỳ"),
];
const REGULAR: usize = 3;

/// A mark from 0 to 10 with one decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(u32);

impl Mark {
    /// As people type it: `8`, `8.5`, `8,5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(',', ".");
        let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(tenth) || tenth.len() != 1 {
            return None;
        }
        let tenths = whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?;
        (tenths <= 100).then_some(Self(tenths))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole},{tenth}"),
        }
    }
}

/// One pupil's marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(pub(super) [Option<Mark>; COLUMNS.len()]);

impl Marks {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// (regular marks + 2 × mid-term + 3 × final) ÷ (how many regular + 5), once there is one of each.
    pub(super) fn average(&self) -> Option<Mark> {
        let (regular, exams) = self.0.split_at(REGULAR);
        let regular: Vec<u32> = regular.iter().flatten().map(|mark| mark.0).collect();
        let [Some(middle), Some(last)] = exams else { return None };
        let weights = u32::try_from(regular.len()).ok().filter(|n| *n > 0)? + 5;
        let sum = regular.iter().sum::<u32>() + 2 * middle.0 + 3 * last.0;
        Some(Mark((2 * sum + weights) / (2 * weights)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_people_type_it() {
        for (typed, shown) in [("8", "8"), (" 8,5 ", "8,5"), ("10", "10"), ("9.0", "9"), ("0", "0")] {
            assert_eq!(Mark::parse(typed).unwrap().to_string(), shown);
        }
        for wrong in ["", "11", "10,1", "-1", "8,55", "tám", "8.", ".5", "999999999999"] {
            assert_eq!(Mark::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_final_counts_three_times_and_the_mid_term_twice() {
        let mark = |text: &str| Mark::parse(text);
        let marks = Marks([mark("8"), mark("9"), None, mark("7"), mark("8,5")]);
        // (8 + 9 + 14 + 25.5) / 7 = 8.07
        assert_eq!(marks.average().unwrap().to_string(), "8,1");
        assert_eq!(Marks([None, None, None, mark("7"), mark("8")]).average(), None);
    }
}
