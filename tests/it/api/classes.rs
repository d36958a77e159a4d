//! P11 by the API: a teacher has their classes, and the codes of their pupils.

use serde_json::{Value, json};

use super::{Call, console, every_scope, is, other_school, problem, token};
use crate::{
    admin::{person, whose},
    support::tour::Tour,
};

/// What whoever teaches has, though they administer nothing.
const TAUGHT: [&str; 6] = [
    "get /api/v1/classes",
    "get /api/v1/classes/{class}",
    "post /api/v1/badges",
    "post /api/v1/people/{person}/code",
    "post /api/v1/people/{person}/void-badge",
    "post /api/v1/slips",
];

async fn read(t: &Tour, path: &str, token: &str) -> Value {
    let answer = Call::get(path, token).send(t).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

/// Some class of a school.
async fn class_of(t: &Tour, school: &str, sector: &str) -> String {
    let classes = read(t, &format!("/api/v1/schools/{school}/classes"), sector).await;
    format!("/api/v1/classes/{}", classes["items"][0]["id"].as_str().unwrap())
}

/// Each operation of the API but for what strangers may read, asked by somebody about a person: what is not 404.
async fn found(t: &Tour, token: &str, about: &str) -> Vec<String> {
    let document = t.get("/api/v1/openapi.json", None).await.json();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let address: Vec<&str> = path
            .split('/')
            .map(|part| {
                if part == "{person}" {
                    about
                } else if part.starts_with('{') {
                    "0"
                } else {
                    part
                }
            })
            .collect();
        for (method, operation) in operations.as_object().unwrap() {
            if operation["security"][0]["oauth2"].is_null() {
                continue;
            }
            let method_of = method.to_uppercase().parse().unwrap();
            let answer = Call { method: method_of, ..Call::post(&address.join("/"), token, json!({})) }.send(t).await;
            if answer.status != 404 {
                found.push(format!("{method} {path}"));
            }
        }
    }
    found
}

both! { async fn r38_a_teacher_has_their_classes_and_their_pupils_codes_and_nothing_else(t: Tour) {
    let app = console(&t).await;
    let teacher = token(&t, &app, "teacher", &every_scope()).await;
    let listed = read(&t, "/api/v1/classes", &teacher).await;
    let classes = listed["items"].as_array().unwrap();
    assert_eq!(classes[0]["homeroom"], true, "{listed}");
    assert!(classes[0]["code"].is_string() && classes[0]["school"].is_string() && classes[0]["year"] == "2026-2027");
    let some = read(&t, "/api/v1/classes?limit=1", &teacher).await;
    assert_eq!((some["items"].as_array().unwrap().len(), some["next"].is_string()), (1, classes.len() > 1));
    for class in classes {
        let seen = read(&t, &format!("/api/v1/classes/{}", class["id"].as_str().unwrap()), &teacher).await;
        assert_eq!(seen["class"], *class);
    }
    let home = format!("/api/v1/classes/{}", classes[0]["id"].as_str().unwrap());
    let pupil = t.person("student").clone();
    let id = person(&t, "student").await.to_string();
    let pupils = read(&t, &home, &teacher).await["pupils"].as_array().unwrap().clone();
    let them = pupils.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{pupils:?}"));
    let told = json!({ "id": id, "name": pupil.name, "sector_id": pupil.sector_id, "state": "active", "badge": them["badge"] });
    assert!(them["badge"].is_boolean());
    assert_eq!(*them, told);
    let issued = Call::post(&format!("/api/v1/people/{id}/code"), &teacher, None).send(&t).await;
    assert_eq!(issued.status, 200, "{}", issued.text);
    assert!(issued.json()["code"].is_string() && issued.json()["kind"] == "rescue");

    let mut theirs = found(&t, &teacher, &id).await;
    theirs.sort();
    // There is no class 0.
    let expected: Vec<&str> = TAUGHT.into_iter().filter(|one| !one.ends_with("{class}")).collect();
    assert_eq!(theirs, expected, "what else is theirs?");
    let sector = token(&t, &app, "sector_admin", "people:read").await;
    let foreign = other_school(&t).await;
    let elsewhere = class_of(&t, &foreign, &sector).await;
    for class in [elsewhere.as_str(), "/api/v1/classes/0192f3a0-0000-7000-8000-000000000000", "/api/v1/classes/x"] {
        assert_eq!(problem(&Call::get(class, &teacher).send(&t).await), is(404, "not-found"), "{class}");
    }
    let stranger = read(&t, &format!("/api/v1/people?school={foreign}&kind=pupil&limit=1"), &sector).await;
    let code = format!("/api/v1/people/{}/code", stranger["items"][0]["id"].as_str().unwrap());
    assert_eq!(problem(&Call::post(&code, &teacher, None).send(&t).await), is(404, "not-found"));
} }

both! { async fn r38_who_neither_teaches_nor_administers_finds_nothing_and_who_administers_teaches_none(t: Tour) {
    let app = console(&t).await;
    let other = whose(&t, &t.person("teacher").sector_id).await.1.to_string();
    let pupil = token(&t, &app, "student", &every_scope()).await;
    assert_eq!(found(&t, &pupil, &other).await, [""; 0]);
    let sector = token(&t, &app, "sector_admin", "people:read").await;
    assert_eq!(read(&t, "/api/v1/classes", &sector).await, json!({ "items": [] }));
    let class = class_of(&t, &other_school(&t).await, &sector).await;
    assert_eq!(problem(&Call::get(&class, &sector).send(&t).await), is(404, "not-found"), "its pupils: /people?class=");
} }
