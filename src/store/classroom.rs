//! Classes as their teachers see them: which are theirs, and who is in one.

use std::cmp::Reverse;

use super::{StoreError, Tx};
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, PersonId},
    },
    model::{account::AccountState, class_code::ClassOrder, sort::SortKey},
};

row! {
    /// A class that somebody teaches now.
    #[derive(Clone, Debug)]
    pub struct OwnClassRow {
        /// The class.
        pub id: ClassId,
        /// What it is called.
        pub code: String,
        /// Its school year.
        pub year: String,
        /// Its grade.
        pub grade: Option<i64>,
        /// The school's name.
        pub school: String,
        /// The school's code.
        pub school_code: Option<String>,
        /// Whether as the homeroom teacher.
        pub homeroom: bool,
    }
}

row! {
    /// A pupil of a class.
    #[derive(Clone, Debug)]
    pub struct PupilRow {
        /// The person.
        pub person_id: PersonId,
        /// As written.
        pub full_name: String,
        /// What they sign in with.
        pub sector_id: Option<String>,
        /// The account's state.
        pub state: AccountState,
        /// Whether they have a badge that is good.
        pub badge: bool,
    }
}

statements! {
    OWN = "SELECT y.id, y.code, y.year, y.grade, o.name AS school, o.code AS school_code, max(CASE WHEN e.function = 'homeroom' THEN 1 ELSE 0 END) = 1 AS homeroom
           FROM affiliations f JOIN enrolments e ON e.affiliation_id = f.id AND e.valid_to IS NULL AND e.function IN ('homeroom', 'subject')
           JOIN class_years y ON y.id = e.class_id JOIN orgs o ON o.id = y.org_id
           WHERE f.person_id = $1 AND f.status = 'active' GROUP BY y.id, y.code, y.year, y.grade, o.name, o.code";
    PUPILS = "SELECT f.person_id, p.full_name, a.state,
                     (SELECT n.name FROM sign_in_names n WHERE n.account_id = a.id ORDER BY n.kind DESC, n.name LIMIT 1) AS sector_id,
                     EXISTS (SELECT 1 FROM badges b WHERE b.account_id = a.id AND b.affiliation_id = f.id AND b.ended_at IS NULL
                             AND b.expires_at > $2) AS badge
              FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id AND f.status = 'active'
              JOIN persons p ON p.id = f.person_id JOIN accounts a ON a.person_id = f.person_id
              WHERE e.class_id = $1 AND e.function = 'pupil' AND e.valid_to IS NULL ORDER BY p.sort_key, p.id";
}

/// The classes that somebody teaches now: those of which they are the homeroom teacher first.
pub async fn own(tx: &mut Tx, teacher: PersonId) -> Result<Vec<OwnClassRow>, StoreError> {
    let mut rows: Vec<OwnClassRow> = on_db!(tx, c => sqlx::query_as(OWN).bind(teacher).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| {
        let place = (SortKey::of_text(&row.school), row.grade, ClassOrder::of(&row.code));
        (!row.homeroom, Reverse(row.year.clone()), place)
    });
    Ok(rows)
}

/// The pupils of a class, by name.
pub async fn pupils(tx: &mut Tx, class: ClassId, now: Moment) -> Result<Vec<PupilRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(PUPILS).bind(class).bind(now).fetch_all(&mut *c))
}
