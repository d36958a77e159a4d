//! A synthetic sector of any size, the same for the same seed: schools, staff, classes and pupils with believable names
//! and valid identifiers. One school at a time, so that half a million people need no memory.

mod names;
mod school;

pub use school::{Assignment, Function, Position, Pupil, Roll, School, Sex, Staff};

use jiff::civil::Date;

/// How large a sector to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Schools.
    pub schools: usize,
    /// Staff of all schools together.
    pub staff: usize,
    /// Pupils of all schools together.
    pub pupils: usize,
    /// The same seed gives the same sector.
    pub seed: u64,
    /// The year in which the school year begins.
    pub year: i16,
}

impl Default for Plan {
    /// As large as Hải Phòng.
    fn default() -> Self {
        Self { schools: 800, staff: 23_000, pupils: 500_000, seed: 1, year: 2026 }
    }
}

/// School levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Tiểu học: grades 1-5.
    Primary,
    /// Trung học cơ sở: grades 6-9.
    LowerSecondary,
    /// Trung học phổ thông: grades 10-12.
    UpperSecondary,
}

impl Level {
    /// The level of the n-th school: of five, two primary, two lower secondary, one upper secondary.
    const fn of(n: usize) -> Self {
        match n % 5 {
            0 | 3 => Self::Primary,
            1 | 4 => Self::LowerSecondary,
            _ => Self::UpperSecondary,
        }
    }

    /// As files write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "TH",
            Self::LowerSecondary => "THCS",
            Self::UpperSecondary => "THPT",
        }
    }

    /// As school names write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Primary => "Tiểu học",
            Self::LowerSecondary => "THCS",
            Self::UpperSecondary => "THPT",
        }
    }

    /// First and last grade.
    pub const fn grades(self) -> (i64, i64) {
        match self {
            Self::Primary => (1, 5),
            Self::LowerSecondary => (6, 9),
            Self::UpperSecondary => (10, 12),
        }
    }
}

impl Plan {
    /// The school year: `2026-2027`.
    pub fn school_year(&self) -> String {
        format!("{}-{}", self.year, self.year + 1)
    }

    /// Its first and last day.
    pub const fn days(&self) -> (Date, Date) {
        (jiff::civil::date(self.year, 9, 5), jiff::civil::date(self.year + 1, 5, 31))
    }

    /// Every school with everybody in it, one after the other.
    pub fn rolls(&self) -> impl Iterator<Item = Roll> + '_ {
        (0..self.schools).map(|n| school::roll(self, n))
    }

    /// Which of `total` fall to the n-th school, so that all add up.
    fn share(&self, total: usize, n: usize) -> std::ops::Range<usize> {
        let at = |n: usize| total * n / self.schools.max(1);
        at(n)..at(n + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn plan() -> Plan {
        Plan { schools: 25, staff: 800, pupils: 16_000, seed: 7, year: 2026 }
    }

    #[test]
    fn the_same_seed_gives_the_same_sector_and_another_another() {
        let first: Vec<Roll> = plan().rolls().take(3).collect();
        assert_eq!(first, plan().rolls().take(3).collect::<Vec<_>>());
        assert_ne!(first, Plan { seed: 8, ..plan() }.rolls().take(3).collect::<Vec<_>>());
    }

    #[test]
    fn everybody_is_there_once() {
        let (mut ids, mut citizens, mut staff, mut pupils) = (HashSet::new(), HashSet::new(), 0, 0);
        for roll in plan().rolls() {
            staff += roll.staff.len();
            pupils += roll.pupils.len();
            for (id, citizen) in roll
                .staff
                .iter()
                .map(|s| (&s.sector_id, &s.citizen))
                .chain(roll.pupils.iter().map(|p| (&p.sector_id, &p.citizen)))
            {
                assert!(ids.insert(id.clone()), "{id} twice");
                assert!(citizens.insert(citizen.clone()), "{citizen} twice");
                assert!(id.len() == 10 && citizen.len() == 12);
            }
        }
        assert_eq!((staff, pupils), (800, 16_000));
    }

    #[test]
    fn citizen_numbers_tell_sex_and_year_of_birth() {
        for pupil in plan().rolls().next().unwrap().pupils {
            let digit = pupil.citizen.as_bytes()[3];
            assert_eq!(digit, if pupil.sex == Sex::Male { b'2' } else { b'3' });
            assert_eq!(pupil.citizen[4..6], pupil.birth_date.year().to_string()[2..]);
        }
    }

    #[test]
    fn every_class_has_one_homeroom_teacher_and_pupils_of_its_age() {
        for roll in plan().rolls() {
            for class in &roll.classes {
                let homeroom =
                    roll.assignments.iter().filter(|a| a.class == class.1 && a.function == Function::Homeroom);
                assert_eq!(homeroom.count(), 1, "{} {}", roll.school.name, class.1);
            }
            for pupil in &roll.pupils {
                let age = 2026 - i64::from(pupil.birth_date.year());
                assert_eq!(age, pupil.grade + 5, "{}", pupil.class);
            }
        }
    }
}
