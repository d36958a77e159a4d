//! What is done to one person.

use axum::{http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, CodesIssue, PeopleWrite},
    given::{Body, Id, Nothing},
    once::ToldOnce,
    people::State,
    problem::{Kind, Problem},
    told,
};
use crate::{
    admin::{
        accounts::{self, CodeKind, NotDone},
        merge::{self, NotMerged},
        transfers,
    },
    base::id::PersonId,
    model::affiliation::EndReason,
    people::{PeopleError, identifiers},
    services::authority::{
        DecideTransfer, EndSessions, Identify, IssueCode, MergePeople, Renumber, Resume, SeePerson, Suspend,
    },
    slips,
};

/// Why somebody is suspended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Suspension {
    /// The reason, which the person's other administrators read and the audit trail keeps for good: no names, nothing
    /// about health.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    reason: String,
}

/// Keep somebody from signing in
///
/// Ends their sessions and whatever apps were given. Suspended already, nothing happens.
#[utoipa::path(post, path = "/api/v1/people/{person}/suspend", operation_id = "suspendPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")), request_body = Suspension,
    responses((status = 204, description = "Suspended")), security(("oauth2" = ["people:write"])))]
pub(super) async fn suspend(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Suspension>,
) -> Result<Response, Problem> {
    let leave = by.standing.over::<Suspend>(&by.sv, person).await.map_err(|no| by.no(no))?;
    accounts::suspend(&by.sv, &leave, &asked.reason).await.map_err(|no| by.no(no))?;
    Ok(told::nothing())
}

/// The state of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StateNow {
    /// The state that the account came to.
    state: State,
}

/// Let somebody sign in again
///
/// Whoever has left all schools meanwhile goes dormant. Active already, nothing happens.
#[utoipa::path(post, path = "/api/v1/people/{person}/resume", operation_id = "resumePerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = StateNow)), security(("oauth2" = ["people:write"])))]
pub(super) async fn resume(by: By<PeopleWrite>, Id(person): Id<PersonId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.over::<Resume>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let state = accounts::resume(&by.sv, &leave).await.map_err(|no| by.no(no))?;
    Ok(told::done(StatusCode::OK, &StateNow { state: state.into() }))
}

/// Sign somebody out everywhere
#[utoipa::path(post, path = "/api/v1/people/{person}/sign-out", operation_id = "signPersonOut", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 204, description = "Signed out")), security(("oauth2" = ["people:write"])))]
pub(super) async fn sign_out(by: By<PeopleWrite>, Id(person): Id<PersonId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.over::<EndSessions>(&by.sv, person).await.map_err(|no| by.no(no))?;
    accounts::end_sessions(&by.sv, &leave).await.map_err(|no| by.no(no))?;
    Ok(told::nothing())
}

/// Make somebody's badge worth nothing
///
/// For one that was lost or lent; a new one is printed with `POST /api/v1/badges`. A teacher may, of a pupil of theirs.
#[utoipa::path(post, path = "/api/v1/people/{person}/void-badge", operation_id = "voidBadge", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = Changed)), security(("oauth2" = ["codes:issue"])))]
pub(super) async fn void_badge(by: By<CodesIssue>, Id(person): Id<PersonId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.over::<IssueCode>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let changed = slips::void_badge(&by.sv, &leave).await?.map_err(|no| by.no(no))?;
    Ok(told::done(StatusCode::OK, &Changed { changed }))
}

/// A sector ID.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Identification {
    /// The sector ID (mã định danh ngành).
    #[schema(min_length = 6, max_length = 20, pattern = "^[0-9A-Za-z-]{6,20}$")]
    sector_id: String,
}

/// Whether there was anything to do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changed {
    /// False when it was so already.
    pub(super) changed: bool,
}

/// Record somebody's sector ID
///
/// In place of a temporary one: it is the same person, and signs in with it from now on. A sector ID never changes: 409 for
/// whoever has another.
#[utoipa::path(post, path = "/api/v1/people/{person}/identify", operation_id = "identifyPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")), request_body = Identification,
    responses((status = 200, body = Changed)), security(("oauth2" = ["people:write"])))]
pub(super) async fn identify(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Identification>,
) -> Result<Response, Problem> {
    let leave = by.standing.over::<Identify>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let changed = identifiers::identify(&by.sv, &leave, &asked.sector_id).await.map_err(|no| match no {
        PeopleError::Store(error) => error.into(),
        PeopleError::Denied(denied) => by.no(denied),
        PeopleError::HasSectorId => Problem::because(Kind::Conflict, "person-has-sector-id"),
        // Whose it is, is not told: they may be out of reach (R38).
        _ => Problem::field("/sector_id", "problem-sector-id"),
    })?;
    Ok(told::done(StatusCode::OK, &Changed { changed }))
}

/// A sector ID, and why the recorded one is wrong.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Renumbering {
    /// The sector ID (mã định danh ngành) as it is in the sector database.
    #[schema(min_length = 6, max_length = 20, pattern = "^[0-9A-Za-z-]{6,20}$")]
    sector_id: String,
    /// Why the recorded one is wrong; the audit trail keeps it for good: no names, nothing about health.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    reason: String,
}

