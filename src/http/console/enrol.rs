//! One newcomer, enrolled by a form: what is sent becomes a list of one row, which is looked over and written on the page
//! of its import.

use axum::{http::StatusCode, response::Response};

use super::{admitted, imports, no_permit, refused};
use crate::{
    admin::{
        enrolment::{self, Mistake, NotEnrolled, Typed},
        people,
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    i18n::Locale,
    protocol::error::Refusal,
    services::authority::Standing,
    views::{Enrolment, EnrolmentProblem, ImportPlace},
};

/// The fields of the form; the first of them only where there are several schools.
const FIELDS: &[&str] = &["school", "kind", "name", "born", "sex", "class", "position", "sector_id"];

/// GET `/console/people/new`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        let place = place(&visitor, &standing).await?;
        form(&visitor, &standing, place, (String::new(), Typed::default()), Vec::new()).await
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

async fn place(visitor: &Visitor, standing: &Standing) -> Result<ImportPlace, Response> {
    imports::place(visitor, standing).await.map_err(|no| no_permit(visitor, no))
}

async fn form(
    visitor: &Visitor,
    standing: &Standing,
    place: ImportPlace,
    (school, typed): (String, Typed),
    problems: Vec<EnrolmentProblem>,
) -> Result<Response, Response> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Enrolment {
        f: visitor.frame(!problems.is_empty(), "/console/people/new"),
        csrf: visitor.csrf(),
        classes: classes(visitor, standing, &place).await?,
        place,
        school,
        staff: typed.staff,
        name: typed.name,
        born: typed.born,
        sex: typed.sex,
        class: typed.class,
        position: typed.position,
        sector_id: typed.sector_id,
        problems,
    };
    Ok(render::page(visitor, status, &page))
}

/// The classes of the only school there is: a name that is chosen from them is not mistyped.
async fn classes(visitor: &Visitor, standing: &Standing, place: &ImportPlace) -> Result<Vec<String>, Response> {
    let ImportPlace::One(one) = place else { return Ok(Vec::new()) };
    let fault = |error| render::fault(visitor, &error);
    let Some(org) = people::school(&visitor.sv, &one.code).await.map_err(fault)? else { return Ok(Vec::new()) };
    let leave = standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))?;
    let classes = people::classes(&visitor.sv, &leave).await.map_err(fault)?;
    Ok(classes.into_iter().map(|(code, _)| code).collect())
}

/// POST `/console/people/new`.
pub(super) async fn submit(visitor: Visitor, sent: Result<Form, Refusal>) -> Response {
    let done = async {
        let (_, standing) = admitted(&visitor).await?;
        let place = place(&visitor, &standing).await?;
        // Whoever has one school cannot name another (R39): their page has no such field.
        let fields = if matches!(place, ImportPlace::One(_)) { &FIELDS[1..] } else { FIELDS };
        let params = visitor.read(sent, fields)?;
        let text = |name| params.get(name).unwrap_or("").to_owned();
        let school = text("school");
        let typed = Typed {
            staff: params.get("kind") == Some("staff"),
            name: text("name"),
            born: text("born"),
            sex: text("sex"),
            class: text("class"),
            position: text("position"),
            sector_id: text("sector_id"),
        };
        let leave = imports::leave_at(&visitor, &standing, &place, school.trim()).await;
        let leave = leave.map_err(|no| no_permit(&visitor, no))?;
        let problems = match (leave, typed.read(visitor.sv.clock.now().day())) {
            (Some(leave), Ok(newcomer)) => {
                let english = visitor.locale == Locale::En;
                match enrolment::enrol(&visitor.sv, leave, &newcomer, english).await {
                    Ok(id) => return Ok(render::see_other(&visitor, &format!("/console/imports/{id}"))),
                    Err(NotEnrolled::TooManyOpen) => vec![EnrolmentProblem::TooManyOpen],
                    Err(NotEnrolled::Denied(denied)) => return Err(refused(&visitor, denied)),
                    Err(NotEnrolled::Store(error)) => return Err(render::fault(&visitor, &error)),
                }
            }
            (leave, read) => {
                let school = leave.is_none().then_some(EnrolmentProblem::School);
                let mistakes = read.err().unwrap_or_default();
                school.into_iter().chain(mistakes.into_iter().map(problem)).collect()
            }
        };
        form(&visitor, &standing, place, (school, typed), problems).await
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}

const fn problem(mistake: Mistake) -> EnrolmentProblem {
    match mistake {
        Mistake::Person(mistake) => EnrolmentProblem::Person(mistake),
        Mistake::Class => EnrolmentProblem::Class,
        Mistake::SectorId => EnrolmentProblem::SectorId,
    }
}
