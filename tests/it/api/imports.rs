//! A list of pupils by the API: sent, looked at, agreed to as it was read, written, taken back.

use phuong::services::authority::AdminRole;
use serde_json::{Value, json};

use super::{Call, console, is, problem, sending::Form, token};
use crate::{
    admin::{give, imports::work, org_of},
    support::tour::{Answer, Tour},
};

/// A form with fields and one file.
pub(super) async fn send(t: &Tour, token: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let form =
        Form { key: "", boundary: "a-boundary", fields: fields.to_vec(), name: "Lớp 3A.csv", file: file.to_vec() };
    form.send(t, token).await
}

pub(super) fn list(school: &str) -> String {
    format!(
        "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh|Giới tính|Trạng thái HS\n\
         {school}|3A|3199000001|Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n\
         {school}|3A|3199000003|Lê Văn An|31/02/2017|Nam|Đang học\n"
    )
}

async fn look(t: &Tour, address: &str, token: &str) -> (Value, String) {
    let answer = Call::get(address, token).send(t).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.json(), answer.header("etag").to_owned())
}

both! { async fn a_list_is_sent_looked_at_agreed_to_and_taken_back(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write people:read").await;
    let school = t.person("school_admin").school_code.clone();
    let sent = send(&t, &token, &[("school", &school), ("year", "2026-2027")], list(&school).as_bytes()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let address = format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap());
    assert_eq!(sent.header("location"), format!("http://localhost:8080{address}"));
    assert_eq!(look(&t, &address, &token).await.0["state"], "checking");
    work(&t).await;

    let (review, tag) = look(&t, &address, &token).await;
    assert_eq!((review["state"].as_str(), &review["people"]["created"], &review["refused"]), (Some("review"), &json!(1), &json!(1)), "{review}");
    let causes = review["causes"].as_array().unwrap();
    assert!(causes.iter().any(|cause| cause["severity"] == "error" && cause["cells"][0]["row"] == 3), "{review}");
    let found = Call::get("/api/v1/people?q=3199000001", &token).send(&t).await.json();
    assert_eq!(found["items"], json!([]), "nothing is written yet");
    let workbook = Call::get(&format!("{address}/result"), &token).send(&t).await;
    assert_eq!(workbook.status, 200);
    assert!(workbook.header("content-disposition").starts_with("attachment"), "r48");
    assert_eq!(workbook.header("cache-control"), "no-store", "pupils' rows are kept by nobody on the way");

    // What was not read is not agreed to.
    let commit = format!("{address}/commit");
    assert_eq!(problem(&Call::post(&commit, &token, json!({})).send(&t).await), is(428, "no-condition"));
    let stale = [("if-match", "\"1-0-vi\"")];
    assert_eq!(problem(&Call::post(&commit, &token, json!({})).with(&stale).send(&t).await), is(412, "changed"));
    let held = [("if-match", tag.as_str())];
    let agreed = Call::post(&commit, &token, json!({})).with(&held).send(&t).await;
    assert_eq!(agreed.status, 202, "{}", agreed.text);
    work(&t).await;
    let (done, tag) = look(&t, &address, &token).await;
    assert_eq!((done["state"].as_str(), &done["people"]["created"]), (Some("done"), &json!(1)), "{done}");
    assert_eq!((&done["rows_done"], &done["rows_all"]), (&json!(2), &json!(2)), "{done}");
    let found = Call::get("/api/v1/people?q=3199000001", &token).send(&t).await.json();
    assert_eq!(found["items"][0]["name"], "Nguyễn Thị Bảo Ngọc");

    let undone = Call::post(&format!("{address}/undo"), &token, None).with(&[("if-match", &tag)]).send(&t).await;
    assert_eq!(undone.status, 202, "{}", undone.text);
    work(&t).await;
    assert_eq!(look(&t, &address, &token).await.0["state"], "undone");
    let listed = Call::get("/api/v1/imports", &token).send(&t).await.json();
    assert_eq!((&listed["items"][0]["file"], &listed["items"][0]["state"]), (&json!("Lớp 3A.csv"), &json!("undone")));
} }

