//! P17: opening a school, and closing one.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{
    admitted, admitted_form, no_permit, refused,
    schools::{self, number},
};
use crate::{
    admin::{
        founding::{self, Mistake, NotClosed, NotFounded, Typed},
        supervision,
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::level::Level,
    protocol::error::Refusal,
    services::authority::{CloseSchool, Denied, FoundSchool, Permit, Reach, Sector, Standing},
    views::{FoundingProblem, School, SchoolClose, SchoolLevel, SchoolNew},
};

/// The fields of the form by which a school is opened: what is typed, and a tick for each level.
const FIELDS: [&str; 8] = ["code", "name", "commune", "level-mn", "level-th", "level-thcs", "level-thpt", "level-gdtx"];

/// GET `/console/schools/new`.
pub(super) async fn new(visitor: Visitor) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        leave_to_found(&visitor, &standing)?;
        Ok(form(&visitor, &Typed::default(), Vec::new()))
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

fn leave_to_found(visitor: &Visitor, standing: &Standing) -> Result<Permit<FoundSchool, Sector>, Response> {
    standing.with_the_sector(&visitor.sv).map_err(|denied| refused(visitor, denied))
}

fn form(visitor: &Visitor, typed: &Typed, problems: Vec<FoundingProblem>) -> Response {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let level =
        |level| SchoolLevel { name: level_field(level), key: level_key(level), chosen: typed.levels.contains(level) };
    let page = SchoolNew {
        f: visitor.frame(!problems.is_empty(), "/console/schools/new"),
        csrf: visitor.csrf(),
        code: typed.code.clone(),
        name: typed.name.clone(),
        commune: typed.commune.clone(),
        levels: Level::ALL.map(level),
        problems,
    };
    render::page(visitor, status, &page)
}

const fn level_field(level: Level) -> &'static str {
    match level {
        Level::Preschool => "level-mn",
        Level::Primary => "level-th",
        Level::LowerSecondary => "level-thcs",
        Level::UpperSecondary => "level-thpt",
        Level::Continuing => "level-gdtx",
    }
}

const fn level_key(level: Level) -> &'static str {
    match level {
        Level::Preschool => "level-preschool",
        Level::Primary => "level-primary",
        Level::LowerSecondary => "level-lower-secondary",
        Level::UpperSecondary => "level-upper-secondary",
        Level::Continuing => "level-continuing",
    }
}

/// POST `/console/schools/new`.
pub(super) async fn found(visitor: Visitor, sent: Result<Form, Refusal>) -> Response {
    let done = async {
        let (standing, params) = admitted_form(&visitor, sent, &FIELDS).await?;
        let leave = leave_to_found(&visitor, &standing)?;
        let text = |name| params.get(name).unwrap_or("").to_owned();
        let ticked = |level: &Level| params.get(level_field(*level)) == Some("yes");
        let levels = Level::ALL.into_iter().filter(ticked).collect();
        let typed = Typed { code: text("code"), name: text("name"), levels, commune: text("commune") };
        match founding::found(&visitor.sv, &leave, &typed).await {
            Ok(code) => Ok(render::see_other(&visitor, &format!("/console/schools/{code}?done=opened"))),
            Err(NotFounded::Mistakes(mistakes)) => {
                Ok(form(&visitor, &typed, mistakes.into_iter().map(problem).collect()))
            }
            Err(NotFounded::Denied(denied)) => Err(refused(&visitor, denied)),
            Err(NotFounded::Store(error)) => Err(render::fault(&visitor, &error)),
        }
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}

const fn problem(mistake: Mistake) -> FoundingProblem {
    match mistake {
        Mistake::Code => FoundingProblem::Code,
        Mistake::CodeTaken => FoundingProblem::CodeTaken,
        Mistake::CodeSpent => FoundingProblem::CodeSpent,
        Mistake::Name => FoundingProblem::Name,
        Mistake::Levels => FoundingProblem::Levels,
        Mistake::Commune => FoundingProblem::Commune,
    }
}

/// GET `/console/schools/{code}/close`.
pub(super) async fn ask(visitor: Visitor, Path(code): Path<String>) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        leave_to_close(&visitor, &standing, &code).await?;
        confirm(&visitor, &standing, &code, None).await
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

async fn leave_to_close(
    visitor: &Visitor,
    standing: &Standing,
    code: &str,
) -> Result<Permit<CloseSchool, Reach>, Response> {
    let org = schools::org(visitor, code).await?;
    standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))
}

/// The question, or who stands in the way.
async fn confirm(
    visitor: &Visitor,
    standing: &Standing,
    code: &str,
    problem: Option<&'static str>,
) -> Result<Response, Response> {
    let org = schools::org(visitor, code).await?;
    let seen = supervision::see(&visitor.sv, standing, org).await.map_err(|no| no_permit(visitor, no))?;
    let seen = seen.filter(|seen| seen.row.status == "active").ok_or_else(|| refused(visitor, Denied::Missing))?;
    let page = SchoolClose {
        f: visitor.frame(problem.is_some(), &format!("/console/schools/{code}/close")),
        csrf: visitor.csrf(),
        school: School { code: seen.row.code, name: seen.row.name },
        pupils: number(seen.heads.pupils),
        staff: number(seen.heads.staff),
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page(visitor, status, &page))
}

/// POST `/console/schools/{code}/close`.
pub(super) async fn close(visitor: Visitor, Path(code): Path<String>, sent: Result<Form, Refusal>) -> Response {
    let done = async {
        let (standing, params) = admitted_form(&visitor, sent, &["typed"]).await?;
        let leave = leave_to_close(&visitor, &standing, &code).await?;
        match founding::close(&visitor.sv, &leave, params.get("typed").unwrap_or("")).await {
            Ok(()) => Ok(render::see_other(&visitor, &format!("/console/schools/{code}?done=closed"))),
            Err(NotClosed::Unconfirmed) => confirm(&visitor, &standing, &code, Some("school-close-unconfirmed")).await,
            Err(NotClosed::People) => confirm(&visitor, &standing, &code, Some("school-close-people")).await,
            Err(NotClosed::Denied(denied)) => Err(refused(&visitor, denied)),
            Err(NotClosed::Store(error)) => Err(render::fault(&visitor, &error)),
        }
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}