/// Put a sector ID in place of one that was recorded by mistake
///
/// For the sector's administrators. It is the same person, who signs in with it from now on; the former, and one that a merged
/// record brought, are free for whom they belong to. Wants a sign-in of the last five minutes.
#[utoipa::path(post, path = "/api/v1/people/{person}/renumber", operation_id = "renumberPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")), request_body = Renumbering,
    responses((status = 200, body = Changed)), security(("oauth2" = ["people:write"])))]
pub(super) async fn renumber(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Renumbering>,
) -> Result<Response, Problem> {
    let leave = by.standing.over::<Renumber>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let done = identifiers::renumber(&by.sv, &leave, &asked.sector_id, &asked.reason).await;
    let changed = done.map_err(|no| match no {
        PeopleError::Store(error) => error.into(),
        PeopleError::Denied(denied) => by.no(denied),
        PeopleError::NoReason => Problem::field("/reason", "problem-reason"),
        _ => Problem::field("/sector_id", "problem-sector-id"),
    })?;
    Ok(told::done(StatusCode::OK, &Changed { changed }))
}

/// Why a pupil goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// To another school, or for good.
    #[schema(inline)]
    why: Why,
}

/// Why a pupil goes.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Why {
    /// To another school, which claims them.
    Transferred,
    /// For good.
    Left,
}

/// Let a pupil go
#[utoipa::path(post, path = "/api/v1/people/{person}/release", operation_id = "releasePupil", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")), request_body = Release,
    responses((status = 200, body = Changed)), security(("oauth2" = ["people:write"])))]
pub(super) async fn release(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Release>,
) -> Result<Response, Problem> {
    let leave = by.standing.everywhere::<DecideTransfer>()?;
    let why = match asked.why {
        Why::Transferred => EndReason::Transferred,
        Why::Left => EndReason::Left,
    };
    let changed = transfers::release(&by.sv, &leave, person, why).await?.map_err(|no| by.no(no))?;
    // Of whom they may see nothing, they are not told that there was nothing to do either (R38).
    if !changed {
        by.standing.over::<SeePerson>(&by.sv, person).await?;
    }
    Ok(told::done(StatusCode::OK, &Changed { changed }))
}

/// The record that goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Merge {
    /// The id of the record that goes; what is told of it, is told of this person from now on.
    #[schema(value_type = uuid::Uuid)]
    gone: PersonId,
}

/// Make two records of one person one
///
/// Wants a sign-in of the last five minutes.
#[utoipa::path(post, path = "/api/v1/people/{person}/merge", operation_id = "mergePeople", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The id of the record that stays")), request_body = Merge,
    responses((status = 204, description = "They are one")), security(("oauth2" = ["people:write"])))]
pub(super) async fn merge(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    Body(asked): Body<Merge>,
) -> Result<Response, Problem> {
    let kept = by.standing.over::<MergePeople>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let gone = by.standing.over::<MergePeople>(&by.sv, asked.gone).await.map_err(|no| by.no(no))?;
    merge::merge(&by.sv, &kept, &gone).await.map_err(|no| match no {
        NotMerged::Same => Problem::field("/gone", "merge-same"),
        NotMerged::Cannot(_) => Problem::because(Kind::Conflict, "merge-places"),
        NotMerged::HoldsRights => Problem::because(Kind::Conflict, "merge-rights"),
        NotMerged::Suspended => Problem::because(Kind::Conflict, "merge-suspended"),
        NotMerged::Denied(denied) => by.no(denied),
        NotMerged::Store(error) => error.into(),
    })?;
    Ok(told::nothing())
}

/// A code for a new password; told once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedCode {
    /// `activation` for somebody who never had a password, `rescue` for somebody who forgot it.
    #[schema(pattern = "^(activation|rescue)$")]
    kind: &'static str,
    /// The code, as it is read aloud.
    code: String,
    /// Until when it is good.
    #[schema(format = DateTime)]
    until: String,
}

/// Issue a code by which somebody chooses a new password
///
/// A teacher may issue one to a pupil of theirs. The one before is worth nothing from now on. It is not kept for
/// `Idempotency-Key`: sent again within an hour with the same key, the same code is told as long as it was neither used
/// nor replaced.
#[utoipa::path(post, path = "/api/v1/people/{person}/code", operation_id = "issueCode", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = IssuedCode)), security(("oauth2" = ["codes:issue"])))]
pub(super) async fn issue_code(by: By<CodesIssue>, Id(person): Id<PersonId>, _: Nothing) -> Result<Response, Problem> {
    let leave = by.standing.over::<IssueCode>(&by.sv, person).await.map_err(|no| by.no(no))?;
    let issued = accounts::issue_code(&by.sv, &leave, &by.form).await.map_err(|no| by.no(no))?;
    let kind = match issued.kind {
        CodeKind::Activation => "activation",
        CodeKind::Rescue => "rescue",
    };
    let code = IssuedCode { kind, code: issued.code.to_string(), until: told::when(issued.until) };
    let mut response = told::done(StatusCode::OK, &code);
    response.extensions_mut().insert(ToldOnce);
    Ok(response)
}

impl From<NotDone> for Problem {
    fn from(no: NotDone) -> Self {
        match no {
            NotDone::Step(_) | NotDone::Used => Kind::Conflict.into(),
            NotDone::Reason => Self::field("/reason", "problem-reason"),
            NotDone::Denied(denied) => denied.into(),
            NotDone::Store(error) => error.into(),
        }
    }
}
