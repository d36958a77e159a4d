//! P20: the audit trail, asked in words or by a form; one event of it; and what a support code leads to.

use std::collections::HashMap;

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, no_permit};
use crate::{
    admin::{
        audit::{self as keeping, Standing as Chain},
        people, schools,
        trail::{self, Asked, Query, Turn, Unknown, WORDS, account_in, org_in},
    },
    base::{
        digest::hex,
        id::{AccountId, EventId, OrgId},
    },
    http::{render, visitor::Visitor},
    protocol::params::Params,
    services::authority::{Denied, ExportAudit, NoPermit, Permit, Reach, ReadAudit, Standing},
    store::{StoreError, audit::EventRow, trail::NamedRow},
    views::{
        Audit, ChainState, Event, EventLine, Party, QueryProblem,
        deeds::{thing, words_of},
    },
};

/// How many events a page shows.
const PAGE: u32 = 50;

/// GET `/console/audit`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    match listed(&visitor, &standing).await {
        Ok(page) => {
            let status = if page.f.failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            render::page(&visitor, status, &page)
        }
        Err(no) => no_permit(&visitor, no),
    }
}

/// The question of an address: its line, or the fields of the form; and what is wrong with it.
pub(super) fn read(params: &Params) -> (Query, Vec<QueryProblem>) {
    let (mut query, mut problems) = of_line(params.get("q").unwrap_or(""));
    for name in WORDS {
        if let Some(value) = params.get(name)
            && !query.set(name, value)
        {
            problems.push(strange(name, value));
        }
    }
    problems.extend(no_deed(&query));
    (query, problems)
}

fn no_deed(query: &Query) -> Option<QueryProblem> {
    let known = query.action.is_empty() || words_of(&query.action).is_some();
    (!known).then(|| QueryProblem { field: "action", key: "audit-bad-action", words: query.action.clone() })
}

fn of_line(line: &str) -> (Query, Vec<QueryProblem>) {
    let (query, words) = Query::read(line);
    let problems = words.iter().map(|word| match word.split_once(':') {
        Some((name, value)) if WORDS.contains(&name) => strange(name, value),
        _ => strange("", word),
    });
    (query, problems.collect())
}

fn strange(name: &str, words: &str) -> QueryProblem {
    let (field, key) = match name {
        "from" => ("from", "audit-bad-day"),
        "to" => ("to", "audit-bad-day"),
        "outcome" => ("outcome", "audit-bad-outcome"),
        _ => ("", "audit-strange"),
    };
    QueryProblem { field, key, words: words.to_owned() }
}

async fn listed(visitor: &Visitor, standing: &Standing) -> Result<Audit, NoPermit> {
    let everywhere: Permit<ReadAudit, Reach> = standing.everywhere()?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let (query, problems) = read(&params);
    let line = if problems.is_empty() { query.line() } else { params.get("q").unwrap_or("").to_owned() };
    // What is wrong stays as it was typed.
    let part = |name: &str| {
        let wrong = problems.iter().find(|problem| problem.field == name);
        wrong.map_or_else(|| query.value(name), |problem| problem.words.clone())
    };
    let mut page = Audit {
        f: visitor.frame(!problems.is_empty(), &Audit::address(&line, None)),
        csrf: visitor.csrf(),
        asked: WORDS.iter().map(|name| (*name, part(name))).collect(),
        by_form: WORDS.iter().any(|name| params.get(name).is_some()),
        line,
        problems,
        rows: Vec::new(),
        newer: None,
        older: None,
        chain: if *everywhere.place() == Reach::Sector { Some(chain(visitor).await?) } else { None },
        exports: standing.somewhere::<ExportAudit>().is_ok(),
    };
    if page.f.failed {
        return Ok(page);
    }
    let (leave, asked) = match meant(visitor, standing, &query).await? {
        Ok(meant) => meant,
        Err(problem) => {
            page.f.failed = true;
            page.problems.push(problem);
            return Ok(page);
        }
    };
    let turn =
        match (params.get("before").and_then(|id| id.parse().ok()), params.get("after").and_then(|id| id.parse().ok()))
        {
            (Some(id), _) => Turn::Before(id),
            (None, Some(id)) => Turn::After(id),
            (None, None) => Turn::Latest,
        };
    let events = trail::page(&visitor.sv, &leave, &asked, turn, PAGE).await?;
    let ends = (events.rows.first().map(|row| row.id.to_string()), events.rows.last().map(|row| row.id.to_string()));
    page.newer = ends.0.filter(|_| events.newer).map(|id| Audit::address(&page.line, Some(("after", &id))));
    page.older = ends.1.filter(|_| events.older).map(|id| Audit::address(&page.line, Some(("before", &id))));
    page.rows = shown(visitor, standing, &events.rows).await?;
    Ok(page)
}

/// Leave for what a question is about, and whom it means; or why there is nothing to look for.
pub(super) async fn meant(
    visitor: &Visitor,
    standing: &Standing,
    query: &Query,
) -> Result<Result<(Permit<ReadAudit, Reach>, Asked), QueryProblem>, NoPermit> {
    let problem = |field, key| QueryProblem { field, key, words: query.value(field) };
    let everywhere: Permit<ReadAudit, Reach> = standing.everywhere()?;
    let leave = if query.school.is_empty() {
        everywhere.clone()
    } else {
        let meant = schools::meant(schools::all(&visitor.sv, &everywhere).await?, &query.school);
        let [one] = &meant[..] else {
            let key = if meant.is_empty() { "audit-no-school" } else { "audit-schools" };
            return Ok(Err(problem("school", key)));
        };
        let org = people::school(&visitor.sv, &one.code).await?.ok_or(Denied::Missing)?;
        standing.under(&visitor.sv, org).await?
    };
    Ok(match trail::ask(&visitor.sv, &everywhere, query).await? {
        Ok(asked) => Ok((leave, asked)),
        Err(Unknown::Actor) => Err(problem("actor", "audit-no-actor")),
        Err(Unknown::Person) => Err(problem("person", "audit-no-person")),
    })
}

