//! From one school year to the next: drafted, reviewed, done on its day, taken back.

use std::time::Duration;

use jiff::civil::date;
use phuong::{
    admin::{
        people,
        rollover::{self, Drafted, NotMarked, NotScheduled, Sheet},
    },
    base::id::{OrgId, PersonId, RolloverId},
    model::rollover::{ClassFate, Mark, RolloverState},
    roster::Severity,
    services::authority::{Action, Denied, Permit, Reach, Standing},
    store::{
        Tx, accounts,
        rollovers::{self, ClassPlan},
    },
};

use super::{
    content::content,
    office::{Office, PUPILS, codes, counts},
};

/// A pupil of the first school: class, the last digits of the sector ID, name.
pub(super) fn row(class: &str, id: &str, name: &str) -> String {
    format!("31303401|{class}|31123456{id}||Nguyễn Thị {name}|14/03/2017|Nữ|Đang học|05/09/2026|\n")
}

pub(super) fn leave<A: Action>() -> Permit<A, Reach> {
    Standing::danger_command_line().everywhere().unwrap()
}

async fn school(office: &Office) -> OrgId {
    people::school(&office.sv, "31303401").await.unwrap().unwrap()
}

pub(super) async fn sheet(office: &Office) -> Sheet {
    rollover::sheet(&office.sv, &leave(), school(office).await, "2026-2027").await.unwrap().unwrap()
}

pub(super) async fn draft(office: &Office) -> Drafted {
    let from = "2026-2027".parse().unwrap();
    rollover::draft(&office.sv, &leave(), school(office).await, from).await.unwrap().unwrap()
}

async fn who(office: &Office, id: &str) -> PersonId {
    let name = format!("31123456{id}");
    let read = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    office.sv.store.read(name, read).await.unwrap().unwrap().person_id
}

/// Says of a pupil what becomes of them.
pub(super) async fn mark(office: &Office, class: &str, id: &str, mark: Option<Mark>) -> Result<(), NotMarked> {
    let sheet = sheet(office).await;
    let class = sheet.classes.iter().find(|one| one.code == class).unwrap().id;
    rollover::mark(&office.sv, &leave(), sheet.row.id, (class, who(office, id).await), mark).await
}

/// The day comes, and everything that is to be done is done.
pub(super) async fn switch(office: &Office) {
    let id = sheet(office).await.row.id;
    rollover::schedule(&office.sv, &leave(), id, date(2026, 12, 1)).await.unwrap();
    assert!(!rollover::work(&office.sv).await.unwrap(), "not before its day");
    office.clock.advance(Duration::from_hours(24 * 7));
    while rollover::work(&office.sv).await.unwrap() {}
    assert_eq!(sheet(office).await.state, RolloverState::Done);
}

/// Takes it back. Who stayed as they were.
pub(super) async fn undo(office: &Office) -> Vec<String> {
    let id = sheet(office).await.row.id;
    rollover::undo(&office.sv, &leave(), id).await.unwrap();
    while rollover::work(&office.sv).await.unwrap() {}
    assert_eq!(sheet(office).await.state, RolloverState::Undone);
    let kept = rollover::kept(&office.sv, &leave(), id).await.unwrap();
    assert_eq!(kept.unnamed, 0);
    kept.named.into_iter().map(|(_, name)| name).collect()
}

pub(super) async fn seat(office: &Office, id: &str) -> String {
    office.of("seat", &format!("31123456{id}")).await.pop().unwrap_or_default()
}

/// Four pupils of 3A and one each of 3B and 5A.
fn list() -> String {
    let rows = [
        ("3A", "01", "An"),
        ("3A", "02", "Bình"),
        ("3A", "03", "Chi"),
        ("3A", "04", "Dung"),
        ("3B", "05", "Giang"),
        ("5A", "06", "Hà"),
    ];
    rows.map(|(class, id, name)| row(class, id, name)).concat()
}

/// A school with all of them, and a teacher of 3A.
pub(super) async fn full(office: &Office) {
    office.pupils(&list()).await;
    office.staff("31303401|3100456789||Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên||\n").await;
    office.assignments("31303401|3A|3100456789|Chủ nhiệm|\n").await;
}

/// All but the new year, which stays when it is nobody's any more.
pub(super) async fn everything(office: &Office) -> Vec<String> {
    content(office.store()).await.into_iter().filter(|fact| !fact.starts_with("year 2027")).collect()
}

