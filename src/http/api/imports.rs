//! Imports: files are sent, looked at without being written, and written when somebody agrees to what the look showed.
//!
//! What is agreed to is the import as it was read: every change names the validator that reading it gave (`If-Match`), and
//! one that somebody else has turned meanwhile is refused.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, ImportsWrite},
    findings::Import,
    given::{Body, Id, Nothing, Paging, Query},
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    base::{
        id::{ImportId, PersonId},
        page::Page,
    },
    http::{
        Shared,
        download::{self, XLSX},
    },
    roster::desk::{self, NotTurned, Task},
    services::authority::{Denied, ImportPeople, Permit, Reach},
};

/// An import in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportListed {
    /// The import.
    #[schema(value_type = uuid::Uuid)]
    id: ImportId,
    /// Where it is on its way.
    state: String,
    /// Whether it is in `review` only since nothing could be read: there is nothing to commit.
    unreadable: bool,
    /// The first file's name.
    file: Option<String>,
    /// How many files it has.
    files: i64,
    /// The name of the school that it is for; `null` for the whole sector.
    school: Option<String>,
    /// That school's code.
    school_code: Option<String>,
    /// Who sent it.
    who: String,
    /// When it was sent.
    #[schema(format = DateTime)]
    sent_at: String,
}

/// List imports, the newest first
#[utoipa::path(get, path = "/api/v1/imports", operation_id = "listImports", tag = "Imports", params(Paging),
    responses((status = 200, body = Listed<ImportListed>)), security(("oauth2" = ["imports:write"])))]
pub(super) async fn list(by: By<ImportsWrite>, here: Uri, Query(paging): Query<Paging>) -> Result<Response, Problem> {
    let leave: Permit<ImportPeople, Reach> = by.standing.everywhere()?;
    let ask = paging.ask()?;
    let listed = desk::list(&by.sv, &leave, &ask).await?;
    Ok(told::page(&by, &here, listed, |row| ImportListed {
        id: row.id,
        state: row.state,
        unreadable: row.refused != 0,
        file: row.file,
        files: row.files,
        school: row.school,
        school_code: row.school_code,
        who: row.who,
        sent_at: told::when(row.created_at),
    }))
}

/// See an import: how far it is, what it would do, what is wrong with it
#[utoipa::path(get, path = "/api/v1/imports/{import}", operation_id = "readImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id")),
    responses((status = 200, body = Import)), security(("oauth2" = ["imports:write"])))]
pub(super) async fn one(by: By<ImportsWrite>, Id(id): Id<ImportId>) -> Result<Response, Problem> {
    let (task, _) = desk::see(&by.sv, &by.standing, id).await?;
    let tag = tag(&by, &task);
    let namesakes = desk::namesakes(&by.sv, &by.standing, &task).await?;
    Ok(told::tagged(&by, &Import::of(task, &namesakes, by.sv.clock.now(), by.locale), &tag))
}

/// An import changes with every row that is written, and once it can no longer be taken back; what is agreed to changes with
/// what was asked for alone.
fn tag(by: &By<ImportsWrite>, task: &Task) -> String {
    let undone = task.undo_until.is_some_and(|until| until <= by.sv.clock.now());
    format!("\"{}-{}-{}-{}\"", task.version, task.rows.0, u8::from(undone), by.locale.tag())
}

/// The validator that reading an import gave.
pub(super) struct IfMatch(HeaderMap);

impl FromRequestParts<Shared> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let said = parts.headers.contains_key(header::IF_MATCH);
        if said { Ok(Self(parts.headers.clone())) } else { Err(Kind::NoCondition.into()) }
    }
}

/// The import that a change is about, if it is as it was when it was read.
pub(super) async fn held(
    by: &By<ImportsWrite>,
    id: ImportId,
    IfMatch(headers): &IfMatch,
) -> Result<(Task, Permit<ImportPeople, Reach>), Problem> {
    let (task, leave) = desk::see(&by.sv, &by.standing, id).await.map_err(|no| by.no(no))?;
    if told::is_held(headers, &tag(by, &task)) { Ok((task, leave)) } else { Err(Kind::Changed.into()) }
}

