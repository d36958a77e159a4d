//! P13: finding people, and taking the list away.

use axum::{http::StatusCode, response::Response};

use super::{admitted, search::Search, shown_state, table};
use crate::{
    admin::{
        export::{self, Book},
        people::{self, Cursor},
    },
    base::page::{Ask, Page},
    http::{render, visitor::Visitor},
    protocol::params::Params,
    services::authority::{EndSessions, ExportPeople, ImportPeople, PrintSlips, Resume, Standing, Suspend},
    store::finding::FoundRow,
    views::{BulkDeed, People, PersonRow, Ways, told::role_key},
};

/// GET `/console/people`.
pub(super) async fn page(visitor: Visitor) -> Response {
    match show(&visitor).await {
        Ok(page) | Err(page) => page,
    }
}

async fn show(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let search = Search::read(visitor, &standing, &params).await?;
    let after = params.get("after");
    let mut page = People {
        f: visitor.frame(false, &search.asked.address("/console/people", after)),
        classes: search.classes(visitor, &standing).await?,
        search: search.asked.clone(),
        several: search.several,
        schools: search.schools.clone(),
        rows: Vec::new(),
        next: None,
        too_short: search.too_short,
        released: params.get("done") == Some("released"),
        deeds: deeds(&standing).filter(|deed| *deed != BulkDeed::Print || search.org.is_some()).collect(),
        ways: Ways {
            exports: standing.somewhere::<ExportPeople>().is_ok(),
            enrols: standing.somewhere::<ImportPeople>().is_ok(),
        },
    };
    if let Some(query) = &search.query {
        let ask = Ask::<Cursor>::from_outside(after, None);
        let found = people::find(&visitor.sv, &search.leave, query, &ask).await;
        let Page { rows, next } = found.map_err(|error| render::fault(visitor, &error))?;
        page.rows = rows.into_iter().map(row).collect();
        page.next = next.map(|after| search.asked.address("/console/people", Some(&after)));
    }
    Ok(render::page(visitor, StatusCode::OK, &page))
}

/// What somebody may do to many; whether to each of them, is judged with each.
pub(super) fn deeds(standing: &Standing) -> impl Iterator<Item = BulkDeed> {
    let may = [
        standing.somewhere::<PrintSlips>().is_ok(),
        standing.somewhere::<EndSessions>().is_ok(),
        standing.somewhere::<Suspend>().is_ok(),
        standing.somewhere::<Resume>().is_ok(),
    ];
    BulkDeed::ALL.into_iter().zip(may).filter(|(_, may)| *may).map(|(deed, _)| deed)
}

/// GET `/console/people/export`: everybody whom the search finds, as a workbook.
pub(super) async fn export(visitor: Visitor) -> Response {
    match take_away(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_away(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let (asked, org, leave, query) = Search::read(visitor, &standing, &params).await?.clear(visitor)?;
    let taking = table::leave(visitor, &standing, org.filter(|_| !asked.school.is_empty())).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx").await.map_err(fault)?;
    let t = visitor.locale.texts();
    let titles = ["account-name", "account-id", "account-role", "people-class", "people-school", "people-account"];
    let mut book = table::begin(visitor, "people-title", &titles)?;
    let written = people::each(&visitor.sv, &leave, &query, |rows| {
        rows.iter().try_for_each(|row| line(&mut book, t, row)).map_err(export::NotExported::from)?;
        Ok::<_, export::NotExported>(true)
    });
    match written.await {
        Ok(()) => table::send(visitor, book, "danh-sach").await,
        Err(export::NotExported::Store(error)) => Err(fault(error)),
        Err(export::NotExported::Io(error)) => Err(table::failed(visitor, &error)),
    }
}

fn line(book: &mut Book, t: &crate::i18n::Texts, row: &FoundRow) -> std::io::Result<()> {
    let role = row.role.as_deref().map(|role| t.say(role_key(role))).unwrap_or_default();
    let state = t.say(shown_state(row.state.as_deref()).key());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    book.row(&[&row.full_name, &text(&row.sector_id), &role, &text(&row.class), &text(&row.org_name), &state])
}

fn row(row: FoundRow) -> PersonRow {
    PersonRow {
        id: row.id.to_string(),
        name: row.full_name,
        sector_id: row.sector_id.unwrap_or_default(),
        role: row.role.as_deref().map(role_key),
        school: row.org_name.unwrap_or_default(),
        class: row.class.unwrap_or_default(),
        state: shown_state(row.state.as_deref()),
    }
}
