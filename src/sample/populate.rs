//! Makes people: each a function of the seed and their number in the sector.

use jiff::civil::Date;

use super::{
    lot::{Lot, Stream},
    names::{self, Sex},
    numbers,
    people::{Member, Person, Position, Pupil, PupilStatus, StaffStatus},
    school::{Class, Level, School},
    sector::Sector,
    teaching,
};

/// The pupil in one place of a class.
pub(super) fn pupil(sector: &Sector, school: &School, class: &Class, place: u32) -> Pupil {
    let ordinal = school.first_pupil + class.before + place;
    let lot = &mut sector.lots.of(Stream::Pupil, u64::from(ordinal));
    let sibling = class.below > 0 && has_sibling(ordinal);
    let household = if sibling { home(school.first_pupil, lot.below(class.below)) } else { ordinal };
    let family = names::family(&mut sector.lots.of(Stream::Household, u64::from(household)));
    let sex = if lot.per_mille(522) { Sex::Male } else { Sex::Female };
    let name = names::child(lot, family, sex);
    let year = sector.plan().year_start;
    let late = late(lot, class.level);
    let born = birthday(lot, year - i16::from(class.grade.age()) - late);
    let (status, since) = standing(lot, year);
    let person = Person {
        name,
        sex,
        born,
        sector_id: numbers::pupil_id(ordinal),
        citizen: numbers::citizen(lot, sex, born, ordinal),
    };
    let phone = numbers::phone(household, 514_229);
    Pupil { person, class: class.code.clone(), grade: class.grade, status, since, phone, ordinal, sibling }
}

/// One pupil in twenty-five has a younger sibling in a lower grade of the school, if there is one.
fn has_sibling(ordinal: u32) -> bool {
    numbers::scatter(ordinal, 11).is_multiple_of(25)
}

/// The household of a pupil of a school who stands for it themselves: not one who is counted to a sibling's.
fn home(first: u32, nth: u32) -> u32 {
    (first..=first + nth).rev().find(|ordinal| !has_sibling(*ordinal)).unwrap_or(first)
}

/// Years by which a pupil is older than the grade's age: those who started late or repeated a year.
fn late(lot: &mut Lot, level: Level) -> i16 {
    match level {
        Level::Mn => 0,
        Level::Gdtx => lot.weighted(&[(0, 60), (1, 25), (2, 10), (3, 5)]),
        _ => lot.weighted(&[(0, 975), (1, 22), (2, 3)]),
    }
}

fn standing(lot: &mut Lot, year: i16) -> (PupilStatus, Date) {
    use PupilStatus::{CameInSummer, CameInTerm, Left, Moved, Returned, Studying};
    let status =
        lot.weighted(&[(Studying, 965), (CameInSummer, 15), (CameInTerm, 6), (Returned, 3), (Moved, 8), (Left, 3)]);
    let day = i8::try_from(1 + lot.below(28)).unwrap_or(1);
    let (month, day) = match status {
        Studying => (9, 5),
        CameInSummer => (8, day),
        CameInTerm | Returned | Moved | Left => (10, day),
    };
    (status, Date::new(year, month, day).unwrap_or(Date::ZERO))
}

/// The staff of a school.
pub(super) fn staff(sector: &Sector, school: &School, classes: &[Class]) -> Vec<Member> {
    let teachers = teaching::teachers(school, classes);
    let heads = heads(school.staff);
    let office = heads.iter().map(|position| (*position, true));
    let teachers = teachers
        .into_iter()
        .map(|post| (Position::Teacher { level: post.level, subject: post.subject }, post.homeroom));
    let posts = office.chain(teachers);
    (school.first_member..)
        .zip(posts)
        .map(|(ordinal, (position, needed))| member(sector, ordinal, position, needed))
        .collect()
}

