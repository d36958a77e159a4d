//! One person: seen, and corrected as they were seen.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, PeopleRead, PeopleWrite},
    deeds::Changed,
    given::{Day, Id, Partly},
    people::State,
    problem::{Kind, Problem},
    told,
};
use crate::{
    admin::{
        corrections::{self, Known, Mistake, NotCorrected, Typed},
        merge,
        people::{self, Seen},
    },
    base::id::PersonId,
    model::{person::PersonMistake, sex},
    services::authority::{Correct, Denied, NoPermit, SeePerson},
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
    /// Sex on record.
    #[schema(inline)]
    sex: Option<Sex>,
    /// The e-mail address that apps are told, for callers who may correct it.
    email: Option<String>,
    /// The telephone number that apps are told, for callers who may correct it.
    phone: Option<String>,
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

/// Sex on record.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sex {
    /// *Nam.*
    Male,
    /// *Nữ.*
    Female,
}

impl From<sex::Sex> for Sex {
    fn from(sex: sex::Sex) -> Self {
        match sex {
            sex::Sex::Male => Self::Male,
            sex::Sex::Female => Self::Female,
        }
    }
}

impl From<Sex> for sex::Sex {
    fn from(sex: Sex) -> Self {
        match sex {
            Sex::Male => Self::Male,
            Sex::Female => Self::Female,
        }
    }
}

/// An identifier. What is kept sealed is not told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Identifier {
    /// `moet` (the sector ID), `temp`, `cccd`, `passport`, `upn` or `vneid`.
    #[schema(pattern = "^(moet|temp|cccd|passport|upn|vneid)$")]
    kind: String,
    /// Its value, but for personal ones.
    value: Option<String>,
}

/// What somebody is or was at an org.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Affiliation {
    /// `student`, `teacher`, `staff`, `principal` or `guardian`.
    #[schema(pattern = "^(student|teacher|staff|principal|guardian)$")]
    role: String,
    /// The org's name.
    org: String,
    /// The org's code; `null` where it has none.
    org_code: Option<String>,
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
    #[schema(pattern = "^(pupil|homeroom|subject)$")]
    function: String,
}

/// See one person
///
/// A record that turned out to be somebody else's leads on to the one that was kept, for whoever may see that person.
#[utoipa::path(get, path = "/api/v1/people/{person}", operation_id = "readPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = Person),
              (status = 308, description = "It was merged into another record",
               headers(("location" = String, description = "Where the record is that was kept")))),
    security(("oauth2" = ["people:read"])))]
pub(super) async fn one(by: By<PeopleRead>, Id(person): Id<PersonId>) -> Result<Response, Problem> {
    match seen(&by, person).await {
        Ok(seen) => Ok(told::now(&by, &seen)),
        Err(no) => led_on(&by, person).await.ok_or(no),
    }
}

/// To the person that this one turned out to be, for whoever may see them.
async fn led_on(by: &By<PeopleRead>, gone: PersonId) -> Option<Response> {
    let kept = merge::forwarded(&by.sv, gone).await.ok()??;
    by.standing.over::<SeePerson>(&by.sv, kept).await.ok()?;
    let location = format!("{}/api/v1/people/{kept}", by.sv.settings.issuer);
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())];
    Some((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}

async fn seen<S>(by: &By<S>, person: PersonId) -> Result<Person, Problem> {
    let leave = by.standing.over::<SeePerson>(&by.sv, person).await?;
    let within = by.standing.everywhere()?;
    let seen = people::see(&by.sv, &leave, &within).await?.ok_or(Denied::Missing)?;
    // Others have no use for how somebody is reached; who corrects it must see what they correct.
    let known = match by.standing.over::<Correct>(&by.sv, person).await {
        Ok(leave) => corrections::known(&by.sv, &leave).await?,
        Err(NoPermit::Denied(_)) => None,
        Err(no) => return Err(no.into()),
    };
    Ok(shown(person, seen, known))
}

/// What is to be different about a person. What is not given stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonChanges {
    /// The full name, family name first.
    name: Option<String>,
    /// Day of birth.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<Day>,
    /// Sex on record.
    #[schema(inline)]
    sex: Option<Sex>,
    /// The e-mail address; an empty text takes it away.
    email: Option<String>,
    /// The telephone number; an empty text takes it away.
    phone: Option<String>,
}

