//! Apps: registering, turning off and on, new secrets, removing. All of it wants a sign-in of the last five minutes.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, ClientsWrite},
    given::{Body, Name, Nothing, Paging, Query},
    once::ToldOnce,
    problem::{Kind, Problem},
    told::{self, Listed},
};
use crate::{
    admin::clients::{self, Leave},
    base::{page::Page, secret::Token},
    protocol::{
        client::{self, Audience, Client, ClientId, KeySource, State},
        registration::{Changes, Registration},
        target::TokenForm,
    },
};

/// An app, without what is kept of its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct App {
    /// What it calls itself.
    client_id: String,
    /// What people call it.
    name: String,
    /// What kind of program it is.
    #[schema(inline)]
    kind: AppKind,
    /// How it proves itself.
    auth_method: &'static str,
    /// Where answers may go.
    redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    backchannel_logout_uri: Option<String>,
    /// Where its public keys are.
    jwks_uri: Option<String>,
    /// What it may ask for, separated by spaces.
    scope: String,
    /// The resources that it serves.
    resources: Vec<String>,
    /// The client ids of the apps whose resources it may call for people.
    calls: Vec<String>,
    /// The form of its access tokens.
    #[schema(inline)]
    access_token: Form,
    /// The roles that may use it; empty for everybody.
    roles: Vec<String>,
    /// The codes of the schools that may use it; empty for all.
    schools: Vec<String>,
    /// The code of the school a board stands in.
    school: Option<String>,
    /// Whether it works.
    enabled: bool,
}

/// What kind of program an app is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum AppKind {
    /// A web application with a server that keeps a secret.
    Web,
    /// A page in the browser.
    Spa,
    /// A program on a person's device.
    Native,
    /// A program without people.
    Service,
    /// A screen in a classroom.
    Board,
}

/// Leave to manage apps: asked for before anything of them is told.
fn leave(by: &By<ClientsWrite>) -> Result<Leave, Problem> {
    by.standing.with_the_sector(&by.sv).map_err(|denied| by.no(denied))
}

/// List apps, by their id
#[utoipa::path(get, path = "/api/v1/clients", operation_id = "listClients", tag = "Apps", params(Paging),
    responses((status = 200, body = Listed<App>)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn list(by: By<ClientsWrite>, here: Uri, Query(paging): Query<Paging>) -> Result<Response, Problem> {
    leave(&by)?;
    let ask = paging.ask::<String>()?;
    // They are in memory, all of them; a page is cut by key all the same.
    let mut all: Vec<Arc<Client>> = by.sv.clients.all();
    all.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    let after = |client: &Arc<Client>| ask.after.as_ref().is_none_or(|last| client.client_id.0 > *last);
    let rows = all.into_iter().filter(after).take(ask.size as usize + 1).collect();
    let listed = Page::from_surplus(rows, &ask, |client: &Arc<Client>| client.client_id.0.clone());
    Ok(told::page(&by, &here, listed, |client| shown(&client)))
}

/// See an app
#[utoipa::path(get, path = "/api/v1/clients/{client}", operation_id = "readClient", tag = "Apps",
    params(("client" = String, Path, description = "The client id")),
    responses((status = 200, body = App)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn one(by: By<ClientsWrite>, Name(id): Name) -> Result<Response, Problem> {
    leave(&by)?;
    Ok(told::now(&by, &shown(&*clients::find(&by.sv, &id)?)))
}

fn shown(client: &Client) -> App {
    let kind = match client.kind {
        client::Kind::Web => AppKind::Web,
        client::Kind::Spa => AppKind::Spa,
        client::Kind::Native => AppKind::Native,
        client::Kind::Service => AppKind::Service,
        client::Kind::Board => AppKind::Board,
    };
    let jwks_uri =
        client.keys().and_then(|keys| if let KeySource::Uri(uri) = keys { Some(uri.to_string()) } else { None });
    App {
        client_id: client.client_id.0.clone(),
        name: client.name.clone(),
        kind,
        auth_method: client.access.method(),
        redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
        post_logout_redirect_uris: client.post_logout_redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
        backchannel_logout_uri: client.backchannel_logout_uri.as_ref().map(ToString::to_string),
        jwks_uri,
        scope: client.scopes.to_string(),
        resources: client.api.serves.iter().cloned().collect(),
        calls: client.api.calls.iter().map(|id| id.0.clone()).collect(),
        access_token: match client.api.form {
            TokenForm::Jwt => Form::Jwt,
            TokenForm::Opaque => Form::Opaque,
        },
        roles: client.audience.roles.iter().cloned().collect(),
        schools: client.audience.schools.iter().cloned().collect(),
        school: client.school.clone(),
        enabled: client.state == State::Enabled,
    }
}

/// An app to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApp {
    /// What it will call itself; made from its name when not given.
    #[schema(min_length = 1, max_length = 100, pattern = "^[0-9A-Za-z._-]+$")]
    client_id: Option<String>,
    /// What people call it.
    #[schema(min_length = 1, pattern = r"\S")]
    name: String,
    /// What kind of program it is.
    #[schema(inline)]
    kind: AppKind,
    /// How it proves itself; what its kind suggests when not given.
    auth_method: Option<String>,
    /// Where its public keys are, for `private_key_jwt`.
    jwks_uri: Option<String>,
    /// Where answers may go.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    backchannel_logout_uri: Option<String>,
    /// What it may ask for, separated by spaces.
    scope: Option<String>,
    /// The roles that may use it; everybody when there is none.
    #[serde(default)]
    roles: Vec<String>,
    /// The codes of the schools that may use it; all when there is none.
    #[serde(default)]
    schools: Vec<String>,
    /// The code of the school a board stands in.
    school: Option<String>,
}

/// An app that was registered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Registered {
    /// The app.
    client: App,
    /// Its secret, if it has one; told here and never again.
    client_secret: Option<String>,
}

