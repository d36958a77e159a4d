//! Roles at orgs and places in classes.

use super::{Day, StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AffiliationId, ClassId, EnrolmentId, OrgId, PersonId},
};

/// A role to be begun.
#[derive(Clone, Debug)]
pub struct NewAffiliation {
    /// Its row.
    pub id: AffiliationId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub org: OrgId,
    /// `student`, `teacher`, …
    pub role: &'static str,
    /// Whether it is the main one.
    pub primary: bool,
    /// Whether it may stand beside another main one.
    pub exempt: bool,
    /// Since when.
    pub from: Day,
}

/// A place in a class to be taken.
#[derive(Clone, Debug)]
pub struct NewEnrolment {
    /// Its row.
    pub id: EnrolmentId,
    /// The role it hangs from.
    pub affiliation: AffiliationId,
    /// The class.
    pub class: ClassId,
    /// `pupil`, `homeroom` or `subject`.
    pub function: &'static str,
    /// The subject, or nothing.
    pub subject: String,
    /// Since when.
    pub from: Day,
}

/// Begins roles.
pub async fn add_affiliations(
    tx: &mut Tx,
    rows: &[NewAffiliation],
    source: &str,
    now: Moment,
) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO affiliations (id, person_id, org_id, role, status, is_primary, exempt, valid_from, source, \
         created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.org)
            .push_bind(row.role)
            .push("'active'")
            .push_bind(row.primary)
            .push_bind(row.exempt)
            .push_bind(row.from)
            .push_bind(source)
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
}

/// Takes places in classes.
pub async fn add_enrolments(tx: &mut Tx, rows: &[NewEnrolment]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO enrolments (id, affiliation_id, class_id, function, subject, valid_from) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.affiliation)
            .push_bind(row.class)
            .push_bind(row.function)
            .push_bind(row.subject.as_str())
            .push_bind(row.from)
    );
    Ok(())
}