/// What is agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreement {
    /// The `confirm_ended` of the import, where it is there: so many people are known to end.
    confirm_ended: Option<i64>,
}

/// Let an import be written
#[utoipa::path(post, path = "/api/v1/imports/{import}/commit", operation_id = "commitImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    request_body = Agreement, responses((status = 202, description = "It is written from now on")),
    security(("oauth2" = ["imports:write"])))]
pub(super) async fn commit(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    Body(asked): Body<Agreement>,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    desk::commit(&by.sv, &leave, &task, asked.confirm_ended).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Throw an import away that wrote nothing
#[utoipa::path(post, path = "/api/v1/imports/{import}/discard", operation_id = "discardImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    responses((status = 204, description = "It is gone")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn discard(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    _: Nothing,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    desk::discard(&by.sv, &leave, &task).await?;
    Ok(told::nothing())
}

/// Take an import back
///
/// For a day: whom nobody has touched since is again what they were.
#[utoipa::path(post, path = "/api/v1/imports/{import}/undo", operation_id = "undoImport", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"),
           ("If-Match" = String, Header, description = "The ETag of the import as it was read")),
    responses((status = 202, description = "It is taken back from now on")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn undo(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    tag: IfMatch,
    _: Nothing,
) -> Result<Response, Problem> {
    let (task, leave) = held(&by, id, &tag).await?;
    desk::undo(&by.sv, &leave, &task).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Somebody who stayed as an import left them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeptPerson {
    /// The person.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// The name as written.
    name: String,
    /// The sector ID, or a temporary one.
    sector_id: Option<String>,
}

/// List whom taking an import back left as they were
///
/// Somebody had touched them since. Who is out of the caller's reach by now is only counted, under the import's `kept`.
#[utoipa::path(get, path = "/api/v1/imports/{import}/kept", operation_id = "listImportKept", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id"), Paging),
    responses((status = 200, body = Listed<KeptPerson>)), security(("oauth2" = ["imports:write"])))]
pub(super) async fn kept(
    by: By<ImportsWrite>,
    Id(id): Id<ImportId>,
    here: Uri,
    Query(paging): Query<Paging>,
) -> Result<Response, Problem> {
    let (task, _) = desk::see(&by.sv, &by.standing, id).await?;
    let ask = paging.ask::<PersonId>()?;
    let within = by.standing.everywhere()?;
    let rows = desk::kept(&by.sv, &within, &task, (ask.after, ask.size + 1)).await?;
    let page = Page::from_surplus(rows, &ask, |row| row.person_id);
    Ok(told::page(&by, &here, page, |row| KeptPerson {
        person: row.person_id,
        name: row.name,
        sector_id: Some(row.sector_id).filter(|id| !id.is_empty()),
    }))
}

impl From<NotTurned> for Problem {
    fn from(no: NotTurned) -> Self {
        match no {
            NotTurned::Changed => Kind::Conflict.into(),
            NotTurned::Denied(denied) => denied.into(),
            NotTurned::Unconfirmed => Self::field("/confirm_ended", "import-unconfirmed"),
            NotTurned::Store(error) => error.into(),
        }
    }
}

/// Take the result home as a workbook
#[utoipa::path(get, path = "/api/v1/imports/{import}/result", operation_id = "downloadImportResult", tag = "Imports",
    params(("import" = uuid::Uuid, Path, description = "The import's id")),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
               description = "The rows with what became of each")), security(("oauth2" = ["imports:write"])))]
pub(super) async fn result(by: By<ImportsWrite>, Id(id): Id<ImportId>) -> Result<Response, Problem> {
    let (task, _) = desk::see(&by.sv, &by.standing, id).await?;
    if !task.result {
        return Err(Denied::Missing.into());
    }
    Ok(download::file(XLSX, "result.xlsx", download::result(&by.sv, desk::download(&task))))
}
