//! The console's other tables, each as a workbook: requests for pupils, what is wrong with a file, whom taking it back left
//! as they are, a school's next year, background work that did not succeed.

use axum::{extract::Path, response::Response};

use super::{
    admitted, import, imports, jobs as work, refused,
    rollover::{Ground, line as line_of},
    table,
    transfers::line,
};
use crate::{
    admin::{
        export,
        jobs::{self as waiting, Waiting},
        rollover,
        transfers::{self, Listed},
    },
    base::{
        id::{ImportId, JobId, RolloverId, TransferId},
        page,
    },
    http::{render, visitor::Visitor},
    i18n::Locale,
    protocol::params::Params,
    roster::desk,
    services::authority::{FindPeople, ImportPeople, ManageJobs, Permit, PlanRollover, Reach, Sector},
    store::{journal::KeptRow, transfers::Side},
    views::{ImportRow, JobLine, PupilMark, RolloverLine, RolloverPupil, TransferLine},
};

/// GET `/console/transfers/export`.
pub(super) async fn transfers(visitor: Visitor) -> Response {
    match take_transfers(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_transfers(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let taking = table::leave(visitor, &standing, None).await?;
    let leave: Permit<FindPeople, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx transfers").await.map_err(fault)?;
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let side = if params.get("side") == Some("in") { Side::In } else { Side::Out };
    let waiting = params.get("list") != Some("decided");
    let titles = [
        "function-pupil",
        "account-id",
        "transfer-from",
        "transfer-to",
        "transfer-state",
        "table-asked",
        "table-decided",
    ];
    let mut book = table::begin(visitor, "transfers-title", &titles)?;
    let t = visitor.locale.texts();
    let mut ask = page::Ask::<TransferId>::from_outside(None, Some(page::MOST));
    loop {
        let listed = transfers::list(&visitor.sv, &leave, (side, waiting), &ask).await;
        let Listed { page: page::Page { rows, next }, .. } = listed.map_err(fault)?;
        for TransferLine { name, sector_id, from, to, state, asked, decided, .. } in rows.into_iter().map(line) {
            let (name, decided) = (name.unwrap_or_default(), decided.map(|at| t.moment(&at)).unwrap_or_default());
            let cells = [&name, &sector_id, &from, &to, &*t.say(state.key()), &t.moment(&asked), &decided];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "chuyen-truong").await;
        }
        ask = page::Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}

/// GET `/console/imports/export`.
pub(super) async fn imports(visitor: Visitor) -> Response {
    match take_imports(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_imports(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let leave: Permit<ImportPeople, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let taking = table::leave(visitor, &standing, None).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx imports").await.map_err(fault)?;
    let titles = ["import-file", "import-where", "import-who", "import-when", "import-state"];
    let mut book = table::begin(visitor, "import-title", &titles)?;
    let t = visitor.locale.texts();
    let mut ask = page::Ask::<ImportId>::from_outside(None, Some(page::MOST));
    loop {
        let page::Page { rows, next } = desk::list(&visitor.sv, &leave, &ask).await.map_err(fault)?;
        for ImportRow { file, who, school, state, when, .. } in rows.into_iter().filter_map(imports::row) {
            let school = if school.is_empty() { t.say("import-sector").into_owned() } else { school };
            let cells = [&*file, &school, &who, &t.moment(&when), &t.say(state.key())];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "lan-nhap").await;
        }
        ask = page::Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}

/// GET `/console/imports/{id}/findings`: each cell with something wrong, as far as they are kept.
pub(super) async fn findings(visitor: Visitor, Path(id): Path<String>) -> Response {
    match take_findings(&visitor, &id).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_findings(visitor: &Visitor, id: &str) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let (task, _) = import::of(visitor, &standing, id).await?;
    let taking = table::leave(visitor, &standing, None).await?;
    let noted = export::note(&visitor.sv, &taking, "xlsx findings").await;
    noted.map_err(|error| render::fault(visitor, &error))?;
    let titles =
        ["import-file", "table-sheet", "table-row", "table-column", "table-value", "table-what", "table-repair"];
    let rows = task.findings.causes.iter().flat_map(|cause| {
        cause.cells.iter().filter(|cell| !cell.also).map(|cell| {
            let (what, repair) = match visitor.locale {
                Locale::Vi => (&cell.what.vi, &cause.repair.vi),
                Locale::En => (&cell.what.en, &cause.repair.en),
            };
            let row = cell.row.to_string();
            [&cell.file, &cell.sheet, &row, &cause.column, &cell.value, what, repair].map(Clone::clone).to_vec()
        })
    });
    table::of(visitor, ("import-title", &titles), rows.collect(), "loi-nhap").await
}

/// GET `/console/imports/{id}/kept`: whom taking it back left as they are, since somebody touched them.
pub(super) async fn kept(visitor: Visitor, Path(id): Path<String>) -> Response {
    match take_kept(&visitor, &id).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_kept(visitor: &Visitor, id: &str) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let (task, _) = import::of(visitor, &standing, id).await?;
    let within = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let taking = table::leave(visitor, &standing, None).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx kept").await.map_err(fault)?;
    let mut book = table::begin(visitor, "table-kept", &["account-name", "account-id"])?;
    let mut after = None;
    loop {
        let rows = desk::kept(&visitor.sv, &within, &task, (after, 500)).await.map_err(fault)?;
        let Some(last) = rows.last() else { return table::send(visitor, book, "giu-nguyen").await };
        after = Some(last.person_id);
        for KeptRow { name, sector_id, .. } in &rows {
            book.row(&[name, sector_id]).map_err(|error| table::failed(visitor, &error))?;
        }
    }
}

/// GET `/console/rollover/export`: school by school.
pub(super) async fn rollovers(visitor: Visitor) -> Response {
    match take_rollovers(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_rollovers(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let leave: Permit<PlanRollover, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let taking = table::leave(visitor, &standing, None).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx rollovers").await.map_err(fault)?;
    let titles = ["schools-code", "people-school", "rollover-years", "transfer-state", "rollover-day"];
    let mut book = table::begin(visitor, "rollovers-title", &titles)?;
    let t = visitor.locale.texts();
    let mut ask = page::Ask::<RolloverId>::from_outside(None, Some(page::MOST));
    loop {
        let page::Page { rows, next } = rollover::list(&visitor.sv, &leave, &ask).await.map_err(fault)?;
        for RolloverLine { school, years, state, on } in rows.into_iter().map(line_of) {
            let (years, on) = (format!("{} → {}", years.from, years.to), on.map(|day| t.day(&day)).unwrap_or_default());
            let cells = [&*school.code, &school.name, &years, &t.say(state.key()), &on];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "nam-hoc-moi").await;
        }
        ask = page::Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}

/// GET `/console/rollover/{school}/export`: class by class.
pub(super) async fn classes(visitor: Visitor, Path(code): Path<String>) -> Response {
    match take_classes(&visitor, &code).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_classes(visitor: &Visitor, code: &str) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let ground = Ground::of(visitor, &standing, code).await?;
    let taking = table::leave(visitor, &standing, Some(ground.org())).await?;
    let noted = export::note(&visitor.sv, &taking, "xlsx rollover").await;
    noted.map_err(|error| render::fault(visitor, &error))?;
    let titles =
        ["people-class", "rollover-next", "rollover-pupils", "rollover-repeat", "rollover-leave", "rollover-other"];
    let t = visitor.locale.texts();
    let rows = ground.classes().await?.into_iter().map(|class| {
        let next = match class.fate.code() {
            "" => t.say(class.fate.key()).into_owned(),
            code => code.to_owned(),
        };
        let heads = class.pupils.map(|heads| [heads.all, heads.repeat, heads.leave, heads.other]);
        let heads = heads.map_or_else(Default::default, |heads| heads.map(|count| count.to_string()));
        [class.code, next].into_iter().chain(heads).collect::<Vec<_>>()
    });
    table::of(visitor, ("rollovers-title", &titles), rows.collect(), "nam-hoc-moi").await
}

/// GET `/console/rollover/{school}/{class}/export`: pupil by pupil.
pub(super) async fn pupils(visitor: Visitor, Path((code, class)): Path<(String, String)>) -> Response {
    match take_pupils(&visitor, &code, &class).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_pupils(visitor: &Visitor, code: &str, class: &str) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let ground = Ground::of(visitor, &standing, code).await?;
    let (_, shown, pupils) = ground.pupils(class).await?;
    let taking = table::leave(visitor, &standing, Some(ground.org())).await?;
    let noted = export::note(&visitor.sv, &taking, "xlsx rollover class").await;
    noted.map_err(|error| render::fault(visitor, &error))?;
    let t = visitor.locale.texts();
    let rows = pupils.into_iter().map(|RolloverPupil { name, sector_id, mark, .. }| {
        let next = match &mark {
            None => t.say("rollover-with-class"),
            Some(PupilMark::Repeats) => t.say("rollover-repeats"),
            Some(PupilMark::Leaves) => t.say("rollover-leaves"),
            Some(PupilMark::Joins(code)) => t.with("rollover-joins", "code", code.as_str()),
        };
        vec![shown.code.clone(), name, sector_id, next.into_owned()]
    });
    let titles = ["people-class", "account-name", "account-id", "rollover-next"];
    table::of(visitor, ("rollover-pupils", &titles), rows.collect(), "hoc-sinh-nam-hoc-moi").await
}

/// GET `/console/jobs/export`: what was tried and did not succeed yet.
pub(super) async fn jobs(visitor: Visitor) -> Response {
    match take_jobs(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take_jobs(visitor: &Visitor) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let leave: Permit<ManageJobs, Sector> =
        standing.with_the_sector(&visitor.sv).map_err(|denied| refused(visitor, denied))?;
    let taking = table::leave(visitor, &standing, None).await?;
    let fault = |error| render::fault(visitor, &error);
    export::note(&visitor.sv, &taking, "xlsx jobs").await.map_err(fault)?;
    let titles = ["job-kind", "job-app", "job-tried", "job-next-at", "table-what"];
    let mut book = table::begin(visitor, "jobs-title", &titles)?;
    let t = visitor.locale.texts();
    let mut ask = page::Ask::<JobId>::from_outside(None, Some(page::MOST));
    loop {
        let Waiting { page: page::Page { rows, next }, .. } =
            waiting::list(&visitor.sv, &leave, &ask).await.map_err(fault)?;
        for JobLine { kind, app, tries, next, error, .. } in rows.into_iter().map(|row| work::job(visitor, row)) {
            let next = next.map_or_else(|| t.say("job-failed").into_owned(), |at| t.moment(&at));
            let (app, error) = (app.unwrap_or_default(), error.unwrap_or_default());
            let cells = [&*t.say(kind), &app, &tries.to_string(), &next, &error];
            book.row(&cells).map_err(|error| table::failed(visitor, &error))?;
        }
        if next.is_none() {
            return table::send(visitor, book, "viec-chay-nen").await;
        }
        ask = page::Ask::from_outside(next.as_deref(), Some(page::MOST));
    }
}
