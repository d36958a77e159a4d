//! How far a list of one school reaches: to nobody who holds more than whoever imports it, to nobody of another school by
//! trying, and of nobody elsewhere does its page tell.

use std::time::Duration;

use jiff::civil::Date;
use phuong::{
    admin::{merge, people},
    model::{affiliation::EndReason, role::Role},
    on_db,
    people::{
        accounts as ends,
        memberships::{self, Event},
    },
    services::{
        audit::Actor,
        authority::{AdminRole, Standing},
    },
    store::Tx,
};

use super::{
    claiming::written,
    console::signed_in,
    give,
    imports::{HEADER, bring, count, whose_if_any, work},
    org_of,
    transfers::{ask, born, new_school},
    whose,
};
use crate::{
    roster::{content::rows, office::ASSIGNMENTS},
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const STAFF: &str = "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Trạng thái CB|Nhóm chức vụ|Email|Điện thoại\n";

fn told(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// The row of a principal: with what it says of the name, the day of birth, the status and the e-mail address.
fn principal(school: &str, id: &str, [name, born, status, email]: [&str; 4]) -> String {
    format!("{school}|{id}|{name}|{born}|{status}|Hiệu trưởng|{email}|\n")
}

/// Somebody who administers the school of the sample's sector administrator, and nothing else.
async fn head_of_the_chiefs_school(t: &Tour) -> Browser {
    let school = people::school(&t.sv, &t.person("sector_admin").school_code).await.unwrap().unwrap();
    give(t, "staff", AdminRole::SchoolAdmin, school).await;
    signed_in(t, "staff").await
}

/// Brings a list, for a school or for what is theirs, and has it looked at.
async fn looked_at(t: &Tour, browser: &mut Browser, school: &str, list: &str) -> Answer {
    let brought = bring(t, browser, school, &[("a.csv", list.as_bytes())]).await;
    assert_eq!(brought.status, 303, "{}", brought.text);
    assert_eq!(work(t).await, 1);
    browser.get(t, brought.header("location")).await
}

fn counts(page: &Answer) -> [String; 4] {
    ["Cập nhật", "Không đổi", "Rời trường", "Cần xem lại"].map(|word| count(page, word))
}

both! { async fn invariant_7_a_list_lets_nobody_go_who_holds_more_than_whoever_imports(t: Tour) {
    let chief = t.person("sector_admin").clone();
    let row = |school: &str, status: &str| principal(school, &chief.sector_id, [&chief.name, "", status, ""]);
    let gone = format!("{STAFF}{}", row(&chief.school_code, "Thôi việc"));
    let mut head = head_of_the_chiefs_school(&t).await;
    let page = written(&t, &mut head, &gone).await;
    assert_eq!(counts(&page), ["0", "0", "0", "1"], "{}", page.text);
    assert!(page.text.contains("có quyền quản trị mà người nhập không có"), "{}", page.text);
    // The sector itself is not left without whoever administers it, by nobody's list.
    let mut office = signed_in(&t, "sector_admin").await;
    let page = written(&t, &mut office, &gone).await;
    assert_eq!(counts(&page), ["0", "0", "0", "1"], "{}", page.text);
    assert!(page.text.contains("là quản trị ngành, và rời nơi này"), "{}", page.text);
    signed_in(&t, "sector_admin").await;
    // Whoever works elsewhere too may leave one of the two.
    let elsewhere = row(&t.person("school_admin").school_code, "Đang làm việc");
    let page = written(&t, &mut office, &format!("{STAFF}{elsewhere}{}", row(&chief.school_code, "Thôi việc"))).await;
    assert_eq!(counts(&page), ["0", "0", "1", "0"], "{}", page.text);
    signed_in(&t, "sector_admin").await;
} }

both! { async fn invariant_7_a_list_corrects_nobody_upward_and_nobody_corrects_themselves(t: Tour) {
    let upward = (head_of_the_chiefs_school(&t).await, "sector_admin");
    let oneself = (signed_in(&t, "school_admin").await, "school_admin");
    for (mut head, role) in [upward, oneself] {
        let who = t.person(role).clone();
        let day = told(born(&t, role).await);
        let row = |name: &str, born: &str, email: &str| {
            let said = [name, born, "Đang làm việc", email];
            format!("{STAFF}{}", principal(&who.school_code, &who.sector_id, said))
        };
        let page = looked_at(&t, &mut head, "", &row(&who.name, &day, "")).await;
        assert_eq!(counts(&page), ["0", "1", "0", "0"], "as it is: {}", page.text);
        let teacher = row(&who.name, &day, "").replace("Hiệu trưởng", "Giáo viên");
        let others = [row("Trần Văn Khác", &day, ""), row(&who.name, "02/02/1980", ""), row(&who.name, "", "a@b.example")];
        for changed in others.into_iter().chain([teacher]) {
            let page = looked_at(&t, &mut head, "", &changed).await;
            assert_eq!(counts(&page), ["0", "0", "0", "1"], "{role} {changed}: {}", page.text);
            assert!(page.text.contains("là chính người nhập, hoặc là người có quyền"), "{}", page.text);
        }
    }
    // By the sector's right it is done.
    let who = t.person("school_admin").clone();
    let said = [who.name.as_str(), "", "Đang làm việc", "a@b.example"];
    let row = format!("{STAFF}{}", principal(&who.school_code, &who.sector_id, said));
    let page = looked_at(&t, &mut signed_in(&t, "sector_admin").await, "", &row).await;
    assert_eq!(counts(&page), ["1", "0", "0", "0"], "{}", page.text);
} }

both! { async fn r38_a_wrong_pair_in_a_list_looks_like_any_other_and_is_counted_with_those_of_the_form(t: Tour) {
    let pupil = t.person("student").clone();
    let (_, mut office) = new_school(&t, "31303499").await;
    let day = born(&t, "student").await;
    let later = |days: i64| day.checked_add(jiff::Span::new().days(days)).unwrap();
    let row = |name: &str, born: Date| format!("31303499|3A|{}||{name}|{}|Nữ|Đang học\n", pupil.sector_id, told(born));
    for name in [&*pupil.name, "Trần Văn Khác", &*pupil.name] {
        let page = looked_at(&t, &mut office, "", &format!("{HEADER}{}", row(name, later(1)))).await;
        assert_eq!((count(&page, "Chờ chuyển trường"), count(&page, "Cần xem lại")), ("0".into(), "1".into()));
        let alike = format!("«{}» là mã đã bỏ, hoặc thuộc về người không ở trường này", pupil.sector_id);
        assert!(page.text.contains(&alike) && !page.text.contains(&pupil.school_code), "{}", page.text);
    }
    // Every day of a month in one list: the right one comes after too many wrong ones.
    let many: String = (1..=30).map(|days| row(&pupil.name, later(days))).chain([row(&pupil.name, day)]).collect();
    let page = looked_at(&t, &mut office, "", &format!("{HEADER}{many}")).await;
    assert_eq!((count(&page, "Chờ chuyển trường"), count(&page, "Cần xem lại")), ("0".into(), "31".into()));
    assert!(page.text.contains("quá nhiều mã của người ở nơi khác"), "{}", page.text);
    assert!(!page.text.contains(&pupil.school_code), "{}", page.text);
    let form = ask(&t, &mut office, &pupil.sector_id, day).await;
    assert!(form.status == 422 && form.text.contains("thử sai quá nhiều lần"), "{}", form.text);
    t.clock.advance(Duration::from_hours(24));
    let mut office = signed_in(&t, "staff").await;
    let page = looked_at(&t, &mut office, "", &format!("{HEADER}{}", row("Trần Văn Khác", day))).await;
    assert_eq!((count(&page, "Chờ chuyển trường"), count(&page, "Cần xem lại")), ("1".into(), "0".into()));
    assert!(page.text.contains(&pupil.school_code), "{}", page.text);
} }

both! { async fn r38_where_somebody_works_is_told_to_whoever_knows_their_day_of_birth(t: Tour) {
    let (_, mut office) = new_school(&t, "31303499").await;
    let (teacher, day) = (t.person("teacher").clone(), born(&t, "teacher").await);
    let (right, wrong) = (told(day), told(day.tomorrow().unwrap()));
    for (name, born, elsewhere) in [
        (&*teacher.name, "", false),
        (&*teacher.name, &*wrong, false),
        ("Trần Văn Khác", &*wrong, false),
        (&*teacher.name, &*right, true),
    ] {
        let row = principal("31303499", &teacher.sector_id, [name, born, "Đang làm việc", ""]);
        let page = looked_at(&t, &mut office, "", &format!("{STAFF}{row}")).await;
        assert_eq!(counts(&page), ["0", "0", "0", "1"], "{}", page.text);
        assert_eq!(page.text.contains("đang ở trường khác"), elsewhere, "{name} {born}: {}", page.text);
        assert_eq!(page.text.contains("thuộc về người không ở trường này"), !elsewhere, "{name} {born}: {}", page.text);
    }
} }

both! { async fn r38_what_the_sector_brings_for_a_school_tells_its_office_nothing_of_others(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let other = t.person("sector_admin").school_code.clone();
    let anh = |code: &str, born: &str, email: &str| {
        let said = ["Vũ Thị Ánh", born, "Đang làm việc", email];
        format!("{STAFF}{}", principal(code, "3188000001", said))
    };
    let pupil = |code: &str, born: &str| format!("{HEADER}{code}|3A|3188000002||Vũ Thị Bình|{born}|Nữ|Đang học\n");
    let mut office = signed_in(&t, "sector_admin").await;
    written(&t, &mut office, &anh(&other, "02/09/1985", "anh@b.example")).await;
    written(&t, &mut office, &pupil(&other, "14/03/2017")).await;
    let mut head = signed_in(&t, "school_admin").await;
    let seen = async |list: &str, head: &mut Browser, office: &mut Browser| {
        let brought = bring(&t, office, &school, &[("a.csv", list.as_bytes())]).await;
        work(&t).await;
        head.get(&t, brought.header("location")).await
    };
    let page = seen(&anh(&school, "03/09/1985", "anh@a.example"), &mut head, &mut office).await;
    assert_eq!(count(&page, "Cập nhật"), "1", "the sector may: {}", page.text);
    assert!(page.text.contains("<del>•••</del> → <ins>03/09/1985</ins>"), "{}", page.text);
    for theirs in ["02/09/1985", "anh@b.example", &other] {
        assert!(!page.text.contains(theirs), "{theirs}: {}", page.text);
    }
    let page = seen(&pupil(&school, ""), &mut head, &mut office).await;
    assert!(count(&page, "Chờ chuyển trường") == "1" && !page.text.contains(&other), "{}", page.text);
} }

both! { async fn r39_a_list_for_a_school_whose_code_cannot_be_read_is_no_list_for_every_school(t: Tour) {
    let (_, mut head) = new_school(&t, "31303499").await;
    let school = t.person("school_admin").school_code.clone();
    let row = format!("{HEADER}{school}|3A|3199000001||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n");
    let brought = bring(&t, &mut head, "", &[("a.csv", row.as_bytes())]).await;
    let misname = "UPDATE orgs SET code = 'a school' WHERE code = '31303499'";
    let misnamed = async |tx: &mut Tx, sql: &&'static str| on_db!(tx, sqlx::query(*sql));
    assert_eq!(t.sv.store.write(misname, misnamed).await.unwrap(), 1);
    assert_eq!(work(&t).await, 1);
    let task = "SELECT state || ' ' || CAST(tries AS TEXT) || ' ' || findings FROM import_tasks";
    assert_eq!(rows(&t.sv.store, task).await.unwrap(), ["checking 1 {}"], "it waits, and found nothing");
    let page = head.get(&t, brought.header("location")).await;
    assert!(page.status == 200 && !page.text.contains("id=\"import-commit\""), "{}", page.text);
    assert!(whose_if_any(&t, "3199000001").await.is_none());
} }

both! { async fn whoever_comes_back_to_their_school_is_no_stranger_there(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = |born: &str, status: &str| format!("{HEADER}{school}|3A|3166000001||Lê Văn An|{born}|Nam|{status}\n");
    for (born, status) in [("05/04/2017", "Đang học"), ("05/04/2017", "Thôi học"), ("", "Đang học")] {
        let page = written(&t, &mut head, &row(born, status)).await;
        assert_eq!(count(&page, "Cần xem lại"), "0", "{status}: {}", page.text);
    }
    let found = rows(&t.sv.store, "SELECT status FROM affiliations WHERE person_id = (SELECT person_id FROM identifiers WHERE value = '3166000001') ORDER BY status").await;
    assert_eq!(found.unwrap(), ["active", "ended"]);
} }

both! { async fn whose_day_of_birth_nobody_knows_is_no_wrong_guess(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let list = |school: &str, born: &str| -> String {
        let row = |n: u32| format!("{school}|3A|31660000{n:02}||Lê Văn An|{born}|Nam|Đang học\n");
        HEADER.to_owned() + &(1..=25).map(row).collect::<String>()
    };
    let page = written(&t, &mut head, &list(&school, "")).await;
    assert_eq!(count(&page, "Tạo mới"), "25", "{}", page.text);
    let (_, mut office) = new_school(&t, "31303499").await;
    let page = looked_at(&t, &mut office, "", &list("31303499", "05/04/2017")).await;
    assert_eq!(count(&page, "Cần xem lại"), "25", "{}", page.text);
    assert!(!page.text.contains("quá nhiều mã"), "{}", page.text);
} }

both! { async fn r38_a_school_that_knows_a_citizen_number_does_not_learn_the_sector_id(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let row = |school: &str, id: &str| format!("{HEADER}{school}|3A|{id}|031317000001|Lê Thị An|05/04/2017|Nữ|Đang học\n");
    written(&t, &mut signed_in(&t, "school_admin").await, &row(&school, "3166000002")).await;
    let (_, mut office) = new_school(&t, "31303499").await;
    let asked = async || rows(&t.sv.store, "SELECT state FROM transfers").await.unwrap();
    let page = written(&t, &mut office, &row("31303499", "")).await;
    assert!(page.text.contains(&school) && !page.text.contains("3166000002"), "{}", page.text);
    assert_eq!((count(&page, "Chờ chuyển trường"), asked().await), ("1".into(), vec![]));
    written(&t, &mut office, &row("31303499", "3166000002")).await;
    assert_eq!(asked().await, ["waiting"]);
} }

both! { async fn r38_an_id_that_is_in_use_no_more_is_told_from_nobody_elses_and_counts(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let row = |school: &str, n: u32, status: &str| format!("{school}|3A|316600000{n}||Lê Văn An|05/04/2017|Nam|{status}\n");
    let list = |school: &str, status: &str| HEADER.to_owned() + &(1..=3).map(|n| row(school, n, status)).collect::<String>();
    written(&t, &mut signed_in(&t, "school_admin").await, &list(&school, "Đang học")).await;
    let who = async |n: u32| whose(&t, &format!("316600000{n}")).await.1;
    let (kept, merged, removed) = (who(1).await, who(2).await, who(3).await);
    let office = Standing::danger_command_line();
    let (stays, goes) = (office.over(&t.sv, kept).await.unwrap(), office.over(&t.sv, merged).await.unwrap());
    merge::merge(&t.sv, &stays, &goes).await.unwrap();
    let leaves = vec![Event::Ends(Role::Student, org_of(&t, "school_admin").await, EndReason::Left)];
    memberships::record(&t.sv, &Actor::CommandLine, removed, leaves, t.clock.now().day()).await.unwrap();
    ends::deactivate(&t.sv, &Actor::CommandLine, removed).await.unwrap();
    ends::purge(&t.sv, &Actor::CommandLine, removed).await.unwrap();

    let (_, mut other) = new_school(&t, "31303499").await;
    let tried = list("31303499", "Đang học").replace("05/04/2017", "06/04/2017");
    let page = looked_at(&t, &mut other, "", &tried).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Cần xem lại")), ("0".into(), "3".into()), "{}", page.text);
    assert!(page.text.contains("là mã đã bỏ, hoặc thuộc về") && !page.text.contains("xoá vĩnh viễn") && !page.text.contains("bí danh"), "{}", page.text);
    for n in 1..=7 {
        looked_at(&t, &mut other, "", &tried.replace("06/04/2017", &format!("1{n}/04/2017"))).await;
    }
    assert!(looked_at(&t, &mut other, "", &tried.replace("06/04/2017", "20/04/2017")).await.text.contains("quá nhiều mã"));
    // Whoever administers the sector is told.
    let page = looked_at(&t, &mut signed_in(&t, "sector_admin").await, "", &tried).await;
    assert!(page.text.contains("xoá vĩnh viễn") && page.text.contains("đăng nhập bằng tên"), "{}", page.text);
} }

both! { async fn r38_a_list_of_assignments_tells_no_id_of_somebody_elsewhere_from_nobodys(t: Tour) {
    let (_, mut other) = new_school(&t, "31303499").await;
    let answers = async |other: &mut Browser, id: &str| {
        let list = format!("{ASSIGNMENTS}31303499|6A|{id}|Bộ môn|Toán\n");
        let page = looked_at(&t, other, "", &list).await.text;
        ["không làm việc ở trường này", "không có ai mang mã", "không có lớp"].map(|text| page.contains(text))
    };
    for id in ["3166009999", &t.person("teacher").sector_id, &t.person("student").sector_id] {
        assert_eq!(answers(&mut other, id).await, [true, false, false], "{id}");
    }
} }
