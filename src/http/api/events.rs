//! The audit trail: what is looked for in it, one event, what happened to somebody's account, and what a support code leads
//! to. A school's administrators find what happened to their people and what was done by rights over their school (R38).

use std::collections::HashMap;

use axum::{http::Uri, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{AuditRead, By},
    given::{self, Id, Name, Query},
    problem::Problem,
    schools,
    told::{self, Listed},
};
use crate::{
    admin::{
        audit::{self as keeping, Form},
        failures::{self, Found},
        people,
        trail::{self, Asked, Turn, Unknown, account_in, org_in},
    },
    base::{
        id::{AccountId, EventId, OrgId, PersonId},
        page::Page,
    },
    http::download,
    services::authority::{Denied, Permit, Reach, ReadAudit, Sector},
    store::{audit::EventRow, trail::NamedRow},
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
    /// The name of who did it, of a person.
    actor_name: Option<String>,
    /// That person, where the caller may see them.
    #[schema(value_type = Option<uuid::Uuid>)]
    actor_person: Option<PersonId>,
    /// What: `account.suspended`.
    action: String,
    /// To whom or what.
    subject: String,
    /// The name of the person or the school that it was done to; of a person, where the caller may see them.
    subject_name: Option<String>,
    /// That person, where the caller may see them.
    #[schema(value_type = Option<uuid::Uuid>)]
    subject_person: Option<PersonId>,
    /// Over which org the right was held by which it was done.
    #[schema(value_type = Option<uuid::Uuid>)]
    org: Option<OrgId>,
    /// The code of that org.
    org_code: Option<String>,
    /// Its name.
    org_name: Option<String>,
    /// From where.
    address: Option<String>,
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
#[utoipa::path(get, path = "/api/v1/people/{person}/events", operation_id = "listEventsOfPerson", tag = "Audit",
    params(("person" = uuid::Uuid, Path, description = "The person's id")),
    responses((status = 200, body = Lately)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn of_person(by: By<AuditRead>, Id(person): Id<PersonId>) -> Result<Response, Problem> {
    let leave = by.standing.over::<ReadAudit>(&by.sv, person).await?;
    let within = by.standing.everywhere()?;
    let events = people::lately(&by.sv, &leave, &within).await?;
    let names = Names::of(&by, &events).await?;
    Ok(told::now(&by, &Lately { items: events.into_iter().map(|row| names.shown(row)).collect() }))
}

/// Whom and what events name, beside the ids of accounts and orgs that no other answer has.
struct Names {
    /// Each with whether the caller may see them.
    people: HashMap<AccountId, (NamedRow, bool)>,
    /// The codes and the names.
    orgs: HashMap<OrgId, (Option<String>, String)>,
}

impl Names {
    async fn of(by: &By<AuditRead>, events: &[EventRow]) -> Result<Self, Problem> {
        let people = trail::names(&by.sv, &by.standing, events).await?.into_iter();
        let orgs = trail::org_names(&by.sv, events).await?.into_iter();
        Ok(Self {
            people: people.map(|(row, seen)| (row.account_id, (row, seen))).collect(),
            orgs: orgs.map(|(id, code, name)| (id, (code, name))).collect(),
        })
    }

    /// The name of an actor or a subject, and the person.
    fn party(&self, name: &str) -> (Option<String>, Option<PersonId>) {
        if let Some((row, seen)) = account_in(name).and_then(|id| self.people.get(&id)) {
            return (Some(row.full_name.clone()), seen.then_some(row.person_id));
        }
        (org_in(name).and_then(|id| self.orgs.get(&id)).map(|(_, name)| name.clone()), None)
    }

    fn shown(&self, row: EventRow) -> Event {
        let ((actor_name, actor_person), (subject_name, subject_person)) =
            (self.party(&row.actor), self.party(&row.subject));
        // A school asks for somebody without knowing who it is (R38).
        let told = row.actor == row.subject || account_in(&row.subject).is_none() || subject_person.is_some();
        let subject_name = subject_name.filter(|_| told);
        let (org_code, org_name) = row.org_id.and_then(|id| self.orgs.get(&id)).cloned().unzip();
        Event {
            id: row.id,
            at: told::when(row.at),
            actor: row.actor,
            actor_name,
            actor_person,
            action: row.action,
            subject: row.subject,
            subject_name,
            subject_person,
            org: row.org_id,
            org_code: org_code.flatten(),
            org_name,
            address: row.address,
            detail: serde_json::Value::Object(serde_json::from_str(&row.detail).unwrap_or_default()),
        }
    }
}

/// A question to the trail, with what else stands beside it.
macro_rules! question {
    ($(#[$said:meta])* $name:ident { $($more:tt)* }) => {
        $(#[$said])*
        #[derive(Debug, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(super) struct $name {
            /// By whom: a sector ID, `system` or `command-line`.
            actor: Option<String>,
            /// To whom: a sector ID.
            person: Option<String>,
            /// To which app: its client id.
            client: Option<String>,
            /// At which school: its code.
            school: Option<String>,
            /// What: `role.given`.
            action: Option<String>,
            /// From this day on.
            #[param(value_type = Option<String>, format = Date)]
            from: Option<given::Day>,
            /// Up to and with this day.
            #[param(value_type = Option<String>, format = Date)]
            to: Option<given::Day>,
            /// What failed or was refused, or the rest.
            failed: Option<bool>,
            $($more)*
        }

        impl $name {
            fn query(&self) -> trail::Query {
                let text = |value: &Option<String>| value.as_deref().unwrap_or_default().trim().to_owned();
                trail::Query {
                    actor: text(&self.actor),
                    person: text(&self.person),
                    client: text(&self.client),
                    school: text(&self.school),
                    action: text(&self.action),
                    from: self.from.map(|day| day.0),
                    to: self.to.map(|day| day.0),
                    failed: self.failed,
                }
            }
        }
    };
}

question! {
    /// What is looked for. What is not given is not asked.
    Search {
        /// How many rows, 1 to 200; 50 when not given.
        #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
        limit: Option<given::Limit>,
        /// The `next` of the page before.
        after: Option<String>,
    }
}

question! {
    /// What is taken away. What is not given is not asked.
    Taken {}
}

/// Look through the audit trail, the latest first
#[utoipa::path(get, path = "/api/v1/events", operation_id = "listEvents", tag = "Audit", params(Search),
    responses((status = 200, body = Listed<Event>)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn list(by: By<AuditRead>, here: Uri, Query(search): Query<Search>) -> Result<Response, Problem> {
    let ask = given::page::<EventId>(search.after.as_deref(), search.limit)?;
    let (leave, asked) = meant(&by, &search.query()).await?;
    let turn = ask.after.map_or(Turn::Latest, Turn::Before);
    let events = trail::page(&by.sv, &leave, &asked, turn, ask.size).await?;
    let names = Names::of(&by, &events.rows).await?;
    let page = Page::knowing(events.rows, events.older, |row| row.id);
    Ok(told::page(&by, &here, page, |row| names.shown(row)))
}

/// Leave for what a question is about, and whom it means.
async fn meant(by: &By<AuditRead>, query: &trail::Query) -> Result<(Permit<ReadAudit, Reach>, Asked), Problem> {
    let everywhere = by.standing.everywhere()?;
    let asked = trail::ask(&by.sv, &everywhere, query).await?;
    let leave = match query.school.as_str() {
        "" => everywhere,
        code => by.standing.under(&by.sv, schools::org(by, code).await?).await?,
    };
    match asked {
        Ok(asked) => Ok((leave, asked)),
        Err(Unknown::Actor) => Err(Problem::field("/actor", "problem-no-person")),
        Err(Unknown::Person) => Err(Problem::field("/person", "problem-no-person")),
    }
}

/// See one event
#[utoipa::path(get, path = "/api/v1/events/{event}", operation_id = "readEvent", tag = "Audit",
    params(("event" = uuid::Uuid, Path, description = "The event's id")),
    responses((status = 200, body = Event)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn one(by: By<AuditRead>, Id(id): Id<EventId>) -> Result<Response, Problem> {
    let leave: Permit<ReadAudit, Reach> = by.standing.everywhere()?;
    let row = trail::one(&by.sv, &leave, id).await?.ok_or(Denied::Missing)?;
    let names = Names::of(&by, std::slice::from_ref(&row)).await?;
    Ok(told::now(&by, &names.shown(row)))
}

/// Whether nobody changed the trail, as far as it is known.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Chain {
    /// The last sealed event, counted from 1; 0 before the first.
    last: i64,
    /// The first that is kept; later than 1 once older ones were purged.
    first: i64,
    /// Up to which event it was looked at; not before the first look.
    checked_to: Option<i64>,
    /// When.
    #[schema(format = DateTime)]
    checked_at: Option<String>,
    /// When it last was whole from its beginning to its end.
    #[schema(format = DateTime)]
    whole_at: Option<String>,
    /// The first event that does not hold.
    broken_at: Option<i64>,
    /// Why: `changed`, `exchanged`, `removed`, `cut_off`, `head`, `base`, `noted` or `unreadable`.
    broken_why: Option<String>,
}

/// See whether the trail is sound
///
/// How far it is sealed, and what was found when the server last looked it over, as it does all day. For whoever reads the
/// whole sector's trail.
#[utoipa::path(get, path = "/api/v1/events/chain", operation_id = "readChain", tag = "Audit",
    responses((status = 200, body = Chain)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn chain(by: By<AuditRead>) -> Result<Response, Problem> {
    let _: Permit<ReadAudit, Sector> = by.standing.with_the_sector(&by.sv)?;
    let standing = keeping::standing(&by.sv).await?;
    let checked = standing.checked.as_ref();
    let broken = checked.and_then(|checked| checked.broken.as_ref());
    let chain = Chain {
        last: standing.last,
        first: standing.first,
        checked_to: checked.map(|checked| checked.seq),
        checked_at: checked.map(|checked| told::when(checked.at)),
        whole_at: checked.and_then(|checked| checked.whole_at).map(told::when),
        broken_at: broken.map(|(seq, _)| *seq),
        broken_why: broken.map(|(_, why)| why.clone()),
    };
    Ok(told::now(&by, &chain))
}

/// Take the audit trail away
///
/// What the same question finds at `/api/v1/events`, all of it and the oldest first, as lines of JSON. For the sector's
/// administrators; wants a sign-in of the last five minutes.
#[utoipa::path(get, path = "/api/v1/exports/events", operation_id = "exportEvents", tag = "Audit", params(Taken),
    responses((status = 200, content_type = "application/x-ndjson", description = "An event on each line")),
    security(("oauth2" = ["audit:read"])))]
pub(super) async fn export(by: By<AuditRead>, Query(search): Query<Taken>) -> Result<Response, Problem> {
    let taking = by.standing.with_the_sector(&by.sv).map_err(|denied| by.no(denied))?;
    let query = search.query();
    let meant = meant(&by, &query).await?;
    keeping::note_export(&by.sv, &taking, &query, Form::Jsonl).await?;
    Ok(download::file(Form::Jsonl.media(), "events.jsonl", download::events(&by.sv, Form::Jsonl, meant)))
}

/// A request that failed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    /// When it was answered.
    #[schema(format = DateTime)]
    at: String,
    /// GET, POST.
    method: String,
    /// The path, without its query.
    path: String,
    /// The HTTP status.
    status: i64,
    /// How long it took, in milliseconds.
    millis: i64,
    /// The code of the answer.
    error: String,
    /// What the log says was wrong.
    cause: String,
    /// From where it came.
    address: Option<String>,
    /// Who was signed in, where the caller administers them.
    #[schema(value_type = Option<uuid::Uuid>)]
    person: Option<PersonId>,
}

/// See what a support code leads to
///
/// For whoever reads the whole trail, and for those who administer the person who was signed in.
#[utoipa::path(get, path = "/api/v1/failures/{code}", operation_id = "readFailure", tag = "Audit",
    params(("code" = String, Path, description = "The support code: eight letters")),
    responses((status = 200, body = Failure)), security(("oauth2" = ["audit:read"])))]
pub(super) async fn failure(by: By<AuditRead>, Name(code): Name) -> Result<Response, Problem> {
    let Found { row, whose } = failures::find(&by.sv, &by.standing, &code).await?.ok_or(Denied::Missing)?;
    let failure = Failure {
        at: told::when(row.at),
        method: row.method,
        path: row.path,
        status: row.status,
        millis: row.micros / 1000,
        error: row.error,
        cause: row.cause,
        address: row.address,
        person: whose.map(|(person, _)| person),
    };
    Ok(told::now(&by, &failure))
}
