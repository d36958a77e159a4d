//! Pupils: enrolled, moved from class to class and from year to year, gone and back, transferred.

use jiff::civil::date;
use phuong::roster::{Ask, Language, Severity};

use super::{
    content::rows,
    office::{Office, PUPILS, codes, counts},
};

const AN: &str = "31303401|3A|3112345601|031317000001|Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n";

both! {
    async fn a_pupil_is_a_person_a_role_a_place_and_an_account(office: Office) {
        let report = office.pupils(AN).await;
        assert_eq!((counts(&report), report.tally.classes_created), ([1, 0, 0, 0], 1));
        assert_eq!(office.facts("person").await, ["3112345601 Nguyễn Thị An (An) 2017-03-14 female nguyen thi an"]);
        assert_eq!(office.of("affiliation", "3112345601").await, ["student@31303401 active primary 2026-09-05.."]);
        assert_eq!(office.of("seat", "3112345601").await, ["pupil 31303401 2026-2027 3A 2026-09-05.."]);
        assert_eq!(office.of("account", "3112345601").await, ["pending 0"]);
        assert_eq!(office.of("name", "3112345601").await, ["sector_id 3112345601"]);
        assert_eq!(office.of("identifier", "3112345601").await, ["cccd active", "moet active"]);
        let again = office.pupils(AN).await;
        assert_eq!((counts(&again), again.tally.classes_created), ([0, 0, 1, 0], 0));
    }
}

both! {
    async fn a_class_is_changed_within_the_year_on_the_day(office: Office) {
        office.pupils(AN).await;
        let moved = office.pupils(&AN.replace("3A", "3B")).await;
        assert_eq!(counts(&moved), [0, 1, 0, 0]);
        let seats = ["pupil 31303401 2026-2027 3A 2026-09-05..2026-11-24", "pupil 31303401 2026-2027 3B 2026-11-24.."];
        assert_eq!(office.of("seat", "3112345601").await, seats);
        // How a class is spelled makes no other class of it.
        assert_eq!(counts(&office.pupils(&AN.replace("3A", "Lớp 3 b")).await), [0, 0, 1, 0]);
        assert_eq!(counts(&office.pupils(&AN.replace("3A", "03B")).await), [0, 0, 1, 0]);
    }
}

both! {
    async fn a_class_keeps_its_lineage_into_the_next_year(office: Office) {
        office.pupils(AN).await;
        office.file("sau.csv", PUPILS, &AN.replace("3A", "4A").replace("05/09/2026", ""));
        let next = Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["sau.csv"]) };
        let early = office.run(&next).await.unwrap();
        assert_eq!((counts(&early), codes(&early, Severity::Error)), ([0, 0, 0, 0], vec!["year_not_over"]));
        office.waits_until(date(2027, 6, 1));
        assert_eq!(counts(&office.run(&next).await.unwrap()), [0, 1, 0, 0]);
        let classes = ["31303401 2026-2027 3A 3 after -", "31303401 2027-2028 4A 4 after 3A 2026-2027"];
        assert_eq!(office.facts("class").await, classes);
        assert_eq!(office.of("seat", "3112345601").await.len(), 2);
        assert!(office.of("seat", "3112345601").await[1].ends_with("4A 2027-06-01.."));
        // An older file does not take anybody back.
        assert_eq!(counts(&office.pupils(AN).await), [0, 0, 1, 0]);
    }
}

both! {
    async fn who_leaves_and_comes_back_is_the_same_person(office: Office) {
        office.pupils(AN).await;
        let left = office.pupils(&AN.replace("Đang học|05/09/2026", "Thôi học|20/10/2026")).await;
        assert_eq!(counts(&left), [0, 0, 0, 1]);
        let ended = "student@31303401 ended 2026-09-05..2026-10-20 left";
        assert_eq!(office.of("affiliation", "3112345601").await, [ended]);
        assert_eq!(office.of("account", "3112345601").await, ["dormant 0"]);
        assert_eq!(counts(&office.pupils(&AN.replace("Đang học|05/09/2026", "Thôi học|20/10/2026")).await), [0, 0, 1, 0]);
        let back = office.pupils(&AN.replace("Đang học|05/09/2026", "Nghỉ học xin học lại|10/11/2026")).await;
        assert_eq!(counts(&back), [0, 1, 0, 0]);
        let roles = office.of("affiliation", "3112345601").await;
        assert_eq!(roles, ["student@31303401 active primary 2026-11-10..", ended]);
        assert_eq!(office.of("account", "3112345601").await, ["pending 0"]);
        assert_eq!(office.facts("person").await.len(), 1);
    }
}

