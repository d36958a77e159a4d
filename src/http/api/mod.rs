//! The administration API (`/api/v1`): what the console does, for programs. JSON in, JSON out, problems as RFC 9457 says.
//!
//! A handler takes [`By`] with the scope that it needs, so that none forgets to ask who calls; what they may do is the use
//! case's to decide, by the same permits as in the console. It refuses fields that a request has not (R40), and names every
//! route in its document (`document`).

mod caller;
mod causes;
mod classes;
mod clients;
mod corrections;
mod deeds;
mod document;
mod dormant;
mod events;
mod exports;
mod findings;
mod founding;
mod given;
mod imports;
mod jobs;
mod kind;
mod many;
mod newcomers;
mod once;
mod people;
mod person;
mod problem;
mod promotions;
mod registering;
mod roles;
mod rollovers;
mod schools;
mod sending;
mod slips;
mod told;
mod transfers;
mod unread;

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};

use super::{
    LARGEST_BODY, Shared,
    routes::{Routes, any, get, post, put},
};
use crate::roster::desk::LARGEST;
pub(super) use problem::fault;
use problem::{Kind, Problem};

/// Where it is.
pub(super) const BELOW: &str = "/api/";
/// Where files are sent to.
pub(super) const UPLOADS: &str = "/api/v1/imports";
/// Where a newcomer is enrolled.
const ENROLMENTS: &str = "/api/v1/people";

/// The API's routes.
pub(super) fn routes(sv: &Shared) -> Router<Shared> {
    Routes::new()
        .route("/api/v1/openapi.json", get(document::served(sv)))
        .route("/api/v1/problems", get(problem::all))
        .route("/api/v1/people", get(people::list).post(newcomers::enrol))
        .route("/api/v1/people/{person}", get(person::one).patch(person::correct))
        .route("/api/v1/people/{person}/code", post(deeds::issue_code))
        .route("/api/v1/people/{person}/suspend", post(deeds::suspend))
        .route("/api/v1/people/{person}/resume", post(deeds::resume))
        .route("/api/v1/people/{person}/sign-out", post(deeds::sign_out))
        .route("/api/v1/people/{person}/void-badge", post(deeds::void_badge))
        .route("/api/v1/people/{person}/identify", post(deeds::identify))
        .route("/api/v1/people/{person}/renumber", post(deeds::renumber))
        .route("/api/v1/people/{person}/release", post(deeds::release))
        .route("/api/v1/people/{person}/merge", post(deeds::merge))
        .route("/api/v1/people/{person}/purge", post(dormant::purge))
        .route("/api/v1/deeds", post(many::run))
        .route("/api/v1/overview", get(many::overview))
        .route("/api/v1/dormant", get(dormant::list))
        .route("/api/v1/people/{person}/events", get(events::of_person))
        .route("/api/v1/people/{person}/data", get(exports::person))
        .route("/api/v1/schools", get(schools::list).post(founding::open))
        .route("/api/v1/schools/{school}", get(schools::one))
        .route("/api/v1/schools/{school}/classes", get(schools::classes))
        .route("/api/v1/schools/{school}/close", post(founding::close))
        .route("/api/v1/schools/{school}/networks", put(schools::set_networks))
        .route("/api/v1/classes", get(classes::list))
        .route("/api/v1/classes/{class}", get(classes::one))
        .route("/api/v1/slips", post(slips::print))
        .route("/api/v1/badges", post(slips::print_badges))
        .route("/api/v1/exports/people", get(exports::people))
        .route("/api/v1/exports/oneroster", get(exports::oneroster))
        .route("/api/v1/exports/sds", get(exports::sds))
        .route("/api/v1/exports/events", get(events::export))
        .route("/api/v1/rollovers", get(rollovers::list))
        .route("/api/v1/rollovers/{school}", get(rollovers::one))
        .route("/api/v1/rollovers/{school}/draft", post(rollovers::draft))
        .route("/api/v1/rollovers/{school}/schedule", post(rollovers::schedule))
        .route("/api/v1/rollovers/{school}/unschedule", post(rollovers::unschedule))
        .route("/api/v1/rollovers/{school}/undo", post(rollovers::undo))
        .route("/api/v1/rollovers/{school}/classes/{class}", get(promotions::one))
        .route("/api/v1/rollovers/{school}/classes/{class}/fate", put(promotions::set_fate))
        .route("/api/v1/rollovers/{school}/classes/{class}/pupil", put(promotions::set_pupil))
        .route("/api/v1/roles", get(roles::list).post(roles::give))
        .route("/api/v1/roles/{role}", get(roles::one).delete(roles::take))
        .route("/api/v1/events", get(events::list))
        .route("/api/v1/events/chain", get(events::chain))
        .route("/api/v1/events/{event}", get(events::one))
        .route("/api/v1/failures/{code}", get(events::failure))
        .route("/api/v1/imports", get(imports::list))
        // Files are larger than JSON: how large they may be is counted as they come.
        .route(
            "/api/v1/imports",
            post(sending::send).with(|files| files.layer(DefaultBodyLimit::max(LARGEST + LARGEST_BODY))),
        )
        .route("/api/v1/imports/{import}", get(imports::one))
        .route("/api/v1/imports/{import}/cells", post(corrections::correct))
        .route("/api/v1/imports/{import}/columns", post(corrections::name_columns))
        .route("/api/v1/imports/{import}/retry", post(corrections::retry))
        .route("/api/v1/imports/{import}/pause", post(corrections::pause))
        .route("/api/v1/imports/{import}/resume", post(corrections::resume))
        .route("/api/v1/imports/{import}/commit", post(imports::commit))
        .route("/api/v1/imports/{import}/discard", post(imports::discard))
        .route("/api/v1/imports/{import}/undo", post(imports::undo))
        .route("/api/v1/imports/{import}/kept", get(imports::kept))
        .route("/api/v1/imports/{import}/result", get(imports::result))
        .route("/api/v1/transfers", get(transfers::list).post(transfers::ask))
        .route("/api/v1/transfers/{transfer}", get(transfers::one))
        .route("/api/v1/transfers/{transfer}/approve", post(transfers::approve))
        .route("/api/v1/transfers/{transfer}/decline", post(transfers::decline))
        .route("/api/v1/transfers/{transfer}/withdraw", post(transfers::withdraw))
        .route("/api/v1/jobs", get(jobs::list))
        .route("/api/v1/jobs/{job}/retry", post(jobs::retry))
        .route("/api/v1/jobs/{job}/discard", post(jobs::discard))
        .route("/api/v1/clients", get(clients::list).post(clients::register))
        .route("/api/v1/clients/{client}", get(clients::one).patch(clients::change).delete(clients::remove))
        .route("/api/v1/clients/{client}/rotate-secret", post(clients::rotate_secret))
        .route("/api/v1/clients/{client}/disable", post(clients::disable))
        .route("/api/v1/clients/{client}/enable", post(clients::enable))
        .route("/api/{*rest}", any(nothing))
        .router()
        .method_not_allowed_fallback(wrong_method)
        // What is kept under a key is whole answers: told within, and what the keeping itself refuses is told without.
        .layer(from_fn_with_state(sv.clone(), problem::tell))
        .layer(from_fn_with_state(sv.clone(), once::kept))
        .layer(from_fn_with_state(sv.clone(), problem::tell))
}

async fn nothing() -> Problem {
    Kind::NotFound.into()
}

async fn wrong_method() -> Problem {
    Kind::MethodNotAllowed.into()
}
