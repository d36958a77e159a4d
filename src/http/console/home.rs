//! P12: how things stand, and what waits for somebody.

use axum::{http::StatusCode, response::Response};

use super::{admitted, imports, no_permit, refused, rollover};
use crate::{
    admin::{
        overview::{self, Overview},
        people, rollover as rollovers, schools,
        transfers::{self, Waiting},
    },
    base::page::Ask,
    http::{render, visitor::Visitor},
    roster::desk,
    services::authority::{
        Denied, FindPeople, ImportPeople, NoPermit, Permit, PlanRollover, PrintSlips, Reach, Standing,
    },
    store::{import_tasks::UnderWay, newcomers::ClassRow},
    views::{
        AccountState, ConsoleHome, Counted, Counts, Icon, ImportRow, RolloverSoon, School, SchoolProgress, Todo,
        WaitingClass,
    },
};

/// How many schools are named of which the fewest accounts are activated.
const LOWEST: i64 = 5;
/// The months in which a school is to think of the next year.
const SEASON: std::ops::RangeInclusive<i8> = 5..=8;

/// GET `/console`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (session, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let leave: Permit<FindPeople, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let places: Vec<&str> = standing.held().iter().map(|held| held.org_name.as_str()).collect();
    let read = async {
        let sv = &visitor.sv;
        let (overview, waiting) = tokio::try_join!(overview::overview(sv, &leave), transfers::waiting(sv, &leave))?;
        let (import, under_way) = lately_imported(&visitor, &standing).await?;
        let school = only_school(&visitor, &standing, &leave).await?;
        let lowest = if school.is_some() { Vec::new() } else { schools::lowest(sv, &leave, LOWEST).await? };
        let rollover = if school.is_some() { soon(&visitor, &standing).await? } else { None };
        Ok::<_, NoPermit>((overview, waiting, import, under_way, school, lowest, rollover))
    };
    let (overview, waiting, import, under_way, school, lowest, rollover) = match read.await {
        Ok(read) => read,
        Err(no) => return no_permit(&visitor, no),
    };
    let page = ConsoleHome {
        f: visitor.frame(false, "/console"),
        name: session.full_name,
        place: places.join(" · "),
        counts: counts(&overview),
        counted: match overview.counted {
            overview::Counted::Now => Counted::Now,
            overview::Counted::At(at) => Counted::At(at),
            overview::Counted::NotYet => Counted::NotYet,
        },
        todos: todos(&overview, waiting, under_way),
        school,
        lowest: lowest.iter().map(progress).collect(),
        imports: standing.somewhere::<ImportPeople>().is_ok(),
        last: import,
        rollover,
        prints: standing.somewhere::<PrintSlips>().is_ok(),
    };
    render::page(&visitor, StatusCode::OK, &page)
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn counts(overview: &Overview) -> Counts {
    let heads = overview.heads;
    let of = |state| match state {
        AccountState::Provisional => heads.provisional,
        AccountState::Pending => heads.pending,
        AccountState::Active => heads.active,
        AccountState::Suspended => heads.suspended,
        AccountState::Dormant => overview.dormant.unwrap_or_default(),
        AccountState::Deactivated => 0,
    };
    Counts {
        schools: overview.schools,
        pupils: number(heads.pupils),
        staff: number(heads.staff),
        states: AccountState::ALL.map(|state| number(of(state))),
    }
}

/// What waits, the most urgent first.
fn todos(overview: &Overview, waiting: Waiting, imports: UnderWay) -> Vec<Todo> {
    let todo = |icon, key, count, to: &str| Todo { icon, key, count, to: to.to_owned() };
    let all = [
        todo(Icon::Transfer, "todo-leaving", waiting.leaving, "/console/transfers"),
        todo(Icon::Alert, "todo-review", number(imports.review), "/console/imports"),
        todo(Icon::Clock, "todo-running", number(imports.running), "/console/imports"),
        todo(Icon::Clock, "todo-coming", waiting.coming, "/console/transfers?side=in"),
        todo(Icon::Shield, "todo-unadministered", unadministered(overview), "/console/schools?lacks=administrator"),
        todo(Icon::Dotted, "todo-temporary", number(overview.heads.temporary), "/console/people?lacks=sector-id"),
        todo(Icon::Pause, "todo-suspended", number(overview.heads.suspended), "/console/people?state=suspended"),
    ];
    all.into_iter().filter(|todo| todo.count > 0).collect()
}

/// Of one school the administrator is who reads this.
const fn unadministered(overview: &Overview) -> u64 {
    if overview.schools > 1 { overview.unadministered } else { 0 }
}

pub(super) fn progress(row: &crate::store::schools::SchoolRow) -> SchoolProgress {
    let activated = number(row.activated);
    let all = activated.saturating_add(number(row.waiting));
    SchoolProgress {
        school: School { code: row.code.clone(), name: row.name.clone() },
        waiting: number(row.waiting),
        percent: activated.saturating_mul(100).checked_div(all).unwrap_or_default(),
    }
}

/// The last import and how many are under way, for whoever may import.
async fn lately_imported(visitor: &Visitor, standing: &Standing) -> Result<(Option<ImportRow>, UnderWay), NoPermit> {
    let leave: Permit<ImportPeople, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(_) => return Ok((None, UnderWay::default())),
    };
    let ask = Ask { after: None, size: 1 };
    let (last, under_way) =
        tokio::try_join!(desk::list(&visitor.sv, &leave, &ask), overview::imports(&visitor.sv, &leave))?;
    Ok((last.rows.into_iter().find_map(imports::row), under_way))
}

/// The school, for whoever administers one alone, with the classes in which somebody is not activated.
async fn only_school(
    visitor: &Visitor,
    standing: &Standing,
    leave: &Permit<FindPeople, Reach>,
) -> Result<Option<(School, Vec<WaitingClass>)>, NoPermit> {
    let Some(school) = schools::only(&visitor.sv, leave).await? else { return Ok(None) };
    let org = people::school(&visitor.sv, &school.code).await?.ok_or(Denied::Missing)?;
    let classes = overview::classes(&visitor.sv, &standing.under(&visitor.sv, org).await?).await?;
    let class =
        |row: ClassRow| WaitingClass { code: row.code, pupils: number(row.pupils), waiting: number(row.waiting) };
    let waiting = classes.into_iter().map(class).filter(|class| class.waiting > 0).collect();
    Ok(Some((School { code: school.code, name: school.name }, waiting)))
}

/// The last step into another year; that there is none, when it is time to think of it.
async fn soon(visitor: &Visitor, standing: &Standing) -> Result<Option<RolloverSoon>, NoPermit> {
    let Ok(leave) = standing.everywhere::<PlanRollover>() else { return Ok(None) };
    let last = rollovers::list(&visitor.sv, &leave, &Ask { after: None, size: 1 }).await?;
    let season = SEASON.contains(&visitor.sv.clock.now().day().month());
    Ok(match last.rows.into_iter().next() {
        Some(row) => {
            let line = rollover::line(row);
            Some(RolloverSoon { state: Some(line.state), on: line.on })
        }
        None => season.then_some(RolloverSoon { state: None, on: None }),
    })
}
