//! What is taken out goes in again: lists change nothing, and OneRoster makes the same sector of an empty database.

use std::{collections::HashSet, fs, io::Read, path::Path};

use phuong::{
    admin::{
        export::{self, Exported, Form, Leave, Listed},
        people,
    },
    base::page::Ask,
    roster::Report,
    services::authority::{Reach, Standing},
};
use zip::ZipArchive;

use super::{
    content::rows,
    office::{ASSIGNMENTS, Office, PUPILS, SCHOOLS, STAFF},
};

/// A sector with everything that is hard about one.
async fn sector(office: &Office) {
    office.file(
        "truong-la.csv",
        SCHOOLS,
        "31303777|-Trường Dấu Trừ|TH,THCS|Phường Lê Chân|Đang hoạt động\n31303778|Trường Đóng|TH||Đã đóng cửa\n",
    );
    office.file(
        "can-bo.csv",
        STAFF,
        "31303401|3100456789||Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.edu.vn|0912000002\n\
         31303401|3100456790||Phạm Thu Hà|03/10/1975|Nữ|Đang làm việc|Hiệu trưởng||\n\
         31303402|3100456791||Lê An|04/11/1990|Nam|Đang làm việc|Nhân viên||0912000003\n",
    );
    office.file(
        "hoc-sinh.csv",
        PUPILS,
        "31303401|3A|3112345678||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học|05/09/2026|\n\
         31303401|3A|3112345679||Đỗ Bình|15/03/2017|Nam|Đang học||\n\
         31303401|1B|||Vũ Minh An|01/06/2020|Nam|Đang học||\n\
         31303402||3112345680||Hoàng H'Linh|16/04/2016|Nữ|Đang học||\n\
         31303501|9C|3112345681||Ông|17/05/2012|Nam|Đang học||\n",
    );
    office.file(
        "phan-cong.csv",
        ASSIGNMENTS,
        "31303401|3A|3100456789|Chủ nhiệm|\n31303401|3A|3100456789|Bộ môn|Toán\n31303401|1B|3100456790|Bộ môn|+Tin học\n",
    );
    let report = office.commit(&["truong-la.csv", "can-bo.csv", "hoc-sinh.csv", "phan-cong.csv"]).await;
    assert!(!report.has_errors(), "{:?}", report.issues);
}

fn everybody() -> Leave {
    Standing::danger_command_line().everywhere().unwrap()
}

async fn lists(office: &Office, leave: &Leave, form: Form, name: &str) -> Exported {
    export::people(&office.sv, leave, form, &office.path(name), &mut |_| {}).await.unwrap()
}

/// Everybody was found, and nothing was done to anybody.
fn changes_nothing(report: &Report, people: i64, what: &str) {
    let tally = &report.tally;
    assert!(!report.has_errors(), "{what}: {:?}", report.issues);
    assert_eq!((tally.created, tally.updated, tally.ended, tally.unchanged), (0, 0, 0, people), "{what}: {tally:?}");
}

both! {
    async fn lists_that_are_imported_again_change_nothing(office: Office) {
        sector(&office).await;
        let before = office.content().await;
        let workbook = lists(&office, &everybody(), Form::Workbook, "moi-nguoi.xlsx").await;
        assert_eq!(workbook, Exported { people: 8, rows: 8 });
        changes_nothing(&office.commit(&["moi-nguoi.xlsx"]).await, 8, "xlsx");
        let pupils = lists(&office, &everybody(), Form::Csv(Listed::Pupils), "hs.csv").await;
        let staff = lists(&office, &everybody(), Form::Csv(Listed::Staff), "cb.csv").await;
        for (exported, name) in [(pupils, "hs.csv"), (staff, "cb.csv")] {
            let written = fs::read_to_string(office.path(name)).unwrap().lines().count() as u64 - 1;
            assert_eq!(exported, Exported { people: written, rows: written }, "{name}");
        }
        assert_eq!(pupils.people + staff.people, 8);
        changes_nothing(&office.commit(&["hs.csv", "cb.csv"]).await, 8, "csv");
        assert_eq!(office.content().await, before);
        // In the order of class lists, each with what the ministry calls it.
        let text = fs::read_to_string(office.path("hs.csv")).unwrap();
        let line = "31303401,3A,Khối 3,3112345678,Nguyễn Thị Bảo Ngọc,14/03/2017,Nữ,Đang học,05/09/2026,";
        assert!(text.starts_with("\u{FEFF}STT,Mã trường,") && text.contains(line), "{text}");
        let names = ["Vũ Minh An", "Đỗ Bình", "Hoàng H'Linh", "Nguyễn Thị Bảo Ngọc", "Ông"];
        let at: Vec<_> = names.iter().map(|name| text.find(name).unwrap()).collect();
        assert!(at.is_sorted(), "{at:?}");
    }
}