both! {
    async fn who_leaves_on_a_later_day_stays_until_then(office: Office) {
        office.pupils(AN).await;
        let roles = office.of("affiliation", "3112345601").await;
        let later = |status: &str| AN.replace("Đang học|05/09/2026", &format!("{status}|05/09/2030"));
        let held = office.pupils(&later("Thôi học")).await;
        assert_eq!((counts(&held), held.tally.review, codes(&held, Severity::Held)), ([0, 0, 0, 0], 1, vec!["leaves_later"]));
        assert!(held.of(Severity::Held).next().unwrap().message(Language::Vi).contains("ngày «05/09/2030» chưa tới"));
        // Nor does such a release give the pupil to another school.
        let claim = AN.replace("31303401", "31303402").replace("Đang học|05/09/2026", "Chuyển đến HK1|02/11/2026");
        let both = office.pupils(&format!("{claim}{}", later("Chuyển đi"))).await;
        assert_eq!(codes(&both, Severity::Held), ["pupil_elsewhere", "leaves_later"]);
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
    }
}

both! {
    async fn of_who_leaves_nothing_more_is_asked(office: Office) {
        office.pupils(AN).await;
        let left = office.pupils(&AN.replace("14/03/2017", "").replace("Đang học|05/09/2026", "Thôi học|20/10/2026")).await;
        assert_eq!((counts(&left), left.issues.len()), ([0, 0, 0, 1], 0), "{:?}", left.issues);
    }
}

both! {
    async fn in_evening_classes_anybody_may_learn_late(office: Office) {
        let grown = AN.replace("031317000001", "").replace("14/03/2017", "14/03/1985").replace("|3A|", "|10A|");
        assert_eq!(codes(&office.pupils(&grown).await, Severity::Warning), ["age_unusual"]);
        let evening = grown.replace("31303401", "31303901").replace("3112345601", "3112345602").replace("An|", "Bình|");
        assert_eq!(codes(&office.pupils(&evening).await, Severity::Warning), [""; 0]);
    }
}

both! {
    async fn an_old_file_does_not_undo_what_a_newer_one_says(office: Office) {
        office.pupils(AN).await;
        let status = |status: &str| AN.replace("Đang học|05/09/2026", status);
        let (old, back) = (status("Thôi học|20/10/2026"), status("Nghỉ học xin học lại|10/11/2026"));
        office.pupils(&old).await;
        office.pupils(&back).await;
        let roles = office.of("affiliation", "3112345601").await;
        let again = office.pupils(&old).await;
        assert_eq!((counts(&again), codes(&again, Severity::Warning)), ([0, 0, 1, 0], vec!["left_before"]));
        let told = again.of(Severity::Warning).next().unwrap().message(Language::En);
        assert!(told.contains("since 10/11/2026, later than the “20/10/2026”"), "{told}");
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
        // Nor does an old release give the pupil to another school.
        let claim = status("Chuyển đến HK1|21/10/2026").replace("31303401", "31303402");
        let both = office.pupils(&format!("{claim}{}", status("Chuyển đi|20/10/2026"))).await;
        assert_eq!((codes(&both, Severity::Held), codes(&both, Severity::Warning)), (vec!["pupil_elsewhere"], vec!["left_before"]));
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
        // A newer entry counts, and so does one without a day.
        assert_eq!(counts(&office.pupils(&status("Thôi học|11/11/2026")).await), [0, 0, 0, 1]);
        office.pupils(&status("Nghỉ học xin học lại|12/11/2026")).await;
        assert_eq!(counts(&office.pupils(&status("Thôi học|")).await), [0, 0, 0, 1]);
    }
}

both! {
    async fn an_old_list_brings_nobody_back_who_left(office: Office) {
        office.pupils(AN).await;
        let status = |status: &str| AN.replace("Đang học|05/09/2026", status);
        office.pupils(&status("Thôi học|20/10/2026")).await;
        let (roles, account) = (office.of("affiliation", "3112345601").await, office.of("account", "3112345601").await);
        let again = office.pupils(AN).await;
        assert_eq!((counts(&again), codes(&again, Severity::Warning)), ([0, 0, 1, 0], vec!["gone_since"]));
        let told = again.of(Severity::Warning).next().unwrap().message(Language::En);
        assert!(told.contains("since 20/10/2026"), "{told}");
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
        assert_eq!(office.of("account", "3112345601").await, account);
        // Whoever is claimed by another school meanwhile is not asked for by the old one's list.
        office.file("b.csv", PUPILS, &status("Chuyển đến HK1|02/11/2026").replace("31303401", "31303402"));
        office.file("a.csv", PUPILS, AN);
        let both = office.agree(&["b.csv", "a.csv"]).await;
        assert_eq!((codes(&both, Severity::Warning), codes(&both, Severity::Held)), (vec!["gone_since"], vec![]));
        // A row without a day is of the day on which it comes: so one that brings somebody back.
        office.pupils(&status("Chuyển đi|03/11/2026").replace("31303401", "31303402")).await;
        assert_eq!(counts(&office.pupils(&status("Đang học|")).await), [0, 1, 0, 0]);
    }
}