both! { async fn what_a_row_changes_is_told_value_by_value_and_who_stays_once_it_is_taken_back(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "imports:write people:read people:write").await;
    let school = t.person("school_admin").school_code.clone();
    let rows = |born: &str| format!(
        "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh|Giới tính|Trạng thái HS\n\
         {school}|3A|3199000001|Nguyễn Thị Bảo Ngọc|{born}|Nữ|Đang học\n\
         {school}|3A|3199000003|Lê Văn An|15/03/2017|Nam|Đang học\n"
    );
    let bring = async |list: String| {
        let sent = send(&t, &token, &[("school", &school)], list.as_bytes()).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        work(&t).await;
        format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap())
    };
    let turn = async |address: &str, deed: &str, body: Option<Value>| {
        let tag = look(&t, address, &token).await.1;
        let done = Call::post(&format!("{address}/{deed}"), &token, body).with(&[("if-match", &tag)]).send(&t).await;
        assert_eq!(done.status, 202, "{}", done.text);
        work(&t).await;
        look(&t, address, &token).await.0
    };
    let address = bring(rows("14/03/2017")).await;
    let done = turn(&address, "commit", Some(json!({}))).await;
    assert_eq!((&done["people"]["created"], &done["back"], &done["kept"]), (&json!(2), &Value::Null, &Value::Null), "{done}");
    let again = look(&t, &bring(rows("14/03/2016")).await, &token).await.0;
    let changed = again["samples"].as_array().unwrap().iter().find(|row| row["outcome"] == "updated").unwrap();
    assert_eq!(changed["changes"], json!([{ "field": "born", "from": "14/03/2017", "to": "14/03/2016" }]), "{again}");

    let found = Call::get("/api/v1/people?q=3199000003", &token).send(&t).await.json();
    let pupil = found["items"][0]["id"].as_str().unwrap().to_owned();
    t.advance(std::time::Duration::from_secs(1));
    let person = format!("/api/v1/people/{pupil}");
    let touch = Call { method: axum::http::Method::PATCH, ..Call::put(&person, &token, json!({ "name": "Lê Văn Ân" })) };
    assert_eq!(touch.send(&t).await.status, 200);
    let kept = format!("{address}/kept");
    assert_eq!(Call::get(&kept, &token).send(&t).await.json(), json!({ "items": [] }), "nothing was taken back yet");
    let undone = turn(&address, "undo", None).await;
    assert_eq!((undone["state"].as_str(), &undone["back"], &undone["kept"]), (Some("undone"), &json!(1), &json!(1)), "{undone}");
    let listed = Call::get(&format!("{kept}?limit=1"), &token).send(&t).await.json();
    assert_eq!(listed, json!({ "items": [{ "person": pupil, "name": "Lê Văn Ân", "sector_id": "3199000003" }] }));
} }

both! { async fn r39_an_import_and_who_stayed_of_it_are_told_to_whoever_may_import_there(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let sent = send(&t, &own, &[("school", &school)], list(&school).as_bytes()).await;
    let address = format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap());
    let org = org_of(&t, "school_admin").await;
    for (role, right) in [("staff", AdminRole::HelpDesk), ("teacher", AdminRole::Auditor)] {
        give(&t, role, right, org).await;
    }
    let (desk, auditor) = (token(&t, &app, "staff", "imports:write").await, token(&t, &app, "teacher", "imports:write").await);
    let (pupil, reads) = (token(&t, &app, "student", "imports:write").await, token(&t, &app, "school_admin", "people:read").await);
    for told in [address.clone(), format!("{address}/kept"), format!("{address}/result")] {
        for (other, no) in [(&desk, is(403, "role")), (&auditor, is(403, "role")), (&pupil, is(404, "not-found")), (&reads, is(403, "scope"))] {
            assert_eq!(problem(&Call::get(&told, other).send(&t).await), no, "{told}");
        }
    }
    assert_eq!(Call::get(&format!("{address}/kept"), &own).send(&t).await.status, 200);
} }

both! { async fn a_code_longer_than_any_is_no_school(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "imports:write").await;
    let code = "9".repeat(100);
    let answer = send(&t, &token, &[("school", &code)], b"x").await;
    assert_eq!((problem(&answer), answer.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/school")));
} }

both! { async fn r38_an_import_is_for_ones_own_schools_and_nobody_elses(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "imports:write").await;
    let chief = token(&t, &app, "sector_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let other = crate::api::other_school(&t).await;
    for foreign in [other.as_str(), "99999999"] {
        let answer = send(&t, &own, &[("school", foreign)], list(foreign).as_bytes()).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{foreign}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/school");
    }
    let nowhere = send(&t, &own, &[], list(&school).as_bytes()).await;
    assert_eq!(nowhere.json()["errors"][0]["pointer"], "/school", "{}", nowhere.text);
    let theirs = send(&t, &chief, &[("school", &other)], list(&other).as_bytes()).await;
    let address = format!("/api/v1/imports/{}", theirs.json()["id"].as_str().unwrap());
    for theirs in [address.clone(), format!("{address}/kept")] {
        assert_eq!(problem(&Call::get(&theirs, &own).send(&t).await), is(404, "not-found"), "{theirs}");
    }
    let discard = Call::post(&format!("{address}/discard"), &own, None).with(&[("if-match", "\"x\"")]).send(&t).await;
    assert_eq!(problem(&discard), is(404, "not-found"));
    assert_eq!(Call::get("/api/v1/imports", &own).send(&t).await.json()["items"], json!([]));
} }

both! { async fn r40_r45_a_form_with_more_or_nothing_in_it_is_refused(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "imports:write").await;
    for (fields, pointer) in [
        (vec![("role", "x")], "/role"),
        (vec![("year", "2026-2029")], "/year"),
        (vec![("school", "99999999")], "/school"),
    ] {
        let answer = send(&t, &token, &fields, b"x").await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{fields:?}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let empty = send(&t, &token, &[], b"").await;
    assert_eq!(problem(&empty), is(422, "bad-fields"));
    let json = Call::post("/api/v1/imports", &token, json!({})).send(&t).await;
    assert_eq!(problem(&json), is(415, "media-type"));
} }
