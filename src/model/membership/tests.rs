//! What the decisions are, event by event, and that they hold whatever happens.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use uuid::Uuid;

use super::{super::level::Levels, *};

const TODAY: Date = date(2026, 11, 24);

fn org(n: u128) -> OrgId {
    OrgId::from(Uuid::from_u128(n))
}

/// Made in the nth millisecond.
fn role(n: u128) -> AffiliationId {
    AffiliationId::from(Uuid::from_u128(n << 80))
}

fn class(n: u128) -> ClassId {
    ClassId::from(Uuid::from_u128(n))
}

fn seat(n: u128) -> EnrolmentId {
    EnrolmentId::from(Uuid::from_u128(n))
}

fn school(n: u128) -> Post {
    Post::pupil(org(n), Levels::read("THPT").unwrap())
}

fn centre(n: u128) -> Post {
    Post::pupil(org(n), Levels::read("GDTX").unwrap())
}

/// As it will be read again once the changes are applied.
fn stored(standing: &Standing) -> Standing {
    let affiliations = standing.affiliations.iter().map(|tracked| tracked.now).collect();
    Standing::new(standing.today, affiliations, standing.enrolments.iter().map(|tracked| tracked.now.clone()).collect())
}

#[test]
fn enrolling_twice_changes_nothing_the_second_time() {
    let mut pupil = Standing::newcomer(TODAY);
    let at = pupil.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    pupil.enrol(at, Seat::pupil(class(1)), date(2026, 9, 5), seat(1)).unwrap();
    assert!(matches!(pupil.changes()[..], [Change::Begin(Affiliation { primary: true, .. }), Change::Enrol(_)]));

    let mut again = stored(&pupil);
    assert_eq!(again.begin(school(1), TODAY, role(2)), Ok(at));
    again.enrol(at, Seat::pupil(class(1)), TODAY, seat(2)).unwrap();
    assert_eq!(again.changes(), []);
}

#[test]
fn an_end_is_taken_back_only_while_nothing_has_come_since() {
    let mut pupil = Standing::newcomer(TODAY);
    let at = pupil.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    pupil.end(at, EndReason::Completed, TODAY).unwrap();
    let mut back = stored(&pupil);
    assert_eq!(back.reopen(at, TODAY.yesterday().unwrap()), Err(Cannot::NoSuchRole), "not what ended then");
    assert_eq!(back.reopen(at, TODAY), Ok(()));
    assert_eq!(back.changes(), [Change::Reopen(at), Change::Promote(at)]);
    assert_eq!(back.primary().map(|role| role.id), Some(at));
    let mut claimed = stored(&pupil);
    claimed.begin(school(2), TODAY, role(2)).unwrap();
    assert_eq!(claimed.reopen(at, TODAY), Err(Cannot::NoSuchRole));
    let mut returned = stored(&pupil);
    returned.begin(school(1), TODAY, role(2)).unwrap();
    assert_eq!(returned.reopen(at, TODAY), Err(Cannot::NoSuchRole), "invariant 3: not twice at one school");
}

#[test]
fn of_two_roles_that_end_on_one_day_the_school_counts_before_an_evening_course() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut pupil = Standing::newcomer(TODAY);
        let at = pupil.begin(school(1), date(2026, 9, 5), role(first)).unwrap();
        let evening = pupil.begin(centre(2), date(2026, 9, 5), role(second)).unwrap();
        pupil.end(evening, EndReason::Left, TODAY).unwrap();
        pupil.end(at, EndReason::Transferred, TODAY).unwrap();
        assert_eq!(stored(&pupil).presence(), Presence::Awaited);
    }
}

#[test]
fn of_two_posts_that_one_import_recorded_and_ended_at_once_chance_does_not_choose() {
    let at_once = |chance: u128| AffiliationId::from(Uuid::from_u128((7 << 80) + chance));
    for (first, second) in [(1, 2), (2, 1)] {
        let mut teacher = Standing::newcomer(TODAY);
        let moved = teacher.begin(Post::of(Role::Teacher, org(1)), TODAY, at_once(first)).unwrap();
        let retired = teacher.begin(Post::of(Role::Teacher, org(2)), TODAY, at_once(second)).unwrap();
        teacher.end(moved, EndReason::Transferred, TODAY).unwrap();
        teacher.end(retired, EndReason::Retired, TODAY).unwrap();
        assert_eq!(teacher.presence(), Presence::Awaited);
    }
}