both! {
    async fn r47_what_a_spreadsheet_would_compute_is_text_and_comes_back_as_it_was(office: Office) {
        sector(&office).await;
        office.file("them.csv", STAFF, "31303777|3100456799||Mai Lan|02/09/1985|Nữ|Đang làm việc|Giáo viên||\n");
        office.commit(&["them.csv"]).await;
        lists(&office, &everybody(), Form::Csv(Listed::Staff), "cb.csv").await;
        let text = fs::read_to_string(office.path("cb.csv")).unwrap();
        assert!(text.contains(",'-Trường Dấu Trừ,"), "{text}");
        let zip = office.path("or.zip");
        export::oneroster(&office.sv, &everybody(), &zip, &mut |_| {}).await.unwrap();
        assert!(part(&zip, "orgs.csv").contains(",'-Trường Dấu Trừ,"));
        assert!(part(&zip, "enrollments.csv").contains(",'+Tin học"));
        for cell in ["orgs", "users", "roles", "enrollments"].map(|name| part(&zip, &format!("{name}.csv"))).concat().split([',', '\n']) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
    }
}

both! {
    async fn r38_an_export_of_a_school_holds_nobody_elses_people(office: Office) {
        sector(&office).await;
        let school = people::school(&office.sv, "31303402").await.unwrap().unwrap();
        let leave: Leave = Standing::danger_command_line().under(&office.sv, school).await.unwrap();
        assert_eq!(*leave.place(), Reach::Under(school));
        lists(&office, &leave, Form::Csv(Listed::Pupils), "hs.csv").await;
        let text = fs::read_to_string(office.path("hs.csv")).unwrap();
        assert!(text.contains("Hoàng H'Linh") && text.lines().count() == 2, "{text}");
        export::oneroster(&office.sv, &leave, &office.path("or.zip"), &mut |_| {}).await.unwrap();
        let users = part(&office.path("or.zip"), "users.csv");
        assert!(users.contains("Lê An") && !users.contains("Bảo Ngọc"), "{users}");
        let orgs = part(&office.path("or.zip"), "orgs.csv");
        assert!(orgs.contains("31303402") && !orgs.contains("31303401"), "{orgs}");
        let noted = rows(&office.sv.store, "SELECT action || ' ' || actor || ' ' || detail FROM audit_events WHERE action = 'people.exported' ORDER BY id").await.unwrap();
        assert_eq!(noted.len(), 2);
        assert!(noted[1].starts_with("people.exported command line ") && noted[1].contains(&school.to_string()), "{noted:?}");
    }
}

both! {
    async fn oneroster_makes_the_same_sector_of_an_empty_database(office: Office) {
        sector(&office).await;
        let zip = office.path("or.zip");
        let done = export::oneroster(&office.sv, &everybody(), &zip, &mut |_| {}).await.unwrap();
        assert_eq!(done.people, 8);
        assert_eq!(part(&zip, "manifest.csv").lines().collect::<Vec<_>>(), MANIFEST);
        assert!(part(&zip, "academicSessions.csv").contains(",2026-09-05,2027-05-31,"), "the last day of lessons");
        let Some(other) = Office::empty(office.backend()).await else { return };
        fs::copy(&zip, other.path("or.zip")).unwrap();
        let report = other.commit(&["or.zip"]).await;
        assert!(!report.has_errors(), "{:?}", report.issues);
        assert_eq!(report.tally.created, 8);
        // A school that is closed is not exported: it has nobody.
        let open = |facts: Vec<String>| facts.into_iter().filter(|fact| !fact.contains("31303778")).collect::<Vec<_>>();
        assert_eq!(open(other.content().await), open(office.content().await));
        changes_nothing(&other.commit(&["or.zip"]).await, 8, "again");
        changes_nothing(&office.commit(&["or.zip"]).await, 8, "at home");
    }
}

