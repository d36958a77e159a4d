//! Looking through the audit trail by the API, within the caller's reach.

use std::time::Duration;

use serde_json::{Value, json};

use phuong::{
    model::role::Role,
    people::memberships::{self, Event},
    services::{audit::Actor, authority::AdminRole},
};

use super::{Call, console, every_scope, imports, is, other_school, problem, token};
use crate::{
    admin::{console::signed_in, give, org_of, person},
    support::tour::Tour,
};

const EVENTS: &str = "/api/v1/events";

async fn found(t: &Tour, query: &str, token: &str) -> Vec<Value> {
    let answer = Call::get(&format!("{EVENTS}{query}"), token).send(t).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

both! { async fn r51_what_was_done_is_found_by_who_did_it_to_whom_and_when(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "audit:read people:write").await;
    let (pupil, head) = (t.person("student").sector_id.clone(), t.person("school_admin").sector_id.clone());
    let address = format!("/api/v1/people/{}", person(&t, "student").await);
    for (deed, body) in [("suspend", Some(json!({ "reason": "Mất máy" }))), ("resume", None), ("sign-out", None)] {
        assert_eq!(Call::post(&format!("{address}/{deed}"), &token, body).send(&t).await.status / 100, 2);
        t.clock.advance(Duration::from_secs(1));
    }
    let today = t.clock.now().day();
    let all = found(&t, &format!("?person={pupil}&actor={head}&from={today}&to={today}"), &token).await;
    let actions: Vec<&str> = all.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["account.signed_out", "account.resumed", "account.suspended"], "the latest first");
    let (mut walked, mut after) = (Vec::new(), String::new());
    loop {
        let page = Call::get(&format!("{EVENTS}?person={pupil}&actor={head}&limit=1{after}"), &token).send(&t).await.json();
        walked.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(walked, all);
    // Whose the accounts are, and by a right over which school.
    let (them, own) = (t.person("student"), t.person("school_admin"));
    assert_eq!((&all[2]["actor_name"], &all[2]["subject_name"]), (&json!(own.name), &json!(them.name)), "{:?}", all[2]);
    let people = ["actor_person", "subject_person"].map(|name| all[2][name].as_str().unwrap().to_owned());
    assert_eq!(people, [person(&t, "school_admin").await, person(&t, "student").await].map(|id| id.to_string()));
    assert!(all[2]["org_code"] == *own.school_code && all[2]["org_name"].is_string(), "{:?}", all[2]);
    let one = Call::get(&format!("{EVENTS}/{}", all[2]["id"].as_str().unwrap()), &token).send(&t).await;
    assert_eq!(one.json(), all[2]);
    assert_eq!(found(&t, &format!("?person={pupil}&action=account.suspended"), &token).await.len(), 1);
    assert!(found(&t, &format!("?person={pupil}&to=2020-01-01"), &token).await.is_empty());
    assert!(found(&t, &format!("?person={pupil}&failed=true"), &token).await.is_empty());
    for (wrong, told) in [("from=never", is(400, "bad-request")), ("role=x", is(400, "bad-request"))] {
        assert_eq!(problem(&Call::get(&format!("{EVENTS}?{wrong}"), &token).send(&t).await), told, "r40 {wrong}");
    }
} }

both! { async fn r38_what_happened_elsewhere_is_not_found(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "sector_admin", "audit:read").await);
    let theirs = t.person("sector_admin").sector_id.clone();
    let seen = found(&t, &format!("?person={theirs}"), &chief).await;
    assert!(!seen.is_empty(), "they signed in");
    assert!(found(&t, &format!("?person={theirs}"), &head).await.is_empty());
    let foreign = format!("{EVENTS}/{}", seen[0]["id"].as_str().unwrap());
    assert_eq!(problem(&Call::get(&foreign, &head).send(&t).await), is(404, "not-found"));
    let mine = found(&t, "?limit=200", &head).await;
    let subject = format!("account:{}", crate::admin::whose(&t, &theirs).await.0);
    assert!(!mine.is_empty() && mine.iter().all(|event| event["subject"] != subject), "{mine:?}");
    // An ID that nobody has is to a school as one that somebody elsewhere has: only the sector is told of a typing error.
    for (word, pointer) in [("person", "/person"), ("actor", "/actor")] {
        let asked = format!("{EVENTS}?{word}=3199999999");
        assert!(found(&t, &format!("?{word}={theirs}"), &head).await.is_empty(), "{word}");
        assert!(found(&t, &format!("?{word}=3199999999"), &head).await.is_empty(), "{word}");
        let own = format!("{asked}&school={}", t.person("school_admin").school_code);
        for whole in [&asked, &own] {
            let answer = Call::get(whole, &chief).send(&t).await;
            assert_eq!(problem(&answer), is(422, "bad-fields"), "{whole}");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{whole}");
        }
        assert!(found(&t, &own[EVENTS.len()..], &head).await.is_empty(), "{word}");
    }
    for school in [other_school(&t).await.as_str(), "00000000"] {
        assert_eq!(problem(&Call::get(&format!("{EVENTS}?school={school}"), &head).send(&t).await), is(404, "not-found"));
    }
    let events = format!("/api/v1/people/{}/events", person(&t, "sector_admin").await);
    assert_eq!(problem(&Call::get(&events, &head).send(&t).await), is(404, "not-found"));
} }

