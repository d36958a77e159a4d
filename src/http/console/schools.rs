//! P17: schools, for whoever administers more than one; and one of them.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, refused, shown_state, table};
use crate::{
    admin::{
        export, people,
        supervision::{self, Cursor, Filter, NotSet, Seen},
    },
    base::{
        id::OrgId,
        page::{Ask, Page},
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::network::BadNetworks,
    protocol::{error::Refusal, params::Params},
    services::authority::{
        CloseSchool, Denied, ExportPeople, FindPeople, FoundSchool, ManageSchools, Permit, Reach, Standing,
    },
    store::{
        newcomers::ClassRow,
        schools::{AdministratorRow, SchoolRow},
    },
    views::{NetworkProblem, School, SchoolAdministrator, SchoolLine, SchoolPage, SchoolSearch, Schools, WaitingClass},
};

/// GET `/console/schools`.
pub(super) async fn page(visitor: Visitor) -> Response {
    match show_list(&visitor).await {
        Ok(page) | Err(page) => page,
    }
}

async fn show_list(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let leave: Permit<FindPeople, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let (search, filter) = asked(&params);
    let ask = Ask::<Cursor>::from_outside(params.get("after"), None);
    let listed = supervision::list(&visitor.sv, &leave, &filter, &ask).await;
    let Page { rows, next } = listed.map_err(|error| render::fault(visitor, &error))?;
    let page = Schools {
        f: visitor.frame(false, &search.address("/console/schools", params.get("after"))),
        rows: rows.iter().map(line).collect(),
        next: next.map(|after| search.address("/console/schools", Some(&after))),
        search,
        exports: standing.somewhere::<ExportPeople>().is_ok(),
        opens: standing.somewhere::<FoundSchool>().is_ok(),
    };
    Ok(render::page(visitor, StatusCode::OK, &page))
}

fn asked(params: &Params) -> (SchoolSearch, Filter) {
    let search = SchoolSearch {
        text: params.get("q").unwrap_or("").trim().to_owned(),
        closed: params.get("status") == Some("closed"),
        unadministered: params.get("lacks") == Some("administrator"),
        below: params.get("below").and_then(|share| share.parse().ok()).filter(|share| *share <= 100),
    };
    let SchoolSearch { text, closed, unadministered, below } = search.clone();
    (search, Filter { text, closed, unadministered, below })
}

pub(super) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn line(row: &SchoolRow) -> SchoolLine {
    let (activated, waiting) = (number(row.activated), number(row.waiting));
    SchoolLine {
        school: School { code: row.code.clone(), name: row.name.clone() },
        levels: row.levels.replace(',', ", "),
        commune: row.commune.clone().unwrap_or_default(),
        closed: row.status == "closed",
        administrators: number(row.administrators),
        pupils: number(row.pupils),
        staff: number(row.staff),
        percent: activated.saturating_mul(100).checked_div(activated.saturating_add(waiting)),
        imported: row.imported_at,
    }
}

/// GET `/console/schools/export`.
pub(super) async fn export(visitor: Visitor) -> Response {
    match take_away(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_away(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let taking = table::leave(visitor, &standing, None).await?;
    let leave: Permit<FindPeople, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let fault = |error| render::fault(visitor, &error);
    let (_, filter) = asked(&Params::parse(visitor.uri.query().unwrap_or("")));
    let all = supervision::all(&visitor.sv, &leave, &filter).await.map_err(fault)?;
    export::note(&visitor.sv, &taking, "xlsx schools").await.map_err(fault)?;
    let titles = [
        "schools-code",
        "people-school",
        "schools-levels",
        "schools-commune",
        "home-pupils",
        "home-staff",
        "schools-activated",
        "schools-administrators",
        "home-import",
        "networks-title",
    ];
    let t = visitor.locale.texts();
    let rows = all.iter().map(|row| {
        let SchoolLine { school, levels, commune, administrators, pupils, staff, percent, imported, .. } = line(row);
        let (percent, imported) = (percent.map(|percent| format!("{percent} %")), imported.map(|at| t.moment(&at)));
        let numbers = [pupils, staff].map(|count| count.to_string());
        let [pupils, staff] = numbers;
        vec![
            school.code,
            school.name,
            levels,
            commune,
            pupils,
            staff,
            percent.unwrap_or_default(),
            administrators.to_string(),
            imported.unwrap_or_default(),
            row.networks.0.join(" "),
        ]
    });
    table::of(visitor, ("schools-title", &titles), rows.collect(), "truong").await
}

/// GET `/console/schools/{code}`.
pub(super) async fn one(visitor: Visitor, Path(code): Path<String>) -> Response {
    let done = match Params::parse(visitor.uri.query().unwrap_or("")).get("done") {
        Some("saved") => Some("networks-saved"),
        Some("opened") => Some("school-opened"),
        Some("closed") => Some("school-is-closed"),
        _ => None,
    };
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        show(&visitor, &standing, &code, done, None).await
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

pub(super) async fn org(visitor: &Visitor, code: &str) -> Result<OrgId, Response> {
    let found = people::school(&visitor.sv, code).await.map_err(|error| render::fault(visitor, &error))?;
    found.ok_or_else(|| refused(visitor, Denied::Missing))
}

fn administrator(row: AdministratorRow) -> SchoolAdministrator {
    SchoolAdministrator {
        id: row.person_id.map(|person| person.to_string()),
        name: row.full_name,
        role: right(&row.role),
        state: row.state.map(|state| shown_state(Some(&state))),
    }
}

async fn show(
    visitor: &Visitor,
    standing: &Standing,
    code: &str,
    done: Option<&'static str>,
    wrong: Option<(String, Vec<NetworkProblem>)>,
) -> Result<Response, Response> {
    let org = org(visitor, code).await?;
    let seen = supervision::see(&visitor.sv, standing, org).await.map_err(|no| no_permit(visitor, no))?;
    let Seen { row, heads, administrators, classes } = seen.ok_or_else(|| refused(visitor, Denied::Missing))?;
    let row = SchoolRow {
        pupils: heads.pupils,
        staff: heads.staff,
        waiting: heads.provisional + heads.pending,
        activated: heads.active + heads.suspended,
        imported_at: heads.imported_at,
        ..row
    };
    let (typed, problems) = wrong.map_or((None, Vec::new()), |(typed, problems)| (Some(typed), problems));
    let class =
        |row: ClassRow| WaitingClass { code: row.code, pupils: number(row.pupils), waiting: number(row.waiting) };
    let page = SchoolPage {
        f: visitor.frame(!problems.is_empty(), &format!("/console/schools/{code}")),
        csrf: visitor.csrf(),
        line: line(&row),
        administrators: administrators.map(|rows| rows.into_iter().map(administrator).collect()),
        classes: classes.into_iter().map(class).filter(|class| class.waiting > 0).collect(),
        networks: typed.unwrap_or_else(|| row.networks.0.join("\n")),
        manages: row.status == "active" && standing.under::<ManageSchools>(&visitor.sv, org).await.is_ok(),
        closes: row.status == "active" && standing.somewhere::<CloseSchool>().is_ok(),
        done,
        problems,
    };
    let status = if page.f.failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page(visitor, status, &page))
}

/// The key of what a right is called.
fn right(role: &str) -> &'static str {
    match role {
        "sector_admin" => "right-sector-admin",
        "auditor" => "right-auditor",
        "school_admin" => "right-school-admin",
        _ => "right-help-desk",
    }
}

/// POST `/console/schools/{code}/networks`.
pub(super) async fn networks(visitor: Visitor, Path(code): Path<String>, form: Result<Form, Refusal>) -> Response {
    match set(&visitor, &code, form).await {
        Ok(page) | Err(page) => page,
    }
}

async fn set(visitor: &Visitor, code: &str, form: Result<Form, Refusal>) -> Result<Response, Response> {
    let (standing, params) = admitted_form(visitor, form, &["networks"]).await?;
    let org = org(visitor, code).await?;
    let leave = standing.under::<ManageSchools>(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))?;
    let typed = params.get("networks").unwrap_or("");
    let problems = match supervision::set_networks(&visitor.sv, &leave, typed, None).await {
        Ok(()) => return Ok(render::see_other(visitor, &format!("/console/schools/{code}?done=saved"))),
        Err(NotSet::Bad(bad)) => bad.into_iter().map(bad_network).collect(),
        Err(NotSet::Taken(taken)) => {
            let taken = taken.into_iter();
            taken.map(|(network, school)| NetworkProblem::Taken { text: network.to_string(), school }).collect()
        }
        Err(NotSet::Overtaken) => return Ok(render::see_other(visitor, &format!("/console/schools/{code}"))),
        Err(NotSet::Denied(denied)) => return Err(refused(visitor, denied)),
        Err(NotSet::Store(error)) => return Err(render::fault(visitor, &error)),
    };
    show(visitor, &standing, code, None, Some((typed.to_owned(), problems))).await
}

fn bad_network(no: BadNetworks) -> NetworkProblem {
    match no {
        BadNetworks::Unreadable(text) => NetworkProblem::Unreadable(text),
        BadNetworks::TooLarge(network) => NetworkProblem::TooLarge(network.to_string()),
        BadNetworks::TooMany => NetworkProblem::TooMany,
    }
}
