//! One deed to many people, and how things stand.

use serde_json::{Value, json};

use super::{Call, console, is, problem, token};
use crate::{admin::person, support::tour::Tour};

fn refused(answer: &Value) -> Vec<(&str, &str)> {
    let all = answer["refused"].as_array().unwrap().iter();
    all.map(|one| (one["person"].as_str().unwrap(), one["problem"].as_str().unwrap())).collect()
}

both! { async fn r38_r39_a_deed_to_many_is_done_to_each_as_it_would_be_alone(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:write people:read").await;
    let (pupil, me) = (person(&t, "student").await.to_string(), person(&t, "school_admin").await.to_string());
    let chief = person(&t, "sector_admin").await.to_string();
    let ask = json!({ "deed": "suspend", "people": [pupil, me, chief, pupil], "reason": "Mất máy" });
    let answer = Call::post("/api/v1/deeds", &token, ask).send(&t).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    assert_eq!(told["done"], 1, "once, named twice: {told}");
    assert_eq!(refused(&told), [(chief.as_str(), "not-found"), (me.as_str(), "oneself")]);
    let state = async || Call::get(&format!("/api/v1/people/{pupil}"), &token).send(&t).await.json()["state"].clone();
    assert_eq!(state().await, "suspended");
    let resume = json!({ "deed": "resume", "people": [pupil] });
    assert_eq!(Call::post("/api/v1/deeds", &token, resume).send(&t).await.json()["done"], 1);
    assert_eq!(state().await, "active");
    for (wrong, pointer) in [
        (json!({ "deed": "suspend", "people": [pupil] }), "/reason"),
        (json!({ "deed": "sign_out", "people": [] }), "/people"),
        (json!({ "deed": "sign_out", "people": vec![pupil.clone(); 201] }), "/people"),
    ] {
        let answer = Call::post("/api/v1/deeds", &token, wrong).send(&t).await;
        assert_eq!((problem(&answer), answer.json()["errors"][0]["pointer"].as_str()), (is(422, "bad-fields"), Some(pointer)));
    }
} }

both! { async fn r38_how_things_stand_is_told_of_ones_own_reach(t: Tour) {
    let app = console(&t).await;
    let (own, all) = (token(&t, &app, "school_admin", "people:read").await, token(&t, &app, "sector_admin", "people:read").await);
    let own = Call::get("/api/v1/overview", &own).send(&t).await.json();
    let all = Call::get("/api/v1/overview", &all).send(&t).await.json();
    assert_eq!((own["schools"].as_u64(), own.get("dormant")), (Some(1), None), "{own}");
    assert!(all["schools"].as_u64() > Some(1) && all["dormant"].is_number(), "{all}");
    assert!(all["pupils"].as_i64() > own["pupils"].as_i64() && own["pupils"].as_i64() > Some(10), "{own} {all}");
} }
