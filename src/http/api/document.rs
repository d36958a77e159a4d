//! The API's own description (OpenAPI 3.1), made from its handlers.
//!
//! What is the same for every operation is added here: the problems, and where tokens come from. That it names every route,
//! and no other, a house rule checks.

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};
use std::future::Ready;
use utoipa::OpenApi;

use super::{
    classes, clients, corrections, deeds, dormant, events, exports, founding, imports, jobs, many, newcomers, people,
    person,
    problem::{self, MEDIA_TYPE, Told},
    promotions, roles, rollovers, schools, sending, slips, transfers,
};
use crate::{
    http::{Shared, oauth},
    protocol::api::ApiScope,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Phượng administration API",
        description = "What administrators do in the console, for programs. Tokens come from this very provider, for the \
                       resource `/api/v1`; see docs/reference/api.md."
    ),
    paths(
        problem::all,
        people::list,
        newcomers::enrol,
        person::one,
        person::correct,
        deeds::issue_code,
        deeds::suspend,
        deeds::resume,
        deeds::sign_out,
        deeds::void_badge,
        deeds::identify,
        deeds::release,
        deeds::merge,
        many::run,
        many::overview,
        events::of_person,
        events::list,
        events::one,
        events::export,
        events::failure,
        exports::people,
        exports::oneroster,
        exports::sds,
        exports::person,
        schools::list,
        schools::one,
        schools::classes,
        schools::set_networks,
        founding::open,
        founding::close,
        classes::list,
        classes::one,
        slips::print,
        slips::print_badges,
        rollovers::list,
        rollovers::one,
        rollovers::draft,
        rollovers::schedule,
        rollovers::unschedule,
        rollovers::undo,
        promotions::one,
        promotions::set_fate,
        promotions::set_pupil,
        roles::list,
        roles::one,
        roles::give,
        roles::take,
        imports::list,
        sending::send,
        imports::one,
        corrections::correct,
        corrections::name_columns,
        corrections::retry,
        corrections::pause,
        corrections::resume,
        imports::commit,
        imports::discard,
        imports::undo,
        imports::kept,
        imports::result,
        dormant::list,
        dormant::purge,
        jobs::list,
        jobs::retry,
        jobs::discard,
        transfers::list,
        transfers::ask,
        transfers::one,
        transfers::approve,
        transfers::decline,
        transfers::withdraw,
        clients::list,
        clients::register,
        clients::one,
        clients::change,
        clients::remove,
        clients::rotate_secret,
        clients::disable,
        clients::enable,
    ),
    components(schemas(Told)),
    tags((name = "People"), (name = "Schools"), (name = "Classes"), (name = "Imports"), (name = "Transfers"), (name = "Rollovers"), (name = "Exports"),
         (name = "Roles"), (name = "Audit"), (name = "Jobs"), (name = "Apps"), (name = "About"))
)]
struct Handlers;

/// The document, as it is served: the same for everybody.
pub(super) fn served(sv: &Shared) -> impl Fn(HeaderMap) -> Ready<axum::response::Response> + Clone + Send + 'static {
    oauth::fixed(&document(&sv.settings.issuer))
}

fn document(issuer: &str) -> Value {
    let mut document = serde_json::to_value(Handlers::openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": issuer }]);
    document["components"]["securitySchemes"] = json!({ "oauth2": scheme(issuer) });
    document["components"]["responses"] = json!({ "Problem": {
        "description": "A problem (RFC 9457)",
        "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    } });
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for (method, operation) in paths.filter_map(Value::as_object_mut).flatten() {
        complete(method, operation);
    }
    document
}

/// Where tokens come from, and what they may be good for.
fn scheme(issuer: &str) -> Value {
    let scopes: Map<String, Value> =
        ApiScope::ALL.into_iter().map(|scope| (scope.as_str().to_owned(), scope.purpose().into())).collect();
    json!({
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": format!("{issuer}/authorize"), "tokenUrl": format!("{issuer}/token"), "scopes": scopes,
            },
            "clientCredentials": { "tokenUrl": format!("{issuer}/token"), "scopes": scopes },
        },
    })
}

/// The problems that any operation of its kind may have.
fn complete(method: &str, operation: &mut Value) {
    let condition =
        operation["parameters"].as_array().and_then(|all| all.iter().find(|one| one["name"] == "If-Match")).cloned();
    if let Some(condition) = condition {
        operation["responses"]["412"] = json!({ "$ref": "#/components/responses/Problem" });
        if condition["required"] == true {
            operation["responses"]["428"] = json!({ "$ref": "#/components/responses/Problem" });
        }
    }
    let asks = operation["security"] != json!([{}]);
    let mut statuses = vec!["500", "503"];
    if asks {
        statuses.extend(["400", "401", "403", "404"]);
    }
    if method != "get" {
        statuses.extend(["409", "413", "422", "429"]);
    }
    // What is deleted twice is gone all the same.
    if method == "post" {
        let key = json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Sent again with the same key within a day, the request is done once",
            "schema": { "type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[0-9A-Za-z_-]+$" } });
        let known = operation["parameters"].as_array().cloned().unwrap_or_default();
        operation["parameters"] = known.into_iter().chain([key]).collect();
    }
    if operation.get("requestBody").is_some() {
        statuses.push("415");
    }
    for status in statuses {
        operation["responses"][status] = json!({ "$ref": "#/components/responses/Problem" });
    }
    if method == "get" && asks {
        operation["responses"]["422"] = json!({ "$ref": "#/components/responses/Problem" });
        operation["responses"]["304"] = json!({ "description": "What the caller holds is what is there" });
    }
}