both! {
    async fn on_no_day_a_pupil_is_of_two_schools(office: Office) {
        let other = |id: &str, name: &str| {
            AN.replace("3112345601", id).replace("031317000001", "").replace("An|", &format!("{name}|"))
        };
        let (an, binh, chi) = (AN.to_owned(), other("3112345602", "Bình"), other("3112345603", "Chi"));
        office.pupils(&[an.as_str(), &binh, &chi].concat()).await;
        let claim = |row: &str| row.replace("31303401", "31303402").replace("Đang học|05/09/2026", "Chuyển đến HK1|");
        let release = |row: &str, day: &str| row.replace("Đang học|05/09/2026", &format!("Chuyển đi|{day}"));
        // Released some time ago, and claimed without a day; claimed before the release is read; released without a day.
        office.pupils(&release(&an, "01/11/2026")).await;
        office.pupils(&claim(&an)).await;
        let rows = [claim(&binh), release(&binh, "02/11/2026"), claim(&chi), release(&chi, "")];
        office.pupils(&rows.concat()).await;
        for (id, day) in [("3112345601", "2026-11-01"), ("3112345602", "2026-11-02"), ("3112345603", "2026-11-24")] {
            let old = format!("student@31303401 ended 2026-09-05..{day} transferred");
            assert_eq!(office.of("affiliation", id).await, [old, format!("student@31303402 active primary {day}..")]);
        }
    }
}

both! {
    async fn invariant_5_nobody_ends_who_is_not_mentioned_and_nobody_is_created_who_is_gone(office: Office) {
        office.pupils(AN).await;
        let other = AN.replace("3112345601", "3112345602").replace("031317000001", "").replace("An|", "Bình|");
        let gone = office.pupils(&other.replace("Đang học", "Chuyển đi")).await;
        assert_eq!(counts(&gone), [0, 0, 0, 0]);
        assert_eq!(office.facts("person").await.len(), 1);
        assert_eq!(office.of("affiliation", "3112345601").await, ["student@31303401 active primary 2026-09-05.."]);
    }
}

both! {
    async fn invariant_3_a_pupil_of_another_school_is_offered_a_transfer_and_taken_once_released(office: Office) {
        office.pupils(AN).await;
        let elsewhere = AN.replace("31303401", "31303402").replace("Đang học|05/09/2026", "Chuyển đến HK1|02/11/2026");
        let offered = office.pupils(&elsewhere).await;
        assert_eq!((counts(&offered), offered.tally.transfers), ([0, 0, 0, 0], 1));
        assert_eq!(codes(&offered, Severity::Held), ["pupil_elsewhere"]);
        assert_eq!(office.of("affiliation", "3112345601").await.len(), 1);
        // The other school is asked, once however often the file is read.
        let asked = ["31303401 > 31303402 waiting"];
        assert_eq!(office.of("transfer", "3112345601").await, asked);
        office.pupils(&elsewhere).await;
        assert_eq!(office.of("transfer", "3112345601").await, asked);
        office.pupils(&AN.replace("Đang học|05/09/2026", "Chuyển đi|01/11/2026")).await;
        let taken = office.pupils(&elsewhere).await;
        assert_eq!((counts(&taken), taken.tally.transfers), ([0, 1, 0, 0], 0));
        let roles = ["student@31303401 ended 2026-09-05..2026-11-01 transferred", "student@31303402 active primary 2026-11-02.."];
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
        assert_eq!(office.of("transfer", "3112345601").await, ["31303401 > 31303402 expired"], "nobody has to decide");
    }
}

both! {
    async fn a_release_and_a_claim_in_one_run_make_a_transfer_in_either_order(office: Office) {
        let second = AN.replace("3112345601", "3112345602").replace("031317000001", "").replace("An|", "Bình|");
        office.pupils(&format!("{AN}{second}")).await;
        let claim = |row: &str| row.replace("31303401", "31303402").replace("Đang học|05/09/2026", "Chuyển đến HK1|03/11/2026");
        let release = |row: &str| row.replace("Đang học|05/09/2026", "Chuyển đi|02/11/2026");
        let rows = [claim(AN), release(AN), release(&second), claim(&second)].concat();
        let report = office.pupils(&rows).await;
        assert_eq!(report.tally.transfers, 0, "{:?}", report.issues);
        for who in ["3112345601", "3112345602"] {
            let roles = office.of("affiliation", who).await;
            assert!(roles[0].starts_with("student@31303401 ended") && roles[1].starts_with("student@31303402 active primary"));
        }
        let again = office.pupils(&rows).await;
        assert_eq!(counts(&again), [0, 0, 2, 0], "{:?}", again.issues);
    }
}

