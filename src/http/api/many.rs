//! What a console opens with, and one deed to many people.

use std::collections::HashSet;

use axum::{http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, PeopleRead, PeopleWrite},
    given::Body,
    problem::{Kind, Problem},
    told,
};
use crate::{
    admin::{
        accounts::LONGEST_REASON,
        bulk::{self, Deed, NotBegun, Outcome, Why},
        overview::{self, Counted, Overview},
        transfers,
    },
    base::id::PersonId,
    services::authority::{FindPeople, ImportPeople, Permit, Reach},
    store::{headcounts::Heads, import_tasks::UnderWay},
};

/// So many people may be named.
const MOST: usize = 200;

/// One deed to each of some people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyAsked {
    /// What is done to each.
    #[schema(inline)]
    deed: Each,
    /// To whom; at most 200.
    #[schema(value_type = Vec<uuid::Uuid>, min_items = 1, max_items = 200)]
    people: Vec<PersonId>,
    /// The reason, which a suspension needs; the audit trail keeps it for good: no names, nothing about health.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    reason: Option<String>,
}

/// What is done to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Each {
    /// They are signed out everywhere.
    SignOut,
    /// They are suspended, for the reason.
    Suspend,
    /// They may go on.
    Resume,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ManyDone {
    /// To how many it was done.
    done: usize,
    /// To whom it was not.
    refused: Vec<RefusedOne>,
}

/// Somebody to whom it was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedOne {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// The name of the problem that the deed to them alone would have: `role`, `not-found`, …
    problem: &'static str,
}

/// Do one deed to many people
///
/// Each is judged and done by itself, as by the operation for one; broken off, it is done to some, and done again it comes to
/// the same.
#[utoipa::path(post, path = "/api/v1/deeds", operation_id = "doToMany", tag = "People", request_body = ManyAsked,
    responses((status = 200, body = ManyDone)), security(("oauth2" = ["people:write"])))]
pub(super) async fn run(by: By<PeopleWrite>, Body(asked): Body<ManyAsked>) -> Result<Response, Problem> {
    if asked.people.is_empty() || asked.people.len() > MOST {
        return Err(Problem::field("/people", "problem-people"));
    }
    let given = asked.reason.as_deref().or((asked.deed == Each::Suspend).then_some(""));
    if given.is_some_and(|reason| reason.trim().is_empty() || reason.chars().count() > LONGEST_REASON) {
        return Err(Problem::field("/reason", "problem-reason"));
    }
    let deed = match asked.deed {
        Each::SignOut => Deed::EndSessions,
        Each::Suspend => Deed::Suspend,
        Each::Resume => Deed::Resume,
    };
    let mut named = HashSet::new();
    let people: Vec<PersonId> = asked.people.into_iter().filter(|person| named.insert(*person)).collect();
    let seen = bulk::seen(&by.sv, &by.standing, &people).await.map_err(|no| by.no(no))?;
    let there: HashSet<PersonId> = seen.iter().map(|whom| whom.id).collect();
    let reason = asked.reason.unwrap_or_default();
    let Outcome { done, refused } =
        bulk::run(&by.sv, &by.standing, seen, deed, &reason).await.map_err(|no| match no {
            NotBegun::Reason => Problem::field("/reason", "problem-reason"),
            NotBegun::Store(error) => error.into(),
        })?;
    let missing =
        people.into_iter().filter(|person| !there.contains(person)).map(|person| (person, Kind::NotFound.into()));
    let refused = refused.into_iter().map(|(whom, why)| (whom.id, problem(why)));
    let refused =
        missing.chain(refused).map(|(person, no): (PersonId, Problem)| RefusedOne { person, problem: no.name() });
    Ok(told::done(StatusCode::OK, &ManyDone { done, refused: refused.collect() }))
}

fn problem(why: Why) -> Problem {
    match why {
        Why::Denied(denied) => denied.into(),
        Why::State(_) => Kind::Conflict.into(),
    }
}

/// How things stand within the caller's reach.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverviewNow {
    /// Pupils.
    pupils: i64,
    /// Who works there.
    staff: i64,
    /// Of all of them: who has no password yet.
    waiting: i64,
    /// Whose account is in use.
    active: i64,
    /// Who is suspended.
    suspended: i64,
    /// Who has no sector ID yet.
    without_sector_id: i64,
    /// Whose account sleeps, since they are nowhere; over the whole sector only.
    #[serde(skip_serializing_if = "Option::is_none")]
    dormant: Option<i64>,
    /// When people were counted; not there: now, or not since the server began.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_at: Option<String>,
    /// Schools.
    schools: u64,
    /// Schools without an administrator of their own.
    schools_without_administrator: u64,
    /// Requests of other schools that wait for an answer.
    transfers_to_decide: u64,
    /// Requests of these schools that wait for an answer.
    transfers_awaited: u64,
    /// Imports that are under way.
    imports_running: i64,
    /// Imports that wait for somebody to look them over.
    imports_to_review: i64,
    /// When a file last brought or changed somebody.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    imported_at: Option<String>,
}

/// How things stand within the caller's reach
#[utoipa::path(get, path = "/api/v1/overview", operation_id = "readOverview", tag = "People",
    responses((status = 200, body = OverviewNow)), security(("oauth2" = ["people:read"])))]
pub(super) async fn overview(by: By<PeopleRead>) -> Result<Response, Problem> {
    let finding: Permit<FindPeople, Reach> = by.standing.everywhere()?;
    let Overview { heads, dormant, schools, unadministered, counted } = overview::overview(&by.sv, &finding).await?;
    let transfers::Waiting { coming, leaving } = transfers::waiting(&by.sv, &finding).await?;
    // Whoever may not import is told of none.
    let imports = match by.standing.everywhere::<ImportPeople>() {
        Ok(importing) => overview::imports(&by.sv, &importing).await?,
        Err(_) => UnderWay::default(),
    };
    let Heads { pupils, staff, provisional, pending, active, suspended, temporary, imported_at, .. } = heads;
    Ok(told::now(
        &by,
        &OverviewNow {
            pupils,
            staff,
            waiting: provisional + pending,
            active,
            suspended,
            without_sector_id: temporary,
            dormant,
            counted_at: if let Counted::At(at) = counted { Some(told::when(at)) } else { None },
            schools,
            schools_without_administrator: unadministered,
            transfers_to_decide: leaving,
            transfers_awaited: coming,
            imports_running: imports.running,
            imports_to_review: imports.review,
            imported_at: imported_at.map(told::when),
        },
    ))
}
