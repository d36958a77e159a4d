//! What is done by the API is what the console does: the same rights, the same trail, the same fresh sign-in.

use std::time::Duration;

use phuong::services::authority::AdminRole;
use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::{
    admin::{give, person, whose},
    support::tour::Tour,
};

async fn trail(t: &Tour, role: &str) -> Vec<String> {
    let (account, _) = whose(t, &t.person(role).sector_id.clone()).await;
    let subject = phuong::services::audit::account(account);
    let read = t.sv.store.read(subject, async |tx: &mut phuong::store::Tx, subject: &String| {
        phuong::store::audit::about(tx, subject, 50).await
    });
    read.await.unwrap().into_iter().map(|event| event.action).collect()
}

both! { async fn r51_a_pupil_is_suspended_resumed_and_signed_out_each_with_its_line(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:write").await;
    let pupil = person(&t, "student").await;
    let address = |deed: &str| format!("/api/v1/people/{pupil}/{deed}");
    let before = trail(&t, "student").await.len();
    let suspended = Call::post(&address("suspend"), &token, json!({ "reason": "Mất máy" })).send(&t).await;
    assert_eq!((suspended.status, suspended.text.as_str()), (204, ""));
    let resumed = Call::post(&address("resume"), &token, None).send(&t).await;
    assert_eq!((resumed.status, resumed.json()["state"].as_str()), (200, Some("active")));
    assert_eq!(Call::post(&address("sign-out"), &token, json!({})).send(&t).await.status, 204);
    let lines = trail(&t, "student").await;
    assert_eq!(lines.len(), before + 3, "{lines:?}");
    for line in ["account.signed_out", "account.resumed", "account.suspended"] {
        assert_eq!(lines.iter().filter(|known| *known == line).count(), 1, "{line}: {lines:?}");
    }
} }

both! { async fn r39_what_the_role_does_not_allow_is_not_allowed_by_any_scope(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "people:write codes:issue").await;
    let me = person(&t, "school_admin").await;
    let answer = Call::post(&format!("/api/v1/people/{me}/suspend"), &own, json!({ "reason": "x" })).send(&t).await;
    assert_eq!(problem(&answer), is(403, "oneself"));
    let everything = token(&t, &app, "sector_admin", "people:write codes:issue").await;
    let up = Call::post(&format!("/api/v1/people/{me}/suspend"), &everything, json!({ "reason": "x" })).send(&t).await;
    assert_eq!(up.status, 204, "the sector's administrator may: {}", up.text);
} }

both! { async fn r38_a_sector_id_never_changes_and_whose_another_is_is_not_told(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:read people:write").await;
    let (pupil, own) = (person(&t, "student").await, t.person("student").sector_id.clone());
    let address = format!("/api/v1/people/{pupil}/identify");
    let same = Call::post(&address, &token, json!({ "sector_id": own })).send(&t).await;
    assert_eq!((same.status, same.json()), (200, json!({ "changed": false })), "{}", same.text);
    let mut told = Vec::new();
    for other in ["3199999997", &t.person("sector_admin").sector_id] {
        let answer = Call::post(&address, &token, json!({ "sector_id": other })).send(&t).await;
        assert_eq!(problem(&answer), is(409, "conflict"));
        let mut answer = answer.json();
        answer["support"] = "".into();
        told.push(answer);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(whose(&t, &own).await.1, pupil, "and they sign in as before");
} }

both! { async fn r44_what_is_dangerous_wants_a_sign_in_of_the_last_five_minutes_and_says_how(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read people:write").await;
    let (kept, gone) = (person(&t, "student").await, person(&t, "teacher").await);
    t.advance(Duration::from_secs(301));
    let address = format!("/api/v1/people/{kept}/merge");
    let answer = Call::post(&address, &token, json!({ "gone": gone.to_string() })).send(&t).await;
    assert_eq!(problem(&answer), is(401, "stale"));
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.contains("max_age=\"300\""), "{challenge}");
    assert_eq!(Call::get(&format!("/api/v1/people/{gone}"), &token).send(&t).await.status, 200, "nothing was done");
} }

