//! Staff, and what they teach.

use phuong::{
    roster::{Ask, Severity},
    store::{
        Tx, accounts,
        delegations::{self, NewDelegation},
        orgs,
    },
};

use super::{
    content::rows,
    office::{ASSIGNMENTS, Office, PUPILS, SCHOOLS, STAFF, codes, counts},
};

const HUY: &str = "31303401|3100000001|031085001234|Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.edu.vn|0912000002\n";

/// The same person at another school.
fn elsewhere(row: &str) -> String {
    row.replace("31303401", "31303402")
}

both! {
    async fn a_teacher_of_two_schools_has_two_roles_and_one_of_them_is_the_main_one(office: Office) {
        let report = office.staff(&format!("{HUY}{}", elsewhere(HUY))).await;
        assert_eq!(counts(&report), [1, 0, 0, 0], "one person in two rows is one person");
        let roles = office.of("affiliation", "3100000001").await;
        assert_eq!(roles, ["teacher@31303401 active primary 2026-08-01..", "teacher@31303402 active 2026-08-01.."]);
        assert_eq!(office.of("contact", "3100000001").await, ["email huy@example.edu.vn import", "phone 0912000002 import"]);
        office.clock.advance(std::time::Duration::from_hours(24));
        let moved = office.staff(&HUY.replace("Đang làm việc", "Đã điều động")).await;
        assert_eq!(counts(&moved), [0, 0, 0, 1]);
        let roles = office.of("affiliation", "3100000001").await;
        assert_eq!(roles, ["teacher@31303401 ended 2026-08-01..2026-11-25 transferred", "teacher@31303402 active primary 2026-08-01.."]);
        assert_eq!(office.of("account", "3100000001").await, ["pending 0"]);
    }
}

both! {
    async fn somebody_told_by_different_identifiers_in_two_rows_is_one_person_in_the_counts(office: Office) {
        office.staff(HUY).await;
        // One school knows the sector ID, the other the citizen number only.
        let renamed = HUY.replace("huy@", "duc.huy@");
        let by_sector_id = renamed.replace("|031085001234|", "||");
        let by_citizen_number = elsewhere(&renamed).replace("|3100000001|", "||");
        let report = office.staff(&[by_sector_id.clone(), by_citizen_number.clone()].concat()).await;
        assert_eq!((counts(&report), report.tally.rows), ([0, 1, 0, 0], 2), "{:?}", report.issues);
        // Cut between the two, and gone on with.
        office.file("a.csv", STAFF, &by_sector_id.replace("duc.huy@", "huy@"));
        office.file("b.csv", STAFF, &by_citizen_number.replace("duc.huy@", "huy@"));
        let ask = Ask { commit: true, ..office.ask(&["a.csv", "b.csv"]) };
        assert!(office.begin(&ask, 1).await.is_err());
        assert_eq!(counts(&office.run(&ask).await.unwrap()), [0, 1, 0, 0]);
    }
}

both! {
    async fn a_secondment_keeps_the_role_at_home(office: Office) {
        office.staff(HUY).await;
        let both = format!("{}{}", HUY.replace("Đang làm việc", "Đã biệt phái"), elsewhere(HUY));
        assert_eq!(counts(&office.staff(&both).await), [0, 1, 0, 0]);
        let roles = office.of("affiliation", "3100000001").await;
        assert_eq!(roles, ["teacher@31303401 active primary 2026-08-01..", "teacher@31303402 active 2026-08-01.."]);
    }
}

both! {
    async fn invariant_4_a_role_is_never_edited(office: Office) {
        office.staff(HUY).await;
        assert_eq!(counts(&office.staff(&HUY.replace("Giáo viên", "Hiệu trưởng")).await), [0, 1, 0, 0]);
        let roles = office.of("affiliation", "3100000001").await;
        let now = ["principal@31303401 active primary 2026-11-24..", "teacher@31303401 ended 2026-08-01..2026-11-24 role_changed"];
        assert_eq!(roles, now);
    }
}

