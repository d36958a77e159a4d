//! Microsoft accounts: a column of lists of pupils and staff, so that Teams makes nobody a second account.

use std::{fs, io::Write, time::Duration};

use phuong::{
    admin::export::{self, Form, Leave, Listed},
    roster::{self, Importer, Language, Report, Severity},
    services::authority::Standing,
};

use super::{
    content::rows,
    office::{Office, codes, counts},
};

const PUPILS: &str = "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh|Giới tính|Tài khoản Teams\n";
const STAFF: &str =
    "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Giới tính|Trạng thái CB|Nhóm chức vụ|Email|Email Microsoft\n";
const HUY: &str =
    "31303401|3100456789|Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.com|Huy@example.edu.vn\n";

fn an(upn: &str) -> String {
    format!("31303401|3A|3112345601|Nguyễn Thị An|14/03/2017|Nữ|{upn}\n")
}

fn binh(upn: &str) -> String {
    format!("31303401|3A|3112345602|Đỗ Bình|15/03/2017|Nam|{upn}\n")
}

async fn list(office: &Office, rows: &str) -> Report {
    office.file("ms.csv", PUPILS, rows);
    office.agree(&["ms.csv"]).await
}

/// Whose Microsoft account is which.
async fn held(office: &Office) -> Vec<String> {
    let sql = "SELECT p.full_name || ' ' || i.value FROM identifiers i JOIN persons p ON p.id = i.person_id
               WHERE i.type = 'upn' AND i.status <> 'superseded'";
    let mut held = rows(office.store(), sql).await.unwrap();
    held.sort();
    held
}

fn everybody() -> Leave {
    Standing::danger_command_line().everywhere().unwrap()
}

/// The Microsoft accounts that go to School Data Sync.
async fn matched(office: &Office, folder: &str) -> Vec<String> {
    export::sds(&office.sv, &everybody(), &office.path(folder), &mut |_| {}).await.unwrap();
    let mut users = csv::Reader::from_path(office.path(folder).join("users.csv")).unwrap();
    let at = users.headers().unwrap().iter().position(|title| title == "activeDirectoryMatchId").unwrap();
    let all = users.records().map(|user| user.unwrap()[at].to_owned());
    let mut all: Vec<String> = all.filter(|name| !name.is_empty()).collect();
    all.sort();
    all
}

fn changes(report: &Report) -> Vec<String> {
    let rows = report.files.iter().flat_map(|file| file.differences.iter());
    rows.flat_map(|(_, what)| what.iter().map(|one| one.told(Language::Vi)).collect::<Vec<_>>()).collect()
}

both! {
    async fn a_list_says_which_microsoft_account_somebody_has_already(office: Office) {
        office.file("cb.csv", STAFF, HUY);
        assert_eq!(counts(&office.agree(&["cb.csv"]).await), [1, 0, 0, 0]);
        assert_eq!(counts(&list(&office, &an("An@HS.example.edu.vn")).await), [1, 0, 0, 0]);
        assert_eq!(matched(&office, "first").await, ["an@hs.example.edu.vn", "huy@example.edu.vn"]);
        // The same again is nothing; another is told, and takes the place of the first.
        assert_eq!(counts(&list(&office, &an("an@hs.example.edu.vn")).await), [0, 0, 1, 0]);
        let other = list(&office, &an("an.nguyen@hs.example.edu.vn")).await;
        assert_eq!(counts(&other), [0, 1, 0, 0]);
        assert_eq!(changes(&other), ["Tài khoản Microsoft: an@hs.example.edu.vn → an.nguyen@hs.example.edu.vn"]);
        assert_eq!(matched(&office, "second").await, ["an.nguyen@hs.example.edu.vn", "huy@example.edu.vn"]);
        let ledger = office.of("identifier", "3112345601").await;
        assert_eq!(ledger.iter().filter(|fact| *fact == "upn superseded").count(), 1, "{ledger:?}");
        // What a file leaves empty, or has no column for, is not taken away.
        assert_eq!(counts(&list(&office, &an("")).await), [0, 0, 1, 0]);
        office.pupils("31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học||\n").await;
        assert_eq!(held(&office).await, ["Nguyễn Thị An an.nguyen@hs.example.edu.vn", "Trần Đức Huy huy@example.edu.vn"]);
    }
}

