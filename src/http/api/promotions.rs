//! What becomes of a class in a school's step into the next year, and of its pupils who go another way.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, RolloverWrite},
    given::{Body, Names},
    problem::{Kind, Problem},
    rollovers::Ground,
    told,
};
use crate::{
    admin::rollover::{self, NotMarked, Sheet, ShownClass, ShownPupil},
    base::id::{ClassId, PersonId},
    model::rollover::{ClassFate, Mark},
    services::authority::Denied,
};

/// What becomes of a class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Class {
    /// The class, in the year that ends.
    #[schema(value_type = uuid::Uuid)]
    id: ClassId,
    /// What it is called.
    code: String,
    /// `goes_on`, `completes` or `stays`.
    fate: &'static str,
    /// What it is called next year, where it goes on.
    next: Option<String>,
    /// How many pupils it is about: those who are in it, and those who moved, as long as that can be taken back.
    pupils: u64,
    /// How many of them repeat the year.
    repeat: u64,
    /// How many leave.
    leave: u64,
    /// How many go on in another class.
    join: u64,
    /// Whether its pupils have moved.
    done: bool,
}

impl Class {
    pub(super) fn of(shown: ShownClass) -> Self {
        let [pupils, repeat, leave, join] = shown.heads();
        Self {
            id: shown.id,
            code: shown.code,
            fate: shown.fate.as_str(),
            next: shown.fate.code().map(str::to_owned),
            pupils,
            repeat,
            leave,
            join,
            done: shown.done,
        }
    }
}

/// A class with its pupils.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pupils {
    /// What becomes of the class.
    class: Class,
    /// Its pupils, by name: a class has no more than a page of them.
    pupils: Vec<Pupil>,
}

/// A pupil of a class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pupil {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// The name.
    name: String,
    /// The sector ID, or a temporary one.
    sector_id: String,
    /// `repeats`, `leaves` or `joins`; not there for whoever goes the way of the class.
    mark: Option<&'static str>,
    /// The class of next year, for whoever repeats or joins.
    next: Option<String>,
}

/// See what becomes of a class and its pupils
#[utoipa::path(get, path = "/api/v1/rollovers/{school}/classes/{class}", operation_id = "readRolloverClass",
    tag = "Rollovers", params(("school" = String, Path, description = "The school's code (mã trường)"),
                              ("class" = uuid::Uuid, Path, description = "The class's id")),
    responses((status = 200, body = Pupils)), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn one(by: By<RolloverWrite>, Names(code, id): Names) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let (sheet, class) = class(&by, &ground, &id).await?;
    Ok(told::now(&by, &pupils(&by, &ground, &sheet, class).await?))
}

async fn pupils(by: &By<RolloverWrite>, ground: &Ground, sheet: &Sheet, class: ShownClass) -> Result<Pupils, Problem> {
    let pupils = rollover::class(&by.sv, &ground.leave, sheet.row.id, class.id).await?;
    Ok(Pupils { class: Class::of(class), pupils: pupils.into_iter().map(pupil).collect() })
}

/// Refuses to change a class that is not as the caller read it, where they say how that was.
async fn as_read(
    by: &By<RolloverWrite>,
    ground: &Ground,
    headers: &HeaderMap,
    (sheet, class): (&Sheet, &ShownClass),
) -> Result<(), Problem> {
    let changed = headers.contains_key(header::IF_MATCH)
        && !told::is_as_read(headers, &pupils(by, ground, sheet, class.clone()).await?);
    if changed { Err(Kind::Changed.into()) } else { Ok(()) }
}

fn pupil(shown: ShownPupil) -> Pupil {
    Pupil {
        person: shown.id,
        name: shown.name,
        sector_id: shown.sector_id,
        mark: shown.mark.as_ref().map(Mark::as_str),
        next: shown.mark.as_ref().and_then(Mark::code).map(str::to_owned),
    }
}

async fn class(by: &By<RolloverWrite>, ground: &Ground, id: &str) -> Result<(Sheet, ShownClass), Problem> {
    let id: ClassId = id.parse().map_err(|_| Denied::Missing)?;
    let sheet = ground.drafted(by).await?;
    let class = sheet.classes.iter().find(|class| class.id == id).cloned().ok_or(Denied::Missing)?;
    Ok((sheet, class))
}

/// What is to become of a class.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFate {
    /// Whether it goes on, has completed its level, or stays as it is.
    #[schema(inline)]
    fate: Fate,
    /// What it is called next year, where it goes on.
    #[schema(min_length = 1, max_length = 40)]
    next: Option<String>,
}

