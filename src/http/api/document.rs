//! The API's own description (OpenAPI 3.1), made from its handlers.
//!
//! What is the same for every operation is added here: the problems, and where tokens come from. That it names every route,
//! and no other, a house rule checks.

use std::{collections::HashSet, future::Ready, sync::LazyLock};

use axum::{
    extract::MatchedPath,
    http::{HeaderMap, Method, request::Parts},
};
use serde_json::{Map, Value, json};
use utoipa::{
    OpenApi,
    openapi::path::{ParameterIn, PathItem},
};

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
        deeds::renumber,
        deeds::release,
        deeds::merge,
        many::run,
        many::overview,
        events::of_person,
        events::list,
        events::chain,
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

/// The paths that are read with a query.
static WITH_QUERY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let with_query = |item: &PathItem| {
        let mut parameters = item.get.iter().flat_map(|read| read.parameters.iter().flatten());
        parameters.any(|one| one.parameter_in == ParameterIn::Query)
    };
    Handlers::openapi().paths.paths.into_iter().filter(|(_, item)| with_query(item)).map(|(path, _)| path).collect()
});

/// Whether a request is for an operation that has parameters in its query.
pub(super) fn takes_query(parts: &Parts) -> bool {
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    reads && parts.extensions.get::<MatchedPath>().is_some_and(|path| WITH_QUERY.contains(path.as_str()))
}

fn document(issuer: &str) -> Value {
    let mut document = serde_json::to_value(Handlers::openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": issuer }]);
    document["components"]["securitySchemes"] = json!({ "oauth2": scheme(issuer) });
    let refused = ("WWW-Authenticate", "What would do instead (RFC 6750, RFC 9449, RFC 9470)");
    document["components"]["responses"] = json!({
        "Problem": problem(None),
        "Refused": problem(Some(refused)),
        "Later": problem(Some(("Retry-After", "In how many seconds to try again"))),
    });
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

/// Problems, with the header that they may have.
fn problem(with: Option<(&str, &str)>) -> Value {
    let headers: Map<String, Value> = with.into_iter().map(|(name, said)| (name.to_owned(), header(said))).collect();
    json!({
        "description": "A problem (RFC 9457)",
        "headers": headers,
        "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// A header of an answer.
fn header(said: &str) -> Value {
    json!({ "description": said, "schema": { "type": "string" } })
}

/// What any operation of its kind may answer, and takes beside what its handler says.
fn complete(method: &str, operation: &mut Value) {
    let known = operation["parameters"].as_array().cloned().unwrap_or_default();
    let named = |name: &str| known.iter().find(|one| one["name"] == name);
    let mut statuses = vec!["400", "500", "503"];
    if let Some(condition) = named("If-Match") {
        statuses.push("412");
        if condition["required"] == true {
            statuses.push("428");
        }
    }
    let asks = operation["security"] != json!([{}]);
    if asks {
        statuses.extend(["401", "403", "404", "422"]);
    }
    if method != "get" {
        statuses.extend(["409", "413", "429"]);
    }
    if operation.get("requestBody").is_some() {
        statuses.push("415");
    }
    for status in statuses {
        let which = match status {
            "401" | "403" => "Refused",
            "429" | "503" => "Later",
            _ => "Problem",
        };
        operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{which}") });
    }
    let (pages, mut more) = (named("after").is_some(), Vec::new());
    // What is deleted twice is gone all the same.
    if method == "post" {
        more.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Sent again with the same key within a day, the request is done once",
            "schema": { "type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[0-9A-Za-z_-]+$" } }));
        let replayed = header("`true`: the answer that was given before, under this `Idempotency-Key`");
        let answers = operation["responses"].as_object_mut().into_iter().flatten();
        for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
            answer["headers"]["Idempotency-Replayed"] = replayed.clone();
        }
    }
    // A file is sent as often as it is asked for.
    if asks && method == "get" && operation["responses"]["200"]["content"].get("application/json").is_some() {
        more.push(json!({ "name": "If-None-Match", "in": "header", "required": false,
            "description": "The `ETag` of what the caller holds", "schema": { "type": "string" } }));
        let tag = header("What tells what is there now from what it was (RFC 9110 §8.8.3)");
        operation["responses"]["304"] =
            json!({ "description": "What the caller holds is what is there", "headers": { "ETag": tag } });
        operation["responses"]["200"]["headers"]["ETag"] = tag;
        if pages {
            operation["responses"]["200"]["headers"]["Link"] = header("Where the next page is (RFC 8288)");
        }
    }
    operation["parameters"] = known.into_iter().chain(more).collect();
}
