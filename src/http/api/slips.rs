//! Slips and badges on paper, for a class, a school, or one person: issued, and handed over as the sheets to print.
//!
//! What is on them is told once: the answer is kept under no key.

use std::collections::HashSet;

use axum::{http::HeaderValue, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    caller::{By, CodesIssue},
    given::Body,
    once::ToldOnce,
    problem::{Kind, Problem},
    schools, told,
};
use crate::{
    admin::classroom,
    base::id::{ClassId, ImportId, PersonId},
    http::{
        download::{PDF, file},
        sheets::file_name,
    },
    roster::desk,
    services::authority::{Group, IssueCode, Permit, PrintSlips, SeePerson},
    slips::{self, BadgeSheets, LeftOut, NotPrinted, Order, Sheets},
};

/// For whom slips are printed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSlips {
    /// The code of the school.
    school: String,
    /// A class of it, by its id; the whole school when not given. Homeroom teachers name theirs.
    #[schema(value_type = Option<uuid::Uuid>)]
    class: Option<ClassId>,
    /// Only for these of them; at most 200.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, min_items = 1, max_items = 200)]
    people: Option<Vec<PersonId>>,
    /// Only for those whom this import created; for a day after it.
    #[schema(value_type = Option<uuid::Uuid>)]
    import: Option<ImportId>,
    /// Who has no password yet, when not given.
    #[schema(inline)]
    whom: Option<Whom>,
}

/// For whom of a group.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Whom {
    /// Who has no password yet.
    Newcomers,
    /// Everybody: who has a password chooses a new one.
    Everybody,
}

/// For whom badges are printed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBadges {
    /// The code of the school.
    school: String,
    /// A class of it, by its id; the whole school when not given. Homeroom teachers name theirs.
    #[schema(value_type = Option<uuid::Uuid>)]
    class: Option<ClassId>,
    /// Only for these of them; at most 200.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, min_items = 1, max_items = 200)]
    people: Option<Vec<PersonId>>,
    /// Only for those whom this import created; for a day after it.
    #[schema(value_type = Option<uuid::Uuid>)]
    import: Option<ImportId>,
}

/// So many people may be named.
const MOST: usize = 200;

/// Print slips with codes by which people choose a password: 24 to an A4
///
/// Codes that they had before are worth nothing from now on. Sent again with the same `Idempotency-Key`, the same codes are
/// printed. The header `Left-Out` says how many of the group got none, since the caller may not give them a code. Wants a
/// sign-in of the last five minutes, but of the class's homeroom teacher.
#[utoipa::path(post, path = "/api/v1/slips", operation_id = "printSlips", tag = "Schools", request_body = NewSlips,
    responses((status = 200, content_type = "application/pdf", description = "The sheets",
               headers(("left-out" = u32, description = "How many of the group got none"))),
              (status = 204, description = "Nobody needs one")), security(("oauth2" = ["codes:issue"])))]
pub(super) async fn print(by: By<CodesIssue>, Body(asked): Body<NewSlips>) -> Result<Response, Problem> {
    let (leave, name) = group(&by, "slips", &asked.school, asked.class).await?;
    let whom = match asked.whom {
        None | Some(Whom::Newcomers) => slips::Whom::Newcomers,
        Some(Whom::Everybody) => slips::Whom::Everybody,
    };
    let only = some(&by, asked.people, asked.import).await?;
    let order = Order { whom, only, form: by.form.clone() };
    let Sheets { pdf, left_out, .. } =
        slips::print(&by.sv, &leave, &order, by.locale).await.map_err(|no| not_printed(&by, no))?;
    Ok(sheets(pdf, &left_out, &name))
}

/// Print badges with which somebody signs in by a PIN: 10 to an A4
///
/// The badges that they had are worth nothing from now on, also when the same request is sent again. Wants a sign-in of the
/// last five minutes, but of the class's homeroom teacher.
#[utoipa::path(post, path = "/api/v1/badges", operation_id = "printBadges", tag = "Schools", request_body = NewBadges,
    responses((status = 200, content_type = "application/pdf", description = "The sheets",
               headers(("left-out" = u32, description = "How many of the group got none"))),
              (status = 204, description = "Nobody is there")), security(("oauth2" = ["codes:issue"])))]
