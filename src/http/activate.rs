//! P3 and P5: the first password, and what to do without one. Whoever came from an app goes on to it afterwards.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    login::wrong_length,
    password::weak_key,
    render,
    visitor::{Form, Visitor},
};
use crate::{
    base::letters,
    login::{
        activation::{self, Finished, NotClaimed, Ticket},
        codes::Misread,
        new_password::NotSet,
        password::NotProved,
    },
    oauth::authorize::Flow,
    people::release::Profile,
    protocol::{error::Refusal, params::Params},
    services::hasher::Refused,
    views::{Activate, ActivateStage, CodeProblem, Recover, Whom},
};

/// A visitor on the way to a first password, and where they want to go afterwards.
struct Newcomer {
    visitor: Visitor,
    flow: Option<Flow>,
}

impl Newcomer {
    /// With the flow that a page or a form names, if it is this browser's.
    fn of(visitor: Visitor, params: &Params) -> Self {
        let sealed = params.get("flow").unwrap_or("");
        let flow = Flow::open(&visitor.sv, sealed, &visitor.browser).ok();
        let visitor = match (&flow, visitor.language_asked()) {
            (Some(flow), None) => visitor.speaking(flow),
            _ => visitor,
        };
        Self { visitor, flow }
    }

    /// The same from a form of ours, which has these fields beside the flow.
    fn from_form(visitor: Visitor, form: Result<Form, Refusal>, fields: &[&str]) -> Result<(Self, Params), Response> {
        let Form(params) = form.map_err(|refusal| render::refused(&visitor, refusal))?;
        let newcomer = Self::of(visitor, &params);
        newcomer.visitor.check_csrf(&params)?;
        let listed: Vec<&str> = fields.iter().copied().chain(["flow"]).collect();
        newcomer.visitor.check_fields(&params, &listed)?;
        Ok((newcomer, params))
    }

    fn sealed(&self) -> String {
        self.flow.as_ref().map(|flow| flow.seal(&self.visitor.sv, &self.visitor.browser)).unwrap_or_default()
    }

    fn ticket(&self, params: &Params) -> Option<Ticket> {
        Ticket::open(&self.visitor.sv, params.get("ticket").unwrap_or(""), &self.visitor.browser)
    }

    /// An address that keeps the flow.
    fn here(&self, path: &str) -> String {
        let flow = self.sealed();
        if flow.is_empty() { path.to_owned() } else { format!("{path}?flow={flow}") }
    }

    fn show(&self, status: StatusCode, stage: ActivateStage) -> Response {
        let page = Activate {
            f: self.visitor.frame(status != StatusCode::OK, &self.here("/activate")),
            csrf: self.visitor.csrf(),
            flow: self.sealed(),
            stage,
        };
        render::leaving_page(&self.visitor, status, &page)
    }

    fn code_page(&self, username: &str, code: &str, problem: Option<CodeProblem>) -> Response {
        let status = match problem {
            None => StatusCode::OK,
            Some(CodeProblem::Slow(_)) => StatusCode::TOO_MANY_REQUESTS,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        self.show(status, ActivateStage::Code { username: username.to_owned(), code: code.to_owned(), problem })
    }

    /// The claim is not good any more: from the beginning.
    fn again(&self) -> Response {
        self.code_page("", "", Some(CodeProblem::Expired))
    }

    /// "Is this you?"
    async fn confirm_page(&self, ticket: &Ticket) -> Response {
        let sv = &self.visitor.sv;
        let holder = match ticket.holder(sv).await {
            Ok(Some(holder)) => holder,
            Ok(None) => return self.again(),
            Err(error) => return render::fault(&self.visitor, &error),
        };
        let profile = match Profile::read(sv, holder.person_id).await {
            Ok(profile) => profile,
            Err(error) => return render::fault(&self.visitor, &error),
        };
        let stage = ActivateStage::Confirm {
            ticket: ticket.seal(sv, &self.visitor.browser),
            name: holder.full_name,
            place: profile.as_ref().map(Profile::place).unwrap_or_default(),
            whom: profile.as_ref().map_or(Whom::Anybody, whom),
        };
        self.show(StatusCode::OK, stage)
    }

    async fn password_page(&self, ticket: &Ticket, problem: Option<&'static str>) -> Response {
        let sv = &self.visitor.sv;
        let username = match ticket.sign_in_name(sv).await {
            Ok(name) => name.unwrap_or_default(),
            Err(error) => return render::fault(&self.visitor, &error),
        };
        let ticket = ticket.seal(sv, &self.visitor.browser);
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.show(status, ActivateStage::Password { ticket, username, problem })
    }

    async fn done(&self, ticket: &Ticket, finished: Finished) -> Response {
        let holder = ticket.holder(&self.visitor.sv).await;
        let name = holder.ok().flatten().map(|holder| holder.full_name).unwrap_or_default();
        let before = finished == Finished::Before;
        self.show(StatusCode::OK, ActivateStage::Done { name, before, next: self.here("/sign-in") })
    }
}

/// How somebody is spoken to: a pupil who is nothing else is "em".
pub(super) fn whom(profile: &Profile) -> Whom {
    match profile.contexts() {
        [] => Whom::Anybody,
        contexts if contexts.iter().all(|context| context.role == "student") => Whom::Pupil,
        contexts if contexts.iter().all(|context| context.role == "guardian") => Whom::Anybody,
        _ => Whom::Staff,
    }
}

/// GET `/activate`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    Newcomer::of(visitor, &params).code_page("", "", None)
}

