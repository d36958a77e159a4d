//! Pupils who go from one school to another: the school that wants one asks, the school that has them decides.

use axum::{
    http::{StatusCode, Uri},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, PeopleRead, TransfersWrite},
    given::{self, Body, Day, Id, Nothing, Query},
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    admin::{
        people,
        transfers::{self, Asked, Claim, NotAsked, NotDecided},
    },
    base::id::{PersonId, TransferId},
    model::sector_id::SectorId,
    services::authority::{AskTransfer, DecideTransfer, Denied},
    store::transfers::{ListedRow, Side},
};

/// A request for a pupil.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transfer {
    /// The request.
    #[schema(value_type = uuid::Uuid)]
    id: TransferId,
    /// The pupil. Not there for the school that asks, until the pupil is there.
    #[schema(value_type = Option<uuid::Uuid>)]
    person: Option<PersonId>,
    /// The pupil's name. Not there for the school that asks, until the pupil is there.
    name: Option<String>,
    /// The pupil's sector ID, or a temporary one; for the school that asks, until the pupil is there, the one that it wrote.
    sector_id: Option<String>,
    /// The school that is left.
    from: String,
    /// The school that is entered.
    to: String,
    /// `waiting`, `approved`, `declined`, `withdrawn` or `expired`.
    state: String,
    /// Why it was declined.
    reason: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    asked_at: String,
    /// When it was decided.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Pupils who come to the caller's schools, or who leave them.
    #[param(inline)]
    side: Way,
    /// Those that wait (the default), or those that were decided.
    waiting: Option<bool>,
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<given::Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// On which side the caller's schools are.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// They enter one.
    Coming,
    /// They leave one.
    Leaving,
}

/// List requests for pupils, the latest first
#[utoipa::path(get, path = "/api/v1/transfers", operation_id = "listTransfers", tag = "Transfers", params(Wanted),
    responses((status = 200, body = Listed<Transfer>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn list(by: By<PeopleRead>, here: Uri, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let leave = by.standing.everywhere()?;
    let side = match wanted.side {
        Way::Coming => Side::In,
        Way::Leaving => Side::Out,
    };
    let ask = given::page(wanted.after.as_deref(), wanted.limit)?;
    let listed = transfers::list(&by.sv, &leave, (side, wanted.waiting.unwrap_or(true)), &ask).await?;
    Ok(told::page(&by, &here, listed.page, shown))
}

/// See a request for a pupil
#[utoipa::path(get, path = "/api/v1/transfers/{transfer}", operation_id = "readTransfer", tag = "Transfers",
    params(("transfer" = uuid::Uuid, Path, description = "The request's id")),
    responses((status = 200, body = Transfer)), security(("oauth2" = ["people:read"])))]
pub(super) async fn one(by: By<PeopleRead>, Id(id): Id<TransferId>) -> Result<Response, Problem> {
    let leave = by.standing.everywhere()?;
    let row = transfers::show(&by.sv, &leave, id).await?.ok_or(Denied::Missing)?;
    Ok(told::now(&by, &shown(row)))
}

fn shown(row: ListedRow) -> Transfer {
    Transfer {
        id: row.id,
        person: row.person_id,
        name: row.full_name,
        sector_id: row.sector_id,
        from: row.from_name,
        to: row.to_name,
        state: row.state,
        reason: row.reason,
        asked_at: told::when(row.asked_at),
        decided_at: row.decided_at.map(told::when),
    }
}

/// Whom a school asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTransfer {
    /// The code of the school that wants the pupil.
    #[schema(min_length = 1, max_length = 64)]
    school: String,
    /// The pupil's sector ID, or a temporary one.
    #[schema(min_length = 6, max_length = 20)]
    sector_id: String,
    /// The pupil's day of birth: whoever does not know both is told of nobody.
    #[schema(value_type = String, format = Date)]
    born: Day,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedFor {
    /// `waiting`: the pupil's school has to decide. `came`: they had been released, and are at the school now.
    outcome: &'static str,
    /// The request: what `readTransfer` and `withdrawTransfer` name. Not there for a pupil who came back to their own school.
    #[schema(value_type = Option<uuid::Uuid>)]
    transfer: Option<TransferId>,
}

