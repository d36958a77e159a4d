//! Who administers what, given and taken in the console.

use std::time::Duration;

use phuong::{
    admin::{administrators, administrators::NotGranted, people},
    model::{affiliation::EndReason, role::Role},
    people::memberships::{self, Event},
    services::{
        audit::Actor,
        authority::{AdminRole, Right, Standing},
    },
    store::{Tx, audit},
};

use super::{
    bulk::rows,
    console::{press, signed_in},
    give, org_of, other_school, person, whose,
};
use crate::support::{
    callers::Browser,
    tour::{Answer, Tour},
};

const NEW: &str = "/console/roles/new";

fn asked(t: &Tour, whom: &str, role: &str, place: &str) -> String {
    format!("{NEW}?sector_id={}&role={role}&place={place}", t.person(whom).sector_id)
}

/// What the form of a look at a role sends.
fn sent<'f>(page: &Answer, held: &'f mut Vec<String>) -> Vec<(&'static str, &'f str)> {
    *held = ["sector_id", "role", "place"].map(|field| page.field(field)).into();
    ["sector_id", "role", "place"].into_iter().zip(held.iter().map(String::as_str)).collect()
}

/// Gives a role as the pages do: look, then press.
async fn gives(t: &Tour, browser: &mut Browser, address: &str) -> Answer {
    let look = browser.get(t, address).await;
    assert_eq!(look.status, 200, "{}", look.text);
    let mut held = Vec::new();
    let form = sent(&look, &mut held);
    press(t, browser, &look, NEW, &form).await
}

/// What proves that a form is this browser's, where a page shows none to send.
async fn csrf(t: &Tour, browser: &mut Browser) -> String {
    browser.get(t, "/account/password").await.field("csrf")
}

