//! Imports in the browser: upload, look, correct, write; who may, and what becomes of one when its node dies.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use phuong::{
    model::{identifier::IdentifierKind, name::PersonName},
    people::records::{self, Record},
    roster::desk,
    services::audit::Actor,
    services::authority::AdminRole,
    store::{Tx, audit, delegations, import_tasks},
};

use super::{console::signed_in, whose};
use crate::support::{
    callers::Browser,
    tour::{Answer, Tour},
};

pub(crate) const HEADER: &str =
    "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Số định danh cá nhân|Họ và tên|Ngày sinh|Giới tính|Trạng thái HS\n";

/// A list of pupils of a school; the third has a day of birth that does not exist.
fn list(school: &str) -> String {
    format!(
        "DANH SÁCH HỌC SINH\n{HEADER}\
         {school}|3A|3199000001|031317004321|Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n\
         {school}|3A|3199000002||Trần Đức Huy|02/09/2017|Nam|Đang học\n\
         {school}|3A|3199000003||Lê Văn An|31/02/2017|Nam|Đang học\n"
    )
}

/// Brings files; the address of the import.
pub(crate) async fn bring(t: &Tour, browser: &mut Browser, school: &str, files: &[(&str, &[u8])]) -> Answer {
    let csrf = browser.get(t, "/console/imports").await.field("csrf");
    let fields = [("csrf", csrf.as_str()), ("school", school), ("year", "2026-2027")];
    browser.upload(t, "/console/imports", &fields, files).await
}

/// As a node does that has nothing else to do.
pub(crate) async fn work(t: &Tour) -> usize {
    let (stop, mut done) = (Arc::new(AtomicBool::new(false)), 0);
    while desk::work(&t.sv, &stop).await.unwrap() {
        done += 1;
    }
    done
}

pub(crate) async fn press(
    t: &Tour,
    browser: &mut Browser,
    page: &Answer,
    address: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let (csrf, version) = (page.field("csrf"), page.field("version"));
    let form: Vec<(&str, &str)> =
        typed.iter().copied().chain([("csrf", csrf.as_str()), ("version", &version)]).collect();
    browser.post(t, address, &form).await
}

/// The number that stands beside a word in the counts; of what seldom happens only where there is any.
pub(super) fn count(page: &Answer, word: &str) -> String {
    let counts = page.text.split("id=\"counts\"").nth(1).unwrap_or_else(|| panic!("no counts: {}", page.text));
    match counts.split(&format!("<dt>{word}</dt><dd>")).nth(1) {
        Some(after) => after.split('<').next().unwrap().to_owned(),
        None if ["Rời trường", "Chờ chuyển trường", "Cần xem lại"].contains(&word) => "0".to_owned(),
        None => panic!("no {word}: {}", page.text),
    }
}

