//! The audit trail in the console: who finds what, page by page; what is taken away; how the chain is followed and purged; and
//! what a support code leads to.

use std::time::Duration;

use phuong::{
    admin::trail::{self, Query, Turn},
    base::clock::Moment,
    services::{
        audit::{Actor, account, chain::Check},
        authority::{AdminRole, Permit, Reach, ReadAudit, Standing},
    },
    store::{Tx, audit, trail as rows},
};
use serde_json::json;

use super::{console::signed_in, give, org_of, other_school, person, whose};
use crate::support::{callers::Browser, tour::Tour};

async fn add(t: &Tour, action: &'static str, subject: String, org: Option<phuong::base::id::OrgId>) {
    let event = t.sv.scribe(&Actor::System).by_right_over(org).event(action, subject, &json!({ "n": 1 }));
    t.sv.store.write(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await.unwrap();
}

async fn of(t: &Tour, role: &str) -> String {
    account(whose(t, &t.person(role).sector_id).await.0)
}

async fn page(t: &Tour, who: &Standing, line: &str, turn: Turn, size: u32) -> trail::Events {
    let leave: Permit<ReadAudit, Reach> = who.everywhere().unwrap();
    let asked = trail::ask(&t.sv, &leave, &Query::read(line).0).await.unwrap().unwrap();
    trail::page(&t.sv, &leave, &asked, turn, size).await.unwrap()
}

/// Asks for a file of events.
async fn send(t: &Tour, browser: &mut Browser, form: &[(&str, String)]) -> crate::support::tour::Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(t, "/console/audit/export", &form).await
}

both! { async fn r38_a_school_reads_of_its_own_people_and_the_help_desk_of_nobody(t: Tour) {
    let (own, other) = (org_of(&t, "school_admin").await, other_school(&t, "school_admin").await);
    let elsewhere = of(&t, "sector_admin").await;
    add(&t, "account.suspended", of(&t, "student").await, None).await;
    add(&t, "account.resumed", of(&t, "student").await, Some(other)).await;
    add(&t, "account.signed_out", elsewhere.clone(), None).await;
    add(&t, "rollover.drafted", "org:1".into(), Some(own)).await;
    add(&t, "rollover.done", "org:2".into(), Some(other)).await;
    // Help desk of the other school: that shows nothing of it.
    give(&t, "school_admin", AdminRole::HelpDesk, other).await;
    let mut head = signed_in(&t, "school_admin").await;
    for line in ["", "actor:system", "action:account.suspended", "action:rollover.drafted", "action:account.resumed", "action:rollover.done", "action:account.signed_out"] {
        let address = format!("/console/audit?q={line}");
        let text = head.get(&t, &address).await.text;
        let rows = text.split("<tbody").nth(1).unwrap_or_default();
        assert!(!rows.contains("Mở lại tài khoản") && !rows.contains("Lên lớp xong") && !rows.contains("Đăng xuất khỏi mọi nơi"), "{line}: {rows}");
    }
    let all = head.get(&t, "/console/audit").await.text;
    let rows = all.split("<tbody").nth(1).unwrap();
    assert!(rows.contains("Tạm khoá tài khoản") && rows.contains("Soạn việc lên lớp"), "{rows}");
    assert!(!all.contains("Đã niêm phong"), "of the chain only whoever reads all of it is told");
    // Asked for somebody elsewhere: as for somebody who never did anything, and as for an ID that nobody has.
    let theirs = t.person("sector_admin").sector_id.clone();
    for word in ["person", "actor"] {
        let mut answers = Vec::new();
        for id in [theirs.as_str(), "3199999999"] {
            let answer = head.get(&t, &format!("/console/audit?q={word}:{id}")).await;
            assert!(answer.status == 200 && answer.text.contains("Không có sự kiện nào khớp"), "{word}: {}", answer.text);
            assert!(answer.text.contains("ngoài phạm vi"), "what that can mean: {}", answer.text);
            answers.push(answer.text.split("<main").nth(1).unwrap().split("</main>").next().unwrap().replace(id, "ID"));
        }
        assert_eq!(answers[0], answers[1], "{word}");
    }
    let mut sector = signed_in(&t, "sector_admin").await;
    let seen = sector.get(&t, &format!("/console/audit?q=person:{}", t.person("sector_admin").sector_id)).await;
    let address = seen.text.split("href=\"/console/audit/").skip(1).find(|rest| rest.contains("Đăng xuất khỏi mọi nơi")).unwrap();
    let address = format!("/console/audit/{}", address.split('"').next().unwrap());
    assert_eq!(sector.get(&t, &address).await.status, 200);
    assert_eq!(head.get(&t, &address).await.status, 404);
    give(&t, "staff", AdminRole::HelpDesk, own).await;
    let mut desk = signed_in(&t, "staff").await;
    for path in ["/console/audit", "/console/audit/failure"] {
        assert_eq!(desk.get(&t, path).await.status, 403, "{path}");
    }
} }

