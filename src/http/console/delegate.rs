//! Giving an administrative role: a form whose address holds what was typed, a look at what it will do, and the deed. The
//! deed is dangerous (R44): whose sign-in is old signs in anew, and comes back to the same look.

use axum::{http::StatusCode, response::Response};

use super::{
    admitted, admitted_form, no_permit, refused,
    roles::{known, offered, place, told},
};
use crate::{
    admin::{
        administrators::{self, Given, NotGranted},
        people,
        roles::{self as rights, meant},
    },
    http::{
        login, render,
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{self, Delegate, Denied, NoPermit, Permit, Reach, Right, SeeRoles, Standing, Subject},
    store::{StoreError, administrators::PlaceRow},
    views::{AdminRole, RoleDone, RoleNew, RoleProblem, RoleReview},
};

/// The fields of the form.
const FIELDS: [&str; 3] = ["sector_id", "role", "place"];

/// GET `/console/roles/new`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    // Only then there is something to look at.
    let complete = FIELDS[..2].iter().all(|field| params.get(field).is_some());
    match judged(&visitor, &standing, &params, complete).await {
        Ok(judged) => show(&visitor, &judged.page),
        Err(NoPermit::Denied(Denied::Stale)) => login::again(&visitor, &visitor.here()),
        Err(no) => no_permit(&visitor, no),
    }
}

/// POST `/console/roles/new`.
pub(super) async fn give(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &FIELDS).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let judged = match judged(&visitor, &standing, &params, true).await {
        Ok(judged) => judged,
        Err(NoPermit::Denied(Denied::Stale)) => return login::again(&visitor, &address(&params)),
        Err(no) => return no_permit(&visitor, no),
    };
    let Some((leave, whom)) = judged.leave else { return show(&visitor, &judged.page) };
    match administrators::give(&visitor.sv, &leave, &whom).await {
        Ok(Given { changed: false, .. }) => told(&visitor, RoleDone::Nothing),
        Ok(Given { codes_ended: true, .. }) => told(&visitor, RoleDone::GivenCodesEnded),
        Ok(Given { codes_ended: false, .. }) => told(&visitor, RoleDone::Given),
        Err(NotGranted::Store(error)) => render::fault(&visitor, &error),
        Err(NotGranted::Denied(denied)) => refused(&visitor, denied),
        Err(NotGranted::OnlySector | NotGranted::Last | NotGranted::Pupil) => refused(&visitor, Denied::Role),
    }
}

fn typed<'p>(params: &'p Params, field: &str) -> &'p str {
    params.get(field).unwrap_or("").trim()
}

fn address(params: &Params) -> String {
    RoleNew::address(typed(params, "sector_id"), params.get("role").and_then(AdminRole::named), typed(params, "place"))
}

fn show(visitor: &Visitor, page: &RoleNew) -> Response {
    let status = if page.f.failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(visitor, status, page)
}

/// The form as it stands, and the leave to do what it says, when nothing is wrong with it.
struct Judged {
    page: RoleNew,
    leave: Option<(Permit<Delegate, Right>, Permit<Delegate, Subject>)>,
}

