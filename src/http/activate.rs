//! P3 and P5: the first password, and what to do without one.

use axum::{
    http::{StatusCode, header},
    response::Response,
};

use super::{
    account::weak_key,
    login::slowed,
    render,
    visitor::{Form, Visitor},
};
use crate::{
    login::{
        activation::{self, NotSet, Ticket},
        password::NotProved,
    },
    people::release::Profile,
    protocol::{error::Refusal, params::Params},
    services::hasher::Refused,
    store::{Tx, accounts},
    views::{Activate, ActivateStage, Recover, Whom},
};

/// GET `/activate`.
pub(super) async fn page(visitor: Visitor) -> Response {
    show(&visitor, StatusCode::OK, ActivateStage::Code { username: String::new(), wrong: false })
}

/// GET `/recover`.
pub(super) async fn recover(visitor: Visitor) -> Response {
    render::page(&visitor, StatusCode::OK, &Recover { f: visitor.frame(false, "/recover") })
}

fn show(visitor: &Visitor, status: StatusCode, stage: ActivateStage) -> Response {
    let failed = status != StatusCode::OK;
    render::leaving_page(
        visitor,
        status,
        &Activate { f: visitor.frame(failed, "/activate"), csrf: visitor.csrf(), stage },
    )
}

fn form_of(visitor: &Visitor, form: Result<Form, Refusal>) -> Result<Params, Response> {
    let Form(params) = form.map_err(|refusal| render::refused(visitor, refusal))?;
    visitor.check_csrf(&params)?;
    Ok(params)
}

/// POST `/activate`: sector ID and code.
pub(super) async fn claim(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match form_of(&visitor, form) {
        Ok(params) => params,
        Err(page) => return page,
    };
    let name = params.get("username").unwrap_or("");
    let devices = visitor.devices();
    let typed = activation::Typed {
        name,
        code: params.get("code").unwrap_or(""),
        devices: &devices,
        address: visitor.trace.address,
    };
    match activation::claim(&visitor.sv, typed).await {
        Ok(ticket) => confirm_page(&visitor, &ticket).await,
        Err(NotProved::Store(error)) => render::fault(&visitor, &error),
        Err(NotProved::Slow(until)) => slowed(&visitor, until),
        Err(_) => show(
            &visitor,
            StatusCode::UNPROCESSABLE_ENTITY,
            ActivateStage::Code { username: name.to_owned(), wrong: true },
        ),
    }
}

/// "Is this you?"
async fn confirm_page(visitor: &Visitor, ticket: &Ticket) -> Response {
    let holder = visitor
        .sv
        .store
        .read(ticket.account(), async |tx: &mut Tx, account| accounts::holder(tx, *account).await)
        .await;
    let holder = match holder {
        Ok(Some(holder)) => holder,
        Ok(None) => return again(visitor),
        Err(error) => return render::fault(visitor, &error),
    };
    let profile = match Profile::read(&visitor.sv, holder.person_id).await {
        Ok(profile) => profile,
        Err(error) => return render::fault(visitor, &error),
    };
    let pupil =
        profile.as_ref().is_some_and(|profile| profile.contexts().iter().any(|context| context.role == "student"));
    let stage = ActivateStage::Confirm {
        ticket: ticket.seal(&visitor.sv),
        name: holder.full_name,
        place: profile.map(|profile| profile.place()).unwrap_or_default(),
        whom: if pupil { Whom::Pupil } else { Whom::Staff },
    };
    show(visitor, StatusCode::OK, stage)
}

/// POST `/activate/confirm`: it is me.
pub(super) async fn confirm(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match form_of(&visitor, form) {
        Ok(params) => params,
        Err(page) => return page,
    };
    match Ticket::open(&visitor.sv, params.get("ticket").unwrap_or("")) {
        Some(ticket) => password_page(&visitor, &ticket, None).await,
        None => again(&visitor),
    }
}

async fn password_page(visitor: &Visitor, ticket: &Ticket, problem: Option<&'static str>) -> Response {
    let names =
        visitor.sv.store.read(ticket.account(), async |tx: &mut Tx, account| accounts::names(tx, *account).await).await;
    let names = match names {
        Ok(names) => names,
        Err(error) => return render::fault(visitor, &error),
    };
    let username = names.into_iter().next().unwrap_or_default();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    show(visitor, status, ActivateStage::Password { ticket: ticket.seal(&visitor.sv), username, problem })
}

/// POST `/activate/password`.
pub(super) async fn set_password(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match form_of(&visitor, form) {
        Ok(params) => params,
        Err(page) => return page,
    };
    let Some(ticket) = Ticket::open(&visitor.sv, params.get("ticket").unwrap_or("")) else { return again(&visitor) };
    match activation::finish(&visitor.sv, &ticket, params.get("new").unwrap_or("")).await {
        Ok(()) => done(&visitor, &ticket).await,
        Err(NotSet::Weak(weak)) => password_page(&visitor, &ticket, Some(weak_key(weak))).await,
        Err(NotSet::NotProved(NotProved::Store(error))) => render::fault(&visitor, &error),
        Err(NotSet::NotProved(NotProved::Hashing(Refused::Busy { retry_after }))) => {
            let mut response = render::refused(&visitor, Refusal::Busy);
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().into());
            response
        }
        Err(NotSet::Spent | NotSet::NotProved(_)) => again(&visitor),
    }
}

async fn done(visitor: &Visitor, ticket: &Ticket) -> Response {
    let holder = visitor
        .sv
        .store
        .read(ticket.account(), async |tx: &mut Tx, account| accounts::holder(tx, *account).await)
        .await;
    let name = holder.ok().flatten().map(|holder| holder.full_name).unwrap_or_default();
    show(visitor, StatusCode::OK, ActivateStage::Done { name })
}

/// The claim is not good any more: from the beginning.
fn again(visitor: &Visitor) -> Response {
    show(visitor, StatusCode::UNPROCESSABLE_ENTITY, ActivateStage::Code { username: String::new(), wrong: true })
}
