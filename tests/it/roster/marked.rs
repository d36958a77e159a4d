//! Pupils who do not go the way of their class into the next school year: what was said of them is what happens, or nobody
//! could say it.

use phuong::{
    admin::rollover::{self, NotMarked},
    model::rollover::{ClassFate, Mark},
    roster::Ask,
};

use super::{
    office::{Office, PUPILS},
    years::{draft, everything, full, leave, mark, row, seat, sheet, switch, undo},
};

/// Says of a class what becomes of it.
async fn set(office: &Office, class: &str, fate: ClassFate) -> Result<(), NotMarked> {
    let sheet = sheet(office).await;
    let class = sheet.classes.iter().find(|one| one.code == class).unwrap().id;
    rollover::set_class(&office.sv, &leave(), (sheet.row.id, class), fate).await
}

fn joins(class: &str) -> Mark {
    Mark::Joins(class.into())
}

both! {
    async fn nobody_joins_a_class_that_will_not_be_there(office: Office) {
        full(&office).await;
        draft(&office).await;
        let nowhere = mark(&office, "3A", "01", Some(joins("4Z"))).await;
        assert!(matches!(nowhere, Err(NotMarked::NoSuchClass)), "{nowhere:?}");
        mark(&office, "3A", "01", Some(joins("4B"))).await.unwrap();
        for fate in [ClassFate::GoesOn("4C".into()), ClassFate::Completes, ClassFate::Stays] {
            let refused = set(&office, "3B", fate.clone()).await;
            assert!(matches!(refused, Err(NotMarked::Awaited)), "{fate:?}: {refused:?}");
        }
        set(&office, "3B", ClassFate::GoesOn("4B".into())).await.unwrap();
        // While another class goes on under the name, it may.
        set(&office, "5A", ClassFate::GoesOn("4B".into())).await.unwrap();
        set(&office, "3B", ClassFate::GoesOn("4C".into())).await.unwrap();
        // Nor when nobody is to join it any more.
        mark(&office, "3A", "01", Some(joins("4C"))).await.unwrap();
        set(&office, "5A", ClassFate::Completes).await.unwrap();
        switch(&office).await;
        for (id, now) in [("01", "4C"), ("02", "4A"), ("05", "4C")] {
            assert!(seat(&office, id).await.contains(&format!("2027-2028 {now} ")), "{id}");
        }
    }
}

both! {
    async fn whoever_joins_a_class_that_a_list_brought_is_in_it_whatever_becomes_of_their_own(office: Office) {
        full(&office).await;
        office.file("sau.csv", PUPILS, &row("4D", "07", "Khánh").replace("05/09/2026", ""));
        let next = Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["sau.csv"]) };
        office.run(&next).await.unwrap();
        draft(&office).await;
        for (class, id) in [("3A", "01"), ("5A", "06")] {
            mark(&office, class, id, Some(joins("4D"))).await.unwrap();
        }
        assert_eq!(sheet(&office).await.there, ["4D"], "it can be chosen");
        let before = everything(&office).await;
        switch(&office).await;
        for id in ["01", "06", "07"] {
            assert!(seat(&office, id).await.contains("2027-2028 4D "), "{id}: {}", seat(&office, id).await);
        }
        let roles = office.of("affiliation", "3112345606").await;
        assert_eq!(roles, ["student@31303401 active primary 2026-09-05.."], "the level is not done for them");
        assert_eq!(undo(&office).await, [""; 0]);
        assert_eq!(everything(&office).await, before);
    }
}

both! {
    async fn of_a_class_that_stays_those_go_of_whom_it_was_said(office: Office) {
        full(&office).await;
        draft(&office).await;
        set(&office, "3A", ClassFate::Stays).await.unwrap();
        mark(&office, "3A", "01", Some(Mark::Leaves)).await.unwrap();
        mark(&office, "3A", "02", Some(Mark::Repeats("3A".into()))).await.unwrap();
        mark(&office, "3A", "03", Some(joins("4B"))).await.unwrap();
        let before = everything(&office).await;
        switch(&office).await;
        let left = office.of("affiliation", "3112345601").await;
        assert_eq!(left, ["student@31303401 ended 2026-09-05..2026-12-01 left"]);
        for (id, now) in [("02", "2027-2028 3A "), ("03", "2027-2028 4B "), ("04", "2026-2027 3A ")] {
            assert!(seat(&office, id).await.contains(now), "{id}: {}", seat(&office, id).await);
        }
        let teaches = office.of("seat", "3100456789").await;
        assert!(teaches.iter().any(|seat| seat.ends_with("..")), "the class is still theirs: {teaches:?}");
        assert_eq!(undo(&office).await, [""; 0]);
        assert_eq!(everything(&office).await, before);
    }
}
