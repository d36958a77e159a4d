//! Whoever is at no school any more, and background work, by the API: the sector's alone.

use std::time::Duration;

use phuong::{
    base::id::JobId,
    store::{
        Tx,
        jobs::{self, NewJob},
    },
};
use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::{admin::person, support::tour::Tour};

both! { async fn r42_r44_r51_whoever_left_is_listed_and_removed_for_good_by_a_fresh_sign_in(t: Tour) {
    let app = console(&t).await;
    let scopes = "people:read people:write audit:read";
    let (chief, head) = (token(&t, &app, "sector_admin", scopes).await, token(&t, &app, "school_admin", scopes).await);
    let (pupil, sector_id) = (person(&t, "student").await, t.person("student").sector_id.clone());
    let purge = format!("/api/v1/people/{pupil}/purge");
    let named = json!({ "named": sector_id });
    assert_eq!(problem(&Call::post(&purge, &head, named.clone()).send(&t).await), is(403, "role"));
    assert_eq!(problem(&Call::get("/api/v1/dormant", &head).send(&t).await), is(404, "not-found"), "r38");
    assert_eq!(problem(&Call::post(&purge, &chief, named.clone()).send(&t).await), is(409, "conflict"), "they are at a school");
    let left = Call::post(&format!("/api/v1/people/{pupil}/release"), &chief, json!({ "why": "left" })).send(&t).await;
    assert_eq!(left.status, 200, "{}", left.text);
    let listed = async |token: &str| -> Vec<Value> {
        let all = Call::get("/api/v1/dormant?limit=200", token).send(&t).await.json();
        all["items"].as_array().unwrap().iter().filter(|row| row["id"] == pupil.to_string()).cloned().collect()
    };
    assert_eq!((listed(&chief).await.len(), &listed(&chief).await[0]["state"]), (1, &json!("dormant")));
    let other = Call::post(&purge, &chief, json!({ "named": t.person("teacher").sector_id })).send(&t).await;
    assert_eq!((problem(&other), other.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/named")));
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&Call::post(&purge, &chief, named.clone()).send(&t).await), is(401, "stale"));
    let chief = token(&t, &app, "sector_admin", scopes).await;
    assert_eq!(Call::post(&purge, &chief, named).send(&t).await.status, 204);
    assert!(listed(&chief).await.is_empty());
    let trail = Call::get("/api/v1/events?action=account.purged", &chief).send(&t).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{trail}");
} }

both! { async fn r38_r51_background_work_is_seen_tried_and_given_up_by_the_sector(t: Tour) {
    let app = console(&t).await;
    let (chief, head) = (token(&t, &app, "sector_admin", "jobs:write audit:read").await, token(&t, &app, "school_admin", "jobs:write").await);
    let (id, now): (JobId, _) = (t.sv.ids.next(), t.clock.now());
    let new = NewJob { id, kind: "test_work", payload: "{}".into(), run_at: now, now };
    let given_up = async |tx: &mut Tx, new: &NewJob| {
        jobs::add(tx, new).await?;
        jobs::give_up(tx, new.id, "nobody answers").await
    };
    t.sv.store.write(new, given_up).await.unwrap();
    let listed = Call::get("/api/v1/jobs", &chief).send(&t).await.json();
    assert_eq!((&listed["items"][0]["kind"], &listed["items"][0]["failed"]), (&json!("test_work"), &json!(true)), "{listed}");
    assert_eq!(listed["items"][0]["error"], "nobody answers");
    let retry = format!("/api/v1/jobs/{id}/retry");
    assert_eq!(problem(&Call::get("/api/v1/jobs", &head).send(&t).await), is(404, "not-found"));
    assert_eq!(problem(&Call::post(&retry, &head, None).send(&t).await), is(404, "not-found"));
    assert_eq!(Call::post(&retry, &chief, None).send(&t).await.status, 204);
    let discard = Call::post(&format!("/api/v1/jobs/{id}/discard"), &chief, None).send(&t).await;
    assert_eq!(problem(&discard), is(409, "conflict"), "it is tried again");
    let trail = Call::get("/api/v1/events?action=job.retried", &chief).send(&t).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{trail}");
} }
