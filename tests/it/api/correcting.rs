//! One person's record, corrected by a program as it was read.

use axum::http::Method;
use phuong::services::authority::AdminRole;
use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::{
    admin::{give, org_of, person},
    support::tour::{Answer, Tour},
};

async fn correct(t: &Tour, address: &str, token: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    Call { method: Method::PATCH, headers, ..Call::put(address, token, body) }.send(t).await
}

both! { async fn r50_r51_a_person_is_corrected_as_they_were_read_and_no_other_way(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:read people:write audit:read").await;
    let address = format!("/api/v1/people/{}", person(&t, "student").await);
    let read = Call::get(&address, &token).send(&t).await;
    let tag = read.header("etag").to_owned();
    t.advance(std::time::Duration::from_secs(1));
    let held = [("if-match", tag.as_str())];
    let change = json!({ "born": "2016-04-05", "sex": "male" });
    let done = correct(&t, &address, &token, &held, change.clone()).await;
    assert_eq!((done.status, done.json()), (200, json!({ "changed": true })), "{}", done.text);
    let after = Call::get(&address, &token).send(&t).await;
    let told = after.json();
    assert_eq!((&told["born"], &told["sex"], &told["name"]), (&json!("2016-04-05"), &json!("male"), &read.json()["name"]));

    let late = json!({ "name": "Nguyễn Thị Muộn" });
    assert_eq!(problem(&correct(&t, &address, &token, &held, late.clone()).await), is(412, "changed"));
    let weak = format!("W/{}", after.header("etag"));
    for stale in ["\"x\"", "", weak.as_str()] {
        let answer = correct(&t, &address, &token, &[("if-match", stale)], late.clone()).await;
        assert_eq!(problem(&answer), is(412, "changed"), "{stale}");
    }
    let same = correct(&t, &address, &token, &[], change).await;
    assert_eq!((same.status, same.json()), (200, json!({ "changed": false })), "as it is, whoever read it when");
    for any in [format!("\"x\", {}", after.header("etag")), "*".to_owned()] {
        let answer = correct(&t, &address, &token, &[("if-match", &any)], json!({})).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "changed": false })), "{any}");
    }
    let events = Call::get(&format!("{address}/events"), &token).send(&t).await.json();
    let lines: Vec<&Value> =
        events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "person.corrected").collect();
    assert_eq!(lines.len(), 1, "{events}");
    assert!(!lines[0].to_string().contains("2016-04-05"), "r50: {}", lines[0]);
} }

both! { async fn a_correction_that_cannot_be_read_names_its_fields_and_changes_nothing(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:read people:write").await;
    let address = format!("/api/v1/people/{}", person(&t, "student").await);
    let before = Call::get(&address, &token).send(&t).await.json();
    for (wrong, pointers) in [
        (json!({ "name": " ", "born": "1016-04-05" }), &["/name", "/born"][..]),
        (json!({ "born": "2099-01-01", "name": "An" }), &["/born"]),
        (json!({ "born": "2016-02-31" }), &["/born"]),
        (json!({ "born": "31/02/2012", "name": " ", "phone": "113", "sex": "x" }), &["/born", "/sex", "/name", "/phone"]),
        (json!({ "sex": "x" }), &["/sex"]),
        (json!({ "email": "an@hp", "phone": "113", "sex": "male" }), &["/email", "/phone"]),
        (json!({ "sector_id": "3199999998" }), &["/sector_id"]),
    ] {
        let answer = correct(&t, &address, &token, &[], wrong.clone()).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{wrong}");
        let told = answer.json()["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect::<Vec<_>>();
        assert_eq!(told, pointers, "{wrong}");
    }
    assert_eq!(Call::get(&address, &token).send(&t).await.json(), before);
} }

both! { async fn r50_how_somebody_is_reached_is_set_as_it_was_read_and_taken_away(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:read people:write audit:read").await;
    let address = format!("/api/v1/people/{}", person(&t, "student").await);
    let given = json!({ "email": " Em@truong.example ", "phone": "+84 912 000 002" });
    let done = correct(&t, &address, &token, &[], given.clone()).await;
    assert_eq!((done.status, done.json()), (200, json!({ "changed": true })), "{}", done.text);
    let read = Call::get(&address, &token).send(&t).await;
    let told = read.json();
    assert_eq!((&told["email"], &told["phone"]), (&json!("Em@truong.example"), &json!("0912000002")));
    let same = correct(&t, &address, &token, &[], given).await;
    assert_eq!(same.json(), json!({ "changed": false }), "{}", same.text);

    t.advance(std::time::Duration::from_secs(1));
    let change = json!({ "email": "em.2@truong.example", "phone": null });
    assert_eq!(correct(&t, &address, &token, &[], change).await.json(), json!({ "changed": true }));
    let held = [("if-match", read.header("etag"))];
    let late = correct(&t, &address, &token, &held, json!({ "email": "" })).await;
    assert_eq!(problem(&late), is(412, "changed"), "another address stands there since");
    let after = Call::get(&address, &token).send(&t).await.json();
    assert_eq!((&after["email"], &after["phone"]), (&json!("em.2@truong.example"), &json!("0912000002")));

    let gone = correct(&t, &address, &token, &[], json!({ "email": "", "phone": " " })).await;
    assert_eq!(gone.json(), json!({ "changed": true }), "{}", gone.text);
    let after = Call::get(&address, &token).send(&t).await.json();
    assert_eq!((&after["email"], &after["phone"]), (&Value::Null, &Value::Null));
    let events = Call::get(&format!("{address}/events"), &token).send(&t).await.text;
    assert!(events.contains("person.corrected") && !events.contains("truong.example"), "r50: {events}");
    assert!(!events.contains("912000002"), "r50: {events}");
} }

both! { async fn r38_how_somebody_is_reached_is_told_to_nobody_who_may_not_correct_it(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "people:read people:write").await;
    let pupil = format!("/api/v1/people/{}", person(&t, "student").await);
    let given = json!({ "email": "em@truong.example", "phone": "0912000002" });
    assert_eq!(correct(&t, &pupil, &own, &[], given).await.status, 200);
    give(&t, "staff", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    let helps = token(&t, &app, "staff", "people:read people:write").await;
    let told = Call::get(&pupil, &helps).send(&t).await.json();
    assert_eq!((&told["email"], &told["phone"]), (&Value::Null, &Value::Null), "{told}");
    assert_eq!(Call::get(&pupil, &own).send(&t).await.json()["phone"], "0912000002");
} }

both! { async fn r38_r39_nobody_is_corrected_out_of_reach_or_by_the_help_desk(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "people:write").await;
    let change = json!({ "born": "2016-04-05" });
    for foreign in [person(&t, "sector_admin").await.to_string(), "0192f3a0-0000-7000-8000-000000000000".to_owned()] {
        let answer = correct(&t, &format!("/api/v1/people/{foreign}"), &own, &[("if-match", "*")], change.clone()).await;
        assert_eq!(problem(&answer), is(404, "not-found"), "{foreign}");
    }
    let me = format!("/api/v1/people/{}", person(&t, "school_admin").await);
    assert_eq!(problem(&correct(&t, &me, &own, &[], change.clone()).await), is(403, "oneself"));
    give(&t, "staff", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    let helps = token(&t, &app, "staff", "people:read people:write").await;
    let pupil = format!("/api/v1/people/{}", person(&t, "student").await);
    let before = Call::get(&pupil, &helps).send(&t).await.json();
    assert_eq!(problem(&correct(&t, &pupil, &helps, &[], change).await), is(403, "role"));
    assert_eq!(Call::get(&pupil, &helps).send(&t).await.json(), before);
} }
