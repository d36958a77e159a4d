//! P14: one import, from its first look to its result.

use axum::{extract::Path, response::Response};

use super::{
    admitted, admitted_form,
    import_page::{held, prefilled, show},
    no_permit, refused,
};
use crate::{
    base::id::ImportId,
    http::{
        download::{self, XLSX},
        render,
        visitor::{Form, Visitor},
    },
    model::sector_id::SectorId,
    protocol::{error::Refusal, params::Params},
    roster::{
        Field, Kind,
        desk::{self, Course, Flawed, NotTurned, Remedy, SOMEBODY_ELSE, State, Task},
    },
    services::authority::{Denied, ImportPeople, NoPermit, Permit, Reach, Standing},
    views::ImportState,
};

/// The name under which a state is kept.
pub(super) const fn name(state: ImportState) -> &'static str {
    match state {
        ImportState::Checking => "checking",
        ImportState::Review | ImportState::Refused => "review",
        ImportState::Writing => "writing",
        ImportState::Done => "done",
        ImportState::Resting => "resting",
        ImportState::Paused => "paused",
        ImportState::Undoing => "undoing",
        ImportState::Undone => "undone",
    }
}

type Leave = Permit<ImportPeople, Reach>;

/// GET `/console/imports/{id}`.
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Response {
    match found(&visitor, &id).await {
        Ok((task, _)) => show(&visitor, task, None).await,
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
        Err(turned(visitor, task, Err(NotTurned::Changed)).await)
    }
}

/// The fields of the one form in which cells are put right and in which somebody lets it be written.
fn fields(task: &Task) -> Vec<String> {
    let cells = (0..task.findings.correctable().count()).map(|at| format!("c{at}"));
    cells.chain(["confirm".to_owned(), WHOLE.to_owned()]).collect()
}

/// The field by which the form says that it has a field for every cell: what is empty is read as not sent, and was emptied.
const WHOLE: &str = "whole";

/// What the form says of cells that is to be read in their place, by their place among those that can be put right.
fn said_of(task: &Task, params: &Params, is_said: fn(&Flawed, &str) -> bool) -> Vec<(usize, String)> {
    let emptied = params.get(WHOLE).map(|_| "");
    let said = task.findings.correctable().enumerate().filter_map(|(at, cell)| {
        let text = params.get(&format!("c{at}")).or(emptied)?.trim();
        is_said(cell, text).then(|| (at, text.to_owned()))
    });
    said.collect()
}

/// POST `/console/imports/{id}/cells`: cells as they are to be read. A guess is confirmed by leaving it as it was.
pub(super) async fn correct(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, params) = match asked(&visitor, &id, form, fields).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    // Enter in the field for the number presses this form's first button, too: that confirms nothing, and is told.
    let (wants_it_written, is_said): (bool, fn(&Flawed, &str) -> bool) = match params.get("confirm") {
        Some(_) => (true, is_new),
        None => (false, |cell, text| cell.remedy == Remedy::Confirmed || is_new(cell, text)),
    };
    let said = said_of(&task, &params, is_said);
    let amended = desk::amend(&visitor.sv, &leave, &task, (&said, wants_it_written)).await;
    turned(&visitor, task, amended).await
}

/// Whether a cell's field says something else than the page gave it to say. Line ends are none of it: no field has them.
fn is_new(cell: &Flawed, text: &str) -> bool {
    match cell.remedy {
        Remedy::Typed | Remedy::Confirmed => {
            let shown = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
            shown(text) != shown(prefilled(cell))
        }
        Remedy::Whom(_) => text == SOMEBODY_ELSE || SectorId::read(text).is_ok(),
    }
}

/// POST `/console/imports/{id}/columns`: what columns hold.
pub(super) async fn name_columns(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let fields = |task: &Task| {
        let columns = (0..columns_of(task).count()).map(|at| format!("t{at}"));
        columns.chain(["kind".to_owned()]).collect()
    };
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
    let kind = params.get("kind").or(task.asked.kind.as_deref()).and_then(Kind::named);
    let renamed = desk::rename(&visitor.sv, &leave, &task, (&chosen, kind)).await;
    turned(&visitor, task, renamed).await
}

