//! For whom codes are printed: of a school or a class, those who have no password yet, or everybody.

use std::cmp::Reverse;

use super::{Day, StoreError, Tx};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, AffiliationId, ClassId, OrgId, PersonId},
    },
    model::{account::AccountState, class_code::ClassOrder},
};

row! {
    /// Somebody for whom a code may be printed, and where they are.
    #[derive(Clone, Debug)]
    pub struct NewcomerRow {
        /// The account.
        pub account_id: AccountId,
        /// The person.
        pub person_id: PersonId,
        /// The role because of which they are there.
        pub affiliation_id: AffiliationId,
        /// The account's state.
        pub state: AccountState,
        /// The number of the last code.
        pub activation_issue: i64,
        /// Until when it is good; `None`: used, or none was issued.
        pub activation_expires_at: Option<Moment>,
        /// As written.
        pub full_name: String,
        /// Their place in a list.
        pub sort_key: Vec<u8>,
        /// What they sign in with.
        pub sector_id: Option<String>,
        /// The pupil's class.
        pub class: Option<String>,
        /// Its grade.
        pub grade: Option<i64>,
        /// Its school year.
        pub year: Option<String>,
        /// The school's name.
        pub school: String,
        /// Whether they hold administrative rights.
        pub has_rights: bool,
        /// Whether they are a pupil and nothing but a pupil.
        pub only_pupil: bool,
    }
}

row! {
    /// A class that has pupils.
    #[derive(Clone, Debug)]
    pub struct ClassRow {
        /// The class.
        pub id: ClassId,
        /// What it is called.
        pub code: String,
        /// Its school year.
        pub year: String,
        /// Its grade.
        pub grade: Option<i64>,
        /// How many pupils it has.
        pub pupils: i64,
        /// How many of them have no password yet.
        pub waiting: i64,
    }
}

/// From a CTE `who` of affiliations and classes to the people: $2 whether also those who have a password.
macro_rules! newcomers {
    () => {
        "SELECT a.id AS account_id, a.person_id, f.id AS affiliation_id, a.state, a.activation_issue, a.activation_expires_at, p.full_name, p.sort_key,
                (SELECT n.name FROM sign_in_names n WHERE n.account_id = a.id ORDER BY n.kind DESC, n.name LIMIT 1) AS sector_id,
                y.code AS class, y.grade, y.year, o.name AS school,
                EXISTS (SELECT 1 FROM delegations d WHERE d.account_id = a.id AND d.ended_at IS NULL) AS has_rights,
                NOT EXISTS (SELECT 1 FROM affiliations x WHERE x.person_id = a.person_id AND x.status = 'active'
                    AND x.role <> 'student') AS only_pupil
         FROM who JOIN affiliations f ON f.id = who.affiliation JOIN accounts a ON a.person_id = f.person_id
         JOIN persons p ON p.id = f.person_id JOIN orgs o ON o.id = f.org_id LEFT JOIN class_years y ON y.id = who.class
         WHERE a.state IN ('provisional', 'pending') OR ($2 AND a.state = 'active')
         ORDER BY p.sort_key, a.id"
    };
}

statements! {
    OF_CLASS = concat!("WITH who (affiliation, class) AS (
            SELECT DISTINCT f.id, e.class_id FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id
            WHERE e.class_id = $1 AND e.function = 'pupil' AND e.valid_to IS NULL AND f.status = 'active') ", newcomers!());
    OF_SCHOOL = concat!("WITH RECURSIVE school (org) AS (
            SELECT id FROM orgs WHERE id = $1
            UNION SELECT e.child FROM school s JOIN org_edges e ON e.parent = s.org AND e.kind = 'campus_of'
                  WHERE e.valid_from <= $3 AND (e.valid_to IS NULL OR e.valid_to > $3)),
        who (affiliation, class) AS (
            SELECT f.id, (SELECT e.class_id FROM enrolments e JOIN class_years y ON y.id = e.class_id
                          WHERE e.affiliation_id = f.id AND e.function = 'pupil' AND e.valid_to IS NULL
                          ORDER BY y.year DESC, y.code LIMIT 1)
            FROM affiliations f WHERE f.org_id IN (SELECT org FROM school) AND f.status = 'active') ", newcomers!());
    CLASSES = "SELECT y.id, y.code, y.year, y.grade, count(*) AS pupils, count(*) FILTER (WHERE a.state IN ('provisional', 'pending')) AS waiting
               FROM class_years y JOIN enrolments e ON e.class_id = y.id AND e.function = 'pupil' AND e.valid_to IS NULL
               JOIN affiliations f ON f.id = e.affiliation_id AND f.status = 'active' JOIN accounts a ON a.person_id = f.person_id
               WHERE y.org_id = $1 GROUP BY y.id, y.code, y.grade, y.year";
}

/// The pupils of a class, by name.
pub async fn of_class(tx: &mut Tx, class: ClassId, everybody: bool) -> Result<Vec<NewcomerRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_CLASS).bind(class).bind(everybody).fetch_all(&mut *c))
}

/// Who is at a school or one of its campuses, by name. Whoever is at two of them is there twice.
pub async fn of_school(
    tx: &mut Tx,
    school: OrgId,
    everybody: bool,
    today: Day,
) -> Result<Vec<NewcomerRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_SCHOOL).bind(school).bind(everybody).bind(today).fetch_all(&mut *c))
}

/// The classes of a school that have pupils, by year, the latest first, grade and name.
pub async fn classes(tx: &mut Tx, school: OrgId) -> Result<Vec<ClassRow>, StoreError> {
    let mut rows: Vec<ClassRow> = on_db!(tx, c => sqlx::query_as(CLASSES).bind(school).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|row| (Reverse(row.year.clone()), row.grade, ClassOrder::of(&row.code)));
    Ok(rows)
}

/// Where people are; whoever is at several schools, at the main one last.
pub async fn schools_of(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<(PersonId, OrgId)>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "SELECT f.person_id, f.org_id FROM affiliations f WHERE f.status = 'active' AND f.person_id IN (",
        ") ORDER BY f.is_primary, f.id DESC",
        |b, person| b.push_bind(*person)
    ))
}
