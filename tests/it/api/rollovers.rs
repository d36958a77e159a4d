//! A school's step into the next year by the API: drafted, looked through, scheduled, done, taken back.

use phuong::admin::rollover;
use serde_json::{Value, json};

use super::{Call, console, is, other_school, problem, token};
use crate::support::tour::Tour;

async fn read(t: &Tour, path: &str, token: &str) -> Value {
    let answer = Call::get(path, token).send(t).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

both! { async fn r51_a_school_looks_through_its_draft_schedules_it_and_takes_it_back(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "rollover:write audit:read").await;
    let home = format!("/api/v1/rollovers/{}", t.person("school_admin").school_code);
    let post = async |deed: &str, body: Option<Value>| Call::post(&format!("{home}/{deed}"), &token, body).send(&t).await;
    assert_eq!(read(&t, &home, &token).await["state"], Value::Null);
    assert_eq!(problem(&post("schedule", Some(json!({ "on": "2026-11-24" }))).await), is(404, "not-found"), "no draft");
    let drafted = post("draft", None).await;
    assert!(drafted.status == 200 && drafted.json()["added"].as_u64() > Some(0), "{}", drafted.text);
    assert_eq!(post("draft", None).await.json()["added"], 0, "nothing is lost or added twice");

    let sheet = read(&t, &home, &token).await;
    assert_eq!((&sheet["state"], &sheet["from_year"]), (&json!("draft"), &json!("2026-2027")), "{sheet}");
    let class = format!("{home}/classes/{}", sheet["classes"][0]["id"].as_str().unwrap());
    let pupil = read(&t, &class, &token).await["pupils"][0]["person"].clone();
    let put = async |what: &str, body: Value| Call::put(&format!("{class}/{what}"), &token, body).send(&t).await;
    assert_eq!(put("pupil", json!({ "person": pupil, "mark": "leaves" })).await.status, 204);
    assert_eq!(read(&t, &class, &token).await["pupils"][0]["mark"], "leaves");
    assert_eq!(read(&t, &home, &token).await["classes"][0]["leave"], 1);
    let nowhere = json!({ "person": pupil, "mark": "joins", "next": "9Z" });
    assert_eq!(problem(&put("pupil", nowhere).await), is(422, "bad-fields"), "no class will be called so");
    for wrong in [
        json!({ "fate": "goes_on" }),
        json!({ "fate": "goes_on", "next": " " }),
        json!({ "fate": "stays", "next": "4A" }),
        json!({ "fate": "stays", "org": "x" }),
        json!({ "fate": "vanishes" }),
    ] {
        assert_eq!(problem(&put("fate", wrong.clone()).await), is(422, "bad-fields"), "r40 {wrong}");
    }
    assert_eq!(put("fate", json!({ "fate": "goes_on", "next": "4Z" })).await.status, 204);
    assert_eq!(read(&t, &home, &token).await["classes"][0]["next"], "4Z");

    assert_eq!(post("schedule", Some(json!({ "on": "2027-08-01" }))).await.status, 204);
    assert_eq!(read(&t, &home, &token).await["on"], "2027-08-01");
    assert_eq!(post("unschedule", None).await.status, 204);
    let heads = |sheet: &Value| ["pupils", "leave"].map(|heads| sheet["classes"][0][heads].as_u64().unwrap());
    let before = heads(&read(&t, &home, &token).await);
    assert_eq!(post("schedule", Some(json!({ "on": "2026-11-24" }))).await.status, 204);
    while rollover::work(&t.sv).await.unwrap() {}
    let done = read(&t, &home, &token).await;
    assert_eq!(done["state"], "done", "{done}");
    assert!(before[0] > 0 && heads(&done) == before, "whom it was about is told still: {before:?} {done}");
    assert!(done["classes_done"].as_u64() > Some(0) && done["undo_until"].is_string(), "{done}");
    assert_eq!(problem(&put("pupil", json!({ "person": pupil })).await), is(409, "conflict"), "they have moved");
    assert_eq!(problem(&post("draft", None).await), is(409, "conflict"));
    assert_eq!(post("undo", None).await.status, 202);
    while rollover::work(&t.sv).await.unwrap() {}
    assert_eq!(read(&t, &home, &token).await["state"], "undone");
    let listed = read(&t, "/api/v1/rollovers", &token).await;
    assert_eq!((&listed["items"][0]["state"], listed["items"].as_array().unwrap().len()), (&json!("undone"), 1));
    for action in ["rollover.drafted", "rollover.marked", "rollover.scheduled", "rollover.unscheduled", "rollover.undoing"] {
        let trail = read(&t, &format!("/api/v1/events?action={action}"), &token).await;
        assert_ne!(trail["items"], json!([]), "{action}");
    }
} }

both! { async fn r38_r39_a_step_is_planned_by_whose_school_it_is(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "rollover:write").await;
    let head = token(&t, &app, "school_admin", "rollover:write").await;
    let (own, other) = (t.person("school_admin").school_code.clone(), other_school(&t).await);
    assert_eq!(Call::post(&format!("/api/v1/rollovers/{own}/draft"), &chief, None).send(&t).await.status, 200);
    let class = read(&t, &format!("/api/v1/rollovers/{own}"), &head).await["classes"][0]["id"].as_str().unwrap().to_owned();
    for code in [other.as_str(), "00000000", "SGD"] {
        let there = format!("/api/v1/rollovers/{code}");
        assert_eq!(problem(&Call::get(&there, &head).send(&t).await), is(404, "not-found"), "{code}");
        for deed in ["draft", "unschedule", "undo"] {
            let answer = Call::post(&format!("{there}/{deed}"), &head, None).send(&t).await;
            assert_eq!(problem(&answer), is(404, "not-found"), "{code} {deed}");
        }
        // A class of one's own is not found by way of another school.
        let class = format!("{there}/classes/{class}");
        assert_eq!(problem(&Call::get(&class, &head).send(&t).await), is(404, "not-found"));
        let fate = Call::put(&format!("{class}/fate"), &head, json!({ "fate": "stays" })).send(&t).await;
        assert_eq!(problem(&fate), is(404, "not-found"));
    }
    let strange = json!({ "person": crate::admin::person(&t, "sector_admin").await.to_string(), "mark": "leaves" });
    let answer = Call::put(&format!("/api/v1/rollovers/{own}/classes/{class}/pupil"), &head, strange).send(&t).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/person", "{}", answer.text);
    crate::admin::give(&t, "teacher", phuong::services::authority::AdminRole::HelpDesk, crate::admin::org_of(&t, "school_admin").await).await;
    let desk = token(&t, &app, "teacher", "rollover:write").await;
    assert_eq!(problem(&Call::get(&format!("/api/v1/rollovers/{own}"), &desk).send(&t).await), is(403, "role"));
} }
