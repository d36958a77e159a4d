//! All that is kept of somebody, as a file for them: a request that the law gives two working days.

use axum::{extract::Path, response::Response};

use super::{admitted, no_permit, refused, table};
use crate::{
    admin::export::{self, NotExported},
    base::id::PersonId,
    http::{
        download::{ZIP, file},
        render,
        visitor::Visitor,
    },
    services::authority::{Denied, ExportPeople},
};

/// GET `/console/people/{id}/data`: a zip of JSON and of a page to be read.
pub(super) async fn download(visitor: Visitor, Path(id): Path<String>) -> Response {
    match take_away(&visitor, &id).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_away(visitor: &Visitor, id: &str) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    let leave = standing.over::<ExportPeople>(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))?;
    let within = standing.within(&visitor.sv).await.map_err(|no| no_permit(visitor, no))?;
    match export::person(&visitor.sv, &leave, &within).await {
        Ok(Some(zip)) => Ok(visitor.remembers(file(ZIP, "du-lieu-ca-nhan.zip", zip))),
        Ok(None) => Err(refused(visitor, Denied::Missing)),
        Err(NotExported::Store(error)) => Err(render::fault(visitor, &error)),
        Err(NotExported::Io(error)) => Err(table::failed(visitor, &error)),
    }
}
