//! What happened to somebody's account.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::{AuditRead, By},
    given::Id,
    problem::Problem,
    told,
};
use crate::{
    admin::people,
    base::id::{EventId, PersonId},
    services::authority::ReadAudit,
    store::audit::EventRow,
};

/// A line of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Event {
    /// The event.
    #[schema(value_type = uuid::Uuid)]
    id: EventId,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who: `account:…`, `command line` or `system`.
    actor: String,
    /// What: `account.suspended`.
    action: String,
    /// To whom or what.
    subject: String,
    /// More about it.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// The last of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Lately {
    /// The latest first, at most 20.
    items: Vec<Event>,
}

/// See what happened to somebody's account lately
///
/// Without what was done by rights over orgs out of the caller's reach.
#[utoipa::path(get, path = "/api/v1/people/{person}/events", operation_id = "listEventsOfPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = Lately)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn list(by: By<AuditRead>, Id(person): Id<PersonId>) -> Result<Response, Problem> {
    let leave = by.standing.over::<ReadAudit>(&by.sv, person).await?;
    let within = by.standing.everywhere()?;
    let events = people::lately(&by.sv, &leave, &within).await?;
    Ok(told::now(&by, &Lately { items: events.into_iter().map(shown).collect() }))
}

fn shown(row: EventRow) -> Event {
    Event {
        id: row.id,
        at: told::when(row.at),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
    }
}
