//! One deed to many people: a page that says how many, and what came of it. Only the form of that page does anything.

use std::collections::HashSet;

use axum::{http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, people::deeds, person::holder, refused, search::Search};
use crate::{
    admin::bulk::{self, MOST, NotBegun, Outcome, Whom, Why},
    base::{id::PersonId, page, secret::Token},
    http::{
        render,
        sheets::{self, Printed},
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{Denied, Group, Permit, PrintSlips, Standing},
    slips,
    views::{Bulk, BulkDeed, BulkStage, PeopleSearch},
};

/// How many are named before it is done.
const NAMED: usize = 20;

/// GET `/console/people/bulk`.
pub(super) async fn page(visitor: Visitor) -> Response {
    match confirm(&visitor).await {
        Ok(page) | Err(page) => page,
    }
}

async fn confirm(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let deed = deed(visitor, &standing, &params)?;
    let search = Search::read(visitor, &standing, &params).await?;
    let asked = search.asked.clone();
    if deed == BulkDeed::Print {
        let Some(org) = search.org else { return Ok(show(visitor, deed, asked, BulkStage::NoSchool)) };
        // A stale sign-in is asked for anew here, where its page can be come back to.
        let _: Permit<PrintSlips, Group> =
            standing.with_group(&visitor.sv, Group::School(org)).await.map_err(|no| no_permit(visitor, no))?;
    }
    let stage = if params.get("whom") == Some("all") {
        let (_, _, leave, query) = search.clear(visitor)?;
        match bulk::found(&visitor.sv, &leave, &query).await.map_err(|error| render::fault(visitor, &error))? {
            Some(all) => stage(&all, None),
            None => BulkStage::TooMany(MOST as u64),
        }
    } else {
        let rows = (0..page::MOST).filter_map(|at| params.get(&format!("row-{at}"))?.parse().ok());
        let ticked: Vec<PersonId> = rows.collect();
        let seen = bulk::seen(&visitor.sv, &standing, &ticked).await.map_err(|no| no_permit(visitor, no))?;
        let ids: Vec<String> = seen.iter().map(|whom| whom.id.to_string()).collect();
        stage(&seen, Some(ids.join(",")))
    };
    Ok(show(visitor, deed, asked, stage))
}

fn stage(all: &[Whom], ticked: Option<String>) -> BulkStage {
    if all.is_empty() {
        return BulkStage::Nobody;
    }
    let names = all.iter().take(NAMED).map(|whom| whom.name.clone()).collect();
    BulkStage::Confirm { count: all.len() as u64, names, ticked, problem: None }
}

fn deed(visitor: &Visitor, standing: &Standing, params: &Params) -> Result<BulkDeed, Response> {
    let named = params.get("deed").and_then(BulkDeed::named).ok_or_else(|| refused(visitor, Denied::Missing))?;
    if deeds(standing).any(|deed| deed == named) { Ok(named) } else { Err(refused(visitor, Denied::Role)) }
}

fn show(visitor: &Visitor, deed: BulkDeed, search: PeopleSearch, stage: BulkStage) -> Response {
    let failed = matches!(stage, BulkStage::Confirm { problem: Some(_), .. });
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Bulk {
        f: visitor.frame(failed, "/console/people"),
        csrf: visitor.csrf(),
        form: Token::random(&visitor.sv.entropy).expose().to_owned(),
        deed,
        search,
        stage,
    };
    render::page(visitor, status, &page)
}

/// POST `/console/people/bulk`.
pub(super) async fn submit(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    match run(&visitor, form).await {
        Ok(page) | Err(page) => page,
    }
}

async fn run(visitor: &Visitor, form: Result<Form, Refusal>) -> Result<Response, Response> {
    let fields = [&["deed", "count", "form", "people", "reason"][..], &PeopleSearch::FIELDS].concat();
    let (standing, params) = admitted_form(visitor, form, &fields).await?;
    let deed = deed(visitor, &standing, &params)?;
    let search = Search::read(visitor, &standing, &params).await?;
    let (asked, org) = (search.asked.clone(), search.org);
    let ticked = params.get("people").map(str::to_owned);
    let people = if let Some(ids) = &ticked {
        let ids: Vec<PersonId> = ids.split(',').take(page::MOST as usize).filter_map(|id| id.parse().ok()).collect();
        bulk::seen(&visitor.sv, &standing, &ids).await.map_err(|no| no_permit(visitor, no))?
    } else {
        let (_, _, leave, query) = search.clear(visitor)?;
        let found = bulk::found(&visitor.sv, &leave, &query).await;
        match found.map_err(|error| render::fault(visitor, &error))? {
            Some(all) => all,
            None => return Ok(show(visitor, deed, asked, BulkStage::TooMany(MOST as u64))),
        }
    };
    let again = |problem| match stage(&people, ticked.clone()) {
        BulkStage::Confirm { count, names, ticked, .. } => {
            show(visitor, deed, asked.clone(), BulkStage::Confirm { count, names, ticked, problem: Some(problem) })
        }
        stage => show(visitor, deed, asked.clone(), stage),
    };
    // As many as were said yes to, or it is asked again.
    if params.get("count").and_then(|count| count.parse().ok()) != Some(people.len()) {
        return Ok(again("bulk-changed"));
    }
    let does = match deed {
        BulkDeed::Print => return print(visitor, &standing, &params, (asked, org), &people).await,
        BulkDeed::EndSessions => bulk::Deed::EndSessions,
        BulkDeed::Suspend => bulk::Deed::Suspend,
        BulkDeed::Resume => bulk::Deed::Resume,
    };
    let reason = params.get("reason").unwrap_or("");
    match bulk::run(&visitor.sv, &standing, people.clone(), does, reason).await {
        Ok(Outcome { done, refused }) => {
            let refused = refused.into_iter().map(|(whom, why)| (whom.name, whom.sector_id, told(why))).collect();
            Ok(show(visitor, deed, asked, BulkStage::Done { count: done as u64, refused }))
        }
        Err(NotBegun::Reason) => Ok(again("person-no-reason")),
        Err(NotBegun::Store(error)) => Err(render::fault(visitor, &error)),
    }
}

/// Slips for those who were chosen, at the one school.
async fn print(
    visitor: &Visitor,
    standing: &Standing,
    params: &Params,
    (asked, org): (PeopleSearch, Option<crate::base::id::OrgId>),
    people: &[Whom],
) -> Result<Response, Response> {
    let Some(org) = org else { return Ok(show(visitor, BulkDeed::Print, asked, BulkStage::NoSchool)) };
    let Some(form) = params.get("form").map(Token::presented) else { return Err(render::forged(visitor)) };
    let group = Group::School(org);
    let leave = standing.with_group(&visitor.sv, group).await.map_err(|no| no_permit(visitor, no))?;
    let only: HashSet<PersonId> = people.iter().map(|whom| whom.id).collect();
    let order = slips::Order { whom: slips::Whom::Newcomers, only: Some(only), form };
    Ok(match sheets::order(visitor, &leave, &order, &sheets::file_name("phieu", &[&asked.school])).await {
        Printed::Answer(response) => response,
        Printed::Denied(denied) => refused(visitor, denied),
        Printed::Nobody => show(visitor, BulkDeed::Print, asked, BulkStage::Done { count: 0, refused: Vec::new() }),
    })
}

/// The key of the text that says why it was not done to somebody.
fn told(why: Why) -> &'static str {
    match why {
        Why::Denied(Denied::Oneself) => "bulk-oneself",
        Why::Denied(Denied::Upward) => "slips-upward",
        Why::Denied(Denied::Suspended(by)) => holder(by).key(),
        Why::Denied(Denied::Missing) => "bulk-gone",
        Why::Denied(Denied::Role | Denied::Stale) => "op-error-role",
        Why::State(_) => "person-nothing",
    }
}
