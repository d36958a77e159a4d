//! What a support code leads to: the request that failed, for whoever reads the whole trail, and for those who administer the
//! person who was signed in.

use axum::{http::StatusCode, response::Response};

use super::{admitted, no_permit};
use crate::{
    admin::{
        audit as keeping,
        failures::{self, Found},
    },
    http::{render, visitor::Visitor},
    protocol::params::Params,
    services::authority::{NoPermit, Standing},
    store::failures::FailureRow,
    views::{Audit, Failure, FailureTrace, Party},
};

/// GET `/console/audit/failure?code=…`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let code = params.get("code").unwrap_or("").trim().to_owned();
    match found(&visitor, &standing, &code).await {
        Ok(found) => {
            let page = Failure { f: visitor.frame(false, "/console/audit/failure"), code, found };
            render::page(&visitor, StatusCode::OK, &page)
        }
        Err(no) => no_permit(&visitor, no),
    }
}

async fn found(visitor: &Visitor, standing: &Standing, code: &str) -> Result<Option<FailureTrace>, NoPermit> {
    let Some(Found { row, whose: mine }) = failures::find(&visitor.sv, standing, code).await? else { return Ok(None) };
    let trail = match row.account_id {
        Some(account) if mine.is_some() => {
            let day = row.at.day();
            let line = keeping::sign_in_name(&visitor.sv, account).await?;
            line.map(|id| Audit::address(&format!("person:{id} from:{day} to:{day}"), None))
        }
        _ => None,
    };
    let who = mine.map(|(person, name)| Party::Person(name, Some(format!("/console/people/{person}"))));
    Ok(Some(trace(row, who, trail)))
}

fn trace(row: FailureRow, who: Option<Party>, trail: Option<String>) -> FailureTrace {
    FailureTrace {
        at: row.at,
        method: row.method,
        path: row.path,
        status: row.status,
        millis: u64::try_from(row.micros / 1000).unwrap_or_default(),
        error: row.error,
        cause: row.cause,
        who,
        address: row.address,
        trail,
    }
}
