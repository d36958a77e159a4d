//! Roles at orgs and places in classes: read as a [`Standing`], written as the changes that it decided.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Conn, Day, StoreError, Tx, person_changes};
use crate::{
    base::{
        clock::Moment,
        id::{AffiliationId, ClassId, EnrolmentId, OrgId, PersonId},
    },
    model::{
        affiliation::{Affiliation, EndReason, Enrolment, Function, Post, Seat, State},
        membership::{Change, Standing},
        role::Role,
    },
};

row! {
    struct AffiliationRow {
        id: AffiliationId,
        person_id: PersonId,
        org_id: OrgId,
        role: String,
        is_primary: bool,
        exempt: bool,
        valid_from: Day,
        valid_to: Option<Day>,
        end_reason: Option<String>,
        // A place in a class, of an affiliation that has any.
        place_id: Option<EnrolmentId>,
        class_id: Option<ClassId>,
        function: Option<String>,
        subject: Option<String>,
        list_number: Option<i64>,
        place_from: Option<Day>,
    }
}

statements! {
    LAST_GRADE = "SELECT y.grade FROM affiliations f JOIN enrolments e ON e.affiliation_id = f.id JOIN class_years y ON y.id = e.class_id
                  WHERE f.person_id = $1 AND e.function = 'pupil' ORDER BY y.year DESC, e.valid_from DESC, e.id DESC LIMIT 1";
    MEMBERS = "SELECT DISTINCT person_id FROM affiliations WHERE org_id = $1 AND status = 'active' ORDER BY person_id LIMIT $2";
}

