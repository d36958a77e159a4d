//! One newcomer, enrolled by a form: a list of one row, looked over and written as any other.

use jiff::ToSpan;
use phuong::{
    admin::{
        enrolment::{self, NotEnrolled, Typed},
        people,
    },
    base::id::PersonId,
    services::authority::{AdminRole, ImportPeople, Permit, Reach},
    store::{Tx, delegations},
};

use super::{
    console::{press, signed_in},
    give,
    imports::{self, count, whose_if_any, work},
    org_of, standing, whose,
};
use crate::{
    roster::content::rows,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const NEW: &str = "/console/people/new";

const PUPIL: [(&str, &str); 7] = [
    ("kind", "pupil"),
    ("name", " Zuchinthe  Xuân Quyxich "),
    ("born", "5/4/2017"),
    ("sex", "female"),
    ("class", "Lớp 3A"),
    ("position", "teacher"),
    ("sector_id", ""),
];

/// What is typed, with some of it otherwise.
fn typed<'a>(otherwise: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = PUPIL.into_iter().filter(|(field, _)| !otherwise.iter().any(|(other, _)| other == field));
    kept.chain(otherwise.iter().copied()).collect()
}

/// Fills in the form and sends it.
async fn send(t: &Tour, browser: &mut Browser, otherwise: &[(&str, &str)]) -> Answer {
    let form = browser.get(t, NEW).await;
    assert_eq!(form.status, 200, "{}", form.text);
    press(t, browser, &form, NEW, &typed(otherwise)).await
}

/// What was looked at of it, once a node has: the import's address and page.
async fn looked_at(t: &Tour, browser: &mut Browser, sent: &Answer) -> (String, Answer) {
    assert_eq!(sent.status, 303, "{}", sent.text);
    let address = sent.header("location").to_owned();
    assert!(address.starts_with("/console/imports/"), "{address}");
    assert_eq!(work(t).await, 1);
    let page = browser.get(t, &address).await;
    (address, page)
}

async fn write(t: &Tour, browser: &mut Browser, (address, page): &(String, Answer)) -> Answer {
    let written = imports::press(t, browser, page, &format!("{address}/commit"), &[]).await;
    assert_eq!(written.status, 303, "{}", written.text);
    assert_eq!(work(t).await, 1);
    browser.get(t, address).await
}

async fn nothing_was_brought(t: &Tour) {
    assert_eq!(rows(&t.sv.store, "SELECT state FROM import_tasks").await.unwrap(), [""; 0]);
}

both! { async fn a_pupil_is_enrolled_by_the_form_and_written_on_the_page_of_the_import(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    for page in ["/console/people", "/console/imports"] {
        assert!(head.get(&t, page).await.text.contains(&format!("href=\"{NEW}\"")), "{page}");
    }
    let form = head.get(&t, NEW).await;
    assert!(!form.text.contains("name=\"school\""), "there is only one: {}", form.text);
    let sent = send(&t, &mut head, &[]).await;
    let import = looked_at(&t, &mut head, &sent).await;
    assert_eq!((count(&import.1, "Tạo mới"), count(&import.1, "Lỗi")), ("1".into(), "0".into()), "{}", import.1.text);
    assert!(import.1.text.contains("Sẽ cấp mã tạm"), "{}", import.1.text);
    let search = "/console/people?q=quyxich+zuchin";
    assert!(!head.get(&t, search).await.text.contains("Quyxich"), "nothing is written yet");

    let done = write(&t, &mut head, &import).await;
    assert!(done.text.contains("Đã ghi") && done.text.contains("id=\"import-undo\""), "{}", done.text);
    let found = head.get(&t, search).await.text;
    assert!(found.contains("Zuchinthe Xuân Quyxich") && found.contains("3A · "), "{found}");
    let mut links = found.split("/console/people/").filter_map(|rest| rest.get(..36));
    let id = links.find(|id| id.parse::<PersonId>().is_ok()).unwrap();
    let own = head.get(&t, &format!("/console/people/{id}")).await.text;
    assert!(own.contains("<dt>Mã tạm</dt><dd class=\"code\">TAM-"), "under its own name, in capitals: {own}");
    assert!(!own.contains("<dt>Mã định danh ngành</dt>"), "{own}");
    let told = rows(&t.sv.store, "SELECT detail FROM audit_events WHERE action = 'import.uploaded'").await.unwrap();
    assert!(told.len() == 1 && !told[0].contains("Quyxich"), "the trail keeps no names: {told:?}");

    // Once more: it is the same pupil.
    let again = send(&t, &mut head, &[]).await;
    let (_, page) = looked_at(&t, &mut head, &again).await;
    assert_eq!(count(&page, "Tạo mới"), "0", "{}", page.text);
} }

