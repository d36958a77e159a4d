//! What the API tells of an import so that somebody can decide: whom a row is about, how many would end and where, why it
//! rests.

use std::time::Duration;

use phuong::{
    base::{clock::Moment, id::ImportId},
    store::{Tx, import_tasks},
};
use serde_json::{Value, json};

use super::{Call, console, imports::send, is, problem, token};
use crate::{admin::imports::work, support::tour::Tour};

const HEADER: &str = "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh|Giới tính|Trạng thái HS\n";
const NAME: &str = "Zuchinthe Xuân Quyxich";

fn list(school: &str, id: &str) -> String {
    format!("{HEADER}{school}|3A|{id}|{NAME}|05/04/2017|Nữ|Đang học\n")
}

async fn look(t: &Tour, address: &str, token: &str) -> (Value, String) {
    let answer = Call::get(address, token).send(t).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.json(), answer.header("etag").to_owned())
}

async fn sent(t: &Tour, token: &str, school: &str, file: &str) -> String {
    let sent = send(t, token, &[("school", school), ("year", "2026-2027")], file.as_bytes()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap())
}

/// Sends a list, and has it looked at.
async fn brought(t: &Tour, token: &str, school: &str, file: &str) -> String {
    let address = sent(t, token, school, file).await;
    assert_eq!(work(t).await, 1);
    address
}

/// Does something to an import as it is now, and has a node do its part: what it comes to.
async fn turned(t: &Tour, token: &str, address: &str, (deed, body): (&str, Value)) -> Value {
    let tag = look(t, address, token).await.1;
    let held = format!("\"another\", {tag}");
    let done = Call::post(&format!("{address}/{deed}"), token, body).with(&[("if-match", &held)]).send(t).await;
    assert_eq!(done.status, 202, "{deed}: {}", done.text);
    assert_eq!(work(t).await, 1);
    look(t, address, token).await.0
}

/// Whom the row may be about.
fn candidates(review: &Value) -> Value {
    let causes = review["causes"].as_array().unwrap();
    let held = causes.iter().find(|cause| cause["code"] == "maybe_known").unwrap_or_else(|| panic!("{review}"));
    assert_eq!((&held["cells"][0]["cell"], held["cells"].as_array().unwrap().len()), (&json!(0), 1), "{review}");
    held["cells"][0]["candidates"].clone()
}