both! {
    async fn a_position_that_tells_no_role_leaves_the_one_that_somebody_has(office: Office) {
        office.staff(HUY).await;
        assert_eq!(counts(&office.staff(&HUY.replace("Giáo viên", "GV")).await), [0, 0, 1, 0]);
        let unclear = office.staff(&HUY.replace("Giáo viên", "Tổ trưởng")).await;
        assert_eq!((counts(&unclear), codes(&unclear, Severity::Warning)), ([0, 0, 1, 0], vec!["position_unknown"]));
        assert_eq!(office.of("affiliation", "3100000001").await, ["teacher@31303401 active primary 2026-08-01.."]);
        // Of whom nothing is known yet, no more is said than that they work there.
        let lan = "31303401|3100000002||Lê Thị Lan|03/09/1985|Nữ|Đang làm việc|Tổ trưởng||\n";
        assert_eq!(codes(&office.staff(lan).await, Severity::Warning), ["position_unknown"]);
        assert_eq!(office.of("affiliation", "3100000002").await, ["staff@31303401 active primary 2026-08-01.."]);
    }
}

both! {
    async fn invariant_6_whatever_becomes_of_somebody_their_rights_are_not_the_imports(office: Office) {
        office.staff(HUY).await;
        let now = office.clock.now();
        let account = office.sv.store.read("3100000001".to_owned(), async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await);
        let account = account.await.unwrap().unwrap().account_id;
        let school = office.sv.store.read("31303401".to_owned(), async |tx: &mut Tx, code: &String| orgs::by_code(tx, "school", code).await);
        let org = school.await.unwrap().unwrap().id;
        let right = NewDelegation { id: office.sv.ids.next(), account, org, role: "school_admin", granted_by: None };
        let given = office.sv.store.write((right, now), async |tx: &mut Tx, (right, now)| delegations::delegate(tx, right, *now).await);
        given.await.unwrap();
        for row in [
            HUY.replace("Giáo viên", "Hiệu trưởng"),
            elsewhere(HUY),
            HUY.replace("Đang làm việc", "Đã điều động"),
            elsewhere(HUY).replace("Đang làm việc", "Thôi việc"),
        ] {
            office.clock.advance(std::time::Duration::from_hours(24));
            assert_eq!(office.staff(&row).await.tally.rows, 1);
            let rights = "SELECT role || CASE WHEN ended_at IS NULL THEN '' ELSE ' ended' END FROM delegations";
            assert_eq!(rows(office.store(), rights).await.unwrap(), ["school_admin"], "after {row}");
        }
        assert_eq!(office.of("account", "3100000001").await, ["dormant 0"], "it is of no use to somebody who is gone");
    }
}

both! {
    async fn a_pupil_becomes_a_teacher_and_stays_the_same_person(office: Office) {
        let pupil = "31303501|9A|3100000001|031085001234|Trần Đức Huy|02/09/1985|Nam|Đang học|05/09/2026|\n";
        office.pupils(pupil).await;
        assert_eq!(counts(&office.staff(HUY).await), [0, 1, 0, 0]);
        let roles = office.of("affiliation", "3100000001").await;
        let now = ["student@31303501 ended 2026-09-05..2026-11-24 employed", "teacher@31303401 active primary 2026-11-24.."];
        assert_eq!(roles, now, "a pupil until the day on which it is learnt");
        let seats = office.of("seat", "3100000001").await;
        assert!(seats[0].contains("9A 2026-09-05..2026-11-24"), "{seats:?}");
        assert_eq!(office.facts("person").await.len(), 1);
        let back = office.pupils(pupil).await;
        assert_eq!(codes(&back, Severity::Held), ["pupil_employed"]);
    }
}