both! {
    async fn a_microsoft_account_is_one_persons(office: Office) {
        list(&office, &an("an@hs.example.edu.vn")).await;
        let before = office.content().await;
        let taken = list(&office, &binh("AN@hs.example.edu.vn")).await;
        assert_eq!((counts(&taken), codes(&taken, Severity::Error)), ([0; 4], vec!["upn_taken"]));
        assert_eq!(office.content().await, before, "nothing of the row is taken");
        let issue = taken.of(Severity::Error).next().unwrap();
        let said = issue.message(Language::Vi);
        assert!(&*issue.column == "Tài khoản Teams" && said.contains("an@hs.example.edu.vn"), "{said}");
        assert!(!said.contains("Nguyễn") && !said.contains("3112345601"), "r38: {said}");
        // Of two rows of one file the first has it; one that is given up is free for the next.
        let both = list(&office, &format!("{}{}", an("an@hs.example.edu.vn"), binh("an@hs.example.edu.vn"))).await;
        assert_eq!((counts(&both), codes(&both, Severity::Error)), ([0, 0, 1, 0], vec!["upn_taken"]));
        let swapped = list(&office, &format!("{}{}", an("an2@hs.example.edu.vn"), binh("an@hs.example.edu.vn"))).await;
        assert_eq!((counts(&swapped), codes(&swapped, Severity::Error)), ([1, 1, 0, 0], vec![]));
        assert_eq!(held(&office).await, ["Nguyễn Thị An an2@hs.example.edu.vn", "Đỗ Bình an@hs.example.edu.vn"]);
    }
}

both! {
    async fn what_is_no_microsoft_account_is_told_at_its_cell(office: Office) {
        let long = format!("{}@hs.example.edu.vn", "a".repeat(250));
        for (upn, code) in [("an", "upn_malformed"), ("an@hs", "upn_malformed"), ("ân@hs.vn", "upn_malformed"), (&*long, "too_long")] {
            let report = list(&office, &an(upn)).await;
            assert_eq!((counts(&report), codes(&report, Severity::Error)), ([0; 4], vec![code]), "{upn}");
        }
        assert!(held(&office).await.is_empty());
    }
}

both! {
    async fn an_import_that_said_which_microsoft_account_is_taken_back(office: Office) {
        list(&office, &format!("{}{}", an("an@hs.example.edu.vn"), binh(""))).await;
        let before = office.content().await;
        office.clock.advance(Duration::from_mins(1));
        let swapped = list(&office, &format!("{}{}", an("an2@hs.example.edu.vn"), binh("an@hs.example.edu.vn"))).await;
        assert_eq!(held(&office).await.len(), 2);
        office.clock.advance(Duration::from_mins(1));
        let batch = swapped.batch().unwrap();
        roster::undo(&office.sv, &Importer::CommandLine, batch, |_| true).await.unwrap();
        assert_eq!(held(&office).await, ["Nguyễn Thị An an@hs.example.edu.vn"], "from one who had it for a while");
        assert_eq!(office.content().await, before);
    }
}

/// Three hundred pupils, two by two: which account the first and the second of each have.
fn pairs(first: char, second: char) -> String {
    let row = |n: u32| {
        let (name, letter) =
            if n.is_multiple_of(2) { ("Nguyễn Thị An", first) } else { ("Đỗ Thị Bình", second) };
        format!("31303401|3A|31123{n:05}|{name}|14/03/2017|Nữ|{letter}{}@hs.example.edu.vn\n", n / 2)
    };
    (0..300).map(row).collect()
}

both! {
    async fn whoever_took_over_an_account_within_an_import_goes_back_with_its_owner_however_far_apart(office: Office) {
        list(&office, &pairs('a', 'b')).await;
        let before = (office.content().await, held(&office).await);
        office.clock.advance(Duration::from_mins(1));
        let passed_on = list(&office, &pairs('c', 'a')).await;
        assert_eq!(counts(&passed_on), [0, 300, 0, 0], "{:?}", passed_on.issues);
        office.clock.advance(Duration::from_mins(1));
        let (by, batch) = (Importer::CommandLine, passed_on.batch().unwrap());
        let would = async || roster::would_undo(&office.sv, batch, |_| {}).await.unwrap().0;
        let all = would().await;
        assert_eq!((all.back, all.kept), (300, 0));
        let step = roster::undo(&office.sv, &by, batch, |_| false).await.unwrap();
        assert!((100..=200).contains(&step.back) && step.kept == 0 && step.more, "{step:?}");
        let rest = would().await;
        assert_eq!((rest.back, rest.kept), (300 - step.back, 0), "whoever went back early is not told twice");
        let undone = roster::undo(&office.sv, &by, batch, |_| true).await.unwrap();
        assert_eq!((undone.back, undone.kept), (300, 0));
        assert_eq!((office.content().await, held(&office).await), before);
    }
}