/// Register an app
///
/// Its secret is told once, and not kept for `Idempotency-Key`: sent again, the id is taken (409), and `rotate-secret` gives
/// a new one.
#[utoipa::path(post, path = "/api/v1/clients", operation_id = "registerClient", tag = "Apps", request_body = NewApp,
    responses((status = 201, body = Registered)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn register(by: By<ClientsWrite>, Body(asked): Body<NewApp>) -> Result<Response, Problem> {
    let leave = leave(&by)?;
    let (client, secret) = clients::add(&by.sv, &leave, registration(asked)?).await?;
    Ok(secretly(
        StatusCode::CREATED,
        &Registered { client: shown(&client), client_secret: secret.as_ref().map(read_out) },
    ))
}

fn registration(asked: NewApp) -> Result<Registration, Problem> {
    let kind = match asked.kind {
        AppKind::Web => client::Kind::Web,
        AppKind::Spa => client::Kind::Spa,
        AppKind::Native => client::Kind::Native,
        AppKind::Service => client::Kind::Service,
        AppKind::Board => client::Kind::Board,
    };
    let id = asked.client_id.unwrap_or_else(|| clients::id_from(&asked.name));
    let keys = asked.jwks_uri.map(|uri| uri.parse().map(KeySource::Uri)).transpose();
    let keys = keys.map_err(|_| Problem::field("/jwks_uri", "problem-address"))?;
    let method = asked.auth_method.or_else(|| keys.as_ref().map(|_| "private_key_jwt".to_owned()));
    Ok(Registration {
        auth_method: method,
        keys,
        redirect_uris: asked.redirect_uris,
        post_logout_redirect_uris: asked.post_logout_redirect_uris,
        backchannel_logout_uri: asked.backchannel_logout_uri,
        scope: asked.scope,
        audience: Audience { roles: asked.roles.into_iter().collect(), schools: asked.schools.into_iter().collect() },
        school: asked.school,
        ..Registration::named(&id, &asked.name, kind)
    })
}

fn read_out(secret: &Token) -> String {
    secret.expose().to_owned()
}

fn secretly<T: Serialize>(status: StatusCode, body: &T) -> Response {
    let mut response = told::done(status, body);
    response.extensions_mut().insert(ToldOnce);
    response
}

/// A new secret; told once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Secret {
    /// The secret.
    client_secret: String,
}

/// How long the old secret goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// How many hours the old secret still works: 24 when not given.
    #[schema(minimum = 0, maximum = 720)]
    keep_hours: Option<u64>,
}