async fn events(t: &Tour, role: &str) -> Vec<audit::EventRow> {
    let subject = phuong::services::audit::account(whose(t, &t.person(role).sector_id).await.0);
    let read = t.sv.store.read(subject, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
    read.await.unwrap().into_iter().filter(|event| event.action.starts_with("role.")).collect()
}

async fn held(t: &Tour, role: &str) -> Vec<String> {
    let account = whose(t, &t.person(role).sector_id).await.0;
    let today = phuong::store::Day(t.clock.now().day());
    let read = t.sv.store.read((account, today), async |tx: &mut Tx, (account, today)| {
        phuong::store::delegations::held(tx, *account, *today).await
    });
    read.await.unwrap().into_iter().map(|row| row.role).collect()
}

/// The address of the page of the one role that a list shows of somebody.
fn page_of(list: &Answer, name: &str) -> String {
    let row = list.text.split("<tr").find(|row| row.contains(name)).unwrap_or_else(|| panic!("no {name}"));
    row.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

both! { async fn a_head_gives_a_role_at_the_school_and_takes_it_again(t: Tour) {
    let clerk = t.person("staff").clone();
    let mut head = signed_in(&t, "school_admin").await;
    let given = gives(&t, &mut head, &asked(&t, "staff", "help_desk", "")).await;
    assert_eq!((given.status, given.header("location")), (303, "/console/roles?done=given"), "{}", given.text);
    assert_eq!(held(&t, "staff").await, ["help_desk"]);
    let list = head.get(&t, "/console/roles").await;
    assert!(list.text.contains(&clerk.name) && list.text.contains("Hỗ trợ"), "{}", list.text);
    assert!(head.get(&t, "/console/roles?role=auditor").await.text.contains("Không có ai khớp"));
    let profile = head.get(&t, &format!("/console/people/{}", person(&t, "staff").await)).await;
    assert!(profile.text.contains("Hỗ trợ · "), "{}", profile.text);
    // Once more, as somebody who presses twice.
    let again = head.get(&t, &asked(&t, "staff", "help_desk", "")).await;
    assert!(again.status == 422 && again.text.contains("đã có quyền ấy rồi"), "{}", again.text);

    let mut desk = signed_in(&t, "staff").await;
    assert_eq!(desk.get(&t, "/console").await.status, 200);
    let address = page_of(&list, &clerk.name);
    let one = head.get(&t, &address).await;
    t.advance(Duration::from_secs(1));
    let taken = press(&t, &mut head, &one, &format!("{address}/take"), &[]).await;
    assert_eq!((taken.status, taken.header("location")), (303, "/console/roles?done=taken"));
    assert_eq!(desk.get(&t, "/console").await.status, 404, "asked anew at each deed: at once");
    assert_eq!(head.get(&t, &address).await.status, 404);
    let told = events(&t, "staff").await;
    let actions: Vec<&str> = told.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["role.taken", "role.given"]);
    let by = phuong::services::audit::account(whose(&t, &t.person("school_admin").sector_id).await.0);
    let school = org_of(&t, "school_admin").await;
    for event in told {
        assert_eq!((event.actor.as_str(), event.org_id), (by.as_str(), Some(school)), "who, and by which right");
        assert!(event.detail.contains("help_desk"), "{}", event.detail);
    }
    // A code that waits for whom a role is given ends, and that is told.
    let address = format!("/console/people/{}", person(&t, "staff").await);
    let profile = head.get(&t, &address).await;
    let form = profile.field("form");
    assert_eq!(press(&t, &mut head, &profile, &format!("{address}/code"), &[("form", &form)]).await.status, 200);
    let given = gives(&t, &mut head, &asked(&t, "staff", "help_desk", "")).await;
    assert_eq!((given.status, given.header("location")), (303, "/console/roles?done=given-codes"), "{}", given.text);
} }

both! { async fn r39_nobody_gives_by_the_form_what_they_lack(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let form = head.get(&t, NEW).await;
    assert!(!form.text.contains("value=\"sector_admin\""), "not even offered: {}", form.text);
    for (address, why) in [
        (asked(&t, "staff", "sector_admin", ""), "chỉ trao cho toàn ngành"),
        (asked(&t, "school_admin", "help_desk", ""), "Không ai tự trao"),
        (asked(&t, "sector_admin", "help_desk", ""), "Không tìm thấy ai"),
        (format!("{NEW}?sector_id=3199999999&role=help_desk"), "Không tìm thấy ai"),
        (asked(&t, "staff", "root", ""), "Hãy chọn một vai trò"),
    ] {
        let look = head.get(&t, &address).await;
        assert!(look.status == 422 && look.text.contains(why), "{address}: {} {}", look.status, look.text);
    }
    // The form sent without a look.
    let (csrf, id) = (csrf(&t, &mut head).await, t.person("staff").sector_id.clone());
    for (role, more) in [("sector_admin", None), ("help_desk", Some(("org", "0")))] {
        let form: Vec<(&str, &str)> =
            [("csrf", csrf.as_str()), ("sector_id", &id), ("role", role)].into_iter().chain(more).collect();
        assert!(matches!(head.post(&t, NEW, &form).await.status, 400 | 422), "{role}");
    }
    assert_eq!(held(&t, "staff").await, [""; 0]);
    // Whoever has rights that the head lacks is out of reach of both.
    give(&t, "staff", AdminRole::Auditor, org_of(&t, "sector_admin").await).await;
    assert_eq!(head.get(&t, &asked(&t, "staff", "help_desk", "")).await.status, 422, "upward");
    let mut desk = signed_in(&t, "teacher").await;
    assert_eq!(desk.get(&t, "/console/roles").await.status, 404);
    give(&t, "teacher", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    assert_eq!(desk.get(&t, "/console/roles").await.status, 403);
    assert_eq!(desk.get(&t, NEW).await.status, 403);
} }

both! { async fn r39_a_pupil_is_given_no_role(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let look = head.get(&t, &asked(&t, "student", "help_desk", "")).await;
    assert!(look.status == 422 && look.text.contains("Người này là học sinh"), "{}", look.text);
    let (csrf, id) = (csrf(&t, &mut head).await, t.person("student").sector_id.clone());
    let form = [("csrf", csrf.as_str()), ("sector_id", &id), ("role", "help_desk")];
    assert_eq!(head.post(&t, NEW, &form).await.status, 422);
    // Whatever the page said a moment ago.
    let who = Standing::danger_command_line();
    let right = Right { role: AdminRole::HelpDesk, org: org_of(&t, "school_admin").await };
    let leave = who.delegating(&t.sv, right).await.unwrap();
    let whom = who.over(&t.sv, person(&t, "student").await).await.unwrap();
    assert!(matches!(administrators::give(&t.sv, &leave, &whom).await, Err(NotGranted::Pupil)));
    assert_eq!(held(&t, "student").await, [""; 0]);
} }

both! { async fn r40_another_school_in_the_form_of_whoever_has_one_is_refused(t: Tour) {
    let own = t.person("school_admin").school_code.clone();
    let other = t.people.iter().find(|one| one.school_code != own && !one.school_code.is_empty()).unwrap();
    let mut head = signed_in(&t, "school_admin").await;
    let (csrf, id) = (csrf(&t, &mut head).await, t.person("staff").sector_id.clone());
    let form =
        [("csrf", csrf.as_str()), ("sector_id", &id), ("role", "help_desk"), ("place", other.school_code.as_str())];
    let refused = head.post(&t, NEW, &form).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(held(&t, "staff").await, [""; 0], "not over the own school instead");
} }

both! { async fn r38_roles_of_other_schools_are_not_there(t: Tour) {
    let other = other_school(&t, "school_admin").await;
    give(&t, "teacher", AdminRole::HelpDesk, other).await;
    // Help desk elsewhere: that shows nothing of who administers there.
    give(&t, "school_admin", AdminRole::HelpDesk, other).await;
    let teacher = t.person("teacher").clone();
    let mut sector = signed_in(&t, "sector_admin").await;
    let list = sector.get(&t, "/console/roles").await;
    assert!(list.text.contains(&teacher.name));
    let foreign = page_of(&list, &teacher.name);
    let mut head = signed_in(&t, "school_admin").await;
    assert!(!head.get(&t, "/console/roles").await.text.contains(&teacher.name));
    assert_eq!(head.get(&t, &foreign).await.status, 404);
    let csrf = csrf(&t, &mut head).await;
    assert_eq!(head.post(&t, &format!("{foreign}/take"), &[("csrf", &csrf)]).await.status, 404);
    assert_eq!(held(&t, "teacher").await, ["help_desk"]);
    let code = t.people.iter().find(|one| one.school_code != teacher.school_code && !one.school_code.is_empty());
    let code = code.map(|one| one.school_code.clone()).unwrap();
    let look = head.get(&t, &asked(&t, "staff", "help_desk", &code)).await;
    assert!(look.status != 200 || !look.text.contains(&format!("value=\"{code}\"")), "{}", look.text);
} }

both! { async fn r38_of_whoever_works_elsewhere_the_name_and_the_role_are_told_and_no_more(t: Tour) {
    let (home, other) = (org_of(&t, "school_admin").await, other_school(&t, "school_admin").await);
    let (guest, who) = (t.person("teacher").clone(), person(&t, "teacher").await);
    let goes = vec![Event::Begins(Role::Teacher, other), Event::Ends(Role::Teacher, home, EndReason::Left)];
    assert!(memberships::record(&t.sv, &Actor::CommandLine, who, goes, t.clock.now().day()).await.unwrap());
    give(&t, "teacher", AdminRole::HelpDesk, home).await;
    let own = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let list = format!("/console/roles?place={own}");
    let one = page_of(&head.get(&t, &list).await, &guest.name);
    for address in [&list, &one, &format!("/console/schools/{own}")] {
        let page = head.get(&t, address).await;
        assert!(page.status == 200 && page.text.contains(&guest.name), "{address}: {}", page.text);
        let told = page.text.contains(&guest.sector_id) || page.text.contains(&who.to_string());
        assert!(!told, "{address}: {}", page.text);
    }
    assert!(head.get(&t, &one).await.text.contains("làm việc ngoài phạm vi của bạn"));
    let export = format!("/console/roles/export?place={own}&role=help_desk");
    let row = rows(&head.get(&t, &export).await).into_iter().find(|row| row[0] == guest.name).unwrap();
    assert_eq!((row[1].as_str(), row[4].as_str()), ("", ""), "{row:?}");
    // Whoever may see them at the other school is told, also in the list of this one.
    give(&t, "school_admin", AdminRole::HelpDesk, other).await;
    for address in [&list, &one] {
        let page = head.get(&t, address).await;
        assert!(page.text.contains(&guest.sector_id), "{address}: {}", page.text);
    }
    assert!(head.get(&t, &one).await.text.contains(&format!("/console/people/{who}")));
} }

both! { async fn a_right_is_offered_on_no_pupils_page(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    for (role, offered) in [("student", false), ("staff", true)] {
        let page = head.get(&t, &format!("/console/people/{}", person(&t, role).await)).await;
        assert_eq!(page.text.contains("/console/roles/new?"), offered, "{role}: {}", page.text);
    }
} }

both! { async fn r44_an_old_sign_in_is_renewed_and_nothing_typed_is_lost(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let address = asked(&t, "staff", "help_desk", "");
    let look = head.get(&t, &address).await;
    let mut typed = Vec::new();
    let form = sent(&look, &mut typed);
    t.advance(Duration::from_secs(301));
    let asks = press(&t, &mut head, &look, NEW, &form).await;
    assert!(asks.text.contains("login-submit") && asks.text.contains("nhập lại mật khẩu"), "{}", asks.text);
    assert_eq!(held(&t, "staff").await, [""; 0]);
    let owner = t.person("school_admin").clone();
    let back = head.submit(&t, &asks, &owner.sector_id, &owner.password).await;
    assert_eq!(back.status, 303);
    let look = head.get(&t, back.header("location")).await;
    assert_eq!((look.status, look.field("sector_id")), (200, t.person("staff").sector_id.clone()));
    let mut typed = Vec::new();
    let form = sent(&look, &mut typed);
    assert_eq!(press(&t, &mut head, &look, NEW, &form).await.status, 303);
    assert_eq!(held(&t, "staff").await, ["help_desk"]);

    let list = head.get(&t, "/console/roles").await;
    let address = page_of(&list, &t.person("staff").name);
    let one = head.get(&t, &address).await;
    t.advance(Duration::from_secs(301));
    let asks = press(&t, &mut head, &one, &format!("{address}/take"), &[]).await;
    assert!(asks.text.contains("login-submit"), "{}", asks.text);
    let back = head.submit(&t, &asks, &owner.sector_id, &owner.password).await;
    assert_eq!(back.header("location"), address);
    assert_eq!(held(&t, "staff").await, ["help_desk"]);
} }

both! { async fn the_last_administrator_of_the_sector_stays(t: Tour) {
    let who = Standing::danger_command_line();
    let org = org_of(&t, "sector_admin").await;
    let right = Right { role: AdminRole::SectorAdmin, org };
    let take = async |role: &str| {
        let leave = who.delegating(&t.sv, right).await.unwrap();
        let whom = who.over(&t.sv, person(&t, role).await).await.unwrap();
        administrators::take(&t.sv, &leave, &whom).await
    };
    assert!(matches!(take("sector_admin").await, Err(NotGranted::Last)));
    give(&t, "staff", AdminRole::SectorAdmin, org).await;
    let mut owner = signed_in(&t, "sector_admin").await;
    let list = owner.get(&t, "/console/roles").await;
    let own = page_of(&list, &t.person("sector_admin").name);
    let one = owner.get(&t, &own).await;
    assert!(one.text.contains("Không ai tự thu quyền"));
    let csrf = csrf(&t, &mut owner).await;
    assert_eq!(owner.post(&t, &format!("{own}/take"), &[("csrf", &csrf)]).await.status, 403);
    // Of two who take it from each other at once, one does.
    let (first, second) = tokio::join!(take("sector_admin"), take("staff"));
    assert!(matches!((&first, &second), (Ok(true), Err(NotGranted::Last)) | (Err(NotGranted::Last), Ok(true))), "{first:?} {second:?}");
} }

both! { async fn a_list_of_roles_goes_on_by_key_and_names_an_org(t: Tour) {
    let mut owner = signed_in(&t, "sector_admin").await;
    let school = t.person("school_admin").school_code.clone();
    let list = owner.get(&t, &format!("/console/roles?place={school}")).await;
    assert!(list.text.contains(&t.person("school_admin").name) && !list.text.contains(&t.person("sector_admin").name));
    assert!(owner.get(&t, "/console/roles?place=khong-co").await.text.contains("Không có đơn vị nào khớp"));
    let within = Standing::danger_command_line();
    let leave = within.everywhere().unwrap();
    let all = roles_of(&t, &leave, 200).await;
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let ask = phuong::base::page::Ask::from_outside(after.as_deref(), Some(1));
        let page = phuong::admin::roles::list(&t.sv, &within, &leave, None, None, &ask).await.unwrap();
        walked.extend(page.rows.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() { break }
    }
    assert!(walked.len() > 1 && walked == all, "{walked:?} {all:?}");
    assert!(people::school(&t.sv, &school).await.unwrap().is_some());
} }

async fn roles_of(
    t: &Tour,
    leave: &phuong::services::authority::Permit<
        phuong::services::authority::SeeRoles,
        phuong::services::authority::Reach,
    >,
    size: u32,
) -> Vec<phuong::base::id::DelegationId> {
    let ask = phuong::base::page::Ask::from_outside(None, Some(size));
    phuong::admin::roles::list(&t.sv, &Standing::danger_command_line(), leave, None, None, &ask)
        .await
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.id)
        .collect()
}
