//! Answers of the outermost layer, which must not depend on anything that may just have failed: a page for a browser,
//! JSON for an app, a problem at the administration API, each with the support code that leads to the log and without a word about the cause (R55).

use askama::Template;
use axum::{
    Json,
    extract::Request,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use super::{api, render::RETRY_AFTER};
use crate::{
    i18n::Locale,
    views::{Error, Frame},
};

/// What went wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// A handler panicked.
    Panicked,
    /// A handler took too long.
    TooSlow,
}

/// Whom to answer, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    locale: Locale,
    reads_pages: bool,
    at_api: bool,
}

impl Asker {
    /// From a request, before a handler consumes it.
    pub(super) fn of(request: &Request) -> Self {
        let headers = request.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let locale = Locale::of(text(header::ACCEPT_LANGUAGE)).unwrap_or_default();
        let at_api = request.uri().path().starts_with(api::BELOW);
        Self { locale, reads_pages: text(header::ACCEPT).contains("text/html"), at_api }
    }

    /// The answer.
    pub(super) fn answer(self, fault: Fault, support: &str, sector: &str) -> Response {
        let (status, code, text) = match fault {
            Fault::Panicked => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "op-error-fault"),
            Fault::TooSlow => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "op-error-busy"),
        };
        let page = if self.reads_pages && !self.at_api { self.page(code, text, support, sector) } else { None };
        let mut response = match page {
            Some(html) => (status, Html(html)).into_response(),
            None if self.at_api => api::fault(status, support, self.locale),
            None => (status, Json(json!({ "error": code, "support": support }))).into_response(),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }

    fn page(self, code: &str, text: &'static str, support: &str, sector: &str) -> Option<String> {
        let f = Frame {
            t: self.locale.texts(),
            sector: sector.to_owned(),
            other_language: "/portal".to_owned(),
            failed: true,
            signed_in: false,
            shortest_password: 8,
            sections: crate::views::Sections::default(),
        };
        Error { f, code: code.to_owned(), text, support: support.to_owned(), back: None, again: "/portal".to_owned() }
            .render()
            .ok()
    }
}
