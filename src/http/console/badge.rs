//! Somebody's badge on their page: until when it is good, and its end.

use axum::{extract::Path, response::Response};

use super::{admitted_form, no_permit, person, refused};
use crate::{
    base::id::PersonId,
    http::{
        render,
        visitor::{Form, Visitor},
    },
    protocol::error::Refusal,
    services::authority::Denied,
    slips,
    store::badges::BadgeRow,
    views::BadgeLine,
};

pub(super) const fn line(row: &BadgeRow) -> BadgeLine {
    BadgeLine { printed: row.issued_at, until: row.expires_at, suspended: row.suspended_at.is_some() }
}

/// POST `/console/people/{id}/badge`: a badge, lost or lent, is worth nothing from now on.
pub(super) async fn void(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let standing = match admitted_form(&visitor, form, &[]).await {
        Ok((standing, _)) => standing,
        Err(page) => return page,
    };
    let Ok(whose) = id.parse::<PersonId>() else { return refused(&visitor, Denied::Missing) };
    let leave = match standing.over(&visitor.sv, whose).await {
        Ok(leave) => leave,
        Err(no) => return no_permit(&visitor, no),
    };
    match slips::void_badge(&visitor.sv, &leave).await {
        Ok(Ok(voided)) => person::back(&visitor, &id, if voided { "badge" } else { "nothing" }),
        Ok(Err(denied)) => refused(&visitor, denied),
        Err(error) => render::fault(&visitor, &error),
    }
}
