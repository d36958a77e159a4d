//! How large the sector is, and whether its files are hostile.

/// What to generate. The same plan gives the same people and the same bytes, on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Schools: 1 to [`Plan::MOST_SCHOOLS`].
    pub schools: u32,
    /// Staff of all schools together: at least two per school, at most [`Plan::MOST_STAFF`].
    pub staff: u32,
    /// Pupils of all schools together: at most [`Plan::MOST_PUPILS`].
    pub pupils: u32,
    /// Whoever knows the seed knows the sector.
    pub seed: u64,
    /// Whether the files hold every hostility of real exports (`DOMAIN.md`, "Files that administrators bring").
    pub messy: bool,
    /// The calendar year in which the school year begins: 2026 for 2026-2027.
    pub year_start: i16,
}

impl Default for Plan {
    /// Hải Phòng.
    fn default() -> Self {
        Self { schools: 800, staff: 23_000, pupils: 500_000, seed: 1, messy: false, year_start: 2026 }
    }
}

impl Plan {
    /// The most schools: their codes have only so many digits.
    pub const MOST_SCHOOLS: u32 = 50_000;
    /// The most staff.
    pub const MOST_STAFF: u32 = 1_000_000;
    /// The most pupils.
    pub const MOST_PUPILS: u32 = 20_000_000;

    /// A sector of that many schools with as many staff and pupils for each as Hải Phòng has.
    pub fn of_schools(schools: u32) -> Self {
        let city = Self::default();
        let share = |all: u32| u32::try_from(u64::from(all) * u64::from(schools) / u64::from(city.schools));
        let (staff, pupils) = (share(city.staff), share(city.pupils));
        Self { schools, staff: staff.unwrap_or(u32::MAX), pupils: pupils.unwrap_or(u32::MAX), ..city }.within_limits()
    }

    /// The nearest plan that can be generated: identifiers have only so many digits, and a school needs two people.
    pub fn within_limits(self) -> Self {
        let schools = self.schools.clamp(1, Self::MOST_SCHOOLS);
        Self {
            schools,
            staff: self.staff.clamp(2 * schools, Self::MOST_STAFF),
            pupils: self.pupils.min(Self::MOST_PUPILS),
            year_start: self.year_start.clamp(2010, 2080),
            ..self
        }
    }

    /// The school year as people write it: `2026-2027`.
    pub fn school_year(&self) -> String {
        format!("{}-{}", self.year_start, self.year_start + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_cannot_be_is_brought_within_the_limits() {
        let plan = Plan { schools: 0, staff: 0, ..Plan::default() }.within_limits();
        assert_eq!((plan.schools, plan.staff), (1, 2));
        assert_eq!(Plan::default().within_limits(), Plan::default());
        assert_eq!(Plan::of_schools(800), Plan::default());
        let small = Plan::of_schools(8);
        assert_eq!((small.staff, small.pupils), (230, 5_000));
        assert_eq!(Plan::default().school_year(), "2026-2027");
    }
}
