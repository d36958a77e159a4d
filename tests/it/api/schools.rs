//! Schools by the API: lists, one with its people counted, its classes and their pupils, and its networks.

use std::time::Duration;

use phuong::{people::headcounts, services::authority::AdminRole};
use serde_json::{Value, json};

use super::{Call, console, is, other_school, problem, token};
use crate::support::tour::Tour;

fn codes(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
}

both! { async fn the_sector_lists_every_school_and_a_school_sees_its_classes_and_pupils(t: Tour) {
    while headcounts::work(&t.sv).await.unwrap() {}
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "people:read").await;
    let own = t.person("school_admin").school_code.clone();
    let all = codes(&Call::get("/api/v1/schools?limit=200", &chief).send(&t).await.json());
    assert!(all.len() > 1 && all.contains(&own), "{all:?}");
    let (mut walked, mut after) = (Vec::new(), String::new());
    loop {
        let page = Call::get(&format!("/api/v1/schools?limit=1{after}"), &chief).send(&t).await.json();
        walked.extend(codes(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(walked, all);
    for (filter, found) in [(format!("q={own}"), 1), ("closed=true".into(), 0), ("activated_below=0".into(), 0)] {
        assert_eq!(codes(&Call::get(&format!("/api/v1/schools?{filter}"), &chief).send(&t).await.json()).len(), found, "{filter}");
    }
    let without = codes(&Call::get("/api/v1/schools?unadministered=true", &chief).send(&t).await.json());
    assert!(!without.contains(&own) && without.len() < all.len(), "{without:?}");

    let desk = token(&t, &app, "school_admin", "people:read").await;
    let school = Call::get(&format!("/api/v1/schools/{own}"), &desk).send(&t).await;
    assert_eq!(school.status, 200, "{}", school.text);
    let told = school.json();
    assert_eq!((&told["code"], told["closed"].as_bool()), (&json!(own), Some(false)));
    assert!(told["administered_by"].as_array().unwrap().iter().any(|one| one["name"] == t.person("school_admin").name), "{told}");
    let classes = Call::get(&format!("/api/v1/schools/{own}/classes?limit=200"), &desk).send(&t).await.json();
    let first = &classes["items"][0];
    let class = first["code"].as_str().unwrap_or_else(|| panic!("no class: {classes}"));
    let pupils = Call::get(&format!("/api/v1/people?school={own}&class={class}&limit=200"), &desk).send(&t).await.json();
    assert_eq!(pupils["items"].as_array().unwrap().len() as u64, first["pupils"], "{pupils}");
    assert!(pupils["items"].as_array().unwrap().iter().all(|pupil| pupil["class"] == class && pupil["role"] == "student"));
    let heads: i64 = classes["items"].as_array().unwrap().iter().map(|class| class["pupils"].as_i64().unwrap()).sum();
    assert_eq!(told["pupils"], heads, "{told}");
    let staff = Call::get(&format!("/api/v1/people?school={own}&kind=staff&limit=200"), &desk).send(&t).await.json();
    assert!(staff["items"].as_array().unwrap().iter().all(|one| one["role"] != "student"), "{staff}");
    let nowhere = Call::get("/api/v1/people?class=3A", &chief).send(&t).await;
    assert_eq!((problem(&nowhere), nowhere.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/school")));
} }

both! { async fn r38_a_school_of_others_is_no_school(t: Tour) {
    let app = console(&t).await;
    let desk = token(&t, &app, "school_admin", "people:read schools:write").await;
    let (own, other) = (t.person("school_admin").school_code.clone(), other_school(&t).await);
    assert_eq!(codes(&Call::get("/api/v1/schools", &desk).send(&t).await.json()), [own]);
    for code in [other.as_str(), "00000000"] {
        for path in [format!("/api/v1/schools/{code}"), format!("/api/v1/schools/{code}/classes")] {
            assert_eq!(problem(&Call::get(&path, &desk).send(&t).await), is(404, "not-found"), "{path}");
        }
        let set = Call::put(&format!("/api/v1/schools/{code}/networks"), &desk, json!({ "networks": [] })).send(&t).await;
        assert_eq!(problem(&set), is(404, "not-found"), "{code}");
    }
} }

both! { async fn r39_r40_r51_networks_are_the_sectors_to_register(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "people:read schools:write audit:read").await;
    let desk = token(&t, &app, "school_admin", "schools:write").await;
    let own = t.person("school_admin").school_code.clone();
    let address = format!("/api/v1/schools/{own}/networks");
    let good = json!({ "networks": ["203.0.113.0/28", "2001:db8:1::/48"] });
    assert_eq!(problem(&Call::put(&address, &desk, good.clone()).send(&t).await), is(403, "role"));
    for wrong in [json!({ "networks": ["0.0.0.0/0"] }), json!({ "networks": ["x"] }), json!({ "networks": [], "name": "x" })] {
        assert_eq!(problem(&Call::put(&address, &chief, wrong).send(&t).await), is(422, "bad-fields"));
    }
    assert_eq!(Call::put(&address, &chief, good.clone()).send(&t).await.status, 204);
    let school = Call::get(&format!("/api/v1/schools/{own}"), &chief).send(&t).await.json();
    assert_eq!(school["networks"], good["networks"]);
    let other = format!("/api/v1/schools/{}/networks", other_school(&t).await);
    let taken = Call::put(&other, &chief, json!({ "networks": ["203.0.113.4"] })).send(&t).await;
    assert_eq!(problem(&taken), is(409, "conflict"));
    let trail = Call::get("/api/v1/events?action=org.networks_set", &chief).send(&t).await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{trail}");
} }

both! { async fn r39_r40_r44_the_sector_opens_a_school_and_closes_it(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "people:read schools:write").await;
    let new = |code: &str| json!({ "code": code, "name": "Trường TH&THCS Hoa Phượng", "levels": ["TH", "THCS"], "commune": "Phường Phượng Mới" });
    let open = async |token: &str, body: Value| Call::post("/api/v1/schools", token, body).send(&t).await;
    let opened = open(&chief, new("31309999")).await;
    assert_eq!((opened.status, opened.header("location"), opened.json()), (201, "/api/v1/schools/31309999", json!({ "code": "31309999" })), "{}", opened.text);
    assert_eq!(open(&chief, new("31309999")).await.status, 201, "opened once");
    let seen = Call::get("/api/v1/schools/31309999", &chief).send(&t).await.json();
    assert_eq!((&seen["levels"], &seen["commune"]), (&json!(["TH", "THCS"]), &json!("Phường Phượng Mới")));
    for (wrong, pointers) in [
        (json!({ "code": "?", "name": " ", "levels": [] }), vec!["/code", "/name", "/levels"]),
        (json!({ "code": "31309998", "name": "Trường TH Mới", "levels": ["TH"] }), vec!["/commune"]),
        (json!({ "code": t.person("student").school_code, "name": "Trường THPT Mới", "levels": ["THPT"] }), vec!["/code"]),
        (json!({ "code": "31309998", "name": "Trường Mới", "levels": ["TH", "?"] }), vec!["/levels/1"]),
        (json!({ "code": "31309998", "name": "Trường Mới", "levels": ["THPT"], "role": "x" }), vec!["/role"]),
    ] {
        let answer = open(&chief, wrong.clone()).await;
        assert_eq!(answer.status, 422, "{wrong}: {}", answer.text);
        let told = answer.json();
        let at: Vec<&str> = told["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
        assert_eq!(at, pointers, "{wrong}: {told}");
    }
    let head = token(&t, &app, "school_admin", "people:read schools:write").await;
    assert_eq!(open(&head, new("31309997")).await.status, 404, "r39: for whoever administers the sector");

    let close = async |token: &str, code: &str, typed: &str| {
        Call::post(&format!("/api/v1/schools/{code}/close"), token, json!({ "code": typed })).send(&t).await
    };
    let own = t.person("school_admin").school_code.clone();
    assert_eq!(problem(&close(&chief, &own, &own).await), is(409, "conflict"), "people are there");
    assert_eq!(problem(&close(&chief, "31309999", "31309998").await), is(422, "bad-fields"));
    assert_ne!(close(&head, "31309999", "31309999").await.status, 204, "r38");
    assert_eq!(close(&chief, "31309999", "31309999").await.status, 204);
    assert_eq!(Call::get("/api/v1/schools/31309999", &chief).send(&t).await.json()["closed"], true);
    assert_eq!(problem(&open(&chief, new("31309999")).await), is(422, "bad-fields"), "its code is spent");
    assert_eq!(open(&chief, new("31309996")).await.status, 201);
    t.advance(Duration::from_secs(301));
    let stale = close(&chief, "31309996", "31309996").await;
    assert_eq!(stale.status, 401, "r44: {}", stale.text);
} }

both! { async fn r38_the_help_desk_is_not_told_who_administers_a_school(t: Tour) {
    let app = console(&t).await;
    let code = t.person("school_admin").school_code.clone();
    crate::admin::give(&t, "teacher", AdminRole::HelpDesk, crate::admin::org_of(&t, "school_admin").await).await;
    for (role, told) in [("school_admin", true), ("teacher", false)] {
        let token = token(&t, &app, role, "people:read").await;
        let school = Call::get(&format!("/api/v1/schools/{code}"), &token).send(&t).await.json();
        assert_eq!(school["administered_by"].is_array(), told, "{role}: {school}");
        let page = crate::admin::console::signed_in(&t, role).await.get(&t, &format!("/console/schools/{code}")).await;
        let heading = page.text.contains("id=\"administrators\"");
        assert!((page.status == 200 && heading == told) || (!told && page.status == 403), "{role}: {} {}", page.status, page.text);
    }
} }