pub(super) async fn print_badges(by: By<CodesIssue>, Body(asked): Body<NewBadges>) -> Result<Response, Problem> {
    let (leave, name) = group(&by, "badges", &asked.school, asked.class).await?;
    let only = some(&by, asked.people, asked.import).await?;
    let BadgeSheets { pdf, left_out, .. } = slips::print_badges(&by.sv, &leave, only.map(Vec::from_iter), by.locale)
        .await
        .map_err(|no| not_printed(&by, no))?;
    Ok(sheets(pdf, &left_out, &name))
}

/// Leave for the school, or the class of it that is named; and what a file of its sheets is called.
async fn group(
    by: &By<CodesIssue>,
    kind: &str,
    school: &str,
    class: Option<ClassId>,
) -> Result<(Permit<PrintSlips, Group>, String), Problem> {
    let Some(id) = class else {
        let no_school = |problem: Problem| problem.instead_of_missing("/school", "problem-no-school");
        let org = schools::org(by, school.trim()).await.map_err(no_school)?;
        let leave = by.standing.with_group(&by.sv, Group::School(org)).await.map_err(|no| no_school(by.no(no)))?;
        return Ok((leave, file_name(kind, &[school])));
    };
    // A homeroom teacher has leave for the class, and none for its school. Whether there is a school of this code elsewhere,
    // nobody is told (R38).
    let no_class = |problem: Problem| problem.instead_of_missing("/class", "problem-no-class");
    let leave = by.standing.with_group(&by.sv, Group::Class(id)).await.map_err(|no| no_class(by.no(no)))?;
    let org = schools::org(by, school.trim()).await.map_err(no_class)?;
    match classroom::code_of(&by.sv, &leave, org).await? {
        Some(code) => Ok((leave, file_name(kind, &[school, &code]))),
        None => Err(no_class(Kind::NotFound.into())),
    }
}

/// The people who are named, or whom an import created, each within reach; that they are of the group, the printing sees to.
async fn some(
    by: &By<CodesIssue>,
    people: Option<Vec<PersonId>>,
    import: Option<ImportId>,
) -> Result<Option<HashSet<PersonId>>, Problem> {
    let created = match import {
        None => None,
        Some(id) => {
            let created = desk::created(&by.sv, &by.standing, id).await;
            Some(created.map_err(|no| by.no(no).instead_of_missing("/import", "problem-no-import"))?)
        }
    };
    let Some(people) = people else { return Ok(created) };
    if people.is_empty() || people.len() > MOST {
        return Err(Problem::field("/people", "problem-people"));
    }
    for person in &people {
        let mut seen = by.standing.over::<SeePerson>(&by.sv, *person).await.map(drop);
        // Teachers see no page of a pupil, and give them codes all the same.
        if seen.is_err() {
            seen = by.standing.over::<IssueCode>(&by.sv, *person).await.map(drop);
        }
        seen.map_err(|no| Problem::from(no).instead_of_missing("/people", "problem-no-person"))?;
    }
    let named = people.into_iter().filter(|person| created.as_ref().is_none_or(|created| created.contains(person)));
    Ok(Some(named.collect()))
}

fn sheets(pdf: Option<Vec<u8>>, left_out: &[LeftOut], name: &str) -> Response {
    let mut response = pdf.map_or_else(told::nothing, |pdf| file(PDF, &format!("{name}.pdf"), pdf));
    response.headers_mut().insert("left-out", HeaderValue::from(left_out.len()));
    response.extensions_mut().insert(ToldOnce);
    response
}

fn not_printed(by: &By<CodesIssue>, no: NotPrinted) -> Problem {
    match no {
        NotPrinted::Denied(denied) => by.no(denied),
        NotPrinted::Overtaken => Problem::because(Kind::Conflict, "problem-overtaken"),
        NotPrinted::Store(error) => error.into(),
        NotPrinted::Undrawable(error) => {
            tracing::error!(%error, "sheets could not be drawn");
            Kind::Fault.into()
        }
    }
}