both! {
    async fn classes_go_on_by_their_grade_however_they_are_numbered_and_no_two_become_one_unasked(office: Office) {
        // A class of the third grade that is called 4A: so will 3A be.
        let rows = [("1/2", "01", "An"), ("1.1", "02", "Bình"), ("1A", "04", "Dung"), ("3A", "05", "Giang")];
        office.pupils(&rows.map(|(class, id, name)| row(class, id, name)).concat()).await;
        let odd = "Mã trường|Mã lớp|Khối|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh\n";
        office.file("la.csv", odd, "31303401|4A|Khối 3|3112345606|Nguyễn Thị Hà|14/03/2017\n");
        office.agree(&["la.csv"]).await;
        assert_eq!(draft(&office).await, Drafted::Draft(5));
        let mut fates: Vec<_> = sheet(&office).await.classes.into_iter().map(|class| (class.code, class.fate)).collect();
        fates.sort_by(|one, other| one.0.cmp(&other.0));
        let goes = |code: &str| ClassFate::GoesOn(code.into());
        let want = [
            ("1.1", goes("2.1")),
            ("1/2", goes("2/2")),
            ("1A", goes("2A")),
            ("3A", ClassFate::Stays),
            ("4A", ClassFate::Stays),
        ];
        assert_eq!(fates, want.map(|(code, fate)| (code.to_owned(), fate)), "3A and 4A would both be 4A");
        switch(&office).await;
        assert!(seat(&office, "01").await.contains("2027-2028 2/2"), "{}", seat(&office, "01").await);
        assert!(seat(&office, "02").await.contains("2027-2028 2.1"));
    }
}

both! {
    async fn a_school_goes_over_into_the_next_year_and_back(office: Office) {
        full(&office).await;
        assert_eq!(draft(&office).await, Drafted::Draft(3));
        let fates: Vec<_> = sheet(&office).await.classes.into_iter().map(|class| (class.code, class.fate)).collect();
        let goes = |code: &str| ClassFate::GoesOn(code.into());
        assert_eq!(fates, [("3A".into(), goes("4A")), ("3B".into(), goes("4B")), ("5A".into(), ClassFate::Completes)]);
        mark(&office, "3A", "02", Some(Mark::Repeats("3A".into()))).await.unwrap();
        mark(&office, "3A", "03", Some(Mark::Leaves)).await.unwrap();
        mark(&office, "3A", "04", Some(Mark::Joins("4B".into()))).await.unwrap();
        let stranger = mark(&office, "3A", "05", Some(Mark::Leaves)).await;
        assert!(matches!(stranger, Err(NotMarked::Denied(Denied::Missing))), "of another class: {stranger:?}");
        assert_eq!(sheet(&office).await.classes[0].pupils, [4, 1, 1, 1]);
        let before = everything(&office).await;
        switch(&office).await;

        let classes = office.facts("class").await;
        assert!(classes.contains(&"31303401 2027-2028 4A 4 after 3A 2026-2027".to_owned()), "{classes:?}");
        assert!(classes.contains(&"31303401 2027-2028 3A 3 after -".to_owned()), "who repeats, in another lineage");
        for (id, now) in [("01", "4A"), ("02", "3A"), ("04", "4B"), ("05", "4B")] {
            assert_eq!(seat(&office, id).await, format!("pupil 31303401 2027-2028 {now} 2026-12-01.."), "{id}");
        }
        let role = async |id: &str| office.of("affiliation", &format!("31123456{id}")).await;
        assert_eq!(role("01").await, ["student@31303401 active primary 2026-09-05.."], "the same role: invariant 4");
        assert_eq!(role("03").await, ["student@31303401 ended 2026-09-05..2026-12-01 left"]);
        assert_eq!(role("06").await, ["student@31303401 ended 2026-09-05..2026-12-01 completed"], "in the intake pool");
        assert_eq!(office.of("account", "3112345606").await, ["dormant 0"]);
        assert!(office.of("seat", "3100456789").await.iter().all(|seat| !seat.ends_with("..")), "assignments are for a year");
        assert!(matches!(mark(&office, "3A", "01", None).await, Err(NotMarked::TooLate)));
        assert_eq!(draft(&office).await, Drafted::TooLate);

        assert_eq!(undo(&office).await, [""; 0]);
        assert_eq!(everything(&office).await, before, "as if nothing had been");
        // And once more.
        assert_eq!(draft(&office).await, Drafted::Draft(3));
    }
}

