//! P16: transfers between schools. The list, one request with its two answers, and the form by which a school asks.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, refused};
use crate::{
    admin::{
        schools,
        transfers::{self, Asked, Claim, NotAsked, NotDecided},
    },
    base::{
        id::{OrgId, TransferId},
        page::Ask,
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::{self, dates, sector_id::SectorId},
    protocol::{error::Refusal, params::Params},
    services::authority::{AskTransfer, DecideTransfer, Denied, Permit, Reach, Standing},
    store::transfers::{ListedRow, Side},
    views::{
        AskProblem, Transfer, TransferDone, TransferLine, TransferList, TransferNew, TransferProblem, TransferState,
        Transfers,
    },
};

/// GET `/console/transfers`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let coming = params.get("side") == Some("in");
    let list = TransferList { coming, decided: params.get("list") == Some("decided") };
    let leave = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let (side, ask) = (if coming { Side::In } else { Side::Out }, Ask::from_outside(params.get("after"), None));
    let listed = match transfers::list(&visitor.sv, &leave, (side, !list.decided), &ask).await {
        Ok(listed) => listed,
        Err(error) => return render::fault(&visitor, &error),
    };
    let page = Transfers {
        f: visitor.frame(false, list.address()),
        list,
        waiting: (listed.waiting.leaving, listed.waiting.coming),
        rows: listed.page.rows.into_iter().map(line).collect(),
        next: listed.page.next.map(|cursor| list.after(&cursor)),
        asks: standing.everywhere::<AskTransfer>().is_ok(),
        done: match params.get("done") {
            Some("asked") => Some(TransferDone::Asked),
            Some("came") => Some(TransferDone::Came),
            _ => None,
        },
    };
    render::page(&visitor, StatusCode::OK, &page)
}

pub(super) fn line(row: ListedRow) -> TransferLine {
    let state = match model::transfer::TransferState::named(&row.state) {
        Some(model::transfer::TransferState::Waiting) => TransferState::Waiting,
        Some(model::transfer::TransferState::Approved) => TransferState::Approved,
        Some(model::transfer::TransferState::Declined) => TransferState::Declined,
        Some(model::transfer::TransferState::Withdrawn) => TransferState::Withdrawn,
        Some(model::transfer::TransferState::Expired) | None => TransferState::Expired,
    };
    TransferLine {
        id: row.id.to_string(),
        name: row.full_name,
        sector_id: row.sector_id.unwrap_or_default(),
        from: row.from_name,
        to: row.to_name,
        state,
        reason: row.reason,
        asked: row.asked_at,
        decided: row.decided_at,
    }
}

/// GET `/console/transfers/{id}`.
pub(super) async fn one(visitor: Visitor, Path(id): Path<String>) -> Response {
    match admitted(&visitor).await {
        Ok((_, standing)) => show(&visitor, &standing, &id, None).await,
        Err(page) => page,
    }
}

async fn show(visitor: &Visitor, standing: &Standing, id: &str, problem: Option<TransferProblem>) -> Response {
    let Ok(id) = id.parse::<TransferId>() else { return refused(visitor, Denied::Missing) };
    let leave = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(visitor, denied),
    };
    let row = match transfers::show(&visitor.sv, &leave, id).await {
        Ok(Some(row)) => row,
        Ok(None) => return refused(visitor, Denied::Missing),
        Err(error) => return render::fault(visitor, &error),
    };
    let (leaves, comes, person) = (row.leaves, row.comes, row.person_id);
    let line = line(row);
    let waits = line.state == TransferState::Waiting;
    let seen = if line.state == TransferState::Approved { comes } else { leaves };
    let page = Transfer {
        f: visitor.frame(problem.is_some(), &format!("/console/transfers/{id}")),
        csrf: visitor.csrf(),
        pupil: person.filter(|_| seen).map(|person| format!("/console/people/{person}")),
        decides: waits && leaves && standing.everywhere::<DecideTransfer>().is_ok(),
        withdraws: waits && comes && standing.everywhere::<AskTransfer>().is_ok(),
        line,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(visitor, status, &page)
}

/// POST `/console/transfers/{id}/approve`.
pub(super) async fn approve(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, leave, transfer) = match decided::<DecideTransfer>(&visitor, form, &id, &[]).await {
        Ok((standing, leave, transfer, _)) => (standing, leave, transfer),
        Err(page) => return page,
    };
    let outcome = transfers::approve(&visitor.sv, &leave, transfer).await;
    answer(&visitor, &standing, &id, outcome).await
}

/// POST `/console/transfers/{id}/decline`.
pub(super) async fn decline(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, leave, transfer, params) = match decided::<DecideTransfer>(&visitor, form, &id, &["reason"]).await {
        Ok(decided) => decided,
        Err(page) => return page,
    };
    let reason = params.get("reason").unwrap_or("");
    let outcome = transfers::decline(&visitor.sv, &leave, transfer, reason).await;
    answer(&visitor, &standing, &id, outcome).await
}

