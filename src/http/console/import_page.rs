//! P14: how an import is shown.

use std::collections::HashMap;

use axum::{http::StatusCode, response::Response};

use super::{admitted, no_permit};
use crate::{
    base::id::PersonId,
    http::{render, visitor::Visitor},
    i18n::Locale,
    roster::{
        Field, Kind, Language, Outcome, SAMPLES,
        desk::{self, Cause, FileFound, Findings, Remedy, SOMEBODY_ELSE, State, Task},
    },
    views::{
        Import, ImportBrake, ImportCause, ImportCell, ImportColumns, ImportInput, ImportLot, ImportNamesake,
        ImportSample, ImportSeverity, ImportState, ImportedFile, ImportedRows,
    },
};

/// The page of an import; `wrong`: the key of what went wrong with a form.
pub(super) async fn show(visitor: &Visitor, task: Task, wrong: Option<&'static str>) -> Response {
    match (namesakes(visitor, &task).await, kept(visitor, &task).await) {
        (Ok(namesakes), Ok(kept)) => page(visitor, task, (&namesakes, kept), wrong),
        (Err(page), _) | (_, Err(page)) => page,
    }
}

/// How many are named of those whom taking an import back left as they were.
const NAMED: u32 = 200;

/// The names of those whom taking an import back left as they were: as far as this reader may see them now (R38).
async fn kept(visitor: &Visitor, task: &Task) -> Result<Vec<String>, Response> {
    if task.state != State::Undone {
        return Ok(Vec::new());
    }
    let (_, standing) = admitted(visitor).await?;
    let within = standing.everywhere().map_err(|denied| super::refused(visitor, denied))?;
    let kept = desk::kept(&visitor.sv, &within, task, (None, NAMED)).await;
    let kept = kept.map_err(|error| render::fault(visitor, &error))?;
    Ok(kept.into_iter().map(|row| row.name).collect())
}

type Namesakes = HashMap<PersonId, ImportNamesake>;

async fn namesakes(visitor: &Visitor, task: &Task) -> Result<Namesakes, Response> {
    // While a node is at work the page is read again and again, and nobody is asked.
    if task.state != State::Review {
        return Ok(Namesakes::new());
    }
    let (_, standing) = admitted(visitor).await?;
    let found = desk::namesakes(&visitor.sv, &standing, task).await.map_err(|no| no_permit(visitor, no))?;
    let shown = |(person, desk::Namesake { name, born, place, code })| {
        (person, ImportNamesake { name, born, place: place.join(" · "), code })
    };
    Ok(found.into_iter().map(shown).collect())
}

fn page(
    visitor: &Visitor,
    task: Task,
    (namesakes, kept): (&Namesakes, Vec<String>),
    wrong: Option<&'static str>,
) -> Response {
    let Task { id, school, state, asked, findings, stage, rows, result, version, undo_until, failure, .. } = task;
    let language = match visitor.locale {
        Locale::Vi => Language::Vi,
        Locale::En => Language::En,
    };
    let state = match state {
        State::Uploading | State::Checking => ImportState::Checking,
        State::Review if findings.problem.is_some() => ImportState::Refused,
        State::Review => ImportState::Review,
        State::Writing => ImportState::Writing,
        State::Done => ImportState::Done,
        State::Resting => ImportState::Resting,
        State::Paused => ImportState::Paused,
        State::Undoing => ImportState::Undoing,
        State::Undone => ImportState::Undone,
    };
    let held_back = asked.held_back && state == ImportState::Review;
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
        notice: wrong.map(|key| (key, true)).or_else(|| held_back.then_some(("import-held-back", false))),
        files: findings.files.iter().map(file).collect(),
        counts: counts(&findings),
        lot: ImportLot {
            written: findings.to_write,
            undecided: number(findings.tally.review),
            transfers: number(findings.tally.transfers),
            refused: findings.refused,
        },
        brake: findings.brake.as_ref().filter(|_| !findings.written).map(|brake| ImportBrake {
            ended: number(brake.ended),
            schools: brake
                .schools
                .iter()
                .map(|(code, ended, of)| (code.clone(), number(*ended), number(*of)))
                .collect(),
        }),
        causes: causes(&findings, namesakes, language),
        samples: samples(&findings, language),
        columns: columns(&findings),
        fields: held().map(|(value, field)| (value, field.title())).collect(),
        somebody_else: SOMEBODY_ELSE,
        unclear: findings.unclear,
        kind: asked.kind.unwrap_or_default(),
        kinds: Kind::ALL.map(|kind| (kind.as_str(), kind_key(kind.as_str()))).to_vec(),
        result,
        failure: failure.unwrap_or_default(),
        undo_until: undo_until.filter(|until| *until > visitor.sv.clock.now()),
        back: (state == ImportState::Undone).then_some((findings.back, kept, findings.stay)),
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
        kind: kind_key(&file.kind),
        rows: file.rows,
        ignored: file.ignored.join(" · "),
        unread: file.unread.join(" · "),
    }
}

fn kind_key(kind: &str) -> &'static str {
    match kind {
        "schools" => "import-kind-schools",
        "staff" => "import-kind-staff",
        "pupils" => "import-kind-pupils",
        _ => "import-kind-assignments",
    }
}

fn named(file: &str, sheet: &str) -> String {
    if sheet.is_empty() { file.to_owned() } else { format!("{file} «{sheet}»") }
}

/// What stands in a cell's field before anything is typed: what the file says, but never half a citizen number.
pub(super) fn prefilled(cell: &desk::Flawed) -> &str {
    if cell.value.contains('•') { "" } else { cell.value.trim() }
}

fn causes(findings: &Findings, namesakes: &Namesakes, language: Language) -> Vec<ImportCause> {
    let several = findings.files.len() > 1;
    let mut next = 0;
    let mut cell = |cell: &desk::Flawed| {
        let field = cell.at.map(|_| {
            next += 1;
            let input = match &cell.remedy {
                Remedy::Typed | Remedy::Confirmed => ImportInput::Text(prefilled(cell).to_owned()),
                Remedy::Whom(_) => {
                    ImportInput::Whom(cell.people().iter().filter_map(|one| namesakes.get(one)).cloned().collect())
                }
            };
            (next - 1, input)
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
        more: cause.more(),
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

fn samples(findings: &Findings, language: Language) -> Vec<ImportedRows> {
    let of = |outcome: Outcome| {
        let rows = findings.samples.iter().filter(move |sample| sample.outcome == outcome);
        rows.map(|sample| ImportSample {
            row: sample.row,
            name: sample.name.clone(),
            id: sample.id.clone(),
            class: sample.class.clone(),
            changes: sample.changes.iter().map(|one| (one.field.title(), one.from.clone(), one.to.clone())).collect(),
            why: sample
                .why
                .as_ref()
                .map(|(vi, en)| if language == Language::En { en } else { vi })
                .cloned()
                .unwrap_or_default(),
        })
    };
    let lists = OUTCOMES.into_iter().map(|(outcome, key)| {
        let rows: Vec<_> = of(outcome).collect();
        ImportedRows {
            key,
            hint: (outcome == Outcome::Ended).then_some("import-ended-why"),
            more: rows.len() == SAMPLES,
            rows,
        }
    });
    lists.filter(|list| !list.rows.is_empty()).collect()
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
pub(super) fn held() -> impl Iterator<Item = (&'static str, Field)> {
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
        "microsoft",
        "family-name",
        "middle-name",
        "given-name",
        "school-year",
    ];
    NAMES.into_iter().zip(Field::ALL)
}
