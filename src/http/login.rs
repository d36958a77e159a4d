//! The pages on which people say who they are: P1, P4 and P6's answer.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    choose,
    cookies::{self, Jar},
    oauth, password as password_pages,
    render::{self, ShowsImage},
    visitor::{Form, Visitor},
};
use crate::{
    login::{
        attempts,
        password::{self, NotProved, Proof},
        policy::mangled_by_input_method,
        session,
    },
    oauth::authorize::{self, Flow, Goal},
    protocol::{client::Client, error::Refusal, interaction::Why, params::Params},
    services::hasher::Refused,
    views::{Again, SignIn, SignInProblem},
};

/// GET `/sign-in`: by itself for the portal; with a flow, that flow's page, perhaps in another language.
pub(super) async fn page(visitor: Visitor) -> Response {
    let flow = flow_asked(&visitor);
    go_on(&visitor.speaking(&flow), &flow).await
}

/// The flow in the address, in the language that is asked for there.
pub(super) fn flow_asked(visitor: &Visitor) -> Flow {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let opened = params.get("flow").map(|sealed| Flow::open(&visitor.sv, sealed, &visitor.browser));
    let flow = match opened {
        Some(Ok(flow)) => flow,
        // From a bookmark or another browser: as if the app had just sent it.
        Some(Err(old)) => old.anew(&visitor.sv),
        None => Flow::to_portal(&visitor.sv),
    };
    match visitor.language_asked() {
        Some(language) => flow.in_language(language),
        None => flow,
    }
}

/// Goes on towards where a flow leads.
pub(super) async fn go_on(visitor: &Visitor, flow: &Flow) -> Response {
    match (&flow.goal, &visitor.session) {
        (Goal::App(_), _) => oauth::advance(visitor, flow).await,
        (Goal::Page(_), None) => choose::who(visitor, flow, None).await,
        (Goal::Page(path), Some(_)) => render::see_other(visitor, path),
    }
}

/// The sign-in page, to go on to the page that was asked for.
pub(super) fn ask(visitor: &Visitor) -> Response {
    show(visitor, &visitor.flow_to_here(), None, Typed::nothing(), None)
}

/// The same for somebody who is signed in, whose sign-in is too old for what they are about to do (R44): they come back to
/// this address.
pub(super) fn again(visitor: &Visitor, address: &str) -> Response {
    let flow = Flow::to_page(&visitor.sv, address.to_owned());
    let what = if visitor.wants_file() { Again::File } else { Again::Deed };
    show(visitor, &flow, None, Typed::nothing(), Some(Notice::Again(what)))
}

/// P1 for an app.
pub(super) async fn sign_in_page(
    visitor: &Visitor,
    flow: &Flow,
    client: &Client,
    why: Why,
    hint: Option<String>,
) -> Response {
    let typed = Typed { username: hint.unwrap_or_default(), own_device: false };
    let notice = match why {
        Why::Nobody if typed.username.is_empty() => return choose::who(visitor, flow, Some(client)).await,
        Why::Nobody => None,
        Why::AskedAgain | Why::TooOld => Some(Notice::Again(Again::Password)),
        Why::SomebodyElse => Some(Notice::Again(Again::SomebodyElse)),
    };
    show(visitor, flow, Some(client), typed, notice)
}

/// What stands in the form.
pub(super) struct Typed {
    pub(super) username: String,
    pub(super) own_device: bool,
}

impl Typed {
    pub(super) const fn nothing() -> Self {
        Self { username: String::new(), own_device: false }
    }
}

enum Notice {
    Again(Again),
    Problem(SignInProblem),
}

/// The page with an empty password, whoever is signed in.
pub(super) fn form_page(visitor: &Visitor, flow: &Flow, client: Option<&Client>, typed: Typed) -> Response {
    show(visitor, flow, client, typed, None)
}