both! {
    async fn a_school_that_knows_no_sector_id_yet_releases_to_one_that_does(office: Office) {
        office.pupils(AN).await;
        let claim = AN.replace("31303401", "31303402").replace("Đang học|05/09/2026", "Chuyển đến HK1|02/11/2026");
        let release = AN.replace("3112345601", "").replace("Đang học|05/09/2026", "Chuyển đi|01/11/2026");
        let report = office.pupils(&[claim, release].concat()).await;
        assert_eq!((report.tally.transfers, codes(&report, Severity::Held)), (0, vec![]), "{:?}", report.issues);
        let roles = office.of("affiliation", "3112345601").await;
        assert!(roles.last().unwrap().starts_with("student@31303402 active primary"), "{roles:?}");
    }
}

both! {
    async fn continuing_education_stands_beside_a_school(office: Office) {
        office.pupils(AN).await;
        let evening = AN.replace("31303401|3A", "31303901|");
        assert_eq!(counts(&office.pupils(&evening).await), [0, 1, 0, 0]);
        let roles = ["student@31303401 active primary 2026-09-05..", "student@31303901 active exempt 2026-09-05.."];
        assert_eq!(office.of("affiliation", "3112345601").await, roles);
    }
}

both! {
    async fn a_row_says_what_is_wrong_with_it_and_the_others_are_taken(office: Office) {
        let rows = [
            AN.replace("31303401", "99999999"),
            AN.replace("3112345601", "3112345603").replace("14/03/2017", "31/02/2017"),
            AN.replace("3112345601", "3112345604").replace("031317000001", ""),
        ];
        let report = office.pupils(&rows.concat()).await;
        assert_eq!(codes(&report, Severity::Error), ["school_unknown", "date_no_such_day"]);
        assert_eq!(counts(&report), [1, 0, 0, 0]);
        let wrong = report.of(Severity::Error).next().unwrap();
        assert_eq!((&*wrong.file, wrong.row, &*wrong.column, wrong.value.as_str()), ("hoc-sinh.csv", 2, "Mã trường", "99999999"));
    }
}

both! {
    async fn what_a_list_says_of_parents_is_not_the_pupils(office: Office) {
        let row = |id: &str, name: &str| format!("31303401|3A|{id}|{name}|14/03/2017|Trần Thị Lan|031190000001\n");
        office.file("a.csv", "Mã trường|Lớp|Mã HS|Họ tên|Ngày sinh|Họ và tên (mẹ)|Số CCCD (mẹ)\n", &row("3112345601", "Lê An"));
        let groups = "Mã trường|Lớp|Mã HS|Họ tên|Ngày sinh|Mẹ|\n|||||Họ và tên|Số CCCD\n";
        office.file("b.csv", groups, &row("3112345602", "Lê Bình"));
        let title = "|||Lớp:|3A|Năm học:|2026-2027\nMã trường|Lớp|Mã HS|Dân tộc|Họ tên|Ngày sinh|Ghi chú\n";
        office.file("c.csv", title, "31303401|3B|3112345603|Kinh|Lê Chi|14/03/2017|\n");
        for file in ["a.csv", "b.csv", "c.csv"] {
            let report = office.commit(&[file]).await;
            assert_eq!(counts(&report), [1, 0, 0, 0], "{file}: {:?}", report.issues);
        }
        let names = rows(office.store(), "SELECT full_name FROM persons ORDER BY full_name").await.unwrap();
        assert_eq!(names, ["Lê An", "Lê Bình", "Lê Chi"]);
        let numbers = rows(office.store(), "SELECT type FROM identifiers WHERE type = 'cccd'").await.unwrap();
        assert_eq!(numbers, [""; 0], "nobody has their mother's number");
        assert!(office.of("seat", "3112345603").await[0].contains(" 3B "));
    }
}

both! {
    async fn a_name_in_an_old_font_is_that_of_the_same_pupil(office: Office) {
        office.pupils("31303401|3A|3112345601||\u{D0}inh Văn An|14/03/2017|Nam|Đang học|05/09/2026|\n").await;
        let again = office.pupils("31303401|3A|||Đinh Văn An|14/03/2017|Nam|Đang học|05/09/2026|\n").await;
        assert_eq!(counts(&again)[0], 0, "{:?}", again.issues);
    }
}
