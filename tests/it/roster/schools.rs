//! Schools and where they belong.

use phuong::{
    admin::{roles, schools},
    model::school_code::SchoolCode,
    roster::{Ask, Severity},
    services::authority::{FindPeople, Permit, Reach, Standing},
};

use super::office::{Office, SCHOOLS, codes};

impl Office {
    async fn schools(&self, rows: &str) -> phuong::roster::Report {
        self.file("t.csv", SCHOOLS, rows);
        self.agree(&["t.csv"]).await
    }
}

both! {
    async fn a_school_answers_to_the_department_and_below_upper_level_to_its_commune(office: Office) {
        let orgs = [
            "commune - Phường Hồng Bàng [] active",
            "commune - Phường Lê Chân [] active",
            "department - Sở Giáo dục và Đào tạo [] active",
            "school 31303401 Trường Tiểu học Một [TH] active",
            "school 31303402 Trường Tiểu học Hai [TH] active",
            "school 31303501 Trường THCS Ba [THCS] active",
            "school 31303901 Trung tâm GDTX [GDTX] active",
        ];
        assert_eq!(office.facts("org").await, orgs);
        let edges = office.facts("edge").await;
        assert_eq!(edges.iter().filter(|edge| edge.contains("-professional-> Sở Giáo dục và Đào tạo 2026-08-01..")).count(), 4);
        assert_eq!(edges.iter().filter(|edge| edge.contains("-administrative->")).count(), 3);
    }
}

both! {
    async fn a_school_moves_to_another_commune_on_a_day(office: Office) {
        let report = office.schools("31303401|Trường Tiểu học Một|TH|Xã An Dương|Đang hoạt động\n").await;
        assert_eq!(report.tally.orgs_created, 1);
        let edges: Vec<_> = office.facts("edge").await.into_iter().filter(|edge| edge.starts_with("31303401 -admin")).collect();
        let moved = [
            "31303401 -administrative-> Phường Hồng Bàng 2026-08-01..2026-11-24",
            "31303401 -administrative-> Xã An Dương 2026-11-24..",
        ];
        assert_eq!(edges, moved);
        office.schools("31303401|Trường Tiểu học Một|TH|Phường Hồng Bàng|Đang hoạt động\n").await;
        office.schools("31303401|Trường Tiểu học Một|TH|Xã An Dương|Đang hoạt động\n").await;
        let current = office.facts("edge").await.into_iter().filter(|edge| edge.ends_with("..") && edge.starts_with("31303401 -admin"));
        assert_eq!(current.collect::<Vec<_>>(), ["31303401 -administrative-> Xã An Dương 2026-11-24.."]);
    }
}

both! {
    async fn schools_of_one_name_in_several_communes_are_several_schools(office: Office) {
        let rows = "31303411|Trường Tiểu học Kim Đồng|TH|Phường Hồng Bàng|\n31303412|Trường Tiểu học Kim Đồng|TH|Phường Lê Chân|\n";
        let report = office.schools(rows).await;
        assert_eq!((report.tally.orgs_created, report.issues.len()), (2, 0));
        let twice = "31303411|Trường Tiểu học Kim Đồng|TH|Phường Lê Chân|\n31303411|Trường Tiểu học Lê Lợi|TH|Phường Lê Chân|\n";
        let report = office.schools(twice).await;
        assert_eq!(codes(&report, Severity::Error), ["duplicate_school"]);
    }
}

both! {
    async fn schools_are_listed_in_the_vietnamese_order_of_their_names(office: Office) {
        let rows = "31303411|Trường Đông|TH|Phường Lê Chân|\n31303412|Trường Dương|TH|Phường Lê Chân|\n";
        office.schools(rows).await;
        let who = Standing::danger_command_line();
        let leave: Permit<FindPeople, Reach> = who.everywhere().unwrap();
        // Folded, *dong* would come before *duong*.
        let wanted = ["Trường Dương", "Trường Đông"];
        let ours = |names: Vec<String>| names.into_iter().filter(|name| wanted.contains(&&**name)).collect::<Vec<_>>();
        let all = schools::all(&office.sv, &leave).await.unwrap();
        assert_eq!(ours(all.into_iter().map(|school| school.name).collect()), wanted);
        let places = roles::places(&office.sv, &who.everywhere().unwrap()).await.unwrap();
        assert_eq!(ours(places.into_iter().map(|place| place.name).collect()), wanted);
    }
}

both! {
    async fn a_school_is_renamed_and_closed_but_not_while_people_are_there(office: Office) {
        office.schools("31303401|Trường Tiểu học Mới|TH, THCS|Phường Hồng Bàng|Đang hoạt động\n").await;
        assert!(office.facts("org").await.contains(&"school 31303401 Trường Tiểu học Mới [TH,THCS] active".to_owned()));
        let an = "31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n";
        office.pupils(an).await;
        let closing = "31303401|Trường Tiểu học Mới|TH, THCS|Phường Hồng Bàng|Giải thể\n";
        assert_eq!(codes(&office.schools(closing).await, Severity::Error), ["school_has_members"]);
        office.pupils(&an.replace("Đang học", "Chuyển đi")).await;
        assert_eq!(codes(&office.schools(closing).await, Severity::Error), [""; 0]);
        assert!(office.facts("org").await.contains(&"school 31303401 Trường Tiểu học Mới [TH,THCS] closed".to_owned()));
        assert_eq!(codes(&office.pupils(an).await, Severity::Error), ["school_closed"]);
        assert!(office.facts("edge").await.iter().all(|edge| !edge.starts_with("31303401") || !edge.ends_with("..")));
        assert_eq!(office.schools(closing).await.files[0].outcomes, [(2, phuong::roster::Outcome::Unchanged)]);
        office.schools(&closing.replace("Giải thể", "Đang hoạt động")).await;
        let current = office.facts("edge").await.into_iter().filter(|edge| edge.starts_with("31303401") && edge.ends_with(".."));
        assert_eq!(current.count(), 2, "it belongs again to the department and to its commune");
    }
}

both! {
    async fn pupils_of_another_school_are_not_of_the_one_asked_for_where_only_its_name_tells(office: Office) {
        let header = "Tên trường|Lớp|Mã học sinh|Họ và tên|Ngày sinh\n";
        office.file("a.csv", header, "Trường THCS Ba|6A|3112345601|An|14/03/2015\nTHCS Ba|6A|3112345602|Bình|14/03/2015\n");
        let school = SchoolCode::read("31303401").ok();
        let only = Ask { school, commit: true, ..office.ask(&["a.csv"]) };
        let report = office.run(&only).await.unwrap();
        assert_eq!(codes(&report, Severity::Error), ["school_not_asked"; 2]);
        // Its own name, and one that nobody has.
        office.file("a.csv", header, "TRƯỜNG TIỂU HỌC MỘT|3A|3112345601|An|14/03/2017\nTH 1|3A|3112345602|Bình|14/03/2017\n");
        assert_eq!(office.run(&only).await.unwrap().tally.created, 2);
    }
}