async fn judged(visitor: &Visitor, standing: &Standing, params: &Params, complete: bool) -> Result<Judged, NoPermit> {
    standing.somewhere::<Delegate>()?;
    let within: Permit<SeeRoles, Reach> = standing.everywhere()?;
    let all = rights::places(&visitor.sv, &within).await?;
    let typed_place = typed(params, "place");
    // Whoever administers one org is not asked for it: another one in the form is somebody else's doing (R40).
    let elsewhere = !typed_place.is_empty() && meant(all.clone(), typed_place).is_empty();
    let mut page = RoleNew {
        f: visitor.frame(false, &address(params)),
        csrf: visitor.csrf(),
        sector_id: typed(params, "sector_id").to_owned(),
        role: params.get("role").and_then(AdminRole::named),
        place: (all.len() > 1 || elsewhere).then(|| typed_place.to_owned()),
        whole: *within.place() == Reach::Sector,
        roles: AdminRole::ALL.into_iter().filter(|role| may_give(standing, *role)).collect(),
        problems: Vec::new(),
        places: Vec::new(),
        review: None,
    };
    if !complete {
        return Ok(Judged { page, leave: None });
    }
    let whom = whom(visitor, standing, &page.sector_id).await?;
    let fitting = fitting(visitor, &page, all).await?;
    let right = match (page.role, &fitting[..]) {
        (None, _) => Err(Some(RoleProblem::NoRole)),
        (Some(AdminRole::SectorAdmin), [place]) if !place.whole => Err(Some(RoleProblem::OnlySector)),
        (Some(role), [place]) => delegating(visitor, standing, role, place).await?.map_err(Some),
        // Told below.
        (Some(_), _) => Err(None),
    };
    page.problems.extend(whom.as_ref().err());
    page.problems.extend(right.as_ref().err().copied().flatten());
    match &fitting[..] {
        [] => page.problems.push(RoleProblem::Place),
        [_] => {}
        several => page.places = offered(several),
    }
    let (Ok(whom), Ok(leave), [one]) = (whom, right, &fitting[..]) else {
        page.f.failed = !page.problems.is_empty();
        return Ok(Judged { page, leave: None });
    };
    let held = rights::of_person(&visitor.sv, &within, whom.place().person).await?;
    let role = *leave.place();
    if held.iter().any(|row| row.org_id == role.org && row.role == role.role.as_str()) {
        page.problems.push(RoleProblem::Has);
        page.f.failed = true;
        return Ok(Judged { page, leave: None });
    }
    let name = people::name_of(&visitor.sv, &whom).await?.ok_or(Denied::Missing)?;
    page.review = page.role.map(|role| RoleReview { name, role, place: place(one), whole: one.whole });
    Ok(Judged { page, leave: Some((leave, whom)) })
}

fn may_give(standing: &Standing, role: AdminRole) -> bool {
    let mine = standing.held().iter().filter_map(|held| authority::AdminRole::named(&held.role));
    known(role)
        .is_some_and(|role| mine.filter(|mine| mine.may(authority::What::Delegate)).any(|mine| mine.covers(role)))
}

/// Whose ID was typed, if roles may be given to them.
async fn whom(
    visitor: &Visitor,
    standing: &Standing,
    sector_id: &str,
) -> Result<Result<Permit<Delegate, Subject>, RoleProblem>, NoPermit> {
    let named = if sector_id.is_empty() { None } else { people::named(&visitor.sv, sector_id).await? };
    let Some(person) = named else { return Ok(Err(RoleProblem::Nobody)) };
    match standing.over(&visitor.sv, person).await {
        Ok(leave) if !administrators::may_hold(&visitor.sv, &leave).await? => Ok(Err(RoleProblem::Pupil)),
        Ok(leave) => Ok(Ok(leave)),
        Err(NoPermit::Denied(Denied::Missing)) => Ok(Err(RoleProblem::Nobody)),
        Err(NoPermit::Denied(Denied::Oneself)) => Ok(Err(RoleProblem::Oneself)),
        Err(NoPermit::Denied(Denied::Upward | Denied::Role)) => Ok(Err(RoleProblem::Upward)),
        Err(no) => Err(no),
    }
}

/// The orgs that were meant: the only one there is, the whole sector where nothing was typed, or those of that name.
async fn fitting(visitor: &Visitor, page: &RoleNew, all: Vec<PlaceRow>) -> Result<Vec<PlaceRow>, StoreError> {
    match page.place.as_deref() {
        None if !all.is_empty() => Ok(all),
        None | Some("") if page.whole => {
            let id = administrators::whole_sector(&visitor.sv).await?;
            let name = visitor.sv.settings.sector_name.clone();
            let known = all.into_iter().find(|place| place.id == id);
            Ok(vec![known.unwrap_or(PlaceRow { id, code: None, name, whole: true, rank: 0 })])
        }
        None | Some("") => Ok(Vec::new()),
        Some(text) => Ok(meant(all, text)),
    }
}

async fn delegating(
    visitor: &Visitor,
    standing: &Standing,
    role: AdminRole,
    place: &PlaceRow,
) -> Result<Result<Permit<Delegate, Right>, RoleProblem>, NoPermit> {
    let Some(role) = known(role) else { return Ok(Err(RoleProblem::NoRole)) };
    match standing.delegating(&visitor.sv, Right { role, org: place.id }).await {
        Ok(leave) => Ok(Ok(leave)),
        Err(NoPermit::Denied(Denied::Role)) => Ok(Err(RoleProblem::Lacking)),
        Err(NoPermit::Denied(Denied::Missing)) => Ok(Err(RoleProblem::Place)),
        Err(no) => Err(no),
    }
}