both! { async fn r41_a_code_is_told_once_and_sent_again_with_its_key_is_the_same_code(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "codes:issue").await;
    let pupil = person(&t, "student").await;
    let address = format!("/api/v1/people/{pupil}/code");
    let key = [("idempotency-key", "a-key-of-this-request-1")];
    let first = Call::post(&address, &token, None).with(&key).send(&t).await;
    assert_eq!((first.status, first.json()["kind"].as_str()), (200, Some("rescue")), "{}", first.text);
    assert_eq!(first.header("cache-control"), "no-store");
    let again = Call::post(&address, &token, None).with(&key).send(&t).await;
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("idempotency-replayed"), "", "it is not kept, but derived again");
    let other = Call::post(&address, &token, None).send(&t).await;
    assert_ne!(other.json()["code"], first.json()["code"]);
    let late = Call::post(&address, &token, None).with(&key).send(&t).await;
    assert_eq!(problem(&late), is(409, "conflict"), "another one replaced it");
    let issued = trail(&t, "student").await.into_iter().filter(|line| line == "account.code_issued").count();
    assert_eq!(issued, 2);
} }

both! { async fn a_pupil_changes_schools_with_both_sides_confirming(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read transfers:write").await;
    let pupil = person(&t, "student").await;
    let seen = Call::get(&format!("/api/v1/people/{pupil}"), &token).send(&t).await.json();
    let sector_id = t.person("student").sector_id.clone();
    let to = crate::api::other_school(&t).await;
    let ask = json!({ "school": to, "sector_id": sector_id, "born": seen["born"] });
    let wrong = json!({ "school": to, "sector_id": sector_id, "born": "1990-01-01" });
    let nobody = Call::post("/api/v1/transfers", &token, wrong).send(&t).await;
    assert_eq!(problem(&nobody), is(422, "bad-fields"));
    assert_eq!(nobody.json()["errors"][0]["pointer"], "/sector_id");
    let mut told = Vec::new();
    for _ in 0..2 {
        let asked = Call::post("/api/v1/transfers", &token, ask.clone()).send(&t).await;
        assert_eq!((asked.status, asked.json()["outcome"].as_str()), (200, Some("waiting")), "{}", asked.text);
        told.push(asked.json()["transfer"].clone());
    }
    let listed = Call::get("/api/v1/transfers?side=leaving", &token).send(&t).await.json();
    let mine: Vec<_> = listed["items"].as_array().unwrap().iter().filter(|row| row["person"] == pupil.to_string()).collect();
    assert_eq!(mine.len(), 1, "asked twice, it is one request");
    assert_eq!(told, [mine[0]["id"].clone(), mine[0]["id"].clone()], "which both were told");
    let address = format!("/api/v1/transfers/{}", mine[0]["id"].as_str().unwrap());
    assert_eq!(Call::get(&address, &token).send(&t).await.json()["state"], "waiting");
    assert_eq!(Call::post(&format!("{address}/approve"), &token, None).send(&t).await.status, 204);
    assert_eq!(problem(&Call::post(&format!("{address}/withdraw"), &token, None).send(&t).await), is(409, "conflict"));
    assert_eq!(Call::get(&address, &token).send(&t).await.json()["state"], "approved");
} }

