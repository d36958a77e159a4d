//! Slips and badges by the API: PDF, told once, for whoever may give each of these people a code.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, console, is, other_school, problem, token};
use crate::{
    admin::{imports::work, person},
    support::tour::{Answer, Tour},
};

/// A class of the school's administrator that has pupils.
async fn class(t: &Tour, token: &str) -> Value {
    let own = &t.person("school_admin").school_code;
    let classes = Call::get(&format!("/api/v1/schools/{own}/classes"), token).send(t).await.json();
    classes["items"][0].clone()
}

fn printed(answer: &Answer) -> usize {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"), "{}", answer.text);
    assert!(answer.body.starts_with(b"%PDF-") && answer.header("content-disposition").starts_with("attachment"));
    assert_eq!((answer.header("cache-control"), answer.header("idempotency-replayed")), ("no-store", ""));
    answer.body.len()
}

both! { async fn r41_r51_slips_of_a_class_are_printed_again_by_their_key_and_badges_anew(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "codes:issue people:read audit:read").await;
    let (own, class) = (t.person("school_admin").school_code.clone(), class(&t, &token).await);
    let ask = json!({ "school": own, "class": class["id"], "whom": "everybody" });
    let key = [("idempotency-key", "slips-of-one-class-1")];
    let first = Call::post("/api/v1/slips", &token, ask.clone()).with(&key).send(&t).await;
    printed(&first);
    assert_eq!(first.header("left-out"), "0");
    let again = Call::post("/api/v1/slips", &token, ask.clone()).with(&key).send(&t).await;
    printed(&again);
    assert!(first.body == again.body, "the same codes");
    let issued = |trail: &Value| trail["items"].as_array().unwrap().len();
    let told = Call::get("/api/v1/events?action=slips.printed", &token).send(&t).await.json();
    assert_eq!(issued(&told), 2, "each printing is told: {told}");
    printed(&Call::post("/api/v1/badges", &token, json!({ "school": own, "class": class["id"] })).send(&t).await);
    let pupil = person(&t, "student").await.to_string();
    let one = json!({ "school": own, "people": [pupil] });
    let (alone, all) = (Call::post("/api/v1/badges", &token, one).send(&t).await, Call::post("/api/v1/badges", &token, json!({ "school": own })).send(&t).await);
    assert!(printed(&alone) < printed(&all));
    let void = format!("/api/v1/people/{pupil}/void-badge");
    for changed in [true, false] {
        assert_eq!(Call::post(&void, &token, None).send(&t).await.json()["changed"], changed);
    }
    let badges = Call::get("/api/v1/events?action=badges.printed", &token).send(&t).await.json();
    assert_eq!(issued(&badges), 3, "{badges}");
} }

both! { async fn r38_r40_nothing_is_printed_for_another_school_or_by_what_is_not_listed(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "codes:issue people:read").await;
    let (own, other) = (t.person("school_admin").school_code.clone(), other_school(&t).await);
    let (class, chief) = (class(&t, &token).await, person(&t, "sector_admin").await.to_string());
    for kind in ["slips", "badges"] {
        for (wrong, pointer) in [
            (json!({ "school": other }), "/school"),
            (json!({ "school": "00000000" }), "/school"),
            (json!({ "school": own, "class": chief }), "/class"),
            (json!({ "school": own, "people": [chief] }), "/people"),
            (json!({ "school": own, "people": [] }), "/people"),
            (json!({ "school": own, "import": chief }), "/import"),
            (json!({ "school": own, "class": class["id"], "role": "x" }), "/role"),
        ] {
            let answer = Call::post(&format!("/api/v1/{kind}"), &token, wrong.clone()).send(&t).await;
            assert_eq!(problem(&answer), is(422, "bad-fields"), "{kind} {wrong}: {}", answer.text);
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{kind} {wrong}");
        }
    }
} }

