//! P10: one's own account.

use axum::{http::StatusCode, response::Response};

use super::{
    activate::whom,
    render,
    visitor::{Form, Visitor},
};
use crate::{
    base::id::ClientKey,
    login::{disown, own},
    model::sector_id::SectorId,
    oauth::{
        authorize,
        userinfo::{Place, single},
    },
    people::release::Profile,
    protocol::{
        client::{Client, ClientId, Trust},
        error::Refusal,
        params::Params,
        scope::Scopes,
    },
    store::{StoreError, audit::EventRow, grants::Given, sessions::SessionRow},
    views::{
        Account, ActivityLine, AppLine, Deed, Disowned, NotMe, SessionLine, Whom,
        told::{self, role_key},
    },
};

/// GET `/account`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let session = match visitor.signed_in() {
        Ok(session) => session.clone(),
        Err(page) => return page,
    };
    let saved = Params::parse(visitor.uri.query().unwrap_or("")).get("saved").is_some();
    match account(&visitor, &session, saved).await {
        Ok(page) => render::page(&visitor, StatusCode::OK, &page),
        Err(error) => render::fault(&visitor, &error),
    }
}

async fn account(visitor: &Visitor, session: &SessionRow, saved: bool) -> Result<Account, StoreError> {
    let sv = &visitor.sv;
    let known = own::known(sv, session.account_id).await?;
    let profile = Profile::read(sv, session.person_id).await?;
    let name = |key| sv.clients.by_key(key).map(|client| client.name.clone()).unwrap_or_default();
    let line = |row: &SessionRow| SessionLine {
        id: row.id.to_string(),
        agent: row.agent.clone(),
        since: row.created_at,
        current: row.id == session.id,
        own: row.own_device,
        board: known.boards.iter().find(|(id, _)| *id == row.id).map(|(_, client)| name(*client)),
    };
    let mut lines: Vec<SessionLine> = known.sessions.iter().map(line).collect();
    lines.sort_by_key(|line| !line.current);
    let pupil = profile.as_ref().map(whom) == Some(Whom::Pupil);
    Ok(Account {
        f: visitor.frame(false, "/account"),
        name: session.full_name.clone(),
        sector_id: known.names.first().map(|name| SectorId::shown(name)).unwrap_or_default(),
        contexts: profile.as_ref().map(places).unwrap_or_default(),
        sessions: lines,
        activity: known.events.iter().filter_map(activity).collect(),
        apps: profile.map(|profile| apps(visitor, session, &profile, &known.given)).unwrap_or_default(),
        pupil,
        csrf: visitor.csrf(),
        saved,
    })
}

/// What somebody is, and where: the key of the role's text, and the org.
fn places(profile: &Profile) -> Vec<(String, String)> {
    profile.contexts().iter().map(|context| (role_key(&context.role).to_owned(), context.org_name.clone())).collect()
}

/// The apps that may be told something now, and what: by all that was granted to them.
fn apps(visitor: &Visitor, session: &SessionRow, profile: &Profile, given: &[Given]) -> Vec<AppLine> {
    let app = |client: &Client| {
        let own = given.iter().filter(|given| given.client_key == client.key);
        let profile = profile.clone().acting(session.context, client);
        let mut claims = serde_json::Map::new();
        for given in own {
            let scopes: Scopes = given.scope.parse().unwrap_or_default();
            claims.extend(profile.claims(&visitor.sv, client, &scopes));
            for place in [Place::Userinfo, Place::IdToken] {
                let asked = given.claims.iter().map(|asked| single(&visitor.sv, client, &profile, &asked.0, place));
                claims.extend(asked.flatten());
            }
        }
        AppLine {
            client_id: client.client_id.0.clone(),
            name: client.name.clone(),
            values: told::lines(visitor.locale.texts(), &claims),
            asks_consent: client.trust == Trust::AsksConsent,
        }
    };
    let told = |key: ClientKey| given.iter().any(|given| given.client_key == key);
    visitor.sv.clients.all().iter().filter(|client| told(client.key)).map(|client| app(client)).collect()
}

/// An event of the audit trail, as its subject is told of it.
pub(super) fn activity(event: &EventRow) -> Option<ActivityLine> {
    let deed = match event.action.as_str() {
        "session.began" => Deed::SignedIn,
        "session.ended" => Deed::SignedOut,
        "sign_in.failed" => Deed::Failed,
        "account.activated" => Deed::Activated,
        "account.disowned" => Deed::Disowned,
        "password.changed" => Deed::PasswordChanged,
        "account.code_issued" => Deed::CodeIssued,
        "account.suspended" => Deed::Suspended,
        "account.resumed" => Deed::Resumed,
        "account.signed_out" => Deed::SignedOutEverywhere,
        "administrator.first" | "role.given" => Deed::RoleGiven,
        "role.taken" => Deed::RoleTaken,
        "device.opened" => Deed::BoardOpened,
        "device.refused" => Deed::BoardRefused,
        _ => return None,
    };
    let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let agent = detail["agent"].as_str().filter(|agent| !agent.is_empty()).map(str::to_owned);
    Some(ActivityLine { deed, when: event.at, agent })
}

/// POST `/account/sessions`: ends one of one's own sessions.
pub(super) async fn end_session(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, params) = match visitor.signed_in_form(form, &["session"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    if let Some(id) = params.get("session").and_then(|id| id.parse().ok())
        && let Err(error) = own::end_session(&visitor.sv, session.account_id, id).await
    {
        return render::fault(&visitor, &error);
    }
    render::see_other(&visitor, "/account")
}

/// POST `/account/apps`: takes back what one agreed to.
pub(super) async fn withdraw(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, params) = match visitor.signed_in_form(form, &["client"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let client = visitor.sv.clients.by_id(&ClientId(params.get("client").unwrap_or("").to_owned()));
    if let Some(client) = client
        && let Err(error) = authorize::withdraw_consent(&visitor.sv, &session, &client).await
    {
        return render::fault(&visitor, &error);
    }
    render::see_other(&visitor, "/account")
}

/// GET `/account/not-me`.
pub(super) async fn not_me_page(visitor: Visitor) -> Response {
    if let Err(page) = visitor.signed_in() {
        return page;
    }
    render::page(&visitor, StatusCode::OK, &NotMe { f: visitor.frame(false, "/account/not-me"), csrf: visitor.csrf() })
}

/// POST `/account/not-me`: somebody else knows the password.
pub(super) async fn not_me(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, _) = match visitor.signed_in_form(form, &[]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    if let Err(error) = disown::disown(&visitor.sv, &session).await {
        return render::fault(&visitor, &error);
    }
    let visitor = visitor.with(None);
    let page = Disowned { f: visitor.frame(false, "/sign-in") };
    visitor.signed_out(render::page(&visitor, StatusCode::OK, &page))
}
