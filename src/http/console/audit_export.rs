//! Events taken away as a file: what the page shows, all of it. A dangerous deed (R44), audited before the first line (R47, R51).
//!
//! CSV and JSON lines are written as they are read, page by page, so that any number of events needs the memory of one page; a
//! workbook holds as many as somebody looks through.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;

use super::{admitted_form, audit::meant, no_permit, refused};
use crate::{
    admin::{
        audit::{self as keeping, Form, Sheet},
        trail::{self, Asked, Query},
    },
    base::id::EventId,
    http::{
        login, render,
        visitor::{Form as Sent, Visitor},
    },
    protocol::error::Refusal,
    services::{
        Services,
        authority::{Denied, ExportAudit, NoPermit, Permit, Reach, ReadAudit, Sector},
    },
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
    let (query, strange) = Query::read(line);
    let meant = match meant(&visitor, &standing, &query).await {
        Ok(Ok(meant)) if strange.is_empty() => meant,
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
        Form::Csv | Form::Jsonl => file(&visitor, form, &name, lines(&visitor.sv, form, meant)),
    }
}

fn file(visitor: &Visitor, form: Form, name: &str, body: Body) -> Response {
    let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(form.media())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, name),
    ];
    visitor.remembers((headers, body).into_response())
}

/// How far somebody has come who takes events away.
struct Taking {
    sv: Arc<Services>,
    form: Form,
    meant: (Permit<ReadAudit, Reach>, Asked),
    after: Option<EventId>,
    begun: bool,
}

/// The events as they are read; a file that breaks off is told by its missing end.
fn lines(sv: &Arc<Services>, form: Form, meant: (Permit<ReadAudit, Reach>, Asked)) -> Body {
    let begin = Taking { sv: sv.clone(), form, meant, after: None, begun: false };
    Body::from_stream(stream::try_unfold(begin, async |mut taking: Taking| {
        let mut piece = if taking.begun { Vec::new() } else { taking.form.head() };
        let events = trail::walk(&taking.sv, &taking.meant.0, &taking.meant.1, taking.after).await?;
        let last = events.last().map(|event| event.id);
        if taking.begun && last.is_none() {
            return Ok::<_, crate::store::StoreError>(None);
        }
        for event in &events {
            taking.form.write(&mut piece, event);
        }
        taking.begun = true;
        taking.after = last.or(taking.after);
        Ok(Some((piece, taking)))
    }))
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
        Ok(bytes) => file(visitor, Form::Xlsx, name, Body::from(bytes)),
        Err(error) => unwritten(visitor, &error),
    }
}

fn unwritten(visitor: &Visitor, error: &std::io::Error) -> Response {
    tracing::error!(%error, "a workbook of events could not be written");
    render::fault(visitor, &crate::store::StoreError::Panicked)
}
