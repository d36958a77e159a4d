//! An import is taken back: everybody whom nobody has touched since is again what they were.

use std::time::Duration;

use phuong::{
    base::{
        clock::Moment,
        id::{BatchId, PersonId},
    },
    model::{identifier::IdentifierKind, name::PersonName, role::Role},
    people::{
        memberships::{self, Event},
        records::{self, Record},
    },
    roster::{self, NotUndone},
    services::{
        audit::Actor,
        authority::{Group, Standing},
    },
    slips,
    store::{Tx, delegations, undo},
};

use super::{
    bulk,
    console::{code, signed_in},
    imports::{HEADER, bring, count, press, whose_if_any, work},
    merging::merge,
    org_of, other_school, person, whose,
};
use crate::{
    api,
    login::activation::{choose, enter},
    roster::content::rows,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

/// Brings a list and has it written; the import's address.
pub(super) async fn import(t: &Tour, head: &mut Browser, rows: &str) -> String {
    let brought = bring(t, head, "", &[("a.csv", format!("{HEADER}{rows}").as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(t).await;
    let page = head.get(t, &address).await;
    assert_eq!(press(t, head, &page, &format!("{address}/commit"), &[]).await.status, 303, "{}", page.text);
    work(t).await;
    address
}

/// Presses the button that takes an import back, and lets a node do it.
async fn take_back(t: &Tour, head: &mut Browser, address: &str) -> Answer {
    let page = head.get(t, address).await;
    let pressed = press(t, head, &page, &format!("{address}/undo"), &[]).await;
    assert_eq!(pressed.status, 303, "{}", page.text);
    work(t).await;
    head.get(t, address).await
}

async fn kept(t: &Tour, people: &[PersonId]) -> Vec<undo::Before> {
    let people = people.to_vec();
    let mut kept =
        t.sv.store
            .read(people, async |tx: &mut Tx, people: &Vec<PersonId>| undo::before(tx, people).await)
            .await
            .unwrap();
    kept.sort_by_key(|before| before.person);
    kept
}

/// The run of the one import in the browser.
async fn run(t: &Tour) -> BatchId {
    let told = rows(
        &t.sv.store,
        "SELECT subject FROM audit_events WHERE action = 'import.finished' AND actor LIKE 'account:%'",
    );
    told.await.unwrap()[0].trim_start_matches("import:").parse().unwrap()
}

fn pupil(school: &str, class: &str, n: u32, name: &str, status: &str) -> String {
    format!("{school}|{class}|31660{n:05}||{name}|14/03/2017|Nữ|{status}\n")
}

both! { async fn whoever_was_changed_is_again_what_they_were(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let first: String = (0..6).map(|n| pupil(&school, "3A", n, "Nguyễn Thị Bảo Ngọc", "Đang học")).collect();
    import(&t, &mut head, &first).await;
    t.advance(Duration::from_mins(1));
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(whose(&t, &format!("31660{n:05}")).await.1);
    }
    let before = kept(&t, &people).await;
    // A name is corrected, a class changed, somebody leaves, one stays as they are, one is new.
    let second = [
        pupil(&school, "3A", 0, "Nguyễn Thị Bảo Ngân", "Đang học"),
        pupil(&school, "3B", 1, "Nguyễn Thị Bảo Ngọc", "Đang học"),
        pupil(&school, "3A", 2, "Nguyễn Thị Bảo Ngọc", "Thôi học"),
        pupil(&school, "3A", 3, "Nguyễn Thị Bảo Ngọc", "Đang học"),
        pupil(&school, "3B", 9, "Trần Thị Mới", "Đang học"),
    ];
    let address = import(&t, &mut head, &second.concat()).await;
    let page = head.get(&t, &address).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Rời trường"), count(&page, "Tạo mới")), ("2".into(), "1".into(), "1".into()));
    assert_ne!(kept(&t, &people).await, before);
    t.advance(Duration::from_mins(1));
    let undone = take_back(&t, &mut head, &address).await;
    assert!(undone.text.contains("Đã đưa 4 người về như trước"), "{}", undone.text);
    assert!(!undone.text.contains("id=\"kept\""));
    assert_eq!(kept(&t, &people).await, before, "to the last place in a class");
    assert!(whose_if_any(&t, "3166000009").await.is_none(), "nobody signs in as them");
    // Search finds them by their old names, and what was free is free again.
    let found = head.get(&t, "/console/people?q=bao+ngan").await.text;
    assert!(!found.contains("3166000000"), "{found}");
    let again = import(&t, &mut head, &second.concat()).await;
    let page = head.get(&t, &again).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Rời trường"), count(&page, "Tạo mới")), ("2".into(), "1".into(), "1".into()));
    // Taken back once only.
    let page = head.get(&t, &address).await;
    assert!(!page.text.contains("import-undo\""), "{}", page.text);
} }

both! { async fn whoever_administers_the_sector_and_was_nowhere_stays_where_a_list_put_them(t: Tour) {
    // As the first administrator, whom a link made, and who then brings the list of the own office.
    let record = Record { name: PersonName::read("Nguyễn Quản Trị").unwrap(), born: None, sex: None };
    let moet = [(IdentifierKind::Sector, "3166600001")];
    records::register(&t.sv, &Actor::System, &record, &moet, true).await.unwrap();
    let (account, org, role) = (whose(&t, "3166600001").await.0, org_of(&t, "sector_admin").await, "sector_admin");
    let right = delegations::NewDelegation { id: t.sv.ids.next(), account, org, role, granted_by: None };
    let give = async |tx: &mut Tx, (right, now): &(delegations::NewDelegation, Moment)| delegations::delegate(tx, right, *now).await;
    assert!(t.sv.store.write((right, t.clock.now()), give).await.unwrap());
    let list = format!(
        "Mã trường|Mã định danh Bộ GD&ĐT|Họ tên|Ngày sinh|Trạng thái CB|Nhóm chức vụ\n\
         {0}|3166600001|Nguyễn Quản Trị||Đang làm việc|Nhân viên\n{0}|3166600002|Lê Thị Mới||Đang làm việc|Nhân viên\n",
        t.person("sector_admin").school_code
    );
    let mut office = signed_in(&t, "sector_admin").await;
    let brought = bring(&t, &mut office, "", &[("a.csv", list.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(&t).await;
    let page = office.get(&t, &address).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Tạo mới")), ("1".into(), "1".into()), "{}", page.text);
    press(&t, &mut office, &page, &format!("{address}/commit"), &[]).await;
    work(&t).await;
    t.advance(Duration::from_mins(1));
    let undone = take_back(&t, &mut office, &address).await;
    assert!(undone.text.contains("Đã đưa 1 người về như trước"), "{}", undone.text);
    assert!(undone.text.split("id=\"kept\"").nth(1).is_some_and(|kept| kept.contains("Nguyễn Quản Trị")), "{}", undone.text);
    assert!(whose_if_any(&t, "3166600002").await.is_none());
    let state = "SELECT a.state FROM accounts a JOIN persons p ON p.id = a.person_id WHERE p.full_name = 'Nguyễn Quản Trị'";
    assert_ne!(rows(&t.sv.store, state).await.unwrap(), ["dormant"], "they may sign in yet");
} }

both! { async fn whoever_was_touched_since_stays_and_is_named(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let names = ["Lê Kích Hoạt", "Phạm Được Sửa", "Vũ Không Ai Đụng"];
    let rows: String = (0..3).map(|n| pupil(&school, "3A", n, names[n as usize], "Đang học")).collect();
    let address = import(&t, &mut head, &rows).await;
    t.advance(Duration::from_mins(1));
    // One activates with a code, one is corrected by another list.
    let one = whose(&t, "3166000000").await.1;
    let page = head.get(&t, &format!("/console/people/{one}")).await;
    let (form, csrf) = (page.field("form"), page.field("csrf"));
    let issued = head.post(&t, &format!("/console/people/{one}/code"), &[("form", &form), ("csrf", &csrf)]).await;
    let mut own = Browser::default();
    let entered = enter(&t, &mut own, "3166000000", &code(&issued)).await;
    assert_eq!(choose(&t, &mut own, &entered, "hoa no mua he").await.status, 200);
    import(&t, &mut head, &pupil(&school, "3A", 1, "Phạm Đã Sửa", "Đang học")).await;
    t.advance(Duration::from_mins(1));
    let undone = take_back(&t, &mut head, &address).await;
    assert!(undone.text.contains("Đã đưa 1 người về như trước"), "{}", undone.text);
    let told = undone.text.split("id=\"kept\"").nth(1).unwrap();
    assert!(told.contains("2 người giữ nguyên") && told.contains(names[0]) && told.contains("Phạm Đã Sửa"), "{told}");
    let mut table = bulk::rows(&head.get(&t, &format!("{address}/kept")).await);
    assert_eq!(table.remove(0), ["Họ và tên", "Mã định danh ngành"]);
    table.sort();
    let all = [[names[0], "3166000000"], ["Phạm Đã Sửa", "3166000001"]];
    assert!(table == all && told.contains(&format!("{address}/kept")), "{table:?}");
    t.advance(Duration::from_mins(6));
    assert!(head.get(&t, &format!("{address}/kept")).await.text.contains("login-submit"), "r44");
    assert!(whose_if_any(&t, "3166000000").await.is_some() && whose_if_any(&t, "3166000002").await.is_none());
} }

both! { async fn whoever_became_one_with_somebody_since_stays_and_is_named_as_them(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let names = ["Lê Giữ Lại", "Lê Bản Sao", "Vũ Không Ai Đụng", "Đỗ Đã Có"];
    let rows: String = (0..4).map(|n| pupil(&school, "3A", n, names[n as usize], "Đang học")).collect();
    let address = import(&t, &mut head, &rows).await;
    t.advance(Duration::from_mins(1));
    let of = async |n: u32| whose(&t, &format!("31660{n:05}")).await.1;
    // One is another of the list, one is somebody who was there before.
    for (kept, gone) in [(of(0).await, of(1).await), (person(&t, "student").await, of(3).await)] {
        let merged = merge(&t, &mut head, kept, gone).await;
        assert_eq!(merged.header("location"), format!("/console/people/{kept}?done=merged"), "{}", merged.text);
    }
    let (would, staying) = roster::would_undo(&t.sv, run(&t).await, |_| {}).await.unwrap();
    assert_eq!((would.back, would.kept, staying.len()), (1, 2, 2), "{staying:?}");
    t.advance(Duration::from_mins(1));
    let undone = take_back(&t, &mut head, &address).await;
    assert!(undone.text.contains("Đã đưa 1 người về như trước"), "{}", undone.text);
    let told = undone.text.split("id=\"kept\"").nth(1).unwrap();
    let there = [names[0], &t.person("student").name];
    assert!(told.contains("2 người giữ nguyên") && there.iter().all(|name| told.contains(*name)), "{told}");
} }

both! { async fn whoever_is_at_school_again_has_their_badge_again(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = |status| pupil(&school, "3A", 0, "Nguyễn Thị Bảo Ngọc", status);
    import(&t, &mut head, &row("Đang học")).await;
    t.advance(Duration::from_mins(1));
    let group = Group::School(org_of(&t, "school_admin").await);
    let leave = Standing::danger_command_line().with_group(&t.sv, group).await.unwrap();
    let only = vec![whose(&t, "3166000000").await.1];
    let issued = slips::issue_badges(&t.sv, &leave, Some(only)).await.unwrap();
    let token = issued.badges[0].token.to_string();
    let is_good = async || slips::badge_of(&t.sv, &token).await.unwrap().is_some();
    let address = import(&t, &mut head, &row("Thôi học")).await;
    assert!(!is_good().await);
    t.advance(Duration::from_mins(1));
    let undone = take_back(&t, &mut head, &address).await;
    assert!(undone.text.contains("Đã đưa 1 người về như trước"), "{}", undone.text);
    assert!(is_good().await);
} }

both! { async fn r38_whoever_went_to_another_school_since_is_counted_and_not_named(t: Tour) {
    let (school, app) = (t.person("school_admin").school_code.clone(), api::console(&t).await);
    let mut head = signed_in(&t, "school_admin").await;
    let rows = [pupil(&school, "3A", 0, "Lê Đã Chuyển", "Đang học"), pupil(&school, "3A", 1, "Phạm Ở Lại", "Đang học")];
    let address = import(&t, &mut head, &rows.concat()).await;
    t.advance(Duration::from_mins(1));
    let (from, to) = (org_of(&t, "school_admin").await, other_school(&t, "school_admin").await);
    let gone = vec![Event::Transfers { role: Role::Student, from, to }];
    let (who, today) = (whose(&t, "3166000000").await.1, t.clock.now().day());
    assert!(memberships::record(&t.sv, &Actor::CommandLine, who, gone, today).await.unwrap());
    import(&t, &mut head, &pupil(&school, "3A", 1, "Phạm Đã Sửa", "Đang học")).await;
    t.advance(Duration::from_mins(1));
    // Below them stand the rows of the file, which the school brought itself.
    let named = |page: &str| page.split("id=\"kept\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
    let told = named(&take_back(&t, &mut head, &address).await.text);
    assert!(told.contains("2 người giữ nguyên") && told.contains("Phạm Đã Sửa"), "{told}");
    assert!(!told.contains("Lê Đã Chuyển") && told.contains("Còn 1 người không nêu tên"), "{told}");
    let table = bulk::rows(&head.get(&t, &format!("{address}/kept")).await);
    assert_eq!(table[1..], [["Phạm Đã Sửa", "3166000001"]]);
    let listed = async |role: &str| {
        let token = api::token(&t, &app, role, "imports:write").await;
        let address = address.replace("/console/", "/api/v1/");
        let (import, kept) = (api::Call::get(&address, &token), format!("{address}/kept"));
        let items = api::Call::get(&kept, &token).send(&t).await.json()["items"].as_array().unwrap().len();
        (import.send(&t).await.json()["kept"].as_u64(), items)
    };
    assert_eq!(listed("school_admin").await, (Some(2), 1));
    assert_eq!(listed("sector_admin").await, (Some(2), 2), "who may see both");
    let mut sector = signed_in(&t, "sector_admin").await;
    assert!(named(&sector.get(&t, &address).await.text).contains("Lê Đã Chuyển"));
} }

both! { async fn r49_an_import_is_taken_back_in_steps_that_a_dead_node_leaves_whole(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let rows: String = (0..250).map(|n| pupil(&school, "3A", n, "Nguyễn Thị Bảo Ngọc", "Đang học")).collect();
    let address = import(&t, &mut head, &rows).await;
    t.advance(Duration::from_mins(1));
    let page = head.get(&t, &address).await;
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/undo"), &[]).await.status, 303);
    // A node is told to stop after its first step, as one is that is replaced.
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    assert!(phuong::roster::desk::work(&t.sv, &stop).await.unwrap());
    assert_eq!(left(&t).await, 150, "a step is a hundred people");
    assert!(head.get(&t, &address).await.text.contains("Đang hoàn tác"));
    work(&t).await;
    let undone = head.get(&t, &address).await;
    assert!(undone.text.contains("Đã đưa 250 người về như trước"), "{}", undone.text);
    assert_eq!(left(&t).await, 0);
} }

/// How many of those with the numbers of these tests are there.
async fn left(t: &Tour) -> usize {
    let mut left = 0;
    for n in 0..250 {
        left += usize::from(whose_if_any(t, &format!("31660{n:05}")).await.is_some());
    }
    left
}

both! { async fn the_command_line_leaves_what_is_of_the_browser_to_its_page(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    import(&t, &mut head, &pupil(&school, "3A", 0, "Nguyễn Thị Bảo Ngọc", "Đang học")).await;
    assert!(roster::undoable(&t.sv).await.unwrap().is_empty());
    let no = roster::may_undo(&t.sv, run(&t).await).await;
    assert!(matches!(no, Err(NotUndone::OfTheBrowser)), "{no:?}");
} }

both! { async fn after_a_day_an_import_stays(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let address = import(&t, &mut head, &pupil(&school, "3A", 0, "Nguyễn Thị Bảo Ngọc", "Đang học")).await;
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("id=\"import-undo\""), "{}", page.text);
    t.advance(Duration::from_hours(24) + Duration::from_mins(1));
    let mut head = signed_in(&t, "school_admin").await;
    let later = head.get(&t, &address).await;
    assert!(!later.text.contains("id=\"import-undo\""));
    let csrf = head.get(&t, "/console/imports").await.field("csrf");
    let form = [("csrf", csrf.as_str()), ("version", &page.field("version"))];
    head.post(&t, &format!("{address}/undo"), &form).await;
    work(&t).await;
    assert!(whose_if_any(&t, "3166000000").await.is_some());
} }
