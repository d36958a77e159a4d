//! Badges: whose they are, who may print and void them, and what ends them.

use std::{collections::HashSet, time::Duration};

use phuong::{
    admin::rollover,
    base::letters::ALPHABET,
    model::{affiliation::EndReason, role::Role, rollover::Mark},
    people::memberships::{self, Event},
    services::{
        audit::Actor,
        authority::{Denied, NoPermit, Permit, PlanRollover, Reach, Standing},
    },
    slips::{self, IssuedBadges, NotPrinted},
};

use super::{
    paper::{badges, codes, read_all},
    printing::home,
};
use crate::{
    admin::{
        console::{press, signed_in},
        imports, org_of, other_school, person, standing,
    },
    support::tour::Tour,
};

/// Badges for everybody at the school, or for the sample's pupil alone.
async fn print(t: &Tour, only_the_pupil: bool) -> IssuedBadges {
    let leave = Standing::danger_command_line().with_group(&t.sv, home(t).await).await.unwrap();
    let only = if only_the_pupil { Some(vec![person(t, "student").await]) } else { None };
    slips::issue_badges(&t.sv, &leave, only).await.unwrap()
}

/// The token of the sample's pupil.
fn token(t: &Tour, issued: &IssuedBadges) -> String {
    let pupil = t.person("student");
    issued.badges.iter().find(|badge| badge.sector_id == pupil.sector_id).unwrap().token.to_string()
}

async fn is_good(t: &Tour, token: &str) -> bool {
    slips::badge_of(&t.sv, token).await.unwrap().is_some()
}

both! { async fn a_badge_is_good_until_another_takes_its_place(t: Tour) {
    let first = print(&t, false).await;
    let tokens: HashSet<&str> = first.badges.iter().map(|badge| badge.token.as_str()).collect();
    assert!(tokens.len() > 10 && tokens.len() == first.badges.len(), "each has its own");
    let well_formed = |token: &&str| token.len() == 31 && token.bytes().all(|letter| ALPHABET.contains(&letter));
    assert!(tokens.iter().all(well_formed), "128 bits that no keyboard rewrites");
    let (old, other) = (token(&t, &first), first.badges.iter().find(|badge| badge.sector_id != t.person("student").sector_id));
    let whose = slips::badge_of(&t.sv, &old).await.unwrap().unwrap();
    assert_eq!((whose.person_id, whose.suspended_at, whose.last_used_at), (person(&t, "student").await, None, None));
    assert!(!first.is_overtaken(&t.sv).await.unwrap());
    let second = print(&t, true).await;
    assert_eq!(second.badges.len(), 1);
    assert!(!is_good(&t, &old).await && is_good(&t, &token(&t, &second)).await);
    assert!(is_good(&t, &other.unwrap().token).await, "of nobody else");
    assert!(first.is_overtaken(&t.sv).await.unwrap());
    assert!(!is_good(&t, "").await && !is_good(&t, &old.to_lowercase()).await);
} }

both! { async fn a_badge_ends_with_the_school_year(t: Tour) {
    let token = token(&t, &print(&t, true).await);
    let until = slips::badge_of(&t.sv, &token).await.unwrap().unwrap().expires_at;
    assert_eq!(until.local().to_string(), "2027-08-01T00:00:00");
    t.advance(until.since(t.clock.now()).saturating_sub(Duration::from_secs(1)));
    assert!(is_good(&t, &token).await);
    t.advance(Duration::from_secs(1));
    assert!(!is_good(&t, &token).await);
} }

