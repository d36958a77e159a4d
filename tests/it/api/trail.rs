//! Looking through the audit trail by the API, within the caller's reach.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, console, is, other_school, problem, token};
use crate::{admin::person, support::tour::Tour};

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
    let one = Call::get(&format!("{EVENTS}/{}", all[2]["id"].as_str().unwrap()), &token).send(&t).await;
    assert_eq!(one.json(), all[2]);
    assert_eq!(found(&t, &format!("?person={pupil}&action=account.suspended"), &token).await.len(), 1);
    assert!(found(&t, &format!("?person={pupil}&to=2020-01-01"), &token).await.is_empty());
    assert!(found(&t, &format!("?person={pupil}&failed=true"), &token).await.is_empty());
    for (wrong, told) in [("actor=3199999999", is(422, "bad-fields")), ("from=never", is(400, "bad-request")), ("role=x", is(400, "bad-request"))] {
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
    for school in [other_school(&t).await.as_str(), "00000000"] {
        assert_eq!(problem(&Call::get(&format!("{EVENTS}?school={school}"), &head).send(&t).await), is(404, "not-found"));
    }
    let events = format!("/api/v1/people/{}/events", person(&t, "sector_admin").await);
    assert_eq!(problem(&Call::get(&events, &head).send(&t).await), is(404, "not-found"));
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