both! {
    async fn whoever_left_school_works_since_then(office: Office) {
        let pupil = "31303501|9A|3100000001|031085001234|Trần Đức Huy|02/09/1985|Nam|Đang học|05/09/2026|\n";
        office.pupils(pupil).await;
        office.pupils(&pupil.replace("Đang học|05/09/2026", "Thôi học|20/10/2026")).await;
        assert_eq!(counts(&office.staff(HUY).await), [0, 1, 0, 0]);
        let roles = office.of("affiliation", "3100000001").await;
        assert_eq!(roles, ["student@31303501 ended 2026-09-05..2026-10-20 left", "teacher@31303401 active primary 2026-10-20.."]);
    }
}

both! {
    async fn a_child_in_a_list_of_staff_waits_for_somebody_to_look(office: Office) {
        let pupil = "31303501|9A|3100000001|031085001234|Trần Đức Huy|25/11/2008|Nam|Đang học|05/09/2026|\n";
        office.pupils(pupil).await;
        let row = HUY.replace("02/09/1985", "25/11/2008");
        let content = office.content().await;
        let report = office.staff(&row).await;
        assert_eq!((counts(&report), codes(&report, Severity::Held)), ([0; 4], vec!["pupil_under_age"]));
        assert_eq!(office.content().await, content, "nothing of it is written");
        // Eighteen a day later; or a pupil no more.
        office.clock.advance(std::time::Duration::from_hours(24));
        let grown = office.dry(&["can-bo.csv"]).await;
        assert_eq!((counts(&grown), codes(&grown, Severity::Held)), ([0, 1, 0, 0], vec![]));
        office.pupils(&pupil.replace("Đang học|05/09/2026", "Thôi học|25/11/2026")).await;
        assert_eq!(counts(&office.staff(&row).await), [0, 1, 0, 0]);
    }
}

both! {
    async fn contacts_follow_the_file_and_what_is_wrong_with_one_keeps_nobody_out(office: Office) {
        office.staff(HUY).await;
        let other = HUY.replace("huy@example.edu.vn|0912000002", "duc.huy@example.edu.vn|không có");
        let changed = office.staff(&other).await;
        assert_eq!((counts(&changed), codes(&changed, Severity::Warning)), ([0, 1, 0, 0], vec!["phone_unusable"]));
        let contacts = ["email duc.huy@example.edu.vn import", "phone 0912000002 import"];
        assert_eq!(office.of("contact", "3100000001").await, contacts);
        assert_eq!(counts(&office.staff(&HUY.replace("huy@example.edu.vn|0912000002", "|")).await), [0, 0, 1, 0]);
        assert_eq!(office.of("contact", "3100000001").await, contacts, "what is left empty is not taken away");
    }
}

const CLASS: &str = "31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n";

both! {
    async fn a_class_has_a_homeroom_teacher_and_teachers_of_subjects(office: Office) {
        office.pupils(CLASS).await;
        let lan = HUY.replace("3100000001|031085001234|Trần Đức Huy", "3100000002||Lê Thị Lan").replace("|huy@example.edu.vn|0912000002", "||");
        office.staff(&format!("{HUY}{lan}")).await;
        let lines = "31303401|3A|3100000001|Chủ nhiệm|\n31303401|3A|3100000001|Bộ môn|Toán\n31303401|3A|3100000002|Bộ môn|Tiếng Anh\n";
        let report = office.assignments(lines).await;
        assert_eq!((counts(&report), report.tally.rows), ([0, 2, 0, 0], 3), "people are counted, not lines");
        let seats = ["homeroom 31303401 2026-2027 3A 2026-08-01..", "subject(Toán) 31303401 2026-2027 3A 2026-08-01.."];
        assert_eq!(office.of("seat", "3100000001").await, seats);
        assert_eq!(counts(&office.assignments(lines).await), [0, 0, 2, 0]);
        // Another homeroom teacher takes the place of the one before.
        let other = "31303401|3A|3100000002|Chủ nhiệm|\n31303401|3A|3100000001|Chủ nhiệm|\n";
        let replaced = office.assignments(other).await;
        assert_eq!(codes(&replaced, Severity::Error), ["duplicate_homeroom"]);
        assert!(office.of("seat", "3100000001").await[0].ends_with("3A 2026-08-01..2026-11-24"));
        assert!(office.of("seat", "3100000002").await[0].starts_with("homeroom 31303401 2026-2027 3A"));
    }
}

