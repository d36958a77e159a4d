//! A commune by the API: it has no code, and goes by its name.

use serde_json::json;

use super::{Call, console, is, problem, token};
use crate::support::tour::Tour;

/// `Phường Phượng Mới`, as somebody types it.
const NAMED: &str = "phuong%20phuong%20moi";

both! { async fn r38_a_commune_is_named_by_whoever_reaches_it(t: Tour) {
    let app = console(&t).await;
    let chief = token(&t, &app, "sector_admin", "schools:write roles:write").await;
    let new = json!({ "code": "31309999", "name": "Trường TH Hoa Phượng", "levels": ["TH"], "commune": "Phường Phượng Mới" });
    assert_eq!(Call::post("/api/v1/schools", &chief, new).send(&t).await.status, 201);
    let staff = t.person("staff").clone();
    let role = |org: &str| json!({ "sector_id": staff.sector_id, "role": "school_admin", "org": org });
    let given = Call::post("/api/v1/roles", &chief, role(" Phường Phượng Mới ")).send(&t).await;
    assert_eq!((given.status, given.json()["changed"].as_bool()), (200, Some(true)), "{}", given.text);
    let listed = Call::get(&format!("/api/v1/roles?org={NAMED}"), &chief).send(&t).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["org"]), (&json!(staff.name), &json!("Phường Phượng Mới")));

    let reads = "people:read people:export roles:write";
    let (own, other) = (token(&t, &app, "staff", reads).await, token(&t, &app, "school_admin", reads).await);
    for path in ["/api/v1/people?school=", "/api/v1/exports/people?school=", "/api/v1/exports/oneroster?school=", "/api/v1/roles?org="] {
        assert_eq!(Call::get(&format!("{path}{NAMED}"), &own).send(&t).await.status, 200, "{path}");
        for nothing in [NAMED, "phuong%20nao%20khac", ""] {
            assert_eq!(problem(&Call::get(&format!("{path}{nothing}"), &other).send(&t).await), is(404, "not-found"), "{path}{nothing}");
        }
    }
    for nothing in ["Phường Phượng Mới", "Phường Nào Khác"] {
        let refused = Call::post("/api/v1/roles", &other, role(nothing)).send(&t).await;
        assert_eq!((problem(&refused), refused.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/org")));
    }
    // What is done to a school is done by its code alone.
    let close = Call::post(&format!("/api/v1/schools/{NAMED}/close"), &chief, json!({ "code": "31309999" })).send(&t).await;
    assert_eq!(problem(&close), is(404, "not-found"));
} }