both! { async fn a_teacher_is_enrolled_by_the_sector_at_the_school_that_is_named(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut office = signed_in(&t, "sector_admin").await;
    let teacher = [("kind", "staff"), ("name", "Zuchinthe Xuân Quyxich"), ("born", ""), ("sector_id", "3199 000 031")];
    let unclear = send(&t, &mut office, &[&teacher[..], &[("school", "")][..]].concat()).await;
    assert_eq!(unclear.status, 422, "{}", unclear.text);
    assert!(unclear.text.contains("id=\"school-problem\"") && unclear.text.contains("Hãy ghi đúng một trường"));
    nothing_was_brought(&t).await;

    let sent = send(&t, &mut office, &[&teacher[..], &[("school", school.as_str())][..]].concat()).await;
    let import = looked_at(&t, &mut office, &sent).await;
    assert_eq!((count(&import.1, "Tạo mới"), count(&import.1, "Lỗi")), ("1".into(), "0".into()), "{}", import.1.text);
    assert!(import.1.text.contains(&school), "{}", import.1.text);
    write(&t, &mut office, &import).await;
    assert!(whose_if_any(&t, "3199000031").await.is_some());
    let mut head = signed_in(&t, "school_admin").await;
    let found = head.get(&t, "/console/people?q=quyxich").await.text;
    assert!(found.contains("Zuchinthe Xuân Quyxich") && found.contains("<td role=\"cell\">Giáo viên</td>"), "{found}");
} }

both! { async fn what_is_wrong_with_a_newcomer_is_told_beside_its_field_and_nothing_typed_is_lost(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let tomorrow = t.clock.now().day().checked_add(1.day()).unwrap().strftime("%d/%m/%Y").to_string();
    let mistakes = [
        ("name", " ", "Hãy ghi họ và tên", "name"),
        ("name", "An = Bình", "ký tự không thuộc về tên", "name"),
        ("name", "Nguy?n V?n B?y", "chữ đã mất khi lưu tệp", "name"),
        ("born", "31/2/2017", "Không có ngày này", "born"),
        ("born", tomorrow.as_str(), "ở tương lai", "born"),
        ("born", "", "ngày/tháng/năm", "born"),
        ("sex", "x", "nam hoặc nữ", "sex"),
        ("class", " ", "Hãy ghi lớp", "class"),
        ("sector_id", "31 23", "6 đến 20 chữ cái", "sector"),
    ];
    for (field, text, told, beside) in mistakes {
        let refused = send(&t, &mut head, &[(field, text)]).await;
        assert_eq!(refused.status, 422, "{field} {text}: {}", refused.text);
        for (kept, value) in typed(&[(field, text)]) {
            if matches!(kept, "name" | "born" | "class" | "sector_id") {
                assert_eq!(refused.field(kept), value, "{field} {text}");
            }
        }
        let beside = format!("id=\"{beside}-problem\"");
        let after = refused.text.split(&beside).nth(1).unwrap_or_else(|| panic!("{text}: {}", refused.text));
        assert!(after.split("</p>").next().unwrap().contains(told), "{text}: {after}");
        assert!(refused.text.contains(&format!("href=\"#{field}\"")), "in the summary too: {}", refused.text);
    }
    let staff = send(&t, &mut head, &[("kind", "staff"), ("position", "principal"), ("name", "")]).await;
    assert!(staff.text.contains("id=\"kind-staff\" name=\"kind\" value=\"staff\" checked"), "{}", staff.text);
    assert!(staff.text.contains("value=\"principal\" selected"), "{}", staff.text);
    nothing_was_brought(&t).await;
} }