both! {
    async fn a_line_names_a_teacher_of_the_school_and_a_class_of_the_year(office: Office) {
        office.pupils(CLASS).await;
        office.staff(HUY).await;
        let lines = "31303401|3A|3100000009|Chủ nhiệm|\n31303401|3Z|3100000001|Chủ nhiệm|\n31303402|3A|3100000001|Chủ nhiệm|\n\
                     31303401|3A|3112345601|Bộ môn|Toán\n31303401|3A|3100000001|Bộ môn|\n";
        let report = office.assignments(lines).await;
        let wrong = ["teacher_unknown", "class_unknown", "class_unknown", "teacher_elsewhere", "required"];
        assert_eq!(codes(&report, Severity::Error), wrong);
        assert_eq!(office.of("seat", "3100000001").await, [""; 0]);
    }
}

both! {
    async fn a_line_that_names_somebody_else_than_its_id_is_refused(office: Office) {
        office.pupils(CLASS).await;
        office.staff(HUY).await;
        let header = ASSIGNMENTS.replace("giáo viên|", "giáo viên|Họ và tên|");
        let line = |name: &str| format!("31303401|3A|3100000001|{name}|Chủ nhiệm|\n");
        office.file("a.csv", &header, &line("Người Khác Hẳn"));
        let report = office.agree(&["a.csv"]).await;
        assert_eq!(codes(&report, Severity::Error), ["teacher_name_differs"]);
        assert_eq!(office.of("seat", "3100000001").await, [""; 0]);
        office.file("a.csv", &header, &line("Thầy Huy"));
        assert_eq!(counts(&office.agree(&["a.csv"]).await), [0, 1, 0, 0]);
    }
}

both! {
    async fn places_in_classes_end_with_their_year(office: Office) {
        office.pupils(CLASS).await;
        office.staff(HUY).await;
        office.assignments("31303401|3A|3100000001|Chủ nhiệm|\n").await;
        office.clock.advance(std::time::Duration::from_hours(24 * 300));
        office.pupils(&CLASS.replace("3A", "4A").replace("05/09/2026", "")).await;
        office.assignments("31303401|4A|3100000001|Chủ nhiệm|\n").await;
        let seats = ["homeroom 31303401 2026-2027 3A 2026-08-01..2027-08-01", "homeroom 31303401 2027-2028 4A 2027-08-01.."];
        assert_eq!(office.of("seat", "3100000001").await, seats);
        assert_eq!(office.facts("class").await[1], "31303401 2027-2028 4A 4 after 3A 2026-2027");
    }
}

both! {
    async fn kinds_are_imported_in_their_order_whatever_order_they_were_named_in(office: Office) {
        office.file("a.csv", ASSIGNMENTS, "31303409|3A|3100000001|Chủ nhiệm|\n");
        office.file("b.csv", PUPILS, &CLASS.replace("31303401", "31303409"));
        office.file("c.csv", STAFF, &HUY.replace("31303401", "31303409"));
        office.file("d.csv", SCHOOLS, "31303409|Trường Tiểu học Chín|TH|Phường Hồng Bàng|\n");
        let report = office.agree(&["a.csv", "b.csv", "c.csv", "d.csv"]).await;
        assert!(report.issues.is_empty(), "{:?}", report.issues);
        assert_eq!((counts(&report), report.tally.orgs_created, report.tally.classes_created), ([2, 0, 0, 0], 1, 1));
        let again = Ask { commit: true, ..office.ask(&["d.csv", "c.csv", "b.csv", "a.csv"]) };
        assert_eq!(counts(&office.run(&again).await.unwrap()), [0, 0, 2, 0]);
    }
}