both! { async fn r38_whom_a_row_may_be_about_is_told_to_those_who_may_see_them_and_answered_by_an_id(t: Tour) {
    let app = console(&t).await;
    let (school, other) = (t.person("school_admin").school_code.clone(), crate::api::other_school(&t).await);
    let chief = token(&t, &app, "sector_admin", "imports:write people:read").await;
    let head = token(&t, &app, "school_admin", "imports:write people:read").await;
    let first = brought(&t, &chief, &other, &list(&other, "")).await;
    assert_eq!(turned(&t, &chief, &first, ("commit", json!({}))).await["state"], "done");

    let address = brought(&t, &head, &school, &list(&school, "3199000041")).await;
    let review = look(&t, &address, &head).await.0;
    assert_eq!((&review["people"]["review"], &review["to_write"]), (&json!(1), &json!(0)), "{review}");
    assert_eq!(candidates(&review), json!([]), "they are at another school");
    let told = candidates(&look(&t, &address, &chief).await.0);
    let temporary = told[0]["id"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    assert!(temporary.starts_with("TAM-"), "{told}");
    assert_eq!((&told[0]["name"], &told[0]["born"], &told[0]["place"][0]), (&json!(NAME), &json!("2017-04-05"), &json!("3A")));

    // Of their own school: the ID comes in place.
    let own = brought(&t, &chief, &other, &list(&other, "3199000042")).await;
    assert_eq!(candidates(&look(&t, &own, &chief).await.0)[0]["id"], temporary);
    let cells = json!({ "cells": [{ "cell": 0, "text": temporary }] });
    let decided = turned(&t, &chief, &own, ("cells", cells)).await;
    assert_eq!((&decided["people"]["updated"], &decided["to_write"]), (&json!(1), &json!(1)), "{decided}");
    turned(&t, &chief, &own, ("commit", json!({}))).await;
    let found = Call::get("/api/v1/people?q=3199000042", &chief).send(&t).await.json();
    assert_eq!(found["items"][0]["name"], NAME, "{found}");
} }

both! { async fn what_would_end_is_told_by_school_and_agreed_to_by_its_number(t: Tour) {
    let app = console(&t).await;
    let scopes = "imports:write schools:write";
    let chief = token(&t, &app, "sector_admin", scopes).await;
    let new = json!({ "code": "31309999", "name": "Trường TH Hoa Phượng", "levels": ["TH"], "commune": "Phường Phượng Mới" });
    assert_eq!(Call::post("/api/v1/schools", &chief, new).send(&t).await.status, 201);
    let list = |status: &str| {
        let row = |day: u32| format!("31309999|3A|31990001{day:02}|{NAME}|{day:02}/04/2017|Nữ|{status}\n");
        format!("{HEADER}{}", (1..=21).map(row).collect::<String>())
    };
    let come = brought(&t, &chief, "31309999", &list("Đang học")).await;
    let review = look(&t, &come, &chief).await.0;
    assert_eq!((&review["to_write"], &review["confirm_ended"], &review["endings"]), (&json!(21), &Value::Null, &json!([])), "{review}");
    let done = turned(&t, &chief, &come, ("commit", json!({}))).await;
    assert!(done["undo_until"].is_string(), "{done}");

    let go = brought(&t, &chief, "31309999", &list("Thôi học")).await;
    let (review, tag) = look(&t, &go, &chief).await;
    let endings = json!([{ "school": "31309999", "ended": 21, "of": 21 }]);
    assert_eq!((&review["confirm_ended"], &review["endings"]), (&json!(21), &endings), "{review}");
    let unsaid = Call::post(&format!("{go}/commit"), &chief, json!({})).with(&[("if-match", &tag)]).send(&t).await;
    assert_eq!((problem(&unsaid), unsaid.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/confirm_ended")));
    let done = turned(&t, &chief, &go, ("commit", json!({ "confirm_ended": 21 }))).await;
    assert_eq!((&done["state"], &done["people"]["ended"], &done["endings"]), (&json!("done"), &json!(21), &json!([])), "{done}");

    t.advance(Duration::from_hours(24) + Duration::from_secs(1));
    let chief = token(&t, &app, "sector_admin", scopes).await;
    assert_eq!(look(&t, &go, &chief).await.0["undo_until"], Value::Null, "it is too late");
} }

both! { async fn why_an_import_rests_is_told_by_its_code(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let address = sent(&t, &head, &school, &list(&school, "3199000043")).await;
    let id: ImportId = address.rsplit('/').next().unwrap().parse().unwrap();
    for _ in 0..import_tasks::TRIES {
        assert_eq!(look(&t, &address, &head).await.0["failure"], Value::Null, "it is tried again");
        let turn = (id, t.clock.now());
        let fail = async |tx: &mut Tx, (id, now): &(ImportId, Moment)| import_tasks::fail(tx, (*id, "VXBVLHCM"), (*now, *now)).await;
        t.sv.store.write(turn, fail).await.unwrap();
    }
    let rests = look(&t, &address, &head).await.0;
    assert_eq!((&rests["state"], &rests["failure"]), (&json!("resting"), &json!("VXBVLHCM")));
    let tag = look(&t, &address, &head).await.1;
    let retry = async |tag: &str| Call::post(&format!("{address}/retry"), &head, None).with(&[("if-match", tag)]).send(&t).await;
    assert_eq!(problem(&retry("*").await), is(412, "changed"), "what nobody read");
    let retried = retry(&tag).await;
    assert_eq!(retried.status, 202, "{}", retried.text);
    work(&t).await;
    let review = look(&t, &address, &head).await.0;
    assert_eq!((&review["state"], &review["failure"]), (&json!("review"), &Value::Null));
} }