async fn chain(visitor: &Visitor) -> Result<ChainState, StoreError> {
    let Chain { last, first, checked } = keeping::standing(&visitor.sv).await?;
    let number = |seq: i64| u64::try_from(seq).unwrap_or_default();
    // A look at a trail without events proved nothing yet.
    let checked = checked.filter(|checked| checked.seq > 0 || checked.broken.is_some());
    Ok(ChainState {
        last: number(last),
        first: number(first),
        checked: checked.as_ref().map(|checked| (number(checked.seq), checked.at)),
        whole: checked.as_ref().and_then(|checked| checked.whole_at),
        broken: checked.and_then(|checked| checked.broken).map(|(at, why)| (number(at), broken(&why))),
    })
}

/// The key of the text that says why the chain does not hold.
fn broken(why: &str) -> &'static str {
    match why {
        "changed" => "audit-why-changed",
        "removed" | "cut_off" => "audit-why-removed",
        "exchanged" => "audit-why-exchanged",
        _ => "audit-why-other",
    }
}

/// Events as pages show them: with the names of people, whose pages are linked for whoever may see them.
async fn shown(visitor: &Visitor, standing: &Standing, events: &[EventRow]) -> Result<Vec<EventLine>, NoPermit> {
    let orgs = trail::org_names(&visitor.sv, events).await?.into_iter().map(|(id, _, name)| (id, name)).collect();
    let person = |(NamedRow { account_id, person_id, full_name }, seen): (NamedRow, bool)| {
        (account_id, Party::Person(full_name, seen.then(|| format!("/console/people/{person_id}"))))
    };
    let people = trail::names(&visitor.sv, standing, events).await?.into_iter().map(person).collect();
    Ok(events.iter().map(|event| line(event, &people, &orgs)).collect())
}

fn line(event: &EventRow, people: &HashMap<AccountId, Party>, orgs: &HashMap<OrgId, String>) -> EventLine {
    let party = |name: &str| match name {
        "command line" => Party::CommandLine,
        "system" => Party::System,
        name => {
            let person = account_in(name).and_then(|id| people.get(&id).cloned());
            let org = || org_in(name).and_then(|id| orgs.get(&id).cloned()).map(Party::Other);
            let found = person.or_else(org).or_else(|| thing(name).map(Party::Thing));
            found.unwrap_or_else(|| Party::Other(name.strip_prefix("client:").unwrap_or(name).to_owned()))
        }
    };
    EventLine {
        id: event.id.to_string(),
        at: event.at,
        who: party(&event.actor),
        deed: words_of(&event.action),
        action: event.action.clone(),
        whom: match party(&event.subject) {
            _ if event.actor == event.subject => Party::Same,
            // Whom a school asked for, without knowing who it is (R38).
            Party::Person(_, None) => Party::Thing("audit-thing-elsewhere"),
            party => party,
        },
        failed: trail::FAILURES.contains(&event.action.as_str()),
        address: event.address.clone(),
    }
}

/// GET `/console/audit/{id}`.
pub(super) async fn one(visitor: Visitor, Path(id): Path<String>) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    match event(&visitor, &standing, &id).await {
        Ok(page) => render::page(&visitor, StatusCode::OK, &page),
        Err(no) => no_permit(&visitor, no),
    }
}

async fn event(visitor: &Visitor, standing: &Standing, id: &str) -> Result<Event, NoPermit> {
    let leave: Permit<ReadAudit, Reach> = standing.everywhere()?;
    let id: EventId = id.parse().map_err(|_| Denied::Missing)?;
    let row = trail::one(&visitor.sv, &leave, id).await?.ok_or(Denied::Missing)?;
    let line = shown(visitor, standing, std::slice::from_ref(&row)).await?.pop().ok_or(Denied::Missing)?;
    let over = match row.org_id {
        Some(org) => keeping::org_name(&visitor.sv, org).await?,
        None => None,
    };
    let detail = match serde_json::from_str(&row.detail) {
        Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, value)| (name, text(&value))).collect(),
        Ok(serde_json::Value::Null) | Err(_) => Vec::new(),
        Ok(other) => vec![("detail".to_owned(), text(&other))],
    };
    Ok(Event {
        f: visitor.frame(false, &format!("/console/audit/{id}")),
        about: match line.whom {
            // By the ID that they have now somebody elsewhere is told of as little as by name (R38).
            Party::Thing("audit-thing-elsewhere") => None,
            _ => about(visitor, &row).await?,
        },
        line,
        over,
        detail,
        sealed: row.seq.and_then(|seq| u64::try_from(seq).ok()).zip(row.chain.as_deref().map(hex)),
        proof: hex(&row.mac),
    })
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The address of what else is known of the subject.
async fn about(visitor: &Visitor, row: &EventRow) -> Result<Option<String>, StoreError> {
    let line = match (account_in(&row.subject), row.subject.strip_prefix("client:")) {
        (Some(account), _) => keeping::sign_in_name(&visitor.sv, account).await?.map(|id| format!("person:{id}")),
        (None, client) => client.map(|client| format!("client:{client}")),
    };
    Ok(line.map(|line| Audit::address(&line, None)))
}
