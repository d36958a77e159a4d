//! Who lifts a suspension: whoever could have made it (invariant 7, R39); and what the account comes to then.

use phuong::{
    admin::accounts::{self, NotDone},
    base::clock::Moment,
    model::{account::AccountState, affiliation::EndReason, role::Role},
    people::memberships::{self, Event},
    services::{
        audit::Actor,
        authority::{AdminRole, Denied, Holder, Standing},
    },
    store::{
        Tx,
        accounts::{self as rows, Course},
    },
};

use super::{
    console::{press, signed_in},
    give, org_of, person, standing, teaching_at_two, whose,
};
use crate::support::{callers::Browser, tour::Tour};

/// The state of the account of a sample person, and when something happens to it by itself.
async fn account(t: &Tour, role: &str) -> (String, Option<Moment>) {
    let turn = person(t, role).await;
    let read = t.sv.store.read(turn, async |tx: &mut Tx, person| rows::of_people(tx, &[*person]).await);
    let row = read.await.unwrap().pop().unwrap();
    (row.state.to_string(), row.due_at)
}

async fn suspend(t: &Tour, browser: &mut Browser, role: &str, reason: &str) {
    let address = format!("/console/people/{}", person(t, role).await);
    let page = browser.get(t, &address).await;
    let done = press(t, browser, &page, &format!("{address}/suspend"), &[("reason", reason)]).await;
    assert!(done.header("location").ends_with("done=suspended"), "{} {}", done.status, done.text);
    assert_eq!(account(t, role).await.0, "suspended");
}

/// Where pressing the button leads, or the error page.
async fn resume(t: &Tour, browser: &mut Browser, role: &str) -> (u16, String) {
    let address = format!("/console/people/{}", person(t, role).await);
    let page = browser.get(t, "/account/password").await;
    let answer = press(t, browser, &page, &format!("{address}/resume"), &[]).await;
    (answer.status, if answer.status == 303 { answer.header("location").to_owned() } else { answer.text })
}

/// Somebody sees that they cannot lift it, is told whom to ask, and is refused when they try all the same.
async fn cannot_lift(t: &Tour, browser: &mut Browser, role: &str, told: &str) {
    let page = browser.get(t, &format!("/console/people/{}", person(t, role).await)).await;
    assert!(page.text.contains(told) && !page.text.contains("/resume\""), "{}", page.text);
    let (status, text) = resume(t, browser, role).await;
    assert!(status == 403 && text.contains(told), "{status} {text}");
    assert_eq!(account(t, role).await.0, "suspended");
}

const BY_SECTOR: &str = "Quản trị ngành đã tạm khoá tài khoản này. Muốn mở lại, hãy hỏi quản trị ngành.";
const ELSEWHERE: &str = "Một trường hoặc đơn vị khác đã tạm khoá tài khoản này.";

both! { async fn r39_a_school_does_not_lift_what_the_sector_suspended(t: Tour) {
    let (mut sector, mut head) = (signed_in(&t, "sector_admin").await, signed_in(&t, "school_admin").await);
    suspend(&t, &mut sector, "student", "Theo công văn của sở").await;
    cannot_lift(&t, &mut head, "student", BY_SECTOR).await;
    let page = head.get(&t, &format!("/console/people/{}", person(&t, "student").await)).await;
    assert!(page.text.contains("Theo công văn của sở"), "the sector tells everybody why");
    let (status, location) = resume(&t, &mut sector, "student").await;
    assert!(status == 303 && location.ends_with("done=resumed"), "{status} {location}");
    assert_eq!(account(&t, "student").await.0, "active");
} }

both! { async fn the_command_line_suspends_for_the_whole_sector(t: Tour) {
    let leave = Standing::danger_command_line().over(&t.sv, person(&t, "student").await).await.unwrap();
    accounts::suspend(&t.sv, &leave, "x").await.unwrap();
    cannot_lift(&t, &mut signed_in(&t, "school_admin").await, "student", BY_SECTOR).await;
} }