/// Each affiliation, once for each of its current places. One statement, since rows come one by one.
const AFFILIATIONS: &str =
    "SELECT f.id, f.person_id, f.org_id, f.role, f.is_primary, f.exempt, f.valid_from, f.valid_to, f.end_reason,
           e.id AS place_id, e.class_id, e.function, e.subject, e.list_number, e.valid_from AS place_from
    FROM affiliations f
    LEFT JOIN enrolments e ON e.affiliation_id = f.id AND e.valid_to IS NULL AND f.status = 'active'
    WHERE f.person_id IN (";

/// Lets nobody else decide about these people until the transaction ends; whether somebody may have, since they were read.
/// SQLite has one writer anyway.
pub async fn hold(tx: &mut Tx, people: &[PersonId]) -> Result<bool, StoreError> {
    let held = match tx.conn() {
        Conn::Lite(_) => return Ok(false),
        Conn::Pg(c) => {
            // In the order of their keys, so that two imports wait for each other instead of deadlocking.
            sqlx::query("SELECT 1 FROM persons WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
                .bind(people.iter().map(|id| id.uuid()).collect::<Vec<_>>())
                .execute(c)
                .await
        }
    };
    tx.noted(held).map(|_| true)
}

/// Where people are now: who, and at which org.
pub async fn places(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<(PersonId, OrgId)>, StoreError> {
    const PLACES: &str =
        "SELECT DISTINCT person_id, org_id FROM affiliations WHERE status = 'active' AND person_id IN (";
    Ok(select_many!(tx, people, PLACES, ")", |b, person| b.push_bind(*person)))
}

/// Where people stand, of each who is somewhere or was: all affiliations, and the current places in classes.
pub async fn standings(
    tx: &mut Tx,
    people: &[PersonId],
    today: Date,
) -> Result<HashMap<PersonId, Standing>, StoreError> {
    let mut rows: HashMap<PersonId, (Vec<Affiliation>, Vec<Enrolment>)> = HashMap::new();
    let found: Vec<AffiliationRow> = select_many!(tx, people, AFFILIATIONS, ")", |b, person| b.push_bind(*person));
    for row in found {
        let (affiliations, enrolments) = rows.entry(row.person_id).or_default();
        enrolments.extend(row.place()?);
        if affiliations.iter().all(|known| known.id != row.id) {
            affiliations.push(row.read()?);
        }
    }
    let standing = |(affiliations, enrolments)| Standing::new(today, affiliations, enrolments);
    Ok(rows.into_iter().map(|(person, rows)| (person, standing(rows))).collect())
}

/// Where one person stands.
pub async fn standing(tx: &mut Tx, person: PersonId, today: Date) -> Result<Standing, StoreError> {
    let found = standings(tx, &[person], today).await?.remove(&person);
    Ok(found.unwrap_or_else(|| Standing::newcomer(today)))
}

/// Some of those who are something at an org.
pub async fn members(tx: &mut Tx, org: OrgId, most: i64) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> = on_db!(tx, c => sqlx::query_as(MEMBERS).bind(org).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// The grade of the class that somebody was last a pupil of.
pub async fn last_grade(tx: &mut Tx, person: PersonId) -> Result<Option<i64>, StoreError> {
    let row: Option<(Option<i64>,)> = on_db!(tx, c => sqlx::query_as(LAST_GRADE).bind(person).fetch_optional(&mut *c))?;
    Ok(row.and_then(|(grade,)| grade))
}

/// Applies what was decided of any number of people, by whatever but a roster.
pub async fn apply(tx: &mut Tx, changes: &[(PersonId, Change)], source: &str, now: Moment) -> Result<(), StoreError> {
    let mut people: Vec<PersonId> = changes.iter().map(|(person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    person_changes::stir(tx, &people, now).await?;
    write(tx, changes, source, now).await
}

/// Writes what a roster says of any number of people: kind by kind, in the order in which one person's changes stand.
pub async fn write(tx: &mut Tx, changes: &[(PersonId, Change)], source: &str, now: Moment) -> Result<(), StoreError> {
    let sorted = Sorted::of(changes);
    mark_primary(tx, &sorted.demoted, false, now).await?;
    begin(tx, &sorted.begun, source, now).await?;
    end(tx, &sorted.ended, now).await?;
    reopen(tx, &sorted.reopened, now).await?;
    mark_primary(tx, &sorted.promoted, true, now).await?;
    leave(tx, &sorted.left).await?;
    enrol(tx, &sorted.enrolled).await?;
    renumber(tx, &sorted.renumbered).await
}

/// Changes by kind.
#[derive(Default)]
struct Sorted<'a> {
    demoted: Vec<AffiliationId>,
    begun: Vec<(PersonId, &'a Affiliation)>,
    ended: Vec<(AffiliationId, Day, EndReason)>,
    reopened: Vec<AffiliationId>,
    promoted: Vec<AffiliationId>,
    left: Vec<(EnrolmentId, Day)>,
    enrolled: Vec<&'a Enrolment>,
    renumbered: Vec<(EnrolmentId, i64)>,
}

impl<'a> Sorted<'a> {
    fn of(changes: &'a [(PersonId, Change)]) -> Self {
        let mut sorted = Self::default();
        for (person, change) in changes {
            match change {
                Change::Demote(id) => sorted.demoted.push(*id),
                Change::Begin(new) => sorted.begun.push((*person, new)),
                Change::End { id, on, why } => sorted.ended.push((*id, Day(*on), *why)),
                Change::Reopen(id) => sorted.reopened.push(*id),
                Change::Promote(id) => sorted.promoted.push(*id),
                Change::Leave { id, on } => sorted.left.push((*id, Day(*on))),
                Change::Enrol(new) => sorted.enrolled.push(new),
                Change::Renumber { id, to } => sorted.renumbered.push((*id, i64::from(*to))),
            }
        }
        sorted
    }
}

async fn begin(tx: &mut Tx, rows: &[(PersonId, &Affiliation)], source: &str, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO affiliations (id, person_id, org_id, role, exempt, is_primary, status, valid_from, valid_to, \
         end_reason, source, created_at, updated_at) ",
        |b, row| {
            let (status, to, why) = match row.1.state {
                State::Active => ("active", None, None),
                State::Ended { on, why } => ("ended", Some(Day(on)), Some(why.as_str())),
            };
            b.push_bind(row.1.id)
                .push_bind(row.0)
                .push_bind(row.1.post.org)
                .push_bind(row.1.post.role.as_str())
                .push_bind(row.1.post.exempt)
                .push_bind(row.1.primary)
                .push_bind(status)
                .push_bind(Day(row.1.from))
                .push_bind(to)
                .push_bind(why)
                .push_bind(source)
                .push_bind(now)
                .push_bind(now);
        }
    );
    Ok(())
}

async fn end(tx: &mut Tx, rows: &[(AffiliationId, Day, EndReason)], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE affiliations AS f SET status = 'ended', is_primary = FALSE, valid_to = v.column2, \
         end_reason = v.column3, updated_at = v.column4 FROM (",
        ") AS v WHERE f.id = v.column1 AND f.valid_to IS NULL",
        |b, row| b.push_bind(row.0).push_bind(row.1).push_bind(row.2.as_str()).push_bind(now)
    );
    Ok(())
}

async fn reopen(tx: &mut Tx, rows: &[AffiliationId], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE affiliations AS f SET status = 'active', valid_to = NULL, end_reason = NULL, updated_at = v.column2 FROM (",
        ") AS v WHERE f.id = v.column1",
        |b, row| b.push_bind(*row).push_bind(now)
    );
    Ok(())
}

async fn mark_primary(tx: &mut Tx, rows: &[AffiliationId], primary: bool, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE affiliations AS f SET is_primary = v.column2, updated_at = v.column3 FROM (",
        ") AS v WHERE f.id = v.column1",
        |b, row| b.push_bind(*row).push_bind(primary).push_bind(now)
    );
    Ok(())
}

async fn leave(tx: &mut Tx, rows: &[(EnrolmentId, Day)]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE enrolments AS e SET valid_to = v.column2 FROM (",
        ") AS v WHERE e.id = v.column1 AND coalesce(e.valid_to, '') = ''",
        |b, row| b.push_bind(row.0).push_bind(row.1)
    );
    Ok(())
}

async fn enrol(tx: &mut Tx, rows: &[&Enrolment]) -> Result<(), StoreError> {
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

async fn renumber(tx: &mut Tx, rows: &[(EnrolmentId, i64)]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "UPDATE enrolments AS e SET list_number = v.column2 FROM (",
        ") AS v WHERE e.id = v.column1",
        |b, row| b.push_bind(row.0).push_bind(row.1)
    );
    Ok(())
}

impl AffiliationRow {
    fn read(&self) -> Result<Affiliation, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "affiliations", column, row: self.id.to_string() };
        let role = Role::named(&self.role).ok_or_else(|| corrupt("role"))?;
        let why = self.end_reason.as_deref();
        let state = match self.valid_to {
            None => State::Active,
            Some(Day(on)) => {
                let why = why.and_then(EndReason::named).ok_or_else(|| corrupt("end_reason"))?;
                State::Ended { on, why }
            }
        };
        let post = Post { org: self.org_id, role, exempt: self.exempt };
        Ok(Affiliation { id: self.id, post, primary: self.is_primary, from: self.valid_from.0, state })
    }

    /// The place that stands in this row, if one does.
    fn place(&self) -> Result<Option<Enrolment>, StoreError> {
        let (Some(id), Some(class), Some(Day(from))) = (self.place_id, self.class_id, self.place_from) else {
            return Ok(None);
        };
        let corrupt = |column| StoreError::Corrupt { table: "enrolments", column, row: id.to_string() };
        let subject = self.subject.as_deref().unwrap_or_default();
        let function = self.function.as_deref().and_then(|name| Function::named(name, subject));
        let function = function.ok_or_else(|| corrupt("function"))?;
        let list_number = self.list_number.map(u16::try_from).transpose().map_err(|_| corrupt("list_number"))?;
        Ok(Some(Enrolment { id, affiliation: self.id, seat: Seat { class, function, list_number }, from, to: None }))
    }
}
