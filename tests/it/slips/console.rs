//! The console's page for printing.

use std::time::Duration;

use phuong::{
    base::{clock::Moment, id::AccountId},
    model::account::AccountState,
    services::authority::AdminRole,
    store::{
        Tx,
        accounts::{Transition, transition},
    },
};

use super::paper::{Read, read_all};
use crate::{
    admin::{console::signed_in, give, org_of, other_school, whose},
    login::activation::{choose, enter},
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const PAGE: &str = "/console/slips";

/// Sends the page's form: for the whole school, or the class.
async fn print(t: &Tour, browser: &mut Browser, page: &Answer, class: &str, everybody: bool) -> Answer {
    let (csrf, form, school) = (page.field("csrf"), page.field("form"), page.field("school"));
    let mut fields = vec![("csrf", csrf.as_str()), ("form", &form), ("school", &school), ("class", class)];
    if everybody {
        fields.push(("everybody", "yes"));
    }
    browser.post(t, PAGE, &fields).await
}

/// The classes that a page offers: what the form sends, and what stands there.
fn classes(page: &Answer) -> Vec<(String, String)> {
    let options = page.text.split("<option value=\"").skip(2);
    options
        .filter_map(|rest| rest.split_once("\">"))
        .map(|(id, rest)| (id.to_owned(), rest.split('<').next().unwrap().to_owned()))
        .collect()
}

fn slips(answer: &Answer) -> Vec<Read> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    read_all(&answer.body)
}

both! { async fn a_school_prints_for_itself_and_for_a_class(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, "/console").await.text.contains("href=\"/console/slips\""));
    let page = head.get(&t, PAGE).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = print(&t, &mut head, &page, "", false).await;
    let code = page.field("school");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"phieu-{code}.pdf\""));
    let whole = slips(&answer);
    assert!(page.text.contains(&format!("{} chưa kích hoạt", whole.len())), "the page told how many");
    assert_eq!(slips(&print(&t, &mut head, &page, "", false).await), whole, "pressed twice, the same slips");
    let (class, shown) = classes(&page).remove(0);
    let answer = print(&t, &mut head, &page, &class, true).await;
    let of_class = slips(&answer);
    let name = shown.split(" (").next().unwrap();
    assert!(of_class.iter().all(|slip| slip.place.starts_with(name)), "{name}: {of_class:?}");
    assert!(shown.ends_with(&format!("/{})", of_class.len())), "everybody of it: {shown}");
    assert!(answer.header("content-disposition").starts_with(&format!("attachment; filename=\"phieu-{code}-")));
    let slip = &of_class[0];
    assert_eq!(enter(&t, &mut Browser::default(), &slip.sector_id, &slip.code).await.status, 200);
} }

both! { async fn r38_a_school_or_class_out_of_reach_is_none_on_the_page_too(t: Tour) {
    let elsewhere = other_school(&t, "school_admin").await;
    let code = t.people.iter().map(|p| &p.school_code).find(|code| **code != t.person("school_admin").school_code).unwrap();
    let mut boss = signed_in(&t, "sector_admin").await;
    let theirs = boss.get(&t, &format!("{PAGE}?school={code}")).await;
    let foreign = classes(&theirs).remove(0).0;
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, PAGE).await;
    let (csrf, own) = (page.field("csrf"), page.field("school"));
    for (school, class) in [(code.as_str(), ""), (code, &foreign), (&own, foreign.as_str()), (&own, "x"), ("", ""), ("99999999", "")] {
        let form = [("csrf", csrf.as_str()), ("form", "f"), ("school", school), ("class", class)];
        assert_eq!(head.post(&t, PAGE, &form).await.status, 404, "{school} {class}");
    }
    assert_eq!(signed_in(&t, "student").await.get(&t, PAGE).await.status, 404);
    give(&t, "staff", AdminRole::HelpDesk, elsewhere).await;
    give(&t, "student", AdminRole::Auditor, elsewhere).await;
    for role in ["staff", "student"] {
        let mut browser = signed_in(&t, role).await;
        assert_eq!(browser.get(&t, PAGE).await.status, 403, "{role} prints nothing");
        let csrf = browser.get(&t, "/account/password").await.field("csrf");
        let form = [("csrf", csrf.as_str()), ("form", "f"), ("school", code)];
        assert_eq!(browser.post(&t, PAGE, &form).await.status, 403, "{role}");
    }
} }

both! { async fn r44_printing_asks_for_a_sign_in_of_now_before_it_issues_anything(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, PAGE).await;
    let first = slips(&print(&t, &mut head, &page, "", false).await);
    t.advance(Duration::from_mins(6));
    assert!(head.get(&t, PAGE).await.text.contains("name=\"password\""));
    let asked = print(&t, &mut head, &page, "", false).await;
    assert!(asked.text.contains("name=\"password\""), "{}", asked.text);
    assert_eq!(enter(&t, &mut Browser::default(), &first[0].sector_id, &first[0].code).await.status, 200, "still good");
} }

both! { async fn who_gets_no_slip_is_named(t: Tour) {
    let (school, office) = (org_of(&t, "school_admin").await, org_of(&t, "sector_admin").await);
    // Two administer the school; one of them rises, and has no password yet.
    give(&t, "staff", AdminRole::SchoolAdmin, school).await;
    let risen = t.person("school_admin").clone();
    let mut other = signed_in(&t, "staff").await;
    assert!(!other.get(&t, PAGE).await.text.contains(&risen.name), "who has a password is not printed for");
    let turn = (whose(&t, &risen.sector_id).await.0, t.clock.now());
    let waits = async |tx: &mut Tx, (account, now): &(AccountId, Moment)| {
        let (from, to) = (AccountState::Active, AccountState::Pending);
        transition(tx, &Transition { account: *account, from, to, reason: None, over: None, now: *now }).await
    };
    assert!(t.sv.store.write(turn, waits).await.unwrap());
    assert!(!other.get(&t, PAGE).await.text.contains(&risen.name), "an equal is printed for");
    give(&t, "school_admin", AdminRole::SectorAdmin, office).await;
    let page = other.get(&t, PAGE).await;
    assert!(page.text.contains(&risen.name) && page.text.contains("Có quyền mà bạn không có"), "{}", page.text);
    let printed = slips(&print(&t, &mut other, &page, "", false).await);
    assert!(printed.iter().all(|slip| slip.sector_id != risen.sector_id));
} }

both! { async fn a_class_where_everybody_has_a_password_gets_no_file_and_is_told_why(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, PAGE).await;
    let (class, shown) = classes(&page).remove(0);
    let waiting = slips(&print(&t, &mut head, &page, &class, false).await);
    for slip in &waiting {
        let mut browser = Browser::default();
        let confirm = enter(&t, &mut browser, &slip.sector_id, &slip.code).await;
        assert_eq!(choose(&t, &mut browser, &confirm, "hoa no mua he").await.status, 200, "{shown}");
    }
    let answer = print(&t, &mut head, &page, &class, false).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let told = head.get(&t, answer.header("location")).await;
    assert!(told.text.contains("Không ai cần phiếu"), "{}", told.text);
} }