both! { async fn r38_who_a_pupil_is_the_school_that_asks_is_told_once_they_are_theirs(t: Tour) {
    let app = console(&t).await;
    give(&t, "staff", AdminRole::SchoolAdmin, crate::admin::other_school(&t, "school_admin").await).await;
    let asks = token(&t, &app, "staff", "people:read transfers:write audit:read").await;
    let has = token(&t, &app, "school_admin", "people:read transfers:write").await;
    let (pupil, named) = (person(&t, "student").await.to_string(), t.person("student").clone());
    let born = Call::get(&format!("/api/v1/people/{pupil}"), &has).send(&t).await.json()["born"].clone();
    let ask = json!({ "school": crate::api::other_school(&t).await, "sector_id": named.sector_id, "born": born });
    let told = async |token: &str, address: &str| {
        let seen = Call::get(address, token).send(&t).await.json();
        (seen["state"].clone(), seen["person"].clone(), seen["name"].clone())
    };
    let nobody = |state: &str| (json!(state), Value::Null, Value::Null);
    let them = |state: &str| (json!(state), json!(pupil), json!(named.name));
    for (deed, body, then) in [("decline", json!({ "reason": "Chưa rút hồ sơ" }), nobody("declined")), ("approve", json!({}), them("approved"))] {
        let asked = Call::post("/api/v1/transfers", &asks, ask.clone()).send(&t).await;
        assert_eq!(asked.status, 200, "{}", asked.text);
        let address = format!("/api/v1/transfers/{}", asked.json()["transfer"].as_str().unwrap());
        assert_eq!(told(&asks, &address).await, nobody("waiting"));
        let coming = Call::get("/api/v1/transfers?side=coming", &asks).send(&t).await;
        assert!(coming.text.contains(&named.sector_id), "the ID is what was asked for: {}", coming.text);
        assert!(!coming.text.contains(&named.name) && !coming.text.contains(&pupil), "{}", coming.text);
        let trail = Call::get("/api/v1/events?action=transfer.asked", &asks).send(&t).await;
        assert_eq!((&trail.json()["items"][0]["subject_name"], trail.text.contains(&named.name)), (&Value::Null, false), "{}", trail.text);
        assert_eq!(told(&has, &address).await, them("waiting"), "whose pupil it is decides of somebody");
        assert_eq!(Call::post(&format!("{address}/{deed}"), &has, body).send(&t).await.status, 204);
        assert_eq!(told(&asks, &address).await, then);
    }
} }

