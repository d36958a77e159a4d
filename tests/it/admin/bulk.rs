//! Filters of people, one deed to many of them, and the list as a workbook.

use std::{io::Cursor, time::Duration};

use calamine::{Reader, Xlsx};
use phuong::{
    admin::people,
    model::account::AccountState,
    services::authority::{AdminRole, Group, Standing},
    store::{Tx, accounts, audit},
};

use super::{
    console::{press, signed_in},
    give, org_of, other_school, person,
    undo::import,
    whose,
};
use crate::support::{
    callers::Browser,
    tour::{Answer, Tour},
};

/// The rows of a workbook that was sent.
pub(super) fn rows(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

async fn state(t: &Tour, role: &str) -> AccountState {
    let account = whose(t, &t.person(role).sector_id).await.0;
    let read = async |tx: &mut Tx, account: &_| accounts::holder(tx, *account).await;
    t.sv.store.read(account, read).await.unwrap().unwrap().state
}

/// How many people a page of the list shows.
fn shown(page: &Answer) -> usize {
    assert_eq!(page.status, 200, "{}", page.text);
    page.text.matches("scope=\"row\"").count()
}

async fn events(t: &Tour, subject: &str) -> Vec<String> {
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 100).await;
    let events = t.sv.store.read(subject.to_owned(), read).await.unwrap();
    events.into_iter().map(|event| event.action).collect()
}

