//! The classes of the year: found, or made, in the lineage of last year's class where that can be told.

use super::{
    super::{field::Field, finding::Finding},
    directory::Class,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{ClassId, OrgId, PersonId},
    model::{class_code::ClassCode, grade::Grade},
    store::orgs::NewClass,
};

impl Unit<'_> {
    /// Nobody goes into a class of a later year while the lessons of theirs go on: whoever chose the wrong year would take
    /// classes from their teachers by the hundred.
    pub(super) fn may_go_on(&self, id: PersonId, school: OrgId, class: &ClassCode) -> Result<(), Trouble> {
        let roles = self.people.get(&id).into_iter().flat_map(|known| {
            let here = known.standing.active().filter(|role| role.post.org == school);
            here.flat_map(|role| known.standing.seats(role.id))
        });
        let years = roles.filter_map(|place| self.world.directory.year(place.seat.class));
        let (_, until) = match years.filter(|year| *year < self.world.year).max() {
            Some(year) => year.lessons(),
            None => return Ok(()),
        };
        if until < self.world.today {
            return Ok(());
        }
        Err(Trouble::new(Field::Class, class.as_str(), Finding::YearNotOver(until)))
    }

    /// The class of that name at a school.
    pub(super) fn class(&mut self, school: OrgId, code: &ClassCode, grade: Option<Grade>) -> ClassId {
        if let Some(class) = self.world.directory.class(school, code) {
            return class.id;
        }
        let before = self.world.directory.lineage(school, code, grade);
        let class = Class { id: self.world.ids.next(), lineage: before.unwrap_or_else(|| self.world.ids.next()) };
        let new = NewClass {
            id: class.id,
            lineage: class.lineage,
            org: school,
            year: self.world.year.to_string(),
            grade: match grade {
                Some(Grade::School(grade)) => Some(i64::from(grade.number())),
                _ => None,
            },
            code: code.as_str().to_owned(),
        };
        if before.is_some() { &mut self.changes.continued } else { &mut self.changes.classes }.push(new);
        self.tally.classes_created += 1;
        let id = class.id;
        self.world.directory.put_class(school, code, (self.world.year, class));
        id
    }
}
