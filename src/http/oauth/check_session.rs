//! `/check_session`: the page that apps frame to hear whether the browser's state has changed (Session Management 1.0
//! §3.3). The only one that may be framed, by the origins of registered apps.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    http::{
        Shared,
        cookies::{self, Jar},
        render::FramedBy,
    },
    views::CheckSession,
};

/// GET: the same for everybody; its script reads the one cookie that scripts may read.
pub(super) async fn page(State(sv): State<Shared>) -> Response {
    let page = CheckSession { cookie: cookies::name(&sv, Jar::BrowserState) };
    let Ok(html) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response();
    response.extensions_mut().insert(FramedBy(sv.clients.origins()));
    response
}
