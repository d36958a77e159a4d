//! P11: the classes of whoever teaches, also of one who administers nothing. Of classes of others they find nothing (R38).

use axum::{http::Uri, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::{By, ClassesTaught},
    given::{Id, Paging, Query},
    people::State,
    problem::Problem,
    told::{self, Listed},
};
use crate::{
    admin::classroom,
    base::{
        id::{ClassId, PersonId},
        page::Page,
    },
    services::authority::{Denied, Group},
    store::classroom::{OwnClassRow, PupilRow},
};

/// A class that the caller teaches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaughtClass {
    /// The class, in this school year.
    #[schema(value_type = uuid::Uuid)]
    id: ClassId,
    /// What it is called: 3A.
    code: String,
    /// Its school year: 2026-2027.
    year: String,
    /// The school's name.
    school: String,
    /// The school's code.
    school_code: Option<String>,
    /// Whether as the homeroom teacher.
    homeroom: bool,
}

/// A class that the caller teaches, and who is in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaughtPupils {
    /// The class.
    class: TaughtClass,
    /// Its pupils, in the order of a class list.
    pupils: Vec<TaughtPupil>,
}

/// A pupil, as their teachers see them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaughtPupil {
    /// The person: never changes and is never given again.
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// The name as written.
    name: String,
    /// The sector ID (mã định danh ngành), a temporary one if need be.
    sector_id: Option<String>,
    /// The state of the account.
    state: State,
    /// Whether they have a badge that is good.
    badge: bool,
}

/// List the classes that the caller teaches
///
/// Those of which they are the homeroom teacher first.
#[utoipa::path(get, path = "/api/v1/classes", operation_id = "listTaughtClasses", tag = "Classes", params(Paging),
    responses((status = 200, body = Listed<TaughtClass>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn list(by: By<ClassesTaught>, here: Uri, Query(paging): Query<Paging>) -> Result<Response, Problem> {
    let ask = paging.ask::<ClassId>()?;
    let all = classroom::own(&by.sv, by.person).await?;
    // Nobody teaches more than some dozens: they are read at once, and go on after the one that was shown last.
    let begin = match ask.after {
        Some(last) => 1 + all.iter().position(|class| class.id == last).ok_or_else(Problem::wrong_page)?,
        None => 0,
    };
    let some = all.into_iter().skip(begin).take(ask.size as usize + 1).collect();
    Ok(told::page(&by, &here, Page::from_surplus(some, &ask, |row| row.id), class))
}

/// See a class that the caller teaches, with its pupils
///
/// They get a code by `POST /api/v1/people/{person}/code`.
#[utoipa::path(get, path = "/api/v1/classes/{class}", operation_id = "readTaughtClass", tag = "Classes",
    params(("class" = uuid::Uuid, Path, description = "The class's id")),
    responses((status = 200, body = TaughtPupils)), security(("oauth2" = ["people:read"])))]
pub(super) async fn one(by: By<ClassesTaught>, Id(id): Id<ClassId>) -> Result<Response, Problem> {
    let own = classroom::own(&by.sv, by.person).await?;
    let row = own.into_iter().find(|class| class.id == id).ok_or(Denied::Missing)?;
    let leave = by.standing.with_group(&by.sv, Group::Class(id)).await?;
    let pupils = classroom::pupils(&by.sv, &leave).await?.into_iter().map(pupil).collect();
    Ok(told::now(&by, &TaughtPupils { class: class(row), pupils }))
}

fn class(row: OwnClassRow) -> TaughtClass {
    let OwnClassRow { id, code, year, school, school_code, homeroom, .. } = row;
    TaughtClass { id, code, year, school, school_code, homeroom }
}

fn pupil(row: PupilRow) -> TaughtPupil {
    TaughtPupil {
        id: row.person_id,
        name: row.full_name,
        sector_id: row.sector_id.map(|name| name.to_uppercase()),
        state: row.state.into(),
        badge: row.badge,
    }
}
