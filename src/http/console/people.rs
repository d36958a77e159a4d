//! P13: finding people.

use axum::{http::StatusCode, response::Response};

use super::{admitted, no_permit, refused, shown_state};
use crate::{
    admin::{
        people::{self, Cursor, Query, Unsearchable},
        schools,
    },
    base::page::{Ask, Page},
    http::{render, visitor::Visitor},
    model,
    protocol::params::Params,
    services::authority::{Denied, FindPeople, NoPermit, Permit, Reach, Standing},
    store::{StoreError, finding::FoundRow},
    views::{AccountState, People, PersonRow, School, told::role_key},
};

/// GET `/console/people`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let text = |name| params.get(name).unwrap_or("").trim();
    let (state, after) = (AccountState::named(text("state")), params.get("after"));
    let everywhere: Permit<FindPeople, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let choice = match choice(&visitor, &everywhere, text("school")).await {
        Ok(choice) => choice,
        Err(error) => return render::fault(&visitor, &error),
    };
    let query = Query::read(text("q"), state.and_then(|state| model::account::AccountState::named(state.name())));
    let mut page = People {
        f: visitor.frame(false, &People::address(text("q"), text("school"), state, after)),
        query: text("q").to_owned(),
        school: choice.offered.then(|| text("school").to_owned()),
        schools: choice.meant,
        state,
        rows: Vec::new(),
        next: None,
        too_short: query == Err(Unsearchable::ShortTail),
    };
    if let (Ok(query), None) = (&query, page.obstacle()) {
        let leave = match narrowed(&visitor, &standing, page.schools.first()).await {
            Ok(narrowed) => narrowed.unwrap_or(everywhere),
            Err(no) => return no_permit(&visitor, no),
        };
        let ask = Ask::<Cursor>::from_outside(after, None);
        let Page { rows, next } = match people::find(&visitor.sv, &leave, query, &ask).await {
            Ok(found) => found,
            Err(error) => return render::fault(&visitor, &error),
        };
        page.rows = rows.into_iter().map(row).collect();
        page.next = next.map(|after| People::address(text("q"), text("school"), state, Some(&after)));
    }
    render::page(&visitor, StatusCode::OK, &page)
}

/// Whether there are schools to choose from, and which of them what was typed means.
struct Choice {
    offered: bool,
    meant: Vec<School>,
}

async fn choice(visitor: &Visitor, leave: &Permit<FindPeople, Reach>, typed: &str) -> Result<Choice, StoreError> {
    if typed.is_empty() {
        return Ok(Choice { offered: schools::are_several(&visitor.sv, leave).await?, meant: Vec::new() });
    }
    let fitting = schools::meant(schools::all(&visitor.sv, leave).await?, typed);
    let meant = fitting.into_iter().map(|school| School { code: school.code, name: school.name }).collect();
    Ok(Choice { offered: true, meant })
}

/// Leave to look at the chosen school.
async fn narrowed(
    visitor: &Visitor,
    standing: &Standing,
    chosen: Option<&School>,
) -> Result<Option<Permit<FindPeople, Reach>>, NoPermit> {
    let Some(school) = chosen else { return Ok(None) };
    let org = people::school(&visitor.sv, &school.code).await?.ok_or(Denied::Missing)?;
    standing.under(&visitor.sv, org).await.map(Some)
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
