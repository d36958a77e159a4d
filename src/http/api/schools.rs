//! Schools: finding them, one with its head-counts and classes, and from which networks it signs in.

use axum::{
    http::{HeaderMap, Uri, header},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, PeopleRead, SchoolsWrite},
    given::{self, Body, Name, Paging, Query},
    people::State,
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    admin::{
        people,
        supervision::{self, Cursor, Filter, NotSet, Seen},
    },
    base::{
        id::{ClassId, OrgId, PersonId},
        page::Page,
    },
    model::{
        account::AccountState,
        network::{self, BadNetworks},
    },
    services::authority::{Denied, FindPeople, ManageSchools, Permit, Reach},
    store::{
        newcomers::ClassRow,
        schools::{AdministratorRow, SchoolRow},
    },
};

/// Which schools.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Words of the name in any order, with or without accents, or the code (mã trường).
    q: Option<String>,
    /// Those that are closed, instead of those that are open.
    closed: Option<bool>,
    /// Only those without an administrator of their own.
    unadministered: Option<bool>,
    /// Only those of which fewer of a hundred accounts are activated.
    #[param(minimum = 0, maximum = 100)]
    activated_below: Option<u8>,
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<given::Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A school in a list, with its people as they were counted last.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SchoolListed {
    /// Its code (mã trường).
    code: String,
    /// Its name.
    name: String,
    /// Its levels: `TH`, `THCS`, …
    levels: Vec<String>,
    /// The commune that it belongs to.
    commune: Option<String>,
    /// Whether it is closed.
    closed: bool,
    /// How many administer it and nothing above it.
    administrators: i64,
    /// How many pupils it has.
    pupils: i64,
    /// How many work there.
    staff: i64,
    /// How many accounts were activated.
    activated: i64,
    /// How many were not yet.
    waiting: i64,
    /// When a file last brought or changed somebody.
    #[schema(format = DateTime)]
    imported_at: Option<String>,
    /// The networks from which it signs in.
    networks: Vec<String>,
}

/// List the schools within the caller's reach, by name
#[utoipa::path(get, path = "/api/v1/schools", operation_id = "listSchools", tag = "Schools", params(Search),
    responses((status = 200, body = Listed<SchoolListed>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn list(by: By<PeopleRead>, here: Uri, Query(search): Query<Search>) -> Result<Response, Problem> {
    let leave: Permit<FindPeople, Reach> = by.standing.everywhere()?;
    let filter = Filter {
        text: search.q.unwrap_or_default(),
        closed: search.closed.unwrap_or_default(),
        unadministered: search.unadministered.unwrap_or_default(),
        below: search.activated_below,
    };
    if filter.below.is_some_and(|below| below > 100) {
        return Err(Problem::field("/activated_below", "problem-percent"));
    }
    let ask = given::page::<Cursor>(search.after.as_deref(), search.limit)?;
    let listed = supervision::list(&by.sv, &leave, &filter, &ask).await?;
    Ok(told::page(&by, &here, listed, line))
}

fn line(row: SchoolRow) -> SchoolListed {
    SchoolListed {
        levels: row.levels.split(',').filter(|level| !level.is_empty()).map(str::to_owned).collect(),
        closed: row.status == "closed",
        code: row.code,
        name: row.name,
        commune: row.commune,
        administrators: row.administrators,
        pupils: row.pupils,
        staff: row.staff,
        activated: row.activated,
        waiting: row.waiting,
        imported_at: row.imported_at.map(told::when),
        networks: row.networks.0,
    }
}

/// A school, with its people as they are now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct School {
    /// What stands in the list.
    #[serde(flatten)]
    listed: SchoolListed,
    /// The accounts of its people, by state.
    accounts: Accounts,
    /// How many of them have no sector ID yet.
    temporary: i64,
    /// Who administers it and nothing above it; not told to the help desk, which does not see who has which rights.
    administered_by: Option<Vec<Administrator>>,
}

/// How many accounts are in each state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Accounts {
    /// Made, and no code issued yet.
    provisional: i64,
    /// A code waits to be used.
    pending: i64,
    /// In use.
    active: i64,
    /// Suspended.
    suspended: i64,
}

/// Somebody who administers a school.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Administrator {
    /// Who; `null`, as is the state, where they are at no place of the caller's.
    #[schema(value_type = Option<uuid::Uuid>)]
    person: Option<PersonId>,
    /// The name.
    name: String,
    /// `school_admin` or `help_desk`.
    #[schema(inline, value_type = super::roles::Role)]
    role: String,
    /// The state of the account.
    state: Option<State>,
}

/// See a school
#[utoipa::path(get, path = "/api/v1/schools/{school}", operation_id = "readSchool", tag = "Schools",
    params(("school" = String, Path, description = "The school's code (mã trường)")),
    responses((status = 200, body = School)), security(("oauth2" = ["people:read"])))]
pub(super) async fn one(by: By<PeopleRead>, Name(code): Name) -> Result<Response, Problem> {
    Ok(told::now(&by, &school(seen(&by, &code).await?)))
}

fn administrator(row: AdministratorRow) -> Administrator {
    Administrator {
        person: row.person_id,
        name: row.full_name,
        role: row.role,
        state: row.state.as_deref().and_then(AccountState::named).map(Into::into),
    }
}