fn show(visitor: &Visitor, flow: &Flow, client: Option<&Client>, typed: Typed, notice: Option<Notice>) -> Response {
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let (app, logo) = client.map(render::app).map_or((None, None), |(app, logo)| (Some(app), logo));
    let (problem, again) = match notice {
        Some(Notice::Problem(problem)) => (Some(problem), None),
        Some(Notice::Again(why)) => (None, Some(why)),
        None => (None, None),
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(SignInProblem::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Some(SignInProblem::Slow(_) | SignInProblem::Closed) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = SignIn {
        f: visitor.frame(problem.is_some(), "/sign-in"),
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
    let (flow, expired) = match Flow::open(&visitor.sv, params.get("flow").unwrap_or(""), &visitor.browser) {
        Ok(flow) => (flow, false),
        Err(old) => (old.anew(&visitor.sv), true),
    };
    let visitor = visitor.speaking(&flow);
    let ours = visitor.check_csrf_in(&params, &flow).await;
    let fields = &["flow", "username", "password", "own_device"];
    if let Err(page) = ours.and_then(|()| visitor.check_fields(&params, fields)) {
        return page;
    }
    let client = authorize::client_of(&visitor.sv, &flow).await;
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
        Ok(proof) => {
            let entered = enter(&visitor, &flow, proof, typed.own_device).await;
            entered.unwrap_or_else(|| again(typed, SignInProblem::Wrong))
        }
        Err(NotProved::Slow(until)) => again(typed, SignInProblem::Slow(visitor.seconds_until(until))),
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

/// What may be said about a pair that is not right without telling whether the account exists: only the form of what
/// was typed.
fn hint(name: &str, secret: &str) -> SignInProblem {
    if mangled_by_input_method(secret) {
        return SignInProblem::Mangled;
    }
    wrong_length(name).map_or(SignInProblem::Wrong, SignInProblem::ShortId)
}

/// How many digits a sector ID has, when that is not the usual number.
pub(super) fn wrong_length(name: &str) -> Option<usize> {
    let name = name.trim();
    (name.len() != 10 && !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())).then_some(name.len())
}

/// Begins the session, and goes on where the flow was going; `None` when the password is not right any more.
async fn enter(visitor: &Visitor, flow: &Flow, proof: Proof, own_device: bool) -> Option<Response> {
    let (sv, account) = (visitor.sv.clone(), proof.account);
    let began = session::begin(&sv, proof, visitor.session.as_ref(), visitor.origin(own_device)).await;
    let (cookie, row) = match began {
        Ok(Some(begun)) => (begun.cookie, begun.row),
        Ok(None) => return None,
        Err(error) => return Some(render::fault(visitor, &error)),
    };
    let must_change = row.must_change == Some(true);
    let visitor = visitor.with_session(row);
    let mut response =
        if must_change { password_pages::must_change(&visitor, flow) } else { go_on(&visitor, flow).await };
    let mut devices = visitor.devices();
    devices.remember(&attempts::device_key(&sv), account, &sv.entropy, sv.clock.now());
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::set(&sv, Jar::Session, &cookie, own_device));
    if own_device {
        let mut people = visitor.remembered();
        people.keep(account, &cookie);
        headers.append(header::SET_COOKIE, cookies::set_people(&sv, &people.seal(&sv, &visitor.browser)));
    }
    headers.append(header::SET_COOKIE, cookies::set_devices(&sv, &devices.text()));
    Some(response)
}

/// POST `/consent`.
pub(super) async fn consent(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (visitor, params, flow) = match flow_form(visitor, form, &["answer"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let Some(session) = &visitor.session else { return go_on(&visitor, &flow).await };
    let allowed = params.get("answer") == Some("allow");
    match authorize::answer_consent(&visitor.sv, flow.clone(), session, allowed).await {
        Ok(step) => oauth::show(&visitor, &flow, step).await,
        Err(refusal) => render::refused_in(&visitor, &flow, refusal).await,
    }
}

/// A form of ours in the middle of a flow of this browser, which has these fields beside the flow. One that is too old, or another browser's, leads back to
/// where the flow was going.
pub(super) async fn flow_form(
    visitor: Visitor,
    form: Result<Form, Refusal>,
    fields: &[&str],
) -> Result<(Visitor, Params, Flow), Response> {
    let Form(params) = form.map_err(|refusal| render::refused(&visitor, refusal))?;
    let opened = Flow::open(&visitor.sv, params.get("flow").unwrap_or(""), &visitor.browser);
    let (flow, current) = match opened {
        Ok(flow) => (flow, true),
        Err(old) => (old.anew(&visitor.sv), false),
    };
    let visitor = visitor.speaking(&flow);
    visitor.check_csrf_in(&params, &flow).await?;
    let listed: Vec<&str> = fields.iter().copied().chain(["flow"]).collect();
    visitor.check_fields(&params, &listed)?;
    if current { Ok((visitor, params, flow)) } else { Err(render::forged_in(&visitor, &flow).await) }
}
