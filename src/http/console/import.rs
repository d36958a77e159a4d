//! P14: one import, from its first look to its result.

use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;

use super::{admitted, no_permit, refused};
use crate::{
    base::id::ImportId,
    http::{
        Shared, render,
        visitor::{Form, Visitor},
    },
    i18n::Locale,
    protocol::{error::Refusal, params::Params},
    roster::{
        Field, Language, Outcome,
        desk::{self, Cause, Download, FileFound, Findings, NotTurned, State, Task},
    },
    services::authority::{Denied, ImportPeople, NoPermit, Permit, Reach, Standing},
    store::StoreError,
    views::{
        Import, ImportBrake, ImportCause, ImportCell, ImportColumns, ImportSample, ImportSeverity, ImportState,
        ImportedFile,
    },
};

/// The name under which a state is kept.
pub(super) const fn name(state: ImportState) -> &'static str {
    match state {
        ImportState::Checking => "checking",
        ImportState::Review => "review",
        ImportState::Writing => "writing",
        ImportState::Done => "done",
        ImportState::Undoing => "undoing",
        ImportState::Undone => "undone",
    }
}

type Leave = Permit<ImportPeople, Reach>;

/// GET `/console/imports/{id}`.
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Response {
    match found(&visitor, &id).await {
        Ok((task, _)) => show(&visitor, task, None),
        Err(page) => page,
    }
}

async fn found(visitor: &Visitor, id: &str) -> Result<(Task, Leave), Response> {
    let (_, standing) = admitted(visitor).await?;
    of(visitor, &standing, id).await
}

pub(super) async fn of(visitor: &Visitor, standing: &Standing, id: &str) -> Result<(Task, Leave), Response> {
    let Ok(id) = id.parse::<ImportId>() else { return Err(refused(visitor, Denied::Missing)) };
    desk::see(&visitor.sv, standing, id).await.map_err(|no: NoPermit| no_permit(visitor, no))
}

/// The import that a form is about, and what the form says. A form does something to what its page showed, and to nothing
/// else.
async fn asked(
    visitor: &Visitor,
    id: &str,
    form: Result<Form, Refusal>,
    fields: impl FnOnce(&Task) -> Vec<String>,
) -> Result<(Task, Leave, Params), Response> {
    let (_, standing) = admitted(visitor).await?;
    let Form(params) = form.map_err(|refusal| render::refused(visitor, refusal))?;
    visitor.check_csrf(&params)?;
    let (task, leave) = of(visitor, &standing, id).await?;
    let fields = fields(&task);
    let listed: Vec<&str> = fields.iter().map(String::as_str).chain(["version"]).collect();
    visitor.check_fields(&params, &listed)?;
    if params.get("version") == Some(&task.version.to_string()) {
        Ok((task, leave, params))
    } else {
        Err(turned(visitor, task, Err(NotTurned::Changed)))
    }
}

/// POST `/console/imports/{id}/cells`: cells as they are to be read.
pub(super) async fn correct(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let fields = |task: &Task| (0..task.findings.correctable().count()).map(|at| format!("c{at}")).collect();
    let (task, leave, params) = match asked(&visitor, &id, form, fields).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let given = task.findings.correctable().enumerate().filter_map(|(at, cell)| {
        let text = params.get(&format!("c{at}"))?;
        (text.trim() != prefilled(cell)).then(|| (at, text.to_owned()))
    });
    let texts: Vec<(usize, String)> = given.collect();
    let amended = desk::amend(&visitor.sv, &leave, &task, &texts).await;
    turned(&visitor, task, amended)
}

/// POST `/console/imports/{id}/columns`: what columns hold.
pub(super) async fn name_columns(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let fields = |task: &Task| (0..columns_of(task).count()).map(|at| format!("t{at}")).collect();
    let (task, leave, params) = match asked(&visitor, &id, form, fields).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let chosen = columns_of(&task).enumerate().filter_map(|(at, (title, was, _))| {
        let said = params.get(&format!("t{at}"))?;
        let chosen = held().find(|(value, _)| *value == said).map(|(_, field)| field);
        (chosen != *was).then(|| (title.clone(), chosen))
    });
    let chosen: Vec<(String, Option<Field>)> = chosen.collect();
    let renamed = desk::rename(&visitor.sv, &leave, &task, &chosen).await;
    turned(&visitor, task, renamed)
}

fn columns_of(task: &Task) -> impl Iterator<Item = &(String, Option<Field>, Vec<String>)> {
    task.findings.columns.iter().flat_map(|file| &file.columns)
}

