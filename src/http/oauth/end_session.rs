//! `/end_session`: signing out, at an app's request or the person's own.

use axum::{http::StatusCode, response::Response};

use crate::{
    http::{
        render,
        visitor::{Form, Visitor},
    },
    oauth::{
        carried::Carried,
        logout::{self, Decision},
    },
    protocol::{error::Refusal, logout::LogoutAsk},
    services::ending::{Ended, Told},
    views::{Logout, SignedOut},
};

/// GET: the request is in the query.
pub(super) async fn by_query(visitor: Visitor) -> Response {
    let request = match Carried::arrived(&visitor.sv, visitor.uri.query().unwrap_or("")).await {
        Ok(request) => request,
        Err(refusal) => return render::refused(&visitor, refusal),
    };
    match decide(&visitor, &request).await {
        Ok(decision) if decision.proven || visitor.session.is_none() => sign_out(&visitor, decision).await,
        Ok(_) => ask(&visitor, request.query()),
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
    logout::decide(&visitor.sv, &ask, visitor.session.as_ref())
}

fn ask(visitor: &Visitor, request: String) -> Response {
    let page = Logout { f: visitor.frame(false, "/end_session"), csrf: visitor.csrf(), request };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

/// Ends the session and tells its apps. The browser goes on at once when every app confirmed; otherwise the person is
/// told first.
async fn sign_out(visitor: &Visitor, decision: Decision) -> Response {
    let mut told = match &visitor.session {
        None => Vec::new(),
        Some(session) => match visitor.sv.end_session(Ended::from(session)).await {
            Ok(told) => told,
            Err(error) => return render::fault(visitor, &error),
        },
    };
    // The app that asked has ended its own session, whether or not it takes notices.
    for told in &mut told {
        told.confirmed |= decision.client.as_ref().is_some_and(|client| client.key == told.client);
    }
    let all = told.iter().all(|told| told.confirmed);
    visitor.signed_out(match decision.landing {
        Some(landing) if all => render::see_other(visitor, &landing),
        landing => signed_out_page(visitor, &told, landing),
    })
}

fn signed_out_page(visitor: &Visitor, told: &[Told], landing: Option<String>) -> Response {
    let mut frame = visitor.frame(false, "/end_session");
    frame.signed_in = false;
    let apps = told.iter().map(|told| (told.app.clone(), told.confirmed)).collect();
    render::leaving_page(visitor, StatusCode::OK, &SignedOut { f: frame, apps, landing })
}