both! { async fn r52_events_are_paged_by_key_in_both_directions_whatever_is_asked(t: Tour) {
    let who = Standing::danger_command_line();
    for n in 0..7 {
        t.advance(Duration::from_secs(1));
        add(&t, if n % 2 == 0 { "sign_in.failed" } else { "account.suspended" }, of(&t, "student").await, None).await;
    }
    let id = t.person("student").sector_id.clone();
    for line in ["", "outcome:failed", "outcome:done", "action:account.suspended", "actor:system", &format!("person:{id}"), "action:session.began"] {
        let whole = page(&t, &who, line, Turn::Latest, 200).await.rows;
        assert!(whole.is_sorted_by(|a, b| a.id > b.id), "{line}: the newest first");
        let (mut walked, mut turn) = (Vec::new(), Turn::Latest);
        loop {
            let part = page(&t, &who, line, turn, 2).await;
            assert_eq!(part.newer, !walked.is_empty(), "{line}");
            walked.extend(part.rows.iter().map(|row| row.id));
            let Some(last) = part.rows.last().filter(|_| part.older && walked.len() < whole.len()) else { break };
            turn = Turn::Before(last.id);
        }
        walked.truncate(whole.len());
        assert_eq!(walked, whole.iter().map(|row| row.id).collect::<Vec<_>>(), "{line}");
        if let [first, .., last] = &whole[..] {
            let back = page(&t, &who, line, Turn::After(last.id), 200).await;
            assert_eq!(back.rows.first().map(|row| row.id), Some(first.id), "{line}: and back");
            assert!(!back.newer && back.older);
        }
    }
    let day = t.clock.now().day();
    assert!(!page(&t, &who, &format!("from:{day} to:{day}"), Turn::Latest, 5).await.rows.is_empty());
    assert!(page(&t, &who, &format!("from:{}", day.tomorrow().unwrap()), Turn::Latest, 5).await.rows.is_empty());
    assert!(page(&t, &who, &format!("to:{}", day.yesterday().unwrap()), Turn::Latest, 5).await.rows.is_empty());
} }

both! { async fn the_line_and_the_form_ask_the_same_and_say_what_they_do_not_understand(t: Tour) {
    let mut sector = signed_in(&t, "sector_admin").await;
    let id = t.person("sector_admin").sector_id.clone();
    let form = sector.get(&t, &format!("/console/audit?actor={id}&action=session.began&outcome=done")).await;
    assert_eq!(form.status, 200, "{}", form.text);
    let line = format!("actor:{id} action:session.began outcome:done");
    assert!(form.text.contains(&format!("value=\"{line}\"")), "{}", form.text);
    let told = sector.get(&t, &format!("/console/audit?q={}", line.replace(' ', "+"))).await;
    assert!(told.text.contains("<option value=\"session.began\" selected>"), "{}", told.text);
    for (line, why) in [("colour:red", "Không hiểu"), ("actor:3199999999", "actor:"), ("school:zzz", "Không có trường"),
        ("from:99/99/2026", "«99/99/2026» không phải là một ngày"), ("action:role.gave", "Không có việc nào tên «role.gave»")] {
        let answer = sector.get(&t, &format!("/console/audit?q={line}")).await;
        assert!(answer.status == 422 && answer.text.contains(why) && answer.text.contains("q-problem"), "{line}: {}", answer.text);
        assert!(!answer.text.contains("Không có sự kiện nào khớp"), "nothing was looked for: {}", answer.text);
    }
    for (field, typed) in [("from", "99/99/2026"), ("action", "role.gave"), ("actor", "3199999999"), ("school", "zzz")] {
        let answer = sector.get(&t, &format!("/console/audit?{field}={typed}")).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("id=\"{field}-problem\"")), "{field}: {}", answer.text);
        assert!(answer.text.contains("<details open>") && answer.text.contains(typed), "{field}: {}", answer.text);
    }
} }