both! { async fn filters_narrow_the_list_and_stand_in_its_address(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let staff = shown(&head.get(&t, "/console/people?kind=staff").await);
    assert!((2..50).contains(&staff), "{staff}");
    assert_eq!(shown(&head.get(&t, "/console/people?kind=guardian").await), 0);
    assert_eq!(shown(&head.get(&t, "/console/people?lacks=sector-id").await), 0);
    let page = head.get(&t, "/console/people").await;
    let class = page.text.split("<option value=\"khoi-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let grade = head.get(&t, &format!("/console/people?class=khoi-{class}&kind=pupil")).await;
    let in_grade = shown(&grade);
    assert!(in_grade > 0 && grade.text.contains(&format!("value=\"khoi-{class}\" selected")));
    assert_eq!(shown(&head.get(&t, &format!("/console/people?class=khoi-{class}&kind=staff")).await), 0);
    assert_eq!(shown(&head.get(&t, "/console/people?class=khong-co").await), 0);
    let mut sector = signed_in(&t, "sector_admin").await;
    let own = t.person("school_admin").school_code.clone();
    let theirs = sector.get(&t, &format!("/console/people?school={own}&class=khoi-{class}")).await;
    assert_eq!(shown(&theirs), in_grade, "the same from above");
    assert_eq!(shown(&sector.get(&t, "/console/people?lacks=sector-id").await), 0);
    assert!(shown(&sector.get(&t, "/console/people?kind=staff").await) > staff);
    assert!(shown(&sector.get(&t, "/console/people?kind=staff&state=active").await) > 0);
} }

both! { async fn whoever_is_ticked_is_suspended_each_by_the_same_decision_as_alone(t: Tour) {
    let (pupil, own) = (person(&t, "student").await, person(&t, "school_admin").await);
    let elsewhere = person(&t, "sector_admin").await;
    let mut head = signed_in(&t, "school_admin").await;
    let ask = format!("/console/people/bulk?deed=suspend&whom=ticked&row-0={pupil}&row-3={own}&row-4={elsewhere}&row-5=x");
    let page = head.get(&t, &ask).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Tạm khoá 2 người"), "r38: whoever lies elsewhere is nobody: {}", page.text);
    assert!(!page.text.contains(&t.person("sector_admin").name));
    assert_eq!(state(&t, "student").await, AccountState::Active, "looking does nothing");
    let (csrf, people) = (page.field("csrf"), page.field("people"));
    let send = async |browser: &mut Browser, count: &str, reason: &str| {
        let form = [("csrf", csrf.as_str()), ("deed", "suspend"), ("count", count), ("people", &people), ("reason", reason)];
        browser.post(&t, "/console/people/bulk", &form).await
    };
    assert_eq!(send(&mut head, "2", " ").await.status, 422, "no reason");
    assert_eq!(send(&mut head, "7", "Kỷ luật").await.status, 422, "so many were not said yes to");
    assert_eq!(state(&t, "student").await, AccountState::Active);
    for _ in 0..2 {
        let done = send(&mut head, "2", "Kỷ luật").await;
        assert_eq!(done.status, 200, "{}", done.text);
        assert!(done.text.contains("Đã làm xong cho 1 người") && done.text.contains("1 người bị bỏ ra"), "{}", done.text);
        assert!(done.text.contains("Chính bạn"), "whoever was refused is named, with the reason");
    }
    assert_eq!(state(&t, "student").await, AccountState::Suspended);
    assert_eq!(state(&t, "school_admin").await, AccountState::Active);
    let account = whose(&t, &t.person("student").sector_id).await.0;
    let told = events(&t, &phuong::services::audit::account(account)).await;
    assert_eq!(told.iter().filter(|action| *action == "account.suspended").count(), 1, "one line, however often");
} }

both! { async fn everybody_who_is_found_is_meant_and_a_changed_number_is_asked_again(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let found = shown(&head.get(&t, "/console/people?kind=staff").await);
    let page = head.get(&t, "/console/people/bulk?deed=sessions&whom=all&kind=staff").await;
    assert!(page.text.contains(&format!("Đăng xuất {found} người khỏi mọi nơi")), "{}", page.text);
    let csrf = page.field("csrf");
    let form = [("csrf", csrf.as_str()), ("deed", "sessions"), ("count", "1"), ("kind", "staff")];
    assert_eq!(head.post(&t, "/console/people/bulk", &form).await.status, 422);
    let count = found.to_string();
    let form = [("csrf", csrf.as_str()), ("deed", "sessions"), ("count", &count), ("kind", "staff")];
    let done = head.post(&t, "/console/people/bulk", &form).await;
    assert!(done.text.contains(&format!("Đã làm xong cho {} người", found - 1)), "all but oneself: {}", done.text);
    let unlisted = [form.to_vec(), vec![("role", "sector_admin")]].concat();
    assert_eq!(head.post(&t, "/console/people/bulk", &unlisted).await.status, 400, "r40");
} }

both! { async fn slips_are_printed_for_those_who_are_ticked_by_a_fresh_sign_in(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let list = head.get(&t, "/console/people?kind=pupil&state=pending").await;
    let ids: Vec<&str> = list.text.split("name=\"row-").skip(1).map(|rest| rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap()).collect();
    let ask = format!("/console/people/bulk?deed=print&whom=ticked&row-0={}&row-1={}", ids[0], ids[1]);
    let page = head.get(&t, &ask).await;
    assert!(page.text.contains("In phiếu cho 2 người"), "{}", page.text);
    let (csrf, form, people) = (page.field("csrf"), page.field("form"), page.field("people"));
    let sent = [("csrf", csrf.as_str()), ("deed", "print"), ("count", "2"), ("people", &people), ("form", &form)];
    let printed = head.post(&t, "/console/people/bulk", &sent).await;
    assert_eq!((printed.status, printed.header("content-type")), (200, "application/pdf"), "{}", printed.text);
    t.advance(Duration::from_mins(6));
    assert!(head.get(&t, &ask).await.text.contains("login-submit"), "r44: a stale sign-in is asked for anew");
} }

both! { async fn r44_r47_the_list_is_taken_away_by_a_fresh_sign_in_and_told_in_the_audit(t: Tour) {
    let school = org_of(&t, "school_admin").await;
    give(&t, "staff", AdminRole::HelpDesk, school).await;
    let mut help = signed_in(&t, "staff").await;
    assert_eq!(help.get(&t, "/console/people/export").await.status, 403, "whoever reads on the screen carries nothing off");
    let mut head = signed_in(&t, "school_admin").await;
    let before = events(&t, "people").await.len();
    let staff = shown(&head.get(&t, "/console/people?kind=staff").await);
    let sheet = rows(&head.get(&t, "/console/people/export?kind=staff").await);
    assert_eq!(sheet.len(), staff + 1);
    assert_eq!(sheet[0][..2], ["Họ và tên", "Mã định danh ngành"]);
    let theirs = t.person("sector_admin").clone();
    let all = rows(&head.get(&t, "/console/people/export").await);
    assert!(all.len() > sheet.len() && all.iter().all(|row| row[1] != theirs.sector_id), "r38");
    let told = events(&t, "people").await;
    assert_eq!(told.len(), before + 2);
    assert!(told.iter().all(|action| action == "people.exported"));
    t.advance(Duration::from_mins(6));
    let stale = head.get(&t, "/console/people/export?kind=staff").await;
    assert!(stale.text.contains("login-submit") && stale.text.contains("lần nữa"), "r44: {}", stale.text);
    // A browser that is answered with a file stays on the page with the password: what follows is the page that offers it.
    let owner = t.person("school_admin").clone();
    let back = head.submit(&t, &stale, &owner.sector_id, &owner.password).await;
    assert_eq!((back.status, back.header("location")), (303, "/console/people?kind=staff#export"));
    assert!(head.get(&t, "/console/people?kind=staff").await.text.contains("id=\"export\""));
} }

both! { async fn r38_rights_of_two_kinds_take_away_only_where_they_may(t: Tour) {
    // Reads the whole of another school, and administers the own one.
    let other = other_school(&t, "school_admin").await;
    give(&t, "school_admin", AdminRole::Auditor, other).await;
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(head.get(&t, "/console/people").await.status, 200);
    assert_eq!(head.get(&t, "/console/people/export").await.status, 403, "not all of what is seen");
    let own = t.person("school_admin").school_code.clone();
    assert!(rows(&head.get(&t, &format!("/console/people/export?school={own}")).await).len() > 10);
    let code = t.people.iter().map(|one| one.school_code.clone()).find(|code| *code != own).unwrap();
    assert_eq!(head.get(&t, &format!("/console/people/export?school={code}")).await.status, 403);
} }

both! { async fn every_other_table_is_taken_away_too(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let own = t.person("school_admin").school_code.clone();
    assert_eq!(rows(&head.get(&t, "/console/transfers/export?side=in&list=decided").await).len(), 1, "titles alone");
    assert_eq!(rows(&head.get(&t, &format!("/console/rollover/{own}/export")).await).len(), 1, "nothing is drafted yet");
    let page = head.get(&t, &format!("/console/rollover/{own}")).await;
    let draft = press(&t, &mut head, &page, &format!("/console/rollover/{own}/draft"), &[]).await;
    assert_eq!(draft.status, 303);
    let sheet = rows(&head.get(&t, &format!("/console/rollover/{own}/export")).await);
    assert!(sheet.len() > 2 && sheet[1].len() == 6, "{sheet:?}");
    assert!(sheet[1..].iter().all(|row| row[2].parse::<u32>().is_ok_and(|pupils| pupils > 0)), "{sheet:?}");
    let page = head.get(&t, &format!("/console/rollover/{own}")).await;
    let below = format!("/console/rollover/{own}/");
    let mut links = page.text.split(&below).skip(1).map(|rest| rest.split('"').next().unwrap());
    let of_class = format!("/console/rollover/{own}/{}", links.find(|part| part.len() == 36).unwrap());
    let page = head.get(&t, &of_class).await;
    let pupils = rows(&head.get(&t, &format!("{of_class}/export")).await);
    assert_eq!(pupils[0], ["Lớp", "Họ và tên", "Mã định danh ngành", "Sang năm"]);
    assert!(pupils.len() > 1 && pupils[1..].iter().all(|row| page.text.contains(&row[2]) && row[3] == "Theo lớp"), "{pupils:?}");
    let other = t.people.iter().map(|one| one.school_code.clone()).find(|code| *code != own).unwrap();
    assert_eq!(head.get(&t, &format!("/console/rollover/{other}/export")).await.status, 404, "r38");
    assert_eq!(head.get(&t, &format!("{}/export", of_class.replace(&own, &other))).await.status, 404, "r38");
    assert_eq!(head.get(&t, "/console/imports/0197/kept").await.status, 404);
    assert_eq!(head.get(&t, "/console/imports/0197/findings").await.status, 404);
    let oneself = head.get(&t, &format!("/console/people/{}", person(&t, "school_admin").await)).await;
    let trail = format!("/console/audit?person={}", t.person("school_admin").sector_id);
    assert!(oneself.text.contains(&format!("href=\"{trail}\"")), "what happened to somebody leads to all of it: {}", oneself.text);
    assert!(head.get(&t, &trail).await.text.contains(&t.person("school_admin").name));
    let drafted = rows(&head.get(&t, "/console/rollover/export").await);
    assert_eq!((drafted.len(), &drafted[1][0]), (2, &own), "{drafted:?}");
    assert_eq!(rows(&head.get(&t, "/console/imports/export").await).len(), 1, "nothing was imported");
    assert_eq!(head.get(&t, "/console/jobs/export").await.status, 404, "r38: the whole sector's");
    let jobs = signed_in(&t, "sector_admin").await.get(&t, "/console/jobs/export").await;
    assert_eq!(rows(&jobs)[0], ["Việc", "Ứng dụng", "Số lần thử", "Lần tới", "Có gì sai"]);
    let mut teacher = signed_in(&t, "teacher").await;
    let class = rows(&teacher.get(&t, "/class/export").await);
    assert!(class.len() > 10 && class[1..].iter().all(|row| row.len() >= 4 && row[2].len() == 10), "{class:?}");
    assert!(head.get(&t, "/class/export").await.status == 404, "r38: who teaches no class");
    let roles = rows(&head.get(&t, "/console/roles/export").await);
    assert!(roles[1..].iter().any(|row| row[0] == t.person("school_admin").name), "{roles:?}");
    assert_eq!(rows(&head.get(&t, "/console/roles/export?role=auditor").await).len(), 1, "r38: those above are not there");
    t.advance(Duration::from_mins(6));
    let tables = ["transfers/export", "imports/export", "roles/export", "rollover/export"].map(|name| format!("/console/{name}"));
    let of_school = [format!("/console/rollover/{own}/export"), format!("{of_class}/export")];
    for table in tables.into_iter().chain(of_school) {
        assert!(head.get(&t, &table).await.text.contains("login-submit"), "r44: {table}");
    }
} }

both! { async fn classes_are_listed_by_their_numbers(t: Tour) {
    let own = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let pupil = |(n, class): (usize, &str)| format!("{own}|{class}|31670{n:05}||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n");
    let list: String = ["3X10", "3X2", "3X1"].into_iter().enumerate().map(pupil).collect();
    import(&t, &mut head, &list).await;
    let ours = |all: Vec<String>| all.into_iter().filter(|code| code.starts_with("3X")).collect::<Vec<_>>();
    let wanted = ["3X1", "3X2", "3X10"];
    let (who, org) = (Standing::danger_command_line(), org_of(&t, "school_admin").await);
    let printing = who.with_group(&t.sv, Group::School(org)).await.unwrap();
    let printed = phuong::slips::classes(&t.sv, &printing).await.unwrap();
    assert_eq!(ours(printed.into_iter().map(|class| class.code).collect()), wanted);
    let found = people::classes(&t.sv, &who.under(&t.sv, org).await.unwrap()).await.unwrap();
    assert_eq!(ours(found.into_iter().map(|(code, _)| code).collect()), wanted);
    let page = head.get(&t, &format!("/console/rollover/{own}")).await;
    press(&t, &mut head, &page, &format!("/console/rollover/{own}/draft"), &[]).await;
    let sheet = rows(&head.get(&t, &format!("/console/rollover/{own}/export")).await);
    assert_eq!(ours(sheet.into_iter().map(|row| row[0].clone()).collect()), wanted);
} }
