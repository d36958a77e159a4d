//! What a standing decided is what the database holds, however many people a statement carries.

use jiff::civil::{Date, date};
use phuong::{
    base::{
        clock::Moment,
        id::{AffiliationId, ClassId, OrgId, PersonId},
    },
    model::{
        affiliation::{Affiliation, EndReason, Enrolment, Post, Seat},
        membership::{Change, Standing},
        name::PersonName,
        role::Role,
        text::SearchKey,
    },
    store::{
        Store, StoreError, Tx, memberships,
        orgs::{self, NewClass, NewOrg},
        people::{self, NewPerson},
    },
};
use uuid::Uuid;

use crate::support::database::Database;

const NOW: Moment = Moment::from_seconds(1_795_478_400);
const TODAY: Date = date(2026, 11, 24);
const PEOPLE: u128 = 620;

fn id<T: From<Uuid>>(kind: u128, n: u128) -> T {
    Uuid::from_u128((kind << 64) + n).into()
}

fn school(n: u128) -> OrgId {
    id(1, n)
}

fn class(n: u128) -> ClassId {
    id(2, n)
}

fn pupil(n: u128) -> PersonId {
    id(3, n)
}

async fn prepare(store: &Store) {
    let people: Vec<NewPerson> = (1..=PEOPLE)
        .map(|n| NewPerson::new(pupil(n), PersonName::read("Nguyễn Thị Bảo Ngọc").unwrap(), None, None))
        .collect();
    let org = |n| NewOrg {
        id: school(n),
        kind: "school",
        code: Some(format!("3130340{n}")),
        name: format!("Trường {n}"),
        search_key: SearchKey::of("Trường").as_str().to_owned(),
        levels: "TH".into(),
    };
    let class = |n| NewClass {
        id: class(n),
        lineage: id(4, n),
        org: school(n),
        year: "2026-2027".into(),
        grade: Some(3),
        code: "3A".into(),
    };
    let rows = (people, [org(1), org(2)], [class(1), class(2)]);
    let written = store.write(rows, async |tx: &mut Tx, (people, schools, classes)| {
        orgs::add_orgs(tx, schools, NOW).await?;
        orgs::add_year(tx, "2026-2027", phuong::store::Day(TODAY), phuong::store::Day(TODAY)).await?;
        orgs::add_classes(tx, classes, NOW).await?;
        people::add_people(tx, people, NOW).await
    });
    written.await.unwrap();
}

/// Reads everybody, lets each be decided about, applies it, and gives what each then is.
async fn decide(store: &Store, decision: fn(u128, &mut Standing)) -> Result<Vec<String>, StoreError> {
    let turn = async |tx: &mut Tx, decision: &fn(u128, &mut Standing)| {
        let everybody: Vec<PersonId> = (1..=PEOPLE).map(pupil).collect();
        memberships::hold(tx, &everybody).await?;
        let mut standings = memberships::standings(tx, &everybody, TODAY).await?;
        let (mut changes, mut expected) = (Vec::new(), Vec::new());
        for n in 1..=PEOPLE {
            let standing = standings.entry(pupil(n)).or_insert_with(|| Standing::newcomer(TODAY));
            decision(n, standing);
            changes.extend(standing.changes().into_iter().map(|change| (pupil(n), change)));
            expected.push(told(standing));
        }
        memberships::apply(tx, &changes, "a test", NOW).await?;
        Ok(expected)
    };
    let expected = store.write_bulk(decision, turn).await?;
    let read = async |tx: &mut Tx, (): &()| {
        let everybody: Vec<PersonId> = (1..=PEOPLE).map(pupil).collect();
        let standings = memberships::standings(tx, &everybody, TODAY).await?;
        Ok(everybody.iter().map(|person| standings.get(person).map(told).unwrap_or_default()).collect::<Vec<_>>())
    };
    let found = store.read((), read).await?;
    assert_eq!(found, expected);
    Ok(found)
}

fn told(standing: &Standing) -> String {
    let mut active: Vec<&Affiliation> = standing.active().collect();
    active.sort_by_key(|role| role.id);
    let seats = |role: AffiliationId| standing.seats(role).cloned().collect::<Vec<Enrolment>>();
    active.iter().map(|role| format!("{role:?} {:?}", seats(role.id))).collect::<Vec<_>>().join("\n")
}

fn enrol(n: u128, pupil: &mut Standing) {
    let role = pupil.begin(Post::of(Role::Student, school(1)), date(2026, 9, 5), id(5, n)).unwrap();
    pupil.enrol(role, Seat::pupil(class(1)), date(2026, 9, 5), id(6, n)).unwrap();
}

both! {
    async fn what_was_decided_of_many_people_is_what_is_read_again(database: Database) {
        let store = database.open(4).await;
        prepare(&store).await;
        let enrolled = decide(&store, enrol).await.unwrap();
        assert_eq!(decide(&store, enrol).await.unwrap(), enrolled);
        decide(&store, |n, pupil| {
            let number = u16::try_from(n).ok();
            let seat = Seat { list_number: number, ..Seat::pupil(class(1)) };
            pupil.enrol(id(5, n), seat, TODAY, id(7, n)).unwrap();
        }).await.unwrap();
        decide(&store, |n, pupil| {
            let role = pupil.transfer(id(5, n), Post::of(Role::Student, school(2)), TODAY, id(8, n)).unwrap();
            pupil.enrol(role, Seat::pupil(class(2)), TODAY, id(9, n)).unwrap();
        }).await.unwrap();
        // In one turn: one leaves and comes back, and becomes a guardian besides, who then comes second.
        decide(&store, |n, pupil| {
            pupil.begin(Post::of(Role::Guardian, school(1)), TODAY, id(10, n)).unwrap();
            pupil.end(id(8, n), EndReason::Left, TODAY).unwrap();
            assert!(pupil.changes().contains(&Change::End { id: id(8, n), on: TODAY, why: EndReason::Left }));
            pupil.begin(Post::of(Role::Student, school(1)), TODAY, id(11, n)).unwrap();
        }).await.unwrap();
        let gone = decide(&store, |n, pupil| {
            pupil.end(id(10, n), EndReason::Mistaken, TODAY).unwrap();
            pupil.end(id(11, n), EndReason::Completed, TODAY).unwrap();
        }).await.unwrap();
        assert!(gone.iter().all(String::is_empty));
    }
}