/// Give an app a new secret
#[utoipa::path(post, path = "/api/v1/clients/{client}/rotate-secret", operation_id = "rotateClientSecret", tag = "Apps",
    params(("client" = String, Path, description = "The client id")), request_body = Rotation,
    responses((status = 200, body = Secret)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn rotate_secret(
    by: By<ClientsWrite>,
    Name(id): Name,
    Body(asked): Body<Rotation>,
) -> Result<Response, Problem> {
    let leave = leave(&by)?;
    let hours = asked.keep_hours.unwrap_or(24);
    if hours > 720 {
        return Err(Problem::field("/keep_hours", "problem-keep-hours"));
    }
    let secret = clients::rotate_secret(&by.sv, &leave, &id, Duration::from_hours(hours)).await?;
    Ok(secretly(StatusCode::OK, &Secret { client_secret: read_out(&secret) }))
}

/// Turn an app off: it gets nothing from any endpoint
#[utoipa::path(post, path = "/api/v1/clients/{client}/disable", operation_id = "disableClient", tag = "Apps",
    params(("client" = String, Path, description = "The client id")),
    responses((status = 200, body = App)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn disable(by: By<ClientsWrite>, Name(id): Name, _: Nothing) -> Result<Response, Problem> {
    turn(&by, &id, State::Disabled).await
}

/// Turn an app on again
#[utoipa::path(post, path = "/api/v1/clients/{client}/enable", operation_id = "enableClient", tag = "Apps",
    params(("client" = String, Path, description = "The client id")),
    responses((status = 200, body = App)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn enable(by: By<ClientsWrite>, Name(id): Name, _: Nothing) -> Result<Response, Problem> {
    turn(&by, &id, State::Enabled).await
}

async fn turn(by: &By<ClientsWrite>, id: &str, state: State) -> Result<Response, Problem> {
    let client = clients::set_state(&by.sv, &leave(by)?, id, state).await?;
    Ok(told::done(StatusCode::OK, &shown(&client)))
}

/// What is to be different about an app. What is not given stays as it is; a list stands in the place of the one before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppChanges {
    /// What it may ask for, separated by spaces.
    scope: Option<String>,
    /// The resources that it serves: addresses, by which other apps ask for tokens for it.
    resources: Option<Vec<String>>,
    /// The client ids of the apps whose resources it may call for people.
    calls: Option<Vec<String>>,
    /// The form of its access tokens.
    #[schema(inline)]
    access_token: Option<Form>,
}

/// The form of access tokens.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// Signed, and read by whoever it is for (RFC 9068).
    Jwt,
    /// Random: whoever it is for must ask.
    Opaque,
}

/// Change what an app may ask for, what it serves and calls, and the form of its tokens
///
/// With `If-Match` only if the app is as the caller read it.
#[utoipa::path(patch, path = "/api/v1/clients/{client}", operation_id = "changeClient", tag = "Apps",
    params(("client" = String, Path, description = "The client id"),
           ("If-Match" = Option<String>, Header, description = "The ETag of the app as it was read")),
    request_body = AppChanges,
    responses((status = 200, body = App)), security(("oauth2" = ["clients:write"])))]
pub(super) async fn change(
    by: By<ClientsWrite>,
    Name(id): Name,
    headers: HeaderMap,
    Body(asked): Body<AppChanges>,
) -> Result<Response, Problem> {
    let leave = leave(&by)?;
    let read = headers.contains_key(header::IF_MATCH).then(|| clients::find(&by.sv, &id)).transpose()?;
    if read.as_ref().is_some_and(|read| !told::is_as_read(&headers, &shown(read))) {
        return Err(Kind::Changed.into());
    }
    let changes = Changes {
        scope: asked.scope,
        serves: asked.resources.map(|named| named.into_iter().collect()),
        calls: asked.calls.map(|named| named.into_iter().map(ClientId).collect()),
        form: asked.access_token.map(|form| match form {
            Form::Jwt => TokenForm::Jwt,
            Form::Opaque => TokenForm::Opaque,
        }),
    };
    let client = clients::adjust_as_read(&by.sv, &leave, &id, changes, read).await?;
    Ok(told::done(StatusCode::OK, &shown(&client)))
}

/// Forget an app and everything it was given
#[utoipa::path(delete, path = "/api/v1/clients/{client}", operation_id = "removeClient", tag = "Apps",
    params(("client" = String, Path, description = "The client id")),
    responses((status = 204, description = "Forgotten")), security(("oauth2" = ["clients:write"])))]
pub(super) async fn remove(by: By<ClientsWrite>, Name(id): Name, _: Nothing) -> Result<Response, Problem> {
    clients::remove(&by.sv, &leave(&by)?, &id).await?;
    Ok(told::nothing())
}
