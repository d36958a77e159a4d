//! What is answered as a file: to be kept, and never shown as a page (R48).

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The media type of workbooks.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of archives.
pub(super) const ZIP: &str = "application/zip";
/// The media type of tables of text.
pub(super) const CSV: &str = "text/csv; charset=utf-8";
/// The media type of sheets for the printer.
pub(super) const PDF: &str = "application/pdf";

/// A file that nobody on the way keeps. Its name, in letters, digits, hyphens and dots, names nobody: names of files end up
/// in histories.
pub(super) fn file(media: &'static str, name: &str, body: impl Into<Body>) -> Response {
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