/// What OneRoster 1.2 has a manifest say: every property there is, whether its file is here or not.
const MANIFEST: [&str; 26] = [
    "propertyName,value",
    "manifest.version,1.0",
    "oneroster.version,1.2",
    "file.academicSessions,bulk",
    "file.categories,absent",
    "file.classes,bulk",
    "file.classResources,absent",
    "file.courses,bulk",
    "file.courseResources,absent",
    "file.demographics,bulk",
    "file.enrollments,bulk",
    "file.lineItemLearningObjectiveIds,absent",
    "file.lineItems,absent",
    "file.lineItemScoreScales,absent",
    "file.orgs,bulk",
    "file.resources,absent",
    "file.resultLearningObjectiveIds,absent",
    "file.results,absent",
    "file.resultScoreScales,absent",
    "file.roles,bulk",
    "file.scoreScales,absent",
    "file.userProfiles,absent",
    "file.userResources,absent",
    "file.users,bulk",
    "source.systemName,Phượng",
    "source.systemCode,phuong",
];

both! {
    async fn sds_opens_by_its_rules(office: Office) {
        sector(&office).await;
        let folder = office.path("sds");
        let upn = phuong::model::identifier::IdentifierKind::Upn;
        let everywhere = Standing::danger_command_line().everywhere().unwrap();
        let asked = people::Query::read("3112345678", None).unwrap();
        let pupil = people::find(&office.sv, &everywhere, &asked, &Ask::from_outside(None, None)).await.unwrap().rows[0].id;
        let by = phuong::services::audit::Actor::CommandLine;
        phuong::people::identifiers::put(&office.sv, &by, pupil, upn, "ngoc@hs.example.edu.vn", "test").await.unwrap();
        export::sds(&office.sv, &everybody(), &folder, &mut |_| {}).await.unwrap();
        let users = follows_the_rules(&folder);
        // Homeroom teacher and of a subject at once; four pupils in classes, and another teacher.
        let enrollments = fs::read_to_string(folder.join("enrollments.csv")).unwrap();
        assert_eq!(enrollments.lines().count(), 1 + 4 + 2, "{enrollments}");
        let ngoc = users.iter().find(|user| user[2] == "Thị Bảo Ngọc").unwrap();
        assert_eq!((&*ngoc[1], &*ngoc[5]), ("ngoc@hs.example.edu.vn", "ngoc@hs.example.edu.vn"));
        assert!(users.iter().any(|user| user[7] == "84912000002"));
    }
}

