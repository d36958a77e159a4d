//! P10: one's own account.

use axum::{http::StatusCode, response::Response};

use super::{
    portal, render,
    visitor::{Form, Visitor},
};
use crate::{
    base::{clock::Moment, id::AccountId, id::SessionId},
    login::{
        activation::NotSet,
        change::{self, NotChanged},
        password::NotProved,
        policy::Weak,
    },
    oauth::authorize::Flow,
    people::release::Profile,
    protocol::{error::Refusal, params::Params, scope::Scopes},
    services::{audit, ending::Ended},
    store::{
        StoreError, Tx, accounts,
        audit::EventRow,
        grants,
        sessions::{self, SessionRow},
    },
    views::{Account, ActivityLine, AppLine, Deed, Password, SessionLine},
};

/// How much of what happened is shown.
const MOST_ACTIVITY: i64 = 20;

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
    let question = (session.account_id, sv.clock.now());
    let known = sv.store.read(question, async |tx: &mut Tx, (account, now)| known(tx, *account, *now).await).await?;
    let profile = Profile::read(sv, session.person_id).await?;
    let contexts = profile.as_ref().map(portal::places).unwrap_or_default();
    let line = |row: &SessionRow| SessionLine {
        id: row.id.to_string(),
        agent: row.agent.clone(),
        since: row.created_at,
        current: row.id == session.id,
        own: row.own_device,
    };
    let mut lines: Vec<SessionLine> = known.sessions.iter().map(line).collect();
    lines.sort_by_key(|line| !line.current);
    let app = |key| {
        let client = sv.clients.by_key(key)?;
        let scopes: Scopes = client.scopes.clone();
        let claims = profile.as_ref().map(|profile| profile.claims(sv, &client, &scopes)).unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let values = claims.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect();
        Some(AppLine { name: client.name.clone(), values })
    };
    Ok(Account {
        f: visitor.frame(false, "/account"),
        name: session.full_name.clone(),
        sector_id: known.names.first().cloned().unwrap_or_default(),
        contexts,
        sessions: lines,
        activity: known.events.iter().filter_map(deed).collect(),
        apps: known.clients.into_iter().filter_map(app).collect(),
        csrf: visitor.csrf(),
        saved,
    })
}

struct Known {
    names: Vec<String>,
    sessions: Vec<SessionRow>,
    clients: Vec<crate::base::id::ClientKey>,
    events: Vec<EventRow>,
}

async fn known(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Known, StoreError> {
    Ok(Known {
        names: accounts::names(tx, account).await?,
        sessions: sessions::of_account(tx, account, now).await?,
        clients: grants::clients_of_account(tx, account, now).await?,
        events: crate::store::audit::about(tx, &audit::account(account), MOST_ACTIVITY).await?,
    })
}

/// An event of the audit trail, as its subject is told of it.
pub(super) fn deed(event: &EventRow) -> Option<ActivityLine> {
    let deed = match event.action.as_str() {
        "session.began" => Deed::SignedIn,
        "session.ended" => Deed::SignedOut,
        "sign_in.failed" => Deed::Failed,
        "account.activated" => Deed::Activated,
        "password.changed" => Deed::PasswordChanged,
        "account.code_issued" => Deed::CodeIssued,
        "account.suspended" => Deed::Suspended,
        "account.resumed" => Deed::Resumed,
        "account.signed_out" => Deed::SignedOutEverywhere,
        "administrator.first" | "role.given" => Deed::RoleGiven,
        "role.taken" => Deed::RoleTaken,
        _ => return None,
    };
    Some(ActivityLine { deed, when: event.at, agent: None })
}

/// POST `/account/sessions`: ends one of one's own sessions.
pub(super) async fn end_session(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, params) = match signed_in_form(&visitor, form) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let asked: Option<SessionId> = params.get("session").and_then(|id| id.parse().ok());
    let question = (session.account_id, visitor.sv.clock.now());
    let own = visitor
        .sv
        .store
        .read(question, async |tx: &mut Tx, (account, now)| sessions::of_account(tx, *account, *now).await)
        .await;
    let own = match own {
        Ok(own) => own,
        Err(error) => return render::fault(&visitor, &error),
    };
    // Somebody else's session looks like one that has ended (R38).
    if let Some(row) = own.into_iter().find(|row| Some(row.id) == asked)
        && let Err(error) = visitor.sv.end_session(Ended { session: row.id, person: row.person_id }).await
    {
        return render::fault(&visitor, &error);
    }
    render::see_other(&visitor, "/account")
}

fn signed_in_form(visitor: &Visitor, form: Result<Form, Refusal>) -> Result<(SessionRow, Params), Response> {
    let session = visitor.signed_in()?.clone();
    let Form(params) = form.map_err(|refusal| render::refused(visitor, refusal))?;
    visitor.check_csrf(&params)?;
    Ok((session, params))
}

/// GET `/account/password`.
pub(super) async fn password_page(visitor: Visitor) -> Response {
    if let Err(page) = visitor.signed_in() {
        return page;
    }
    let flow = Params::parse(visitor.uri.query().unwrap_or("")).get("flow").unwrap_or("").to_owned();
    let forced = !flow.is_empty();
    show_password(&visitor, flow, forced, None, false)
}

fn show_password(
    visitor: &Visitor,
    flow: String,
    forced: bool,
    problem: Option<&'static str>,
    current_wrong: bool,
) -> Response {
    let failed = problem.is_some() || current_wrong;
    let f = visitor.frame(failed, "/account/password");
    let page = Password { f, csrf: visitor.csrf(), flow, forced, problem, current_wrong };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::leaving_page(visitor, status, &page)
}

/// POST `/account/password`.
pub(super) async fn change_password(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, params) = match signed_in_form(&visitor, form) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let text = |name| params.get(name).unwrap_or("");
    let flow = text("flow").to_owned();
    let forced = !flow.is_empty();
    let outcome = change::change(&visitor.sv, &session, &visitor.devices(), text("current"), text("new")).await;
    match outcome {
        Ok(()) => match Flow::open(&visitor.sv, &flow, Some(&visitor.browser)) {
            Ok(open) if !open.request.is_empty() => render::see_other(&visitor, &format!("/sign-in?flow={flow}")),
            _ => render::see_other(&visitor, "/account?saved=1"),
        },
        Err(NotChanged::Current) => show_password(&visitor, flow, forced, None, true),
        Err(NotChanged::Same) => show_password(&visitor, flow, forced, Some("password-same"), false),
        Err(NotChanged::NotSet(NotSet::Weak(weak))) => {
            show_password(&visitor, flow, forced, Some(weak_key(weak)), false)
        }
        Err(NotChanged::NotSet(NotSet::NotProved(NotProved::Store(error)))) => render::fault(&visitor, &error),
        Err(NotChanged::NotSet(NotSet::NotProved(NotProved::Slow(until)))) => super::login::slowed(&visitor, until),
        Err(NotChanged::NotSet(_)) => render::refused(&visitor, Refusal::Busy),
    }
}

/// What the page says of a weak password.
pub(super) fn weak_key(weak: Weak) -> &'static str {
    match weak {
        Weak::TooShort { .. } => "password-too-short",
        Weak::TooLong => "password-too-long",
        Weak::Common | Weak::Pattern => "password-common",
        Weak::Personal(_) => "password-personal",
    }
}
