//! An import corrected by the API before it is written: a cell, and what a column holds.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, console, imports::send, is, problem, token};
use crate::{admin::imports::work, support::tour::Tour};

async fn look(t: &Tour, address: &str, token: &str) -> (Value, String) {
    let answer = Call::get(address, token).send(t).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.json(), answer.header("etag").to_owned())
}

async fn brought(t: &Tour, token: &str, file: &str) -> String {
    let school = t.person("school_admin").school_code.clone();
    let sent = send(t, token, &[("school", &school), ("year", "2026-2027")], file.as_bytes()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    work(t).await;
    format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap())
}

both! { async fn r40_r51_a_cell_is_corrected_as_it_was_read_and_the_row_is_taken(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write audit:read").await;
    let list = crate::api::imports::list(&t.person("school_admin").school_code);
    let address = brought(&t, &token, &list).await;
    let (review, tag) = look(&t, &address, &token).await;
    assert_eq!((&review["state"], &review["refused"]), (&json!("review"), &json!(1)), "{review}");
    let cell = review["causes"].as_array().unwrap().iter().find(|cause| cause["severity"] == "error").unwrap()["cells"][0]["cell"].clone();
    let cells = format!("{address}/cells");
    let put = json!({ "cells": [{ "cell": cell, "text": "28/02/2017" }] });
    assert_eq!(problem(&Call::post(&cells, &token, put.clone()).send(&t).await), is(428, "no-condition"));
    let held = [("if-match", tag.as_str())];
    for wrong in [
        json!({ "cells": [] }),
        json!({ "cells": [{ "cell": 999, "text": "x" }] }),
        json!({ "cells": [{ "cell": cell, "text": "x", "row": 1 }] }),
        json!({ "cells": [{ "cell": cell, "text": "x".repeat(501) }] }),
    ] {
        assert_eq!(problem(&Call::post(&cells, &token, wrong.clone()).with(&held).send(&t).await), is(422, "bad-fields"), "{wrong}");
    }
    t.clock.advance(Duration::from_secs(1));
    let corrected = Call::post(&cells, &token, put.clone()).with(&held).send(&t).await;
    assert_eq!(corrected.status, 202, "{}", corrected.text);
    work(&t).await;
    let (again, _) = look(&t, &address, &token).await;
    assert_eq!((&again["refused"], &again["people"]["created"]), (&json!(0), &json!(2)), "{again}");
    assert_eq!(problem(&Call::post(&cells, &token, put).with(&held).send(&t).await), is(412, "changed"), "it was read before");
    let trail = Call::get("/api/v1/events?action=import.amended", &token).send(&t).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{trail}");
} }

both! { async fn a_column_is_named_and_what_it_holds_is_read(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let file = format!(
        "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Cột của trường|Giới tính|Trạng thái HS\n\
         {school}|3A|3199000001|Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n"
    );
    let address = brought(&t, &token, &file).await;
    let (review, tag) = look(&t, &address, &token).await;
    let column = |seen: &Value| seen["columns"].as_array().unwrap().iter().find(|one| one["title"] == "Cột của trường").cloned();
    let unread = column(&review).unwrap_or_else(|| panic!("{review}"));
    assert_eq!((&unread["holds"], &unread["samples"][0]), (&Value::Null, &json!("14/03/2017")));
    let held = [("if-match", tag.as_str())];
    let name = async |body: Value| Call::post(&format!("{address}/columns"), &token, body).with(&held).send(&t).await;
    for wrong in [json!({ "columns": [] }), json!({ "columns": [{ "title": "Không có", "holds": "born" }] }), json!({ "columns": [{ "title": "Cột của trường", "holds": "verified" }] })] {
        assert_eq!(problem(&name(wrong.clone()).await), is(422, "bad-fields"), "r40 {wrong}");
    }
    let named = name(json!({ "columns": [{ "title": "Cột của trường", "holds": "born" }] })).await;
    assert_eq!(named.status, 202, "{}", named.text);
    work(&t).await;
    let (again, tag) = look(&t, &address, &token).await;
    assert_eq!(column(&again).unwrap()["holds"], "born");
    let retry = Call::post(&format!("{address}/retry"), &token, None).with(&[("if-match", tag.as_str())]).send(&t).await;
    assert_eq!(problem(&retry), is(409, "conflict"), "it does not rest");
    for deed in ["pause", "resume"] {
        let nothing = Call::post(&format!("{address}/{deed}"), &token, None).send(&t).await;
        assert_eq!(problem(&nothing), is(409, "conflict"), "{deed}: nobody works at it");
    }
} }