/// Microsoft's rules for the folder: the files and their headers, unique keys, ids that are named are there, no line breaks,
/// days in ISO form, known words. The users.
fn follows_the_rules(folder: &Path) -> Vec<Vec<String>> {
    /// Name, header, columns that are never empty.
    const FILES: [(&str, &str, &[usize]); 6] = [
        ("orgs", "sourcedId,name,type,parentSourcedId", &[0, 1, 2]),
        (
            "users",
            "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms",
            &[0, 1, 2, 3],
        ),
        (
            "roles",
            "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate",
            &[0, 1, 2],
        ),
        ("classes", "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId", &[0, 1, 2]),
        ("enrollments", "classSourcedId,userSourcedId,role", &[0, 1, 2]),
        ("academicSessions", "sourcedId,title,type,schoolYear,startDate,endDate", &[0, 1, 2, 3, 4, 5]),
    ];
    let mut found: Vec<String> =
        fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    let mut wanted = FILES.map(|(name, ..)| format!("{name}.csv"));
    wanted.sort();
    assert_eq!(found, wanted);
    let tables = FILES.map(|(name, header, required)| {
        let text = fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        for row in &rows {
            assert!(row.iter().all(|cell| !cell.contains(['\r', '\n'])), "{name}: {row:?}");
            assert!(required.iter().all(|at| !row[*at].is_empty()), "{name}: {row:?}");
        }
        rows
    });
    let [orgs, users, roles, classes, enrollments, sessions] = &tables;
    // So many of the first columns are what a row is known by.
    for (rows, key) in [(orgs, 1), (users, 1), (roles, 3), (classes, 1), (enrollments, 3), (sessions, 1)] {
        let keys: HashSet<&[String]> = rows.iter().map(|row| &row[..key]).collect();
        assert_eq!(keys.len(), rows.len(), "keys are unique: {rows:?}");
    }
    let ids = |rows: &[Vec<String>]| -> HashSet<String> { rows.iter().map(|row| row[0].clone()).collect() };
    let (org, user, class, session) = (ids(orgs), ids(users), ids(classes), ids(sessions));
    let named = |rows: &[Vec<String>], at: usize, among: &HashSet<String>| {
        assert!(rows.iter().all(|row| row[at].is_empty() || among.contains(&row[at])), "column {at}");
    };
    named(orgs, 3, &org);
    named(roles, 0, &user);
    named(roles, 1, &org);
    named(roles, 3, &session);
    named(classes, 1, &org);
    named(classes, 3, &session);
    named(enrollments, 0, &class);
    named(enrollments, 1, &user);
    assert!(sessions.iter().all(|row| row[4].ends_with("-09-05") && row[5].ends_with("-05-31")), "{sessions:?}");
    let known = ["student", "teacher", "principal", "guardian", "staff"];
    assert!(roles.iter().all(|row| known.contains(&&*row[2]) && row[6].parse::<jiff::civil::Date>().is_ok()));
    assert!(enrollments.iter().all(|row| known[..2].contains(&&*row[2])));
    let holders: HashSet<&String> = roles.iter().map(|row| &row[0]).collect();
    assert_eq!(holders.len(), users.len(), "everybody has a role");
    users.clone()
}

