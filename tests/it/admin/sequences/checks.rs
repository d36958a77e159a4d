//! What holds after each event.

use std::collections::{BTreeMap, BTreeSet};

use phuong::{
    base::id::PersonId,
    login::codes::ActivationCode,
    model::{affiliation::Function, identifier::IdentifierKind, name::PersonName},
    on_db,
    people::{
        PeopleError,
        records::{self, Record},
    },
    services::{
        audit::Actor,
        authority::{IssueCode, NoPermit},
    },
    store::{Tx, accounts, contexts, grants, memberships as rows},
};

use super::{World, over};
use crate::{admin::fates::Fate, roster::content};

/// What a roster says of people.
const SAID: [&str; 5] = [
    "SELECT id, full_name || ' ' || coalesce(birth_date, '') || ' ' || coalesce(sex, '') FROM persons",
    "SELECT person_id, type || ' ' || status || ' ' || coalesce(value, '') FROM identifiers",
    "SELECT person_id, kind || ' ' || value FROM contacts",
    "SELECT person_id, role || ' ' || status || ' ' || valid_from || CASE WHEN is_primary THEN ' main' ELSE '' END FROM affiliations",
    "SELECT f.person_id, e.function || ' ' || y.year || ' ' || y.code || ' ' || coalesce(e.valid_to, '') FROM enrolments e
     JOIN affiliations f ON f.id = e.affiliation_id JOIN class_years y ON y.id = e.class_id",
];
/// Who was a pupil of two schools on one day, unless they were taken for two people.
const AT_TWO: &str = "SELECT a.valid_from || '..' || coalesce(a.valid_to, '') || ' ' || b.valid_from || '..' || coalesce(b.valid_to, '')
    FROM affiliations a JOIN affiliations b ON b.person_id = a.person_id AND b.id > a.id AND b.role = 'student' AND NOT b.exempt
    WHERE a.role = 'student' AND NOT a.exempt AND a.valid_from < coalesce(b.valid_to, '9') AND b.valid_from < coalesce(a.valid_to, '9')
      AND a.valid_from < coalesce(a.valid_to, '9') AND b.valid_from < coalesce(b.valid_to, '9')
      AND NOT EXISTS (SELECT 1 FROM merged_persons m WHERE m.into_id = a.person_id)";

/// Badges of who is not what they were issued for any more, or is somebody else by now.
const BADGES: &str = "SELECT f.role || ' ' || f.status FROM badges b JOIN accounts a ON a.id = b.account_id
    JOIN affiliations f ON f.id = b.affiliation_id WHERE b.ended_at IS NULL AND (f.status <> 'active' OR f.person_id <> a.person_id)";