#[test]
fn a_pupil_changes_class_and_keeps_one_place() {
    let mut pupil = Standing::newcomer(TODAY);
    let at = pupil.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    pupil.enrol(at, Seat::pupil(class(1)), date(2026, 9, 5), seat(1)).unwrap();
    let mut pupil = stored(&pupil);
    let numbered = Seat { list_number: Some(7), ..Seat::pupil(class(1)) };
    pupil.enrol(at, numbered, TODAY, seat(9)).unwrap();
    assert_eq!(pupil.changes(), [Change::Renumber { id: seat(1), to: 7 }]);
    pupil.enrol(at, Seat::pupil(class(2)), TODAY, seat(2)).unwrap();
    assert!(
        matches!(&pupil.changes()[..], [Change::Leave { on: TODAY, .. }, _, Change::Enrol(new)] if new.seat.class == class(2))
    );
    assert_eq!(pupil.seats(at).count(), 1);
    assert_eq!(pupil.enrol(at, Seat::homeroom(class(2)), TODAY, seat(3)), Err(Cannot::Unsuitable));
}

#[test]
fn a_pupil_of_one_school_has_to_be_transferred_to_another() {
    let mut pupil = Standing::newcomer(TODAY);
    pupil.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    let mut pupil = stored(&pupil);
    assert_eq!(pupil.begin(school(2), TODAY, role(2)), Err(Cannot::PupilElsewhere(org(1))));
    assert_eq!(pupil.transfer(role(1), school(2), TODAY, role(2)), Ok(role(2)));
    let changes = pupil.changes();
    let [Change::Demote(old), Change::Begin(new), Change::End { id, on: TODAY, why: EndReason::Transferred }] =
        changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!((old, id, new.id, new.primary), (role(1), role(1), role(2), true));
}

#[test]
fn continuing_education_stands_beside_a_school_and_behind_it() {
    let mut pupil = Standing::newcomer(TODAY);
    pupil.begin(centre(1), date(2026, 9, 5), role(1)).unwrap();
    assert_eq!(pupil.primary().unwrap().id, role(1));
    pupil.begin(school(2), TODAY, role(2)).unwrap();
    assert_eq!((pupil.active().count(), pupil.primary().unwrap().id), (2, role(2)));
    assert_eq!(pupil.make_primary(role(1)), Err(Cannot::NotFirst));
    pupil.end(role(2), EndReason::Left, TODAY).unwrap();
    assert_eq!(pupil.primary().unwrap().id, role(1));
}

#[test]
fn a_pupil_who_takes_up_work_is_a_pupil_no_more() {
    let mut person = Standing::newcomer(TODAY);
    let at = person.begin(school(1), date(2020, 9, 5), role(1)).unwrap();
    person.enrol(at, Seat::pupil(class(1)), date(2020, 9, 5), seat(1)).unwrap();
    let mut person = stored(&person);
    person.begin(Post::of(Role::Teacher, org(1)), TODAY, role(2)).unwrap();
    assert!(person.schooling().is_none());
    assert_eq!(person.primary().unwrap().post.role, Role::Teacher);
    assert!(person.changes().contains(&Change::End { id: role(1), on: TODAY, why: EndReason::Employed }));
    assert_eq!(person.begin(school(3), TODAY, role(3)), Err(Cannot::Employed(org(1))));
    // Learning in the evening is another matter.
    assert!(person.begin(centre(3), TODAY, role(3)).is_ok());
}

#[test]
fn whoever_takes_up_work_did_not_work_before_they_were_a_pupil() {
    let mut person = Standing::newcomer(TODAY);
    person.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    person.begin(Post::of(Role::Teacher, org(1)), date(2026, 8, 1), role(2)).unwrap();
    assert_eq!(person.primary().unwrap().from, date(2026, 9, 5));
}

#[test]
fn a_teacher_at_two_schools_has_one_main_one_which_moves_when_it_ends() {
    let mut teacher = Standing::newcomer(TODAY);
    teacher.begin(Post::of(Role::Guardian, org(9)), date(2018, 9, 5), role(9)).unwrap();
    let home = teacher.begin(Post::of(Role::Teacher, org(1)), date(2020, 9, 5), role(1)).unwrap();
    let host = teacher.begin(Post::of(Role::Teacher, org(2)), date(2026, 9, 5), role(2)).unwrap();
    teacher.enrol(home, Seat::homeroom(class(1)), date(2026, 9, 5), seat(1)).unwrap();
    teacher.enrol(home, Seat::teaches(class(1), "Toán".into()), date(2026, 9, 5), seat(2)).unwrap();
    let mut teacher = stored(&teacher);
    assert_eq!(teacher.primary().unwrap().id, home);
    teacher.make_primary(host).unwrap();
    assert_eq!(teacher.changes(), [Change::Demote(home), Change::Promote(host)]);
    teacher.end(host, EndReason::Left, TODAY).unwrap();
    assert_eq!(teacher.primary().unwrap().id, home);
    // Moving on, and up: the old role ends after the new one has begun.
    let chief = teacher.transfer(home, Post::of(Role::Principal, org(1)), TODAY, role(3)).unwrap();
    assert!(teacher.changes().contains(&Change::End { id: home, on: TODAY, why: EndReason::RoleChanged }));
    assert_eq!((teacher.primary().unwrap().id, teacher.seats(home).count()), (chief, 0));
}