both! { async fn a_list_is_looked_over_corrected_and_written(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let brought = bring(&t, &mut head, "", &[("../Lớp 3A.csv", list(&school).as_bytes())]).await;
    assert_eq!(brought.status, 303, "{}", brought.text);
    let address = brought.header("location").to_owned();
    let under_way = head.get(&t, &address).await;
    assert!(under_way.text.contains("data-follows") && under_way.text.contains("Đang kiểm tra"), "{}", under_way.text);
    assert_eq!(work(&t).await, 1);

    let page = head.get(&t, &address).await;
    assert!(!page.text.contains("data-follows") && page.text.contains("Đợt nhập: Lớp 3A.csv"), "{}", page.text);
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Lỗi")), ("2".into(), "1".into()));
    assert!(page.text.contains("Dòng 5: «31/02/2017» không tồn tại"), "{}", page.text);
    assert!(whose_if_any(&t, "3199000001").await.is_none(), "nothing is written yet");
    // The sheet that goes home tells the same.
    let workbook = head.get(&t, &format!("{address}/result")).await;
    assert_eq!(workbook.status, 200);
    assert!(workbook.header("content-disposition").starts_with("attachment"), "r48");

    let corrected = press(&t, &mut head, &page, &format!("{address}/cells"), &[("c0", "28/02/2017")]).await;
    assert_eq!(corrected.status, 303, "{}", corrected.text);
    let twice = press(&t, &mut head, &page, &format!("{address}/cells"), &[("c0", "28/02/2017")]).await;
    assert_eq!(twice.status, 303, "pressed twice: it is under way");
    assert_eq!(work(&t).await, 1);
    let page = head.get(&t, &address).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Lỗi")), ("3".into(), "0".into()));

    let written = press(&t, &mut head, &page, &format!("{address}/commit"), &[]).await;
    assert_eq!(written.status, 303, "{}", written.text);
    assert_eq!(work(&t).await, 1);
    let done = head.get(&t, &address).await;
    assert!(done.text.contains("Đã ghi") && !done.text.contains("import-commit"), "{}", done.text);
    assert_eq!(count(&done, "Tạo mới"), "3");
    assert!(whose_if_any(&t, "3199000003").await.is_some());
    let listed = head.get(&t, "/console/imports").await.text;
    assert!(listed.contains("Lớp 3A.csv") && listed.contains("Đã ghi"));

    // The same list again: everybody is there as it says.
    let again = bring(&t, &mut head, "", &[("Lớp 3A.csv", list(&school).as_bytes())]).await;
    work(&t).await;
    let page = head.get(&t, again.header("location")).await;
    assert_eq!((count(&page, "Không đổi"), count(&page, "Tạo mới")), ("2".into(), "0".into()));
    for deed in ["cells", "columns", "commit", "discard"] {
        let form = format!("{}/{deed}", again.header("location"));
        assert_eq!(press(&t, &mut head, &page, &form, &[("school", "x")]).await.status, 400, "r40: {deed}");
    }
    let gone = press(&t, &mut head, &page, &format!("{}/discard", again.header("location")), &[]).await;
    assert_eq!(gone.header("location"), "/console/imports");
    assert_eq!(head.get(&t, again.header("location")).await.status, 404);

    let who = format!("account:{}", whose(&t, &t.person("school_admin").sector_id).await.0);
    let told = deeds(&t, &address, &who).await;
    assert_eq!(told, ["import.agreed", "import.amended", "import.uploaded"]);
    assert_eq!(deeds(&t, again.header("location"), &who).await, ["import.discarded", "import.uploaded"]);
} }

