//! Runs: dry and written, stopped and gone on with, repeated, braked.

use std::{
    fmt::Write,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use phuong::{
    base::id::BatchId,
    model::school_code::SchoolCode,
    roster::{self, Ask, ImportError, Importer, NotUndone, Outcome, Severity, Steps, Watch},
    services::authority::Standing,
    store::{Tx, journal},
    worker,
};

use super::{
    content::rows,
    office::{Office, PUPILS, SCHOOLS, codes, counts, many, told},
};

both! {
    async fn r49_an_import_run_twice_changes_nothing_the_second_time(office: Office) {
        office.file("a.csv", PUPILS, &many(700, "Đang học"));
        let first = office.commit(&["a.csv"]).await;
        assert_eq!(counts(&first), [700, 0, 0, 0]);
        let content = office.content().await;
        let second = office.commit(&["a.csv"]).await;
        assert_eq!(counts(&second), [0, 0, 700, 0]);
        assert_eq!(office.content().await, content);
        assert_eq!(rows(office.store(), "SELECT state || ' ' || counts FROM import_batches ORDER BY id").await.unwrap().len(), 3);
        assert_eq!(rows(office.store(), "SELECT CAST(count(*) AS TEXT) FROM import_units").await.unwrap(), ["0"]);
    }
}

both! {
    async fn r49_a_run_that_is_stopped_after_any_unit_goes_on_to_the_same_end_and_report(office: Office) {
        // A repeated row and a duplicate across units, an error in each, and one file after the other.
        let mut text = many(1_200, "Đang học");
        let first = text.lines().next().unwrap().to_owned();
        writeln!(text, "{first}\n{}\n99999999|1A|3199999999||Ai Đó|01/03/2017|Nữ|Đang học||", first.replace("|1A|", "|2A|")).unwrap();
        office.file("a.csv", PUPILS, &text);
        office.file("b.csv", PUPILS, &many(600, "Đang học"));
        let whole = office.dry(&["a.csv", "b.csv"]).await;
        let ask = Ask { commit: true, ..office.ask(&["a.csv", "b.csv"]) };
        for units in [1, 2, 1] {
            let stopped = office.begin(&ask, units).await.map(|report| told(&report));
            assert!(matches!(stopped, Err(ImportError::Stopped { .. })), "{stopped:?}");
        }
        let report = office.begin(&ask, usize::MAX).await.unwrap();
        assert_eq!(told(&report), told(&whole));
        assert_eq!(office.facts("person").await.len(), 1_200);
        // Killed before anybody heard of it: the report comes again.
        let again = office.begin(&ask, usize::MAX).await.unwrap();
        assert_eq!(told(&again), told(&whole));
        roster::close(&office.sv, &again).await.unwrap();
        assert_eq!(counts(&office.commit(&["a.csv", "b.csv"]).await), [0, 0, 1_200, 0]);
        let audit = rows(office.store(), "SELECT action FROM audit_events WHERE action LIKE 'import%' ORDER BY action").await.unwrap();
        assert_eq!(audit, [["import.finished"; 3], ["import.started"; 3]].concat(), "of batches, not of rows");
    }
}

both! {
    async fn r49_a_run_that_was_stopped_goes_on_in_steps_of_another_size(office: Office) {
        office.file("a.csv", PUPILS, &many(2_700, "Đang học"));
        let whole = office.dry(&["a.csv"]).await;
        let small = Ask { commit: true, ..office.ask(&["a.csv"]) };
        let stopped = office.begin(&small, 1).await.map(|report| told(&report));
        assert!(matches!(stopped, Err(ImportError::Stopped { done: 500, of: 2_700 })), "{stopped:?}");
        let large = Ask { steps: Steps::Large, ..small };
        assert_eq!(told(&office.begin(&large, usize::MAX).await.unwrap()), told(&whole));
        // How many of the others there are depends on what else is written at the moment.
        let units = rows(office.store(), "SELECT CAST(rows AS TEXT) FROM import_units ORDER BY number").await.unwrap();
        assert_eq!(units[0], "500");
        assert_eq!(units.iter().map(|rows| rows.parse::<u32>().unwrap()).sum::<u32>(), 2_700, "{units:?}");
        assert_eq!(office.facts("person").await.len(), 2_700);
    }
}

both! {
    async fn r49_units_of_a_run_that_was_killed_after_its_end_go_with_the_upkeep(office: Office) {
        office.file("a.csv", PUPILS, &many(700, "Đang học"));
        let report = office.begin(&Ask { commit: true, ..office.ask(&["a.csv"]) }, usize::MAX).await.unwrap();
        let closing = roster::Closing::of(&office.sv, &report).unwrap();
        let write = async |tx: &mut Tx, closing: &roster::Closing| closing.write(tx).await;
        office.store().write(closing, write).await.unwrap();
        let units = async || rows(office.store(), "SELECT CAST(count(*) AS TEXT) FROM import_units").await.unwrap();
        assert_eq!(units().await, ["2"], "whoever waits does not wait for this");
        assert!(worker::purge(&office.sv).await.unwrap() >= 2);
        assert_eq!(units().await, ["0"]);
        assert_eq!(counts(&office.commit(&["a.csv"]).await), [0, 0, 700, 0], "a new run");
    }
}

both! {
    async fn told_to_stop_the_first_look_leaves_all_files(office: Office) {
        let names = ["a.csv", "b.csv", "c.csv"];
        for name in names {
            office.file(name, PUPILS, &many(1_100, "Đang học"));
        }
        let mut looked = Vec::new();
        let mut hear = |progress: roster::Progress| looked.push(progress.done);
        let watch = Watch { told: &mut hear, stop: Arc::new(AtomicBool::new(true)) };
        let stopped = roster::import(&office.sv, &office.ask(&names), watch).await;
        assert!(matches!(stopped, Err(ImportError::Stopped { .. })));
        assert_eq!(looked, [1_024]);
    }
}

both! {
    async fn a_unit_knows_whom_the_one_before_it_wrote(office: Office) {
        let of = |class: &str, sector: &str, citizen: &str| {
            format!("31303401|{class}|{sector}|{citizen}|Trần Văn Bình|14/03/2017|Nam|Đang học|05/09/2026|\n")
        };
        let first = many(499, "Đang học") + &of("1A", "3112345601", "031217000001");
        let second = of("2A", "", "031217000001") + &of("3A", "3112345699", "") + &of("4A", "", "");
        office.file("a.csv", PUPILS, &(first + &second));
        // A dry run writes nothing, and keeps in memory what the units before would have written.
        let told = office.agree(&["a.csv"]).await;
        let mut outcomes = told.files[0].outcomes.clone();
        outcomes.retain(|(row, _)| *row > 501);
        assert_eq!(outcomes, [(502, Outcome::Updated), (503, Outcome::Created), (504, Outcome::Review)]);
        assert_eq!(office.facts("person").await.len(), 501);
    }
}

both! {
    async fn r51_the_audit_trail_tells_what_an_import_changed_of_whom_and_of_which_school(office: Office) {
        office.pupils(&many(4, "Đang học")).await;
        let told = "SELECT detail FROM audit_events WHERE action = 'person.imported' ORDER BY id";
        assert!(rows(office.store(), told).await.unwrap().is_empty(), "whom it made, its end tells in numbers");
        let again = many(4, "Đang học");
        let lines: Vec<&str> = again.lines().collect();
        let renamed = lines[0].replace("Nguyễn", "Lê");
        assert_ne!(renamed, lines[0]);
        let left = lines[1].replace("Đang học", "Thôi học");
        office.pupils(&format!("{renamed}\n{left}\n{}\n", lines[2])).await;
        let told = rows(office.store(), told).await.unwrap();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(["\"record\"", "\"roles\""].iter().all(|what| told.iter().filter(|detail| detail.contains(what)).count() == 1), "{told:?}");
        assert!(told.iter().all(|detail| !detail.contains("Lê") && detail.contains("\"import\"")), "r50: {told:?}");
        office.file("truong.csv", SCHOOLS, "31303402|Trường Tiểu học Đổi Tên|TH|Phường Lê Chân|Đang hoạt động\n");
        office.commit(&["truong.csv"]).await;
        let schools = "SELECT action || ' ' || CAST(count(*) AS TEXT) FROM audit_events WHERE action LIKE 'org.%' GROUP BY action ORDER BY action";
        let schools = rows(office.store(), schools).await.unwrap();
        assert!(schools.contains(&"org.corrected 1".to_owned()) && schools.iter().any(|line| line.starts_with("org.founded ")), "{schools:?}");
    }
}

both! {
    async fn the_audit_trail_tells_of_each_account_that_an_import_lets_lapse_or_wake(office: Office) {
        office.pupils(&many(500, "Đang học")).await;
        office.file("a.csv", PUPILS, &many(500, "Thôi học"));
        let confirmed = Ask { commit: true, confirm_ended: Some(500), ..office.ask(&["a.csv"]) };
        assert_eq!(counts(&office.run(&confirmed).await.unwrap()), [0, 0, 0, 500]);
        office.file("a.csv", PUPILS, &many(500, "Nghỉ học xin học lại"));
        assert_eq!(counts(&office.commit(&["a.csv"]).await), [0, 500, 0, 0]);
        let events = "SELECT action || ' by ' || actor || ' ' || CAST(count(DISTINCT subject) AS TEXT) || ' ' || max(detail)
                      FROM audit_events WHERE action LIKE 'account.%' AND subject LIKE 'account:%' GROUP BY action, actor";
        let mut told = rows(office.store(), events).await.unwrap();
        told.sort();
        assert_eq!(told, [
            r#"account.lapsed by command line 500 {"from":"pending","to":"dormant"}"#,
            r#"account.woken by command line 500 {"from":"dormant","to":"pending"}"#,
        ]);
    }
}

both! {
    async fn an_import_for_one_school_takes_rows_of_that_school_only(office: Office) {
        office.file("a.csv", "Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh\n", "3A|3112345601|Nguyễn Thị An|14/03/2017\n");
        let ask = Ask { school: SchoolCode::read("31303401").ok(), commit: true, ..office.ask(&["a.csv"]) };
        assert_eq!(counts(&office.run(&ask).await.unwrap()), [1, 0, 0, 0]);
        office.file("b.csv", PUPILS, "31303402|3A|3112345602||Lê Văn Bình|14/03/2017|Nam|Đang học||\n");
        let other = Ask { files: vec![office.path("b.csv")], ..ask.clone() };
        assert_eq!(codes(&office.run(&other).await.unwrap(), Severity::Error), ["school_not_asked"]);
        let unknown = Ask { school: SchoolCode::read("99999999").ok(), ..ask };
        assert!(matches!(office.run(&unknown).await, Err(ImportError::NoSuchSchool(_))));
    }
}

both! {
    async fn a_file_that_cannot_be_read_to_its_end_stops_everything_before_anything_is_written(office: Office) {
        office.file("a.csv", PUPILS, &many(3, "Đang học"));
        std::fs::write(office.path("b.csv"), "a|b\n1|2\n").unwrap();
        let content = office.content().await;
        let ask = Ask { commit: true, ..office.ask(&["a.csv", "b.csv"]) };
        let refused = office.run(&ask).await;
        assert!(matches!(refused, Err(ImportError::File { ref path, .. }) if path.ends_with("b.csv")));
        assert_eq!(office.content().await, content);
    }
}

both! {
    async fn r40_and_invariant_6_columns_of_rights_and_of_our_own_grant_nothing(office: Office) {
        let header = PUPILS.trim_end().to_owned() + "|Vai trò quản trị|verified|sub|role|pid\n";
        office.file("a.csv", &header, "31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học|||sector_admin|true|1|school_admin|2\n");
        let report = office.commit(&["a.csv"]).await;
        assert_eq!(report.files[0].ignored, ["Vai trò quản trị", "verified", "sub", "role", "pid"]);
        assert_eq!(report.files[0].outcomes, [(2, Outcome::Created)]);
        assert_eq!(rows(office.store(), "SELECT role FROM delegations").await.unwrap(), [""; 0]);
        assert_eq!(office.of("account", "3112345601").await, ["pending 0"]);
    }
}

both! {
    async fn a_run_can_be_taken_back_for_a_day_and_what_was_begun_in_time_to_its_end(office: Office) {
        let by = Importer::CommandLine;
        office.pupils(&many(250, "Đang học")).await;
        let first = roster::undoable(&office.sv).await.unwrap().remove(0);
        assert_eq!((first.people, first.undone), (250, None));
        office.clock.advance(Duration::from_mins(1));
        office.pupils("31303401|3B|3112345601||Lê Thị Mới|14/03/2017|Nữ|Đang học||\n").await;
        let second = roster::undoable(&office.sv).await.unwrap().remove(0);
        assert_ne!(first.id, second.id, "the latest is the first of them");
        roster::begin_undo(&office.sv, &first).await.unwrap();
        let step = roster::undo(&office.sv, &by, first.id, |_| false).await.unwrap();
        assert_eq!((step.back, step.kept, step.more), (100, 0, true));
        office.clock.advance(Duration::from_hours(24) + Duration::from_mins(1));
        assert!(matches!(roster::may_undo(&office.sv, second.id).await, Err(NotUndone::TooLate)));
        assert!(roster::undoable(&office.sv).await.unwrap().is_empty());
        assert_eq!(roster::may_undo(&office.sv, first.id).await.unwrap().undone, Some(100));
        let undone = roster::undo(&office.sv, &by, first.id, |_| true).await.unwrap();
        assert_eq!((undone.back, office.facts("person").await.len()), (250, 1));
    }
}

both! {
    async fn of_two_who_take_a_run_back_at_once_each_step_is_done_by_one(office: Office) {
        let by = Importer::CommandLine;
        office.pupils(&many(250, "Đang học")).await;
        let run = roster::undoable(&office.sv).await.unwrap().remove(0).id;
        let (one, other) = tokio::join!(
            roster::undo(&office.sv, &by, run, |_| true),
            roster::undo(&office.sv, &by, run, |_| true)
        );
        assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
        assert_eq!((take_back(&office, run).await.back, office.facts("person").await.len()), (250, 0));
    }
}

both! {
    async fn what_can_be_taken_back_is_forgotten_a_day_after_the_last_of_it(office: Office) {
        office.pupils(&many(20, "Đang học")).await;
        let run = roster::undoable(&office.sv).await.unwrap().remove(0);
        for (after, left) in [(Duration::from_hours(23), 20), (Duration::from_hours(2), 0)] {
            office.clock.advance(after);
            phuong::worker::purge(&office.sv).await.unwrap();
            let found = office.sv.store.read(run.id, async |tx: &mut Tx, id: &BatchId| journal::run(tx, *id).await).await;
            assert_eq!(found.unwrap().unwrap().people, left);
        }
    }
}

/// Takes a run back to its end.
async fn take_back(office: &Office, run: BatchId) -> roster::Undone {
    roster::undo(&office.sv, &Importer::CommandLine, run, |_| true).await.unwrap()
}

/// Pupils of a class: the last digits of the sector ID, the citizen number, the name.
fn class_3a(rows: &[(&str, &str, &str)]) -> String {
    let row = |(id, citizen, name): &(&str, &str, &str)| {
        format!("31303401|3A|31123456{id}|{citizen}|Nguyễn Thị {name}|14/03/2017|Nữ|Đang học||\n")
    };
    rows.iter().map(row).collect()
}

both! {
    async fn whoever_had_an_identifier_that_is_somebody_elses_by_now_stays_and_the_others_go_back(office: Office) {
        office.pupils(&class_3a(&[("01", "031317000001", "An"), ("02", "031317000009", "Bình")])).await;
        office.clock.advance(Duration::from_mins(1));
        office.pupils(&class_3a(&[("01", "031317000002", "An"), ("02", "031317000009", "Bích")])).await;
        let corrected = roster::undoable(&office.sv).await.unwrap().remove(0);
        office.clock.advance(Duration::from_mins(1));
        let report = office.pupils(&class_3a(&[("03", "031317000001", "Chi")])).await;
        assert_eq!(counts(&report), [1, 0, 0, 0], "{:?}", report.issues);
        let before = office.of("identifier", "3112345601").await;
        let (would, staying) = roster::would_undo(&office.sv, corrected.id, |_| {}).await.unwrap();
        let names = |kept: &[journal::KeptRow]| kept.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        assert_eq!((would.back, would.kept, names(&staying)), (1, 1, vec!["Nguyễn Thị An".to_owned()]));
        let undone = take_back(&office, corrected.id).await;
        assert_eq!((undone.back, undone.kept), (1, 1));
        let within = Standing::danger_command_line().everywhere().unwrap();
        assert_eq!(names(&roster::kept(&office.sv, &within, corrected.id, (None, 9)).await.unwrap()), ["Nguyễn Thị An"]);
        assert_eq!(office.of("identifier", "3112345601").await, before, "as the import left it");
        assert!(office.of("person", "3112345602").await[0].starts_with("Nguyễn Thị Bình"));
        assert!(office.of("identifier", "3112345603").await.contains(&"cccd active".to_owned()));
    }
}

both! {
    async fn what_an_import_asked_other_schools_for_is_withdrawn_when_it_is_taken_back(office: Office) {
        office.pupils(&class_3a(&[("01", "", "An")])).await;
        let elsewhere = class_3a(&[("01", "", "An")]).replace("31303401", "31303402").replace("Đang học", "Chuyển đến HK1");
        let mut runs = Vec::new();
        for _ in 0..2 {
            office.clock.advance(Duration::from_mins(1));
            office.pupils(&elsewhere).await;
            runs.push(roster::undoable(&office.sv).await.unwrap().remove(0));
        }
        assert!(runs[0].id != runs[1].id && runs.iter().all(|run| run.people == 0), "of nobody anything was changed");
        let asked = async || office.of("transfer", "3112345601").await;
        assert_eq!((take_back(&office, runs[1].id).await.back, asked().await), (0, vec!["31303401 > 31303402 waiting".into()]));
        take_back(&office, runs[0].id).await;
        assert_eq!(asked().await, ["31303401 > 31303402 withdrawn"]);
        let noted = "SELECT actor FROM audit_events WHERE action = 'transfer.withdrawn' AND subject LIKE 'account:%'";
        assert_eq!(rows(office.store(), noted).await.unwrap(), ["command line"]);
        take_back(&office, runs[0].id).await;
        assert_eq!(rows(office.store(), noted).await.unwrap().len(), 1, "once");
        // The same file asks again.
        office.pupils(&elsewhere).await;
        assert_eq!(asked().await, ["31303401 > 31303402 waiting", "31303401 > 31303402 withdrawn"]);
    }
}
