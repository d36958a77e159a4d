//! The pages on which people say who they are: P1, P4 and P6's answer.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    cookies::{self, Jar},
    oauth,
    render::{self, ShowsImage},
    visitor::{Form, Visitor},
};
use crate::{
    base::clock::Moment,
    login::{
        attempts,
        password::{self, NotProved, Proved},
        policy::mangled_by_input_method,
        session,
    },
    oauth::authorize::{self, Flow},
    protocol::{client::Client, error::Refusal, interaction::Why, params::Params},
    services::{ending::Ended, hasher::Refused},
    views::{self, SignIn, SignInProblem},
};

/// GET `/sign-in`: by itself for the portal; with a flow, that flow's page in another language.
pub(super) async fn page(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let flow = match params.get("flow").map(|sealed| Flow::open(&visitor.sv, sealed, Some(&visitor.browser))) {
        Some(Ok(flow)) => flow,
        Some(Err(error)) => error.anew(&visitor.sv),
        None => Flow::begin(&visitor.sv, String::new()),
    };
    if flow.request.is_empty() {
        return match visitor.session {
            Some(_) => render::see_other(&visitor, "/portal"),
            None => ask(&visitor),
        };
    }
    let step = authorize::advance(&visitor.sv, &flow, visitor.session.as_ref()).await;
    oauth::show(&visitor, &flow, step).await
}

/// The sign-in page, to go on to the portal.
pub(super) fn ask(visitor: &Visitor) -> Response {
    let flow = Flow::begin(&visitor.sv, String::new());
    sign_in_page(visitor, &flow, None, Why::Nobody, None)
}

/// P1.
pub(super) fn sign_in_page(
    visitor: &Visitor,
    flow: &Flow,
    client: Option<&Client>,
    why: Why,
    hint: Option<String>,
) -> Response {
    let typed = Typed { username: hint.unwrap_or_default(), own_device: false };
    show(visitor, flow, client, typed, if why == Why::Nobody { None } else { Some(Notice::Again) })
}

struct Typed {
    username: String,
    own_device: bool,
}

enum Notice {
    Again,
    Problem(SignInProblem),
}

fn show(visitor: &Visitor, flow: &Flow, client: Option<&Client>, typed: Typed, notice: Option<Notice>) -> Response {
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let (app, logo) = client.map(render::app).map_or((None, None), |(app, logo)| (Some(app), logo));
    let (problem, again) = match notice {
        Some(Notice::Problem(problem)) => (Some(problem), false),
        Some(Notice::Again) => (None, true),
        None => (None, false),
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(SignInProblem::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Some(SignInProblem::Slow(_) | SignInProblem::Closed) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = SignIn {
        f: visitor.frame(problem.is_some(), &format!("/sign-in?flow={sealed}")),
        app,
        flow: sealed,
        csrf: visitor.csrf(),
        username: typed.username,
        own_device: typed.own_device,
        problem,
        again,
    };
    let mut response = render::leaving_page(visitor, status, &page);
    if let Some(origin) = logo {
        response.extensions_mut().insert(ShowsImage(origin));
    }
    response
}

/// POST `/sign-in`.
pub(super) async fn submit(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match form {
        Ok(Form(params)) => params,
        Err(refusal) => return render::refused(&visitor, refusal),
    };
    if let Err(page) = visitor.check_csrf(&params) {
        return page;
    }
    let opened = Flow::open(&visitor.sv, params.get("flow").unwrap_or(""), Some(&visitor.browser));
    let (flow, expired) = match opened {
        Ok(flow) => (flow, false),
        Err(error) => (error.anew(&visitor.sv), true),
    };
    let client = authorize::client_of(&visitor.sv, &flow);
    let typed = Typed {
        username: params.get("username").unwrap_or("").to_owned(),
        own_device: params.get("own_device").is_some(),
    };
    let again = |typed, problem| show(&visitor, &flow, client.as_deref(), typed, Some(Notice::Problem(problem)));
    if expired {
        return again(typed, SignInProblem::Expired);
    }
    let (Some(name), Some(secret)) = (params.get("username"), params.get("password")) else {
        return again(typed, SignInProblem::Missing);
    };
    let devices = visitor.devices();
    let typed_in = password::Typed { name, password: secret, devices: &devices, address: visitor.trace.address };
    match password::check(&visitor.sv, typed_in).await {
        Ok(proved) => enter(visitor, flow, proved, typed.own_device).await,
        Err(NotProved::Slow(until)) => {
            let seconds = until.since(visitor.sv.clock.now()).as_secs() + 1;
            again(typed, SignInProblem::Slow(seconds))
        }
        Err(NotProved::Closed) => again(typed, SignInProblem::Closed),
        Err(NotProved::Hashing(Refused::TooLong)) => again(typed, SignInProblem::Wrong),
        Err(NotProved::Wrong) => {
            let problem = hint(name, secret);
            again(typed, problem)
        }
        Err(NotProved::Hashing(Refused::Busy { retry_after })) => {
            let mut response = again(typed, SignInProblem::Busy);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
            response
        }
        Err(NotProved::Store(error)) => render::fault(&visitor, &error),
    }
}

/// The sign-in page of somebody who tried too often elsewhere: with the countdown.
pub(super) fn slowed(visitor: &Visitor, until: Moment) -> Response {
    let seconds = until.since(visitor.sv.clock.now()).as_secs() + 1;
    let flow = Flow::begin(&visitor.sv, String::new());
    let typed = Typed { username: String::new(), own_device: false };
    show(visitor, &flow, None, typed, Some(Notice::Problem(SignInProblem::Slow(seconds))))
}

/// What may be said about a pair that is not right without telling whether the account exists: only the form of what
/// was typed.
fn hint(name: &str, secret: &str) -> SignInProblem {
    let name = name.trim();
    if mangled_by_input_method(secret) {
        return SignInProblem::Mangled;
    }
    if name.len() != 10 && !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
        return SignInProblem::ShortId(name.len());
    }
    SignInProblem::Wrong
}

/// Begins the session, and goes on where the flow was going.
async fn enter(mut visitor: Visitor, flow: Flow, proved: Proved, own_device: bool) -> Response {
    let sv = visitor.sv.clone();
    let began = session::begin(&sv, proved.account, visitor.session.as_ref(), own_device, visitor.origin()).await;
    let cookie = match began {
        Ok(cookie) => cookie,
        Err(error) => return render::fault(&visitor, &error),
    };
    visitor.session = match session::find(&sv, &cookie).await {
        Ok(found) => found,
        Err(error) => return render::fault(&visitor, &error),
    };
    let mut response = if proved.must_change {
        render::see_other(&visitor, &format!("/account/password?flow={}", flow.seal(&sv, &visitor.browser)))
    } else if flow.request.is_empty() {
        render::see_other(&visitor, "/portal")
    } else {
        let step = authorize::advance(&sv, &flow, visitor.session.as_ref()).await;
        oauth::show(&visitor, &flow, step).await
    };
    let mut devices = visitor.devices();
    devices.remember(&attempts::device_key(&sv), proved.account, &sv.entropy, sv.clock.now());
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::set(&sv, Jar::Session, &cookie, own_device));
    headers.append(header::SET_COOKIE, cookies::set_devices(&sv, &devices.text()));
    response
}