both! {
    async fn two_who_swapped_accounts_go_back_together_unless_one_of_them_was_touched_since(office: Office) {
        let other = "31303402|3100456789|Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.com|";
        let mai = "31303401|3100456790|Lê Thị Mai|03/09/1985|Nữ|Đang làm việc|Giáo viên|mai@example.com|";
        let huy = |upn: &str| HUY.replace("Huy@example.edu.vn", upn);
        let staff = async |rows: &str| {
            office.file("cb.csv", STAFF, rows);
            office.clock.advance(Duration::from_mins(1));
            office.commit(&["cb.csv"]).await
        };
        staff(&format!("{}{mai}b@example.edu.vn\n", huy("a@example.edu.vn"))).await;
        let before = (office.content().await, held(&office).await);
        // Of whoever works at two schools the last row counts: in between an account is free.
        let swapped = format!("{}{mai}a@example.edu.vn\n{other}b@example.edu.vn\n", huy("c@example.edu.vn"));
        for touched in [false, true] {
            let batch = staff(&swapped).await.batch().unwrap();
            let after = ["Lê Thị Mai a@example.edu.vn", "Trần Đức Huy b@example.edu.vn"];
            assert_eq!(held(&office).await, after);
            if touched {
                staff(&format!("{}a@example.edu.vn\n", mai.replace("Mai", "Mây"))).await;
            }
            office.clock.advance(Duration::from_mins(1));
            let (would, _) = roster::would_undo(&office.sv, batch, |_| {}).await.unwrap();
            let undone = roster::undo(&office.sv, &Importer::CommandLine, batch, |_| true).await.unwrap();
            let told = if touched { (0, 2) } else { (2, 0) };
            assert_eq!(((would.back, would.kept), (undone.back, undone.kept)), (told, told));
            if touched {
                assert_eq!(held(&office).await, ["Lê Thị Mây a@example.edu.vn", "Trần Đức Huy b@example.edu.vn"]);
            } else {
                assert_eq!((office.content().await, held(&office).await), before);
            }
        }
    }
}

both! {
    async fn lists_with_microsoft_accounts_come_back_unchanged(office: Office) {
        office.file("cb.csv", STAFF, HUY);
        office.commit(&["cb.csv"]).await;
        list(&office, &an("an@hs.example.edu.vn")).await;
        let before = office.content().await;
        for (form, name, upn) in [
            (Form::Csv(Listed::Pupils), "hs.csv", "an@hs.example.edu.vn"),
            (Form::Csv(Listed::Staff), "cb-ra.csv", "huy@example.edu.vn"),
        ] {
            export::people(&office.sv, &everybody(), form, &office.path(name), &mut |_| {}).await.unwrap();
            let text = fs::read_to_string(office.path(name)).unwrap();
            assert!(text.contains(",Tài khoản Microsoft") && text.contains(upn), "{text}");
            assert_eq!(counts(&office.commit(&[name]).await), [0, 0, 1, 0]);
        }
        assert_eq!(office.content().await, before);
    }
}

both! {
    async fn oneroster_names_microsoft_accounts_among_the_ids(office: Office) {
        let tables = [
            ("manifest.csv", "propertyName,value\noneroster.version,1.2\n"),
            ("orgs.csv", "sourcedId,name,type,identifier\ns1,Trường Tiểu học Một,school,31303401\n"),
            (
                "users.csv",
                "sourcedId,enabledUser,username,userIds,givenName,familyName,identifier\n\
                 u1,true,an,\"{moet:3112345601},{Microsoft:An@hs.example.edu.vn}\",An,Nguyễn,\n\
                 u2,true,huy,\"{UPN:huy@example.edu.vn}\",Huy,Trần,3100456789\n\
                 u3,true,binh,\"{Microsoft:9f2c1c1e-0000-4000-8000-3c5a7f1e0001}\",Bình,Đỗ,3112345602\n",
            ),
            ("roles.csv", "sourcedId,userSourcedId,roleType,role,orgSourcedId\nr1,u1,primary,student,s1\nr2,u2,primary,teacher,s1\nr3,u3,primary,student,s1\n"),
        ];
        let mut zip = zip::ZipWriter::new(fs::File::create(office.path("or.zip")).unwrap());
        for (name, text) in tables {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        let report = office.commit(&["or.zip"]).await;
        assert!(!report.has_errors(), "{:?}", report.issues);
        assert_eq!(held(&office).await, ["Nguyễn An an@hs.example.edu.vn", "Trần Huy huy@example.edu.vn"]);
    }
}
