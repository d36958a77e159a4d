//! Printing: whose codes they are, who may print them, and what is told of it.

use std::collections::BTreeSet;

use phuong::{
    base::{id::ClassId, secret::Token},
    i18n::Locale,
    model::name::PersonName,
    services::authority::{Denied, Group, NoPermit, PrintSlips, Standing},
    slips::{self, NotPrinted, Order, Sheets, Whom},
    store::{Tx, audit},
};

use super::paper::{Read, read_all};
use crate::{
    admin::{org_of, other_school, person, standing, whose},
    login::activation::{choose, enter},
    support::{callers::Browser, tour::Tour},
};

pub(crate) fn order(t: &Tour, whom: Whom) -> Order {
    Order { whom, only: None, form: Token::random(&t.sv.entropy) }
}

/// The school of the sample's school administrator.
pub(crate) async fn home(t: &Tour) -> Group {
    Group::School(org_of(t, "school_admin").await)
}

/// The class of the sample's pupil.
async fn class_of_pupil(t: &Tour) -> ClassId {
    let school = Standing::danger_command_line().with_group(&t.sv, home(t).await).await.unwrap();
    let all = slips::issue(&t.sv, &school, &order(t, Whom::Everybody)).await.unwrap();
    let pupil = all.slips.iter().find(|slip| slip.sector_id == t.person("student").sector_id).unwrap();
    let classes = slips::classes(&t.sv, &school).await.unwrap();
    classes.iter().find(|class| Some(&class.code) == pupil.class.as_ref()).unwrap().id
}

async fn print_as(t: &Tour, who: &Standing, group: Group, order: &Order) -> Result<Sheets, NotPrinted> {
    let leave = who.with_group(&t.sv, group).await.unwrap();
    slips::print(&t.sv, &leave, order, Locale::Vi).await
}

fn paper(sheets: &Sheets) -> Vec<Read> {
    let read = read_all(sheets.pdf.as_ref().unwrap());
    assert_eq!(read.len(), sheets.slips);
    read
}

/// Whether a code opens the way to a password.
async fn is_good(t: &Tour, slip: &Read) -> bool {
    enter(t, &mut Browser::default(), &slip.sector_id, &slip.code).await.status == 200
}

both! { async fn whoever_holds_a_slip_activates_with_it_and_needs_none_afterwards(t: Tour) {
    let head = standing(&t, "school_admin").await;
    let sheets = print_as(&t, &head, home(&t).await, &order(&t, Whom::Newcomers)).await.unwrap();
    let slips = paper(&sheets);
    let (slip, mut browser) = (&slips[3], Browser::default());
    let confirm = enter(&t, &mut browser, &slip.sector_id, &slip.code.to_lowercase()).await;
    assert!(confirm.text.contains(&slip.name), "{}", confirm.text);
    let done = choose(&t, &mut browser, &confirm, "hoa no mua he").await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(browser.sign_in(&t, "/sign-in", &slip.sector_id, "hoa no mua he").await.header("location"), "/portal");
    let rest = paper(&print_as(&t, &head, home(&t).await, &order(&t, Whom::Newcomers)).await.unwrap());
    assert_eq!(rest.len(), slips.len() - 1);
    assert!(rest.iter().all(|other| other.sector_id != slip.sector_id), "who has a password gets no slip");
    assert!(!is_good(&t, &slips[0]).await, "printed again, the former slip is worth nothing");
    assert!(is_good(&t, &rest[0]).await);
} }

both! { async fn slips_lie_in_the_order_of_classes_and_of_vietnamese_names(t: Tour) {
    let head = standing(&t, "school_admin").await;
    let slips = paper(&print_as(&t, &head, home(&t).await, &order(&t, Whom::Everybody)).await.unwrap());
    let mut classes: Vec<&str> = slips.iter().map(|slip| slip.place.as_str()).collect();
    classes.dedup();
    assert_eq!(classes.iter().collect::<BTreeSet<_>>().len(), classes.len(), "a class lies together: {classes:?}");
    assert!(classes.len() > 1 && classes[0].starts_with("Lớp ") && !classes.last().unwrap().starts_with("Lớp "));
    for class in slips.chunk_by(|one, next| one.place == next.place) {
        let keys = class.iter().map(|slip| phuong::model::sort::SortKey::of(&PersonName::read(&slip.name).unwrap()));
        assert!(keys.is_sorted(), "{class:?}");
    }
} }

