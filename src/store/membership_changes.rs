//! Changes to the memberships of many people at once, as the model decided them.

use super::{Day, StoreError, Tx, person_changes::OVERTAKEN};
use crate::{
    base::{
        clock::Moment,
        id::{AffiliationId, EnrolmentId, PersonId},
    },
    model::{
        affiliation::{Affiliation, EndReason, Enrolment},
        membership::Change,
    },
};

/// The changes of many people, by kind.
#[derive(Clone, Debug, Default)]
pub struct MembershipChanges {
    demoted: Vec<AffiliationId>,
    begun: Vec<(PersonId, Affiliation)>,
    ended: Vec<(AffiliationId, Day, EndReason)>,
    promoted: Vec<AffiliationId>,
    left: Vec<(EnrolmentId, Day)>,
    enrolled: Vec<Enrolment>,
    renumbered: Vec<(EnrolmentId, u16)>,
}

impl MembershipChanges {
    /// Adds the changes of one person.
    pub fn add(&mut self, person: PersonId, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Demote(id) => self.demoted.push(id),
                Change::Begin(affiliation) => self.begun.push((person, affiliation)),
                Change::End { id, on, why } => self.ended.push((id, Day(on), why)),
                Change::Promote(id) => self.promoted.push(id),
                Change::Leave { id, on } => self.left.push((id, Day(on))),
                Change::Enrol(enrolment) => self.enrolled.push(enrolment),
                Change::Renumber { id, to } => self.renumbered.push((id, to)),
            }
        }
    }

    /// Applies them in the order in which the model gives them for one person: of several people none is in another's
    /// way. What was ended by somebody else meanwhile abandons the write.
    pub async fn apply(&self, tx: &mut Tx, source: &str, now: Moment) -> Result<(), StoreError> {
        mark(tx, &self.demoted, false, now).await?;
        begin(tx, &self.begun, source, now).await?;
        end(tx, &self.ended, now).await?;
        mark(tx, &self.promoted, true, now).await?;
        leave(tx, &self.left).await?;
        enrol(tx, &self.enrolled).await?;
        renumber(tx, &self.renumbered).await
    }
}

async fn mark(tx: &mut Tx, rows: &[AffiliationId], primary: bool, now: Moment) -> Result<(), StoreError> {
    let marked = change_many!(
        tx,
        rows,
        "WITH given (id, is_primary, now) AS (",
        |b, id| b.push_bind(*id).push_bind(primary).push_bind(now),
        ") UPDATE affiliations SET is_primary = given.is_primary, updated_at = given.now FROM given \
         WHERE affiliations.id = given.id AND affiliations.status = 'active'"
    );
    if marked == rows.len() as u64 { Ok(()) } else { Err(OVERTAKEN) }
}

async fn begin(tx: &mut Tx, rows: &[(PersonId, Affiliation)], source: &str, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO affiliations (id, person_id, org_id, role, status, is_primary, exempt, valid_from, source, \
         created_at, updated_at) ",
        |b, row| b
            .push_bind(row.1.id)
            .push_bind(row.0)
            .push_bind(row.1.post.org)
            .push_bind(row.1.post.role.as_str())
            .push("'active'")
            .push_bind(row.1.primary)
            .push_bind(row.1.post.exempt)
            .push_bind(Day(row.1.from))
            .push_bind(source)
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
}

async fn end(tx: &mut Tx, rows: &[(AffiliationId, Day, EndReason)], now: Moment) -> Result<(), StoreError> {
    let ended = change_many!(
        tx,
        rows,
        "WITH given (id, day, why, is_primary, now) AS (",
        |b, row| b.push_bind(row.0).push_bind(row.1).push_bind(row.2.as_str()).push_bind(false).push_bind(now),
        ") UPDATE affiliations SET status = 'ended', valid_to = given.day, end_reason = given.why, \
         is_primary = given.is_primary, updated_at = given.now FROM given \
         WHERE affiliations.id = given.id AND affiliations.status = 'active'"
    );
    if ended == rows.len() as u64 { Ok(()) } else { Err(OVERTAKEN) }
}

async fn leave(tx: &mut Tx, rows: &[(EnrolmentId, Day)]) -> Result<(), StoreError> {
    let left = change_many!(
        tx,
        rows,
        "WITH given (id, day) AS (",
        |b, row| b.push_bind(row.0).push_bind(row.1),
        ") UPDATE enrolments SET valid_to = given.day FROM given \
         WHERE enrolments.id = given.id AND enrolments.valid_to IS NULL"
    );
    if left == rows.len() as u64 { Ok(()) } else { Err(OVERTAKEN) }
}

async fn enrol(tx: &mut Tx, rows: &[Enrolment]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO enrolments (id, affiliation_id, class_id, function, subject, list_number, valid_from, valid_to) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.affiliation)
            .push_bind(row.seat.class)
            .push_bind(row.seat.function.as_str())
            .push_bind(row.seat.function.subject())
            .push_bind(row.seat.list_number.map(i64::from))
            .push_bind(Day(row.from))
            .push_bind(row.to.map(Day))
    );
    Ok(())
}

async fn renumber(tx: &mut Tx, rows: &[(EnrolmentId, u16)]) -> Result<(), StoreError> {
    change_many!(
        tx,
        rows,
        "WITH given (id, list_number) AS (",
        |b, row| b.push_bind(row.0).push_bind(i64::from(row.1)),
        ") UPDATE enrolments SET list_number = given.list_number FROM given WHERE enrolments.id = given.id"
    );
    Ok(())
}