both! { async fn r44_r47_events_are_taken_away_after_a_fresh_sign_in_and_that_is_told(t: Tour) {
    add(&t, "account.suspended", "=cmd".into(), None).await;
    let mut sector = signed_in(&t, "sector_admin").await;
    let csrf = sector.get(&t, "/console/audit").await.field("csrf");
    let ask = |form: &'static str, csrf: String| vec![("csrf", csrf), ("q", "action:account.suspended".to_owned()), ("form", form.to_owned())];
    let csv = send(&t, &mut sector, &ask("csv", csrf.clone())).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"), "{}", csv.text);
    assert!(csv.text.lines().count() == 2 && csv.text.contains(",'=cmd,"), "{}", csv.text);
    let lines = send(&t, &mut sector, &ask("jsonl", csrf.clone())).await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(lines.text.trim()).unwrap()["subject"], "=cmd");
    let book = send(&t, &mut sector, &ask("xlsx", csrf.clone())).await;
    assert!(book.status == 200 && book.header("content-disposition").ends_with(".xlsx\""));
    let told = page(&t, &Standing::danger_command_line(), "action:audit.exported", Turn::Latest, 10).await.rows;
    assert_eq!(told.len(), 3);
    assert!(told[0].detail.contains("account.suspended") && told[0].actor == of(&t, "sector_admin").await);
    t.advance(Duration::from_secs(301));
    let asks = send(&t, &mut sector, &ask("csv", csrf.clone())).await;
    assert!(asks.text.contains("login-submit") && !asks.text.contains("=cmd"));
    let owner = t.person("sector_admin").clone();
    let back = sector.submit(&t, &asks, &owner.sector_id, &owner.password).await;
    assert_eq!(back.header("location"), "/console/audit?q=action%3Aaccount.suspended", "where it was");
    let mut head = signed_in(&t, "school_admin").await;
    let csrf = head.get(&t, "/account/password").await.field("csrf");
    assert_eq!(send(&t, &mut head, &ask("csv", csrf)).await.status, 404);
} }

both! { async fn the_chain_is_followed_in_the_background_and_what_is_old_purged_without_breaking_it(t: Tour) {
    let seal = async || while t.sv.seal_audit().await.unwrap() > 0 {};
    add(&t, "test.old", "test:1".into(), None).await;
    seal().await;
    t.sv.check_audit().await.unwrap();
    let checked = t.sv.audit_checked().await.unwrap().unwrap();
    assert!(checked.seq > 0 && checked.whole_at == Some(t.clock.now()) && checked.broken.is_none());
    let old = checked.seq;
    t.advance(Duration::from_hours(48));
    add(&t, "test.new", "test:2".into(), None).await;
    seal().await;
    let before = t.sv.verify_audit(Check::default(), |_| ()).await.unwrap().unwrap();
    let cut = Moment::start_of(t.clock.now().day());
    let mut gone = 0;
    loop {
        match t.sv.purge_audit(cut).await.unwrap() {
            0 => break,
            some => gone += some,
        }
    }
    assert_eq!(gone, old.unsigned_abs());
    seal().await;
    assert_eq!(t.sv.audit_begins().await.unwrap().unwrap().seq, old);
    let noted = Check { noted: Some(before), ..Check::default() };
    let end = t.sv.verify_audit(noted, |_| ()).await.unwrap().expect("the rest is proved from there on");
    assert!(end.seq > before.seq, "with the event that tells of the purge");
    let who = Standing::danger_command_line();
    let left = page(&t, &who, "", Turn::Latest, 200).await.rows;
    assert!(left.iter().all(|row| row.at >= cut) && left.iter().any(|row| row.action == "audit.purged"));
    t.sv.check_audit().await.unwrap();
    assert_eq!(t.sv.audit_checked().await.unwrap().unwrap().broken, None);
    let mut sector = signed_in(&t, "sector_admin").await;
    assert!(sector.get(&t, "/console/audit").await.text.contains("đã xoá vì quá hạn lưu"));
} }