/// What the audit trail says that somebody did to an import.
async fn deeds(t: &Tour, address: &str, who: &str) -> Vec<String> {
    let subject = format!("upload:{}", address.rsplit('/').next().unwrap());
    let events = t.sv.store.read(subject, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
    let mut actions: Vec<String> =
        events.await.unwrap().into_iter().filter(|event| event.actor == who).map(|event| event.action).collect();
    actions.sort();
    actions
}

both! { async fn r38_an_import_of_another_school_is_not_there(t: Tour) {
    let sector = t.person("sector_admin").clone();
    let other = t.people.iter().map(|p| p.school_code.clone()).find(|code| *code != t.person("school_admin").school_code);
    let other = other.unwrap();
    let mut office = signed_in(&t, "sector_admin").await;
    let brought = bring(&t, &mut office, &other, &[("a.csv", list(&other).as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(&t).await;
    let page = office.get(&t, &address).await;
    assert_eq!(page.status, 200);
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(head.get(&t, &address).await.status, 404);
    assert_eq!(head.get(&t, &format!("{address}/result")).await.status, 404);
    assert!(!head.get(&t, "/console/imports").await.text.contains("a.csv"));
    for deed in ["cells", "columns", "commit", "discard"] {
        let csrf = head.get(&t, "/console/imports").await.field("csrf");
        let form = [("csrf", csrf.as_str()), ("version", &page.field("version"))];
        assert_eq!(head.post(&t, &format!("{address}/{deed}"), &form).await.status, 404, "{deed}");
    }
    // What is for the whole sector neither, and a school that is not theirs cannot be named.
    let whole = bring(&t, &mut office, "", &[("b.csv", list(&other).as_bytes())]).await;
    assert_eq!(head.get(&t, whole.header("location")).await.status, 404);
    let named = bring(&t, &mut head, &other, &[("c.csv", list(&other).as_bytes())]).await;
    work(&t).await;
    let page = head.get(&t, named.header("location")).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Lỗi")), ("0".into(), "3".into()), "theirs is the only school");
    for role in ["teacher", "student"] {
        let mut nobody = signed_in(&t, role).await;
        for path in ["/console/imports", &address] {
            assert_eq!(nobody.get(&t, path).await.status, 404, "{role} {path}");
        }
    }
    assert!(office.get(&t, "/console/imports").await.text.contains("a.csv"), "{}", sector.name);
} }

both! { async fn r39_a_school_claims_nobody_by_a_list(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let staff = |code: &str, id: &str, name: &str| format!(
        "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Trạng thái CB|Nhóm chức vụ\n{code}|{id}|{name}||Đang làm việc|Giáo viên\n"
    );
    // Somebody who works at another school: listed here, a code could be issued to them.
    let other = t.people.iter().find(|p| p.role == "teacher" && p.school_code != school).cloned();
    let other = match other { Some(other) => other, None => elsewhere(&t, &school).await };
    let mut head = signed_in(&t, "school_admin").await;
    let rows = staff(&school, &other.sector_id, &other.name);
    let schools = format!("Mã trường|Tên trường|Cấp học|Xã/Phường|Trạng thái\n{school}|Trường đổi tên|GDTX||Đang hoạt động\n");
    let files: [(&str, &[u8]); 2] = [("gv.csv", rows.as_bytes()), ("truong.csv", schools.as_bytes())];
    let brought = bring(&t, &mut head, "", &files).await;
    work(&t).await;
    let page = head.get(&t, brought.header("location")).await;
    assert!(page.text.contains("thuộc về người không ở trường này"), "{}", page.text);
    assert!(page.text.contains("do quản trị ngành nhập"), "{}", page.text);
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Cần xem lại")), ("0".into(), "1".into()));
    // Whoever administers the sector may.
    let mut office = signed_in(&t, "sector_admin").await;
    let brought = bring(&t, &mut office, "", &files).await;
    work(&t).await;
    let page = office.get(&t, brought.header("location")).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Lỗi")), ("1".into(), "0".into()), "{}", page.text);
} }

both! { async fn r39_a_school_writes_what_the_sector_brought_with_its_own_rights_alone(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let other = elsewhere(&t, &school).await;
    let rows = format!(
        "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Trạng thái CB|Nhóm chức vụ\n{school}|{}|{}||Đang làm việc|Giáo viên\n",
        other.sector_id, other.name
    );
    let mut office = signed_in(&t, "sector_admin").await;
    let brought = bring(&t, &mut office, &school, &[("gv.csv", rows.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(&t).await;
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, &address).await;
    assert_eq!(count(&page, "Cập nhật"), "1", "the sector may: {}", page.text);
    let agreed = press(&t, &mut head, &page, &format!("{address}/commit"), &[]).await;
    assert_eq!(agreed.status, 303, "{}", agreed.text);
    work(&t).await;
    let done = head.get(&t, &address).await;
    assert_eq!((count(&done, "Cập nhật"), count(&done, "Cần xem lại")), ("0".into(), "1".into()), "{}", done.text);
    let person = whose(&t, &other.sector_id).await.1;
    assert_eq!(head.get(&t, &format!("/console/people/{person}")).await.status, 404, "nobody was claimed");
} }

both! { async fn r39_a_school_claims_nobody_who_never_was_anywhere(t: Tour) {
    // As the first administrator, whom a link made.
    let school = t.person("school_admin").school_code.clone();
    let record = Record { name: PersonName::read("Nguyễn Quản Trị").unwrap(), born: None, sex: None };
    let moet = [(IdentifierKind::Sector, "3166600001")];
    records::register(&t.sv, &Actor::System, &record, &moet, true).await.unwrap();
    let mut head = signed_in(&t, "school_admin").await;
    let row = format!("{HEADER}{school}|3A|3166600001||Nguyễn Quản Trị||Nữ|Đang học\n");
    let brought = bring(&t, &mut head, "", &[("a.csv", row.as_bytes())]).await;
    work(&t).await;
    let page = head.get(&t, brought.header("location")).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Cần xem lại")), ("0".into(), "1".into()), "{}", page.text);
} }

both! { async fn r45_titles_without_end_are_not_kept(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let wide = format!("|{}", "x".repeat(2_000)).repeat(300);
    let file = list(&school).replace("Trạng thái HS\n", &format!("Trạng thái HS{wide}\n"));
    let brought = bring(&t, &mut head, "", &[("a.csv", file.as_bytes())]).await;
    work(&t).await;
    let page = head.get(&t, brought.header("location")).await;
    assert_eq!(count(&page, "Tạo mới"), "2");
    assert!(page.text.len() < 120_000, "{} bytes", page.text.len());
} }

/// A teacher of another school, brought there by the sector's administrator.
async fn elsewhere(t: &Tour, school: &str) -> phuong::demo::sector::Sample {
    let code = t.people.iter().map(|p| p.school_code.clone()).find(|code| code != school).unwrap();
    let rows = format!(
        "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Trạng thái CB|Nhóm chức vụ\n{code}|3188000001|Vũ Thị Ánh||Đang làm việc|Giáo viên\n"
    );
    let mut office = signed_in(t, "sector_admin").await;
    let brought = bring(t, &mut office, "", &[("gv.csv", rows.as_bytes())]).await;
    work(t).await;
    let page = office.get(t, brought.header("location")).await;
    press(t, &mut office, &page, &format!("{}/commit", brought.header("location")), &[]).await;
    work(t).await;
    let mut sample = t.person("teacher").clone();
    (sample.sector_id, sample.name, sample.school_code) = ("3188000001".into(), "Vũ Thị Ánh".into(), code);
    sample
}

both! { async fn columns_are_named_once_and_remembered(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let file = list(&school).replace("Họ và tên", "Cháu là").replace("31/02/2017", "28/02/2017");
    let mut head = signed_in(&t, "school_admin").await;
    let brought = bring(&t, &mut head, "", &[("a.csv", file.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(&t).await;
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains("Cháu là"), "{}", page.text);
    assert!(page.text.contains("Nguyễn Thị Bảo Ngọc · Trần Đức Huy"), "three values of it: {}", page.text);
    let field = page.text.split("for=\"").find(|part| part.contains(">Cháu là<")).unwrap().split('"').next().unwrap();
    let named = press(&t, &mut head, &page, &format!("{address}/columns"), &[(field, "name")]).await;
    assert_eq!(named.status, 303, "{}", named.text);
    work(&t).await;
    assert_eq!(count(&head.get(&t, &address).await, "Tạo mới"), "3");
    let next = bring(&t, &mut head, "", &[("b.csv", file.as_bytes())]).await;
    work(&t).await;
    assert_eq!(count(&head.get(&t, next.header("location")).await, "Tạo mới"), "3", "remembered for the school");
} }

both! { async fn another_node_goes_on_when_one_dies(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let file = list(&school).replace("31/02/2017", "28/02/2017");
    let brought = bring(&t, &mut head, "", &[("a.csv", file.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    // A node takes it and is heard of no more.
    let now = t.clock.now();
    let lease = async |tx: &mut Tx, (now, until): &_| import_tasks::lease(tx, *now, *until).await;
    assert!(t.sv.store.write((now, now + Duration::from_secs(30)), lease).await.unwrap().is_some());
    assert_eq!(work(&t).await, 0, "it is held");
    t.advance(Duration::from_secs(31));
    assert_eq!(work(&t).await, 1);
    assert_eq!(count(&head.get(&t, &address).await, "Tạo mới"), "3");
} }

both! { async fn r39_a_right_that_ended_writes_nothing(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let brought = bring(&t, &mut head, "", &[("a.csv", list(&school).as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(&t).await;
    let page = head.get(&t, &address).await;
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/commit"), &[]).await.status, 303);
    let (account, org) = (whose(&t, &t.person("school_admin").sector_id).await.0, crate::admin::org_of(&t, "school_admin").await);
    let end = (account, org, t.clock.now());
    let ended = t.sv.store.write(end, async |tx: &mut Tx, (account, org, now)| {
        delegations::end(tx, *account, *org, AdminRole::SchoolAdmin.as_str(), *now).await
    });
    assert!(ended.await.unwrap());
    work(&t).await;
    assert!(whose_if_any(&t, "3199000001").await.is_none(), "nothing was written");
    let mut office = signed_in(&t, "sector_admin").await;
    let page = office.get(&t, &address).await;
    assert!(page.text.contains("không còn quyền nhập"), "{}", page.text);
} }

both! { async fn r26_files_from_elsewhere_are_not_taken(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let file: [(&str, &[u8]); 1] = [("a.csv", b"a,b\n1,2\n")];
    let csrf = head.get(&t, "/console/imports").await.field("csrf");
    let forged = head.upload(&t, "/console/imports", &[("csrf", "x"), ("year", "2026-2027")], &file).await;
    assert_eq!(forged.status, 403);
    assert_eq!(head.upload(&t, "/console/imports", &[], &file).await.status, 403);
    // r40: a field that the page has not.
    let more = [("csrf", csrf.as_str()), ("role", "sector_admin")];
    assert_eq!(head.upload(&t, "/console/imports", &more, &file).await.status, 400);
    let nothing = head.upload(&t, "/console/imports", &[("csrf", &csrf)], &[("", b"")]).await;
    assert!(nothing.status == 422 && nothing.text.contains("Hãy chọn ít nhất một tệp"), "{}", nothing.text);
    assert_eq!(head.post(&t, "/console/imports", &[("csrf", &csrf)]).await.status, 403, "ours brings files");
    assert!(Browser::default().upload(&t, "/console/imports", &[], &file).await.text.contains("login-submit"));
    assert!(!head.get(&t, "/console/imports").await.text.contains("a.csv"));
    // A file that is no table is told as such.
    let picture = bring(&t, &mut head, "", &[("anh.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]).await;
    work(&t).await;
    let page = head.get(&t, picture.header("location")).await;
    assert!(page.status == 200 && page.text.contains("role=\"alert\""), "{}", page.text);
    assert!(!page.text.contains("import-commit"));
} }

both! { async fn a_list_that_lets_many_leave_waits_for_their_number(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = |n: u32, status: &str| format!("{school}|3A|31990{n:05}||Nguyễn Văn {}|0{}/03/2017|Nam|{status}\n", ["An", "Bình", "Cường"][n as usize % 3], 1 + n % 9);
    let file = |status: &str| format!("{HEADER}{}", (0..60).map(|n| row(n, status)).collect::<String>());
    for (status, confirm) in [("Đang học", None), ("Thôi học", Some("60"))] {
        let brought = bring(&t, &mut head, "", &[("a.csv", file(status).as_bytes())]).await;
        let address = brought.header("location").to_owned();
        work(&t).await;
        let page = head.get(&t, &address).await;
        let commit = format!("{address}/commit");
        if let Some(number) = confirm {
            assert!(page.text.contains("cho 60 người rời trường"), "{}", page.text);
            for wrong in ["", "59", "x"] {
                let refused = press(&t, &mut head, &page, &commit, &[("confirm", wrong)]).await;
                assert!(refused.status == 422 && refused.text.contains("hãy gõ đúng số"), "{}", refused.text);
            }
            assert_eq!(press(&t, &mut head, &page, &commit, &[("confirm", number)]).await.status, 303);
        } else {
            assert_eq!(press(&t, &mut head, &page, &commit, &[]).await.status, 303);
        }
        work(&t).await;
        let done = head.get(&t, &address).await;
        assert!(done.text.contains("Đã ghi"), "{}", done.text);
    }
} }

pub(super) async fn whose_if_any(t: &Tour, sector_id: &str) -> Option<()> {
    let find = async |tx: &mut Tx, name: &String| phuong::store::accounts::by_name(tx, name).await;
    t.sv.store.read(sector_id.to_owned(), find).await.unwrap().map(drop)
}
