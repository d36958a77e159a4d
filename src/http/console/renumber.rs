//! Another sector ID in place of one that was recorded by mistake.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, person, refused};
use crate::{
    base::id::PersonId,
    http::{
        render,
        visitor::{Form, Visitor},
    },
    people::{PeopleError, identifiers},
    protocol::error::Refusal,
    services::authority::{Denied, Permit, Renumber, Standing, Subject},
    views::{self, RenumberProblem},
};

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Typed<'a> {
    sector_id: &'a str,
    reason: &'a str,
    problem: Option<RenumberProblem>,
}

/// GET `/console/people/{id}/renumber`.
pub(super) async fn ask(visitor: Visitor, Path(id): Path<String>) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        let leave = over(&visitor, &standing, &id).await?;
        show(&visitor, &standing, leave.place().person, Typed::default()).await
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

async fn over(visitor: &Visitor, standing: &Standing, id: &str) -> Result<Permit<Renumber, Subject>, Response> {
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    standing.over(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))
}

async fn show(visitor: &Visitor, standing: &Standing, id: PersonId, typed: Typed<'_>) -> Result<Response, Response> {
    let Typed { sector_id, reason, problem } = typed;
    let shown = person::of(person::see(visitor, standing, id).await?, visitor);
    let page = views::Renumber {
        f: visitor.frame(problem.is_some(), &format!("/console/people/{id}/renumber")),
        csrf: visitor.csrf(),
        id: id.to_string(),
        name: shown.name,
        sector_id: shown.sector_id,
        typed: sector_id.to_owned(),
        reason: reason.to_owned(),
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page(visitor, status, &page))
}

/// POST `/console/people/{id}/renumber`.
pub(super) async fn renumber(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let done = async {
        let (standing, params) = admitted_form(&visitor, form, &["sector_id", "reason"]).await?;
        let leave = over(&visitor, &standing, &id).await?;
        let (sector_id, reason) = (params.get("sector_id").unwrap_or(""), params.get("reason").unwrap_or(""));
        let problem = match identifiers::renumber(&visitor.sv, &leave, sector_id, reason).await {
            Ok(true) => return Ok(person::back(&visitor, &id, "identified")),
            Ok(false) => return Ok(person::back(&visitor, &id, "nothing")),
            Err(PeopleError::Store(error)) => return Err(render::fault(&visitor, &error)),
            Err(PeopleError::Denied(denied)) => return Err(refused(&visitor, denied)),
            Err(PeopleError::NoReason) => Some(RenumberProblem::Reason),
            Err(_) => Some(RenumberProblem::SectorId),
        };
        show(&visitor, &standing, leave.place().person, Typed { sector_id, reason, problem }).await
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}
