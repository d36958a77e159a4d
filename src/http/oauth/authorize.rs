//! `/authorize`: from a request to a page or an answer.

use axum::{http::StatusCode, response::Response};

use crate::{
    http::{
        choose, login, password, render,
        visitor::{Form, Visitor},
    },
    oauth::{
        authorize::{self, Flow, Step},
        carried::Carried,
        userinfo,
    },
    people::release::Profile,
    protocol::{authorize::AuthorizeAsk, client::Client, error::Refusal},
    store::sessions::SessionRow,
    views,
};

/// GET: the request is in the query.
pub(super) async fn by_query(visitor: Visitor) -> Response {
    match Flow::arrived(&visitor.sv, visitor.uri.query().unwrap_or("")).await {
        Ok(flow) => advance(&visitor.speaking(&flow), &flow).await,
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

/// POST: a cross-site one carries no Lax cookie, so the browser is sent to the same request by GET, where it does.
pub(super) async fn by_form(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let packed = match form {
        Ok(Form(params)) => Carried::pack(&visitor.sv, &params.encode()).await,
        Err(refusal) => Err(refusal),
    };
    match packed {
        Ok(request) => render::see_other(&visitor, &format!("/authorize?{}", request.query())),
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

/// The next step of a flow to an app, for whoever is signed in here.
pub(in crate::http) async fn advance(visitor: &Visitor, flow: &Flow) -> Response {
    let step = authorize::advance(&visitor.sv, flow, visitor.session.as_ref()).await;
    show(visitor, flow, step).await
}

/// A step as a response.
pub(in crate::http) async fn show(visitor: &Visitor, flow: &Flow, step: Step) -> Response {
    match step {
        Step::Page(refusal) => render::refused_in(visitor, flow, refusal).await,
        Step::Answer(answer) => render::answer(visitor, answer),
        Step::LogIn(client, why, hint) => login::sign_in_page(visitor, flow, &client, why, hint).await,
        Step::ChooseAccount(client) => choose::ask(visitor, flow, Some(&client)).await,
        Step::ChangePassword => password::must_change(visitor, flow),
        Step::Consent(client, ask) => consent_page(visitor, flow, &client, &ask).await,
    }
}

/// P6: the values themselves, not the scopes' names.
async fn consent_page(visitor: &Visitor, flow: &Flow, client: &Client, ask: &AuthorizeAsk) -> Response {
    let Some(session) = &visitor.session else { return login::ask(visitor) };
    let values = match told(visitor, session, client, ask).await {
        Ok(values) => values,
        Err(page) => return page,
    };
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let page = views::Consent {
        f: visitor.frame(false, &format!("/sign-in?flow={sealed}")),
        app: client.name.clone(),
        flow: sealed,
        csrf: visitor.csrf(),
        values,
    };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

/// What an app would be told of somebody: names and values, in the visitor's language.
pub(in crate::http) async fn told(
    visitor: &Visitor,
    session: &SessionRow,
    client: &Client,
    ask: &AuthorizeAsk,
) -> Result<Vec<(String, String)>, Response> {
    let sv = &visitor.sv;
    let profile = match Profile::read(sv, session.person_id).await {
        Ok(Some(profile)) => profile.acting(session.context, client),
        Ok(None) => return Err(render::refused(visitor, Refusal::Fault)),
        Err(error) => return Err(render::fault(visitor, &error)),
    };
    let mut claims = profile.claims(sv, client, &ask.scopes);
    for place in [userinfo::Place::Userinfo, userinfo::Place::IdToken] {
        claims.extend(userinfo::single(sv, client, &profile, &ask.claims, place));
    }
    Ok(views::told::lines(visitor.locale.texts(), &claims))
}