#[test]
fn what_lies_ahead_counts_as_today_and_nothing_ends_before_it_began() {
    let mut pupil = Standing::newcomer(TODAY);
    pupil.begin(school(1), TODAY + 30.days(), role(1)).unwrap();
    assert_eq!(pupil.primary().unwrap().from, TODAY);
    pupil.end(role(1), EndReason::Left, date(2020, 1, 1)).unwrap();
    assert!(matches!(
        pupil.changes()[..],
        [Change::Begin(Affiliation { from: TODAY, state: State::Ended { on: TODAY, .. }, .. })]
    ));
    assert_eq!(pupil.end(role(1), EndReason::Left, TODAY), Err(Cannot::NoSuchRole));
}

#[test]
fn a_place_is_left_by_whoever_holds_it() {
    let mut teacher = Standing::newcomer(TODAY);
    let at = teacher.begin(Post::of(Role::Teacher, org(1)), TODAY, role(1)).unwrap();
    teacher.enrol(at, Seat::homeroom(class(1)), TODAY, seat(1)).unwrap();
    assert_eq!(teacher.leave(at, class(2), &Function::Homeroom, TODAY), Err(Cannot::NoSuchSeat));
    teacher.leave(at, class(1), &Function::Homeroom, TODAY).unwrap();
    assert_eq!(teacher.seats(at).count(), 0);
}

#[test]
fn an_account_follows_where_the_person_is() {
    let mut pupil = Standing::newcomer(TODAY);
    assert_eq!(pupil.presence(), Presence::Nowhere);
    for (why, then) in [
        (EndReason::Completed, Presence::Completed),
        (EndReason::Transferred, Presence::Awaited),
        (EndReason::Left, Presence::Nowhere),
    ] {
        let at = pupil.begin(school(1), TODAY, role(pupil.affiliations.len() as u128 + 1)).unwrap();
        assert_eq!(pupil.presence(), Presence::Somewhere);
        pupil.end(at, why, TODAY).unwrap();
        assert_eq!(pupil.presence(), then);
    }
}

#[test]
fn invariant_3_a_school_begins_when_the_one_before_ended_however_early_a_list_says() {
    let mut pupil = Standing::newcomer(TODAY);
    let at = pupil.begin(school(1), date(2026, 9, 5), role(1)).unwrap();
    pupil.end(at, EndReason::Transferred, date(2026, 11, 1)).unwrap();
    let mut later = stored(&pupil);
    for (post, from) in [(centre(2), date(2026, 8, 1)), (school(3), date(2026, 11, 1))] {
        let fresh = later.begin(post, date(2026, 8, 1), role(2 + later.affiliations.len() as u128)).unwrap();
        assert_eq!(later.all().find(|role| role.id == fresh).unwrap().from, from);
    }
}

#[test]
fn continuing_education_keeps_a_pupil_from_no_school_unless_they_went_there_when_they_left() {
    let first = date(2026, 9, 5);
    for (since, then) in [(first, Presence::Awaited), (TODAY, Presence::Somewhere)] {
        let mut pupil = Standing::newcomer(TODAY);
        let at = pupil.begin(school(1), first, role(1)).unwrap();
        pupil.begin(centre(2), since, role(2)).unwrap();
        pupil.begin(Post::of(Role::Guardian, org(3)), first, role(3)).unwrap();
        assert_eq!(pupil.presence_after(org(1)), Presence::Somewhere);
        pupil.end(at, EndReason::Transferred, TODAY).unwrap();
        assert_eq!((pupil.presence(), pupil.presence_after(org(1))), (Presence::Somewhere, then), "since {since}");
        assert_eq!(pupil.presence_after(org(2)), Presence::Somewhere, "there they are");
    }
}

/// One event of a life, with small numbers for orgs and classes.
#[derive(Clone, Copy, Debug)]
enum Event {
    Begin(u8, u8),
    Transfer(u8, u8, u8),
    End(u8),
    Sit(u8, u8),
    Prefer(u8),
}

