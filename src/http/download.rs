//! What is answered as a file, to be kept and never shown as a page (R48): whole, or piece by piece as it is read.

use std::{fs::File, io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::io::AsyncReadExt;

use crate::{
    admin::{
        audit::Form,
        trail::{self, Asked},
    },
    base::id::EventId,
    roster::desk::Download,
    services::{
        Services,
        authority::{Permit, Reach, ReadAudit},
    },
    store::StoreError,
};

/// The media type of workbooks.
pub(in crate::http) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of archives.
pub(in crate::http) const ZIP: &str = "application/zip";
/// The media type of tables of text.
pub(in crate::http) const CSV: &str = "text/csv; charset=utf-8";
/// The media type of sheets for the printer.
pub(in crate::http) const PDF: &str = "application/pdf";

/// A file that nobody on the way keeps. Its name, in letters, digits, hyphens and dots, names nobody: names of files end up
/// in histories.
pub(in crate::http) fn file(media: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body.into()).into_response()
}

/// How much of a file is read at a time.
const PIECE: usize = 64 << 10;

/// A file from its beginning.
pub(super) fn piecewise(file: File) -> Body {
    piecewise_once(async { Ok::<_, io::Error>(file) })
}

/// A file that has yet to be made: whoever asked for it is told at once that it comes, and by its missing end when it could
/// not be made.
pub(super) fn piecewise_once<E>(making: impl Future<Output = Result<File, E>> + Send + 'static) -> Body
where
    E: std::error::Error + Send + Sync + 'static,
{
    enum Step<F> {
        Making(F),
        Reading(tokio::fs::File),
    }
    Body::from_stream(stream::try_unfold(Step::Making(Box::pin(making)), async |step| {
        let mut file = match step {
            Step::Making(making) => tokio::fs::File::from_std(making.await.map_err(io::Error::other)?),
            Step::Reading(file) => file,
        };
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(piece), Step::Reading(file))))
    }))
}

/// The workbook of an import, with what came of each row.
pub(super) fn result(sv: &Arc<Services>, from: Download) -> Body {
    Body::from_stream(stream::try_unfold((sv.clone(), from), async |(sv, mut from)| {
        let piece = from.piece(&sv).await?;
        Ok::<_, StoreError>(piece.map(|piece| (Bytes::from(piece), (sv, from))))
    }))
}

/// How far somebody has come who takes events away.
struct Taking {
    sv: Arc<Services>,
    form: Form,
    meant: (Permit<ReadAudit, Reach>, Asked),
    after: Option<EventId>,
    begun: bool,
}

/// Events as lines, the oldest first, as they are read; a file that breaks off is told by its missing end.
pub(super) fn events(sv: &Arc<Services>, form: Form, meant: (Permit<ReadAudit, Reach>, Asked)) -> Body {
    let begin = Taking { sv: sv.clone(), form, meant, after: None, begun: false };
    Body::from_stream(stream::try_unfold(begin, async |mut taking: Taking| {
        let mut piece = if taking.begun { Vec::new() } else { taking.form.head() };
        let events = trail::walk(&taking.sv, &taking.meant.0, &taking.meant.1, taking.after).await?;
        let last = events.last().map(|event| event.id);
        if taking.begun && last.is_none() {
            return Ok::<_, StoreError>(None);
        }
        for event in &events {
            taking.form.write(&mut piece, event);
        }
        taking.begun = true;
        taking.after = last.or(taking.after);
        Ok(Some((piece, taking)))
    }))
}