both! { async fn the_sector_lifts_what_a_school_suspended_and_the_school_its_own(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    for role in ["sector_admin", "school_admin"] {
        suspend(&t, &mut head, "student", "Mất máy").await;
        let mut who = signed_in(&t, role).await;
        let page = who.get(&t, &format!("/console/people/{}", person(&t, "student").await)).await;
        assert!(page.text.contains("/resume\""), "{}", page.text);
        assert_eq!(resume(&t, &mut who, "student").await.0, 303, "{role}");
        assert_eq!(account(&t, "student").await.0, "active");
    }
} }

both! { async fn r39_another_school_of_a_teacher_does_not_lift_what_this_one_suspended(t: Tour) {
    teaching_at_two(&t, "teacher", "staff").await;
    let (mut here, mut there) = (signed_in(&t, "school_admin").await, signed_in(&t, "staff").await);
    suspend(&t, &mut there, "teacher", "Việc riêng của trường kia").await;
    cannot_lift(&t, &mut here, "teacher", ELSEWHERE).await;
    let page = here.get(&t, &format!("/console/people/{}", person(&t, "teacher").await)).await;
    assert!(!page.text.contains("Việc riêng của trường kia"), "r38: nor does it read why");
    give(&t, "staff", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    assert_eq!(resume(&t, &mut there, "teacher").await.0, 303);
} }

both! { async fn the_sector_takes_over_what_a_school_suspended(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    suspend(&t, &mut head, "student", "Mất máy").await;
    let pupil = person(&t, "student").await;
    let at_school = standing(&t, "school_admin").await.over(&t.sv, pupil).await.unwrap();
    let leave = Standing::danger_command_line().over(&t.sv, pupil).await.unwrap();
    accounts::suspend(&t.sv, &leave, "Theo công văn của sở").await.unwrap();
    // The school was allowed a moment ago, before the sector took over.
    let no = accounts::resume(&t.sv, &at_school).await.unwrap_err();
    assert!(matches!(no, NotDone::Denied(Denied::Suspended(Holder::Sector))), "{no}");
    // Nor does a school take it back by suspending again.
    let again = standing(&t, "school_admin").await.over(&t.sv, pupil).await.unwrap();
    accounts::suspend(&t.sv, &again, "Mất máy").await.unwrap();
    cannot_lift(&t, &mut head, "student", BY_SECTOR).await;
} }

both! { async fn whoever_left_while_suspended_is_dormant_when_resumed_and_a_graduate_has_a_day_to_be_removed(t: Tour) {
    let mut sector = signed_in(&t, "sector_admin").await;
    for (role, is, why) in [("student", Role::Student, EndReason::Completed), ("staff", Role::Staff, EndReason::Left)] {
        suspend(&t, &mut sector, role, "Mất máy").await;
        let at = org_of(&t, "school_admin").await;
        let ends = vec![Event::Ends(is, at, why)];
        let today = t.clock.now().day();
        assert!(memberships::record(&t.sv, &Actor::CommandLine, person(&t, role).await, ends, today).await.unwrap());
        assert_eq!(account(&t, role).await.0, "suspended");
        let (status, location) = resume(&t, &mut sector, role).await;
        assert!(status == 303 && location.ends_with("done=dormant"), "{status} {location}");
        let (state, due) = account(&t, role).await;
        assert_eq!(state, "dormant", "{role}");
        let removed = (role == "student").then(|| t.clock.now() + t.sv.settings.graduates_kept);
        assert_eq!(due, removed, "{role}");
        let page = sector.get(&t, &location).await;
        assert!(page.text.contains("Đã bỏ tạm khoá. Tài khoản tạm ngưng"), "{}", page.text);
    }
} }

both! { async fn an_account_that_is_not_where_it_was_to_come_from_takes_no_course(t: Tour) {
    let account = whose(&t, &t.person("student").sector_id).await.0;
    let course = |from| Course { account, from, to: AccountState::Dormant, due_at: None };
    for (from, taken) in [(AccountState::Suspended, vec![]), (AccountState::Active, vec![account])] {
        let turn = (course(from), t.clock.now());
        let write = t.sv.store.write(turn, async |tx: &mut Tx, (course, now)| rows::take_course(tx, &[*course], *now).await);
        assert_eq!(write.await.unwrap(), taken);
    }
} }
