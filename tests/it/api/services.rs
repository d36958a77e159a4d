//! A service that administers something: by a right that was given to it, with its own token, and stopped as anybody is.

use std::time::Duration;

use phuong::{
    admin::{accounts, administrators, clients, service_accounts},
    base::id::{OrgId, PersonId},
    protocol::{
        client::{KeySource, Kind},
        registration::Registration,
    },
    services::authority::{AdminRole, Right, Standing},
};
use serde_json::json;

use super::{Call, every_scope, is, problem};
use crate::{
    admin::{imports::work, org_of, person},
    relying::assertion::AppKey,
    support::tour::{ISSUER, Tour},
};

const API: &str = "http://localhost:8080/api/v1";

/// A school's software, with a secret.
async fn software(t: &Tour, id: &str) -> String {
    t.register(Registration {
        scope: Some(every_scope()),
        ..Registration::named(id, "Phần mềm quản lý trường 2", Kind::Service)
    })
    .await
    .1
}

async fn granted(t: &Tour, id: &str, role: AdminRole, org: OrgId) -> PersonId {
    let who = Standing::danger_command_line();
    let person = service_accounts::of(&t.sv, &who.with_the_sector(&t.sv).unwrap(), id).await.unwrap();
    let right = who.delegating(&t.sv, Right { role, org }).await.unwrap();
    administrators::give(&t.sv, &right, &who.over(&t.sv, person).await.unwrap()).await.unwrap();
    person
}