both! { async fn a_form_that_is_sent_twice_prints_the_same_slips(t: Tour) {
    let (head, home, order) = (standing(&t, "school_admin").await, home(&t).await, order(&t, Whom::Newcomers));
    let first = paper(&print_as(&t, &head, home, &order).await.unwrap());
    assert_eq!(paper(&print_as(&t, &head, home, &order).await.unwrap()), first);
    // Somebody else prints in between: their codes are told to nobody by a form that did not issue them.
    let theirs = paper(&print_as(&t, &Standing::danger_command_line(), home, &self::order(&t, Whom::Newcomers)).await.unwrap());
    let again = paper(&print_as(&t, &head, home, &order).await.unwrap());
    assert!(again.iter().zip(&theirs).all(|(mine, their)| mine.sector_id == their.sector_id && mine.code != their.code));
    assert!(is_good(&t, &again[0]).await && !is_good(&t, &theirs[0]).await);
} }

both! { async fn of_two_who_print_at_once_one_set_is_good_and_nobody_is_told_otherwise(t: Tour) {
    let home = home(&t).await;
    let (head, command) = (standing(&t, "school_admin").await, Standing::danger_command_line());
    for _ in 0..3 {
        let (mine, theirs) = (order(&t, Whom::Newcomers), order(&t, Whom::Newcomers));
        let both = tokio::join!(print_as(&t, &head, home, &mine), print_as(&t, &command, home, &theirs));
        let mut good = 0;
        for printed in [both.0, both.1] {
            match printed {
                Ok(sheets) => good += i32::from(is_good(&t, &paper(&sheets)[0]).await),
                Err(NotPrinted::Overtaken) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(good, 1, "one set of codes is good, and whoever has it was told so");
    }
} }

both! { async fn r38_a_school_or_class_out_of_reach_looks_like_none(t: Tour) {
    let elsewhere = other_school(&t, "school_admin").await;
    let classes = {
        let leave = Standing::danger_command_line().with_group(&t.sv, Group::School(elsewhere)).await.unwrap();
        slips::classes(&t.sv, &leave).await.unwrap()
    };
    let nowhere = Group::Class(t.sv.ids.next());
    for role in ["school_admin", "teacher", "student"] {
        let who = standing(&t, role).await;
        for group in [Group::School(elsewhere), Group::Class(classes[0].id), nowhere, Group::School(t.sv.ids.next())] {
            let no = who.with_group::<PrintSlips>(&t.sv, group).await.map(drop).unwrap_err();
            assert!(matches!(no, NoPermit::Denied(Denied::Missing)), "{role} {group:?}: {no}");
        }
    }
    assert!(standing(&t, "sector_admin").await.with_group::<PrintSlips>(&t.sv, Group::School(elsewhere)).await.is_ok());
} }

both! { async fn r44_a_school_is_printed_for_only_soon_after_signing_in(t: Tour) {
    let (head, home) = (standing(&t, "school_admin").await, home(&t).await);
    let leave = head.with_group(&t.sv, home).await.unwrap();
    t.advance(std::time::Duration::from_mins(6));
    assert!(matches!(head.with_group::<PrintSlips>(&t.sv, home).await.map(drop), Err(NoPermit::Denied(Denied::Stale))));
    let no = slips::print(&t.sv, &leave, &order(&t, Whom::Newcomers), Locale::Vi).await.unwrap_err();
    assert!(matches!(no, NotPrinted::Denied(Denied::Stale)), "a permit of before is asked again: {no}");
} }

both! { async fn invariant_7_oneself_and_who_stands_higher_are_left_out_and_named(t: Tour) {
    // The sector's administrator works at the school too.
    let boss = t.person("sector_admin").clone();
    let begins = vec![phuong::people::memberships::Event::Begins(phuong::model::role::Role::Teacher, org_of(&t, "school_admin").await)];
    let actor = phuong::services::audit::Actor::CommandLine;
    let today = t.clock.now().day();
    assert!(phuong::people::memberships::record(&t.sv, &actor, person(&t, "sector_admin").await, begins, today).await.unwrap());
    let head = standing(&t, "school_admin").await;
    let sheets = print_as(&t, &head, home(&t).await, &order(&t, Whom::Everybody)).await.unwrap();
    let left: BTreeSet<(String, String)> =
        sheets.left_out.iter().map(|left| (left.sector_id.clone(), left.why.to_string())).collect();
    let own = t.person("school_admin").sector_id.clone();
    let expected = [(own.clone(), Denied::Oneself.to_string()), (boss.sector_id.clone(), Denied::Upward.to_string())];
    assert_eq!(left, expected.into_iter().collect());
    let slips = paper(&sheets);
    assert!(slips.iter().all(|slip| slip.sector_id != own && slip.sector_id != boss.sector_id));
} }

both! { async fn r41_who_printed_for_whom_is_in_the_audit_trail_and_no_code_is(t: Tour) {
    let (head, home) = (standing(&t, "school_admin").await, home(&t).await);
    let slips = paper(&print_as(&t, &head, home, &order(&t, Whom::Newcomers)).await.unwrap());
    let Group::School(org) = home else { unreachable!() };
    let lines = told(&t, &format!("org:{org}"), "slips.printed").await;
    let (actor, detail) = &lines[0];
    assert_eq!(actor, &format!("account:{}", whose(&t, &t.person("school_admin").sector_id).await.0));
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
    assert_eq!((&detail["slips"], &detail["for"]), (&serde_json::json!(slips.len()), &serde_json::json!("newcomers")));
    let account = whose(&t, &slips[0].sector_id).await.0;
    let one = told(&t, &format!("account:{account}"), "account.code_issued").await;
    assert_eq!(one.len(), 1, "and of each account, as if the code had been issued alone");
    assert!(lines.iter().chain(&one).all(|(_, detail)| !detail.contains(&slips[0].code[..4])));
} }

both! { async fn a_password_that_is_chosen_anew_by_a_slip_is_told_as_changed_and_ends_what_was_open(t: Tour) {
    let class = Group::Class(class_of_pupil(&t).await);
    let pupil = t.person("student").clone();
    let mut before = Browser::default();
    before.sign_in_as(&t, "/sign-in", "student").await;
    let head = standing(&t, "school_admin").await;
    let slips = paper(&print_as(&t, &head, class, &order(&t, Whom::Everybody)).await.unwrap());
    let subject = format!("account:{}", whose(&t, &pupil.sector_id).await.0);
    for (slip, expected) in [
        (slips.iter().find(|slip| slip.sector_id == pupil.sector_id).unwrap(), [1, 0]),
        (slips.iter().find(|slip| slip.steps[2].contains("23/01/2027")).unwrap(), [0, 1]),
    ] {
        let mut browser = Browser::default();
        let confirm = enter(&t, &mut browser, &slip.sector_id, &slip.code).await;
        assert_eq!(choose(&t, &mut browser, &confirm, "hoa no mua he").await.status, 200);
        let subject = format!("account:{}", whose(&t, &slip.sector_id).await.0);
        let counts = ["password.changed", "account.activated"].map(|deed| told(&t, &subject, deed));
        let [changed, activated] = counts;
        assert_eq!([changed.await.len(), activated.await.len()], expected, "{}", slip.name);
    }
    assert!(before.get(&t, "/portal").await.text.contains("name=\"password\""), "r34: signed out everywhere");
    assert_eq!(told(&t, &subject, "account.code_issued").await.len(), 2, "looking for the class printed once, too");
} }

/// Actor and detail of the lines of the audit trail of one kind about a subject.
async fn told(t: &Tour, subject: &str, action: &str) -> Vec<(String, String)> {
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let events = t.sv.store.read(subject.to_owned(), read).await.unwrap();
    events.into_iter().filter(|event| event.action == action).map(|event| (event.actor, event.detail)).collect()
}

both! { async fn a_slip_for_who_has_a_password_is_good_for_a_week_and_leaves_the_password_alone_until_then(t: Tour) {
    let class = Group::Class(class_of_pupil(&t).await);
    let pupil = t.person("student").clone();
    let head = standing(&t, "school_admin").await;
    let slips = paper(&print_as(&t, &head, class, &order(&t, Whom::Everybody)).await.unwrap());
    let slip = slips.iter().find(|slip| slip.sector_id == pupil.sector_id).unwrap();
    assert!(slip.steps[2].contains("01/12/2026"), "{:?}", slip.steps);
    assert!(slips.iter().any(|slip| slip.steps[2].contains("23/01/2027")), "sixty days for who has none");
    let mut browser = Browser::default();
    assert_eq!(browser.sign_in_as(&t, "/sign-in", "student").await.status, 303, "the old one still opens");
    t.advance(slips::RESET_LIFE);
    assert!(!is_good(&t, slip).await);
} }
