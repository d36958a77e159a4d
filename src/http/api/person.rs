//! One person.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::{By, PeopleRead},
    given::Id,
    people::State,
    problem::Problem,
    told,
};
use crate::{
    admin::people::{self, Seen},
    base::id::PersonId,
    services::authority::{Denied, SeePerson},
    store::reach::{IdentifierRow, PostRow, SeatRow},
};

/// A person, with what of them lies within the caller's reach.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Person {
    /// The person: never changes and is never given again.
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// The name as written.
    name: String,
    /// Day of birth.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<jiff::civil::Date>,
    /// The state of the account.
    state: State,
    /// Why it is suspended, where the caller may know.
    reason: Option<String>,
    /// What they sign in with, the sector ID first.
    sign_in_names: Vec<String>,
    /// The identifiers that hold.
    identifiers: Vec<Identifier>,
    /// What they are and were at orgs within the caller's reach.
    affiliations: Vec<Affiliation>,
    /// Their places in classes.
    classes: Vec<Seat>,
    /// How many browsers are signed in.
    sessions: usize,
}

/// An identifier. What is kept sealed is not told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Identifier {
    /// `moet` (the sector ID), `temp`, `cccd`, `passport`, `upn` or `vneid`.
    kind: String,
    /// Its value, but for personal ones.
    value: Option<String>,
}

/// What somebody is or was at an org.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Affiliation {
    /// `student`, `teacher`, `staff`, `principal` or `guardian`.
    role: String,
    /// The org's name.
    org: String,
    /// Whether it is the main one.
    primary: bool,
    /// Since when.
    #[schema(value_type = String, format = Date)]
    from: jiff::civil::Date,
    /// The first day no more.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<jiff::civil::Date>,
}

/// A place in a class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Seat {
    /// The class: 3A.
    class: String,
    /// Its school year: 2026-2027.
    year: String,
    /// `pupil`, `homeroom` or `subject`.
    function: String,
}

/// See one person
#[utoipa::path(get, path = "/api/v1/people/{person}", operation_id = "readPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = Person)), security(("oauth2" = ["people:read"])))]
pub(super) async fn one(by: By<PeopleRead>, Id(person): Id<PersonId>) -> Result<Response, Problem> {
    let leave = by.standing.over::<SeePerson>(&by.sv, person).await?;
    let within = by.standing.everywhere()?;
    let seen = people::see(&by.sv, &leave, &within).await?.ok_or(Denied::Missing)?;
    Ok(told::now(&by, &shown(person, seen)))
}

fn shown(id: PersonId, seen: Seen) -> Person {
    Person {
        id,
        name: seen.name,
        born: seen.born,
        state: seen.state.into(),
        reason: seen.reason,
        sign_in_names: seen.names,
        identifiers: seen.identifiers.into_iter().map(identifier).collect(),
        affiliations: seen.posts.into_iter().map(affiliation).collect(),
        classes: seen.seats.into_iter().map(seat).collect(),
        sessions: seen.sessions,
    }
}

fn identifier(row: IdentifierRow) -> Identifier {
    // The console shows no more than the end of these either.
    let personal = !matches!(row.kind.as_str(), "moet" | "temp" | "upn");
    Identifier { value: row.value.filter(|_| !personal), kind: row.kind }
}

fn affiliation(row: PostRow) -> Affiliation {
    let to = row.valid_to.map(|day| day.0);
    Affiliation { role: row.role, org: row.org_name, primary: row.is_primary, from: row.valid_from.0, to }
}

fn seat(row: SeatRow) -> Seat {
    Seat { class: row.code, year: row.year, function: row.function }
}
