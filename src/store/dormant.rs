//! Accounts of people who are nowhere: since when, and what becomes of them by itself.

use super::{Day, StoreError, Tx};
use crate::base::{clock::Moment, id::PersonId};

row! {
    /// Somebody who is nowhere.
    #[derive(Clone, Debug)]
    pub struct DormantRow {
        /// Who.
        pub id: PersonId,
        /// The name.
        pub full_name: String,
        /// The sector ID.
        pub sector_id: Option<String>,
        /// `dormant` or `deactivated`; of those to whom something happens, also `suspended`.
        pub state: String,
        /// Where they were last.
        pub last_org: Option<String>,
        /// Their first day there.
        pub began_on: Option<Day>,
        /// The first day on which they were there no more.
        pub left_on: Option<Day>,
        /// When something happens by itself.
        pub due_at: Option<Moment>,
        /// The grade that they were in last.
        pub last_grade: Option<i64>,
        /// When the account last changed: its place in the order.
        pub updated_at: Moment,
    }
}

/// The columns of [`DormantRow`], of the accounts that are meant.
macro_rules! dormant {
    ($which:literal) => {
        concat!(
            "SELECT a.person_id AS id, p.full_name, a.state, a.due_at, a.updated_at, o.name AS last_org, f.valid_from AS began_on,
                    f.valid_to AS left_on,
                    (SELECT i.value FROM identifiers i WHERE i.person_id = a.person_id AND i.type IN ('moet', 'temp')
                        AND i.status <> 'superseded' ORDER BY i.type LIMIT 1) AS sector_id,
                    (SELECT y.grade FROM affiliations x JOIN enrolments e ON e.affiliation_id = x.id
                        JOIN class_years y ON y.id = e.class_id WHERE x.person_id = a.person_id AND e.function = 'pupil'
                        ORDER BY y.year DESC, e.valid_from DESC, e.id DESC LIMIT 1) AS last_grade
             FROM accounts a JOIN persons p ON p.id = a.person_id
             LEFT JOIN affiliations f ON f.id = (SELECT l.id FROM affiliations l WHERE l.person_id = a.person_id
                 ORDER BY l.valid_to DESC, l.id DESC LIMIT 1)
             LEFT JOIN orgs o ON o.id = f.org_id
             WHERE ",
            $which,
            " LIMIT $3"
        )
    };
}

statements! {
    LONGEST = dormant!("a.state IN ('dormant', 'deactivated')
             AND (a.updated_at, a.person_id) > ($1, $2) ORDER BY a.updated_at, a.person_id");
    DUE = dormant!("a.due_at IS NOT NULL AND a.state IN ('dormant', 'deactivated', 'suspended')
             AND (a.due_at, a.person_id) > ($1, $2) ORDER BY a.due_at, a.person_id");
}

/// Those who are nowhere, whose accounts changed longest ago first.
pub async fn longest(tx: &mut Tx, after: (Moment, PersonId), most: i64) -> Result<Vec<DormantRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(LONGEST).bind(after.0).bind(after.1).bind(most).fetch_all(&mut *c))
}

/// Those of them to whom something happens by itself, the next first.
pub async fn due(tx: &mut Tx, after: (Moment, PersonId), most: i64) -> Result<Vec<DormantRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(DUE).bind(after.0).bind(after.1).bind(most).fetch_all(&mut *c))
}
