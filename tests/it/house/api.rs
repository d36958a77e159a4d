//! The API's document names every route of the API, and no other; each says which scope it needs.

use std::collections::BTreeSet;

use super::routes::every_route;
use crate::support::tour::Tour;

const DOCUMENT: &str = "/api/v1/openapi.json";
/// An id that nobody has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

both! { async fn the_document_names_every_route_of_the_api_and_no_other(t: Tour) {
    let routes: BTreeSet<String> = every_route("{}")
        .into_iter()
        .filter(|(_, path)| path.starts_with("/api/") && path != DOCUMENT)
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(routes.len() > 10, "the routes are not found any more: {routes:?}");
    let document = t.get(DOCUMENT, None).await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut named = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let plain: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        for (method, operation) in operations.as_object().unwrap() {
            named.insert(format!("{} {}", method.to_uppercase(), plain.join("/")));
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{method} {path}");
            assert!(operation["security"].is_array(), "{method} {path} does not say who may call it");
        }
    }
    let differ: Vec<_> = routes.symmetric_difference(&named).collect();
    assert!(differ.is_empty(), "only a route, or only in the document: {differ:?}");
} }

both! { async fn every_operation_needs_the_scope_that_the_document_names(t: Tour) {
    let app = crate::api::console(&t).await;
    let token = crate::api::token(&t, &app, "sector_admin", "").await;
    let document = t.get(DOCUMENT, None).await.json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let address: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "0" } else { part }).collect();
        for (method, operation) in operations.as_object().unwrap() {
            let scopes = &operation["security"][0]["oauth2"];
            if scopes.is_null() {
                continue;
            }
            let address = address.join("/");
            let call = crate::api::Call {
                method: method.to_uppercase().parse().unwrap(),
                ..crate::api::Call::post(&address, &token, serde_json::json!({}))
            };
            let answer = call.send(&t).await;
            let lacks = format!("scope=\"{}\"", scopes[0].as_str().unwrap());
            assert_eq!(crate::api::problem(&answer), crate::api::is(403, "scope"), "{method} {path}");
            assert!(answer.header("www-authenticate").contains(&lacks), "{method} {path}: {}", answer.header("www-authenticate"));
        }
    }
} }

both! { async fn r40_no_operation_takes_a_parameter_that_the_document_has_not(t: Tour) {
    let app = crate::api::console(&t).await;
    let token = crate::api::token(&t, &app, "sector_admin", &crate::api::every_scope()).await;
    let document = t.get(DOCUMENT, None).await.json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let address: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect();
        let address = format!("{}?nonsense=1", address.join("/"));
        for method in operations.as_object().unwrap().keys() {
            let call = crate::api::Call {
                method: method.to_uppercase().parse().unwrap(),
                ..crate::api::Call::post(&address, &token, serde_json::json!({}))
            };
            let answer = call.send(&t).await;
            assert_eq!(crate::api::problem(&answer), crate::api::is(400, "bad-request"), "{method} {path}");
            let errors = answer.json()["errors"].as_array().unwrap().clone();
            assert!(errors.iter().any(|error| error["pointer"] == "/nonsense"), "{method} {path}: {}", answer.text);
        }
    }
} }
