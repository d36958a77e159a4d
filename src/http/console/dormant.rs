//! Whoever is at no school any more, and removing one of them for good.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, person, refused, shown_state, table};
use crate::{
    admin::{
        dormant::{self, Cursor, Fate, NotPurged, Which},
        export,
    },
    base::{
        id::PersonId,
        page::{self, Ask, Page},
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{Denied, ExportPeople, FindPeople, Permit, PurgePerson, Sector, Standing, Subject},
    store::dormant::DormantRow,
    views::{self, Dormant, DormantFate, DormantLine},
};

/// GET `/console/dormant`.
pub(super) async fn page(visitor: Visitor) -> Response {
    match show(&visitor).await {
        Ok(page) | Err(page) => page,
    }
}

async fn asked(visitor: &Visitor) -> Result<(Standing, Permit<FindPeople, Sector>, Params, bool), Response> {
    let (_, standing) = admitted(visitor).await?;
    let leave = standing.with_the_sector(&visitor.sv).map_err(|denied| refused(visitor, denied))?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let all = params.get("list") == Some("all");
    Ok((standing, leave, params, all))
}

const fn which(all: bool) -> Which {
    if all { Which::All } else { Which::Due }
}

async fn show(visitor: &Visitor) -> Result<Response, Response> {
    let (standing, leave, params, all) = asked(visitor).await?;
    let ask = Ask::<Cursor>::from_outside(params.get("after"), None);
    let listed = dormant::list(&visitor.sv, &leave, which(all), &ask).await;
    let Page { rows, next } = listed.map_err(|error| render::fault(visitor, &error))?;
    let joint = if all { '&' } else { '?' };
    let page = Dormant {
        f: visitor.frame(false, Dormant::address(all)),
        all,
        rows: rows.into_iter().map(line).collect(),
        next: next.map(|after| format!("{}{joint}after={after}", Dormant::address(all))),
        exports: standing.somewhere::<ExportPeople>().is_ok(),
        purged: params.get("done") == Some("purged"),
    };
    Ok(render::page(visitor, StatusCode::OK, &page))
}

fn line(row: DormantRow) -> DormantLine {
    let fate = match dormant::fate(&row) {
        Fate::Purged(at) => DormantFate::Purged(at),
        Fate::Rests(at) => DormantFate::Rests(at),
        Fate::Nothing => DormantFate::Nothing,
    };
    // The interval is half-open, and may be empty.
    let left = row.left_on.and_then(|day| day.0.yesterday().ok());
    DormantLine {
        id: row.id.to_string(),
        name: row.full_name,
        sector_id: row.sector_id.unwrap_or_default(),
        state: shown_state(Some(&row.state)),
        last: row.last_org.unwrap_or_default(),
        left: left.max(row.began_on.filter(|_| row.left_on.is_some()).map(|day| day.0)),
        fate,
    }
}

/// GET `/console/dormant/export`.
pub(super) async fn export(visitor: Visitor) -> Response {
    match take_away(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_away(visitor: &Visitor) -> Result<Response, Response> {
    let (standing, leave, _, all) = asked(visitor).await?;
    let taking = table::leave(visitor, &standing, None).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx dormant").await.map_err(fault)?;
    let t = visitor.locale.texts();
    let titles = ["account-name", "account-id", "dormant-last", "dormant-day", "dormant-fate", "people-account"];
    let mut book = table::begin(visitor, "dormant-title", &titles)?;
    let mut ask = Ask::<Cursor>::from_outside(None, Some(page::MOST));
    loop {
        let Page { rows, next } = dormant::list(&visitor.sv, &leave, which(all), &ask).await.map_err(fault)?;
        for row in rows.into_iter().map(line) {
            let left = row.left.map(|day| t.day(&day)).unwrap_or_default();
            let fate = match row.fate {
                DormantFate::Purged(at) => t.with("dormant-is-purged", "day", t.moment(&at)).into_owned(),
                DormantFate::Rests(at) => t.with("dormant-is-kept", "day", t.moment(&at)).into_owned(),
                DormantFate::Nothing => String::new(),
            };
            let cells = [&row.name, &row.sector_id, &row.last, &left, &fate, &*t.say(row.state.key())];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "tam-ngung").await;
        }
        ask = Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}

/// GET `/console/people/{id}/purge`.
pub(super) async fn ask(visitor: Visitor, Path(id): Path<String>) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        let leave = over(&visitor, &standing, &id).await?;
        confirm(&visitor, &standing, leave.place().person, None).await
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

async fn over(visitor: &Visitor, standing: &Standing, id: &str) -> Result<Permit<PurgePerson, Subject>, Response> {
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    standing.over(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))
}

async fn confirm(
    visitor: &Visitor,
    standing: &Standing,
    id: PersonId,
    problem: Option<&'static str>,
) -> Result<Response, Response> {
    let shown = person::of(person::see(visitor, standing, id).await?, visitor);
    let page = views::Purge {
        f: visitor.frame(problem.is_some(), &format!("/console/people/{id}/purge")),
        csrf: visitor.csrf(),
        id: id.to_string(),
        name: shown.name,
        sector_id: shown.sector_id,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page(visitor, status, &page))
}

/// POST `/console/people/{id}/purge`.
pub(super) async fn purge(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let done = async {
        let (standing, params) = admitted_form(&visitor, form, &["typed"]).await?;
        let leave = over(&visitor, &standing, &id).await?;
        match dormant::purge(&visitor.sv, &leave, params.get("typed").unwrap_or("")).await {
            Ok(()) => Ok(render::see_other(&visitor, "/console/dormant?list=all&done=purged")),
            Err(NotPurged::Unconfirmed) => {
                confirm(&visitor, &standing, leave.place().person, Some("purge-unconfirmed")).await
            }
            Err(NotPurged::Step(_)) => Ok(person::back(&visitor, &id, "nothing")),
            Err(NotPurged::Denied(denied)) => Err(refused(&visitor, denied)),
            Err(NotPurged::Store(error)) => Err(render::fault(&visitor, &error)),
        }
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}
