//! What an export calls things: ids of its own, derived as an app's subjects are, the same each time and different in each
//! kind of file. The letter before keeps a spreadsheet from reading a formula into one.

use uuid::Uuid;

use crate::{
    base::id::{ClassId, OrgId, PersonId},
    protocol::subject::{Sector, SubjectKind, Subjects},
};

pub(super) struct Ids<'i> {
    subjects: &'i Subjects,
    kind: SubjectKind,
}

impl<'i> Ids<'i> {
    /// Those of a kind of file.
    pub(super) fn new(subjects: &'i Subjects, file: &str) -> Self {
        Self { subjects, kind: SubjectKind::Pairwise(Sector(format!("export {file}"))) }
    }

    pub(super) fn person(&self, id: PersonId) -> String {
        format!("u-{}", self.subjects.person(&self.kind, id))
    }

    pub(super) fn org(&self, id: OrgId) -> String {
        format!("o-{}", self.subjects.org(&self.kind, id))
    }

    /// The one course of a school.
    pub(super) fn course(&self, school: OrgId) -> String {
        format!("k-{}", self.subjects.org(&self.kind, school))
    }

    pub(super) fn class(&self, id: ClassId) -> String {
        format!("c-{}", self.subjects.class(&self.kind, id))
    }

    /// Of anything else.
    pub(super) fn of(&self, letter: &str, id: Uuid) -> String {
        format!("{letter}-{}", self.subjects.context(&self.kind, id))
    }
}
