//! A table of the console as a workbook: leave to take it away (R44), its titles in the asker's language, and the file.

use std::io;

use axum::response::Response;

use super::{no_permit, refused};
use crate::{
    admin::export::{Book, Leave},
    base::id::OrgId,
    http::{
        download::{self, XLSX, piecewise},
        render,
        visitor::Visitor,
    },
    services::authority::Standing,
    store::StoreError,
};

/// Leave to take a table away: of one school, or of all that the asker administers.
pub(super) async fn leave(visitor: &Visitor, standing: &Standing, org: Option<OrgId>) -> Result<Leave, Response> {
    match org {
        Some(org) => standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no)),
        None => standing.throughout(&visitor.sv).map_err(|denied| refused(visitor, denied)),
    }
}

/// A workbook with a name and titles, each the key of a text.
pub(super) fn begin(visitor: &Visitor, name: &str, titles: &[&str]) -> Result<Book, Response> {
    let t = visitor.locale.texts();
    let titles: Vec<_> = titles.iter().map(|key| t.say(key)).collect();
    let titles: Vec<&str> = titles.iter().map(AsRef::as_ref).collect();
    Book::begin(&t.say(name), &titles).map_err(|error| failed(visitor, &error))
}

/// A whole table that fits into memory.
pub(in crate::http) async fn of(
    visitor: &Visitor,
    (name, titles): (&str, &[&str]),
    rows: Vec<Vec<String>>,
    file: &str,
) -> Result<Response, Response> {
    let mut book = begin(visitor, name, titles)?;
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        book.row(&cells).map_err(|error| failed(visitor, &error))?;
    }
    send(visitor, book, file).await
}

/// The finished workbook as a download, piece by piece; `name` in letters, digits and hyphens.
pub(super) async fn send(visitor: &Visitor, book: Book, name: &str) -> Result<Response, Response> {
    // To pack half a million rows takes seconds of work.
    let ended = tokio::task::spawn_blocking(|| book.end()).await.map_err(io::Error::other);
    let file = ended.and_then(|file| file).map_err(|error| failed(visitor, &error))?;
    Ok(visitor.remembers(download::file(XLSX, &format!("{name}.xlsx"), piecewise(file))))
}

/// A disk that is full, or whatever else a file can fail for.
pub(super) fn failed(visitor: &Visitor, error: &io::Error) -> Response {
    tracing::error!(%error, "a table could not be written");
    render::fault(visitor, &StoreError::Panicked)
}
