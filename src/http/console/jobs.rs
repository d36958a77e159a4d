//! P22: background work. Whoever imports or plans a school's next year sees how far theirs is; whoever administers the sector
//! also what waits, what failed and when it is tried next, and the upkeep.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, refused};
use crate::{
    admin::{
        audit as keeping,
        jobs::{self, Waiting},
        rollover,
    },
    base::{id::JobId, page::Ask},
    http::{
        render,
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    roster::desk,
    services::authority::{Denied, ImportPeople, ManageJobs, NoPermit, Permit, PlanRollover, Reach, Sector, Standing},
    store::jobs::{CountRow, WaitingRow},
    views::{ImportState, JobCount, JobDone, JobLine, Jobs, TaskLine, Upkeep},
};

/// So many imports and rollovers: the latest.
const LATEST: u32 = 20;

/// GET `/console/jobs`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    match shown(&visitor, &standing).await {
        Ok(page) => render::page(&visitor, StatusCode::OK, &page),
        Err(no) => no_permit(&visitor, no),
    }
}

async fn shown(visitor: &Visitor, standing: &Standing) -> Result<Jobs, NoPermit> {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let importing: Permit<ImportPeople, Reach> = standing.everywhere()?;
    let planning: Permit<PlanRollover, Reach> = standing.everywhere()?;
    let sv = &visitor.sv;
    let imports = desk::list(sv, &importing, &Ask::from_outside(None, Some(LATEST))).await?;
    let rollovers = rollover::list(sv, &planning, &Ask::from_outside(None, Some(LATEST))).await?;
    let mut page = Jobs {
        f: visitor.frame(false, "/console/jobs"),
        csrf: visitor.csrf(),
        imports: imports.rows.into_iter().filter_map(import).collect(),
        rollovers: rollovers.rows.into_iter().map(rollover_line).collect(),
        sector: None,
        done: params.get("done").and_then(JobDone::named),
    };
    match standing.with_the_sector::<ManageJobs>(sv) {
        Ok(leave) => page.sector = Some(upkeep(visitor, &leave, &params).await?),
        Err(Denied::Missing | Denied::Role) => {}
        Err(denied) => return Err(denied.into()),
    }
    Ok(page)
}

fn import(row: desk::Listed) -> Option<TaskLine> {
    let state = super::imports::state(&row)?;
    let address = format!("/console/imports/{}", row.id);
    let works = state.is_under_way();
    let turn = match state {
        ImportState::Paused => Some((format!("{address}/resume"), "import-resume")),
        _ => works.then(|| (format!("{address}/pause"), "import-pause")),
    };
    Some(TaskLine {
        address,
        name: row.file.unwrap_or_default(),
        place: row.school,
        state: state.key(),
        works,
        turn,
        rows: (row.rows_all > 0).then(|| (number(row.rows_done), number(row.rows_all))),
        result: (state == ImportState::Done).then(|| format!("/console/imports/{}/result", row.id)),
    })
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn rollover_line(row: crate::store::rollovers::ListedRow) -> TaskLine {
    let state = super::rollover::state_of(&row.state);
    let code = row.code.unwrap_or_default();
    TaskLine {
        address: format!("/console/rollover/{code}"),
        name: row.from_year,
        place: Some(row.name),
        state: state.key(),
        works: matches!(row.state.as_str(), "running" | "undoing"),
        turn: None,
        rows: (row.state == "running").then(|| (number(row.moved), number(row.classes))),
        result: None,
    }
}

async fn upkeep(visitor: &Visitor, leave: &Permit<ManageJobs, Sector>, params: &Params) -> Result<Upkeep, NoPermit> {
    let sv = &visitor.sv;
    let Waiting { counts, page } = jobs::list(sv, leave, &Ask::from_outside(params.get("after"), Some(LATEST))).await?;
    let chain = keeping::standing(sv).await?;
    Ok(Upkeep {
        counts: counts.iter().map(count).collect(),
        jobs: page.rows.into_iter().map(|row| job(visitor, row)).collect(),
        next: page.next.map(|after| format!("/console/jobs?after={after}")),
        sealing: jobs::unsealed(sv).await?,
        sealed: number(chain.last),
        checked: chain.checked.map(|checked| checked.at),
        kept_days: sv.settings.audit_kept.as_secs() / 86_400,
        keys: sv.ring.published().len() as u64,
        exchange: sv.ring.next_exchange(),
    })
}

/// What a kind of work is called: the key of its words.
fn kind(name: &str) -> &'static str {
    match name {
        "backchannel_logout" => "job-backchannel",
        "lesson_end" => "job-lesson",
        "org_closing" => "job-closing",
        _ => "job-other",
    }
}

fn count(row: &CountRow) -> JobCount {
    JobCount {
        kind: kind(&row.kind),
        failed: row.state == "failed",
        count: number(row.jobs),
        next: (row.state != "failed").then_some(row.next_at),
    }
}

pub(super) fn job(visitor: &Visitor, row: WaitingRow) -> JobLine {
    JobLine {
        id: row.id.to_string(),
        kind: kind(&row.kind),
        app: jobs::app_of(&visitor.sv, &row),
        failed: row.state == "failed",
        tries: number(row.attempts),
        next: (row.state != "failed").then_some(row.run_at),
        error: row.last_error,
    }
}

/// POST `/console/jobs/{id}/retry`.
pub(super) async fn retry(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    turn(&visitor, &id, form, JobDone::Retried).await
}

/// POST `/console/jobs/{id}/discard`.
pub(super) async fn discard(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    turn(&visitor, &id, form, JobDone::Discarded).await
}

async fn turn(visitor: &Visitor, id: &str, form: Result<Form, Refusal>, done: JobDone) -> Response {
    let (standing, _) = match admitted_form(visitor, form, &[]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let leave: Permit<ManageJobs, Sector> = match standing.with_the_sector(&visitor.sv) {
        Ok(leave) => leave,
        Err(denied) => return refused(visitor, denied),
    };
    let Ok(id) = id.parse::<JobId>() else { return refused(visitor, Denied::Missing) };
    let turned = match done {
        JobDone::Discarded => jobs::discard(&visitor.sv, &leave, id).await,
        JobDone::Retried | JobDone::Nothing => jobs::retry(&visitor.sv, &leave, id).await,
    };
    match turned {
        Ok(turned) => {
            let told = if turned { done } else { JobDone::Nothing };
            render::see_other(visitor, &format!("/console/jobs?done={}", told.name()))
        }
        Err(error) => render::fault(visitor, &error),
    }
}
