//! What is brought and cannot be worked at: too large, failing again and again, stopped, or asked for by somebody who may
//! not any more.

use std::{fs, sync::Arc, time::Duration};

use phuong::{
    admin::accounts,
    base::{
        clock::Moment,
        id::{AccountId, ImportId, OrgId},
    },
    model::school_code::SchoolCode,
    roster::{self, Ask, ImportError, Importer, Progress, Watch},
    services::authority::{AdminRole, Denied, Standing, Suspend},
    store::{Tx, delegations, import_tasks},
};

use super::{
    console::signed_in,
    give,
    imports::{HEADER, bring, press, work},
    org_of, whose,
};
use crate::{
    roster::content::rows,
    support::{callers::Browser, database::Backend, tour::Tour},
};

#[tokio::test]
async fn r45_r53_files_larger_than_may_be_are_refused_as_they_come_and_leave_nothing() {
    let Some(t) = Tour::on(Backend::Sqlite).await else { return };
    let mut head = signed_in(&t, "school_admin").await;
    let half = vec![b'x'; 50 << 20];
    let answer = bring(&t, &mut head, "", &[("a.csv", &half), ("b.csv", &half)]).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.text.contains("vượt quá 96 MiB") && answer.text.contains("name=\"files\""), "{}", answer.text);
    for table in
        ["SELECT name FROM import_files", "SELECT 'piece' FROM import_pieces", "SELECT state FROM import_tasks"]
    {
        assert_eq!(rows(&t.sv.store, table).await.unwrap(), [""; 0], "{table}");
    }
}