both! { async fn what_a_list_is_about_is_said_where_its_columns_do_not_tell(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let file = format!("Mã trường|Mã định danh|Họ tên|Ngày sinh|Môn\n{school}|3199000044|Lê Văn An|05/04/2017|\n");
    let address = brought(&t, &token, &file).await;
    let (review, tag) = look(&t, &address, &token).await;
    assert_eq!((&review["unclear"], &review["files"]), (&json!(true), &json!([])), "{review}");
    assert_eq!(review["problem_code"], "kind_unclear", "{review}");
    let listed = async || Call::get("/api/v1/imports", &token).send(&t).await.json()["items"][0].clone();
    assert_eq!((&review["state"], &review["unreadable"], &listed().await["unreadable"]), (&json!("review"), &json!(true), &json!(true)));
    assert!(review["problem"].is_string() && !review["problem"].as_str().unwrap().contains("--kind"), "{review}");
    let held = [("if-match", tag.as_str())];
    let say = async |body: Value| Call::post(&format!("{address}/columns"), &token, body).with(&held).send(&t).await;
    for wrong in [json!({}), json!({ "about": null }), json!({ "about": "guests" })] {
        assert_eq!(problem(&say(wrong.clone()).await), is(422, "bad-fields"), "{wrong}");
    }
    assert_eq!(say(json!({ "about": "pupils" })).await.status, 202);
    work(&t).await;
    let (told, _) = look(&t, &address, &token).await;
    assert_eq!((&told["unclear"], &told["problem"], &told["people"]["created"]), (&json!(false), &Value::Null, &json!(1)), "{told}");
    assert_eq!(told["problem_code"], Value::Null, "{told}");
    assert_eq!((&told["unreadable"], &listed().await["unreadable"]), (&json!(false), &json!(false)), "{told}");
    let read = json!([{ "file": "Lớp 3A.csv", "sheet": "", "about": "pupils", "rows": 1, "ignored": ["Môn"], "unread": [] }]);
    assert_eq!(told["files"], read);
} }

both! { async fn an_import_is_stopped_and_gone_on_with(t: Tour) {
    let app = console(&t).await;
    let school = t.person("school_admin").school_code.clone();
    let token = token(&t, &app, "school_admin", "imports:write").await;
    let sent = send(&t, &token, &[("school", &school)], crate::api::imports::list(&school).as_bytes()).await;
    let address = format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap());
    let turn = async |deed: &str| Call::post(&format!("{address}/{deed}"), &token, None).send(&t).await.status;
    assert_eq!(turn("pause").await, 202);
    assert_eq!(work(&t).await, 0, "no node takes it on");
    assert_eq!(look(&t, &address, &token).await.0["state"], "paused");
    assert_eq!((turn("pause").await, turn("resume").await, turn("resume").await), (409, 202, 409));
    assert_eq!(work(&t).await, 1);
    assert_eq!(look(&t, &address, &token).await.0["state"], "review");
} }

both! { async fn r38_an_import_of_others_is_not_there_to_correct(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "imports:write").await, token(&t, &app, "sector_admin", "imports:write").await);
    let other = crate::api::other_school(&t).await;
    let theirs = send(&t, &chief, &[("school", &other)], crate::api::imports::list(&other).as_bytes()).await;
    let address = format!("/api/v1/imports/{}", theirs.json()["id"].as_str().unwrap());
    for (deed, body) in [
        ("cells", json!({ "cells": [{ "cell": 0, "text": "x" }] })),
        ("columns", json!({ "columns": [{ "title": "x" }] })),
        ("retry", json!({})),
        ("pause", json!({})),
        ("resume", json!({})),
    ] {
        let answer = Call::post(&format!("{address}/{deed}"), &head, body).with(&[("if-match", "\"x\"")]).send(&t).await;
        assert_eq!(problem(&answer), is(404, "not-found"), "{deed}");
    }
} }
