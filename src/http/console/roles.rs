//! Who administers what, and taking a role away. Giving one is in [`super::delegate`].

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, refused, shown_state, table};
use crate::{
    admin::{
        administrators::{self, NotGranted},
        export,
        roles::{self, Cursor},
    },
    base::{
        id::{DelegationId, PersonId},
        page::{self, Ask, Page},
    },
    http::{
        login, render,
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{self, Delegate, Denied, NoPermit, Permit, Reach, Right, SeeRoles, Standing, Subject},
    store::administrators::{PlaceRow, RightRow},
    views::{AdminRole, Role, RoleDone, RoleRow, Roles, School},
};

/// GET `/console/roles`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    match listed(&visitor, &standing).await {
        Ok(page) => render::page(&visitor, StatusCode::OK, &page),
        Err(no) => no_permit(&visitor, no),
    }
}

/// GET `/console/roles/export`: whom the page lists, all of them, as a workbook.
pub(super) async fn export(visitor: Visitor) -> Response {
    match take_away(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_away(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let role = params.get("role").and_then(AdminRole::named).and_then(known);
    let no = |no| no_permit(visitor, no);
    let fault = |error| render::fault(visitor, &error);
    let everywhere: Permit<SeeRoles, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let leave = match params.get("place").map(str::trim).filter(|typed| !typed.is_empty()) {
        None => everywhere,
        Some(typed) => {
            let places = roles::places(&visitor.sv, &everywhere).await.map_err(fault)?;
            match &roles::meant(places, typed)[..] {
                [one] => standing.under(&visitor.sv, one.id).await.map_err(no)?,
                _ => return Err(refused(visitor, Denied::Missing)),
            }
        }
    };
    let taking = table::leave(visitor, &standing, None).await?;
    export::note(&visitor.sv, &taking, "xlsx roles").await.map_err(fault)?;
    let titles = ["account-name", "account-id", "roles-role", "roles-place", "people-account"];
    let mut book = table::begin(visitor, "roles-title", &titles)?;
    let t = visitor.locale.texts();
    let mut ask = Ask::<Cursor>::from_outside(None, Some(page::MOST));
    loop {
        let Page { rows, next } = roles::list(&visitor.sv, &standing, &leave, role, None, &ask).await.map_err(no)?;
        for RoleRow { name, sector_id, state, role, place, .. } in rows.into_iter().filter_map(row) {
            let state = state.map(|state| t.say(state.key())).unwrap_or_default();
            let cells = [&*name, &sector_id, &t.say(role.key()), &place, &state];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "quan-tri").await;
        }
        ask = Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}

async fn listed(visitor: &Visitor, standing: &Standing) -> Result<Roles, NoPermit> {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let (typed, after) = (params.get("place").unwrap_or("").trim(), params.get("after"));
    let role = params.get("role").and_then(AdminRole::named);
    let everywhere: Permit<SeeRoles, Reach> = standing.everywhere()?;
    let places = roles::places(&visitor.sv, &everywhere).await?;
    let several = places.len() > 1;
    let meant = if typed.is_empty() { Vec::new() } else { roles::meant(places, typed) };
    let mut page = Roles {
        f: visitor.frame(false, &Roles::address(typed, role, after)),
        role,
        place: several.then(|| typed.to_owned()),
        places: offered(&meant),
        rows: Vec::new(),
        next: None,
        gives: standing.somewhere::<Delegate>().is_ok(),
        done: params.get("done").and_then(|name| RoleDone::ALL.into_iter().find(|done| done.name() == name)),
    };
    if page.unclear() {
        return Ok(page);
    }
    let leave = match &meant[..] {
        [one] => standing.under(&visitor.sv, one.id).await?,
        _ => everywhere,
    };
    let ask = Ask::<Cursor>::from_outside(after, None);
    let listed = roles::list(&visitor.sv, standing, &leave, role.and_then(known), None, &ask).await?;
    page.rows = listed.rows.into_iter().filter_map(row).collect();
    page.next = listed.next.map(|after| Roles::address(typed, role, Some(&after)));
    Ok(page)
}

/// As many orgs as one looks through.
const MOST_PLACES: usize = 20;

/// The orgs to choose from.
pub(super) fn offered(places: &[PlaceRow]) -> Vec<School> {
    places.iter().take(MOST_PLACES).map(place).collect()
}

/// An org as pages name it.
pub(super) fn place(row: &PlaceRow) -> School {
    School { code: row.code.clone().unwrap_or_default(), name: row.name.clone() }
}

/// A role of the pages as the authority knows it.
pub(super) fn known(role: AdminRole) -> Option<authority::AdminRole> {
    authority::AdminRole::named(role.name())
}

/// A role as pages show it; nothing for one that this program does not know.
pub(super) fn row(row: RightRow) -> Option<RoleRow> {
    Some(RoleRow {
        id: row.id.to_string(),
        name: row.full_name,
        sector_id: row.sector_id.unwrap_or_default(),
        state: row.state.map(|state| shown_state(Some(state.as_str()))),
        role: AdminRole::named(&row.role)?,
        place: row.org_name,
    })
}

/// GET `/console/roles/{id}`.
pub(super) async fn one(visitor: Visitor, Path(id): Path<String>) -> Response {
    match admitted(&visitor).await {
        Ok((_, standing)) => show(&visitor, &standing, &id, None).await,
        Err(page) => page,
    }
}

async fn show(visitor: &Visitor, standing: &Standing, id: &str, problem: Option<&'static str>) -> Response {
    let found = async {
        let found = find(visitor, standing, id).await?;
        let kept = match taking(visitor, standing, &found).await {
            Ok(_) | Err(NoPermit::Denied(Denied::Stale)) => None,
            Err(NoPermit::Denied(denied)) => Some(why(denied)),
            Err(no) => return Err(no),
        };
        Ok((found, kept))
    };
    let (found, kept) = match found.await {
        Ok(found) => found,
        Err(no) => return no_permit(visitor, no),
    };
    let (given, by, person) = (found.granted_at, found.granted_by.clone(), found.person_id);
    let Some(row) = row(found) else { return refused(visitor, Denied::Missing) };
    let page = Role {
        f: visitor.frame(problem.is_some(), &format!("/console/roles/{}", row.id)),
        csrf: visitor.csrf(),
        row,
        given,
        by,
        person: person.map(|person| format!("/console/people/{person}")),
        kept,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(visitor, status, &page)
}

/// Why a role cannot be taken: the key of a text.
const fn why(denied: Denied) -> &'static str {
    match denied {
        Denied::Oneself => "role-kept-oneself",
        Denied::Missing => "role-kept-elsewhere",
        _ => "role-kept-upward",
    }
}

async fn find(visitor: &Visitor, standing: &Standing, id: &str) -> Result<RightRow, NoPermit> {
    let leave: Permit<SeeRoles, Reach> = standing.everywhere()?;
    let id: DelegationId = id.parse().map_err(|_| Denied::Missing)?;
    Ok(roles::one(&visitor.sv, standing, &leave, id).await?.ok_or(Denied::Missing)?)
}

async fn taking(
    visitor: &Visitor,
    standing: &Standing,
    row: &RightRow,
) -> Result<(Permit<Delegate, Right>, Permit<Delegate, Subject>), NoPermit> {
    let role = authority::AdminRole::named(&row.role).ok_or(Denied::Role)?;
    let whom = standing.over(&visitor.sv, row.person_id.ok_or(Denied::Missing)?).await?;
    Ok((standing.delegating(&visitor.sv, Right { role, org: row.org_id }).await?, whom))
}

/// POST `/console/roles/{id}/take`.
pub(super) async fn take(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, _) = match admitted_form(&visitor, form, &[]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let asked = async {
        let found = find(&visitor, &standing, &id).await?;
        taking(&visitor, &standing, &found).await
    };
    let (leave, whom) = match asked.await {
        Ok(asked) => asked,
        Err(NoPermit::Denied(Denied::Stale)) => return login::again(&visitor, &format!("/console/roles/{id}")),
        Err(no) => return no_permit(&visitor, no),
    };
    let done = match administrators::take(&visitor.sv, &leave, &whom).await {
        Ok(true) => RoleDone::Taken,
        Ok(false) => RoleDone::Nothing,
        Err(NotGranted::Last) => return show(&visitor, &standing, &id, Some("role-last")).await,
        Err(NotGranted::Denied(denied)) => return refused(&visitor, denied),
        Err(NotGranted::OnlySector | NotGranted::Pupil) => return refused(&visitor, Denied::Role),
        Err(NotGranted::Store(error)) => return render::fault(&visitor, &error),
    };
    told(&visitor, done)
}

/// Back to the list, which says what was done.
pub(super) fn told(visitor: &Visitor, done: RoleDone) -> Response {
    render::see_other(visitor, &format!("/console/roles?done={}", done.name()))
}

/// What somebody administers within reach, for their page; nothing for whoever may not see it.
pub(super) async fn of_person(
    visitor: &Visitor,
    standing: &Standing,
    person: PersonId,
) -> Result<Vec<RoleRow>, Response> {
    let Ok(leave) = standing.everywhere::<SeeRoles>() else { return Ok(Vec::new()) };
    let held = roles::of_person(&visitor.sv, &leave, person).await;
    Ok(held.map_err(|error| render::fault(visitor, &error))?.into_iter().filter_map(row).collect())
}
