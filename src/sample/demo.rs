//! The small sector of the demo, held in memory, with the people whom a visitor signs in as.

use super::{
    people::{Member, Position, Pupil},
    plan::Plan,
    school::{Class, Grade, School},
    sector::Sector,
    teaching::{Assignment, Function},
};

/// Three or four schools with everybody in them.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The plan: [`super::write`] makes files of the same people from it.
    pub plan: Plan,
    /// A primary, a lower and an upper secondary school, and a kindergarten when there are people enough.
    pub schools: Vec<DemoSchool>,
    /// Whom to sign in as.
    pub cast: Cast,
}

/// A school and everybody in it.
#[derive(Clone, Debug)]
pub struct DemoSchool {
    /// The school.
    pub school: School,
    /// Its classes.
    pub classes: Vec<Class>,
    /// Its staff.
    pub staff: Vec<Member>,
    /// Its pupils.
    pub pupils: Vec<Pupil>,
    /// Who teaches what.
    pub assignments: Vec<Assignment>,
}

/// People to sign in as, each with the code of their school. All of them are active.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Homeroom teacher of a class of the lower secondary school, and a subject teacher there.
    pub teacher: (String, Member),
    /// The principal of the same school.
    pub principal: (String, Member),
    /// *Văn thư* of the same school.
    pub clerk: (String, Member),
    /// Pupils of different grades; the first one is in the teacher's homeroom class.
    pub pupils: Vec<(String, Pupil)>,
}

/// A small sector of about `people` people; 300 at least, so that every grade is there, and 20,000 at most.
pub fn demo_sector(seed: u64, people: u32) -> Demo {
    let people = people.clamp(300, 20_000);
    let schools = if people < 600 { 3 } else { 4 };
    let staff = (people / 9).max(10 * schools);
    let plan = Plan { schools, staff, pupils: people - staff, seed, ..Plan::default() };
    let sector = Sector::generate(plan.clone());
    let schools: Vec<DemoSchool> = sector.schools().iter().map(|school| gather(&sector, school)).collect();
    let cast = cast(&schools);
    Demo { plan, schools, cast }
}

fn gather(sector: &Sector, school: &School) -> DemoSchool {
    DemoSchool {
        school: school.clone(),
        classes: sector.classes(school),
        staff: sector.staff(school),
        pupils: sector.pupils(school).collect(),
        assignments: sector.assignments(school),
    }
}

fn cast(schools: &[DemoSchool]) -> Cast {
    let lower = &schools[1];
    let code = lower.school.code.clone();
    let (teacher, class) = busiest(lower);
    let held = |position| {
        let member = lower.staff.iter().find(|m| m.position == position);
        (code.clone(), member.expect("a school of eight or more has every such post").clone())
    };
    let first = lower.pupils.iter().find(|p| p.status.is_active() && p.class == class);
    let others = [(0, 3), (0, 5), (2, 10), (2, 12)];
    let others = others.iter().filter_map(|(school, grade)| {
        let DemoSchool { school, pupils, .. } = &schools[*school];
        // In a small class nobody may be active: then somebody of the next grade.
        let near = |p: &&Pupil| p.grade.age().abs_diff(Grade::Year(*grade).age());
        let pupil = pupils.iter().filter(|p| p.status.is_active()).min_by_key(near)?;
        Some((school.code.clone(), pupil.clone()))
    });
    Cast {
        teacher: (code.clone(), teacher),
        principal: held(Position::Principal),
        clerk: held(Position::Clerk),
        pupils: first.map(|pupil| (code.clone(), pupil.clone())).into_iter().chain(others).collect(),
    }
}

/// The homeroom teacher with the most lessons in other classes, and the homeroom class.
fn busiest(school: &DemoSchool) -> (Member, String) {
    let homerooms = school.assignments.iter().filter(|line| line.function == Function::Homeroom);
    let lines = |id: &str| school.assignments.iter().filter(|line| line.teacher == id).count();
    let line = homerooms.max_by_key(|line| lines(&line.teacher)).expect("a school with pupils has classes");
    let teacher = school.staff.iter().find(|m| m.person.sector_id == line.teacher);
    (teacher.expect("a homeroom teacher is of the staff").clone(), line.class.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::StaffStatus;

    #[test]
    fn whatever_its_size_the_demo_has_every_part_cast_and_the_teacher_teaches() {
        for people in [1, 400, 600, 3000] {
            for seed in 0..12 {
                let demo = demo_sector(seed, people);
                let lower = &demo.schools[1];
                let Cast { teacher: (code, teacher), principal, clerk, pupils } = &demo.cast;
                assert_eq!(code, &lower.school.code);
                assert_eq!((principal.1.position, clerk.1.position), (Position::Principal, Position::Clerk));
                assert_eq!((teacher.status, clerk.1.status), (StaffStatus::Working, StaffStatus::Working));
                let mine = |line: &&Assignment| line.teacher == teacher.person.sector_id;
                let lines: Vec<&Assignment> = lower.assignments.iter().filter(mine).collect();
                assert!(lines.iter().any(|l| l.function == Function::Homeroom && l.class == pupils[0].1.class));
                assert!(lines.iter().any(|l| matches!(l.function, Function::Subject(_))));
                let grades: Vec<Grade> = pupils.iter().map(|(_, p)| p.grade).collect();
                assert_eq!(grades[1..], [Grade::Year(3), Grade::Year(5), Grade::Year(10), Grade::Year(12)]);
            }
        }
    }
}
