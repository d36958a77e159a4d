//! A class in one school year. The lineage is the class through the years: 3A, then 4A.

use super::{grade::SchoolGrade, school_year::SchoolYear};
use crate::base::id::{ClassId, LineageId, OrgId};

/// A class of one school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassYear {
    /// Its row.
    pub id: ClassId,
    /// The class through the years.
    pub lineage: LineageId,
    /// Its school.
    pub org: OrgId,
    /// Its school year.
    pub year: SchoolYear,
    /// Its grade; none before school, and where grades are mixed.
    pub grade: Option<SchoolGrade>,
}

/// How a pupil gets from one class to the next year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// *Lên lớp*: with the class, on its lineage.
    Promotion,
    /// *Lưu ban*: the same grade again, with another lineage.
    Repetition,
}

impl ClassYear {
    /// The step that leads here from a class of the year before, at the same school; `None` when there is none.
    pub fn step_from(&self, before: &Self) -> Option<Step> {
        if self.org != before.org || before.year.next() != Some(self.year) {
            None
        } else if self.lineage == before.lineage {
            Some(Step::Promotion)
        } else if self.grade.is_some() && self.grade == before.grade {
            Some(Step::Repetition)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn class(lineage: u128, year: i16, grade: u8) -> ClassYear {
        ClassYear {
            id: Uuid::from_u128(lineage << 32).into(),
            lineage: Uuid::from_u128(lineage).into(),
            org: Uuid::from_u128(1).into(),
            year: SchoolYear::beginning_in(year).unwrap(),
            grade: SchoolGrade::new(grade),
        }
    }

    #[test]
    fn promotion_stays_on_the_lineage_and_repetition_in_the_grade() {
        let before = class(1, 2026, 3);
        assert_eq!(class(1, 2027, 4).step_from(&before), Some(Step::Promotion));
        assert_eq!(class(2, 2027, 3).step_from(&before), Some(Step::Repetition));
        assert_eq!(class(2, 2027, 4).step_from(&before), None);
        assert_eq!(class(1, 2028, 5).step_from(&before), None);
        let elsewhere = ClassYear { org: Uuid::from_u128(2).into(), ..class(1, 2027, 4) };
        assert_eq!(elsewhere.step_from(&before), None);
    }
}