both! { async fn r38_r51_a_school_finds_what_was_done_with_its_lists_and_another_does_not(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "audit:read imports:write").await;
    give(&t, "staff", AdminRole::Auditor, crate::admin::other_school(&t, "school_admin").await).await;
    let foreign = token(&t, &app, "staff", "audit:read").await;
    // The homeroom teacher, who administers nothing, prints for the class and takes its list.
    let mut teacher = signed_in(&t, "teacher").await;
    let page = teacher.get(&t, "/class").await;
    let (csrf, form, class) = (page.field("csrf"), page.field("form"), page.field("class"));
    let slips = [("csrf", csrf.as_str()), ("form", &form), ("class", &class), ("whom", "everybody")];
    assert_eq!(teacher.post(&t, "/class/slips", &slips).await.status, 200);
    assert_eq!(teacher.post(&t, "/class/badges", &[("csrf", &csrf), ("class", &class)]).await.status, 200);
    assert_eq!(teacher.get(&t, &format!("/class/export?id={class}")).await.status, 200);
    let school = t.person("school_admin").school_code.clone();
    let list = imports::list(&school);
    assert_eq!(imports::send(&t, &head, &[("school", &school)], list.as_bytes()).await.status, 201);
    for action in ["slips.printed", "badges.printed", "people.exported", "import.uploaded"] {
        let own = found(&t, &format!("?action={action}"), &head).await;
        assert_eq!(own.len(), 1, "{action}: {own:?}");
        assert!(found(&t, &format!("?action={action}"), &foreign).await.is_empty(), "{action}");
    }
    // What the files are called may name a pupil, and nothing ever leaves the trail.
    let sent = found(&t, "?action=import.uploaded", &head).await;
    assert_eq!(sent[0]["detail"], json!({ "files": 1, "bytes": list.len() }));
} }

both! { async fn r38_r51_what_a_teacher_did_stays_with_the_school_where_it_was_done(t: Tour) {
    let app = console(&t).await;
    let (from, to) = (org_of(&t, "school_admin").await, crate::admin::other_school(&t, "school_admin").await);
    let (head, teacher) =
        (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "teacher", &every_scope()).await);
    let pupil = person(&t, "student").await;
    let mut browser = signed_in(&t, "teacher").await;
    let page = browser.get(&t, "/class").await;
    let form = [("csrf", page.field("csrf")), ("class", page.field("class"))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(browser.post(&t, "/class/badges", &form).await.status, 200);
    for deed in ["code", "void-badge"] {
        let done = Call::post(&format!("/api/v1/people/{pupil}/{deed}"), &teacher, None).send(&t).await;
        assert_eq!(done.status / 100, 2, "{deed}: {}", done.text);
    }
    let goes = vec![Event::Transfers { role: Role::Student, from, to }];
    assert!(memberships::record(&t.sv, &Actor::CommandLine, pupil, goes, t.clock.now().day()).await.unwrap());
    give(&t, "staff", AdminRole::Auditor, to).await;
    let next = token(&t, &app, "staff", "audit:read").await;
    let of_pupil = Call::get(&format!("/api/v1/people/{pupil}/events"), &next).send(&t).await;
    assert!(of_pupil.status == 200 && of_pupil.text.contains("membership."), "{}", of_pupil.text);
    let name = &t.person("teacher").name;
    for action in ["account.code_issued", "account.badge_voided"] {
        let own = found(&t, &format!("?action={action}"), &head).await;
        assert_eq!((own.len(), &own[0]["actor_name"]), (1, &json!(name)), "{action}: {own:?}");
        assert_eq!(own[0]["org_code"], t.person("school_admin").school_code, "{action}");
        assert!(found(&t, &format!("?action={action}"), &next).await.is_empty(), "{action}");
        assert!(!of_pupil.text.contains(action), "{}", of_pupil.text);
    }
} }

