//! All that is kept of somebody, as a file for them: a request that the law gives two working days.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{admitted, no_permit, refused, table};
use crate::{
    admin::export::{self, Leave, NotExported},
    base::id::PersonId,
    http::{render, visitor::Visitor},
    services::authority::{Denied, ExportPeople, Standing},
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
    let within = within(visitor, &standing).await?;
    match export::person(&visitor.sv, &leave, &within).await {
        Ok(Some(zip)) => Ok(file(visitor, zip)),
        Ok(None) => Err(refused(visitor, Denied::Missing)),
        Err(NotExported::Store(error)) => Err(render::fault(visitor, &error)),
        Err(NotExported::Io(error)) => Err(table::failed(visitor, &error)),
    }
}

/// All that they administer; of rights of several kinds, where the first of them goes so far.
async fn within(visitor: &Visitor, standing: &Standing) -> Result<Leave, Response> {
    match standing.throughout(&visitor.sv) {
        Err(Denied::Role) => {}
        leave => return leave.map_err(|denied| refused(visitor, denied)),
    }
    for held in standing.held() {
        if let Ok(leave) = standing.under(&visitor.sv, held.org_id).await {
            return Ok(leave);
        }
    }
    Err(refused(visitor, Denied::Role))
}

/// Named by nothing of theirs: names of files end up in histories of browsers.
fn file(visitor: &Visitor, zip: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"du-lieu-ca-nhan.zip\"")),
    ];
    visitor.remembers((StatusCode::OK, headers, zip).into_response())
}