both! { async fn too_many_unfinished_imports_are_told_on_the_form(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    for _ in 0..20 {
        assert_eq!(send(&t, &mut head, &[]).await.status, 303);
    }
    let refused = send(&t, &mut head, &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("20 đợt nhập chưa xong") && refused.field("class") == "Lớp 3A", "{}", refused.text);
} }

both! { async fn r38_r39_nobody_enrols_anybody_where_they_may_not_import(t: Tour) {
    let home = t.person("school_admin").school_code.clone();
    let other = t.people.iter().map(|one| one.school_code.clone()).find(|code| *code != home).unwrap();
    let mut head = signed_in(&t, "school_admin").await;
    let named = send(&t, &mut head, &[("school", &other)]).await;
    assert_eq!(named.status, 400, "r40: theirs is the only school: {}", named.text);

    let mut nobody = signed_in(&t, "teacher").await;
    assert_eq!(nobody.get(&t, NEW).await.status, 404);
    let own = nobody.get(&t, "/account/password").await;
    assert_eq!(press(&t, &mut nobody, &own, NEW, &typed(&[])).await.status, 404);
    let org = org_of(&t, "school_admin").await;
    for (role, right) in [("staff", AdminRole::HelpDesk), ("teacher", AdminRole::Auditor)] {
        give(&t, role, right, org).await;
        let mut looks = signed_in(&t, role).await;
        let list = looks.get(&t, "/console/people").await;
        assert!(list.status == 200 && !list.text.contains(NEW), "{right:?}: {}", list.text);
        assert_eq!(looks.get(&t, NEW).await.status, 403, "{right:?}");
        let own = looks.get(&t, "/account/password").await;
        assert_eq!(press(&t, &mut looks, &own, NEW, &typed(&[])).await.status, 403, "{right:?}");
    }
    // Who has two schools names one of these; another is none.
    for code in [&home, &other] {
        let org = people::school(&t.sv, code).await.unwrap().unwrap();
        give(&t, "teacher", AdminRole::SchoolAdmin, org).await;
    }
    let mut two = signed_in(&t, "teacher").await;
    let third = t.people.iter().map(|one| one.school_code.clone()).find(|code| *code != home && *code != other);
    let refused = send(&t, &mut two, &[("school", third.as_deref().unwrap_or("31399999"))]).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("id=\"school-problem\""), "{}", refused.text);
    nothing_was_brought(&t).await;
    assert_eq!(send(&t, &mut two, &[("school", &other)]).await.status, 303);
} }

both! { async fn r39_a_right_that_was_lost_since_enrols_nobody(t: Tour) {
    let org = org_of(&t, "school_admin").await;
    let leave: Permit<ImportPeople, Reach> = standing(&t, "school_admin").await.under(&t.sv, org).await.unwrap();
    let end = (whose(&t, &t.person("school_admin").sector_id).await.0, org, t.clock.now());
    let ended = t.sv.store.write(end, async |tx: &mut Tx, (account, org, now)| {
        delegations::end(tx, *account, *org, AdminRole::SchoolAdmin.as_str(), *now).await
    });
    assert!(ended.await.unwrap());
    let asked = Typed { name: "Lê An".into(), born: "5/4/2017".into(), class: "3A".into(), ..Typed::default() };
    let newcomer = asked.read(t.clock.now().day()).unwrap();
    let refused = enrolment::enrol(&t.sv, leave, &newcomer, false).await;
    assert!(matches!(refused, Err(NotEnrolled::Denied(_))), "{refused:?}");
    assert_eq!(work(&t).await, 0, "no node looks at it");
} }