both! {
    async fn an_old_list_brings_nobody_back_whose_level_is_done(office: Office) {
        full(&office).await;
        draft(&office).await;
        switch(&office).await;
        let before = everything(&office).await;
        for day in ["05/09/2026", ""] {
            let again = office.pupils(&list().replace("05/09/2026", day)).await;
            assert_eq!(counts(&again), [0, 0, 6, 0], "{day}");
            assert_eq!(codes(&again, Severity::Warning).iter().filter(|code| **code == "gone_since").count(), 1, "{day}");
            assert_eq!(everything(&office).await, before, "they wait for whoever claims them: {day}");
        }
        // A school that has the next level too claims them with a list of the next year.
        office.file("sau.csv", PUPILS, &row("5A", "06", "Hà").replace("05/09/2026", ""));
        let next = phuong::roster::Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["sau.csv"]) };
        assert_eq!(counts(&office.run(&next).await.unwrap()), [0, 1, 0, 0]);
        assert!(office.of("affiliation", "3112345606").await.iter().any(|role| role.contains("active primary 2026-12-01..")));
    }
}

both! {
    async fn what_happened_to_somebody_since_is_not_taken_back(office: Office) {
        full(&office).await;
        draft(&office).await;
        switch(&office).await;
        // One goes on at the next level, one comes into another class, one is back at the same school.
        office.pupils(&row("6A", "06", "Hà").replace("31303401", "31303501").replace("05/09/2026", "")).await;
        office.file("sau.csv", PUPILS, &row("4B", "01", "An").replace("05/09/2026", ""));
        let next = phuong::roster::Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["sau.csv"]) };
        office.run(&next).await.unwrap();
        assert_eq!(undo(&office).await, ["Nguyễn Thị An", "Nguyễn Thị Hà"]);
        assert!(seat(&office, "01").await.contains("2027-2028 4B"));
        assert!(office.of("affiliation", "3112345606").await[1].starts_with("student@31303501 active primary"));
        assert_eq!(seat(&office, "02").await, "pupil 31303401 2026-2027 3A 2026-09-05..");
        let late = rollover::undo(&office.sv, &leave(), sheet(&office).await.row.id).await;
        assert!(matches!(late, Err(NotScheduled::TooLate)), "{late:?}");
    }
}

both! {
    async fn a_rollover_that_is_stopped_anywhere_goes_on_to_the_same_end(office: Office) {
        let rows: String = (0..20).map(|n| row(&format!("{}{}", n % 5 + 1, ["A", "B", "C", "D"][n / 5]), &format!("{n:02}"), "An")).collect();
        office.pupils(&rows).await;
        draft(&office).await;
        let id = sheet(&office).await.row.id;
        rollover::schedule(&office.sv, &leave(), id, date(2026, 11, 24)).await.unwrap();
        // Stopped as soon as some have moved.
        let moved = async || sheet(&office).await.classes.iter().filter(|class| class.pupils[0] == 0).count();
        let some = async { while moved().await == 0 {} };
        tokio::select! {
            biased;
            () = some => {}
            done = rollover::work(&office.sv) => panic!("nobody saw it under way: {done:?}"),
        }
        assert_eq!(sheet(&office).await.state, RolloverState::Running);
        assert!((1..20).contains(&moved().await), "some have moved: {}", moved().await);
        assert!(!rollover::work(&office.sv).await.unwrap(), "whoever was killed still has it");
        office.clock.advance(Duration::from_secs(11));
        // Two go on with it at once, as two servers would.
        let ids = [id];
        let (one, two) = tokio::join!(rollover::work(&office.sv), rollover::see_through(&office.sv, &ids, |_| {}));
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(sheet(&office).await.state, RolloverState::Done);
        let seats = office.facts("seat").await;
        let current = |seat: &&String| seat.ends_with("..");
        assert_eq!(seats.iter().filter(current).count(), 16, "each is in one class: {seats:?}");
        assert!(seats.iter().filter(current).all(|seat| seat.contains("2027-2028")));
        assert_eq!(office.facts("affiliation").await.iter().filter(|role| role.contains("completed")).count(), 4);
    }
}

both! {
    async fn a_school_whose_classes_all_stay_is_done_without_moving_anybody(office: Office) {
        full(&office).await;
        draft(&office).await;
        let before = office.facts("seat").await;
        let drafted = sheet(&office).await;
        for class in &drafted.classes {
            rollover::set_class(&office.sv, &leave(), (drafted.row.id, class.id), ClassFate::Stays).await.unwrap();
        }
        switch(&office).await;
        assert_eq!(office.facts("seat").await, before);
        assert_eq!(undo(&office).await, [""; 0]);
    }
}

