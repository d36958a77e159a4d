//! Whoever is at no school any more: since when, what becomes of them by itself, and removing somebody for good. For the
//! sector's administrators.

use axum::{http::Uri, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, PeopleRead, PeopleWrite},
    given::{self, Body, Id, Query},
    people::State,
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    admin::dormant::{self, Cursor, Fate, NotPurged, Which},
    base::id::PersonId,
    model::account::AccountState,
    services::authority::{FindPeople, Permit, PurgePerson, Sector},
    store::dormant::DormantRow,
};

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those to whom something happens by itself, the next first; else all, who rest longest first.
    due: Option<bool>,
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<given::Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Somebody who is at no school.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Dormant {
    /// The person.
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// The name as written.
    name: String,
    /// The sector ID.
    sector_id: Option<String>,
    /// The state of the account.
    state: Option<State>,
    /// Where they were last.
    last_org: Option<String>,
    /// The first day on which they were there no more.
    #[schema(value_type = Option<String>, format = Date)]
    left_on: Option<jiff::civil::Date>,
    /// When they are removed for good.
    #[schema(format = DateTime)]
    purged_at: Option<String>,
    /// Until when they are kept for whoever claims them.
    #[schema(format = DateTime)]
    kept_until: Option<String>,
}

/// List whoever is at no school any more
#[utoipa::path(get, path = "/api/v1/dormant", operation_id = "listDormant", tag = "People", params(Wanted),
    responses((status = 200, body = Listed<Dormant>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn list(by: By<PeopleRead>, here: Uri, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let leave: Permit<FindPeople, Sector> = by.standing.with_the_sector(&by.sv)?;
    let which = if wanted.due.unwrap_or_default() { Which::Due } else { Which::All };
    let ask = given::page::<Cursor>(wanted.after.as_deref(), wanted.limit)?;
    let listed = dormant::list(&by.sv, &leave, which, &ask).await?;
    Ok(told::page(&by, &here, listed, shown))
}

fn shown(row: DormantRow) -> Dormant {
    let (purged_at, kept_until) = match dormant::fate(&row) {
        Fate::Purged(at) => (Some(at), None),
        Fate::Rests(at) => (None, Some(at)),
        Fate::Nothing => (None, None),
    };
    Dormant {
        id: row.id,
        name: row.full_name,
        sector_id: row.sector_id,
        state: AccountState::named(&row.state).map(Into::into),
        last_org: row.last_org,
        left_on: row.left_on.map(|day| day.0),
        purged_at: purged_at.map(told::when),
        kept_until: kept_until.map(told::when),
    }
}

/// Who is to be removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Purge {
    /// Their sector ID or their name, as a proof that nobody else is meant.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    named: String,
}

/// Remove somebody for good who is at no school
///
/// All but a tombstone, by which neither the person's id nor the sector ID is ever given again. Wants a sign-in of the last
/// five minutes.
#[utoipa::path(post, path = "/api/v1/people/{person}/purge", operation_id = "purgePerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")), request_body = Purge,
    responses((status = 204, description = "Removed")), security(("oauth2" = ["people:write"])))]
pub(super) async fn purge(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Purge>,
) -> Result<Response, Problem> {
    let leave = by.standing.over::<PurgePerson>(&by.sv, person).await.map_err(|no| by.no(no))?;
    dormant::purge(&by.sv, &leave, &asked.named).await.map_err(|no| match no {
        NotPurged::Unconfirmed => Problem::field("/named", "purge-unconfirmed"),
        NotPurged::Step(_) => Problem::because(Kind::Conflict, "problem-not-dormant"),
        NotPurged::Denied(denied) => by.no(denied),
        NotPurged::Store(error) => error.into(),
    })?;
    Ok(told::nothing())
}
