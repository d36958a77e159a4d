//! Events taken away as a file: what the page shows, all of it. A dangerous deed (R44), audited before the first line (R47, R51).
//!
//! CSV and JSON lines are written as they are read, page by page, so that any number of events needs the memory of one page; a
//! workbook holds as many as somebody looks through.

use axum::response::Response;

use super::{
    admitted_form,
    audit::{meant, read},
    no_permit, refused,
};
use crate::{
    admin::{
        audit::{self as keeping, Form, Sheet},
        trail::{self, Asked},
    },
    http::{
        download, login, render,
        visitor::{Form as Sent, Visitor},
    },
    protocol::error::Refusal,
    services::authority::{Denied, ExportAudit, NoPermit, Permit, Reach, ReadAudit, Sector},
    views::Audit,
};

/// POST `/console/audit/export`.
pub(super) async fn export(visitor: Visitor, form: Result<Sent, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &["q", "form"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let line = params.get("q").unwrap_or("");
    let leave: Permit<ExportAudit, Sector> = match standing.with_the_sector(&visitor.sv) {
        Ok(leave) => leave,
        Err(Denied::Stale) => return login::again(&visitor, &Audit::address(line, None)),
        Err(denied) => return refused(&visitor, denied),
    };
    let Some(form) = params.get("form").and_then(Form::named) else { return render::unlisted_field(&visitor) };
    let (query, problems) = read(&params);
    let meant = match meant(&visitor, &standing, &query).await {
        Ok(Ok(meant)) if problems.is_empty() => meant,
        // The page says what is wrong with it.
        Ok(_) => return render::see_other(&visitor, &Audit::address(line, None)),
        Err(NoPermit::Denied(denied)) => return refused(&visitor, denied),
        Err(no) => return no_permit(&visitor, no),
    };
    if let Err(error) = keeping::note_export(&visitor.sv, &leave, &query, form).await {
        return render::fault(&visitor, &error);
    }
    let name = format!("nhat-ky-{}.{}", visitor.sv.clock.now().day(), form.name());
    match form {
        Form::Xlsx => workbook(&visitor, meant, &name).await,
        Form::Csv | Form::Jsonl => {
            let events = download::events(&visitor.sv, form, meant);
            visitor.remembers(download::file(form.media(), &name, events))
        }
    }
}

async fn workbook(visitor: &Visitor, (leave, asked): (Permit<ReadAudit, Reach>, Asked), name: &str) -> Response {
    let mut sheet = match Sheet::begin() {
        Ok(sheet) => sheet,
        Err(error) => return unwritten(visitor, &error),
    };
    let mut after = None;
    loop {
        let events = match trail::walk(&visitor.sv, &leave, &asked, after).await {
            Ok(events) => events,
            Err(error) => return render::fault(visitor, &error),
        };
        let Some(last) = events.last() else { break };
        after = Some(last.id);
        match sheet.rows(&events) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return unwritten(visitor, &error),
        }
    }
    match sheet.end() {
        Ok(bytes) => visitor.remembers(download::file(Form::Xlsx.media(), name, bytes)),
        Err(error) => unwritten(visitor, &error),
    }
}

fn unwritten(visitor: &Visitor, error: &std::io::Error) -> Response {
    tracing::error!(%error, "a workbook of events could not be written");
    render::fault(visitor, &crate::store::StoreError::Panicked)
}
