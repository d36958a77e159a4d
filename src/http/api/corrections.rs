//! An import before it is written: cells corrected without touching the file, columns named, and what rested tried again.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    caller::{By, ImportsWrite},
    findings::{About, Holds},
    given::{Body, Id, Nothing},
    imports::{IfMatch, held},
    problem::Problem,
};
use crate::{
    base::id::ImportId,
    roster::{
        Kind,
        desk::{self, Course},
    },
};

/// Cells as they are to be read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Corrections {
    /// At most 1,000 of them.
    #[schema(min_items = 1, max_items = 1000)]
    cells: Vec<Correction>,
}

/// A cell as it is to be read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Correction {
    /// The `cell` of the import's causes.
    cell: usize,
    /// What is to stand there.
    #[schema(max_length = 500)]
    text: String,
}

/// So many cells, or columns, may be named at once.
const MOST: usize = 1000;
/// Characters of a cell.
const LONGEST: usize = 500;

/// Correct cells, and have the files looked at again
///
/// The file itself stays as it is; what is said here stands in the place of its cells.
#[utoipa::path(post, path = "/api/v1/imports/{import}/cells", operation_id = "correctImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    request_body = Corrections, responses((status = 202, description = "It is looked at again")),
    security(("oauth2" = ["imports:write"])))]
pub(super) async fn correct(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    Body(asked): Body<Corrections>,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    let known = task.findings.correctable().count();
    let good = |one: &Correction| one.cell < known && one.text.chars().count() <= LONGEST;
    if asked.cells.is_empty() || asked.cells.len() > MOST || !asked.cells.iter().all(good) {
        return Err(Problem::field("/cells", "problem-cells"));
    }
    let texts: Vec<(usize, String)> = asked.cells.into_iter().map(|one| (one.cell, one.text)).collect();
    desk::amend(&by.sv, &leave, &task, (&texts, false)).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// What columns hold, what the files are about, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    /// Those that are taken for something else than they hold.
    #[serde(default)]
    #[schema(max_items = 1000)]
    columns: Vec<Named>,
    /// What the files are about whose columns do not tell it; as it was when not given.
    #[schema(inline)]
    about: Option<About>,
}

/// What a column holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    /// Its title, as the import tells it.
    title: String,
    /// What it holds; not read when not given.
    holds: Option<Holds>,
}

/// Say what columns hold or files are about, and have them looked at again
///
/// What columns hold is remembered for the next file from there.
#[utoipa::path(post, path = "/api/v1/imports/{import}/columns", operation_id = "mapImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    request_body = Mapping, responses((status = 202, description = "It is looked at again")),
    security(("oauth2" = ["imports:write"])))]
pub(super) async fn name_columns(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    Body(asked): Body<Mapping>,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    let known = |title: &str| task.findings.columns.iter().flat_map(|file| &file.columns).any(|(one, ..)| one == title);
    let nothing = asked.columns.is_empty() && asked.about.is_none();
    if nothing || asked.columns.len() > MOST || !asked.columns.iter().all(|one| known(&one.title)) {
        return Err(Problem::field("/columns", "problem-columns"));
    }
    let titles: Vec<_> = asked.columns.into_iter().map(|one| (one.title, one.holds.map(Into::into))).collect();
    let kind = asked.about.map(Kind::from).or_else(|| task.asked.kind.as_deref().and_then(Kind::named));
    desk::rename(&by.sv, &leave, &task, (&titles, kind)).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Have an import tried again that rests
///
/// It failed again and again, and waits for somebody to say so.
#[utoipa::path(post, path = "/api/v1/imports/{import}/retry", operation_id = "retryImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    responses((status = 202, description = "It is tried again")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn retry(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    _: Nothing,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    desk::steer(&by.sv, &leave, &task, Course::Retry).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Stop an import for now
///
/// While it is `checking`, `writing` or `undoing`. What was written stays; until `resume` nothing more is done.
#[utoipa::path(post, path = "/api/v1/imports/{import}/pause", operation_id = "pauseImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id")),
    responses((status = 202, description = "It stops after what it is at")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn pause(by: By<ImportsWrite>, Id(id): Id<ImportId>, _: Nothing) -> Result<Response, Problem> {
    steered(&by, id, Course::Pause).await
}

/// Go on with an import that was stopped
#[utoipa::path(post, path = "/api/v1/imports/{import}/resume", operation_id = "resumeImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id")),
    responses((status = 202, description = "It goes on")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn resume(by: By<ImportsWrite>, Id(id): Id<ImportId>, _: Nothing) -> Result<Response, Problem> {
    steered(&by, id, Course::GoOn).await
}

/// Without an `If-Match`: what is under way changes from moment to moment.
async fn steered(by: &By<ImportsWrite>, id: ImportId, course: Course) -> Result<Response, Problem> {
    let (task, leave) = desk::see(&by.sv, &by.standing, id).await.map_err(|no| by.no(no))?;
    desk::steer(&by.sv, &leave, &task, course).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
