//! The console over HTTP: the first administrator, finding somebody, and what is done to an account.

use std::time::Duration;

use phuong::{
    admin::administrators,
    model::account::AccountState,
    store::{Tx, accounts, audit},
};

use super::{org_of, person, whose};
use crate::support::{
    callers::{Browser, RelyingParty},
    database::Database,
    tour::{Answer, Tour},
};

pub(crate) async fn signed_in(t: &Tour, role: &str) -> Browser {
    let mut browser = Browser::default();
    assert_eq!(browser.sign_in_as(t, "/sign-in", role).await.status, 303);
    browser
}

/// Presses a button of a person's page, with what is typed beside it.
pub(crate) async fn press(
    t: &Tour,
    browser: &mut Browser,
    page: &Answer,
    path: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let csrf = page.field("csrf");
    let form: Vec<(&str, &str)> = typed.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    browser.post(t, path, &form).await
}

/// What stands in the element with the id `code`.
pub(crate) fn code(page: &Answer) -> String {
    page.text.split("id=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

both! { async fn r41_a_code_is_told_once_and_a_suspension_keeps_its_owner_out(t: Tour) {
    let pupil = t.person("student").clone();
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, &address).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let form = page.field("form");
    let shown = press(&t, &mut head, &page, &format!("{address}/code"), &[("form", &form)]).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let again = press(&t, &mut head, &page, &format!("{address}/code"), &[("form", &form)]).await;
    assert_eq!(code(&again), code(&shown), "pressed twice, one code");
    assert!(!head.get(&t, &address).await.text.contains(&code(&shown)), "r41: nowhere to be read again");

    let mut own = Browser::default();
    let csrf = own.get(&t, "/activate").await.field("csrf");
    let entered = [("csrf", csrf.as_str()), ("username", &pupil.sector_id), ("code", &code(&shown))];
    let confirm = own.post(&t, "/activate", &entered).await;
    assert_eq!(confirm.status, 200, "{}", confirm.text);
    let (csrf, ticket) = (confirm.field("csrf"), confirm.field("ticket"));
    let chosen = [("csrf", csrf.as_str()), ("ticket", &ticket), ("new", "hoa no mua he")];
    assert_eq!(own.post(&t, "/activate/password", &chosen).await.status, 200);
    assert_eq!(own.post(&t, "/activate", &entered).await.status, 422, "spent");
    let spent = press(&t, &mut head, &page, &format!("{address}/code"), &[("form", &form)]).await;
    assert!(spent.header("location").ends_with("done=nothing"), "the press of before tells no new code");

    let (app, mut at_school) = (RelyingParty::new(&t, "app").await, Browser::default());
    at_school.sign_in(&t, "/sign-in", &pupil.sector_id, "hoa no mua he").await;
    let tokens = app.tokens(&t, &mut at_school, "&scope=openid%20offline_access").await;
    let nothing = press(&t, &mut head, &page, &format!("{address}/suspend"), &[("reason", "  ")]).await;
    assert_eq!(nothing.status, 422);
    for _ in 0..2 {
        let done = press(&t, &mut head, &page, &format!("{address}/suspend"), &[("reason", "Mất máy")]).await;
        assert_eq!((done.status, done.header("location")), (303, format!("{address}?done=suspended").as_str()));
    }
    assert!(at_school.get(&t, "/portal").await.text.contains("login-submit"), "signed out");
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(own.sign_in(&t, "/sign-in", &pupil.sector_id, "hoa no mua he").await.status, 422);
    assert!(head.get(&t, &format!("{address}?done=suspended")).await.text.contains("Đã tạm khoá"));
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/resume"), &[]).await.status, 303);
    assert_eq!(own.sign_in(&t, "/sign-in", &pupil.sector_id, "hoa no mua he").await.status, 303);
    let told = own.get(&t, "/account").await.text;
    assert!(told.contains("Tài khoản đã bị tạm khoá") && told.contains("Tài khoản đã được mở lại"));
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/sessions"), &[]).await.status, 303);
    assert!(own.get(&t, "/portal").await.text.contains("login-submit"), "signed out everywhere");
    let subject = format!("account:{}", whose(&t, &pupil.sector_id).await.0);
    let events = t.sv.store.read(subject, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
    let events = events.await.unwrap();
    let of = |action: &str| events.iter().filter(|event| event.action == action).count();
    let counts = ["account.code_issued", "account.suspended", "account.resumed", "account.signed_out"].map(of);
    assert_eq!(counts, [1, 1, 1, 1], "one line each, however often it was pressed");
    assert!(events.iter().all(|event| !event.detail.contains(&code(&shown))), "r50: no code in the audit");
} }

both! { async fn r51_a_form_of_somebody_elses_or_of_before_tells_no_code_unseen(t: Tour) {
    // Both have a code already, printed and in somebody's drawer.
    for role in ["student", "staff"] {
        let turn = (whose(&t, &t.person(role).sector_id).await.0, t.clock.now());
        t.sv.store.write(turn, async |tx: &mut Tx, (account, now)| {
            let change = accounts::Transition { account: *account, from: AccountState::Active, to: AccountState::Pending, reason: None, over: None, now: *now };
            assert!(accounts::transition(tx, &change).await?);
            accounts::issue_activation(tx, *account, *now + Duration::from_hours(24), *now).await
        }).await.unwrap();
    }
    let mut head = signed_in(&t, "school_admin").await;
    let (one, other) = (person(&t, "student").await, person(&t, "staff").await);
    let page = head.get(&t, &format!("/console/people/{one}")).await;
    let issued = async |person, browser: &mut Browser, page: &Answer| {
        press(&t, browser, page, &format!("/console/people/{person}/code"), &[("form", "the-same-form")]).await
    };
    let first = issued(one, &mut head, &page).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let lines = async |role: &str| {
        let subject = phuong::services::audit::account(whose(&t, &t.person(role).sector_id).await.0);
        let events = t.sv.store.read(subject, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
        events.await.unwrap().iter().filter(|event| event.action == "account.code_issued").count()
    };
    assert_eq!((lines("student").await, lines("staff").await), (1, 0));
    // The form is spent, but not for this person: their code is a new one, and the audit trail has it.
    assert_eq!(issued(other, &mut head, &page).await.status, 200);
    assert_eq!(lines("staff").await, 1, "no code is told without its line");
    // A code that somebody else issued since is not told to who sends an old form again.
    let mut sector = signed_in(&t, "sector_admin").await;
    let theirs = sector.get(&t, &format!("/console/people/{one}")).await;
    let newer = issued(one, &mut sector, &theirs).await;
    assert_eq!((newer.status, lines("student").await), (200, 2));
    let again = issued(one, &mut head, &page).await;
    assert!(!again.text.contains(&code(&newer)), "told without a line");
    assert!(again.header("location").ends_with("done=nothing"), "{} {}", again.status, again.text);
} }

both! { async fn r38_what_lies_outside_is_not_found_by_any_address(t: Tour) {
    let elsewhere = person(&t, "sector_admin").await;
    let mut head = signed_in(&t, "school_admin").await;
    let home = head.get(&t, &format!("/console/people/{}", person(&t, "student").await)).await;
    let nobody: phuong::base::id::PersonId = t.sv.ids.next();
    let mut seen = Vec::new();
    for id in [elsewhere.to_string(), nobody.to_string(), "x".to_owned()] {
        let page = head.get(&t, &format!("/console/people/{id}")).await;
        assert_eq!(page.status, 404, "{id}");
        let code = head.get(&t, "/nowhere").await.text.len();
        seen.push(page.text.len().abs_diff(code) < 200);
        for deed in ["code", "suspend", "resume", "sessions"] {
            let form = [("form", "f"), ("reason", "r")];
            let typed = match deed { "code" => &form[..1], "suspend" => &form[1..], _ => &form[..0] };
            assert_eq!(press(&t, &mut head, &home, &format!("/console/people/{id}/{deed}"), typed).await.status, 404);
        }
    }
    assert!(seen.iter().all(|alike| *alike));
    let theirs = t.person("sector_admin").school_code.clone();
    let mut answers = Vec::new();
    for code in [theirs.as_str(), "00000000"] {
        let page = head.get(&t, &format!("/console/people?school={code}")).await.text;
        assert!(page.contains(&format!("Không có trường nào khớp «{code}»")) && !page.contains("<tbody"), "{page}");
        answers.push(page.replace(code, ""));
    }
    assert_eq!(answers[0], answers[1], "a foreign school looks like none");
    let page = head.get(&t, "/console/people").await;
    assert!(page.text.contains(&t.person("student").name) || page.text.contains("after="), "{}", page.text);
    assert!(!head.get(&t, &format!("/console/people?q={}", &t.person("sector_admin").sector_id)).await.text.contains("<tbody"));
} }

both! { async fn r38_whoever_administers_nothing_finds_no_console_and_a_school_sees_its_own_numbers(t: Tour) {
    for role in ["student", "teacher", "staff"] {
        let mut browser = signed_in(&t, role).await;
        assert!(!browser.get(&t, "/portal").await.text.contains("to-console"));
        for path in ["/console", "/console/people", "/console/people/x"] {
            assert_eq!(browser.get(&t, path).await.status, 404, "{role} {path}");
        }
        let form = browser.get(&t, "/account/password").await;
        for deed in ["code", "suspend", "resume", "sessions"] {
            let path = format!("/console/people/{}/{deed}", person(&t, "student").await);
            assert_eq!(press(&t, &mut browser, &form, &path, &[]).await.status, 404, "{role} {path}");
        }
    }
    let mut sector = signed_in(&t, "sector_admin").await;
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, "/portal").await.text.contains("to-console"));
    let (all, own) = (sector.get(&t, "/console").await, head.get(&t, "/console").await);
    assert_eq!((all.status, own.status), (200, 200), "{}", all.text);
    assert_ne!(all.text, own.text);
} }

both! { async fn people_are_searched_in_a_school_that_is_typed_by_code_or_name_and_by_the_state_of_the_account(t: Tour) {
    let mut sector = signed_in(&t, "sector_admin").await;
    let code = t.person("student").school_code.clone();
    let by_code = sector.get(&t, &format!("/console/people?school={code}")).await.text;
    let name = by_code.split("người trên trang này · ").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(by_code.contains("<tbody") && !by_code.contains(&t.person("sector_admin").name));
    let words: Vec<&str> = name.split_whitespace().rev().collect();
    let query = serde_urlencoded::to_string([("school", words.join(" ").to_lowercase())]).unwrap();
    let by_name = sector.get(&t, &format!("/console/people?{query}")).await.text;
    let rows = |page: &str| page.split("<tbody").nth(1).unwrap().split("</tbody").next().unwrap().to_owned();
    assert_eq!(rows(&by_name), rows(&by_code));

    let several = sector.get(&t, "/console/people?q=nguyen&school=truong&state=pending").await.text;
    assert!(several.contains("Nhiều trường khớp") && !several.contains("<tbody"), "{several}");
    let link = format!("/console/people?q=nguyen&#38;school={code}&#38;state=pending");
    assert!(several.contains(&link), "the choice keeps the rest of the question: {several}");
    let chosen = sector.get(&t, &link.replace("&#38;", "&")).await.text;
    assert!(chosen.contains("value=\"pending\" selected") && rows(&chosen).contains("Chưa kích hoạt"), "{chosen}");
    assert!(!rows(&chosen).contains("Đang dùng") && rows(&chosen).matches("Nguyễn").count() > 1);
    let suspended = sector.get(&t, "/console/people?state=suspended").await.text;
    assert!(suspended.contains("Không tìm thấy ai khớp") && !suspended.contains("<tbody"));
    assert!(sector.get(&t, "/console").await.text.contains("href=\"/console/people?state=pending\""));
    let short = sector.get(&t, "/console/people?q=12").await.text;
    assert!(short.contains("ít nhất 4 ký tự") && !short.contains("Không tìm thấy ai khớp"));
    let mut head = signed_in(&t, "school_admin").await;
    assert!(!head.get(&t, "/console/people").await.text.contains("name=\"school\""), "nothing to choose");
} }

both! { async fn r40_a_field_that_the_page_has_not_is_refused(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, &address).await;
    for extra in ["role", "school", "verified", "sub", "state"] {
        let typed = [("reason", "x"), (extra, "sector_admin")];
        assert_eq!(press(&t, &mut head, &page, &format!("{address}/suspend"), &typed).await.status, 400, "{extra}");
    }
    assert!(head.get(&t, &address).await.text.contains("/suspend"), "nothing was done");
    let typed = [("reason", "x"), ("reason", "y")];
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/suspend"), &typed).await.status, 400, "said twice");
} }

