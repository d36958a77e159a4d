//! A request that is sent twice with one key is done once.

use std::time::Duration;

use phuong::{admin::once, base::digest::Digest};
use serde_json::json;

use super::{Call, console, is, problem, token};
use crate::{admin::person, support::tour::Tour};

const KEY: [(&str, &str); 1] = [("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324")];

both! { async fn the_same_request_is_answered_as_it_was_and_another_is_refused(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:write").await;
    let pupil = person(&t, "student").await;
    let suspend = format!("/api/v1/people/{pupil}/suspend");
    let resume = format!("/api/v1/people/{pupil}/resume");
    let reason = json!({ "reason": "Mất máy" });
    assert_eq!(Call::post(&suspend, &token, reason.clone()).send(&t).await.status, 204);
    let first = Call::post(&resume, &token, None).with(&KEY).send(&t).await;
    assert_eq!(first.json()["state"], "active");
    // Suspended again meanwhile: the request that was done is not done a second time.
    assert_eq!(Call::post(&suspend, &token, reason.clone()).send(&t).await.status, 204);
    let again = Call::post(&resume, &token, None).with(&KEY).send(&t).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("content-type"), first.header("content-type"));
    let other = Call::post(&suspend, &token, reason).with(&KEY).send(&t).await;
    assert_eq!(problem(&other), is(422, "key-used"));
    // After a day it is a new request.
    t.advance(Duration::from_hours(24) + Duration::from_secs(1));
    let token = super::token(&t, &app, "school_admin", "people:write").await;
    let late = Call::post(&resume, &token, None).with(&KEY).send(&t).await;
    assert_eq!((late.status, late.header("idempotency-replayed")), (200, ""));
} }

both! { async fn a_problem_is_not_kept_and_the_key_is_free_again(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:write").await;
    let suspend = format!("/api/v1/people/{}/suspend", person(&t, "student").await);
    let wrong = Call::post(&suspend, &token, json!({ "reason": "" })).with(&KEY).send(&t).await;
    assert_eq!(problem(&wrong), is(422, "bad-fields"));
    assert_eq!(Call::post(&suspend, &token, json!({ "reason": "Mất máy" })).with(&KEY).send(&t).await.status, 204);
} }

both! { async fn a_key_is_its_callers_own(t: Tour) {
    let app = console(&t).await;
    let (one, other) = (token(&t, &app, "school_admin", "people:write").await, token(&t, &app, "sector_admin", "people:write").await);
    let resume = format!("/api/v1/people/{}/sign-out", person(&t, "student").await);
    assert_eq!(Call::post(&resume, &one, None).with(&KEY).send(&t).await.status, 204);
    let theirs = Call::post(&resume, &other, None).with(&KEY).send(&t).await;
    assert_eq!((theirs.status, theirs.header("idempotency-replayed")), (204, ""));
    let nobody = Call::post(&resume, "", None).with(&KEY).send(&t).await;
    assert_eq!(problem(&nobody), is(401, "token"), "without a token nothing is replayed");
    for bad in ["short", "", "with spaces in the middle"] {
        let answer = Call::post(&resume, &one, None).with(&[("idempotency-key", bad)]).send(&t).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{bad}");
    }
} }

both! { async fn while_a_request_is_under_way_the_same_one_waits_and_a_dead_one_frees_its_key(t: Tour) {
    let (keyed, request) = (Digest::of(b"caller and key"), Digest::of(b"request"));
    let begin = async || once::begin(&t.sv, keyed, request).await.unwrap();
    assert!(matches!(begin().await, once::Begun::First));
    assert!(matches!(begin().await, once::Begun::UnderWay));
    assert!(matches!(once::begin(&t.sv, keyed, Digest::of(b"other")).await.unwrap(), once::Begun::Other));
    t.advance(Duration::from_secs(61));
    assert!(matches!(begin().await, once::Begun::First), "whoever worked at it is dead");
    once::keep(&t.sv, keyed, b"answer").await.unwrap();
    let once::Begun::Before(kept) = begin().await else { panic!("not kept") };
    assert_eq!(kept, b"answer");
    t.advance(Duration::from_hours(25));
    assert!(phuong::worker::purge(&t.sv).await.unwrap() > 0 || matches!(begin().await, once::Begun::First));
} }