/// Everybody who does not teach, at a school of `staff` people.
pub(super) fn heads(staff: u32) -> Vec<Position> {
    let from = |least: u32, position| (staff >= least).then_some(position);
    [
        Some(Position::Principal),
        from(6, Position::VicePrincipal),
        from(28, Position::VicePrincipal),
        from(4, Position::Clerk),
        from(8, Position::Accountant),
        from(24, Position::Librarian),
        from(32, Position::Nurse),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn member(sector: &Sector, ordinal: u32, position: Position, needed: bool) -> Member {
    let lot = &mut sector.lots.of(Stream::Member, u64::from(ordinal));
    let (women, youngest, span) = match position {
        Position::Principal | Position::VicePrincipal => (620, 36, 23),
        Position::Teacher { level: Level::Mn, .. } => (998, 23, 33),
        Position::Teacher { level: Level::Th, .. } => (850, 23, 36),
        Position::Teacher { .. } => (700, 23, 37),
        _ => (760, 24, 34),
    };
    let sex = if lot.per_mille(women) { Sex::Female } else { Sex::Male };
    // Two dice: most are in the middle of their working lives.
    let age = youngest + u32::midpoint(lot.below(span), lot.below(span));
    let born = birthday(lot, sector.plan().year_start - i16::try_from(age).unwrap_or(40));
    let name = if age < 30 && lot.per_mille(500) {
        let family = names::family(lot);
        names::child(lot, family, sex)
    } else {
        names::adult(lot, sex)
    };
    let status = if needed {
        StaffStatus::Working
    } else {
        use StaffStatus::{Came, Left, Moved, Retired, Retiring, Working};
        let close = if age >= 55 { 60 } else { 0 };
        lot.weighted(&[(Working, 960), (Came, 20), (Retiring, close), (Retired, close / 2), (Left, 5), (Moved, 8)])
    };
    let email = format!("{}{}@example.edu.vn", name.mailbox(), ordinal + 1);
    let person = Person {
        name,
        sex,
        born,
        sector_id: numbers::member_id(ordinal),
        citizen: numbers::citizen(lot, sex, born, ordinal),
    };
    Member { person, position, status, email, phone: numbers::phone(ordinal, 317_811), ordinal }
}

fn birthday(lot: &mut Lot, year: i16) -> Date {
    let day = i16::try_from(1 + lot.below(365)).unwrap_or(1);
    Date::new(year, 1, 1).and_then(|first| first.with().day_of_year(day).build()).unwrap_or(Date::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{people::Person, plan::Plan};
    use std::collections::HashSet;

    fn fifty_thousand() -> Sector {
        Sector::generate(Plan { schools: 80, staff: 2_300, pupils: 47_700, ..Plan::default() })
    }

    fn everybody(sector: &Sector) -> Vec<Person> {
        let pupils = |s| sector.pupils(s).map(|p| p.person).collect::<Vec<_>>();
        let staff = |s| sector.staff(s).into_iter().map(|m| m.person).collect::<Vec<_>>();
        sector.schools().iter().flat_map(|school| [staff(school), pupils(school)].concat()).collect()
    }

    #[test]
    fn identifiers_of_fifty_thousand_people_are_unique_and_valid() {
        let sector = fifty_thousand();
        let people = everybody(&sector);
        assert_eq!(people.len(), 50_000);
        assert_eq!(people.iter().map(|p| &p.sector_id).collect::<HashSet<_>>().len(), 50_000);
        assert_eq!(people.iter().map(|p| &p.citizen).collect::<HashSet<_>>().len(), 50_000);
        for Person { name, sex, born, sector_id, citizen } in &people {
            assert!(sector_id.len() == 10 && sector_id.bytes().all(|b| b.is_ascii_digit()), "{sector_id}");
            assert!(citizen.len() == 12 && citizen.bytes().all(|b| b.is_ascii_digit()), "{citizen}");
            let digit = u8::from(*sex == Sex::Female) + if born.year() >= 2000 { 2 } else { 0 };
            assert_eq!(citizen[3..6], format!("{digit}{:02}", born.year() % 100));
            assert!(unicode_normalization::is_nfc(&name.to_string()));
        }
    }

    #[test]
    fn a_pupil_has_the_age_of_the_grade_or_is_little_older() {
        let sector = fifty_thousand();
        for pupil in sector.schools().iter().flat_map(|school| sector.pupils(school)) {
            let older = 2026 - pupil.person.born.year() - i16::from(pupil.grade.age());
            assert!((0..=3).contains(&older), "{pupil:?}");
            assert!(pupil.phone.len() == 10 && pupil.phone.starts_with('0'));
        }
    }

    #[test]
    fn a_school_has_one_principal_and_mail_addresses_of_staff_are_unique() {
        let sector = fifty_thousand();
        let mut mail = HashSet::new();
        for school in sector.schools() {
            let staff = sector.staff(school);
            assert_eq!(staff.len(), school.staff as usize);
            assert_eq!(staff.iter().filter(|m| m.position == Position::Principal).count(), 1);
            assert!(staff.into_iter().all(|m| m.email.is_ascii() && mail.insert(m.email)));
        }
    }

    #[test]
    fn some_siblings_share_their_family_name_and_telephone() {
        let sector = fifty_thousand();
        let mut homes = std::collections::HashMap::new();
        let mut siblings = 0;
        for pupil in sector.schools().iter().flat_map(|school| sector.pupils(school)) {
            let before = homes.insert(pupil.phone, pupil.person.name.family);
            assert!(before.is_none_or(|family| family == pupil.person.name.family));
            assert_eq!(before.is_some(), pupil.sibling);
            siblings += u32::from(pupil.sibling);
        }
        assert!((1000..3000).contains(&siblings), "{siblings}");
    }
}