both! { async fn r26_a_deed_needs_a_form_of_this_browser(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    let mut other = signed_in(&t, "school_admin").await;
    let theirs = other.get(&t, &address).await.field("csrf");
    for csrf in ["", "x", theirs.as_str()] {
        let form = [("csrf", csrf), ("reason", "x")];
        assert_eq!(head.post(&t, &format!("{address}/suspend"), &form).await.status, 403);
    }
} }

both! { async fn r43_the_way_of_the_first_administrator_is_closed_where_there_is_one_and_stays_closed(t: Tour) {
    assert!(administrators::open_way(&t.sv).await.unwrap().is_none(), "the sample has an administrator");
    let account = whose(&t, &t.person("sector_admin").sector_id.clone()).await.0;
    let turn = (account, org_of(&t, "sector_admin").await, t.clock.now());
    let ended = t.sv.store.write(turn, async |tx: &mut Tx, (account, org, now)| {
        phuong::store::delegations::end(tx, *account, *org, "sector_admin", *now).await
    });
    assert!(ended.await.unwrap());
    assert!(administrators::open_way(&t.sv).await.unwrap().is_none(), "also after they have gone");
    let mut browser = Browser::default();
    let closed = browser.get(&t, "/console/first?token=x").await;
    assert!(closed.status == 404 && closed.text.contains("phuong init --link"), "{}", closed.text);
    assert_eq!(browser.get(&t, "/console/first").await.status, 404);
} }

