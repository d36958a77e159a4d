//! Changing one's own password, by choice or because it must be changed before anything else (P3, P10, R33).

use axum::{http::StatusCode, response::Response};

use super::{
    render,
    visitor::{Form, Visitor},
};
use crate::{
    base::secret::Token,
    login::{
        change::{self, NotChanged, Wish},
        new_password::NotSet,
        password::NotProved,
        policy::Weak,
    },
    oauth::authorize::Flow,
    protocol::{error::Refusal, params::Params},
    views::Password,
};

/// What the page's form holds.
const FIELDS: &[&str] = &["flow", "once", "current", "new", "accents"];

/// To the page of [`page`], and from there on with the flow.
pub(super) fn must_change(visitor: &Visitor, flow: &Flow) -> Response {
    render::see_other(visitor, &format!("/account/password?flow={}", flow.seal(&visitor.sv, &visitor.browser)))
}

/// GET `/account/password`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let flow = params.get("flow").and_then(|sealed| open(&visitor, sealed));
    let visitor = speaking(visitor, flow.as_ref());
    if visitor.session.is_none() {
        return super::login::ask(&visitor);
    }
    show(&visitor, flow.as_ref(), &Problem::default())
}

fn open(visitor: &Visitor, sealed: &str) -> Option<Flow> {
    Flow::open(&visitor.sv, sealed, &visitor.browser).ok()
}

fn speaking(visitor: Visitor, flow: Option<&Flow>) -> Visitor {
    match flow {
        Some(flow) => visitor.speaking(flow),
        None => visitor,
    }
}

/// What is wrong with a form.
#[derive(Default)]
struct Problem {
    /// The current password is not right.
    current: bool,
    /// The new one was not taken: the key of the reason.
    new: Option<&'static str>,
    /// There were many tries: not before so many seconds.
    slow: Option<u64>,
}

impl Problem {
    fn new(key: &'static str) -> Self {
        Self { new: Some(key), ..Self::default() }
    }
}

fn show(visitor: &Visitor, flow: Option<&Flow>, problem: &Problem) -> Response {
    let status = match problem {
        Problem { slow: Some(_), .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem { current: false, new: None, slow: None } => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let sealed = flow.map(|flow| flow.seal(&visitor.sv, &visitor.browser)).unwrap_or_default();
    let here =
        if sealed.is_empty() { "/account/password".to_owned() } else { format!("/account/password?flow={sealed}") };
    let page = Password {
        f: visitor.frame(status != StatusCode::OK, &here),
        csrf: visitor.csrf(),
        once: Token::random(&visitor.sv.entropy).expose().to_owned(),
        flow: sealed,
        forced: visitor.session.as_ref().is_some_and(|session| session.must_change == Some(true)),
        problem: problem.new,
        current_wrong: problem.current,
        slow: problem.slow,
    };
    render::leaving_page(visitor, status, &page)
}

/// POST `/account/password`.
pub(super) async fn submit(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let Form(params) = match form {
        Ok(form) => form,
        Err(refusal) => return render::refused(&visitor, refusal),
    };
    let flow = params.get("flow").and_then(|sealed| open(&visitor, sealed));
    let visitor = speaking(visitor, flow.as_ref());
    let Some(session) = visitor.session.clone() else { return super::login::ask(&visitor) };
    let checked = visitor.check_csrf(&params).and_then(|()| visitor.check_fields(&params, FIELDS));
    if let Err(page) = checked {
        return page;
    }
    let text = |name| params.get(name).unwrap_or("");
    let wish = Wish {
        current: text("current"),
        new: text("new"),
        form: text("once"),
        accents: params.get("accents").is_some(),
        devices: &visitor.devices(),
        address: visitor.trace.address,
    };
    let problem = match change::change(&visitor.sv, &session, wish).await {
        Ok(()) => return changed(&visitor, flow),
        Err(NotChanged::Current) => Problem { current: true, ..Problem::default() },
        Err(NotChanged::Same) => Problem::new("password-same"),
        Err(NotChanged::NotSet(NotSet::Weak(weak))) => Problem::new(weak_key(weak)),
        Err(NotChanged::NotSet(NotSet::Accents)) => Problem::new("password-accents"),
        Err(NotChanged::NotSet(NotSet::NotProved(NotProved::Store(error)))) => return render::fault(&visitor, &error),
        Err(NotChanged::NotSet(NotSet::NotProved(NotProved::Slow(until)))) => {
            Problem { slow: Some(visitor.seconds_until(until)), ..Problem::default() }
        }
        Err(NotChanged::NotSet(_)) => return render::refused(&visitor, Refusal::Busy),
    };
    show(&visitor, flow.as_ref(), &problem)
}

/// On to where the person was going; the account page says that it is done.
fn changed(visitor: &Visitor, flow: Option<Flow>) -> Response {
    match flow {
        Some(flow) => {
            render::see_other(visitor, &format!("/sign-in?flow={}", flow.seal(&visitor.sv, &visitor.browser)))
        }
        None => render::see_other(visitor, "/account?saved=1"),
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