both! { async fn an_import_that_keeps_failing_rests_until_it_is_tried_again(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = format!("{HEADER}{school}|3A|3199000001||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n");
    let brought = bring(&t, &mut head, "", &[("a.csv", row.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    let id: phuong::base::id::ImportId = address.rsplit('/').next().unwrap().parse().unwrap();
    // A piece that was sealed under another key: no node can open it.
    let piece = import_tasks::Piece { task: id, file: 0, number: 1, content: b"not sealed".to_vec() };
    t.sv.store.write(piece, async |tx: &mut Tx, piece| import_tasks::add_piece(tx, piece).await).await.unwrap();
    let mut pauses = Vec::new();
    for seconds in [15, 30, 60, 120, 240, 480] {
        assert_eq!(work(&t).await, 1);
        assert_eq!(work(&t).await, 0, "it pauses");
        t.advance(Duration::from_secs(seconds));
        pauses.push(seconds);
    }
    t.advance(Duration::from_hours(1));
    assert_eq!(work(&t).await, 0, "it rests after {pauses:?}");
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("Chưa làm được") && page.text.contains("id=\"import-retry\""), "{}", page.text);
    assert!(!page.text.contains("data-follows"), "nothing is under way");
    let code = page.text.split("Mã hỗ trợ: <span class=\"code\">").nth(1).map(|rest| rest.split('<').next().unwrap());
    assert!(code.is_some_and(|code| code.chars().filter(char::is_ascii_uppercase).count() == 8), "{}", page.text);
    assert!(head.get(&t, "/console/imports").await.text.contains("Chưa làm được"));
    let again = head.post(&t, &format!("{address}/retry"), &[("csrf", &page.field("csrf"))]).await;
    assert_eq!(again.status, 303, "{}", again.text);
    assert_eq!(work(&t).await, 1, "once more");
    let twice = head.post(&t, &format!("{address}/retry"), &[("csrf", &page.field("csrf"))]).await;
    assert_eq!(twice.status, 303, "pressed twice: it is under way");
    for seconds in [15, 30, 60, 120, 240, 480] {
        t.advance(Duration::from_secs(seconds));
        work(&t).await;
    }
    let page = head.get(&t, &address).await;
    let gone = press(&t, &mut head, &page, &format!("{address}/discard"), &[]).await;
    assert_eq!(gone.header("location"), "/console/imports", "{}", gone.text);
} }

both! { async fn r51_an_import_is_stopped_and_gone_on_with(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = format!("{HEADER}{school}|3A|3199000001||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n");
    let brought = bring(&t, &mut head, "", &[("a.csv", row.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("id=\"import-pause\""), "{}", page.text);
    let jobs = head.get(&t, "/console/jobs").await;
    assert!(jobs.text.contains(&format!("action=\"{address}/pause\"")), "{}", jobs.text);
    let turn = async |head: &mut Browser, deed: &str| {
        let page = head.get(&t, &address).await;
        head.post(&t, &format!("{address}/{deed}"), &[("csrf", &page.field("csrf"))]).await.status
    };
    assert_eq!(turn(&mut head, "pause").await, 303);
    assert_eq!(work(&t).await, 0, "no node takes it on");
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("Đang tạm dừng") && !page.text.contains("data-follows"), "{}", page.text);
    let jobs = head.get(&t, "/console/jobs").await;
    assert!(jobs.text.contains(&format!("action=\"{address}/resume\"")), "{}", jobs.text);
    assert_eq!(turn(&mut head, "resume").await, 303);
    assert_eq!(work(&t).await, 1);
    assert!(head.get(&t, &address).await.text.contains("id=\"import-commit\""));
    // Nobody works at it any more: it is where it was, whatever an old page asks.
    assert_eq!(turn(&mut head, "pause").await, 303);
    let page = head.get(&t, &address).await;
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/commit"), &[]).await.status, 303);
    assert_eq!(turn(&mut head, "pause").await, 303);
    assert_eq!(work(&t).await, 0);
    assert_eq!(turn(&mut head, "resume").await, 303);
    assert_eq!(work(&t).await, 1);
    assert!(head.get(&t, &address).await.text.contains("id=\"to-slips\""), "it is written");
    let told = "SELECT action FROM audit_events WHERE action IN ('import.paused', 'import.resumed') ORDER BY action";
    let told = rows(&t.sv.store, told).await.unwrap();
    assert_eq!(told, ["import.paused", "import.paused", "import.resumed", "import.resumed"], "r51, and nothing for what did not apply");
} }

const PUPILS: usize = 3_000;

/// How many of them are written.
async fn written(t: &Tour) -> usize {
    let sql = "SELECT CAST(count(*) AS TEXT) FROM identifiers i JOIN accounts a ON a.person_id = i.person_id
               WHERE i.value LIKE '319%' AND i.status <> 'superseded' AND a.state <> 'deactivated'";
    rows(&t.sv.store, sql).await.unwrap()[0].parse::<usize>().unwrap()
}

/// A list of so many of their pupils.
fn list(t: &Tour, pupils: usize) -> String {
    let school = &t.person("school_admin").school_code;
    (0..pupils).fold(HEADER.to_owned(), |list, n| {
        list + &format!("{school}|3A|31{:08}||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n", 90_000_000 + n)
    })
}

/// An import of theirs that waits to be written; its address.
async fn agreed_to(t: &Tour, head: &mut Browser, pupils: usize) -> String {
    let brought = bring(t, head, "", &[("a.csv", list(t, pupils).as_bytes())]).await;
    let address = brought.header("location").to_owned();
    work(t).await;
    let page = head.get(t, &address).await;
    assert_eq!(press(t, head, &page, &format!("{address}/commit"), &[]).await.status, 303);
    address
}

/// An import of theirs that was stopped while it was written; its address.
async fn stopped_half_way(t: &Tour, head: &mut Browser) -> String {
    let address = agreed_to(t, head, PUPILS).await;
    let stop = async {
        while written(t).await == 0 {}
        let page = head.get(t, &address).await;
        head.post(t, &format!("{address}/pause"), &[("csrf", &page.field("csrf"))]).await
    };
    let (_, stopped) = tokio::join!(work(t), stop);
    assert_eq!(stopped.status, 303);
    let half = written(t).await;
    assert!((1..PUPILS).contains(&half), "{half}");
    address
}

async fn resume(t: &Tour, browser: &mut Browser, address: &str) -> u16 {
    let page = browser.get(t, address).await;
    assert!(page.text.contains("Đang tạm dừng"), "{}", page.text);
    browser.post(t, &format!("{address}/resume"), &[("csrf", &page.field("csrf"))]).await.status
}

both! { async fn an_import_that_is_stopped_while_it_is_written_keeps_what_was_written(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let address = stopped_half_way(&t, &mut head).await;
    assert_eq!(resume(&t, &mut head, &address).await, 303);
    assert_eq!(work(&t).await, 1);
    assert_eq!(written(&t).await, PUPILS);
} }

both! { async fn what_was_written_half_way_is_taken_back_and_never_thrown_away(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let address = stopped_half_way(&t, &mut head).await;
    let page = head.get(&t, &address).await;
    press(&t, &mut head, &page, &format!("{address}/discard"), &[]).await;
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("id=\"import-undo\""), "{}", page.text);
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/undo"), &[]).await.status, 303);
    work(&t).await;
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("Đã đưa") && !page.text.contains("import-resume"), "{}", page.text);
    assert_eq!(written(&t).await, 0);
    let open = "SELECT state FROM import_batches WHERE state = 'running'";
    assert!(rows(&t.sv.store, open).await.unwrap().is_empty(), "the same list is a new import");
} }

both! { async fn r38_who_lost_the_right_half_way_stops_it_and_whoever_has_it_goes_on_and_takes_it_back(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let address = stopped_half_way(&t, &mut head).await;
    assert_eq!(resume(&t, &mut head, &address).await, 303);
    let (account, org) = (whose(&t, &t.person("school_admin").sector_id).await.0, org_of(&t, "school_admin").await);
    let end = async |tx: &mut Tx, (account, org, now): &(_, _, _)| {
        delegations::end(tx, *account, *org, "school_admin", *now).await
    };
    assert!(t.sv.store.write((account, org, t.clock.now()), end).await.unwrap());
    let half = written(&t).await;
    assert_eq!(work(&t).await, 1);
    assert_eq!(written(&t).await, half, "nothing more");
    let mut office = signed_in(&t, "sector_admin").await;
    let page = office.get(&t, &address).await;
    assert!(page.text.contains("không còn quyền nhập"), "{}", page.text);
    assert_eq!(resume(&t, &mut office, &address).await, 303);
    assert_eq!(work(&t).await, 1);
    assert_eq!(written(&t).await, PUPILS);
    let batches = "SELECT state FROM import_batches WHERE kind = 'pupils' AND file_name = 'a.csv'";
    assert_eq!(rows(&t.sv.store, batches).await.unwrap(), ["done"], "one run, gone on with");
    let page = office.get(&t, &address).await;
    assert_eq!(press(&t, &mut office, &page, &format!("{address}/undo"), &[]).await.status, 303);
    work(&t).await;
    assert_eq!(written(&t).await, 0, "with the half before");
} }

/// Their account, and what they administer.
async fn right_of(t: &Tour) -> (AccountId, OrgId) {
    (whose(t, &t.person("school_admin").sector_id).await.0, org_of(t, "school_admin").await)
}

/// Takes their right as soon as something is so; when. Whatever is begun from then on is begun later.
async fn lose(t: &Tour, (account, org): (AccountId, OrgId), so: impl AsyncFn() -> bool) -> Moment {
    while !so().await {}
    let at = t.clock.now();
    let end = async |tx: &mut Tx, (account, org, at): &(AccountId, OrgId, Moment)| {
        delegations::end(tx, *account, *org, "school_admin", *at).await
    };
    assert!(t.sv.store.write((account, org, at), end).await.unwrap());
    t.advance(Duration::from_secs(1));
    at
}

/// How many of these moments are later.
fn later(moments: &[String], than: Moment) -> usize {
    moments.iter().filter(|at| at.parse::<i64>().unwrap() > than.micros()).count()
}

/// When each person was written.
async fn births(t: &Tour) -> Vec<String> {
    rows(&t.sv.store, "SELECT CAST(created_at AS TEXT) FROM persons").await.unwrap()
}

both! { async fn r39_a_right_that_ends_between_two_units_ends_the_writing_with_it(t: Tour) {
    let (mut head, right) = (signed_in(&t, "school_admin").await, right_of(&t).await);
    let address = agreed_to(&t, &mut head, PUPILS).await;
    let (_, lost) = tokio::join!(work(&t), lose(&t, right, async || written(&t).await > 0));
    let half = written(&t).await;
    assert!((1..PUPILS).contains(&half), "{half}");
    assert_eq!(later(&births(&t).await, lost), 0, "nothing more is written in their name");
    assert_eq!(work(&t).await, 0, "it waits for somebody who may");
    assert_eq!(head.get(&t, &address).await.status, 404);
    let mut office = signed_in(&t, "sector_admin").await;
    let page = office.get(&t, &address).await;
    assert!(page.text.contains("không còn quyền nhập"), "{}", page.text);
    assert_eq!(resume(&t, &mut office, &address).await, 303);
    assert_eq!(work(&t).await, 1);
    assert_eq!(written(&t).await, PUPILS, "by their right, and once");
} }

both! { async fn r39_each_unit_asks_whether_it_may_still_be_written(t: Tour) {
    let ((account, person), right) = (whose(&t, &t.person("school_admin").sector_id).await, right_of(&t).await);
    let standing = Standing::of_account(&t.sv, account, person).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, list(&t, PUPILS)).unwrap();
    let ask = Ask {
        files: vec![file],
        school: SchoolCode::read(&t.person("school_admin").school_code).ok(),
        commit: true,
        by: Importer::Signed(standing.under(&t.sv, right.1).await.unwrap()),
        ..Ask::default()
    };
    // Nobody watches who would stop it.
    let mut told = |_: Progress| {};
    let importing = roster::import(&t.sv, &ask, Watch { told: &mut told, stop: Arc::default() });
    let (outcome, lost) = tokio::join!(importing, lose(&t, right, async || written(&t).await > 0));
    assert!(matches!(outcome, Err(ImportError::Denied(Denied::Missing))), "{outcome:?}");
    let half = written(&t).await;
    assert!((1..PUPILS).contains(&half), "{half}");
    assert_eq!(later(&births(&t).await, lost), 0);
    // Nor for somebody who has the right and is suspended.
    give(&t, "school_admin", AdminRole::SchoolAdmin, right.1).await;
    assert_eq!(org_of(&t, "school_admin").await, right.1);
    let over = Standing::danger_command_line().over::<Suspend>(&t.sv, person).await.unwrap();
    accounts::suspend(&t.sv, &over, "Nghỉ việc").await.unwrap();
    let outcome = roster::import(&t.sv, &ask, Watch { told: &mut told, stop: Arc::default() }).await;
    assert!(matches!(outcome, Err(ImportError::Denied(Denied::Missing))), "{outcome:?}");
    assert_eq!(written(&t).await, half);
} }