/// P4.
pub(super) fn choose_page(visitor: &Visitor, flow: &Flow, client: &Client) -> Response {
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let page = views::Choose {
        f: visitor.frame(false, &format!("/sign-in?flow={sealed}")),
        app: client.name.clone(),
        flow: sealed,
        csrf: visitor.csrf(),
        name: visitor.session.as_ref().map(|session| session.full_name.clone()).unwrap_or_default(),
    };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

/// POST `/choose`: go on as who is signed in, or sign them out first.
pub(super) async fn choose(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (params, flow) = match flow_form(&visitor, form) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let Some(session) = &visitor.session else { return go_on(&visitor, &flow).await };
    if params.get("answer") == Some("continue") {
        return go_on(&visitor, &flow.chosen()).await;
    }
    if let Err(error) =
        visitor.sv.end_session_in_passing(Ended { session: session.id, person: session.person_id }).await
    {
        return render::fault(&visitor, &error);
    }
    let visitor = visitor.signed_out();
    let mut response = go_on(&visitor, &flow.chosen()).await;
    response.headers_mut().append(header::SET_COOKIE, cookies::clear(&visitor.sv, Jar::Session));
    response
}

/// POST `/consent`.
pub(super) async fn consent(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (params, flow) = match flow_form(&visitor, form) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let Some(session) = &visitor.session else { return go_on(&visitor, &flow).await };
    let allowed = params.get("answer") == Some("allow");
    match authorize::answer_consent(&visitor.sv, flow.clone(), session, allowed).await {
        Ok(step) => oauth::show(&visitor, &flow, step).await,
        Err(refusal) => render::refused(&visitor, refusal),
    }
}

async fn go_on(visitor: &Visitor, flow: &Flow) -> Response {
    let step = authorize::advance(&visitor.sv, flow, visitor.session.as_ref()).await;
    oauth::show(visitor, flow, step).await
}

/// A form of ours in the middle of a flow of this browser.
fn flow_form(visitor: &Visitor, form: Result<Form, Refusal>) -> Result<(Params, Flow), Response> {
    let Form(params) = form.map_err(|refusal| render::refused(visitor, refusal))?;
    visitor.check_csrf(&params)?;
    let flow = Flow::open(&visitor.sv, params.get("flow").unwrap_or(""), Some(&visitor.browser));
    flow.map(|flow| (params, flow)).map_err(|_| render::forged(visitor).into_response())
}