both! { async fn r38_a_homeroom_teacher_prints_for_their_class_and_their_pupils_and_nobody_else(t: Tour) {
    let app = console(&t).await;
    let teacher = token(&t, &app, "teacher", "codes:issue people:read").await;
    let taught = Call::get("/api/v1/classes", &teacher).send(&t).await.json()["items"].as_array().unwrap().clone();
    let (home, school) = (&taught[0], t.person("teacher").school_code.clone());
    assert_eq!((&home["homeroom"], &home["school_code"]), (&json!(true), &json!(school)));
    let pupil = person(&t, "student").await.to_string();
    // As in the browser, no sign-in of the last five minutes is asked for.
    t.advance(Duration::from_secs(301));
    let print = async |kind: &str, ask: Value| Call::post(&format!("/api/v1/{kind}"), &teacher, ask).send(&t).await;
    printed(&print("slips", json!({ "school": school, "class": home["id"], "whom": "everybody" })).await);
    let all = printed(&print("badges", json!({ "school": school, "class": home["id"] })).await);
    let one = printed(&print("badges", json!({ "school": school, "class": home["id"], "people": [pupil] })).await);
    assert!(one < all, "{one} {all}");
    let void = format!("/api/v1/people/{pupil}/void-badge");
    for changed in [true, false] {
        assert_eq!(Call::post(&void, &teacher, None).send(&t).await.json()["changed"], changed);
    }

    let sector = token(&t, &app, "sector_admin", "people:read").await;
    let other = other_school(&t).await;
    let classes = async |school: &str| {
        let listed = Call::get(&format!("/api/v1/schools/{school}/classes?limit=200"), &sector).send(&t).await.json();
        listed["items"].as_array().unwrap().clone()
    };
    let (theirs, own) = (classes(&other).await, classes(&school).await);
    let is_home = |class: &Value| taught.iter().any(|mine| mine["id"] == class["id"] && mine["homeroom"] == true);
    let colleague = own.iter().find(|class| !is_home(class)).unwrap();
    let listed = Call::get(&format!("/api/v1/people?school={other}&kind=pupil&limit=1"), &sector).send(&t).await.json();
    let stranger = listed["items"][0]["id"].as_str().unwrap();
    assert_eq!(listed["items"][0]["school_code"], json!(other));
    for kind in ["slips", "badges"] {
        for (wrong, pointer) in [
            (json!({ "school": school }), "/school"),
            (json!({ "school": other }), "/school"),
            (json!({ "school": school, "class": colleague["id"] }), "/class"),
            (json!({ "school": other, "class": theirs[0]["id"] }), "/class"),
            // Whether there is such a school elsewhere is not told.
            (json!({ "school": other, "class": home["id"] }), "/class"),
            (json!({ "school": "00000000", "class": home["id"] }), "/class"),
            (json!({ "school": school, "class": home["id"], "people": [stranger] }), "/people"),
        ] {
            let answer = print(kind, wrong.clone()).await;
            assert_eq!(problem(&answer), is(422, "bad-fields"), "{kind} {wrong}: {}", answer.text);
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{kind} {wrong}");
        }
    }
    let theirs = Call::post(&format!("/api/v1/people/{stranger}/void-badge"), &teacher, None).send(&t).await;
    assert_eq!(problem(&theirs), is(404, "not-found"));
} }

both! { async fn r44_sheets_want_a_fresh_sign_in(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "codes:issue").await;
    t.advance(Duration::from_secs(301));
    for kind in ["slips", "badges"] {
        let ask = json!({ "school": t.person("school_admin").school_code });
        let answer = Call::post(&format!("/api/v1/{kind}"), &token, ask).send(&t).await;
        assert_eq!(problem(&answer), is(401, "stale"), "{kind}");
        assert!(answer.header("www-authenticate").contains("max_age=\"300\""), "{kind}");
    }
} }

both! { async fn sheets_are_printed_for_whom_an_import_created(t: Tour) {
    let app = console(&t).await;
    let school = t.person("school_admin").school_code.clone();
    let token = token(&t, &app, "school_admin", "codes:issue imports:write").await;
    let sent = crate::api::imports::send(&t, &token, &[("school", &school)], crate::api::imports::list(&school).as_bytes()).await;
    let import = sent.json()["id"].as_str().unwrap().to_owned();
    let ask = json!({ "school": school, "import": import });
    let before = Call::post("/api/v1/badges", &token, ask.clone()).send(&t).await;
    assert_eq!(before.status, 204, "it has created nobody yet: {}", before.text);
    work(&t).await;
    let address = format!("/api/v1/imports/{import}");
    let seen = Call::get(&address, &token).send(&t).await;
    let tag = seen.header("etag").to_owned();
    let agreed = Call::post(&format!("{address}/commit"), &token, json!({})).with(&[("if-match", &tag)]).send(&t).await;
    assert_eq!(agreed.status, 202, "{}", agreed.text);
    work(&t).await;
    let few = printed(&Call::post("/api/v1/badges", &token, ask.clone()).send(&t).await);
    let all = printed(&Call::post("/api/v1/badges", &token, json!({ "school": school })).send(&t).await);
    assert!(few < all, "{few} {all}");
    printed(&Call::post("/api/v1/slips", &token, ask).send(&t).await);
} }