fn school(Seen { row, heads, administrators, .. }: Seen) -> School {
    School {
        listed: line(SchoolRow {
            pupils: heads.pupils,
            staff: heads.staff,
            waiting: heads.provisional + heads.pending,
            activated: heads.active + heads.suspended,
            imported_at: heads.imported_at,
            ..row
        }),
        accounts: Accounts {
            provisional: heads.provisional,
            pending: heads.pending,
            active: heads.active,
            suspended: heads.suspended,
        },
        temporary: heads.temporary,
        administered_by: administrators.map(|rows| rows.into_iter().map(administrator).collect()),
    }
}

/// The school of a code, wherever it is: whether the caller may do something there, a permit says.
pub(super) async fn org<S>(by: &By<S>, code: &str) -> Result<OrgId, Problem> {
    Ok(people::school(&by.sv, code).await?.ok_or(Denied::Missing)?)
}

/// The same, or the commune of a name.
pub(super) async fn place<S>(by: &By<S>, text: &str) -> Result<OrgId, Problem> {
    Ok(people::place(&by.sv, text.trim()).await?.ok_or(Denied::Missing)?)
}

async fn seen<S>(by: &By<S>, code: &str) -> Result<Seen, Problem> {
    let org = org(by, code).await?;
    Ok(supervision::see(&by.sv, &by.standing, org).await?.ok_or(Denied::Missing)?)
}

/// A class that has pupils.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Class {
    /// The class, in this school year.
    #[schema(value_type = uuid::Uuid)]
    id: ClassId,
    /// What it is called: 3A.
    code: String,
    /// How many pupils it has.
    pupils: i64,
    /// How many of them have no password yet.
    waiting: i64,
}

/// List a school's classes, by grade
///
/// Their pupils: `GET /api/v1/people?school=…&class=…`.
#[utoipa::path(get, path = "/api/v1/schools/{school}/classes", operation_id = "listClasses", tag = "Schools",
    params(("school" = String, Path, description = "The school's code (mã trường)"), Paging),
    responses((status = 200, body = Listed<Class>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn classes(
    by: By<PeopleRead>,
    here: Uri,
    Name(code): Name,
    Query(paging): Query<Paging>,
) -> Result<Response, Problem> {
    let ask = paging.ask::<ClassId>()?;
    let all = seen(&by, &code).await?.classes;
    // A school has some dozens: they are read at once, and go on after the one that was shown last.
    let begin = match ask.after {
        Some(last) => 1 + all.iter().position(|class| class.id == last).ok_or_else(Problem::wrong_page)?,
        None => 0,
    };
    let some = all.into_iter().skip(begin).take(ask.size as usize + 1).collect();
    let shown = |row: ClassRow| Class { id: row.id, code: row.code, pupils: row.pupils, waiting: row.waiting };
    Ok(told::page(&by, &here, Page::from_surplus(some, &ask, |row| row.id), shown))
}

/// From where a school signs in.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Networks {
    /// Networks such as `203.0.113.0/28`, or addresses, at most 32; empty for none.
    #[schema(max_items = 32, example = json!(["203.0.113.0/28"]))]
    networks: Vec<String>,
}

/// Say from which networks a school signs in
///
/// All of them, in place of those before; with `If-Match` only if the school is as the caller read it. As many of its pupils
/// may mistype there at once as a quarter of them.
#[utoipa::path(put, path = "/api/v1/schools/{school}/networks", operation_id = "setNetworks", tag = "Schools",
    params(("school" = String, Path, description = "The school's code (mã trường)"),
           ("If-Match" = Option<String>, Header, description = "The ETag of the school as it was read")),
    request_body = Networks, responses((status = 204, description = "They are the school's")),
    security(("oauth2" = ["schools:write"])))]
pub(super) async fn set_networks(
    by: By<SchoolsWrite>,
    Name(code): Name,
    headers: HeaderMap,
    Body(asked): Body<Networks>,
) -> Result<Response, Problem> {
    if asked.networks.len() > network::MOST {
        return Err(Problem::field("/networks", "problem-networks-many"));
    }
    let org = org(&by, &code).await?;
    let leave: Permit<ManageSchools, Reach> = by.standing.under(&by.sv, org).await.map_err(|no| by.no(no))?;
    let was = if headers.contains_key(header::IF_MATCH) {
        let school = school(seen(&by, &code).await?);
        if !told::is_as_read(&headers, &school) {
            return Err(Kind::Changed.into());
        }
        Some(school.listed.networks)
    } else {
        None
    };
    supervision::set_networks(&by.sv, &leave, &asked.networks.join("\n"), was).await.map_err(|no| match no {
        NotSet::Bad(bad) => match bad.first() {
            Some(BadNetworks::TooLarge(_)) => Problem::field("/networks", "problem-network-large"),
            Some(BadNetworks::TooMany) => Problem::field("/networks", "problem-networks-many"),
            Some(BadNetworks::Unreadable(_)) | None => Problem::field("/networks", "problem-network"),
        },
        NotSet::Taken(_) => Problem::because(Kind::Conflict, "problem-network-taken"),
        NotSet::Overtaken => Kind::Changed.into(),
        NotSet::Denied(denied) => by.no(denied),
        NotSet::Store(error) => error.into(),
    })?;
    Ok(told::nothing())
}
