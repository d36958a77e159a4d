//! People taken away as files: lists that the import reads again, OneRoster, School Data Sync, and all that is kept of one
//! person. Each wants a sign-in of the last five minutes (R44), holds who lies within the caller's reach (R38), and is in the
//! audit trail before its first line.

use std::sync::Arc;

use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, PeopleExport},
    given::{Id, Query},
    problem::{Kind, Problem},
    schools,
};
use crate::{
    admin::export::{self, Leave, Listed, NotExported, Package},
    base::id::PersonId,
    http::download::{self, CSV, XLSX, ZIP, file},
    services::authority::{Denied, ExportPeople},
};

/// Of whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Whom {
    /// The code of a school, or the name of a commune; without it, all that the caller administers.
    school: Option<String>,
}

/// Of whom, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct List {
    /// The code of a school, or the name of a commune; without it, all that the caller administers.
    school: Option<String>,
    /// A workbook with pupils and staff when not given.
    #[param(inline)]
    form: Option<Form>,
}

/// In which form people are listed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// XLSX: a sheet of pupils and one of staff.
    Xlsx,
    /// CSV of the pupils.
    PupilsCsv,
    /// CSV of the staff.
    StaffCsv,
}

/// Take lists of people away
///
/// With the columns that an import reads: sent back, they change nothing.
#[utoipa::path(get, path = "/api/v1/exports/people", operation_id = "exportPeople", tag = "Exports", params(List),
    responses((status = 200, description = "The list", content(
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ("text/csv")))),
    security(("oauth2" = ["people:export"])))]
pub(super) async fn people(by: By<PeopleExport>, Query(list): Query<List>) -> Result<Response, Problem> {
    let leave = leave(&by, list.school.as_deref()).await?;
    let (package, media, name) = match list.form.unwrap_or(Form::Xlsx) {
        Form::Xlsx => (Package::Workbook, XLSX, "people.xlsx"),
        Form::PupilsCsv => (Package::Csv(Listed::Pupils), CSV, "pupils.csv"),
        Form::StaffCsv => (Package::Csv(Listed::Staff), CSV, "staff.csv"),
    };
    Ok(taken(&by, leave, package, (media, name)))
}

/// Take everybody away as OneRoster 1.2
#[utoipa::path(get, path = "/api/v1/exports/oneroster", operation_id = "exportOneRoster", tag = "Exports", params(Whom),
    responses((status = 200, content_type = "application/zip", description = "A zip of CSV files")),
    security(("oauth2" = ["people:export"])))]
pub(super) async fn oneroster(by: By<PeopleExport>, Query(whom): Query<Whom>) -> Result<Response, Problem> {
    let leave = leave(&by, whom.school.as_deref()).await?;
    Ok(taken(&by, leave, Package::OneRoster, (ZIP, "oneroster.zip")))
}

/// Take everybody away for Microsoft School Data Sync 2.1
///
/// Who is in the files no more becomes inactive there: so it is always everybody within reach.
#[utoipa::path(get, path = "/api/v1/exports/sds", operation_id = "exportSchoolDataSync", tag = "Exports", params(Whom),
    responses((status = 200, content_type = "application/zip", description = "A zip of the folder's CSV files")),
    security(("oauth2" = ["people:export"])))]
pub(super) async fn sds(by: By<PeopleExport>, Query(whom): Query<Whom>) -> Result<Response, Problem> {
    let leave = leave(&by, whom.school.as_deref()).await?;
    Ok(taken(&by, leave, Package::Sds, (ZIP, "sds.zip")))
}

async fn leave(by: &By<PeopleExport>, school: Option<&str>) -> Result<Leave, Problem> {
    match school {
        Some(code) => {
            let org = schools::place(by, code).await?;
            by.standing.under(&by.sv, org).await.map_err(|no| by.no(no))
        }
        None => by.standing.throughout(&by.sv).map_err(|denied| by.no(denied)),
    }
}

/// A sector is written for longer than a request may take to be answered: the answer begins at once.
fn taken(by: &By<PeopleExport>, leave: Leave, package: Package, (media, name): (&'static str, &str)) -> Response {
    let sv = Arc::clone(&by.sv);
    let making = async move { export::package(&sv, &leave, package).await.inspect_err(told) };
    file(media, name, download::piecewise_once(making))
}

fn told(error: &NotExported) {
    tracing::error!(%error, "an export broke off");
}

/// Take away all that is kept of one person, for them
///
/// A zip of JSON and of a page to be read: the answer to a data-subject request.
#[utoipa::path(get, path = "/api/v1/people/{person}/data", operation_id = "exportPerson", tag = "Exports",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, content_type = "application/zip", description = "A zip of du-lieu.json, du-lieu.html and du-lieu.en.html")),
    security(("oauth2" = ["people:export"])))]
pub(super) async fn person(by: By<PeopleExport>, Id(person): Id<PersonId>) -> Result<Response, Problem> {
    let leave = by.standing.over::<ExportPeople>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let within = by.standing.within::<ExportPeople>(&by.sv).await.map_err(|no| by.no(no))?;
    match export::person(&by.sv, &leave, &within).await {
        Ok(Some(zip)) => Ok(file(ZIP, "personal-data.zip", zip)),
        Ok(None) => Err(Denied::Missing.into()),
        Err(NotExported::Store(error)) => Err(error.into()),
        Err(error @ NotExported::Io(_)) => {
            told(&error);
            Err(Kind::Fault.into())
        }
    }
}