/// What becomes of a class.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// A grade higher, as the class of the name in `next`.
    GoesOn,
    /// Its level is done: the pupils leave the school.
    Completes,
    /// It is left as it is.
    Stays,
}

/// Say what becomes of a class
///
/// With `If-Match` only if the class is as `readRolloverClass` told it.
#[utoipa::path(put, path = "/api/v1/rollovers/{school}/classes/{class}/fate", operation_id = "setRolloverClass",
    tag = "Rollovers", params(("school" = String, Path, description = "The school's code (mã trường)"),
                              ("class" = uuid::Uuid, Path, description = "The class's id"),
                              ("If-Match" = Option<String>, Header, description = "The ETag of the class as it was read")),
    request_body = NewFate, responses((status = 204, description = "It is said")),
    security(("oauth2" = ["rollover:write"])))]
pub(super) async fn set_fate(
    by: By<RolloverWrite>,
    Names(code, id): Names,
    headers: HeaderMap,
    Body(asked): Body<NewFate>,
) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let (sheet, class) = class(&by, &ground, &id).await?;
    as_read(&by, &ground, &headers, (&sheet, &class)).await?;
    let fate = match (asked.fate, asked.next) {
        (Fate::GoesOn, Some(next)) => ClassFate::GoesOn(next),
        (Fate::Completes, None) => ClassFate::Completes,
        (Fate::Stays, None) => ClassFate::Stays,
        _ => return Err(Problem::field("/next", "problem-class-next")),
    };
    rollover::set_class(&by.sv, &ground.leave, (sheet.row.id, class.id), fate).await?;
    Ok(told::nothing())
}

/// What is to become of a pupil.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMark {
    /// The pupil, who is in the class.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// What becomes of them; as of the class when not given.
    #[schema(inline)]
    mark: Option<Deviation>,
    /// The class of next year, for whoever joins another; whoever repeats is in a class of the same name.
    #[schema(min_length = 1, max_length = 40)]
    next: Option<String>,
}

/// What becomes of a pupil who does not go the way of the class.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Deviation {
    /// The same grade again.
    Repeats,
    /// Leaves school.
    Leaves,
    /// Goes on in the class of the name in `next`, to which another class goes on, or which is there already.
    Joins,
}

/// Say what becomes of a pupil
///
/// With `If-Match` only if the class is as `readRolloverClass` told it.
#[utoipa::path(put, path = "/api/v1/rollovers/{school}/classes/{class}/pupil", operation_id = "setRolloverPupil",
    tag = "Rollovers", params(("school" = String, Path, description = "The school's code (mã trường)"),
                              ("class" = uuid::Uuid, Path, description = "The class's id"),
                              ("If-Match" = Option<String>, Header, description = "The ETag of the class as it was read")),
    request_body = NewMark, responses((status = 204, description = "It is said")),
    security(("oauth2" = ["rollover:write"])))]
pub(super) async fn set_pupil(
    by: By<RolloverWrite>,
    Names(code, id): Names,
    headers: HeaderMap,
    Body(asked): Body<NewMark>,
) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let (sheet, class) = class(&by, &ground, &id).await?;
    as_read(&by, &ground, &headers, (&sheet, &class)).await?;
    let mark = match (asked.mark, asked.next) {
        (None, None) => None,
        (Some(Deviation::Repeats), next) => Some(Mark::Repeats(next.unwrap_or_else(|| class.code.clone()))),
        (Some(Deviation::Leaves), None) => Some(Mark::Leaves),
        (Some(Deviation::Joins), Some(next)) => Some(Mark::Joins(next)),
        _ => return Err(Problem::field("/next", "problem-class-next")),
    };
    let of_class = |no: NotMarked| match no {
        // The class is there: it is the pupil who is not in it.
        NotMarked::Denied(Denied::Missing) => Problem::field("/person", "problem-no-person"),
        no => no.into(),
    };
    rollover::mark(&by.sv, &ground.leave, sheet.row.id, (class.id, asked.person), mark).await.map_err(of_class)?;
    Ok(told::nothing())
}

impl From<NotMarked> for Problem {
    fn from(no: NotMarked) -> Self {
        match no {
            NotMarked::Name => Self::field("/next", "problem-class-next"),
            NotMarked::NoSuchClass => Self::field("/next", "problem-class-unknown"),
            NotMarked::Awaited => Self::because(Kind::Conflict, "problem-class-awaited"),
            NotMarked::TooLate => Self::because(Kind::Conflict, "problem-rollover-late"),
            NotMarked::Denied(denied) => denied.into(),
            NotMarked::Store(error) => error.into(),
        }
    }
}
