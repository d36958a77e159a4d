//! Administrative roles by the API: seen, given and taken, by whom they may be.

use std::time::Duration;

use phuong::services::authority::AdminRole;
use serde_json::{Value, json};

use super::{Call, console, is, other_school, problem, token};
use crate::{
    admin::{give, org_of, person},
    support::tour::Tour,
};

const ROLES: &str = "/api/v1/roles";

fn of<'l>(list: &'l Value, name: &str) -> Vec<&'l Value> {
    list["items"].as_array().unwrap().iter().filter(|row| row["name"] == name).collect()
}

both! { async fn r51_a_role_is_given_once_seen_and_taken_each_with_its_line(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "roles:write audit:read").await;
    let (staff, own) = (t.person("staff").clone(), t.person("school_admin").school_code.clone());
    let ask = json!({ "sector_id": staff.sector_id, "role": "help_desk", "org": own });
    let given = Call::post(ROLES, &token, ask.clone()).send(&t).await;
    assert_eq!((given.status, given.json()["changed"].as_bool()), (200, Some(true)), "{}", given.text);
    let again = Call::post(ROLES, &token, ask).send(&t).await.json();
    assert_eq!((&again["changed"], &again["id"]), (&json!(false), &given.json()["id"]), "given twice, it is held once");
    let list = Call::get(&format!("{ROLES}?role=help_desk&org={own}"), &token).send(&t).await.json();
    let held = of(&list, &staff.name);
    assert_eq!((held.len(), held[0]["person"].as_str()), (1, Some(person(&t, "staff").await.to_string().as_str())), "{list}");
    assert_eq!(held[0]["given_by"], t.person("school_admin").name);
    assert_eq!((&held[0]["id"], &held[0]["org_code"]), (&given.json()["id"], &json!(own)));
    let theirs = Call::get(&format!("{ROLES}?person={}", person(&t, "staff").await), &token).send(&t).await.json();
    assert_eq!(theirs["items"], json!([held[0]]));
    let wrong = Call::get(&format!("{ROLES}?person={}&org={own}&role=auditor", person(&t, "staff").await), &token).send(&t).await;
    assert_eq!(wrong.json()["items"], json!([]), "of this role");
    assert_eq!(problem(&Call::get(&format!("{ROLES}?person=x"), &token).send(&t).await), is(400, "bad-request"));
    let address = format!("{ROLES}/{}", held[0]["id"].as_str().unwrap());
    assert_eq!(Call::get(&address, &token).send(&t).await.json()["role"], "help_desk");
    assert_eq!(Call::delete(&address, &token).send(&t).await.status, 204);
    assert_eq!(problem(&Call::get(&address, &token).send(&t).await), is(404, "not-found"));
    for action in ["role.given", "role.taken"] {
        let trail = Call::get(&format!("/api/v1/events?action={action}&person={}", staff.sector_id), &token).send(&t).await;
        assert_eq!(trail.json()["items"].as_array().unwrap().len(), 1, "{action}: {}", trail.text);
    }
} }

both! { async fn r39_r40_nobody_gives_or_takes_what_they_lack(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "roles:write").await;
    let own = t.person("school_admin").school_code.clone();
    let ask = async |body: Value| Call::post(ROLES, &token, body).send(&t).await;
    let id = |role: &str| t.person(role).sector_id.clone();
    for (body, told) in [
        (json!({ "sector_id": id("staff"), "role": "sector_admin", "org": own }), is(403, "role")),
        (json!({ "sector_id": id("staff"), "role": "help_desk" }), is(422, "bad-fields")),
        (json!({ "sector_id": id("school_admin"), "role": "help_desk", "org": own }), is(403, "oneself")),
        (json!({ "sector_id": id("sector_admin"), "role": "help_desk", "org": own }), is(422, "bad-fields")),
        (json!({ "sector_id": "3199999999", "role": "help_desk", "org": own }), is(422, "bad-fields")),
        (json!({ "sector_id": id("student"), "role": "help_desk", "org": own }), is(422, "bad-fields")),
        (json!({ "sector_id": id("staff"), "role": "root", "org": own }), is(422, "bad-fields")),
        (json!({ "sector_id": id("staff"), "role": "help_desk", "org": own, "granted_by": "x" }), is(422, "bad-fields")),
    ] {
        assert_eq!(problem(&ask(body.clone()).await), told, "{body}");
    }
    give(&t, "staff", AdminRole::Auditor, org_of(&t, "sector_admin").await).await;
    let up = ask(json!({ "sector_id": id("staff"), "role": "help_desk", "org": own })).await;
    assert_eq!(problem(&up), is(403, "upward"));
    let chief = super::token(&t, &app, "sector_admin", "roles:write").await;
    let list = Call::get(&format!("{ROLES}?role=sector_admin"), &chief).send(&t).await.json();
    let last = of(&list, &t.person("sector_admin").name)[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(Call::delete(&format!("{ROLES}/{last}"), &chief).send(&t).await.status / 100, 4, "the last one stays");
    assert_eq!(Call::get(&format!("{ROLES}/{last}"), &chief).send(&t).await.status, 200);
} }