both! { async fn r38_r42_r51_two_records_are_made_one_and_the_one_that_goes_is_gone(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:read people:write audit:read").await;
    let kept = person(&t, "student").await;
    let gone = crate::admin::double(&t, crate::admin::org_of(&t, "school_admin").await).await;
    let address = format!("/api/v1/people/{kept}/merge");
    let oneself = Call::post(&address, &token, json!({ "gone": kept.to_string() })).send(&t).await;
    assert_eq!((problem(&oneself), oneself.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/gone")));
    let theirs = person(&t, "sector_admin").await;
    assert_eq!(problem(&Call::post(&address, &token, json!({ "gone": theirs.to_string() })).send(&t).await), is(404, "not-found"), "r38");
    let merged = Call::post(&address, &token, json!({ "gone": gone.to_string() })).send(&t).await;
    assert_eq!(merged.status, 204, "{}", merged.text);
    let gone = format!("/api/v1/people/{gone}");
    let led = Call::get(&gone, &token).send(&t).await;
    assert_eq!((led.status, led.header("location")), (308, format!("http://localhost:8080/api/v1/people/{kept}").as_str()), "{}", led.text);
    assert_eq!(problem(&Call::post(&format!("{gone}/sign-out"), &token, None).send(&t).await), is(404, "not-found"));
    let elsewhere = crate::admin::other_school(&t, "school_admin").await;
    crate::admin::give(&t, "teacher", phuong::services::authority::AdminRole::SchoolAdmin, elsewhere).await;
    let stranger = super::token(&t, &app, "teacher", "people:read").await;
    assert_eq!(problem(&Call::get(&gone, &stranger).send(&t).await), is(404, "not-found"), "r38: nor who was kept");
    let seen = Call::get(&format!("/api/v1/people/{kept}"), &token).send(&t).await;
    assert!(seen.json()["sign_in_names"].as_array().unwrap().iter().any(|name| name == &t.person("student").sector_id), "{}", seen.text);
    assert!(trail(&t, "student").await.iter().any(|line| line == "person.merged"), "{:?}", trail(&t, "student").await);
} }

both! { async fn a_pupil_is_kept_with_a_reason_and_whoever_guesses_waits(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read transfers:write").await;
    let pupil = person(&t, "student").await;
    let born = Call::get(&format!("/api/v1/people/{pupil}"), &token).send(&t).await.json()["born"].clone();
    let ask = json!({ "school": crate::api::other_school(&t).await, "sector_id": t.person("student").sector_id, "born": born });
    assert_eq!(Call::post("/api/v1/transfers", &token, ask.clone()).send(&t).await.status, 200);
    let listed = Call::get("/api/v1/transfers?side=leaving", &token).send(&t).await.json();
    let address = format!("/api/v1/transfers/{}", listed["items"][0]["id"].as_str().unwrap());
    let decline = format!("{address}/decline");
    assert_eq!(problem(&Call::post(&decline, &token, json!({ "reason": " " })).send(&t).await), is(422, "bad-fields"));
    let declined = Call::post(&decline, &token, json!({ "reason": "Em vẫn học ở đây" })).send(&t).await;
    assert_eq!(declined.status, 204, "{}", declined.text);
    let seen = Call::get(&address, &token).send(&t).await.json();
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("declined"), &json!("Em vẫn học ở đây")));
    assert_eq!(problem(&Call::post(&format!("{address}/approve"), &token, None).send(&t).await), is(409, "conflict"));

    // Pairs of an ID and a day are not to be tried out.
    let wrong = json!({ "school": ask["school"], "sector_id": ask["sector_id"], "born": "1990-01-01" });
    let mut tries = 0;
    let slow = loop {
        let answer = Call::post("/api/v1/transfers", &token, wrong.clone()).send(&t).await;
        if answer.status == 429 {
            break answer;
        }
        tries += 1;
        assert!(tries < 200, "they are tried out without end");
    };
    assert_eq!(problem(&slow), is(429, "slow"));
    let wait: u64 = slow.header("retry-after").parse().expect("seconds to wait");
    t.advance(Duration::from_secs(wait));
    let token = super::token(&t, &app, "sector_admin", "transfers:write").await;
    assert_eq!(Call::post("/api/v1/transfers", &token, wrong).send(&t).await.status, 422, "then it may be asked again");
} }

both! { async fn r44_a_mistaken_sector_id_is_replaced_by_the_sector_alone(t: Tour) {
    let app = console(&t).await;
    let (pupil, own) = (person(&t, "student").await, t.person("student").sector_id.clone());
    let address = format!("/api/v1/people/{pupil}/renumber");
    let (head, chief) = (token(&t, &app, "school_admin", "people:write").await, token(&t, &app, "sector_admin", "people:write").await);
    let right = json!({ "sector_id": "3199999997", "reason": "gõ nhầm" });
    assert_eq!(problem(&Call::post(&address, &head, right.clone()).send(&t).await), is(403, "role"), "r39");
    for (wrong, at) in [(json!({ "sector_id": "31", "reason": "x" }), "/sector_id"), (json!({ "sector_id": "3199999997", "reason": " " }), "/reason"),
        (json!({ "sector_id": t.person("teacher").sector_id, "reason": "x" }), "/sector_id")] {
        let answer = Call::post(&address, &chief, wrong).send(&t).await;
        assert_eq!((problem(&answer), answer.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some(at)), "{}", answer.text);
    }
    assert_eq!(whose(&t, &own).await.1, pupil);
    let done = Call::post(&address, &chief, right.clone()).send(&t).await;
    assert_eq!((done.status, done.json()), (200, json!({ "changed": true })), "{}", done.text);
    assert_eq!(whose(&t, "3199999997").await.1, pupil);
    assert_eq!(Call::post(&address, &chief, right.clone()).send(&t).await.json(), json!({ "changed": false }));
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&Call::post(&address, &chief, right).send(&t).await), is(401, "stale"));
} }
