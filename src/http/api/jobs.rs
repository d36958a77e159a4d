//! Background work that was tried and did not succeed yet: seen, tried again, given up. For the sector's administrators.

use axum::{http::Uri, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::{By, JobsWrite},
    given::{Id, Nothing, Paging, Query},
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    admin::jobs,
    base::id::JobId,
    services::authority::{ManageJobs, Permit, Sector},
    store::jobs::WaitingRow,
};

/// Work that did not succeed yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Job {
    /// The job.
    #[schema(value_type = uuid::Uuid)]
    id: JobId,
    /// What kind of work: `backchannel_logout`, `lesson_end`, …
    kind: String,
    /// The app that is to be told of a sign-out.
    app: Option<String>,
    /// Whether it was given up: then it waits for `retry` or `discard`.
    failed: bool,
    /// How often it was tried.
    tries: i64,
    /// When it is tried next.
    #[schema(format = DateTime)]
    next_at: Option<String>,
    /// Why it did not succeed.
    error: Option<String>,
}

fn leave(by: &By<JobsWrite>) -> Result<Permit<ManageJobs, Sector>, Problem> {
    by.standing.with_the_sector(&by.sv).map_err(|denied| by.no(denied))
}

/// List background work that was tried and did not succeed yet, the latest first
#[utoipa::path(get, path = "/api/v1/jobs", operation_id = "listJobs", tag = "Jobs", params(Paging),
    responses((status = 200, body = Listed<Job>)), security(("oauth2" = ["jobs:write"])))]
pub(super) async fn list(by: By<JobsWrite>, here: Uri, Query(paging): Query<Paging>) -> Result<Response, Problem> {
    let ask = paging.ask::<JobId>()?;
    let waiting = jobs::list(&by.sv, &leave(&by)?, &ask).await?;
    let shown = |row: WaitingRow| {
        let failed = row.state == "failed";
        Job {
            id: row.id,
            app: jobs::app_of(&by.sv, &row),
            kind: row.kind,
            failed,
            tries: row.attempts,
            next_at: (!failed).then(|| told::when(row.run_at)),
            error: row.last_error,
        }
    };
    Ok(told::page(&by, &here, waiting.page, shown))
}

/// Have background work tried now
#[utoipa::path(post, path = "/api/v1/jobs/{job}/retry", operation_id = "retryJob", tag = "Jobs",
    params(("job" = uuid::Uuid, Path, description = "The job's id")),
    responses((status = 204, description = "It is tried")), security(("oauth2" = ["jobs:write"])))]
pub(super) async fn retry(by: By<JobsWrite>, Id(id): Id<JobId>, _: Nothing) -> Result<Response, Problem> {
    turned(jobs::retry(&by.sv, &leave(&by)?, id).await?)
}

/// Give background work up that failed for good
#[utoipa::path(post, path = "/api/v1/jobs/{job}/discard", operation_id = "discardJob", tag = "Jobs",
    params(("job" = uuid::Uuid, Path, description = "The job's id")),
    responses((status = 204, description = "It is gone")), security(("oauth2" = ["jobs:write"])))]
pub(super) async fn discard(by: By<JobsWrite>, Id(id): Id<JobId>, _: Nothing) -> Result<Response, Problem> {
    turned(jobs::discard(&by.sv, &leave(&by)?, id).await?)
}

fn turned(turned: bool) -> Result<Response, Problem> {
    // Done meanwhile, or somebody is at it.
    if turned { Ok(told::nothing()) } else { Err(Kind::Conflict.into()) }
}