both! { async fn r38_roles_over_other_schools_are_not_there(t: Tour) {
    let app = console(&t).await;
    let (head, chief) = (token(&t, &app, "school_admin", "roles:write").await, token(&t, &app, "sector_admin", "roles:write").await);
    let other = other_school(&t).await;
    give(&t, "teacher", AdminRole::HelpDesk, crate::admin::other_school(&t, "school_admin").await).await;
    let name = t.person("teacher").name.clone();
    let list = Call::get(&format!("{ROLES}?role=help_desk&limit=200"), &chief).send(&t).await.json();
    let foreign = format!("{ROLES}/{}", of(&list, &name)[0]["id"].as_str().unwrap());
    assert!(of(&Call::get(&format!("{ROLES}?limit=200"), &head).send(&t).await.json(), &name).is_empty());
    let theirs = format!("{ROLES}?person={}", person(&t, "teacher").await);
    assert_eq!(Call::get(&theirs, &head).send(&t).await.json()["items"], json!([]));
    assert_eq!(Call::get(&theirs, &chief).send(&t).await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(problem(&Call::get(&foreign, &head).send(&t).await), is(404, "not-found"));
    assert_eq!(problem(&Call::delete(&foreign, &head).send(&t).await), is(404, "not-found"));
    assert_eq!(problem(&Call::get(&format!("{ROLES}?org={other}"), &head).send(&t).await), is(404, "not-found"));
    let ask = json!({ "sector_id": t.person("staff").sector_id, "role": "help_desk", "org": other });
    let answer = Call::post(ROLES, &head, ask).send(&t).await;
    assert_eq!((problem(&answer), answer.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some("/org")));
} }

both! { async fn r38_of_whoever_works_elsewhere_the_name_and_the_role_are_told_and_no_more(t: Tour) {
    let app = console(&t).await;
    let guest = t.person("sector_admin").clone();
    give(&t, "sector_admin", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    let own = t.person("school_admin").school_code.clone();
    let who = json!(person(&t, "sector_admin").await.to_string());
    let told = |row: &Value| ["person", "sector_id", "state"].map(|field| row[field].clone());
    for (role, known) in [
        ("school_admin", [Value::Null, Value::Null, Value::Null]),
        ("sector_admin", [who.clone(), json!(guest.sector_id), json!("active")]),
    ] {
        let token = token(&t, &app, role, "roles:write people:read").await;
        let list = Call::get(&format!("{ROLES}?role=help_desk&org={own}"), &token).send(&t).await.json();
        let held = of(&list, &guest.name)[0];
        assert_eq!((told(held), &held["role"]), (known.clone(), &json!("help_desk")), "{role}");
        let address = format!("{ROLES}/{}", held["id"].as_str().unwrap());
        assert_eq!(Call::get(&address, &token).send(&t).await.json(), *held, "{role}");
        let school = Call::get(&format!("/api/v1/schools/{own}"), &token).send(&t).await.json();
        let there = school["administered_by"].as_array().unwrap().iter().find(|one| one["name"] == guest.name).unwrap();
        assert_eq!((&there["person"], &there["state"]), (&known[0], &known[2]), "{role}");
        if role == "school_admin" {
            assert_eq!(problem(&Call::delete(&address, &token).send(&t).await), is(404, "not-found"));
        }
    }
} }

both! { async fn r44_roles_are_given_and_taken_by_a_fresh_sign_in(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "roles:write").await;
    let list = Call::get(&format!("{ROLES}?role=school_admin"), &token).send(&t).await.json();
    let held = format!("{ROLES}/{}", of(&list, &t.person("school_admin").name)[0]["id"].as_str().unwrap());
    t.advance(Duration::from_secs(301));
    let ask = json!({ "sector_id": t.person("staff").sector_id, "role": "auditor" });
    assert_eq!(problem(&Call::post(ROLES, &token, ask).send(&t).await), is(401, "stale"));
    let taken = Call::delete(&held, &token).send(&t).await;
    assert_eq!(problem(&taken), is(401, "stale"));
    assert!(taken.header("www-authenticate").contains("max_age=\"300\""));
    assert_eq!(Call::get(&held, &token).send(&t).await.status, 200, "nothing was done");
} }