fn events() -> impl Strategy<Value = Vec<(Event, u8)>> {
    let event = prop_oneof![
        (0..7_u8, 0..4_u8).prop_map(|(kind, at)| Event::Begin(kind, at)),
        (any::<u8>(), 0..7_u8, 0..4_u8).prop_map(|(which, kind, at)| Event::Transfer(which, kind, at)),
        any::<u8>().prop_map(Event::End),
        (any::<u8>(), 0..3_u8).prop_map(|(which, class)| Event::Sit(which, class)),
        any::<u8>().prop_map(Event::Prefer),
    ];
    prop::collection::vec((event, 0..200_u8), 1..40)
}

fn post(kind: u8, at: u8) -> Post {
    match kind {
        0 | 1 => school(at.into()),
        2 => centre(at.into()),
        3 => Post::of(Role::Guardian, org(at.into())),
        4 => Post::of(Role::Principal, org(at.into())),
        5 => Post::of(Role::Staff, org(at.into())),
        _ => Post::of(Role::Teacher, org(at.into())),
    }
}

/// What the store would hold after these changes.
fn apply(rows: &mut Vec<Affiliation>, changes: &[Change]) {
    for change in changes {
        let row = |rows: &mut Vec<Affiliation>, id| rows.iter().position(|row| row.id == id).unwrap();
        match *change {
            Change::Demote(id) => {
                let at = row(rows, id);
                rows[at].primary = false;
            }
            Change::Begin(new) => rows.push(new),
            Change::End { id, on, why } => {
                let at = row(rows, id);
                rows[at].state = State::Ended { on, why };
            }
            Change::Promote(id) => {
                let at = row(rows, id);
                rows[at].primary = true;
            }
            _ => {}
        }
        // At every step on the way, as the unique index has it.
        assert!(rows.iter().filter(|row| is_active(row) && row.primary && row.post.is_schooling()).count() <= 1);
    }
}

proptest! {
    #[test]
    fn whatever_happens_there_is_one_main_role_and_no_role_is_edited(events in events()) {
        let mut rows: Vec<Affiliation> = Vec::new();
        let mut seats: Vec<Enrolment> = Vec::new();
        for (n, (event, day)) in events.into_iter().enumerate() {
            let fresh = n as u128 + 1;
            let on = TODAY - i64::from(day).days();
            let mut standing = Standing::new(TODAY, rows.clone(), seats.clone());
            let active: Vec<AffiliationId> = standing.active().map(|a| a.id).collect();
            let chosen = |which: u8| active.get(usize::from(which) % active.len().max(1)).copied().unwrap_or(role(0));
            let _ = match event {
                Event::Begin(kind, at) => standing.begin(post(kind, at), on, role(fresh)).map(drop),
                Event::Transfer(which, kind, at) =>
                    standing.transfer(chosen(which), post(kind, at), on, role(fresh)).map(drop),
                Event::End(which) => standing.end(chosen(which), EndReason::Left, on),
                Event::Sit(which, to) => standing.enrol(chosen(which), Seat::pupil(class(to.into())), on, seat(fresh)),
                Event::Prefer(which) => standing.make_primary(chosen(which)),
            };
            let before = rows.clone();
            apply(&mut rows, &standing.changes());
            seats = stored(&standing).enrolments.into_iter().map(|tracked| tracked.now).collect();

            prop_assert_eq!(&rows, &standing.affiliations.iter().map(|t| t.now).collect::<Vec<_>>());
            for (was, now) in before.iter().zip(&rows) {
                prop_assert_eq!((was.id, was.post, was.from), (now.id, now.post, now.from));
                prop_assert!(is_active(was) || was == now, "what ended stays as it was");
            }
            let active = || rows.iter().filter(|row| is_active(row));
            prop_assert_eq!(active().filter(|row| row.primary).count(), usize::from(active().next().is_some()));
            prop_assert!(rows.iter().all(|row| is_active(row) || !row.primary));
            prop_assert!(active().filter(|row| row.post.is_schooling()).count() <= 1);
            let backwards = |row: &Affiliation| matches!(row.state, State::Ended { on, .. } if on < row.from);
            prop_assert!(!rows.iter().any(backwards));
            for seat in &seats {
                let holder = rows.iter().find(|row| row.id == seat.affiliation).unwrap();
                prop_assert!(seat.to.is_some() || is_active(holder));
                prop_assert!(seat.to.is_none_or(|to| to >= seat.from));
            }
            for row in active() {
                prop_assert!(seats.iter().filter(|s| s.affiliation == row.id && s.to.is_none()).count() <= 1);
            }
        }
    }
}