/// Ask for a pupil of another school
///
/// Asked twice, it is one request.
#[utoipa::path(post, path = "/api/v1/transfers", operation_id = "askForPupil", tag = "Transfers", request_body = NewTransfer,
    responses((status = 200, body = AskedFor)), security(("oauth2" = ["transfers:write"])))]
pub(super) async fn ask(by: By<TransfersWrite>, Body(asked): Body<NewTransfer>) -> Result<Response, Problem> {
    let leave = by.standing.everywhere::<AskTransfer>()?;
    let school = people::school(&by.sv, asked.school.trim()).await?.ok_or(NotAsked::NoSchool)?;
    let sector_id =
        SectorId::read(asked.sector_id.trim()).map_err(|_| Problem::field("/sector_id", "problem-sector-id"))?;
    let claim = Claim { school, sector_id, born: asked.born.0 };
    let (outcome, transfer) = match transfers::ask(&by.sv, &leave, &claim).await? {
        Asked::Waiting(request) => ("waiting", request),
        Asked::Came(request) => ("came", request),
    };
    Ok(told::done(StatusCode::OK, &AskedFor { outcome, transfer }))
}

impl From<NotAsked> for Problem {
    fn from(no: NotAsked) -> Self {
        match no {
            NotAsked::Missing => Self::field("/sector_id", "problem-no-pupil"),
            NotAsked::Slow(free_at) => Self::slow(free_at),
            NotAsked::Here => Self::because(Kind::Conflict, "problem-pupil-here"),
            // A school out of reach is none (R38).
            NotAsked::NoSchool | NotAsked::Denied(Denied::Missing) => Self::field("/school", "problem-no-school"),
            NotAsked::Denied(denied) => denied.into(),
            NotAsked::Store(error) => error.into(),
        }
    }
}

/// Let the pupil go to the other school
#[utoipa::path(post, path = "/api/v1/transfers/{transfer}/approve", operation_id = "approveTransfer", tag = "Transfers",
    params(("transfer" = uuid::Uuid, Path, description = "The request's id")),
    responses((status = 204, description = "The pupil has changed schools")), security(("oauth2" = ["transfers:write"])))]
pub(super) async fn approve(by: By<TransfersWrite>, Id(id): Id<TransferId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.everywhere::<DecideTransfer>()?;
    transfers::approve(&by.sv, &leave, id).await?;
    Ok(told::nothing())
}

/// Why a pupil is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    /// The reason, which the other school reads.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Keep the pupil
#[utoipa::path(post, path = "/api/v1/transfers/{transfer}/decline", operation_id = "declineTransfer", tag = "Transfers",
    params(("transfer" = uuid::Uuid, Path, description = "The request's id")), request_body = Refusal,
    responses((status = 204, description = "The pupil stays")), security(("oauth2" = ["transfers:write"])))]
pub(super) async fn decline(
    by: By<TransfersWrite>,
    Id(id): Id<TransferId>,
    Body(asked): Body<Refusal>,
) -> Result<Response, Problem> {
    let leave = by.standing.everywhere::<DecideTransfer>()?;
    transfers::decline(&by.sv, &leave, id, &asked.reason).await?;
    Ok(told::nothing())
}

/// Take a request back
#[utoipa::path(post, path = "/api/v1/transfers/{transfer}/withdraw", operation_id = "withdrawTransfer", tag = "Transfers",
    params(("transfer" = uuid::Uuid, Path, description = "The request's id")),
    responses((status = 204, description = "Taken back")), security(("oauth2" = ["transfers:write"])))]
pub(super) async fn withdraw(by: By<TransfersWrite>, Id(id): Id<TransferId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.everywhere::<AskTransfer>()?;
    transfers::withdraw(&by.sv, &leave, id).await?;
    Ok(told::nothing())
}

impl From<NotDecided> for Problem {
    fn from(no: NotDecided) -> Self {
        match no {
            NotDecided::Settled => Kind::Conflict.into(),
            NotDecided::Reason => Self::field("/reason", "problem-reason"),
            NotDecided::SchoolClosed => Self::because(Kind::Conflict, "problem-school-closed"),
            NotDecided::Denied(denied) => denied.into(),
            NotDecided::Store(error) => error.into(),
        }
    }
}