fn part(zip: &Path, name: &str) -> String {
    let mut zip = ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

both! {
    /// 1.2.0, columns in any order, what is gone, whom nobody lists, a pupil who administers a system, a class that is not
    /// there, ids among others.
    async fn a_oneroster_zip_of_another_system_is_read_by_its_rules(office: Office) {
        let tables: [(&str, &str); 8] = [
            ("manifest.csv", "propertyName,value\noneroster.version,1.2\n"),
            ("orgs.csv", "name,sourcedId,status,type,identifier,parentSourcedId\nSở,d,,district,,\nTrường Một,s1,,school,31303401,d\n"),
            ("classes.csv", "sourcedId,title,grades,classType,schoolSourcedId,termSourcedIds,subjects\nc1,3A,03,homeroom,s1,2026,\nc2,3A,03,scheduled,s1,2026,Toán\n"),
            (
                "users.csv",
                "sourcedId,status,enabledUser,username,userIds,givenName,familyName,middleName,identifier,resourceSourcedIds\n\
                 u1,,true,an,\"{email:a@b},{moet:3112345678}\",An,Nguyễn,Thị,,\n\
                 u2,tobedeleted,true,b,,Bình,Lê,,3112345679,\n\
                 u3,,true,c,,Huy,Trần,Đức,3100456789,\n\
                 u4,,true,d,,Mẹ,Phạm,,3100456000,\n\
                 u5,,true,e,,\"A@\",Lê,,3112345680,\n",
            ),
            ("roles.csv", "userSourcedId,role,roleType,orgSourcedId,beginDate\nu1,student,primary,s1,2026-09-05\nu2,student,primary,s1,\nu3,teacher,primary,s1,\nu4,parent,primary,s1,\nu5,student,primary,s1,\nu1,systemAdministrator,secondary,s1,\n"),
            ("demographics.csv", "sourcedId,birthDate,sex\nu1,2017-03-14,female\nu3,1985-09-02,male\nu5,2017-02-30,male\n"),
            ("enrollments.csv", "classSourcedId,schoolSourcedId,userSourcedId,role,primary\nc1,s1,u1,student,\nc1,s1,u3,teacher,true\nc2,s1,u3,teacher,true\ncX,s1,u1,student,\n"),
            ("readme.txt", "x"),
        ];
        fs::write(office.path("or.zip"), zipped(&tables)).unwrap();
        let report = office.commit(&["or.zip"]).await;
        let said: Vec<_> = report.issues.iter().map(|i| (&*i.sheet, i.row, &*i.column, i.code())).collect();
        let people = "users.csv (student)";
        let want = [
            ("orgs.csv", 3, "Cấp học", "levels_missing"),
            (people, 3, "Trạng thái HS", "record_gone"),
            (people, 3, "Ngày sinh", "birth_date_missing"),
            (people, 3, "Mã lớp", "class_missing"),
            (people, 6, "Họ và tên", "name_unreadable"),
            (people, 6, "Ngày sinh", "date_no_such_day"),
            (people, 6, "Mã lớp", "class_missing"),
            ("enrollments.csv", 5, "Lớp", "class_unknown"),
        ];
        assert_eq!(said, want);
        assert_eq!((report.tally.created, report.tally.rows), (2, 8));
        assert_eq!(office.facts("seat").await.len(), 3);
        let roles = office.of("affiliation", "3112345678").await;
        assert!(roles.len() == 1 && roles[0].starts_with("student@31303401 active"), "{roles:?}");
        // The same, zipped with the folder that holds it.
        let inside = tables.map(|(name, text)| (format!("xuat/{name}"), text));
        let mut inside: Vec<(&str, &str)> = inside.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        inside.push(("__MACOSX/xuat/._manifest.csv", "x"));
        fs::write(office.path("or.zip"), zipped(&inside)).unwrap();
        let again = office.commit(&["or.zip"]).await;
        assert_eq!((again.tally.created, again.tally.unchanged, again.issues.len()), (0, 2, want.len()));
    }
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

both! {
    async fn what_is_kept_of_a_person_is_given_to_them_whole_and_without_a_secret(office: Office) {
        office.staff("31303401|3100456789|031085001234|Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.edu.vn|0912000002\n").await;
        office.pupils("31303401|3A|3112345601||Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n").await;
        office.assignments("31303401|3A|3100456789|Chủ nhiệm|\n").await;
        let who = Standing::danger_command_line();
        let everywhere = who.everywhere().unwrap();
        let asked = people::Query::read("3100456789", None).unwrap();
        let person = people::find(&office.sv, &everywhere, &asked, &Ask::from_outside(None, None)).await.unwrap().rows[0].id;
        let leave = who.over(&office.sv, person).await.unwrap();
        let zip = export::person(&office.sv, &leave, &who.everywhere().unwrap()).await.unwrap().unwrap();
        let path = office.path("du-lieu.zip");
        export::write(&path, &zip).unwrap();
        assert!(export::write(&path, &zip).is_err(), "nothing is written over");
        let json = part(&path, "du-lieu.json");
        let kept: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&kept["name"], &kept["birth_date"]), (&"Trần Đức Huy".into(), &"1985-09-02".into()));
        let values = |what: &str| -> Vec<String> {
            kept[what].as_array().unwrap().iter().map(|row| row["value"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let mut identifiers = values("identifiers");
        identifiers.sort();
        assert_eq!(identifiers, ["031085001234", "3100456789"], "their own citizen number, in clear");
        assert!(values("contacts").contains(&"huy@example.edu.vn".to_owned()));
        let role = &kept["roles"][0];
        assert_eq!((&role["role"], &role["where"], &role["state"]), (&"teacher".into(), &"Trường Tiểu học Một".into(), &"active".into()));
        assert!(kept["identifiers"].as_array().unwrap().iter().all(|row| row["state"].is_string()), "{json}");
        let homeroom = &kept["classes"][0];
        assert_eq!((&homeroom["class"], &homeroom["year"]), (&"3A".into(), &"2026-2027".into()), "{json}");
        assert!(kept["events"].as_array().unwrap().iter().any(|event| event["what"] == "person.exported"), "{json}");
        let html = part(&path, "du-lieu.html");
        assert!(html.contains("Trần Đức Huy") && html.contains("031085001234") && !html.contains("<script"));
        for secret in ["argon2", "phc", "keyed", "sealed"] {
            assert!(!json.contains(secret), "{secret}");
        }
    }
}