/// POST `/console/imports/{id}/commit`: lets it be written.
pub(super) async fn commit(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, params) = match asked(&visitor, &id, form, |_| vec!["confirm".to_owned()]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let typed = params.get("confirm").and_then(|text| text.trim().replace(['.', ' '], "").parse().ok());
    let agreed = desk::commit(&visitor.sv, &leave, &task, typed).await;
    turned(&visitor, task, agreed)
}

/// POST `/console/imports/{id}/discard`: throws it away.
pub(super) async fn discard(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, _) = match asked(&visitor, &id, form, |_| Vec::new()).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match desk::discard(&visitor.sv, &leave, &task).await {
        Ok(()) => render::see_other(&visitor, "/console/imports"),
        not => turned(&visitor, task, not),
    }
}

fn turned(visitor: &Visitor, task: Task, done: Result<(), NotTurned>) -> Response {
    match done {
        Ok(()) => render::see_other(visitor, &format!("/console/imports/{}", task.id)),
        // Sent twice: what it asked for is under way.
        Err(NotTurned::Changed) if task.state != State::Review => {
            render::see_other(visitor, &format!("/console/imports/{}", task.id))
        }
        Err(NotTurned::Changed) => show(visitor, task, Some("import-changed")),
        Err(NotTurned::Unconfirmed) => show(visitor, task, Some("import-unconfirmed")),
        Err(NotTurned::Store(error)) => render::fault(visitor, &error),
    }
}

/// POST `/console/imports/{id}/undo`: has it taken back.
pub(super) async fn undo(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, _) = match asked(&visitor, &id, form, |_| Vec::new()).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let undone = desk::undo(&visitor.sv, &leave, &task).await;
    turned(&visitor, task, undone)
}

