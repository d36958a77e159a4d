//! Pupils who do not go the way of their class in a rollover.

use super::{StoreError, Tx};
use crate::base::id::{ClassId, PersonId, RolloverId};

row! {
    /// A pupil who does not go the way of the class.
    #[derive(Clone, Debug)]
    pub struct MarkRow {
        /// The pupil.
        pub person_id: PersonId,
        /// `repeats`, `leaves` or `joins`.
        pub fate: String,
        /// The class of next year.
        pub code: Option<String>,
    }
}

statements! {
    MARK = "INSERT INTO rollover_marks (rollover_id, person_id, fate, code) VALUES ($1, $2, $3, $4)
            ON CONFLICT (rollover_id, person_id) DO UPDATE SET fate = excluded.fate, code = excluded.code";
    UNMARK = "DELETE FROM rollover_marks WHERE rollover_id = $1 AND person_id = $2";
    MARKS = "SELECT person_id, fate, code FROM rollover_marks WHERE rollover_id = $1";
    IS_PUPIL = "SELECT 1 FROM rollover_classes c JOIN enrolments e ON e.class_id = c.class_id AND e.function = 'pupil' AND e.valid_to IS NULL
                JOIN affiliations f ON f.id = e.affiliation_id AND f.status = 'active'
                WHERE c.rollover_id = $1 AND c.class_id = $2 AND f.person_id = $3";
    JOINED = "SELECT c.code FROM rollover_classes c
              JOIN rollover_marks m ON m.rollover_id = c.rollover_id AND m.fate = 'joins' AND m.code = c.code
              JOIN affiliations f ON f.person_id = m.person_id AND f.status = 'active'
              JOIN enrolments e ON e.affiliation_id = f.id AND e.function = 'pupil' AND e.valid_to IS NULL
              JOIN rollover_classes o ON o.rollover_id = c.rollover_id AND o.class_id = e.class_id
              WHERE c.rollover_id = $1 AND c.class_id = $2 LIMIT 1";
    WILL_BE = "SELECT 1 FROM rollovers r WHERE r.id = $1
               AND (EXISTS (SELECT 1 FROM rollover_classes c WHERE c.rollover_id = r.id AND c.code = $2
                            AND (c.class_id <> $3 OR $3 IS NULL))
                    OR EXISTS (SELECT 1 FROM class_years y WHERE y.org_id = r.org_id AND y.year > r.from_year AND y.code = $2))";
}

/// Marks a pupil who does not go the way of the class.
pub async fn mark(
    tx: &mut Tx,
    rollover: RolloverId,
    person: PersonId,
    fate: &str,
    code: Option<&str>,
) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(MARK).bind(rollover).bind(person).bind(fate).bind(code)).map(drop)
}

/// The pupil goes the way of the class.
pub async fn unmark(tx: &mut Tx, rollover: RolloverId, person: PersonId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(UNMARK).bind(rollover).bind(person)).map(drop)
}

/// Everybody who was marked.
pub async fn marks(tx: &mut Tx, rollover: RolloverId) -> Result<Vec<MarkRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(MARKS).bind(rollover).fetch_all(&mut *c))
}

/// Whether somebody is a pupil of a class of the rollover.
pub async fn is_pupil(tx: &mut Tx, rollover: RolloverId, class: ClassId, person: PersonId) -> Result<bool, StoreError> {
    let row: Option<(i32,)> =
        on_db!(tx, c => sqlx::query_as(IS_PUPIL).bind(rollover).bind(class).bind(person).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// What a class is called next year, if pupils of the rollover are to join it under that name.
pub async fn joined(tx: &mut Tx, rollover: RolloverId, class: ClassId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> =
        on_db!(tx, c => sqlx::query_as(JOINED).bind(rollover).bind(class).fetch_optional(&mut *c))?;
    Ok(row.map(|(code,)| code))
}

/// Whether a class will be called so next year, or is; what becomes of one of them may be left out.
pub async fn will_be(tx: &mut Tx, id: RolloverId, code: &str, but: Option<ClassId>) -> Result<bool, StoreError> {
    let row: Option<(i32,)> =
        on_db!(tx, c => sqlx::query_as(WILL_BE).bind(id).bind(code).bind(but).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}