both! { async fn a_badge_ends_with_the_role_that_it_was_printed_for(t: Tour) {
    let (pupil, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let today = t.clock.now().day();
    let happen = async |events: Vec<Event>| {
        assert!(memberships::record(&t.sv, &Actor::CommandLine, pupil, events, today).await.unwrap());
    };
    let old = token(&t, &print(&t, true).await);
    let elsewhere = other_school(&t, "school_admin").await;
    happen(vec![Event::Transfers { role: Role::Student, from: school, to: elsewhere }]).await;
    assert!(!is_good(&t, &old).await, "the other school prints a new one");
    happen(vec![Event::Transfers { role: Role::Student, from: elsewhere, to: school }]).await;
    assert!(!is_good(&t, &old).await, "what has ended does not come back");
    let next = token(&t, &print(&t, true).await);
    happen(vec![Event::Becomes { org: school, from: Role::Student, to: Role::Staff }]).await;
    assert!(!is_good(&t, &next).await, "nobody works with a pupil's badge in hand");
    let staff = token(&t, &print(&t, true).await);
    assert!(is_good(&t, &staff).await);
    happen(vec![Event::Ends(Role::Staff, school, EndReason::Left)]).await;
    assert!(!is_good(&t, &staff).await);
} }

both! { async fn a_badge_is_good_again_when_the_year_that_ended_its_role_is_taken_back(t: Tour) {
    let (pupil, school) = (person(&t, "student").await, org_of(&t, "school_admin").await);
    let (sv, today) = (&t.sv, t.clock.now().day());
    let good = token(&t, &print(&t, true).await);
    let leave: Permit<PlanRollover, Reach> = Standing::danger_command_line().everywhere().unwrap();
    let from = rollover::year_to_leave(today);
    rollover::draft(sv, &leave, school, from).await.unwrap().unwrap();
    let sheet = rollover::sheet(sv, &leave, school, &from.to_string()).await.unwrap().unwrap();
    let id = sheet.row.id;
    for class in &sheet.classes {
        let pupils = rollover::class(sv, &leave, id, class.id).await.unwrap();
        if pupils.iter().any(|one| one.id == pupil) {
            rollover::mark(sv, &leave, id, (class.id, pupil), Some(Mark::Leaves)).await.unwrap();
        }
    }
    rollover::schedule(sv, &leave, id, today).await.unwrap();
    while rollover::work(sv).await.unwrap() {}
    assert!(!is_good(&t, &good).await);
    rollover::undo(sv, &leave, id).await.unwrap();
    while rollover::work(sv).await.unwrap() {}
    assert!(is_good(&t, &good).await, "every card that was handed out is good");
    let told = "SELECT detail FROM audit_events WHERE action = 'account.badge_revived'";
    assert!(!crate::roster::content::rows(&sv.store, told).await.unwrap().is_empty(), "r51");
} }

both! { async fn r44_a_schools_badges_want_a_fresh_sign_in_and_r38_a_school_of_ones_own(t: Tour) {
    let head = standing(&t, "school_admin").await;
    let leave = head.with_group(&t.sv, home(&t).await).await.unwrap();
    let elsewhere = phuong::services::authority::Group::School(other_school(&t, "school_admin").await);
    let no = head.with_group::<phuong::services::authority::PrintSlips>(&t.sv, elsewhere).await;
    assert!(matches!(no, Err(NoPermit::Denied(Denied::Missing))));
    let issued = slips::issue_badges(&t.sv, &leave, None).await.unwrap();
    assert!(issued.left_out.iter().any(|left| left.why == Denied::Oneself), "nobody prints their own");
    t.advance(Duration::from_mins(6));
    let stale = slips::issue_badges(&t.sv, &leave, None).await;
    assert!(matches!(stale, Err(NotPrinted::Denied(Denied::Stale))));
    assert!(is_good(&t, &token(&t, &issued)).await, "what is refused ends nothing");
} }

both! { async fn a_homeroom_teacher_prints_badges_and_voids_one_in_two_taps(t: Tour) {
    let mut teacher = signed_in(&t, "teacher").await;
    let page = teacher.get(&t, "/class").await;
    let (csrf, class, pupil) = (page.field("csrf"), page.field("class"), person(&t, "student").await.to_string());
    let all = teacher.post(&t, "/class/badges", &[("csrf", &csrf), ("class", &class)]).await;
    assert_eq!((all.status, all.header("content-type")), (200, "application/pdf"), "{}", all.text);
    assert!(all.header("content-disposition").starts_with("attachment; filename=\"the-"));
    let (cards, printed) = (badges(&all.body), codes(&all.body));
    assert_eq!(cards.len(), printed.len());
    let mine = cards.iter().position(|lines| lines.iter().any(|line| *line == t.person("student").sector_id)).unwrap();
    let (sent, token) = printed[mine].split_once('#').unwrap();
    assert!(sent.ends_with("/badge") && is_good(&t, token).await, "r50: {sent}");
    let shown = teacher.get(&t, "/class").await;
    assert_eq!(shown.text.matches("Huỷ thẻ").count(), cards.len());
    assert!(!shown.text.contains(token), "r41: nowhere to be read again");
    let one = [("csrf", csrf.as_str()), ("class", &class), ("pupil", &pupil)];
    let again = teacher.post(&t, "/class/badges", &one).await;
    assert_eq!(codes(&again.body).len(), 1);
    let new = codes(&again.body)[0].split_once('#').unwrap().1.to_owned();
    assert!(!is_good(&t, token).await && is_good(&t, &new).await);
    let voided = teacher.post(&t, "/class/badge/void", &one).await;
    assert_eq!(voided.status, 303, "{}", voided.text);
    assert!(teacher.get(&t, voided.header("location")).await.text.contains("Thẻ đã bị huỷ"));
    assert!(!is_good(&t, &new).await);
    assert_eq!(teacher.post(&t, "/class/badge/void", &one).await.status, 303, "pressed twice");
    // R38: of somebody who is not in the class neither.
    let outsider = person(&t, "school_admin").await.to_string();
    let strange = [("csrf", csrf.as_str()), ("class", &class), ("pupil", &outsider)];
    assert_eq!(teacher.post(&t, "/class/badge/void", &strange).await.status, 404);
    assert_eq!(teacher.post(&t, "/class/badges", &strange).await.status, 303, "nobody of the class");
} }

both! { async fn a_school_prints_the_badges_of_a_class_from_the_console(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, "/console/slips").await;
    assert!(page.text.contains("action=\"/console/slips/badges\""), "{}", page.text);
    let (csrf, school) = (page.field("csrf"), page.field("school"));
    let sheets = head.post(&t, "/console/slips/badges", &[("csrf", &csrf), ("school", &school), ("class", "")]).await;
    assert_eq!((sheets.status, sheets.header("content-type")), (200, "application/pdf"), "{}", sheets.text);
    assert!(codes(&sheets.body).len() > 10);
    let more = [("csrf", csrf.as_str()), ("school", &school), ("class", ""), ("role", "x")];
    assert_eq!(head.post(&t, "/console/slips/badges", &more).await.status, 400, "r40");
    t.advance(Duration::from_mins(6));
    let stale = head.post(&t, "/console/slips/badges", &[("csrf", &csrf), ("school", &school), ("class", "")]).await;
    assert_ne!(stale.header("content-type"), "application/pdf", "r44");
} }

