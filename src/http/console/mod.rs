//! The console of those who administer something: its home, finding people, one person. Whoever administers nothing finds
//! nothing here (R38).

mod audit;
mod audit_export;
mod badge;
mod bulk;
mod correct;
mod data;
mod delegate;
mod dormant;
mod enrol;
mod failure;
mod first;
mod founding;
mod home;
mod import;
mod import_page;
mod imports;
mod jobs;
mod merge;
mod people;
mod person;
mod promotions;
mod renumber;
mod roles;
mod rollover;
mod schools;
mod search;
mod sections;
mod slips;
pub(super) mod table;
mod tables;
mod transfers;

use axum::{Router, extract::DefaultBodyLimit, response::Response};

use super::{
    LARGEST_BODY, Shared, render,
    routes::{Routes, get, post},
    visitor::{Form, Visitor},
};
use crate::{
    protocol::{error::Refusal, params::Params},
    roster::desk::LARGEST,
    services::authority::{Denied, NoPermit, Standing},
    store::sessions::SessionRow,
    views::AccountState,
};

/// Where files are sent to.
pub(super) const UPLOADS: &str = "/console/imports";

/// The largest form of the cells that are wrong in an import, in bytes: fifty of each cause, of 120 letters, each of which may
/// take nine bytes.
const CELLS: usize = 2 * 1024 * 1024;

/// The console's routes.
pub(super) fn routes() -> Router<Shared> {
    Routes::new()
        .route("/console", get(home::page))
        .route("/console/first", get(first::page).post(first::submit))
        .route("/console/people", get(people::page))
        .route("/console/people/export", get(people::export))
        .route("/console/people/bulk", get(bulk::page).post(bulk::submit))
        .route("/console/people/new", get(enrol::page).post(enrol::submit))
        .route("/console/people/{id}", get(person::page))
        .route("/console/people/{id}/code", post(person::issue_code))
        .route("/console/people/{id}/suspend", post(person::suspend))
        .route("/console/people/{id}/resume", post(person::resume))
        .route("/console/people/{id}/identify", post(person::identify))
        .route("/console/people/{id}/release", post(person::release))
        .route("/console/people/{id}/correct", get(correct::page).post(correct::submit))
        .route("/console/people/{id}/merge", get(merge::page).post(merge::submit))
        .route("/console/people/{id}/sessions", post(person::end_sessions))
        .route("/console/people/{id}/badge", post(badge::void))
        .route("/console/people/{id}/data", get(data::download))
        .route("/console/people/{id}/renumber", get(renumber::ask).post(renumber::renumber))
        .route("/console/people/{id}/purge", get(dormant::ask).post(dormant::purge))
        .route("/console/dormant", get(dormant::page))
        .route("/console/dormant/export", get(dormant::export))
        .route("/console/rollover", get(rollover::page))
        .route("/console/rollover/export", get(tables::rollovers))
        .route("/console/rollover/{school}", get(rollover::school))
        .route("/console/rollover/{school}/export", get(tables::classes))
        .route("/console/rollover/{school}/draft", post(rollover::draft))
        .route("/console/rollover/{school}/schedule", post(rollover::schedule))
        .route("/console/rollover/{school}/unschedule", post(rollover::unschedule))
        .route("/console/rollover/{school}/undo", post(rollover::undo))
        .route("/console/rollover/{school}/{class}", get(promotions::class_page))
        .route("/console/rollover/{school}/{class}/export", get(tables::pupils))
        .route("/console/rollover/{school}/{class}/save", post(promotions::save))
        .route("/console/schools", get(schools::page))
        .route("/console/schools/export", get(schools::export))
        .route("/console/schools/new", get(founding::new).post(founding::found))
        .route("/console/schools/{code}", get(schools::one))
        .route("/console/schools/{code}/close", get(founding::ask).post(founding::close))
        .route("/console/schools/{code}/networks", post(schools::networks))
        .route("/console/audit", get(audit::page))
        .route("/console/audit/export", post(audit_export::export))
        .route("/console/audit/failure", get(failure::page))
        .route("/console/audit/{id}", get(audit::one))
        .route("/console/jobs", get(jobs::page))
        .route("/console/jobs/export", get(tables::jobs))
        .route("/console/jobs/{id}/retry", post(jobs::retry))
        .route("/console/jobs/{id}/discard", post(jobs::discard))
        .route("/console/roles", get(roles::page))
        .route("/console/roles/new", get(delegate::page).post(delegate::give))
        .route("/console/roles/export", get(roles::export))
        .route("/console/roles/{id}", get(roles::one))
        .route("/console/roles/{id}/take", post(roles::take))
        .route("/console/slips", get(slips::page).post(slips::print))
        .route("/console/slips/badges", post(slips::print_badges))
        .route("/console/imports", get(imports::page))
        .route("/console/imports/export", get(tables::imports))
        .route("/console/imports/{id}", get(import::page))
        .route(
            "/console/imports/{id}/cells",
            post(import::correct).with(|cells| cells.layer(DefaultBodyLimit::max(CELLS))),
        )
        .route("/console/imports/{id}/columns", post(import::name_columns))
        .route(
            "/console/imports/{id}/commit",
            post(import::commit).with(|cells| cells.layer(DefaultBodyLimit::max(CELLS))),
        )
        .route("/console/imports/{id}/discard", post(import::discard))
        .route("/console/imports/{id}/undo", post(import::undo))
        .route("/console/imports/{id}/retry", post(import::retry))
        .route("/console/imports/{id}/pause", post(import::pause))
        .route("/console/imports/{id}/resume", post(import::resume))
        .route("/console/imports/{id}/result", get(import::result))
        .route("/console/imports/{id}/findings", get(tables::findings))
        .route("/console/imports/{id}/kept", get(tables::kept))
        // Files are larger than forms: how large they may be is counted as they come.
        .route(
            "/console/imports",
            post(imports::upload).with(|files| files.layer(DefaultBodyLimit::max(LARGEST + LARGEST_BODY))),
        )
        .route("/console/transfers", get(transfers::page))
        .route("/console/transfers/new", get(transfers::new).post(transfers::ask))
        .route("/console/transfers/export", get(tables::transfers))
        .route("/console/transfers/{id}", get(transfers::one))
        .route("/console/transfers/{id}/approve", post(transfers::approve))
        .route("/console/transfers/{id}/decline", post(transfers::decline))
        .route("/console/transfers/{id}/withdraw", post(transfers::withdraw))
        .router()
}

