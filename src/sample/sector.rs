//! The sector: its schools, held; everybody in them, made when asked for.

use super::{
    lot::{Lot, Lots, Stream},
    people::{Member, Pupil},
    places,
    plan::Plan,
    populate,
    school::{self, Class, Level, School, SchoolKind},
    teaching::{self, Assignment},
};

/// A sector. Costs memory for its schools only, however many people it has.
#[derive(Clone, Debug)]
pub struct Sector {
    plan: Plan,
    pub(super) lots: Lots,
    schools: Vec<School>,
}

impl Sector {
    /// The sector of a plan, which is first brought within what can be generated ([`Plan::within_limits`]).
    pub fn generate(plan: Plan) -> Self {
        let plan = plan.within_limits();
        let lots = Lots::new(plan.seed);
        let schools = found(&plan, &lots);
        Self { plan, lots, schools }
    }

    /// What was generated.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// All schools; the first three are a primary, a lower secondary and an upper secondary school.
    pub fn schools(&self) -> &[School] {
        &self.schools
    }

    /// The classes of a school, from the lowest grade up.
    pub fn classes(&self, school: &School) -> Vec<Class> {
        school::classes(school.kind, school.pupils)
    }

    /// The staff of a school: principal, vice principals, office, teachers.
    pub fn staff(&self, school: &School) -> Vec<Member> {
        populate::staff(self, school, &self.classes(school))
    }

    /// The pupils of a school, class by class.
    pub fn pupils<'a>(&'a self, school: &'a School) -> impl Iterator<Item = Pupil> + 'a {
        let classes = self.classes(school).into_iter();
        classes.flat_map(move |class| (0..class.size).map(move |place| populate::pupil(self, school, &class, place)))
    }

    /// The pupils of a school's classes, each class as its list stands: by given name, then middle, then family name.
    pub fn class_lists<'a>(&'a self, school: &'a School) -> impl Iterator<Item = Vec<Pupil>> + 'a {
        self.classes(school).into_iter().map(move |class| {
            let mut list: Vec<Pupil> =
                (0..class.size).map(|place| populate::pupil(self, school, &class, place)).collect();
            list.sort_by_cached_key(|pupil| pupil.person.name.sort_key());
            list
        })
    }

    /// Who teaches what in a school's classes; every class has exactly one homeroom teacher.
    pub fn assignments(&self, school: &School) -> Vec<Assignment> {
        let classes = self.classes(school);
        teaching::assignments(school, &classes, &populate::staff(self, school, &classes))
    }
}

/// The kinds of fifty schools, in the proportions of the city; three of them make a sector that shows everything.
const KINDS: &[u8; 50] = b"PLUKPKLKPKLKPLKPKLKBPKLKPUKLPKLKPCUKLPKLKPBLKPLUKG";

fn kind(ordinal: u32) -> SchoolKind {
    match KINDS[ordinal as usize % KINDS.len()] {
        b'P' => SchoolKind::Single(Level::Th),
        b'L' => SchoolKind::Single(Level::Thcs),
        b'U' => SchoolKind::Single(Level::Thpt),
        b'G' => SchoolKind::Single(Level::Gdtx),
        b'B' => SchoolKind::PrimaryAndLower,
        b'C' => SchoolKind::AllThree,
        _ => SchoolKind::Single(Level::Mn),
    }
}

fn found(plan: &Plan, lots: &Lots) -> Vec<School> {
    let kinds: Vec<(SchoolKind, u64)> = (0..plan.schools)
        .map(|ordinal| {
            let kind = kind(ordinal);
            (kind, u64::from(weight(kind, &mut lots.of(Stream::School, u64::from(ordinal)))))
        })
        .collect();
    let pupils = share(plan.pupils, kinds.iter().map(|(_, weight)| *weight));
    let teaching = kinds.iter().zip(&pupils).map(|((kind, _), pupils)| {
        let classes = school::classes(*kind, *pupils).len() as u64;
        // Heads and an office for every school, then a little more than a teacher for each class.
        300 + 135 * classes
    });
    let staff = share(plan.staff - 2 * plan.schools, teaching);
    let mut schools: Vec<School> = Vec::with_capacity(kinds.len());
    let mut of_kind = [0_u32; 7];
    let (mut first_member, mut first_pupil) = (0, 0);
    for (ordinal, ((kind, _), (pupils, staff))) in
        (0..plan.schools).zip(kinds.iter().zip(pupils.into_iter().zip(staff)))
    {
        let nth = &mut of_kind[slot(*kind)];
        let school = school(ordinal, *kind, *nth, plan.messy);
        schools.push(School { staff: staff + 2, pupils, first_member, first_pupil, ..school });
        (*nth, first_member, first_pupil) = (*nth + 1, first_member + staff + 2, first_pupil + pupils);
    }
    schools
}

