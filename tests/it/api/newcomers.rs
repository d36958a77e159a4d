//! One person, enrolled by a program: an import of one row, looked over and written as any other.

use phuong::services::authority::AdminRole;
use serde_json::json;

use super::{Call, console, is, other_school, problem, token};
use crate::{
    admin::{give, imports::work, org_of},
    roster::content::rows,
    support::tour::Tour,
};

const PEOPLE: &str = "/api/v1/people";

both! { async fn a_person_is_enrolled_once_with_a_key_and_written_as_an_import(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write people:read").await;
    let school = t.person("school_admin").school_code.clone();
    let asked = json!({
        "school": school, "kind": "pupil", "name": "Zuchinthe Xuân Quyxich", "born": "2017-04-05", "sex": "female", "class": "3A",
        "sector_id": "3199000077",
    });
    let key = [("idempotency-key", "5c1a7f0e-40d5-43dd-bc93-6894a57f9324")];
    let sent = Call::post(PEOPLE, &token, asked.clone()).with(&key).send(&t).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let address = format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap());
    assert_eq!(sent.header("location"), format!("http://localhost:8080{address}"));
    let again = Call::post(PEOPLE, &token, asked).with(&key).send(&t).await;
    assert_eq!((again.status, again.json(), again.header("idempotency-replayed")), (201, sent.json(), "true"));
    work(&t).await;

    let review = Call::get(&address, &token).send(&t).await;
    let told = review.json();
    assert_eq!((told["state"].as_str(), &told["people"]["created"]), (Some("review"), &json!(1)), "{told}");
    assert_eq!((&told["samples"][0]["outcome"], &told["samples"][0]["changes"]), (&json!("created"), &json!([])), "{told}");
    let held = [("if-match", review.header("etag"))];
    let agreed = Call::post(&format!("{address}/commit"), &token, json!({})).with(&held).send(&t).await;
    assert_eq!(agreed.status, 202, "{}", agreed.text);
    work(&t).await;
    let found = Call::get(&format!("{PEOPLE}?q=3199000077"), &token).send(&t).await.json();
    assert_eq!((&found["items"][0]["name"], &found["items"][0]["class"]), (&json!("Zuchinthe Xuân Quyxich"), &json!("3A")));
} }

both! { async fn one_newcomer_sent_twice_at_the_same_moment_is_one_import_and_another_is_refused(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let pupil = json!({ "school": school, "kind": "pupil", "name": "Lê An", "born": "2017-04-05", "class": "3A" });
    let key = [("idempotency-key", "5c1a7f0e-40d5-43dd-bc93-6894a57f9324")];
    let enrol = async |body: &serde_json::Value| Call::post(PEOPLE, &token, body.clone()).with(&key).send(&t).await;
    let (one, other) = tokio::join!(enrol(&pupil), enrol(&pupil));
    // Neither is told to come again later: the key is taken with the answer, in the write that makes the import.
    assert_eq!((one.status, other.status, &one.text), (201, 201, &other.text), "{} {}", one.text, other.text);
    let open = "SELECT state FROM import_tasks WHERE state <> 'discarded'";
    assert_eq!(rows(&t.sv.store, open).await.unwrap(), ["checking"]);
    work(&t).await;
    let again = enrol(&pupil).await;
    assert_eq!((again.status, &again.text, again.header("idempotency-replayed")), (201, &one.text, "true"));
    for (member, value) in [("name", json!("Lê Anh")), ("class", json!("3B")), ("school", json!(other_school(&t).await)), ("sex", json!("male"))] {
        let mut changed = pupil.clone();
        changed[member] = value;
        assert_eq!(problem(&enrol(&changed).await), is(422, "key-used"), "{member}");
    }
    let mut unread = pupil.clone();
    unread["role"] = json!("x");
    assert_eq!(problem(&enrol(&unread).await), is(422, "bad-fields"), "what cannot be read is not what was sent before");
    assert_eq!(rows(&t.sv.store, open).await.unwrap(), ["review"]);
} }

both! { async fn everything_that_is_wrong_with_a_newcomer_is_named_and_nothing_brought(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write").await;
    let own = t.person("school_admin").school_code.clone();
    let foreign = other_school(&t).await;
    for (body, expected) in [
        (json!({}), &["/kind", "/name", "/born", "/school"][..]),
        (
            json!({ "school": own, "kind": "pupil", "name": " ", "born": "31/02/2012", "sex": "x", "sector_id": "1" }),
            &["/born", "/sex", "/name", "/class", "/sector_id"],
        ),
        (json!({ "school": own, "kind": "guest", "name": "An", "born": "2099-01-01" }), &["/kind", "/born"]),
        (json!({ "school": own, "kind": "pupil", "name": "An", "born": "2017-04-05", "class": "3A", "position": "teacher" }), &["/position"]),
        (json!({ "school": own, "kind": "staff", "name": "An", "born": "1980-04-05", "class": "3A", "role": "x" }), &["/class", "/role"]),
        // R38: a school out of reach is none, and no reason not to tell the rest.
        (json!({ "school": foreign, "kind": "staff", "name": " ", "born": "1980-04-05" }), &["/school", "/name"]),
        (json!({ "school": "99999999", "kind": "staff", "name": "An", "born": "1980-04-05" }), &["/school"]),
        (json!({ "school": null, "kind": null, "name": null, "born": "1980-04-05" }), &["/school", "/kind", "/name"]),
    ] {
        let answer = Call::post(PEOPLE, &token, body.clone()).send(&t).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{body}");
        let mut told: Vec<String> = answer.json()["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect();
        let mut expected: Vec<&str> = expected.to_vec();
        told.sort();
        expected.sort_unstable();
        assert_eq!(told, expected, "{}", answer.text);
    }
    assert_eq!(rows(&t.sv.store, "SELECT state FROM import_tasks").await.unwrap(), [""; 0]);
} }

both! { async fn r38_r39_nobody_is_enrolled_out_of_reach_or_by_who_may_not_import(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "imports:write").await;
    let (home, foreign) = (t.person("school_admin").school_code.clone(), other_school(&t).await);
    let pupil = |school: &str| json!({ "school": school, "kind": "pupil", "name": "Lê An", "born": "2017-04-05", "class": "3A" });
    let enrol = async |token: &str, school: &str| Call::post(PEOPLE, token, pupil(school)).send(&t).await;
    let (theirs, none) = (enrol(&own, &foreign).await, enrol(&own, "99999999").await);
    assert_eq!((problem(&theirs), theirs.json()["errors"].clone()), (is(422, "bad-fields"), none.json()["errors"].clone()));
    assert_eq!(problem(&enrol("", &home).await), is(401, "token"));
    for scopes in ["people:read", "people:write", "people:read people:write codes:issue"] {
        assert_eq!(problem(&enrol(&token(&t, &app, "school_admin", scopes).await, &home).await), is(403, "scope"), "{scopes}");
    }
    assert_eq!(problem(&enrol(&token(&t, &app, "student", "imports:write").await, &home).await), is(404, "not-found"));
    let org = org_of(&t, "school_admin").await;
    for (role, right) in [("staff", AdminRole::HelpDesk), ("teacher", AdminRole::Auditor)] {
        give(&t, role, right, org).await;
        assert_eq!(problem(&enrol(&token(&t, &app, role, "imports:write").await, &home).await), is(403, "role"), "{right:?}");
    }
    assert_eq!(rows(&t.sv.store, "SELECT state FROM import_tasks").await.unwrap(), [""; 0]);
    assert_eq!(enrol(&own, &home).await.status, 201);
} }