/// Who is signed in and what they administer; the sign-in page, or nothing at all for those who administer nothing.
async fn admitted(visitor: &Visitor) -> Result<(SessionRow, Standing), Response> {
    let session = visitor.signed_in()?.clone();
    let standing = Standing::of(&visitor.sv, &session).await.map_err(|error| render::fault(visitor, &error))?;
    let standing = standing.from_address(visitor.trace.address);
    if standing.held().is_empty() {
        return Err(render::missing(visitor));
    }
    visitor.sections.get_or_init(|| sections::offered(visitor, &standing));
    Ok((session, standing))
}

/// The same for a form: one of ours in this browser, with no field that its page has not (R26, R40).
async fn admitted_form(
    visitor: &Visitor,
    form: Result<Form, Refusal>,
    fields: &[&str],
) -> Result<(Standing, Params), Response> {
    let (_, standing) = admitted(visitor).await?;
    Ok((standing, visitor.read(form, fields)?))
}

/// Why no permit was given, as a page.
fn refused(visitor: &Visitor, denied: Denied) -> Response {
    match denied {
        Denied::Missing => render::missing(visitor),
        Denied::Stale => super::login::again(visitor, &visitor.here()),
        Denied::Role | Denied::Oneself | Denied::Upward => render::not_allowed(visitor, "op-error-role"),
        Denied::Suspended(by) => render::not_allowed(visitor, person::holder(by).key()),
    }
}

fn no_permit(visitor: &Visitor, no: NoPermit) -> Response {
    match no {
        NoPermit::Denied(denied) => refused(visitor, denied),
        NoPermit::Store(error) => render::fault(visitor, &error),
    }
}

/// An account's state as pages show it.
fn shown_state(name: Option<&str>) -> AccountState {
    match name {
        Some("pending") => AccountState::Pending,
        Some("active") => AccountState::Active,
        Some("suspended") => AccountState::Suspended,
        Some("dormant") => AccountState::Dormant,
        Some("deactivated" | "purged") => AccountState::Deactivated,
        _ => AccountState::Provisional,
    }
}
