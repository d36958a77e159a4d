//! `/end_session`: signing out, at an app's request or the person's own.

use axum::{http::StatusCode, response::Response};

use crate::{
    http::{
        render::{self, Frames},
        visitor::{Form, Visitor},
    },
    oauth::{
        carried::Carried,
        logout::{self, Decision, Farewell, Left},
    },
    protocol::{address::origin, error::Refusal, logout::LogoutAsk},
    views::{AppLeft, Logout, SignedOut},
};

/// GET: the request is in the query.
pub(super) async fn by_query(visitor: Visitor) -> Response {
    let request = match Carried::arrived(&visitor.sv, visitor.uri.query().unwrap_or("")).await {
        Ok(request) => request,
        Err(refusal) => return render::refused(&visitor, refusal),
    };
    match decide(&visitor, &request).await {
        Ok(decision) if decision.asks() => ask(&visitor, &decision, request.query()),
        Ok(decision) => sign_out(&visitor, decision).await,
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

/// POST: a cross-site one carries no Lax cookie, so the browser is sent to the same request by GET.
pub(super) async fn by_form(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let packed = match form {
        Ok(Form(params)) => Carried::pack(&visitor.sv, &params.encode()).await,
        Err(refusal) => Err(refusal),
    };
    match packed {
        Ok(request) => render::see_other(&visitor, &format!("/end_session?{}", request.query())),
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

/// The person confirmed.
pub(super) async fn confirm(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match visitor.read(form, &["request", "answer"]) {
        Ok(params) => params,
        Err(page) => return page,
    };
    let request = Carried::arrived(&visitor.sv, params.get("request").unwrap_or("")).await;
    let decision = match request {
        Ok(request) => decide(&visitor, &request).await,
        Err(refusal) => Err(refusal),
    };
    match decision {
        Ok(decision) => sign_out(&visitor, decision).await,
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

async fn decide(visitor: &Visitor, request: &Carried) -> Result<Decision, Refusal> {
    let ask = LogoutAsk::parse(&request.params(&visitor.sv).await?)?;
    logout::decide(&visitor.sv, &ask, visitor.session.as_ref()).await
}

fn ask(visitor: &Visitor, decision: &Decision, request: String) -> Response {
    let board = decision.client.as_ref().filter(|_| decision.board).map(|client| client.name.clone());
    let page = Logout { f: visitor.frame(false, "/end_session"), csrf: visitor.csrf(), request, board };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

/// Ends the session and tells its apps. The browser goes on at once when every app confirmed by itself, by a page of
/// ours when apps have to be told there, and after a click when the person must know of one that may be open.
async fn sign_out(visitor: &Visitor, decision: Decision) -> Response {
    let board = decision.board;
    let farewell = match logout::end(&visitor.sv, decision).await {
        Ok(farewell) => farewell,
        Err(error) => return render::fault(visitor, &error),
    };
    let response = match farewell.goes_on() {
        Some(landing) if farewell.frames.is_empty() => render::see_other(visitor, landing),
        _ => signed_out_page(visitor, &farewell, board),
    };
    // Whoever is signed in here stays so when a board is closed.
    if board { response } else { visitor.signed_out(response) }
}

fn signed_out_page(visitor: &Visitor, farewell: &Farewell, board: bool) -> Response {
    let mut frame = visitor.frame(false, "/end_session");
    frame.signed_in &= board;
    let left = |left| match left {
        Left::Confirmed => AppLeft::Confirmed,
        Left::InBrowser => AppLeft::InBrowser,
        Left::Open => AppLeft::Open,
    };
    let page = SignedOut {
        f: frame,
        board,
        apps: farewell.apps.iter().map(|(name, how)| (name.clone(), left(*how))).collect(),
        frames: farewell.frames.iter().map(ToString::to_string).collect(),
        landing: farewell.landing.clone(),
        goes_on: farewell.goes_on().is_some(),
    };
    let mut response = render::leaving_page(visitor, StatusCode::OK, &page);
    if !farewell.frames.is_empty() {
        response.extensions_mut().insert(Frames(farewell.frames.iter().filter_map(origin).collect()));
    }
    response
}
