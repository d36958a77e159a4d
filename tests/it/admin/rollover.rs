//! The console's pages of the step into the next year: drafted, looked through, done, taken back, each by whose school it is.

use std::time::Duration;

use phuong::{
    admin::{accounts, rollover},
    base::{
        clock::Moment,
        id::{AccountId, OrgId},
    },
    model::role::Role,
    people::memberships::{self, Event},
    services::{
        audit::Actor,
        authority::{AdminRole, Standing},
    },
    store::{Tx, delegations},
};
use serde_json::json;

use super::{console::signed_in, give, org_of, transfers::new_school, whose};
use crate::{
    api::{self, Call},
    roster::content::rows,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

/// Sends a form of a page.
async fn send(t: &Tour, browser: &mut Browser, path: &str, typed: &[(&str, &str)]) -> Answer {
    let csrf = browser.get(t, "/account/password").await.field("csrf");
    let form: Vec<(&str, &str)> = typed.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    browser.post(t, path, &form).await
}

/// Moves a school today, as whoever has seen what becomes of its pupils confirms it.
async fn moves(t: &Tour, browser: &mut Browser, home: &str) -> Answer {
    let schedule = format!("{home}/schedule");
    let asks = send(t, browser, &schedule, &[("on", "24/11/2026")]).await;
    send(t, browser, &schedule, &[("on", "24/11/2026"), ("confirmed", &asks.field("confirmed"))]).await
}

/// The address of the first class of a draft.
fn first_class(page: &Answer, home: &str) -> String {
    let rest = page.text.split(&format!("href=\"{home}/")).nth(1).unwrap_or_else(|| panic!("no class: {}", page.text));
    format!("{home}/{}", rest.split('"').next().unwrap())
}

/// The pupils of a class's page, as its form calls them.
fn pupils(page: &Answer) -> Vec<String> {
    page.text.split("name=\"to-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The numbers of what becomes of the pupils.
fn tally(page: &Answer) -> Vec<u32> {
    let list = page.text.split("<dl class=\"counts\">").nth(1).map_or("", |rest| rest.split("</dl>").next().unwrap());
    let numbers = list.split("<dd>").skip(1).map(|rest| rest.split('<').next().unwrap().replace('.', ""));
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// What a class's page says of its pupils: how many leave, how many repeat.
async fn marks(t: &Tour, browser: &mut Browser, class: &str) -> [usize; 2] {
    let page = browser.get(t, class).await.text;
    ["leaves", "repeats"].map(|mark| page.matches(&format!("value=\"{mark}\" selected")).count())
}

both! { async fn a_class_is_said_in_one_form_all_of_it_or_nothing(t: Tour) {
    let home = format!("/console/rollover/{}", t.person("school_admin").school_code);
    let (mut head, mut sector) = (signed_in(&t, "school_admin").await, signed_in(&t, "sector_admin").await);
    send(&t, &mut head, &format!("{home}/draft"), &[]).await;
    let class = first_class(&head.get(&t, &home).await, &home);
    let save = format!("{class}/save");
    let page = head.get(&t, &class).await;
    let [one, two, three, ..] = &pupils(&page)[..] else { panic!("a class: {}", page.text) };
    let (to, was) = (|id: &str| format!("to-{id}"), |id: &str| format!("was-{id}"));
    let (one, two, three, was_two) = (to(one), to(two), to(three), was(two));
    let shown = page.field("was");
    let (fate, next) = shown.split_once(' ').unwrap_or((&shown, ""));
    let whole = [("was", shown.as_str()), ("fate", fate), ("next", next)];

    let mut form = whole.to_vec();
    form.extend([(one.as_str(), "leaves"), (two.as_str(), "repeats"), (three.as_str(), "class")]);
    let saved = send(&t, &mut head, &save, &form).await;
    assert_eq!((saved.status, saved.header("location")), (303, &*format!("{class}?done=saved")), "{}", saved.text);
    assert!(head.get(&t, &format!("{class}?done=saved")).await.text.contains("Đã lưu."));
    assert_eq!(marks(&t, &mut head, &class).await, [1, 1], "both of them");
    let told = "SELECT detail FROM audit_events WHERE action = 'rollover.marked'";
    let told = rows(&t.sv.store, told).await.unwrap();
    assert!(told.len() == 2 && told.iter().all(|detail| detail.contains("person")), "what nobody changed is not told: {told:?}");

    // Of what is wrong nothing is stored, and what was chosen stands in the form.
    let wrong = [(two.as_str(), "joins 9Z"), (was_two.as_str(), "repeats"), (three.as_str(), "leaves")];
    let refused = send(&t, &mut head, &save, &wrong).await;
    assert!(refused.status == 422 && refused.text.contains("to-2-problem") && refused.text.contains("Chưa lưu gì"), "{}", refused.text);
    assert_eq!(refused.text.matches("value=\"leaves\" selected").count(), 2, "{}", refused.text);
    assert!(refused.text.contains("value=\"joins 9Z\" selected"), "{}", refused.text);
    assert_eq!(marks(&t, &mut head, &class).await, [1, 1]);
    let stranger = to("0197a2b4-0000-7000-8000-000000000000");
    let gone = send(&t, &mut head, &save, &[(stranger.as_str(), "leaves"), (three.as_str(), "leaves")]).await;
    assert!(gone.status == 422 && gone.text.contains("không còn ở lớp này"), "{}", gone.text);
    assert_eq!(marks(&t, &mut head, &class).await, [1, 1]);

    // Of a page from before, what somebody else said meanwhile stays.
    let stale = [(one.as_str(), "class"), (two.as_str(), "class"), (three.as_str(), "leaves")];
    assert_eq!(send(&t, &mut sector, &save, &stale).await.status, 303);
    assert_eq!(marks(&t, &mut head, &class).await, [2, 1]);
    let many: Vec<String> = (0..201).map(|n| to(&format!("0197a2b4-0000-7000-8000-{n:012}"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "class")).collect();
    assert!((400..500).contains(&send(&t, &mut head, &save, &many).await.status), "no class is so large");
} }

both! { async fn what_is_done_today_is_looked_at_first_and_counted_afterwards(t: Tour) {
    let home = format!("/console/rollover/{}", t.person("school_admin").school_code);
    let mut head = signed_in(&t, "school_admin").await;
    send(&t, &mut head, &format!("{home}/draft"), &[]).await;
    let class = first_class(&head.get(&t, &home).await, &home);
    let one = format!("to-{}", pupils(&head.get(&t, &class).await)[0]);
    send(&t, &mut head, &format!("{class}/save"), &[(one.as_str(), "repeats")]).await;
    let drafted = tally(&head.get(&t, &home).await);
    let asks = send(&t, &mut head, &format!("{home}/schedule"), &[("on", "24/11/2026")]).await;
    assert!(asks.status == 200 && asks.text.contains("Chuyển cả trường ngay hôm nay?") && asks.text.contains("7 ngày"), "{}", asks.text);
    assert!(!rollover::work(&t.sv).await.unwrap(), "nothing is done yet");
    assert!(head.get(&t, &home).await.text.contains("Bản nháp"));
    let looked = tally(&asks);
    assert!(looked == drafted && looked[0] > 1 && looked[2] == 1 && looked[0] == looked[1..].iter().sum::<u32>(), "{looked:?}");
    let other = [("on", "24/11/2026"), ("confirmed", "1-1-0-0-0")];
    let asks = send(&t, &mut head, &format!("{home}/schedule"), &other).await;
    assert!(tally(&asks) == looked && !rollover::work(&t.sv).await.unwrap(), "other numbers were seen");
    assert_eq!(moves(&t, &mut head, &home).await.status, 303);
    while rollover::work(&t.sv).await.unwrap() {}
    let done = head.get(&t, &home).await;
    assert!(done.text.contains("Đã chuyển"), "{}", done.text);
    assert_eq!(tally(&done), looked, "those who moved");
    t.advance(Duration::from_hours(24 * 7 + 1));
    let mut head = signed_in(&t, "school_admin").await;
    let over = head.get(&t, &home).await;
    assert!(over.text.contains("Đã quá 7 ngày"), "{}", over.text);
    assert_eq!(tally(&over), [0; 0], "nothing rather than 0: {}", over.text);
} }

both! { async fn a_school_looks_through_its_draft_schedules_it_and_takes_it_back(t: Tour) {
    let home = format!("/console/rollover/{}", t.person("school_admin").school_code);
    let mut head = signed_in(&t, "school_admin").await;
    let none = head.get(&t, "/console/rollover").await;
    assert!(none.status == 200 && none.text.contains("Soạn bản nháp") && none.text.contains("2026-2027 → 2027-2028"), "{}", none.text);
    assert_eq!(send(&t, &mut head, &format!("{home}/schedule"), &[("on", "24/11/2026")]).await.status, 404, "no draft");
    for _ in 0..2 {
        let drafted = send(&t, &mut head, &format!("{home}/draft"), &[]).await;
        assert_eq!((drafted.status, drafted.header("location")), (303, home.as_str()), "{}", drafted.text);
    }
    let sheet = head.get(&t, &home).await;
    let class = first_class(&sheet, &home);
    let page = head.get(&t, &class).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let pupil = pupils(&page)[0].clone();
    let (to, was) = (format!("to-{pupil}"), format!("was-{pupil}"));
    let marked = send(&t, &mut head, &format!("{class}/save"), &[(to.as_str(), "leaves")]).await;
    assert_eq!(marked.header("location"), format!("{class}?done=saved"), "{}", marked.text);
    assert!(head.get(&t, &class).await.text.contains("value=\"leaves\" selected"));
    assert!(head.get(&t, &home).await.text.contains("Thôi học 1"));
    let nowhere = send(&t, &mut head, &format!("{class}/save"), &[(to.as_str(), "joins 9Z"), (was.as_str(), "leaves")]).await;
    assert!(nowhere.status == 422 && nowhere.text.contains("Năm sau không có lớp ấy"), "{}", nowhere.text);
    let nameless = send(&t, &mut head, &format!("{class}/save"), &[("fate", "goes_on"), ("next", " ")]).await;
    assert!(nameless.status == 422 && nameless.text.contains("next-problem"), "{}", nameless.text);
    assert_eq!(send(&t, &mut head, &format!("{class}/save"), &[("fate", "stays"), ("next", "")]).await.status, 303);
    assert!(head.get(&t, &class).await.text.contains("Để nguyên"));
    send(&t, &mut head, &format!("{class}/save"), &[("fate", "completes"), ("next", "")]).await;
    assert_eq!(send(&t, &mut head, &format!("{class}/save"), &[("fate", "stays"), ("next", ""), ("org", "x")]).await.status, 400, "r40");

    let never = send(&t, &mut head, &format!("{home}/schedule"), &[("on", "31/02/2027")]).await;
    assert!(never.status == 422 && never.text.contains("31/02/2027") && never.text.contains("on-problem"), "{}", never.text);
    let past = send(&t, &mut head, &format!("{home}/schedule"), &[("on", "01/08/2020")]).await;
    assert!(past.status == 422 && past.text.contains("Ngày này đã qua") && past.text.contains("on-problem"), "{}", past.text);
    send(&t, &mut head, &format!("{home}/schedule"), &[("on", "01/08/2027")]).await;
    assert!(head.get(&t, &home).await.text.contains("Đã hẹn ngày"));
    send(&t, &mut head, &format!("{home}/unschedule"), &[]).await;
    assert!(head.get(&t, &home).await.text.contains("Bản nháp"));
    moves(&t, &mut head, &home).await;
    while rollover::work(&t.sv).await.unwrap() {}
    let done = head.get(&t, &home).await.text;
    assert!(done.contains("Đã chuyển") && done.contains("Hoàn tác được đến"), "{done}");
    assert_eq!(send(&t, &mut head, &format!("{class}/save"), &[(to.as_str(), "class"), (was.as_str(), "leaves")]).await.status, 303);
    send(&t, &mut head, &format!("{home}/undo"), &[]).await;
    while rollover::work(&t.sv).await.unwrap() {}
    assert!(head.get(&t, &home).await.text.contains("Đã hoàn tác"));
} }

both! { async fn r39_what_was_scheduled_is_not_done_once_who_scheduled_it_may_not_any_more(t: Tour) {
    let home = format!("/console/rollover/{}", t.person("school_admin").school_code);
    let (org, (account, who)) = (org_of(&t, "school_admin").await, whose(&t, &t.person("school_admin").sector_id).await);
    let office = Standing::danger_command_line();
    let scheduled = async |role: &str| {
        let (mut browser, day) = (signed_in(&t, role).await, t.clock.now().day().tomorrow().unwrap());
        send(&t, &mut browser, &format!("{home}/draft"), &[]).await;
        let day = day.strftime("%d/%m/%Y").to_string();
        assert_eq!(send(&t, &mut browser, &format!("{home}/schedule"), &[("on", &day)]).await.status, 303);
        assert!(!rollover::work(&t.sv).await.unwrap(), "its day has not come");
        day
    };
    for lost in ["the role", "the account"] {
        let day = scheduled("school_admin").await;
        if lost == "the role" {
            let end = async |tx: &mut Tx, (account, org, now): &(AccountId, OrgId, Moment)| {
                delegations::end(tx, *account, *org, "school_admin", *now).await
            };
            assert!(t.sv.store.write((account, org, t.clock.now()), end).await.unwrap());
        } else {
            accounts::suspend(&t.sv, &office.over(&t.sv, who).await.unwrap(), "Nghỉ việc").await.unwrap();
        }
        t.advance(Duration::from_hours(24));
        while rollover::work(&t.sv).await.unwrap() {}
        let page = signed_in(&t, "sector_admin").await.get(&t, &home).await.text;
        assert!(page.contains("Bản nháp") && page.contains(&format!("Ngày {day} trường không được chuyển")), "{lost}: {page}");
        if lost == "the role" {
            give(&t, "school_admin", AdminRole::SchoolAdmin, org).await;
        } else {
            accounts::resume(&t.sv, &office.over(&t.sv, who).await.unwrap()).await.unwrap();
        }
    }
    let told = "SELECT actor || ' ' || detail FROM audit_events WHERE action = 'rollover.unscheduled'";
    let told = rows(&t.sv.store, told).await.unwrap();
    assert!(told.len() == 2 && told.iter().all(|line| line.starts_with("system ") && line.contains(&account.to_string())), "{told:?}");
    // Somebody else has it done.
    scheduled("sector_admin").await;
    t.advance(Duration::from_hours(24));
    while rollover::work(&t.sv).await.unwrap() {}
    let page = signed_in(&t, "sector_admin").await.get(&t, &home).await.text;
    assert!(page.contains("Hoàn tác được đến") && !page.contains("trường không được chuyển"), "{page}");
} }

both! { async fn r38_whoever_has_gone_elsewhere_when_it_is_taken_back_is_counted_at_their_school_and_not_named(t: Tour) {
    let code = t.person("school_admin").school_code.clone();
    let home = format!("/console/rollover/{code}");
    let (org, mut head) = (org_of(&t, "school_admin").await, signed_in(&t, "school_admin").await);
    send(&t, &mut head, &format!("{home}/draft"), &[]).await;
    moves(&t, &mut head, &home).await;
    while rollover::work(&t.sv).await.unwrap() {}
    // One who went on goes to another school.
    let went_on = "SELECT o.code || '|' || i.value || '|' || p.full_name FROM persons p
        JOIN identifiers i ON i.person_id = p.id AND i.type = 'moet' JOIN affiliations f ON f.person_id = p.id AND f.role = 'student'
        JOIN enrolments e ON e.affiliation_id = f.id AND e.valid_to IS NULL JOIN class_years c ON c.id = e.class_id JOIN orgs o ON o.id = c.org_id
        WHERE f.status = 'active' AND c.year = '2027-2028' ORDER BY i.value";
    let went_on = rows(&t.sv.store, went_on).await.unwrap();
    let one = went_on.iter().find_map(|line| line.strip_prefix(&format!("{code}|"))).unwrap();
    let (sector_id, name) = one.split_once('|').unwrap();
    let who = whose(&t, sector_id).await.1;
    let (to, _) = new_school(&t, "31303499").await;
    let moves = vec![Event::Transfers { role: Role::Student, from: org, to }];
    memberships::record(&t.sv, &Actor::CommandLine, who, moves, t.clock.now().day()).await.unwrap();
    send(&t, &mut head, &format!("{home}/undo"), &[]).await;
    while rollover::work(&t.sv).await.unwrap() {}

    let page = head.get(&t, &home).await.text;
    assert!(page.contains("1 em không được hoàn tác không nêu tên") && !page.contains(name) && !page.contains(&who.to_string()), "{page}");
    let chief = signed_in(&t, "sector_admin").await.get(&t, &home).await.text;
    assert!(chief.contains(name) && chief.contains(&format!("/console/people/{who}")) && !chief.contains("không nêu tên"), "{chief}");
    let app = api::console(&t).await;
    for (role, named) in [("school_admin", json!([])), ("sector_admin", json!([{ "person": who, "name": name }]))] {
        let token = api::token(&t, &app, role, "rollover:write").await;
        let told = Call::get(&format!("/api/v1/rollovers/{code}"), &token).send(&t).await.json();
        let unnamed = 1 - named.as_array().unwrap().len();
        assert_eq!((&told["kept"], &told["kept_unnamed"]), (&named, &json!(unnamed)), "{role}");
    }
} }

both! { async fn r38_a_school_goes_over_by_its_own_administrators_and_the_sectors(t: Tour) {
    let home = format!("/console/rollover/{}", t.person("school_admin").school_code);
    let mut sector = signed_in(&t, "sector_admin").await;
    assert!(sector.get(&t, "/console/rollover").await.text.contains("Chưa trường nào soạn"));
    let found = sector.get(&t, &format!("/console/rollover?school={}", t.person("school_admin").school_code)).await;
    assert_eq!((found.status, found.header("location")), (303, home.as_str()));
    send(&t, &mut sector, &format!("{home}/draft"), &[]).await;
    let list = sector.get(&t, "/console/rollover").await.text;
    assert!(list.contains(&home) && list.contains("Bản nháp"), "{list}");
    let class = first_class(&sector.get(&t, &home).await, &home);

    let mut head = signed_in(&t, "school_admin").await;
    let other = t.people.iter().map(|person| &person.school_code).find(|code| !home.ends_with(code.as_str())).unwrap();
    for code in [other.as_str(), "00000000"] {
        let there = format!("/console/rollover/{code}");
        assert_eq!(head.get(&t, &there).await.status, 404, "{code}");
        for deed in ["draft", "unschedule", "undo"] {
            assert_eq!(send(&t, &mut head, &format!("{there}/{deed}"), &[]).await.status, 404, "{code} {deed}");
        }
        // A class of one's own is not found by way of another school.
        assert_eq!(head.get(&t, &class.replace(&home, &there)).await.status, 404);
    }
    let mut pupil = signed_in(&t, "student").await;
    assert_eq!(pupil.get(&t, "/console/rollover").await.status, 404);
} }