/// Correct somebody's name, day of birth or sex, or how they are reached
///
/// With `If-Match` only if the person is as the caller read them. The next import that names the person is compared with
/// what they are from now on.
#[utoipa::path(patch, path = "/api/v1/people/{person}", operation_id = "correctPerson", tag = "People",
    params(("person" = uuid::Uuid, Path, description = "The person's id"),
           ("If-Match" = Option<String>, Header, description = "The ETag of the person as they were read")),
    request_body = PersonChanges, responses((status = 200, body = Changed)), security(("oauth2" = ["people:write"])))]
pub(super) async fn correct(
    by: By<PeopleWrite>,
    Id(person): Id<PersonId>,
    headers: HeaderMap,
    Partly(asked, unread): Partly<PersonChanges>,
) -> Result<Response, Problem> {
    let leave = by.standing.over::<Correct>(&by.sv, person).await.map_err(|no| by.no(no))?;
    // Read first: whatever changes between this and the look below is noticed in the write.
    let known = corrections::known(&by.sv, &leave).await?.ok_or(Denied::Missing)?;
    let conditional = headers.contains_key(header::IF_MATCH);
    if conditional && !told::is_as_read(&headers, &seen(&by, person).await?) {
        return Err(Kind::Changed.into());
    }
    let typed = Typed {
        name: asked.name,
        born: asked.born.map(|Day(day)| day.to_string()),
        sex: asked.sex.map(|sex| sex::Sex::from(sex).as_str().to_owned()),
        email: asked.email,
        phone: asked.phone,
    };
    if let Some(unread) = unread {
        let others = typed.mistakes(by.sv.clock.now().day());
        return Err(unread.and(Problem::fields(others.into_iter().map(field))));
    }
    let was = conditional.then_some(known.changed);
    let changed = corrections::correct(&by.sv, &leave, &typed, was).await.map_err(|no| by.no(no))?;
    Ok(told::done(StatusCode::OK, &Changed { changed }))
}

impl From<NotCorrected> for Problem {
    fn from(no: NotCorrected) -> Self {
        match no {
            NotCorrected::Mistakes(mistakes) => Self::fields(mistakes.into_iter().map(field)),
            NotCorrected::Overtaken => Kind::Changed.into(),
            NotCorrected::Denied(denied) => denied.into(),
            NotCorrected::Store(error) => error.into(),
        }
    }
}

/// Where a mistake stands, and the key of what is said of it.
const fn field(mistake: Mistake) -> (&'static str, &'static str) {
    match mistake {
        Mistake::Person(mistake) => field_of_person(mistake),
        Mistake::Email => ("/email", "problem-email"),
        Mistake::Phone => ("/phone", "problem-phone"),
    }
}

/// The same of what any person is typed with.
pub(super) const fn field_of_person(mistake: PersonMistake) -> (&'static str, &'static str) {
    match mistake {
        PersonMistake::Name(_) => ("/name", "problem-person-name"),
        PersonMistake::Born(_) => ("/born", "problem-born"),
        PersonMistake::Future => ("/born", "problem-born-future"),
        PersonMistake::Sex => ("/sex", "problem-sex"),
    }
}

fn shown(id: PersonId, seen: Seen, known: Option<Known>) -> Person {
    let (email, phone) = known.map_or((None, None), |known| (known.email, known.phone));
    Person {
        id,
        name: seen.name,
        born: seen.born,
        sex: seen.sex.map(Into::into),
        email,
        phone,
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
    Affiliation {
        role: row.role,
        org: row.org_name,
        org_code: row.org_code,
        primary: row.is_primary,
        from: row.valid_from.0,
        to,
    }
}

fn seat(row: SeatRow) -> Seat {
    Seat { class: row.code, year: row.year, function: row.function }
}
