//! Who administers what, within the caller's reach; giving and taking roles. Nobody gives or takes what they lack (R39), and
//! both want a sign-in of the last five minutes (R44).

use axum::{
    http::{StatusCode, Uri},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, RolesWrite},
    given::{self, Body, Id, Nothing, Query},
    people::State,
    problem::{Kind, Problem},
    schools,
    told::{self, Listed},
};
use crate::{
    admin::{
        administrators::{self, Given, NotGranted},
        people,
        roles::{self, Cursor},
    },
    base::id::{DelegationId, OrgId, PersonId},
    services::authority::{AdminRole, Delegate, Denied, NoPermit, Permit, Reach, Right, SeeRoles, Subject},
    store::administrators::RightRow,
};

/// Which roles.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Only this one.
    #[param(inline)]
    role: Option<Role>,
    /// Only over the school of this code or the commune of this name, and what lies below it.
    org: Option<String>,
    /// Only those of this person.
    #[param(value_type = Option<uuid::Uuid>)]
    person: Option<PersonId>,
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<given::Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// An administrative role.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// *Quản trị ngành*: everything, over the whole sector only.
    SectorAdmin,
    /// *Kiểm tra*: reads, and changes nothing.
    Auditor,
    /// *Quản trị trường*: the people of a school or of a commune's schools.
    SchoolAdmin,
    /// *Hỗ trợ*: codes for those who cannot sign in.
    HelpDesk,
}

impl From<Role> for AdminRole {
    fn from(role: Role) -> Self {
        match role {
            Role::SectorAdmin => Self::SectorAdmin,
            Role::Auditor => Self::Auditor,
            Role::SchoolAdmin => Self::SchoolAdmin,
            Role::HelpDesk => Self::HelpDesk,
        }
    }
}

/// A role that somebody holds over an org.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Held {
    /// The holding: what `takeRole` names.
    #[schema(value_type = uuid::Uuid)]
    id: DelegationId,
    /// Who holds it; `null`, as are the sector ID and the state, where they are at no place of the caller's.
    #[schema(value_type = Option<uuid::Uuid>)]
    person: Option<PersonId>,
    /// The name.
    name: String,
    /// The sector ID, or a temporary one.
    sector_id: Option<String>,
    /// The state of the account.
    state: Option<State>,
    /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
    #[schema(inline, value_type = Role)]
    role: String,
    /// The org's name.
    org: String,
    /// The org's code; `null` where it has none.
    org_code: Option<String>,
    /// When it was given.
    #[schema(format = DateTime)]
    given_at: String,
    /// By whom, where it was not a command.
    given_by: Option<String>,
}

/// List who administers what, the widest first
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "listRoles", tag = "Roles", params(Search),
    responses((status = 200, body = Listed<Held>)), security(("oauth2" = ["roles:write"])))]
pub(super) async fn list(by: By<RolesWrite>, here: Uri, Query(search): Query<Search>) -> Result<Response, Problem> {
    let leave: Permit<SeeRoles, Reach> = match &search.org {
        None => by.standing.everywhere()?,
        Some(code) => by.standing.under(&by.sv, schools::place(&by, code).await?).await?,
    };
    let ask = given::page::<Cursor>(search.after.as_deref(), search.limit)?;
    let listed = roles::list(&by.sv, &by.standing, &leave, search.role.map(Into::into), search.person, &ask).await?;
    Ok(told::page(&by, &here, listed, shown))
}

/// See one role that somebody holds
#[utoipa::path(get, path = "/api/v1/roles/{role}", operation_id = "readRole", tag = "Roles",
    params(("role" = uuid::Uuid, Path, description = "The holding's id")),
    responses((status = 200, body = Held)), security(("oauth2" = ["roles:write"])))]
pub(super) async fn one(by: By<RolesWrite>, Id(id): Id<DelegationId>) -> Result<Response, Problem> {
    let row = find(&by, id).await?;
    Ok(told::now(&by, &shown(row)))
}

async fn find(by: &By<RolesWrite>, id: DelegationId) -> Result<RightRow, Problem> {
    let leave: Permit<SeeRoles, Reach> = by.standing.everywhere()?;
    Ok(roles::one(&by.sv, &by.standing, &leave, id).await?.ok_or(Denied::Missing)?)
}

