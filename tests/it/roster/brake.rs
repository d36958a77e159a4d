//! The mass-change brake: invariant 5, whichever row it is that ends somebody.

use phuong::roster::Ask;

use super::office::{Office, PUPILS, STAFF, counts, many};

both! {
    async fn invariant_5_a_mass_change_waits_until_somebody_types_the_number(office: Office) {
        office.pupils(&many(400, "Đang học")).await;
        office.file("a.csv", PUPILS, &many(20, "Thôi học"));
        assert_eq!(counts(&office.commit(&["a.csv"]).await), [0, 0, 0, 20], "twenty may end unasked");
        let leaving = many(45, "Thôi học");
        office.file("a.csv", PUPILS, &leaving);
        let content = office.content().await;
        let stopped = office.commit(&["a.csv"]).await;
        assert!(!stopped.committed);
        let brake = stopped.brake.unwrap();
        assert_eq!((brake.ended, brake.schools), (25, vec![("31303401".to_owned(), 25, 380)]));
        assert_eq!(office.content().await, content);
        let wrong = Ask { commit: true, confirm_ended: Some(24), ..office.ask(&["a.csv"]) };
        assert!(!office.run(&wrong).await.unwrap().committed);
        let right = Ask { confirm_ended: Some(25), ..wrong };
        assert_eq!(counts(&office.run(&right).await.unwrap()), [0, 0, 20, 25]);
        assert!(office.dry(&["a.csv"]).await.brake.is_none());
    }
}

/// How many it ends in all; and at which schools too many, of how many.
type Braked = (i64, Vec<(String, i64, i64)>);

impl Office {
    /// What stops files from being imported; nothing is written.
    async fn braked(&self, names: &[&str]) -> Braked {
        let content = self.content().await;
        let stopped = self.commit(names).await;
        assert!(!stopped.committed, "{names:?} was written");
        assert_eq!(self.content().await, content);
        let brake = stopped.brake.unwrap();
        (brake.ended, brake.schools)
    }

    async fn confirmed(&self, names: &[&str], ended: i64) -> [i64; 4] {
        let ask = Ask { commit: true, confirm_ended: Some(ended), ..self.ask(names) };
        let report = self.run(&ask).await.unwrap();
        assert!(report.committed);
        counts(&report)
    }
}

/// At school One, so many of so many.
fn at_one(ended: i64, of: i64) -> Braked {
    (ended, vec![("31303401".to_owned(), ended, of)])
}

both! {
    async fn invariant_5_a_mass_transfer_waits_in_whatever_order_release_and_claim_are_read(office: Office) {
        office.pupils(&many(400, "Đang học")).await;
        let releases = many(100, "Chuyển đi");
        let claims = many(100, "Chuyển đến HK1").replace("31303401", "31303402");
        office.file("a.csv", PUPILS, &releases);
        office.file("b.csv", PUPILS, &claims);
        let mixed: String = claims.lines().zip(releases.lines()).map(|(claim, release)| [claim, release, ""].join("\n")).collect();
        office.file("one.csv", PUPILS, &mixed);
        office.file("other.csv", PUPILS, &format!("{releases}{claims}"));
        for files in [&["a.csv", "b.csv"][..], &["b.csv", "a.csv"], &["one.csv"], &["other.csv"]] {
            assert_eq!(office.braked(files).await, at_one(100, 400), "{files:?}");
        }
        office.confirmed(&["b.csv", "a.csv"], 100).await;
        let moved = office.facts("affiliation").await;
        assert_eq!(moved.iter().filter(|fact| fact.contains("student@31303402 active primary")).count(), 100);
        assert!(office.commit(&["a.csv", "b.csv"]).await.committed, "nothing of it is left to end");
    }
}

/// Pupils who are of age, as those of an evening school.
fn grown(count: u32, status: &str) -> String {
    many(count, status).replace("/2017", "/1997")
}

/// Pupils as a list of staff would have them.
fn as_staff(rows: &str, role: &str) -> String {
    let staff = |row: &str| {
        let cells: Vec<&str> = row.split('|').collect();
        let [school, _, id, citizen, name, born, sex, ..] = cells[..] else { unreachable!() };
        format!("{school}|{id}|{citizen}|{name}|{born}|{sex}|Đang làm việc|{role}||\n")
    };
    rows.lines().map(staff).collect()
}

both! {
    async fn invariant_5_pupils_in_a_list_of_staff_stay_pupils_until_somebody_types_the_number(office: Office) {
        office.pupils(&grown(400, "Đang học")).await;
        let staff = as_staff(&grown(30, "Đang học"), "Giáo viên");
        office.file("a.csv", STAFF, &staff);
        assert_eq!(office.braked(&["a.csv"]).await, at_one(30, 400));
        // At whichever school they are said to work; and together with those who leave.
        office.file("b.csv", STAFF, &staff.replace("31303401", "31303402"));
        assert_eq!(office.braked(&["b.csv"]).await, at_one(30, 400));
        let some: String = staff.lines().take(12).map(|row| row.replace("31303401", "31303402") + "\n").collect();
        let leaving: String = grown(24, "Thôi học").lines().skip(12).map(|row| row.to_owned() + "\n").collect();
        office.file("c.csv", STAFF, &some);
        office.file("d.csv", PUPILS, &leaving);
        assert_eq!(office.braked(&["c.csv", "d.csv"]).await, at_one(24, 400));
        assert_eq!(counts(&office.commit(&["c.csv"]).await), [0, 12, 0, 0], "twelve may");
        assert_eq!(office.confirmed(&["a.csv"], 30).await, [0, 30, 0, 0]);
    }
}

both! {
    async fn invariant_5_a_list_makes_no_plain_staff_of_teachers_unasked_and_one_without_positions_none(office: Office) {
        let teachers = as_staff(&many(30, ""), "Giáo viên");
        assert_eq!(counts(&office.staff(&teachers).await), [30, 0, 0, 0], "nobody was anything before");
        assert_eq!(counts(&office.staff(&teachers.replace("Giáo viên", "")).await), [0, 0, 30, 0]);
        office.file("a.csv", STAFF, &teachers.replace("Giáo viên", "Nhân viên"));
        assert_eq!(office.braked(&["a.csv"]).await, at_one(30, 30));
        assert_eq!(counts(&office.staff(&teachers).await), [0, 0, 30, 0]);
    }
}