/// GET `/recover`.
pub(super) async fn recover(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let newcomer = Newcomer::of(visitor, &params);
    let page = Recover {
        f: newcomer.visitor.frame(false, &newcomer.here("/recover")),
        have_code: newcomer.here("/activate"),
        back: newcomer.here("/sign-in"),
    };
    render::page(&newcomer.visitor, StatusCode::OK, &page)
}

/// POST `/activate`: sector ID and code.
pub(super) async fn claim(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (newcomer, params) = match Newcomer::from_form(visitor, form, &["username", "code"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let visitor = &newcomer.visitor;
    let (Some(name), Some(code)) = (params.get("username"), params.get("code")) else {
        return newcomer.code_page(params.get("username").unwrap_or(""), "", Some(CodeProblem::Missing));
    };
    let devices = visitor.devices();
    let typed = activation::Typed { name, code, devices: &devices, address: visitor.trace.address };
    let problem = match activation::claim(&visitor.sv, typed).await {
        Ok(ticket) => return newcomer.confirm_page(&ticket).await,
        // What no code looks like is no secret: one letter is mended sooner than thirteen are typed again.
        Err(NotClaimed::Misread(misread)) => return newcomer.code_page(name, code, Some(read_as(misread))),
        Err(NotClaimed::NotProved(NotProved::Store(error))) => return render::fault(visitor, &error),
        Err(NotClaimed::NotProved(NotProved::Slow(until))) => CodeProblem::Slow(visitor.seconds_until(until)),
        Err(NotClaimed::NotProved(_)) => match wrong_length(name) {
            Some(digits) => CodeProblem::ShortId(digits),
            None => CodeProblem::Wrong,
        },
    };
    newcomer.code_page(name, "", Some(problem))
}

fn read_as(misread: Misread) -> CodeProblem {
    match misread {
        Misread::Letters(letters::Misread::InputMethod) => CodeProblem::Mangled,
        Misread::Letters(letters::Misread::Letter(letter)) => CodeProblem::Letter(letter),
        Misread::Letters(letters::Misread::Length(count)) => CodeProblem::Length(count),
        Misread::Check => CodeProblem::Mistyped,
    }
}

/// POST `/activate/confirm`: it is me.
pub(super) async fn confirm(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (newcomer, params) = match Newcomer::from_form(visitor, form, &["ticket"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    match newcomer.ticket(&params) {
        Some(ticket) => newcomer.password_page(&ticket, None).await,
        None => newcomer.again(),
    }
}

/// POST `/activate/password`.
pub(super) async fn set_password(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (newcomer, params) = match Newcomer::from_form(visitor, form, &["ticket", "username", "new", "accents"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let Some(ticket) = newcomer.ticket(&params) else { return newcomer.again() };
    let (new, accents) = (params.get("new").unwrap_or(""), params.get("accents").is_some());
    match activation::finish(&newcomer.visitor.sv, &ticket, new, accents).await {
        Ok(finished) => newcomer.done(&ticket, finished).await,
        Err(NotSet::Weak(weak)) => newcomer.password_page(&ticket, Some(weak_key(weak))).await,
        Err(NotSet::Accents) => newcomer.password_page(&ticket, Some("password-accents")).await,
        Err(NotSet::NotProved(NotProved::Store(error))) => render::fault(&newcomer.visitor, &error),
        Err(NotSet::NotProved(NotProved::Hashing(Refused::Busy { retry_after }))) => {
            let mut response = render::refused(&newcomer.visitor, Refusal::Busy);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
            response
        }
        Err(NotSet::Spent | NotSet::NotProved(_)) => newcomer.again(),
    }
}
