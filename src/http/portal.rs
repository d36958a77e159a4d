//! P9, and the plain pages that discovery points to.

use axum::{http::StatusCode, response::Response};

use super::{
    render,
    visitor::{Form, Visitor},
};
use crate::{
    admin::classroom,
    base::id::AffiliationId,
    login::own,
    model::text::SearchKey,
    people::release::Profile,
    protocol::{
        client::{Client, State, Trust},
        error::Refusal,
        params::Params,
    },
    services::authority::Standing,
    store::contexts::ContextRow,
    views::{ContextChoice, Portal, Text, Tile, told::role_key},
};

/// GET `/`.
pub(super) async fn home(visitor: Visitor) -> Response {
    render::see_other(&visitor, "/portal")
}

/// GET `/portal`: the apps this person may use.
pub(super) async fn page(visitor: Visitor) -> Response {
    let session = match visitor.signed_in() {
        Ok(session) => session,
        Err(page) => return page,
    };
    let profile = match Profile::read(&visitor.sv, session.person_id).await {
        Ok(profile) => profile,
        Err(error) => return render::fault(&visitor, &error),
    };
    let query = Params::parse(visitor.uri.query().unwrap_or("")).get("q").unwrap_or("").to_owned();
    let wanted = SearchKey::of(&query);
    let clients = visitor.sv.clients.all();
    let today = visitor.sv.clock.now().day();
    let admitted = |client: &Client| profile.as_ref().is_some_and(|profile| profile.admitted(client, today));
    let tiles = clients
        .iter()
        // What registered itself calls itself what it likes: the department's own page shows what the department approved.
        .filter(|client| client.trust == Trust::SectorApproved)
        .filter(|client| client.state == State::Enabled && admitted(client))
        .filter(|client| wanted.tokens().all(|word| SearchKey::of(&client.name).as_str().contains(word)))
        .filter_map(|client| tile(&visitor, client))
        .collect();
    let administers = match Standing::of(&visitor.sv, session).await {
        Ok(standing) => !standing.held().is_empty(),
        Err(error) => return render::fault(&visitor, &error),
    };
    let teaches = match classroom::own(&visitor.sv, session.person_id).await {
        Ok(classes) => !classes.is_empty(),
        Err(error) => return render::fault(&visitor, &error),
    };
    let page = Portal {
        f: visitor.frame(false, "/portal"),
        csrf: visitor.csrf(),
        name: session.full_name.clone(),
        contexts: profile.as_ref().map(|profile| choices(profile, session.context)).unwrap_or_default(),
        tiles,
        query,
        administers,
        teaches,
    };
    render::page(&visitor, StatusCode::OK, &page)
}

/// What somebody is and where; the chosen one, or else the first, is what apps are told.
fn choices(profile: &Profile, chosen: Option<AffiliationId>) -> Vec<ContextChoice> {
    let contexts = profile.contexts();
    let current = contexts.iter().position(|context| Some(context.id) == chosen).unwrap_or_default();
    let choice = |(at, context): (usize, &ContextRow)| ContextChoice {
        id: context.id.to_string(),
        role: role_key(&context.role),
        place: context.org_name.clone(),
        current: at == current,
    };
    contexts.iter().enumerate().map(choice).collect()
}

/// POST `/portal/context`: as what to act, in the tokens that apps get from now on.
pub(super) async fn act_as(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let session = match visitor.signed_in() {
        Ok(session) => session.clone(),
        Err(page) => return page,
    };
    let params = match visitor.read(form, &["context"]) {
        Ok(params) => params,
        Err(page) => return page,
    };
    if let Some(context) = params.get("context").and_then(|id| id.parse().ok())
        && let Err(error) = own::act_as(&visitor.sv, &session, context).await
    {
        return render::fault(&visitor, &error);
    }
    render::see_other(&visitor, "/portal")
}

/// A tile leads to where the app begins a sign-in (Core 4), with the issuer.
fn tile(visitor: &Visitor, client: &Client) -> Option<Tile> {
    let mut address = client.initiate_login_uri.clone()?;
    address.query_pairs_mut().append_pair("iss", &visitor.sv.settings.issuer);
    Some(Tile { client_id: client.client_id.0.clone(), name: client.name.clone(), address: address.into() })
}

/// GET `/privacy`.
pub(super) async fn privacy(visitor: Visitor) -> Response {
    text(&visitor, "/privacy", "policy-title", "policy-text")
}

/// GET `/terms`.
pub(super) async fn terms(visitor: Visitor) -> Response {
    text(&visitor, "/terms", "terms-title", "terms-text")
}

/// GET `/developer`.
pub(super) async fn developer(visitor: Visitor) -> Response {
    let link = Some(format!("{}/.well-known/openid-configuration", visitor.sv.settings.issuer));
    let page = Text { f: visitor.frame(false, "/developer"), heading: "developer-title", body: "developer-text", link };
    render::page(&visitor, StatusCode::OK, &page)
}

fn text(visitor: &Visitor, here: &str, heading: &'static str, body: &'static str) -> Response {
    let page = Text { f: visitor.frame(false, here), heading, body, link: None };
    render::page(visitor, StatusCode::OK, &page)
}