both! { async fn r39_a_right_that_ends_while_a_list_is_taken_back_ends_that_too(t: Tour) {
    const SOME: usize = 1_000;
    let (mut head, right) = (signed_in(&t, "school_admin").await, right_of(&t).await);
    let address = agreed_to(&t, &mut head, SOME).await;
    work(&t).await;
    assert_eq!(written(&t).await, SOME);
    let page = head.get(&t, &address).await;
    assert_eq!(press(&t, &mut head, &page, &format!("{address}/undo"), &[]).await.status, 303);
    let (_, lost) = tokio::join!(work(&t), lose(&t, right, async || written(&t).await < SOME));
    let left = written(&t).await;
    assert!((1..SOME).contains(&left), "{left}");
    let gone = "SELECT CAST(at AS TEXT) FROM audit_events WHERE action = 'account.unmade'";
    assert_eq!(later(&rows(&t.sv.store, gone).await.unwrap(), lost), 0, "nobody more is removed in their name");
    let mut office = signed_in(&t, "sector_admin").await;
    let page = office.get(&t, &address).await;
    assert_eq!(press(&t, &mut office, &page, &format!("{address}/undo"), &[]).await.status, 303);
    work(&t).await;
    assert_eq!(written(&t).await, 0, "whoever may takes the rest back");
} }

both! { async fn an_import_that_was_let_go_is_not_held_by_what_a_node_says_of_it_a_moment_later(t: Tour) {
    let mut head = signed_in(&t, "school_admin").await;
    let address = agreed_to(&t, &mut head, 3).await;
    let now = t.clock.now();
    let until = now + Duration::from_secs(30);
    let lease = async |tx: &mut Tx, (now, until): &(Moment, Moment)| import_tasks::lease(tx, *now, *until).await;
    let id = t.sv.store.write((now, until), lease).await.unwrap().expect("one that waits");
    let turn = async |tx: &mut Tx, (id, now, until): &(ImportId, Moment, Moment)| {
        let held = import_tasks::progress(tx, (*id, "write"), (1, 3), (*now, *until)).await?;
        import_tasks::let_go(tx, *id, *now).await?;
        Ok((held, import_tasks::progress(tx, (*id, "write"), (2, 3), (*now, *until)).await?))
    };
    assert_eq!(t.sv.store.write((id, now, until), turn).await.unwrap(), (true, false));
    assert_eq!(work(&t).await, 1, "whoever comes next takes it: {address}");
    assert_eq!(written(&t).await, 3);
} }