both! { async fn r50_a_support_code_leads_to_the_request_that_failed_and_to_no_secret(t: Tour) {
    let mut pupil = signed_in(&t, "student").await;
    let lost = pupil.get(&t, "/console/people?token=hunter2").await;
    assert_eq!(lost.status, 404);
    let code = lost.header("x-request-id").to_owned();
    assert_eq!(t.sv.keep_failures().await.unwrap(), 1);
    let stranger = Browser::default().get(&t, "/nowhere").await;
    assert_eq!((stranger.status, t.sv.keep_failures().await.unwrap()), (404, 0), "strangers try any address");
    let read = format!("{} {}", &code[..4].to_lowercase(), &code[4..]);
    let mut head = signed_in(&t, "school_admin").await;
    for browser in [&mut head, &mut signed_in(&t, "sector_admin").await] {
        let found = browser.get(&t, &format!("/console/audit/failure?code={}", read.replace(' ', "+"))).await;
        for word in ["/console/people", "404", &t.person("student").name] {
            assert!(found.text.contains(word), "{word}: {}", found.text);
        }
        assert!(!found.text.contains("hunter2"), "{}", found.text);
        assert!(found.text.contains("Không tìm thấy trang này") && !found.text.contains("op-error"), "words: {}", found.text);
    }
    let mut owner = signed_in(&t, "sector_admin").await;
    let theirs = owner.get(&t, "/console/people/0").await.header("x-request-id").to_owned();
    t.sv.keep_failures().await.unwrap();
    assert!(owner.get(&t, &format!("/console/audit/failure?code={theirs}")).await.text.contains("/console/people/0"));
    let foreign = head.get(&t, &format!("/console/audit/failure?code={theirs}")).await;
    assert!(foreign.text.contains("Không có lỗi nào"), "r38: not one of the school's people");
    t.advance(Duration::from_hours(24 * 31));
    assert_eq!(t.sv.forget_failures().await.unwrap(), 2);
} }

both! { async fn r51_a_deed_in_the_console_tells_from_where_it_was_asked(t: Tour) {
    use axum::{extract::ConnectInfo, http::{Request, header}};
    let mut head = signed_in(&t, "school_admin").await;
    let id = person(&t, "staff").await;
    let csrf = head.get(&t, "/account/password").await.field("csrf");
    let cookies: Vec<String> = head.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let peer = ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 7], 5000)));
    let request = Request::post(format!("/console/people/{id}/suspend")).header(header::COOKIE, cookies.join("; "))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").extension(peer);
    let answer = t.send(request.body(format!("csrf={csrf}&reason=x").into()).unwrap()).await;
    assert_eq!(answer.status(), 303);
    let found = page(&t, &Standing::danger_command_line(), "action:account.suspended", Turn::Latest, 1).await.rows;
    assert_eq!(found[0].address.as_deref(), Some("192.0.2.7"));
    while t.sv.seal_audit().await.unwrap() > 0 {}
    t.sv.verify_audit(Check::default(), |_| ()).await.unwrap().expect("proved with the address");
    let named = t.sv.store.read(vec![whose(&t, &t.person("staff").sector_id).await.0], async |tx: &mut Tx, of| rows::names(tx, of).await);
    assert_eq!(named.await.unwrap().len(), 1);
} }