fn shown(row: RightRow) -> Held {
    Held {
        id: row.id,
        person: row.person_id,
        name: row.full_name,
        sector_id: row.sector_id,
        state: row.state.map(Into::into),
        role: row.role,
        org: row.org_name,
        org_code: row.org_code,
        given_at: told::when(row.granted_at),
        given_by: row.granted_by,
    }
}

/// A role to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// The sector ID of whoever is to hold it.
    #[schema(min_length = 6, max_length = 20)]
    sector_id: String,
    /// Which role.
    #[schema(inline)]
    role: Role,
    /// The code of the school, or the name of the commune; the whole sector when not given.
    #[schema(min_length = 1, max_length = 200)]
    org: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GivenRole {
    /// The holding: what `takeRole` names.
    #[schema(value_type = uuid::Uuid)]
    id: DelegationId,
    /// False when the person had it already.
    changed: bool,
    /// Whether a code was waiting for the person, which is worth nothing now.
    codes_ended: bool,
}

/// Give somebody an administrative role
///
/// Wants a sign-in of the last five minutes.
#[utoipa::path(post, path = "/api/v1/roles", operation_id = "giveRole", tag = "Roles", request_body = NewRole,
    responses((status = 200, body = GivenRole)), security(("oauth2" = ["roles:write"])))]
pub(super) async fn give(by: By<RolesWrite>, Body(asked): Body<NewRole>) -> Result<Response, Problem> {
    by.standing.somewhere::<Delegate>()?;
    let org = over(&by, asked.org.as_deref()).await?;
    let right = Right { role: asked.role.into(), org };
    let leave = by.standing.delegating(&by.sv, right).await;
    let leave = leave.map_err(|no| by.no(no).instead_of_missing("/org", "problem-no-org"))?;
    let whom = whom(&by, &asked.sector_id).await?;
    let Given { id, changed, codes_ended } =
        administrators::give(&by.sv, &leave, &whom).await.map_err(|no| not_granted(&by, no))?;
    Ok(told::done(StatusCode::OK, &GivenRole { id, changed, codes_ended }))
}

async fn over(by: &By<RolesWrite>, code: Option<&str>) -> Result<OrgId, Problem> {
    let Some(code) = code else { return Ok(administrators::whole_sector(&by.sv).await?) };
    let found = schools::place(by, code).await;
    found.map_err(|no| no.instead_of_missing("/org", "problem-no-org"))
}

async fn whom(by: &By<RolesWrite>, sector_id: &str) -> Result<Permit<Delegate, Subject>, Problem> {
    let nobody = || Problem::field("/sector_id", "problem-no-person");
    let person = people::named(&by.sv, sector_id.trim()).await?.ok_or_else(nobody)?;
    let leave = by.standing.over(&by.sv, person).await;
    leave.map_err(|no: NoPermit| by.no(no).instead_of_missing("/sector_id", "problem-no-person"))
}

fn not_granted(by: &By<RolesWrite>, no: NotGranted) -> Problem {
    match no {
        NotGranted::OnlySector => Problem::field("/org", "problem-only-sector"),
        NotGranted::Pupil => Problem::field("/sector_id", "problem-pupil-only"),
        NotGranted::Last => Problem::because(Kind::Conflict, "problem-last-administrator"),
        NotGranted::Denied(denied) => by.no(denied),
        NotGranted::Store(error) => error.into(),
    }
}

/// Take a role from somebody
///
/// The last of the whole sector stays. Wants a sign-in of the last five minutes.
#[utoipa::path(delete, path = "/api/v1/roles/{role}", operation_id = "takeRole", tag = "Roles",
    params(("role" = uuid::Uuid, Path, description = "The holding's id")),
    responses((status = 204, description = "It is held no more")), security(("oauth2" = ["roles:write"])))]
pub(super) async fn take(by: By<RolesWrite>, Id(id): Id<DelegationId>, _: Nothing) -> Result<Response, Problem> {
    let row = find(&by, id).await?;
    let role = AdminRole::named(&row.role).ok_or(Denied::Role)?;
    let whom = row.person_id.ok_or(Denied::Missing)?;
    let whom = by.standing.over(&by.sv, whom).await.map_err(|no| by.no(no))?;
    let right = Right { role, org: row.org_id };
    let leave = by.standing.delegating(&by.sv, right).await.map_err(|no| by.no(no))?;
    administrators::take(&by.sv, &leave, &whom).await.map_err(|no| not_granted(&by, no))?;
    Ok(told::nothing())
}