impl World<'_> {
    /// The classes in which somebody teaches.
    pub(super) async fn taught(&self, person: PersonId) -> BTreeSet<String> {
        let standing = self.standing(person).await;
        let seats = standing.active().flat_map(|role| standing.seats(role.id)).map(|place| &place.seat);
        let taught = seats.filter(|seat| seat.function != Function::Pupil);
        taught.map(|seat| format!("{} {:?}", seat.class, seat.function)).collect()
    }

    /// Every sector ID somebody has or had.
    pub(super) async fn sector_ids(&self) -> Vec<(PersonId, String)> {
        const IDS: &str = "SELECT person_id, value FROM identifiers WHERE type = 'moet'";
        let read = async |tx: &mut Tx, (): &()| on_db!(tx, c => sqlx::query_as::<_, (PersonId, String)>(IDS).fetch_all(&mut *c));
        self.t.sv.store.read((), read).await.unwrap()
    }

    /// 1: whoever was removed is so for ever, and nobody is given a sector ID that was theirs.
    pub(super) async fn removed(&mut self, ids: &[(PersonId, String)]) {
        for person in self.people.clone() {
            if self.gone.contains(&person) || over::<IssueCode>(self.t, person).await.is_some() {
                continue;
            }
            self.gone.insert(person);
            for (_, id) in ids.iter().filter(|(whose, _)| *whose == person) {
                let other = Record { name: PersonName::read("Người Khác").unwrap(), born: None, sex: None };
                let known = [(IdentifierKind::Sector, id.as_str())];
                let again = records::register(&self.t.sv, &Actor::System, &other, &known, true).await;
                assert!(matches!(again, Err(PeopleError::Buried)), "1: {id} of {person}: {again:?}");
            }
        }
    }

    /// What a roster says of people, of each who has any of it.
    pub(super) async fn said(&self) -> BTreeMap<PersonId, BTreeSet<String>> {
        let read = async |tx: &mut Tx, (): &()| {
            let mut said: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for sql in SAID {
                let rows: Vec<(PersonId, String)> = on_db!(tx, c => sqlx::query_as(sql).fetch_all(&mut *c))?;
                for (person, text) in rows {
                    said.entry(person).or_default().insert(text);
                }
            }
            Ok(said)
        };
        self.t.sv.store.read((), read).await.unwrap()
    }

    /// Marks everybody as being as a row of a roster says.
    pub(super) async fn imprints_all(&self) {
        let mark = async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("UPDATE persons SET imprint = 7")).map(drop);
        self.t.sv.store.write((), mark).await.unwrap();
    }

    /// Whoever is something else than before has lost the mark.
    pub(super) async fn is_compared_again(&self, fate: Fate, before: &BTreeMap<PersonId, BTreeSet<String>>) {
        const KEPT: &str = "SELECT id FROM persons WHERE imprint = 7";
        let read =
            async |tx: &mut Tx, (): &()| on_db!(tx, c => sqlx::query_as::<_, (PersonId,)>(KEPT).fetch_all(&mut *c));
        let after = self.said().await;
        for (person,) in self.t.sv.store.read((), read).await.unwrap() {
            assert_eq!(after.get(&person), before.get(&person), "after {fate:?} a roster would pass {person} over");
        }
    }

    async fn facts(&self, sql: &'static str) -> Vec<String> {
        content::rows(&self.t.sv.store, sql).await.unwrap()
    }

    pub(super) async fn invariants_hold(&mut self, fate: Fate, rights: &[String]) {
        let sv = &self.t.sv;
        for person in &self.gone {
            assert!(over::<IssueCode>(self.t, *person).await.is_none(), "1, after {fate:?}: {person} is back");
        }
        let twice = self.facts("SELECT CAST(count(*) AS TEXT) FROM identifiers WHERE status <> 'superseded' GROUP BY keyed HAVING count(*) > 1").await;
        let several = self.facts("SELECT type FROM identifiers WHERE status <> 'superseded' GROUP BY person_id, type HAVING count(*) > 1").await;
        assert_eq!((twice, several), (vec![], vec![]), "2, after {fate:?}");
        let schools = self.facts("SELECT CAST(count(*) AS TEXT) FROM affiliations WHERE status = 'active' AND role = 'student' AND NOT exempt GROUP BY person_id HAVING count(*) > 1").await;
        let mains = self.facts("SELECT CAST(count(*) AS TEXT) FROM affiliations WHERE status = 'active' GROUP BY person_id HAVING count(CASE WHEN is_primary THEN 1 END) <> 1").await;
        let seats = self.facts("SELECT CAST(count(*) AS TEXT) FROM enrolments WHERE function = 'pupil' AND valid_to IS NULL GROUP BY affiliation_id HAVING count(*) > 1").await;
        let stale = self.facts("SELECT e.function FROM enrolments e JOIN affiliations f ON f.id = e.affiliation_id WHERE f.status <> 'active' AND e.valid_to IS NULL").await;
        assert_eq!((schools, mains, seats, stale), (vec![], vec![], vec![], vec![]), "3, after {fate:?}");
        assert_eq!(self.facts(AT_TWO).await, [""; 0], "3, after {fate:?}: whenever it was");
        assert_eq!(
            self.facts("SELECT role FROM delegations WHERE ended_at IS NULL ORDER BY role, id").await,
            rights,
            "6, after {fate:?}"
        );

        assert_eq!(self.facts(BADGES).await, [""; 0], "9, after {fate:?}: a badge outlives its role");

        let (mut codes, now) = (BTreeSet::new(), self.t.clock.now());
        for person in self.people.clone() {
            let read = async |tx: &mut Tx, (person, now): &(PersonId, phuong::base::clock::Moment)| {
                let standing = rows::standing(tx, *person, now.day()).await?;
                let posts = contexts::posts(tx, &[*person]).await?;
                let open = grants::open_of(tx, &[*person], *now).await?;
                Ok((standing, posts, open, accounts::of_people(tx, &[*person]).await?))
            };
            let (standing, posts, open, accounts) = sv.store.read((person, now), read).await.unwrap();
            for role in standing.all() {
                let begun = format!("{:?} {}", role.post, role.from);
                let before = self.roles.insert(role.id.to_string(), begun.clone());
                assert!(before.is_none_or(|before| before == begun), "4, after {fate:?}: a role is never edited");
            }
            // 7: the head of the first school reaches whoever is something there, and nobody else.
            let here = standing.active().any(|role| role.post.org == self.schools[0]);
            let reach = self.head.over::<IssueCode>(sv, person).await;
            assert_eq!(reach.is_ok(), here && !accounts.is_empty(), "7, after {fate:?}: {reach:?}");
            assert!(!matches!(reach, Err(NoPermit::Store(_))), "{reach:?}");
            for account in &accounts {
                let code = ActivationCode::derive(&sv.keys.activation, account.id, 1).shown().to_string();
                assert!(codes.insert(code), "8, after {fate:?}");
            }
            for grant in open {
                let client = sv.clients.by_key(grant.client_key).unwrap();
                let admitted = client.audience.admits_any(posts.iter().map(contexts::PostRow::place));
                assert!(admitted && accounts[0].state.lets_in(), "9, after {fate:?}");
            }
        }
    }
}
