//! P9, and the plain pages that discovery points to.

use axum::{http::StatusCode, response::Response};

use super::{render, visitor::Visitor};
use crate::{
    people::release::Profile,
    protocol::{
        client::{Client, State},
        params::Params,
    },
    views::{Portal, Text, Tile},
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
    let wanted = query.to_lowercase();
    let clients = visitor.sv.clients.all();
    let admitted = |client: &Client| profile.as_ref().is_some_and(|profile| profile.admitted(client));
    let tiles = clients
        .iter()
        .filter(|client| client.state == State::Enabled && admitted(client))
        .filter(|client| client.name.to_lowercase().contains(&wanted))
        .filter_map(|client| tile(&visitor, client))
        .collect();
    let page = Portal {
        f: visitor.frame(false, "/portal"),
        name: session.full_name.clone(),
        contexts: profile.as_ref().map(places).unwrap_or_default(),
        tiles,
        query,
    };
    render::page(&visitor, StatusCode::OK, &page)
}

/// A tile leads to where the app begins a sign-in (Core 4), with the issuer.
fn tile(visitor: &Visitor, client: &Client) -> Option<Tile> {
    let mut address = client.initiate_login_uri.clone()?;
    address.query_pairs_mut().append_pair("iss", &visitor.sv.settings.issuer);
    Some(Tile { client_id: client.client_id.0.clone(), name: client.name.clone(), address: address.into() })
}

/// What somebody is, and where: the key of the role's text, and the org.
pub(super) fn places(profile: &Profile) -> Vec<(String, String)> {
    let key = |role: &str| match role {
        "student" => "role-student",
        "teacher" => "role-teacher",
        "principal" => "role-principal",
        "guardian" => "role-guardian",
        _ => "role-staff",
    };
    profile.contexts().iter().map(|context| (key(&context.role).to_owned(), context.org_name.clone())).collect()
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