both! { async fn r38_who_acted_from_elsewhere_is_named_and_no_way_to_them_is_shown(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "sector_admin", "audit:read people:write").await);
    let pupil = person(&t, "student").await;
    assert_eq!(Call::post(&format!("/api/v1/people/{pupil}/sign-out"), &chief, None).send(&t).await.status / 100, 2);
    for (who, actor) in [(&head, Value::Null), (&chief, json!(person(&t, "sector_admin").await))] {
        let event = found(&t, "?action=account.signed_out", who).await.remove(0);
        assert_eq!((&event["actor_name"], &event["actor_person"]), (&json!(t.person("sector_admin").name), &actor), "{event}");
        assert_eq!(event["subject_person"], json!(pupil), "{event}");
        let of_person = Call::get(&format!("/api/v1/people/{pupil}/events"), who).send(&t).await.json();
        assert!(of_person["items"].as_array().unwrap().contains(&event), "{of_person}");
    }
} }

both! { async fn r51_whether_the_trail_is_sound_is_told_to_whoever_reads_all_of_it(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "sector_admin", "audit:read").await);
    let chain = format!("{EVENTS}/chain");
    while t.sv.seal_audit().await.unwrap() > 0 {}
    let unchecked = Call::get(&chain, &chief).send(&t).await.json();
    assert!(unchecked["last"].as_i64() > Some(0) && unchecked["first"] == 1 && unchecked["checked_to"].is_null(), "{unchecked}");
    t.sv.check_audit().await.unwrap();
    let whole = Call::get(&chain, &chief).send(&t).await.json();
    assert_eq!((&whole["checked_to"], &whole["broken_at"]), (&unchecked["last"], &Value::Null), "{whole}");
    assert!(whole["checked_at"].is_string() && whole["checked_at"] == whole["whole_at"], "{whole}");
    assert_eq!(problem(&Call::get(&chain, &head).send(&t).await), is(404, "not-found"));
} }

both! { async fn r44_r39_the_trail_is_taken_away_by_the_sector_and_a_fresh_sign_in(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "sector_admin", "audit:read").await);
    let export = format!("/api/v1/exports/events?person={}", t.person("school_admin").sector_id);
    assert_eq!(problem(&Call::get(&export, &head).send(&t).await), is(404, "not-found"));
    let file = Call::get(&export, &chief).send(&t).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/x-ndjson"));
    let lines: Vec<Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|event| event["action"] == "session.began"), "{}", file.text);
    assert_eq!(found(&t, "?action=audit.exported", &chief).await.len(), 1, "r51");
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&Call::get(&export, &chief).send(&t).await), is(401, "stale"));
} }

both! { async fn r38_a_support_code_is_told_to_whoever_administers_whose_it_is(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "audit:read").await, token(&t, &app, "sector_admin", "audit:read").await);
    let mut browser = crate::support::callers::Browser::default();
    browser.sign_in_as(&t, "/sign-in", "student").await;
    let code = browser.get(&t, "/console/people").await.header("x-request-id").to_owned();
    let mut other = crate::support::callers::Browser::default();
    other.sign_in_as(&t, "/sign-in", "sector_admin").await;
    let theirs = other.get(&t, "/console/people/0").await.header("x-request-id").to_owned();
    t.sv.keep_failures().await.unwrap();
    let told = Call::get(&format!("/api/v1/failures/{code}"), &head).send(&t).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!((&told.json()["path"], &told.json()["person"]), (&json!("/console/people"), &json!(person(&t, "student").await.to_string())));
    assert_eq!(problem(&Call::get(&format!("/api/v1/failures/{theirs}"), &head).send(&t).await), is(404, "not-found"));
    assert_eq!(Call::get(&format!("/api/v1/failures/{theirs}"), &chief).send(&t).await.status, 200);
    assert_eq!(problem(&Call::get("/api/v1/failures/BCFGHJKL", &chief).send(&t).await), is(404, "not-found"));
} }