async fn by_secret(t: &Tour, id: &str, secret: &str, scope: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("resource", API), ("scope", scope)];
    let answer = t.post("/token", Some((id, secret)), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

both! { async fn a_schools_software_brings_its_pupils_and_sees_its_own_school_only(t: Tour) {
    let secret = software(&t, "sis").await;
    let token = by_secret(&t, "sis", &secret, "people:read imports:write").await;
    assert_eq!(problem(&Call::get("/api/v1/people", &token).send(&t).await), is(404, "not-found"), "it administers nothing yet");
    let org = org_of(&t, "school_admin").await;
    granted(&t, "sis", AdminRole::SchoolAdmin, org).await;
    let school = t.person("school_admin").school_code.clone();
    let sent = crate::api::imports::send(&t, &token, &[("school", &school)], crate::api::imports::list(&school).as_bytes()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    work(&t).await;
    let address = format!("/api/v1/imports/{}", sent.json()["id"].as_str().unwrap());
    let review = Call::get(&address, &token).send(&t).await;
    let tag = review.header("etag").to_owned();
    let agreed = Call::post(&format!("{address}/commit"), &token, json!({})).with(&[("if-match", &tag)]).send(&t).await;
    assert_eq!(agreed.status, 202, "{}", agreed.text);
    work(&t).await;
    assert_eq!(Call::get(&address, &token).send(&t).await.json()["state"], "done");
    let found = Call::get("/api/v1/people?q=3199000001", &token).send(&t).await.json();
    assert_eq!(found["items"][0]["name"], "Nguyễn Thị Bảo Ngọc");
    // R38: nobody of other schools, and not the department's.
    let chief = person(&t, "sector_admin").await;
    assert_eq!(problem(&Call::get(&format!("/api/v1/people/{chief}"), &token).send(&t).await), is(404, "not-found"));
} }

both! { async fn r16_a_service_does_what_its_scopes_name_at_the_api_alone(t: Tour) {
    let secret = software(&t, "sis").await;
    granted(&t, "sis", AdminRole::SchoolAdmin, org_of(&t, "school_admin").await).await;
    let token = by_secret(&t, "sis", &secret, "imports:write").await;
    assert_eq!(problem(&Call::get("/api/v1/people", &token).send(&t).await), is(403, "scope"));
    let form = [("grant_type", "client_credentials"), ("scope", "people:read")];
    let ours = t.post("/token", Some(("sis", &secret)), &form).await.json();
    assert_eq!(problem(&Call::get("/api/v1/people", ours["access_token"].as_str().unwrap()).send(&t).await), is(401, "token"), "r21");
} }

both! { async fn r15_a_service_ends_with_its_account_its_right_and_itself(t: Tour) {
    let secret = software(&t, "sis").await;
    let org = org_of(&t, "school_admin").await;
    let me = granted(&t, "sis", AdminRole::SchoolAdmin, org).await;
    let token = by_secret(&t, "sis", &secret, "people:read").await;
    let ask = async || Call::get("/api/v1/people", &token).send(&t).await;
    assert_eq!(ask().await.status, 200);
    let who = Standing::danger_command_line();
    accounts::suspend(&t.sv, &who.over(&t.sv, me).await.unwrap(), "thử").await.unwrap();
    assert_eq!(problem(&ask().await), is(401, "token"));
    accounts::resume(&t.sv, &who.over(&t.sv, me).await.unwrap()).await.unwrap();
    t.advance(Duration::from_secs(1));
    let again = ask().await.status;
    let right = who.delegating(&t.sv, Right { role: AdminRole::SchoolAdmin, org }).await.unwrap();
    administrators::take(&t.sv, &right, &who.over(&t.sv, me).await.unwrap()).await.unwrap();
    assert_ne!(ask().await.status, 200, "{again}");
    granted(&t, "sis", AdminRole::SchoolAdmin, org).await;
    clients::remove(&t.sv, &who.with_the_sector(&t.sv).unwrap(), "sis").await.unwrap();
    assert_eq!(problem(&ask().await), is(401, "token"));
} }

both! { async fn r44_what_is_dangerous_is_done_by_a_key_that_has_just_been_shown_and_by_no_secret(t: Tour) {
    let org = org_of(&t, "sector_admin").await;
    let secret = software(&t, "sis").await;
    granted(&t, "sis", AdminRole::SectorAdmin, org).await;
    let token = by_secret(&t, "sis", &secret, "clients:write").await;
    assert_eq!(problem(&Call::get("/api/v1/clients", &token).send(&t).await), is(401, "stale"));
    let key = AppKey::new(jsonwebtoken::Algorithm::ES256);
    let keys = KeySource::Inline(jsonwebtoken::jwk::JwkSet { keys: vec![key.public()] });
    let ask = Registration { scope: Some(every_scope()), keys: Some(keys), auth_method: Some("private_key_jwt".into()), ..Registration::named("keyed", "Máy chủ của sở", Kind::Service) };
    t.register(ask).await;
    granted(&t, "keyed", AdminRole::SectorAdmin, org).await;
    let proof = key.assertion("keyed", ISSUER, t.clock.now().seconds(), "jti-1");
    let form = [
        ("grant_type", "client_credentials"), ("resource", API), ("scope", "clients:write"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", proof.as_str()),
    ];
    let issued = t.post("/token", None, &form).await;
    assert_eq!(issued.status, 200, "{}", issued.text);
    let token = issued.json()["access_token"].as_str().unwrap().to_owned();
    let listed = Call::get("/api/v1/clients?limit=200", &token).send(&t).await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    assert!(listed.json()["items"].as_array().unwrap().iter().any(|app| app["client_id"] == "sis"));
    t.advance(Duration::from_secs(301));
    assert_eq!(problem(&Call::get("/api/v1/clients", &token).send(&t).await), is(401, "stale"));
} }

both! { async fn only_a_service_that_proves_itself_is_given_anything(t: Tour) {
    let leave = Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let page = Registration { redirect_uris: vec!["https://p.example/cb".into()], ..Registration::named("page", "Trang", Kind::Spa) };
    t.register(page).await;
    assert!(matches!(service_accounts::of(&t.sv, &leave, "page").await, Err(clients::ClientError::NoService(_))));
    assert!(matches!(service_accounts::of(&t.sv, &leave, "nobody").await, Err(clients::ClientError::Unknown(_))));
    software(&t, "sis").await;
    let once = service_accounts::of(&t.sv, &leave, "sis").await.unwrap();
    assert_eq!(service_accounts::of(&t.sv, &leave, "sis").await.unwrap(), once, "asked twice, it is one");
    let seen = Standing::danger_command_line().over::<phuong::services::authority::SeePerson>(&t.sv, once).await.unwrap();
    let within = Standing::danger_command_line().everywhere().unwrap();
    let seen = phuong::admin::people::see(&t.sv, &seen, &within).await.unwrap().unwrap();
    assert_eq!((seen.name.as_str(), seen.names.len()), ("Ứng dụng Phần mềm quản lý trường 2", 0), "nobody signs in with it");
} }
