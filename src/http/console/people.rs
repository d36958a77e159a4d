//! P13: finding people.

use axum::{http::StatusCode, response::Response};

use super::{admitted, no_permit, refused, role_key, shown_state};
use crate::{
    admin::people::{self, Cursor, Query, Unsearchable},
    base::page::{Ask, Page},
    http::{render, visitor::Visitor},
    protocol::params::Params,
    services::authority::{Denied, FindPeople, NoPermit, Permit, Reach, Standing},
    store::finding::FoundRow,
    views::{People, PersonRow, School},
};

/// GET `/console/people`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let text = |name| params.get(name).unwrap_or("");
    let everywhere: Permit<FindPeople, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let leave = match narrowed(&visitor, &standing, text("school")).await {
        Ok(narrowed) => narrowed.unwrap_or_else(|| everywhere.clone()),
        Err(no) => return no_permit(&visitor, no),
    };
    let ask = Ask::<Cursor>::from_outside(params.get("after"), None);
    let query = Query::read(text("q"), None);
    let too_short = query == Err(Unsearchable::ShortTail);
    let found = match query {
        Ok(query) => people::find(&visitor.sv, &leave, &query, &ask).await,
        Err(Unsearchable::ShortTail) => Ok(Page { rows: Vec::new(), next: None }),
    };
    let (found, schools) = match (found, people::schools(&visitor.sv, &everywhere).await) {
        (Ok(found), Ok(schools)) => (found, schools),
        (Err(error), _) | (_, Err(error)) => return render::fault(&visitor, &error),
    };
    let page = People {
        f: visitor.frame(false, &address(text("q"), text("school"), params.get("after"))),
        query: text("q").to_owned(),
        school: text("school").to_owned(),
        schools: schools.into_iter().map(|(code, name)| School { code, name }).collect(),
        rows: found.rows.into_iter().map(row).collect(),
        next: found.next.map(|after| address(text("q"), text("school"), Some(&after))),
        too_short,
    };
    render::page(&visitor, StatusCode::OK, &page)
}

/// Leave to look at the chosen school; one that is not theirs looks like one that does not exist (R38).
async fn narrowed(
    visitor: &Visitor,
    standing: &Standing,
    code: &str,
) -> Result<Option<Permit<FindPeople, Reach>>, NoPermit> {
    if code.is_empty() {
        return Ok(None);
    }
    let org = people::school(&visitor.sv, code).await?.ok_or(Denied::Missing)?;
    standing.under(&visitor.sv, org).await.map(Some)
}

fn address(text: &str, school: &str, after: Option<&str>) -> String {
    let given = [("q", text), ("school", school), ("after", after.unwrap_or(""))];
    let given = given.into_iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    if query.is_empty() { "/console/people".to_owned() } else { format!("/console/people?{query}") }
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