/// How many pupils such a school has beside others, before the plan's total scales it.
fn weight(kind: SchoolKind, lot: &mut Lot) -> u32 {
    let usual = match kind {
        SchoolKind::Single(Level::Mn) => 240,
        SchoolKind::Single(Level::Th) => 820,
        SchoolKind::Single(Level::Thcs) | SchoolKind::PrimaryAndLower => 720,
        SchoolKind::Single(Level::Thpt) => 1150,
        SchoolKind::Single(Level::Gdtx) => 380,
        SchoolKind::AllThree => 1000,
    };
    usual * (60 + lot.below(80)) / 100
}

/// Divides `total` by weights, exactly.
fn share(total: u32, weights: impl Iterator<Item = u64> + Clone) -> Vec<u32> {
    let sum: u64 = weights.clone().sum::<u64>().max(1);
    let upto = |weight: u64| u32::try_from(u128::from(total) * u128::from(weight) / u128::from(sum)).unwrap_or(total);
    weights
        .scan(0, |before, weight| {
            let from = upto(*before);
            *before += weight;
            Some(upto(*before) - from)
        })
        .collect()
}

const fn slot(kind: SchoolKind) -> usize {
    match kind {
        SchoolKind::Single(level) => level as usize,
        SchoolKind::PrimaryAndLower => 5,
        SchoolKind::AllThree => 6,
    }
}

/// School number `nth` of its kind. When messy, each name is that of two schools in two communes.
fn school(ordinal: u32, kind: SchoolKind, nth: u32, messy: bool) -> School {
    let commune = places::COMMUNES[(nth as usize + 5 * slot(kind)) % places::COMMUNES.len()];
    let called = if messy { nth / 2 } else { nth } as usize;
    let figure = |from: usize| places::FIGURES[(called + from) % places::FIGURES.len()];
    let name = match kind {
        SchoolKind::Single(Level::Mn) => format!("Trường Mầm non {}", places::GARDENS[called % places::GARDENS.len()]),
        SchoolKind::Single(Level::Th) => format!("Trường Tiểu học {}", figure(0)),
        SchoolKind::Single(Level::Thcs) => format!("Trường THCS {}", figure(10)),
        SchoolKind::Single(Level::Thpt) => format!("Trường THPT {}", figure(32)),
        SchoolKind::Single(Level::Gdtx) => format!("Trung tâm GDNN - GDTX {}", places::bare(commune)),
        SchoolKind::PrimaryAndLower => format!("Trường TH và THCS {}", figure(44)),
        SchoolKind::AllThree => format!("Trường TH, THCS và THPT {}", figure(55)),
    };
    School { ordinal, code: code(kind, nth), name, commune, kind, staff: 0, pupils: 0, first_member: 0, first_pupil: 0 }
}

/// As the codes were made when there were districts: the city's 31, one of its old districts, the level, a number.
fn code(kind: SchoolKind, nth: u32) -> String {
    let level = match kind {
        SchoolKind::Single(Level::Mn) => 2,
        SchoolKind::Single(Level::Th) => 4,
        SchoolKind::Single(Level::Thcs) => 5,
        SchoolKind::Single(Level::Thpt) => 7,
        SchoolKind::Single(Level::Gdtx) => 8,
        SchoolKind::PrimaryAndLower => 6,
        SchoolKind::AllThree => 9,
    };
    let (district, number) = (nth % 16, nth / 16);
    format!("31{:03}{level}{:02}", 303 + district + 16 * (number / 99), number % 99 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_schools_share_exactly_the_people_of_the_plan() {
        let sector = Sector::generate(Plan::default());
        assert_eq!(sector.schools().len(), 800);
        assert_eq!(sector.schools().iter().map(|s| s.pupils).sum::<u32>(), 500_000);
        assert_eq!(sector.schools().iter().map(|s| s.staff).sum::<u32>(), 23_000);
        let classes: Vec<Class> = sector.schools().iter().flat_map(|s| sector.classes(s)).collect();
        let usual = classes.iter().filter(|class| (30..=45).contains(&class.size)).count();
        assert!(usual * 100 / classes.len() >= 97, "{usual} of {}", classes.len());
    }

    #[test]
    fn codes_have_8_digits_and_no_two_schools_share_one_nor_a_name_in_one_commune() {
        for schools in [800, 50_000] {
            let sector = Sector::generate(Plan { schools, ..Plan::default() });
            let codes: HashSet<&str> = sector.schools().iter().map(|s| s.code.as_str()).collect();
            assert_eq!(codes.len(), schools as usize);
            assert!(codes.iter().all(|code| code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit())));
        }
        let sector = Sector::generate(Plan { messy: true, ..Plan::default() });
        let places: HashSet<_> = sector.schools().iter().map(|s| (&s.name, s.commune)).collect();
        assert_eq!(places.len(), 800);
    }

    #[test]
    fn the_first_three_schools_are_of_three_levels() {
        let sector = Sector::generate(Plan { schools: 3, staff: 20, pupils: 200, ..Plan::default() });
        let levels: Vec<String> = sector.schools().iter().map(School::level_codes).collect();
        assert_eq!(levels, ["TH", "THCS", "THPT"]);
    }
}