fn columns_of(task: &Task) -> impl Iterator<Item = &(String, Option<Field>, Vec<String>)> {
    task.findings.columns.iter().flat_map(|file| &file.columns)
}

/// POST `/console/imports/{id}/commit`: lets it be written. What the form says new of cells was no part of what its page
/// showed: then that is kept, and everything is looked at again before anything is written.
pub(super) async fn commit(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, params) = match asked(&visitor, &id, form, fields).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let said = said_of(&task, &params, is_new);
    if !said.is_empty() {
        let amended = desk::amend(&visitor.sv, &leave, &task, (&said, true)).await;
        return turned(&visitor, task, amended).await;
    }
    let typed = params.get("confirm").and_then(|text| text.trim().replace(['.', ' '], "").parse().ok());
    let agreed = desk::commit(&visitor.sv, &leave, &task, typed).await;
    turned(&visitor, task, agreed).await
}

/// POST `/console/imports/{id}/discard`: throws it away.
pub(super) async fn discard(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (task, leave, _) = match asked(&visitor, &id, form, |_| Vec::new()).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match desk::discard(&visitor.sv, &leave, &task).await {
        Ok(()) => render::see_other(&visitor, "/console/imports"),
        not => turned(&visitor, task, not).await,
    }
}

async fn turned(visitor: &Visitor, task: Task, done: Result<(), NotTurned>) -> Response {
    match done {
        Ok(()) => render::see_other(visitor, &format!("/console/imports/{}", task.id)),
        // Sent twice: what it asked for is under way.
        Err(NotTurned::Changed) if task.state != State::Review => {
            render::see_other(visitor, &format!("/console/imports/{}", task.id))
        }
        Err(NotTurned::Changed) => show(visitor, task, Some("import-changed")).await,
        Err(NotTurned::Unconfirmed) => show(visitor, task, Some("import-unconfirmed")).await,
        Err(NotTurned::Denied(denied)) => refused(visitor, denied),
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
    turned(&visitor, task, undone).await
}

/// POST `/console/imports/{id}/retry`: has it tried again, after it rested.
pub(super) async fn retry(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    steered(&visitor, &id, form, Course::Retry).await
}

/// POST `/console/imports/{id}/pause`: stops it for now.
pub(super) async fn pause(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    steered(&visitor, &id, form, Course::Pause).await
}

/// POST `/console/imports/{id}/resume`: goes on with it.
pub(super) async fn resume(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    steered(&visitor, &id, form, Course::GoOn).await
}

/// What is under way changes from moment to moment: its form is not asked what it was made for.
async fn steered(visitor: &Visitor, id: &str, form: Result<Form, Refusal>, course: Course) -> Response {
    let (standing, _) = match admitted_form(visitor, form, &[]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let (task, leave) = match of(visitor, &standing, id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    match desk::steer(&visitor.sv, &leave, &task, course).await {
        Err(NotTurned::Store(error)) => render::fault(visitor, &error),
        Err(NotTurned::Denied(denied)) => refused(visitor, denied),
        // Where it did not apply, the page tells where the import is.
        _ => render::see_other(visitor, &format!("/console/imports/{}", task.id)),
    }
}

/// GET `/console/imports/{id}/result`: the workbook to take home. A file and never a page (R48).
pub(super) async fn result(visitor: Visitor, Path(id): Path<String>) -> Response {
    let task = match found(&visitor, &id).await {
        Ok((task, _)) if task.result => task,
        Ok(_) => return refused(&visitor, Denied::Missing),
        Err(page) => return page,
    };
    let named = if task.asked.english { "result" } else { "ket-qua" };
    let name = format!("{named}-{}.xlsx", task.id);
    download::file(XLSX, &name, download::result(&visitor.sv, desk::download(&task)))
}