/// GET `/console/imports/{id}/result`: the workbook to take home. A file and never a page (R48).
pub(super) async fn result(visitor: Visitor, Path(id): Path<String>) -> Response {
    let task = match found(&visitor, &id).await {
        Ok((task, _)) if task.result => task,
        Ok(_) => return refused(&visitor, Denied::Missing),
        Err(page) => return page,
    };
    let named = if task.asked.english { "result" } else { "ket-qua" };
    let disposition = format!("attachment; filename=\"{named}-{}.xlsx\"", task.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    let pieces = stream::try_unfold((visitor.sv.clone(), desk::download(&task)), piece);
    (headers, Body::from_stream(pieces)).into_response()
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn piece((sv, mut from): (Shared, Download)) -> Result<Option<(Bytes, (Shared, Download))>, StoreError> {
    let piece = from.piece(&sv).await?;
    Ok(piece.map(|piece| (Bytes::from(piece), (sv, from))))
}

fn show(visitor: &Visitor, task: Task, wrong: Option<&'static str>) -> Response {
    let Task { id, school, state, findings, stage, rows, result, version, undo_until, .. } = task;
    let language = match visitor.locale {
        Locale::Vi => Language::Vi,
        Locale::En => Language::En,
    };
    let state = match state {
        State::Uploading | State::Checking => ImportState::Checking,
        State::Review => ImportState::Review,
        State::Writing => ImportState::Writing,
        State::Done => ImportState::Done,
        State::Undoing => ImportState::Undoing,
        State::Undone => ImportState::Undone,
    };
    let failed = wrong.is_some() || findings.problem.is_some();
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    let page = Import {
        f: visitor.frame(failed && !state.is_under_way(), &format!("/console/imports/{id}")),
        csrf: visitor.csrf(),
        id: id.to_string(),
        version: version.to_string(),
        school: school.unwrap_or_default(),
        state,
        rows: (number(rows.0), number(rows.1)),
        stage: match stage.as_str() {
            "plan" => "import-stage-plan",
            "write" => "import-stage-write",
            _ => "import-stage-survey",
        },
        problem: findings.problem.as_ref().map(|said| said.text(language).to_owned()),
        notice: wrong.map(|key| (key, true)),
        files: findings.files.iter().map(file).collect(),
        counts: counts(&findings),
        brake: findings.brake.as_ref().filter(|_| !findings.written).map(|brake| ImportBrake {
            ended: number(brake.ended),
            schools: brake
                .schools
                .iter()
                .map(|(code, ended, of)| (code.clone(), number(*ended), number(*of)))
                .collect(),
        }),
        causes: causes(&findings, language),
        samples: samples(&findings),
        columns: columns(&findings),
        fields: held().map(|(value, field)| (value, field.title())).collect(),
        result,
        undo_until: undo_until.filter(|until| *until > visitor.sv.clock.now()),
        back: (state == ImportState::Undone).then(|| (findings.back, findings.kept.0.clone(), findings.kept.1)),
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(visitor, status, &page)
}

fn counts(findings: &Findings) -> Vec<(&'static str, u64)> {
    if findings.files.is_empty() {
        return Vec::new();
    }
    let tally = findings.tally;
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    let always = [
        ("import-created", number(tally.created)),
        ("import-updated", number(tally.updated)),
        ("import-unchanged", number(tally.unchanged)),
        ("import-refused", findings.refused),
    ];
    let sometimes = [
        ("import-ended", number(tally.ended)),
        ("import-transfers", number(tally.transfers)),
        ("import-undecided", number(tally.review)),
        ("import-orgs", number(tally.orgs_created)),
        ("import-classes", number(tally.classes_created)),
    ];
    always.into_iter().chain(sometimes.into_iter().filter(|(_, count)| *count > 0)).collect()
}

fn file(file: &FileFound) -> ImportedFile {
    ImportedFile {
        name: named(&file.name, &file.sheet),
        kind: match file.kind.as_str() {
            "schools" => "import-kind-schools",
            "staff" => "import-kind-staff",
            "pupils" => "import-kind-pupils",
            _ => "import-kind-assignments",
        },
        rows: file.rows,
        ignored: file.ignored.join(" · "),
        unread: file.unread.join(" · "),
    }
}

fn named(file: &str, sheet: &str) -> String {
    if sheet.is_empty() { file.to_owned() } else { format!("{file} «{sheet}»") }
}

/// What stands in a cell's field before anything is typed: what the file says, but never half a citizen number.
fn prefilled(cell: &desk::Flawed) -> &str {
    if cell.value.contains('•') { "" } else { cell.value.trim() }
}

fn causes(findings: &Findings, language: Language) -> Vec<ImportCause> {
    let several = findings.files.len() > 1;
    let mut next = 0;
    let mut cell = |cell: &desk::Flawed| {
        let field = cell.at.map(|_| {
            next += 1;
            (next - 1, prefilled(cell).to_owned())
        });
        let file = if several { named(&cell.file, &cell.sheet) } else { String::new() };
        ImportCell { row: cell.row, file, what: cell.what.text(language).to_owned(), field }
    };
    let cause = |cause: &Cause| ImportCause {
        severity: match cause.severity.as_str() {
            "error" => ImportSeverity::Error,
            "held" => ImportSeverity::Held,
            _ => ImportSeverity::Warning,
        },
        column: cause.column.clone(),
        repair: cause.repair.text(language).to_owned(),
        count: cause.count,
        cells: cause.cells.iter().map(&mut cell).collect(),
    };
    findings.causes.iter().map(cause).collect()
}

/// The outcomes in the order in which they are worth a look.
const OUTCOMES: [(Outcome, &str); 8] = [
    (Outcome::Ended, "import-ended"),
    (Outcome::Transfer, "import-transfers"),
    (Outcome::Review, "import-undecided"),
    (Outcome::Created, "import-created"),
    (Outcome::Updated, "import-updated"),
    (Outcome::Absent, "import-absent"),
    (Outcome::Repeated, "import-repeated"),
    (Outcome::Unchanged, "import-unchanged"),
];

fn samples(findings: &Findings) -> Vec<(&'static str, Vec<ImportSample>)> {
    let of = |outcome: Outcome| {
        let rows = findings.samples.iter().filter(move |sample| sample.outcome == outcome);
        rows.map(|sample| ImportSample {
            row: sample.row,
            name: sample.name.clone(),
            id: sample.id.clone(),
            class: sample.class.clone(),
        })
    };
    let lists = OUTCOMES.into_iter().map(|(outcome, key)| (key, of(outcome).collect::<Vec<_>>()));
    lists.filter(|(_, rows)| !rows.is_empty()).collect()
}

fn columns(findings: &Findings) -> Vec<ImportColumns> {
    let mut next = 0;
    let mut column = |(title, field, samples): &(String, Option<Field>, Vec<String>)| {
        next += 1;
        let chosen = held().find(|(_, known)| Some(*known) == *field).map_or("", |(value, _)| value);
        (format!("t{}", next - 1), title.clone(), chosen, samples.join(" · "))
    };
    let of = |file: &desk::ColumnsFound| ImportColumns {
        file: named(&file.file, &file.sheet),
        columns: file.columns.iter().map(&mut column).collect(),
    };
    findings.columns.iter().map(of).collect()
}

/// What columns can hold, by the name that the form has for it.
fn held() -> impl Iterator<Item = (&'static str, Field)> {
    const NAMES: [&str; Field::COUNT] = [
        "ordinal",
        "school-code",
        "school-name",
        "commune",
        "levels",
        "class",
        "grade",
        "sector-id",
        "temporary-id",
        "citizen-number",
        "name",
        "born",
        "sex",
        "status",
        "status-date",
        "position",
        "position-group",
        "subject",
        "email",
        "phone",
        "function",
    ];
    NAMES.into_iter().zip(Field::ALL)
}