/// POST `/console/transfers/{id}/withdraw`.
pub(super) async fn withdraw(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, leave, transfer) = match decided::<AskTransfer>(&visitor, form, &id, &[]).await {
        Ok((standing, leave, transfer, _)) => (standing, leave, transfer),
        Err(page) => return page,
    };
    let outcome = transfers::withdraw(&visitor.sv, &leave, transfer).await;
    answer(&visitor, &standing, &id, outcome).await
}

async fn decided<A: crate::services::authority::Action>(
    visitor: &Visitor,
    form: Result<Form, Refusal>,
    id: &str,
    fields: &[&str],
) -> Result<(Standing, Permit<A, Reach>, TransferId, Params), Response> {
    let (standing, params) = admitted_form(visitor, form, fields).await?;
    let transfer = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    let leave = standing.everywhere::<A>().map_err(|denied| refused(visitor, denied))?;
    Ok((standing, leave, transfer, params))
}

async fn answer(visitor: &Visitor, standing: &Standing, id: &str, outcome: Result<(), NotDecided>) -> Response {
    match outcome {
        // What was decided before shows on the page: the form may have been sent twice.
        Ok(()) | Err(NotDecided::Settled) => render::see_other(visitor, &format!("/console/transfers/{id}")),
        Err(NotDecided::Reason) => show(visitor, standing, id, Some(TransferProblem::NoReason)).await,
        Err(NotDecided::SchoolClosed) => show(visitor, standing, id, Some(TransferProblem::SchoolClosed)).await,
        Err(NotDecided::Denied(denied)) => refused(visitor, denied),
        Err(NotDecided::Store(error)) => render::fault(visitor, &error),
    }
}

/// GET `/console/transfers/new`.
pub(super) async fn new(visitor: Visitor) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    match form_of(&visitor, &standing, &Params::parse("")).await {
        Ok((page, _)) => render::page(&visitor, StatusCode::OK, &page),
        Err(page) => page,
    }
}

/// POST `/console/transfers/new`.
pub(super) async fn ask(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &["school", "sector_id", "born"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let (mut page, school) = match form_of(&visitor, &standing, &params).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let leave: Permit<AskTransfer, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let (id, born) = (SectorId::read(page.sector_id.trim()), dates::read(&page.born));
    let wrong = [
        school.is_none().then_some(AskProblem::School),
        id.is_err().then_some(AskProblem::SectorId),
        born.is_err().then_some(AskProblem::Born),
    ];
    page.problems = wrong.into_iter().flatten().collect();
    if let (Some(school), Ok(sector_id), Ok(born)) = (school, id, born) {
        let outcome = transfers::ask(&visitor.sv, &leave, &Claim { school, sector_id, born }).await;
        page.problems.push(match outcome {
            Ok(Asked::Waiting(_)) => return render::see_other(&visitor, "/console/transfers?side=in&done=asked"),
            Ok(Asked::Came(_)) => {
                return render::see_other(&visitor, "/console/transfers?side=in&list=decided&done=came");
            }
            Err(NotAsked::Missing) => AskProblem::Missing,
            Err(NotAsked::Slow(until)) => AskProblem::Slow(until),
            Err(NotAsked::Here) => AskProblem::Here,
            Err(NotAsked::NoSchool) => AskProblem::School,
            Err(NotAsked::Denied(denied)) => return refused(&visitor, denied),
            Err(NotAsked::Store(error)) => return render::fault(&visitor, &error),
        });
    }
    page.f.failed = true;
    render::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The form with what was typed, and the school that is meant: the one there is, or the one that was typed.
async fn form_of(
    visitor: &Visitor,
    standing: &Standing,
    params: &Params,
) -> Result<(TransferNew, Option<OrgId>), Response> {
    let within: Permit<AskTransfer, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let all = schools::all(&visitor.sv, &within).await.map_err(|error| render::fault(visitor, &error))?;
    let typed = params.get("school").unwrap_or("").trim().to_owned();
    let several = all.len() > 1;
    let meant = if several { schools::meant(all, &typed) } else { all };
    let school = match meant.as_slice() {
        [one] => crate::admin::people::school(&visitor.sv, &one.code)
            .await
            .map_err(|error| render::fault(visitor, &error))?,
        _ => None,
    };
    let text = |name| params.get(name).unwrap_or("").to_owned();
    let page = TransferNew {
        f: visitor.frame(false, "/console/transfers/new"),
        csrf: visitor.csrf(),
        school: several.then_some(typed),
        sector_id: text("sector_id"),
        born: text("born"),
        problems: Vec::new(),
    };
    Ok((page, school))
}