both! {
    async fn whoever_came_or_was_listed_meanwhile_is_where_they_should_be(office: Office) {
        full(&office).await;
        draft(&office).await;
        // A list of the new year was there before the day: its class is the one.
        office.file("sau.csv", PUPILS, &row("4A", "01", "An").replace("05/09/2026", ""));
        let next = phuong::roster::Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["sau.csv"]) };
        office.run(&next).await.unwrap();
        // Somebody came to the class after it was drafted, and a class came.
        office.pupils(&format!("{}{}", row("3A", "07", "Khánh"), row("2C", "08", "Lan"))).await;
        assert_eq!(draft(&office).await, Drafted::Draft(1));
        switch(&office).await;
        let of = async |id: &str| seat(&office, id).await;
        assert!(of("01").await.contains("2027-2028 4A") && of("07").await.contains("2027-2028 4A"));
        assert!(of("08").await.contains("2027-2028 3C"));
        let classes = office.facts("class").await;
        assert_eq!(classes.iter().filter(|class| class.contains("2027-2028 4A")).count(), 1, "{classes:?}");
    }
}

/// So many classes, of each grade A to D, with a pupil each: whose number is given.
async fn twenty_classes(office: &Office) -> Vec<(String, String)> {
    let classes: Vec<_> =
        (0..20).map(|n| (format!("{}{}", n % 5 + 1, ["A", "B", "C", "D"][n / 5]), format!("{n:02}"))).collect();
    office.pupils(&classes.iter().map(|(class, id)| row(class, id, "An")).collect::<String>()).await;
    classes
}

both! {
    async fn a_class_that_goes_on_to_one_that_nobody_made_stays_and_ends_no_pupils_role(office: Office) {
        let classes = twenty_classes(&office).await;
        draft(&office).await;
        let id = sheet(&office).await.row.id;
        rollover::schedule(&office.sv, &leave(), id, date(2026, 11, 24)).await.unwrap();
        let begun = async { while sheet(&office).await.state != RolloverState::Running {} };
        tokio::select! {
            biased;
            () = begun => {}
            done = rollover::work(&office.sv) => panic!("nobody saw it under way: {done:?}"),
        }
        // As whoever had read that it was a draft, and wrote when it was none any more.
        let late = sheet(&office).await.classes.into_iter();
        let late = late.filter(|class| !class.done && class.fate != ClassFate::Completes).max_by_key(|class| class.id).unwrap();
        let plan = ClassPlan { class: late.id, fate: "goes_on", code: Some("5X".into()) };
        let write = async |tx: &mut Tx, (id, plan): &(RolloverId, ClassPlan)| rollovers::set_class(tx, *id, plan).await;
        assert!(office.sv.store.write((id, plan), write).await.unwrap());
        office.clock.advance(Duration::from_secs(11));
        while rollover::work(&office.sv).await.unwrap() {}
        let after = sheet(&office).await;
        assert_eq!(after.state, RolloverState::Done);
        let stayed = after.classes.iter().find(|class| class.id == late.id).unwrap();
        assert_eq!((stayed.fate.clone(), stayed.done), (ClassFate::Stays, true), "somebody can see it");
        let (class, number) = classes.iter().find(|(class, _)| *class == late.code).unwrap();
        assert!(seat(&office, number).await.contains(&format!("2026-2027 {class}")));
        assert_eq!(office.of("affiliation", &format!("31123456{number}")).await, ["student@31303401 active primary 2026-09-05.."]);
        assert_eq!(office.facts("affiliation").await.iter().filter(|role| role.contains("completed")).count(), 4, "of grade 5");
    }
}

both! {
    async fn a_class_edited_while_its_day_comes_goes_where_it_was_last_said_or_it_is_too_late(office: Office) {
        twenty_classes(&office).await;
        for round in 0..4 {
            draft(&office).await;
            let drafted = sheet(&office).await;
            rollover::schedule(&office.sv, &leave(), drafted.row.id, date(2026, 11, 24)).await.unwrap();
            let named = |code: &str| format!("{code}{round}");
            let (sv, leave) = (&office.sv, leave());
            let edit = async {
                let mut said = Vec::new();
                for class in &drafted.classes {
                    let ClassFate::GoesOn(next) = &class.fate else { continue };
                    let fate = ClassFate::GoesOn(named(next));
                    said.push((next, rollover::set_class(sv, &leave, (drafted.row.id, class.id), fate).await));
                }
                said
            };
            let (said, ()) = tokio::join!(edit, async { while rollover::work(sv).await.unwrap() {} });
            let classes = office.facts("class").await;
            for (next, outcome) in said {
                let there = match outcome {
                    Ok(()) => named(next),
                    Err(NotMarked::TooLate) => next.clone(),
                    Err(error) => panic!("{error}"),
                };
                let there = format!("31303401 2027-2028 {there} ");
                assert!(classes.iter().any(|class| class.starts_with(&there)), "round {round}: {there}: {classes:?}");
            }
            assert_eq!(office.facts("affiliation").await.iter().filter(|role| role.contains("completed")).count(), 4, "round {round}");
            undo(&office).await;
        }
    }
}