both! { async fn r43_of_many_at_once_one_becomes_the_first_administrator(database: Database) {
    let t = Tour::beside(&database).await;
    let turn = administrators::open_way(&t.sv).await.unwrap().unwrap();
    let address = format!("/console/first?token={}", turn.expose());
    let mut browsers: Vec<Browser> = vec![Browser::default(); 8];
    let mut pages = Vec::new();
    for browser in &mut browsers {
        pages.push(browser.get(&t, &address).await);
        assert_eq!(pages.last().unwrap().status, 200, "a look spends nothing");
    }
    let bad = [("token", turn.expose()), ("sector_id", "31"), ("name", " "), ("new", "short")];
    let refused = press(&t, &mut browsers[0], &pages[0], "/console/first", &bad).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.text.matches("field-error").count(), 3, "all mistakes at once: {}", refused.text);
    let tries = browsers.iter_mut().zip(&pages).enumerate().map(|(n, (browser, page))| {
        let (t, turn) = (&t, &turn);
        async move {
            let id = format!("QT-00000{n}");
            let typed = [("token", turn.expose()), ("sector_id", &id), ("name", "Nguyễn Quản Trị"), ("new", "hoa no mua he")];
            press(t, browser, page, "/console/first", &typed).await.status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 303 | 404)), "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 303).unwrap();
    assert_eq!(browsers[winner].get(&t, "/console").await.status, 200, "signed in, and an administrator");
    assert_eq!(browsers[0].get(&t, &address).await.status, 404, "closed");
} }

both! { async fn the_first_administrator_is_asked_whether_vietnamese_letters_are_meant(database: Database) {
    let t = Tour::beside(&database).await;
    let turn = administrators::open_way(&t.sv).await.unwrap().unwrap();
    let mut browser = Browser::default();
    let page = browser.get(&t, &format!("/console/first?token={}", turn.expose())).await;
    let typed = [("token", turn.expose()), ("sector_id", "QT-000001"), ("name", "Nguyễn Quản Trị"), ("new", "hoa nở mùa hè")];
    let asked = press(&t, &mut browser, &page, "/console/first", &typed).await;
    assert_eq!(asked.status, 422, "{}", asked.text);
    assert_eq!(asked.field("accents"), "yes", "typed again, it is an answer");
    assert!(asked.text.contains("value=\"QT-000001\""), "nothing else is lost: {}", asked.text);
    let meant: Vec<_> = typed.into_iter().chain([("accents", "yes")]).collect();
    assert_eq!(press(&t, &mut browser, &asked, "/console/first", &meant).await.status, 303);
    assert_eq!(browser.get(&t, "/console").await.status, 200);
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", "QT-000001", "hoa nở mùa hè").await.status, 303);
} }