both! { async fn an_import_offers_slips_and_badges_for_whom_it_created(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = |n: u32| format!("{school}|3A|31990000{n:02}||Nguyễn Thị {}|14/03/2017|Nữ|Đang học\n", ["An", "Bình"][n as usize]);
    let list = format!("{}{}{}", imports::HEADER.replace("Số định danh cá nhân|", "Số thứ tự|"), row(0), row(1));
    let address = imports::bring(&t, &mut head, "", &[("a.csv", list.as_bytes())]).await.header("location").to_owned();
    imports::work(&t).await;
    let page = head.get(&t, &address).await;
    imports::press(&t, &mut head, &page, &format!("{address}/commit"), &[]).await;
    imports::work(&t).await;
    let id = address.rsplit('/').next().unwrap();
    let there = format!("/console/slips?school={school}&import={id}");
    let page = head.get(&t, &address).await;
    assert!(page.text.contains(&there.replace('&', "&amp;")), "{}", page.text);
    let page = head.get(&t, &there).await;
    assert!(page.text.contains("Chỉ in cho 2 người"), "{}", page.text);
    let (csrf, form) = (page.field("csrf"), page.field("form"));
    let ask = [("csrf", csrf.as_str()), ("school", &school), ("class", ""), ("import", id)];
    let badges = head.post(&t, "/console/slips/badges", &ask).await;
    assert_eq!(codes(&badges.body).len(), 2, "{}", badges.text);
    let slips = head.post(&t, "/console/slips", &[&ask[..], &[("form", &form)]].concat()).await;
    assert_eq!(read_all(&slips.body).len(), 2, "{}", slips.text);
    // R38: an import of another school is none.
    let mut other = signed_in(&t, "teacher").await;
    assert_ne!(other.get(&t, &there).await.status, 200);
    let strange = [("csrf", csrf.as_str()), ("school", &school), ("class", ""), ("import", "0197b5a0-0000-7000-8000-000000000000")];
    assert_eq!(head.post(&t, "/console/slips/badges", &strange).await.status, 404);
} }

both! { async fn what_is_kept_of_a_badge_is_its_hash_and_what_is_told_of_it_no_token(t: Tour) {
    let issued = print(&t, false).await;
    let events = crate::roster::content::rows(&t.sv.store, "SELECT action || ' ' || detail FROM audit_events").await.unwrap();
    let told = events.iter().filter(|event| event.starts_with("account.badge_issued")).count();
    assert_eq!(told, issued.badges.len(), "r51");
    assert!(events.iter().any(|event| event.starts_with("badges.printed")));
    for badge in &issued.badges {
        assert!(events.iter().all(|event| !event.contains(badge.token.as_str())), "r50");
    }
    let (person, head) = (person(&t, "student").await, standing(&t, "school_admin").await);
    let leave = head.over(&t.sv, person).await.unwrap();
    assert!(slips::void_badge(&t.sv, &leave).await.unwrap().unwrap());
    assert!(!slips::void_badge(&t.sv, &leave).await.unwrap().unwrap(), "once");
    assert!(!is_good(&t, &token(&t, &issued)).await);
    let voided = "SELECT action FROM audit_events WHERE action = 'account.badge_voided'";
    assert_eq!(crate::roster::content::rows(&t.sv.store, voided).await.unwrap().len(), 1);
} }

both! { async fn a_badge_stands_on_its_owners_page_until_somebody_voids_it(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    assert!(!head.get(&t, &address).await.text.contains("Huỷ thẻ"), "there is none yet");
    let token = token(&t, &print(&t, true).await);
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("Huỷ thẻ") && page.text.contains("Dùng được đến 00:00 01/08/2027"), "{}", page.text);
    let voided = press(&t, &mut head, &page, &format!("{address}/badge"), &[]).await;
    assert_eq!(voided.header("location"), format!("{address}?done=badge"));
    assert!(!is_good(&t, &token).await);
    let again = press(&t, &mut head, &page, &format!("{address}/badge"), &[]).await;
    assert_eq!(again.header("location"), format!("{address}?done=nothing"));
    let page = head.get(&t, &format!("{address}?done=badge")).await.text;
    assert!(page.contains("Thẻ đã bị huỷ") && !page.contains("Huỷ thẻ"), "{page}");
} }
